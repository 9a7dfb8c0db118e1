"""The figure of discovery by its structure: ranges where they belong, with the numbers to quote."""

from __future__ import annotations

import pytest

from sim.plots.boxes import boxes_figure
from sim.plots.style import BLUE, GREY, VERMILLION
from tests.plots.studies import discovered, written


def ranges(axes):
    return [
        (list(line.get_xdata()), line.get_color())
        for line in axes.lines
        if line.get_zorder() == 2.0 and line.get_lw() == 7.0
    ]


def test_ranges_stand_within_all_that_was_tried():
    axes = boxes_figure(discovered()).axes[0]
    (first, second, third) = ranges(axes)
    assert first[0] == pytest.approx([0.5, 1.0])  # .001 to .01 of .0001 to .01, on a logarithmic scale
    assert second[0] == pytest.approx([0.25, 1.0])
    assert third[0] == pytest.approx([0.1, 0.4])
    assert [colour for _, colour in ranges(axes)] == [BLUE, BLUE, GREY], "the last could be chance"


def test_numbers_to_quote_are_written():
    figure = boxes_figure(discovered())
    assert {"0.001 – 0.01", "−0.5 – 1", "0.9 – 1.2", "< .001", ".02", ".3"} <= set(written(figure))
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels[0] == "inadvertent.war_per_act\nof 0.0001 – 0.01, log scale"
    assert labels[1] == "entry.bias\nof −1 – 1"
    title = figure.axes[0].get_title(loc="left").replace("\n", " ").replace("\u00a0", " ")
    assert title == "The box: 30 % of all points, 63 % of all cases; in it the outcome comes in 6.3 % of runs"


def test_words_of_a_category_are_drawn_where_they_stand_among_all():
    data = discovered(n=1)
    (limit,) = data["boxes"][0]["limits"]
    limit |= {"values": ["quantal", "prospect"], "range": ["best_reply", "prospect", "quantal", "reciprocity"]}
    limit |= {"low": None, "high": None, "quasi_p": 0.001}
    figure = boxes_figure(data)
    bars = [
        list(line.get_xdata()) for line in figure.axes[0].lines if line.get_color() == BLUE and line.get_lw() == 7.0
    ]
    assert bars == [[0.25, 0.5], [0.5, 0.75]]
    assert "quantal, prospect" in written(figure)


def test_limits_least_due_to_chance_come_first():
    data = discovered(30)
    axes = boxes_figure(data).axes[0]
    assert len(ranges(axes)) == 15
    assert "15 limits not drawn" in axes.get_title(loc="left").replace("\n", " ")
    said = [text.get_text() for text in axes.texts if text.get_text() in ("< .001", ".02", ".3", "–")]
    assert said == ["< .001"] * 8 + [".02"] * 7


def test_an_open_end_reaches_the_end_of_the_range():
    data = discovered(1)
    data["boxes"][0]["limits"][0]["high"] = None
    figure = boxes_figure(data)
    assert ranges(figure.axes[0])[0][0] == pytest.approx([0.5, 1.0])
    assert "0.001 – any" in written(figure)


def test_the_chosen_box_is_marked_on_the_trajectory():
    data = discovered(boxes=2)
    axes = boxes_figure(data).axes[-1]
    path = axes.lines[0]
    assert list(path.get_xdata()) == [step["coverage"] for step in data["trajectory"]]
    assert list(path.get_ydata()) == [step["density"] for step in data["trajectory"]]
    points = [line for line in axes.lines if line.get_marker() == "o" and line.get_color() == VERMILLION]
    assert [tuple(p.get_xydata()[0]) for p in points] == [
        (box["coverage"], box["density"]["value"]) for box in data["boxes"]
    ]
    assert [text.get_text() for text in axes.texts] == ["box 1", "box 2", "all points"]


def test_more_boxes_than_fit_are_said():
    assert any("Not drawn: 3 more." in text for text in written(boxes_figure(discovered(boxes=7))))


@pytest.mark.parametrize(
    "data",
    [
        {**discovered(), "boxes": []},
        {**discovered(), "boxes": [], "trajectory": []},
        discovered(30, 4),
        {**discovered(0, rate=0.0), "trajectory": discovered()["trajectory"][:1]},
    ],
)
def test_hostile_boxes_are_drawn_inside_the_figure(data, inside):
    figure = boxes_figure(data)
    inside(figure)
    assert ("no box was found" in written(figure)) == (not data["boxes"])
