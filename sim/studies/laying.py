"""From factors and a design to a study: what is checked once, which scenarios are needed, which points remain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.designs.factors import Factor, Subject
from sim.designs.plans import Design
from sim.designs.points import Points
from sim.errors import Fault, InputError
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.scenario.wording import quote
from sim.studies.variants import SWITCH, Source, subject_of

#: Scenarios that the values that are no numbers may make, together.
MOST_STRUCTURES = 2_000
#: Points that are loaded one by one, where numbers may not fit together.
MOST_ASKED = 2_000
#: Last words of paths whose numbers must fit others (`sim.scenario.checks`): shares that add up, cascades that die
#: out, a start on a nuclear rung.
WITH_OTHERS = ("share", "share_hot", "share_cold", "branching", "arsenal")


@dataclass(frozen=True)
class Base:
    """A scenario before anything varies, and what may vary in it.

    Parameters
    ----------
    source : Source
        The scenario and its changes.
    loaded : Loaded
        As read.
    subject : Subject
        What may vary.
    """

    source: Source
    loaded: Loaded
    subject: Subject


def base_of(scenario: str | Path | Loaded, overrides: Sequence[str] = (), treaties: Sequence[str] = ()) -> Base:
    """Read a scenario that is to be varied.

    Raises
    ------
    InputError
        With every fault.
    """
    source = Source(scenario, tuple(overrides), tuple(treaties))
    loaded = source.load()
    return Base(source, loaded, subject_of(loaded))


def split_treaties(treaties: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part treaties that hold throughout from those that vary, which have commas.

    Examples
    --------
    >>> split_treaties(["US-ROK=1953", "DPRK-Russia=1961,2024"])
    (['US-ROK=1953'], ['DPRK-Russia=1961,2024'])
    """
    return [t for t in treaties if "," not in t], [t for t in treaties if "," in t]


def covering(factors: Sequence[Factor]) -> dict[str, str]:
    """Give the settings under which a scenario holds every number that the factors take.

    Examples
    --------
    >>> covering([Factor("x", low=0.0, high=1.0)])
    {'x': '{uniform: [0.0, 1.0]}'}
    """
    found = {}
    for factor in factors:
        if factor.is_numeric and factor.quantity is None:
            spread = f"{{uniform: [{factor.low!r}, {factor.high!r}]}}" if factor.low < factor.high else repr(factor.low)
            found[factor.path] = spread
    return found


@dataclass(frozen=True)
class Laid:
    """A design laid over a scenario.

    Parameters
    ----------
    scenarios : tuple of Scenario
        One for each combination of values that are no numbers.
    settings : tuple of dict
        Of each of these.
    points : Points
        Those that can be.
    failed : dict of int to str
        Those that cannot, and why.
    """

    scenarios: tuple[Scenario, ...]
    settings: tuple[dict[str, str], ...]
    points: Points
    failed: dict[int, str]


def lay(base: Base, made: Design, per_point: int, first_draw: np.ndarray | None = None) -> Laid:
    """Lay a design over a scenario.

    Parameters
    ----------
    base : Base
        The scenario.
    made : Design
        The points.
    per_point : int
        Runs of each.
    first_draw : ndarray of int64, shape (P,), optional
        Draw of each point's first run; all 0 without, so that all points meet the same draws.

    Returns
    -------
    Laid
        A combination that cannot be loaded takes its points out, and spoils no other.

    Raises
    ------
    InputError
        If no point is left, or a switch that varies sets a path that varies too.
    """
    _refuse_fixed(base, made)
    _refuse_hidden(base, made.factors)
    words = [k for k, factor in enumerate(made.factors) if not factor.is_numeric]
    combined = _combinations([made.columns[k] for k in words], made.points)
    structures, place = np.unique(combined, return_inverse=True, axis=0)
    if len(structures) > MOST_STRUCTURES:
        need = f"at most {MOST_STRUCTURES:,} combinations of what is no number"
        raise InputError(Fault(need, f"{len(structures):,}", path="--vary"))
    numbers = covering(made.factors)
    scenarios: list[Scenario] = []
    settings: list[dict[str, str]] = []
    index = np.full(len(structures), -1)
    failed, faults = dict(made.failed), None
    for s in range(len(structures)):
        used = [point for point in np.flatnonzero(place.ravel() == s).tolist() if point not in failed]
        if not used:
            continue
        chosen = {made.factors[k].path: str(made.columns[k][used[0]]) for k in words}
        try:
            scenario = base.source.with_settings({**chosen, **numbers}).load().scenario
        except InputError as error:
            faults = error
            failed |= dict.fromkeys(used, " ".join(map(str, error.faults)))
            continue
        index[s] = len(scenarios)
        scenarios.append(scenario)
        settings.append(chosen)
        failed |= _refused(base, chosen, made, used)
    if faults is not None and not scenarios:
        raise faults
    number = np.array([point for point in range(made.points) if point not in failed], np.int64)
    if not len(number):
        raise InputError(Fault("a point that can be", next(iter(failed.values())).removesuffix("."), path="--vary"))
    columns = {factor.path: column[number] for factor, column in zip(made.factors, made.columns, strict=True)}
    draws = np.zeros(len(number), np.int64) if first_draw is None else first_draw[number]
    points = Points(number, index[place.ravel()[number]], draws, columns, per_point)
    return Laid(tuple(scenarios), tuple(settings), points, failed)


