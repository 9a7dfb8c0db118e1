"""A study: many points in one pass of the engine, into one folder that can be gone on with at any time."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim.compiled import rule_hash
from sim.designs.points import Points
from sim.engine.lower import Program, lower
from sim.errors import Interrupted, PactsimError
from sim.estimate import number_of, some_of
from sim.scenario.load import resolved
from sim.scenario.model import Scenario
from sim.store.digest import RowsDigest
from sim.store.identity import Identity, default_folder, scenario_hash
from sim.store.manifest import build_manifest
from sim.store.parts import EncodedPart, encode, unpack
from sim.store.room import require_room
from sim.store.study import StudyFolder, StudyWriter, differences, study_hash
from sim.store.writer import holding
from sim.studies.arguments import Shard, check_shard, shard_note
from sim.studies.chunk import ABSENT, Chunk, packed, run_chunk, study_part, study_type
from sim.studies.pipeline import Pipeline, Progress, cores

__all__ = ["Collector", "Done", "Finish", "Shard", "Study", "Work", "carry_out"]


class Collector(Protocol):
    """Takes in rows, part by part and in order."""

    def add(self, rows: np.ndarray) -> None:
        """Take in the rows of one part."""


@dataclass(frozen=True, eq=False)
class Study:
    """What is to be simulated, and what is asked of it.

    Parameters
    ----------
    kind : str
        The command that asks, such as ``sweep``; ``flip`` for a stage of its search.
    scenarios : tuple of Scenario
        One for each structure of the points.
    points : Points
        Where, and how often.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        Whether what no point gives is drawn anew in each run or fixed.
    about : dict
        What else the summary is made from, as JSON can hold it.
    failed : dict of int to str
        Points that cannot be, and why.
    notes : tuple of str
        What a user should know, in sentences.
    """

    kind: str
    scenarios: tuple[Scenario, ...]
    points: Points
    seed: int
    parameters: Any
    about: dict[str, Any]
    failed: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def from_folder(cls, folder: StudyFolder) -> Study:
        """Read a study back from its folder, finished or not; what its user was told is not kept there.

        Parameters
        ----------
        folder : StudyFolder
            Of the study.
        """
        own = ("kind", "runs_per_point", "failed", "structures")
        about = {name: value for name, value in folder.about.items() if name not in own}
        failed = {int(point): str(why) for point, why in folder.about["failed"].items()}
        identity = folder.identity
        return cls(
            folder.kind, tuple(folder.scenarios), folder.points, identity.seed, identity.parameters, about, failed
        )

    @property
    def default_folder(self) -> Path:
        """Results folder, unless another is given."""
        return default_folder(f"{self.kind}-{self.scenarios[0].stem}", self.identity)

    @functools.cached_property
    def identity(self) -> Identity:
        """What the rows depend on."""
        hashes = [scenario_hash(each) for each in self.scenarios]
        study = study_hash(self.kind, self.points, hashes)
        return Identity(hashes[0], self.seed, rule_hash(), self.parameters, study)

    @property
    def is_paired(self) -> bool:
        """Whether its points are read side by side, draw by draw."""
        return self.kind == "compare"

    @functools.cached_property
    def programs(self) -> list[Program]:
        """The scenarios, lowered."""
        return [lower(each, self.parameters == "central") for each in self.scenarios]

    @functools.cached_property
    def row_type(self) -> np.dtype:
        """Columns of the rows."""
        return study_type(self.programs)

    @functools.cached_property
    def _packed(self) -> list[bytes]:
        return [packed(each) for each in self.scenarios]

    def manifest(self, command: Sequence[str], timings: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Build the content of ``manifest.json``."""
        built = build_manifest(self.scenarios[0], self.identity, self.points.rows, command=command, timings=timings)
        structures = differences([resolved(each) for each in self.scenarios])
        failed = {str(point): why for point, why in self.failed.items()}
        own = {"kind": self.kind, "runs_per_point": self.points.per_point, "failed": failed, "structures": structures}
        return {**built, "study": {**self.about, **own}}

    def touched(self, first: int, count: int) -> tuple[Points, int]:
        """Points that a range of runs is of, and the number of runs before the first of them."""
        each = self.points.per_point
        begin, end = first // each, -(-(first + count) // each)
        return self.points.between(begin, end), begin * each

    def part(self, task: tuple[int, int]) -> tuple[np.ndarray, EncodedPart]:
        """Compute the rows of one part and its bytes, here."""
        points, offset = self.touched(*task)
        part = study_part(self.programs, points, offset, self.row_type, self.seed, *task)
        return part.rows, encode(part, self.identity)

    def chunk(self, task: tuple[int, int]) -> Chunk:
        """Give one part to be computed elsewhere, with the scenarios that it needs and no others."""
        points, offset = self.touched(*task)
        needed, structure = np.unique(points.structure, return_inverse=True)
        own = Points(points.number, structure.ravel(), points.first_draw, points.columns, points.per_point)
        scenarios = tuple(self._packed[s] for s in needed.tolist())
        columns = tuple((name, self.row_type[name].str) for name in self.row_type.names or ())
        return Chunk(self.identity, *task, scenarios, own, offset, columns)


