"""What the answer depends on: sensitivity that can be read without a manual.

At the left how much of the variance each parameter explains, at the right which way it moves the
outcome. What cannot be told apart from nothing is grey.

What that is told apart from depends on the method. Sobol' indices of real parameters are from runs on common
draws, so that their noise is far below that of the dummy, which has draws of its own: the interval of each says
whether it is above 0. Effects of Morris and distances of PAWN have noise in them, which the dummy shows where the
study does not say for each parameter whether it is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.estimate import Estimate, format_mean, format_percent, format_share, number_of
from sim.plots.outcomes import in_words
from sim.plots.shares import axis_limits
from sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SKY,
    VERMILLION,
    as_written,
    label,
    new_figure,
    number_axis,
    path_label,
    percent_axis,
    styled,
)

#: Parameters that a page has room for.
MOST = 15
_ROW = 0.3  # inches
_AXIS = 0.95


@dataclass(frozen=True)
class _Method:
    """What a method's bars are, and how to read them."""

    measure: str
    axis: str
    reads: str
    dummy: str = "noise floor"
    apart: str = "noise"
    has_noise: bool = True


_METHODS = {
    "sobol": _Method(
        "total",
        "share of the variance explained",
        "Left: how much of the spread between parameter values each parameter explains, by itself and with others.",
        "dummy, without common draws",
        "0",
        has_noise=False,
    ),
    "morris": _Method(
        "mu_star",
        "mean size of an elementary effect (μ*)",
        "Left: how far the outcome moves when one parameter alone is moved, on average over where the others stand.",
    ),
    "pawn": _Method(
        "median",
        "median distance (Kolmogorov–Smirnov)",
        "Left: how far fixing a parameter moves the whole distribution of the outcome; 0 is not at all.",
    ),
}


@styled
def tornado_figure(data: Mapping[str, Any], outcome: str) -> Figure:
    """Draw how much each parameter matters for an outcome, and which way.

    Parameters
    ----------
    data : mapping
        As ``pactsim sensitivity --json`` has it: ``title``, ``method``, ``base``, ``runs_per_point``,
        ``runs`` and ``outcomes``. The factors of an outcome have indices with ``value``, ``low``
        and ``high``: ``first`` and ``total`` for Sobol', ``mu_star`` and ``sigma`` for Morris, ``median`` for
        PAWN. Its ``dummy`` has the same, and ``effects`` the outcome in the lowest and highest fifth
        of each parameter.
    outcome : str
        Which one.

    Returns
    -------
    Figure
        At most 15 parameters, those that matter most at the top.
    """
    found, method = data["outcomes"][outcome], _METHODS[data["method"]]
    ranked = sorted(found["factors"], key=lambda factor: -_value(factor, method.measure))
    shown = ranked[:MOST]
    noise = noise_floor(found.get("dummy"), method.measure)
    floor = noise if method.has_noise else None
    effects = {effect["path"]: effect for effect in found.get("effects") or ()}
    second = data["method"] == "morris" or any(factor["path"] in effects for factor in shown)
    subtitle = f"{_begin(outcome)}: {_mean(found)}{_variance(found)}"
    subtitle += f" {method.reads}"
    if len(ranked) > len(shown):
        top = _value(ranked[MOST], method.measure)
        subtitle += f" Not drawn: {number_of(len(ranked) - MOST, 'parameter')}, each at most {max(top, 0.001):.2g}."
    height = _AXIS + _ROW * max(len(shown), 2)
    figure = new_figure(height, data.get("title") or "Sensitivity", subtitle, _foot(data), _key(data, effects))
    panels = figure.subplots(1, 1 + second, sharey=True, squeeze=False, width_ratios=[3, 2] if second else [1])[0]
    _draw_measures(panels[0], shown, method, noise, floor)
    if second and data["method"] == "morris":
        _draw_sigma(panels[1], shown)
    elif second:
        faint = {factor["path"] for factor in shown if _is_faint(factor, method, floor)}
        _draw_effects(panels[1], shown, effects, found.get("mean"), faint)
    return figure


