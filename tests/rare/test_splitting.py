"""Splitting against exact probabilities, and the mistakes that these comparisons would see."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from sim.rare import splitting
from sim.rare.lineage import Lineage
from sim.rare.replications import mean_estimate
from sim.rare.splitting import NONE, Passages, Replication, split
from tests.rare.walks import ALIKE, UNLIKE, Walks, actors, ruin

#: Largest distance from the exact probability that is put down to chance, in standard errors.
LIMIT = 3.0
Make = Callable[[int], tuple[Walks, float]]


def replications(walks: Walks, runs: int, many: int, seed: int) -> list[Replication]:
    chance = np.random.default_rng(seed + 1000)
    return split(walks, range(many), runs, lambda number, round_, n: chance.random(n))


def by_exact(make: Make, runs: int, many: int, seed: int = 1) -> np.ndarray:
    """Estimates by the exact probability."""
    walks, exact = make(seed)
    return np.array([each.probability for each in replications(walks, runs, many, seed)]) / exact


def distance(ratios: np.ndarray) -> tuple[float, float]:
    """Distance of the mean from 1 in standard errors, and the standard error."""
    error = float(ratios.std(ddof=1)) / math.sqrt(len(ratios))
    return (float(ratios.mean()) - 1.0) / error, error


#: Event, runs of a replication and replications: enough for a standard error of 1.5 %.
ORACLES = {
    "gambler's ruin": (ruin, 1_000, 120),
    "two actors alike": (partial(actors, chances=ALIKE), 1_000, 340),
    "two actors unlike": (partial(actors, chances=UNLIKE), 1_000, 340),
}


@pytest.mark.parametrize("name", ORACLES)
def test_the_estimate_is_the_exact_probability(name: str) -> None:
    """Three events between 3.6 and 6.1 in a million; sees an error of 4.5 %."""
    make, runs, many = ORACLES[name]
    off, error = distance(by_exact(make, runs, many))
    assert error <= 0.015
    assert abs(off) < LIMIT


def test_two_scores_agree() -> None:
    """The higher rung, and the sum of both; sees 30 %."""
    one, two = (by_exact(partial(actors, chances=UNLIKE, total=total), 1_000, 100, seed=8) for total in (False, True))
    error = math.hypot(*(distance(each)[1] for each in (one, two)))
    assert error < 0.1
    assert abs(one.mean() - two.mean()) < LIMIT * error


class TiesIgnored(splitting._Group):
    """A mutant: of the runs that tie for the lowest score one is killed at a time."""

    def kill(self) -> bool:
        level = int(self.peak.min())
        if level >= self.top:
            return False
        dead, alive = np.flatnonzero(self.peak == level)[:1], np.flatnonzero(self.peak > level)
        if not len(alive):
            self.is_extinct = True
            return False
        self.left[level] *= 1.0 - 1.0 / len(self.peak)
        self.rounds += 1
        chosen = (self.chance(self.number, self.rounds, 1) * len(alive)).astype(np.int64)
        self.slots, self.followed, self.saved = dead, self.nodes[alive[chosen]], self.above[alive[chosen], level]
        self.made += 1
        self.branches = np.array([self.made])
        return True


def test_one_who_ignores_ties_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """At N = 200, where the right way passes."""
    assert abs(distance(by_exact(ruin, 200, 60))[0]) < LIMIT
    monkeypatch.setattr(splitting, "_Group", TiesIgnored)
    wrong = by_exact(ruin, 200, 20)
    assert distance(wrong)[0] > LIMIT
    assert wrong.mean() > 3.0


def test_one_who_drops_what_died_out_is_caught() -> None:
    """At N = 5, where two in five die out."""
    ratios = by_exact(ruin, 5, 5_000)
    assert 0.38 < (ratios == 0.0).mean() < 0.48
    assert abs(distance(ratios)[0]) < LIMIT
    off, _ = distance(ratios[ratios > 0.0])
    assert off > LIMIT


def test_intervals_hold_the_exact_probability() -> None:
    """100 intervals of 32 replications each: sees a coverage below .88. `verification.rare` repeats it 400 times."""
    ratios = by_exact(ruin, 100, 100 * 32, seed=3).reshape(100, 32)
    held = [(found.low or 0.0) <= 1.0 <= (found.high or 0.0) for found in map(mean_estimate, ratios)]
    assert np.mean(held) >= 0.88


def test_a_lineage_tells_where_runs_came_from() -> None:
    """Followed by hand: three runs of which one is killed twice."""

    class Three:
        top = 2
        saved_steps = np.array([4, 6, 9])

        def begin(self, draws: np.ndarray) -> Passages:
            above = np.array([[NONE, NONE], [0, NONE], [1, NONE]])
            return Passages(np.array([0, 1, 1]), above, np.full(3, 10))

        def resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
            if len(saved) == 1:  # the first run follows another, and then goes to the top
                return Passages(np.array([2]), np.array([[saved[0], 2]]), np.array([5]))
            return Passages(np.full(2, 2), np.full((2, 2), 2), np.array([1, 1]))

    (found,) = split(Three(), [7], 3, lambda number, round_, n: np.full(n, 0.1), keep=1)
    assert found.left == (2 / 3, 1 / 3)
    assert found.probability == pytest.approx(2 / 9)
    assert found.steps == 30 + 5 + 2
    assert found.ancestors == 1.0
    # Draw 22 (of the second run of replication 7) was left at step 4; that run reached the top at step 9.
    assert found.survivors == (Lineage(22, ((4, 1),)),)


def test_where_all_are_killed_the_estimate_is_nothing_and_counts() -> None:
    walks, _ = ruin(1, up=0.01)
    found = replications(walks, 5, 20, 1)
    assert all(each.probability == 0.0 and not each.survivors and each.ancestors == 0.0 for each in found)
