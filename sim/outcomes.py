"""Outcome names, and how each is counted over the columns of outcome rows.

A name such as ``intervention:Russia:DPRK|attacked_at_war:DPRK`` is looked up among all the names a
scenario gives rise to, never taken apart character by character, so actors may be called
anything. Counts are exact integers: they agree whatever the parts the rows come in.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from sim.errors import Fault, InputError
from sim.estimate import Estimate, mean_from_moments, share, some_of, thin_warning
from sim.scenario.model import Scenario
from sim.scenario.outcome_names import CONDITIONS
from sim.scenario.quantity import Quantity
from sim.scenario.wording import quote
from sim.spread import middle
from sim.treaties import INTERVENTION, Form, word

#: What an outcome comes to: one share, one mean, or a share for each rung.
Result = Estimate | dict[str, Estimate]

#: The condition that treaties are compared under: X's territory came under armed attack in a war.
_CONDITION = "attacked_at_war"


@dataclass(frozen=True)
class Prior:
    """The judgement that an assumption-driven outcome rests on.

    Parameters
    ----------
    path : str
        Where it stands in the scenario.
    of : str
        What it is a probability of.
    quantity : Quantity
        As the scenario has it.
    """

    path: str
    of: str
    quantity: Quantity

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON shape: central value, middle 95 %, and where it is from.

        Examples
        --------
        >>> prior = Prior("x", "y", Quantity(family="uniform", arguments=(0.0, 1.0), source="judged"))
        >>> prior.as_dict()
        {'value': 0.5, 'low': 0.025, 'high': 0.975, 'path': 'x', 'of': 'y', 'source': 'judged'}
        """
        low, high = middle(self.quantity)
        spread = {"value": self.quantity.central, "low": low, "high": high}
        return {**spread, "path": self.path, "of": self.of, "source": self.quantity.source or "no source given"}


@dataclass(frozen=True)
class Outcome:
    """One question asked of every run.

    Parameters
    ----------
    name : str
        As in a scenario's ``outcomes`` and in ``summary.json``.
    column : str
        Column of the outcome rows that answers it.
    kind : {"share", "mean", "distribution", "rung"}
        Share of runs, mean per run, share of runs at each rung, or at the one rung `at_least`.
    at_least : int
        For a share: it happened in a run whose column is at least this.
    condition : str
        Column that a run is looked up in to see whether it counts; empty: every run counts.
    condition_at_least : int
        A run counts whose value there is at least this.
    rungs : tuple of str
        For a distribution: the names of the values 0, 1, ….
    assumption_driven : str
        Why history does not inform it; empty where it does.
    assumed_rungs : tuple of str
        For a distribution: the rungs that `assumption_driven` holds for.
    prior : Prior or None
        What it rests on instead, where that is one probability.
    """

    name: str
    column: str
    kind: Literal["share", "mean", "distribution", "rung"] = "share"
    at_least: int = 0
    condition: str = ""
    condition_at_least: int = 0
    rungs: tuple[str, ...] = ()
    assumption_driven: str = ""
    assumed_rungs: tuple[str, ...] = ()
    prior: Prior | None = None


def catalogue(scenario: Scenario) -> dict[str, Outcome]:
    """List every outcome that a scenario gives rise to, conditions aside.

    Parameters
    ----------
    scenario : Scenario
        As resolved.

    Returns
    -------
    dict of str to Outcome
        By name. All but distributions and means also exist under ``|attacked_at_war:X``, ``|war`` and ``|major_war``.
    """
    return {outcome.name: _stamped(outcome, scenario) for outcome in _all(scenario)}


def _all(scenario: Scenario) -> Iterator[Outcome]:
    rungs = tuple(rung.name for rung in scenario.ladder)
    yield Outcome("force", "t_force")
    yield Outcome("war", "t_war")
    yield Outcome("major_war", "peak", at_least=_first_of_major_war(scenario))
    yield Outcome("nuclear_use", "t_nuclear")
    for pair in sorted(partnership.name for partnership in scenario.partnerships):
        yield from _of_partnership(pair)
    for actor in sorted(actor.name for actor in scenario.actors):
        yield Outcome(f"{_CONDITION}:{actor}", f"{_CONDITION}:{actor}")
    yield Outcome("peak_rung", "peak", "distribution", rungs=rungs)
    for rivalry in sorted(rivalry.name for rivalry in scenario.rivalries):
        yield Outcome(f"peak_rung:{rivalry}", f"peak:{rivalry}", "distribution", rungs=rungs)
    for kind in sorted(incident.name for incident in scenario.incidents):
        yield Outcome(f"incidents:{kind}", f"incidents:{kind}", "mean")


