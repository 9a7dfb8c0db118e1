"""Runs of a scenario as a process that can be saved and gone on with.

Runs lie side by side in blocks and are advanced step by step. Where a run's score rises its state is saved: one
column. Its parameters need not be, since they depend on the replicate and the date alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import Program
from sim.rare.scores import Score
from sim.rare.splitting import NONE, Passages

#: Runs side by side: wide enough that a call for one step is worth it.
LANES = 480
#: Saved states that there is room for at first: memory is taken up only as it is filled.
_ROOM = 8_192


@dataclass(frozen=True, eq=False)
class Given:
    """Parameters that a point of a design gives.

    Parameters
    ----------
    rows : ndarray of int64, shape (V,)
        Rows of the parameter matrix.
    values : ndarray of float64, shape (V,)
        Their values.
    """

    rows: np.ndarray
    values: np.ndarray


#: Every parameter is drawn.
NOTHING = Given(np.zeros(0, np.int64), np.zeros(0))


class Runs:
    """The walkers of a scenario; see `sim.rare.splitting.Walkers`.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    seed : int
        64-bit seed.
    score : Score
        How near a run is to the event.
    given : Given
        Parameters that are not drawn.
    """

    def __init__(self, program: Program, seed: int, score: Score, given: Given = NOTHING) -> None:
        self._score, self._given = score, given
        self._block, self._sidecar = Block(program, seed, LANES), new_sidecar(program)
        self._end = program.scenario.n_steps
        dates = program.tables.change["step"]
        #: Steps at which parameters change.
        self._dates = np.unique(dates[dates > 0])
        self._states = _States(program.n_state)
        #: Replicates begun, ascending, and the parameters of each, before the first of these steps and after each.
        self._draws = np.zeros(0, np.int64)
        self._parameters: list[np.ndarray] = []

    @property
    def top(self) -> int:
        """Score of the event."""
        return self._score.top

    @property
    def saved_steps(self) -> np.ndarray:
        """By saved state, int64: the first step that is still to come."""
        return self._states.steps

    def begin(self, draws: np.ndarray) -> Passages:
        """Run replicates, in ascending order, from the beginning to the end."""
        self._draws = draws
        shape = len(self._block.parameters), len(draws)
        self._parameters = [np.empty(shape) for _ in range(len(self._dates) + 1)]
        return _joined([self._begin(at) for at in range(0, len(draws), LANES)])

    def _begin(self, at: int) -> Passages:
        block, draws = self._block, self._draws[at : at + LANES]
        count, here = len(draws), slice(at, at + len(draws))
        block.lanes = count
        block.draws[:count], block.branches[:] = draws, 0
        block.draw()
        block.parameters[self._given.rows] = self._given.values[:, None]
        block.advance(0, 0, self._sidecar, fresh=True)
        self._parameters[0][:, here] = block.parameters[:, :count]
        trail = _Trail(self._states, self._score, count)
        trail.set_out(block.state[:, :count])
        for step in range(self._end):
            block.advance(step, step + 1, self._sidecar, fresh=False)
            trail.look(block.state[:, :count], step + 1)
            if step in self._dates:
                self._parameters[self._epoch(step + 1)][:, here] = block.parameters[:, :count]
        return trail.passages(np.full(count, self._end))

    def _epoch(self, step: int) -> int:
        """Count the dates of change before a step."""
        return int(np.searchsorted(self._dates, step))

    def resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
        """Go on from saved states to the end, each with the draws of a branch; not where the event has happened."""
        found = Passages(
            np.full(len(saved), self.top),
            np.repeat(saved[:, None], self.top, axis=1),
            np.zeros(len(saved), np.int64),
        )
        going = np.flatnonzero(self._states.scores[saved] < self.top)
        # Those that set out earlier come first: at each step the runs under way are the first of a block.
        order = going[np.argsort(self._states.steps[saved[going]], kind="stable")]
        for at in range(0, len(order), LANES):
            piece = order[at : at + LANES]
            again = self._resume(saved[piece], draws[piece], branches[piece])
            found.peak[piece], found.above[piece], found.steps[piece] = again.peak, again.above, again.steps
        return found

    def _resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
        block, count = self._block, len(saved)
        starts = self._states.steps[saved]
        block.draws[:count], block.branches[:count] = draws, branches
        block.state[:, :count] = self._states.columns[saved].T
        columns = np.searchsorted(self._draws, draws)
        epochs = np.searchsorted(self._dates, starts)
        for epoch in np.unique(epochs).tolist():
            here = np.flatnonzero(epochs == epoch)
            block.parameters[:, here] = self._parameters[epoch][:, columns[here]]
        trail = _Trail(self._states, self._score, count)
        trail.go_on(saved)
        for step in range(int(starts[0]), self._end):
            block.lanes = int(np.searchsorted(starts, step, side="right"))
            block.advance(step, step + 1, self._sidecar, fresh=False)
            trail.look(block.state[:, : block.lanes], step + 1)
        return trail.passages(self._end - starts)


class _States:
    """Saved states, one after the other: each is a column, its score, and the first step still to come."""

    def __init__(self, rows: int) -> None:
        self._count = 0
        self._columns = np.empty((_ROOM, rows))
        self._scores, self._steps = np.empty(_ROOM, np.int64), np.empty(_ROOM, np.int64)

    @property
    def columns(self) -> np.ndarray:
        """Shape (saved, rows of the state)."""
        return self._columns[: self._count]

    @property
    def scores(self) -> np.ndarray:
        """Score of each."""
        return self._scores[: self._count]

    @property
    def steps(self) -> np.ndarray:
        """First step still to come of each."""
        return self._steps[: self._count]

    def add(self, columns: np.ndarray, scores: np.ndarray, step: int) -> np.ndarray:
        """Save states, shape (n, rows), and give their numbers."""
        numbers = self._count + np.arange(len(columns))
        self._count += len(columns)
        while self._count > len(self._columns):
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)])
            self._scores = np.concatenate([self._scores, np.empty_like(self._scores)])
            self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
        self._columns[numbers], self._scores[numbers], self._steps[numbers] = columns, scores, step
        return numbers


class _Trail:
    """How far the runs of a block got so far."""

    def __init__(self, states: _States, score: Score, count: int) -> None:
        self._states, self._score = states, score
        self.peak = np.zeros(count, np.int64)
        self.above = np.full((count, score.top), NONE, np.int64)

    def set_out(self, state: np.ndarray) -> None:
        """Take the score at the beginning, from which nothing need be saved: no run ever falls below it."""
        self.peak[:] = self._score(state)

    def go_on(self, saved: np.ndarray) -> None:
        """Take the score where saved states were saved: levels below it were passed there, or before."""
        self.peak[:] = self._states.scores[saved]
        self.above[:] = np.where(np.arange(self._score.top) < self.peak[:, None], saved[:, None], NONE)

    def look(self, state: np.ndarray, step: int) -> None:
        """Save the states of the first runs, shape (rows, n), whose score is higher than ever; `step` is to come."""
        scores = self._score(state)
        higher = np.flatnonzero(scores > self.peak[: len(scores)])
        if not len(higher):
            return
        numbers = self._states.add(state[:, higher].T, scores[higher], step)
        level = np.arange(self._score.top)
        passed = (level >= self.peak[higher, None]) & (level < scores[higher, None])
        self.above[higher] = np.where(passed, numbers[:, None], self.above[higher])
        self.peak[higher] = scores[higher]

    def passages(self, steps: np.ndarray) -> Passages:
        """Give what was found; `steps` were simulated for each run."""
        return Passages(self.peak, self.above, steps)


def _joined(pieces: list[Passages]) -> Passages:
    return Passages(*(np.concatenate([getattr(each, name) for each in pieces]) for name in ("peak", "above", "steps")))