def _begin(outcome: str) -> str:
    words = in_words(outcome)
    return words[:1].upper() + words[1:]


def _mean(found: Mapping[str, Any]) -> str:
    if not found.get("mean"):
        return "no mean."
    return f"{_written(found['mean'])} over all points."


def _written(estimate: Mapping[str, Any]) -> str:
    write = format_share if "hits" in estimate else format_mean
    return write(Estimate.from_dict(dict(estimate)))


def _variance(found: Mapping[str, Any]) -> str:
    """Say how much of the variance of single runs is due to parameters, and how much to chance."""
    parts = {name: max(part or 0.0, 0.0) for name, part in (found.get("variance") or {}).items()}
    whole = sum(parts.values())
    if not whole or "parameters" not in parts:
        return ""
    share = format_percent(parts["parameters"] / whole)
    return f" Parameters make {share}\u00a0% of the variance of runs, chance and what does not vary the rest."


def _value(factor: Mapping[str, Any], measure: str) -> float:
    return float((factor.get(measure) or {}).get("value") or 0.0)


def noise_floor(dummy: Mapping[str, Any] | None, measure: str) -> tuple[float, float, float] | None:
    """Give the index of a parameter that does nothing.

    Parameters
    ----------
    dummy : mapping or None
        Its indices.
    measure : str
        Which of them.

    Returns
    -------
    tuple or None
        Value, low and high; None where there is no dummy.

    Examples
    --------
    >>> noise_floor({"total": {"value": 0.01, "low": -0.01, "high": 0.03}}, "total")
    (0.01, -0.01, 0.03)
    """
    index = (dummy or {}).get(measure)
    if not index or index["value"] is None:
        return None
    value = float(index["value"])
    low, high = (value if index.get(end) is None else float(index[end]) for end in ("low", "high"))
    return value, low, high


def is_noise(index: Mapping[str, Any], noise: tuple[float, float, float] | None) -> bool:
    """Whether an index is not told apart from the noise floor: its interval reaches down to it, or to 0.

    Parameters
    ----------
    index : mapping
        With ``value``, ``low`` and ``high``.
    noise : tuple or None
        As `noise_floor` gives it; None where the interval of the index says all.

    Returns
    -------
    bool
        True too where it has no value.

    Examples
    --------
    >>> floor = (0.01, -0.01, 0.03)
    >>> [is_noise({"value": 0.2, "low": low, "high": 0.4}, floor) for low in (0.1, 0.02)]
    [False, True]
    """
    if index.get("value") is None:
        return True
    low = index["value"] if index.get("low") is None else index["low"]
    return bool(low <= max(noise[2] if noise else 0.0, 0.0))


def _is_faint(factor: Mapping[str, Any], method: _Method, floor: tuple[float, float, float] | None) -> bool:
    """Whether a parameter is grey: as the study's own sentences say, or else by its index."""
    if factor.get("told_apart") is not None:
        return not factor["told_apart"]
    return is_noise(factor.get(method.measure) or {}, floor)


def _foot(data: Mapping[str, Any]) -> str:
    parts = [f"method {data['method']}"]
    if data.get("base"):
        parts.append(f"base {data['base']:,}")
    parts += [f"{number_of(data['runs_per_point'], 'run')} per point", f"{number_of(data['runs'], 'run')} in all"]
    return " · ".join([*parts, *([f"seed {data['seed']}"] if "seed" in data else [])])


def _key(data: Mapping[str, Any], effects: Mapping[str, Any]) -> list[Artist]:
    if data["method"] == "sobol":
        marks: list[Artist] = [
            Patch(fc=BLUE, ec=BLUE, label="by itself"),
            Patch(fc="#CFE3F0", ec=BLUE, hatch="////", label="with others"),
        ]
    else:
        marks = [Patch(fc=BLUE, ec=BLUE, label="told apart from noise")]
    marks.append(Patch(fc=PALE, ec=GREY, label=f"not told apart from {_METHODS[data['method']].apart}"))
    if effects and data["method"] != "morris":
        marks.append(Line2D([], [], color=SKY, marker="o", ms=6.0, ls="", label="lowest fifth"))
        marks.append(Line2D([], [], color=ORANGE, marker="o", ms=6.0, ls="", label="highest fifth"))
    return marks