def _first_of_major_war(scenario: Scenario) -> int:
    """Rung above the first one of war; one above the ladder, which nobody reaches, where there is none."""
    war = next((i for i, rung in enumerate(scenario.ladder) if "state_of_war" in rung.flags), len(scenario.ladder) - 1)
    return war + 1


def _of_partnership(pair: str) -> Iterator[Outcome]:
    supporter, supported = pair.split(">", 1)
    stem = f"intervention:{supporter}:{supported}"
    yield Outcome(stem, f"entry:{pair}", at_least=INTERVENTION)
    for form in Form:
        if form is not Form.NONE:
            yield Outcome(f"{stem}:{word(form)}", f"entry:{pair}", at_least=form)
    yield Outcome(f"tripwire:{supporter}:{supported}", f"tripwire:{pair}")


def _why_intervention(scenario: Scenario) -> str:
    prior = scenario.entry.honouring
    return (
        "history does not say whether a patron would enter a Korean war; "
        f"prior of honouring a met duty with forces: {prior}, {prior.source or 'no source given'}"
    )


def _why_nuclear(scenario: Scenario) -> str:
    if scenario.nuclear.first_use == "hazard":
        judged = [(name, getattr(scenario.nuclear, name)) for name in ("limited_war", "major_war", "accident")]
        return f"no nuclear weapon has been used in a Korean crisis; it rests on P(first use) by war: {_spelt(judged)}"
    risks = [(rung.name, rung.nuclear_risk) for rung in scenario.ladder if rung.nuclear_risk.support[1] > 0.0]
    fears = [(actor.name, actor.nuclear_fear) for actor in scenario.actors]
    return (
        "no nuclear weapon has been used in a Korean crisis; "
        f"it rests on the nuclear risk of the rungs ({_spelt(risks)}) "
        f"and the nuclear fear of the actors ({_spelt(fears)})"
    )


def _spelt(values: Sequence[tuple[str, Quantity]]) -> str:
    """Spell a few values with their names, and where they are from."""
    sources = list(dict.fromkeys(value.source or "no source given" for _, value in values))
    return "; ".join((some_of([f"{name} {value}" for name, value in values]), some_of(sources, 2))) or "none"


def _prior_intervention(scenario: Scenario) -> Prior | None:
    of = "forces in theatre, once a duty to fight is met, in the reference case"
    return Prior("entry.honouring", of, scenario.entry.honouring)


def _prior_nuclear(scenario: Scenario) -> Prior | None:
    if scenario.nuclear.first_use != "hazard":
        return None  # it rests on utilities
    of = "a first use by one armed side, in a war that is a major one for its mean length"
    return Prior("nuclear.major_war", of, scenario.nuclear.major_war)


#: Outcomes that history does not inform, by the first word of their name: why, and the prior in the place of history.
ASSUMPTION_DRIVEN: dict[str, tuple[Callable[[Scenario], str], Callable[[Scenario], Prior | None]]] = {
    "intervention": (_why_intervention, _prior_intervention),
    "nuclear_use": (_why_nuclear, _prior_nuclear),
}


def _stamped(outcome: Outcome, scenario: Scenario) -> Outcome:
    distribution = outcome.kind == "distribution"
    nuclear = tuple(rung.name for rung in scenario.ladder if "nuclear" in rung.flags) if distribution else ()
    stamp = ASSUMPTION_DRIVEN.get("nuclear_use" if nuclear else outcome.name.partition(":")[0])
    if stamp is None:
        return outcome
    why, prior = stamp
    return replace(outcome, assumption_driven=why(scenario), assumed_rungs=nuclear, prior=prior(scenario))


def parse(name: str, known: Mapping[str, Outcome], path: str = "outcomes") -> Outcome:
    """Look an outcome up by name.

    Parameters
    ----------
    name : str
        With or without a condition.
    known : mapping of str to Outcome
        From `catalogue`.
    path : str
        Where the name stands, for the message.

    Returns
    -------
    Outcome
        What to count.

    Raises
    ------
    InputError
        If the scenario has no such outcome; the nearest name is suggested.

    Examples
    --------
    >>> known = {"war": Outcome("war", "t_war"), "attacked_at_war:X": Outcome("attacked_at_war:X", "x")}
    >>> parse("war|attacked_at_war:X", known).condition
    'x'
    >>> parse("wra", known)
    Traceback (most recent call last):
    sim.errors.InputError: outcomes: an outcome of the scenario, got 'wra'. Did you mean 'war'?
    """
    if name in known:
        return known[name]
    for place in (at for at, character in enumerate(name) if character == "|"):
        outcome, condition = known.get(name[:place]), name[place + 1 :]
        given = known.get(condition)
        if outcome and given and _is_condition(condition) and outcome.kind == "share":
            return replace(outcome, name=name, condition=given.column, condition_at_least=given.at_least)
    raise InputError(Fault("an outcome of the scenario", repr(name), _hint(name, known), path=path))


