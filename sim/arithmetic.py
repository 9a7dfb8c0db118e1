"""Elementary functions made from +, -, *, / and bit shifts only.

A math library's `exp` differs in its last bits between processors and libraries, and does not
vectorise in a lane loop. These give the same bits everywhere, in lanes and in scalar calls.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import helper, rule

#: Logits beyond this are the same as certainty in 64-bit arithmetic.
LOGIT_LIMIT = 700.0


@rule
def exp(x):
    """Exponential of `x`, clamped to [-700, 700].

    Parameters
    ----------
    x : float
        Any finite number.

    Returns
    -------
    float
        ``e**x``.

    Notes
    -----
    Range reduction by a two-part ln 2, then a Taylor polynomial of degree 11 on
    [-ln 2 / 2, ln 2 / 2]. Relative error below 1e-14 against `math.exp`.

    Examples
    --------
    >>> exp(0.0)
    1.0
    >>> abs(exp(1.0) / 2.718281828459045 - 1.0) < 1e-14
    True
    """
    x = -700.0 if x < -700.0 else x
    x = 700.0 if x > 700.0 else x
    n = np.floor(x * 1.4426950408889634 + 0.5)
    r = x - n * 0.6931471803691238
    r = r - n * 1.9082149292705877e-10
    p = 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * np.int64((np.int64(n) + 1023) << 52).view(np.float64)


@rule
def log(x):
    """Natural logarithm of a positive normal number.

    Parameters
    ----------
    x : float
        Greater than 0 (at least 2.3e-308).

    Returns
    -------
    float
        ``ln x``.

    Notes
    -----
    Mantissa in [sqrt(1/2), sqrt(2)), then the series of 2 artanh((m - 1) / (m + 1)) to the
    21st power. Absolute error below 3e-16 near 1, relative error below 5e-16 elsewhere.

    Examples
    --------
    >>> log(1.0)
    0.0
    >>> abs(log(10.0) - 2.302585092994046) < 1e-15
    True
    """
    bits = np.float64(x).view(np.int64)
    e = (bits >> 52) - 1023
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | (1023 << 52)).view(np.float64)
    high = m > 1.4142135623730951
    m = m * 0.5 if high else m
    e = e + 1 if high else e
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    p = p * z + 1.0
    return e * 0.6931471803691238 + (2.0 * s * p + e * 1.9082149292705877e-10)


@rule
def logistic(x):
    """Probability with log-odds `x`.

    Examples
    --------
    >>> logistic(0.0)
    0.5
    """
    return 1.0 / (1.0 + exp(-x))


@rule
def log_odds(p):
    """Log-odds of a probability, with 0 and 1 held at 1e-12 from the ends.

    Examples
    --------
    >>> log_odds(0.5)
    0.0
    """
    p = 1e-12 if p < 1e-12 else p
    p = 1.0 - 1e-12 if p > 1.0 - 1e-12 else p
    return log(p / (1.0 - p))


@helper
def log_gamma(x):
    """Logarithm of the gamma function for `x` > 0.

    Notes
    -----
    Recurrence up to 12, then Stirling's series to the seventh term: absolute error near 1e-14
    for `x` below 100.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 5.11.1.

    Examples
    --------
    >>> abs(log_gamma(5.0) - 3.1780538303479458) < 1e-13
    True
    """
    shift = 0.0
    while x < 12.0:
        shift += log(x)
        x += 1.0
    z = 1.0 / (x * x)
    series = 1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0)))
    return (x - 0.5) * log(x) - x + 0.9189385332046728 + series / x - shift
