"""The model against history: what was observed, on the interval that the model gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.experiments.hindcast import Hindcast
from sim.hindcast.predict import Prediction
from sim.plots.style import BLACK, BLUE, GREY, ORANGE, VERMILLION, label, new_figure, percent, styled

#: Colour of the rows of each use, and what the key calls them.
_USES = {
    "fit": (BLUE, "fitted to"),
    "check": (ORANGE, "held back"),
    "weak": (GREY, "weak, or another era"),
    "context": (GREY, ""),
}
#: What the signs after a row's name say.
_SIGNS = {
    "*": "* No rivalry of the scenario: the bar is that of the DPRK and the ROK.",
    "†": "† A period that was not simulated: the bar is of all years that were.",
}
#: Ticks, as far as they are needed.
_SHARES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_RATES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
#: Height of a row (inches).
_ROW = 0.23
#: Height of a figure without rows (inches).
_LEAST = 1.0


@styled
def hindcast_figure(found: Hindcast) -> Figure:
    """Draw every predicted target: its 95 % predictive interval, its mean, and what was observed.

    Parameters
    ----------
    found : Hindcast
        What a hindcast found.

    Returns
    -------
    Figure
        Shares above, counts per year below; rows in the order of the table, fitted ones first.
    """
    rows = [p for use in _USES for p in found.predictions if p.target.use == use and p.low is not None]
    panels = [[p for p in rows if not p.target.is_rate], [p for p in rows if p.target.is_rate]]
    panels = [panel for panel in panels if panel]
    height = max(_LEAST, sum(0.55 + _ROW * len(panel) for panel in panels))
    subtitle = (
        "Bars: 95 % of what the model would give in samples of the same size, a tick at its mean. Points: what was "
        "observed; hollow where it lies outside."
    )
    subtitle += "".join(f" {words}" for sign, words in _SIGNS.items() if any(sign in row.marks for row in rows))
    words = [f"{inside} of {of} {what}" for use, what in _TALLIED for inside, of in (found.tally(use),) if of]
    title = f"The model against history: inside are {' and '.join(words)}" if words else "The model against history"
    figure = new_figure(height, title, subtitle, found.small_print, _key(rows))
    # A table of one's own may have no row that is predicted.
    axes = figure.subplots(max(len(panels), 1), 1, squeeze=False, height_ratios=[len(p) + 1 for p in panels] or [1])
    for ax, panel in zip(axes[:, 0], panels, strict=False):
        _draw(ax, panel)
    return figure


_TALLIED = (("fit", "rows fitted to"), ("check", "rows held back"))


def _key(rows: Sequence[Prediction]) -> list[Line2D]:
    there = {prediction.target.use for prediction in rows}
    marks = [
        Line2D([], [], color=colour, linewidth=5.0, alpha=0.55, label=words)
        for use, (colour, words) in _USES.items()
        if words and (use in there or (use == "weak" and "context" in there))
    ]
    return [*marks, Line2D([], [], color=BLACK, marker="o", linestyle="", markersize=4.5, label="observed")]


def _draw(axes: Axes, rows: Sequence[Prediction]) -> None:
    top = 0.0
    for y, row in enumerate(rows):
        low, high, predicted = row.low or 0.0, row.high or 0.0, row.predicted or 0.0
        observed = row.target.observed
        axes.plot([low, high], [y, y], color=_USES[row.target.use][0], linewidth=5.0, alpha=0.55, solid_capstyle="butt")
        axes.plot([predicted], [y], color=BLACK, marker="|", markersize=7.0, linestyle="")
        inside = bool(row.inside)
        axes.plot(
            [observed], [y], marker="o", markersize=4.5, linestyle="", markeredgecolor=BLACK if inside else VERMILLION,
            markerfacecolor=BLACK if inside else "white",
        )  # fmt: skip
        top = max(top, high, observed)
    names = [label(f"{row.target.id}  {_words(row)}", 72, 1) for row in rows]
    axes.set_yticks(range(len(rows)), names, parse_math=False, fontsize=7.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    # Rare and common things share an axis: a square root keeps 0 on it, and small values apart.
    axes.set_xscale("function", functions=(np.sqrt, np.square))
    rate = rows[0].target.is_rate
    ticks = [tick for tick in (_RATES if rate else _SHARES) if tick <= 1.05 * top]
    axes.set_xticks(ticks, [f"{tick:g}" if rate else percent(tick) for tick in ticks])
    axes.set_xlim(0.0, 1.05 * top)
    axes.set_xlabel("per year (square-root scale)" if rate else "share (square-root scale)")


def _words(row: Prediction) -> str:
    return (row.target.label or row.target.quantity) + row.marks
