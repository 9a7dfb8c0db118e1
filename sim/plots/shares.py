"""Rows of shares with their intervals: the part that the outcome and peak-rung figures have in common.

A share is a point with its 95 % interval. One that never happened has no point: an arrow points
down from its upper bound. On a logarithmic axis a bar would have no honest start, so there are none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.estimate import Estimate, format_share
from sim.plots.style import BLACK, BLUE, GREY, PALE, VERMILLION, as_written, percent_axis

#: Below this share an axis is logarithmic.
_SMALL = 0.01


@dataclass(frozen=True)
class Row:
    """One line of the figure.

    Parameters
    ----------
    label : str
        Beside the axis; may have line breaks.
    estimate : Estimate
        A share.
    colour : str
        Of its point and interval.
    filled : bool
        Whether its point is filled.
    """

    label: str
    estimate: Estimate
    colour: str = BLUE
    filled: bool = True


def draw_shares(axes: Axes, rows: Sequence[Row], places: Sequence[float]) -> None:
    """Draw rows of shares into axes, with the number at the right of each.

    Parameters
    ----------
    axes : Axes
        To draw into.
    rows : sequence of Row
        From the top down.
    places : sequence of float
        Where each stands on the y axis, rising downwards.
    """
    low, high, log = axis_limits([row.estimate for row in rows])
    percent_axis(axes, "x", low, high, log)
    for row, place in zip(rows, places, strict=True):
        axes.axhline(place, color=PALE, lw=0.7, zorder=0.5)
        _draw_row(axes, row, place, low)
    as_written(tick.label1 for tick in axes.set_yticks(places, [row.label for row in rows]))
    axes.tick_params(axis="y", length=0, pad=7)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(max(places, default=0.0) + 0.7, min(places, default=0.0) - 0.7)


def axis_limits(estimates: Sequence[Estimate]) -> tuple[float, float, bool]:
    """Choose where an axis of shares starts and ends, and whether it is logarithmic.

    Parameters
    ----------
    estimates : sequence of Estimate
        What is drawn on it.

    Returns
    -------
    tuple
        Low and high end, as shares, and whether the axis is logarithmic. A logarithmic one starts
        a little below the smallest number: the interval of few hits goes down to nearly nothing,
        and need not be seen to its end.

    Examples
    --------
    >>> from sim.estimate import share
    >>> axis_limits([share(300, 1000)]), axis_limits([share(3, 10_000), share(0, 10_000)])
    ((0.0, 0.5, False), (5e-05, 0.002, True))
    """
    known = [e for e in estimates if e.low is not None and e.high is not None]
    points = [e.value if e.hits else e.high for e in known]
    smallest = min((point for point in points if point), default=1.0)
    top = max((e.high for e in known if e.high), default=1.0)
    if smallest >= _SMALL:
        return 0.0, _nice(1.1 * top, up=True) if top < 0.45 else 1.02, False
    return _nice(smallest / 4.0), min(1.0, _nice(1.5 * top, up=True)), True


def _nice(share: float, up: bool = False) -> float:
    """Round to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(share))
    steps = [step for step in (1.0, 2.0, 5.0, 10.0) if (step * power >= share if up else step * power <= share)]
    return float(f"{(min(steps) if up else max(steps, default=1.0)) * power:.3g}")


def _draw_row(axes: Axes, row: Row, place: float, start: float) -> None:
    estimate = row.estimate
    text: dict[str, Any] = {"va": "center_baseline", "fontsize": 8.5, "clip_on": False}
    side = axes.get_yaxis_transform()
    shown = format_share(estimate) if estimate.n else "–"
    axes.text(1.03, place, shown, transform=side, color=BLACK, **text)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        note: dict[str, Any] = {"color": GREY, "style": "italic", "bbox": {"fc": "white", "ec": "none", "pad": 1.0}}
        axes.text(0.01, place, "no run met the condition", transform=side, **note, **text)
    elif estimate.hits == 0:
        _draw_bound(axes, estimate.high, place, row.colour, start)
    else:
        low = max(estimate.low, start)
        axes.plot([low, estimate.high], [place, place], color=row.colour, lw=1.6, solid_capstyle="butt")
        if estimate.low < start:  # it goes on beyond the axis
            axes.plot([start], [place], "<", ms=4.0, mec=row.colour, mfc=row.colour, clip_on=False)
        face = row.colour if row.filled else "white"
        axes.plot([estimate.value], [place], "o", ms=5.5, mec=row.colour, mfc=face, mew=1.3, clip_on=False)


def _draw_bound(axes: Axes, bound: float, place: float, colour: str, start: float) -> None:
    """An arrow from the upper bound towards nothing."""
    end = bound / 2.5 if start > 0.0 else max(bound - 0.06 * axes.get_xlim()[1], 0.0)
    axes.annotate(
        "",
        xy=(end, place),
        xytext=(bound, place),
        arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.4, "shrinkA": 0.0, "shrinkB": 0.0},
    )
    axes.plot([bound], [place], "|", ms=8.0, mec=colour, mew=1.6)


def assumed_key(rows: Sequence[Row]) -> list[Line2D]:
    """Explain open marks, where there are any.

    Parameters
    ----------
    rows : sequence of Row
        What is drawn.

    Returns
    -------
    list of Line2D
        For the key of `new_figure`.
    """
    if all(row.filled for row in rows):
        return []
    text = "assumption-driven: history does not inform it"
    return [Line2D([], [], color=VERMILLION, marker="o", ms=5.5, mfc="white", label=text)]
