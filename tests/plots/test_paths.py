"""The figure of typical paths by its structure: stages at their weeks, shares with their intervals, all in words."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.colors import to_hex

from sim.estimate import share
from sim.plots.paths import _apart, paths_figure
from sim.plots.style import BLACK, GREEN, VERMILLION, render, settle
from tests.plots.studies import LONG, NASTY, written

KINDS = ("force", "armed attack", "state of war", "major war", "nuclear use", "entry", "tripwire", "clause", "rung")


def step(what: str, week: float, who: str = "DPRK", against: str = "ROK", **more: Any) -> dict[str, Any]:
    return {
        "what": what, "who": who, "against": against, "for": "", "rung": "clash", "cause": "choice", "detail": "",
        "week_median": week, "week_low": max(week - 2.0, 0.0), "week_high": week + 5.0, "weeks_since": 1.0,
        "text": f"the {who} does something to the {against} that amounts to {what}", **more,
    }  # fmt: skip


def made(paths: int = 3, steps: int = 4, names: tuple[str, str] = ("DPRK", "ROK")) -> dict[str, Any]:
    """Paths that become rarer and rarer, with stages of every kind in turn."""
    weights = [0.6**k for k in range(paths)]
    found = []
    for place, weight in enumerate(weights):
        part = weight / sum(weights)
        stages = [step(KINDS[(place + k) % len(KINDS)], 3.0 * k + place, *names) for k in range(steps)]
        text = "; ".join(stage["text"] for stage in stages)
        found.append({"share": part, "low": 0.6 * part, "high": min(1.4 * part, 1.0), "n": round(200 * part),
                      "steps": stages, "text": text, "example": {"draw": 3, "turns": [[4, 1]]}})  # fmt: skip
    event = {"column": "t_nuclear", "at_least": 0, "words": "nuclear weapons are used"}
    return {"event": event, "detail": 2, "paths": found, "marginals": [], "replayed": 200, "seed": 7,
            "title": "Korea as of November 2026"}  # fmt: skip


def marks(axes: Any) -> list[tuple[float, str]]:
    """Weeks and colours of the numbered marks, in the order in which they are drawn."""
    drawn = [line for line in axes.lines if line.get_zorder() == 3.0]
    return [(float(line.get_xdata()[0]), to_hex(line.get_color()).upper()) for line in drawn]


def test_stages_stand_at_their_median_weeks_in_the_colour_of_what_they_are() -> None:
    data = made(1)
    data["paths"][0]["steps"] = [step("state of war", 3.0), step("entry", 10.0), step("nuclear use", 20.0)]
    axes = paths_figure(data).axes[0]
    assert marks(axes) == [(3.0, VERMILLION), (10.0, GREEN), (20.0, BLACK)]
    spreads = [list(line.get_xdata()) for line in axes.lines if line.get_lw() == 3.0]
    assert spreads == [[1.0, 8.0], [8.0, 15.0], [18.0, 25.0]]
    assert axes.get_xlim()[1] >= 25.0


def test_marks_of_one_week_stand_apart_and_are_tied_to_it() -> None:
    data = made(1)
    data["paths"][0]["steps"] = [step(what, 9.0) for what in ("force", "state of war", "tripwire", "entry")]
    axes = paths_figure(data).axes[0]
    weeks = [week for week, _ in marks(axes)]
    assert all(after - before > 0.03 * axes.get_xlim()[1] for before, after in zip(weeks, weeks[1:], strict=False))
    assert [line.get_xdata()[0] for line in axes.lines if line.get_zorder() == 1.5] == [9.0] * 4


@pytest.mark.parametrize("weeks", [[0.0] * 5, [99.0, 99.0, 99.5, 100.0], [0.0, 1.0, 50.0, 50.0, 100.0]])
def test_marks_keep_their_order_and_stay_on_the_line(weeks: list[float]) -> None:
    places = _apart(weeks, 100.0)
    assert all(after - before >= 3.4 - 1e-9 for before, after in zip(places, places[1:], strict=False))
    assert places[0] >= 0.0
    assert places[-1] <= 100.0


def test_words_have_the_numbers_of_the_marks_and_their_weeks() -> None:
    data = made(1)
    data["paths"][0]["steps"] = [step("force", 3.0), step("entry", 3.0), step("nuclear use", 12.0)]
    said = " ".join(written(paths_figure(data))).replace("\u00a0", " ")
    assert "(1) week 3: the DPRK does something" in said
    assert "(2) the DPRK" in said, "a week is not said twice"
    assert "(3) week 12: the DPRK" in said


def test_shares_have_bars_intervals_and_numbers() -> None:
    data = made(3)
    axes = paths_figure(data).axes[1]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([path["share"] for path in data["paths"]])
    ends = [tuple(line.get_xdata()) for line in axes.lines]
    assert ends == [(path["low"], path["high"]) for path in data["paths"]]
    said = [text.get_text() for text in axes.texts]
    assert said[:2] == ["51 %", "102 runs"]


def test_a_share_without_an_interval_is_drawn_without_one() -> None:
    data = made(1)
    data["paths"][0] |= {"share": 1.0, "low": None, "high": None}
    axes = paths_figure(data).axes[1]
    assert not axes.lines
    assert axes.texts[0].get_text() == "100 %"


def test_the_head_says_the_event_and_what_is_not_drawn() -> None:
    data = made(15)
    said = " ".join(written(paths_figure(data)))
    assert "How it comes about that nuclear weapons are used" in said
    rest = sum(path["share"] for path in data["paths"][12:])
    assert f"Not drawn: 3 rarer paths, {100 * rest:.0f} % together" in said
    assert "200 runs replayed" in said
    data["probability"] = share(12, 100_000).as_dict()
    assert "nuclear weapons are used (0.012 %)" in " ".join(written(paths_figure(data)))


def test_the_key_has_what_is_drawn_and_no_more() -> None:
    data = made(1)
    data["paths"][0]["steps"] = [step("state of war", 3.0), step("entry", 10.0)]
    (key,) = paths_figure(data).legends
    assert [text.get_text() for text in key.get_texts()] == ["state of war", "an ally comes in"]


CASES = {
    "one path": made(1),
    "twelve": made(12),
    "more than there is room for": made(30, steps=9),
    "none": made(0) | {"replayed": 0},
    "no stage": made(1, steps=0) | {"title": ""},
    "long names": made(12, names=(LONG, LONG.replace("Sea", "Ice"))) | {"title": LONG * 4},
    "other letters": made(4, names=(NASTY[1], NASTY[2])),
    "from the first week": made(2, steps=1),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_off(name: str, inside: Any) -> None:
    inside(paths_figure(CASES[name]))


def test_words_do_not_run_into_the_shares() -> None:
    figure = paths_figure(made(12, names=(LONG, LONG.replace("Sea", "Ice"))))
    settle(figure)
    render(figure, "png", {}, dpi=50.0)
    times, shares = figure.axes
    edge = shares.get_window_extent().x0
    assert all(text.get_window_extent().x1 < edge for text in times.texts)
