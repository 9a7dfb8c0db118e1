"""Draws of which runs are followed by others, by address like all draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.compiled import kernel
from sim.draws import Purpose, uniforms
from sim.engine.ensemble import signed

_PURPOSE = int(Purpose.SELECTION)


def selection(seed: int) -> Callable[[int, int, int], np.ndarray]:
    """Give the draws of an estimate.

    Parameters
    ----------
    seed : int
        64-bit seed.

    Returns
    -------
    callable
        From the number of a replication, that of a round and how many: uniform numbers in (0, 1).

    Examples
    --------
    >>> chance = selection(1)
    >>> chance(0, 1, 3).tolist() == chance(0, 1, 5)[:3].tolist()
    True
    """

    def chance(number: int, round_: int, many: int) -> np.ndarray:
        found = np.empty(many)
        fill_selection(found, signed(seed), number, round_)
        return found

    return chance


@kernel
def fill_selection(found, seed, number, round_):
    """Fill with the draws of one round, in place: the address has replication, round and place."""
    for place in range(found.shape[0]):
        found[place] = uniforms(seed, number, round_, place, _PURPOSE, 0)[0]
