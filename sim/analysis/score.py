"""Score intervals for two shares of the same pairs: their difference and their ratio.

A limit is the hypothesis that the data only just do not contradict: the standard error is that
under the hypothesis, not that of the estimate. So an interval never has zero width, also where no
pair differs. Everything is made of +, −, ×, / and square roots, and is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable

# Quantile of the standard normal at 0.975, to the last bit.
_Z = 1.959963984540054
# Halvings of a bracket: more than a double has digits.
_HALVINGS = 80


def difference_limits(n: int, b_only: int, a_only: int, z: float = _Z) -> tuple[float, float]:
    """Limits of p_B − p_A, at the level of 95 % unless told.

    Parameters
    ----------
    n : int
        Pairs, at least one.
    b_only, a_only : int
        Pairs in which it happened in B alone, and in A alone.
    z : float
        Standard deviations of a normal variable that the level leaves on either side.

    Returns
    -------
    tuple of float
        Lower and upper limit.

    Notes
    -----
    With no pair that differs the limits are ∓z² / (n + z²).

    References
    ----------
    Tango (1998), Statistics in Medicine 17(8), 891-908.

    Examples
    --------
    >>> [round(limit, 4) for limit in difference_limits(44, 9, 1)]
    [0.0503, 0.3283]
    >>> [round(limit, 6) for limit in difference_limits(1000, 0, 0)]
    [-0.003827, 0.003827]
    """
    return -_upper_difference(n, a_only, b_only, z), _upper_difference(n, b_only, a_only, z)


def ratio_limits(both: int, b_only: int, a_only: int) -> tuple[float, float | None]:
    """Limits of p_B / p_A at the level of 95 %.

    Parameters
    ----------
    both, b_only, a_only : int
        Pairs in which it happened in both, in B alone, and in A alone; not all of them 0. Pairs in
        which it happened in neither carry no information on the ratio.

    Returns
    -------
    tuple of float and (float or None)
        Lower and upper limit: 0 below where it never happened in B, None above where it never
        happened in A.

    References
    ----------
    Nam & Blackwelder (2002), Statistics in Medicine 21(5), 689-699.
    Tang, Tang & Chan (2003), Statistics in Medicine 22(8), 1217-1233.

    Examples
    --------
    >>> low, high = ratio_limits(both=500, b_only=60, a_only=20)
    >>> round(low, 3), round(high, 3)
    (1.044, 1.115)
    >>> ratio_limits(0, 0, 12)[0], ratio_limits(0, 12, 0)[1]
    (0.0, None)
    """
    turned = _upper_ratio(both, a_only, b_only)
    return (0.0 if turned is None else 1.0 / turned), _upper_ratio(both, b_only, a_only)


def _upper_difference(n: int, b_only: int, a_only: int, z: float) -> float:
    def too_far(delta: float) -> bool:
        return (n * delta - (b_only - a_only)) ** 2 > z * z * n * _variance_of_difference(n, b_only, a_only, delta)

    return _edge(too_far, (b_only - a_only) / n, 1.0)


def _variance_of_difference(n: int, b_only: int, a_only: int, delta: float) -> float:
    """Variance of one pair's difference, most likely among those with mean `delta`; Tango (1998), section 3."""
    if delta < 0.0:
        b_only, a_only, delta = a_only, b_only, -delta
    # 2n q² + B q − a_only δ(1 − δ) = 0 for the probability q of A alone.
    linear = (2 * n - b_only + a_only) * delta - b_only - a_only
    q = _root(2.0 * n, linear, -a_only * delta * (1.0 - delta))
    return 2.0 * q + delta * (1.0 - delta)


def _upper_ratio(both: int, b_only: int, a_only: int) -> float | None:
    x_a, x_b = both + a_only, both + b_only
    if x_a == 0:
        return None

    def too_far(ratio: float) -> bool:
        return (ratio * x_a - x_b) ** 2 > _Z * _Z * _variance_of_ratio(both, b_only, a_only, ratio)

    far = max(1.0, 2.0 * x_b / x_a)
    while not too_far(far):
        far *= 2.0
    return _edge(too_far, x_b / x_a, far)


def _variance_of_ratio(both: int, b_only: int, a_only: int, ratio: float) -> float:
    """Variance of x_B − `ratio` x_A, most likely where p_B is `ratio` times p_A; Tang et al. (2003), section 2."""
    if ratio < 1.0:
        if ratio == 0.0:
            return 0.0
        return ratio * ratio * _variance_of_ratio(both, a_only, b_only, 1.0 / ratio)
    x_a, happened = both + a_only, both + b_only + a_only
    # (1 + θ) q² + B q − a_only (θ − 1) · happened = 0 for the expected number q of A alone.
    linear = x_a * ratio * ratio - (both + b_only + 2 * a_only)
    q = _root(1.0 + ratio, linear, -a_only * (ratio - 1.0) * happened)
    return (1.0 + ratio) * q + happened * (ratio - 1.0)


def _root(a: float, b: float, c: float) -> float:
    """Give the root of a x² + b x + c that is not negative, for a > 0 and c <= 0, without cancellation."""
    length = math.sqrt(b * b - 4.0 * a * c)
    return (length - b) / (2.0 * a) if b <= 0.0 else -2.0 * c / (b + length)


def _edge(too_far: Callable[[float], bool], inside: float, outside: float) -> float:
    """Find where `too_far` begins; `outside` itself where nothing below it is."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        if middle in (inside, outside):
            break
        if too_far(middle):
            outside = middle
        else:
            inside = middle
    return outside
