"""Designs for sensitivity: Sobol' base rows, Morris trajectories, and a Latin hypercube for PAWN.

Each comes with a replicate block for every point: points of one block share draws, others have draws of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.designs.factors import Factor
from sim.designs.plans import MOST_POINTS, Design, unit_cube
from sim.errors import Fault, InputError

#: What a design calls the factor that does nothing.
DUMMY = "dummy"


@dataclass(frozen=True)
class Indexed:
    """A design and what its points are for.

    Parameters
    ----------
    design : Design
        The points.
    block : ndarray of int64, shape (P,)
        Points of the same number meet the same draws.
    unit : ndarray of float64, shape (P, K + 1)
        Where each point is in the unit cube; the last column is the dummy.
    group : int
        Points that belong together, one after the other: a base row or a trajectory.
    """

    design: Design
    block: np.ndarray
    unit: np.ndarray
    group: int


def sobol_design(factors: Sequence[Factor], base: int, seed: int, *, second: bool = False) -> Indexed:
    """Points A, B, A with one column of B, and for the second order B with one column of A.

    Parameters
    ----------
    factors : sequence of Factor
        What varies, K of them.
    base : int
        Base rows N, a power of two for balance.
    seed : int
        Of the scrambling.
    second : bool
        Whether pairs of factors are asked for.

    Returns
    -------
    Indexed
        For each base row A, B, AB₁ … AB_K, the dummy's A, then BA₁ … BA_K. All points of a base row share draws
        but the dummy's, which has the values of A and draws of its own: its index is the noise that is left.

    References
    ----------
    Saltelli (2002), Computer Physics Communications 145(2), 280-297.

    Examples
    --------
    >>> found = sobol_design([Factor("x", low=0.0, high=1.0), Factor("y", low=0.0, high=1.0)], 4, 1)
    >>> found.group, found.design.points, found.block[:5].tolist()
    (5, 20, [0, 0, 0, 0, 4])
    """
    k = len(factors)
    group = k + 3 + (k if second else 0)
    _refuse(base * group)
    both = unit_cube("sobol", base, 2 * k, seed)
    a, b = both[:, :k], both[:, k:]
    unit = np.empty((base, group, k))
    unit[:, 0], unit[:, 1], unit[:, 2 + k] = a, b, a
    for column in range(k):
        unit[:, 2 + column] = a
        unit[:, 2 + column, column] = b[:, column]
        if second:
            unit[:, 3 + k + column] = b
            unit[:, 3 + k + column, column] = a[:, column]
    block = np.repeat(np.arange(base), group).reshape(base, group)
    block[:, 2 + k] += base
    return _indexed(factors, unit.reshape(-1, k), block.ravel(), np.zeros(base * group), group)


def morris_design(factors: Sequence[Factor], trajectories: int, levels: int, seed: int) -> Indexed:
    """Trajectories that change one factor after the other, the dummy among them.

    Parameters
    ----------
    factors : sequence of Factor
        What varies, K of them.
    trajectories : int
        How many.
    levels : int
        Levels of each factor, even.
    seed : int
        Of the trajectories.

    Returns
    -------
    Indexed
        Points of a trajectory share draws, until the dummy changes and others take their place.

    References
    ----------
    Morris (1991), Technometrics 33(2), 161-174.

    Examples
    --------
    >>> found = morris_design([Factor("x", low=0.0, high=1.0)], 3, 4, 1)
    >>> found.group, found.design.points
    (3, 9)
    """
    k = len(factors) + 1
    _refuse(trajectories * (k + 1))
    rng = np.random.Generator(np.random.PCG64(seed))
    step = levels / 2 / (levels - 1)
    unit = np.empty((trajectories, k + 1, k))
    for points in unit:
        start = rng.integers(0, levels // 2, k) / (levels - 1)
        upwards = rng.integers(0, 2, k).astype(bool)
        points[:] = np.where(upwards, start, start + step)
        for moved, column in enumerate(rng.permutation(k)):
            points[moved + 1 :, column] = start[column] + (step if upwards[column] else 0.0)
    moved = unit[:, :, -1] != unit[:, :1, -1]
    block = np.arange(trajectories)[:, None] + trajectories * moved
    flat = unit.reshape(-1, k)
    # The cells' middles: quantile functions have no value at 0 and 1.
    inside = (np.round(flat * (levels - 1)) + 0.5) / levels
    return _indexed(factors, inside[:, :-1], block.ravel(), inside[:, -1], k + 1)


def pawn_design(factors: Sequence[Factor], points: int, seed: int) -> Indexed:
    """A Latin hypercube, with a dummy column, and draws of its own for every point.

    Examples
    --------
    >>> pawn_design([Factor("x", low=0.0, high=1.0)], 8, 1).unit.shape
    (8, 2)
    """
    _refuse(points)
    unit = unit_cube("lhs", points, len(factors) + 1, seed)
    return _indexed(factors, unit[:, :-1], np.arange(points), unit[:, -1], 1)


def _indexed(factors: Sequence[Factor], unit: np.ndarray, block: np.ndarray, dummy: np.ndarray, group: int) -> Indexed:
    columns = tuple(factor.at(np.ascontiguousarray(unit[:, k])) for k, factor in enumerate(factors))
    made = Design("sobol", tuple(factors), columns, {})
    return Indexed(made, block.astype(np.int64), np.column_stack([unit, dummy]), group)


def _refuse(count: int) -> None:
    if not 1 <= count <= MOST_POINTS:
        fix = "Vary less, or give a smaller --base."
        raise InputError(Fault(f"a design of 1 to {MOST_POINTS:,} points", f"{count:,}", fix, path="--base"))
