"""Where in the space of parameters an outcome is frequent: boxes as ranges, and how they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import Estimate, format_percent, format_share, number_of
from sim.plots.outcomes import in_words
from sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    PALE,
    VERMILLION,
    as_written,
    both_ends,
    label,
    new_figure,
    percent_axis,
    styled,
)
from sim.plots.sweep_data import spans

#: Boxes that a page has room for, parameters of one, and parameters of all boxes together.
_BOXES, _LIMITS, _ROWS = 4, 15, 20
_ROW = 0.36  # inches
#: A restriction that would come about by chance as often as this is grey.
_CHANCE = 0.05


@styled
def boxes_figure(data: Mapping[str, Any]) -> Figure:
    """Draw the ranges of each box within all that was tried, and coverage against density.

    Parameters
    ----------
    data : mapping
        As ``pactsim discover --json`` has it: ``outcome``, ``base_rate``, ``boxes`` with ``limits``,
        ``coverage``, ``density`` and ``mass``, and ``trajectory``. ``title`` and ``seed`` are written
        where they are there.

    Returns
    -------
    Figure
        At most four boxes, with at most 20 parameters in all: those of each that are least due to chance.
    """
    shown = list(data["boxes"])[:_BOXES]
    words = in_words(data["outcome"])
    base = Estimate.from_dict(dict(data["base_rate"]))
    subtitle = (
        f"{words[:1].upper()}{words[1:]}: {format_share(base)} over all points. Bars: the ranges in which it is "
        "frequent, within all that was tried; what is not named may be anything."
    )
    if len(data["boxes"]) > len(shown):
        subtitle += f" Not drawn: {len(data['boxes']) - len(shown)} more."
    most = min(_LIMITS, _ROWS // max(len(shown), 1))
    limits = [sorted(box["limits"], key=_chance)[:most] for box in shown]
    heights = [0.75 + _ROW * max(len(rows), 1) for rows in limits]
    foot = [f"{number_of(base.n, 'run')}", *([f"seed {data['seed']}"] if "seed" in data else [])]
    key = _key(limits)
    title = data.get("title") or "Where it happens"
    figure = new_figure(sum(heights) + 2.9, title, subtitle, " · ".join(foot), key)
    axes = figure.subplots(len(shown) + 1, 1, squeeze=False, height_ratios=[*heights, 2.6])[:, 0]
    for number, (ax, box, rows) in enumerate(zip(axes, shown, limits, strict=False), 1):
        _draw_box(ax, rows)
        left_out = len(box["limits"]) - len(rows)
        as_written([ax.set_title(_said(number, len(shown), box, left_out), fontsize=9.0)])
    _draw_trajectory(axes[-1], data, shown, base)
    return figure


def _chance(limit: Mapping[str, Any]) -> float:
    """How often a restriction would come about by chance; one for which that is not known comes last."""
    chance = limit.get("quasi_p")
    return 2.0 if chance is None else float(chance)


def _key(limits: Sequence[Sequence[Mapping[str, Any]]]) -> list[Line2D]:
    marks = [
        Line2D([], [], color=BLUE, lw=5.0, label="range of the box"),
        Line2D([], [], color=PALE, lw=5.0, label="all that was tried"),
    ]
    if any(_chance(limit) > _CHANCE for rows in limits for limit in rows):
        marks.insert(1, Line2D([], [], color=GREY, lw=5.0, label="could be chance (p above .05)"))
    return marks


def _said(number: int, boxes: int, box: Mapping[str, Any], left_out: int) -> str:
    """What a box holds, in words."""
    name = f"Box {number}" if boxes > 1 else "The box"
    density = format_share(Estimate.from_dict(dict(box["density"]))).replace(" ", "\u00a0")
    words = (
        f"{name}: {format_percent(box['mass'])}\u00a0% of all points, {format_percent(box['coverage'])}\u00a0% of all "
        f"cases; in it the outcome comes in {density} of runs"
    )
    return label(words + (f" ({number_of(left_out, 'limit')} not drawn)" if left_out else ""), 64, 2)


def _draw_box(axes: Axes, limits: Sequence[Mapping[str, Any]]) -> None:
    side = axes.get_yaxis_transform()

    def write(place: float, words: Sequence[str], colours: Sequence[str]) -> None:
        """Two columns at the right, so far apart whatever the width of the axes."""
        for text, colour, offset in zip(words, colours, (8, 112), strict=True):
            small: dict[str, Any] = {"fontsize": 8.5, "va": "center_baseline", "color": colour}
            axes.annotate(text, (1.0, place), xycoords=side, xytext=(offset, 0), textcoords="offset points", **small)

    write(-0.75, ("from – to", "quasi-p"), (GREY, GREY))
    for place, limit in enumerate(limits):
        colour = GREY if _chance(limit) > _CHANCE else BLUE
        axes.plot([0.0, 1.0], [place, place], color=PALE, lw=7.0, solid_capstyle="butt", zorder=1.0)
        for low, high in _stretches(limit):
            axes.plot([low, high], [place, place], color=colour, lw=7.0, solid_capstyle="butt", zorder=2.0)
            axes.plot([low, high], [place, place], "|", color=colour, ms=9.0, mew=1.6, zorder=2.5)
        write(place, (_ends(limit), quasi_p(limit.get("quasi_p"))), (BLACK, colour))
    if not limits:
        axes.text(0.5, 0.0, "no parameter is limited", ha="center", color=GREY, style="italic", fontsize=8.5)
    names = [f"{both_ends(limit.get('label') or limit['path'], 46)}\n{_tried(limit)}" for limit in limits]
    as_written(tick.label1 for tick in axes.set_yticks(range(len(limits)), names, fontsize=8.0))
    axes.tick_params(axis="y", length=0, pad=5)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    axes.set(xlim=(-0.01, 1.01), ylim=(max(len(limits), 1) - 0.4, -1.1))


def _stretches(limit: Mapping[str, Any]) -> list[tuple[float, float]]:
    """What of a range lies in the box, from 0 to 1; each word has as much of it as any other."""
    if "values" not in limit:
        return [(_within(limit, "low"), _within(limit, "high"))]
    words = limit["range"]
    return [(k / len(words), (k + 1) / len(words)) for k, word in enumerate(words) if word in limit["values"]]


def _ends(limit: Mapping[str, Any]) -> str:
    if "values" in limit:
        return label(", ".join(limit["values"]), 20, 2)
    return f"{_number(limit['low'])} – {_number(limit['high'])}"


def _is_log(limit: Mapping[str, Any]) -> bool:
    return spans(np.array(limit["range"], float))


def _tried(limit: Mapping[str, Any]) -> str:
    if "values" in limit:
        return label(f"of {', '.join(limit['range'])}", 46, 1)
    low, high = limit["range"]
    return f"of {_number(low)} – {_number(high)}{', log scale' if _is_log(limit) else ''}"


def _within(limit: Mapping[str, Any], end: str) -> float:
    """Where an end of a box stands in the range that was tried, from 0 to 1."""
    bottom, top = limit["range"]
    open_end = bottom if end == "low" else top
    value = open_end if limit[end] is None else limit[end]
    if _is_log(limit):
        bottom, top, value = (float(np.log(max(x, bottom))) for x in (bottom, top, value))
    return min(max((value - bottom) / (top - bottom), 0.0), 1.0) if top > bottom else float(end == "high")


def _number(value: float | None) -> str:
    """Write a limit, with as many digits as an analyst would quote."""
    return "any" if value is None else f"{value:.3g}".replace("-", "−")


def quasi_p(value: float | None) -> str:
    """Write a quasi-p value.

    Examples
    --------
    >>> quasi_p(0.0321), quasi_p(1e-9), quasi_p(None)
    ('.032', '< .001', '–')
    """
    if value is None:
        return "–"
    return "< .001" if value < 0.001 else f"{value:.2g}".removeprefix("0")


def _draw_trajectory(axes: Axes, data: Mapping[str, Any], boxes: Sequence[Mapping[str, Any]], base: Estimate) -> None:
    steps = sorted(data["trajectory"], key=lambda step: -step["coverage"])
    coverage = [step["coverage"] for step in steps]
    density = [_plain(step["density"]) for step in steps]
    axes.plot(coverage, density, "o-", color=GREY, ms=3.0, lw=1.0)
    tops = [*density, base.value or 0.0]
    for number, box in enumerate(boxes, 1):
        estimate = Estimate.from_dict(dict(box["density"]))
        if estimate.value is None:
            continue
        if estimate.low is not None and estimate.high is not None:
            axes.plot([box["coverage"]] * 2, [estimate.low, estimate.high], color=VERMILLION, lw=1.4)
            tops.append(estimate.high)
        axes.plot([box["coverage"]], [estimate.value], "o", ms=7.0, color=VERMILLION, zorder=3.0)
        name = f"box {number}" if len(boxes) > 1 else "the box"
        axes.annotate(
            name, (box["coverage"], estimate.value), xytext=(7, 5), textcoords="offset points", color=VERMILLION,
            fontsize=8.5,
        )  # fmt: skip
    if base.value is not None:
        axes.axhline(base.value, color=BLACK, lw=0.9, ls=(0, (4, 3)))
        words = {"fontsize": 7.5, "color": BLACK, "va": "bottom", "xytext": (2, 2), "textcoords": "offset points"}
        axes.annotate("all points", (0.0, base.value), **words)  # type: ignore[arg-type]
    if not boxes:
        axes.text(0.98, 0.9, "no box was found", transform=axes.transAxes, ha="right", color=GREY, style="italic")
    percent_axis(axes, "x", 0.0, 1.04, False)
    percent_axis(axes, "y", 0.0, min(1.15 * max(tops), 1.05) or 1.0, False)
    axes.set_xlabel("coverage: share of all cases that lie in the box")
    axes.set_ylabel("density: share of runs\nin it with the outcome")
    axes.set_title("As the box was cut smaller, from the right to the left")


def _plain(density: Any) -> float:
    return float(density["value"] if isinstance(density, Mapping) else density)
