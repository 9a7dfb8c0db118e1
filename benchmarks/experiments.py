"""Overhead of experiments: a design against one ensemble, against its peers, and a cluster against threads.

``python benchmarks/experiments.py`` prints a table, ``--json`` one JSON object and nothing else. As in
``engine.py`` the rivals take turns and medians are compared. EMA Workbench is in the group ``bench``; without it its
line is left out.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from engine import medians, timed

#: What each figure means and what it must reach.
FIGURES = {
    "design_over_ensemble": (
        "time of a Sobol' design / time of one ensemble of as many runs, in folders",
        "at most 1.3",
    ),
    "lay_seconds": ("seconds to draw the points of that design and lower them to tables", "at most 0.5"),
    "us_per_point": ("microseconds per point of the design beyond its runs (0: none could be seen)", "EMA's: 67"),
    "point_ms": ("milliseconds per point of 100 runs in one pass", ""),
    "ema_point_ms": ("the same with EMA Workbench calling the engine point by point", "above ours"),
    "ema_over_ours": ("time per point, EMA Workbench / ours, on one thread each", "above 1"),
    "mesa_point_ms": ("the same with mesa.batch_run and the twin", "above ours"),
    "mesa_over_ours": ("time per point, mesa.batch_run / ours, on one thread each", "above 1"),
    "pairing_war": (
        "times fewer runs than independent draws, DPRK-Russia 2024 minus 2000, war in a year",
        "at least 3",
    ),
    "pairing_entry": ("the same for entry by Russia, 2024 minus 1961, given an attack on the DPRK", "at least 3"),
    "pairing_entry_bound": ("what perfect pairing would give there", ""),
    "two_over_one": ("one Dask worker / two, wall time", "at least 1.7 on two free cores"),
    "two_over_threads": ("two Dask workers / two threads, wall time", "at most 1.15"),
}
VARY = ("actors.Russia.tied_down=0.1:0.9:2", "entry.honouring=0.05:0.6:2", "actors.DPRK.rationality=0.5:2:2")
#: Points that peers get: they are slow, and each takes the same time.
FEW = 200
#: Runs before the clock starts, so that every worker has compiled.
WARM_RUNS = 100_000


class Folders:
    """Empty results folders, one for each turn."""

    def __init__(self, root: str) -> None:
        self._root, self._numbers = root, itertools.count()

    def new(self) -> str:
        return f"{self._root}/{next(self._numbers)}"


def design_figures(scenario: str, points: int, per_point: int, turns: int) -> dict[str, float]:
    """A Sobol' design and an ensemble of as many runs, both into folders; and laying the design alone."""
    from sim.designs.factors import read_factors
    from sim.designs.plans import design
    from sim.experiments.run import run
    from sim.experiments.sweep import sweep
    from sim.studies.laying import base_of, lay

    base = base_of(scenario)
    factors = read_factors(VARY, (), base.subject)

    def laying() -> int:
        laid = lay(base, design("sobol", factors, points, 1), per_point)
        return len(laid.points) + len(laid.scenarios)

    made = design("sobol", factors, points, 1).points
    with tempfile.TemporaryDirectory() as root:
        folders = Folders(root)

        def swept(many: int = points, threads: int | None = None) -> None:
            sweep(scenario, VARY, design="sobol", points=many, runs=per_point, out=folders.new(), threads=threads)

        swept(16)
        seconds = medians(
            turns,
            {
                "design": swept,
                "ensemble": lambda: run(scenario, runs=made * per_point, out=folders.new()),
                "lay": laying,
            },
        )
        single = timed(lambda: swept(min(points, 1024), 1)) / design("sobol", factors, min(points, 1024), 1).points
    beyond = seconds["design"] - seconds["ensemble"]
    return {
        "design_over_ensemble": seconds["design"] / seconds["ensemble"],
        "lay_seconds": seconds["lay"],
        "us_per_point": max(0.0, 1e6 * beyond / made),
        "point_ms": 1e3 * single,
        "design_points": float(made),
        "design_seconds": seconds["design"],
        "ensemble_seconds": seconds["ensemble"],
    }


