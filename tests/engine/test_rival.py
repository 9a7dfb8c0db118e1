"""The scalar rival that speed is measured against does the same work: its rows are the engine's."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario

ROOT = Path(__file__).parent.parent.parent
RUNS = 12

RIVAL = f"""
import hashlib
from benchmarks.scalar import simulate_scalar
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
rows = simulate_scalar(lower(load_scenario("baseline").scenario), 3, 0, {RUNS})
print(hashlib.sha256(rows.tobytes()).hexdigest())
"""


def test_the_rival_gives_the_same_rows():
    """Without compiling it: a rival that left a process out would be fast, and a ratio to it worth nothing."""
    mine = simulate(lower(load_scenario("baseline").scenario), 3, 0, RUNS).rows
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RIVAL],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == hashlib.sha256(mine.tobytes()).hexdigest()
