"""Run a scenario: load, lower, compute the parts that are missing, sum up.

Whatever is stored of the same run is kept and only the rest is computed, so a repeat, a top-up and
going on after an interruption are one and the same thing.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.base_rates import base_rates
from sim.compiled import rule_hash
from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.engine.part import Part, part_ranges
from sim.errors import InputError, Interrupted, PactsimError
from sim.experiments.null_model import NullPiece, null_pieces, null_results
from sim.experiments.result import RunResult
from sim.outcomes import Outcome, outcomes_of
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Scenario
from sim.store.folder import MANIFEST, SUMMARY
from sim.store.identity import Identity, default_folder, scenario_hash
from sim.store.made import remove_made
from sim.store.manifest import build_manifest, read_manifest
from sim.store.parts import EncodedPart, encode, load_duckdb, unpack
from sim.store.room import require_room
from sim.store.summary import Scan, build_summary, read_summary
from sim.store.writer import FolderWriter, writing
from sim.studies.arguments import Shard, check_arguments, check_shard, shard_note, whole
from sim.studies.pipeline import Pipeline, Progress, cores

if TYPE_CHECKING:
    from sim.experiments.stopping import Until

#: Used where none is given; fixed, so that the same command gives the same numbers.
DEFAULT_RUNS, DEFAULT_SEED = 10_000, 1
#: The most runs with `until`, unless told: eight looks.
MOST_RUNS = 2**7 * 10_000

__all__ = ["DEFAULT_RUNS", "DEFAULT_SEED", "RunResult", "run", "warm_up"]


def run(
    scenario: str | Path | Loaded,
    *,
    runs: int | None = None,
    seed: int = DEFAULT_SEED,
    overrides: Sequence[str] = (),
    treaties: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    until: str | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    executor: Executor | None = None,
    shard: Shard | None = None,
    progress: Progress | None = None,
    command: Sequence[str] = (),
) -> RunResult:
    """Run a scenario many times and estimate how likely each outcome is.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    runs : int, optional
        Runs to be stored in the end: 10,000, or with `resume` as many as the interrupted run
        was to have. With `until` the most, 1,280,000 by default.
    seed : int
        From 0 to 2**64 - 1. The same scenario, seed and rules give the same rows, bit for bit,
        whatever the threads, the machine and the order of the parts.
    overrides : sequence of str
        ``PATH=VALUE``, such as ``"actors.Russia.tied_down=0.4"``.
    treaties : sequence of str
        ``SLOT=VERSION``, such as ``"DPRK-Russia=1961"``.
    parameters : {"drawn", "central"}
        Draw uncertain parameters anew in each run, or fix them at their central values.
    until : str, optional
        ``OUTCOME: PER CENT``, such as ``"war: 10%"``: stop once half the width of its 95 % interval is at most so
        much of its value. Looked at after 10,000 runs, 20,000, 40,000, … and nowhere else.
    threads : int, optional
        Processor cores to use, or how many workers `executor` has; all that this process may use by default.
    out : str or Path, optional
        Results folder; ``results/<scenario>-<hash>`` by default.
    resume : bool
        Go on with an interrupted run. What is stored is kept with and without it.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the parts; it stays open.
    shard : tuple of int, optional
        ``(i, n)``: compute every n-th part from the i-th, to be put together by `gather`.
    progress : callable, optional
        Called as ``progress(done, total)``, in runs, from this thread.
    command : sequence of str
        Command line for the manifest.

    Returns
    -------
    RunResult
        Summary, folder, frames on demand, and notes on what else was done. The summary of a shard is empty.

    Raises
    ------
    InputError
        If the scenario or an argument is wrong; nothing is written then.
    PactsimError
        If the workers of `executor` are lost; finished parts are kept.
    Interrupted
        On Ctrl-C, within about a second; finished parts are kept.

    Examples
    --------
    >>> from sim import run
    >>> result = run("baseline", runs=100_000)  # doctest: +SKIP
    >>> result.estimate("war")  # doctest: +SKIP
    """
    numbers = {"runs": runs, "seed": seed, "threads": threads}
    check_arguments(scenario, out, parameters, {"overrides": overrides, "treaties": treaties}, numbers)
    check_shard(shard, until)
    loaded = _load(scenario, overrides, treaties)
    order = Order(
        runs=whole(runs),
        threads=whole(threads) or cores(),
        out=out,
        resume=resume,
        until=None if until is None else _until(until, loaded.scenario),
        executor=executor,
        shard=shard,
        progress=progress or _silent,
        about={"command": command, "overrides": [*overrides, *treaties]},
    )
    result = carry_out(loaded.scenario, whole(seed) or 0, parameters, order)
    return replace(result, notes=(*loaded.notes, *result.notes))


def _until(text: str, scenario: Scenario) -> Until:
    from sim.experiments.stopping import read_until  # only who asks for it waits for it

    return read_until(text, scenario)


@dataclass(frozen=True)
class Order:
    """How a run is carried out; see `run`."""

    runs: int | None
    threads: int
    out: str | Path | None = None
    resume: bool = False
    until: Until | None = None
    executor: Executor | None = None
    shard: Shard | None = None
    progress: Progress = lambda done, total: None
    about: Mapping[str, Any] = field(default_factory=dict)


def carry_out(scenario: Scenario, seed: int, parameters: Literal["drawn", "central"], order: Order) -> RunResult:
    """Compute what is missing of a run and sum it up; see `run`.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        Whether parameters are drawn anew in each run or fixed.
    order : Order
        How.

    Returns
    -------
    RunResult
        As `run` gives it, without the notes of loading.
    """
    outcomes = outcomes_of(scenario)
    identity = Identity(scenario_hash(scenario), seed, rule_hash(), parameters)
    program = _lowered(scenario, parameters == "central")
    folder = default_folder(scenario.stem, identity) if order.out is None else Path(order.out)
    wanted = _wanted(order, folder)
    require_room(folder, wanted, program.row_type.itemsize, order.threads)
    with writing(folder, identity) as writer:
        passing = _Pass(_Job(program, outcomes, writer, order, wanted))
        try:
            if order.shard is not None:
                return RunResult(folder, {}, (passing.shard(order.shard),))
            notes = passing.go()
        except KeyboardInterrupt:
            raise Interrupted(f"Interrupted: {passing.kept()} Give the same command with --resume to go on.") from None
        except PactsimError as error:
            if order.executor is None:
                raise
            raise PactsimError(f"{error} {passing.kept()} Give the same command again to go on.") from error
        summary = read_summary(folder / SUMMARY, identity)
    if order.until is None and order.runs is not None and wanted < summary["runs"]:
        notes.append(f"{wanted:,} runs were asked for; {summary['runs']:,} are stored, and all are used.")
    return RunResult(folder, summary, tuple(notes))


def _load(scenario: str | Path | Loaded, overrides: Sequence[str], treaties: Sequence[str]) -> Loaded:
    if not isinstance(scenario, Loaded):
        return load_scenario(scenario, overrides=overrides, treaties=treaties)
    if overrides or treaties:
        raise InputError("Overrides and treaties of a loaded scenario are given to load_scenario")
    return scenario


def _lowered(scenario: Scenario, central: bool) -> Program:
    """Lower a scenario, and begin what is needed later: LLVM and the engine leave Python's lock to others."""
    program = lower(scenario, central)
    for work in (
        [lambda: simulate(program, DEFAULT_SEED, 0, 1)],  # loads the machine code
        [load_duckdb, lambda: base_rates(scenario)],  # quantiles are remembered
    ):
        threading.Thread(target=_try_all, args=(work,), daemon=True).start()
    return program


