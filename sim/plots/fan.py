"""How escalation unfolds: quantiles of the highest rung over time, and how many runs stand how high."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.data import RunData
from sim.plots.style import BLACK, GREY, as_written, label, new_figure, percent_axis, styled

#: Central shares of runs that the bands hold, widest first, and their colours.
_BANDS = ((0.999, "#D9E8F2"), (0.95, "#A6CBE2"), (0.8, "#5FA2CC"), (0.5, "#0072B2"))

#: Characters of a rung's name in a line beside the axis.
_LINE = 30


@styled
def fan_figure(data: RunData) -> Figure:
    """Draw the highest rung over time.

    Parameters
    ----------
    data : RunData
        Of one run.

    Returns
    -------
    Figure
        Above, bands that hold so much of the runs; below, the share of runs at or above each rung.
    """
    subtitle = (
        "Highest rung on which any rivalry stands at the end of each step. "
        "Above: bands that hold the middle 50 to 99.9 % of runs. Below: runs at or above each rung."
    )
    tall = any(len(rung) > _LINE for rung in data.rungs)
    upper = max(1.7, (0.36 if tall else 0.24) * len(data.rungs))
    figure = new_figure(upper + 3.0, data.heading, subtitle, data.small_print)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(upper, 2.6))
    counts, times = data.rung_counts(), data.times()
    _draw_bands(top, counts, times, data.rungs)
    _draw_shares(bottom, counts, times, data.rungs)
    bottom.set_xlabel(f"{data.unit_days[0]} from the start")
    bottom.set_xlim(times[0], times[-1])
    return figure


def quantile(counts: np.ndarray, level: float) -> np.ndarray:
    """Lowest rung that at least a share `level` of runs do not exceed, per step.

    Parameters
    ----------
    counts : numpy.ndarray
        (S, L) runs at each rung.
    level : float
        Between 0 and 1.

    Returns
    -------
    numpy.ndarray
        (S,) rungs.

    Examples
    --------
    >>> quantile(np.array([[90, 9, 1]]), 0.95)
    array([1])
    """
    reached = np.cumsum(counts, axis=1)
    return np.asarray(np.argmax(reached >= level * reached[:, -1:], axis=1))


def _draw_bands(axes: Axes, counts: np.ndarray, times: np.ndarray, rungs: tuple[str, ...]) -> None:
    for share, colour in _BANDS:
        low, high = (quantile(counts, (1.0 + sign * share) / 2.0) for sign in (-1, 1))
        axes.fill_between(times, low - 0.4, high + 0.4, step="pre", color=colour, lw=0, label=f"{100 * share:g} %")
    axes.step(times, quantile(counts, 0.5), where="pre", color=BLACK, lw=1.2, label="median")
    as_written(tick.label1 for tick in axes.set_yticks(range(len(rungs)), [label(r, _LINE, 2) for r in rungs]))
    if any(len(rung) > _LINE for rung in rungs):
        axes.tick_params(axis="y", labelsize=7.0)
    axes.set_ylim(-0.6, len(rungs) - 0.4)
    axes.set_ylabel("highest rung")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="middle share of runs", reverse=True)


def _draw_shares(axes: Axes, counts: np.ndarray, times: np.ndarray, rungs: tuple[str, ...]) -> None:
    runs = max(int(counts[0].sum()), 1)
    above = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] / runs
    percent_axis(axes, "y", 0.5 / runs, 1.3, log=True)
    colours = colormaps["cividis_r"](np.linspace(0.28, 1.0, max(len(rungs) - 1, 1)))
    names: list[tuple[float, str, Any]] = []
    for rung in range(1, len(rungs)):
        reached = above[:, rung] > 0
        # What did not happen has no place on a logarithmic axis; its line ends.
        axes.step(times, np.where(reached, above[:, rung], np.nan), where="pre", color=colours[rung - 1])
        name = label(rungs[rung], 26, 1)
        names.append((above[-1, rung], name, colours[rung - 1]) if reached.any() else (0.0, f"{name}: never", GREY))
    _name_lines(axes, names)
    axes.set_ylabel("runs at or above the rung")


def _name_lines(axes: Axes, names: list[tuple[float, str, Any]]) -> None:
    """Write each line's name at its right end, moved apart where they would overlap."""
    bottom, top = (math.log10(limit) for limit in axes.get_ylim())
    wanted = [(math.log10(end) - bottom) / (top - bottom) if end > 0 else 0.0 for end, _, _ in names]
    places = spread(wanted, min(0.066, 1.0 / max(len(names), 1)))
    for place, (_, name, colour) in zip(places, names, strict=True):
        axes.text(
            1.015,
            place,
            name,
            transform=axes.transAxes,
            color=colour,
            fontsize=8.0,
            va="center",
            parse_math=False,
        )


def spread(wanted: list[float], gap: float) -> list[float]:
    """Move falling places in 0 to 1 so that they are at least a gap apart, as little as need be.

    Parameters
    ----------
    wanted : list of float
        From the highest down.
    gap : float
        Smallest distance; at most one over the number of places.

    Returns
    -------
    list of float
        In the same order.

    Examples
    --------
    >>> [round(place, 3) for place in spread([0.9, 0.5, 0.5, 0.0, 0.0], 0.1)]
    [0.9, 0.5, 0.4, 0.1, 0.0]
    """
    places = list(wanted)
    for after in range(1, len(places)):  # push down from the top, then up from the bottom
        places[after] = min(places[after], places[after - 1] - gap)
    for before in range(len(places) - 1, -1, -1):
        floor = 0.0 if before == len(places) - 1 else places[before + 1] + gap
        places[before] = max(places[before], floor)
    return places
