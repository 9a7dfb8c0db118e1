"""What is counted over the rows of a study: by point, in pairs of points, or run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.designs.points import Points
from sim.estimate import means, shares
from sim.outcomes import Outcome
from sim.studies.chunk import ABSENT

#: States of a run under an outcome: its condition is not met, it is met, it happened too.
UNMET, MET, HIT = 0, 1, 2


def states(rows: np.ndarray, outcome: Outcome) -> np.ndarray:
    """Give the state of each run under a share.

    Parameters
    ----------
    rows : ndarray
        Structured outcome rows.
    outcome : Outcome
        A share.

    Returns
    -------
    ndarray of uint8
        `UNMET`, `MET` or `HIT`; a run of a point that failed is unmet.

    Examples
    --------
    >>> rows = np.array([(0, -1), (3, 3), (-1, -1)], dtype=[("peak", "i1"), ("t_war", "i2")])
    >>> states(rows, Outcome("war", "t_war")).tolist()
    [1, 2, 0]
    """
    met = rows["peak"] > ABSENT
    if outcome.condition:
        met &= rows[outcome.condition] >= outcome.condition_at_least
    found = met.astype(np.uint8)
    found[met & (rows[outcome.column] >= outcome.at_least)] = HIT
    return found


def singly(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give every rung of a distribution as a share of its own, named ``NAME=RUNG``.

    Examples
    --------
    >>> [each.name for each in singly([Outcome("peak_rung", "peak", "distribution", rungs=("peace", "war"))])]
    ['peak_rung=peace', 'peak_rung=war']
    """
    found: list[Outcome] = []
    for outcome in outcomes:
        if outcome.kind != "distribution":
            found.append(outcome)
        for level, rung in enumerate(outcome.rungs):
            why = outcome.assumption_driven if rung in outcome.assumed_rungs else ""
            name = f"{outcome.name}={rung}"
            found.append(Outcome(name, outcome.column, "rung", at_least=level, assumption_driven=why))
    return found


class PointTally:
    """Counts of outcomes by point.

    Parameters
    ----------
    points : Points
        Of the study.
    outcomes : sequence of Outcome
        From `singly`.
    """

    def __init__(self, points: Points, outcomes: Sequence[Outcome]) -> None:
        self.points = points
        self.outcomes = outcomes
        self._counts = {outcome.name: np.zeros((3, len(points)), np.int64) for outcome in outcomes}

    def add(self, rows: np.ndarray) -> None:
        """Count the rows of one part: of whole points, or of one."""
        each = self.points.per_point
        first, last = int(rows["run"][0]) // each, int(rows["run"][-1]) // each + 1
        run = rows["peak"] > ABSENT
        for outcome in self.outcomes:
            counts = self._counts[outcome.name][:, first:last]
            found: tuple[np.ndarray, ...]
            if outcome.kind == "mean":
                values = np.where(run, rows[outcome.column], 0).astype(np.int64)
                found = (run, values, values * values)
            elif outcome.kind == "rung":
                found = (run, run & (rows[outcome.column] == outcome.at_least))
            else:
                state = states(rows, outcome)
                found = (state > UNMET, state == HIT)
            for into, of_runs in zip(counts, found, strict=False):
                of_points = of_runs.reshape(last - first, -1)
                into += np.count_nonzero(of_points, axis=1) if of_runs.dtype == bool else of_points.sum(axis=1)

    def frame(self) -> dict[str, np.ndarray]:
        """Give the estimates as columns, a line for each point and outcome, points first.

        Returns
        -------
        dict of str to ndarray
            ``point``, a column for each path, ``outcome``, ``value``, ``low``, ``high``, ``n``, ``hits``
            (-1 for a mean), ``method``.
        """
        tables = [self._estimates(outcome) for outcome in self.outcomes]
        many, count = len(tables), len(self.points)
        of_points = {"point": self.points.number, **self.points.columns}
        columns = {name: np.repeat(column, many) for name, column in of_points.items()}
        columns["outcome"] = np.tile(np.array([outcome.name for outcome in self.outcomes], object), count)
        for name in ("value", "low", "high", "n", "hits", "method"):
            columns[name] = np.stack([table[name] for table in tables], axis=1).ravel()
        return columns

    def _estimates(self, outcome: Outcome) -> dict[str, np.ndarray]:
        n, first, second = self._counts[outcome.name]
        return means(n, first, second) if outcome.kind == "mean" else shares(first, n)


class RunStates:
    """State of every run under a few outcomes, by point: what indices of sensitivity are made of.

    Parameters
    ----------
    points : Points
        Of the study.
    outcomes : sequence of Outcome
        Shares or means.
    """

    def __init__(self, points: Points, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes
        kinds = {outcome.name: np.uint8 if outcome.kind == "share" else np.int16 for outcome in outcomes}
        self._runs = {name: np.zeros(points.rows, kind) for name, kind in kinds.items()}
        self._shape = len(points), points.per_point

    def add(self, rows: np.ndarray) -> None:
        """Take in the rows of one part."""
        here = slice(int(rows["run"][0]), int(rows["run"][-1]) + 1)
        for outcome in self.outcomes:
            self._runs[outcome.name][here] = states(rows, outcome) if outcome.kind == "share" else rows[outcome.column]

    def of(self, name: str) -> np.ndarray:
        """States of the runs under an outcome, shape (P, R)."""
        return self._runs[name].reshape(self._shape)


@dataclass
class PairTally:
    """Counts of the runs of two points that met the same draws.

    Parameters
    ----------
    outcomes : sequence of Outcome
        From `singly`, in the first point's scenario and in the second's.
    others : sequence of Outcome
        The same in the second's: a rung may have another number there.
    """

    outcomes: Sequence[Outcome]
    others: Sequence[Outcome]

    def __post_init__(self) -> None:
        """Begin at nothing."""
        self.runs = 0
        self.tables = {outcome.name: np.zeros(9, np.int64) for outcome in self.outcomes if outcome.kind != "mean"}
        self.moments = {outcome.name: np.zeros(5, np.int64) for outcome in self.outcomes if outcome.kind == "mean"}

    def add(self, rows: np.ndarray, others: np.ndarray) -> None:
        """Count runs of the same draws, run by run; where either has no result, neither counts."""
        there = (rows["peak"] > ABSENT) & (others["peak"] > ABSENT)
        if not there.all():
            rows, others = rows[there], others[there]
        self.runs += len(rows)
        for outcome, other in zip(self.outcomes, self.others, strict=True):
            if outcome.kind == "mean":
                a, b = rows[outcome.column].astype(np.int64), others[other.column].astype(np.int64)
                sums = a.sum(), b.sum(), (a * a).sum(), (b * b).sum(), (a * b).sum()
                self.moments[outcome.name] += np.array(sums)
            else:
                pairs = 3 * run_states(rows, outcome) + run_states(others, other)
                self.tables[outcome.name] += np.bincount(pairs, minlength=9)


def run_states(rows: np.ndarray, outcome: Outcome) -> np.ndarray:
    """Give the state of each run under a share, or under one rung of a distribution; see `states`."""
    if outcome.kind == "rung":
        return np.where(rows[outcome.column] == outcome.at_least, HIT, MET).astype(np.uint8)
    return states(rows, outcome)
