"""A real scheduler and two worker processes on loopback: the rows of threads, also if a worker is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.main import main
from sim.errors import InputError, PactsimError
from sim.experiments.sweep import sweep
from sim.studies.cluster import about, refuse_others, workers

pytest.importorskip("distributed")

ROOT = Path(sim.__file__).parents[1]
#: Twelve points, each a part of its own.
VARY = ["actors.Russia.tied_down=0.1:0.9:12"]
PER_POINT = 12_501
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
SCHEDULER = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]


class Cluster:
    """A scheduler and its workers; ports and folders are its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        file = folder / "scheduler.json"
        self.scheduler = self._start([*SCHEDULER, "--host", "127.0.0.1", "--scheduler-file", str(file)])
        self.address = str(json.loads(awaited(file))["address"])

    def worker(self) -> subprocess.Popen[bytes]:
        more = ["--host", "127.0.0.1", "--local-directory", str(self._folder)]
        return self._start([*WORKER, self.address, *more])

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self._stack.callback(ended, process)
        return process


def awaited(file: Path) -> str:
    """Content of a file that another process is about to write."""
    deadline = time.monotonic() + 60
    while not file.exists() or not file.read_text().rstrip().endswith("}"):
        assert time.monotonic() < deadline, "no scheduler within a minute"
        time.sleep(0.05)
    return file.read_text()


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process that this test started, whatever it is doing."""
    process.kill()
    process.wait(30)


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path_factory.mktemp("dask"), stack)


def swept(folder: Path, **arguments: Any) -> Any:
    return sweep("attacked-dprk", VARY, runs=PER_POINT, out=folder, **arguments)


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "runs").iterdir()}


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_byte(tmp_path: Path, cluster: Cluster) -> None:
    by_threads = swept(tmp_path / "threads")
    first, second = cluster.worker(), cluster.worker()
    done: list[int] = []

    def progress(runs: int, total: int) -> None:
        done.append(runs)
        if len(done) == 3:  # four chunks are in flight: both workers are at one
            os.kill(first.pid, signal.SIGKILL)

    with workers(cluster.address) as (executor, _):
        assert executor is not None
        deadline = time.monotonic() + 60
        while sum(executor._client.nthreads().values()) < 2:  # type: ignore[attr-defined]
            assert time.monotonic() < deadline, "no two workers within a minute"
            time.sleep(0.05)
        found = swept(tmp_path / "cluster", executor=executor, threads=2, progress=progress)
    assert first.wait(30) == -signal.SIGKILL
    assert second.poll() is None
    assert len(done) == 12
    assert found.summary["rows_sha256"] == by_threads.summary["rows_sha256"]
    assert parts(found.folder) == parts(by_threads.folder)


@pytest.mark.slow
def test_a_run_on_a_cluster_has_the_bytes_of_threads(
    tmp_path: Path, cluster: Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster.worker()
    words = ["run", "baseline", "--runs", "30000", "--out", str(tmp_path / "run")]
    assert main([*words, "--cluster", cluster.address, "--json"]) == 0
    shown = json.loads(capfd.readouterr().out)
    assert main([*words[:-1], str(tmp_path / "threads"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["rows_sha256"] == shown["rows_sha256"]
    assert parts(tmp_path / "run") == parts(tmp_path / "threads")


@pytest.mark.slow
def test_a_rare_event_on_a_cluster_has_the_bytes_of_threads(
    tmp_path: Path, cluster: Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster.worker()
    words = ["rare", "attacked-dprk", "--event", "nuclear_use", "--runs", "1000", "--replications", "8"]
    words += ["--treaty", "DPRK-Russia=2024,none", "--paths", "4", "--json", "--out"]
    assert main([*words, str(tmp_path / "rare"), "--cluster", cluster.address]) == 0
    shown = json.loads(capfd.readouterr().out)
    assert main([*words, str(tmp_path / "threads")]) == 0
    by_threads = json.loads(capfd.readouterr().out)
    assert {**shown, "frame": ""} == {**by_threads, "frame": ""}
    assert len(parts(tmp_path / "rare")) == 8
    assert parts(tmp_path / "rare") == parts(tmp_path / "threads")


@pytest.mark.slow
def test_a_scheduler_that_is_lost_is_a_sentence_and_what_is_done_is_kept(tmp_path: Path, cluster: Cluster) -> None:
    cluster.worker()
    done: list[int] = []

    def progress(runs: int, total: int) -> None:
        done.append(runs)
        if len(done) == 2:
            cluster.scheduler.kill()

    said = r"parts of 12 failed, the first with points \d+: The workers are gone.* All others are stored in "
    with pytest.raises(PactsimError, match=said), workers(cluster.address) as (executor, threads):
        swept(tmp_path / "swept", executor=executor, threads=threads, progress=progress)
    assert len(parts(tmp_path / "swept")) >= 4


@pytest.mark.slow
def test_ctrl_c_ends_a_run_on_a_cluster_and_keeps_what_is_done(tmp_path: Path, cluster: Cluster) -> None:
    cluster.worker()
    words = ["run", "baseline", "--runs", "10000000", "--cluster", cluster.address, "--out", str(tmp_path / "run")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *words], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 120
        while len(list((tmp_path / "run" / "runs").glob("*.sidecar"))) < 2:
            assert process.poll() is None
            assert time.monotonic() < deadline, "no part within two minutes"
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(30)
    assert process.returncode == 130
    assert said.startswith("Interrupted: ")
    assert said.count("\n") == 1
    assert {path.suffix for path in (tmp_path / "run" / "runs").iterdir()} == {".parquet", ".sidecar"}
    assert not (tmp_path / "run" / ".lock").exists()


@pytest.mark.slow
def test_a_scheduler_without_workers_is_a_sentence(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.studies.cluster.PATIENCE_S", 0.5)
    assert main(["run", "baseline", "--runs", "10", "--cluster", cluster.address]) == 1
    said = capfd.readouterr().err
    assert said == f"{cluster.address}: no worker is there. Start one with `dask worker {cluster.address}`.\n"


def test_nobody_at_the_address_is_a_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert main(["run", "baseline", "--cluster", address, "--out", str(tmp_path / "none")]) == 2
    assert capfd.readouterr().err.startswith(f"--cluster: the address of a Dask scheduler, got nobody at '{address}'")
    assert main(["run", "baseline", "--cluster", "here", "--out", str(tmp_path / "none")]) == 2
    assert "Write --cluster tcp://HOST:8786" in capfd.readouterr().err
    assert not (tmp_path / "none").exists()


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'pactsim\[cluster\]'"), workers("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({"Python": "3.9"}, "Worker tcp://a:1 has Python 3.9, here "),
        ({"pactsim": "0.0.9"}, "Worker tcp://a:1 has pactsim 0.0.9, here "),
        ({"rules": "0123456789ab"}, "Worker tcp://a:1 has rules 01234567, here "),
    ],
)
def test_workers_that_differ_are_refused(theirs: dict[str, str], said: str) -> None:
    with pytest.raises(PactsimError) as caught:
        refuse_others({"tcp://a:1": {**about(), **theirs}, "tcp://b:1": about()})
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith(": install the same there.")


def test_workers_without_pactsim_are_refused() -> None:
    with pytest.raises(PactsimError, match="Workers tcp://a:1, tcp://b:1 have no pactsim that can be used"):
        refuse_others({"tcp://a:1": ModuleNotFoundError("sim"), "tcp://b:1": ModuleNotFoundError("sim")})
