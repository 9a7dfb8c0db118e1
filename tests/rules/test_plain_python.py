"""A rule gives the same bits compiled and as plain Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import sim.rules
from tests.rules.grid import digests

ROOT = Path(__file__).parents[2]


def test_every_rule_on_a_grid() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore:overflow encountered:RuntimeWarning", "-m", "tests.rules.grid"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    plain, compiled = json.loads(told.stdout), digests()
    assert plain.keys() == compiled.keys()
    assert {name for name in plain if plain[name] != compiled[name]} == set()
    files = [path.stem for path in Path(sim.rules.__path__[0]).rglob("*.py") if path.stem != "__init__"]
    assert {name.split(".")[-2] for name in plain if name.startswith("sim.rules.")} == set(files)
