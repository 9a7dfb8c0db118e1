"""Designs: at which points factors are tried."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.designs.factors import Factor
from sim.errors import Fault, InputError

#: Points of a design that spreads them, unless told.
POINTS = 256
#: A design of more points is refused before it is made.
MOST_POINTS = 2_000_000

Plan = Literal["grid", "lhs", "sobol", "oat", "file"]

# Quantile functions have no value at 0 and 1.
_EDGE = 2.0**-33


@dataclass(frozen=True)
class Design:
    """Values of the factors at each point.

    Parameters
    ----------
    plan : str
        How the points were chosen.
    factors : tuple of Factor
        What varies.
    columns : tuple of ndarray
        For each factor its value at each point, shape (P,): float64, or str where it is no number.
    failed : dict of int to str
        Points that cannot be, and why.
    notes : tuple of str
        What was done besides, in sentences.
    """

    plan: Plan
    factors: tuple[Factor, ...]
    columns: tuple[np.ndarray, ...]
    failed: dict[int, str]
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.columns[0])


def design(plan: Plan, factors: Sequence[Factor], points: int | None, seed: int) -> Design:
    """Choose the points of a design.

    Parameters
    ----------
    plan : {"grid", "lhs", "sobol", "oat"}
        All combinations of levels; a Latin hypercube; a scrambled Sobol' sequence; one factor at a time.
    factors : sequence of Factor
        What varies.
    points : int, optional
        Of ``lhs`` and ``sobol``; 256 by default. A Sobol' sequence is taken to the next power of two.
    seed : int
        Of ``lhs`` and ``sobol``.

    Returns
    -------
    Design
        The same for the same arguments.

    Raises
    ------
    InputError
        If nothing varies, there would be too many points, or `points` has no meaning.

    References
    ----------
    McKay, Beckman & Conover (1979), Technometrics 21(2), 239-245; Sobol' (1967), USSR Computational
    Mathematics and Mathematical Physics 7(4), 86-112; Owen (1995), Lecture Notes in Statistics 106, 299-317.

    Examples
    --------
    >>> a, b = Factor("a", levels=("x", "y")), Factor("b", (1.0, 2.0, 3.0), 1.0, 3.0)
    >>> [column.tolist() for column in design("grid", [a, b], None, 1).columns]
    [['x', 'x', 'x', 'y', 'y', 'y'], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]]
    """
    if not factors:
        fix = "Name it, as in --vary actors.Russia.tied_down=0.1:0.9:9."
        raise InputError(Fault("something that varies", "nothing", fix, path="--vary"))
    if plan in ("grid", "oat") and points is not None:
        fix = "Leave it out, or choose --design lhs or sobol."
        raise InputError(Fault(f"levels, which a {plan} is made of", f"{points} points", fix, path="--points"))
    if plan == "grid":
        return Design(plan, tuple(factors), _grid(factors), {})
    if plan == "oat":
        return Design(plan, tuple(factors), _one_at_a_time(factors), {})
    count = POINTS if points is None else points
    _refuse_many(count)
    notes: tuple[str, ...] = ()
    if plan == "sobol" and count & (count - 1):
        asked, count = count, 1 << count.bit_length()
        notes = (f"A Sobol' sequence is balanced at powers of two: {count:,} points instead of {asked:,}.",)
    unit = unit_cube("sobol" if plan == "sobol" else "lhs", count, len(factors), seed)
    return Design(plan, tuple(factors), tuple(f.at(unit[:, k]) for k, f in enumerate(factors)), {}, notes)


def unit_cube(plan: Literal["lhs", "sobol"], points: int, dimensions: int, seed: int) -> np.ndarray:
    """Points in the unit cube, strictly inside of it.

    Parameters
    ----------
    plan : {"lhs", "sobol"}
        How they are spread.
    points, dimensions : int
        How many of each; powers of two for a balanced Sobol' sequence.
    seed : int
        Of the scrambling.

    Returns
    -------
    ndarray of float64, shape (points, dimensions)
        The same for the same arguments.

    Examples
    --------
    >>> unit_cube("sobol", 4, 2, seed=1).shape
    (4, 2)
    """
    from scipy.stats import qmc

    rng = np.random.Generator(np.random.PCG64(seed))
    if plan == "lhs":
        found = qmc.LatinHypercube(dimensions, rng=rng).random(points)
    else:
        if dimensions > qmc.Sobol.MAXDIM:
            raise InputError(Fault(f"at most {qmc.Sobol.MAXDIM:,} dimensions", f"{dimensions:,}", path="--vary"))
        found = qmc.Sobol(dimensions, rng=rng).random(points)
    inside: np.ndarray = np.clip(found, _EDGE, 1.0 - _EDGE)
    return inside


def _grid(factors: Sequence[Factor]) -> tuple[np.ndarray, ...]:
    levels = [factor.grid() for factor in factors]
    _refuse_many(math.prod(map(len, levels)))
    return tuple(grid.ravel() for grid in np.meshgrid(*levels, indexing="ij"))


def _one_at_a_time(factors: Sequence[Factor]) -> tuple[np.ndarray, ...]:
    levels = [factor.grid() for factor in factors]
    count = 1 + sum(map(len, levels))
    _refuse_many(count)
    columns, at = [], 1
    for factor, own in zip(factors, levels, strict=True):
        column = np.full(count, factor.central, own.dtype)
        column[at : at + len(own)] = own
        at += len(own)
        columns.append(column)
    return tuple(columns)


def _refuse_many(count: int) -> None:
    if not 1 <= count <= MOST_POINTS:
        fix = "Give fewer levels, or spread fewer points with --design lhs --points N."
        raise InputError(Fault(f"a design of 1 to {MOST_POINTS:,} points", f"{count:,}", fix, path="--vary"))
