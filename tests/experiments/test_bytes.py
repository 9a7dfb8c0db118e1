"""The same bytes whatever the threads, and however often a run was stopped: with the engine, on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.engine import ensemble
from sim.engine.part import PART_RUNS
from sim.errors import Interrupted
from sim.experiments.run import run
from sim.scenario.load import load_scenario

RUNS = 3 * PART_RUNS + 1_234
SMALL = Path(__file__).parents[1] / "scenario" / "small.yaml"


def finished(folder: Path, **arguments: Any) -> dict[str, bytes]:
    """What counts of a run's results: the bytes of its parts and sidecars, and its outcomes."""
    run(load_scenario(SMALL), **{"runs": RUNS, "seed": 5, "out": folder, **arguments})
    found = {path.name: path.read_bytes() for path in (folder / "runs").iterdir()}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return {**found, "outcomes": json.dumps([summary["rows_sha256"], summary["outcomes"]]).encode()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One thread, never stopped."""
    found = finished(tmp_path_factory.mktemp("alone") / "results", threads=1)
    assert len(found) == 4 + 4 + 1
    return found


@pytest.mark.parametrize("threads", [2, 5])
def test_threads(alone: dict[str, bytes], tmp_path: Path, threads: int) -> None:
    assert finished(tmp_path / "r", threads=threads) == alone


@pytest.mark.parametrize("lanes", [1, 13, 256])
def test_width_of_a_block(alone: dict[str, bytes], tmp_path: Path, lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one part: a block of one lane is slow."""
    monkeypatch.setattr(ensemble, "LANES", lanes)
    monkeypatch.setattr(ensemble.Block.__init__, "__defaults__", (lanes,))
    monkeypatch.setattr(ensemble, "_local", type(ensemble._local)())
    found = finished(tmp_path / "r", runs=PART_RUNS, threads=1)
    del found["outcomes"]
    assert found.items() <= alone.items()
    assert len(found) == 2


@pytest.mark.parametrize("stops", [(1,), (1, 2, 3)])
@pytest.mark.parametrize("threads", [1, 2])
def test_stopped_and_resumed(alone: dict[str, bytes], tmp_path: Path, stops: tuple[int, ...], threads: int) -> None:
    folder = tmp_path / "r"
    for stop in stops:

        def stopping(done: int, total: int, least: int = stop * PART_RUNS) -> None:
            if done >= least:
                raise KeyboardInterrupt

        with pytest.raises(Interrupted, match=f"of {RUNS:,} runs are kept"):
            finished(folder, progress=stopping, threads=threads, resume=True)
        assert not (folder / "summary.json").exists()
    assert finished(folder, runs=None, resume=True) == alone


def test_grown_in_steps(alone: dict[str, bytes], tmp_path: Path) -> None:
    for runs in (1_000, PART_RUNS, PART_RUNS + 1, RUNS):
        found = finished(tmp_path / "r", runs=runs)
    assert found == alone


def test_another_seed_would_be_caught(alone: dict[str, bytes], tmp_path: Path) -> None:
    found = finished(tmp_path / "r", seed=6)
    assert found.keys() & alone.keys() == {"outcomes"}
    assert found["outcomes"] != alone["outcomes"]
