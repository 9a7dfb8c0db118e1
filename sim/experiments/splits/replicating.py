"""Replications of splitting as parts of a study: a row for each replication and point, a few lineages beside them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.compiled import rule_hash
from sim.designs.points import Points
from sim.engine.lower import Program
from sim.engine.part import Part
from sim.engine.selection import selection
from sim.errors import PactsimError
from sim.rare import splitting
from sim.rare.events import read_event
from sim.rare.lineage import Lineage
from sim.rare.scores import Score, score_for
from sim.rare.splitting import Replication, split
from sim.rare.walkers import Given, Runs
from sim.store.identity import Identity
from sim.store.parts import pack
from sim.studies.chunk import program_of

#: Runs begun together, replications side by side: fewer would leave blocks half empty, more take memory.
TOGETHER = 2_000
#: Runs in the end that are told of, of each replication.
KEPT = 8


@functools.cache
def method_hash() -> str:
    """Hash the sources that say how runs are split: rows depend on them as they do on the rules."""
    digest = hashlib.sha256()
    for path in sorted(Path(splitting.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Question:
    """What is to be estimated, and how.

    Parameters
    ----------
    event : str
        As `sim.rare.events.read_event` reads it.
    score : str
        One of `sim.rare.scores.SCORES`.
    """

    event: str
    score: str

    def score_of(self, program: Program) -> Score:
        """Give the score for a scenario."""
        return score_for(self.score, program, read_event(self.event, program.scenario))

    @property
    def depends(self) -> str:
        """What rows depend on beyond points, scenarios, seed and rules."""
        return "\0".join((self.event, self.score, method_hash()))


@dataclass(frozen=True, eq=False)
class Batch:
    """Some replications at all points, to be computed anywhere.

    Parameters
    ----------
    identity : Identity
        Of the study.
    question : Question
        What is estimated.
    first, count : int
        Its range of replications.
    scenarios : tuple of bytes
        From `sim.studies.chunk.packed`, by the `structure` of the points.
    points : Points
        All of them; `per_point` are the runs of a replication.
    columns : tuple of tuple of str
        Name and type of the columns, from `row_type`.
    """

    identity: Identity
    question: Question
    first: int
    count: int
    scenarios: tuple[bytes, ...]
    points: Points
    columns: tuple[tuple[str, str], ...]


def row_type(top: int) -> np.dtype:
    """Columns of a replication's row, for an event of this score."""
    own = [("run", "<i8"), ("point", "<i4"), ("draw", "<i8"), ("probability", "<f8"), ("steps", "<i8")]
    return np.dtype([*own, ("ancestors", "<f8"), *((f"left:{level}", "<f8") for level in range(top))])


def batches(replications: int, runs: int) -> list[tuple[int, int]]:
    """Cut replications into the ranges of their parts.

    Examples
    --------
    >>> batches(5, 1000)
    [(0, 2), (2, 2), (4, 1)]
    """
    each = max(1, TOGETHER // runs)
    return [(first, min(each, replications - first)) for first in range(0, replications, each)]


def run_batch(batch: Batch) -> bytes:
    """Compute some replications.

    Parameters
    ----------
    batch : Batch
        What to compute.

    Returns
    -------
    bytes
        As `sim.store.parts.unpack` takes them apart: rows in the order of replications, and in each of points.

    Raises
    ------
    PactsimError
        If the rules of this process are not those of the study.
    """
    if rule_hash() != batch.identity.rule_hash:
        raise PactsimError("A worker has other rules than this process: install the same version of pactsim there.")
    points = len(batch.points)
    rows = np.ones(batch.count * points, np.dtype(list(batch.columns)))
    found = [_replications(batch, place) for place in range(points)]
    told: list[tuple[int, Lineage]] = []
    for at in range(batch.count):
        for place in range(points):
            each = found[place][at]
            row = at * points + place
            run, point = each.number * points + place, batch.points.number[place]
            rows[row] = (run, point, each.number, each.probability, each.steps, each.ancestors, *_left(each, batch))
            told += [(row, lineage) for lineage in each.survivors]
    part = Part(batch.first * points, rows, _as_arrays(told, batch.points.per_point))
    return pack(part, batch.identity)


def _left(each: Replication, batch: Batch) -> list[float]:
    """Shares left at every score that any point has; each has a column."""
    levels = sum(name.startswith("left:") for name, _ in batch.columns)
    return [*each.left, *[1.0] * (levels - len(each.left))]


def _replications(batch: Batch, place: int) -> list[Replication]:
    points, seed = batch.points, batch.identity.seed
    central = batch.identity.parameters == "central"
    program = program_of(batch.scenarios[int(points.structure[place])], central)
    lot = points.lot(np.array([place]), np.zeros(1, np.int64), program.parameters.paths)
    given = Given(lot.rows, lot.values[place])
    walkers = Runs(program, seed, batch.question.score_of(program), given)
    numbers = range(batch.first, batch.first + batch.count)
    return split(walkers, numbers, points.per_point, selection(seed), KEPT)


def _as_arrays(told: Sequence[tuple[int, Lineage]], runs: int) -> dict[str, np.ndarray]:
    """Put lineages into arrays of small numbers: ``survivors`` (row, replicate within the replication, turns)."""
    heads = [(row, lineage.draw % runs, len(lineage.turns)) for row, lineage in told]
    turns = [turn for _, lineage in told for turn in lineage.turns]
    return {
        "survivors": np.array(heads, np.int32).reshape(-1, 3),
        "turns": np.array(turns, np.int32).reshape(-1, 2),
    }


def lineages(part: Part, runs: int) -> list[tuple[int, int, Lineage]]:
    """Read the lineages of a part back.

    Parameters
    ----------
    part : Part
        From `run_batch`.
    runs : int
        Of each replication.

    Returns
    -------
    list of tuple
        Row in the part, number of the replication, and lineage of each run told of.
    """
    found, at = [], 0
    turns = [(int(step), int(branch)) for step, branch in part.sidecar["turns"]]
    for row, offset, count in part.sidecar["survivors"].tolist():
        number = int(part.rows["draw"][row])
        found.append((row, number, Lineage(number * runs + offset, tuple(turns[at : at + count]))))
        at += count
    return found
