"""How far entry moves with what cannot be known: every combination of contested assumptions on the same draws."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.engine.part import part_ranges
from sim.errors import Fault, InputError
from sim.estimate import Estimate
from sim.outcomes import Tally, catalogue, parse
from sim.scenario.listing import list_switches
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.names import ends
from sim.scenario.outcome_names import FORMS
from sim.scenario.paths import join_path
from sim.scenario.wording import quote, suggest
from sim.studies.arguments import check_arguments
from sim.studies.pipeline import Pipeline, cores
from sim.theories import THEORIES

#: Runs of each combination, unless told.
RUNS = 20_000
#: What is varied, unless told: switches by name, and the theory of decision of all actors.
OVER = ("honouring", "wording", "theory")
THEORY = "theory"
#: A combination: the position of each assumption, in the order of the assumptions.
Combination = tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """Entry by form, in every combination of assumptions.

    Parameters
    ----------
    stem : str
        Name of the scenario.
    pair : str
        The partnership ``A>B``.
    condition : str
        What entry is conditional on.
    runs, seed : int
        Runs of each combination, and the seed that all share.
    assumptions : dict of str to tuple of str
        What was varied, and its positions.
    estimates : dict of tuple of str to dict of str to Estimate
        By combination, then by form: at least this form.
    """

    stem: str
    pair: str
    condition: str
    runs: int
    seed: int
    assumptions: dict[str, tuple[str, ...]]
    estimates: dict[Combination, dict[str, Estimate]]

    def extremes(self, form: str) -> tuple[Combination, Combination]:
        """Combinations of the lowest and the highest estimate of a form."""
        ordered = sorted(self.estimates, key=lambda each: self._value(each, form))
        return ordered[0], ordered[-1]

    def within(self, form: str, assumption: str, position: str) -> tuple[float, float]:
        """Lowest and highest estimate of a form while an assumption is held, over all others."""
        place = list(self.assumptions).index(assumption)
        values = [self._value(each, form) for each in self.estimates if each[place] == position]
        return min(values), max(values)

    def moved(self, form: str, assumption: str) -> float:
        """Distance between the positions of an assumption that are furthest apart, on average over all others."""
        place = list(self.assumptions).index(assumption)
        groups: dict[Combination, list[float]] = {}
        for each in self.estimates:
            groups.setdefault((*each[:place], *each[place + 1 :]), []).append(self._value(each, form))
        return sum(max(values) - min(values) for values in groups.values()) / len(groups)

    def _value(self, combination: Combination, form: str) -> float:
        return self.estimates[combination][form].value or 0.0

    def as_dict(self) -> dict[str, Any]:
        """Give it in the shape of ``pactsim card --range --json``."""
        return {
            "scenario": self.stem,
            "pair": self.pair,
            "condition": self.condition,
            "runs": self.runs,
            "seed": self.seed,
            "assumptions": {name: list(positions) for name, positions in self.assumptions.items()},
            "forms": {form: self._form(form) for form in FORMS},
            "combinations": [
                {**self._named(each), "forms": {form: found.as_dict() for form, found in estimates.items()}}
                for each, estimates in self.estimates.items()
            ],
        }

    def _form(self, form: str) -> dict[str, Any]:
        lowest, highest = self.extremes(form)
        return {
            "lowest": {**self._named(lowest), **self.estimates[lowest][form].as_dict()},
            "highest": {**self._named(highest), **self.estimates[highest][form].as_dict()},
            "moved": {name: self.moved(form, name) for name in self.assumptions},
        }

    def _named(self, combination: Combination) -> dict[str, dict[str, str]]:
        return {"at": dict(zip(self.assumptions, combination, strict=True))}


def entry_range(
    scenario: str | Path,
    *,
    over: Sequence[str] = OVER,
    pair: str | None = None,
    runs: int = RUNS,
    seed: int = 1,
    overrides: Sequence[str] = (),
    treaties: Sequence[str] = (),
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Range:
    """Run every combination of contested assumptions on the same draws.

    Parameters
    ----------
    scenario : str or Path
        One in which the beneficiary is attacked, so that there is something to enter.
    over : sequence of str
        Switches by name, and ``theory`` for the theory of decision of all actors.
    pair : str, optional
        The partnership ``A>B``; by default that of the first conditional entry among the scenario's outcomes.
    runs : int
        Runs of each combination.
    seed : int
        64-bit seed of all of them.
    overrides, treaties : sequence of str
        As for `sim.run`; they hold in every combination.
    threads : int, optional
        Processor cores to use; all by default.
    progress : callable
        Told how many combinations are done, of how many.

    Returns
    -------
    Range
        The same for the same arguments, whatever the threads.

    Raises
    ------
    InputError
        If the scenario or an argument is wrong.
    """
    numbers = {"runs": runs, "seed": seed, "threads": threads}
    check_arguments(scenario, None, "drawn", {"overrides": overrides, "treaties": treaties}, numbers)
    loaded = load_scenario(scenario, overrides=overrides, treaties=treaties)
    positions = _positions(loaded, over)
    _refuse_hidden(scenario, positions, overrides, treaties)
    chosen = _pair(loaded, pair)
    condition = f"attacked_at_war:{ends(chosen)[1]}"
    work = _Work(scenario, tuple(overrides), tuple(treaties), tuple(positions), chosen, condition, runs, seed)
    combinations = list(itertools.product(*positions.values()))
    found: dict[Combination, dict[str, Estimate]] = {}
    simulate(lower(loaded.scenario), seed, 0, 1)  # compiles, once
    with Pipeline(work.estimates, combinations, threads or cores()) as pipeline:
        for combination, estimates in zip(combinations, pipeline, strict=True):
            found[combination] = estimates
            progress(len(found), len(combinations))
    _refuse_unmet(found, condition)
    return Range(loaded.scenario.stem, chosen, condition, runs, seed, positions, found)


@dataclass(frozen=True)
class _Work:
    """What is the same in every combination."""

    scenario: str | Path
    overrides: tuple[str, ...]
    treaties: tuple[str, ...]
    over: tuple[str, ...]
    pair: str
    condition: str
    runs: int
    seed: int

    def estimates(self, combination: Combination) -> dict[str, Estimate]:
        """Run one combination, and count entry by form."""
        actors = [actor.name for actor in self._loaded(()).scenario.actors] if THEORY in self.over else []
        settings = tuple(_settings(dict(zip(self.over, combination, strict=True)), actors))
        scenario = self._loaded(settings).scenario
        stem, known = "intervention:" + ":".join(ends(self.pair)), catalogue(scenario)
        asked = {form: parse(f"{stem}:{form}|{self.condition}", known) for form in FORMS}
        tally, program = Tally(list(asked.values())), lower(scenario)
        for first, count in part_ranges(self.runs):
            tally.add(simulate(program, self.seed, first, count).rows)
        results = tally.results()
        return {form: result for form, each in asked.items() if isinstance(result := results[each.name], Estimate)}

    def _loaded(self, settings: tuple[str, ...]) -> Loaded:
        return load_scenario(self.scenario, overrides=(*self.overrides, *settings), treaties=self.treaties)


def _settings(positions: dict[str, str], actors: Sequence[str]) -> Iterator[str]:
    """Give what puts a combination in place, in the words of ``--set``."""
    for name, position in positions.items():
        if name == THEORY:
            yield from (f"{join_path(['actors', actor, 'theory'])}={position}" for actor in actors)
        else:
            yield f"{join_path(['switches', name])}={json.dumps(position)}"


def _positions(loaded: Loaded, over: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Positions of each assumption that is varied."""
    switches = {entry.name: tuple(position.name for position in entry.positions) for entry in list_switches(loaded)}
    known = {**switches, THEORY: THEORIES}
    need = "names of switches, or 'theory', each once"
    faults = [Fault(need, quote(name), suggest(name, known), path="--over") for name in over if name not in known]
    if not faults and (not over or len(set(over)) < len(over)):
        faults.append(Fault(need, quote(",".join(over)), path="--over"))
    if faults:
        raise InputError(faults)
    return {name: known[name] for name in over}