def _is_condition(name: str) -> bool:
    kind, colon, _ = name.partition(":")
    return CONDITIONS.get(kind) == bool(colon)


def _hint(name: str, known: Mapping[str, Outcome]) -> str:
    base, bar, condition = name.partition("|")
    if base in known and bar:
        if known[base].kind != "share":
            return f"Only shares can be conditional; {base!r} is a {known[base].kind}."
        conditions = sorted(filter(_is_condition, known), key=lambda other: not other.startswith(_CONDITION))
        close = difflib.get_close_matches(condition, conditions, 1, 0.4)
        return f"Did you mean '{base}|{(close or conditions)[0]}'?" if close or conditions else ""
    close = difflib.get_close_matches(base, known, 1, 0.4)
    return f"Did you mean {close[0] + bar + condition!r}?" if close else "See `pactsim list outcomes`."


def default_names(scenario: Scenario) -> list[str]:
    """Name the outcomes that a run reports, in the order in which they are printed.

    Parameters
    ----------
    scenario : Scenario
        As resolved; its own ``outcomes`` come after the standard ones.

    Returns
    -------
    list of str
        Without repeats.
    """
    pairs = sorted(scenario.partnerships, key=lambda partnership: partnership.name)
    sides = [tuple(pair.name.split(">", 1)) for pair in pairs]
    struck = [pair.name.split(">", 1) for pair in pairs if pair.exposure.support[1] > 0.0]
    in_rivalries = {side for rivalry in scenario.rivalries for side in rivalry.name.split(">", 1)}
    names = ["force", "war", "nuclear_use", "nuclear_use|war"]
    names += ["nuclear_use|major_war"] if _first_of_major_war(scenario) < len(scenario.ladder) else []
    names += [f"intervention:{a}:{b}" for a, b in sides]
    names += [f"intervention:{a}:{b}|{_CONDITION}:{b}" for a, b in sides]
    names += [f"intervention:{a}:{b}:forces_in_theatre|{_CONDITION}:{b}" for a, b in sides]
    names += [f"tripwire:{a}:{b}" for a, b in struck]
    names += [f"{_CONDITION}:{actor}" for actor in sorted(in_rivalries)]
    names += ["peak_rung"]
    names += [f"incidents:{kind}" for kind in sorted(incident.name for incident in scenario.incidents)]
    return list(dict.fromkeys([*names, *scenario.outcomes]))


def outcomes_of(scenario: Scenario, more: Sequence[str] = ()) -> list[Outcome]:
    """List the outcomes that a run of a scenario reports.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    more : sequence of str
        Further names, such as from the command line.

    Returns
    -------
    list of Outcome
        The standard ones, the scenario's own, then `more`; without repeats.

    Raises
    ------
    InputError
        If names are unknown: all of them at once.
    """
    known = catalogue(scenario)
    found: list[Outcome] = []
    faults: list[Fault] = []
    for name in dict.fromkeys([*default_names(scenario), *more]):
        try:
            found.append(parse(name, known))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def asked_of(
    scenario: Scenario, named: Sequence[str], usual: Sequence[str], kinds: Sequence[str], path: str = "--outcome"
) -> list[Outcome]:
    """List the outcomes that a study is about.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    named : sequence of str
        Those that a user named.
    usual : sequence of str
        Those looked at where none was named; the ones of another kind are left out.
    kinds : sequence of str
        Kinds of outcome that the study can look at.
    path : str
        Where the names stand, for the message.

    Returns
    -------
    list of Outcome
        Without repeats.

    Raises
    ------
    InputError
        If a name is unknown or of another kind: all of them at once.
    """
    known = catalogue(scenario)
    faults: list[Fault] = []
    found: dict[str, Outcome] = {}
    for name in named or usual:
        try:
            outcome = parse(name, known, path)
        except InputError as error:
            faults += error.faults
            continue
        if outcome.kind in kinds:
            found[outcome.name] = outcome
        elif named:
            need = " or ".join(f"a {kind}" for kind in kinds)
            faults.append(Fault(need, f"{quote(name)}, a {outcome.kind}", "Ask for a share, such as war.", path=path))
    if faults:
        raise InputError(faults)
    return list(found.values())


