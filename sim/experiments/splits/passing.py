"""Replications are computed and stored until there are enough."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.designs.points import Points
from sim.errors import Interrupted, PactsimError
from sim.experiments.splits.findings import Findings
from sim.experiments.splits.replicating import Batch, run_batch
from sim.experiments.splits.study import Order, RareStudy, ReplicationWriter
from sim.rare.replications import looks
from sim.store.files import read_json, write_atomically
from sim.store.folder import SUMMARY
from sim.store.identity import default_folder
from sim.store.parts import columns_to_parquet, unpack
from sim.store.study import FRAME
from sim.store.writer import holding
from sim.studies.chunk import packed
from sim.studies.pipeline import Pipeline

#: Most replications, unless told how many.
MOST = 1_024


def carry_out(study: RareStudy, order: Order) -> tuple[Path, list[str]]:
    """Compute what is missing, sum up, and give the folder and what should be said.

    Raises
    ------
    InputError
        If the folder is of something else.
    PactsimError
        If the workers of the executor are lost; finished replications are kept.
    Interrupted
        On Ctrl-C, likewise.
    """
    identity = study.identity
    folder = default_folder(f"rare-{study.scenario.stem}", identity) if order.out is None else Path(order.out)
    with holding(folder, identity):
        writer = ReplicationWriter(folder, identity, study.points)
        passing = _Pass(study, order, writer)
        try:
            notes = passing.go()
        except KeyboardInterrupt:
            kept = f"Interrupted: {passing.kept} replications are kept in {folder}."
            raise Interrupted(f"{kept} Give the same command again to go on.") from None
        except PactsimError as error:
            if order.executor is None:
                raise
            raise PactsimError(f"{error} {passing.kept} replications are kept. Give the same command again.") from error
    return folder, notes


class _Pass:
    """Replications until there are enough: stored ones are read, the others computed and stored."""

    def __init__(self, study: RareStudy, order: Order, writer: ReplicationWriter) -> None:
        self.study, self.order, self.writer = study, order, writer
        self.findings = Findings(study)
        self.packed = tuple(packed(each) for each in study.laid.scenarios)
        self.computed, self.wall = 0, 0.0

    @property
    def points(self) -> int:
        return len(self.study.points)

    @property
    def kept(self) -> int:
        """Number of replications stored, in order."""
        return self.writer.runs // self.points

    def go(self) -> list[str]:
        """Compute until the error is small enough, write everything, and say what was done."""
        order = self.order
        most = MOST if order.replications is None else order.replications
        for replications in [most] if order.replications is not None else looks(most):
            self._take_in(replications)
            if order.replications is None and self._is_reached():
                break
        self._finish(replications)
        return self._notes()

    def _take_in(self, replications: int) -> None:
        self.writer.replications = replications
        missing = [each for each in self.writer.ranges if not self.writer.has(*each)]
        if missing:
            self.writer.begin(self.study.manifest(replications, self.order.command))
        began, absent = time.perf_counter(), {first for first, _ in missing}
        before = self.findings.taken * self.points
        with self._pipeline(missing) as pipeline:
            computed = iter(pipeline)
            try:
                for first, count in self.writer.ranges:
                    pipeline.check()
                    if first in absent:
                        self._store(next(computed))
                    if first + count > before:
                        self.findings.take_in(self.writer.part_from(first), before)
                        self.order.progress(self.findings.taken, replications)
            except KeyboardInterrupt:
                for part in pipeline.stop():
                    self._store(part)
                raise
        self.wall += time.perf_counter() - began

    def _pipeline(self, missing: Sequence[tuple[int, int]]) -> Pipeline[Batch, bytes]:
        order = self.order
        if missing and order.executor is None:
            run_batch(self._batch(0, 1, 1))  # compiles before threads need the same machine code at once
        tasks: Iterator[Batch] = (self._batch(first // self.points, count // self.points) for first, count in missing)
        return Pipeline(run_batch, tasks, order.threads, order.executor)

    def _batch(self, first: int, count: int, runs: int | None = None) -> Batch:
        points = self.study.points
        if runs is not None:
            points = Points(points.number, points.structure, points.first_draw, points.columns, runs)
        columns = tuple((name, self.findings.row_type[name].str) for name in self.findings.row_type.names or ())
        return Batch(self.study.identity, self.study.question, first, count, self.packed, points, columns)

    def _store(self, content: bytes) -> None:
        _, part = unpack(content, self.writer.identity)
        self.writer.write(part)
        self.computed += part.about.count // self.points

    def _is_reached(self) -> bool:
        return self.findings.widest() <= self.order.rel_error

    def _finish(self, replications: int) -> None:
        writer, study = self.writer, self.study
        stored = read_json(writer.path / SUMMARY) if (writer.path / SUMMARY).is_file() else {}
        summary = {**self.findings.summary(), "frame": str(writer.path / FRAME), "paths_asked": self.order.paths}
        same = all(stored.get(name) == summary[name] for name in ("rows_sha256", "paths_asked"))
        # To replay the same runs again would take most of the time of a command that is given again.
        summary["paths"] = stored["paths"] if same and "paths" in stored else self.findings.paths(self.order.paths)
        if self.computed or stored != summary or not writer.is_finished:
            writer.begin(study.manifest(replications, self.order.command))
            write_atomically(writer.path / FRAME, columns_to_parquet(self.findings.frame()))
            timings = {"wall_s": self.wall, "replications_computed": self.computed, "threads": self.order.threads}
            writer.finish(study.manifest(replications, self.order.command, timings), summary)

    def _notes(self) -> list[str]:
        if self.order.replications is not None or self._is_reached():
            return []
        wide = f"The interval is wider than ± {self.order.rel_error:.0%} after {self.findings.taken} replications"
        return [f"{wide}, the most that are made without --replications. Give that, or more --runs."]
