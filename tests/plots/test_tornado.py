"""The figure of sensitivity by its structure: order, noise floor, directions."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from sim.plots.style import BLACK, BLUE, GREY, ORANGE, SKY
from sim.plots.tornado import MOST, tornado_figure
from tests.plots.studies import sensitive, written


def bars(axes):
    """Place, length and colour of each bar, from the top down and the longest first."""
    found = [
        (p.get_y() + p.get_height() / 2, p.get_width(), to_hex(p.get_facecolor()).upper())
        for p in axes.patches
        if p.get_height() == pytest.approx(0.62)
    ]
    return sorted(found, key=lambda bar: (bar[0], -bar[1]))


def test_bars_are_total_and_first_order_with_their_intervals():
    axes = tornado_figure(sensitive(n=3), "war").axes[0]
    assert [length for _, length, _ in bars(axes)] == pytest.approx([0.6, 0.42, 0.33, 0.231, 0.1715, 0.12005])
    assert [colour for *_, colour in bars(axes)] == ["#CFE3F0", BLUE] * 3
    whiskers = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and line.get_lw() == 1.2]
    assert next(list(w) for w in whiskers if w[0] != w[1]) == pytest.approx([0.57, 0.63])


def test_parameters_are_sorted_and_what_is_noise_is_grey():
    data = sensitive(n=6)
    data["outcomes"]["war"]["factors"].reverse()
    axes = tornado_figure(data, "war").axes[0]
    labels = axes.get_yticklabels()
    assert labels[0].get_text() == "inadvertent.war_per_act"
    assert [label.get_color() == GREY for label in labels] == [False] * 5 + [True]
    low, high = axes.get_ylim()
    assert low > high, "the first stands at the top"


@pytest.mark.parametrize(("method", "grey"), [("sobol", False), ("morris", True), ("pawn", True)])
def test_the_dummy_is_the_yardstick_only_where_noise_is_in_the_measure(method, grey):
    data = sensitive(n=3, method=method)
    small = data["outcomes"]["war"]["factors"][2]
    # Above 0, but not above the dummy, whose interval ends at .02.
    for measure in ("total", "mu_star", "median"):
        small[measure] = {"value": 0.012, "low": 0.01, "high": 0.014}
    figure = tornado_figure(data, "war")
    assert figure.axes[0].get_yticklabels()[2].get_color() == (GREY if grey else BLACK)
    assert ("not told apart from noise" in written(figure)) is grey


def test_the_figure_greys_what_the_study_says_is_not_told_apart():
    data = sensitive(n=3, method="morris")
    for factor, apart in zip(data["outcomes"]["war"]["factors"], (False, True, True), strict=True):
        factor["told_apart"] = apart
        factor["mu_star"] = {"value": 0.015, "low": 0.01, "high": 0.02}
    labels = tornado_figure(data, "war").axes[0].get_yticklabels()
    assert [label.get_color() == GREY for label in labels] == [True, False, False]


def test_the_dummy_is_a_dashed_line_with_its_band():
    figure = tornado_figure(sensitive(), "war")
    (dashed,) = [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert list(dashed.get_xdata()) == [0.005, 0.005]
    (band,) = [p for p in figure.axes[0].patches if p.get_alpha() == 0.12]
    assert (band.get_x(), band.get_width()) == pytest.approx((-0.01, 0.03))
    assert "dummy, without common draws" in written(figure)
    assert "noise floor" in written(tornado_figure(sensitive(method="pawn"), "war"))
    data = sensitive()
    del data["outcomes"]["war"]["dummy"]
    assert "dummy, without common draws" not in written(tornado_figure(data, "war"))


def test_the_right_panel_says_which_way():
    data = sensitive(n=3)
    axes = tornado_figure(data, "war").axes[1]
    ends = data["outcomes"]["war"]["effects"]
    for key, colour in (("at_low", SKY), ("at_high", ORANGE)):
        points = [line for line in axes.lines if line.get_marker() == "o" and line.get_markeredgecolor() == colour]
        assert [p.get_xdata()[0] for p in points] == pytest.approx([effect[key]["value"] for effect in ends])
    assert all(text.get_text().endswith(" %") for text in axes.get_xticklabels() if text.get_text())


def test_ends_of_a_category_are_named():
    data = sensitive(n=2)
    data["outcomes"]["war"]["effects"][0] |= {"low_end": "1961", "high_end": "none"}
    axes = tornado_figure(data, "war").axes[1]
    assert [text.get_text() for text in axes.texts] == ["1961", "none"]


def test_never_is_a_bound_in_the_right_panel():
    axes = tornado_figure(sensitive(n=2, rate=0.0), "war").axes[1]
    hollow = [line for line in axes.lines if line.get_marker() == "<"]
    assert len(hollow) == 4
    assert {line.get_markerfacecolor() for line in hollow} == {"white"}


def test_many_parameters_fit_a_page():
    figure = tornado_figure(sensitive(n=30), "war")
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert len(labels) == len(set(labels)) == MOST == 15
    assert any("Not drawn: 15 parameters, each at most 0.001." in text for text in written(figure))
    assert figure.get_size_inches()[1] < 8.0


def test_a_sentence_says_what_is_due_to_chance():
    assert any(
        "Parameters make 15\u00a0% of the variance of runs" in t for t in written(tornado_figure(sensitive(), "war"))
    )
    data = sensitive()
    data["outcomes"]["war"]["variance"] = {}
    assert not any("of the variance of runs" in text for text in written(tornado_figure(data, "war")))


def test_morris_has_the_spread_of_effects_beside_their_size():
    data = sensitive("morris")
    left, right = tornado_figure(data, "war").axes
    factors = data["outcomes"]["war"]["factors"]
    assert "μ*" in left.get_xlabel()
    assert "σ" in right.get_xlabel()
    assert [length for _, length, _ in bars(left)][::2] == pytest.approx([f["mu_star"]["value"] for f in factors])
    spread = [line.get_xdata()[0] for line in right.lines if line.get_marker() == "o"]
    assert spread == pytest.approx([f["sigma"]["value"] for f in factors])
    assert left.get_xlim()[1] < 0.2, "the axis is that of μ*, not of the indices"


def test_pawn_has_medians():
    left, _ = tornado_figure(sensitive("pawn"), "war").axes
    assert "Kolmogorov–Smirnov" in left.get_xlabel()
    assert bars(left)[0][1] == pytest.approx(0.6)


@pytest.mark.parametrize("n", [0, 1, 30])
@pytest.mark.parametrize("method", ["sobol", "morris", "pawn"])
def test_hostile_sensitivity_is_drawn_inside_the_figure(n, method, inside):
    inside(tornado_figure(sensitive(method, n=n), "war"))


def test_an_index_that_is_not_there_is_said():
    data = sensitive(n=2)
    data["outcomes"]["war"]["factors"][1]["total"] = {"value": None, "low": None, "high": None}
    assert " no index" in written(tornado_figure(data, "war"))


def test_means_are_drawn_as_numbers():
    data = sensitive("pawn", n=2)
    found = data["outcomes"].pop("war")
    counts = [
        {"value": 3.0 + k, "low": 2.9 + k, "high": 3.1 + k, "n": 100, "method": "standard error"} for k in range(4)
    ]
    found["mean"] = counts[1]
    for effect, low, high in zip(found["effects"], counts[:2], counts[2:], strict=True):
        effect |= {"at_low": low, "at_high": high}
    figure = tornado_figure({**data, "base": None, "outcomes": {"incidents:clash": found}}, "incidents:clash")
    points = [line.get_xdata()[0] for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert points == [3.0, 5.0, 4.0, 6.0]
    assert not any(text.get_text().endswith("%") for text in figure.axes[1].get_xticklabels())
    assert not any("base" in text for text in written(figure))


def test_an_interval_far_above_1_does_not_stretch_the_axis():
    data = sensitive(n=2)
    data["outcomes"]["war"]["factors"][0]["total"]["high"] = 6.2
    assert 1.1 <= tornado_figure(data, "war").axes[0].get_xlim()[1] < 1.3
