"""The figure of a search for flips by its structure, from a search whose margins are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from matplotlib.colors import to_hex

from sim.experiments.flips.sentences import sentences
from sim.plots.flip import MOST, flip_figure
from sim.plots.style import VERMILLION, save
from tests.experiments.known_search import parameter, searched

_FRAME = {"scenario": "made-up", "seed": 1, "runs": 1_000_000, "assumption_driven": {}}


def margin(held: Mapping[str, float]) -> float:
    """0 at x0 = 0.8 and at x1 = 0.1; not told from 0 at an end of x2."""
    found = 0.3 * (0.8 - held.get("x0", 0.5)) + 0.2 * min(held.get("x1", 0.1) - 0.1, 0.0)
    return found - 0.09 * (held.get("x2", 0.5) > 0.99) - 0.2 * (held.get("x1", 0.5) < 0.1)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    found = {**_FRAME, **searched([parameter(f"x{k}") for k in range(14)], margin, 3, pairs=2)}
    return {**found, "sentences": sentences(found)}


def test_a_bar_for_each_of_the_dozen_that_come_closest(data: dict[str, Any]) -> None:
    axes = flip_figure(data).axes[0]
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert labels == [each["path"] for each in data["parameters"][:MOST]]
    assert labels[0] in ("x0", "x1")
    low, high = axes.get_ylim()
    assert low > high, "the first stands at the top"


def test_where_it_turns_is_marked_at_its_quantile_and_named_in_its_unit(data: dict[str, Any]) -> None:
    axes = flip_figure(data).axes[0]
    marks = [line for line in axes.lines if line.get_marker() == "D"]
    flips = [each for each in data["parameters"] if each["state"] == "flips"]
    assert [float(line.get_xdata()[0]) for line in marks] == pytest.approx([each["flip"]["score"] for each in flips])
    assert {to_hex(line.get_color()).upper() for line in marks} == {VERMILLION}
    written = [text.get_text() for text in axes.texts]
    for each in flips:
        assert any(text.startswith(f"{each['flip']['value']:.3g} (") for text in written)


def test_what_never_turns_is_a_whole_bar_of_one_colour(data: dict[str, Any]) -> None:
    axes = flip_figure(data).axes[0]
    colours: dict[int, set[str]] = {}
    for patch in axes.patches:
        if patch.get_facecolor()[3] > 0.0:
            place = round(patch.get_y() + patch.get_height() / 2.0)
            colours.setdefault(place, set()).add(to_hex(patch.get_facecolor()))
    for place, each in enumerate(data["parameters"][:MOST]):
        assert (len(colours[place]) == 1) is (each["state"] == "holds")


def test_pairs_have_their_zero_line(data: dict[str, Any]) -> None:
    (pair,) = data["pairs"]
    axes = flip_figure(data).axes[1]
    assert axes.get_xlabel() == pair["paths"][0]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert len(lines) == len(pair["line"]) > 0


def test_an_undecided_claim_has_a_figure_that_says_so(tmp_path: Path) -> None:
    found = {**_FRAME, **searched([parameter("x")], lambda held: 0.001, 4)}
    figure = flip_figure({**found, "sentences": sentences(found)})
    assert any("not decided" in text.get_text() for text in figure.texts)
    assert [path.suffix for path in save(figure, tmp_path, "flip")] == [".svg", ".png"]


def test_the_same_figure_has_the_same_bytes(data: dict[str, Any], tmp_path: Path) -> None:
    one, other = (save(flip_figure(data), tmp_path / name, "flip") for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
