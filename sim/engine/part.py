"""A part: the outcome rows of a fixed range of runs, and counts over their steps.

This is what the engine hands to the results folder. It needs NumPy only, so that whatever
reads results never loads the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

#: Runs in a part; only the last part of an ensemble may be shorter.
PART_RUNS = 25_000


@dataclass(frozen=True)
class Part:
    """Rows and step counts of the runs ``first`` to ``first + count - 1``.

    Parameters
    ----------
    first : int
        Number of the first run, from 0.
    rows : numpy.ndarray
        Structured array, one row per run in ascending order; its first field is ``run``.
    sidecar : dict of str to numpy.ndarray
        Counts over the same runs, int32: ``transitions`` (S, D, L, L), ``highest`` (S, L, L),
        ``start_rung`` (D,), ``entries`` (S, B, F).

    Examples
    --------
    >>> rows = np.array([(7, 2), (8, 0)], dtype=[("run", "<i8"), ("peak", "i1")])
    >>> part = Part(7, rows)
    >>> part.count
    2
    """

    first: int
    rows: np.ndarray
    sidecar: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of runs."""
        return len(self.rows)


def part_ranges(runs: int, per_point: int | None = None, *, alone: bool = False) -> Iterator[tuple[int, int]]:
    """Split an ensemble into the ranges of its parts, one when it is asked for.

    Parameters
    ----------
    runs : int
        Runs in the ensemble.
    per_point : int, optional
        Runs of each point of a study: a part then holds as many whole points as it has room for, or a range of
        runs of one point.
    alone : bool
        Never put two points into one part.

    Yields
    ------
    tuple of int
        First run and number of runs of each part, in order.

    Examples
    --------
    >>> list(part_ranges(60_000))
    [(0, 25000), (25000, 25000), (50000, 10000)]
    >>> list(part_ranges(60_000, per_point=30_000))
    [(0, 25000), (25000, 5000), (30000, 25000), (55000, 5000)]
    >>> list(part_ranges(30_000, per_point=10_000))
    [(0, 20000), (20000, 10000)]
    """
    each = runs if per_point is None else per_point
    if per_point is not None and per_point <= PART_RUNS and not alone:
        each = PART_RUNS // per_point * per_point
        for first in range(0, runs, each):
            yield first, min(each, runs - first)
        return
    for begin in range(0, runs, each):
        for first in range(begin, begin + each, PART_RUNS):
            yield first, min(PART_RUNS, begin + each - first)
