"""The incomplete beta and gamma functions, inverted: quantiles of which every digit kept is right.

Intervals are kept to 12 digits. A function in double precision differs in its last bits between processors and
libraries, and now and then that shows in the twelfth digit. Here Newton's method finds the quantile in double
precision, and a last step in decimal arithmetic, the same everywhere, doubles the digits. Nothing has to be
imported for it that takes long.

References
----------
NIST Digital Library of Mathematical Functions, 8.17.8 with 15.8.1 and 8.11.4 (series of positive terms), and
5.11.1 (logarithm of the gamma function).
"""

from __future__ import annotations

import decimal
import functools
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

Number = TypeVar("Number", float, Decimal)


class _Arithmetic(NamedTuple, Generic[Number]):
    """What double precision and decimal arithmetic do in ways of their own: log x, log (1 - x), and what is nothing."""

    log: Callable[[Number], Number]
    log_of_rest: Callable[[Number], Number]
    nothing: Number


_ROUGH: _Arithmetic[float] = _Arithmetic(math.log, lambda x: math.log1p(-x), 1e-17)
_EXACT: _Arithmetic[Decimal] = _Arithmetic(Decimal.ln, lambda x: (1 - x).ln(), Decimal("1e-33"))

#: Log-gamma at 1e9 has ten digits before the point; 24 are left behind it. Whatever the caller's context is.
_ARITHMETIC = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN)
#: Stirling's series has 30 digits from here on.
_LARGE = 40
#: B(2k) / (2k (2k - 1)) for k from 1.
_STIRLING = (
    (1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156), (-3617, 122400),
    (43867, 244188), (-174611, 125400), (77683, 5796),
)  # fmt: skip
_HALF_LOG_TWO_PI = Decimal("0.9189385332046727417803297364056176398614")
#: Steps of Newton's method at most; about ten are taken.
_STEPS = 100


@functools.lru_cache(maxsize=4096)
def beta_quantile(p: float, a: float, b: float) -> Decimal:
    """Quantile of the beta distribution.

    Parameters
    ----------
    p : float
        Probability, between 0 and 1.
    a, b : float
        Shapes: at least 1/2, and at least one of them 1 or more.

    Returns
    -------
    Decimal
        Right to 20 digits, for shapes up to 1e9.

    Examples
    --------
    >>> f"{beta_quantile(0.025, 1, 20):.12g}" == f"{1 - 0.975 ** (1 / 20):.12g}"
    True
    """
    with decimal.localcontext(_ARITHMETIC):
        if a > b:  # the series is short where the quantile is small
            return 1 - _small_beta_quantile(1 - Decimal(p), Decimal(b), Decimal(a))
        return _small_beta_quantile(Decimal(p), Decimal(a), Decimal(b))


@functools.lru_cache(maxsize=4096)
def gamma_quantile(p: float, a: float) -> Decimal:
    """Quantile of the gamma distribution of scale 1.

    Parameters
    ----------
    p : float
        Probability, between 0 and 1.
    a : float
        Shape, above 0.

    Returns
    -------
    Decimal
        Right to 20 digits, for shapes up to 1e3.

    Examples
    --------
    >>> f"{gamma_quantile(0.025, 1):.12g}" == f"{-math.log1p(-0.025):.12g}"
    True
    """
    with decimal.localcontext(_ARITHMETIC):
        shape = Decimal(a)
        norm = -log_gamma(shape + 1)
        return _solve(Decimal(p), _log_gamma_below, (shape, norm))


def log_gamma(x: Decimal) -> Decimal:
    """Logarithm of the gamma function.

    Parameters
    ----------
    x : Decimal
        Above 0.

    Returns
    -------
    Decimal
        Right to 24 digits behind the point, for `x` up to 1e9.

    Examples
    --------
    >>> f"{log_gamma(Decimal(5)):.15g}" == f"{math.log(24):.15g}"
    True
    """
    with decimal.localcontext(_ARITHMETIC):
        return _log_gamma(x)


@functools.lru_cache(maxsize=1024)
def _log_gamma(x: Decimal) -> Decimal:
    rising = Decimal(1)
    while x < _LARGE:
        rising *= x
        x += 1
    square = x * x
    series, power = Decimal(0), x
    for over, under in _STIRLING:
        series += over / (under * power)
        power *= square
    return (x - Decimal("0.5")) * x.ln() - x + _HALF_LOG_TWO_PI + series - rising.ln()


def _small_beta_quantile(p: Decimal, a: Decimal, b: Decimal) -> Decimal:
    norm = log_gamma(a + b) - log_gamma(a + 1) - log_gamma(b)
    return _solve(p, _log_beta_below, (a, norm, b))


def _solve(p: Decimal, below: Callable[..., tuple[Any, Any]], arguments: tuple[Decimal, ...]) -> Decimal:
    """Find where a probability is `p`: `below` gives its logarithm, and the slope of that by the logarithm of x.

    On these two scales the function is concave, and its tangent at 0, from which the search begins, lies above it:
    every step of Newton's method falls short of the quantile, and none leaves the range.
    """
    rough = tuple(map(float, arguments))
    a, norm = rough[:2]
    target = p.ln()
    log_p = float(target)
    log_x = (log_p - norm) / a
    for _ in range(_STEPS):
        height, slope = below(_ROUGH, math.exp(log_x), *rough)
        step = (log_p - height) / slope
        log_x += step
        if abs(step) < 1e-11:
            break
    x = Decimal(math.exp(log_x))
    height, slope = below(_EXACT, x, *arguments)
    found: Decimal = x + x * (target - height) / slope
    return found


def _log_beta_below(
    arithmetic: _Arithmetic[Number], x: Number, a: Number, norm: Number, b: Number
) -> tuple[Number, Number]:
    """Logarithm of I_x(a, b) and its slope; `norm` is that of 1 / (a B(a, b))."""
    total = _series(arithmetic, x, a, a + b)
    powers = a * arithmetic.log(x) + b * arithmetic.log_of_rest(x)
    return norm + powers + arithmetic.log(total), a / ((1 - x) * total)


def _log_gamma_below(arithmetic: _Arithmetic[Number], x: Number, a: Number, norm: Number) -> tuple[Number, Number]:
    """Logarithm of P(a, x) and its slope; `norm` is that of 1 / (a Γ(a))."""
    total = _series(arithmetic, x, a, None)
    return norm + a * arithmetic.log(x) - x + arithmetic.log(total), a / total


def _series(arithmetic: _Arithmetic[Number], x: Number, a: Number, rising: Number | None) -> Number:
    """Sum of (c)_n x^n / (a + 1)_n over n from 0, where c is `rising`; without it, of x^n / (a + 1)_n."""
    total = term = x / x
    while term > arithmetic.nothing * total:
        a += 1
        term *= x / a
        if rising is not None:
            term *= rising
            rising += 1
        total += term
    return total
