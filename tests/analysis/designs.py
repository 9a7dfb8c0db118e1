"""Functions with known Sobol' indices, the points of a Sobol' design, and yes/no outcomes at these points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Array = NDArray[np.float64]
Function = Callable[[Array], Array]
Points = tuple[Array, Array, Array, Array]


def ishigami(x: Array) -> Array:
    """Give Ishigami's function with a = 7 and b = 0.1 of points (…, 3) in the unit cube."""
    angle = np.pi * (2.0 * x - 1.0)
    one, two, three = np.moveaxis(angle, -1, 0)
    return np.sin(one) + 7.0 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
#: Of x1 with x3, the one interaction there is.
ISHIGAMI_SECOND = 0.2437

G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def g_function(x: Array) -> Array:
    """Give Sobol's G of points (…, 5) in the unit cube."""
    return np.prod((np.abs(4.0 * x - 2.0) + G_WEIGHTS) / (1.0 + G_WEIGHTS), axis=-1)


def g_indices() -> tuple[Array, Array]:
    """Give exact first-order and total indices of `g_function`."""
    part = 1.0 / (3.0 * (1.0 + G_WEIGHTS) ** 2)
    whole = np.prod(1.0 + part) - 1.0
    return part / whole, part * np.prod(1.0 + part) / (1.0 + part) / whole


def probability(x: Array) -> Array:
    """Give the probability of a yes/no outcome at points (…, 4): three parameters and a dummy."""
    return 1.0 / (1.0 + np.exp(4.0 - 1.5 * x[..., 0] - x[..., 1] * (0.5 + 1.5 * x[..., 2])))


def exact_indices(function: Function, factors: int, knots: int = 16) -> tuple[Array, Array]:
    """Give first-order and total indices by Gauss-Legendre quadrature."""
    at, weights = np.polynomial.legendre.leggauss(knots)
    at, weights = 0.5 * (at + 1.0), 0.5 * weights
    values = function(np.stack(np.meshgrid(*[at] * factors, indexing="ij"), axis=-1))

    def averaged(values: Array, axes: list[int]) -> Array:
        for axis in sorted(axes, reverse=True):
            values = np.tensordot(values, weights, axes=(axis, 0))
        return values

    everything = list(range(factors))
    mean = averaged(values, everything)
    variance = averaged((values - mean) ** 2, everything)
    first, total = [], []
    for k in everything:
        others = [each for each in everything if each != k]
        first.append(averaged((averaged(values, others) - mean) ** 2, [0]) / variance)
        given_others = averaged((averaged(values, [k]) - mean) ** 2, everything[:-1])
        total.append(1.0 - given_others / variance)
    return np.array(first), np.array(total)


def design(n: int, factors: int, seed: int, even: bool = True) -> Points:
    """Points of A, B (N, K), AB and BA (K, N, K); `even` for Sobol' points, else independent ones."""
    rng = np.random.default_rng(seed)
    unit = qmc.Sobol(2 * factors, rng=rng).random(n) if even else rng.random((n, 2 * factors))
    a, b = unit[:, :factors], unit[:, factors:]
    column = np.eye(factors, dtype=bool)[:, None, :]
    return a, b, np.where(column, b, a), np.where(column, a, b)


def plain(function: Function, points: Points) -> list[Array]:
    """One run per point of a function without noise."""
    return [function(each)[..., None] for each in points]


def yes_or_no(points: Points, replicates: int, seed: int, common: str) -> list[NDArray[np.bool_]]:
    """Runs (…, R) of `probability`; `common` says which points share their draws.

    Those of a base ``row``, of a ``row but the dummy``, ``all`` points, or ``none``.
    """
    rng = np.random.default_rng(seed)
    rows = points[0].shape[0]
    shared = np.broadcast_to(rng.random((1 if common == "all" else rows, replicates)), (rows, replicates))
    found = []
    for each in points:
        own = rng.random((*each.shape[:-1], replicates))
        draws = np.broadcast_to(own if common == "none" else shared, own.shape).copy()
        if common == "row but the dummy" and each.ndim == 3:
            draws[-1] = own[-1]
        found.append(draws < probability(each)[..., None])
    return found
