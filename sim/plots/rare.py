"""How likely a rare event is, point by point, and how steep the way to it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import Estimate, format_interval, format_share, number_of
from sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    as_written,
    new_figure,
    number_axis,
    path_label,
    percent_axis,
    styled,
)

#: Points that a page has room for.
_MOST = 30
_ROW, _AXIS, _WAY = 0.34, 0.75, 2.4  # inches


@styled
def rare_figure(data: Mapping[str, Any]) -> Figure:
    """Draw the probability of a rare event at each point, and what is left of the runs on the way to it.

    Parameters
    ----------
    data : mapping
        As ``pactsim rare --json`` has it.

    Returns
    -------
    Figure
        At most 30 points, in the order of the design.
    """
    points = data["points"][:_MOST]
    estimate = Estimate.from_dict(dict(data["estimate"]))
    said = f"{data['event']}: {format_share(estimate)}"
    if estimate.value:
        said += f" ({format_interval(estimate)}), one run in {float(f'{1.0 / estimate.value:.2g}'):,.0f}"
    subtitle = f"{said}{_of_first(points)}. Below: the share of runs that get as far as each score ({data['score']})."
    if len(data["points"]) > _MOST:
        subtitle += f" Not drawn: {number_of(len(data['points']) - _MOST, 'more point')}."
    rows = _AXIS + _ROW * max(len(points), 1)
    title = data.get("title") or "A rare event"
    figure = new_figure(rows + _WAY, title, subtitle, _foot(data), _key())
    above, below = figure.subplots(2, 1, height_ratios=[rows, _WAY])
    _draw_points(above, points)
    _draw_way(below, points[0])
    return figure


def _of_first(points: Sequence[Mapping[str, Any]]) -> str:
    return " at the first point" if len(points) > 1 else ""


def _foot(data: Mapping[str, Any]) -> str:
    each = number_of(data["runs_per_replication"], "run")
    return f"{number_of(data['replications'], 'replication')} of {each} · seed {data['seed']} · {data['scenario']}"


def _key() -> list[Line2D]:
    return [
        Line2D([], [], color=BLUE, marker="o", ms=5.0, lw=2.0, label="estimate and its 95 % interval"),
        Line2D([], [], color=ORANGE, marker="<", ms=5.0, ls="", label="none seen: at most this"),
    ]


def _name(point: Mapping[str, Any]) -> str:
    told = (
        f"{path} {value:.3g}" if isinstance(value, float) else f"{path} {value}"
        for path, value in point["settings"].items()
    )
    return ", ".join(told) or "as written"


def _draw_points(axes: Axes, points: Sequence[Mapping[str, Any]]) -> None:
    ends: list[float] = []
    for place, point in enumerate(points):
        found = Estimate.from_dict(dict(point["estimate"]))
        if not found.value:
            axes.plot(found.high or 1.0, place, "<", color=ORANGE, ms=6.0)
            ends.append(found.high or 1.0)
            continue
        low = max(found.low or 0.0, found.value / 30.0)
        high = found.high or found.value
        axes.plot([low, high], [place, place], color=BLUE, lw=2.0, solid_capstyle="butt")
        axes.plot(found.value, place, "o", color=BLUE, ms=5.0)
        ends += [low, high]
    percent_axis(axes, "x", min(ends) / 1.6, min(1.0, max(ends) * 1.6), True)
    names = [path_label(_name(point), 34) for point in points]
    as_written(tick.label1 for tick in axes.set_yticks(range(len(points)), names))
    axes.set(ylim=(len(points) - 0.5, -0.5))
    axes.set_xlabel("probability within the horizon, logarithmic")


def _draw_way(axes: Axes, point: Mapping[str, Any]) -> None:
    """Draw the product of the shares left: each drop is what had to be overcome there."""
    left = np.array(point["left"])
    reached = np.concatenate([[1.0], np.cumprod(left)])
    # Scores that no run stopped at say nothing, but for the last, the event itself.
    last = int(np.flatnonzero(left < 1.0)[-1]) + 1 if (left < 1.0).any() else 0
    reached = reached[: last + 1]
    seen = np.flatnonzero(reached > 0.0)
    axes.step(seen, reached[seen], where="mid", color=GREY, lw=1.2)
    axes.plot(seen, reached[seen], "o", color=BLUE, ms=4.5)
    percent_axis(axes, "y", reached[seen].min() / 3.0, 1.5, True)
    number_axis(axes, "x", -0.5, max(last, 1) + 0.5, False)
    axes.set_xticks(range(max(last, 1) + 1), [*map(str, range(max(last, 1))), "event"])
    axes.set_xlabel("score", color=BLACK)
    axes.set_ylabel("runs that get there")
