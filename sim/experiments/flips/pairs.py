"""Pairs of parameters: the least joint change that reverses a claim.

Both are moved the way that lowers the margin when each is moved alone, on a grid of normal scores: a quarter of the
plane, since a claim that a parameter weakens in one direction is hardly to be reversed by moving it in the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.flips import KEPT, REVERSED, known_sign, nearest, zero_line
from sim.estimate import Estimate
from sim.experiments.flips.parameters import TAIL, Parameter, probability, score

#: Places of each parameter.
PLACES = 5


@dataclass(frozen=True)
class Pair:
    """Two parameters and the places at which they are held together.

    Parameters
    ----------
    first, second : Parameter
        The two.
    places : tuple of list of float
        Normal scores of each, from its central value on.
    """

    first: Parameter
    second: Parameter
    places: tuple[list[float], list[float]]

    @property
    def held(self) -> list[dict[str, float]]:
        """Values at all pairs of places, the second's running fastest."""
        one, other = (p.values(s) for p, s in zip((self.first, self.second), self.places, strict=True))
        return [{self.first.path: a, self.second.path: b} for a in one for b in other]


def pair_looks(first: Parameter, second: Parameter, towards: int, other_towards: int) -> Pair:
    """Choose the places of a pair.

    Parameters
    ----------
    first, second : Parameter
        The two.
    towards, other_towards : {1, -1}
        Which way each is moved.
    """
    places = tuple(
        [round(place, 9) for place in np.linspace(p.start, _last(p, side), PLACES).tolist()]
        for p, side in ((first, towards), (second, other_towards))
    )
    return Pair(first, second, (places[0], places[1]))


def _last(parameter: Parameter, towards: int) -> float:
    """Where a parameter is moved to: its quantile of 0.1 or 99.9 %, or further only where it begins beyond that."""
    edge = score(1.0 - TAIL) if towards > 0 else score(TAIL)
    inside = min(max(edge, parameter.first), parameter.last)
    return max(inside, parameter.start) if towards > 0 else min(inside, parameter.start)


def pair_result(pair: Pair, margins: Sequence[Estimate]) -> dict[str, Any]:
    """Say what a pair does.

    Parameters
    ----------
    pair : Pair
        The two, and their places.
    margins : sequence of Estimate
        In the order of `Pair.held`.

    Returns
    -------
    dict
        ``state``; ``distance`` (in normal scores) of the nearest place on the zero line, between that within which
        every place looked at is kept beyond noise and that of the nearest reversed beyond noise; where both are.
    """
    start = pair.places[0][0], pair.places[1][0]
    at = [(a, b) for a in pair.places[0] for b in pair.places[1]]
    signs = [known_sign(each) for each in margins]
    away = [math.dist(place, start) for place in at]
    reversed_ = [k for k, sign in enumerate(signs) if sign == REVERSED]
    state = "flips" if reversed_ else "holds" if all(sign == KEPT for sign in signs) else "undecided"
    sure = min(reversed_, key=lambda k: away[k], default=None)
    doubtful = min((away[k] for k, sign in enumerate(signs) if sign != KEPT), default=math.inf)
    kept = max((away[k] for k, sign in enumerate(signs) if sign == KEPT and away[k] < doubtful), default=0.0)
    values = np.array([0.0 if each.value is None else each.value for each in margins])
    shape = len(pair.places[0]), len(pair.places[1])
    line = zero_line(np.array(pair.places[0]), np.array(pair.places[1]), values.reshape(shape))
    near = nearest(line, start) if sure is not None else None
    if near is None and sure is not None:
        near = at[sure]
    far = None if sure is None or near is None else max(away[sure], math.dist(near, start))
    lowest = min(range(len(at)), key=lambda k: (float(values[k]), k))
    return {
        "paths": [pair.first.path, pair.second.path],
        "units": [pair.first.unit, pair.second.unit],
        "state": state,
        "distance": {
            "value": None if near is None else math.dist(near, start),
            "low": None if near is None else min(kept, math.dist(near, start)),
            "high": far,
        },
        "at": None if near is None else _place(pair, near),
        "sure": None if sure is None else _place(pair, at[sure]),
        "weakest": {**_place(pair, at[lowest]), "margin": margins[lowest].as_dict()},
        "scores": [list(each) for each in pair.places],
        "values": [p.values(s) for p, s in zip((pair.first, pair.second), pair.places, strict=True)],
        "margins": values.reshape(shape).tolist(),
        "signs": np.array(signs).reshape(shape).tolist(),
        "line": [[list(end) for end in piece] for piece in line],
    }


def _place(pair: Pair, place: tuple[float, float]) -> dict[str, Any]:
    return {
        "values": [p.values([each])[0] for p, each in zip((pair.first, pair.second), place, strict=True)],
        "quantiles": [probability(each) for each in place],
        "scores": list(place),
    }
