"""Figures of comparisons by their structure: which rows, in which order, and what their colours say."""

from __future__ import annotations

import pytest

from sim.plots.contrasts import MOST, attribution_figure, chosen, contrasts_figure, worlds_figure
from sim.plots.differences import linear_piece
from sim.plots.style import BLUE, GREY, ORANGE, VERMILLION
from tests.plots.studies import NASTY, attributed, compared, hostile_contrasts, paired, written

ENTRY = "intervention:Russia:DPRK|attacked_at_war:DPRK"


def rows(axes):
    return [text.get_text().replace("\n", " ") for text in axes.get_yticklabels()]


def points(axes, shape="o"):
    """Marks of a shape, from the top down."""
    found = [line for line in axes.lines if line.get_marker() == shape and len(line.get_xdata()) == 1]
    return sorted(found, key=lambda line: line.get_ydata()[0])


def test_a_panel_for_what_is_given_with_the_largest_clear_difference_first():
    panels = contrasts_figure(compared()).axes
    assert [axes.get_title(loc="left").replace("\n", " ") for axes in panels] == [
        "In all runs", "If DPRK is attacked in a war (500 runs or more)", "Counts per run",
    ]  # fmt: skip
    assert rows(panels[0])[:3] == ["Russia enters for DPRK: arms", "peak rung: limited war", "Russia enters for DPRK"]
    assert rows(panels[1]) == ["Russia enters for DPRK", "China enters for DPRK"]
    assert panels[1].get_xlabel() == "difference (percentage points)"
    assert panels[2].get_xlabel() == "difference (per run)"


def test_points_stand_in_percentage_points_and_filled_where_the_interval_excludes_0():
    data = compared()
    axes = contrasts_figure(data).axes[1]
    assert [point.get_xdata()[0] for point in points(axes)] == pytest.approx([24.0, -1.0])
    assert [point.get_markerfacecolor() for point in points(axes)] == [BLUE, "white"]
    assert [point.get_markeredgecolor() for point in points(axes)] == [BLUE, GREY]
    (russia,) = [c for c in data["contrasts"] if c["outcome"] == ENTRY and c["world"] == "as written"]
    interval = next(line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_color() == BLUE)
    assert list(interval.get_xdata()) == pytest.approx(
        [100 * russia["difference"]["low"], 100 * russia["difference"]["high"]]
    )
    assert [text.get_text() for text in axes.texts] == ["14 % → 38 %", "31 % → 30 %"]


def test_differences_far_apart_have_an_axis_that_is_logarithmic_on_both_sides():
    first, second, _ = contrasts_figure(compared()).axes
    assert (first.get_xscale(), second.get_xscale()) == ("symlog", "linear")
    ticks = [text.get_text() for text in first.get_xticklabels()]
    assert ticks == ["−0.1", "−0.01", "−0.001", "0", "+0.001", "+0.01", "+0.1", "+1"]
    low, high = first.get_xlim()
    assert all(low <= point.get_xdata()[0] <= high for point in points(first))
    assert linear_piece([]) is None
    assert linear_piece([0.0, 0.0]) is None


def test_several_pairs_stand_below_their_outcome():
    axes = contrasts_figure(compared(("1961", "2000", "2024"))).axes[0]
    assert rows(axes)[:2] == ["2000 minus 1961", "2024 minus 1961"]
    heads = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert heads[0] == "Russia enters for DPRK: arms"
    assert len(heads) == len(set(heads))


def test_what_is_asked_for_is_drawn_and_the_rest_fits_a_page():
    data = hostile_contrasts()
    shown = chosen(data)
    assert len(shown) <= MOST
    assert set(data["asked"]) <= {c["outcome"] for c in shown}
    assert all(c["world"] == "as written" for c in shown)
    figure = contrasts_figure(data)
    left_out = sum(c["world"] == "as written" for c in data["contrasts"]) - len(shown)
    assert f"Not drawn, as smaller or not told apart: {left_out} contrasts." in " ".join(written(figure))
    assert "(12 runs or more, thin)" in " ".join(written(figure))
    assert any("nothing to compare" in text for text in written(figure))
    assert figure.get_size_inches()[1] < 17.0


def test_one_pair_fills_a_page_and_no_more():
    pairs = [paired(0.1, 0.1 + 0.001 * k, 1000, outcome=f"intervention:A{k}:B", between=["a", "b"]) for k in range(40)]
    shown = chosen({"contrasts": pairs})
    assert [c["outcome"] for c in shown] == [f"intervention:A{k}:B" for k in range(39, 39 - MOST, -1)]


