"""Results as CSV, for Excel, R and Stata: all outcome rows, and the table of outcomes."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.store.files import TEMPORARY, disk_faults, make_folder, write_atomically
from sim.store.folder import ResultsFolder
from sim.store.parts import connection, duckdb_faults

#: Where they go in a results folder, unless told.
CSV = "csv"
ROWS = "rows.csv"
OUTCOMES = "outcomes.csv"

#: What stands beside an estimate, in columns of its own.
_NUMBERS = ("value", "low", "high")
_BESIDE = {"null": (*_NUMBERS, "n", "hits"), "base_rate": _NUMBERS, "prior": _NUMBERS}
#: Columns of the table of outcomes.
HEADER = (
    *("outcome", "rung", *_NUMBERS, "n", "hits", "method", "assumption_driven"),
    *(f"{beside}_{number}" for beside, numbers in _BESIDE.items() for number in numbers),
)
_COPY = "COPY (SELECT * FROM read_parquet($paths)) TO $path (FORMAT csv, HEADER)"


def export_csv(folder: ResultsFolder, destination: Path) -> list[Path]:
    """Write ``rows.csv`` and ``outcomes.csv``.

    Parameters
    ----------
    folder : ResultsFolder
        What to export.
    destination : Path
        Folder to write to; made where it is missing.

    Returns
    -------
    list of Path
        The files written.

    Notes
    -----
    Rows go from file to file in the order of their runs, in memory that does not grow with them.
    """
    make_folder(destination)
    return [export_rows(folder, destination / ROWS), export_outcomes(folder, destination / OUTCOMES)]


def export_rows(folder: ResultsFolder, path: Path) -> Path:
    """Write all outcome rows as one CSV file, in the order of their runs.

    Raises
    ------
    PactsimError
        If a part is missing or damaged; nothing is written then.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    for part in folder.stored:
        part.require_intact()
    parts = [str(part.parquet) for part in folder.stored]
    try:
        with duckdb_faults():
            connection().execute(_COPY, {"paths": parts, "path": str(temporary)}).fetchall()
        with disk_faults(path):
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def export_outcomes(folder: ResultsFolder, path: Path) -> Path:
    """Write the table of outcomes as CSV; a distribution takes a line for each rung."""
    text = io.StringIO()
    table = csv.DictWriter(text, HEADER, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(outcome_lines(folder.summary))
    write_atomically(path, text.getvalue().encode())
    return path


def outcome_lines(summary: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the outcomes of a summary as flat lines.

    Examples
    --------
    >>> list(outcome_lines({"outcomes": {"war": {"value": 0.5, "n": 2, "hits": 1}}}))
    [{'outcome': 'war', 'value': 0.5, 'n': 2, 'hits': 1}]
    """
    for name, result in summary["outcomes"].items():
        for rung, estimate in result.get("rungs", {"": result}).items():
            yield {"outcome": name, **({"rung": rung} if rung else {}), **_flat(estimate)}


def _flat(estimate: dict[str, Any]) -> dict[str, Any]:
    """Put what stands beside an estimate into columns of its own."""
    found = {key: value for key, value in estimate.items() if key not in _BESIDE}
    for beside, numbers in _BESIDE.items():
        stands = estimate.get(beside) or {}
        found |= {f"{beside}_{number}": stands[number] for number in numbers if number in stands}
    return found
