"""Who enters for whom, in what form and when: cumulative incidence of support, a panel per partnership."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import format_share, number_of, share
from sim.plots.data import RunData
from sim.plots.style import (
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    as_written,
    label,
    new_figure,
    percent_axis,
    settle,
    styled,
)
from sim.scenario.outcome_names import SAID
from sim.treaties import INTERVENTION, Form, word

_COLOURS = {
    Form.DIPLOMATIC: SKY,
    Form.ARMS: GREEN,
    Form.REAR_AREA_FORCES: ORANGE,
    Form.FORCES_IN_THEATRE: VERMILLION,
    Form.NUCLEAR_SIGNAL: PURPLE,
}
_COLUMNS = 3
#: Panels that a page has room for.
MOST = 12


@styled
def entry_figure(data: RunData) -> Figure:
    """Draw the share of runs in which support has reached at least each form, over time.

    Parameters
    ----------
    data : RunData
        Of one run.

    Returns
    -------
    Figure
        A panel per partnership, all on the same axes.
    """
    subtitle = (
        "Share of runs in which support has by then reached at least the form, by choice. "
        "Entry by a patron is assumption-driven: history does not inform it."
    )
    shares = data.cumulative_entries() / max(data.runs, 1)
    drawn = chosen(shares[-1])
    if len(drawn) < len(data.partnerships):
        rest = number_of(len(data.partnerships) - len(drawn), "partnership")
        subtitle += f" Not drawn: {rest} with less support."
    n = max(len(drawn), 1)
    columns = min(n, _COLUMNS)
    rows = math.ceil(n / columns)
    figure = new_figure(0.9 + (3.0 if rows == 1 else 1.75 * rows), data.heading, subtitle, data.small_print, _key())
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    low, high, log = _limits(shares[:, drawn])
    width = {1: 100, 2: 48}.get(n, 32)
    for axes, place in zip(panels.flat, drawn, strict=False):
        percent_axis(axes, "y", low, high, log)
        axes.minorticks_off()
        as_written([axes.set_title(label(_title(data.partnerships[place]), width, 5))])
        _draw_panel(axes, data, shares[:, place])
    for axes in panels.flat[len(drawn) :]:
        axes.set_visible(False)
    _finish(figure, panels, data, n)
    return figure


def chosen(reached: np.ndarray) -> list[int]:
    """Choose the partnerships to draw: all, or those with most support.

    Parameters
    ----------
    reached : numpy.ndarray
        (B, F) share of runs that reach at least each form.

    Returns
    -------
    list of int
        Partnerships, in their order.
    """
    by_support = sorted(range(len(reached)), key=lambda place: tuple(-reached[place, INTERVENTION - len(Form) :]))
    return sorted(by_support[:MOST])


def _title(partnership: str) -> str:
    supporter, _, supported = partnership.partition(">")
    return f"{supporter} for {supported}"


def _limits(shares: np.ndarray) -> tuple[float, float, bool]:
    """Common limits of the panels: logarithmic where the smallest share at the end is small."""
    ends = shares[-1][shares[-1] > 0.0]
    if not len(ends):
        return 0.0, 1.0, False
    if ends.min() >= 0.01 or ends.max() / ends.min() < 5.0:
        return 0.0, min(1.02, 1.1 * float(ends.max())), False
    first = shares[shares > 0.0].min()
    return max(float(ends.min()) / 3.0, float(first) / 2.0), min(1.3, 2.0 * float(ends.max())), True


def _draw_panel(axes: Axes, data: RunData, shares: np.ndarray) -> None:
    offset = len(Form) - shares.shape[1]  # tables may leave `none` out
    for form, colour in _COLOURS.items():
        line = shares[:, form - offset]
        if line[-1] > 0.0:
            line = np.where(line > 0.0, line, np.nan) if axes.get_yscale() == "log" else line
            axes.step(data.times(), line, where="pre", color=colour, label=_name(form))
    if not shares[-1, 1 - offset :].any():
        text = f"never: {format_share(share(0, data.runs))} each"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", color=GREY, style="italic")


def _key() -> list[Line2D]:
    return [Line2D([], [], color=colour, label=_name(form)) for form, colour in _COLOURS.items()]


def _name(form: Form) -> str:
    return SAID[word(form)]


def _finish(figure: Figure, panels: np.ndarray, data: RunData, n: int) -> None:
    """Name the axes along the left and below the lowest panel of each column."""
    times = data.times()
    panels[0, 0].set_xlim(times[0], times[-1])
    for axes in panels[:, 0]:
        axes.set_ylabel("share of runs")
    lowest = panels.flat[max(n - panels.shape[1], 0) : n]
    for axes in panels[-1]:
        axes.set_xlabel(f"{data.unit_days[0]} from the start")
    # What stands below a panel that ends its column early has room in the empty place there, so
    # that it must not move the rows apart.
    settle(figure)
    for axes in lowest:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(f"{data.unit_days[0]} from the start")
