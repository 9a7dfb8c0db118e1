"""Run a scenario in engine and twin by every theory of this copy of the package: ``python -m tests.theories.fifth``.

Prints what was found, for `test_fifth_theory`. Run with ``NUMBA_DISABLE_JIT=1``, nothing is compiled.
"""

from __future__ import annotations

import json

from sim.engine.lower import lower
from sim.theories import THEORIES
from tests.scenarios import built, put, small, start
from tests.twin.states import SideBySide

DRAWS = 3


def rungs_by(theory: str) -> list[list[float]]:
    """Compare every state variable of a few runs in which Bee goes by a theory; give Bee's last and highest rungs."""
    values = start(small(weeks=10), "Aye", "Bee", week=2, rung="attack")
    put(values, {"actors/Bee/theory": theory, "settlement/war_weeks": 4.0})
    both = SideBySide(lower(built(values)), seed=11)
    rivalries = [both.compare(draw).cast.rivalries["Bee>Aye"] for draw in range(DRAWS)]
    return [[rivalry.rung, rivalry.peak] for rivalry in rivalries]


if __name__ == "__main__":
    print(json.dumps({"theories": THEORIES, "rungs": {name: rungs_by(name) for name in THEORIES}}))
