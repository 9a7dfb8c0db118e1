"""A stage of a search for flips: places at which a margin is looked at, as a study of its own.

A stage is one pass of the engine. At each place some parameters are held and all others are drawn; both sides of the
claim meet the same draws there, and so do all places of the stage. Each stage has draws of its own: what an earlier
one chose to look at cannot favour itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.analysis.paired import difference
from sim.designs.points import Points
from sim.errors import InputError
from sim.estimate import Estimate, share
from sim.experiments.flips.claim import Claim, Side
from sim.experiments.sweep import heading
from sim.outcomes import catalogue, parse
from sim.scenario.model import Scenario
from sim.store.study import StudyWriter
from sim.studies.collect import RunStates
from sim.studies.laying import Base
from sim.studies.study import Done, Study, Work, carry_out
from sim.studies.variants import AS_WRITTEN, worlds

#: States of a run under an outcome; a table has so many counts for one side, and its square for two.
_STATES = 3


@dataclass(frozen=True)
class Look:
    """A place at which the margin is looked at.

    Parameters
    ----------
    held : mapping of str to float
        Parameters that are held there, and at what; all others are drawn.
    world : str
        Name of the world; see `Cast`.
    """

    held: Mapping[str, float] = field(default_factory=dict)
    world: str = AS_WRITTEN


@dataclass(frozen=True)
class Cast:
    """The scenarios of a search.

    Parameters
    ----------
    sides : tuple of Side
        Those of the claim that are outcomes: one or two.
    scenarios : mapping of str to tuple of Scenario
        By world, one for each of these.
    """

    sides: tuple[Side, ...]
    scenarios: Mapping[str, tuple[Scenario, ...]]


def cast_of(
    claim: Claim, base: Base, *, switches: Sequence[str], theories: bool
) -> tuple[Cast, dict[str, dict[str, str]], list[str]]:
    """Load what a search needs.

    Parameters
    ----------
    claim : Claim
        What is claimed.
    base : Base
        Of what scenario.
    switches : sequence of str
        Names of those whose other positions are tried.
    theories : bool
        Whether each theory of decision is.

    Returns
    -------
    tuple
        The cast; what is set in each world; and in sentences, positions that are left out.
    """
    sides = tuple(side for side in (claim.lesser, claim.greater) if side.outcome)
    told = worlds(base.loaded, theories=theories, switches=bool(switches), honouring=False)
    own = {AS_WRITTEN} | {name for name, settings in told.items() if _is_wanted(settings, switches)}
    found: dict[str, tuple[Scenario, ...]] = {}
    notes: list[str] = []
    for world in [name for name in told if name in own]:
        source = base.source.turned(told[world]) if told[world] else base.source
        try:
            found[world] = tuple(source.with_settings(side.settings).load().scenario for side in sides)
        except InputError as error:
            if world == AS_WRITTEN:
                raise
            notes.append(f"{world} is left out: {error.faults[0]}")
    return Cast(sides, found), {world: told[world] for world in found}, notes


def _is_wanted(settings: Mapping[str, str], switches: Sequence[str]) -> bool:
    return all(not path.startswith("switches.") or path in switches for path in settings)


def stage_study(
    stage: str, claim: Claim, cast: Cast, looks: Sequence[Look], blocks: int, runs: int, first_draw: int, seed: int
) -> Study:
    """Make the study of a stage.

    Parameters
    ----------
    stage : str
        Its name.
    claim : Claim
        What is claimed.
    cast : Cast
        The scenarios.
    looks : sequence of Look
        L places.
    blocks : int
        B points of `runs` runs each that a place has on each side.
    runs : int
        R runs of a point.
    first_draw : int
        Draw of the first run; those of the B·R that follow it are the same at all places and on both sides.
    seed : int
        64-bit seed.

    Returns
    -------
    Study
        With L × B × S points, S the number of sides that are outcomes; places first, then blocks.
    """
    sides = len(cast.sides)
    used = list(dict.fromkeys(look.world for look in looks))
    shape = len(looks), blocks, sides
    structure = np.array([sides * used.index(look.world) for look in looks])[:, None, None] + np.arange(sides)
    draws = first_draw + runs * np.arange(blocks)[:, None]
    paths = list(dict.fromkeys(path for look in looks for path in look.held))
    held = {path: np.array([look.held.get(path, np.nan) for look in looks]) for path in paths}
    count = int(np.prod(shape))
    points = Points(
        np.arange(count),
        np.broadcast_to(structure, shape).ravel().astype(np.int64),
        np.broadcast_to(draws, shape).ravel().astype(np.int64),
        {path: np.repeat(values, blocks * sides) for path, values in held.items()},
        runs,
    )
    about = {
        "stage": stage,
        "claim": claim.text,
        "greater": claim.greater.as_dict(),
        "lesser": claim.lesser.as_dict(),
        "looks": len(looks),
        "blocks": blocks,
        "outcomes": list(dict.fromkeys(side.outcome for side in cast.sides)),
    }
    return Study("flip", tuple(s for world in used for s in cast.scenarios[world]), points, seed, "drawn", about)


def finish_stage(study: Study, work: Work) -> Done:
    """Carry a stage out, or go on with one whose folder has some of its parts."""
    names = _sides(study.about)
    outcomes = {name: parse(name, catalogue(scenario)) for name, scenario in zip(names, study.scenarios, strict=False)}
    collector = RunStates(study.points, list(outcomes.values()))
    shape = study.about["looks"], study.about["blocks"], len(names), study.points.per_point

    def _finish(study: Study, writer: StudyWriter) -> dict[str, Any]:
        states = [collector.of(name).reshape(shape)[:, :, side] for side, name in enumerate(names)]
        return {
            **heading(study),
            "claim": study.about["claim"],
            "tables": [_table(each) for each in zip(*states, strict=True)],
        }

    return carry_out(study, work, [collector], _finish)


def _sides(about: Mapping[str, Any]) -> list[str]:
    """Outcomes of the sides that are some, in the order of a point's sides."""
    return [about[side]["outcome"] for side in ("lesser", "greater") if about[side]["outcome"]]


