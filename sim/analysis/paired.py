"""Contrasts of two scenarios that were simulated on the same draws, run by run.

Run *i* of A and run *i* of B differ only by what was changed, so most of the noise is in both and
leaves their difference. Everything here is computed from exact integer counts of runs, and is the
same however the runs came.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sim.analysis import mover, score
from sim.estimate import POISSON, STANDARD_ERROR, Estimate, deviations, mean_from_moments, share

TANGO = "tango"
NAM_BLACKWELDER = "nam-blackwelder"
MOVER = "mover"
PAIRED = "paired standard error"

# Quantile of the standard normal at 0.975, to the last bit.
_Z = 1.959963984540054

#: Counts of runs by state in A (row) and in B (column): condition not met, met without a hit, hit.
Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Contrast:
    """How an outcome differs between scenario A and scenario B on common draws.

    Parameters
    ----------
    a, b : Estimate
        The outcome in each.
    difference : Estimate
        Of b − a; `n` is the number of pairs used, those in which either met the condition.
    ratio : Estimate
        Of b / a. Its value is None where a is 0; `high` is None where a may be 0, and `low` is a bound
        then; where b is 0, `high` is one.
    variance_saved : float or None
        Share of the variance of the difference that pairing saves against two independent sets of
        as many runs. Negative where common draws do harm, None where neither outcome varies.
    times_fewer_runs : float or None
        How many times fewer runs give the same width as with independent sets. None where the
        pairs have shown no variance: nothing differed in any run, and nobody knows how much is
        saved. Its relative error is about one over the root of the number of pairs that differ.
    bound : float or None
        Least variance per pair used that any coupling of two outcomes with these probabilities can
        have: d (1 − d) with d = abs(p_B − p_A) where the condition is met in the same runs.
    times_fewer_runs_at_most : float or None
        What that least variance would give in the place of `times_fewer_runs`: not a shortcoming
        of the draws but of what is asked. None where the bound is 0.
    """

    a: Estimate
    b: Estimate
    difference: Estimate
    ratio: Estimate
    variance_saved: float | None
    times_fewer_runs: float | None
    bound: float | None
    times_fewer_runs_at_most: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0.0 or high < 0.0)

    @property
    def times_fewer_for_width(self) -> float | None:
        """How many times fewer runs give an interval as narrow as that of two independent sets.

        Unlike `times_fewer_runs` it is there where nothing differed in any run: what the runs allow then is an
        interval, not a variance. Shares have Wald intervals then, the narrowest in use.
        """
        low, high = self.difference.low, self.difference.high
        widths = [_half(each) for each in (self.a, self.b)]
        if low is None or high is None or high <= low or None in widths:
            return None
        return float(sum((width or 0.0) ** 2 for width in widths) / ((high - low) / 2.0) ** 2)

    def as_dict(self) -> dict[str, object]:
        """Give the JSON shape."""
        return {
            "a": self.a.as_dict(),
            "b": self.b.as_dict(),
            "difference": self.difference.as_dict(),
            "ratio": self.ratio.as_dict(),
            "variance_saved": self.variance_saved,
            "times_fewer_runs": self.times_fewer_runs,
            "times_fewer_for_width": self.times_fewer_for_width,
            "bound": self.bound,
            "times_fewer_runs_at_most": self.times_fewer_runs_at_most,
        }


def contrast(table: Table) -> Contrast:
    """Contrast a share in two scenarios, from the runs in each pair of states.

    Parameters
    ----------
    table : (3, 3) sequence of int
        Runs by state in A (row) and in B (column). States: 0 the condition was not met, 1 it was
        met and nothing happened, 2 a hit. An outcome without a condition has no run in state 0.

    Returns
    -------
    Contrast
        With 95 % intervals. Where the condition was met in the same runs in both: Tango's of the
        difference, Nam and Blackwelder's of the ratio. Where it was not, both are shares of
        different runs, and MOVER puts their two intervals together, with the correlation of the
        two shares estimated from the table by linearisation.

    Notes
    -----
    Measured coverage (``verification/paired.py``, 4,000 tables each, shares from 1e-4 to 0.5 and
    1,000 to 100,000 pairs): for the same runs .943 to .973 where three or more pairs that differ
    are expected, and .966 to 1 below; for different runs .933 to .978 where three or more hits and
    misses are expected, and .967 to 1 below. A delta method falls to .34 and .68. A score interval
    can do worse between the points of that grid: where all that differs goes one way and 0.17 such
    pairs are expected, one pair is seen in 16 % of cases and taken for more than that.

    References
    ----------
    Tango (1998), Statistics in Medicine 17(8), 891-908.
    Nam & Blackwelder (2002), Statistics in Medicine 21(5), 689-699.
    Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.

    Examples
    --------
    >>> found = contrast([[0, 0, 0], [0, 9000, 60], [0, 20, 920]])
    >>> difference, ratio = found.difference, found.ratio
    >>> difference.value, round(difference.low, 4), round(difference.high, 4), difference.n, difference.method
    (0.004, 0.0023, 0.0059, 10000, 'tango')
    >>> round(ratio.value, 3), round(ratio.low, 3), round(ratio.high, 3), ratio.method
    (1.043, 1.024, 1.063, 'nam-blackwelder')
    >>> round(found.variance_saved, 2), round(found.times_fewer_runs, 1), round(found.times_fewer_runs_at_most, 1)
    (0.95, 21.7, 43.6)
    >>> found.is_clear
    True
    >>> alike = contrast([[0, 0, 0], [0, 9900, 0], [0, 0, 100]])
    >>> alike.times_fewer_runs, round(alike.times_fewer_for_width)
    (None, 52)
    """
    counts = [[int(count) for count in row] for row in table]
    if [len(row) for row in counts] != [3, 3, 3] or any(count < 0 for row in counts for count in row):
        raise ValueError(f"three rows of three counts, none negative, are needed, got {table!r}")
    of_a = [sum(row) for row in counts]
    of_b = [sum(row[state] for row in counts) for state in range(3)]
    a, b = share(of_a[2], of_a[1] + of_a[2]), share(of_b[2], of_b[1] + of_b[2])
    if counts[0][1] + counts[0][2] + counts[1][0] + counts[2][0] == 0:
        return _same_runs(a, b, counts)
    return _different_runs(a, b, counts, of_a, of_b)


def _half(estimate: Estimate) -> float | None:
    """Half the width of the interval that an estimate has by itself."""
    if estimate.value is None or estimate.n == 0:
        return None
    if estimate.hits is not None:
        return _Z * math.sqrt(estimate.value * (1.0 - estimate.value) / estimate.n)
    return None if estimate.low is None or estimate.high is None else (estimate.high - estimate.low) / 2.0


def _same_runs(a: Estimate, b: Estimate, counts: list[list[int]]) -> Contrast:
    n, both, b_only, a_only = a.n, counts[2][2], counts[1][2], counts[2][1]
    if n == 0:
        return Contrast(a, b, _nothing(0, TANGO), _nothing(0, NAM_BLACKWELDER), None, None, None, None)
    difference = Estimate((b_only - a_only) / n, *score.difference_limits(n, b_only, a_only), n, None, TANGO)
    ratio = _nothing(n, NAM_BLACKWELDER)
    if both + b_only + a_only:
        low, high = score.ratio_limits(both, b_only, a_only)
        ratio = Estimate(_quotient(b.value, a.value), low, high, n, None, NAM_BLACKWELDER)
    # Exact, so that 0 is 0: variances of one pair, times n squared.
    x_a, x_b = both + a_only, both + b_only
    separate = x_a * (n - x_a) + x_b * (n - x_b)
    paired = n * (b_only + a_only) - (b_only - a_only) ** 2
    least = abs(x_b - x_a) * (n - abs(x_b - x_a))
    return Contrast(a, b, difference, ratio, *_savings(separate, paired, least, n * n))


def _different_runs(a: Estimate, b: Estimate, counts: list[list[int]], of_a: list[int], of_b: list[int]) -> Contrast:
    n = sum(map(sum, counts)) - counts[0][0]
    if a.n == 0 or b.n == 0:
        return Contrast(a, b, _nothing(n, MOVER), _nothing(n, MOVER), None, None, None, None)
    effect_a, effect_b = _effects(a), _effects(b)
    variance_a, variance_b, covariance = _moments(counts, of_a, of_b, effect_a, effect_b)
    correlation = _correlation(variance_a, variance_b, covariance)
    difference = Estimate(
        _number(b.value) - _number(a.value), *mover.difference_limits(_ends(a), _ends(b), correlation), n, None, MOVER
    )
    separate, paired = variance_a + variance_b, variance_a + variance_b - 2 * covariance
    least = separate - 2 * _most_covariance(of_a, effect_a, of_b, effect_b)
    # These are variances of the difference; times the pairs used, of one pair.
    return Contrast(a, b, difference, _ratio(a, b, correlation, n), *_savings(separate, paired, least, Fraction(1, n)))


def _moments(
    counts: list[list[int]],
    of_a: list[int],
    of_b: list[int],
    effect_a: Sequence[Fraction],
    effect_b: Sequence[Fraction],
) -> tuple[Fraction, Fraction, Fraction]:
    """Variances and covariance of two shares of different runs, by linearisation."""
    pairs = ((counts[i][j], effect_a[i] * effect_b[j]) for i in range(3) for j in range(3))
    covariance = sum((count * product for count, product in pairs), Fraction(0))
    variances = (
        sum((count * effect * effect for count, effect in zip(of, effects, strict=True)), Fraction(0))
        for of, effects in ((of_a, effect_a), (of_b, effect_b))
    )
    variance_a, variance_b = variances
    return variance_a, variance_b, covariance


def _correlation(variance_a: Fraction, variance_b: Fraction, covariance: Fraction) -> float:
    # Where one share is 0 or 1 its variance is unknown rather than 0, and so is the correlation.
    known = variance_a > 0 and variance_b > 0
    return float(covariance) / math.sqrt(variance_a * variance_b) if known else 0.0


def difference(table: Table, level: float) -> Estimate:
    """Estimate the difference of a share between two scenarios at any level, as `contrast` does at 95 %.

    Parameters
    ----------
    table : (3, 3) sequence of int
        As for `contrast`.
    level : float
        Of the interval: far above 95 % where many differences are looked at and all are to be right together.

    Returns
    -------
    Estimate
        Of b − a.

    Examples
    --------
    >>> found = difference([[0, 0, 0], [0, 9000, 60], [0, 20, 920]], 0.9999)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.004, 0.0006, 0.0081)
    >>> table = [[50, 0, 0], [10, 800, 60], [0, 20, 60]]
    >>> difference(table, 0.95) == contrast(table).difference
    True
    """
    counts = [[int(count) for count in row] for row in table]
    of_a = [sum(row) for row in counts]
    of_b = [sum(row[state] for row in counts) for state in range(3)]
    a, b = share(of_a[2], of_a[1] + of_a[2], level), share(of_b[2], of_b[1] + of_b[2], level)
    if counts[0][1] + counts[0][2] + counts[1][0] + counts[2][0] == 0:
        n, b_only, a_only = a.n, counts[1][2], counts[2][1]
        if n == 0:
            return _nothing(0, TANGO)
        limits = score.difference_limits(n, b_only, a_only, deviations(level))
        return Estimate((b_only - a_only) / n, *limits, n, None, TANGO)
    n = sum(map(sum, counts)) - counts[0][0]
    if a.n == 0 or b.n == 0:
        return _nothing(n, MOVER)
    moments = _moments(counts, of_a, of_b, _effects(a), _effects(b))
    limits = mover.difference_limits(_ends(a), _ends(b), _correlation(*moments))
    return Estimate(_number(b.value) - _number(a.value), *limits, n, None, MOVER)


def contrast_means(n: int, sum_a: int, sum_b: int, sum_aa: int, sum_bb: int, sum_ab: int) -> Contrast:
    """Contrast the mean of a count in two scenarios, from sums over the same runs of both.

    Parameters
    ----------
    n : int
        Pairs of runs.
    sum_a, sum_b, sum_aa, sum_bb, sum_ab : int
        Sums of the count, of its square and of the product; exact, so that no digit is lost.

    Returns
    -------
    Contrast
        The difference has 1.96 paired standard errors on either side, the ratio Fieller's interval.
        Where the counts were alike in every run the difference is 0, between bounds of ±3.69 / n:
        what a Poisson count of differences, coming one by one, of which none was seen allows, and the
        ratio 1 between what follows from these.

    Notes
    -----
    `bound` is the larger of two that hold for any two counts: (σ_B − σ_A)², which is the variance
    at a correlation of 1, and f (1 − f), where f is the fraction beyond a whole number in the
    difference of means, since counts differ by whole numbers.

    Examples
    --------
    >>> found = contrast_means(4, 10, 12, 30, 40, 34)  # 1, 2, 3, 4 and 2, 2, 4, 4
    >>> found.difference.value, round(found.difference.low, 3), round(found.difference.high, 3)
    (0.5, -0.066, 1.066)
    >>> round(found.variance_saved, 2), found.is_clear
    (0.89, False)
    >>> alike = contrast_means(1000, 700, 700, 900, 900, 900).difference
    >>> alike.value, alike.low, alike.high, alike.method
    (0.0, -0.003688879454, 0.003688879454, 'poisson bound')
    """
    a, b = mean_from_moments(n, sum_a, sum_aa), mean_from_moments(n, sum_b, sum_bb)
    if n == 0:
        return Contrast(a, b, _nothing(0, PAIRED), _nothing(0, PAIRED), None, None, None, None)
    total, squares = sum_b - sum_a, sum_aa + sum_bb - 2 * sum_ab
    # Variances of one pair, times n squared.
    variance_a, variance_b = n * sum_aa - sum_a**2, n * sum_bb - sum_b**2
    paired = n * squares - total**2
    difference = _mean_difference(n, total, squares, paired)
    known = variance_a > 0 and variance_b > 0
    correlation = (n * sum_ab - sum_a * sum_b) / math.sqrt(variance_a * variance_b) if known else 0.0
    ratio = _ratio(a, b, correlation, n)
    if squares == 0 and sum_a > 0:
        # Alike in every run the two are perfectly correlated, and their ratio would be known without error.
        low, high = (1.0 + _number(end) / (sum_a / n) for end in (difference.low, difference.high))
        ratio = Estimate(1.0, max(0.0, low), high, n, None, POISSON)
    beyond = total % n
    least = max((math.sqrt(variance_b) - math.sqrt(variance_a)) ** 2, float(beyond * (n - beyond)))
    return Contrast(a, b, difference, ratio, *_savings(variance_a + variance_b, paired, least, n * n))


def _mean_difference(n: int, total: int, squares: int, paired: int) -> Estimate:
    if squares == 0:
        none_seen = _number(mean_from_moments(n, 0, 0).high)
        return Estimate(0.0, -none_seen, none_seen, n, None, POISSON)
    value = total / n
    if n == 1:
        return Estimate(value, None, None, 1, None, PAIRED)
    half = _Z * math.sqrt(float(Fraction(paired, n * n * (n - 1))))
    return Estimate(value, value - half, value + half, n, None, PAIRED)


def _effects(estimate: Estimate) -> tuple[Fraction, Fraction, Fraction]:
    """What a run in each state adds to a share: (hit − share) / runs that met the condition, 0 without."""
    hits, n = int(_number(estimate.hits)), estimate.n
    return Fraction(0), Fraction(-hits, n * n), Fraction(n - hits, n * n)


def _most_covariance(
    of_a: list[int], effect_a: Sequence[Fraction], of_b: list[int], effect_b: Sequence[Fraction]
) -> Fraction:
    """Give the covariance where runs are paired in order of their effects, which no other pairing exceeds.

    That is the upper bound of Hoeffding (1940) and Fréchet (1951), for two outcomes of three states.
    """
    rest_a = sorted(zip(effect_a, of_a, strict=True))
    rest_b = sorted(zip(effect_b, of_b, strict=True))
    total = Fraction(0)
    while rest_a and rest_b:
        (one, count_a), (other, count_b) = rest_a.pop(), rest_b.pop()
        together = min(count_a, count_b)
        total += together * one * other
        if count_a > together:
            rest_a.append((one, count_a - together))
        if count_b > together:
            rest_b.append((other, count_b - together))
    return total


def _savings(
    separate: float | Fraction, paired: float | Fraction, least: float | Fraction, scale: int | Fraction
) -> tuple[float | None, float | None, float, float | None]:
    """Variance saved, times fewer runs, bound, times fewer runs at most; `scale` times one pair's variance each."""
    return (
        float(1 - paired / separate) if separate > 0 else None,
        float(separate / paired) if separate > 0 and paired > 0 else None,
        float(least / scale),
        float(separate / least) if separate > 0 and least > 0 else None,
    )


def _ratio(a: Estimate, b: Estimate, correlation: float, n: int) -> Estimate:
    method = STANDARD_ERROR if a.hits is None else MOVER
    if (not a.value and not b.value) or a.low is None or b.low is None:
        return Estimate(_quotient(b.value, a.value), None, None, n, None, method)
    low, high = mover.ratio_limits(_ends(a), _ends(b), correlation)
    return Estimate(_quotient(b.value, a.value), low, high, n, None, method)


def _nothing(n: int, method: str) -> Estimate:
    return Estimate(None, None, None, n, None, method)


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return _number(estimate.value), _number(estimate.low), _number(estimate.high)


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("there is nothing to estimate it from")
    return value


def _quotient(b: float | None, a: float | None) -> float | None:
    return None if not a or b is None else b / a
