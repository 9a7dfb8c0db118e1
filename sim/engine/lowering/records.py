"""Records from dictionaries, and slices of sorted tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def filled(dtype: np.dtype, rows: Iterable[dict[str, int]]) -> np.ndarray:
    """Records from dictionaries; a field that is left out is -1.

    Parameters
    ----------
    dtype : numpy.dtype
        One of `sim.engine.layout`.
    rows : iterable of dict
        Values by field.

    Returns
    -------
    ndarray
        One record per dictionary.

    Examples
    --------
    >>> from sim.engine.layout import PAIR
    >>> filled(PAIR, [{"first": 3, "second": 4}])["open"]
    array([-1])
    """
    rows = list(rows)
    table = np.full(len(rows), -1, np.int64).repeat(len(dtype.names or ())).view(dtype)
    for record, row in zip(table, rows, strict=True):
        for field, value in row.items():
            record[field] = value
    return table


def slices(owners: Sequence[int], n: int) -> list[tuple[int, int]]:
    """Bounds of each owner's slice in a table sorted by owner.

    Examples
    --------
    >>> slices([0, 0, 2], 3)
    [(0, 2), (2, 2), (2, 3)]
    """
    edges = np.searchsorted(np.asarray(owners, np.int64), np.arange(n + 1))
    return [(int(edges[i]), int(edges[i + 1])) for i in range(n)]
