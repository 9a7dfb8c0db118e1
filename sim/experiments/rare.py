"""Rare events: their probability by multilevel splitting, at one point or at many on the same draws."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.compiled import rule_hash
from sim.designs.points import Points
from sim.engine.lower import Program, lower
from sim.errors import Fault, InputError, Interrupted, PactsimError
from sim.estimate import Estimate
from sim.experiments.replicating import KEPT, Batch, Question, batches, lineages, row_type, run_batch
from sim.experiments.sweep import chosen_design
from sim.experiments.ways.paths import typical_paths
from sim.rare.events import read_event
from sim.rare.lineage import Lineage
from sim.rare.replications import (
    METHOD,
    Summary,
    looks,
    mean_estimate,
    ratio_estimate,
    relative_half_width,
    summarise,
    warnings,
)
from sim.rare.scores import SCORES
from sim.scenario.load import Loaded, resolved
from sim.scenario.model import Scenario
from sim.store.digest import RowsDigest
from sim.store.files import read_json, write_atomically
from sim.store.folder import SUMMARY
from sim.store.identity import Identity, default_folder, scenario_hash
from sim.store.manifest import build_manifest
from sim.store.parts import EncodedPart, columns_from_parquet, columns_to_parquet, unpack
from sim.store.study import DEPENDS, FRAME, StudyFolder, StudyWriter, differences, study_hash
from sim.store.writer import holding
from sim.studies.arguments import check_arguments, whole
from sim.studies.chunk import packed
from sim.studies.laying import Base, Laid, base_of, lay, split_treaties, told
from sim.studies.pipeline import Pipeline, Progress, cores

if TYPE_CHECKING:
    import pandas as pd

#: Used where none is given: runs of a replication, and half the width of the interval by the value.
RUNS, RELATIVE_ERROR = 2_000, 0.2
#: Runs that met the event to be replayed, unless told.
PATHS = 120
#: Most replications, unless told how many.
MOST = 1_024
#: Fewest runs of a replication: with fewer, one that died out says nothing. Most: each takes about 25 kB.
LEAST_RUNS, MOST_RUNS = 5, 100_000


@dataclass(frozen=True, repr=False)
class RareResult:
    """The probability of a rare event.

    Parameters
    ----------
    folder : Path
        Where everything is stored.
    summary : dict
        Contents of ``summary.json``.
    notes : tuple of str
        What was done besides, in sentences.
    """

    folder: Path
    summary: dict[str, Any]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One short line."""
        return f"RareResult({str(self.folder)!r}: {self.summary['event']}, {self.summary['replications']} replications)"

    @property
    def estimate(self) -> Estimate:
        """Estimate at the first point, or at the only one."""
        return Estimate.from_dict(self.summary["estimate"])

    @property
    def frame(self) -> pd.DataFrame:
        """Estimates by point: a line for each, with a column for each thing that varies."""
        import pandas as pd

        return pd.DataFrame(columns_from_parquet(self.folder / FRAME))


