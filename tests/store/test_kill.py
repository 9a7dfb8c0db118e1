"""kill -9 at each moment at which a file takes its place: going on gives the same bytes and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sim

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

ROOT = Path(sim.__file__).parents[1]
#: Parts of 50 runs; the process kills itself at the given replacement of a file, before or after it.
CHILD = """
import os, signal, sys
from pathlib import Path
import sim.engine.part
sim.engine.part.PART_RUNS = 50
from sim.store import files
from sim.store.identity import Identity, scenario_hash
from tests.store.conftest import Maker, made_scenario

path, moment, before = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "before"
replaced, real = [], os.replace

def replace(source, target):
    replaced.append(target)
    if len(replaced) == moment and before:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)
    if len(replaced) == moment:
        os.kill(os.getpid(), signal.SIGKILL)

files.os.replace = replace
scenario = made_scenario()
Maker(scenario, Identity(scenario_hash(scenario), 20261101, "0" * 64)).run(path, 120)
print(len(replaced))
"""


def fill(path: Path, moment: int = 0, when: str = "after") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", CHILD, str(path), str(moment), when]
    return subprocess.run(words, capture_output=True, text=True, env=environment, timeout=120)


def contents(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A folder filled without a kill: manifest, three parts of two files, manifest again, summary."""
    path = tmp_path_factory.mktemp("whole")
    done = fill(path)
    assert done.stdout == "9\n", done.stderr
    found = contents(path)
    assert len(found) == 8
    return found


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", [1, 2, 3, 4, 7, 8, 9])
def test_killed_and_repeated_is_never_killed(tmp_path: Path, whole: dict[str, bytes], moment: int, when: str) -> None:
    assert fill(tmp_path, moment, when).returncode == -signal.SIGKILL
    assert contents(tmp_path) != whole, "killed in time: at least the lock is left"
    assert (tmp_path / ".lock").exists()
    done = fill(tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == whole
