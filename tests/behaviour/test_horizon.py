"""A longer horizon never lowers the probability that something is reached: on common draws, in any run."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from tests.scenarios import built, clause, small, start, treaty
from tests.twin.random_scenarios import examples, scenarios

#: Columns that can only rise, and columns that hold the first step of something.
RISING = ("peak", "entry:", "verdict:", "incidents:")
TIMES = ("t_", "tripwire:", "attacked_at_war:")


def assert_goes_on(short: np.ndarray, long: np.ndarray, steps: int) -> None:
    """What the short horizon saw is the beginning of what the long one saw."""
    for name in short.dtype.names:
        if name.startswith(RISING):
            assert (long[name] >= short[name]).all(), name
        elif name.startswith(TIMES):
            in_time = (long[name] >= 0) & (long[name] < steps)
            assert np.array_equal(short[name], np.where(in_time, long[name], -1)), name


def rows(values: dict[str, Any], weeks: float, seed: int = 3, runs: int = 3000) -> np.ndarray:
    return simulate(lower(built({**values, "horizon_days": 7.0 * weeks})), seed, 0, runs).rows


def test_a_war_with_a_treaty_that_comes_late() -> None:
    values = start(small(), "Aye", "Bee", week=2)
    day = datetime.date(2026, 11, 1) + datetime.timedelta(weeks=12)
    values["treaties"] = [treaty("pact", clause("Cee", "Bee"), signed=None, in_force=day.isoformat())]
    found = {weeks: rows(values, weeks) for weeks in (3, 10, 13, 30)}
    for short, long in ((3, 10), (10, 13), (13, 30)):
        assert_goes_on(found[short], found[long], short)
        assert (found[long]["entry:Cee>Bee"] > found[short]["entry:Cee>Bee"]).any()


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk"])
def test_the_library(name: str) -> None:
    short = simulate(lower(load_scenario(name, overrides=["horizon=20 weeks"]).scenario), 3, 0, 3000).rows
    long = simulate(lower(load_scenario(name).scenario), 3, 0, 3000).rows
    assert_goes_on(short, long, 20)
    assert (long["peak"] > short["peak"]).any()


@examples(40)
@given(values=scenarios())
def test_random_scenarios(values: dict[str, Any]) -> None:
    values = {**values, "step_days": 7.0, "start": [event for event in values["start"] if event["week"] < 2]}
    assert_goes_on(rows(values, 2, runs=66), rows(values, 9, runs=66), 2)


def test_other_draws_would_be_caught() -> None:
    with pytest.raises(AssertionError):
        assert_goes_on(rows(small(), 10), rows(small(), 20, seed=4), 10)
