"""No actor without an arsenal reaches a nuclear rung, by choice, by lift or by schedule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.standing import first_rungs
from tests.scenarios import built, incident, put, small, start
from tests.twin.random_scenarios import examples, scenarios


def users(scenario: Scenario, runs: int) -> set[str]:
    """Actors that reach a nuclear rung in any run."""
    rows, nuclear = simulate(lower(scenario), 8, 0, runs).rows, first_rungs(scenario)["nuclear"]
    sides = [rivalry.name for rivalry in scenario.rivalries]
    found = {side.partition(">")[0] for side in sides if (rows[f"peak:{side}"] >= nuclear).any()}
    assert np.array_equal(rows["t_nuclear"] >= 0, rows["peak"] >= nuclear)
    return found


def eager(*armed: str, first_use: str = "choice") -> Scenario:
    """Everyone rises at every chance, and incidents and schedule lift to nuclear rungs."""
    values = small()
    values["incidents"] = [incident("bomb", "Aye>Bee", "Bee>Aye", mark="nuclear", rate=30.0)]
    values["cascades"] = []
    values["nuclear"] = {"first_use": first_use, "limited_war": 0.9, "accident": 0.9}
    for name in ("Aye", "Bee", "Cee"):
        arsenal = 5.0 if name in armed else 0.0
        put(values, {f"actors/{name}/resolve": 20.0, f"actors/{name}/arsenal": arsenal})
    start(values, "Bee", "Aye", week=1, rung="nuclear")
    return built(start(values, "Aye", "Bee", week=2, rung="nuclear"))


@pytest.mark.parametrize("armed", [(), ("Aye",), ("Bee",), ("Aye", "Cee")])
@pytest.mark.parametrize("first_use", ["choice", "hazard"])
def test_only_those_with_an_arsenal(armed: tuple[str, ...], first_use: str) -> None:
    assert users(eager(*armed, first_use=first_use), runs=2000) == set(armed)


@examples(60)
@given(values=scenarios())
def test_random_scenarios(values: dict[str, Any]) -> None:
    armed = {actor["name"] for actor in values["actors"] if actor["arsenal"] > 0}
    assert users(built(values), runs=130) <= armed


@pytest.mark.parametrize("name", ["baseline", "attacked-rok"])
def test_the_library(name: str) -> None:
    scenario = load_scenario(name).scenario
    armed = {actor.name for actor in scenario.actors if actor.arsenal.central > 0}
    assert users(scenario, runs=20_000) <= armed
