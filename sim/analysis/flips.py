"""Where a margin changes its sign: along one parameter, and in the plane of two.

Places are in normal scores: the number of standard deviations at which a standard normal variable has the
probability that the parameter has of being below. In these, a parameter of any distribution is as far from its middle
as it is unlikely, and two of them have a joint distance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.estimate import Estimate

#: What is known of the sign of a margin: as at the start, not told from 0, the other one.
KEPT, UNCLEAR, REVERSED = 1, 0, -1


def known_sign(margin: Estimate) -> int:
    """Say what an interval tells of the sign of a margin.

    Examples
    --------
    >>> [known_sign(Estimate(0.1, low, 0.2, 9, None, "")) for low in (0.05, -0.05)]
    [1, 0]
    """
    if margin.low is None or margin.high is None:
        return UNCLEAR
    return KEPT if margin.low > 0.0 else REVERSED if margin.high < 0.0 else UNCLEAR


@dataclass(frozen=True)
class Bracket:
    """Between what two places a margin changes its sign for the first time.

    Parameters
    ----------
    inner : float or None
        The last place before at which the sign is kept beyond noise; None where there is none.
    outer : float
        The first place at which it is reversed beyond noise.
    """

    inner: float | None
    outer: float


def brackets(places: Sequence[float], signs: Sequence[int], start: float) -> list[Bracket]:
    """Find the first reversal on either side of a start.

    Parameters
    ----------
    places : sequence of float
        Where the margin was looked at, in any order; a place may come more than once.
    signs : sequence of int
        What is known at each.
    start : float
        Where the search begins.

    Returns
    -------
    list of Bracket
        At most one for each side, the nearer first.

    Examples
    --------
    >>> brackets([0.0, 1.0, 2.0, 3.0, -3.0], [KEPT, KEPT, UNCLEAR, REVERSED, KEPT], 0.0)
    [Bracket(inner=1.0, outer=3.0)]
    """
    known = merged(places, signs)
    found = []
    for side in (1.0, -1.0):
        ordered = sorted(known, key=lambda place: side * place)
        outer = next((p for p in ordered if side * (p - start) >= 0.0 and known[p] == REVERSED), None)
        if outer is not None:
            inner = [p for p in ordered if side * p < side * outer and known[p] == KEPT]
            found.append(Bracket(inner[-1] if inner else None, outer))
    return sorted(dict.fromkeys(found), key=lambda each: abs(each.outer - start))


def merged(places: Sequence[float], signs: Sequence[int]) -> dict[float, int]:
    """Put together what several looks tell of the same place: the last that tells anything.

    Examples
    --------
    >>> merged([1.0, 1.0, 2.0], [KEPT, UNCLEAR, UNCLEAR])
    {1.0: 1, 2.0: 0}
    """
    found: dict[float, int] = {}
    for place, sign in zip(places, signs, strict=True):
        found[place] = sign or found.get(place, UNCLEAR)
    return found


def decreasing(values: Sequence[float]) -> list[float]:
    """Fit a sequence that never rises, by least squares (pool adjacent violators).

    Parameters
    ----------
    values : sequence of float
        In order.

    References
    ----------
    Ayer et al. (1955), Annals of Mathematical Statistics 26(4), 641-647.

    Examples
    --------
    >>> decreasing([3.0, 1.0, 2.0, 0.0])
    [3.0, 1.5, 1.5, 0.0]
    """
    pools: list[list[float]] = []
    for value in values:
        pools.append([value, 1.0])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            mean, count = pools.pop()
            before, many = pools[-1]
            pools[-1] = [(before * many + mean * count) / (many + count), many + count]
    return [mean for mean, count in pools for _ in range(int(count))]


def crossing(places: Sequence[float], margins: Sequence[float]) -> float:
    """Estimate where a falling margin is 0.

    Parameters
    ----------
    places : sequence of float, shape (N,)
        In order, from where the sign is kept to where it is reversed; rising or falling.
    margins : sequence of float, shape (N,)
        Estimates there, from common draws.

    Returns
    -------
    float
        By linear interpolation of the best fit that never rises; an end where that does not reach 0.

    Examples
    --------
    >>> crossing([0.0, 1.0, 2.0], [0.3, 0.1, -0.1]), crossing([0.0, -1.0], [0.2, 0.1])
    (1.5, -1.0)
    """
    fit = decreasing(margins)
    if fit[0] <= 0.0:
        return places[0]
    for k in range(1, len(fit)):
        if fit[k] <= 0.0:
            return places[k - 1] + (places[k] - places[k - 1]) * fit[k - 1] / (fit[k - 1] - fit[k])
    return places[-1]


#: Two ends of a piece of a line.
Piece = tuple[tuple[float, float], tuple[float, float]]


def zero_line(first: np.ndarray, second: np.ndarray, margins: np.ndarray) -> list[Piece]:
    """Draw the line on which a margin in the plane of two parameters is 0.

    Parameters
    ----------
    first, second : ndarray of float64, shapes (M,) and (N,)
        Places of the two, in order.
    margins : ndarray of float64, shape (M, N)
        Estimates at each pair of places.

    Returns
    -------
    list of tuple
        Straight pieces, one or two in each cell that the line runs through (marching squares).

    References
    ----------
    Lorensen & Cline (1987), Computer Graphics 21(4), 163-169, in two dimensions.

    Examples
    --------
    >>> axis = np.array([0.0, 1.0])
    >>> zero_line(axis, axis, np.array([[1.0, 0.5], [0.5, -0.5]]))
    [((1.0, 0.5), (0.5, 1.0))]
    """
    found: list[Piece] = []
    for i in range(len(first) - 1):
        for j in range(len(second) - 1):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            met = list(_met(corners, first, second, margins))
            found += [(met[k], met[k + 1]) for k in range(0, len(met) - 1, 2)]
    return found


def _met(
    corners: Sequence[tuple[int, int]], first: np.ndarray, second: np.ndarray, margins: np.ndarray
) -> Iterator[tuple[float, float]]:
    """Where the line crosses the edges of a cell, going round it."""
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        at_a, at_b = float(margins[a]), float(margins[b])
        if (at_a > 0.0) != (at_b > 0.0):
            share = at_a / (at_a - at_b)
            yield (
                float(first[a[0]] + share * (first[b[0]] - first[a[0]])),
                float(second[a[1]] + share * (second[b[1]] - second[a[1]])),
            )


def nearest(pieces: Sequence[Piece], start: tuple[float, float]) -> tuple[float, float] | None:
    """Find the point of a line that is nearest to a start; None of no line.

    Examples
    --------
    >>> nearest([((0.0, 2.0), (2.0, 0.0))], (0.0, 0.0))
    (1.0, 1.0)
    """
    points = [_foot(piece, start) for piece in pieces]
    return min(points, key=lambda point: math.dist(point, start), default=None)


def _foot(piece: Piece, start: tuple[float, float]) -> tuple[float, float]:
    (x, y), (u, v) = piece
    length = (u - x) ** 2 + (v - y) ** 2
    along = ((start[0] - x) * (u - x) + (start[1] - y) * (v - y)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return x + along * (u - x), y + along * (v - y)
