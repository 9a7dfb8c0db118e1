"""What is different between scenarios: paired differences, in every world, and clause by clause.

All three figures are drawn from the JSON of ``pactsim compare``: a contrast is an outcome in two
scenarios, *a* and *b* in the order of ``between``, and its difference is *b* minus *a*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.estimate import FEW, number_of
from sim.plots.differences import (
    AXIS,
    Mark,
    Row,
    draw_differences,
    from_to,
    height,
    is_clear,
    is_share,
    key,
    mark,
    stack,
    unit_words,
)
from sim.plots.outcomes import in_words, readable
from sim.plots.style import BLACK, BLUE, GREY, ORANGE, VERMILLION, as_written, label, new_figure, styled, wrapped

#: The world in which nothing but the scenarios differs.
AS_WRITTEN = "as written"
#: Rows that a page has room for.
MOST = 25
#: Rows and headings, where outcomes have several rows.
_LINES = 32
#: Worlds that a page has room for.
_WORLDS = 40
#: Panels of attributions, and clauses in each.
_PANELS, _CLAUSES = 6, 12

Contrast = Mapping[str, Any]


@styled
def contrasts_figure(data: Mapping[str, Any]) -> Figure:
    """Draw paired differences with their intervals, a panel for what is given, such as an attack on a state.

    Parameters
    ----------
    data : mapping
        As ``pactsim compare --json`` has it: ``scenarios``, ``contrasts``, ``seed``,
        ``runs_per_point``, and
        ``asked`` for outcomes that must not be left out.

    Returns
    -------
    Figure
        Of the world as written; at most 25 rows.
    """
    drawn = chosen(data)
    left_out = sum(c["world"] == AS_WRITTEN for c in data["contrasts"]) - len(drawn)
    pairs = list(dict.fromkeys(_pair(c) for c in drawn))
    subtitle = (
        "Difference between runs on the same draws, with its 95\u00a0% Monte Carlo interval. "
        "At the right: from what to what."
    )
    if len(pairs) == 1:
        subtitle = f"{label(_minus(pairs[0]), 150, 1)}: {subtitle[0].lower()}{subtitle[1:]}"
    if left_out > 0:
        subtitle += f" Not drawn, as smaller or not told apart: {number_of(left_out, 'contrast')}."
    panels = _panels(drawn, len(pairs) > 1)
    heights = [height(stack(groups)[0]) for _, _, groups in panels]
    figure = new_figure(sum(heights) + (AXIS + 0.15) * max(len(panels), 1), _title(data), subtitle, _foot(data), key())
    axes = figure.subplots(max(len(panels), 1), 1, squeeze=False, height_ratios=heights or [1.0])
    for ax, (head, unit, groups) in zip(axes[:, 0], panels, strict=False):
        draw_differences(ax, groups, unit)
        ax.set_title(head, weight="bold", parse_math=False)
    if not panels:
        _say_nothing(axes[0, 0], "nothing was compared")
    return figure


def chosen(data: Mapping[str, Any]) -> list[Contrast]:
    """Choose the contrasts to draw: outcomes asked for, then clear differences, the largest first.

    Parameters
    ----------
    data : mapping
        As for `contrasts_figure`.

    Returns
    -------
    list
        Contrasts that fit a page, at most 25, in the world as written, shares before counts and the most important
        outcome first; those of one outcome in the order of the data.

    Examples
    --------
    >>> def contrast(outcome, low, high):
    ...     difference = {"value": (low + high) / 2, "low": low, "high": high}
    ...     return {"outcome": outcome, "world": "as written", "between": ["a", "b"],
    ...             "a": {"hits": 1}, "difference": difference}
    >>> rows = [contrast("war", -0.1, 0.2), contrast("force", 0.1, 0.2), contrast("entry", 0.3, 0.4)]
    >>> [c["outcome"] for c in chosen({"contrasts": rows})]
    ['entry', 'force', 'war']
    """
    asked = set(data.get("asked", ()))
    here = [c for c in data["contrasts"] if c["world"] == AS_WRITTEN]

    def _rank(contrast: Contrast) -> tuple[bool, bool, bool, float]:
        difference = contrast["difference"]
        return (
            contrast["outcome"] not in asked,
            not is_clear(difference),
            not is_share(contrast),
            -abs(difference["value"] or 0.0),
        )

    best = _that_fit(sorted(here, key=_rank))
    order = list(dict.fromkeys(_name(c) for c in best))
    kept = {id(c) for c in best}
    return sorted(
        (c for c in here if id(c) in kept), key=lambda c: (not is_share(c), "|" in _name(c)[0], order.index(_name(c)))
    )


def _that_fit(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """The first that a page has room for, with a heading for each outcome if there are several pairs."""
    if len({_pair(c) for c in contrasts}) == 1:
        return list(contrasts[:MOST])
    lines, kept, heads = 0, [], set()
    for contrast in contrasts[:MOST]:
        lines += 1 + (_name(contrast) not in heads)
        heads.add(_name(contrast))
        if lines > _LINES:
            break
        kept.append(contrast)
    return kept


def _name(contrast: Contrast) -> tuple[str, str]:
    return contrast["outcome"], contrast.get("rung") or ""


def _pair(contrast: Contrast) -> tuple[str, str]:
    a, b = contrast["between"]
    return a, b


def _minus(pair: tuple[str, str]) -> str:
    return f"{pair[1]} minus {pair[0]}"


def _panels(drawn: Sequence[Contrast], several: bool) -> list[tuple[str, str, dict[str, list[Row]]]]:
    """Heading, unit and rows of each panel; with several pairs, rows stand below their outcome."""
    panels: dict[tuple[str, bool], list[Contrast]] = {}
    for contrast in drawn:
        panels.setdefault((contrast["outcome"].partition("|")[2], is_share(contrast)), []).append(contrast)
    return [
        (_given(condition, share, contrasts), unit_words(share), _rows(contrasts, share, several))
        for (condition, share), contrasts in panels.items()
    ]


def _given(condition: str, share: bool, contrasts: Sequence[Contrast]) -> str:
    """Say what is given, and how few runs that rests on."""
    if not condition:
        return "In all runs" if share else "Counts per run"
    n = min(contrast[side]["n"] for contrast in contrasts for side in "ab")
    thin = ", thin" if n < FEW else ""
    given = wrapped(f"If {readable(condition)}", 50, 1)[0]
    return label(f"{given} ({number_of(n, 'run')} or more{thin})", 50, 2)


def _rows(contrasts: Sequence[Contrast], share: bool, several: bool) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for contrast in contrasts:
        outcome, rung = _name(contrast)
        said = readable(outcome.partition("|")[0]) + (f": {rung}" if rung else "")
        name = _minus(_pair(contrast)) if several else said
        row = Row(
            label(name, 44, 2 if several else 3),
            (mark(contrast["difference"], share),),
            from_to(contrast["a"], contrast["b"]),
        )
        groups.setdefault(label(said, 60, 1) if several else "", []).append(row)
    return groups


def _title(data: Mapping[str, Any]) -> str:
    """The title that all scenarios share, or their names."""
    titles = {(scenario.get("title") or "").strip() for scenario in _compared(data)}
    names = [scenario["name"] for scenario in _compared(data)]
    return (titles.pop() if len(titles) == 1 else "") or " against ".join([*names[1:], *names[:1]])


def _compared(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Scenarios that are compared, without those of other worlds and with clauses taken out."""
    return [scenario for scenario in data["scenarios"] if scenario["world"] == AS_WRITTEN]