@dataclass(frozen=True)
class Work:
    """How a study is carried out.

    Parameters
    ----------
    out : str or Path, optional
        Results folder; ``results/<kind>-<scenario>-<hash>`` by default.
    threads : int, optional
        Processor cores to use, or how many workers `executor` has.
    executor : concurrent.futures.Executor, optional
        Whose workers do the work.
    shard : tuple of int, optional
        Compute only part *i*, *i* + *n*, … (from 1) of *n*, to be gathered later.
    progress : callable, optional
        Told how many runs are done, of how many.
    command : sequence of str
        For the manifest.
    """

    out: str | Path | None = None
    threads: int | None = None
    executor: Executor | None = None
    shard: Shard | None = None
    progress: Progress = lambda done, total: None
    command: Sequence[str] = ()


#: Makes a summary (and other files) of a study whose runs are all stored.
Finish = Callable[[Study, StudyWriter], dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """A study carried out.

    Parameters
    ----------
    folder : Path
        Where it is.
    summary : dict or None
        What it found; None of a shard.
    notes : tuple of str
        In sentences.
    """

    folder: Path
    summary: dict[str, Any] | None
    notes: tuple[str, ...]


def carry_out(study: Study, work: Work, collectors: Sequence[Collector], finish: Finish) -> Done:
    """Compute what is missing of a study and sum it up.

    Parameters
    ----------
    study : Study
        What to simulate.
    work : Work
        How.
    collectors : sequence of Collector
        Given all rows in order before `finish` is called.
    finish : callable
        Makes the summary.

    Returns
    -------
    Done
        The same bytes whatever the threads, the executor, and how often it was stopped.

    Raises
    ------
    InputError
        If the folder is of another study.
    PactsimError
        If parts failed; all others are stored, and the same command tries the rest again.
    Interrupted
        On Ctrl-C; what is finished is kept.
    """
    check_shard(work.shard)
    identity = study.identity
    folder = study.default_folder if work.out is None else Path(work.out)
    require_room(folder, study.points.rows, study.row_type.itemsize, work.threads or cores())
    with holding(folder, identity):
        writer = StudyWriter(folder, identity, study.points, alone=study.is_paired)
        manifest = study.manifest(work.command)
        if work.shard is None and writer.answers(manifest["study"]):
            return Done(folder, StudyFolder(folder).summary, study.notes)
        writer.begin(manifest)
        passing = _Pass(study, writer, work, collectors)
        try:
            began = time.perf_counter()
            passing.go()
            wall = time.perf_counter() - began
        except KeyboardInterrupt:
            kept = sum(count for first, count in writer.ranges if writer.has(first, count))
            told = f"Interrupted: {kept:,} of {study.points.rows:,} runs are kept in {folder}."
            raise Interrupted(f"{told} Give the same command again to go on.") from None
        passing.refuse_failed()
        if work.shard is not None:
            told = shard_note(work.shard, len(passing.mine), len(writer.ranges), folder)
            return Done(folder, None, (*study.notes, told))
        found = {
            "study_hash": identity.hash,
            "rows_sha256": passing.digest.hexdigest(),
            "runs": study.points.rows,
            "runs_per_s": passing.computed / wall if passing.computed else None,
        }
        failed = {**study.failed, **dict.fromkeys(sorted(passing.lost), "the engine gave no result")}
        found["failed"] = [{"point": point, "why": why} for point, why in sorted(failed.items())]
        summary = {**finish(study, writer), **found}
        timings = {"wall_s": wall, "runs_computed": passing.computed, "threads": work.threads or cores()}
        writer.finish(study.manifest(work.command, timings), summary)
    return Done(folder, StudyFolder(folder).summary, study.notes)


#: What comes back for a part: rows and bytes from a thread, packed bytes from a worker, or what it raised.
Computed = tuple[np.ndarray, EncodedPart] | bytes | Exception


class _Pass:
    """One pass over the parts of a study."""

    def __init__(self, study: Study, writer: StudyWriter, work: Work, collectors: Sequence[Collector]) -> None:
        self.study, self.writer, self.work, self.collectors = study, writer, work, collectors
        self.digest = RowsDigest(study.row_type)
        self.computed = 0
        #: Points that gave no result; see `sim.studies.chunk.study_part`.
        self.lost: set[int] = set()
        self.failures: list[tuple[tuple[int, int], Exception]] = []
        shard = work.shard
        ranges = writer.ranges
        self.mine = ranges if shard is None else ranges[shard[0] - 1 :: shard[1]]

    def go(self) -> None:
        """Go through all parts in order, stored ones read and the others computed and stored."""
        missing = [each for each in self.mine if not self.writer.has(*each)]
        absent, done, total = set(missing), 0, sum(count for _, count in self.mine)
        with self._pipeline(missing) as pipeline:
            computed = iter(pipeline)
            try:
                for task in self.mine:
                    pipeline.check()
                    rows = self._store(task, next(computed)) if task in absent else None
                    if self.work.shard is None and not self.failures:
                        self._take_in(self.writer.part_from(task[0]).rows if rows is None else rows)
                    done += task[1]
                    self.work.progress(done, total)
            except KeyboardInterrupt:
                for part in pipeline.stop():
                    self._store((0, 0), part)
                raise

    def _pipeline(self, missing: Sequence[tuple[int, int]]) -> Pipeline[Any, Any]:
        threads = self.work.threads or cores()
        if self.work.executor is None:
            self._compile()
            return Pipeline(self.study.part, missing, threads, failed=_failure)
        chunks: Iterator[Chunk] = (self.study.chunk(task) for task in missing)
        return Pipeline(run_chunk, chunks, threads, self.work.executor, failed=_failure)

    def _compile(self) -> None:
        """Compile before threads need the same machine code at once."""
        if any(not self.writer.has(*each) for each in self.mine):
            self.study.part((0, 1))

    def _store(self, task: tuple[int, int], found: Computed) -> np.ndarray | None:
        """Store what came back, and give its rows."""
        if isinstance(found, Exception):
            self.failures.append((task, found))
            return None
        rows, part = found if isinstance(found, tuple) else unpack(found, self.study.identity)
        self.writer.write(part)
        self.computed += part.about.count
        return rows

    def _take_in(self, rows: np.ndarray) -> None:
        self.digest.add(rows)
        self.lost.update(rows["point"][rows["peak"] == ABSENT].tolist())
        for collector in self.collectors:
            collector.add(rows)

    def refuse_failed(self) -> None:
        """Raise what failed, once everything else is stored."""
        if not self.failures:
            return
        (first, count), error = self.failures[0]
        points, _ = self.study.touched(first, count)
        which = some_of([str(number) for number in points.number.tolist()], 3)
        said = str(error) or type(error).__name__
        raise PactsimError(
            f"{number_of(len(self.failures), 'part')} of {len(self.mine)} failed, the first with points {which}: "
            f"{said} All others are stored in {self.writer.path}. Give the same command again to try these once more."
        )


def _failure(task: Any, error: Exception) -> Exception:
    return error
