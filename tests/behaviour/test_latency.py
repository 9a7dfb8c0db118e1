"""Support arrives after a delay that is exponential with the mean of its form, and is drawn once."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import BLOCKS, built, clause, put, small, start, treaty

RUNS, WEEKS = 100_000, 20


def arrivals(limit: str, step_days: float = 7.0, **latencies: float) -> np.ndarray:
    """First step with forces in a war that begins at once and does not end, in runs in which any were sent.

    Everybody honours every duty, so that the form is the highest that the law allows.
    """
    values = start(small(WEEKS), "Aye", "Bee")
    values["incidents"] = values["cascades"] = []
    values["treaties"] = [treaty("pact", clause("Cee", "Bee"))]
    certain = {f"adjudication/{name}": 1.0 for name in BLOCKS["adjudication"]}
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")}
    put(values, certain | calm | {"settlement/war_weeks": 5200.0, "entry/honouring": 1.0, "step_days": step_days})
    put(values, {"partnerships/Cee>Bee/limit": limit, "partnerships/Cee>Bee/exposure": 0.0})
    put(values, {f"entry/latency_{form}": weeks for form, weeks in latencies.items()})
    return simulate(lower(built(values)), 17, 0, RUNS).rows["t_entry:Cee>Bee"]


def distance(found: np.ndarray, mean_weeks: float, step_days: float = 7.0) -> float:
    """Largest distance of the shares that have arrived by each step from 1 - exp(-t / mean), in standard errors."""
    steps = np.arange(1, 11)
    arrived = np.array([((found >= 0) & (found < step)).mean() for step in steps])
    p = 1 - np.exp(-steps * step_days / (7.0 * mean_weeks))
    return float((np.abs(arrived - p) / np.sqrt(p * (1 - p) / RUNS)).max())


@pytest.mark.parametrize(
    ("limit", "step_days", "latencies", "mean"),
    [
        ("forces_in_theatre", 7.0, {"theatre": 5.0, "rear": 1.0}, 5.0),
        ("rear_area_forces", 7.0, {"theatre": 5.0, "rear": 2.5}, 2.5),
        ("forces_in_theatre", 3.5, {"theatre": 4.0}, 4.0),
    ],
)
def test_delays_are_exponential(limit: str, step_days: float, latencies: dict[str, float], mean: float) -> None:
    """Sees a mean that is 4 % off."""
    found = arrivals(limit, step_days, **latencies)
    assert distance(found, mean, step_days) < 5.0
    for wrong in (1.04 * mean, 0.96 * mean):
        assert distance(found, wrong, step_days) > 5.0


def test_without_delay_it_is_there_at_once() -> None:
    assert (arrivals("forces_in_theatre", theatre=0.0) == 0).all()
