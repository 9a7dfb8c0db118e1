"""Processes whose rare event has an exact probability: walks on whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.rare.splitting import NONE, Passages

#: From positions, shape (n, d), and uniforms, shape (n,), to the next positions.
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
    _places: list[np.ndarray] = field(default_factory=list)
    _steps: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    @property
    def saved_steps(self) -> np.ndarray:
        return np.array(self._steps, np.int64)

    def begin(self, draws: np.ndarray) -> Passages:
        place = np.tile(np.array(self.start), (len(draws), 1))
        return self._run(place, np.zeros(len(draws), np.int64), np.full(len(draws), NONE))

    def resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
        places, steps = np.concatenate(self._places), self.saved_steps
        self._places = [places]
        return self._run(places[saved], steps[saved], saved)

    def _run(self, place: np.ndarray, step: np.ndarray, saved: np.ndarray) -> Passages:
        step = step.copy()
        peak, level, steps = self.score(place).copy(), np.arange(self.top), np.zeros(len(place), np.int64)
        above = np.where(level < peak[:, None], saved[:, None], NONE)
        going = np.flatnonzero(~self.ended(place) & (step < self.horizon) & (peak < self.top))
        while len(going):
            place[going] = self.move(place[going], self.random.random(len(going)))
            steps[going] += 1
            step[going] += 1
            scores = self.score(place[going])
            rises = scores > peak[going]
            higher = going[rises]
            if len(higher):
                numbers = len(self._steps) + np.arange(len(higher))
                self._places.append(place[higher].copy())
                self._steps.extend(step[higher].tolist())
                passed = (level >= peak[higher, None]) & (level < scores[rises][:, None])
                above[higher] = np.where(passed, numbers[:, None], above[higher])
                peak[higher] = scores[rises]
            going = going[~self.ended(place[going]) & (step[going] < self.horizon) & (peak[going] < self.top)]
        return Passages(peak, above, steps)


def ruin(seed: int, up: float = 0.3, goal: int = 15) -> tuple[Walks, float]:
    """Gambler's ruin from 1, with the probability to reach `goal` before 0."""
    odds = (1.0 - up) / up
    walks = Walks(
        (1,), lambda x, u: x + np.where(u < up, 1, -1)[:, None], lambda x: x[:, 0] <= 0, lambda x: x[:, 0], goal, 10**6, seed
    )
    return walks, (odds - 1.0) / (odds**goal - 1.0)
