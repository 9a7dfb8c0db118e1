"""Answers of several experts to one question become one distribution of the format.

An answer is a 5, a 50 and a 95 % quantile. Each is read as a distribution whose cumulative probability is
linear between its quantiles and beyond them; the pool is the mean of these, with equal weights, so that
experts who disagree make it wide. The family of the format that meets the pool's three quantiles best is
taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from sim.scenario.quantity import Unit

LEVELS = (0.05, 0.5, 0.95)
#: Quantiles must lie this far apart, as a share of the larger, so that rounding keeps them apart.
LEAST_SPREAD = 1e-3
_DIGITS = 4
_HALVINGS = 60

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Fit:
    """A distribution of the format.

    Parameters
    ----------
    family : str
        ``"triangular"`` or ``"lognormal"``.
    arguments : tuple of float
        As in a scenario file.
    truncate : tuple of float, optional
        Bounds of a lognormal.
    quantiles : tuple of float
        Its 5, 50 and 95 % quantiles.
    """

    family: str
    arguments: tuple[float, ...]
    truncate: tuple[float, float] | None
    quantiles: Triple

    def miss(self, wanted: Triple) -> float:
        """Largest distance of a quantile from the wanted one, as a share of the wanted range."""
        return max(abs(a - b) for a, b in zip(self.quantiles, wanted, strict=True)) / (wanted[2] - wanted[0])


def cumulative(answer: Triple, x: float) -> float:
    """Probability that an expert gives to values up to x.

    Examples
    --------
    >>> [round(cumulative((1.0, 2.0, 4.0), x), 2) for x in (0.0, 1.0, 1.5, 2.0, 4.0, 9.0)]
    [0.0, 0.05, 0.28, 0.5, 0.95, 1.0]
    """
    low, median, high = answer
    tail = LEVELS[0] / (LEVELS[1] - LEVELS[0])
    knots = (low - tail * (median - low), low, median, high, high + tail * (high - median))
    at = (0.0, *LEVELS, 1.0)
    for left, right, below, above in zip(knots, knots[1:], at, at[1:], strict=False):
        if x < right:
            return below if x <= left else below + (above - below) * (x - left) / (right - left)
    return 1.0


def pooled(answers: Sequence[Triple]) -> Triple:
    """Quantiles of the equal-weight linear pool of some answers (Stone 1961).

    Examples
    --------
    >>> pooled([(1.0, 2.0, 4.0)])
    (1.0, 2.0, 4.0)
    >>> [round(q, 2) for q in pooled([(1.0, 2.0, 3.0), (11.0, 12.0, 13.0)])]
    [1.11, 7.0, 12.89]
    """
    low, _, high = (min(a[0] for a in answers), 0.0, max(a[2] for a in answers))
    found = [_inverted(answers, level, low, high) for level in LEVELS]
    return found[0], found[1], found[2]


def _inverted(answers: Sequence[Triple], level: float, low: float, high: float) -> float:
    """Middle of the values at which the pool reaches a level, which are many where the answers lie apart."""
    return round_off(0.5 * (_edge(answers, level, low, high, 1e-12) + _edge(answers, level, low, high, -1e-12)))


def _edge(answers: Sequence[Triple], level: float, low: float, high: float, slack: float) -> float:
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        reached = sum(cumulative(answer, middle) for answer in answers) / len(answers) >= level + slack
        low, high = (low, middle) if reached else (middle, high)
    return 0.5 * (low + high)


def round_off(x: float, digits: int = _DIGITS + 2) -> float:
    """Round to significant digits, so that another machine's last bits make no other scenario."""
    return float(f"{x:.{digits}g}")


def fit(wanted: Triple, unit: Unit) -> Fit:
    """Give the distribution of the format that meets three quantiles best, within the range of its field.

    Examples
    --------
    >>> fit((0.1, 0.3, 0.5), Unit("share", 0.0, 1.0)).family
    'triangular'
    >>> fit((0.01, 0.05, 0.4), Unit("share", 0.0, 1.0)).family
    'lognormal'
    """
    candidates = [_triangular(wanted, unit)]
    if wanted[0] > 0.0 and unit.low >= 0.0:
        candidates.append(_lognormal(wanted, unit))
    return min(candidates, key=lambda candidate: candidate.miss(wanted))


def _triangular(wanted: Triple, unit: Unit) -> Fit:
    """Solve for the place of the mode that gives the wanted skew, then for the ends."""
    low, median, high = wanted
    skew = (median - low) / (high - low)
    left, right = 0.0, 1.0
    for _ in range(_HALVINGS):
        mode = 0.5 * (left + right)
        q = [_standard(level, mode) for level in LEVELS]
        left, right = (mode, right) if (q[1] - q[0]) / (q[2] - q[0]) < skew else (left, mode)
    q = [_standard(level, mode) for level in LEVELS]
    width = (high - low) / (q[2] - q[0])
    start = low - width * q[0]
    ends = (start, start + mode * width, start + width)
    held = [round_off(min(max(end, unit.low), unit.high), _DIGITS) for end in ends]
    span = held[2] - held[0]
    quantiles = [held[0] + span * _standard(level, (held[1] - held[0]) / span) for level in LEVELS]
    return Fit("triangular", tuple(held), None, (quantiles[0], quantiles[1], quantiles[2]))


def _standard(level: float, mode: float) -> float:
    """Quantile of the triangular distribution from 0 to 1."""
    return math.sqrt(level * mode) if level <= mode else 1.0 - math.sqrt((1.0 - level) * (1.0 - mode))


def _lognormal(wanted: Triple, unit: Unit) -> Fit:
    low, median, high = wanted
    normal = NormalDist()
    sigma = round_off(math.log(high / low) / (2.0 * normal.inv_cdf(LEVELS[2])), _DIGITS)
    median = round_off(median, _DIGITS)
    if math.isinf(unit.high):
        truncate, share = None, (0.0, 1.0)
    else:
        truncate = (unit.low, unit.high)
        share = (
            normal.cdf(math.log(unit.low / median) / sigma) if unit.low > 0.0 else 0.0,
            normal.cdf(math.log(unit.high / median) / sigma),
        )
    levels = [share[0] + level * (share[1] - share[0]) for level in LEVELS]
    quantiles = [median * math.exp(sigma * normal.inv_cdf(level)) for level in levels]
    return Fit("lognormal", (median, sigma), truncate, (quantiles[0], quantiles[1], quantiles[2]))
