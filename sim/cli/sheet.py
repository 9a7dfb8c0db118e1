"""A table of names and numbers that fits the terminal: names keep room, and stay whole where they can.

What a narrow terminal lacks room for goes in this order: the bar, the words, and then each name
takes a line of its own above its numbers, of which those beyond the first two go where that line is
too narrow for them. A number never goes without its interval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

#: A column of names is as wide as the longest name, or this if there is no room for that.
NAME_WIDTH = 26
#: Widest bar, and the narrowest that still says something.
BAR_WIDTH, LEAST_BAR = 24, 8
#: Columns of numbers that are always there.
_ALWAYS = 2
_GAP = "   "
_RULE = "─"


@dataclass(frozen=True)
class Line:
    """A row.

    Parameters
    ----------
    name : str
        What the numbers are of; may be indented.
    cells : tuple of str
        The number, its interval, further numbers and words if any.
    bar : float
        Share that a bar shows.
    dim, heading : bool
        Whether to draw it dim, or as a heading of the lines that follow.
    """

    name: str
    cells: tuple[str, ...] = ()
    bar: float = 0.0
    dim: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table whose columns depend on the room there is.

    Parameters
    ----------
    headers : tuple of str
        Of the names, of two or more columns of numbers, and of the words if there are any.
    lines : sequence of Line
        From the top down.
    words : bool
        Whether the last column is one of words, or of what else goes before any number does.
    bars : bool
        Whether a bar stands at the end of each line.
    """

    headers: tuple[str, ...]
    lines: Sequence[Line]
    words: bool = False
    bars: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw the table for a terminal's width; called by rich."""
        from rich.text import Text

        for text, style in self._drawn(options.max_width):
            yield Text(text, style=style, no_wrap=True, overflow="fold", end="\n")

    def _drawn(self, room: int) -> Iterator[tuple[str, str]]:
        """Give lines of text and their styles."""
        head = Line(self.headers[0], self.headers[1:])
        full = [head, *(line for line in self.lines if line.cells)]
        longest = max(_width(line.name) for line in full)
        widths = self._widths(full, room, min(longest, NAME_WIDTH))
        name = min(longest, room - _taken(widths))
        stacked = name < min(longest, NAME_WIDTH)
        while stacked and len(widths) > _ALWAYS and _taken(widths) > room + 1:
            widths.pop()
        bar = 0 if stacked or not self.bars else min(room - name - _taken(widths) - len(_GAP), BAR_WIDTH)
        bar = bar if bar >= LEAST_BAR else 0
        size = room if stacked else name

        def lay_out(line: Line, size: int, bar: int) -> list[str]:
            return _stack(line, size, widths) if stacked else _row(line, size, widths, self._numbers, bar)

        for text in lay_out(head, size, 0):
            yield text, "bold"
        yield _RULE * (room if stacked else name + _taken(widths) + (bar + len(_GAP) if bar else 0)), ""
        for line in self.lines:
            style = "bold" if line.heading else "dim" if line.dim else ""
            for text in lay_out(line, room if line.heading else size, bar):
                yield text, style

    @property
    def _numbers(self) -> int:
        """Columns of numbers."""
        return len(self.headers) - 1 - self.words

    def _widths(self, full: Sequence[Line], room: int, least: int) -> list[int]:
        """Widths of the columns there is room for beside names of the least width."""
        columns = list(zip(*(line.cells for line in full), strict=True))
        widths = [max(map(_width, column)) for column in columns]
        if self.words and room - _taken(widths) < least:
            widths[-1] = max(_width(part) for cell in columns[-1] for part in _halves(cell))
        return widths[: self._numbers] if room - _taken(widths) < least else widths


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * len(widths)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes; a letter of Chinese or Korean takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _halves(words: str) -> list[str]:
    """Break ``unlikely to roughly even`` before the word that joins its halves."""
    first, to, second = words.partition(" to ")
    return [first, f"to {second}"] if to else [words]


def _fitted(words: str, width: int) -> list[str]:
    return [words] if _width(words) <= width else _halves(words)


def _row(line: Line, size: int, widths: Sequence[int], numbers: int, bar: int) -> list[str]:
    """Lay a row out: the numbers stand on the last line of the name, what words are left below it."""
    *above, last = fold(line.name, size)
    if not line.cells:
        return [*above, last]
    cells = [_padded(cell, width, True) for cell, width in zip(line.cells[:numbers], widths, strict=False)]
    words = _fitted(line.cells[numbers], widths[numbers]) if len(widths) > numbers else []
    more = ["█" * round(bar * line.bar)] if bar else words[:1]
    left = size + _taken(widths[:numbers]) + len(_GAP)
    below = [" " * left + text for text in words[1:]]
    return [*above, _GAP.join([_padded(last, size, False), *cells, *more]).rstrip(), *below]


def _stack(line: Line, size: int, widths: Sequence[int]) -> list[str]:
    """Lay a row out with the name above the numbers."""
    names = fold(line.name, size)
    if not line.cells:
        return names
    cells = [_padded(cell, width, True) for cell, width in zip(line.cells, widths, strict=False)]
    return [*names, "  " + _GAP.join(cells).rstrip()]


def fold(name: str, width: int) -> list[str]:
    """Break a name where a word ends, and within a word only where it is wider than the line.

    Parameters
    ----------
    name : str
        May be indented; what follows is indented two more.
    width : int
        Columns of the terminal.

    Returns
    -------
    list of str
        Lines, at least one.

    Examples
    --------
    >>> fold("intervention:Russia:DPRK *", 20)
    ['intervention:Russia:', '  DPRK *']
    """
    # A mark at the end stays with the word before it.
    indent = " " * min(len(name) - len(name.lstrip()) + 2, max(width - 4, 0))
    lines, line = [], ""
    for piece in re.findall(r"\s*[^\s:|_>]*[:|_>]*(?: \*$)?", name):
        for part in _parts(piece, max(width - len(indent), 1)):
            if line.strip() and _width(line + part) > width:
                lines.append(line.rstrip())
                line, part = indent, part.lstrip()
            line += part
    return [*lines, line.rstrip()]


def _parts(piece: str, width: int) -> list[str]:
    """Cut a piece that fits no line."""
    parts, part = [], ""
    for letter in piece:
        if part and _width(part + letter) > width:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]
