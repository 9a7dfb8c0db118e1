"""The typical ways to an event: a line of time for each path, with its stages, in words and with its share."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.estimate import Estimate, format_share, number_of
from sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
    as_written,
    new_figure,
    number_axis,
    percent_axis,
    styled,
)

#: Paths that a page has room for, lines of words of each, and letters of a line.
_PATHS, _LINES, _LETTERS = 12, 6, 92
#: Heights (inches): of a line of words, of a line of time with its marks, and of the gap below it.
_WORDS, _TIME, _GAP, _AXIS = 0.155, 0.42, 0.13, 0.55
#: How far above the line of time marks stand (inches), and how many spreads fit below each other.
_ABOVE, _SPREADS = 0.13, 4
#: Width of a mark, as a share of the line of time.
_MARK = 0.034


@dataclass(frozen=True)
class _Look:
    """Colour, mark and name in the key of a kind of stage, and the colour of its number."""

    colour: str
    mark: str
    name: str
    number: str = "white"


_LOOKS = {
    "rung": _Look("#BDBDBD", "o", "another rung", BLACK),
    "force": _Look(YELLOW, "o", "force", BLACK),
    "armed attack": _Look(ORANGE, "o", "armed attack", BLACK),
    "state of war": _Look(VERMILLION, "o", "state of war"),
    "major war": _Look(PURPLE, "o", "major war"),
    "nuclear use": _Look(BLACK, "o", "nuclear use"),
    "entry": _Look(GREEN, "s", "an ally comes in"),
    "tripwire": _Look(BLUE, "D", "an ally's forces are struck"),
    "clause": _Look(SKY, "s", "a clause binds", BLACK),
}


@dataclass(frozen=True)
class _Block:
    """What is drawn of one path: its words in lines, and where its line of time stands (inches from the top)."""

    path: Mapping[str, Any]
    lines: list[str]
    top: float

    @property
    def time(self) -> float:
        return self.top + _WORDS * len(self.lines) + 0.6 * _TIME

    @property
    def end(self) -> float:
        return self.top + _WORDS * len(self.lines) + _TIME + _GAP


@styled
def paths_figure(data: Mapping[str, Any]) -> Figure:
    """Draw the most frequent paths to an event.

    Parameters
    ----------
    data : mapping
        As `sim.experiments.ways.paths.typical_paths` gives it: ``event``, ``paths`` and ``replayed``. ``title``,
        ``seed`` and ``probability``, an estimate, are written where they are there.

    Returns
    -------
    Figure
        At most 12 paths, the most frequent at the top.
    """
    shown = list(data["paths"])[:_PATHS]
    blocks = _blocks(shown)
    height = _AXIS + (blocks[-1].end if blocks else 0.4)
    figure = new_figure(height, data.get("title") or "Typical paths", _subtitle(data, shown), _foot(data), _key(shown))
    times, shares = figure.subplots(1, 2, sharey=True, width_ratios=[3.6, 1])
    last = max((step["week_high"] for path in shown for step in path["steps"]), default=0.0)
    number_axis(times, "x", 0.0, 1.06 * max(last, 4.0), False)
    times.set_xlabel("weeks from the start")
    for number, block in enumerate(blocks, 1):
        _draw_path(times, block, number)
        _draw_share(shares, block)
    for axes in (times, shares):
        axes.set_ylim(blocks[-1].end if blocks else 1.0, 0.0)
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
    top = max((path["share"] if path["high"] is None else path["high"] for path in shown), default=1.0)
    percent_axis(shares, "x", 0.0, min(1.0, 1.05 * top), False)
    shares.xaxis.set_major_locator(MaxNLocator(3))
    shares.set_xlabel("share of the\nprobability")
    return figure


def _blocks(shown: Sequence[Mapping[str, Any]]) -> list[_Block]:
    found: list[_Block] = []
    for path in shown:
        found.append(_Block(path, _numbered(path), found[-1].end if found else 0.0))
    return found


def _numbered(path: Mapping[str, Any]) -> list[str]:
    """The words of a path in lines, each stage after its number, and with its week where it is another one."""
    if not path["steps"]:
        return [path["text"]]
    parts: list[str] = []
    before = None
    for number, step in enumerate(path["steps"], 1):
        week = "" if step["week_median"] == before else f"week\u00a0{step['week_median']:.3g}: "
        parts.append(f"({number})\u00a0{week}{step['text']}")
        before = step["week_median"]
    return textwrap.wrap("; ".join(parts), _LETTERS, max_lines=_LINES, placeholder=" …")


def _subtitle(data: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> str:
    what = f"How it comes about that {data['event']['words']}"
    if data.get("probability"):
        what += f" ({format_share(Estimate.from_dict(dict(data['probability'])))})"
    if not shown:
        return f"{what}: it did in no run."
    words = f"{what}: paths by their share of that probability. Numbers: stages at their median week; thick lines: the "
    words += "middle half of weeks; bars at the right: shares with 95 % intervals."
    rest = list(data["paths"])[len(shown) :]
    if rest:
        share = sum(path["share"] for path in rest)
        words += f" Not drawn: {number_of(len(rest), 'rarer path')}, {100.0 * share:.0f} % together."
    return words


def _foot(data: Mapping[str, Any]) -> str:
    replayed = number_of(data["replayed"], "run") + " replayed"
    alike = "a path: runs alike in all that is named here but the dates"
    return " · ".join([replayed, alike, *([f"seed {data['seed']}"] if "seed" in data else [])])


def _key(shown: Sequence[Mapping[str, Any]]) -> list[Line2D]:
    met = {step["what"] for path in shown for step in path["steps"]}
    return [
        Line2D([], [], color=look.colour, marker=look.mark, ms=7.0, mec=GREY, mew=0.6, ls="", label=look.name)
        for what, look in _LOOKS.items()
        if what in met
    ]


def _draw_path(axes: Axes, block: _Block, number: int) -> None:
    if number > 1:
        axes.axhline(block.top - 0.4 * _GAP, color=PALE, lw=0.7, clip_on=False)
    across = axes.get_yaxis_transform()
    for at, line in enumerate(block.lines):
        axes.text(0.0, block.top + _WORDS * (at + 0.5), line, transform=across, fontsize=7.8, va="center",
                  parse_math=False)  # fmt: skip
    axes.text(-0.012, block.time, str(number), transform=across, color=GREY, fontsize=9.0, weight="bold", ha="right",
              va="center")  # fmt: skip
    right = axes.get_xlim()[1]
    axes.plot([0.0, right], [block.time, block.time], color=PALE, lw=1.0, zorder=0.5)
    steps = block.path["steps"]
    places = _apart([step["week_median"] for step in steps], right)
    for number, (step, place) in enumerate(zip(steps, places, strict=True)):
        _draw_stage(axes, step, place, block.time, number)


def _draw_stage(axes: Axes, step: Mapping[str, Any], place: float, time: float, number: int) -> None:
    """A stage's mark above the line of time, tied to its median week, and the middle half of its weeks below."""
    look, week = _LOOKS[step["what"]], step["week_median"]
    below = time + 0.04 * (number % _SPREADS)
    axes.plot([step["week_low"], step["week_high"]], [below, below], color=look.colour, lw=3.0, solid_capstyle="butt",
              zorder=1.0)  # fmt: skip
    axes.plot([week, place], [below, time - _ABOVE], color=GREY, lw=0.8, zorder=1.5)
    axes.plot([week], [below], ".", ms=3.0, color=BLACK, zorder=2.0)
    axes.plot([place], [time - _ABOVE], look.mark, ms=8.5 if look.mark == "D" else 10.0, color=look.colour, mec=GREY,
              mew=0.6, zorder=3.0, clip_on=False)  # fmt: skip
    axes.text(place, time - _ABOVE, str(number + 1), color=look.number, fontsize=6.8, ha="center",
              va="center_baseline", zorder=4.0)  # fmt: skip


