"""Scores of yearly forecasts: how far the model does better than knowing nothing but averages.

The forecast for a year is the chance that a dispute begins in it (Brier score), and the chances of
the highest level that those begun in it reach (ranked probability score). Both are 0 for a sure and
right forecast; lower is better. The climatology forecasts each year with the frequencies of all
other years.

References
----------
Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review
78(1). Epstein (1969), "A scoring system for probability forecasts of ranked categories", Journal of
Applied Meteorology 8(6).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.hindcast.measure import STEP
from sim.hindcast.mid import Dyad
from sim.hindcast.predict import CHUNK_SETS, PATTERN, Histories

#: Categories of a year: no dispute, then the highest level.
CATEGORIES = (0, 2, 3, 4, 5)
#: Histories of each parameter set behind the forecasts.
_PER_SET = 20


@dataclass(frozen=True)
class Scores:
    """Mean scores over the years.

    Parameters
    ----------
    years : int
        How many.
    brier, brier_climatology : float
        Brier scores of "a dispute begins".
    rps, rps_climatology : float
        Ranked probability scores of the highest level.
    by_year : tuple of ndarray, shape (years,)
        The model's Brier and ranked probability scores of each year.
    """

    years: int
    brier: float
    brier_climatology: float
    rps: float
    rps_climatology: float
    by_year: tuple[np.ndarray, np.ndarray] = field(repr=False)

    def as_dict(self) -> dict[str, float]:
        """Give the mean scores by name."""
        names = ("years", "brier", "brier_climatology", "rps", "rps_climatology")
        return {name: getattr(self, name) for name in names}


def difference(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Give the mean difference of two forecasts' scores of the same years, and its standard error.

    Examples
    --------
    >>> mean, error = difference(np.array([0.5, 0.25]), np.array([0.25, 0.25]))
    >>> mean, round(error, 3)
    (0.125, 0.125)
    """
    gaps = one - other
    return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))


def brier(chance: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Squared distance of forecast and event, year by year.

    Examples
    --------
    >>> brier(np.array([1.0, 0.5]), np.array([1, 0])).tolist()
    [0.0, 0.25]
    """
    return np.asarray((chance - happened) ** 2)


def ranked_probability(chances: np.ndarray, category: np.ndarray) -> np.ndarray:
    """Ranked probability score, year by year.

    Parameters
    ----------
    chances : ndarray, shape (years, categories)
        Forecast.
    category : ndarray of int, shape (years,)
        What came.

    Examples
    --------
    >>> ranked_probability(np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([1, 0])).tolist()
    [0.0, 0.25]
    """
    came = np.eye(chances.shape[1])[category]
    gaps = np.cumsum(chances, axis=1) - np.cumsum(came, axis=1)
    return np.asarray((gaps**2)[:, :-1].sum(axis=1) / (chances.shape[1] - 1))


def score(found: Histories, observed: Sequence[tuple[int, int]], sets: int) -> Scores:
    """Score the model's yearly forecasts.

    Parameters
    ----------
    found : Histories
        Of the scenario.
    observed : sequence of (int, int)
        Year, and the highest level of the disputes begun in it, 0 for none.
    sets : int
        Parameter sets behind the forecasts.

    Returns
    -------
    Scores
        Beside those of the climatology.
    """
    counts = np.zeros((len(observed), len(CATEGORIES)))
    for first in range(0, sets, CHUNK_SETS):
        counts += _counts(found, observed, np.arange(first, min(sets, first + CHUNK_SETS)))
    model = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
    category = np.array([CATEGORIES.index(level) for _, level in observed])
    seen = np.bincount(category, minlength=len(CATEGORIES))
    # Each year is forecast from the others, with a half added so that nothing is impossible.
    others = seen[None, :] - np.eye(len(CATEGORIES))[category] + 0.5
    climatology = others / others.sum(axis=1, keepdims=True)
    happened = (category > 0).astype(float)
    by_year = brier(1.0 - model[:, 0], happened), ranked_probability(model, category)
    averages = brier(1.0 - climatology[:, 0], happened), ranked_probability(climatology, category)
    return Scores(
        years=len(observed),
        brier=float(by_year[0].mean()),
        brier_climatology=float(averages[0].mean()),
        rps=float(by_year[1].mean()),
        rps_climatology=float(averages[1].mean()),
        by_year=by_year,
    )


def _counts(found: Histories, observed: Sequence[tuple[int, int]], sets: np.ndarray) -> np.ndarray:
    """Histories by year and category."""
    dyad = Dyad(*PATTERN)
    disputes = found.coded(sets, _PER_SET, [dyad])[dyad].disputes
    many = len(sets) * _PER_SET
    counts = np.zeros((len(observed), len(CATEGORIES)))
    for i, (year, _) in enumerate(observed):
        first, last = (found.span.step_of(datetime.date(y, 1, 1).toordinal()) for y in (year, year + 1))
        begun = disputes[(disputes[:, STEP] >= first) & (disputes[:, STEP] < last)]
        highest = np.zeros(many, np.int64)
        np.maximum.at(highest, begun[:, 0], begun[:, 3])
        counts[i] = [(highest == level).sum() for level in CATEGORIES]
    return counts
