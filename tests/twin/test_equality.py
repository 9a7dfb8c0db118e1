"""The engine and the readable twin are equal, bit for bit, in every state variable at every step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.layout import STATE_BLOCKS
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.choice import Decision
from sim.mesa_model.clauses import turned_invasion
from sim.mesa_model.run import Run
from sim.scenario.library import package_library
from sim.scenario.load import load_scenario
from tests.scenarios import built, clause, put, rungs, small, start, treaty
from tests.twin.states import THINGS, SideBySide


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk", "attacked-rok", "china", "balloons-2024", "nll-clash"])
@pytest.mark.parametrize("central", [False, True])
def test_every_state_variable_at_every_step(name: str, central: bool) -> None:
    both = SideBySide(lower(load_scenario(name).scenario, central), seed=2026)
    for draw in range(12):
        both.compare(draw)


@pytest.mark.parametrize("path", sorted(package_library().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_of_the_library(path: Path) -> None:
    both = SideBySide(lower(load_scenario(path).scenario), seed=7)
    both.compare(2**40)
    both.compare(1)


def one_after_the_other(run: Run) -> list[Decision]:
    """A mutant: whoever chooses later has seen the moves made before."""
    decisions = []
    for actor in run.cast.actors.values():
        for decision in run.choices_of(actor):
            decision.rivalry.rung += decision.move
            decisions.append(decision)
    for decision in decisions:
        decision.rivalry.rung -= decision.move
    return decisions


def forgetful(run: Run) -> list[Decision]:
    """A mutant: nobody remembers tension."""
    for rivalry in run.cast.rivalries.values():
        rivalry.tension = 0.0
    return [decision for actor in run.cast.actors.values() for decision in run.choices_of(actor)]


@pytest.mark.parametrize("mutant", [one_after_the_other, forgetful])
def test_a_twin_that_differed_would_be_caught(
    mutant: Callable[[Run], list[Decision]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(run: Run) -> None:
        run.before_choices()
        run.after_choices(mutant(run))

    monkeypatch.setattr(Run, "step", step)
    both = SideBySide(lower(built(small())), seed=1)
    with pytest.raises(AssertionError, match=r"after step \d+: "):
        list(map(both.compare, range(5)))


def test_a_state_block_that_the_comparison_does_not_know_would_be_noticed() -> None:
    assert {letter for _, letter, *_ in STATE_BLOCKS} == set(THINGS)


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
    """What is compared must be reached: verdicts, every form, tripwires, nuclear use, incidents."""
    program = lower(built(start(small(), "Aye", "Bee", week=5)))
    both = SideBySide(program, seed=3)
    runs = [both.compare(draw) for draw in range(40)]
    assert {run.cast.partnerships["Cee>Bee"].best for run in runs} >= {1.0, 2.0, 3.0, 4.0, 5.0}
    verdicts = {test.verdict for run in runs for judgement in run.cast.judgements for test in judgement.tests}
    assert verdicts >= {0.0, 2.0, 5.0, 9.0}
    assert any(run.cast.partnerships["Cee>Bee"].t_trip >= 0 for run in runs)
    assert any(run.t_nuclear >= 0 for run in runs)
    assert all(run.t_war >= 0 for run in runs)
    assert sum(kind.count for run in runs for kind in run.cast.kinds.values()) > 100


def test_first_use_legal_tiers_and_wording() -> None:
    """A war that grows, in which an ally's law and an obligor's reading of the text turn, and arsenals are used."""
    values = start(small(20), "Aye", "Bee", week=1)
    start(start(values, "Aye", "Cee", week=5, rung="attack"), "Aye", "Bee", week=9, rung="major war")
    ladder = rungs()
    ladder.insert(-1, {**ladder[-2], "name": "major war"})
    values |= {"ladder": ladder, "treaties": [treaty("pact", clause("Cee", "Bee", invasion=True))]}
    values["nuclear"] = {
        "first_use": "hazard", "limited_war": 0.2, "major_war": 0.6, "accident": 0.1, "losing": 2.0,
        "losing_share": {"uniform": [0.3, 0.7]}, "decapitation": 3.0,
    }  # fmt: skip
    law = {"limit": "rear_area_forces", "raised_limit": "nuclear_signal", "raised": 0.4, "exposure": 0.05}
    put(values, {f"partnerships/Cee>Bee/{key}": value for key, value in law.items()})
    put(values, {"adjudication/narrow_reading": 1.0, "adjudication/limited_is_invasion": 0.3, "entry/honouring": 0.9})
    put(values, {"actors/Cee/partiality": 0.7, "actors/Cee/recognition": -0.4, "actors/Cee/first_use": 0.5})
    put(values, {f"actors/{name}/audience_cost": 3.0 for name in ("Aye", "Bee")} | {"settlement/war_weeks": 30.0})
    both = SideBySide(lower(built(values)), seed=4)
    kinds: set[Any] = set()
    for draw in range(60):
        both.compare(draw)
        run = Run(both.script, draw_run(both.program.parameters, 4, draw), 4, draw, record=True)
        while not run.over:
            kinds |= {"turned" for pair in run.cast.pairs if turned_invasion(run, pair)}
            run.step()
        details = [event.details for event in run.events or ()]
        kinds |= {d.get(what) for d in details for what in ("law", "verdict", "trigger")}
    assert kinds >= {"turned", "no_invasion", "met", "accident", "war", "losing", "decapitation"}
    assert kinds >= {"usual", "graver", "not graver", "attacked at home"}
