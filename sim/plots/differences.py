"""Rows of differences around zero: what contrasts, worlds and clauses have in common.

Differences may be of very different size: a treaty moves entry by tens of percentage points and
war by hundredths. Where they are, the axis is logarithmic on both sides of a linear piece around
zero, so that a sign can be read off at every size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.estimate import Estimate, format_mean, format_share
from sim.plots.style import BLACK, BLUE, GREY, PALE, as_written

#: Height of a row (inches).
ROW = 0.235
#: Height of what an axis needs beside its rows (inches).
AXIS = 0.75
#: From this ratio of the largest to the smallest reach on, the axis is logarithmic.
_APART = 30.0
#: Powers of ten at most on each side of a logarithmic axis.
_DECADES = 4
#: Ticks at most.
_TICKS = 8


@dataclass(frozen=True)
class Mark:
    """A difference in a row.

    Parameters
    ----------
    value, low, high : float or None
        In the unit of the axis; None where there is nothing to compare.
    colour : str
        Of point and interval.
    shape : str
        Marker.
    filled : bool
        Whether its point is filled.
    """

    value: float | None
    low: float | None
    high: float | None
    colour: str = BLUE
    shape: str = "o"
    filled: bool = True


@dataclass(frozen=True)
class Row:
    """A line of the figure.

    Parameters
    ----------
    label : str
        Beside the axis; may have line breaks.
    marks : tuple of Mark
        One, or several to be compared, which stand a little apart.
    text : str
        At the right.
    """

    label: str
    marks: tuple[Mark, ...]
    text: str = ""


def is_share(contrast: Mapping[str, Any]) -> bool:
    """Whether what is compared are shares of runs and not counts per run.

    Examples
    --------
    >>> is_share({"a": {"value": 0.1, "hits": 10}}), is_share({"a": {"value": 3.1}})
    (True, False)
    """
    return "hits" in contrast["a"]


def is_clear(difference: Mapping[str, Any]) -> bool:
    """Whether the interval of a difference excludes 0.

    Examples
    --------
    >>> is_clear({"low": 0.1, "high": 0.2}), is_clear({"low": 0.0, "high": 0.2}), is_clear({"low": None, "high": None})
    (True, False, False)
    """
    low, high = difference["low"], difference["high"]
    return low is not None and high is not None and (low > 0.0 or high < 0.0)


def mark(difference: Mapping[str, Any], share: bool, colour: str = BLUE, shape: str = "o") -> Mark:
    """Make a mark: coloured and filled where the interval excludes 0, grey and open where it does not.

    Parameters
    ----------
    difference : mapping
        With ``value``, ``low`` and ``high``, as shares or counts per run.
    share : bool
        Whether these are shares, which are drawn in percentage points.
    colour : str
        Where the interval excludes 0.
    shape : str
        Marker.

    Returns
    -------
    Mark
        In the unit of its axis.

    Examples
    --------
    >>> mark({"value": 0.02, "low": -0.01, "high": 0.05}, share=True)
    Mark(value=2.0, low=-1.0, high=5.0, colour='#666666', shape='o', filled=False)
    """
    unit = 100.0 if share else 1.0
    value, low, high = (None if difference[key] is None else unit * difference[key] for key in ("value", "low", "high"))
    clear = is_clear(difference)
    return Mark(value, low, high, colour if clear else GREY, shape, clear)


def from_to(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """Write the two that are compared.

    Examples
    --------
    >>> from sim.estimate import share
    >>> from_to(share(120, 1000).as_dict(), share(0, 1000).as_dict())
    '12 % → < 0.37 %'
    """
    write = format_share if "hits" in a else format_mean
    return " → ".join(write(Estimate.from_dict(dict(estimate))) for estimate in (a, b))


def unit_words(share: bool) -> str:
    """Name the unit of an axis of differences.

    Examples
    --------
    >>> unit_words(True)
    'difference (percentage points)'
    """
    return "difference (percentage points)" if share else "difference (per run)"


def key(clear: str = "95 % interval excludes 0", unclear: str = "it does not") -> list[Line2D]:
    """Explain filled and open marks.

    Parameters
    ----------
    clear, unclear : str
        What they say.

    Returns
    -------
    list of Line2D
        For the key of `new_figure`.
    """
    filled = Line2D([], [], color=BLUE, marker="o", ms=5.5, label=clear)
    return [filled, Line2D([], [], color=GREY, marker="o", ms=5.5, mfc="white", label=unclear)]


def stack(groups: Mapping[str, Sequence[Row]]) -> tuple[list[float], list[tuple[str, float]]]:
    """Give rows their places from the top down, below a heading for each group that has one.

    Parameters
    ----------
    groups : mapping of str to sequence of Row
        By heading; an empty one is not written.

    Returns
    -------
    tuple
        Places of all rows in turn, and headings with their places.

    Examples
    --------
    >>> stack({"": [Row("a", ())], "war": [Row("b", ()), Row("c", ())]})
    ([0.0, 2.2, 3.2], [('war', 1.2)])
    """
    places: list[float] = []
    heads: list[tuple[str, float]] = []
    place = 0.0
    for head, rows in groups.items():
        if head:
            place += 0.2 * bool(places)
            heads.append((head, place))
            place += 1.0
        for row in rows:
            half = 0.3 * row.label.count("\n") + 0.12 * max(len(row.marks) - 1, 0)
            places.append(round(place + half, 6))
            place += 1.0 + 2.0 * half
    return places, heads


def height(places: Sequence[float]) -> float:
    """Give the height that rows at these places need, their axis apart (inches).

    Examples
    --------
    >>> height([0.0, 1.0])
    0.564
    """
    return ROW * (max(places, default=0.0) + 1.4)


def draw_differences(axes: Axes, groups: Mapping[str, Sequence[Row]], unit: str) -> None:
    """Draw rows of differences into axes, with a line at zero and the text at the right of each.

    Parameters
    ----------
    axes : Axes
        To draw into.
    groups : mapping of str to sequence of Row
        By heading, from the top down.
    unit : str
        Below the axis.
    """
    places, heads = stack(groups)
    rows = [row for group in groups.values() for row in group]
    _scale(axes, [m for row in rows for m in row.marks if m.value is not None], unit)
    axes.axvline(0.0, color=BLACK, lw=0.9, zorder=0.8)
    side = axes.get_yaxis_transform()
    for row, place in zip(rows, places, strict=True):
        axes.axhline(place, color=PALE, lw=0.7, zorder=0.5)
        for at, one in enumerate(row.marks):
            _draw_mark(axes, one, place + 0.34 * (at - (len(row.marks) - 1) / 2.0))
        words: dict[str, Any] = {"va": "center_baseline", "fontsize": 8.5, "parse_math": False}
        axes.text(1.03, place, row.text, transform=side, color=BLACK, clip_on=False, **words)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    for head, place in heads:
        bold: dict[str, Any] = {"weight": "bold", "va": "center", "fontsize": 8.5, "parse_math": False}
        axes.text(0.008, place, head, transform=side, bbox=box, **bold)
    as_written(tick.label1 for tick in axes.set_yticks(places, [row.label for row in rows]))
    axes.tick_params(axis="y", length=0, pad=7)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(max(places, default=0.0) + 0.7, -0.7)


def _draw_mark(axes: Axes, one: Mark, place: float) -> None:
    if one.value is None:
        note: dict[str, Any] = {"color": GREY, "style": "italic", "fontsize": 8.5, "va": "center_baseline"}
        box = {"fc": "white", "ec": "none", "pad": 1.0}
        axes.text(0.01, place, "nothing to compare", transform=axes.get_yaxis_transform(), bbox=box, **note)
        return
    if one.low is not None and one.high is not None:
        axes.plot([one.low, one.high], [place, place], color=one.colour, lw=1.6, solid_capstyle="butt")
    face = one.colour if one.filled else "white"
    axes.plot([one.value], [place], one.shape, ms=5.0, mec=one.colour, mfc=face, mew=1.3, clip_on=False)


def _scale(axes: Axes, marks: Sequence[Mark], unit: str) -> None:
    ends = [end for one in marks for end in (one.low, one.value, one.high) if end is not None]
    linear = linear_piece([max(abs(e) for e in (m.low, m.value, m.high) if e is not None) for m in marks])
    low, high = min([0.0, *ends]), max([0.0, *ends])
    if linear is None:
        margin = 0.06 * (high - low) or 1.0
        axes.set_xlim(low - margin * (low < 0.0 or high == 0.0), high + margin * (high > 0.0 or low == 0.0))
        axes.xaxis.set_major_formatter(lambda x, _: signed(x))
        axes.set_xlabel(unit)
        return
    axes.set_xscale("symlog", linthresh=linear)
    low, high = (min(1.6 * low, -0.5 * linear), max(1.6 * high, 0.5 * linear))
    axes.set_xlim(low, high)
    ticks = _powers(low, high, linear)
    axes.set_xticks(ticks, [signed(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(f"{unit}, logarithmic beyond ±{linear:g}")


def linear_piece(reaches: Sequence[float]) -> float | None:
    """Find how far around zero an axis should be linear.

    Parameters
    ----------
    reaches : sequence of float
        How far from zero each row goes.

    Returns
    -------
    float or None
        A power of ten; None where all of the axis should be linear.

    Examples
    --------
    >>> linear_piece([0.03, 20.0]), linear_piece([5.0, 20.0]), linear_piece([1e-9, 20.0])
    (0.01, None, 0.01)
    """
    sizes = [reach for reach in reaches if reach > 0.0]
    if not sizes or max(sizes) <= _APART * min(sizes):
        return None
    power = max(math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes))) - _DECADES)
    return float(f"1e{power}")


def _powers(low: float, high: float, linear: float) -> list[float]:
    """Ticks at zero and at powers of ten on both sides, as many as there is room for."""
    first = round(math.log10(linear))
    above = [float(f"1e{first + k}") for k in range(12) if float(f"1e{first + k}") <= high]
    below = [-float(f"1e{first + k}") for k in range(12) if -float(f"1e{first + k}") >= low]
    step = math.ceil((len(above) + len(below)) / _TICKS)
    return [*below[::-1][(len(below) - 1) % step :: step], 0.0, *above[::step]]


def signed(number: float) -> str:
    """Write a difference with its sign.

    Examples
    --------
    >>> signed(0.05), signed(-20.0), signed(0.0)
    ('+0.05', '−20', '0')
    """
    return f"{number:+.6g}".replace("-", "−") if abs(number) > 1e-12 else "0"
