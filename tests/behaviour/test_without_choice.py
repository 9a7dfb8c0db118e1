"""A scenario without choice: nobody goes up by choice, no ally comes in, and no date brings either back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.null_model import without_choice
from sim.theories import THEORIES
from tests.scenarios import actor, built, put, rivalries, small, start

SEED = 3
RIVALRIES = ("Aye>Bee", "Bee>Aye")


def eager(**changes: Any) -> Scenario:
    """Rivals who climb at every chance, and a friend who comes in and is struck."""
    values = put(start(small(12), "Aye", "Bee", rung="attack"), {f"rivalries/{name}/habit": 3.0 for name in RIVALRIES})
    put(values, {"partnerships/Cee>Bee/exposure": 0.8, "entry/honouring": 0.95})
    return built(put(values, {path.replace("__", "/"): value for path, value in changes.items()}))


def events(scenario: Scenario, runs: int = 40) -> list[Any]:
    """What happened in some runs, as a replay tells it."""
    script, parameters, found = Script(scenario), lower(scenario).parameters, []
    for draw in range(runs):
        told = Run(script, draw_run(parameters, SEED, draw), SEED, draw, record=True)
        while not told.over:
            told.step()
        found += told.events or []
    return found


def chosen(found: list[Any], move: str) -> int:
    return sum(event.kind == "choice" and event.details["move"] == move for event in found)


def came_in(rows: np.ndarray) -> int:
    """Runs in which support of any form was given, or forces abroad were struck."""
    entered = [rows[name] > 0 for name in rows.dtype.names or () if name.startswith("entry:")]
    struck = [rows[name] >= 0 for name in rows.dtype.names or () if name.startswith("tripwire:")]
    return int(np.any(entered + struck, axis=0).sum())


@pytest.mark.parametrize("theory", THEORIES)
def test_nobody_goes_up_by_choice_and_no_ally_comes_in(theory: str) -> None:
    full = eager(actors__Aye__theory=theory, actors__Bee__theory=theory)
    null = without_choice(full)
    found = events(null)
    assert chosen(events(full), "up") > 20
    assert chosen(found, "up") == 0
    assert chosen(found, "down") > 20, "an incident would last for ever if nobody came down"
    assert not {"support", "arrival", "tripwire", "clause"} & {event.kind for event in found}
    assert came_in(simulate(lower(full), SEED, 0, 500).rows) > 100
    rows = simulate(lower(null), SEED, 0, 500).rows
    assert came_in(rows) == 0
    # However actors decide, there is one null model.
    assert np.array_equal(rows, simulate(lower(without_choice(eager())), SEED, 0, 500).rows)


def test_an_ally_that_is_attacked_at_home_does_not_come_in_either() -> None:
    """Its law then allows more than usual, whatever the chance of a graver situation."""
    values = start(start(small(12), "Dee", "Cee"), "Aye", "Bee", week=2)
    values["actors"] += [actor("Dee")]
    values["rivalries"] += rivalries("Dee", "Cee")
    put(values, {"partnerships/Cee>Bee/limit": "none", "partnerships/Cee>Bee/raised_limit": "nuclear_signal"})
    put(values, {"partnerships/Cee>Bee/exposure": 0.0, "partnerships/Bee>Cee/limit": "none"})
    full = built(values)
    assert came_in(simulate(lower(full), SEED, 0, 300).rows) > 50
    assert came_in(simulate(lower(without_choice(full)), SEED, 0, 300).rows) == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [("rivalries.Aye>Bee.habit", 9.0), ("partnerships.Cee>Bee.exposure", 1.0), ("partnerships.Cee>Bee.raised", 1.0)],
)
def test_a_change_at_a_date_does_not_bring_it_back(path: str, value: float) -> None:
    tier = {"partnerships__Cee>Bee__limit": "none", "partnerships__Cee>Bee__raised_limit": "nuclear_signal"}
    change = [{"name": "later", "since": "2026-11-15", "path": path, "value": value}]
    full = eager(timeline=change, **(tier if path.endswith("raised") else {}))
    null = without_choice(full)
    assert null.timeline == ()
    assert chosen(events(null), "up") == 0
    assert came_in(simulate(lower(null), SEED, 0, 300).rows) == 0


def test_other_changes_at_a_date_stay() -> None:
    changes = [
        {"name": "a", "since": "2026-11-15", "path": "incidents.raid.rate_hot", "value": 0.0},
        {"name": "b", "since": "2026-11-15", "path": "treaties.pact.clauses.Cee for Bee.automaticity", "value": 0.1},
    ]
    assert [each.name for each in without_choice(eager(timeline=changes)).timeline] == ["a"]


def test_incidents_and_the_climate_are_those_of_the_full_model_until_somebody_is_at_war() -> None:
    """Draws have addresses: choice taken out, the same incidents happen in the runs in which no war stops them."""
    full = load_scenario("baseline").scenario
    rows = [simulate(lower(scenario), SEED, 0, 2000).rows for scenario in (full, without_choice(full))]
    peaceful = (rows[0]["t_war"] < 0) & (rows[1]["t_war"] < 0)
    assert peaceful.sum() > 1500
    for kind in full.incidents:
        assert np.array_equal(*(each[f"incidents:{kind.name}"][peaceful] for each in rows))


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk", "china", "peninsula-1953"])
def test_it_can_be_made_of_scenarios_of_the_library(name: str) -> None:
    null = without_choice(load_scenario(name).scenario)
    rows = simulate(lower(null), SEED, 0, 100).rows
    assert came_in(rows) == 0