def rare(
    scenario: str | Path | Loaded,
    event: str,
    *,
    score: str = "peak",
    rel_error: float = RELATIVE_ERROR,
    runs: int = RUNS,
    replications: int | None = None,
    paths: int = PATHS,
    vary: Sequence[str] = (),
    design: str | Path = "grid",
    points: int | None = None,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> RareResult:
    """Estimate how likely a rare event is, by adaptive multilevel splitting.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    event : str
        A share, such as ``nuclear_use`` or ``intervention:Russia:DPRK``, or a rung to be reached, such as
        ``"peak_rung>=nuclear exchange"``.
    score : {"peak", "pair"}
        What tells how near a run is: the highest rung so far, or the highest sum of two rivals' rungs.
    rel_error : float
        Stop once half the width of the 95 % interval is at most so much of the value, at every point. Looked at after
        32 replications, 64, 128, … and nowhere else.
    runs : int
        Of each replication.
    replications : int, optional
        Exactly so many, whatever the error; at most 1,024 by default.
    paths : int
        Runs that met the event, at the first point, to be replayed for the typical ways to it; 0 for none.
    vary : sequence of str
        As for `sweep`: points at which the event is estimated, all on the same draws.
    design : str or Path
        As for `sweep`.
    points : int, optional
        Of ``lhs`` and ``sobol``.
    seed : int
        From 0 to 2**64 - 1.
    treaties : sequence of str
        ``SLOT=VERSION`` for all points, ``SLOT=a,b,none`` to compare them.
    overrides : sequence of str
        ``PATH=VALUE`` for all points.
    parameters : {"drawn", "central"}
        Draw uncertain parameters anew in each run, or fix them at their central values.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/rare-<scenario>-<hash>`` by default.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the replications.
    progress : callable
        Told how many replications are done, of how many.
    command : sequence of str
        For the manifest.

    Returns
    -------
    RareResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.
    Interrupted
        On Ctrl-C; finished replications are kept.

    References
    ----------
    Bréhier, Gazeau, Goudenège, Lelièvre & Rousset (2016), Annals of Applied Probability 26(6), 3559–3601.

    Examples
    --------
    >>> from sim import rare
    >>> found = rare("baseline", "peak_rung>=nuclear exchange")  # doctest: +SKIP
    >>> found.estimate, found.summary["gain"]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "vary": vary}
    numbers = {"seed": seed, "threads": threads, "points": points}
    faults = list(_faults_of_how(rel_error, runs, replications, paths))
    try:
        check_arguments(scenario, out, parameters, texts, numbers)
        held, varied = split_treaties(treaties)
        base = base_of(scenario, overrides, held)
        _refuse_question(base, event, score)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    is_asked = vary or varied or points is not None or str(design) != "grid"
    made = chosen_design(base, vary, varied, design, points, seed) if is_asked else None
    laid = lay(base, made, runs) if made else _alone(base.loaded.scenario, runs)
    about = {"factors": [told(each, base) for each in made.factors] if made else [], "settings": list(laid.settings)}
    study = _Study(base, laid, Question(event, score), seed, parameters, about)
    order = _Order(rel_error, replications, paths, threads or cores(), out, executor, progress, command)
    done = _carry_out(study, order)
    return RareResult(done.folder, done.summary, (*base.loaded.notes, *(made.notes if made else ()), *done.notes))


def _alone(scenario: Scenario, runs: int) -> Laid:
    """Lay out a scenario in which nothing varies."""
    zero = np.zeros(1, np.int64)
    return Laid((scenario,), ({},), Points(zero, zero, zero, {}, runs), {})


def _faults_of_how(rel_error: Any, runs: Any, replications: Any, paths: Any) -> Iterator[Fault]:
    if isinstance(rel_error, bool) or not isinstance(rel_error, int | float) or not 0.0 < rel_error < 10.0:
        yield Fault("a share above 0 and below 10, such as 0.2", repr(rel_error), path="--rel-error")
    if whole(runs) is None or not LEAST_RUNS <= runs <= MOST_RUNS:
        fix = "" if whole(runs) is None or runs < LEAST_RUNS else "Ask for more --replications."
        yield Fault(f"a whole number from {LEAST_RUNS} to {MOST_RUNS:,}", repr(runs), fix, path="--runs")
    if replications is not None and (whole(replications) is None or not 2 <= replications <= 2**20):
        yield Fault("a whole number from 2 to 1,048,576", repr(replications), path="--replications")
    if (whole(paths) is None) or paths < 0:
        yield Fault("a whole number of at least 0", repr(paths), path="--paths")


def _refuse_question(base: Base, event: str, score: str) -> None:
    faults: list[Fault] = []
    try:
        read_event(event, base.loaded.scenario)
    except InputError as error:
        faults += error.faults
    if score not in SCORES:
        faults.append(Fault(f"one of {', '.join(SCORES)}", repr(score), path="--score"))
    if faults:
        raise InputError(faults)


@dataclass(frozen=True, eq=False)
class _Study:
    """What is estimated, at which points."""

    base: Base
    laid: Laid
    question: Question
    seed: int
    parameters: Any
    about: dict[str, Any]

    @property
    def points(self) -> Points:
        return self.laid.points

    @property
    def runs(self) -> int:
        """Runs of each replication."""
        return self.points.per_point

    @property
    def scenario(self) -> Scenario:
        return self.laid.scenarios[0]

    @property
    def first(self) -> Scenario:
        """The scenario of the first point, with which the others are compared."""
        return self.laid.scenarios[int(self.points.structure[0])]

    @property
    def identity(self) -> Identity:
        hashes = [scenario_hash(each) for each in self.laid.scenarios]
        study = study_hash("rare", self.points, hashes, self.question.depends)
        return Identity(hashes[0], self.seed, rule_hash(), self.parameters, study)

    def manifest(
        self, replications: int, command: Sequence[str], timings: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        rows = replications * len(self.points)
        built = build_manifest(self.scenario, self.identity, rows, command=command, timings=timings)
        own = {
            "kind": "rare",
            "event": self.question.event,
            "score": self.question.score,
            DEPENDS: self.question.depends,
            "runs_per_point": self.runs,
            "failed": {str(point): why for point, why in self.laid.failed.items()},
            "structures": differences([resolved(each) for each in self.laid.scenarios]),
        }
        return {**built, "study": {**self.about, **own}}


@dataclass(frozen=True)
class _Order:
    """How it is carried out; see `rare`."""

    rel_error: float
    replications: int | None
    paths: int
    threads: int
    out: str | Path | None
    executor: Executor | None
    progress: Progress
    command: Sequence[str] = field(default=())


class _Writer(StudyWriter):
    """The folder of a study of replications."""

    replications = 0

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First row and number of rows of every part, in order."""
        points = len(self._points)
        return [(a * points, n * points) for a, n in batches(self.replications, self._points.per_point)]


def _carry_out(study: _Study, order: _Order) -> RareResult:
    identity = study.identity
    folder = default_folder(f"rare-{study.scenario.stem}", identity) if order.out is None else Path(order.out)
    with holding(folder, identity):
        writer = _Writer(folder, identity, study.points)
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
    return RareResult(folder, StudyFolder(folder).summary, tuple(notes))


class _Pass:
    """Replications until there are enough: stored ones are read, the others computed and stored."""

    def __init__(self, study: _Study, order: _Order, writer: _Writer) -> None:
        self.study, self.order, self.writer = study, order, writer
        self.programs: list[Program] = [lower(each, study.parameters == "central") for each in study.laid.scenarios]
        self.tops = [study.question.score_of(program).top for program in self.programs]
        self.row_type = row_type(max(self.tops))
        self.packed = tuple(packed(each) for each in study.laid.scenarios)
        self.rows: list[np.ndarray] = []
        self.lineages: list[tuple[int, int, Lineage]] = []
        self.computed, self.wall = 0, 0.0

    @property
    def points(self) -> int:
        return len(self.study.points)

    @property
    def kept(self) -> int:
        """Number of replications stored, in order."""
        return self.writer.runs // self.points

    @property
    def taken(self) -> int:
        """Number of replications taken in."""
        return sum(map(len, self.rows)) // self.points

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
        before = self.taken * self.points
        with self._pipeline(missing) as pipeline:
            computed = iter(pipeline)
            try:
                for first, count in self.writer.ranges:
                    pipeline.check()
                    if first in absent:
                        self._store(next(computed))
                    if first + count > before:
                        self._read(first, before)
                        self.order.progress(self.taken, replications)
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
        columns = tuple((name, self.row_type[name].str) for name in self.row_type.names or ())
        return Batch(self.study.identity, self.study.question, first, count, self.packed, points, columns)

    def _store(self, content: bytes) -> None:
        _, part = unpack(content, self.writer.identity)
        self._write(part)

    def _write(self, part: EncodedPart) -> None:
        self.writer.write(part)
        self.computed += part.about.count // self.points

    def _read(self, first: int, before: int) -> None:
        """Take a part in, but for rows below `before`: the last part of a look may be the beginning of a longer one."""
        part = self.writer.part_from(first)
        self.rows.append(part.rows[max(0, before - first) :])
        found = [(row + first, number, each) for row, number, each in lineages(part, self.study.runs)]
        self.lineages += [each for each in found if each[0] >= before]

    def _columns(self, name: str) -> np.ndarray:
        """Values by replication and point."""
        return np.concatenate([rows[name] for rows in self.rows]).reshape(-1, self.points)

    def _is_reached(self) -> bool:
        values = self._columns("probability")
        widths = [relative_half_width(mean_estimate(values[:, place])) for place in range(self.points)]
        return max(widths) <= self.order.rel_error

    def summaries(self) -> list[Summary]:
        """Sum up each point."""
        probability, steps, ancestors = (self._columns(name) for name in ("probability", "steps", "ancestors"))
        left = np.stack([self._columns(f"left:{level}") for level in range(max(self.tops))], axis=2)
        found = []
        for place, structure in enumerate(self.study.points.structure.tolist()):
            horizon = self.programs[structure].scenario.n_steps
            own = left[:, place, : self.tops[structure]]
            here = (slice(None), place)
            found.append(summarise(probability[here], steps[here], ancestors[here], own, self.study.runs, horizon))
        return found

    def _finish(self, replications: int) -> None:
        writer, study = self.writer, self.study
        stored = read_json(writer.path / SUMMARY) if (writer.path / SUMMARY).is_file() else {}
        summary = {**self._summary(), "paths_asked": self.order.paths}
        same = all(stored.get(name) == summary[name] for name in ("rows_sha256", "paths_asked"))
        # To replay the same runs again would take most of the time of a command that is given again.
        summary["paths"] = stored["paths"] if same and "paths" in stored else self._paths()
        if self.computed or stored != summary or not writer.is_finished:
            writer.begin(study.manifest(replications, self.order.command))
            write_atomically(writer.path / FRAME, columns_to_parquet(self._frame()))
            timings = {"wall_s": self.wall, "replications_computed": self.computed, "threads": self.order.threads}
            writer.finish(study.manifest(replications, self.order.command, timings), summary)

    def _summary(self) -> dict[str, Any]:
        study, scenario = self.study, self.study.first
        event = read_event(study.question.event, scenario)
        found = self.summaries()
        digest = RowsDigest(self.row_type)
        for rows in self.rows:
            digest.add(rows)
        first = found[0].as_dict()
        return {
            "kind": "rare",
            "scenario": scenario.stem,
            "title": scenario.title,
            "question": scenario.question,
            "horizon_days": scenario.n_steps * scenario.step_days,
            "event": event.name,
            "score": study.question.score,
            "assumption_driven": event.assumption_driven,
            **first,
            "replications": self.taken,
            "runs_per_replication": study.runs,
            "plain_runs": _plain_runs(found[0], scenario.n_steps),
            "warnings": warnings(found[0], study.runs),
            "points": [self._point(place, each) for place, each in enumerate(found)],
            "contrasts": self._contrasts(),
            "frame": str(self.writer.path / FRAME),
            "seed": study.seed,
            "parameters": study.parameters,
            "study_hash": study.identity.hash,
            "rows_sha256": digest.hexdigest(),
            "failed": [{"point": point, "why": why} for point, why in sorted(study.laid.failed.items())],
        }

    def _paths(self) -> dict[str, Any] | None:
        """Replay some of the runs of the first point that met the event, equally many of each replication."""
        here = [(number, each) for row, number, each in self.lineages if row % self.points == 0]
        numbers = sorted({number for number, _ in here})
        each = min(KEPT, self.order.paths // max(1, len(numbers)))
        if not here or not self.order.paths:
            return None
        chosen = numbers if each else numbers[: self.order.paths]
        probability = self._columns("probability")[:, 0]
        taken: list[tuple[int, Lineage, float]] = []
        for number in chosen:
            own = [lineage for of, lineage in here if of == number][: max(1, each)]
            taken += [(number, lineage, float(probability[number]) / len(own)) for lineage in own]
        study = self.study
        event = read_event(study.question.event, study.first)
        given = self._given(0)
        found = typical_paths(study.first, study.seed, study.parameters, (event.column, event.at_least), taken, given)
        return {**found, "given": given}

    def _given(self, place: int) -> dict[str, float]:
        """Parameters that a point gives, by path."""
        points = self.study.points
        structure = int(points.structure[place])
        known = self.study.laid.scenarios[structure].quantities()
        return {path: float(points.columns[path][place]) for path in points.given if path in known}

    def _settings(self, place: int) -> dict[str, Any]:
        columns = self.study.points.columns
        return {
            path: column[place].item() if column.dtype != object else column[place] for path, column in columns.items()
        }

    def _point(self, place: int, found: Summary) -> dict[str, Any]:
        number = int(self.study.points.number[place])
        said = warnings(found, self.study.runs)
        return {"point": number, "settings": self._settings(place), **found.as_dict(), "warnings": said}

    def _contrasts(self) -> list[dict[str, Any]]:
        """Every other point minus the first, and by it: replications of one number share their draws."""
        values = self._columns("probability")
        first = values[:, 0]
        found = []
        for place in range(1, self.points):
            other = values[:, place]
            apart, together = first.var() + other.var(), (other - first).var()
            found.append(
                {
                    "a": int(self.study.points.number[0]),
                    "b": int(self.study.points.number[place]),
                    "difference": _difference(other, first).as_dict(),
                    "ratio": ratio_estimate(other, first).as_dict(),
                    "times_fewer_replications": float(apart / together) if together > 0.0 else None,
                }
            )
        return found

    def _frame(self) -> dict[str, np.ndarray]:
        estimates = [each.estimate for each in self.summaries()]
        points = self.study.points
        columns: dict[str, np.ndarray] = {"point": points.number, **points.columns}
        columns["outcome"] = np.array([self.study.question.event] * self.points, object)
        for name in ("value", "low", "high"):
            columns[name] = np.array([_number(getattr(each, name)) for each in estimates])
        columns["n"] = np.array([each.n for each in estimates])
        columns["method"] = np.array([each.method for each in estimates], object)
        return columns

    def _notes(self) -> list[str]:
        if self.order.replications is not None:
            return []
        widths = [relative_half_width(each.estimate) for each in self.summaries()]
        if max(widths) <= self.order.rel_error:
            return []
        wide = f"The interval is wider than ± {self.order.rel_error:.0%} after {self.taken} replications, the most"
        return [f"{wide} that are made without --replications. Give that, or more --runs."]


def _difference(other: np.ndarray, first: np.ndarray) -> Estimate:
    """Mean of the difference; of an event that was not met at either point, nothing is known of it."""
    if not other.any() and not first.any():
        return Estimate(None, None, None, len(other), None, METHOD)
    return mean_estimate(other - first)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _plain_runs(found: Summary, horizon: int) -> float | None:
    """Plain runs that would give an interval as wide."""
    return None if found.gain is None else found.gain * found.steps / horizon
