"""A fifth theory is one file: the one on the page that says so, in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.theories import THEORIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-theory.md").read_text(encoding="utf-8")
#: Products of 32-bit words wrap around in NumPy's integers as they do in the generator.
OVERFLOW = "ignore:overflow encountered:RuntimeWarning"


def block(language: str) -> str:
    """The fenced block of the page in a language."""
    (text,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)
    return str(text)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one more file in it, and the page's scenario beside it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("sim", "tests", "scenarios"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "sim" / "rules" / "theories" / "mirror.py").write_text(block("python"), encoding="utf-8")
    (folder / "mirrors.yaml").write_text(block("yaml"), encoding="utf-8")
    return folder


def told(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of a copy, with the compiler off."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1", "PACTSIM_CACHE": str(folder)}
    line = [sys.executable, "-P", "-W", "error", "-W", OVERFLOW, "-m", *command]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_engine_and_twin_go_by_it_alike(copy: Path) -> None:
    done = told(copy, "tests.theories.fifth")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["theories"] == sorted([*THEORIES, "mirror"])
    rungs = found["rungs"].pop("mirror")
    assert rungs not in found["rungs"].values()


def test_scenarios_may_name_it(copy: Path) -> None:
    done = told(copy, "sim", "check", "mirrors.yaml")
    assert done.returncode == 0, done.stderr
    wrong = told(copy, "sim", "show", "baseline", "--set", "actors.DPRK.theory=miror")
    assert "best_reply, mirror, prospect, quantal or reciprocity" in wrong.stderr
    assert "Did you mean 'mirror'?" in wrong.stderr


def test_without_the_file_nobody_knows_it(copy: Path, tmp_path: Path) -> None:
    """A folder that were not looked into would be noticed: the name comes from the file and from nowhere else."""
    shutil.copytree(copy, tmp_path / "copy")
    folder = tmp_path / "copy" / "sim" / "rules" / "theories"
    (folder / "mirror.py").rename(folder / "_mirror.py")
    done = told(tmp_path / "copy", "sim", "check", "mirrors.yaml")
    assert done.returncode != 0
    assert "actors[0].theory: best_reply, prospect, quantal or reciprocity, got 'mirror'" in done.stderr


def test_the_example_of_the_page_holds(copy: Path) -> None:
    """Its docstring is executed where it would be."""
    done = told(copy, "doctest", "sim/rules/theories/mirror.py")
    assert done.returncode == 0, done.stdout