def count(rows: np.ndarray, outcome: Outcome) -> tuple[int, int]:
    """Count the runs that met the condition, and those of them in which it happened.

    Parameters
    ----------
    rows : numpy.ndarray
        Structured array of outcome rows.
    outcome : Outcome
        A share.

    Returns
    -------
    tuple of int
        Runs that met the condition, then hits; exact.

    Examples
    --------
    >>> rows = np.array([(-1,), (3,), (0,)], dtype=[("t_war", "i2")])
    >>> count(rows, Outcome("war", "t_war"))
    (3, 2)
    """
    happened = rows[outcome.column] >= outcome.at_least
    if not outcome.condition:
        return len(rows), int(np.count_nonzero(happened))
    met = rows[outcome.condition] >= outcome.condition_at_least
    return int(np.count_nonzero(met)), int(np.count_nonzero(met & happened))


@dataclass
class Tally:
    """Counts of many outcomes, added up part by part in memory that does not grow with runs.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What to count.

    Examples
    --------
    >>> tally = Tally([Outcome("war", "t_war")])
    >>> tally.add(np.array([(-1,), (3,)], dtype=[("t_war", "i2")]))
    >>> tally.results()["war"].hits
    1
    """

    outcomes: Sequence[Outcome]
    runs: int = 0
    _sums: dict[str, list[int]] = field(default_factory=dict)

    def add(self, rows: np.ndarray) -> None:
        """Count the rows of one part."""
        self.runs += len(rows)
        for outcome in self.outcomes:
            self._add(outcome.name, _COUNTERS[outcome.kind](rows, outcome))

    def merge(self, other: Tally) -> None:
        """Add what another counted of the same outcomes, in other runs."""
        self.runs += other.runs
        for name, sums in other._sums.items():
            self._add(name, sums)

    def _add(self, name: str, new: Sequence[int]) -> None:
        old = self._sums.get(name, [0] * len(new))
        self._sums[name] = [a + b for a, b in zip(old, new, strict=True)]

    def results(self) -> dict[str, Result]:
        """Give the estimates, by outcome name, in the order of the outcomes."""
        return {outcome.name: self._result(outcome) for outcome in self.outcomes}

    def _result(self, outcome: Outcome) -> Result:
        if outcome.kind == "distribution":
            hits = self._sums.get(outcome.name, [0] * len(outcome.rungs))
            return {rung: share(hit, self.runs) for rung, hit in zip(outcome.rungs, hits, strict=True)}
        if outcome.kind == "mean":
            return mean_from_moments(self.runs, *self._sums.get(outcome.name, (0, 0)))
        n, hits_ = self._sums.get(outcome.name, (0, 0))
        return share(hits_, n)

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Give the results in the shape of ``outcomes`` in ``summary.json``."""
        results = self.results()
        return {outcome.name: _shape(outcome, results[outcome.name]) for outcome in self.outcomes}

    def warnings(self) -> list[str]:
        """Say which conditional shares rest on few runs, a sentence each."""
        said = [
            thin_warning(name, result)
            for name, result in self.results().items()
            if isinstance(result, Estimate) and result.hits is not None
        ]
        return [sentence for sentence in said if sentence]


def _shape(outcome: Outcome, result: Result) -> dict[str, Any]:
    why: dict[str, Any] = {"assumption_driven": outcome.assumption_driven} if outcome.assumption_driven else {}
    if outcome.prior is not None:
        why["prior"] = outcome.prior.as_dict()
    if isinstance(result, dict):
        stamps = {rung: why if rung in outcome.assumed_rungs else {} for rung in result}
        return {
            "kind": "distribution",
            "rungs": {rung: {**each.as_dict(), **stamps[rung]} for rung, each in result.items()},
        }
    return {**result.as_dict(), **why}


def _count_mean(rows: np.ndarray, outcome: Outcome) -> list[int]:
    column = rows[outcome.column].astype(np.int64)
    return [int(column.sum()), int((column * column).sum())]


def _count_rungs(rows: np.ndarray, outcome: Outcome) -> list[int]:
    return [int(hits) for hits in np.bincount(rows[outcome.column], minlength=len(outcome.rungs))]


_COUNTERS: dict[str, Callable[[np.ndarray, Outcome], list[int]]] = {
    "share": lambda rows, outcome: list(count(rows, outcome)),
    "mean": _count_mean,
    "distribution": _count_rungs,
}
