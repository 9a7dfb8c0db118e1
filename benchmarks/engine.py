"""Speed of the engine, told as ratios measured side by side in one run.

``python benchmarks/engine.py`` prints a table, ``--json`` one JSON object and nothing else. The
rivals take turns and the medians of several turns are compared, so that a drifting machine harms
all alike. Everything is per core: one thread, one process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

#: What each figure means and what it must reach.
FIGURES = {
    "runs_per_s": ("runs per second of `pactsim run baseline`, all cores", ""),
    "engine_over_mesa_compiled": ("engine / Mesa twin with compiled rules, per core", "at least 150"),
    "engine_over_mesa": ("engine / Mesa twin in plain Python, per core", "at least 700"),
    "mesa_over_loop": ("time of the Mesa twin / time of its step loop without Mesa", "at most 2"),
    "engine_over_scalar": ("engine / fair scalar driver, per core", "at least 2.5"),
    "engine_over_floor": ("time of the engine / time of its draws and exponentials alone", "aim for 2"),
    "warm_over_import": (
        "(warm run of 10,000 as a process - 0.5 s) / importing numba and duckdb",
        "at most 2",
    ),
    "peak_mib_1m": ("peak memory of 1 million runs, MiB", ""),
    "peak_mib_10m": ("peak memory of 10 million runs, MiB", "under 1024, within 10 % of 1 million"),
    "seconds_1m": ("wall seconds of 1 million runs", ""),
    "seconds_10m": ("wall seconds of 10 million runs", "10 times that of 1 million"),
}


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(turns: int, rivals: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each rival, all taking turns."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(turns):
        for name, work in rivals.items():
            times[name].append(timed(work))
    return {name: statistics.median(values) for name, values in times.items()}


def engine_figures(scenario: str, turns: int) -> dict[str, float]:
    """Engine against the scalar driver and against the floor."""
    from floor import Floor
    from scalar import simulate_scalar

    from sim.engine.ensemble import simulate
    from sim.engine.lower import lower
    from sim.scenario.load import load_scenario

    program = lower(load_scenario(scenario).scenario)
    runs = 20_000
    if simulate(program, 1, 0, 2_000).rows.tobytes() != simulate_scalar(program, 1, 0, 2_000).tobytes():
        raise SystemExit("the scalar driver gives other rows than the engine")
    floor = Floor(program)
    floor.run(2_000)
    seconds = medians(
        turns,
        {
            "engine": lambda: simulate(program, 1, 0, runs),
            "scalar": lambda: simulate_scalar(program, 1, 0, runs),
            "floor": lambda: floor.run(runs),
        },
    )
    return {
        "engine_over_scalar": seconds["scalar"] / seconds["engine"],
        "engine_over_floor": seconds["engine"] / seconds["floor"],
        "engine_runs_per_core_s": runs / seconds["engine"],
    }


def mesa_seconds(scenario: str, runs: int) -> dict[str, float]:
    """Seconds per run of the twin in `mesa.batch_run`, and of its step loop without Mesa."""
    import mesa

    from sim.engine.parameters import draw_run, tabulate
    from sim.mesa_model.cast import Script
    from sim.mesa_model.model import PactModel
    from sim.mesa_model.run import Run
    from sim.scenario.load import load_scenario

    loaded = load_scenario(scenario).scenario
    script, table = Script(loaded), tabulate(loaded.quantities(), False)

    def batch() -> None:
        parameters = {"scenario": scenario, "draw": list(range(runs)), "rng": 1}
        mesa.batch_run(PactModel, parameters, number_processes=1, display_progress=False)

    def loop() -> None:
        for draw in range(runs):
            run = Run(script, draw_run(table, 1, draw), 1, draw)
            while not run.over:
                run.step()

    PactModel(scenario, rng=1).step()
    seconds = medians(3, {"batch": batch, "loop": loop})
    return {"batch": seconds["batch"] / runs, "loop": seconds["loop"] / runs}


def mesa_figures(scenario: str, engine_runs_per_s: float) -> dict[str, float]:
    """The twin with compiled rules, and as plain Python, each in a process of its own."""
    compiled = in_process(["--mesa", scenario, "--mesa-runs", "60"], {})
    # Without compilation NumPy warns of 64-bit words that wrap around, which they are meant to.
    plain = in_process(["--mesa", scenario, "--mesa-runs", "6"], {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"})
    return {
        "engine_over_mesa_compiled": engine_runs_per_s * compiled["batch"],
        "engine_over_mesa": engine_runs_per_s * plain["batch"],
        "mesa_over_loop": compiled["batch"] / compiled["loop"],
        "mesa_runs_per_s": 1.0 / compiled["batch"],
    }


def in_process(arguments: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run this file again with other arguments and read what it prints."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def process_seconds(command: list[str]) -> float:
    """Wall seconds of a whole process."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return timed(lambda: subprocess.run(command, check=True, **quiet))  # type: ignore[call-overload]


