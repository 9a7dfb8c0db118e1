"""PAWN: how far the outcome's distribution moves where a factor is held in one slice of its range.

The distance is that of Kolmogorov and Smirnov, between the outcomes at the points of a slice and at
all points. Any sample will do, a Latin hypercube or what a sweep left. It sees changes of shape that
leave the mean where it is, which indices of variance see only in part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.sobol import Index

Array = NDArray[np.float64]

#: Slices of each factor's range, unless told, and points that each has at least.
SLICES, FEWEST = 10, 2

# Quantile of the standard normal at 0.975, to the last bit.
_Z = 1.959963984540054


@dataclass(frozen=True)
class PawnIndices:
    """Distances of each factor, over its slices.

    Parameters
    ----------
    points, slices : int
        Points of the sample, and slices of equal numbers of points.
    median, maximum : tuple of Index
        Median and largest distance of the slices, in [0, 1]. A factor that matters in few places of
        its range shows in the largest only.
    dummy : int or None
        Which factor does nothing.
    """

    points: int
    slices: int
    median: tuple[Index, ...]
    maximum: tuple[Index, ...]
    dummy: int | None

    @property
    def noise_floor(self) -> Index | None:
        """Largest distance of the dummy: two samples of one distribution are never alike."""
        return None if self.dummy is None else self.maximum[self.dummy]

    def above_noise(self, factor: int) -> bool:
        """Whether the interval of a factor's maximum lies above that of the noise floor, or of 0 without a dummy."""
        low, floor = self.maximum[factor].low, self.noise_floor
        floor_high = 0.0 if floor is None or floor.high is None else floor.high
        return low is not None and low > floor_high


def pawn_indices(
    x: ArrayLike,
    y: ArrayLike,
    *,
    dummy: int | None = None,
    slices: int = SLICES,
    resamples: int = 200,
    seed: int = 1,
) -> PawnIndices:
    """Estimate PAWN indices, with intervals by bootstrap.

    Parameters
    ----------
    x : (P, K) array_like
        Points of any sample, in any units.
    y : (P,) array_like
        Mean outcome at each point.
    dummy : int, optional
        Column that does nothing.
    slices : int
        Slices of each factor's range, of about P / `slices` points.
    resamples : int
        Bootstrap resamples of points.
    seed : int
        Of the resamples.

    Returns
    -------
    PawnIndices
        With 95 % intervals.

    Raises
    ------
    ValueError
        Where shapes do not fit together, or a slice would have fewer than two points.

    Notes
    -----
    A distance is never below 0, and noise adds to it: a factor without influence has one of about
    0.8 √(slices / P) in the median, and others are too large by a part of that. So an interval says how far
    another sample of as many points would move the estimate, not where it would end with endless
    points; compare with the dummy of the same sample, not with 0. It is 1.96 standard deviations of
    the bootstrap on either side. Noise of events makes the outcomes of all slices more alike and
    distances smaller; it does not make a factor appear to matter.

    SALib (1.6) has the same statistic, but leaves the point with the largest value out of the last
    slice, fails for 6, 9 and some other numbers of slices, and has no intervals.

    References
    ----------
    Pianosi & Wagener (2015), Environmental Modelling & Software 67, 1-11.
    Pianosi & Wagener (2018), Environmental Modelling & Software 108, 197-207.

    Examples
    --------
    >>> points = np.random.default_rng(1).random((1000, 3))
    >>> found = pawn_indices(points, points[:, 0] + 0.6 * points[:, 1], dummy=2)
    >>> [found.above_noise(factor) for factor in range(3)]
    [True, True, False]
    """
    points, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if points.ndim != 2 or outcome.shape != points.shape[:1]:
        raise ValueError(f"x of shape (P, K) and y of shape (P,) are needed, got {points.shape} and {outcome.shape}")
    n = len(points)
    if slices < 2 or n < FEWEST * slices:
        raise ValueError(f"2 or more slices of 2 or more points are needed, got {slices} slices of {n} points")
    sample = _Sample(points, outcome, slices)
    rng = np.random.default_rng(seed)
    value = sample.distances(np.ones(n))
    spread = np.std(
        [sample.distances(np.bincount(rng.integers(n, size=n), minlength=n)) for _ in range(resamples)], axis=0
    )
    median, maximum = (_indices(*each) for each in zip(value, spread, strict=True))
    return PawnIndices(n, slices, median, maximum, dummy)


class _Sample:
    """Points in order of the outcome, that can be weighted anew."""

    def __init__(self, x: Array, y: Array, slices: int) -> None:
        order = np.argsort(y, kind="stable")
        # Where all points up to a value of the outcome have been counted.
        self._last = np.append(np.flatnonzero(np.diff(y[order])), len(y) - 1)
        self._columns = [(column, np.argsort(column, kind="stable")) for column in x[order].T]
        self._order, self._slices = order, slices

    def distances(self, weights: NDArray[np.generic]) -> Array:
        """Median and largest distance of the slices (2, K), each point counted by its weight."""
        counted = weights[self._order].astype(np.float64)
        everywhere = np.cumsum(counted)[self._last] / counted.sum()
        found = np.empty((2, len(self._columns)))
        for k, (column, by_size) in enumerate(self._columns):
            member = self._members(column, by_size, counted)
            within = np.cumsum(counted * member, axis=1)[:, self._last]
            filled = within[within[:, -1] > 0.0]
            distance = np.abs(filled / filled[:, -1:] - everywhere).max(axis=1)
            found[:, k] = np.median(distance), distance.max()
        return found

    def _members(self, column: Array, by_size: NDArray[np.intp], counted: Array) -> NDArray[np.bool_]:
        """Which points lie in which slice (slices, P), by quantiles of the weighted points; equal values together."""
        share = np.arange(1, self._slices) * (counted.sum() / self._slices)
        first = np.searchsorted(np.cumsum(counted[by_size]), share, side="right")
        slice_of = np.searchsorted(column[by_size][first], column, side="right")
        return np.asarray(slice_of == np.arange(self._slices)[:, None])


def _indices(value: Array, spread: Array) -> tuple[Index, ...]:
    low, high = (value - _Z * spread).clip(0.0), (value + _Z * spread).clip(max=1.0)
    return tuple(Index(*map(float, ends)) for ends in zip(value, low, high, strict=True))
