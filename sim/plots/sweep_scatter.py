"""Sweeps that fill a space of many factors: each of them against the outcome, with a running mean."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.estimate import number_of
from sim.plots.style import BLUE, GREY, VERMILLION, as_written, label, new_figure, path_label, styled
from sim.plots.sweep_data import PANELS, Factor, Series, Sweep, columns_for, factor_axis, grid_of_panels, outcome_axis
from sim.plots.sweep_lines import HEIGHTS, WIDTHS, capital, is_first

#: Points of a running mean, as a share of all, and at least.
_WINDOW, _LEAST = 0.125, 8
#: Quantile of the standard normal for an interval of 95 %.
_Z = 1.959963984540054


@styled
def scatter_figure(sweep: Sweep, series: Series) -> Figure:
    """Draw one outcome at every point against each factor.

    Parameters
    ----------
    sweep : Sweep
        Of a design that fills the space, such as ``lhs``.
    series : Series
        The outcome.

    Returns
    -------
    Figure
        At most twelve panels: the factors along which the running mean moves most, in that order.
    """
    factors = sorted((*sweep.numeric, *sweep.categories), key=lambda factor: -_moves(factor, series))
    shown = factors[:PANELS]
    columns = columns_for(len(shown))
    subtitle = f"{capital(series.words)}: every point of the design against each factor"
    window = _window(int(np.isfinite(series.value).sum()))
    subtitle += f"; the line is the mean of {window} neighbours with its 95\u00a0% band." if window else "."
    if len(factors) > len(shown):
        subtitle += f" Not drawn: {number_of(len(factors) - len(shown), 'factor')} along which it moves less."
    rows = -(-max(len(shown), 1) // columns)
    figure = new_figure(0.4 + HEIGHTS[columns] * rows, sweep.heading, subtitle, sweep.small_print)
    for axes, factor in zip(grid_of_panels(figure, len(shown), columns), shown, strict=False):
        (_draw_numbers if factor.numeric else _draw_levels)(axes, factor, series)
        as_written([axes.set_title(path_label(factor.label, WIDTHS[columns], 3))])
        axes.set_ylabel(series.unit if is_first(axes) else "")
    return figure


def _window(points: int) -> int:
    """Points of the running mean; none where points are too few for a mean to run."""
    window = max(_LEAST, round(_WINDOW * points))
    return window if points >= 2 * window else 0


def running_mean(x: np.ndarray, y: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take means over neighbours along x.

    Parameters
    ----------
    x, y : numpy.ndarray
        (D,) places and values, none missing.
    window : int
        How many neighbours.

    Returns
    -------
    tuple of numpy.ndarray
        (D - window + 1,) mean place, mean value, and half the width of its 95 % interval.

    Examples
    --------
    >>> at, mean, half = running_mean(np.array([3.0, 1.0, 2.0]), np.array([6.0, 2.0, 4.0]), 2)
    >>> at.tolist(), mean.tolist()
    ([1.5, 2.5], [3.0, 5.0])
    """
    order = np.argsort(x, kind="stable")
    windows = np.lib.stride_tricks.sliding_window_view(y[order], window)
    half = _Z * windows.std(axis=1, ddof=1) / np.sqrt(window)
    at = np.lib.stride_tricks.sliding_window_view(x[order], window).mean(axis=1)
    return at, windows.mean(axis=1), half


def _moves(factor: Factor, series: Series) -> float:
    """How far the mean moves along a factor."""
    there = np.isfinite(series.value)
    if not factor.numeric:
        means = [series.value[there & (factor.values == level)] for level in factor.levels]
        return float(np.ptp([found.mean() for found in means if found.size])) if there.any() else 0.0
    window = _window(int(there.sum()))
    return float(np.ptp(running_mean(factor.values[there], series.value[there], window)[1])) if window else 0.0


def _place(axes: Axes, series: Series) -> np.ndarray:
    """Where points stand: those that never had it at the foot of a logarithmic axis."""
    return np.asarray(np.maximum(series.value, axes.get_ylim()[0]))


def _draw_numbers(axes: Axes, factor: Factor, series: Series) -> None:
    outcome_axis(axes, series)
    factor_axis(axes, factor)
    axes.plot(factor.values, _place(axes, series), ".", color=GREY, ms=3.5, alpha=0.6, mew=0)
    there = np.isfinite(series.value)
    window = _window(int(there.sum()))
    if window:
        at, mean, half = running_mean(factor.values[there], series.value[there], window)
        low = np.maximum(mean - half, axes.get_ylim()[0])
        axes.fill_between(at, low, mean + half, color=BLUE, alpha=0.25, lw=0)
        axes.plot(at, mean, color=BLUE)


def _draw_levels(axes: Axes, factor: Factor, series: Series) -> None:
    outcome_axis(axes, series)
    place = np.array([factor.levels.index(level) for level in factor.values.tolist()], float)
    # Points of a level stand beside each other in the order of the design, so that none hides another.
    aside = 0.5 * ((np.arange(len(place)) * 0.6180339887498949) % 1.0 - 0.5)
    axes.plot(place + aside, _place(axes, series), ".", color=GREY, ms=3.5, alpha=0.6, mew=0)
    for at, level in enumerate(factor.levels):
        found = series.value[(factor.values == level) & np.isfinite(series.value)]
        if found.size:
            axes.plot([at - 0.3, at + 0.3], [found.mean()] * 2, color=VERMILLION, lw=2.0)
    names = [label(level, max(7, 36 // len(factor.levels)), 2) for level in factor.levels]
    as_written(tick.label1 for tick in axes.set_xticks(range(len(names)), names, fontsize=7.5))
    axes.set_xlim(-0.6, len(names) - 0.4)
