"""An estimate is never a bare number: value, 95 % interval, runs, hits, method.

Shares have Clopper-Pearson intervals where hits or misses are few and Wilson's from there; counts
carry their Monte Carlo standard error, or an upper bound where nothing was counted. An interval
here is Monte Carlo error only: it says how far more runs could move the number, not how far the
world may differ from the model.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.incomplete import beta_quantile, gamma_quantile

#: Level of every interval.
LEVEL = 0.95
#: Fewer hits or misses than this: Clopper-Pearson. Fewer runs that meet a condition: thin.
FEW = 30

CLOPPER_PEARSON = "clopper-pearson"
WILSON = "wilson"
STANDARD_ERROR = "standard error"
POISSON = "poisson bound"

#: What every interval printed should be read with.
INTERVAL_NOTE = "Intervals are 95 % Monte Carlo error: what more runs could change, not what the model may miss."

# Quantile of the standard normal at 0.975, to the last bit.
_Z = 1.959963984540054
# Poisson mean at which nothing is seen in one of forty cases: -log(0.025).
_NONE_SEEN = 3.6888794541139363


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    Parameters
    ----------
    value, low, high : float or None
        Estimate and interval; None where there is nothing to estimate it from.
    n : int
        Runs it rests on; for a conditional share those that met the condition.
    hits : int or None
        Runs in which it happened; None where it is not a share.
    method : str
        How the interval was made.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    hits: int | None
    method: str

    def as_dict(self) -> dict[str, float | int | str | None]:
        """Give the JSON shape; ``hits`` only where it is a share.

        Examples
        --------
        >>> share(0, 0).as_dict()
        {'value': None, 'low': None, 'high': None, 'n': 0, 'hits': 0, 'method': 'clopper-pearson'}
        """
        shape: dict[str, float | int | str | None] = {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "hits": self.hits,
            "method": self.method,
        }
        if self.hits is None:
            del shape["hits"]
        return shape

    @classmethod
    def from_dict(cls, shape: dict[str, float | int | str | None]) -> Estimate:
        """Read the JSON shape back; keys beyond it are left alone.

        Examples
        --------
        >>> Estimate.from_dict(share(3, 10).as_dict()) == share(3, 10)
        True
        """
        return cls(**{key: shape.get(key) for key in cls.__dataclass_fields__})  # type: ignore[arg-type]


@functools.lru_cache(maxsize=256)
def deviations(level: float) -> float:
    """Half the width of a two-sided normal interval, in standard deviations.

    Parameters
    ----------
    level : float
        Between 0 and 1.

    Notes
    -----
    The square root of a quantile of chi-squared with one degree of freedom, which is twice one of a gamma variable:
    12 digits, the same on every machine.

    Examples
    --------
    >>> deviations(0.95) == 1.959963984540054, round(deviations(1.0 - 1e-4), 6)
    (True, 3.890592)
    """
    return _Z if level == LEVEL else float(f"{math.sqrt(2.0 * float(gamma_quantile(level, 0.5))):.12g}")


def share(hits: int, n: int, level: float = LEVEL) -> Estimate:
    """Estimate a probability from the runs in which something happened.

    Parameters
    ----------
    hits, n : int
        Runs in which it happened, out of `n`.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        With a Clopper-Pearson interval below 30 hits or 30 misses, Wilson's from there. Its
        `high` is an upper bound where `hits` is 0, and all is None where `n` is 0.

    Notes
    -----
    Measured coverage at 1 / 3 / 10 expected hits: Clopper-Pearson .979 / .988 / .976,
    Wilson .917 / .968 / .963. Clopper-Pearson bounds have 12 digits, all of them right.

    References
    ----------
    Brown, Cai & DasGupta (2001), Statistical Science 16(2), 101-133.

    Examples
    --------
    >>> estimate = share(300, 1000)
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4), estimate.method
    (0.3, 0.2724, 0.3291, 'wilson')
    >>> share(0, 10_000).high
    0.000368819914619
    """
    hits, n = int(hits), int(n)
    if not 0 <= hits <= n:
        raise ValueError(f"0 <= hits <= n is needed, got {hits} hits in {n} runs")
    if n == 0:
        return Estimate(None, None, None, 0, 0, CLOPPER_PEARSON)
    if min(hits, n - hits) < FEW:
        return Estimate(hits / n, *_clopper_pearson(hits, n, level), n, hits, CLOPPER_PEARSON)
    return Estimate(hits / n, *_wilson(hits, n, deviations(level)), n, hits, WILSON)


def shares(hits: np.ndarray, n: np.ndarray) -> dict[str, np.ndarray]:
    """Estimate many probabilities, each as `share` does.

    Parameters
    ----------
    hits, n : ndarray of int64, shape (E,)
        Runs in which it happened, out of `n`.

    Returns
    -------
    dict of str to ndarray, shape (E,)
        ``value``, ``low``, ``high`` (NaN where n is 0), ``n``, ``hits``, ``method``.

    Examples
    --------
    >>> shares(np.array([300, 0]), np.array([1000, 0]))["low"].round(4).tolist()
    [0.2724, nan]
    """
    pairs, place = np.unique(np.stack([hits, n]), axis=1, return_inverse=True)
    each = [share(hit, of) for hit, of in pairs.T.tolist()]
    found = {name: _floats([getattr(one, name) for one in each])[place.ravel()] for name in ("value", "low", "high")}
    methods = np.array([one.method for one in each], object)[place.ravel()]
    return {**found, "n": n, "hits": hits, "method": methods}


def means(n: np.ndarray, total: np.ndarray, total_of_squares: np.ndarray) -> dict[str, np.ndarray]:
    """Estimate many means of counts, each as `mean_from_moments` does, up to the last bit of an interval.

    Parameters
    ----------
    n, total, total_of_squares : ndarray of int64, shape (E,)
        Runs, and sums of the count and of its square.

    Returns
    -------
    dict of str to ndarray, shape (E,)
        As `shares` gives them; ``hits`` is -1.

    Examples
    --------
    >>> found = means(np.array([4, 1000]), np.array([10, 0]), np.array([30, 0]))
    >>> found["low"].round(3).tolist(), found["method"].tolist()
    ([1.235, 0.0], ['standard error', 'poisson bound'])
    """
    found = {name: np.full(len(n), math.nan) for name in ("value", "low", "high")}
    methods = np.full(len(n), STANDARD_ERROR, object)
    # Where products of sums might not be exact, and where there is a rule of its own.
    rare = (n < 2) | (total_of_squares == 0) | (n * total_of_squares.astype(np.float64) > 2.0**52)
    for at in np.flatnonzero(rare).tolist():
        one = mean_from_moments(int(n[at]), int(total[at]), int(total_of_squares[at]))
        methods[at] = one.method
        for name, column in found.items():
            column[at] = math.nan if getattr(one, name) is None else getattr(one, name)
    k, sums, squares = n[~rare], total[~rare], total_of_squares[~rare]
    value = sums / k
    half = _Z * np.sqrt((k * squares - sums * sums) / (k.astype(np.float64) * k * (k - 1)))
    for name, column in zip(found, (value, np.maximum(0.0, value - half), value + half), strict=True):
        found[name][~rare] = column
    return {**found, "n": n, "hits": np.full(len(n), -1), "method": methods}


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in values], np.float64)


def _clopper_pearson(hits: int, n: int, level: float) -> tuple[float, float]:
    tail = (1.0 - level) / 2.0
    low = 0.0 if hits == 0 else float(f"{beta_quantile(tail, hits, n - hits + 1):.12g}")
    high = 1.0 if hits == n else float(f"{beta_quantile(1.0 - tail, hits + 1, n - hits):.12g}")
    return low, high


def _wilson(hits: int, n: int, z: float) -> tuple[float, float]:
    p = hits / n
    centre = p + z * z / (2.0 * n)
    half = z * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    scale = 1.0 + z * z / n
    return (centre - half) / scale, (centre + half) / scale


def mean_from_moments(n: int, total: float, total_of_squares: float) -> Estimate:
    """Estimate the mean of a count, with its Monte Carlo standard error, from sums over runs.

    Parameters
    ----------
    n : int
        Runs.
    total, total_of_squares : int or float
        Sums of the count, which is never negative, and of its square; exact where they are integers.

    Returns
    -------
    Estimate
        Value plus and minus 1.96 standard errors, but not below 0. One run gives a value and no
        interval. Where nothing was counted in any run, 3.69 / n is an upper bound.

    Notes
    -----
    The bound is that of a Poisson count of which none was seen, of the same two-sided level as
    every interval here. It takes what is counted to come one by one.

    Examples
    --------
    >>> estimate = mean_from_moments(4, 10, 30)  # of 1, 2, 3, 4
    >>> estimate.value, round(estimate.low, 3), round(estimate.high, 3), estimate.method
    (2.5, 1.235, 3.765, 'standard error')
    >>> mean_from_moments(1000, 0, 0)
    Estimate(value=0.0, low=0.0, high=0.003688879454, n=1000, hits=None, method='poisson bound')
    """
    if n == 0:
        return Estimate(None, None, None, 0, None, STANDARD_ERROR)
    if total_of_squares == 0:
        return Estimate(0.0, 0.0, float(f"{_NONE_SEEN / n:.10g}"), n, None, POISSON)
    value = float(Fraction(total) / n)
    if n == 1:
        return Estimate(value, None, None, 1, None, STANDARD_ERROR)
    spread = n * Fraction(total_of_squares) - Fraction(total) ** 2
    half = _Z * math.sqrt(max(0.0, float(spread / (n * n * (n - 1)))))
    return Estimate(value, max(0.0, value - half), value + half, n, None, STANDARD_ERROR)


def overlap(one: Estimate, other: Estimate) -> bool:
    """Whether two intervals have anything in common; without an interval nothing tells two estimates apart.

    Examples
    --------
    >>> overlap(share(300, 1000), share(320, 1000)), overlap(share(300, 1000), share(400, 1000))
    (True, False)
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def format_share(estimate: Estimate) -> str:
    """Write a share as a percentage with as many digits as its Monte Carlo error allows, but at least two.

    Parameters
    ----------
    estimate : Estimate
        From `share`.

    Returns
    -------
    str
        Such as ``"12.3 %"``; a bound where it never or always happened; ``"no runs"`` for n = 0.

    Notes
    -----
    The two digits are those of the share or of what it lacks to 100 %, whichever is smaller. So one
    hit differs from two, and neither 0 % nor 100 % is ever shown.

    Examples
    --------
    >>> [format_share(share(hits, 100_000)) for hits in (0, 1, 2, 12_345, 100_000)]
    ['< 0.0037 %', '0.0010 %', '0.0020 %', '12.3 %', '> 99.9963 %']
    >>> format_share(share(0, 0))
    'no runs'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "no runs"
    low, value, high = 100.0 * estimate.low, 100.0 * estimate.value, 100.0 * estimate.high
    if value <= 0.0:
        return f"< {_up(high, _two_digits(high))} %"
    if value >= 100.0:
        return f"> {_down(low, _two_digits(low))} %"
    return f"{value:.{max(_decimals((high - low) / 2.0), _two_digits(value))}f} %"


def format_interval(estimate: Estimate) -> str:
    """Write the interval of a share, with one digit more than its error, and two at least of each end.

    Examples
    --------
    >>> format_interval(share(12_345, 100_000)), format_interval(share(0, 0))
    ('12.14-12.55 %', '')
    >>> format_interval(share(1, 20_000))
    '0.00013-0.028 %'
    """
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = 100.0 * estimate.low, 100.0 * estimate.high
    decimals = _decimals((high - low) / 2.0) + 1
    ends = (f"{end:.{max(decimals, _two_digits(end))}f}" for end in (low, high))
    return f"{'-'.join(ends)} %"


def format_percent(share: float) -> str:
    """Write a share in per cent with two digits, or more where it lacks less to 100 %.

    Examples
    --------
    >>> [format_percent(share) for share in (0.0, 0.00693, 0.2619, 1.0)]
    ['0', '0.69', '26', '100']
    """
    return f"{100.0 * share:.{_two_digits(100.0 * share)}f}"


def format_mean(estimate: Estimate) -> str:
    """Write the mean of a count with no more digits than its Monte Carlo error allows.

    Examples
    --------
    >>> format_mean(mean_from_moments(10_000, 73_113, 600_000))
    '7.31'
    >>> format_mean(mean_from_moments(10_000, 0, 0)), format_mean(mean_from_moments(0, 0, 0))
    ('< 0.00037', 'no runs')
    """
    if estimate.value is None:
        return "no runs"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:g}"
    if estimate.method == POISSON:
        return f"< {_up(estimate.high, _two_significant(estimate.high))}"
    return f"{estimate.value:.{_mean_decimals(estimate.low, estimate.high, estimate.value)}f}"


def format_mean_interval(estimate: Estimate) -> str:
    """Write the interval of the mean of a count, with as many digits as the mean.

    Examples
    --------
    >>> format_mean_interval(mean_from_moments(10_000, 73_113, 600_000))
    '7.26 to 7.36'
    >>> format_mean_interval(mean_from_moments(1, 3, 9))
    ''
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ""
    decimals = _mean_decimals(estimate.low, estimate.high, estimate.value)
    return f"{estimate.low:.{decimals}f} to {estimate.high:.{decimals}f}"


