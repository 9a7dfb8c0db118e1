"""A run can be stopped, copied and continued: on its own branch as if nothing had been, or on another."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import Program, lower
from tests.engine.lanes import copied
from tests.scenarios import built, clause, incident, put, rungs, small, start, treaty


def stopped(program: Program, step: int, lanes: int, seed: int = 8) -> Block:
    block = Block(program, seed, lanes)
    block.start(0, lanes)
    block.advance(0, step, new_sidecar(program))
    return block


def continued(program: Program, saved: Block, step: int, branch: int) -> Block:
    """All lanes of a saved block, in reverse order, run on to the end."""
    lanes = saved.lanes
    block = Block(program, saved.seed % 2**64, lanes + 3)
    block.lanes = lanes
    for lane in range(lanes):
        copied(saved, lane, block, lanes - 1 - lane, branch)
    block.advance(step, program.layout.n_steps, new_sidecar(program))
    return block


@pytest.mark.parametrize("step", [0, 1, 10, 25])
def test_going_on_from_a_saved_state_is_as_if_it_had_not_stopped(tiny: Program, step: int) -> None:
    whole = stopped(tiny, tiny.layout.n_steps, 40)
    again = continued(tiny, stopped(tiny, step, 40), step, branch=0)
    assert np.array_equal(whole.state, again.state[:, 39::-1])


def test_the_baseline_too(baseline: Program) -> None:
    whole = stopped(baseline, baseline.layout.n_steps, 64)
    again = continued(baseline, stopped(baseline, 17, 64), 17, branch=0)
    assert np.array_equal(whole.state, again.state[:, 63::-1])


def test_step_by_step_is_the_same_as_at_once(tiny: Program) -> None:
    block, sidecar = stopped(tiny, 0, 20), new_sidecar(tiny)
    for step in range(tiny.layout.n_steps):
        block.advance(step, step + 1, sidecar)
    whole, at_once = stopped(tiny, 0, 20), new_sidecar(tiny)
    whole.advance(0, tiny.layout.n_steps, at_once)
    assert np.array_equal(block.state, whole.state)
    assert all(np.array_equal(sidecar[name], at_once[name]) for name in sidecar)


def test_on_another_branch_the_future_differs_and_the_past_does_not(tiny: Program) -> None:
    saved = stopped(tiny, 6, 60)
    before = saved.state.copy()
    one, two, same = (continued(tiny, saved, 6, branch).state[:, 59::-1] for branch in (1, 2, 1))
    assert np.array_equal(saved.state, before)
    assert np.array_equal(one, same)
    assert (one != two).any(axis=0).sum() > 50


def late_treaty() -> Program:
    """A war from week 0 that does not end, a pact that binds from week 10, and much else to be drawn."""
    values = start(small(), "Aye", "Bee")
    values["ladder"] = rungs("calm", "threat", "clash", "attack", "war")
    values["treaties"] = [treaty("pact", clause("Cee", "Bee"), signed=None, in_force="2027-01-10")]
    values["incidents"].append(incident("noise", "Aye>Cee", "Cee>Aye", lifts=False, rate=20.0))
    put(values, {"settlement/war_weeks": 5200.0, "entry/unmet": 3.0, "adjudication/victim_if_attacked": 0.6})
    return lower(built(values))


def test_what_is_drawn_once_per_episode_stays_on_any_branch() -> None:
    """The pact is tested for the first time after the branch; its verdict and entry are those of the parent."""
    program = late_treaty()
    n = program.layout
    lanes = 200
    saved = stopped(program, 5, lanes)
    parent, child = (continued(program, saved, 5, branch).state[:, lanes - 1 :: -1] for branch in (0, 7))
    still_at_war = (parent[n.phase] > 3.5) & (child[n.phase] > 3.5)
    still_at_war &= (parent[n.ordinal] == 1.0) & (child[n.ordinal] == 1.0)
    assert still_at_war.sum() > 0.9 * lanes
    verdict = verdict_row(program)
    assert len(np.unique(parent[verdict][still_at_war])) > 1
    assert np.array_equal(parent[verdict][still_at_war], child[verdict][still_at_war])
    for block in ("decided", "tripped"):
        row = getattr(n, block) + [s.name for s in _supports(program)].index("Cee>Bee/Aye")
        assert np.array_equal(parent[row][still_at_war], child[row][still_at_war]), block
        assert len(np.unique(parent[row][still_at_war])) > 1
    assert (parent[n.hot] != child[n.hot]).any()


def verdict_row(program: Program) -> int:
    """Row of the state in which Cee's verdict about helping Bee against Aye stands."""
    verdicts = [name for name in program.row_type.names if name.startswith("verdict:")]
    return program.layout.verdict + verdicts.index("verdict:pact/Cee for Bee|Aye")


def _supports(program: Program) -> list:  # type: ignore[type-arg]
    from sim.engine.parameters import draw_run
    from sim.mesa_model.cast import Script, assemble

    return assemble(Script(program.scenario), draw_run(program.parameters, 0, 0)).supports


def test_an_episode_that_begins_on_a_branch_draws_anew() -> None:
    values = start(small(), "Aye", "Bee", week=10)
    values["incidents"] = values["cascades"] = []
    put(values, {"settlement/war_weeks": 5200.0, "adjudication/victim_if_attacked": 0.5})
    for name in ("Aye", "Bee"):
        put(values, {f"actors/{name}/resolve": -50.0})
    program = lower(built(values))
    lanes = 400
    saved = stopped(program, 5, lanes)
    rows = [continued(program, saved, 5, branch).state[:, lanes - 1 :: -1] for branch in (0, 7)]
    met = [state[verdict_row(program)] == 9.0 for state in rows]
    both = (met[0] & met[1]).mean()
    # Independent draws at probability 1/2 agree half the time; a share of 1/2 +- 5 standard errors.
    assert abs((met[0] == met[1]).mean() - 0.5) < 5.0 * 0.5 / np.sqrt(lanes)
    assert abs(both - 0.25) < 5.0 * np.sqrt(0.25 * 0.75 / lanes)


def test_parameters_may_differ_from_lane_to_lane(tiny: Program) -> None:
    """One block with a value per lane equals a program for each value."""
    changes = {"entry.honouring": 0.9, "choice.relief": 1.5, "climate.hot_years": 0.2, "actors.Aye.power": 0.4}
    block = Block(tiny, 3, lanes=5)
    block.start(0, 5)
    block.draws[:] = 12
    for lane, (path, value) in enumerate(changes.items(), start=1):
        block.parameters[tiny.parameters.paths.index(path), lane] = value
    block.advance(0, tiny.layout.n_steps, new_sidecar(tiny))
    for lane, change in enumerate([{}, *({path: value} for path, value in changes.items())]):
        program = lower(built(put(small(), {path.replace(".", "/"): value for path, value in change.items()})))
        alone = Block(program, 3, lanes=1)
        alone.start(12, 1)
        alone.advance(0, program.layout.n_steps, new_sidecar(program))
        assert np.array_equal(alone.state[:, 0], block.state[:, lane]), change
