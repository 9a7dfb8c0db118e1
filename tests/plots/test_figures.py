"""Figures by their structure: what is drawn where, in words and numbers; hostile data breaks none."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sim.estimate import share
from sim.plots.entry import MOST as MOST_PANELS
from sim.plots.entry import entry_figure
from sim.plots.fan import fan_figure, quantile, spread
from sim.plots.gallery import FIGURES
from sim.plots.outcomes import MOST as MOST_ROWS
from sim.plots.outcomes import chosen, outcome_figure, readable
from sim.plots.peak import peak_figure
from sim.plots.shares import axis_limits
from sim.plots.style import BLUE, render, settle, undrawable


def texts(figure):
    """All that is written, line breaks undone."""
    found = [text for axes in figure.axes for text in axes.texts] + figure.texts
    found += [label for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    found += [text for legend in figure.legends for text in legend.get_texts()]
    found += [axes.title for axes in figure.axes] + [axes._left_title for axes in figure.axes]
    return [text.get_text().replace("\n", " ") for text in found if text.get_text()]


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_every_figure_tells_what_was_run_and_has_units(ordinary, draw):
    figure = draw(ordinary)
    written = texts(figure)
    assert ordinary.title in written
    assert "1,000,000 runs · 52 weeks · seed 20261101 · scenario 01234567 · parameters drawn" in written
    assert any(axes.get_xlabel() for axes in figure.axes)
    ticks = [t.get_text() for axes in figure.axes for t in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    assert any(tick.endswith(" %") for tick in ticks)


@pytest.mark.parametrize(
    ("case", "name"),
    [
        *(("one run", name) for name in FIGURES),
        *(("long", name) for name in FIGURES),
        ("nothing ever", "outcomes"),
        ("nothing ever", "entry_over_time"),
        ("many", "outcomes"),
        ("many", "entry_over_time"),
        ("short names", "peak_rung"),
        ("short names", "highest_rung_over_time"),
        ("한국", "outcomes"),
        ("nobody", "outcomes"),
    ],
)
def test_hostile_data_are_drawn_inside_the_figure(cases, case, name):
    figure = FIGURES[name](cases[case])
    settle(figure)
    image = np.asarray(Image.open(io.BytesIO(render(figure, "png", {}, dpi=50.0))).convert("L"))
    assert (image < 255).any()
    edges = np.concatenate([image[:, :2].ravel(), image[:2].ravel(), image[-2:].ravel()])
    assert (edges == 255).all(), "nothing is cut off at the left, the top or the foot"


def test_outcomes_show_points_intervals_and_bounds(ordinary):
    figure = outcome_figure(ordinary)
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    assert axes.get_xlabel() == "share of runs"
    drawn = {round(line.get_xdata()[0], 12) for line in axes.lines if line.get_marker() == "o"}
    shares = ordinary.shares()
    assert drawn == {round(e.value, 12) for e in shares.values() if e.hits}
    never = [e for e in shares.values() if e.n and e.hits == 0]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == len(never) > 0
    assert arrows[0].xyann[0] == pytest.approx(never[0].high)
    assert arrows[0].xy[0] < arrows[0].xyann[0]
    assert "< 0.00037 %" in texts(figure)
    assert not any(text == "0 %" or text.startswith("0.0 ") for text in texts(figure))


def test_outcomes_stamp_what_is_assumption_driven(ordinary):
    figure = outcome_figure(ordinary)
    assert "assumption-driven: history does not inform it" in texts(figure)
    faces = [line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() == "o"]
    stamped = [e for name, e in ordinary.shares().items() if name in ordinary.assumption_driven() and e.hits]
    assert faces.count("white") == len(stamped)


def test_outcomes_group_what_is_conditional(ordinary):
    written = texts(outcome_figure(ordinary))
    n = ordinary.shares()["attacked_at_war:DPRK"].hits
    given = {f"If {state} is attacked in a war ({n:,} runs)" for state in ("DPRK", "Japan")}
    assert {"In all runs"} | given <= set(written)


def test_outcomes_without_conditions_met(cases):
    figure = outcome_figure(cases["nothing ever"])
    assert texts(figure).count("no run met the condition") == 6


def test_linear_axis_where_nothing_is_small(cases):
    axes = outcome_figure(cases["short names"]).axes[0]
    assert axes.get_xscale() == "linear"
    assert axes.get_xlim()[0] == 0.0
    assert axis_limits([]) == (0.0, 1.02, False)
    assert axis_limits([share(0, 0)]) == (0.0, 1.02, False)


def test_letters_without_a_font_are_found():
    assert undrawable("plain text: Мир-1, Côte") == ""
    assert undrawable("a\U0010fffdb\U0010fffd") == "\U0010fffd"


def test_dollar_signs_start_no_formula(cases):
    assert any(r"$\frac{a}{" in text for text in texts(outcome_figure(cases["long"])))


def test_readable_keeps_what_it_does_not_know():
    assert readable("peak_rung:A>B") == "peak rung:A>B"
    assert readable("tripwire:U:S:A") == "U struck along with S:A"


def test_peak_has_the_highest_rung_at_the_top(ordinary):
    axes = peak_figure(ordinary).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(ordinary.rungs)[::-1]
    low, high = axes.get_ylim()
    assert low > high, "the y axis runs downwards"


def with_nuclear(data):
    """The same data with the top rung marked as the summary marks nuclear ones."""
    rungs = dict.fromkeys(data.rungs, share(9, 100).as_dict())
    rungs["nuclear use"] = {**rungs["nuclear use"], "assumption_driven": "so"}
    return replace(data, outcomes={**data.outcomes, "peak_rung": {"kind": "distribution", "rungs": rungs}})


def test_nuclear_rungs_are_marked_in_the_fan(ordinary):
    written = texts(fan_figure(with_nuclear(ordinary)))
    assert "nuclear use *" in written
    assert "nuclear threat" in written
    assert any("*\u00a0assumption-driven" in text for text in written)
    assert not any("*" in text for text in texts(fan_figure(ordinary)))


def test_nuclear_rungs_are_marked_in_the_peak_figure(ordinary):
    figure = peak_figure(with_nuclear(ordinary))
    faces = [line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert faces == ["white"] + [BLUE] * 9
    assert "assumption-driven: history does not inform it" in texts(figure)
    assert "assumption-driven: history does not inform it" not in texts(peak_figure(ordinary))


def test_outcomes_are_those_asked_for_and_those_seen(ordinary):
    (never,) = [name for name, e in ordinary.shares().items() if not e.hits]
    data = replace(ordinary, asked=("war",))
    assert set(ordinary.shares()) - set(chosen(data)) == {never}
    assert any("Not drawn, as rarer or not seen: 1 outcome (" in text for text in texts(outcome_figure(data)))
    assert never in chosen(replace(ordinary, asked=("war", never)))


def test_outcomes_stand_by_kind_and_size(ordinary):
    names = chosen(ordinary)
    shares = ordinary.shares()
    plain = [name for name in names if "|" not in name]
    assert names[: len(plain)] == plain, "conditional ones come last"
    kinds = [name.partition(":")[0] for name in plain]
    assert [kind for kind, _ in itertools.groupby(kinds)] == list(dict.fromkeys(kinds))
    entered = [shares[name].value for name in plain if name.startswith("intervention")]
    assert entered == sorted(entered, reverse=True)
    rests_on = [shares[name].n for name in names if "|" in name]
    assert rests_on == sorted(rests_on, reverse=True)


def test_outcomes_fit_a_page(cases, make_data):
    names = [f"State of {chr(65 + i)}" for i in range(8)]
    pairs = tuple(f"{a}>{b}" for a in names for b in names if a != b)
    data = replace(make_data(partnerships=pairs), asked=("nuclear_use", f"tripwire:{names[7]}:{names[6]}"))
    shown = chosen(data)
    assert len(shown) == MOST_ROWS == 25
    assert set(data.asked) <= set(shown)
    assert outcome_figure(data).get_size_inches()[1] < 11.0


def test_few_runs_of_a_condition_are_called_thin(ordinary):
    outcomes = {"war|attacked_at_war:X": share(3, 12).as_dict()}
    assert "If X is attacked in a war (12 runs, thin)" in texts(outcome_figure(replace(ordinary, outcomes=outcomes)))


def test_axis_leaves_no_empty_decades():
    low, high, log = axis_limits([share(1, 20_000), share(300, 20_000)])
    assert log
    assert 0.1 < low / (1 / 20_000) < 0.5
    assert high < 0.1


def test_fan_bands_and_shares(ordinary):
    figure = fan_figure(ordinary)
    top, bottom = figure.axes
    counts = ordinary.rung_counts()
    assert counts.shape == (53, 10)
    assert (counts.sum(axis=1) == ordinary.runs).all()
    np.testing.assert_array_equal(top.lines[0].get_ydata(), quantile(counts, 0.5))
    np.testing.assert_allclose(bottom.lines[0].get_ydata(), counts[:, 1:].sum(axis=1) / ordinary.runs)
    assert len(top.collections) == 4
    assert bottom.get_xlabel() == "weeks from the start"
    assert bottom.get_xlim() == (0.0, 52.0)
    assert "2 higher rungs: never" in texts(figure)


def test_fan_moves_no_name_without_a_leader(make_data):
    """Every line has its name, at its end or led to from there."""
    data = make_data(rungs=tuple(f"r{i}" for i in range(15)))
    axes = fan_figure(data).axes[1]
    names = {text.get_text(): text.get_position()[1] for text in axes.texts}
    leaders = [line for line in axes.lines if line.get_transform() is axes.transAxes]
    seen = [name for name in names if "never" not in name]
    assert len(leaders) == len(seen) >= 7
    for line, name in zip(leaders, seen, strict=True):
        assert line.get_ydata()[-1] == pytest.approx(names[name])
    drawn = [line for line in axes.lines if line not in leaders]
    ends = (axes.transData - axes.transAxes).transform([(0, line.get_ydata()[-1]) for line in drawn])[:, 1]
    for leader, end in zip(leaders, ends, strict=True):
        if np.isfinite(end):
            assert leader.get_ydata()[0] == pytest.approx(end)


def test_fan_colours_grow_darker_and_differ(make_data):
    from matplotlib.colors import to_rgb

    axes = fan_figure(make_data(rungs=tuple(f"r{i}" for i in range(15)))).axes[1]
    colours = [to_rgb(line.get_color()) for line in axes.lines if line.get_transform() is not axes.transAxes]
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in colours]
    assert len(set(colours)) == len(colours) > 6
    assert light == sorted(light, reverse=True)


@pytest.mark.parametrize(("runs", "bands"), [(1, 0), (9, 0), (10, 1), (25, 2), (100, 3), (4999, 3), (5000, 4)])
def test_fan_draws_bands_that_the_runs_can_tell(make_data, runs, bands):
    assert len(fan_figure(make_data(runs)).axes[0].collections) == bands


def test_fan_of_ten_years_is_in_years(make_data):
    figure = fan_figure(make_data(steps=522))
    assert figure.axes[1].get_xlabel() == "years from the start"
    assert figure.axes[1].get_xlim()[1] == pytest.approx(10.0, abs=0.01)
    assert any("10 years" in text for text in texts(figure))
    assert fan_figure(make_data(steps=155)).axes[1].get_xlabel() == "weeks from the start"


def test_fan_of_one_run_has_a_plain_axis(cases):
    assert fan_figure(cases["one run"]).axes[1].get_yscale() == "linear"


def test_fan_of_a_very_long_ladder_fits_a_page(make_data):
    figure = fan_figure(make_data(rungs=tuple(f"r{i}" for i in range(200))))
    assert figure.get_size_inches()[1] < 14.0


def test_fan_of_a_short_horizon_is_in_days(cases):
    figure = fan_figure(cases["one run"])
    assert figure.axes[1].get_xlabel() == "days from the start"
    assert figure.axes[1].get_xlim() == (0.0, 7.0)


def test_quantile_against_numpy():
    rng = np.random.default_rng(5)
    runs = rng.integers(0, 7, (4, 1001))
    counts = np.stack([np.bincount(row, minlength=7) for row in runs])
    for level in (0.025, 0.25, 0.5, 0.9, 0.9995):
        expected = np.quantile(runs, level, axis=1, method="inverted_cdf")
        np.testing.assert_array_equal(quantile(counts, level), expected)


def test_spread_keeps_order_and_gap():
    places = spread([0.5, 0.5, 0.5, 0.02, 0.01, 0.0], 0.1)
    assert all(a - b >= 0.1 - 1e-12 for a, b in itertools.pairwise(places))
    assert places[-1] == 0.0
    assert spread([], 0.1) == []


def test_entries_are_cumulative_shares_by_form(ordinary):
    figure = entry_figure(ordinary)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        pair.replace(">", " for ") for pair in ordinary.partnerships
    ]
    china = figure.axes[0]
    expected = np.cumsum(ordinary.entries[:, 0, 1:], axis=0) / ordinary.runs
    for form, line in enumerate(china.lines):
        drawn = line.get_ydata()[1:]
        np.testing.assert_allclose(drawn[~np.isnan(drawn)], expected[expected[:, form] > 0, form])
    assert "never: < 0.00037 % each" in texts(figure)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "diplomatic support", "arms", "rear-area forces", "forces in theatre", "a nuclear signal",
    ]  # fmt: skip


def test_many_partnerships_share_axes_and_name_time_below_each_column(cases):
    figure = entry_figure(cases["many"])
    assert len(figure.axes) == MOST_PANELS == 12
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    assert [bool(axes.get_xlabel()) for axes in figure.axes] == [False] * 9 + [True] * 3
    assert any("Not drawn: 3 partnerships with less support." in text for text in texts(figure))


def test_the_panels_with_most_support_are_drawn(cases):
    data = cases["many"]
    rear_or_more = data.entries[:, :, 3:].sum(axis=0)
    drawn = {axes.get_title(loc="left") for axes in entry_figure(data).axes}
    best = max(range(15), key=lambda place: tuple(rear_or_more[place]))
    assert data.partnerships[best].replace(">", " for ") in drawn


def test_rows_of_panels_are_evenly_apart(make_data):
    """A column that ends early has its time axis in the empty place below, not between the rows."""
    figure = entry_figure(make_data(partnerships=tuple(f"{a}>Z" for a in "ABCDEFGH")))
    tops = sorted({round(axes.get_position().y0, 6) for axes in figure.axes[::3]})
    assert len(tops) == 3
    assert tops[2] - tops[1] == pytest.approx(tops[1] - tops[0], abs=0.002)
    assert [bool(axes.get_xlabel()) for axes in figure.axes] == [False] * 5 + [True] * 4
