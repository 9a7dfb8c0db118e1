"""What an ally's law allows rises with the legal situation that its government finds, or once it is attacked itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.experiments.sentences import Sentences
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from tests.scenarios import BLOCKS, built, clause, put, small, start, treaty

RUNS = 20_000
REAR, THEATRE = 3, 4


def scenario(raised: float, rung: str = "war", weeks: int = 1, strike: bool = False, **changes: Any) -> dict[str, Any]:
    """A conflict that Aye begins with Bee, in which Cee would send all that its law allows, at once."""
    values = start(small(weeks), "Aye", "Bee", rung=rung)
    values["incidents"] = values["cascades"] = []
    values["treaties"] = [treaty("pact", clause("Cee", "Bee", automaticity=1.0))]
    certain = {f"adjudication/{name}": 1.0 for name in BLOCKS["adjudication"]}
    still = {
        f"actors/{name}/{key}": value
        for name in ("Aye", "Bee", "Cee")
        for key, value in (("resolve", -50.0), ("audience_cost", 50.0))
    }
    put(values, certain | still | {f"entry/latency_{form}": 0.0 for form in ("rear", "theatre")})
    put(values, {"entry/honouring": 1.0, "inadvertent/war_per_act": 0.0, "settlement/war_weeks": 5200.0})
    law = {"limit": "rear_area_forces", "raised_limit": "forces_in_theatre", "raised": raised, "exposure": 0.0}
    put(values, {f"partnerships/Cee>Bee/{key}": value for key, value in law.items()} | {"actors/Cee/home": ["Strait"]})
    if strike:
        start(values, "Aye", "Cee", week=3, rung="attack")
    return put(values, {path.replace("__", "/"): value for path, value in changes.items()})


def entry(values: dict[str, Any]) -> np.ndarray:
    return simulate(lower(built(values)), 31, 0, RUNS).rows["entry:Cee>Bee"]


@pytest.mark.parametrize("raised", [0.2, 0.5, 0.9])
def test_the_graver_situation_is_found_as_often_as_the_scenario_says(raised: float) -> None:
    """Sees 0.018 in a share of a half."""
    found = entry(scenario(raised))
    assert set(found.tolist()) == {REAR, THEATRE}
    error = np.sqrt(raised * (1 - raised) / RUNS)
    assert abs((found == THEATRE).mean() - raised) < 5.0 * error
    assert abs((found == THEATRE).mean() - raised - 0.03) > 5.0 * error


def test_it_is_found_once_in_a_crisis_and_not_every_week() -> None:
    assert np.array_equal(entry(scenario(0.3)), entry(scenario(0.3, weeks=20)))


def test_it_needs_a_state_of_war() -> None:
    assert set(entry(scenario(1.0, rung="attack")).tolist()) == {REAR}
    assert set(entry(scenario(1.0)).tolist()) == {THEATRE}


def test_an_attack_on_the_allys_own_territory_is_the_gravest() -> None:
    """Cee's rear-area forces are in; then Aye strikes at Cee itself, and a week later Cee's law allows force."""
    assert set(entry(scenario(0.0, weeks=8)).tolist()) == {REAR}
    assert set(entry(scenario(0.0, weeks=4, strike=True)).tolist()) == {REAR}
    assert (entry(scenario(0.0, weeks=5, strike=True)) == THEATRE).mean() > 0.99
    assert set(entry(scenario(0.0, weeks=8, strike=True, actors__Cee__home=["Hills"])).tolist()) == {REAR}


def test_without_a_graver_situation_the_limit_holds() -> None:
    values = scenario(0.0, weeks=8, strike=True)
    law = next(each for each in values["partnerships"] if each["name"] == "Cee>Bee")
    del law["raised_limit"]
    assert set(entry(values).tolist()) == {REAR}


@pytest.mark.parametrize(
    ("raised", "strike", "said"),
    [
        (0.0, False, "does not find the graver situation"),
        (1.0, False, "finds the graver situation, in which its law allows more"),
        (0.0, True, "has been attacked at home, so that its law allows more"),
    ],
)
def test_the_story_says_which_tier_held(raised: float, strike: bool, said: str) -> None:
    program = lower(built(scenario(raised, weeks=8, strike=strike)))
    run = Run(Script(program.scenario), draw_run(program.parameters, 31, 0), 31, 0, record=True)
    while not run.over:
        run.step()
    told = [Sentences(program.scenario).tell(event) for event in run.events or () if event.kind == "support"]
    assert said in " ".join(told)
