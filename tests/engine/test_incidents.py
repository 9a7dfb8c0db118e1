"""Mean numbers of incidents against the exact recursion of the process, offspring of the same week included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import bare, built, incident, put

RUNS, WEEKS, STEP = 200_000, 26, 7.0
RATES = {"leaflets": 6.0, "test": 10.0}


def process() -> dict[str, Any]:
    """Two kinds that bring about each other, in a rivalry in which nothing else happens."""
    values = bare(WEEKS)
    values["incidents"] = [incident(name, "Aye>Bee", "Bee>Aye", lifts=False, rate=rate) for name, rate in RATES.items()]
    values["cascades"] = [
        {"name": "answers", "by": ["test"], "branching": 0.5, "decay_days": 12.0,
         "into": [{"name": "leaflets", "share": 0.4}, {"name": "test", "share": 0.6}]},
        {"name": "copies", "by": ["leaflets", "test"], "branching": 0.2, "decay_days": 3.0,
         "into": [{"name": "leaflets", "share": 1.0}]},
    ]  # fmt: skip
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee")}
    return put(values, calm | {"choice/tension_weight": 0.0})


def expected(same_week: bool = True, later: float = 1.0) -> np.ndarray:
    """Mean number of incidents of each kind over the horizon.

    An incident falls anywhere in its step of length D; of its offspring, exponentially delayed by d on
    average, 1 - (d / D)(1 - exp(-D / d)) fall into the same step and the rest decays from step to step.
    """
    values, names = process(), list(RATES)
    same = np.zeros((2, 2))
    carried = []
    for cascade in values["cascades"]:
        d = cascade["decay_days"]
        q = 1 - np.exp(-STEP / d)
        by = np.array([name in cascade["by"] for name in names], float)
        into = np.array([sum(x["share"] for x in cascade["into"] if x["name"] == name) for name in names])
        same += cascade["branching"] * (1 - d / STEP * q) * np.outer(by, into) * same_week
        carried.append((by, into, later * cascade["branching"] * d / STEP * q * q, 1 - q))
    memory, total = np.zeros(2), np.zeros(2)
    for _ in range(WEEKS):
        coming = np.array(list(RATES.values())) * STEP / 365.25
        coming += sum(m * into for m, (_, into, _, _) in zip(memory, carried, strict=True))
        count = coming @ np.linalg.inv(np.eye(2) - same)
        memory = np.array([m * f + next_ * by @ count for m, (by, _, next_, f) in zip(memory, carried, strict=True)])
        total += count
    return total


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    rows = simulate(lower(built(process())), 13, 0, RUNS).rows
    return np.stack([rows[f"incidents:{name}"] for name in RATES]).astype(float)


def distance(counts: np.ndarray, mean: np.ndarray) -> float:
    return float(np.abs((counts.mean(axis=1) - mean) / (counts.std(axis=1) / np.sqrt(RUNS))).max())


def test_means_are_exact(counts: np.ndarray) -> None:
    """Sees an error of 0.6 % in either mean."""
    assert distance(counts, expected()) < 5.0
    assert (5.0 * counts.std(axis=1) / np.sqrt(RUNS) < 0.006 * expected()).all()


def test_they_cluster(counts: np.ndarray) -> None:
    """A Poisson number has a variance of its mean; these excite each other."""
    assert (counts.var(axis=1) > 1.3 * counts.mean(axis=1)).all()


@pytest.mark.parametrize(
    ("same_week", "later"),
    [
        pytest.param(False, 1.0, id="offspring of the same week dropped"),
        pytest.param(True, 0.97, id="offspring of later weeks 3 % too few"),
    ],
)
def test_mutants_are_caught(counts: np.ndarray, same_week: bool, later: float) -> None:
    assert distance(counts, expected(same_week, later)) > 5.0
