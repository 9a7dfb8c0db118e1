"""Hashes of small ensembles, the same on every machine: ``python -m tests.engine.golden [--renew]``.

They change with every change of the rules, of the baseline or of the order of draws. After a change that is
meant, renew them; after one that is not, they have found a fault.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from sim.engine import kept_tables, parameters
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from tests.scenarios import built, small, start

FILE = Path(__file__).with_name("golden.json")
SEED = 20_261_101


def hashes() -> dict[str, str]:
    """SHA-256 of names and rows, by scenario; quantile tables are made anew, since these are tested too."""
    before, kept_tables.FOLDER = kept_tables.FOLDER, None
    parameters._table.cache_clear()
    try:
        return _hashes()
    finally:
        kept_tables.FOLDER = before


def _hashes() -> dict[str, str]:
    cases = {
        "baseline, 1000 runs": (load_scenario("baseline").scenario, 1000),
        "attacked-dprk, 300 runs": (load_scenario("attacked-dprk").scenario, 300),
        "small, 500 runs": (built(small()), 500),
        "small war, 500 runs": (built(start(small(), "Aye", "Bee", week=2)), 500),
    }
    found = {}
    for name, (scenario, runs) in cases.items():
        rows = simulate(lower(scenario), SEED, 0, runs).rows
        text = repr(rows.dtype.descr).encode() + rows.tobytes()
        found[name] = hashlib.sha256(text).hexdigest()
    return found


if __name__ == "__main__":
    text = json.dumps(hashes(), indent=2) + "\n"
    if "--renew" in sys.argv:
        FILE.write_text(text, encoding="utf-8")
    print(text, end="")
