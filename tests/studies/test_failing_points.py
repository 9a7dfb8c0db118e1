"""A point, a part or a line of a design that fails is told and spoils no other."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.part import Part
from sim.errors import PactsimError
from sim.experiments.sweep import SweepResult, sweep
from sim.store.study import StudyFolder
from sim.studies import chunk

TIED = "actors.Russia.tied_down"
VALUES = (0.1, 0.3, 0.5, 0.7)
BAD = 2


def swept(folder: Path, **arguments: Any) -> SweepResult:
    vary = [f"{TIED}={','.join(map(str, VALUES))}"]
    return sweep("attacked-dprk", vary, out=folder, **{"runs": 60, **arguments})


def by_point(result: SweepResult, point: int) -> list[tuple[Any, ...]]:
    frame = result.frame
    of_point = frame[frame.point == point][["outcome", "value", "n", "hits"]].fillna({"value": -1.0})
    return [tuple(line) for line in of_point.to_numpy().tolist()]


def test_a_point_without_a_result_is_left_out_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = swept(tmp_path / "whole")

    def failing(program: Any, seed: int, first: int, count: int, lot: Any = None) -> Part:
        if lot is not None and VALUES[BAD] in lot.values[np.unique(lot.points)]:
            raise FloatingPointError("a number too large")
        return simulate(program, seed, first, count, lot)

    monkeypatch.setattr(chunk, "simulate", failing)
    found = swept(tmp_path / "failing")
    assert found.summary["failed"] == [{"point": BAD, "why": "the engine gave no result"}]
    assert all((value, n) == (-1.0, 0) for _, value, n, _ in by_point(found, BAD))
    for point in {0, 1, 2, 3} - {BAD}:
        assert by_point(found, point) == by_point(whole, point)
    rows = np.concatenate(list(StudyFolder(found.folder).rows()))
    assert (rows["peak"][rows["point"] == BAD] == chunk.ABSENT).all()
    assert (rows["peak"][rows["point"] != BAD] != chunk.ABSENT).all()
    assert found.summary["rows_sha256"] != whole.summary["rows_sha256"]


def test_want_of_memory_is_no_fault_of_a_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(program: Any, seed: int, first: int, count: int, lot: Any = None) -> Part:
        raise MemoryError

    monkeypatch.setattr(chunk, "simulate", failing)
    with pytest.raises((PactsimError, MemoryError)):
        swept(tmp_path)
    monkeypatch.undo()
    assert swept(tmp_path).summary["failed"] == []


class Counting(Executor):
    """Computes here; the chunk that begins with a run raises what workers may raise."""

    def __init__(self, fails_at: int = -1) -> None:
        self.fails_at = fails_at
        self.computed: list[int] = []

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        (one,) = given
        done: Future[Any] = Future()
        if one.first == self.fails_at:
            done.set_exception(MemoryError("no memory left"))
        else:
            self.computed.append(one.first)
            done.set_result(work(one))
        return done


@pytest.mark.slow
def test_a_part_that_fails_is_told_and_the_only_one_that_is_computed_again(tmp_path: Path) -> None:
    per_point = 12_501
    whole = swept(tmp_path / "whole", runs=per_point)
    said = r"1 part of 4 failed, the first with points 1: no memory left All others are stored in .*again to try"
    failing = Counting(fails_at=per_point)
    with pytest.raises(PactsimError, match=said):
        swept(tmp_path / "cut", runs=per_point, executor=failing, threads=1)
    assert failing.computed == [0, 2 * per_point, 3 * per_point]
    assert not (tmp_path / "cut" / "summary.json").exists()
    again = Counting()
    found = swept(tmp_path / "cut", runs=per_point, executor=again, threads=1)
    assert again.computed == [per_point]
    assert found.summary["rows_sha256"] == whole.summary["rows_sha256"]
    assert (found.folder / "frame.parquet").read_bytes() == (whole.folder / "frame.parquet").read_bytes()


def test_lines_of_a_design_that_cannot_be_are_told_and_the_others_kept(tmp_path: Path) -> None:
    whole = swept(tmp_path / "whole")
    file = tmp_path / "mine.csv"
    file.write_text(f"{TIED}\n0.1\n0.3\nmany\n0.7\n1.5\n")
    found = sweep("attacked-dprk", design=file, runs=60, out=tmp_path / "design")
    assert [each["point"] for each in found.summary["failed"]] == [2, 4]
    reasons = [each["why"] for each in found.summary["failed"]]
    assert reasons[0].startswith("mine.csv:4: ")
    assert "many" in reasons[0]
    assert reasons[1].startswith("mine.csv:6: ")
    assert found.summary["points"] == 5
    for point in (0, 1, 3):
        assert by_point(found, point) == by_point(whole, point)
    assert 2 not in set(found.frame.point)