def _refuse_hidden(
    scenario: str | Path, positions: dict[str, tuple[str, ...]], overrides: Sequence[str], treaties: Sequence[str]
) -> None:
    """Refuse an assumption that could change nothing, since something that ranks higher holds what it sets."""
    faults = []
    for name, places in positions.items():
        if name == THEORY:
            held = [each for each in overrides if re.match(r"\s*actors\..*\.theory\s*=", each)]
            need = "no theory of an actor beside --range, which varies it"
            faults += [Fault(need, quote(each), "Leave 'theory' out of --over.", path="--set") for each in held]
            continue
        resolved = []
        for place in places:
            settings = (*overrides, *_settings({name: place}, ()))
            resolved.append(load_scenario(scenario, overrides=settings, treaties=treaties).scenario.quantities())
        if all(each == resolved[0] for each in resolved):
            need = "an assumption that changes something"
            fix = "Leave it out, or drop what holds its numbers: --set, or 'set:' in the scenario."
            faults.append(Fault(need, quote(name), fix, path="--over"))
    if faults:
        raise InputError(faults)


def _refuse_unmet(found: dict[Combination, dict[str, Estimate]], condition: str) -> None:
    """Refuse to compare combinations of which some have nothing to say."""
    unmet = sum(all(estimate.n == 0 for estimate in estimates.values()) for estimates in found.values())
    if unmet:
        need = f"runs with {condition} in every combination"
        fix = "Start from an attack, or give more --runs."
        raise InputError(Fault(need, f"none in {unmet} of {len(found)}", fix, path="--runs"))


def _pair(loaded: Loaded, pair: str | None) -> str:
    """The partnership that is asked about."""
    pairs = [partnership.name for partnership in loaded.scenario.partnerships]
    if pair is not None:
        if pair not in pairs:
            raise InputError(
                Fault("a partnership A>B of the scenario", quote(pair), suggest(pair, pairs), path="--pair")
            )
        return pair
    for name in loaded.scenario.outcomes:
        for each in pairs:
            ally, client = ends(each)
            if name.startswith(f"intervention:{ally}:{client}") and name.endswith(f"|attacked_at_war:{client}"):
                return each
    need = "a partnership, since the scenario asks about no entry given an attack"
    raise InputError(Fault(need, "none", "Name one, as in --pair A>B.", path="--pair"))
