"""Work that splitting saves for an event near one in a million: ``python benchmarks/rare.py``."""

from __future__ import annotations

import argparse
import json
import tempfile
import time

#: What each figure means and what it must reach.
FIGURES = {
    "rare_probability": ("P(nuclear exchange within a year), baseline, in millionths", "near 1"),
    "rare_error": ("half its 95 % interval, by its value", ""),
    "rare_gain_work": ("steps that plain runs would simulate for as narrow an interval / ours", "at least 100"),
    "rare_gain_time": ("seconds that plain runs would take for as narrow an interval / ours", "at least 100"),
    "rare_seconds": ("seconds it took, without replaying paths", ""),
}
EVENT = "peak_rung>=nuclear exchange"


def measure(scenario: str, replications: int, runs: int) -> dict[str, float]:
    """Estimate by splitting; and how fast plain runs are, side by side."""
    from sim.experiments.rare import rare
    from sim.experiments.run import run

    with tempfile.TemporaryDirectory() as root:
        rare(scenario, EVENT, replications=2, runs=100, paths=0, out=f"{root}/warm")
        run(scenario, runs=1_000, out=f"{root}/also-warm")
        began = time.perf_counter()
        found = rare(scenario, EVENT, replications=replications, paths=0, out=f"{root}/rare").summary
        took = time.perf_counter() - began
        began = time.perf_counter()
        run(scenario, runs=runs, out=f"{root}/plain")
        per_run = (time.perf_counter() - began) / runs
    estimate = found["estimate"]
    return {
        "rare_probability": 1e6 * estimate["value"],
        "rare_error": (estimate["high"] - estimate["low"]) / 2.0 / estimate["value"],
        "rare_gain_work": found["gain"],
        "rare_gain_time": found["plain_runs"] * per_run / took,
        "rare_seconds": took,
    }


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--replications", type=int, default=128)
    parser.add_argument("--runs", type=int, default=400_000, help="plain runs whose speed is measured")
    arguments = parser.parse_args()
    figures = measure(arguments.scenario, arguments.replications, arguments.runs)
    if arguments.json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        meaning, target = FIGURES[name]
        print(f"{name:28}{value:12.2f}  {target:38}{meaning}")


if __name__ == "__main__":
    main()