def warm_figures(scenario: str, turns: int) -> dict[str, float]:
    """A warm `pactsim run` of 10,000 as a whole process, against its imports alone."""
    with tempfile.TemporaryDirectory() as folder:
        counter = iter(range(1000))

        def run() -> None:
            out = f"{folder}/{next(counter)}"
            process_seconds([sys.executable, "-m", "sim", "run", scenario, "--runs", "10000", "--out", out])

        def imports() -> None:
            process_seconds([sys.executable, "-c", "import numba, duckdb"])

        run()
        imports()
        seconds = medians(turns, {"run": run, "imports": imports})
    return {
        "warm_over_import": (seconds["run"] - 0.5) / seconds["imports"],
        "warm_seconds": seconds["run"],
        "import_seconds": seconds["imports"],
    }


def large_figures(scenario: str, runs: int) -> dict[str, float]:
    """Peak memory and time of one large run as a process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", "run", scenario, "--runs", str(runs), "--out", f"{folder}/r"]
        start = time.perf_counter()
        pid = os.posix_spawn(
            sys.executable,
            [*command, "--json"],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - start
        if status:
            raise SystemExit(f"a run of {runs:,} failed")
        summary = json.loads(Path(folder, "r", "summary.json").read_text())
    return {"peak_mib": peak_mib(usage), "seconds": seconds, "runs_per_s": summary["runs_per_s"]}


def peak_mib(usage: resource.struct_rusage) -> float:
    """Peak resident memory; Linux counts KiB, macOS bytes."""
    return usage.ru_maxrss / (1024.0 if sys.platform != "darwin" else 1024.0**2)


def measure(scenario: str, turns: int, largest: int) -> dict[str, float]:
    """All figures."""
    figures = engine_figures(scenario, turns)
    figures |= mesa_figures(scenario, figures["engine_runs_per_core_s"])
    figures |= warm_figures(scenario, turns)

    # From a process of its own: what it starts inherits the peak of this one, which may have compiled.
    def large(runs: int) -> dict[str, float]:
        return in_process(["--scenario", scenario, "--large", str(runs)], {})

    million = large(largest // 10)
    figures |= {"peak_mib_1m": million["peak_mib"], "seconds_1m": million["seconds"]}
    ten = large(largest)
    figures |= {
        "peak_mib_10m": ten["peak_mib"],
        "seconds_10m": ten["seconds"],
        "runs_per_s": ten["runs_per_s"],
    }
    return figures


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--turns", type=int, default=7, help="turns that each rival takes")
    parser.add_argument("--largest", type=int, default=10_000_000, help="runs of the largest ensemble")
    parser.add_argument("--mesa", metavar="SCENARIO", help=argparse.SUPPRESS)
    parser.add_argument("--mesa-runs", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--large", metavar="RUNS", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.mesa:
        print(json.dumps(mesa_seconds(arguments.mesa, arguments.mesa_runs)))
        return
    if arguments.large:
        print(json.dumps(large_figures(arguments.scenario, arguments.large)))
        return
    figures = measure(arguments.scenario, arguments.turns, arguments.largest)
    if arguments.json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        meaning, target = FIGURES.get(name, ("", ""))
        print(f"{name:28}{value:12.2f}  {target:38}{meaning}")


if __name__ == "__main__":
    main()
