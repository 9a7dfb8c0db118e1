"""Sweeps of two numbers as maps: a colour for the outcome at each point of the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import format_percent, number_of
from sim.plots.style import BLACK, GREY, as_written, label, new_figure, number_axis, path_label, percent, styled
from sim.plots.sweep_data import (
    OUTCOMES,
    PANELS,
    Factor,
    Series,
    Sweep,
    columns_for,
    combinations,
    grid_of_panels,
    spans,
)
from sim.plots.sweep_lines import WIDTHS, capital, is_first

#: Height of a row of maps (inches), by the number of columns.
_HEIGHTS = {1: 4.2, 2: 2.9, 3: 2.3}
#: Levels of both factors from which on contours make sense.
_CONTOURS = 4
#: Cells of a map up to which every point is marked.
_DOTS = 400
#: Share of the colours that an interval may hold before its cell is marked.
_WIDE = 0.5
_COLOURS = "cividis"

_WIDE_WORDS = "interval wider than half of the colours"


@styled
def maps_figure(sweep: Sweep) -> Figure:
    """Draw outcomes over two numbers, a map each.

    Parameters
    ----------
    sweep : Sweep
        A grid of two factors that are numbers.

    Returns
    -------
    Figure
        At most six outcomes, each with colours of its own.
    """
    x, y = sweep.numeric
    shown = sweep.series[:OUTCOMES]
    columns = columns_for(len(shown))
    left_out = len(sweep.series) - len(shown)
    subtitle = _subtitle("Outcomes over two factors.", x, y)
    subtitle += f" Not drawn: {number_of(left_out, 'outcome')}." if left_out else ""
    rows = -(-max(len(shown), 1) // columns)
    figure = new_figure(0.3 + _HEIGHTS[columns] * rows, sweep.heading, subtitle, sweep.small_print, _key())
    for axes, series in zip(grid_of_panels(figure, len(shown), columns), shown, strict=False):
        norm = colours_of(series)
        mesh = _draw_map(axes, x, y, series, np.ones(sweep.points, bool), norm)
        as_written([axes.set_title(label(series.words, WIDTHS[columns], 3))])
        _name_axes(axes, x, y, WIDTHS[columns])
        _colour_bar(figure, mesh, axes, series)
    return figure


@styled
def maps_by_panel_figure(sweep: Sweep, series: Series) -> Figure:
    """Draw one outcome over the first two numbers, with a map for each combination of the other factors.

    Parameters
    ----------
    sweep : Sweep
        A grid of two factors that are numbers, and others.
    series : Series
        The outcome.

    Returns
    -------
    Figure
        At most twelve maps, all with the same colours.
    """
    x, y = sweep.numeric[:2]
    panels = combinations([*sweep.numeric[2:], *sweep.categories])
    shown = panels[:PANELS]
    columns = columns_for(len(shown))
    subtitle = _subtitle(f"{capital(series.words)}.", x, y)
    subtitle += f" Not drawn: {number_of(len(panels) - PANELS, 'combination')}." if len(panels) > PANELS else ""
    rows = -(-len(shown) // columns)
    figure = new_figure(0.3 + _HEIGHTS[columns] * rows, sweep.heading, subtitle, sweep.small_print, _key())
    norm = colours_of(series)
    places = grid_of_panels(figure, len(shown), columns)
    for axes, (words, inside) in zip(places, shown, strict=True):
        mesh = _draw_map(axes, x, y, series, inside, norm)
        as_written([axes.set_title(label(words, WIDTHS[columns], 3))])
        _name_axes(axes, x, y, WIDTHS[columns])
        if not is_first(axes):
            axes.set_ylabel("")
    _colour_bar(figure, mesh, places, series)
    return figure


def _subtitle(what: str, x: Factor, y: Factor) -> str:
    return f"{what} Across: {x.name}; up: {y.name}. A dot is a point that was run."


def _key() -> list[Line2D]:
    return [Line2D([], [], color=BLACK, marker="x", ls="", ms=5.0, label=_WIDE_WORDS)]


def colours_of(series: Series) -> Normalize:
    """Choose how values become colours: logarithmic where all are positive and far apart.

    Parameters
    ----------
    series : Series
        The outcome.

    Returns
    -------
    Normalize
        From its smallest to its largest value.
    """
    values = series.value[np.isfinite(series.value)]
    if spans(values):
        return LogNorm(float(values.min()), float(values.max()))
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if low == high:  # one colour for all of it; where it never happened, up to the bound
        top = 2.0 * high or float(np.nanmax(series.high, initial=0.0))
        low, high = (0.0, top) if series.share and top > 0.0 else (low - 0.5, high + 0.5)
    return Normalize(low, high)


def _draw_map(axes: Axes, x: Factor, y: Factor, series: Series, inside: np.ndarray, norm: Normalize) -> Any:
    shape = (len(y.levels), len(x.levels))
    value, wide = np.full(shape, np.nan), np.zeros(shape, bool)
    row = np.searchsorted(y.levels, y.values[inside])
    column = np.searchsorted(x.levels, x.values[inside])
    value[row, column] = series.value[inside]
    wide[row, column] = is_wide(series, norm)[inside]
    axes.grid(visible=False)
    axes.set_facecolor("white")
    mesh = axes.pcolormesh(_edges(x), _edges(y), np.ma.masked_invalid(value), cmap=_COLOURS, norm=norm)
    for which, factor in (("x", x), ("y", y)):
        edges = _edges(factor)
        number_axis(axes, which, float(edges[0]), float(edges[-1]), factor.log)
    axes.minorticks_off()
    finite = np.isfinite(value).all()
    if finite and min(shape) >= _CONTOURS and np.ptp(value) > 0.0:
        axes.contour(x.levels, y.levels, value, levels=_levels(norm), colors="white", linewidths=0.8)
    across, up = np.meshgrid(x.levels, y.levels)
    if value.size <= _DOTS:
        there = np.isfinite(value) & ~wide
        axes.plot(across[there], up[there], ".", color="white", mec=GREY, mew=0.4, ms=4.0)
    axes.plot(across[wide], up[wide], "x", color="white", ms=5.0, mew=2.6)
    axes.plot(across[wide], up[wide], "x", color=BLACK, ms=5.0, mew=1.2)
    return mesh


def is_wide(series: Series, norm: Normalize) -> np.ndarray:
    """Tell which points have an interval that holds more than half of the colours.

    Parameters
    ----------
    series : Series
        The outcome.
    norm : Normalize
        As `colours_of` has it.

    Returns
    -------
    numpy.ndarray
        (D,) bool.
    """
    bottom, top = norm.vmin or 0.0, norm.vmax or 1.0
    low, high = (np.clip(np.nan_to_num(end, nan=bottom), bottom, top) for end in (series.low, series.high))
    return np.asarray((norm(high) - norm(low) > _WIDE) & np.isfinite(series.value))


def _levels(norm: Normalize) -> list[float]:
    """Values of the contours: five, evenly apart in colour."""
    return [float(level) for level in norm.inverse(np.linspace(0.0, 1.0, 7)[1:-1])]


def _edges(factor: Factor) -> np.ndarray:
    """Edges of the cells around the levels of a factor: half way between them."""
    levels = np.log(factor.levels) if factor.log else np.asarray(factor.levels)
    middle = (levels[1:] + levels[:-1]) / 2.0
    edges = np.concatenate([[2.0 * levels[0] - middle[0]], middle, [2.0 * levels[-1] - middle[-1]]])
    return np.asarray(np.exp(edges) if factor.log else edges)


def _name_axes(axes: Axes, x: Factor, y: Factor, width: int) -> None:
    axes.set_xlabel(path_label(x.label, width), parse_math=False)
    axes.set_ylabel(path_label(y.label, min(width, 34)), parse_math=False)


def _constant(series: Series) -> str:
    """Say where an outcome stands that is the same everywhere."""
    values = series.value[np.isfinite(series.value)]
    if not values.size:
        return "nothing is known"
    if series.share:
        return f"{format_percent(float(values[0]))} % at every point" if values[0] else "in no run of any point"
    return f"{values[0]:.4g} at every point"


def _colour_bar(figure: Figure, mesh: Any, places: Any, series: Series) -> None:
    if series.is_constant:  # a bar of one colour would say nothing
        said = _constant(series)
        for axes in places if isinstance(places, list) else [places]:
            box = {"fc": "white", "ec": "none", "pad": 2.0}
            middle: dict[str, Any] = {"transform": axes.transAxes, "ha": "center", "va": "center"}
            axes.text(0.5, 0.5, said, color=GREY, fontsize=8.5, style="italic", bbox=box, **middle)
        return
    bar = figure.colorbar(mesh, ax=places, pad=0.02, aspect=30)
    bar.ax.minorticks_off()
    write = percent if series.share else "{:.6g}".format
    bar.ax.yaxis.set_major_formatter(lambda value, _: write(value))
    bar.set_label(series.unit)
