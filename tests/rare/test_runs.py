"""Splitting of real runs: against exact chains and plain runs, on any score, and each of them again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.engine.selection import selection
from sim.errors import InputError
from sim.mesa_model.model import PactModel
from sim.rare import walkers
from sim.rare.events import Event, read_event
from sim.rare.scores import SCORES, score_for
from sim.rare.splitting import Replication, split
from sim.rare.walkers import Given, Runs
from sim.scenario.load import load_scenario
from tests.rare.chains import exact, ladder, lowered

LIMIT = 3.0


def replications(
    program: Program, event: Event, score: str, runs: int, many: int, seed: int = 1, keep: int = 0
) -> list[Replication]:
    found: list[Replication] = []
    for first in range(0, many, 2):
        walking = Runs(program, seed, score_for(score, program, event))
        found += split(walking, range(first, min(first + 2, many)), runs, selection(seed), keep)
    return found


def mean(found: list[Replication]) -> tuple[float, float]:
    values = np.array([each.probability for each in found])
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))


@pytest.mark.parametrize("alike", [True, False])
def test_a_war_of_two_rivals_has_its_exact_probability(alike: bool) -> None:
    """One in a hundred thousand; sees an error of 25 %, `verification.rare` one of 2 %."""
    values = ladder(alike=alike)
    probability, program = exact(values), lowered(values)
    assert 5e-6 < probability < 2e-5
    value, error = mean(replications(program, read_event("war", program.scenario), "peak", 2_000, 60, seed=3))
    assert error < 0.08 * probability
    assert abs(value - probability) < LIMIT * error


@pytest.fixture(scope="module")
def baseline() -> Program:
    return lower(load_scenario("baseline").scenario)


def test_plain_runs_of_the_baseline_say_the_same(baseline: Program) -> None:
    """Major war, about two in a thousand, by both scores and by 200,000 plain runs; sees 45 %."""
    event = read_event("major_war", baseline.scenario)
    hits = int((simulate(baseline, 9, 0, 200_000).rows["peak"] >= event.at_least).sum())
    plain, noise = hits / 200_000, math.sqrt(hits) / 200_000
    assert 1e-3 < plain < 4e-3
    for score in SCORES:
        value, error = mean(replications(baseline, event, score, 1_000, 30, seed=4))
        assert error < 0.15 * value
        assert abs(value - plain) < LIMIT * math.hypot(error, noise)


def test_given_parameters_take_the_place_of_drawn_ones(baseline: Program) -> None:
    """The same program with a value fixed gives the same replications, bit for bit."""
    path, value = "inadvertent.war_per_act", 0.01
    rows = np.array([baseline.parameters.paths.index(path)])
    event = read_event("major_war", baseline.scenario)
    given = Runs(baseline, 1, score_for("peak", baseline, event), Given(rows, np.array([value])))
    fixed = lower(load_scenario("baseline", overrides=[f"{path}={value}"]).scenario)
    other = Runs(fixed, 1, score_for("peak", fixed, event))
    one, two = (split(each, range(2), 300, selection(1)) for each in (given, other))
    assert [each.probability for each in one] == [each.probability for each in two]
    assert one[0].probability > 0.0


def test_lanes_do_not_matter(baseline: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    event = read_event("war", baseline.scenario)
    found = replications(baseline, event, "peak", 200, 4, keep=4)
    monkeypatch.setattr(walkers, "LANES", 17)
    assert replications(baseline, event, "peak", 200, 4, keep=4) == found


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk", "ukraine-ceasefire"])
def test_every_run_in_the_end_can_be_run_again_and_meets_the_event(name: str) -> None:
    """In the readable model, along its lineage; parameters that change by date included."""
    program = lower(load_scenario(name).scenario)
    event = read_event("peak_rung>=major war", program.scenario)
    found = [each for one in replications(program, event, "pair", 200, 4, keep=4) for each in one.survivors]
    assert found
    assert name == "attacked-dprk" or any(each.turns for each in found)
    for lineage in found:
        model = PactModel(program.scenario, draw=lineage.draw, rng=1, turns=lineage.turns)
        while model.running:
            model.step()
        assert model.run.outcome_row()["peak"] >= event.at_least, lineage


@pytest.mark.parametrize(
    ("text", "column", "at_least"),
    [
        ("nuclear_use", "t_nuclear", 0),
        ("intervention:Russia:DPRK", "entry:Russia>DPRK", 3),
        ("tripwire:US:ROK", "tripwire:US>ROK", 0),
        ("attacked_at_war:DPRK", "attacked_at_war:DPRK", 0),
        ("peak_rung>=nuclear exchange", "peak", 9),
        ("peak_rung:DPRK>ROK >= major war", "peak:DPRK>ROK", 7),
    ],
)
@pytest.mark.parametrize("score", SCORES)
def test_whatever_can_be_reached_has_a_score(
    baseline: Program, text: str, column: str, at_least: int, score: str
) -> None:
    """The top of the score is the event, in every run."""
    event = read_event(text, baseline.scenario)
    assert (event.column, event.at_least) == (column, at_least)
    walking = Runs(baseline, 5, score_for(score, baseline, event))
    peaks = walking.begin(np.arange(3_000)).peak
    rows = simulate(baseline, 5, 0, 3_000).rows
    assert np.array_equal(peaks == walking.top, rows[column] >= at_least)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nuclear_uze", "an outcome of the scenario, got 'nuclear_uze'. Did you mean 'nuclear_use'?"),
        ("war|attacked_at_war:DPRK", "an event without a condition"),
        ("peak_rung", "Write 'peak_rung>=RUNG'."),
        ("incidents:alert", "a mean"),
        ("peak_rung>=doomsday", "a rung of the ladder: routine hostility"),
        ("war>=nuclear use", "Leave out '>='."),
    ],
)
def test_what_is_no_event_is_refused(baseline: Program, text: str, said: str) -> None:
    with pytest.raises(InputError, match="--event") as caught:
        read_event(text, baseline.scenario)
    assert said in str(caught.value)


def test_a_score_that_is_none_is_refused(baseline: Program) -> None:
    event: Any = read_event("war", baseline.scenario)
    with pytest.raises(InputError, match="one of peak, pair, got 'hope'"):
        score_for("hope", baseline, event)
