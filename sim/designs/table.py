"""A design from a CSV file: a column for each path, a line for each point."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.designs.factors import TREATY, Factor, Subject, parse_number, require_within
from sim.designs.plans import MOST_POINTS, Design
from sim.errors import Fault, InputError
from sim.estimate import number_of
from sim.scenario.wording import quote, suggest


def read_design(path: Path, subject: Subject) -> Design:
    """Read a design from a file.

    Parameters
    ----------
    path : Path
        UTF-8, with a header of paths.
    subject : Subject
        What the scenario has.

    Returns
    -------
    Design
        A line that cannot be is among the failed points, with the reason; the others are kept.

    Raises
    ------
    InputError
        If the file cannot be read, a column is unknown, or no line can be.
    """
    header, lines = _lines(path)
    _refuse_unknown(path, header, subject)
    numeric = [name in subject.quantities for name in header]
    columns = [np.full(len(lines), np.nan if number else "", float if number else object) for number in numeric]
    failed: dict[int, str] = {}
    for point, (line, cells) in enumerate(lines):
        try:
            values = _values(header, cells, subject)
        except InputError as error:
            failed[point] = f"{path.name}:{line}: {' '.join(map(str, error.faults))}"
            continue
        for column, value in zip(columns, values, strict=True):
            column[point] = value
    if len(failed) == len(lines):
        first = next(iter(failed.values()))
        raise InputError(Fault("a line that can be a point", first.removesuffix("."), file=str(path)))
    kept = np.array([point not in failed for point in range(len(lines))])
    factors = [_factor(name, column[kept], subject) for name, column in zip(header, columns, strict=True)]
    return Design("file", tuple(factors), tuple(columns), failed)


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "bytes that are no UTF-8"
        fix = "--design takes grid, lhs, sobol, oat or a CSV file."
        raise InputError(Fault("a design or a file that can be read", said, fix, file=str(path))) from error
    reader = csv.reader(io.StringIO(text))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise InputError(Fault("a CSV file", str(error), file=str(path))) from error
    if len(rows) < 2:
        raise InputError(
            Fault("a header of paths and a line for each point", number_of(len(rows), "line"), file=str(path))
        )
    if len(rows) - 1 > MOST_POINTS:
        raise InputError(Fault(f"at most {MOST_POINTS:,} points", f"{len(rows) - 1:,}", file=str(path)))
    return rows[0][1], rows[1:]


def _refuse_unknown(path: Path, header: Sequence[str], subject: Subject) -> None:
    known = [*subject.quantities, *subject.others, *(TREATY + slot for slot in subject.versions)]
    faults = [
        Fault("columns that are paths of the scenario", quote(name), suggest(name, known), str(path), line=1, column=1)
        for name in header
        if name not in known
    ]
    if len(set(header)) < len(header):
        faults.append(Fault("each column once", ", ".join(header), file=str(path), line=1, column=1))
    if faults:
        raise InputError(faults)


def _values(header: Sequence[str], cells: Sequence[str], subject: Subject) -> list[float | str]:
    if len(cells) != len(header):
        raise InputError(Fault(f"{len(header)} values", str(len(cells))))
    values: list[float | str] = []
    for name, cell in zip(header, cells, strict=True):
        if name in subject.quantities:
            number = parse_number(cell, name)
            require_within(name, number, subject.ranges[name])
            values.append(number)
        elif not cell:
            raise InputError(Fault("a value", "nothing", path=name))
        else:
            values.append(cell)
    return values


def _factor(name: str, column: np.ndarray, subject: Subject) -> Factor:
    if name in subject.quantities:
        levels = np.unique(column)
        some = tuple(levels.tolist()) if len(levels) <= max(2, math.isqrt(len(column))) else ()
        return Factor(name, some, float(column.min()), float(column.max()), central=subject.quantities[name].central)
    return Factor(name, tuple(dict.fromkeys(column.tolist())), central=str(column[0]))
