"""Whose workers compute the parts does not matter: threads, processes, some of them lost."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError, PactsimError
from sim.experiments.run import run
from sim.experiments.sweep import sweep

VARY = ["actors.Russia.tied_down=0.1:0.9:3"]
#: So many runs of a point that each part holds one.
PER_POINT = 12_501


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "runs").iterdir()}


def small_sweep(folder: Path, **arguments: Any) -> Any:
    return sweep("attacked-dprk", VARY, out=folder, **{"runs": 40, **arguments})


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    """Two processes that inherit nothing."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.slow
def test_processes_give_the_bytes_of_threads(tmp_path: Path, processes: Executor) -> None:
    one = small_sweep(tmp_path / "threads", runs=PER_POINT)
    two = small_sweep(tmp_path / "processes", runs=PER_POINT, executor=processes, threads=2)
    assert len(parts(one.folder)) == 6, "two files for each of three parts"
    assert parts(two.folder) == parts(one.folder)
    assert two.summary["rows_sha256"] == one.summary["rows_sha256"]
    assert (two.folder / "frame.parquet").read_bytes() == (one.folder / "frame.parquet").read_bytes()


@pytest.mark.slow
def test_processes_give_the_bytes_of_threads_for_a_run(tmp_path: Path, processes: Executor) -> None:
    one = run("baseline", runs=30_000, out=tmp_path / "threads")
    two = run("baseline", runs=30_000, out=tmp_path / "processes", executor=processes, threads=2)
    assert parts(two.folder) == parts(one.folder)
    unchanging = {key: value for key, value in one.summary.items() if key != "runs_per_s"}
    assert two.summary == {**unchanging, "runs_per_s": two.summary["runs_per_s"]}


class Lost(Executor):
    """Loses its workers after so many tasks, as a pool of processes does when one is killed."""

    def __init__(self, after: int) -> None:
        self.left = after

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        if self.left == 0:
            raise BrokenExecutor
        self.left -= 1
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


def test_lost_workers_are_a_sentence_and_what_is_done_is_kept(tmp_path: Path) -> None:
    whole = run("baseline", runs=30_000, out=tmp_path / "whole")
    said = r"The workers are gone.* 25,000 of 30,000 runs are kept in .* Give the same command again to go on\."
    with pytest.raises(PactsimError, match=said):
        run("baseline", runs=30_000, out=tmp_path / "run", executor=Lost(1), threads=1)
    again = run("baseline", runs=30_000, out=tmp_path / "run")
    assert parts(again.folder) == parts(whole.folder)


def test_an_executor_stays_open(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        small_sweep(tmp_path / "a", executor=pool, threads=1)
        run("baseline", runs=100, out=tmp_path / "b", executor=pool, threads=1)
        assert pool.submit(int, "7").result() == 7


def test_a_run_without_an_executor_loads_nothing_for_one() -> None:
    code = (
        "import sys, tempfile; from sim.experiments.run import run\n"
        "run('baseline', runs=10, out=tempfile.mkdtemp())\n"
        "print([name for name in sys.modules if name in ('sim.studies.chunk', 'sim.experiments.stopping')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (1,), "1/2", (1.0, 2), 5])
def test_what_is_no_shard_is_a_sentence(tmp_path: Path, shard: Any) -> None:
    said = r"shard: two whole numbers \(i, n\) with 1 <= i <= n, got "
    for computed in (small_sweep, lambda folder, **given: run("baseline", out=folder, **given)):
        with pytest.raises(InputError, match=said):
            computed(tmp_path / "none", shard=shard)
    assert not (tmp_path / "none").exists()
