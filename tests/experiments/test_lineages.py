"""A run that was split is told as what it is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import Program, lower
from sim.errors import InputError
from sim.experiments.ways.lineages import replay_lineage
from sim.mesa_model.model import PactModel
from sim.rare.lineage import Lineage
from sim.scenario.model import Scenario
from tests.scenarios import built, small, start


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return built(start(small(12), "Aye", "Bee", week=2))


LINEAGE = Lineage(4, ((3, 17), (8, 2)))


def row_of(program: Program, seed: int, lineage: Lineage, changes: dict[str, float]) -> dict[str, int]:
    """Outcome row of the engine, whose lane goes on in place on the branch of each turn."""
    block, sidecar, step = Block(program, seed, 1), new_sidecar(program), 0
    block.start(lineage.draw, 1)
    for path, value in changes.items():
        block.parameters[program.parameters.paths.index(path), 0] = value
    for turn, branch in lineage.turns:
        block.advance(step, turn, sidecar)
        block.branches[:], step = branch, turn
    block.advance(step, program.layout.n_steps, sidecar)
    rows = np.zeros(1, program.row_type)
    block.write(rows.view(np.uint8).reshape(1, -1), lineage.draw)
    return {name: int(rows[name][0]) for name in rows.dtype.names or () if name != "run"}


@pytest.mark.parametrize("parameters", ["drawn", "central"])
@pytest.mark.parametrize("changes", [{}, {"entry.honouring": 0.95, "inadvertent.war_per_act": 0.4}])
def test_it_is_the_run_of_the_engine(scenario: Scenario, parameters: str, changes: dict[str, float]) -> None:
    program = lower(scenario, parameters == "central")
    for draw in range(6):
        lineage = Lineage(draw, LINEAGE.turns)
        told = replay_lineage(scenario, 9, parameters, lineage, changes)
        assert told.outcome == row_of(program, 9, lineage, changes)


def test_its_head_says_where_it_was_split(scenario: Scenario) -> None:
    text = replay_lineage(scenario, 9, "drawn", LINEAGE).text()
    head, split = text.splitlines()[:2]
    assert head == "made up for tests: run 4 of seed 9"
    dates = "from step 3 (22 November 2026) and from step 8 (27 December 2026) on"
    assert split == f"It was split and went on with other draws {dates}."
    assert "split" not in replay_lineage(scenario, 9, "drawn", Lineage(4)).text()


def test_its_json_has_turns_with_dates_and_every_event(scenario: Scenario) -> None:
    told = replay_lineage(scenario, 9, "drawn", LINEAGE)
    given = json.loads(json.dumps(told.as_dict()))
    assert given["turns"] == [
        {"step": 3, "date": "2026-11-22", "branch": 17},
        {"step": 8, "date": "2026-12-27", "branch": 2},
    ]
    assert (given["run"], given["seed"]) == (4, 9)
    assert len(given["events"]) == len(told.events)


def test_without_turns_it_is_a_run_of_the_ensemble(scenario: Scenario) -> None:
    model = PactModel(scenario, draw=4, rng=9, record=True)
    while model.running:
        model.step()
    told = replay_lineage(scenario, 9, "drawn", Lineage(4))
    assert (told.outcome, list(told.events)) == (model.run.outcome_row(), model.run.events)


def test_a_lineage_that_cannot_be_is_refused(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="turns: pairs of step and branch, steps ascending"):
        replay_lineage(scenario, 9, "drawn", Lineage(4, ((8, 1), (3, 2))))
