"""What is shipped: the lock, the set-up by make, and a wheel that runs outside the clone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, list[str]]:
    """Requirements of the lock by package, each with version and marker."""
    found: dict[str, list[str]] = {}
    for line in LOCK.read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==(.+?) \\$", line):
            found.setdefault(normal(match[1]), []).append(match[2])
    return found


def test_the_lock_holds_every_direct_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {normal(re.split(r"[\[>=<~! ]", line, maxsplit=1)[0]) for line in wanted}
    assert names <= set(locked())


def test_the_lock_names_no_address_and_no_path() -> None:
    text = LOCK.read_text()
    assert "://" not in text
    assert "--index" not in text
    assert not re.search(r"(?m)^(-e|/|\.)", text)
    assert text.count("--hash=sha256:") > len(locked())


def test_the_lock_gives_each_python_a_mesa_that_it_can_run() -> None:
    versions = {entry.partition(" ; ")[2]: entry for entry in locked()["mesa"]}
    assert versions["python_full_version < '3.12'"].startswith("3.3.")
    assert versions["python_full_version >= '3.12'"] >= "3.5"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_second_make_run_sets_nothing_up(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, tmp_path)
    first = dry_run(tmp_path)
    assert any("--require-hashes" in line for line in first)
    assert any("warmup" in line for line in first)
    (tmp_path / ".venv").mkdir()
    for stamp in ("stamp", "warm"):
        (tmp_path / ".venv" / stamp).touch()
    assert dry_run(tmp_path) == [".venv/bin/pactsim run baseline --runs 100000 --plot"]


def make(folder: Path, *arguments: str, check: bool) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, though these tests may themselves have been started by make."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=check)


def dry_run(folder: Path) -> list[str]:
    return make(folder, "-n", "run", check=True).stdout.splitlines()


def test_make_says_what_it_needs_where_there_is_no_python(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("needs make")
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, tmp_path)
    done = make(tmp_path, "run", "PYTHON=", check=False)
    assert done.returncode != 0
    assert "needs Python 3.11 or later" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("pactsim-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def outside(site: Path, cwd: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_package_library_and_licence(site: Path) -> None:
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {"sim/__init__.py", "sim/py.typed", "sim/_scenarios/baseline.yaml"} <= names
    assert any(name.startswith("sim/_scenarios/treaties/") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "docs/")) for name in names)


@pytest.mark.slow
def test_the_wheel_runs_outside_the_clone(site: Path, tmp_path: Path) -> None:
    where = outside(site, tmp_path, "-c", "import sim; print(sim.__file__)")
    assert Path(where.strip()).is_relative_to(site)
    shown = json.loads(outside(site, tmp_path, "-m", "sim", "run", "baseline", "--runs", "200", "--json"))
    assert shown["runs"] == 200
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