def _apart(weeks: Sequence[float], right: float) -> list[float]:
    """Places of marks: at their weeks, moved so that none hides another.

    Examples
    --------
    >>> _apart([0.0, 0.0, 50.0], 100.0)
    [0.0, 3.4, 50.0]
    """
    gap = _MARK * right
    places: list[float] = []
    for week in weeks:
        places.append(max(week, places[-1] + gap) if places else week)
    for at in range(len(places) - 1, -1, -1):
        most = places[at + 1] - gap if at + 1 < len(places) else right
        places[at] = min(places[at], most)
    return places


def _draw_share(axes: Axes, block: _Block) -> None:
    path = block.path
    axes.barh(block.time, path["share"], 0.16, color=BLUE, alpha=0.45, lw=0.0)
    if path["low"] is not None:
        axes.plot([path["low"], path["high"]], [block.time] * 2, color=BLACK, lw=1.2)
    estimate = Estimate(path["share"], path["low"], path["high"], path["n"], path["n"], "")
    written = format_share(estimate) if path["low"] is not None else f"{100.0 * path['share']:.0f} %"
    text = axes.text(0.0, block.time - 0.22, written, fontsize=8.0, va="center")
    runs = axes.text(0.0, block.time - 0.37, number_of(path["n"], "run"), fontsize=7.0, color=GREY, va="center")
    as_written([text, runs])
