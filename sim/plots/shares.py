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

from sim.estimate import Estimate, format_share
from sim.plots.style import BLACK, BLUE, GREY, as_written, percent_axis

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
    low, log = axis_start([row.estimate for row in rows])
    percent_axis(axes, "x", low, 1.0 if log else 1.02, log)
    for row, place in zip(rows, places, strict=True):
        _draw_row(axes, row, place, low)
    labels = axes.set_yticks(list(places), [row.label for row in rows])
    as_written(tick.label1 for tick in labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(max(places, default=0.0) + 0.7, min(places, default=0.0) - 0.7)


def axis_start(estimates: Sequence[Estimate]) -> tuple[float, bool]:
    """Choose where an axis of shares starts, and whether it is logarithmic.

    Examples
    --------
    >>> from sim.estimate import share
    >>> axis_start([share(300, 1000)]), axis_start([share(3, 10_000), share(0, 10_000)])
    ((0.0, False), (1e-05, True))
    """
    known = [e for e in estimates if e.low is not None and e.high is not None]
    points = [e.value if e.hits else e.high for e in known]
    smallest = min((point for point in points if point), default=1.0)
    if smallest >= _SMALL:
        return 0.0, False
    ends = [e.low if e.hits else e.high / 4.0 for e in known if e.high]
    # An interval of one hit goes down to nearly nothing: it need not be seen to its end.
    low = max(min(end for end in ends if end), smallest / 20.0)
    return 10.0 ** math.floor(math.log10(low)), True


def _draw_row(axes: Axes, row: Row, place: float, start: float) -> None:
    estimate = row.estimate
    text: dict[str, Any] = {"va": "center", "fontsize": 8.5, "clip_on": False}
    side = axes.get_yaxis_transform()
    shown = format_share(estimate) if estimate.n else "–"
    axes.text(1.03, place, shown, transform=side, color=BLACK, **text)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        axes.text(0.01, place, "no run met the condition", transform=side, color=GREY, style="italic", **text)
    elif estimate.hits == 0:
        _draw_bound(axes, estimate.high, place, row.colour, start)
    else:
        low = max(estimate.low, start)
        axes.plot([low, estimate.high], [place, place], color=row.colour, lw=1.6, solid_capstyle="butt")
        face = row.colour if row.filled else "white"
        axes.plot([estimate.value], [place], "o", ms=5.5, mec=row.colour, mfc=face, mew=1.3, clip_on=False)


def _draw_bound(axes: Axes, bound: float, place: float, colour: str, start: float) -> None:
    """An arrow from the upper bound towards nothing."""
    end = bound / 3.0 if start > 0.0 else max(bound - 0.06, 0.0)
    axes.annotate(
        "",
        xy=(end, place),
        xytext=(bound, place),
        arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.4, "shrinkA": 0.0, "shrinkB": 0.0},
    )
    axes.plot([bound], [place], "|", ms=8.0, mec=colour, mew=1.6)
