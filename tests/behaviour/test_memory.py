"""Tension and beliefs about resolve, followed by hand through a few weeks of one run."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.choice import decide
from sim.mesa_model.run import Run
from sim.rules.choice import utility_up
from tests.scenarios import BLOCKS, bare, built, incident, put, start

WEEK = math.exp(-7.0 / BLOCKS["choice"]["tension_decay_days"])


def begun(changes: dict[str, Any], resolve: float = -50.0) -> Run:
    """A run of two rivals who keep still by default, with a provocation of Aye's in week 1."""
    values = bare(weeks=6)
    values["incidents"] = [incident("stunt", "Aye>Bee", rate=0.0, tension=2.0, lifts=False)]
    start(values, "Aye", "Bee", week=1, incident="stunt", severity=1.5)
    put(values, {f"actors/{name}/resolve": resolve for name in ("Aye", "Bee")})
    program = lower(built(put(values, changes)))
    return Run(Script(program.scenario), draw_run(program.parameters, 1, 0), 1, 0)


def test_an_incident_adds_tension_which_decays_and_pushes_upwards() -> None:
    run = begun({})
    bee = run.cast.rivalries["Bee>Aye"]
    run.step()
    assert bee.tension == 0.0
    run.before_choices()
    tension = 0.3 * 2.0 * 1.5  # of the rung, times the kind's, times the severity
    assert bee.tension == pytest.approx(tension)
    pushed = utility_up(decide(run, bee).situation)
    bee.tension = 0.0
    assert pushed - utility_up(decide(run, bee).situation) == pytest.approx(
        BLOCKS["choice"]["tension_weight"] * tension
    )
    bee.tension = tension
    run.after_choices([decide(run, rivalry) for rivalry in run.cast.rivalries.values()])
    run.step()
    assert bee.tension == pytest.approx(tension * WEEK**2)
    assert run.cast.rivalries["Aye>Bee"].tension == 0.0


def test_an_act_adds_the_tension_of_its_rung_to_the_other_side() -> None:
    run = begun({"actors/Aye/resolve": 50.0})
    run.step()
    assert run.cast.rivalries["Aye>Bee"].rung == 1.0
    assert run.cast.rivalries["Bee>Aye"].tension == pytest.approx(0.3)
    run.step()
    assert run.cast.rivalries["Aye>Bee"].rung == 2.0
    assert run.cast.rivalries["Bee>Aye"].tension == pytest.approx((0.3 + 0.9) * WEEK + 1.0)


def test_each_side_learns_from_the_moves_of_the_other_alone() -> None:
    run = begun({"actors/Aye/resolve": 50.0, "choice/relief": 0.0})
    aye, bee = run.cast.rivalries["Aye>Bee"], run.cast.rivalries["Bee>Aye"]
    run.step()
    assert (aye.belief, bee.belief) == (0.5, 0.5 + 0.2 * 0.5)
    run.step()
    assert (aye.belief, bee.belief) == (0.5, pytest.approx(0.6 + 0.2 * 0.4))
