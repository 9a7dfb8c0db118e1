"""Discover: in which region of the parameters an outcome comes about, as ranges that an analyst can quote.

Two kinds of folders have what is needed. A plain run drew every uncertain parameter anew in each run; the draws
are a function of run and path, so they are made again here and cost no further run. A sweep has its points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.prim import Box, Limit, find_boxes
from sim.engine.ensemble import signed
from sim.engine.lower import lower
from sim.engine.parameters import Drawn, draw_parameters
from sim.errors import Fault, InputError
from sim.estimate import share
from sim.outcomes import Outcome, catalogue, parse
from sim.scenario.model import Scenario
from sim.scenario.wording import quote, suggest
from sim.store.files import write_json
from sim.store.folder import ResultsFolder
from sim.store.study import StudyFolder, is_study
from sim.studies.arguments import whole
from sim.studies.collect import HIT, UNMET, states

#: Values of parameters that are held in memory at most.
MOST_VALUES = 100_000_000
#: Parameters are drawn for this many runs at a time.
_AT_ONCE = 10_000


@dataclass(frozen=True)
class _Data:
    """What boxes are looked for in.

    Parameters
    ----------
    paths : list of str
        Of the columns.
    values : ndarray, shape (N, K)
        Their values; words are numbered in the order of the alphabet.
    words : dict of str to list of str
        The words of each column that has some.
    hits, trials : ndarray of int64, shape (N,)
        Runs in which the outcome came about, and runs that met its condition.
    scenario : Scenario
        As resolved.
    seed : int
        Of the runs.
    shares_draws : bool
        Whether points met the same draws, and so are wrong together.
    """

    paths: list[str]
    values: np.ndarray
    words: dict[str, list[str]]
    hits: np.ndarray
    trials: np.ndarray
    scenario: Scenario
    seed: int
    shares_draws: bool


def discover(
    folder: str | Path,
    outcome: str,
    *,
    vary: Sequence[str] = (),
    boxes: int = 3,
    least_coverage: float | None = None,
    least_density: float | None = None,
) -> dict[str, Any]:
    """Find boxes of parameters in which an outcome is frequent.

    Parameters
    ----------
    folder : str or Path
        Results of ``pactsim run`` with parameters drawn, or of ``pactsim sweep``.
    outcome : str
        A share, conditional ones too.
    vary : sequence of str
        Paths to look at; all that vary, without.
    boxes : int
        At most so many.
    least_coverage, least_density : float, optional
        Choose the densest box that covers this share of the hits, or the most covering one of this density.

    Returns
    -------
    dict
        As ``pactsim discover --json``; the same for the same folder. Kept beside the results.

    Raises
    ------
    InputError
        If the folder has nothing that varies, or an argument is wrong.

    References
    ----------
    Friedman & Fisher (1999), Statistics and Computing 9(2), 123-143; Bryant & Lempert (2010), Technological
    Forecasting and Social Change 77(1), 34-49.

    Examples
    --------
    >>> from sim.experiments.discover import discover
    >>> discover("results/baseline-1a2b3c4d", "force")["boxes"]  # doctest: +SKIP
    """
    _refuse_arguments(boxes, least_coverage, least_density)
    path = Path(folder)
    data = _of_study(path, outcome, vary) if is_study(path) else _of_run(path, outcome, vary)
    if len(data.values) < 2:
        raise InputError(Fault("a folder of two points or more", f"{len(data.values)}", file=str(path)))
    found = find_boxes(
        data.values,
        data.hits,
        data.trials,
        categorical=[data.paths.index(each) for each in data.words],
        boxes=boxes,
        least_coverage=least_coverage,
        least_density=least_density,
        seed=data.seed % 2**32,
    )
    told = _told(data, outcome, found)
    write_json(path / f"discover-{re.sub(r'[^A-Za-z0-9]+', '-', outcome).strip('-')}.json", told)
    return told


def _refuse_arguments(boxes: int, coverage: float | None, density: float | None) -> None:
    faults = []
    if not 1 <= (whole(boxes) or 0) <= 20:
        faults.append(Fault("a number of boxes from 1 to 20", str(boxes), path="--boxes"))
    for option, given in (("--least-coverage", coverage), ("--least-density", density)):
        if given is not None and not 0.0 < given <= 1.0:
            faults.append(Fault("a share above 0 and at most 1", f"{given:g}", path=option))
    if coverage is not None and density is not None:
        faults.append(Fault("one of --least-coverage and --least-density", "both", path="--least-density"))
    if faults:
        raise InputError(faults)


def _asked(scenario: Scenario, name: str) -> Outcome:
    found = parse(name, catalogue(scenario), "--outcome")
    if found.kind != "share":
        raise InputError(Fault("a share, such as war", f"{quote(name)}, a {found.kind}", path="--outcome"))
    return found


def _chosen(there: Sequence[str], vary: Sequence[str], folder: Path) -> list[str]:
    if not there:
        fix = "Give one of a run with parameters drawn, or of a sweep."
        raise InputError(Fault("a folder in which something varies", "nothing", fix, str(folder)))
    unknown = [each for each in vary if each not in there]
    if unknown:
        need = "paths that vary there"
        raise InputError([Fault(need, quote(each), suggest(each, there), path="--vary") for each in unknown])
    return [each for each in there if each in vary] if vary else list(there)


def _of_run(folder: Path, outcome: str, vary: Sequence[str]) -> _Data:
    """Draw the parameters of the runs again, and count each run for itself."""
    results = ResultsFolder(folder)
    scenario, identity = results.scenario, results.identity
    asked = _asked(scenario, outcome)
    table = lower(scenario, identity.parameters == "central").parameters
    paths = [table.paths[row] for row in table.rows]
    chosen = _chosen(paths, vary, folder)
    if results.runs * len(chosen) > MOST_VALUES:
        most = MOST_VALUES // len(chosen)
        fix = f"Name fewer paths with --vary, or run {most:,} runs into another folder."
        raise InputError(Fault(f"at most {most:,} runs with {len(chosen)} parameters", f"{results.runs:,}", fix))
    place = [paths.index(path) for path in chosen]
    drawn = Drawn(
        np.arange(len(place)), table.kinds[place], table.addresses[place], table.numbers[place], table.tables[place]
    )
    values = np.empty((results.runs, len(place)))
    for first in range(0, results.runs, _AT_ONCE):
        draws = np.arange(first, min(first + _AT_ONCE, results.runs))
        block = np.empty((len(place), len(draws)))
        draw_parameters(block, drawn, signed(identity.seed), draws)
        values[draws] = block.T
    state = np.concatenate([states(part.rows, asked) for part in results.parts()])
    hits, trials = (state == HIT).astype(np.int64), (state != UNMET).astype(np.int64)
    return _Data(chosen, values, {}, hits, trials, scenario, identity.seed, False)


def _of_study(folder: Path, outcome: str, vary: Sequence[str]) -> _Data:
    """Count the runs of each point."""
    study = StudyFolder(folder)
    if study.kind == "flip":  # parameters are held a few at a time, and drawn elsewhere
        raise InputError(Fault("the folder of a run or a sweep", "a stage of a search for flips", file=str(folder)))
    if study.kind == "rare":
        fix = "Sweep the same paths with `pactsim sweep`, for an outcome that plain runs meet."
        raise InputError(Fault("a folder whose rows are runs", "replications of `pactsim rare`", fix, str(folder)))
    points, scenario = study.points, study.scenarios[0]
    asked = _asked(scenario, outcome)
    chosen = _chosen(list(points.columns), vary, folder)
    words: dict[str, list[str]] = {}
    columns = []
    for path in chosen:
        column = points.columns[path]
        if column.dtype == object:
            words[path], column = sorted(set(column.tolist())), np.unique(column.astype(str), return_inverse=True)[1]
        columns.append(column.astype(np.float64))
    state = np.concatenate([states(rows, asked) for rows in study.rows()]).reshape(len(points), points.per_point)
    hits, trials = (state == HIT).sum(axis=1), (state != UNMET).sum(axis=1)
    shared = len(np.unique(points.first_draw)) < len(points)
    return _Data(chosen, np.column_stack(columns), words, hits, trials, scenario, study.identity.seed, shared)


def _told(data: _Data, outcome: str, found: Sequence[Box]) -> dict[str, Any]:
    first = found[0] if found else None
    steps = first.trajectory if first else ()
    return {
        "scenario": data.scenario.stem,
        "title": data.scenario.title,
        "outcome": outcome,
        "assumption_driven": _asked(data.scenario, outcome).assumption_driven,
        "seed": data.seed,
        "looked_at": data.paths,
        "points": len(data.values),
        "shares_draws": data.shares_draws,
        "base_rate": share(int(data.hits.sum()), int(data.trials.sum())).as_dict(),
        "boxes": [_box(data, box) for box in found],
        "trajectory": [{"coverage": s.coverage, "density": s.density, "mass": s.mass} for s in steps],
        "chosen": first.chosen if first else None,
    }


def _box(data: _Data, box: Box) -> dict[str, Any]:
    return {
        "limits": [_limit(data, limit) for limit in box.limits],
        "coverage": box.coverage,
        "density": box.density.as_dict(),
        "mass": box.mass,
        "density_in_fit": box.density_in_fit,
    }


def _limit(data: _Data, limit: Limit) -> dict[str, Any]:
    path, column = data.paths[limit.factor], data.values[:, limit.factor]
    about = {
        "path": path,
        "quasi_p": limit.quasi_p,
        "density_without": limit.density_without,
        "coverage_without": limit.coverage_without,
    }
    if path in data.words:
        kept = [word for code, word in enumerate(data.words[path]) if code not in limit.range.excluded]
        return {**about, "values": kept, "range": data.words[path], "low": None, "high": None}
    ends = [float(column.min()), float(column.max())]
    return {**about, "low": _finite(limit.range.low), "high": _finite(limit.range.high), "range": ends}


def _finite(end: float | None) -> float | None:
    return None if end is None or not math.isfinite(end) else float(end)


def sentences(found: dict[str, Any]) -> list[str]:
    """Say what was found in words that can be quoted.

    Parameters
    ----------
    found : dict
        From `discover`.

    Returns
    -------
    list of str
        A sentence for each box, or one that says that there is none.

    Examples
    --------
    >>> limit = {"path": "x", "low": 0.6, "high": None, "range": [0.0, 1.0]}
    >>> box = {"limits": [limit], "coverage": 0.82, "density": share(400, 1000).as_dict(), "mass": 0.4}
    >>> sentences({"outcome": "war", "base_rate": share(100, 1000).as_dict(), "boxes": [box]})[0][:66]
    'Box 1: x at least 0.6. There war has 40 % of runs (37.0-43.1 %), a'
    """
    from sim.estimate import Estimate, format_interval, format_share

    rate = Estimate.from_dict(found["base_rate"])
    if not rate.n:
        return [f"The condition of {found['outcome']} was met in no run."]
    base = format_share(rate)
    if not found["boxes"]:
        return [
            f"No box was found in which {found['outcome']} is more frequent than chance allows ({base} of all runs)."
        ]
    said = []
    for number, box in enumerate(found["boxes"], 1):
        density = Estimate.from_dict(box["density"])
        ranges = "; ".join(map(_range, box["limits"]))
        frequent = f"{format_share(density)} of runs ({format_interval(density)}), against {base} of all"
        covered = f"{100.0 * box['coverage']:.2g} % of its cases lie there"
        said.append(f"Box {number}: {ranges}. There {found['outcome']} has {frequent}; {covered}.")
    return said


def _range(limit: dict[str, Any]) -> str:
    path, low, high = limit["path"], limit["low"], limit["high"]
    if "values" in limit:
        return f"{path} {' or '.join(limit['values'])}"
    if low is None:
        return f"{path} at most {high:.3g}"
    return f"{path} at least {low:.3g}" if high is None else f"{path} from {low:.3g} to {high:.3g}"
