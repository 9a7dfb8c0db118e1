"""Run a scenario: load, lower, compute the parts that are missing, sum up.

Whatever is stored of the same run is kept and only the rest is computed, so a repeat, a top-up and
going on after an interruption are one and the same thing.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.base_rates import base_rates
from sim.compiled import rule_hash
from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.engine.part import Part, part_ranges
from sim.errors import InputError, Interrupted
from sim.experiments.arguments import check_arguments, whole
from sim.experiments.null_model import null_model
from sim.experiments.pipeline import Pipeline
from sim.experiments.result import RunResult
from sim.outcomes import Outcome, outcomes_of
from sim.scenario.load import Loaded, load_scenario
from sim.store.folder import MANIFEST, SUMMARY
from sim.store.identity import Identity, default_folder, scenario_hash
from sim.store.made import remove_made
from sim.store.manifest import build_manifest, read_manifest
from sim.store.parts import EncodedPart, encode, load_duckdb
from sim.store.room import require_room
from sim.store.summary import Scan, build_summary, read_summary
from sim.store.writer import FolderWriter, Plan, writing

#: Used where none is given; fixed, so that the same command gives the same numbers.
DEFAULT_RUNS, DEFAULT_SEED = 10_000, 1

__all__ = ["DEFAULT_RUNS", "DEFAULT_SEED", "RunResult", "run", "warm_up"]

#: Told how many runs of how many are done.
Progress = Callable[[int, int], None]


def run(
    scenario: str | Path | Loaded,
    *,
    runs: int | None = None,
    seed: int = DEFAULT_SEED,
    overrides: Sequence[str] = (),
    treaties: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    resume: bool = False,
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
        was to have.
    seed : int
        From 0 to 2**64 - 1. The same scenario, seed and rules give the same rows, bit for bit,
        whatever the threads, the machine and the order of the parts.
    overrides : sequence of str
        ``PATH=VALUE``, such as ``"actors.Russia.tied_down=0.4"``.
    treaties : sequence of str
        ``SLOT=VERSION``, such as ``"DPRK-Russia=1961"``.
    parameters : {"drawn", "central"}
        Draw uncertain parameters anew in each run, or fix them at their central values.
    threads : int, optional
        Processor cores to use; all that this process may use by default.
    out : str or Path, optional
        Results folder; ``results/<scenario>-<hash>`` by default.
    resume : bool
        Go on with an interrupted run. What is stored is kept with and without it.
    progress : callable, optional
        Called as ``progress(done, total)``, in runs, from this thread.
    command : sequence of str
        Command line for the manifest.

    Returns
    -------
    RunResult
        Summary, folder, frames on demand, and notes on what else was done.

    Raises
    ------
    InputError
        If the scenario or an argument is wrong; nothing is written then.
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
    workers = whole(threads) or cores()
    loaded = _load(scenario, overrides, treaties)
    outcomes = outcomes_of(loaded.scenario)
    identity = Identity(scenario_hash(loaded.scenario), whole(seed) or 0, rule_hash(), parameters)
    program = _lowered(loaded, parameters == "central")
    folder = default_folder(loaded.scenario.stem, identity) if out is None else Path(out)
    wanted = _wanted(whole(runs), folder if resume else None)
    require_room(folder, wanted, program.row_type.itemsize, workers)
    notes = list(loaded.notes)
    with writing(folder, identity) as writer:
        plan = writer.plan(wanted)
        if plan.missing or not writer.is_finished:
            job = _Job(program, outcomes, writer, plan, progress or _silent)
            about = {"command": command, "overrides": [*overrides, *treaties]}
            notes += _complete(job, workers, about)
        summary = read_summary(folder / SUMMARY, identity)
    if runs is not None and wanted < summary["runs"]:
        notes.append(f"{wanted:,} runs were asked for; {summary['runs']:,} are stored, and all are used.")
    return RunResult(folder, summary, tuple(notes))


def cores() -> int:
    """Count the cores that this process may use, which in a container are fewer than there are.

    Returns
    -------
    int
        At least 1.
    """
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1


def _load(scenario: str | Path | Loaded, overrides: Sequence[str], treaties: Sequence[str]) -> Loaded:
    if not isinstance(scenario, Loaded):
        return load_scenario(scenario, overrides=overrides, treaties=treaties)
    if overrides or treaties:
        raise InputError("Overrides and treaties of a loaded scenario are given to load_scenario")
    return scenario


def _lowered(loaded: Loaded, central: bool) -> Program:
    """Lower a scenario, and begin what is needed later: LLVM and the engine leave Python's lock to others."""
    program = lower(loaded.scenario, central)
    for work in (
        [lambda: simulate(program, DEFAULT_SEED, 0, 1)],  # loads the machine code
        [load_duckdb, lambda: base_rates(loaded.scenario)],  # quantiles are remembered
    ):
        threading.Thread(target=_try_all, args=(work,), daemon=True).start()
    return program


