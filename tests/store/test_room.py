"""More runs than the disk holds are refused before the first is computed."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from pathlib import Path

import pytest

from sim.engine.part import PART_RUNS, part_ranges
from sim.errors import InputError
from sim.store import room
from sim.store.room import require_room


def test_ranges_are_made_when_they_are_asked_for():
    tracemalloc.start()
    assert list(islice(part_ranges(10**14), 2)) == [(0, PART_RUNS), (PART_RUNS, PART_RUNS)]
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_what_does_not_fit_is_refused_with_space_and_time(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "free_bytes", lambda folder: 50 * 10**9)
    folder = tmp_path / "r"
    require_room(folder, 3_000_000_000, 155, 2)
    with pytest.raises(InputError) as caught:
        require_room(folder, 10**14, 155, 2)
    assert str(caught.value) == (
        f"runs: at most 3,225,806,451, for 50 GB that are free at {folder}, got 100,000,000,000,000, "
        "which take about 1.55 PB and 63 years. Ask for fewer, or choose an --out with more room."
    )
    assert not folder.exists()


def test_what_is_stored_needs_no_room(tmp_path, maker, monkeypatch):
    maker.run(tmp_path / "r", 60_000)
    monkeypatch.setattr(room, "free_bytes", lambda folder: 1000)
    require_room(tmp_path / "r", 60_000, 155, 1)
    with pytest.raises(InputError, match="at most 60,064, for 1 kB"):
        require_room(tmp_path / "r", 70_000, 155, 1)


def test_free_space_of_a_folder_that_is_not_there_is_that_of_its_parent(tmp_path):
    assert room.free_bytes(tmp_path / "a" / "b") == pytest.approx(room.free_bytes(tmp_path), rel=0.1)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert room.free_bytes(Path(tmp_path / "loop" / "x")) > 0


def test_the_size_of_a_stored_run_is_about_what_is_reckoned_with(tmp_path, maker):
    """Made-up rows compress less well than real ones, so the bound errs on the side of letting a run begin."""
    maker.run(tmp_path / "r", PART_RUNS)
    stored = sum(file.stat().st_size for file in (tmp_path / "r" / "runs").iterdir()) / PART_RUNS
    assert stored > maker.part(0, 1).rows.dtype.itemsize / room.COMPRESSION
