"""How far each parameter can be moved before a claim is reversed.

Every parameter is a bar from the one end of its distribution to the other, in normal scores, so that all are on one
scale and what is unlikely is far out. A bar has the colour of what is known of the claim there.
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
from matplotlib.ticker import FixedFormatter, FixedLocator

from sim.analysis.flips import KEPT, REVERSED, merged
from sim.estimate import number_of
from sim.experiments.flips.sentences import amount, points
from sim.plots.style import BLACK, BLUE, GREY, PALE, VERMILLION, new_figure, path_label, styled

#: Parameters and pairs that a page has room for.
MOST, MOST_PAIRS = 12, 3
#: Where the ends of a distribution are drawn (normal scores), and the quantiles that are named between them.
_EDGE = 3.5
_TICKS = {
    -3.0902: "0.1 %",
    -1.96: "2.5 %",
    -0.9945: "16 %",
    0.0: "50 %",
    0.9945: "84 %",
    1.96: "97.5 %",
    3.0902: "99.9 %",
}
_COLOURS = {KEPT: "#9CC9E6", REVERSED: "#F0B392", 0: PALE}
_ROW, _AXIS, _PAIRS = 0.40, 0.75, 2.5  # inches


@styled
def flip_figure(data: Mapping[str, Any]) -> Figure:
    """Draw where each parameter, and pairs of them, reverse a claim.

    Parameters
    ----------
    data : mapping
        As ``pactsim flip --json`` has it.

    Returns
    -------
    Figure
        The dozen parameters that come closest at the top, below these up to three pairs.
    """
    parameters, claim = data["parameters"][:MOST], data["claim"]
    pairs = [each for each in data["pairs"] if each["state"] == "flips"][:MOST_PAIRS]
    height = _AXIS + _ROW * max(len(parameters), 2) + (_PAIRS if pairs else 0.0)
    title = f"What reverses the claim: {claim['text']}".replace(" %", "\u00a0%")
    figure = new_figure(height, title, _subtitle(data), _foot(data), _key(bool(pairs)))
    if not parameters:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "nothing to reverse", ha="center", color=GREY, style="italic")
        return figure
    rows = [height - (_PAIRS if pairs else 0.0), *([_PAIRS] if pairs else [])]
    grid = figure.add_gridspec(len(rows), MOST_PAIRS, height_ratios=rows)
    _draw_bars(figure.add_subplot(grid[0, :]), parameters)
    for k, each in enumerate(pairs):
        _draw_pair(figure.add_subplot(grid[1, k]), each)
    return figure


def _subtitle(data: Mapping[str, Any]) -> str:
    claim = data["claim"]
    if claim["holds"] is None:
        return data["sentences"][0] if data.get("sentences") else "Whether the claim holds is not decided."
    verb = "holds" if claim["holds"] else "does not hold"
    counts = {state: sum(each["state"] == state for each in data["parameters"]) for state in ("flips", "undecided")}
    many = len(data["parameters"])
    told = f"It {verb}, by {points(abs(claim['margin']['value']))[1:]}. Of {number_of(many, 'parameter')} moved alone "
    told += f"it is reversed by {counts['flips']}, undecided for {counts['undecided']}, "
    told += f"and kept by {many - sum(counts.values())} wherever looked at."
    return told + (f" Drawn are the {MOST} that come closest." if many > MOST else "")


def _foot(data: Mapping[str, Any]) -> str:
    parts = [data["scenario"], f"{number_of(data['runs'], 'run')} in all", f"seed {data['seed']}"]
    return " · ".join(
        [*parts, f"all intervals hold together in {100.0 * (1.0 - data['family']):.0f} % of such searches"]
    )


def _key(pairs: bool) -> list[Artist]:
    marks: list[Artist] = [
        Patch(fc=_COLOURS[KEPT], ec=GREY, lw=0.6, label="as it is now"),
        Patch(fc=_COLOURS[0], ec=GREY, lw=0.6, label="not told apart"),
        Patch(fc=_COLOURS[REVERSED], ec=GREY, lw=0.6, label="reversed"),
        Line2D([], [], color=BLACK, marker="o", ms=5.0, ls="", label="central value"),
        Line2D([], [], color=VERMILLION, marker="D", ms=5.0, lw=1.6, label="where it turns, with interval"),
    ]
    return marks if pairs else marks[:5]


def _draw_bars(axes: Axes, parameters: Sequence[Mapping[str, Any]]) -> None:
    for place, each in enumerate(parameters):
        _draw_bar(axes, place, each)
    axes.set_yticks(range(len(parameters)), [path_label(each["path"], 38) for each in parameters])
    for text in axes.get_yticklabels():
        text.set_parse_math(False)
    axes.set_ylim(len(parameters) - 0.4, -0.7)
    axes.set_xlim(-_EDGE - 0.1, _EDGE + 0.1)
    _quantile_axis(axes, "x", _TICKS)
    axes.set_xlabel("quantile of the parameter's own distribution (outermost: the ends of its range)")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def _draw_bar(axes: Axes, place: int, each: Mapping[str, Any]) -> None:
    looks = each["looks"]
    signs = merged([look["score"] for look in looks], [look["sign"] for look in looks])
    ordered = sorted(signs)
    for a, b in zip(ordered, ordered[1:], strict=False):
        sign = signs[a] if signs[a] == signs[b] else 0
        left, right = _clipped(a), _clipped(b)
        axes.barh(place, right - left, 0.44, left, fc=_COLOURS[sign], ec="none", zorder=1.0)
    ends = _clipped(ordered[0]), _clipped(ordered[-1])
    axes.barh(place, ends[1] - ends[0], 0.44, ends[0], fc="none", ec=GREY, lw=0.6, zorder=1.5)
    flip = each["flip"]
    axes.plot([_clipped(_score(each, looks))], [place], "o", ms=5.0, color=BLACK, zorder=3.0)
    if flip:
        at = _clipped(flip["score"])
        low, high = (at if flip[f"score_{end}"] is None else _clipped(flip[f"score_{end}"]) for end in ("low", "high"))
        axes.plot([low, high], [place, place], color=VERMILLION, lw=1.8, zorder=3.2)
        axes.plot([at], [place], "D", ms=5.0, color=VERMILLION, zorder=3.4)
        _write(
            axes, at, place, f"{amount(flip['value'])} ({_between(flip)}), now {amount(each['central'])}", VERMILLION
        )
    else:
        weakest = each["weakest"]
        margin = weakest["margin"]["value"]
        told = "no run met the condition" if margin is None else f"{points(margin)} at {amount(weakest['value'])}"
        _write(axes, _clipped(weakest["score"]), place, told, BLUE if each["state"] == "holds" else GREY)


def _between(flip: Mapping[str, Any]) -> str:
    low, high = ("…" if flip[end] is None else amount(flip[end]) for end in ("low", "high"))
    return f"{low} to {high}"


def _write(axes: Axes, at: float, place: int, text: str, colour: str) -> None:
    """Write above a bar, turned inwards where it would run out of the picture."""
    side = "right" if at > 1.0 else "left" if at < -1.0 else "center"
    axes.text(at, place - 0.24, text, fontsize=7.0, color=colour, ha=side, va="bottom", parse_math=False)


def _score(each: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> float:
    """Normal score of the central value, which is always looked at."""
    nearest = min(looks, key=lambda look: abs(look["value"] - each["central"]))
    return float(nearest["score"])


def _clipped(score: float) -> float:
    return min(max(score, -_EDGE), _EDGE)


def _quantile_axis(axes: Axes, which: str, ticks: Mapping[float, str]) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(FixedFormatter(list(ticks.values())))


def _draw_pair(axes: Axes, pair: Mapping[str, Any]) -> None:
    """The quarter of the plane in which two parameters were moved, with the line on which the margin is 0."""
    first, second = (np.array(each) for each in pair["scores"])
    signs = np.array(pair["signs"])
    for i, x in enumerate(first):
        for j, y in enumerate(second):
            axes.plot([x], [y], "s", ms=15.0, color=_COLOURS[int(signs[i, j])], zorder=1.0)
    for (x, y), (u, v) in pair["line"]:
        axes.plot([x, u], [y, v], color=VERMILLION, lw=1.8, zorder=2.0)
    axes.plot([first[0]], [second[0]], "o", ms=5.0, color=BLACK, zorder=3.0)
    at = pair["at"]
    axes.plot([at["scores"][0]], [at["scores"][1]], "D", ms=5.0, color=VERMILLION, zorder=3.0)
    axes.set_title(f"turns at {amount(at['values'][0])} and {amount(at['values'][1])}", fontsize=8.0, color=VERMILLION)
    for which, scores, values, path in zip("xy", (first, second), pair["values"], pair["paths"], strict=True):
        _quantile_axis(axes, which, {float(s): amount(v) for s, v in zip(scores[::2], values[::2], strict=True)})
        label = path_label(path, 30)
        (axes.set_xlabel if which == "x" else axes.set_ylabel)(label, fontsize=7.5, parse_math=False)
        margin = 0.12 * (scores.max() - scores.min())
        limits = scores.min() - margin, scores.max() + margin
        (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)
    axes.tick_params(labelsize=7.0)
