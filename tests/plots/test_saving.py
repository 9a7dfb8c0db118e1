"""Figures from a results folder, saved whole, with the same bytes each time, whatever the user's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import sim
from sim.engine.part import PART_RUNS, Part, part_ranges
from sim.errors import PactsimError
from sim.plots import style
from sim.plots.gallery import FIGURES, draw_all
from sim.plots.outcomes import outcome_figure
from sim.plots.peak import peak_figure
from sim.plots.studies import figures_of
from sim.plots.style import save, settle
from sim.store.identity import Identity, resolved_hash
from sim.store.manifest import LAYOUT
from sim.store.parts import encode
from sim.store.writer import writing
from tests.plots.studies import sensitive, swept


@pytest.mark.parametrize("name", ["outcomes", "highest_rung_over_time"])
def test_same_bytes_again(tmp_path, ordinary, name):
    first = [path.read_bytes() for path in save(FIGURES[name](ordinary), tmp_path / "a", name)]
    again = [path.read_bytes() for path in save(FIGURES[name](ordinary), tmp_path / "b", name)]
    assert first == again
    assert b"<dc:date>" not in first[0]
    assert b"Software" not in first[1]


@pytest.mark.parametrize("kind", ["sensitivity", "sweep"])
def test_places_of_axes_have_no_last_bits(kind):
    """The solver of the layout gave other last bits, and an SVG other names for what clips, in one of some runs."""
    frame, meta = swept({"entry.bias": (-1.0, 0.0, 1.0), "tie": (0.0, 1.0)}, outcomes=("war", "force"))
    data = {"frame": frame, "meta": meta} if kind == "sweep" else sensitive()
    (figure,) = figures_of(kind, data).values()
    settle(figure)
    for axes in figure.axes:
        for original in (True, False):
            bounds = axes.get_position(original).bounds
            assert bounds == pytest.approx([round(bound, 6) for bound in bounds], rel=0.0, abs=1e-15)


def test_users_settings_change_nothing(tmp_path, ordinary):
    (plain, _) = save(peak_figure(ordinary), tmp_path / "a", "x")
    with matplotlib.rc_context({"axes.grid": False, "font.size": 20, "svg.hashsalt": "mine", "lines.linewidth": 9}):
        (other, _) = save(peak_figure(ordinary), tmp_path / "b", "x")
    assert plain.read_bytes() == other.read_bytes()


def test_saving_leaves_no_other_file(tmp_path, ordinary):
    save(peak_figure(ordinary), tmp_path, "peak")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["peak.png", "peak.svg"]


def test_a_full_disk_is_a_sentence(tmp_path, ordinary, monkeypatch):
    def full(path, content):
        raise PactsimError("the disk is full")

    monkeypatch.setattr(style, "write_atomically", full)
    with pytest.raises(PactsimError, match="disk is full"):
        save(peak_figure(ordinary), tmp_path, "peak")


def fill(path: Path, data, runs: int) -> None:
    """A results folder with the counts of `data` in every part, without the engine."""
    kinds = [("run", "<i8"), *((f"entry:{pair}", "i1") for pair in data.partnerships)]
    ladder = [{"name": rung} for rung in data.rungs]
    scenario = {"step_days": 7.0, "ladder": ladder, "outcomes": ["war"]}
    identity = Identity(resolved_hash(scenario), data.seed, "0" * 64)
    manifest = {"pactsim_results": LAYOUT, "identity": identity.__dict__, "runs": runs, "scenario": scenario}
    summary = {
        "scenario": data.stem,
        "title": data.title,
        **identity.__dict__,
        "runs": runs,
        "outcomes": json.loads(json.dumps(data.outcomes)),
    }
    counts = {"highest": data.highest.astype(np.int32), "entries": data.entries.astype(np.int32)}
    with writing(path, identity) as folder:
        folder.begin(manifest)
        for first, count in part_ranges(runs):
            rows = np.zeros(count, kinds)
            rows["run"] = np.arange(first, first + count)
            folder.write(encode(Part(first, rows, counts), identity))
        folder.finish(manifest, summary)


def test_all_figures_of_a_folder(tmp_path, make_data):
    data = make_data(PART_RUNS + 10, steps=5)
    fill(tmp_path / "r", data, PART_RUNS + 10)
    files = draw_all(tmp_path / "r")
    assert sorted(path.name for path in (tmp_path / "r" / "figures").iterdir()) == sorted(
        f"{name}{suffix}" for name in FIGURES for suffix in (".svg", ".png")
    )
    assert all(path.stat().st_size > 5000 for path in files)


def test_counts_of_parts_are_added_up(tmp_path, make_data):
    from sim.plots.data import read_run

    data = make_data(PART_RUNS + 10, steps=5)
    fill(tmp_path / "r", data, PART_RUNS + 10)
    found = read_run(tmp_path / "r")
    np.testing.assert_array_equal(found.highest, 2 * data.highest)
    np.testing.assert_array_equal(found.entries, 2 * data.entries)
    assert found.rungs == data.rungs
    assert found.partnerships == data.partnerships
    assert found.outcomes == data.outcomes


def test_a_run_names_the_letters_that_no_font_has(tmp_path, make_data):
    from sim.plots.gallery import missing_letters

    data = make_data(100, steps=5, partnerships=("A>B",), rungs=("calm", "\U0010fffd war"), title="x")
    fill(tmp_path / "r", data, 100)
    assert missing_letters(tmp_path / "r") == "\U0010fffd"


def test_asked_outcomes_are_those_of_the_scenario(tmp_path, make_data):
    from sim.plots.data import read_run

    fill(tmp_path / "r", make_data(100, steps=5), 100)
    assert read_run(tmp_path / "r").asked == ("war",)


def test_no_entry_figure_without_partnerships(tmp_path, make_data):
    data = make_data(100, steps=5, partnerships=())
    fill(tmp_path / "r", data, 100)
    assert not [path for path in draw_all(tmp_path / "r") if "entry" in path.name]


def test_loads_no_pyplot_and_no_compiler(tmp_path, ordinary):
    code = (
        "import sys, sim.plots.gallery;"
        "print(sorted({'numba', 'mesa', 'pandas', 'matplotlib.pyplot'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert found.stdout.strip() == "[]", found.stderr


def test_figures_need_no_display(ordinary):
    assert type(outcome_figure(ordinary).canvas).__name__ == "FigureCanvasAgg"
