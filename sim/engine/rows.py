"""The outcome row: which columns it has and where in the state each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.treaties import Form

if TYPE_CHECKING:
    from sim.engine.layout import Layout
    from sim.engine.lower import _Names


def row_type(names: _Names) -> np.dtype:
    """Columns of an outcome row, in the order in which they are stored.

    Parameters
    ----------
    names : _Names
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


def verdict_names(names: _Names) -> list[str]:
    """Names of the clause tests: ``treaty/clause|adversary``, in the order of their rows."""
    found = []
    for j, c in names.tests:
        treaty, clause, _, _ = names.clauses[c]
        adversary = names.rivalries[names.judges[j][0]].name.partition(">")[0]
        found.append(f"{treaty.name}/{clause.name}|{adversary}")
    return found


def sidecar_shapes(names: _Names, layout: Layout) -> dict[str, tuple[int, ...]]:
    """Shapes of the step counts kept beside the rows."""
    d, n, s = layout.n_rivalries, layout.n_rungs, layout.n_steps
    return {
        "transitions": (s, d, n, n),
        "highest": (s, n, n),
        "start_rung": (d,),
        "entries": (s, layout.n_partnerships, len(Form)),
    }


def fill_rows(rows: np.ndarray, ends: np.ndarray, n_rivalries: int, first_run: int) -> None:
    """Write outcome rows from what their runs ended with, in place.

    Parameters
    ----------
    rows : ndarray, structured, shape (R,)
        Rows to fill, of `row_type`.
    ends : ndarray of float64, shape (columns - 2, R)
        First rows of the final state, which are in the order of the columns.
    n_rivalries : int
        Number of rivalries.
    first_run : int
        Number of the first row's run.
    """
    rows["run"] = np.arange(first_run, first_run + len(rows))
    rows["peak"] = ends[:n_rivalries].max(axis=0)
    for column, end in zip((rows.dtype.names or ())[2:], ends, strict=True):
        rows[column] = end
