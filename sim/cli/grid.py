"""Lines of any columns on a terminal: side by side where there is room, below each other where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.cli.sheet import fold

_GAP = "  "
_RULE = "─"


def grid(columns: Sequence[str], lines: Sequence[Sequence[Any]], width: int) -> list[str]:
    """Lay lines out for a width.

    Parameters
    ----------
    columns : sequence of str
        Names.
    lines : sequence of sequence
        Values; numbers stand to the right, what is missing is blank.
    width : int
        Columns of the terminal.

    Returns
    -------
    list of str
        Lines of text.

    Examples
    --------
    >>> print("\\n".join(grid(("rung", "n"), [("war", 12), ("peace", 3)], 40)))
    rung    n
    ─────────
    war    12
    peace   3
    >>> print("\\n".join(grid(("a long name", "another"), [(1.5, None)], 16)))
    line 1
      a long name  1.5
      another
    """
    cells = [[_cell(value) for value in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        return _stacked(columns, cells, width)
    right = [all(isinstance(line[at], int | float | None) for line in lines) for at in range(len(columns))]

    rule = _RULE * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return [_row(columns, widths, right), rule, *(_row(line, widths, right) for line in cells)]


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    each = zip(texts, widths, right, strict=True)
    return _GAP.join(text.rjust(size) if numeric else text.ljust(size) for text, size, numeric in each).rstrip()


def _stacked(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[str]:
    size = max(map(len, columns))
    found = []
    for number, line in enumerate(cells, 1):
        found.append(f"line {number}")
        for name, text in zip(columns, line, strict=True):
            whole = f"{_GAP}{name.ljust(size)}{_GAP}{text}".rstrip()
            found += [whole] if len(whole) <= max(width, size + 8) else fold(whole, width)
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return " ".join(text.split())
