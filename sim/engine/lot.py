"""A lot: runs that are not numbered by their draw, and have some values given instead of drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import rule


class Lot(NamedTuple):
    """Draws of some runs, and the values that their points give.

    Parameters
    ----------
    draws : ndarray of int64, shape (R,)
        Replicate of each run; empty where run *k* has draw *k*.
    points : ndarray of int64, shape (R,)
        Row of `values` of each run.
    rows : ndarray of int64, shape (V,)
        Rows of the parameter matrix that are given.
    values : ndarray of float64, shape (P, V)
        Values by point.
    """

    draws: np.ndarray
    points: np.ndarray
    rows: np.ndarray
    values: np.ndarray


#: Nothing given.
NO_LOT = Lot(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 0)))


@rule
def number(draws, lot, first, at, count):
    """Set the draws of the next runs, in place; lanes without a run have that of the last."""
    for w in range(draws.shape[0]):
        k = at + w if at + w < count else count - 1
        draws[w] = lot.draws[k] if lot.draws.shape[0] > 0 else first + k


@rule
def give_values(par, lot, at, lanes):
    """Put the given values of the next runs in the place of those that were drawn."""
    for v in range(lot.rows.shape[0]):
        row = lot.rows[v]
        for w in range(lanes):
            par[row, w] = lot.values[lot.points[at + w], v]