def number_of(count: int, noun: str) -> str:
    """Write a count with its noun, in the singular where it is one.

    Examples
    --------
    >>> number_of(1, "run"), number_of(20_000, "run"), number_of(0, "run")
    ('1 run', '20,000 runs', '0 runs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def days(length: float) -> str:
    """Write a length of time: in years from three on, else in weeks where these are whole.

    Examples
    --------
    >>> days(364.0), days(1.0), days(10.5), days(522 * 7.0)
    ('52 weeks', '1 day', '10.5 days', '10 years')
    """
    if length >= 3.0 * 364.0:
        return f"{length / 365.25:.3g} years"
    if length >= 14.0 and length % 7.0 == 0.0:
        return f"{length / 7.0:,.0f} weeks"
    return f"{length:,g} {'day' if length == 1.0 else 'days'}"


def some_of(items: Sequence[str], most: int = 5) -> str:
    """Join the first few of many, and say how many more there are.

    Examples
    --------
    >>> some_of(["a", "b", "c"], most=2), some_of(["a"])
    ('a, b and 1 more', 'a')
    """
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def thin_warning(name: str, estimate: Estimate) -> str | None:
    """Say that a conditional share rests on few runs, or return None.

    Examples
    --------
    >>> thin_warning("war|attacked_at_war:DPRK", share(2, 12))
    'war|attacked_at_war:DPRK: only 12 runs met the condition, which is thin (fewer than 30)'
    >>> thin_warning("war", share(2, 12))
    """
    if "|" not in name or estimate.n >= FEW:
        return None
    runs = "no run" if estimate.n == 0 else "only 1 run" if estimate.n == 1 else f"only {estimate.n} runs"
    return f"{name}: {runs} met the condition, which is thin (fewer than {FEW})"


def _decimals(half_width: float) -> int:
    """Decimals of the first digit that the error leaves uncertain."""
    return max(0, -math.floor(math.log10(half_width))) if half_width > 0 else 0


def _two_significant(number: float) -> int:
    """Decimals that show two significant digits."""
    return max(0, 1 - math.floor(math.log10(number))) if number > 0 else 0


def _two_digits(percent: float) -> int:
    """Decimals that show two significant digits of a percentage and of what it lacks to 100."""
    return _two_significant(min(percent, round(100.0 - percent, 10)))


def _mean_decimals(low: float, high: float, value: float) -> int:
    half = (high - low) / 2.0
    return _decimals(half) if half > 0 else _two_significant(value)


def _up(number: float, decimals: int) -> str:
    """Round up, so that an upper bound stays one."""
    return f"{math.ceil(number * 10**decimals - 1e-9) / 10**decimals:.{decimals}f}"


def _down(number: float, decimals: int) -> str:
    """Round down, so that a lower bound stays one."""
    return f"{math.floor(number * 10**decimals + 1e-9) / 10**decimals:.{decimals}f}"
