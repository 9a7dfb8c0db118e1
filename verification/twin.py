"""Engine and twin on random scenarios that the tests do not have: ``python -m verification.twin``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import built
from tests.twin.random_scenarios import scenarios
from tests.twin.states import SideBySide


def check(many: int) -> None:
    """Compare many scenarios, step by step and row by row."""

    @seed(20_261_101)
    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(values=scenarios(), key=st.integers(0, 2**64 - 1), first=st.integers(0, 2**48 - 100))
    def compare(values: dict[str, Any], key: int, first: int) -> None:
        program = lower(built(values))
        rows = simulate(program, key, first, 70).rows
        both = SideBySide(program, key)
        for number in (0, 69):
            told = {"run": first + number, **both.compare(first + number).outcome_row()}
            assert told == {name: int(rows[name][number]) for name in rows.dtype.names}

    compare()


def main() -> int:
    """Print how many scenarios agreed; a difference is raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    many = 300 if parser.parse_args().quick else 3_000
    check(many)
    print(f"{many:,} random scenarios agree in every state variable at every step")
    return 0


if __name__ == "__main__":
    sys.exit(main())
