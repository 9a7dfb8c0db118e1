"""A probability over points of parameters: its Monte Carlo error, and whether it differs from point to point.

Runs of one point share its parameters, so that they are a cluster: more runs of the same points cannot tell what other
points would. The error of the mean is therefore that of the points, and of it only a part is due to few runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.sobol import Index
from sim.estimate import LEVEL, Estimate, share

Array = NDArray[np.float64]

#: How an interval of a share from clusters was made, as an estimate says it.
CLUSTERED = "clopper-pearson, clustered"
#: A spread over points as large as this share of the mean is one that an analyst would want to see.
WORTH_SEEING = 0.5
#: Standard errors of noise by which it must stand out.
_ERRORS = 5.0


@dataclass(frozen=True)
class Nested:
    """What counts at points of parameters say of a probability.

    Parameters
    ----------
    probability : Estimate
        Mean over points, its interval with points as clusters.
    error_of_points, error_of_runs : float or None
        Standard errors of the mean due to there being few points, and few runs of each; None for one point.
    variance : Index
        Of the probability over points, the noise of runs taken out; not clipped at 0.
    seen : int
        Points with a hit.
    points : int
        Points with a run that counts.
    runs_needed : int or None
        Runs of each point that would show a standard deviation of half the mean; None where there was no hit.
    """

    probability: Estimate
    error_of_points: float | None
    error_of_runs: float | None
    variance: Index
    seen: int
    points: int
    runs_needed: int | None


def nested_share(hits: ArrayLike, n: ArrayLike, *, resamples: int = 1000, seed: int = 1) -> Nested:
    """Estimate the mean over points of a probability, and its variance over them.

    Parameters
    ----------
    hits, n : (N,) array_like of int
        Runs of each point in which it happened, out of how many that count.
    resamples : int
        Bootstrap resamples of points behind the interval of the variance.
    seed : int
        Of the resamples: the same arguments give the same result.

    Returns
    -------
    Nested
        With 95 % intervals.

    Notes
    -----
    The interval of the mean is Clopper and Pearson's with as many runs as would have the same error if all were of
    points of their own (Korn & Graubard 1998), but no more than there are. The variance is the mean of
    h (h − 1) / (n (n − 1)), which has no noise in it, less the square of the mean, freed from its own error. Points of
    a Sobol' sequence fill the space more evenly than the independent ones that both intervals take them for: these
    are then too wide rather than too narrow.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24(2), 193-201.

    Examples
    --------
    >>> found = nested_share([0, 10, 20, 30, 40, 50], [100] * 6)
    >>> found.probability.value, round(found.variance.value, 4)
    (0.25, 0.0334)
    >>> found.error_of_points > found.error_of_runs
    True
    """
    h, of = np.asarray(hits, np.int64), np.asarray(n, np.int64)
    counted = of > 0
    h, of = h[counted], of[counted]
    total, runs, points = int(h.sum()), int(of.sum()), len(h)
    seen = int((h > 0).sum())
    if points < 2 or total in (0, runs):
        return Nested(share(total, runs), None, None, Index(None, None, None), seen, points, None)
    level = total / runs
    apart = (h - level * of) * (points / runs)
    squared = float(apart.var(ddof=1)) / points
    several = np.maximum(of - 1, 1)
    of_runs = float((h * (of - h) / several).sum()) / runs**2
    estimate = _clustered(total, runs, squared, points)
    return Nested(
        estimate,
        math.sqrt(max(squared - of_runs, 0.0)),
        math.sqrt(of_runs),
        _variance(h[of > 1], of[of > 1], resamples, seed),
        seen,
        points,
        _runs_needed(level, points),
    )


def _clustered(hits: int, n: int, squared: float, points: int) -> Estimate:
    """Clopper and Pearson's interval for as many independent runs as have this squared error."""
    from scipy.special import betaincinv, stdtrit

    level, tail = hits / n, 0.5 * (1.0 - LEVEL)
    wider = stdtrit(n - 1.0, tail) / stdtrit(points - 1.0, tail)
    count = min(level * (1.0 - level) / squared * wider**2, n) if squared > 0.0 else n
    of = level * count
    low = float(betaincinv(of, count - of + 1.0, tail))
    high = float(betaincinv(of + 1.0, count - of, 1.0 - tail))
    return Estimate(level, low, high, n, hits, CLUSTERED)


def _variance(hits: NDArray[np.int64], n: NDArray[np.int64], resamples: int, seed: int) -> Index:
    """Variance over points, the noise of runs taken out; of several runs each, since one says nothing of noise."""
    points = len(hits)
    if points < 2:
        return Index(None, None, None)
    level, squares = hits / n, hits * (hits - 1) / (n * (n - 1.0))
    rng = np.random.default_rng(seed)
    found = [_unbiased(np.ones((1, points)), level, squares)]
    for done in range(0, resamples, 64):
        chosen = rng.integers(points, size=(min(64, resamples - done), points))
        weights = np.stack([np.bincount(each, minlength=points) for each in chosen]).astype(np.float64)
        found.append(_unbiased(weights, level, squares))
    tail = 0.5 * (1.0 - LEVEL)
    low, high = np.quantile(np.concatenate(found[1:]), (tail, 1.0 - tail))
    return Index(float(found[0][0]), float(low), float(high))


def _unbiased(weights: Array, level: Array, squares: Array) -> Array:
    """Variance for several weightings of the points: its square of the mean has no error of the mean in it."""
    points = len(level)
    mean = weights @ level / points
    spread = (weights @ (level * level) / points - mean * mean) * points / (points - 1.0)
    found: Array = weights @ squares / points - (mean * mean - spread / points)
    return found


def _runs_needed(level: float, points: int) -> int:
    """Runs of each point at which a spread worth seeing exceeds the noise of its own estimate.

    Without a spread h (h − 1) / (n (n − 1)) has a standard deviation of nearly √2 p (1 − p) / n at each point.
    """
    return math.ceil(_ERRORS * math.sqrt(2.0 / points) * (1.0 - level) / (level * WORTH_SEEING**2)) + 1


def nested_difference(hits: ArrayLike, n: ArrayLike, from_hits: ArrayLike, from_n: ArrayLike) -> Index:
    """Estimate how far a probability lies from another at the same points, on the same draws.

    Parameters
    ----------
    hits, n : (N,) array_like of int
        Runs of each point in which it happened, out of how many that count.
    from_hits, from_n : (N,) array_like of int
        The same of what is subtracted.

    Returns
    -------
    Index
        Difference of the means, with a t-interval over points; the interval is unknown where no point differs.

    Examples
    --------
    >>> found = nested_difference([5, 9, 7], [10, 10, 10], [1, 3, 2], [10, 10, 10])
    >>> round(found.value, 2), found.significant
    (0.5, True)
    """
    from scipy.special import stdtrit

    parts, levels = [], []
    for h, of in ((hits, n), (from_hits, from_n)):
        counts, runs = np.asarray(h, np.int64), np.asarray(of, np.int64)
        if not runs.sum():
            return Index(None, None, None)
        levels.append(counts.sum() / runs.sum())
        parts.append((counts - levels[-1] * runs) * (len(runs) / runs.sum()))
    value, points = float(levels[0] - levels[1]), len(parts[0])
    if points < 2 or np.array_equal(parts[0], parts[1]):
        return Index(value, None, None)
    error = float((parts[0] - parts[1]).std(ddof=1)) / math.sqrt(points)
    half = -float(stdtrit(points - 1.0, 0.5 * (1.0 - LEVEL))) * error
    return Index(value, value - half, value + half)