def _draw_measures(
    axes: Axes,
    factors: Sequence[Mapping[str, Any]],
    method: _Method,
    noise: tuple[float, float, float] | None,
    floor: tuple[float, float, float] | None,
) -> None:
    if noise:
        axes.axvspan(noise[1], noise[2], color=VERMILLION, alpha=0.12, lw=0, zorder=0.6)
        axes.axvline(noise[0], color=VERMILLION, lw=1.2, ls=(0, (4, 3)), zorder=3.0)
        axes.annotate(
            method.dummy, (noise[2], 1.0), xycoords=axes.get_xaxis_transform(), xytext=(3, 3),
            textcoords="offset points", color=VERMILLION, fontsize=7.5, va="bottom",
        )  # fmt: skip
    axes.axvline(0.0, color=BLACK, lw=0.8, zorder=2.0)
    for place, factor in enumerate(factors):
        _draw_bar(axes, place, factor, method.measure, _is_faint(factor, method, floor))
    if not factors:
        axes.text(0.5, 0.5, "no parameter varied", transform=axes.transAxes, ha="center", color=GREY, style="italic")
    names = [path_label(factor.get("label") or factor["path"], 38) for factor in factors]
    ticks = axes.set_yticks(range(len(factors)), names)
    as_written(tick.label1 for tick in ticks)
    for tick, factor in zip(ticks, factors, strict=True):
        tick.label1.set_color(GREY if _is_faint(factor, method, floor) else BLACK)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(max(len(factors), 2) - 0.4, -0.6)
    low, high = _reach(factors, method.measure, noise)
    number_axis(axes, "x", low, high, False)
    axes.set_xlabel(method.axis)


def _reach(
    factors: Sequence[Mapping[str, Any]], measure: str, noise: tuple[float, float, float] | None
) -> tuple[float, float]:
    ends = [0.0, *(noise or ())]
    for factor in factors:
        for of in (measure, "first") if measure == "total" else (measure,):
            ends += [end for end in (factor.get(of) or {}).values() if isinstance(end, int | float)]
    low, high = min(ends), max(ends)
    if measure == "total":  # a share above 1 is sampling error, and an axis that long would hide all others
        high = min(high, max(1.1, *(_value(factor, measure) for factor in factors), 0.0))
    margin = 0.05 * (high - low) or 0.05
    return low - margin * (low < 0.0), high + margin


def _draw_bar(axes: Axes, place: int, factor: Mapping[str, Any], measure: str, noise: bool) -> None:
    index = factor.get(measure) or {}
    if index.get("value") is None:
        axes.text(0.0, place, " no index", color=GREY, style="italic", fontsize=8.5, va="center_baseline")
        return
    whole = float(index["value"])
    solid = float((factor.get("first") or {}).get("value") or 0.0) if measure == "total" else whole
    solid = min(max(solid, 0.0), max(whole, 0.0)) if measure == "total" else solid
    edge = GREY if noise else BLUE
    axes.barh(place, whole, 0.62, fc=PALE if noise else "#CFE3F0", ec=edge, hatch="" if noise else "////", lw=0.8)
    if solid > 0.0:
        axes.barh(
            place, solid, 0.62, fc="#BDBDBD" if noise and measure == "total" else PALE if noise else BLUE, ec=edge
        )
    if index.get("low") is not None and index.get("high") is not None:
        axes.plot([index["low"], index["high"]], [place, place], color=BLACK, lw=1.2, zorder=3.0)


