"""From the runs of a study of sensitivity to indices of one outcome, by the method of the study."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from sim.analysis.pawn import FEWEST, SLICES
from sim.analysis.sobol import Index, SobolIndices, sentence_for, sobol_indices
from sim.designs.factors import Factor
from sim.designs.indices import DUMMY, Indexed, morris_design, pawn_design, sobol_design
from sim.estimate import Estimate, mean_from_moments, number_of, share
from sim.outcomes import Outcome
from sim.studies.chunk import ABSENT
from sim.studies.collect import HIT, UNMET, RunStates
from sim.studies.study import Study

Method = Literal["sobol", "morris", "pawn"]
METHODS: tuple[Method, ...] = ("sobol", "morris", "pawn")
#: Levels of a Morris design.
LEVELS = 4
#: Base rows, trajectories or points without which there are no indices.
LEAST: dict[str, int] = {"sobol": 2, "morris": 2, "pawn": FEWEST * SLICES}
#: Runs of a point that met a condition, on average: below, the points at which two met it are a selection.
_FEW_MET = 5
#: Share of the points at either end of a parameter that say which way it moves the outcome.
_FIFTH = 0.2


def design_for(method: Method, factors: Sequence[Factor], base: int, seed: int, second: bool) -> Indexed:
    """Make the design of a method.

    Parameters
    ----------
    method : {"sobol", "morris", "pawn"}
        Of the study.
    factors : sequence of Factor
        What varies.
    base : int
        Base rows, trajectories or points.
    seed : int
        Of the design.
    second : bool
        Sobol' indices of pairs too.
    """
    if method == "sobol":
        return sobol_design(factors, base, seed, second=second)
    if method == "morris":
        return morris_design(factors, base, LEVELS, seed)
    return pawn_design(factors, base, seed)


def indices_of(
    study: Study, collector: RunStates, outcome: Outcome, factors: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give the indices of one outcome, by the method of the study.

    Parameters
    ----------
    study : Study
        Of sensitivity.
    collector : RunStates
        All its runs.
    outcome : Outcome
        A share or a mean.
    factors : sequence of mapping
        What varied, as the summary tells it.

    Returns
    -------
    dict
        As ``outcomes`` in the summary holds it.
    """
    runs = collector.of(outcome.name)
    count = len(factors) + 1
    values, known = by_run(runs, outcome)
    whole_groups, dropped = _groups(study, known)
    used, why = values[whole_groups.ravel()], ""
    if len(whole_groups) < LEAST[study.about["method"]]:
        why = f"{outcome.name}: its condition was met at too few points to say what it depends on."
    elif used.min() == used.max():
        why = f"{outcome.name} is the same in every run: there is nothing to explain."
    if why:
        return {"mean": _mean(runs, outcome).as_dict(), "factors": [], "dummy": None, "effects": [], "sentences": [why]}
    by_method = {"sobol": _sobol, "morris": _morris, "pawn": _pawn}[study.about["method"]]
    found = by_method(study, values, whole_groups, [factor["path"] for factor in factors])
    if dropped:
        found["sentences"].append(
            f"{outcome.name}: {number_of(dropped, 'group')} of points left out, in which a point failed or its "
            "condition was met by one run or none."
        )
    for path in (factor["path"] for factor in factors):
        if dropped and len(set(study.points.columns[path][whole_groups.ravel()].tolist())) == 1:
            found["sentences"].insert(0, f"{path} is the same at all points that are left: nothing is said of it.")
    met = float((runs[whole_groups] != UNMET).mean(axis=-1).mean()) * runs.shape[1]
    if outcome.condition and study.about["method"] == "sobol" and met < _FEW_MET:
        found["sentences"].insert(
            0,
            f"{outcome.name}: its condition was met by {met:.2g} runs of a point on average; below {_FEW_MET} the "
            "points that can be used, at which two met it, are a selection: give more --runs.",
        )
    effects = _effects(study, runs, outcome, factors, whole_groups, count)
    return {"mean": _mean(runs, outcome).as_dict(), **found, "effects": effects}


