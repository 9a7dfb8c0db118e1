"""Adaptive multilevel splitting on paths: the algorithm, for any process whose runs can be gone on with.

Some runs are begun. Those whose score got least far are killed, all that tie for it, and each is replaced by a run
that leaves one of the others at the first time at which its score was higher, with new draws from there. This is
repeated until all have met the event. The product of the shares that were left is an unbiased estimate of the
event's probability, whatever the score; a good score makes it a narrow one.

Three things are easily done wrong. Runs that tie must be killed together, since a score of rungs has many ties.
A new run must leave where the score is above the level and not at it. Where all runs would be killed the estimate
is 0, and counts.

References
----------
Bréhier, Gazeau, Goudenège, Lelièvre & Rousset (2016), "Unbiasedness of some generalized adaptive multilevel
splitting algorithms", Annals of Applied Probability 26(6), 3559–3601.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sim.rare.lineage import Lineage

#: In place of a saved state: the score was never above the level, or was from the beginning.
NONE = -1

#: From the number of a replication, that of a round and how many: uniform numbers in (0, 1).
Chance = Callable[[int, int, int], np.ndarray]


@dataclass(frozen=True, eq=False)
class Passages:
    """How far some runs got, and where they passed each level.

    Parameters
    ----------
    peak : ndarray of int64, shape (K,)
        Highest score, from 0; the score of the event is the highest there is.
    above : ndarray of int64, shape (K, top)
        Number of the saved state in which the score was first above 0, 1, …, or `NONE`.
    steps : ndarray of int64, shape (K,)
        Steps simulated for each.
    """

    peak: np.ndarray
    above: np.ndarray
    steps: np.ndarray


class Walkers(Protocol):
    """A process whose runs can be saved and gone on with."""

    @property
    def top(self) -> int:
        """Score of the event."""

    @property
    def saved_steps(self) -> np.ndarray:
        """By saved state, int64: the first step that is still to come."""

    def begin(self, draws: np.ndarray) -> Passages:
        """Run replicates from the beginning to the end."""

    def resume(self, saved: np.ndarray, draws: np.ndarray, branches: np.ndarray) -> Passages:
        """Go on from saved states to the end, each with the draws of a branch."""


@dataclass(frozen=True)
class Replication:
    """One estimate.

    Parameters
    ----------
    number : int
        Of the replication.
    probability : float
        Its estimate; 0 where it died out.
    left : tuple of float
        For each score below the event's: share of runs left when those at it were killed; 1 where there were none.
    steps : int
        Steps simulated.
    ancestors : float
        How many of the runs begun those in the end come from, in effect: 1 / sum of squared shares; 0 where it died
        out.
    survivors : tuple of Lineage
        Some of the runs in the end, all of which met the event, chosen by lot; none where it died out.
    """

    number: int
    probability: float
    left: tuple[float, ...]
    steps: int
    ancestors: float
    survivors: tuple[Lineage, ...] = field(default=(), repr=False)


def split(walkers: Walkers, numbers: Sequence[int], runs: int, chance: Chance, keep: int = 0) -> list[Replication]:
    """Estimate the probability of an event, several times side by side.

    Parameters
    ----------
    walkers : Walkers
        The process, with nothing begun.
    numbers : sequence of int
        Numbers of the replications, which are independent of each other.
    runs : int
        Runs N of each; replication r begins the replicates r N to (r + 1) N − 1.
    chance : callable
        Draws of which runs are followed.
    keep : int
        Runs in the end to be told of, of each replication; some may be the same.

    Returns
    -------
    list of Replication
        In order.

    Examples
    --------
    Where every run meets the event, nothing is left to chance:

    >>> class Sure:
    ...     top, saved_steps = 1, np.zeros(0, np.int64)
    ...     def begin(self, draws):
    ...         return Passages(np.ones(len(draws), np.int64), np.full((len(draws), 1), NONE), np.ones(len(draws)))
    >>> [each.probability for each in split(Sure(), [0, 1], 3, lambda number, round, many: np.full(many, 0.5))]
    [1.0, 1.0]
    """
    first = np.array(numbers, np.int64) * runs
    draws = (first[:, None] + np.arange(runs)).ravel()
    tree = _Tree()
    begun = walkers.begin(draws)
    tree.add(begun, draws, np.full(len(draws), NONE), np.zeros(len(draws), np.int64))
    groups = [
        _Group(number, slice(g * runs, (g + 1) * runs), begun, walkers.top, chance) for g, number in enumerate(numbers)
    ]
    while going := [group for group in groups if group.kill()]:
        nodes = np.concatenate([group.followed for group in going])
        saved = np.concatenate([group.saved for group in going])
        branches = np.concatenate([group.branches for group in going])
        again = walkers.resume(saved, tree.draws[nodes], branches)
        before = len(tree.draws)
        tree.add(again, tree.draws[nodes], saved, branches)
        at = 0
        for group in going:
            here = slice(at, at := at + len(group.saved))
            group.replace(again, here, before + np.arange(here.start, here.stop))
    return [group.result(tree, walkers.saved_steps, keep) for group in groups]


class _Tree:
    """Every run and every part of one that was begun anew: which saved state it comes from, and on which branch."""

    def __init__(self) -> None:
        self.draws, self.origins, self.branches = (np.zeros(0, np.int64) for _ in range(3))
        #: By saved state, the run that it was saved in.
        self.owners = np.zeros(0, np.int64)

    def add(self, passages: Passages, draws: np.ndarray, origins: np.ndarray, branches: np.ndarray) -> None:
        """Take in runs, each from a saved state, or from none; they get the next numbers."""
        nodes = len(self.draws) + np.arange(len(draws))
        known, above = len(self.owners), passages.above
        self.draws = np.concatenate([self.draws, draws])
        self.origins = np.concatenate([self.origins, origins])
        self.branches = np.concatenate([self.branches, branches])
        new = above >= known
        grown = np.full(max(known, int(above.max(initial=NONE)) + 1), NONE)
        grown[:known] = self.owners
        grown[above[new]] = np.broadcast_to(nodes[:, None], above.shape)[new]
        self.owners = grown

    def lineage(self, node: int, saved_steps: np.ndarray) -> Lineage:
        """Say how a run came about."""
        turns: list[tuple[int, int]] = []
        draw = int(self.draws[node])
        while self.origins[node] != NONE:
            origin = int(self.origins[node])
            turns.append((int(saved_steps[origin]), int(self.branches[node])))
            node = int(self.owners[origin])
        return Lineage(draw, tuple(reversed(turns)))


class _Group:
    """The runs of one replication."""

    def __init__(self, number: int, here: slice, begun: Passages, top: int, chance: Chance) -> None:
        self.number, self.top, self.chance = number, top, chance
        self.peak, self.above = begun.peak[here].copy(), begun.above[here].copy()
        self.nodes = np.arange(here.start, here.stop)
        self.steps = int(begun.steps[here].sum())
        self.left = [1.0] * top
        self.rounds, self.made = 0, 0
        self.is_extinct = False

    def kill(self) -> bool:
        """Choose who is killed and whom each of the new runs follows; False where the end is reached."""
        level = int(self.peak.min())
        if self.is_extinct or level >= self.top:
            return False
        dead, alive = np.flatnonzero(self.peak <= level), np.flatnonzero(self.peak > level)
        self.left[level] = len(alive) / len(self.peak)
        if not len(alive):
            self.is_extinct = True
            return False
        self.rounds += 1
        chosen = (self.chance(self.number, self.rounds, len(dead)) * len(alive)).astype(np.int64)
        parents = alive[chosen]
        self.slots, self.followed, self.saved = dead, self.nodes[parents], self.above[parents, level]
        self.branches = self.made + 1 + np.arange(len(dead))
        self.made += len(dead)
        return True

    def replace(self, again: Passages, here: slice, nodes: np.ndarray) -> None:
        """Put the new runs into the places of those that were killed."""
        self.peak[self.slots], self.above[self.slots] = again.peak[here], again.above[here]
        self.nodes[self.slots] = nodes
        self.steps += int(again.steps[here].sum())

    def result(self, tree: _Tree, saved_steps: np.ndarray, keep: int) -> Replication:
        """Sum up."""
        if self.is_extinct:
            return Replication(self.number, 0.0, tuple(self.left), self.steps, 0.0)
        _, counts = np.unique(tree.draws[self.nodes], return_counts=True)
        ancestors = float(counts.sum() ** 2 / np.sum(counts * counts))
        kept = self.nodes[(self.chance(self.number, 0, keep) * len(self.nodes)).astype(np.int64)]
        survivors = tuple(tree.lineage(node, saved_steps) for node in kept.tolist())
        return Replication(self.number, math.prod(self.left), tuple(self.left), self.steps, ancestors, survivors)