def _foot(data: Mapping[str, Any]) -> str:
    scenarios = number_of(len(_compared(data)), "scenario")
    return f"{scenarios} · {number_of(data['runs_per_point'], 'run')} each, on the same draws · seed {data['seed']}"


def _say_nothing(axes: Axes, words: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", color=GREY, style="italic")


@styled
def worlds_figure(data: Mapping[str, Any], outcome: str, between: Sequence[str], rung: str = "") -> Figure:
    """Draw one difference in every world: theories of decision and positions of switches.

    Parameters
    ----------
    data : mapping
        As for `contrasts_figure`.
    outcome : str
        Which one.
    between : sequence of str
        Names of the two scenarios.
    rung : str
        For an outcome with a share for each rung: which.

    Returns
    -------
    Figure
        A row per world, the one as written first; marked where the sign is clear and another than there.
    """
    wanted = (outcome, rung, tuple(between))
    worlds = [c for c in data["contrasts"] if (*_name(c), _pair(c)) == wanted]
    worlds.sort(key=lambda c: c["world"] != AS_WRITTEN)
    sign = _sign(worlds[0]["difference"]) if worlds and worlds[0]["world"] == AS_WRITTEN else 0
    left_out = len(worlds) - _WORLDS
    if left_out > 0:  # those that change the answer stay
        kept = sorted(worlds, key=lambda c: (c["world"] != AS_WRITTEN, _sign(c["difference"]) * sign != -1))[:_WORLDS]
        worlds = [c for c in worlds if c in kept]
    share = not worlds or is_share(worlds[0])
    groups: dict[str, list[Row]] = {}
    for contrast in worlds:
        flips = _sign(contrast["difference"]) * sign == -1
        one = mark(contrast["difference"], share, VERMILLION if flips else BLUE)
        row = Row(label(contrast["world"], 44, 3), (one,), from_to(contrast["a"], contrast["b"]))
        groups.setdefault("", []).append(row)
    subtitle = (
        f"{label(_minus((between[0], between[1])), 150, 1)}, in every world: other theories of decision and positions "
        "of switches, all else as written. A conclusion that holds in few of them is one about them."
    )
    if left_out > 0:
        subtitle += f" Not drawn: {number_of(left_out, 'world')}."
    tall = height(stack(groups)[0])
    marks = key("95 % interval excludes 0", "it does not")
    if any(m.colour == VERMILLION for row in groups.get("", []) for m in row.marks):
        marks.insert(1, Line2D([], [], color=VERMILLION, marker="o", ms=5.5, label="excludes 0, with the other sign"))
    said = in_words(outcome, rung)
    figure = new_figure(tall + AXIS, said[:1].upper() + said[1:], subtitle, _foot(data), marks)
    axes = figure.add_subplot()
    if not worlds:
        _say_nothing(axes, "nothing was compared")
        return figure
    draw_differences(axes, groups, unit_words(share))
    first = worlds[0]["difference"]
    if worlds[0]["world"] == AS_WRITTEN and first["value"] is not None:
        at = first["value"] * (100.0 if share else 1.0)
        axes.axvline(at, color=GREY, lw=0.9, ls=(0, (4, 3)), zorder=0.7)
    return figure


def _sign(difference: Mapping[str, Any]) -> int:
    """Sign of a difference whose interval excludes 0; 0 of any other."""
    return (1 if difference["low"] > 0.0 else -1) if is_clear(difference) else 0


@styled
def attribution_figure(data: Mapping[str, Any]) -> Figure:
    """Draw what each clause of a treaty adds by itself, and what is lost without it.

    Parameters
    ----------
    data : mapping
        ``attribution`` of ``pactsim compare --by-clause --json`` beside ``scenarios``, ``seed``,
        ``runs_per_point`` and ``asked``. Both numbers of a clause are its share in the difference:
        ``added_alone`` is the first scenario with the clause minus that without, ``taken_out`` the
        second as it is minus that without the clause.

    Returns
    -------
    Figure
        A panel per outcome and pair, at most six, those that a treaty moves most first, each with the
        whole difference, its clauses, the largest first, and the rest.
    """
    asked = set(data.get("asked", ()))

    def _rank(one: Contrast) -> tuple[bool, bool, bool, float]:
        total = one["total"]
        return not is_clear(total), one["outcome"] not in asked, not total["value"], -abs(total["value"] or 0.0)

    shown = sorted(data["attribution"], key=_rank)[:_PANELS]
    panels = [_attribution_rows(one) for one in shown]
    subtitle = (
        "What a clause adds to the difference by itself, and what is lost when it alone is taken out; points with "
        "95\u00a0% Monte Carlo intervals. Where the two differ, clauses work together."
    )
    left_out = len(data["attribution"]) - len(shown)
    clauses = sum(max(len(one["clauses"]) - _CLAUSES, 0) for one in shown)
    if left_out or clauses:
        words = [number_of(n, noun) for n, noun in ((left_out, "outcome"), (clauses, "smaller clause")) if n]
        subtitle += f" Not drawn: {' and '.join(words)}."
    heights = [height(stack({"": rows})[0]) for rows in panels]
    figure = new_figure(
        sum(heights) + (AXIS + 0.15) * max(len(panels), 1), _title(data), subtitle, _foot(data), _clause_key()
    )
    axes = figure.subplots(max(len(panels), 1), 1, squeeze=False, height_ratios=heights or [1.0])
    for ax, one, rows in zip(axes[:, 0], shown, panels, strict=False):
        draw_differences(ax, {"": rows}, unit_words("hits" in one.get("a", {"hits": 0})))
        as_written([ax.set_title(label(f"{in_words(*_name(one))}: {_minus(_pair(one))}", 56, 3), weight="bold")])
    if not panels:
        _say_nothing(axes[0, 0], "no clause to take out")
    return figure


def _attribution_rows(one: Mapping[str, Any]) -> list[Row]:
    def size(clause: Mapping[str, Any]) -> float:
        found = (clause.get(of) or {} for of in ("added_alone", "taken_out"))
        return -max(abs(float(difference.get("value") or 0.0)) for difference in found)

    share = "hits" in one.get("a", {"hits": 0})
    rows = [Row("all of it", (_mark(one["total"], share, BLACK, "D"),))]
    for clause in sorted(one["clauses"], key=size)[:_CLAUSES]:
        pair = (("added_alone", BLUE, "o"), ("taken_out", ORANGE, "s"))
        marks = tuple(_mark(clause[of], share, colour, shape) for of, colour, shape in pair if clause.get(of))
        rows.append(Row(label(clause["clause"], 44, 3), marks))
    if one.get("rest"):
        rows.append(Row("rest: clauses together", (_mark(one["rest"], share, BLACK, "D"),)))
    return rows


def _mark(difference: Mapping[str, Any], share: bool, colour: str, shape: str) -> Mark:
    """As `mark`, but with its colour kept where 0 is inside, as it tells the two kinds apart."""
    made = mark(difference, share, colour, shape)
    return Mark(made.value, made.low, made.high, colour, shape, made.filled)


def _clause_key() -> list[Line2D]:
    kinds = ((BLUE, "o", "added alone"), (ORANGE, "s", "taken out alone"), (BLACK, "D", "all of it, and the rest"))
    marks = [Line2D([], [], color=colour, marker=shape, ms=5.0, label=words) for colour, shape, words in kinds]
    return [*marks, Line2D([], [], color=GREY, marker="o", ms=5.0, mfc="white", label="interval holds 0")]