def by_run(runs: np.ndarray, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Give what each run counts for its point, and at which points that is known.

    Parameters
    ----------
    runs : ndarray, shape (P, R)
        States or counts, from `RunStates`.
    outcome : Outcome
        A share or a mean.

    Returns
    -------
    values : ndarray, shape (P, R)
        The runs of a conditional share count for the share of those that met the condition by linearisation:
        their mean at a point is that share, and their spread its error.
    known : ndarray of bool, shape (P,)
        Whether enough runs count.
    """
    if outcome.kind == "mean":
        return runs, (runs != ABSENT).all(axis=1)
    if not outcome.condition:
        return runs == HIT, (runs != UNMET).all(axis=1)
    met, hit = runs != UNMET, runs == HIT
    count, runs_each = met.sum(axis=1, keepdims=True), runs.shape[1]
    known = count[:, 0] > min(1, runs_each - 1)  # of one run alone the spread is unknown
    often = np.maximum(count, 1) / runs_each
    level = hit.mean(axis=1, keepdims=True) / often
    return level + _widened(count, runs_each) * (hit - level * met) / often, known


def _widened(count: np.ndarray, runs: int) -> np.ndarray | float:
    """Factor by which the runs that met a condition lie too near the share that was taken from themselves.

    Bessel's correction is for the runs of a point; it has to be for those that count.
    """
    if runs < 2:
        return 1.0
    few = np.maximum(count, 2)
    factor: np.ndarray = np.sqrt(few / (few - 1.0) * (runs - 1.0) / runs)
    return factor


def _groups(study: Study, known: np.ndarray) -> tuple[np.ndarray, int]:
    """Places of the points of each base row or trajectory that is whole, shape (G, group); and how many are not."""
    size = group_size(study)
    place = np.full(int(study.points.number.max()) + 1, -1)
    place[study.points.number[known]] = np.flatnonzero(known)
    whole_ones = len(place) // size
    grouped = place[: whole_ones * size].reshape(-1, size)
    kept = (grouped >= 0).all(axis=1)
    return grouped[kept], int(study.about["base"]) - int(kept.sum())


def group_size(study: Study) -> int:
    """Points of a base row, a trajectory, or 1."""
    count = len(study.about["factors"])
    if study.about["method"] == "sobol":
        return count + 3 + (count if study.about["second"] else 0)
    return count + 2 if study.about["method"] == "morris" else 1


def _sobol(study: Study, values: np.ndarray, groups: np.ndarray, paths: Sequence[str]) -> dict[str, Any]:
    k = len(paths)
    points = [values[groups[:, slot]] for slot in range(groups.shape[1])]
    ab = np.array(points[2 : 3 + k])
    mirrored = np.array(points[3 + k :]) if study.about["second"] else None
    found = sobol_indices(points[0], points[1], ab, None, seed=study.seed % 2**32)
    second: Mapping[tuple[int, int], Index] = {}
    if mirrored is not None:
        of_pairs = sobol_indices(points[0], points[1], ab[:k], mirrored, seed=study.seed % 2**32)
        second = of_pairs.second
    parameters, events = found.variance_of_parameters.value, found.variance_of_events
    return {
        "variance": {"parameters": parameters, "events": events},
        "factors": [_of_factor(found, at, path) for at, path in enumerate(paths)],
        "dummy": _of_factor(found, k, DUMMY),
        "pairs": [{"paths": [paths[i], paths[j]], "second": index.as_dict()} for (i, j), index in second.items()],
        "sentences": [*_sentences(found, paths)],
    }


def _of_factor(found: SobolIndices, at: int, path: str) -> dict[str, Any]:
    indices = {"first": found.first[at], "total": found.total[at], "interaction": found.interactions[at]}
    told_apart = {"told_apart": bool(found.total[at].significant)}
    return {"path": path, **{name: index.as_dict() for name, index in indices.items()}, **told_apart}


def _sentences(found: SobolIndices, paths: Sequence[str]) -> list[str]:
    if not found.variance_of_parameters.significant:
        return ["How much parameters matter at all is not told apart from 0: give more --base rows, or more --runs."]
    said = []
    for at, path in enumerate(paths):
        for kind, index in (("S1", found.first[at]), ("ST", found.total[at])):
            sentence = sentence_for(path, kind, index)
            if sentence:
                said.append(sentence)
    return said


def _morris(study: Study, values: np.ndarray, groups: np.ndarray, paths: Sequence[str]) -> dict[str, Any]:
    from sim.analysis.morris import morris_effects

    places = groups.ravel()
    unit = _unit(study)[study.points.number[places]]
    found = morris_effects(unit, values[places].mean(axis=1), dummy=len(paths), levels=LEVELS, seed=_salib(study))
    noise = _noise_of_effects(unit, values[places], groups.shape[1])
    each = [
        {
            "path": path,
            "mu": found.mu[at],
            "mu_star": found.mu_star[at].as_dict(),
            "sigma": {"value": found.sigma[at]},
            "noise": float(noise[at]),
            "told_apart": bool((found.mu_star[at].low or 0.0) > noise[at]),
        }
        for at, path in enumerate([*paths, DUMMY])
    ]
    said = [
        f"{one['path']}: its mean effect is not told apart from noise." for one in each[:-1] if not one["told_apart"]
    ]
    return {"factors": each[:-1], "dummy": each[-1], "sentences": said}


def _noise_of_effects(unit: np.ndarray, values: np.ndarray, group: int) -> np.ndarray:
    """Mean size that chance alone gives to the effects of each factor, from how its steps move single runs.

    Runs of a trajectory share draws, so that a factor without effect moves none and has no noise. The dummy,
    which changes the draws, has as much as there would be without common draws.
    """
    steps = np.arange(len(unit) - 1)
    steps = steps[(steps + 1) % group != 0]
    moved = unit[steps + 1] - unit[steps]
    factor = np.abs(moved).argmax(axis=1)
    size = np.abs(moved).max(axis=1) * LEVELS / (LEVELS - 1)
    apart = (values[steps + 1].astype(float) - values[steps]).std(axis=1, ddof=1) if values.shape[1] > 1 else np.nan
    each = math.sqrt(2.0 / math.pi) * apart / math.sqrt(values.shape[1]) / size
    return np.array([each[factor == k].mean() for k in range(unit.shape[1])])


def _pawn(study: Study, values: np.ndarray, groups: np.ndarray, paths: Sequence[str]) -> dict[str, Any]:
    from sim.analysis.pawn import pawn_indices

    places = groups.ravel()
    unit = _unit(study)[study.points.number[places]]
    found = pawn_indices(unit, values[places].mean(axis=1), dummy=len(paths), slices=SLICES, seed=_salib(study))
    each = [
        {
            "path": path,
            "median": found.median[at].as_dict(),
            "maximum": found.maximum[at].as_dict(),
            "told_apart": bool(found.above_noise(at)),
        }
        for at, path in enumerate([*paths, DUMMY])
    ]
    said = [
        f"{path}: its distance is not told apart from noise."
        for at, path in enumerate(paths)
        if not found.above_noise(at)
    ]
    return {"factors": each[:-1], "dummy": each[-1], "sentences": said}


def _salib(study: Study) -> int:
    """A seed that SALib takes for one: 0 counts as none there."""
    return study.seed % (2**32 - 1) + 1


def _unit(study: Study) -> np.ndarray:
    """Where the points of the design are in the unit cube, made again from what the study was asked."""
    count = len(study.about["factors"])
    # Values do not matter here, only places.
    blank = [Factor(f"{k}", low=0.0, high=1.0) for k in range(count)]
    return design_for(study.about["method"], blank, study.about["base"], study.seed, study.about["second"]).unit


def _mean(runs: np.ndarray, outcome: Outcome) -> Estimate:
    if outcome.kind == "mean":
        wide = runs[runs != ABSENT].astype(np.int64)
        return mean_from_moments(wide.size, int(wide.sum()), int((wide * wide).sum()))
    return share(int((runs == HIT).sum()), int((runs != UNMET).sum()))


def _effects(
    study: Study,
    runs: np.ndarray,
    outcome: Outcome,
    factors: Sequence[Mapping[str, Any]],
    groups: np.ndarray,
    count: int,
) -> list[dict[str, Any]]:
    """Say where the outcome stands at the low and at the high end of each factor."""
    # Of a base row A and B are independent samples; the others repeat their values.
    own = groups[:, :2].ravel() if study.about["method"] == "sobol" else groups.ravel()
    found = []
    for factor in factors:
        column = study.points.columns[factor["path"]][own]
        low, high, low_end, high_end = _ends(column)
        found.append(
            {
                "path": factor["path"],
                "low_end": low_end,
                "high_end": high_end,
                "at_low": _mean(runs[own[low]], outcome).as_dict(),
                "at_high": _mean(runs[own[high]], outcome).as_dict(),
            }
        )
    return found


def _ends(column: np.ndarray) -> tuple[np.ndarray, np.ndarray, Any, Any]:
    """Which points are at either end of a factor, and how far these ends reach; of words the first and the last."""
    if column.dtype == object:
        words = list(dict.fromkeys(sorted(column.tolist())))
        return column == words[0], column == words[-1], words[0], words[-1]
    low_end, high_end = np.quantile(column, [_FIFTH, 1.0 - _FIFTH])
    return column <= low_end, column >= high_end, float(low_end), float(high_end)
