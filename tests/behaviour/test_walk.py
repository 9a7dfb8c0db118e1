"""With rationality 0 and no incidents a rivalry is a bounded random walk, which is known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import bare, built, put, rungs

RUNS, WEEKS, LIMIT = 400_000, 12, 5.0
LADDER = rungs("calm", "threat", "clash", "attack")


def steps(hold_at_ends: float = 0.5) -> np.ndarray:
    """Moves of a walk in which every open move is equally likely; at either end one is not open."""
    n = len(LADDER)
    matrix = (np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)) / 3
    for end, inner in ((0, 1), (n - 1, n - 2)):
        matrix[end, end], matrix[end, inner] = hold_at_ends, 1 - hold_at_ends
    return matrix


def exact(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Distribution of the last and of the highest rung of a walk from the lowest."""
    below = [np.linalg.matrix_power(matrix[:k, :k], WEEKS)[0].sum() for k in range(1, len(LADDER) + 1)]
    return {"end": np.linalg.matrix_power(matrix, WEEKS)[0], "peak": np.diff([0.0, *below])}


def largest(rationality: float, matrix: np.ndarray) -> float:
    """Largest distance of the engine's frequencies from a walk's, in standard errors."""
    values = put(bare(WEEKS, LADDER), {f"actors/{name}/rationality": rationality for name in ("Aye", "Bee")})
    rows, known = simulate(lower(built(values)), 5, 0, RUNS).rows, exact(matrix)
    found = []
    for what, p in known.items():
        for side in ("Aye>Bee", "Bee>Aye"):
            hits = np.bincount(rows[f"{what}:{side}"], minlength=len(LADDER))
            found += list((hits - RUNS * p) / np.sqrt(RUNS * p * (1 - p)))
    both = np.outer(known["end"], known["end"])
    joint = np.histogram2d(rows["end:Aye>Bee"], rows["end:Bee>Aye"], bins=len(LADDER))[0]
    found += list(((joint - RUNS * both) / np.sqrt(RUNS * both * (1 - both))).ravel())
    return float(np.abs(found).max())


def test_a_rivalry_without_reasons_is_a_random_walk() -> None:
    """Sees 0.004 in a probability of a half, and sides that depend on each other as much."""
    assert largest(0.0, steps()) < LIMIT


@pytest.mark.parametrize(
    ("rationality", "hold"),
    [
        pytest.param(0.0, 2 / 3, id="a closed move is held instead"),
        pytest.param(0.0, 0.51, id="holding at the ends 2 % too likely"),
        pytest.param(0.03, 0.5, id="a little reason"),
    ],
)
def test_mutants_are_caught(rationality: float, hold: float) -> None:
    assert largest(rationality, steps(hold)) > LIMIT
