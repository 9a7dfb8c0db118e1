"""With the compiler off, engine and twin give the bits that they give with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.twin.plain import digests

ROOT = Path(__file__).parents[2]
#: Products of 32-bit words wrap around in NumPy's integers as they do in the generator.
OVERFLOW = "ignore:overflow encountered:RuntimeWarning"


def test_engine_and_twin_as_plain_python() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "error", "-W", OVERFLOW, "-m", "tests.twin.plain"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    compiled, plain = digests(), json.loads(told.stdout)
    assert compiled["engine"] == compiled["twin"] == plain["engine"] == plain["twin"]
