"""Twin equality on scenarios that nobody wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import built
from tests.twin.random_scenarios import examples, scenarios
from tests.twin.states import SideBySide


@examples(150)
@given(values=scenarios(), seed=st.integers(0, 2**64 - 1), first=st.integers(0, 2**48 - 100))
def test_random_scenarios(values: dict[str, Any], seed: int, first: int) -> None:
    program = lower(built(values))
    rows = simulate(program, seed, first, 66).rows
    both = SideBySide(program, seed)
    for number in (0, 1, 65):
        run = both.compare(first + number)
        told = {"run": first + number, **run.outcome_row()}
        assert told == {name: int(rows[name][number]) for name in rows.dtype.names}
    assert np.array_equal(rows, np.concatenate([simulate(program, seed, first + i, 33).rows for i in (0, 33)]))
