"""An estimate is never a bare number: value, 95 % interval, runs, hits, method.

Shares have Clopper-Pearson intervals where hits or misses are few and Wilson's from there; other
quantities carry their Monte Carlo standard error. An interval here is Monte Carlo error only:
it says how far more runs could move the number, not how far the world may differ from the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

#: Level of every interval.
LEVEL = 0.95
#: Fewer hits or misses than this: Clopper-Pearson. Fewer runs that meet a condition: thin.
FEW = 30

CLOPPER_PEARSON = "clopper-pearson"
WILSON = "wilson"
STANDARD_ERROR = "standard error"

#: What every interval printed should be read with.
INTERVAL_NOTE = "Intervals are 95 % Monte Carlo error: what more runs could change, not what the model may miss."

# Quantile of the standard normal at 0.975, to the last bit.
_Z = 1.959963984540054


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


def share(hits: int, n: int) -> Estimate:
    """Estimate a probability from the runs in which something happened.

    Parameters
    ----------
    hits, n : int
        Runs in which it happened, out of `n`.

    Returns
    -------
    Estimate
        With a Clopper-Pearson interval below 30 hits or 30 misses, Wilson's from there. Its
        `high` is an upper bound where `hits` is 0, and all is None where `n` is 0.

    Notes
    -----
    Measured coverage at 1 / 3 / 10 expected hits: Clopper-Pearson .979 / .988 / .976,
    Wilson .917 / .968 / .963. Clopper-Pearson bounds are rounded to 12 digits, because the
    incomplete beta function may differ in its last bits between processors.

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
        return Estimate(hits / n, *_clopper_pearson(hits, n), n, hits, CLOPPER_PEARSON)
    return Estimate(hits / n, *_wilson(hits, n), n, hits, WILSON)


def _clopper_pearson(hits: int, n: int) -> tuple[float, float]:
    from scipy.special import betaincinv  # 0.3 s to import, which `--help` need not pay

    tail = (1.0 - LEVEL) / 2.0
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1.0 - tail))
    return float(f"{low:.12g}"), float(f"{high:.12g}")


def _wilson(hits: int, n: int) -> tuple[float, float]:
    p = hits / n
    centre = p + _Z * _Z / (2.0 * n)
    half = _Z * math.sqrt(p * (1.0 - p) / n + _Z * _Z / (4.0 * n * n))
    scale = 1.0 + _Z * _Z / n
    return (centre - half) / scale, (centre + half) / scale


def mean_from_moments(n: int, total: float, total_of_squares: float) -> Estimate:
    """Estimate a mean, with its Monte Carlo standard error, from sums over runs.

    Parameters
    ----------
    n : int
        Runs.
    total, total_of_squares : int or float
        Sums of the quantity and of its square; exact where they are integers.

    Returns
    -------
    Estimate
        Value plus and minus 1.96 standard errors. One run gives a value and no interval.

    Examples
    --------
    >>> estimate = mean_from_moments(4, 10, 30)  # of 1, 2, 3, 4
    >>> estimate.value, round(estimate.low, 3), round(estimate.high, 3), estimate.method
    (2.5, 1.235, 3.765, 'standard error')
    """
    if n == 0:
        return Estimate(None, None, None, 0, None, STANDARD_ERROR)
    value = float(Fraction(total) / n)
    if n == 1:
        return Estimate(value, None, None, 1, None, STANDARD_ERROR)
    spread = n * Fraction(total_of_squares) - Fraction(total) ** 2
    half = _Z * math.sqrt(max(0.0, float(spread / (n * n * (n - 1)))))
    return Estimate(value, value - half, value + half, n, None, STANDARD_ERROR)


def format_share(estimate: Estimate) -> str:
    """Write a share as a percentage with no more digits than its Monte Carlo error allows.

    Parameters
    ----------
    estimate : Estimate
        From `share`.

    Returns
    -------
    str
        Such as ``"12.3 %"``; a bound where it never or always happened; ``"no runs"`` for n = 0.

    Examples
    --------
    >>> [format_share(share(hits, 100_000)) for hits in (0, 1, 12_345, 100_000)]
    ['< 0.0037 %', '0.001 %', '12.3 %', '> 99.9963 %']
    >>> format_share(share(0, 0))
    'no runs'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "no runs"
    if estimate.hits == 0:
        return f"< {_bound(100.0 * estimate.high)} %"
    if estimate.hits == estimate.n:
        shown = _bound(100.0 * (1.0 - estimate.low))
        decimals = len(shown.partition(".")[2])
        return f"> {100.0 - float(shown):.{decimals}f} %"
    percent = 100.0 * estimate.value
    decimals = _decimals(100.0 * (estimate.high - estimate.low) / 2.0)
    while float(f"{percent:.{decimals}f}") in (0.0, 100.0):
        decimals += 1
    return f"{percent:.{decimals}f} %"


def format_interval(estimate: Estimate) -> str:
    """Write the interval of a share, with one digit more than the share itself.

    Examples
    --------
    >>> format_interval(share(12_345, 100_000)), format_interval(share(0, 0))
    ('12.14-12.55 %', '')
    """
    if estimate.low is None or estimate.high is None:
        return ""
    decimals = _decimals(100.0 * (estimate.high - estimate.low) / 2.0) + 1
    return f"{100.0 * estimate.low:.{decimals}f}-{100.0 * estimate.high:.{decimals}f} %"


def format_mean(estimate: Estimate) -> str:
    """Write a mean with no more digits than its Monte Carlo error allows.

    Examples
    --------
    >>> format_mean(mean_from_moments(10_000, 73_113, 600_000))
    '7.31'
    """
    if estimate.value is None:
        return "no runs"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:g}"
    return f"{estimate.value:.{_decimals((estimate.high - estimate.low) / 2.0)}f}"


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
    return max(0, -math.floor(math.log10(half_width))) if half_width > 0 else 0


def _bound(percent: float) -> str:
    """Two digits, rounded up so that it stays a bound."""
    decimals = max(0, 1 - math.floor(math.log10(percent)))
    return f"{math.ceil(percent * 10**decimals - 1e-9) / 10**decimals:.{decimals}f}"
