"""Intervals for the difference and the ratio of two estimates, from the interval of each and their correlation.

Method of variance estimates recovery (MOVER): the distance from an estimate to either end of its
own interval stands for its standard error *on that side*. Skewed intervals of few hits keep their
skewness, which a delta method loses.
"""

from __future__ import annotations

import math


def difference_limits(
    a: tuple[float, float, float], b: tuple[float, float, float], correlation: float
) -> tuple[float, float]:
    """Limits of b − a.

    Parameters
    ----------
    a, b : tuple of float
        Estimate, lower and upper limit.
    correlation : float
        Of the two estimates.

    Returns
    -------
    tuple of float
        Lower and upper limit, of the level of the two intervals.

    References
    ----------
    Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.

    Examples
    --------
    >>> low, high = difference_limits((0.2, 0.1, 0.4), (0.5, 0.3, 0.6), correlation=0.0)
    >>> round(low, 4), round(high, 4)
    (0.0172, 0.4414)
    """
    value_a, low_a, high_a = a
    value_b, low_b, high_b = b
    down, up = (
        math.sqrt(max(0.0, of_b * of_b - 2.0 * correlation * of_b * of_a + of_a * of_a))
        for of_b, of_a in ((value_b - low_b, high_a - value_a), (high_b - value_b, value_a - low_a))
    )
    return value_b - value_a - down, value_b - value_a + up


def ratio_limits(
    a: tuple[float, float, float], b: tuple[float, float, float], correlation: float
) -> tuple[float, float | None]:
    """Limits of b / a, both of which are not negative and not both 0.

    Parameters
    ----------
    a, b : tuple of float
        Estimate, lower and upper limit; none of them negative.
    correlation : float
        Of the two estimates.

    Returns
    -------
    tuple of float and (float or None)
        Lower and upper limit; None above where `a` may be 0, since there is no upper limit then.

    Notes
    -----
    The limits are the ratios θ for which an end of the interval of b − θ a is 0: roots of
    θ² A − 2 θ B + C, written so that they hold for A <= 0 too. With symmetric intervals these are
    Fieller's.

    References
    ----------
    Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359.

    Examples
    --------
    >>> low, high = ratio_limits((0.2, 0.1, 0.4), (0.5, 0.3, 0.6), correlation=0.0)
    >>> round(low, 3), round(high, 3)
    (1.05, 5.097)
    >>> ratio_limits((0.0, 0.0, 0.1), (0.5, 0.3, 0.6), correlation=0.0)
    (4.58257569495584, None)
    """
    value_a, low_a, high_a = a
    value_b, low_b, high_b = b
    product = value_a * value_b
    square, line, constant = (
        high_a * (2.0 * value_a - high_a),
        product - correlation * (value_b - low_b) * (high_a - value_a),
        low_b * (2.0 * value_b - low_b),
    )
    below = line + math.sqrt(max(0.0, line * line - square * constant))
    low = max(0.0, constant / below) if below > 0.0 else 0.0
    square, line, constant = (
        low_a * (2.0 * value_a - low_a),
        product - correlation * (high_b - value_b) * (value_a - low_a),
        high_b * (2.0 * value_b - high_b),
    )
    if square <= 0.0:
        return low, None
    return low, (line + math.sqrt(max(0.0, line * line - square * constant))) / square