def _try_all(works: Sequence[Callable[[], object]]) -> None:
    for work in works:
        with contextlib.suppress(Exception):  # whoever needs it meets the same fault, and tells it
            work()


def _wanted(runs: int | None, resumed: Path | None) -> int:
    if runs is not None:
        return runs
    if resumed is not None and (resumed / MANIFEST).is_file():
        return int(read_manifest(resumed / MANIFEST)["runs"])
    return DEFAULT_RUNS


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Job:
    """What is to be computed and where it goes."""

    program: Program
    outcomes: Sequence[Outcome]
    writer: FolderWriter
    plan: Plan
    progress: Progress

    @property
    def seed(self) -> int:
        return self.writer.identity.seed

    def part(self, task: tuple[int, int]) -> tuple[Part, EncodedPart]:
        """Compute one part and its bytes, on a thread of the pool."""
        part = simulate(self.program, self.seed, *task)
        return part, encode(part, self.writer.identity)

    def null(self) -> dict[str, dict[str, Any]]:
        """Compute the null model, on a thread of the pool."""
        central = self.writer.identity.parameters == "central"
        return null_model(self.program.scenario, self.outcomes, seed=self.seed, runs=self.plan.runs, central=central)


def _complete(job: _Job, threads: int, about: Mapping[str, Any]) -> list[str]:
    """Compute what is missing, write manifest and summary, and say what else was done."""
    scenario, identity, runs = job.program.scenario, job.writer.identity, job.plan.runs
    job.writer.begin(build_manifest(scenario, identity, runs, **about))
    computed = sum(count for _, count in job.plan.missing)
    outdated = remove_made(job.writer.path) if computed else ()
    try:
        simulate(job.program, job.seed, 0, 1)  # compiles, so that the clock below does not count it
        began = time.perf_counter()
        scan, null = _scan(job, threads)
        wall = time.perf_counter() - began
    except KeyboardInterrupt:
        raise Interrupted(_interrupted(job)) from None
    timings = {"wall_s": wall, "runs_computed": computed, "threads": threads}
    summary = build_summary(scenario, identity, scan, null, runs_per_s=computed / wall if computed else None)
    job.writer.finish(build_manifest(scenario, identity, runs, timings=timings, **about), summary)
    return [f"{name}/ was of fewer runs and was removed; draw or export anew." for name in outdated]


def _scan(job: _Job, threads: int) -> tuple[Scan, dict[str, dict[str, Any]]]:
    """Take in all runs in order, stored ones read and the others computed and stored; the null model beside them."""
    scan = Scan(job.outcomes)
    missing = {first for first, _ in job.plan.missing}
    with Pipeline(job.part, job.plan.missing, threads) as pipeline:
        beside = pipeline.beside(job.null)
        computed = iter(pipeline)
        try:
            for first, _ in part_ranges(job.plan.runs):
                pipeline.check()
                scan.add(_next_computed(job, computed) if first in missing else job.writer.part_from(first).rows)
                job.progress(scan.tally.runs, job.plan.runs)
        except KeyboardInterrupt:
            for _, encoded in pipeline.stop():
                job.writer.write(encoded)
            raise
        null = beside.result()
    return scan, null


def _next_computed(job: _Job, computed: Iterator[tuple[Part, EncodedPart]]) -> np.ndarray:
    part, encoded = next(computed)
    job.writer.write(encoded)
    return part.rows


def _interrupted(job: _Job) -> str:
    kept = f"{job.writer.runs:,} of {job.plan.runs:,} runs are kept in {job.writer.path}"
    return f"Interrupted: {kept}. Give the same command with --resume to go on."


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
