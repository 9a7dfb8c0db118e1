"""Hashes of small ensembles, the same on every machine: ``python -m tests.engine.golden [--renew]``.

They change with every change of the rules, of the baseline or of the order of draws. After a change that is
meant, renew them; after one that is not, they have found a fault.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from sim.designs.factors import Factor
from sim.designs.plans import design
from sim.designs.points import Points
from sim.engine import kept_tables, parameters
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from sim.scenario.quantity import Quantity
from sim.studies.chunk import study_part, study_type
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
    return found | {"sweep of small, 25 points of 20 runs": _of_a_sweep()}


def _of_a_sweep() -> str:
    """Of points that a distribution and logarithms place, in two scenarios in turn."""
    spread = Quantity(family="pert", arguments=(0.1, 0.3, 0.8))
    factors = [
        Factor("entry.honouring", low=0.1, high=0.8, quantity=spread),
        Factor("inadvertent.war_per_act", low=0.001, high=0.1, log=True),
    ]
    columns = dict(zip((factor.path for factor in factors), design("grid", factors, None, 1).columns, strict=True))
    number = np.arange(25)
    points = Points(number, number % 2, 7 * number, columns, 20)
    programs = [lower(built(small())), lower(built(start(small(weeks=20), "Aye", "Bee", week=2)))]
    rows = study_part(programs, points, 0, study_type(programs), SEED, 0, points.rows).rows
    return hashlib.sha256(points.digest().encode() + repr(rows.dtype.descr).encode() + rows.tobytes()).hexdigest()


if __name__ == "__main__":
    text = json.dumps(hashes(), indent=2) + "\n"
    if "--renew" in sys.argv:
        FILE.write_text(text, encoding="utf-8")
    print(text, end="")
