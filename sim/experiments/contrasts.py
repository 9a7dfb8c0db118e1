"""From the rows of a comparison to contrasts: of pairs, over worlds, clause by clause."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sim.analysis.linear import GramTally
from sim.analysis.paired import Contrast, contrast, contrast_means
from sim.outcomes import Outcome, outcomes_of
from sim.store.study import StudyWriter
from sim.studies.collect import PairTally, run_states, singly
from sim.studies.study import Study
from sim.studies.variants import AS_WRITTEN

NONE = "none"


def changed(arm: str, slot: str, clause: str = "", how: str = "") -> str:
    """Name a scenario without a treaty, or with a clause of it alone or out."""
    return f"{arm}: {slot} {clause} {how}" if clause else f"{arm}: without {slot}"


def common_outcomes(study: Study) -> list[dict[str, Outcome]]:
    """Outcomes of each scenario by name, a rung at a time: those that all have, in the order of the first."""
    each = [
        {outcome.name: outcome for outcome in singly(outcomes_of(scenario, study.about["outcomes"]))}
        for scenario in study.scenarios
    ]
    common = [name for name in each[0] if all(name in other for other in each)]
    return [{name: other[name] for name in common} for other in each]


def summary_of(study: Study, writer: StudyWriter, outcomes: Sequence[Mapping[str, Outcome]]) -> dict[str, Any]:
    """Sum a comparison up.

    Parameters
    ----------
    study : Study
        With its cast and its clauses.
    writer : StudyWriter
        Its folder, which has all runs.
    outcomes : sequence of mapping
        From `common_outcomes`.

    Returns
    -------
    dict
        As ``summary.json`` holds it.
    """
    from sim.experiments.sweep import heading

    place = {(part["name"], part["world"]): part["point"] for part in study.about["cast"]}
    names = [arm["name"] for arm in study.about["arms"]]
    all_worlds = list(dict.fromkeys(part["world"] for part in study.about["cast"] if part["world"]))
    told = [world for world in all_worlds if all((name, world) in place for name in names)]
    pairs = list(itertools.combinations(names, 2))
    keys = [(place[a, world], place[b, world]) for world in told for a, b in pairs]
    tallies = _tally(study, writer, list(dict.fromkeys(keys)), outcomes)
    contrasts = [
        {"outcome": name, "world": world, "between": [a, b], **found.as_dict()}
        for world in told
        for a, b in pairs
        for name, found in tallies[place[a, world], place[b, world]].items()
    ]
    return {
        **heading(study),
        "scenarios": _told(study),
        "reference": names[0],
        "worlds": told,
        "contrasts": contrasts,
        "structural": _structural(contrasts, _distinct(place, told, names)) if len(told) > 1 else [],
        "attribution": [
            line for each in study.about["clauses"] for line in _attributed(study, writer, each, place, outcomes)
        ],
    }


def _told(study: Study) -> list[dict[str, Any]]:
    settings = {arm["name"]: arm["settings"] for arm in study.about["arms"]}
    found = []
    for part in study.about["cast"]:
        scenario = study.scenarios[part["point"]]
        told = {"title": scenario.title, "question": scenario.question, "settings": settings.get(part["name"], [])}
        found.append({**part, **told, "runs": study.points.per_point})
    return found


def _tally(
    study: Study, writer: StudyWriter, keys: Sequence[tuple[int, int]], outcomes: Sequence[Mapping[str, Outcome]]
) -> dict[tuple[int, int], dict[str, Contrast]]:
    """Contrast pairs of points, reading each part once for as long as its partners are at hand."""
    tallies = {key: PairTally(list(outcomes[key[0]].values()), list(outcomes[key[1]].values())) for key in keys}
    for rows in side_by_side(study, writer, sorted({point for key in keys for point in key})):
        for (a, b), tally in tallies.items():
            tally.add(rows(a), rows(b))
    return {key: _contrasts(tally) for key, tally in tallies.items()}


def _contrasts(tally: PairTally) -> dict[str, Contrast]:
    found = {}
    for outcome in tally.outcomes:
        if outcome.kind == "mean":
            found[outcome.name] = contrast_means(tally.runs, *tally.moments[outcome.name].tolist())
        else:
            found[outcome.name] = contrast(tally.tables[outcome.name].reshape(3, 3).tolist())
    return found


class _Slice:
    """Rows of the points of a comparison at the same draws, each read when first asked for."""

    def __init__(self, writer: StudyWriter, firsts: Mapping[int, int]) -> None:
        self._writer, self._firsts = writer, firsts
        self._rows: dict[int, np.ndarray] = {}

    def __call__(self, point: int) -> np.ndarray:
        if point not in self._rows:
            self._rows[point] = self._writer.part_from(self._firsts[point]).rows
        return self._rows[point]


def side_by_side(study: Study, writer: StudyWriter, points: Sequence[int]) -> Iterator[_Slice]:
    """Go through the draws of a comparison, all points at once.

    Parameters
    ----------
    study : Study
        A comparison.
    writer : StudyWriter
        Its folder.
    points : sequence of int
        Those that are wanted.

    Yields
    ------
    callable
        From a point to its rows at some draws, the same for all points.
    """
    each = study.points.per_point
    begin = [first for first, _ in writer.ranges if first < each]
    for first in begin:
        yield _Slice(writer, {point: point * each + first for point in points})


def _attributed(
    study: Study,
    writer: StudyWriter,
    of: Mapping[str, Any],
    place: Mapping[tuple[str, str], int],
    outcomes: Sequence[Mapping[str, Outcome]],
) -> Iterator[dict[str, Any]]:
    """Say what each clause adds alone, what is lost without it, and what only several together do."""
    arm, slot, clauses = of["arm"], of["slot"], of["clauses"]
    arms = [place[changed(arm, slot), ""], place[arm, AS_WRITTEN]]
    for clause in clauses:
        arms += [place[changed(arm, slot, clause, how), ""] for how in ("alone", "out")]
    names = [name for name, outcome in outcomes[0].items() if outcome.kind == "share"]
    tallies = {name: GramTally(len(arms)) for name in names}
    for rows in side_by_side(study, writer, sorted(set(arms))):
        for name, tally in tallies.items():
            tally.add([run_states(rows(point), outcomes[point][name]) for point in arms])

    def weights(**of_arm: float) -> list[float]:
        found = [0.0] * len(arms)
        for key, weight in of_arm.items():
            found[int(key[1:])] += weight
        return found

    # Among several scenarios or slots a version by itself would not say whose clauses these are.
    between = [NONE, arm] if arm == of["version"] else [f"without {slot}", arm]
    for name, tally in tallies.items():
        alone = [tally.combine(weights(_0=-1.0, **{f"_{2 + 2 * k}": 1.0})).as_dict() for k in range(len(clauses))]
        out = [tally.combine(weights(_1=1.0, **{f"_{3 + 2 * k}": -1.0})).as_dict() for k in range(len(clauses))]
        sums = {f"_{2 + 2 * k}": -1.0 for k in range(len(clauses))}
        yield {
            "outcome": name,
            "slot": slot,
            "version": of["version"],
            "between": between,
            "total": tally.combine(weights(_0=-1.0, _1=1.0)).as_dict(),
            "clauses": [
                {"clause": clause, "added_alone": alone[k], "taken_out": out[k]} for k, clause in enumerate(clauses)
            ],
            "rest": tally.combine(weights(_0=len(clauses) - 1.0, _1=1.0, **sums)).as_dict(),
        }


def _distinct(place: Mapping[tuple[str, str], int], told: Sequence[str], names: Sequence[str]) -> list[str]:
    """Leave out worlds that are others by another name, such as that of the theory that the scenario has."""
    first: dict[tuple[int, ...], str] = {}
    for world in told:
        first.setdefault(tuple(place[name, world] for name in names), world)
    return list(first.values())


def any_run_differs(found: Mapping[str, Any]) -> bool:
    """Whether any run has another outcome in the one scenario than in the other, also where this cancels out.

    Parameters
    ----------
    found : mapping
        One of the contrasts of ``summary.json``.

    Examples
    --------
    >>> [any_run_differs(contrast([[0, 0, 0], [0, 900, n], [0, n, 100]]).as_dict()) for n in (0, 3)]
    [False, True]
    """
    return found["difference"]["value"] != 0.0 or found["times_fewer_runs"] is not None


def _structural(contrasts: Sequence[Mapping[str, Any]], among: Sequence[str]) -> list[dict[str, Any]]:
    """Say for each outcome and pair how far the difference moves between worlds, and whether its sign holds."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for each in contrasts:
        if each["world"] not in among:
            continue
        groups.setdefault((each["outcome"], *each["between"]), []).append(each)
    found = []
    for (outcome, a, b), group in groups.items():
        known = [each for each in group if each["difference"]["value"] is not None]
        if not known:
            continue
        ordered = sorted(known, key=lambda each: each["difference"]["value"])
        found.append(
            {
                "outcome": outcome,
                "between": [a, b],
                "lowest": {"world": ordered[0]["world"], **ordered[0]["difference"]},
                "highest": {"world": ordered[-1]["world"], **ordered[-1]["difference"]},
                "worlds": len(group),
                "moved": sum(any_run_differs(each) for each in known),
                "clearly_up": sum((each["difference"]["low"] or 0.0) > 0.0 for each in known),
                "clearly_down": sum((each["difference"]["high"] or 0.0) < 0.0 for each in known),
            }
        )
    return found