def test_worlds_show_where_the_sign_is_another():
    figure = worlds_figure(compared(), ENTRY, ["2000", "2024"])
    (axes,) = figure.axes
    assert rows(axes)[0] == "as written"
    colours = {name: point.get_markeredgecolor() for name, point in zip(rows(axes), points(axes), strict=True)}
    assert colours == {
        "as written": BLUE,
        "theory=prospect": BLUE,
        "theory=best_reply": GREY,
        "theory=reciprocity": VERMILLION,
        "switch deterrence=none": BLUE,
        "switch emboldenment=full": GREY,
    }
    assert "excludes 0, with the other sign" in written(figure)
    assert figure.texts[0].get_text() == "Russia enters for DPRK, if DPRK is attacked in a war"


def test_worlds_that_change_the_answer_are_not_left_out():
    data = compared()
    data["contrasts"] = [paired(0.1, 0.3, 1000, outcome="war", between=["a", "b"])] + [
        paired(0.1, 0.3 if k < 60 else 0.02, 1000, outcome="war", between=["a", "b"]) | {"world": f"theory=t{k}"}
        for k in range(62)
    ]
    figure = worlds_figure(data, "war", ["a", "b"])
    assert len(rows(figure.axes[0])) == 40
    assert {"as written", "theory=t60", "theory=t61"} <= set(rows(figure.axes[0]))
    assert any("Not drawn: 23 worlds." in text for text in written(figure))


def test_clauses_have_both_numbers_the_largest_first():
    figure = attribution_figure(attributed(("Art. 8 arms", "Art. 4 assist")))
    first, second = figure.axes
    assert rows(first) == ["all of it", "Art. 8 arms", "Art. 4 assist", "rest: clauses together"]
    assert [point.get_xdata()[0] for point in points(first, "o")] == pytest.approx([19.2, 9.6])
    assert [point.get_xdata()[0] for point in points(first, "s")] == pytest.approx([13.44, 6.72])
    assert {point.get_markeredgecolor() for point in points(first, "s")} == {ORANGE}
    assert [point.get_xdata()[0] for point in points(second, "D")] == pytest.approx([-0.04, -0.004])
    many = attribution_figure(attributed((*NASTY, *(f"Art. {k}" for k in range(20)))))
    assert any("Not drawn: 22 smaller clauses." in text for text in written(many))


def test_the_foot_has_runs_per_scenario_and_what_is_compared_and_no_other_world():
    data = attributed()
    data["scenarios"] += [{**data["scenarios"][0], "name": "2024: without", "world": ""}] * 5
    for figure in (contrasts_figure(data), attribution_figure(data)):
        assert "2 scenarios · 100,000 runs each, on the same draws · seed 20261101" in written(figure)


def test_clauses_are_of_the_outcomes_that_the_treaty_moves():
    data = attributed()
    moved, small = data["attribution"]
    still = {**moved, "outcome": "force", "total": {"value": 0.0, "low": -0.1, "high": 0.1}}
    unclear = {**moved, "outcome": "nuclear_use", "total": {"value": 0.3, "low": -0.1, "high": 0.7}}
    data |= {"attribution": [still] * 6 + [unclear, small, moved], "asked": ["force", "nuclear_use", "war"]}
    titles = [axes.get_title("left").replace("\n", " ") for axes in attribution_figure(data).axes]
    assert [title.partition(":")[0] for title in titles[:4]] == [
        "war", "Russia enters for DPRK, if DPRK is attacked in a war", "nuclear use", "force",
    ]  # fmt: skip


def test_nothing_to_compare_is_said():
    empty = {**compared(), "contrasts": [], "attribution": []}
    assert "nothing was compared" in written(contrasts_figure(empty))
    assert "nothing was compared" in written(worlds_figure(empty, "war", ["a", "b"]))
    assert "no clause to take out" in written(attribution_figure(empty))


def test_clauses_are_shown_of_the_outcomes_that_the_treaty_moves_most_and_clearly():
    data = attributed()
    entry, war = data["attribution"]
    nothing = {"value": 0.0, "low": -0.01, "high": 0.01, "n": 500, "method": "paired"}
    still = [{**war, "outcome": f"nuclear_use_{k}", "total": nothing} for k in range(9)]
    vague = {**war, "total": {**war["total"], "low": -1.0, "high": 1.0}}
    asked = {**war, "outcome": "force"}
    figure = attribution_figure({**data, "asked": ["force"], "attribution": [*still, vague, entry, asked]})
    titles = [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]
    assert titles[:3] == [
        "force: 2024 minus none",
        "Russia enters for DPRK, if DPRK is attacked in a war: 2024 minus none",
        "war: 2024 minus none",
    ]
    assert any("Not drawn: 6 outcomes" in text for text in written(figure))