def _draw_sigma(axes: Axes, factors: Sequence[Mapping[str, Any]]) -> None:
    """How much an effect depends on where the others stand."""
    for place, factor in enumerate(factors):
        sigma, size = _value(factor, "sigma"), _value(factor, "mu_star")
        axes.plot([0.0, sigma], [place, place], color=GREY, lw=1.2)
        axes.plot([sigma], [place], "o", ms=5.5, color=BLUE if sigma <= size else ORANGE)
    axes.set_xlim(0.0, 1.08 * max((_value(factor, "sigma") for factor in factors), default=0.0) or 1.0)
    axes.xaxis.set_major_formatter(lambda number, _: f"{number:.6g}")
    axes.set_xlabel("spread of the effect (σ); orange:\nabove μ*, so it depends on where\nit and the others stand")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def _draw_effects(
    axes: Axes,
    factors: Sequence[Mapping[str, Any]],
    effects: Mapping[str, Mapping[str, Any]],
    mean: Mapping[str, Any] | None,
    faint: set[str],
) -> None:
    """The outcome in the lowest and the highest fifth of each parameter."""
    pairs = [(place, effects[factor["path"]]) for place, factor in enumerate(factors) if factor["path"] in effects]
    ends = [Estimate.from_dict(dict(effect[end])) for _, effect in pairs for end in ("at_low", "at_high")]
    share = all(estimate.hits is not None for estimate in ends)
    middle = Estimate.from_dict(dict(mean)) if mean else None
    known = [*ends, *([middle] if middle and middle.value else [])]
    if share:
        percent_axis(axes, "x", *_tight(known))
        if axes.get_xscale() == "linear":
            axes.xaxis.set_major_locator(MaxNLocator(4))
    else:
        values = [e.value for e in known if e.value is not None] or [0.0]
        margin = 0.08 * (max(values) - min(values)) or 1.0
        number_axis(axes, "x", min(values) - margin, max(values) + margin, False)
    axes.minorticks_off()
    if middle and middle.value:
        axes.axvline(middle.value, color=GREY, lw=0.9, ls=(0, (4, 3)), zorder=0.7)
    start = axes.get_xlim()[0]
    for place, effect in pairs:
        low, high = (Estimate.from_dict(dict(effect[end])) for end in ("at_low", "at_high"))
        places = [_at(estimate, start) for estimate in (low, high)]
        there = [at for at in places if at is not None]
        alpha = 0.45 if effect["path"] in faint else 1.0
        axes.plot(there, [place] * len(there), color=GREY, lw=1.6, zorder=1.5, alpha=alpha)
        for estimate, at, colour in zip((low, high), places, (SKY, ORANGE), strict=True):
            if at is not None:  # where no run had it, a hollow triangle stands at the bound
                shape, face = ("<", "white") if estimate.hits == 0 else ("o", colour)
                axes.plot([at], [place], shape, ms=6.0, mec=colour, mfc=face, mew=1.3, clip_on=False, alpha=alpha)
        for end, at in zip(("low_end", "high_end"), places, strict=True):
            if isinstance(effect[end], str) and at is not None:  # words have no fifths: say which
                axes.annotate(
                    label(effect[end], 18, 1), (at, place), xytext=(0, 5), textcoords="offset points", fontsize=7.0,
                    ha="center", va="bottom", color=GREY, parse_math=False,
                )  # fmt: skip
    axes.set_xlabel("which way: the outcome where\nthe parameter is low, and high")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def _at(estimate: Estimate, start: float) -> float | None:
    if estimate.value is None:
        return None
    return max(estimate.high or 0.0 if estimate.hits == 0 else estimate.value, start)


def _tight(estimates: Sequence[Estimate]) -> tuple[float, float, bool]:
    """Limits of an axis of shares; linear unless they are far apart."""
    values = [at for at in (_at(estimate, 0.0) for estimate in estimates) if at]
    if not values:
        return 0.0, 1.02, False
    if max(values) > 30.0 * min(values):
        return axis_limits(estimates)
    low, high = min(values), max(values)
    margin = 0.1 * (high - low) or 0.2 * high
    never = any(estimate.hits == 0 for estimate in estimates)
    return (0.0 if never or low < 0.5 * high else max(0.0, low - margin)), min(high + margin, 1.02), False
