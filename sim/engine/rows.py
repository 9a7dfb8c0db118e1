"""The outcome row: which columns it has and where in the state each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.treaties import Form

if TYPE_CHECKING:
    from sim.engine.layout import Layout
    from sim.engine.lowering.names import Names


def row_type(names: Names) -> np.dtype:
    """Columns of an outcome row, in the order in which they are stored.

    Parameters
    ----------
    names : Names
        Sorted names of the scenario.

    Returns
    -------
    numpy.dtype
        Structured and packed; every number little-endian; -1 means never.
    """
    rivalries = [x.name for x in names.rivalries]
    partnerships = [x.name for x in names.partnerships]
    columns: list[tuple[str, str]] = [("run", "<i8"), ("peak", "i1")]
    columns += [(f"peak:{name}", "i1") for name in rivalries]
    columns += [(f"end:{name}", "i1") for name in rivalries]
    columns += [("t_force", "<i2"), ("t_war", "<i2"), ("t_nuclear", "<i2")]
    columns += [(f"entry:{name}", "i1") for name in partnerships]
    columns += [(f"t_entry:{name}", "<i2") for name in partnerships]
    columns += [(f"tripwire:{name}", "<i2") for name in partnerships]
    columns += [(f"attacked_at_war:{x.name}", "<i2") for x in names.actors]
    columns += [(f"verdict:{name}", "i1") for name in verdict_names(names)]
    columns += [(f"incidents:{x.name}", "<i2") for x in names.kinds]
    return np.dtype(columns)


def verdict_names(names: Names) -> list[str]:
    """Names of the clause tests: ``treaty/clause|adversary``, in the order of their rows."""
    found = []
    for j, c in names.tests:
        treaty, clause, _, _ = names.clauses[c]
        adversary = names.rivalries[names.judges[j][0]].name.partition(">")[0]
        found.append(f"{treaty.name}/{clause.name}|{adversary}")
    return found


def sidecar_shapes(names: Names, layout: Layout) -> dict[str, tuple[int, ...]]:
    """Shapes of the step counts kept beside the rows."""
    d, n, s = layout.n_rivalries, layout.n_rungs, layout.n_steps
    return {
        "transitions": (s, d, n, n),
        "highest": (s, n, n),
        "start_rung": (d,),
        "entries": (s, layout.n_partnerships, len(Form)),
    }


@kernel
def fill_rows(content, state, offsets, widths, n_rivalries, first_run, lanes):
    """Write outcome rows from final states, in place.

    Parameters
    ----------
    content : ndarray of uint8, shape (rows, bytes of a row)
        Rows of `row_type`, seen as bytes.
    state : ndarray of float64, shape (rows, W)
        Final state: its first rows are in the order of the columns after ``run`` and ``peak``, and
        the first `n_rivalries` of them are the rivalries' peaks.
    offsets, widths : ndarray of int64
        Where each of those columns begins in a row, and its bytes: 1 or 2.
    n_rivalries : int
        Number of rivalries.
    first_run : int
        Number of the first row's run.
    lanes : int
        Rows to write.
    """
    for w in range(lanes):
        run = first_run + w
        for byte in range(8):
            content[w, byte] = (run >> (8 * byte)) & 255
        peak = 0.0
        for d in range(n_rivalries):
            peak = state[d, w] if state[d, w] > peak else peak
        content[w, 8] = np.int64(peak) & 255
    for column in range(offsets.shape[0]):
        at = offsets[column]
        if widths[column] == 1:
            for w in range(lanes):
                content[w, at] = np.int64(state[column, w]) & 255
        else:
            for w in range(lanes):
                value = np.int64(state[column, w])
                content[w, at] = value & 255
                content[w, at + 1] = (value >> 8) & 255


def column_places(row_type: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Offsets and widths, in bytes, of the columns after ``run`` and ``peak``."""
    fields = [(row_type.fields or {})[name] for name in (row_type.names or ())[2:]]
    offsets = np.array([field[1] for field in fields], np.int64)
    return offsets, np.array([field[0].itemsize for field in fields], np.int64)