def _try_all(works: Sequence[Callable[[], object]]) -> None:
    for work in works:
        with contextlib.suppress(Exception):  # whoever needs it meets the same fault, and tells it
            work()


def _wanted(order: Order, folder: Path) -> int:
    if order.runs is not None:
        return order.runs
    if order.until is not None:
        return MOST_RUNS
    if order.resume and (folder / MANIFEST).is_file():
        return int(read_manifest(folder / MANIFEST)["runs"])
    return DEFAULT_RUNS


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


#: What comes back for a part: the part and its bytes from a thread, packed bytes from a worker.
Computed = tuple[Part, EncodedPart] | bytes


@dataclass(frozen=True)
class _Job:
    """What is to be computed and where it goes."""

    program: Program
    outcomes: Sequence[Outcome]
    writer: FolderWriter
    order: Order
    wanted: int

    @property
    def seed(self) -> int:
        return self.writer.identity.seed

    @property
    def scenario(self) -> Scenario:
        return self.program.scenario

    def part(self, task: tuple[int, int]) -> Computed:
        """Compute one part and its bytes, on a thread of the pool."""
        part = simulate(self.program, self.seed, *task)
        return part, encode(part, self.writer.identity)

    def null(self, runs: int) -> list[NullPiece]:
        """Give the null model in pieces, to be computed here or elsewhere."""
        central = self.writer.identity.parameters == "central"
        return null_pieces(self.scenario, self.outcomes, seed=self.seed, runs=runs, central=central)

    def pipeline(self, missing: Sequence[tuple[int, int]]) -> Pipeline[Any, Computed]:
        """Begin to compute parts, here or elsewhere."""
        order = self.order
        if order.executor is None:
            return Pipeline(self.part, missing, order.threads)
        from sim.studies.chunk import Chunk, packed, run_chunk  # only who sends them away waits for it

        scenarios = (packed(self.scenario),)
        chunks = (Chunk(self.writer.identity, *task, scenarios) for task in missing)
        return Pipeline(run_chunk, chunks, order.threads, order.executor)

    def manifest(self, runs: int, timings: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Build the content of ``manifest.json``."""
        return build_manifest(self.scenario, self.writer.identity, runs, timings=timings, **self.order.about)


class _Pass:
    """One pass over the runs, in order: stored ones are read, the others computed and stored."""

    def __init__(self, job: _Job) -> None:
        self.job = job
        self.scan = Scan(job.outcomes)
        self.until = None if job.order.until is None else job.order.until.tally()
        self.computed, self.wall = 0, 0.0
        self.outdated: tuple[str, ...] = ()

    def go(self) -> list[str]:
        """Compute what is missing, write manifest and summary, and say what else was done."""
        writer, until = self.job.writer, self.job.order.until
        plan = writer.plan(self._stop())
        if plan.missing or self.computed or not writer.is_finished:
            self._finish(plan.runs)
        notes = [f"{name}/ was of fewer runs and was removed; draw or export anew." for name in self.outdated]
        if until is not None and self.until is not None:
            self._take_in(plan.runs)
            notes.append(until.note(self.until))
        return notes

    def shard(self, shard: Shard) -> str:
        """Compute every n-th part, and say so."""
        ranges = list(part_ranges(self.job.wanted))
        mine = ranges[shard[0] - 1 :: shard[1]]
        missing = [each for each in mine if not self.job.writer.has(*each)]
        if missing:
            self._begin(self.job.wanted)
        total = sum(count for _, count in mine)
        done = total - sum(count for _, count in missing)
        with self._interruptible(missing) as (pipeline, computed):
            for _, count in missing:
                pipeline.check()
                self._store(next(computed))
                done += count
                self.job.order.progress(done, total)
        return shard_note(shard, len(mine), len(ranges), self.job.writer.path)

    def _stop(self) -> int:
        """Runs that there are to be: those asked for, or where the estimate is as narrow as was asked."""
        until = self.job.order.until
        if until is None or self.until is None:
            return self.job.wanted
        from sim.experiments.stopping import looks

        for runs in looks(self.job.wanted):
            self._take_in(runs)
            if until.is_reached(self.until):
                break
        return runs

    def _finish(self, runs: int) -> None:
        job = self.job
        if not self.computed:
            self._begin(runs)
        null = self._take_in(runs, beside=True)
        timings = {"wall_s": self.wall, "runs_computed": self.computed, "threads": job.order.threads}
        speed = self.computed / self.wall if self.computed else None
        summary = build_summary(job.scenario, job.writer.identity, self.scan, null, runs_per_s=speed)
        job.writer.finish(job.manifest(runs, timings), summary)

    def _begin(self, runs: int) -> None:
        job = self.job
        job.writer.begin(job.manifest(runs))
        if not all(job.writer.has(*each) for each in part_ranges(runs)):
            self.outdated = self.outdated or remove_made(job.writer.path)
        if job.order.executor is None:
            simulate(job.program, job.seed, 0, 1)  # compiles, so that no clock counts it

    def _take_in(self, runs: int, *, beside: bool = False) -> dict[str, dict[str, Any]]:
        """Take in what is not taken in yet of so many runs; the null model beside them."""
        writer, taken = self.job.writer, self.scan.tally
        ranges = [(first, count) for first, count in part_ranges(runs) if first + count > taken.runs]
        missing = [each for each in ranges if not writer.has(*each)]
        if missing:
            self._begin(runs)
        began, absent = time.perf_counter(), {first for first, _ in missing}
        with self._interruptible(missing) as (pipeline, computed):
            others = [pipeline.beside(piece) for piece in self.job.null(runs)] if beside else []
            for first, _ in ranges:
                pipeline.check()
                rows = self._store(next(computed)) if first in absent else writer.part_from(first).rows
                self._add(rows[taken.runs - first : runs - first])
                self.job.order.progress(taken.runs, runs)
            tallies = [pipeline.result_of(other) for other in others]
        self.wall += time.perf_counter() - began
        return null_results(tallies) if tallies else {}

    @contextlib.contextmanager
    def _interruptible(
        self, missing: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[Pipeline[Any, Computed], Iterator[Computed]]]:
        """Compute parts; what is done when Ctrl-C comes is stored."""
        with self.job.pipeline(missing) as pipeline:
            try:
                yield pipeline, iter(pipeline)
            except KeyboardInterrupt:
                for computed in pipeline.stop():
                    self._store(computed)
                raise

    def _add(self, rows: np.ndarray) -> None:
        self.scan.add(rows)
        if self.until is not None:
            self.until.add(rows)

    def _store(self, computed: Computed) -> np.ndarray:
        writer = self.job.writer
        if isinstance(computed, bytes):
            rows, part = unpack(computed, writer.identity)
        else:
            rows, part = computed[0].rows, computed[1]
        writer.write(part)
        self.computed += len(rows)
        return rows

    def kept(self) -> str:
        """Say what is stored."""
        writer = self.job.writer
        return f"{writer.runs:,} of {self.job.wanted:,} runs are kept in {writer.path}."


def warm_up() -> float:
    """Compile the model for this machine, unless that was done before.

    Returns
    -------
    float
        Seconds it took; well below one where the machine code was found on disk.
    """
    program = lower(load_scenario("baseline").scenario)
    began = time.perf_counter()
    simulate(program, DEFAULT_SEED, 0, 1)
    return time.perf_counter() - began
