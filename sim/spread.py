"""The middle 95 % of a quantity, for what is told about it; draws are made elsewhere (`sim.quantiles`)."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from sim.estimate import LEVEL
from sim.incomplete import beta_quantile
from sim.scenario.quantity import Quantity

_TAIL = (1.0 - LEVEL) / 2.0


def middle(quantity: Quantity) -> tuple[float, float]:
    """Give the interval that holds a draw with 95 % probability, as much outside of it on either side.

    Parameters
    ----------
    quantity : Quantity
        A number, whose interval is itself, or a distribution.

    Returns
    -------
    tuple of float
        Its ends, to 12 digits, since SciPy's last bits may differ between processors.

    Examples
    --------
    >>> middle(Quantity(family="beta", arguments=(5.5, 15.5)))
    (0.102398485683, 0.464194629241)
    >>> middle(Quantity(family="uniform", arguments=(0.0, 1.0), truncate=(0.5, 2.0)))
    (0.5125, 0.9875)
    """
    if quantity.support[0] == quantity.support[1]:
        return quantity.support
    below, at = _functions(quantity)
    bounds = quantity.truncate or (-math.inf, math.inf)
    p_low, p_high = (below(bound) for bound in bounds)
    low, high = (float(at(p_low + p * (p_high - p_low))) for p in (_TAIL, 1.0 - _TAIL))
    return float(f"{low:.12g}"), float(f"{high:.12g}")


def _functions(quantity: Quantity) -> tuple[Callable[[float], Any], Callable[[float], Any]]:
    """Probability below a number, and its inverse."""
    if quantity.family == "triangular":
        return _triangular(*quantity.arguments)
    location, scale, below, at = _standard(quantity.family, quantity.arguments)
    if quantity.family == "lognormal":
        inner, outer = below, at
        return (lambda x: inner(_log(x / scale)) if x > 0.0 else 0.0), (lambda p: scale * math.exp(outer(p)))
    return (lambda x: below((x - location) / scale)), (lambda p: location + scale * at(p))


def _standard(family: str, arguments: tuple[float, ...]) -> tuple[float, float, Callable[..., Any], Callable[..., Any]]:
    """Location, scale, and the two functions of the standard distribution."""
    if family == "uniform":
        low, high = arguments
        return low, high - low, lambda x: min(max(x, 0.0), 1.0), lambda p: p
    if family in ("beta", "pert"):
        low, high, a, b = 0.0, 1.0, *arguments[:2]
        if family == "pert":
            low, mode, high = arguments
            a, b = 1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low)
        return low, high - low, functools.partial(_beta_below, a, b), functools.partial(_beta_at, a, b)
    from scipy import special

    if family == "normal":
        return *arguments, special.ndtr, special.ndtri
    if family == "lognormal":
        median, sigma = arguments
        return 0.0, median, lambda z: special.ndtr(z / sigma), lambda p: sigma * special.ndtri(p)
    shape, scale = arguments
    return 0.0, scale, lambda x: special.gammainc(shape, max(x, 0.0)), lambda p: special.gammaincinv(shape, p)


def _beta_below(a: float, b: float, x: float) -> float:
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    from scipy.special import betainc

    return float(betainc(a, b, x))


def _beta_at(a: float, b: float, p: float) -> float:
    """Quantile; SciPy is not imported for the priors that stand beside every result, which have no odd shapes."""
    if min(a, b) >= 0.5 and max(a, b) >= 1.0 and 1e-9 < p < 1.0 - 1e-9:
        return float(beta_quantile(p, a, b))
    from scipy.special import betaincinv

    return float(betaincinv(a, b, p))


def _triangular(low: float, mode: float, high: float) -> tuple[Callable[[float], Any], Callable[[float], Any]]:
    at_mode = (mode - low) / (high - low)

    def below(x: float) -> float:
        if x <= low or x >= high:
            return float(x >= high)
        if x < mode:
            return (x - low) ** 2 / ((high - low) * (mode - low))
        return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))

    def at(p: float) -> float:
        if p < at_mode:
            return low + math.sqrt(p * (high - low) * (mode - low))
        return high - math.sqrt((1.0 - p) * (high - low) * (high - mode))

    return below, at


def _log(x: float) -> float:
    return math.inf if math.isinf(x) else math.log(x)
