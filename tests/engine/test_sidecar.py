"""Step counts tell the same story as the rows."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.engine.part import Part
from sim.scenario.load import load_scenario
from tests.scenarios import built, small, start

RUNS = 1500


@pytest.fixture(scope="module", params=["baseline", "attacked-rok", "small", "small war"])
def case(request: pytest.FixtureRequest) -> tuple[Program, Part]:
    if request.param.startswith("small"):
        values = small() if request.param == "small" else start(small(), "Aye", "Bee", week=2)
        program = lower(built(values))
    else:
        program = lower(load_scenario(request.param).scenario)
    return program, simulate(program, 6, 0, RUNS)


def named(program: Program, what: str) -> list[str]:
    return [name for name in program.row_type.names if name.startswith(f"{what}:")]


def test_every_run_is_counted_in_every_step(case: tuple[Program, Part]) -> None:
    _, part = case
    assert (part.sidecar["transitions"].sum(axis=(2, 3)) == RUNS).all()
    assert (part.sidecar["highest"].sum(axis=(1, 2)) == RUNS).all()
    assert all((counts >= 0).all() for counts in part.sidecar.values())


def test_a_step_begins_where_the_step_before_ended(case: tuple[Program, Part]) -> None:
    program, part = case
    for counts in (part.sidecar["transitions"], part.sidecar["highest"][:, None]):
        assert np.array_equal(counts[1:].sum(axis=3), counts[:-1].sum(axis=2))
    start_rungs = part.sidecar["start_rung"]
    assert np.array_equal(start_rungs, program.tables.rivalry["start_rung"])
    for d, rung in enumerate(start_rungs):
        assert part.sidecar["transitions"][0, d, rung].sum() == RUNS


def test_the_last_step_ends_where_the_rows_end(case: tuple[Program, Part]) -> None:
    program, part = case
    ends = np.stack([part.rows[name] for name in named(program, "end")])
    rungs = range(program.layout.n_rungs)
    for d, end in enumerate(ends):
        assert part.sidecar["transitions"][-1, d].sum(axis=0).tolist() == [(end == r).sum() for r in rungs]
    last = ends.max(axis=0)
    assert part.sidecar["highest"][-1].sum(axis=0).tolist() == [(last == r).sum() for r in rungs]


def test_entries_are_those_of_the_rows(case: tuple[Program, Part]) -> None:
    program, part = case
    entries = part.sidecar["entries"]
    for b, name in enumerate(named(program, "entry")):
        for form in range(1, entries.shape[2]):
            assert entries[:, b, form].sum() == (part.rows[name] >= form).sum()
    for b, name in enumerate(named(program, "t_entry")):
        at = part.rows[name]
        assert entries[:, b, 3].tolist() == [(at == step).sum() for step in range(program.layout.n_steps)]


def test_rows_agree_with_themselves(case: tuple[Program, Part]) -> None:
    program, part = case
    rows, n = part.rows, program.layout
    peaks = np.stack([rows[name] for name in named(program, "peak")])
    ends = np.stack([rows[name] for name in named(program, "end")])
    assert np.array_equal(rows["peak"], peaks.max(axis=0))
    assert (peaks >= ends).all()
    assert np.array_equal(rows["t_war"] >= 0, rows["peak"] >= n.war)
    assert np.array_equal(rows["t_nuclear"] >= 0, rows["peak"] >= n.nuclear)
    for earlier, later in (("t_force", "t_war"), ("t_war", "t_nuclear")):
        reached = rows[later] >= 0
        assert (rows[earlier][reached] >= 0).all()
        assert (rows[earlier][reached] <= rows[later][reached]).all()
    for form, at in zip(named(program, "entry"), named(program, "t_entry"), strict=True):
        assert np.array_equal(rows[form] >= 3, rows[at] >= 0)
    for name in named(program, "attacked_at_war"):
        assert (rows["t_war"][rows[name] >= 0] >= 0).all()
        assert (rows[name][rows[name] >= 0] >= rows["t_war"][rows[name] >= 0]).all()


def test_forces_come_only_after_an_armed_attack(case: tuple[Program, Part]) -> None:
    """Forms above arms need phase 3, so no run without one has them."""
    program, part = case
    calm = part.rows["peak"] < program.layout.attack
    for name in named(program, "entry"):
        assert (part.rows[name][calm] <= 2).all()
    for name in named(program, "tripwire"):
        assert (part.rows[name][calm] == -1).all()
