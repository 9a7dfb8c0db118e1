"""From the runs of a study of uncertainty to what is said of one outcome: chance, ignorance and structure apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.analysis.band import PROBABILITIES, Band, band
from sim.analysis.nested import Nested, nested_difference, nested_share
from sim.analysis.sobol import SobolIndices, sobol_indices
from sim.designs.nested import row_size
from sim.estimate import number_of
from sim.experiments.indices import by_run
from sim.outcomes import Outcome
from sim.studies.collect import HIT, UNMET, RunStates
from sim.studies.study import Study

#: What quantiles of a band are called.
QUANTILES = tuple(f"q{100 * p:02.0f}" for p in PROBABILITIES)
#: Share of the points without a hit from which on the low end of a band is not seen but filled in.
_UNSEEN = 0.25
#: Plain runs cannot see what would take more than so many times those that were made.
_AFFORDABLE = 10
#: Where the shares of variance are due to what no group explains alone.
JOINTLY = "jointly"
EVENTS = "events"


def ignorance_of(study: Study, collector: RunStates, outcome: Outcome) -> dict[str, Any]:
    """Say of one outcome what is chance, what is ignorance of parameters, and what is structure.

    Parameters
    ----------
    study : Study
        Of uncertainty.
    collector : RunStates
        All its runs.
    outcome : Outcome
        A share.

    Returns
    -------
    dict
        As ``outcomes`` in the summary holds it.
    """
    about = study.about
    runs = _by_row(study, collector.of(outcome.name))
    hits, n = (runs == HIT).sum(axis=2), (runs != UNMET).sum(axis=2)
    whole = (runs[:, 0] != UNMET).any(axis=1)
    seed = study.seed % 2**32
    written = nested_share(hits[:, 0], n[:, 0], seed=seed)
    found = band(hits[:, 0], n[:, 0], seed=seed) if written.variance.significant else None
    structure = _structure(about, hits, n)
    values, known = by_run(runs.reshape(-1, runs.shape[2]), outcome)
    shares, dropped = _shares(about, values.reshape(runs.shape), known.reshape(runs.shape[:2]), seed)
    said, unseen = _unseen(outcome, written, found, study.points.per_point)
    sentences = [said] if said else []
    if dropped and shares:
        sentences.append(
            f"{outcome.name}: {number_of(dropped, 'base row')} left out of the shares of variance, where a point "
            "failed or too few runs met the condition."
        )
    return {
        "probability": written.probability.as_dict(),
        "error": {"points": written.error_of_points, "runs": written.error_of_runs},
        "variance_over_parameters": written.variance.as_dict(),
        "points_seen": written.seen,
        "points_counted": int(whole.sum()),
        "unseen": unseen,
        "band": _quantiles(found),
        "structure": structure,
        "variance": shares,
        "sentences": sentences,
    }


def _by_row(study: Study, runs: np.ndarray) -> np.ndarray:
    """States of the runs by base row and point of it, shape (N, row, R); points that failed are unmet."""
    about = study.about
    row = row_size(len(about["worlds"]), len(about["groups"]))
    found = np.full((int(about["base"]) * row, runs.shape[1]), UNMET, runs.dtype)
    found[study.points.number] = runs
    return found.reshape(-1, row, runs.shape[1])


def _quantiles(found: Band | None) -> dict[str, Any] | None:
    if found is None:
        return None
    named = zip(QUANTILES, found.quantiles, strict=True)
    return {**{name: index.as_dict() for name, index in named}, "degree": found.degree}


def _structure(about: dict[str, Any], hits: np.ndarray, n: np.ndarray) -> list[dict[str, Any]]:
    """Give the mean with each position alone, those that the scenario has among them."""
    slots = {(world["choice"], world["position"]): slot for slot, world in enumerate(about["worlds"], 1)}
    found = []
    for choice in about["choices"]:
        for position in choice["positions"]:
            slot = slots.get((choice["name"], position["name"]), 0)
            estimate = nested_share(hits[:, slot], n[:, slot], resamples=1).probability
            moved = nested_difference(hits[:, slot], n[:, slot], hits[:, 0], n[:, 0])
            found.append(
                {
                    "choice": choice["name"],
                    "position": position["name"],
                    "is_written": slot == 0,
                    "probability": estimate.as_dict(),
                    "difference": moved.as_dict(),
                }
            )
    return found


def _shares(
    about: dict[str, Any], values: np.ndarray, known: np.ndarray, seed: int
) -> tuple[dict[str, Any] | None, int]:
    """Shares of the variance of one run and of the probability, and how many base rows could not be used."""
    groups, first = about["groups"], 1 + len(about["worlds"])
    used = known[:, first:].all(axis=1)
    dropped = int((~used).sum())
    if used.sum() < 2:
        return None, dropped
    points = values[used, first:]
    if points.min() == points.max():
        return None, dropped
    a, b, *mixed = (points[:, slot] for slot in range(points.shape[1]))
    found = sobol_indices(a, b, np.stack(mixed[:-1]), seed=seed)
    dummy = sobol_indices(a, b, mixed[-1][None], resamples=200, seed=seed)
    return _told(found, dummy, groups), dropped


def _told(found: SobolIndices, dummy: SobolIndices, groups: Sequence[str]) -> dict[str, Any]:
    alone = dict(zip(groups, found.first_of_run, strict=True))
    of_run = {EVENTS: found.events_of_run, **alone, JOINTLY: found.jointly_of_run}
    of_probability = {
        name: {"first": found.first[at].as_dict(), "total": found.total[at].as_dict()} for at, name in enumerate(groups)
    }
    return {
        "mean": found.mean.as_dict(),
        "of_run": {name: index.as_dict() for name, index in of_run.items()},
        "of_probability": of_probability,
        "jointly": found.jointly.as_dict(),
        "variance_of_probability": found.variance_of_parameters.as_dict(),
        "dummy": {"first": dummy.first[0].as_dict(), "total": dummy.total[0].as_dict()},
    }


def _unseen(outcome: Outcome, written: Nested, found: Band | None, runs: int) -> tuple[str, dict[str, Any] | None]:
    """Say where plain runs do not see how the probability spreads, and what would."""
    name, points = outcome.name, number_of(written.points, "point")
    if written.probability.n == 0:
        return f"{name}: no run met its condition.", None
    if written.probability.hits == written.probability.n:
        return f"{name} came in every run: there is nothing to tell apart.", None
    few = f"{name}: a hit in {written.seen:,} of {points}"
    needed = _runs_to_ask_for(written, runs)
    if found is not None:
        if written.seen >= (1.0 - _UNSEEN) * written.points:
            return "", None
        said = f"{few}. How low it is at the others is filled in by the shape of the fit, not seen."
        return said, {"by": "runs", "runs": needed}
    if needed is None or needed > _AFFORDABLE * runs:
        event = name.partition("|")[0]
        said = f"{few}: plain runs cannot see how it spreads over parameters."
        tool = f"Ask `pactsim rare SCENARIO --event {event} --vary PATH`, which is made for that."
        return f"{said} {tool}", {"by": "rare", "runs": needed}
    said = f"{few}: a spread over parameters is not told apart from the noise of few runs."
    return f"{said} With --runs {needed:,} one of half the mean would show.", {"by": "runs", "runs": needed}


def _runs_to_ask_for(written: Nested, runs: int) -> int | None:
    """Runs of each point, in two digits; where those that should do showed nothing, twice as many."""
    if written.runs_needed is None:
        return None
    needed = max(written.runs_needed, 2 * runs)
    scale = int(10 ** max(len(str(needed)) - 2, 0))
    return -(-needed // scale) * scale
