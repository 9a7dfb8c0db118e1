"""Processes whose rare event has an exact probability: walks on whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.rare.splitting import NONE, Passages

#: From positions and uniforms, both of shape (n, d), to the next positions.
Move = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass
class Walks:
    """Walks that go on until they end, with the score as high as they ever got.

    Parameters
    ----------
    start : tuple of int
        Where all begin.
    move : callable
        One step.
    ended : callable
        From positions to whether the walk is over.
    score : callable
        From positions to scores, `top` for the event.
    top : int
        Score of the event.
    horizon : int
        Most steps of a walk.
    seed : int
        Of all draws: they come from one generator, in order.
    """

    start: tuple[int, ...]
    move: Move
    ended: Callable[[np.ndarray], np.ndarray]
    score: Callable[[np.ndarray], np.ndarray]
    top: int
    horizon: int
    seed: int

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self._count = 0
        self._places, self._steps = np.empty((1024, len(self.start)), np.int64), np.empty(1024, np.int64)

    @property
    def saved_steps(self) -> np.ndarray:
        return self._steps[: self._count]

    def _save(self, places: np.ndarray, steps: np.ndarray) -> np.ndarray:
        numbers = self._count + np.arange(len(places))
        self._count += len(places)
        while self._count > len(self._steps):
            self._places = np.concatenate([self._places, np.empty_like(self._places)])
            self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
        self._places[numbers], self._steps[numbers] = places, steps
        return numbers

    def begin(self, draws: np.ndarray) -> Passages:
        place = np.tile(np.array(self.start), (len(draws), 1))
        return self._run(place, np.zeros(len(draws), np.int64), np.full(len(draws), NONE))

    def resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
        return self._run(self._places[saved], self._steps[saved], saved)

    def _run(self, place: np.ndarray, step: np.ndarray, saved: np.ndarray) -> Passages:
        step = step.copy()
        peak, level, steps = self.score(place).copy(), np.arange(self.top), np.zeros(len(place), np.int64)
        above = np.where(level < peak[:, None], saved[:, None], NONE)
        going = np.flatnonzero(~self.ended(place) & (step < self.horizon) & (peak < self.top))
        while len(going):
            place[going] = self.move(place[going], self.random.random((len(going), len(self.start))))
            steps[going] += 1
            step[going] += 1
            scores = self.score(place[going])
            rises = scores > peak[going]
            higher = going[rises]
            if len(higher):
                numbers = self._save(place[higher], step[higher])
                passed = (level >= peak[higher, None]) & (level < scores[rises][:, None])
                above[higher] = np.where(passed, numbers[:, None], above[higher])
                peak[higher] = scores[rises]
            going = going[~self.ended(place[going]) & (step[going] < self.horizon) & (peak[going] < self.top)]
        return Passages(peak, above, steps)


def ruin(seed: int, up: float = 0.35, goal: int = 20) -> tuple[Walks, float]:
    """Gambler's ruin from 1, with the probability to reach `goal` before 0: 3.6e-6."""
    odds = (1.0 - up) / up

    def move(place: np.ndarray, u: np.ndarray) -> np.ndarray:
        return place + np.where(u < up, 1, -1)

    walks = Walks((1,), move, lambda x: x[:, 0] <= 0, lambda x: x[:, 0], goal, 10**6, seed)
    return walks, (odds - 1.0) / (odds**goal - 1.0)


#: Chances of going up and down of two actors, by how much higher the other stands, cut to -1, 0, 1.
ALIKE = (((0.04, 0.5), (0.06, 0.5), (0.32, 0.2)), ((0.04, 0.5), (0.06, 0.5), (0.32, 0.2)))
UNLIKE = (((0.05, 0.6), (0.10, 0.5), (0.30, 0.2)), ((0.01, 0.4), (0.02, 0.4), (0.40, 0.1)))
RUNGS, WEEKS = 8, 52


def actors(
    seed: int, chances: tuple[tuple[tuple[float, float], ...], ...], *, total: bool = False
) -> tuple[Walks, float]:
    """Two actors who answer each other for a year; the probability that either reaches the top, by recursion.

    The score is the higher rung, or with `total` the sum of both.
    """
    up, down = np.array(chances).transpose(2, 0, 1)

    def move(place: np.ndarray, u: np.ndarray) -> np.ndarray:
        apart = np.clip(place[:, ::-1] - place, -1, 1) + 1
        who = np.arange(2)
        rises, falls = up[who, apart], down[who, apart]
        return np.clip(place + (u < rises) - (u > 1.0 - falls), 0, RUNGS - 1)

    def over(place: np.ndarray) -> np.ndarray:
        return np.asarray(place.max(axis=1) == RUNGS - 1)

    def score(place: np.ndarray) -> np.ndarray:
        return np.where(over(place), top, place.sum(axis=1) if total else place.max(axis=1))

    top = 2 * (RUNGS - 1) if total else RUNGS - 1
    return Walks((0, 0), move, over, score, top, WEEKS, seed), _recursion(up, down)


def _recursion(up: np.ndarray, down: np.ndarray) -> float:
    """Probability to be at the top by the horizon: every pair of moves from every pair of rungs."""
    now = np.zeros((RUNGS, RUNGS))
    now[0, 0] = 1.0
    reached = 0.0
    for _ in range(WEEKS):
        after = np.zeros_like(now)
        for a in range(RUNGS - 1):
            for b in range(RUNGS - 1):
                ways = [_ways(x, up[i, k], down[i, k]) for i, x, k in _sides(a, b)]
                for to_a, p in ways[0]:
                    for to_b, q in ways[1]:
                        after[to_a, to_b] += now[a, b] * p * q
        reached += after[-1].sum() + after[:, -1].sum() - after[-1, -1]
        now = after
        now[-1] = now[:, -1] = 0.0
    return float(reached)


def _sides(a: int, b: int) -> list[tuple[int, int, int]]:
    return [(0, a, int(np.clip(b - a, -1, 1)) + 1), (1, b, int(np.clip(a - b, -1, 1)) + 1)]


def _ways(rung: int, up: float, down: float) -> list[tuple[int, float]]:
    return [(min(rung + 1, RUNGS - 1), up), (max(rung - 1, 0), down), (rung, 1.0 - up - down)]