def ema_figures(scenario: str, per_point: int, ours_ms: float) -> dict[str, float]:
    """EMA Workbench, which calls a function for each point: the engine, with nothing lowered anew."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator
    except ImportError:
        print("EMA Workbench is not here: pip install --group bench", file=sys.stderr)
        return {}
    from sim.engine.ensemble import simulate
    from sim.engine.lot import Lot
    from sim.engine.lower import lower
    from sim.scenario.load import load_scenario

    logging.getLogger("EMA").setLevel(logging.ERROR)
    program = lower(load_scenario(scenario).scenario)
    ranges = {path: [float(end) for end in text.split(":")[:2]] for path, _, text in (v.partition("=") for v in VARY)}
    names = {f"x{k}": path for k, path in enumerate(ranges)}
    rows = np.array([program.parameters.paths.index(path) for path in ranges])
    draws, which = np.arange(per_point), np.zeros(per_point, np.int64)

    def point(**values: float) -> dict[str, float]:
        given = np.array([[values[name] for name in names]])
        return {
            "war": float((simulate(program, 1, 0, per_point, Lot(draws, which, rows, given)).rows["t_war"] >= 0).mean())
        }

    model = Model("pactsim", function=point)
    model.uncertainties = [RealParameter(name, *ranges[path]) for name, path in names.items()]
    model.outcomes = [ScalarOutcome("war")]
    with SequentialEvaluator(model) as evaluator:
        evaluator.perform_experiments(2, log_progress=True)  # logged, which is off, instead of drawn
        began = time.perf_counter()
        evaluator.perform_experiments(FEW, log_progress=True)
        each = 1e3 * (time.perf_counter() - began) / FEW
    return {"ema_point_ms": each, "ema_over_ours": each / ours_ms}


def mesa_figures(scenario: str, per_point: int, ours_ms: float) -> dict[str, float]:
    """`mesa.batch_run` with the twin: a few points with a few runs each, told per point of as many runs as ours."""
    import mesa

    from sim.mesa_model.model import PactModel
    from sim.scenario.load import load_scenario

    path = VARY[0].partition("=")[0]
    scenarios = [load_scenario(scenario, overrides=[f"{path}={value}"]).scenario for value in (0.2, 0.5, 0.8)]
    draws = list(range(10))
    PactModel(scenarios[0], rng=1).step()

    def batch() -> None:
        parameters = {"scenario": scenarios, "draw": draws, "rng": 1}
        mesa.batch_run(PactModel, parameters, number_processes=1, display_progress=False)

    each = 1e3 * timed(batch) / (len(scenarios) * len(draws)) * per_point
    return {"mesa_point_ms": each, "mesa_over_ours": each / ours_ms}


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one thread each on loopback, and give the address."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder, "scheduler.json")

        def start(kind: str, *words: str) -> None:
            command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", "--no-dashboard"]
            process = subprocess.Popen([*command, *words], env=environment, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)

        start("scheduler", "--port", "0", "--scheduler-file", str(file))
        while not file.exists() or not file.read_text().rstrip().endswith("}"):
            time.sleep(0.05)
        address = str(json.loads(file.read_text())["address"])
        for _ in range(workers):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", folder)
        yield address


def cluster_figures(scenario: str, runs: int, turns: int) -> dict[str, float]:
    """One Dask worker, two, and two threads, on the same ensemble."""
    from sim.experiments.run import run
    from sim.studies.cluster import workers

    def seconds(count: int) -> float:
        # A cluster that only waits would still take its share of two cores: there is never more than one.
        with ExitStack() as stack:
            executor, threads = stack.enter_context(workers(stack.enter_context(cluster(count)) if count else None))
            while executor is not None and (threads or 0) < count:
                time.sleep(0.1)
                threads = sum(executor._client.nthreads().values())  # type: ignore[attr-defined]
            folders = Folders(stack.enter_context(tempfile.TemporaryDirectory()))
            given: dict[str, Any] = {"executor": executor, "threads": count or 2}
            run(scenario, runs=WARM_RUNS, out=folders.new(), **given)
            began = time.perf_counter()
            run(scenario, runs=runs, out=folders.new(), **given)
            return time.perf_counter() - began

    found: dict[int, list[float]] = {count: [] for count in (1, 2, 0)}
    for _ in range(turns):
        for count, times in found.items():
            times.append(seconds(count))
    one, two, threads = (statistics.median(each) for each in found.values())
    return {
        "two_over_one": one / two,
        "two_over_threads": two / threads,
    }


def pairing_figures() -> dict[str, float]:
    """What common draws save, at the width of the interval; where no run differs a variance says nothing."""
    from sim import compare

    with tempfile.TemporaryDirectory() as root:
        year = compare("baseline", treaties=["DPRK-Russia=2000,2024"], runs=100_000, out=f"{root}/year").frame
        forced = compare("attacked-dprk", treaties=["DPRK-Russia=1961,2024"], out=f"{root}/forced").frame
    war = year[year["outcome"] == "war"].iloc[0]
    entry = forced[forced["outcome"] == "intervention:Russia:DPRK|attacked_at_war:DPRK"].iloc[0]
    return {
        "pairing_war": float(war["times_fewer_for_width"]),
        "pairing_entry": float(entry["times_fewer_runs"]),
        "pairing_entry_bound": float(entry["times_fewer_runs_at_most"]),
    }


def measure(scenario: str, turns: int, points: int, per_point: int) -> dict[str, float]:
    """All figures."""
    figures = design_figures(scenario, points, per_point, turns)
    figures |= ema_figures(scenario, per_point, figures["point_ms"])
    figures |= mesa_figures(scenario, per_point, figures["point_ms"])
    figures |= pairing_figures()
    return figures | cluster_figures(scenario, points * per_point, turns)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--turns", type=int, default=3, help="turns that each rival takes")
    parser.add_argument("--points", type=int, default=10_000, help="points of the design")
    parser.add_argument("--per-point", type=int, default=100, help="runs of each")
    arguments = parser.parse_args()
    figures = measure(arguments.scenario, arguments.turns, arguments.points, arguments.per_point)
    if arguments.json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        meaning, target = FIGURES.get(name, ("", ""))
        print(f"{name:28}{value:12.2f}  {target:38}{meaning}")


if __name__ == "__main__":
    main()
