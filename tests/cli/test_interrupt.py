"""Ctrl-C, SIGTERM and kill -9 in the middle of a long run lose at most what was being computed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]


def command(folder: Path, runs: int, *more: str) -> list[str]:
    words = ["run", "baseline", "--runs", str(runs), "--seed", "3", "--out", str(folder), "--json", *more]
    return [sys.executable, "-m", "sim", *words]


def summary(folder: Path, runs: int, *more: str) -> dict[str, Any]:
    done = subprocess.run(command(folder, runs, *more), capture_output=True, text=True, timeout=300, check=True)
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def started(folder: Path) -> subprocess.Popen[str]:
    """Begin a run of ten million and wait for its first parts."""
    process = subprocess.Popen(command(folder, 10_000_000), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 240
    while kept(folder) < 2:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "no part within four minutes"
        time.sleep(0.02)
    return process


def sidecars(folder: Path) -> list[Path]:
    """Those that are in place: kill -9 may leave one that is being written, under a name that begins with a dot."""
    return [path for path in (folder / "runs").glob("*.sidecar") if not path.name.startswith(".")]


def kept(folder: Path) -> int:
    return len(sidecars(folder))


def assert_resumes(folder: Path, fresh: Path) -> None:
    """Going on gives the bytes of a run that was never stopped, without computing anew what was kept."""
    # A part counts once its sidecar is there, which is written last.
    stored = [path.with_suffix(".parquet") for path in sidecars(folder)]
    before = {path.name: path.stat().st_mtime_ns for path in stored}
    runs = 25_000 * (len(before) + 1)
    resumed, whole = summary(folder, runs, "--resume"), summary(fresh, runs, "--threads", "1")
    assert resumed["runs"] == runs
    assert resumed["rows_sha256"] == whole["rows_sha256"]
    assert resumed["outcomes"] == whole["outcomes"]
    after = {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.parquet")}
    assert before.items() <= after.items()
    assert names(folder) == names(fresh), "nothing is left behind"
    assert all((folder / name).read_bytes() == (fresh / name).read_bytes() for name in names(folder) if "/" in name)


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_with_130_within_three_seconds_and_resumes(tmp_path: Path, sent: signal.Signals) -> None:
    folder = tmp_path / "results"
    process = started(folder)
    began = time.monotonic()
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    seconds = time.monotonic() - began
    assert process.returncode == 130
    assert out == ""
    assert "of 10,000,000 runs are kept" in err
    assert "--resume" in err
    assert "Traceback" not in err
    assert seconds < 3.0
    assert not (folder / ".lock").exists()
    assert kept(folder) >= 2
    assert_resumes(folder, tmp_path / "fresh")


def test_kill_9_loses_only_what_was_in_flight(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    process = started(folder)
    process.kill()
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert_resumes(folder, tmp_path / "fresh")
