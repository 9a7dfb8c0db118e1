"""The figure of uncertainty: each kind on a line of its own, in a form of its own, and nothing cut off."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from sim.plots.studies import figures_of
from sim.plots.style import BLACK, BLUE, GREEN, ORANGE, save
from sim.plots.uncertainty import _BAND, _ERROR, _SWITCHES, _THEORY, MOST, uncertainty_figure
from tests.plots.studies import NASTY, uncertain, written


def lines_at(axes, place):
    """Ends, colour and width of what is drawn along one line of an outcome."""
    lines = [line for line in axes.lines if len(line.get_ydata()) == 2 and set(line.get_ydata()) == {place}]
    return [(list(line.get_xdata()), line.get_color(), line.get_lw(), line.get_alpha()) for line in lines]


def test_the_error_of_runs_and_the_band_of_parameters_cannot_be_taken_for_each_other():
    data = uncertain(1)
    axes = uncertainty_figure(data, ["war"]).axes[0]
    of = data["outcomes"]["war"]
    ((ends, colour, width, _),) = lines_at(axes, _ERROR)
    assert (ends, colour) == ([of["probability"]["low"], of["probability"]["high"]], BLACK)
    band = lines_at(axes, _BAND)
    assert {colour for _, colour, *_ in band} == {BLUE}
    solid = sorted((width, ends) for ends, _, width, alpha in band if alpha is None)
    assert [ends for _, ends in solid] == [[of["band"][a]["value"], of["band"][b]["value"]] for a, b in _ENDS]
    assert solid[0][0] > width, "the thinnest of the band is thicker than the error"
    assert sum(alpha is not None for *_, alpha in band) == 2, "how sure its ends are"
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["Monte Carlo error", "over parameters", "theories", "switches"]
    key = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert {"95 % Monte Carlo error", "half of the points", "9 of 10 points", "as the scenario has it"} <= set(key)


_ENDS = (("q05", "q95"), ("q25", "q75"))


def test_positions_are_points_with_names_and_what_is_written_is_hollow():
    axes = uncertainty_figure(uncertain(1), ["war"]).axes[0]
    for place, colour, count in ((_THEORY, ORANGE, 4), (_SWITCHES, GREEN, 3)):
        points = [line for line in axes.lines if list(line.get_ydata()) == [place]]
        assert len(points) == count
        assert [to_hex(point.get_markerfacecolor()).upper() for point in points] == ["#FFFFFF"] + [colour] * (count - 1)
    names = [text.get_text() for text in axes.texts]
    assert "reciprocity" in names, "the furthest from what is written has its name"
    assert any(name.startswith("honouring: cost") for name in names)


def test_names_do_not_touch_and_places_that_do_are_named_together():
    data = uncertain(1)
    for each in data["outcomes"]["war"]["structure"][:3]:
        each["probability"]["value"] = 0.008
    axes = uncertainty_figure(data, ["war"]).axes[0]
    names = [text.get_text() for text in axes.texts]
    assert any(name.startswith("best_reply, prospect, quantal") for name in names)
    assert "best_reply" not in names


def test_shares_are_stacked_to_the_whole_and_noise_below_0_takes_no_room():
    axes = uncertainty_figure(uncertain(1), ["war"]).axes[1]
    for place, count in ((0.55, 4), (2.55, 3)):
        bars = [bar for bar in axes.patches if bar.get_y() + bar.get_height() / 2 == pytest.approx(place)]
        assert len(bars) == count
        assert sum(bar.get_width() for bar in bars) == pytest.approx(1.0)
    assert {"one run", "the probability, chance apart"} <= {text.get_text() for text in axes.texts}


def test_what_is_not_there_is_said():
    figure = uncertainty_figure(uncertain(2), ["nuclear_use"])
    assert "no band: not told apart from the noise of few runs" in written(figure)
    assert "nothing but chance is told apart" in written(figure)
    assert not lines_at(figure.axes[0], _BAND)
    assert "history does not inform it" in written(figure)
    assert "history does not inform it" not in written(uncertainty_figure(uncertain(2), ["war"]))
    assert any("equal weights of theories and positions: judged" in text for text in written(figure))


@pytest.mark.parametrize(("low", "scale"), [(0.01, "linear"), (0.0002, "log")])
def test_the_axis_is_logarithmic_where_probabilities_span_decades(low, scale):
    data = uncertain(1)
    data["outcomes"]["war"]["structure"][1]["probability"]["value"] = low
    data["outcomes"]["war"]["band"] = None
    assert uncertainty_figure(data, ["war"]).axes[0].get_xscale() == scale


def test_an_end_that_nothing_bounds_does_not_stretch_the_axis():
    data = uncertain(1)
    data["outcomes"]["war"]["band"]["q05"]["low"] = 1e-9
    axes = uncertainty_figure(data, ["war"]).axes[0]
    assert axes.get_xlim()[0] > 1e-4 or axes.get_xscale() == "linear"
    assert sum(line.get_marker() == "<" for line in axes.lines) == (axes.get_xlim()[0] > 1e-9)


def test_a_page_holds_six_outcomes():
    figures = figures_of("uncertainty", uncertain(MOST + 1))
    assert [len(figure.axes) for figure in figures.values()] == [2 * MOST, 2]
    assert list(figures) == ["uncertainty", "uncertainty-2"]


@pytest.mark.parametrize("n", [1, 6])
@pytest.mark.parametrize("rate", [0.0, 0.02, 0.3])
def test_hostile_outcomes_are_drawn_inside_the_figure(n, rate, inside):
    data = uncertain(n, rate, title=" ".join(NASTY))
    inside(uncertainty_figure(data, list(data["outcomes"])))


def test_nothing_known_is_drawn_too(inside):
    data = uncertain(1)
    nothing = {"value": None, "low": None, "high": None, "n": 0, "hits": 0, "method": "clopper-pearson"}
    data["outcomes"]["war"] |= {"probability": nothing, "band": None, "structure": [], "variance": None}
    figure = uncertainty_figure(data, ["war"])
    assert "no run met the condition" in written(figure)
    inside(figure)


def test_same_bytes_again(tmp_path):
    def files(folder):
        figure = figures_of("uncertainty", uncertain(2))["uncertainty"]
        return [path.read_bytes() for path in save(figure, tmp_path / folder, "x")]

    assert files("a") == files("b")
