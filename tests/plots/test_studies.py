"""Figures by the command that made the data: which there are, that they fit, and that their bytes stay the same."""

from __future__ import annotations

import pytest

from sim.plots.contrasts import attribution_figure, contrasts_figure, worlds_figure
from sim.plots.studies import figures_of
from sim.plots.style import new_figure, save
from tests.plots.studies import NASTY, attributed, compared, discovered, hostile_contrasts, sensitive, swept, written

BIAS = (-1.0, 0.0, 1.0)


def data_of(kind):
    if kind == "sweep":
        frame, meta = swept({"entry.bias": BIAS, "tie": (0.0, 1.0)})
        return {"frame": frame, "meta": meta}
    return {
        "compare": attributed(),
        "sensitivity": sensitive(outcomes=("war", "nuclear_use")),
        "discover": discovered(),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("compare", ["contrasts", "worlds-intervention-Russia-DPRK-attacked_at_war-DPRK-none-2024", "clauses"]),
        ("sweep", ["sweep"]),
        ("sensitivity", ["sensitivity-war", "sensitivity-nuclear_use"]),
        ("discover", ["boxes"]),
    ],
)
def test_each_command_has_its_figures(kind, names):
    assert list(figures_of(kind, data_of(kind))) == names


def test_no_worlds_are_drawn_where_there_is_only_one():
    data = compared()
    data["contrasts"] = [c for c in data["contrasts"] if c["world"] == "as written"]
    assert list(figures_of("compare", data)) == ["contrasts"]


@pytest.mark.parametrize("kind", ["compare", "sweep", "sensitivity", "discover"])
def test_same_bytes_again(tmp_path, kind):
    def files(folder):
        drawn = figures_of(kind, data_of(kind))
        return {path.name: path.read_bytes() for name in drawn for path in save(drawn[name], tmp_path / folder, name)}

    first = files("a")
    assert first == files("b")
    assert all(len(content) > 5000 for content in first.values())


def test_the_foot_counts_what_is_compared_and_not_its_variants():
    data = attributed()
    entry = "intervention:Russia:DPRK|attacked_at_war:DPRK"
    for figure in (contrasts_figure(data), worlds_figure(data, entry, ("none", "2024")), attribution_figure(data)):
        assert "2 scenarios · 100,000 runs each, on the same draws · seed 20261101" in written(figure)


def test_hostile_comparisons_are_drawn_inside_the_figure(inside):
    data = hostile_contrasts()
    entry = "intervention:Russia:DPRK|attacked_at_war:DPRK"
    inside(contrasts_figure(data))
    inside(worlds_figure(data, entry, NASTY[:2]))
    inside(attribution_figure(attributed((*NASTY, *(f"Art. {k}" for k in range(20))))))


def test_markup_and_dollar_signs_stay_text(tmp_path):
    figure = contrasts_figure(hostile_contrasts())
    assert any("cost $\\frac{a}{ <script>" in text for text in written(figure))
    svg, _ = save(figure, tmp_path, "x")
    assert b"<script" not in svg.read_bytes()


def test_a_long_key_takes_several_lines():
    from matplotlib.lines import Line2D

    def figure(n):
        return new_figure(
            1.0, "x", "x", "x", [Line2D([], [], label="a state with quite a long name") for _ in range(n)]
        )

    heights = [figure(n).get_size_inches()[1] for n in (1, 2, 3, 6)]
    assert heights[0] == heights[1]
    assert heights[3] > heights[2] >= heights[1]
    assert figure(6).legends[0]._ncols < 6
