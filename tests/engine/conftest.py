"""Programs that many tests run."""

from __future__ import annotations

import pytest

from sim.engine.lower import Program, lower
from sim.scenario.load import load_scenario
from tests.scenarios import built, small


@pytest.fixture(scope="session")
def baseline() -> Program:
    return lower(load_scenario("baseline").scenario)


@pytest.fixture(scope="session")
def tiny() -> Program:
    """Much happens in it, and it is quick."""
    return lower(built(small()))
