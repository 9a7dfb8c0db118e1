"""Chance, ignorance and structure in one figure, so that none can be taken for another.

For each outcome, from the top: the error of the estimate, which more runs would narrow (a black bar with caps); the
band in which the probability itself lies over parameters, which only knowledge would narrow (a blue bar, thick for
the half, thin for nine tenths); what each theory of decision, and each position of a switch, makes of it (points with
names). Each has a line of its own, a name at its left, and a form of its own. At the right what doubt is due to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.estimate import Estimate, format_percent, format_share, number_of
from sim.plots.outcomes import in_words
from sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    as_written,
    label,
    new_figure,
    percent_axis,
    styled,
)

#: Outcomes that a page has room for.
MOST = 6
_ROW, _AXIS = 1.28, 0.3  # inches
#: Lines of an outcome, from the top down.
_ERROR, _BAND, _THEORY, _SWITCHES = 0.0, 1.0, 2.0, 3.15
_LINES = ((_ERROR, "Monte Carlo error"), (_BAND, "over parameters"), (_THEORY, "theories"), (_SWITCHES, "switches"))
#: From so many times the smallest number on, an axis is logarithmic.
_DECADES = 12.0
#: What doubt is due to, with its colour and its name.
_SOURCES = (
    ("events", "#BDBDBD", "chance"),
    ("parameters", BLUE, "parameters"),
    ("theory", ORANGE, "theory"),
    ("switches", GREEN, "switches"),
    ("jointly", PURPLE, "only jointly"),
)
#: How many times further than an end of a band its interval is shown.
_BEYOND = 3.0
#: Places nearer to each other than this share of the axes have one name together.
_TOGETHER = 0.025
#: Width of a letter of a name, as a share of the axes; names that would touch are left out.
_LETTER = 0.0128
#: Least share of a bar that has room for its number.
_WRITTEN = 0.13


@styled
def uncertainty_figure(data: Mapping[str, Any], outcomes: Sequence[str]) -> Figure:
    """Draw some outcomes of a study of uncertainty.

    Parameters
    ----------
    data : mapping
        As ``pactsim uncertainty --json`` has it.
    outcomes : sequence of str
        Which ones; six at most are readable.

    Returns
    -------
    Figure
        A row for each, with an axis of its own: rows are not compared with each other.
    """
    subtitle = (
        "Black: how sure the estimate is; more runs would narrow it. Blue: where the probability itself lies over "
        "parameters; only knowledge would narrow it. Points: each theory, or position of a switch, alone. "
        "Each row has its own axis."
    )
    figure = new_figure(
        (_ROW + _AXIS) * len(outcomes) + 0.45,
        data.get("title") or "Uncertainty",
        subtitle,
        _foot(data),
        _key(data, outcomes),
    )
    panels = figure.subplots(len(outcomes), 2, squeeze=False, width_ratios=[5, 2])
    for (left, right), name in zip(panels, outcomes, strict=True):
        found = data["outcomes"][name]
        _draw_probability(left, data, name, found)
        _draw_shares(right, found["variance"])
    panels[-1][0].set_xlabel("probability within the horizon")
    panels[0][1].set_title("what doubt is due to", fontsize=8.5)
    return figure


def _foot(data: Mapping[str, Any]) -> str:
    parts = [f"{number_of(data['base'], 'point')} of {number_of(data['runs_per_point'], 'run')}"]
    parts += [f"{number_of(data['runs'], 'run')} in all", f"seed {data['seed']}"]
    return " · ".join([*parts, "equal weights of theories and positions: judged"])


def _key(data: Mapping[str, Any], outcomes: Sequence[str]) -> list[Artist]:
    marks: list[Artist] = [
        Line2D([], [], color=BLACK, marker="|", ms=7.0, lw=1.2, label="95 % Monte Carlo error"),
        Line2D([], [], color=BLUE, lw=6.0, label="half of the points"),
        Line2D([], [], color=BLUE, lw=2.0, label="9 of 10 points"),
        Line2D([], [], color=BLUE, lw=9.0, alpha=0.25, label="how sure its ends are"),
        Line2D([], [], color=GREY, marker="D", ms=5.0, mfc="white", ls="", label="as the scenario has it"),
    ]
    marks += [Patch(fc=colour, ec="none", label=name) for _, colour, name in _SOURCES]
    if any(name in data["assumption_driven"] for name in outcomes):
        marks.append(Line2D([], [], color=BLACK, marker="$*$", ms=5.0, ls="", label="history does not inform it"))
    return marks


def _draw_probability(axes: Axes, data: Mapping[str, Any], name: str, found: Mapping[str, Any]) -> None:
    estimate = Estimate.from_dict(dict(found["probability"]))
    mark = " *" if name in data["assumption_driven"] else ""
    axes.set_title(f"{label(_begin(name), 62, 1)}{mark}: {format_share(estimate)}", weight="bold", parse_math=False)
    low, high, log = _limits(found)
    percent_axis(axes, "x", low, high, log)
    kinds = {each["choice"] == "theory" for each in found["structure"]}
    lines = [line for line in _LINES if line[0] < _THEORY or (line[0] == _THEORY) in kinds]
    as_written(tick.label1 for tick in axes.set_yticks([at for at, _ in lines], [text for _, text in lines]))
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(lines[-1][0] + 0.75, -0.6)
    _draw_error(axes, estimate)
    _draw_band(axes, found["band"])
    for place, colour, marker, is_theory in ((_THEORY, ORANGE, "D", True), (_SWITCHES, GREEN, "o", False)):
        _draw_positions(axes, found, place, colour, marker, is_theory)


def _begin(name: str) -> str:
    words = in_words(name)
    return words[:1].upper() + words[1:]


def _numbers(found: Mapping[str, Any]) -> list[float]:
    """Numbers that an axis must hold."""
    estimate = found["probability"]
    numbers = [estimate["value"], estimate["low"], estimate["high"]]
    if found["band"]:
        ends = [found["band"][q] for q in ("q05", "q95")]
        # Few hits do not tell how low the low end is: its interval may go on beyond the axis.
        numbers += [max(index["low"], index["value"] / _BEYOND) for index in ends]
        numbers += [min(index["high"], index["value"] * _BEYOND) for index in ends]
    numbers += [each["probability"]["value"] for each in found["structure"]]
    return [number for number in numbers if number]


def _limits(found: Mapping[str, Any]) -> tuple[float, float, bool]:
    """Give an axis that holds all, and whether it is logarithmic."""
    numbers = _numbers(found)
    if not numbers:
        return 0.0, 1.02, False
    low, high = min(numbers), max(numbers)
    if high > _DECADES * low:
        return low / 1.6, min(high * 2.0, 1.05), True
    margin = 0.12 * (high - low) or 0.1 * high
    return max(0.0, low - margin), min(high + 1.6 * margin, 1.02), False


def _draw_error(axes: Axes, estimate: Estimate) -> None:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        axes.text(0.01, _ERROR, "no run met the condition", transform=axes.get_yaxis_transform(), **_QUIET)
        return
    start, end = axes.get_xlim()
    low, high = max(estimate.low, start), min(estimate.high, end)
    axes.plot([low, high], [_ERROR, _ERROR], color=BLACK, lw=1.2, marker="|", ms=7.0, zorder=3.0)
    if estimate.hits:
        axes.plot([estimate.value], [_ERROR], "o", ms=3.5, color=BLACK, zorder=3.1)
        axes.axvline(estimate.value, color=GREY, lw=0.8, ls=(0, (2, 3)), zorder=0.8)


_QUIET: dict[str, Any] = {
    "color": GREY, "style": "italic", "fontsize": 7.5, "va": "center_baseline",
    "bbox": {"fc": "white", "ec": "none", "pad": 1.0}, "zorder": 1.9,
}  # fmt: skip


def _draw_band(axes: Axes, band: Mapping[str, Any] | None) -> None:
    if band is None:
        text = "no band: not told apart from the noise of few runs"
        axes.text(0.01, _BAND, text, transform=axes.get_yaxis_transform(), **_QUIET)
        return
    start, end = axes.get_xlim()
    for quantile in ("q05", "q95"):  # how sure the ends are
        ends = [max(band[quantile]["low"], start), min(band[quantile]["high"], end)]
        if band[quantile]["low"] < start:  # it goes on beyond the axis
            axes.plot([start], [_BAND], "<", ms=4.0, color=BLUE, alpha=0.6, clip_on=False)
        axes.plot(ends, [_BAND, _BAND], color=BLUE, alpha=0.25, lw=9.0, solid_capstyle="butt", zorder=1.2)
    for (low, high), width in ((("q05", "q95"), 2.0), (("q25", "q75"), 6.0)):
        ends = [band[low]["value"], band[high]["value"]]
        axes.plot(ends, [_BAND, _BAND], color=BLUE, lw=width, solid_capstyle="butt", zorder=1.5)
    axes.plot([band["q50"]["value"]], [_BAND], "|", ms=6.0, mec="white", mew=1.4, zorder=1.6)


def _draw_positions(
    axes: Axes, found: Mapping[str, Any], place: float, colour: str, marker: str, is_theory: bool
) -> None:
    """Draw the means with each position alone; those that the scenario has are hollow."""
    of_kind = [each for each in found["structure"] if (each["choice"] == "theory") == is_theory]
    shown = [each for each in of_kind if each["probability"]["value"]]
    written = found["probability"]["value"] or axes.get_xlim()[0]
    for each in shown:
        face = "white" if each["is_written"] else colour
        value = each["probability"]["value"]
        above = 2.1 if each["is_written"] else 2.0
        axes.plot([value], [place], marker, ms=4.5, mec=colour, mfc=face, mew=1.1, zorder=above)
    told = [each for each in shown if _moves(each) or is_theory]
    for at, text, side in _names(axes, told, is_theory, written):
        axes.annotate(
            text, (at, place), xytext=(0, -5), textcoords="offset points", ha=side, va="top", fontsize=6.8,
            color=BLACK, parse_math=False, annotation_clip=False,
        )  # fmt: skip


def _moves(each: Mapping[str, Any]) -> bool:
    low, high = each["difference"]["low"], each["difference"]["high"]
    return low is not None and (low > 0.0 or high < 0.0)


def _names(
    axes: Axes, told: Sequence[Mapping[str, Any]], is_theory: bool, written: float
) -> list[tuple[float, str, str]]:
    """Choose names that do not touch each other, the furthest from what is written first, with their place and side."""
    named = [(_place(axes, _value(each)), _value(each), _name(each, is_theory)) for each in told]
    groups: list[list[tuple[float, float, str]]] = []
    for each in sorted(named):
        if groups and each[0] - groups[-1][0][0] < _TOGETHER:
            groups[-1].append(each)
        else:
            groups.append([each])
    places = [group[0][0] for group in groups]
    middle = _place(axes, written)
    taken: list[tuple[float, float]] = []
    found = []
    for k in sorted(range(len(groups)), key=lambda k: -abs(places[k] - middle)):
        text = label(", ".join(name for *_, name in groups[k]), 36, 1)
        width = _LETTER * len(text)
        side = "left" if places[k] < 0.5 * width else "right" if places[k] > 1.0 - 0.5 * width else "center"
        start = places[k] - {"left": 0.0, "center": 0.5 * width, "right": width}[side]
        if all(start + width + _LETTER < low or start > high + _LETTER for low, high in taken):
            taken.append((start, start + width))
            found.append((groups[k][0][1], text, side))
    return found


def _place(axes: Axes, value: float) -> float:
    """Where a number is, as a share of the axes."""
    return float(axes.transAxes.inverted().transform(axes.transData.transform((value, 0.0)))[0])


def _name(each: Mapping[str, Any], is_theory: bool) -> str:
    return str(each["position"]) if is_theory else f"{each['choice']}: {each['position']}"


def _value(each: Mapping[str, Any]) -> float:
    return float(each["probability"]["value"])


def _draw_shares(axes: Axes, variance: Mapping[str, Any] | None) -> None:
    """Draw what the variance of one run is due to, and below it that of the probability, without chance."""
    axes.set(xlim=(0.0, 1.0), ylim=(3.9, -0.6))
    axes.set_yticks([])
    axes.set_xticks([])
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    if variance is None or variance["of_run"]["parameters"]["value"] is None:
        axes.text(0.0, 1.2, "nothing but chance\nis told apart", **_QUIET)
        return
    alone = {name: of["first"]["value"] for name, of in variance["of_probability"].items()}
    of_probability = {**alone, "jointly": variance["jointly"]["value"]}
    of_run = {name: index["value"] for name, index in variance["of_run"].items()}
    for place, shares, text in ((0.55, of_run, "one run"), (2.55, of_probability, "the probability, chance apart")):
        axes.text(0.0, place - 0.62, text, fontsize=7.5, color=GREY, va="bottom")
        _draw_stack(axes, place, shares)


def _draw_stack(axes: Axes, place: float, shares: Mapping[str, float]) -> None:
    """Draw shares side by side; what came out below 0 is noise, and takes no room."""
    kept = {name: max(shares.get(name) or 0.0, 0.0) for name, *_ in _SOURCES}
    whole, start = sum(kept.values()) or 1.0, 0.0
    for name, colour, _ in _SOURCES:
        width = kept[name] / whole
        if not width:
            continue
        axes.barh(place, width, 0.95, left=start, color=colour, ec="white", lw=0.6)
        if width >= _WRITTEN:
            ink = BLACK if name == "events" else "white"
            text = f"{format_percent(width)} %"
            axes.text(start + width / 2, place, text, color=ink, fontsize=7.0, ha="center", va="center_baseline")
        start += width
    axes.plot([0.0, 1.0, 1.0, 0.0, 0.0], np.add(place, [-0.475, -0.475, 0.475, 0.475, -0.475]), color=PALE, lw=0.6)
