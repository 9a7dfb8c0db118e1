"""Figures of sweeps by their structure: which figure for what varies, and that every point is where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import LogNorm

from sim.plots.style import BLUE, GREEN, VERMILLION
from sim.plots.sweep_data import read_sweep
from sim.plots.sweep_lines import central
from sim.plots.sweep_maps import colours_of, is_wide
from sim.plots.sweep_scatter import running_mean
from sim.plots.sweeps import sweep_figures
from tests.plots.studies import LONG, NASTY, swept, written

BIAS, WAR_PER_ACT = tuple(np.linspace(-1.0, 1.0, 7)), tuple(np.geomspace(1e-4, 1e-2, 6))
THEORIES = ("quantal", "best_reply", "prospect")
ENTRY = "intervention:Russia:DPRK|attacked_at_war:DPRK"


def of(frame, outcome, column):
    return np.asarray(frame[column], float)[frame["outcome"] == outcome]


def curves(axes):
    return [line for line in axes.lines if len(line.get_xdata()) > 2]


def test_one_number_is_a_line_with_its_band_for_each_outcome():
    frame, meta = swept({"entry.bias": BIAS})
    figure = sweep_figures(frame, meta)["sweep"]
    assert [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes] == [
        "Russia enters for DPRK, if DPRK is attacked in a war", "force", "war", "incidents:clash",
    ]  # fmt: skip
    for axes, outcome in zip(figure.axes, (ENTRY, "force", "war", "incidents:clash"), strict=True):
        (line,) = [line for line in curves(axes) if line.get_color() == BLUE]
        np.testing.assert_allclose(line.get_xdata(), BIAS)
        np.testing.assert_allclose(line.get_ydata(), of(frame, outcome, "value"))
        (band,) = axes.collections
        ends = band.get_paths()[0].vertices[:, 1]
        assert ends.max() == pytest.approx(of(frame, outcome, "high").max())
        assert ends.min() == pytest.approx(of(frame, outcome, "low").min())
        assert axes.get_xlabel() == "entry.bias"
    assert [axes.get_ylabel() for axes in figure.axes] == ["share of runs"] * 3 + ["mean per run"]
    assert "grid, 7 points · 2,000 runs each, on the same draws · seed 20261101" in written(figure)


def test_rows_of_the_frame_may_come_in_any_order():
    frame, meta = swept({"entry.bias": BIAS}, outcomes=("war", "force"))
    mixed = np.random.default_rng(1).permutation(len(frame["point"]))
    figures = [sweep_figures(f, meta)["sweep"] for f in (frame, {k: v[mixed] for k, v in frame.items()})]
    for one, other in zip(figures[0].axes, figures[1].axes, strict=True):
        np.testing.assert_array_equal(curves(one)[0].get_xydata(), curves(other)[0].get_xydata())


def test_a_category_gives_lines_their_colours():
    figure = sweep_figures(*swept({"entry.bias": BIAS, "theory": THEORIES}, outcomes=("war",)))["sweep"]
    assert [line.get_color() for line in curves(figure.axes[0])] == [BLUE, VERMILLION, GREEN]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(THEORIES)


def test_more_categories_give_panels():
    factors = {"entry.bias": BIAS, "theory": THEORIES, "switch": ("none", "full")}
    figures = sweep_figures(*swept(factors, outcomes=("war", ENTRY)))
    assert list(figures) == ["sweep-intervention-Russia-DPRK-attacked_at_war-DPRK", "sweep-war"]
    panels = figures["sweep-war"].axes
    assert [axes.get_title(loc="left") for axes in panels] == list(THEORIES)
    assert [len(curves(axes)) for axes in panels] == [2, 2, 2]
    assert len({axes.get_ylim() for axes in panels}) == 1
    many = {"entry.bias": BIAS, "a": tuple("abcde"), "b": tuple("xyz"), "c": ("1", "2")}
    figure = sweep_figures(*swept(many, outcomes=("war",)))["sweep-war"]
    assert sum(axes.get_visible() for axes in figure.axes) == 12
    assert any("Not drawn: 3 combinations" in text for text in written(figure))


def test_two_numbers_are_a_map_whose_cells_are_the_points():
    frame, meta = swept({"entry.bias": BIAS, "war_per_act": WAR_PER_ACT}, outcomes=("war", "incidents:clash"))
    figure = sweep_figures(frame, meta)["sweep"]
    axes = figure.axes[0]
    mesh = axes.collections[0]
    # Points run through the second factor first: it is the rows of the map.
    expected = of(frame, "war", "value").reshape(len(BIAS), len(WAR_PER_ACT)).T
    np.testing.assert_allclose(mesh.get_array().reshape(expected.shape), expected)
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("entry.bias", "war_per_act")
    edges = axes.get_xlim()
    assert edges == pytest.approx((-1.0 - 1.0 / 6.0, 1.0 + 1.0 / 6.0))
    assert len(axes.collections) == 2, "cells, and contours over them"
    bars = [a for a in figure.axes if a.get_label() == "<colorbar>"]
    assert [bar.get_ylabel() for bar in bars] == ["share of runs", "mean per run"]


def test_cells_that_tell_little_are_marked():
    frame, meta = swept({"a": (0.0, 1.0), "b": (0.0, 1.0)}, outcomes=("war",))
    frame |= {"value": np.array([0.1, 0.2, 0.3, 0.5]), "low": np.array([0.1, 0.1, 0.29, 0.2])}
    frame |= {"high": np.array([0.15, 0.4, 0.31, 0.6])}
    (series,) = read_sweep(frame, meta).series
    norm = colours_of(series)
    assert (norm.vmin, norm.vmax) == (0.1, 0.5)
    assert is_wide(series, norm).tolist() == [False, True, False, True]
    axes = sweep_figures(frame, meta)["sweep"].axes[0]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert {tuple(point) for line in crosses for point in line.get_xydata()} == {(0.0, 1.0), (1.0, 1.0)}
    assert len(axes.collections) == 1, "no contours on a grid of two by two"


def test_colours_are_logarithmic_where_values_are_far_apart():
    frame, meta = swept({"a": (0.0, 1.0), "b": (0.0, 1.0)}, outcomes=("war",))
    series = [
        read_sweep(frame | {"value": np.array(values), "high": np.full(4, 0.04)}, meta).series[0]
        for values in ([0.001, 0.01, 0.1, 0.5], [0.0, 0.01, 0.1, 0.5], [0.0] * 4)
    ]
    assert [isinstance(colours_of(one), LogNorm) for one in series] == [True, False, False]
    assert (colours_of(series[2]).vmin, colours_of(series[2]).vmax) == (0.0, 0.04)


def test_a_third_factor_gives_maps_of_the_same_colours():
    factors = {"entry.bias": BIAS, "war_per_act": WAR_PER_ACT, "theory": THEORIES, "tie": (0.0, 1.0)}
    figure = sweep_figures(*swept(factors, outcomes=("war",)))["sweep-war"]
    maps = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    assert [axes.get_title(loc="left") for axes in maps][:2] == ["tie 0, quantal", "tie 0, best_reply"]
    assert len(maps) == 6
    assert len({axes.collections[0].norm.vmax for axes in maps}) == 1
    assert len(figure.axes) == 7, "one bar for all"


def test_categories_alone_are_dots_with_the_numbers():
    frame, meta = swept({"theory": THEORIES, "treaty": ("1961", "2024")}, outcomes=("war", "incidents:clash"))
    means, shares = sweep_figures(frame, meta)["sweep"].axes  # those of war are not told apart
    names = [f"{theory}, {treaty}" for theory in THEORIES for treaty in ("1961", "2024")]
    for axes, outcome in ((shares, "war"), (means, "incidents:clash")):
        assert [text.get_text() for text in axes.get_yticklabels()] == names
        drawn = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
        assert drawn == pytest.approx(of(frame, outcome, "value").tolist())


def test_one_at_a_time_has_a_panel_per_factor_around_the_centre():
    factors = {"tie": (0.0, 0.5, 1.0), "entry.bias": BIAS, "theory": THEORIES}
    frame, meta = swept(factors, "oat", outcomes=("war",))
    sweep = read_sweep(frame, meta)
    assert [central(factor) for factor in sweep.factors] == [0.5, 0.0, "best_reply"]
    figure = sweep_figures(frame, meta)["sweep-war"]
    panels = {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}
    assert set(panels) == set(factors)
    (line,) = curves(panels["entry.bias"])
    np.testing.assert_allclose(line.get_xdata(), BIAS)
    dashed = [a.get_xdata()[0] for a in panels["entry.bias"].lines if a.get_linestyle() == "--"]
    assert dashed == [0.0]
    assert [text.get_text() for text in panels["theory"].get_xticklabels()] == list(THEORIES)


def test_designs_that_fill_the_space_are_clouds_the_factor_that_moves_most_first():
    factors = {"weak": (5.0, 5.1), "entry.bias": (-1.0, 1.0), "theory": THEORIES}
    frame, meta = swept(factors, "lhs", outcomes=("war",), points=200)
    frame["value"] = 0.02 + 0.01 * np.asarray(frame["entry.bias"], float)
    figure = sweep_figures(frame, meta)["sweep-war"]
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "entry.bias"
    cloud, mean = axes.lines
    assert len(cloud.get_xdata()) == 200
    np.testing.assert_allclose(mean.get_ydata(), 0.02 + 0.01 * mean.get_xdata())
    assert any("the mean of 25 neighbours" in text for text in written(figure))
    few = sweep_figures(*swept(factors, "lhs", outcomes=("war",), points=9))["sweep-war"]
    assert [len(axes.lines) for axes in few.axes if axes.get_title(loc="left") != "theory"] == [1, 1], (
        "no mean runs over nine points"
    )


def test_running_mean_has_the_width_of_its_standard_error():
    rng = np.random.default_rng(4)
    at, mean, half = running_mean(rng.random(4000), rng.normal(2.0, 3.0, 4000), 1000)
    assert at.shape == mean.shape == half.shape == (3001,)
    assert half.mean() == pytest.approx(1.96 * 3.0 / np.sqrt(1000), rel=0.05)  # without the root it is 30 times that
    assert abs(mean - 2.0).max() < 0.5


def test_many_factors_fit_a_page():
    factors = {f"actors.{LONG}.parameter_{k}": (0.0, 1.0) for k in range(30)}
    figure = sweep_figures(*swept(factors, "sobol", outcomes=("war",), points=64))["sweep-war"]
    assert len(figure.axes) == 12
    assert any("Not drawn: 18 factors along which it moves less." in text for text in written(figure))
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    assert len(titles) == 12, "the end of a path tells it from others"
    assert figure.get_size_inches()[1] < 11.5


def test_axes_are_logarithmic_where_numbers_are_far_apart_and_do_not_crowd():
    def scale(levels):
        return sweep_figures(*swept({"x": levels}, outcomes=("war",)))["sweep"].axes[0].get_xscale()

    assert scale(WAR_PER_ACT) == "log"
    assert scale((0.01, *np.linspace(0.1, 1.0, 12))) == "linear"
    assert scale((0.0, 1e-3, 1.0)) == "linear"


def test_what_no_run_had_is_a_bound_and_breaks_a_logarithmic_line():
    frame, meta = swept({"entry.bias": BIAS}, outcomes=("war",))
    hits = np.array([4, 0, 9, 40, 90, 400, 900])
    frame |= {"hits": hits, "value": hits / 2000, "low": hits / 4000, "high": hits / 1000 + 0.002}
    figure = sweep_figures(frame, meta)["sweep"]
    axes = figure.axes[0]
    assert axes.get_yscale() == "log"
    assert np.isnan(curves(axes)[0].get_ydata()).tolist() == [False, True, False, False, False, False, False]
    (bound,) = [line for line in axes.lines if line.get_marker() == "v"]
    assert bound.get_xydata().tolist() == [[BIAS[1], 0.002]]
    assert any("A hollow triangle is an upper bound" in text for text in written(figure))
    other = sweep_figures(*swept({"entry.bias": BIAS}, outcomes=("force",)))["sweep"]
    assert not any("triangle" in text for text in written(other))


@pytest.mark.parametrize(
    ("factors", "design"),
    [
        ({NASTY[0]: (0.0, 0.5, 1.0), NASTY[1]: (*NASTY, "a")}, "grid"),
        ({NASTY[0]: (0.0, 1.0), NASTY[1]: (0.0, 1.0), NASTY[2]: NASTY}, "grid"),
        ({NASTY[1]: NASTY, NASTY[0]: NASTY}, "grid"),
        ({NASTY[1]: NASTY, NASTY[0]: (0.0, 1.0, 2.0)}, "oat"),
        ({NASTY[1]: NASTY, NASTY[0]: (0.0, 1.0)}, "lhs"),
        ({"entry.bias": (0.5,)}, "grid"),
        ({"entry.bias": tuple(np.arange(200.0)), "actor": tuple("abcdefghijklmn")}, "grid"),
    ],
)
@pytest.mark.parametrize("base", [0.0, 0.02])
def test_hostile_sweeps_are_drawn_inside_the_figure(factors, design, base, inside):
    figures = sweep_figures(*swept(factors, design, outcomes=("war", ENTRY), base=base, runs=100))
    for figure in figures.values():
        inside(figure)


def test_points_without_a_run_that_met_the_condition_leave_gaps():
    frame, meta = swept({"entry.bias": BIAS}, outcomes=(ENTRY,))
    for column in ("value", "low", "high"):
        frame[column] = frame[column].astype(object)
        frame[column][2] = None
    line = curves(sweep_figures(frame, meta)["sweep"].axes[0])[0]
    assert np.isnan(line.get_ydata()).tolist() == [False, False, True, False, False, False, False]


def test_outcomes_that_move_most_are_drawn_and_constant_ones_last():
    names = ("always", "war", "force", *(f"o{k}" for k in range(8)))
    frame, meta = swept({"entry.bias": (-1.0, 1.0), "tie": (0.0, 1.0)}, "lhs", names, points=40)
    for column in ("value", "low", "high"):
        frame[column][frame["outcome"] == "always"] = 1.0
    figures = sweep_figures(frame, meta)
    assert len(figures) == 8
    assert not {"sweep-always", "sweep-war"} & set(figures), "one does not move, the other least"
    assert any("3 outcomes that moved less not drawn" in text for text in written(figures["sweep-o7"]))
    assert list(sweep_figures(frame, {**meta, "outcomes": ["always"]})) == ["sweep-always"]
    meta["outcomes"] = ["always", "war", "force"]
    assert [series.outcome for series in read_sweep(frame, meta).series] == ["force", "war", "always"]


def test_an_outcome_that_is_another_one_comes_last():
    frame, meta = swept({"entry.bias": BIAS}, outcomes=("war", "force", "force|war"))
    for column in ("value", "low", "high", "hits"):
        frame[column][frame["outcome"] == "force|war"] = frame[column][frame["outcome"] == "force"]
    assert [series.outcome for series in read_sweep(frame, meta).series] == ["force", "war", "force|war"]


def test_a_constant_outcome_has_no_colour_bar():
    frame, meta = swept({"entry.bias": BIAS, "tie": (0.0, 1.0, 2.0)}, outcomes=("always", "never"))
    for outcome, value in (("always", 1.0), ("never", 0.0)):
        for column in ("value", "low", "high"):
            frame[column][frame["outcome"] == outcome] = value
    figure = sweep_figures(frame, meta)["sweep"]
    assert len(figure.axes) == 2
    assert {"100 % at every point", "in no run of any point"} <= set(written(figure))
