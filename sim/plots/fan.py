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
#: A band is drawn where at least so many runs lie outside it; fewer say nothing of its ends.
_OUTSIDE = 5.0

#: The smallest share that an axis without logarithms shows well.
_FEW = 0.05
#: From so many steps on, lines are thin.
_MANY_STEPS = 150

#: Characters of a rung's name in a line beside the axis.
_LINE = 30
#: Rungs that can be named beside an axis; of a longer ladder every other one is, and so on.
_NAMED = 28


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
    bands = _bands(data.runs)
    middle = "bands that hold the middle shares of runs" if bands else "the median; runs are too few for bands"
    subtitle = (
        f"Highest rung of any rivalry at the end of each step. Above: {middle}. "
        "Below: runs at or above each rung; a line breaks where no run stands that high."
    )
    assumed = data.assumed_rungs()
    if assumed:
        subtitle += " *\u00a0assumption-driven."
    marks = tuple(" *" if rung in assumed else "" for rung in data.rungs)
    tall = any(len(rung) > _LINE for rung in data.rungs)
    upper = max(1.7, (0.36 if tall else 0.24) * min(len(data.rungs), _NAMED))
    lower = max(2.6, 0.17 * min(len(data.rungs), _NAMED))
    figure = new_figure(upper + lower + 0.4, data.heading, subtitle, data.small_print)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(upper, lower))
    counts, times = data.rung_counts(), data.times()
    _draw_bands(top, counts, times, bands)
    _name_rungs(top, data.rungs, marks)
    names = tuple(label(rung, 26, 1) + mark for rung, mark in zip(data.rungs, marks, strict=True))
    _draw_shares(bottom, counts, times, names)
    bottom.set_xlabel(f"{data.unit_days[0]} from the start")
    bottom.set_xlim(times[0], times[-1])
    return figure


def _bands(runs: int) -> list[tuple[float, str]]:
    """Bands that so many runs can tell."""
    return [(share, colour) for share, colour in _BANDS if runs * (1.0 - share) >= _OUTSIDE - 1e-6]


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


def _draw_bands(axes: Axes, counts: np.ndarray, times: np.ndarray, bands: list[tuple[float, str]]) -> None:
    for share, colour in bands:
        low, high = (quantile(counts, (1.0 + sign * share) / 2.0) for sign in (-1, 1))
        axes.fill_between(times, low - 0.4, high + 0.4, step="pre", color=colour, lw=0, label=f"{100 * share:g} %")
    axes.step(times, quantile(counts, 0.5), where="pre", color=BLACK, lw=1.2, label="median")
    axes.set_ylim(-0.6, counts.shape[1] - 0.4)
    axes.set_ylabel("highest rung")
    title = "middle share of runs" if bands else None
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title=title, reverse=True)


def _name_rungs(axes: Axes, rungs: tuple[str, ...], marks: tuple[str, ...]) -> None:
    named = range(0, len(rungs), math.ceil(len(rungs) / _NAMED))
    ticks = axes.set_yticks(named, [label(rungs[rung], _LINE, 2) + marks[rung] for rung in named])
    as_written(tick.label1 for tick in ticks)
    if any(len(rung) > _LINE for rung in rungs):
        axes.tick_params(axis="y", labelsize=7.0)


def _draw_shares(axes: Axes, counts: np.ndarray, times: np.ndarray, rungs: tuple[str, ...]) -> None:
    runs = max(int(counts[0].sum()), 1)
    above = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] / runs
    log = 0.5 / runs < _FEW
    percent_axis(axes, "y", 0.5 / runs if log else 0.0, 1.3 if log else 1.06, log)
    axes.minorticks_off()
    width = 1.6 if len(times) < _MANY_STEPS else 1.0
    seen = [rung for rung in range(1, len(rungs)) if above[:, rung].any()]
    names: list[tuple[float, str, Any]] = []
    for rung, colour in zip(seen, _colours(len(seen)), strict=True):
        # What did not happen has no place on a logarithmic axis; its line breaks.
        line = np.where(above[:, rung] > 0, above[:, rung], np.nan)
        axes.step(times, line, where="pre", color=colour, lw=width, solid_capstyle="round")
        names.append((above[-1, rung], rungs[rung], colour))
    _name_lines(axes, names[:: max(1, math.ceil(len(names) / _NAMED))], _never(rungs[len(seen) + 1 :]))
    axes.set_ylabel("runs at or above the rung")


def _colours(n: int) -> list[Any]:
    """Colours from light to dark, apart in hue and in lightness, for the colour-blind too."""
    return list(colormaps["plasma_r"](np.linspace(0.2, 1.0, n)))


def _never(rungs: tuple[str, ...]) -> str:
    """Say in a few words which rungs no run reached: all above the highest that one did."""
    if len(rungs) < 2:
        return "".join(f"{rung}: never" for rung in rungs)
    return f"{len(rungs)} higher rungs: never"


def _name_lines(axes: Axes, names: list[tuple[float, str, Any]], never: str) -> None:
    """Write each line's name at its right end, moved apart where they would overlap, with a leader."""
    to_axes = axes.transData - axes.transAxes
    wanted = [float(to_axes.transform((0.0, end))[1]) if end > 0 else 0.0 for end, _, _ in names]
    rows = len(names) + bool(never)
    places = spread([*wanted, *[0.0] * bool(never)], min(0.066, 1.0 / max(rows, 1)))
    for at, place, (end, name, colour) in zip(wanted, places, names, strict=False):
        leader = ([1.0, 1.01, 1.035, 1.045], [at, at, place, place]) if end > 0 else ([1.025, 1.045], [place, place])
        axes.plot(*leader, transform=axes.transAxes, color=colour, lw=1.2, clip_on=False)
        _write(axes, place, name, BLACK)
    if never:
        _write(axes, places[-1], never, GREY)


def _write(axes: Axes, place: float, name: str, colour: str) -> None:
    style: dict[str, Any] = {"fontsize": 8.0, "va": "center_baseline", "parse_math": False}
    axes.text(1.055, place, name, transform=axes.transAxes, color=colour, **style)


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