def _table(states: Sequence[np.ndarray]) -> list[int]:
    """Count the runs of a place by their states on both sides, or on the one there is."""
    codes = np.zeros(states[0].size, np.int64)
    for each in states:
        codes = _STATES * codes + each.ravel()
    return [int(count) for count in np.bincount(codes, minlength=_STATES ** len(states))]


def margin(claim: Claim, table: Sequence[int], level: float) -> Estimate:
    """Estimate the margin of a claim from the counts of a place.

    Parameters
    ----------
    claim : Claim
        What is claimed.
    table : sequence of int
        From the summary of a stage.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        Above 0 where the claim holds.

    Examples
    --------
    >>> claim = Claim("war > 5 %", Side("war"), Side(number=0.05))
    >>> found = margin(claim, [0, 900, 100], 0.95)
    >>> round(found.value, 3), round(found.low, 4), found.n
    (0.05, 0.0329, 1000)
    """
    if len(table) > _STATES:
        rows = [table[k : k + _STATES] for k in range(0, len(table), _STATES)]
        return difference(rows, level)
    of = share(table[2], table[1] + table[2], level)
    if of.value is None or of.low is None or of.high is None:
        return replace(of, hits=None)
    number = claim.lesser.number if claim.greater.outcome else claim.greater.number
    found = Estimate(of.value - number, of.low - number, of.high - number, of.n, None, of.method)
    return found if claim.greater.outcome else negative(found)


def sides_of(claim: Claim, table: Sequence[int]) -> dict[str, Estimate]:
    """Estimate the outcomes of a claim's sides at a place, by ``greater`` and ``lesser``; of a number nothing."""
    if len(table) > _STATES:
        of_lesser = [sum(table[k : k + _STATES]) for k in range(0, len(table), _STATES)]
        of_greater = [sum(table[k::_STATES]) for k in range(_STATES)]
        return {name: share(of[2], of[1] + of[2]) for name, of in (("greater", of_greater), ("lesser", of_lesser))}
    return {"greater" if claim.greater.outcome else "lesser": share(table[2], table[1] + table[2])}


def negative(estimate: Estimate) -> Estimate:
    """Give the estimate of what is as much the other way.

    Examples
    --------
    >>> negative(Estimate(0.1, 0.0, 0.3, 9, None, "x")).low
    -0.3
    """
    value, low, high = (None if x is None else -x for x in (estimate.value, estimate.high, estimate.low))
    return Estimate(value, low, high, estimate.n, None, estimate.method)
