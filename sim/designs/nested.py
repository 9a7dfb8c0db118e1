"""A design that tells events, parameters and contested choices of the model apart.

What is contested (the theory of decision, each switch) is chosen among a few positions. A base row has points of two
kinds. The first tell how the world as written spreads over parameters, and what each other position alone would make
of it. The others are those of Sobol' indices by group, for which positions are drawn too, each as likely as another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.designs.plans import MOST_POINTS, unit_cube
from sim.errors import Fault, InputError

#: Position of a choice that is as the scenario has it.
AS_WRITTEN = -1


@dataclass(frozen=True)
class NestedDesign:
    """Points of all base rows, those of a row one after the other.

    Parameters
    ----------
    unit : ndarray of float64, shape (P, K)
        Where each point is in the unit cube of parameters.
    chosen : ndarray of int64, shape (P, C)
        Position of each choice, or `AS_WRITTEN`.
    block : ndarray of int64, shape (P,)
        Points of the same number meet the same draws.
    worlds : tuple of tuple of int
        Choice and position that a point of the first kind has otherwise, in the order of a row; the first point of a
        row is the world as written.
    groups : int
        Groups of Sobol' indices.
    """

    unit: np.ndarray
    chosen: np.ndarray
    block: np.ndarray
    worlds: tuple[tuple[int, int], ...]
    groups: int

    @property
    def row(self) -> int:
        """Points of a base row."""
        return row_size(len(self.worlds), self.groups)


def row_size(worlds: int, groups: int) -> int:
    """Points of a base row: as written and the worlds; A, B, and A with each group of B; the dummy."""
    return 1 + worlds + 2 + groups + 1


def nested_design(
    parameters: int,
    positions: Sequence[int],
    written: Sequence[int],
    groups: Sequence[Sequence[int]],
    base: int,
    seed: int,
) -> NestedDesign:
    """Lay the points out.

    Parameters
    ----------
    parameters : int
        How many, K; they are a group of their own, the first.
    positions : sequence of int
        Number of positions of each of the C choices.
    written : sequence of int
        Position that each has as the scenario is written, or `AS_WRITTEN` where it is at none of them.
    groups : sequence of sequence of int
        Choices that belong together.
    base : int
        Base rows N, a power of two for balance.
    seed : int
        Of the scrambling.

    Returns
    -------
    NestedDesign
        For each base row the world as written and each other position alone, all with the parameters of A; A; B; A
        with each group of B; and the dummy, which is A with draws of its own. All others of a row share draws.

    Raises
    ------
    InputError
        If there would be too many points.

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270: A with columns of B.
    Jacques, Lavergne & Devictor (2006), Reliability Engineering & System Safety 91, 1126-1134: indices of groups.

    Examples
    --------
    >>> found = nested_design(2, [3], [1], [[0]], 4, 1)
    >>> found.row, found.worlds
    (8, ((0, 0), (0, 2)))
    >>> found.chosen[:3, 0].tolist(), found.block[:8].tolist()
    ([-1, 0, 2], [0, 0, 0, 0, 0, 0, 0, 4])
    """
    choices = len(positions)
    each = ((choice, position) for choice in range(choices) for position in range(positions[choice]))
    worlds = tuple((choice, position) for choice, position in each if position != written[choice])
    row = row_size(len(worlds), 1 + len(groups))
    if not 1 <= base * row <= MOST_POINTS:
        need = f"a design of 1 to {MOST_POINTS:,} points"
        raise InputError(Fault(need, f"{base * row:,}", "Give fewer --points.", path="--points"))
    both = unit_cube("sobol", base, 2 * (parameters + choices), seed)
    a, b = both[:, : parameters + choices], both[:, parameters + choices :]
    levels = np.array(positions, np.int64)
    of_a, of_b = ((side[:, parameters:] * levels).astype(np.int64) for side in (a, b))
    unit = np.repeat(a[:, None, :parameters], row, axis=1)
    chosen = np.repeat(of_a[:, None, :], row, axis=1)
    first = 1 + len(worlds)
    chosen[:, :first] = AS_WRITTEN
    for place, (choice, position) in enumerate(worlds, 1):
        chosen[:, place, choice] = position
    unit[:, [first + 1, first + 2]] = b[:, None, :parameters]
    chosen[:, first + 1] = of_b
    for place, group in enumerate(groups, first + 3):
        chosen[:, place, list(group)] = of_b[:, list(group)]
    block = np.repeat(np.arange(base), row).reshape(base, row)
    block[:, -1] += base
    return NestedDesign(
        unit.reshape(base * row, parameters),
        chosen.reshape(base * row, choices),
        block.ravel(),
        worlds,
        1 + len(groups),
    )
