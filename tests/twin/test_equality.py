"""The engine and the readable twin are equal, bit for bit, in every state variable at every step."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.layout import STATE_BLOCKS
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from sim.scenario.load import load_scenario
from tests.scenarios import built, small, start
from tests.twin.states import THINGS, SideBySide


@pytest.mark.parametrize(
    ("name", "draws"), [("baseline", 12), ("attacked-dprk", 12), ("attacked-rok", 12), ("china", 6)]
)
@pytest.mark.parametrize("central", [False, True])
def test_every_state_variable_at_every_step(name: str, draws: int, central: bool) -> None:
    program = lower(load_scenario(name).scenario, central)
    both = SideBySide(program, seed=2026)
    for draw in range(draws):
        both.compare(draw)


def test_a_state_block_that_the_comparison_does_not_know_would_be_noticed() -> None:
    assert {letter for _, letter, _ in STATE_BLOCKS} == set(THINGS)


def test_the_comparison_sees_a_difference_in_the_last_bit() -> None:
    program = lower(built(small(weeks=2)))
    both = SideBySide(program, seed=1)
    run = both.begun(0)
    both.same(run, "at the start")
    run.cast.rivalries["Aye>Bee"].belief = np.nextafter(0.5, 1.0)
    with pytest.raises(AssertionError, match=r"belief \(row \d+\): engine np.float64\(0.5\)"):
        both.same(run, "at the start")


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk"])
def test_rows_of_an_ensemble_are_the_twins(name: str) -> None:
    program = lower(load_scenario(name).scenario)
    rows = simulate(program, seed=99, first=1000, count=10).rows
    script = Script(program.scenario)
    for row in rows:
        draw = int(row["run"])
        run = Run(script, draw_run(program.parameters, 99, draw), 99, draw)
        while not run.over:
            run.step()
        assert {"run": draw, **run.outcome_row()} == {key: int(row[key]) for key in rows.dtype.names}


def test_much_happens_in_the_small_scenario() -> None:
    """What is compared must be reached: every verdict but two, every form, every phase."""
    program = lower(built(start(small(), "Aye", "Bee", week=5)))
    both = SideBySide(program, seed=3)
    runs = [both.compare(draw) for draw in range(40)]
    assert {run.cast.partnerships["Cee>Bee"].best for run in runs} >= {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}
    assert any(run.cast.partnerships["Cee>Bee"].t_trip >= 0 for run in runs)
    assert any(run.t_nuclear >= 0 for run in runs)
    assert all(run.t_war >= 0 for run in runs)
    assert sum(kind.count for run in runs for kind in run.cast.kinds.values()) > 100
