"""The figure of the hindcast: every predicted row is there, and what lies outside is seen to."""

import dataclasses

import pytest

from sim.experiments.hindcast import Hindcast
from sim.hindcast.predict import Prediction
from sim.hindcast.targets import peninsula, read_targets
from sim.plots.hindcast import hindcast_figure
from sim.plots.style import VERMILLION


@pytest.fixture(scope="module")
def found():
    rows = read_targets(peninsula())
    predictions = [
        Prediction(row, seen := row.observed, 0.5 * seen, 1.5 * seen + 0.01, 1.0)
        if row.is_predicted
        else Prediction(row)
        for row in rows
    ]
    return Hindcast(predictions, seed=1, sets=2, per_set=3)


def rows_of(figure):
    return [text.get_text().split(" ")[0] for axes in figure.axes for text in axes.get_yticklabels()]


def hollow(figure):
    lines = [line for axes in figure.axes for line in axes.get_lines()]
    return [line for line in lines if line.get_markeredgecolor() == VERMILLION and line.get_marker() == "o"]


def test_each_predicted_row_is_drawn_once(found):
    drawn = rows_of(hindcast_figure(found))
    assert sorted(drawn) == sorted(p.target.id for p in found.predictions if p.low is not None)


def test_what_lies_outside_is_hollow(found):
    assert not hollow(hindcast_figure(found))
    first, *rest = found.predictions
    wrong = dataclasses.replace(first, low=2.0 * first.target.observed, high=3.0 * first.target.observed)
    figure = hindcast_figure(dataclasses.replace(found, predictions=[wrong, *rest]))
    assert len(hollow(figure)) == 1
    assert "16 of 17" in figure.texts[0].get_text()


def test_a_table_without_any_prediction_still_gives_a_figure(found):
    rows = [p for p in found.predictions if p.low is None]
    figure = hindcast_figure(dataclasses.replace(found, predictions=rows))
    assert not hollow(figure)
    assert figure.texts[0].get_text() == "The model against history"


def test_signs_are_explained_where_they_stand(found):
    """A row predicted by another pair or other years bears a sign, and the words above say what it means."""
    first, second, *rest = found.predictions
    lent = dataclasses.replace(first, borrowed=True)
    other = dataclasses.replace(second, other_period=True)
    figures = [
        hindcast_figure(dataclasses.replace(found, predictions=rows))
        for rows in ([first, second, *rest], [lent, second, *rest], [lent, other, *rest])
    ]
    words = [figure.texts[1].get_text().replace("\n", " ") for figure in figures]
    assert [("* No rivalry" in text, "† A period" in text) for text in words] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    assert not any("…" in text for text in words), "all of it has room"
    names = [[text.get_text() for axes in figure.axes for text in axes.get_yticklabels()] for figure in figures]
    assert [sum(name.endswith((" *", " †")) for name in shown) for shown in names] == [0, 1, 2]


def test_long_names_of_rows_are_drawn_inside_the_figure(found, inside):
    """Laid out in one resolution, drawn in another: hinted texts would be wider there."""
    inside(hindcast_figure(found))
