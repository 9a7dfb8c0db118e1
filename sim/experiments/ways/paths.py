"""The typical ways to an event: runs in which it happened, replayed, and those alike told together.

Each run is reduced to its decisive chain (`chain.py`). Chains that are alike but for their dates are one
path; how much is said of a stage is chosen so that the most frequent paths hold most of the event's probability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.clusters import clustered_share, weighted_quantile
from sim.errors import Fault, InputError, PactsimError
from sim.experiments.sentences import FORMS
from sim.experiments.ways.chain import THRESHOLDS, Stage, Wanted, coarser, decisive_chain
from sim.experiments.ways.lineages import run_lineage
from sim.experiments.ways.links import event_in_words, link, told
from sim.mesa_model.run import Run
from sim.rare.lineage import Lineage
from sim.scenario.model import Scenario
from sim.scenario.wording import suggest

#: Levels of detail, from everything to what set off wars and the final act; see `sim.experiments.ways.chain.coarser`.
DETAILS = (4, 3, 2, 1, 0)
#: A level is readable where so many paths hold at least so much of the event's probability.
_PATHS, _HELD = 6, 0.5


@dataclass(frozen=True)
class Reached:
    """A run in which the event happened.

    Parameters
    ----------
    replication : int
        Runs of one replication descend from one another; those of two are independent.
    lineage : Lineage
        The run.
    weight : float
        Its part of the event's probability, on any scale.
    chain : tuple of Stage
        Its decisive chain, with everything.
    """

    replication: int
    lineage: Lineage
    weight: float
    chain: tuple[Stage, ...]


def typical_paths(
    scenario: Scenario,
    seed: int,
    parameters: str,
    event: tuple[str, int],
    lineages: Sequence[tuple[int, Lineage, float]],
    given: Mapping[str, float] | None = None,
    detail: int | None = None,
) -> dict[str, Any]:
    """Find the typical paths to an event among runs in which it happened.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        Whether distributions are drawn, or fixed at their central values.
    event : tuple
        Column of the outcome rows, and the least value there that counts as having happened.
    lineages : sequence of tuple
        Replication, run and weight of each run in which it happened; weights need not add up to 1. Runs without
        turns that were simulated plainly are replications of their own, of equal weight.
    given : mapping of str to float, optional
        Parameters by path that are not drawn but given.
    detail : int, optional
        How much is said of a stage, 0 to 4; chosen where it is not given.

    Returns
    -------
    dict
        ``event``, ``detail``, ``paths`` from the most frequent down, ``marginals`` and ``replayed``, the number of
        runs. Shares are of the event's probability, with 95 % intervals that take runs of one replication as
        dependent; those are None where there is but one.

    Raises
    ------
    InputError
        If the scenario has no such column.
    PactsimError
        If the event does not happen in a run, which is a fault of ours.

    Examples
    --------
    >>> from sim.scenario.load import load_scenario
    >>> scenario = load_scenario("attacked-dprk").scenario
    >>> plain = [(draw, Lineage(draw), 1.0) for draw in (0, 5, 14)]
    >>> found = typical_paths(scenario, 1, "drawn", ("t_nuclear", 0), plain)
    >>> found["replayed"], found["paths"][0]["steps"][-1]["cause"]
    (3, 'first use')
    """
    wanted = Wanted(*event)
    runs = [
        Reached(replication, lineage, weight, _chain(scenario, seed, parameters, lineage, given or {}, wanted))
        for replication, lineage, weight in lineages
    ]
    level = chosen_detail(runs) if detail is None else detail
    groups = grouped(runs, level)
    weeks = scenario.step_days / 7.0
    return {
        "event": {"column": wanted.column, "at_least": wanted.least, "words": event_in_words(scenario, wanted)},
        "detail": level,
        "paths": [_path(runs, members, level, weeks) for members in groups],
        "marginals": _marginals(runs),
        "replayed": len(runs),
    }


def _chain(
    scenario: Scenario, seed: int, parameters: str, lineage: Lineage, given: Mapping[str, float], wanted: Wanted
) -> tuple[Stage, ...]:
    """Replay a run up to the step in which the event happens, and reduce it."""

    def _happened(run: Run) -> bool:
        row = run.outcome_row()
        if wanted.column not in row:
            need = "a column of the outcome rows"
            raise InputError(Fault(need, repr(wanted.column), suggest(wanted.column, list(row)), path="event"))
        return row[wanted.column] >= wanted.least

    # Where a run ends is known at its end only.
    until = _happened if wanted.kind != "end" else lambda run: run.over and _happened(run)
    run = run_lineage(scenario, seed, parameters, lineage, given, until)
    if not _happened(run):
        raise PactsimError(f"{lineage} does not reach {wanted.column} >= {wanted.least}. Please report it.")
    return decisive_chain(scenario, run.events or (), wanted)


def chosen_detail(runs: Sequence[Reached]) -> int:
    """Choose how much is said, so that paths are neither all different nor all the same.

    Parameters
    ----------
    runs : sequence of Reached
        What there is to tell.

    Returns
    -------
    int
        The finest level at which the six most frequent paths hold half of the weight; where all runs are alike there,
        the next finer one, if not every run is a path of its own on that.
    """
    whole = sum(run.weight for run in runs)
    for place, level in enumerate(DETAILS):
        groups = grouped(runs, level)
        if sum(_weight(runs, members) for members in groups[:_PATHS]) >= _HELD * whole:
            finer = DETAILS[place - 1] if place else level
            alone = len(grouped(runs, finer)) == len(runs)
            return finer if len(groups) == 1 and not alone else level
    return DETAILS[-1]


def grouped(runs: Sequence[Reached], detail: int) -> list[list[int]]:
    """Put runs together whose chains are alike.

    Parameters
    ----------
    runs : sequence of Reached
        What there is to tell.
    detail : int
        How much is said of a stage.

    Returns
    -------
    list of list of int
        Places of the runs of each path, from the weightiest path down.
    """
    groups: dict[tuple[Stage, ...], list[int]] = defaultdict(list)
    for place, run in enumerate(runs):
        groups[tuple(stage.key for stage in coarser(run.chain, detail))].append(place)
    return sorted(groups.values(), key=lambda members: (-_weight(runs, members), members))


def _weight(runs: Sequence[Reached], members: Iterable[int]) -> float:
    return sum(runs[place].weight for place in members)


def _share(runs: Sequence[Reached], members: Iterable[int]) -> dict[str, Any]:
    within = set(members)
    share, low, high = clustered_share(
        [run.weight for run in runs],
        [place in within for place in range(len(runs))],
        [run.replication for run in runs],
    )
    return {"share": share, "low": low, "high": high, "n": len(within)}


def _path(runs: Sequence[Reached], members: list[int], detail: int, weeks: float) -> dict[str, Any]:
    chains = [coarser(runs[place].chain, detail) for place in members]
    weights = [runs[place].weight for place in members]
    dates = [[stage.step * weeks for stage in chain] for chain in chains]
    steps = [_step(dates, weights, at, stage) for at, stage in enumerate(chains[0])]
    medians = [step["week_median"] for step in steps]
    # The run that keeps closest to the medians stands for all.
    away = [sum(abs(week - median) for week, median in zip(one, medians, strict=True)) for one in dates]
    lineage = runs[min(zip(away, members, strict=True))[1]].lineage
    return {
        **_share(runs, members),
        "steps": steps,
        "text": told(list(zip(chains[0], medians, strict=True))),
        "example": {"draw": lineage.draw, "turns": [list(turn) for turn in lineage.turns]},
    }


def _step(dates: list[list[float]], weights: list[float], at: int, stage: Stage) -> dict[str, Any]:
    """One stage as JSON, with its week, the middle half of them, and the weeks since the stage before."""
    when = [week[at] for week in dates]
    since = [week[at] - (week[at - 1] if at else 0.0) for week in dates]
    low, median, high = (weighted_quantile(when, weights, p) for p in (0.25, 0.5, 0.75))
    return {
        "what": stage.what,
        "who": stage.who,
        "against": stage.against,
        "for": stage.whom,
        "rung": stage.rung,
        "cause": stage.cause,
        "detail": stage.detail,
        "week_median": median,
        "week_low": low,
        "week_high": high,
        "weeks_since": weighted_quantile(since, weights, 0.5),
        "text": link(stage),
    }


def _marginals(runs: Sequence[Reached]) -> list[dict[str, Any]]:
    """Shares of the event's probability in whose chain something stands, the most frequent first of each kind."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for place, run in enumerate(runs):
        for stage in run.chain:
            found[_marginal(stage)].add(place)
    shares = [{"kind": kind, "name": name, **_share(runs, members)} for (kind, name), members in found.items()]
    return sorted(shares, key=lambda each: (each["kind"], -each["share"], each["name"]))


def _marginal(stage: Stage) -> tuple[str, str]:
    """Kind and name that a stage counts under."""
    if stage.what == "clause":
        return "clause", f"{stage.rung}, {stage.who} for {stage.whom} against {stage.against}: {stage.cause}"
    if stage.what == "entry":
        return "entry", f"{stage.who} for {stage.whom} against {stage.against}: {FORMS[stage.rung]}"
    if stage.what == "tripwire":
        return "tripwire", f"{stage.against} struck along with {stage.whom} by {stage.who}"
    if stage.cause == "incident":
        return "incident", f"{stage.detail}, {stage.who} against {stage.against}"
    if stage.cause == "accident":
        return "accident", f"{stage.detail}, {stage.who} against {stage.against}"
    if stage.cause == "first use":
        return "first use", f"{stage.who} against {stage.against}: {stage.detail}"
    what = stage.what if stage.what in THRESHOLDS else stage.rung
    return stage.cause, f"{stage.who} against {stage.against}: {what}"
