"""Sweeps as lines and dots: an outcome along one factor, its band, and a colour for each category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import Estimate, number_of
from sim.plots.differences import ROW
from sim.plots.shares import Row, draw_shares
from sim.plots.style import BLUE, GREY, as_written, label, new_figure, number_axis, path_label, styled
from sim.plots.sweep_data import (
    COLOURS,
    OUTCOMES,
    PANELS,
    Factor,
    Series,
    Sweep,
    columns_for,
    combinations,
    factor_axis,
    grid_of_panels,
    outcome_axis,
)

#: Lines that can be told apart.
_LINES = 10
#: From so many points on, a line bears no dots.
_DOTS = 40
#: Rows of dots that a page has room for.
_ROWS = 40
#: Letters of a panel's title, by the number of columns.
WIDTHS = {1: 90, 2: 46, 3: 29}
#: Height of a row of panels (inches), by the number of columns.
HEIGHTS = {1: 3.2, 2: 2.4, 3: 2.1}

_BAND = "Bands are 95\u00a0% Monte Carlo intervals."
_BOUND = " A hollow triangle is an upper bound: no run had it."

_Curve = tuple[str, np.ndarray, Any]


@styled
def lines_figure(sweep: Sweep) -> Figure:
    """Draw outcomes along the one number that varies, a panel each, with a line for each category.

    Parameters
    ----------
    sweep : Sweep
        With one factor that is a number, and at most one that is not.

    Returns
    -------
    Figure
        At most six outcomes.
    """
    (x,) = sweep.numeric
    curves, more = _curves(sweep.categories)
    shown = sweep.series[:OUTCOMES]
    columns = columns_for(len(shown))
    subtitle = (
        f"Outcomes as {x.name} varies. {_BAND}" + _bounds(shown) + _not_drawn(more, len(sweep.series) - len(shown))
    )
    rows = -(-max(len(shown), 1) // columns)
    figure = new_figure(0.4 + HEIGHTS[columns] * rows, sweep.heading, subtitle, sweep.small_print, _key(curves))
    for axes, series in zip(grid_of_panels(figure, len(shown), columns), shown, strict=False):
        draw_curves(axes, x, series, curves)
        as_written([axes.set_title(label(series.words, WIDTHS[columns], 3))])
        axes.set_ylabel(series.unit)
        axes.set_xlabel(path_label(x.label, WIDTHS[columns], 2), parse_math=False)
    return figure


@styled
def lines_by_panel_figure(sweep: Sweep, series: Series) -> Figure:
    """Draw one outcome along one number, with a panel for each combination of the other factors but the last.

    Parameters
    ----------
    sweep : Sweep
        With one factor that is a number and several that are not.
    series : Series
        The outcome.

    Returns
    -------
    Figure
        At most twelve panels, all on the same axes.
    """
    (x,) = sweep.numeric
    *apart, last = sorted(sweep.categories, key=lambda factor: -len(factor.levels))
    curves, more = _curves([last])
    panels = combinations(apart)
    columns = columns_for(min(len(panels), PANELS))
    subtitle = f"{capital(series.words)}, as {x.name} varies. {_BAND}" + _bounds([series])
    subtitle += _not_drawn(more, 0, len(panels) - PANELS)
    rows = -(-min(len(panels), PANELS) // columns)
    figure = new_figure(0.4 + HEIGHTS[columns] * rows, sweep.heading, subtitle, sweep.small_print, _key(curves))
    shown = panels[:PANELS]
    for axes, (words, inside) in zip(grid_of_panels(figure, len(shown), columns), shown, strict=False):
        draw_curves(axes, x, series, [(name, mask & inside, colour) for name, mask, colour in curves])
        as_written([axes.set_title(label(words, WIDTHS[columns], 3))])
        axes.set_ylabel(series.unit if is_first(axes) else "")
        axes.set_xlabel(path_label(x.label, WIDTHS[columns], 2), parse_math=False)
    return figure


def _curves(factors: Sequence[Factor]) -> tuple[list[_Curve], int]:
    """Name, points and colour of each line, and how many more there would be."""
    found = combinations(factors)
    shown = found[:_LINES]
    many = len(shown) > len(COLOURS)
    colours: Sequence[Any] = list(colormaps["plasma_r"](np.linspace(0.15, 1.0, len(shown)))) if many else COLOURS
    curves = [(name, mask, colour) for (name, mask), colour in zip(shown, colours, strict=False)]
    return curves, len(found) - len(shown)


def _bounds(shown: Sequence[Series]) -> str:
    return _BOUND if any(series.never.any() for series in shown) else ""


def _not_drawn(lines: int = 0, outcomes: int = 0, panels: int = 0) -> str:
    counts = ((lines, "line"), (outcomes, "outcome"), (panels, "combination"))
    words = [number_of(count, noun) for count, noun in counts if count > 0]
    return f" Not drawn: {' and '.join(words)} (see the frame)." if words else ""


def capital(words: str) -> str:
    """Begin a sentence.

    Examples
    --------
    >>> capital("war, if X is attacked")
    'War, if X is attacked'
    """
    return words[:1].upper() + words[1:]


def _key(curves: Sequence[_Curve]) -> list[Line2D]:
    if len(curves) < 2:
        return []
    return [Line2D([], [], color=colour, label=label(name, 36, 1)) for name, _, colour in curves]


def is_first(axes: Axes) -> bool:
    """Whether a panel stands at the left, so that the axis is named beside it.

    Parameters
    ----------
    axes : Axes
        One of a grid.

    Returns
    -------
    bool
        For a single panel too.
    """
    place = axes.get_subplotspec()
    return place is None or place.is_first_col()


def draw_curves(axes: Axes, x: Factor, series: Series, curves: Sequence[_Curve]) -> None:
    """Draw lines with bands into axes.

    Parameters
    ----------
    axes : Axes
        To draw into.
    x : Factor
        Along the x axis.
    series : Series
        Up the y axis.
    curves : sequence of tuple
        Name, mask of points and colour of each line.
    """
    outcome_axis(axes, series)
    factor_axis(axes, x)
    log = axes.get_yscale() == "log"
    alpha = 0.2 if len(curves) <= 3 else 0.1
    for _, mask, colour in curves:
        here = np.flatnonzero(np.broadcast_to(mask, x.values.shape))
        here = here[np.argsort(x.values[here], kind="stable")]
        at, value, never = x.values[here], series.value[here].copy(), series.never[here]
        low, high = series.low[here], series.high[here]
        if log:
            value[never] = np.nan
            low = np.maximum(low, axes.get_ylim()[0])
        dots = "o" if len(here) <= _DOTS else ""
        axes.fill_between(at, low, high, color=colour, alpha=alpha, lw=0)
        axes.plot(at, value, color=colour, marker=dots, ms=3.5)
        if len(here) == 1:
            axes.plot([at[0]] * 2, [low[0], high[0]], color=colour, lw=1.6)
        axes.plot(at[never], series.high[here][never], "v", ms=4.5, mec=colour, mfc="white", ls="")


@styled
def dots_figure(sweep: Sweep) -> Figure:
    """Draw outcomes at each combination of categories, a panel each.

    Parameters
    ----------
    sweep : Sweep
        Without a factor that is a number.

    Returns
    -------
    Figure
        At most 40 rows in all.
    """
    rows = combinations([factor for factor in sweep.factors if len(factor.levels) > 1] or sweep.factors[:1])
    outcomes = max(1, min(OUTCOMES, len(sweep.series), _ROWS // len(rows)))
    shown, drawn = sweep.series[:outcomes], rows[:_ROWS]
    subtitle = "Outcomes at each setting; points with 95\u00a0% Monte Carlo intervals. An arrow marks an upper bound."
    subtitle += _not_drawn(0, len(sweep.series) - len(shown), len(rows) - len(drawn))
    tall = [0.75 + ROW * (len(drawn) + 1) * (1.0 + 0.3 * any(len(words) > 44 for words, _ in drawn)) for _ in shown]
    figure = new_figure(sum(tall) or 1.0, sweep.heading, subtitle, sweep.small_print)
    for axes, series in zip(figure.subplots(max(len(shown), 1), 1, squeeze=False)[:, 0], shown, strict=False):
        if series.share:
            found = [Row(label(words, 44, 2), _estimate(series, int(np.argmax(mask)))) for words, mask in drawn]
            draw_shares(axes, found, list(range(len(found))))
        else:
            _draw_means(axes, series, drawn)
        as_written([axes.set_title(label(series.words, 60, 2), weight="bold")])
        axes.set_xlabel(series.unit)
    return figure


def _estimate(series: Series, point: int) -> Estimate:
    value, low, high, hits = (float(x[point]) for x in (series.value, series.low, series.high, series.hits))
    if np.isnan(value):
        return Estimate(None, None, None, 0, 0, "")
    n = round(hits / value) if value > 0.0 else 1
    return Estimate(value, low, high, n, int(hits), "")


def _draw_means(axes: Axes, series: Series, rows: Sequence[tuple[str, np.ndarray]]) -> None:
    low, high, log = series.limits
    number_axis(axes, "x", low, high, log)
    for place, (_, mask) in enumerate(rows):
        point = int(np.argmax(mask))
        axes.plot([series.low[point], series.high[point]], [place, place], color=BLUE, lw=1.6, solid_capstyle="butt")
        axes.plot([series.value[point]], [place], "o", ms=5.5, color=BLUE)
    as_written(t.label1 for t in axes.set_yticks(range(len(rows)), [label(words, 44, 2) for words, _ in rows]))
    axes.tick_params(axis="y", length=0, pad=7)
    axes.set_ylim(len(rows) - 0.3, -0.7)


@styled
def one_at_a_time_figure(sweep: Sweep, series: Series) -> Figure:
    """Draw one outcome as each factor is moved away from its central value, all others held there.

    Parameters
    ----------
    sweep : Sweep
        Of the design ``oat``.
    series : Series
        The outcome.

    Returns
    -------
    Figure
        A panel per factor, all with the same y axis; a dashed line at the central point.
    """
    centre = [central(factor) for factor in sweep.factors]
    at_centre = np.array([factor.values == level for factor, level in zip(sweep.factors, centre, strict=True)])
    moved = sorted(range(len(sweep.factors)), key=lambda k: -_reach(series, _others(at_centre, k)))
    shown = moved[:PANELS]
    columns = columns_for(len(shown))
    more = len(moved) - len(shown)
    subtitle = (
        f"{capital(series.words)}, as one factor varies and all others stay at their central values (dashed). "
        f"{_BAND}" + _bounds([series]) + (f" Not drawn: {number_of(more, 'factor')} that move it less." if more else "")
    )
    rows = -(-max(len(shown), 1) // columns)
    figure = new_figure(0.4 + (HEIGHTS[columns] + 0.1) * rows, sweep.heading, subtitle, sweep.small_print)
    for axes, k in zip(grid_of_panels(figure, len(shown), columns), shown, strict=False):
        factor = sweep.factors[k]
        inside = _others(at_centre, k)
        if factor.numeric:
            draw_curves(axes, factor, series, [("", inside, BLUE)])
        else:
            draw_categories(axes, factor, series, inside)
        at = float(centre[k]) if factor.numeric else factor.levels.index(centre[k])
        axes.axvline(at, color=GREY, lw=0.9, ls=(0, (4, 3)), zorder=0.7)
        as_written([axes.set_title(path_label(factor.label, WIDTHS[columns], 3))])
        axes.set_ylabel(series.unit if is_first(axes) else "")
    return figure


def central(factor: Factor) -> Any:
    """Give the level that most points have: in a one-at-a-time design, the central one.

    Parameters
    ----------
    factor : Factor
        Of the design.

    Returns
    -------
    float or str
        Its central level.
    """
    return max(factor.levels, key=lambda level: int((factor.values == level).sum()))


def _others(at_centre: np.ndarray, k: int) -> np.ndarray:
    """Points at which every factor but this one has its central level."""
    return np.asarray(np.delete(at_centre, k, axis=0).all(axis=0))


def _reach(series: Series, inside: np.ndarray) -> float:
    found = series.value[inside & np.isfinite(series.value)]
    return float(np.ptp(found)) if found.size else 0.0


def draw_categories(axes: Axes, factor: Factor, series: Series, inside: np.ndarray) -> None:
    """Draw an outcome at each level of a category, as dots with intervals.

    Parameters
    ----------
    axes : Axes
        To draw into.
    factor : Factor
        Along the x axis.
    series : Series
        Up the y axis.
    inside : numpy.ndarray
        (D,) points to draw.
    """
    outcome_axis(axes, series)
    for place, level in enumerate(factor.levels):
        for point in np.flatnonzero(inside & (factor.values == level)):
            never = bool(series.never[point])
            axes.plot([place, place], [series.low[point], series.high[point]], color=BLUE, lw=1.6)
            shape, face = ("v", "white") if never else ("o", BLUE)
            axes.plot(
                [place], [series.high[point] if never else series.value[point]], shape, ms=4.5, mec=BLUE, mfc=face
            )
    names = [label(level, max(7, 36 // len(factor.levels)), 2) for level in factor.levels]
    as_written(tick.label1 for tick in axes.set_xticks(range(len(names)), names, fontsize=7.5))
    axes.set_xlim(-0.6, len(names) - 0.4)