def _refuse_fixed(base: Base, made: Design) -> None:
    """Refuse what both varies and is set."""
    fixed = {text.partition("=")[0].strip() for text in base.source.overrides}
    both = [factor.path for factor in made.factors if factor.path in fixed]
    if both:
        fix = "Leave it out of one of them."
        raise InputError([Fault("a path that --set does not fix", quote(path), fix, path="--vary") for path in both])


def _refused(base: Base, chosen: dict[str, str], made: Design, used: Sequence[int]) -> dict[int, str]:
    """Find the points of a structure whose numbers do not fit together, though each is right by itself.

    Shares must add up and cascades die out, of which a distribution shows only its mean. Both are safe at all
    points where they are with every number at its least and with every number at its most; else each point is asked.
    """
    plain = [k for k, factor in enumerate(made.factors) if factor.is_numeric and factor.quantity is None]

    def fault(values: Sequence[float]) -> str:
        numbers = {made.factors[k].path: repr(float(value)) for k, value in zip(plain, values, strict=True)}
        try:
            base.source.with_settings({**chosen, **numbers}).load()
        except InputError as error:
            return " ".join(map(str, error.faults))
        return ""

    if not any(made.factors[k].path.endswith(WITH_OTHERS) for k in plain):
        return {}
    corners = [fault([getattr(made.factors[k], end) for k in plain]) for end in ("low", "high")]
    if not any(corners):
        return {}
    if len(used) > MOST_ASKED:
        need = f"numbers that fit together at both ends, or at most {MOST_ASKED:,} points to be looked at one by one"
        raise InputError(Fault(need, f"{len(used):,} points, and: {max(corners).removesuffix('.')}", path="--vary"))
    found = {point: fault([made.columns[k][point] for k in plain]) for point in used}
    return {point: why for point, why in found.items() if why}


def _refuse_hidden(base: Base, factors: Sequence[Factor]) -> None:
    """Refuse a switch that sets a number that varies too: its positions would seem to change nothing."""
    numbers = [factor.path for factor in factors if factor.is_numeric]
    switches = [factor for factor in factors if factor.path.startswith(SWITCH)] if numbers else []
    faults = {}
    for switch in switches:
        for position in switch.levels:
            try:
                turned = base.source.with_settings({switch.path: str(position)}).load().scenario.quantities()
            except InputError:
                continue  # its points fail, each with this fault
            for path in numbers:
                if turned.get(path) != base.subject.quantities[path]:
                    fix = "Vary one of the two."
                    got = f"{quote(path)}, which {switch.path} sets"
                    faults[switch.path, path] = Fault("paths that no switch that varies sets", got, fix, path="--vary")
    if faults:
        raise InputError(list(faults.values()))


def _combinations(columns: Sequence[np.ndarray], count: int) -> np.ndarray:
    """Number the values of columns, so that combinations can be told apart quickly."""
    codes = [np.unique(column.astype(str), return_inverse=True)[1].ravel() for column in columns]
    return np.stack(codes, axis=1) if codes else np.zeros((count, 1), np.int64)


def told(factor: Factor, base: Base) -> dict[str, Any]:
    """Describe a factor as JSON can hold it."""
    quantity = base.subject.quantities.get(factor.path)
    numeric = factor.is_numeric
    return {
        "path": factor.path,
        "kind": "numeric" if numeric else "category",
        "spread": factor.spread,
        "levels": list(factor.levels),
        "low": factor.low if numeric and np.isfinite(factor.low) else None,
        "high": factor.high if numeric and np.isfinite(factor.high) else None,
        "log": factor.log,
        "own_distribution": factor.quantity is not None,
        "as_written": str(quantity) if quantity is not None else factor.central,
        "source": quantity.source if quantity is not None else "",
    }
