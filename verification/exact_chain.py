"""Two rivals at ten million runs against exact Markov chains: ``python -m verification.exact_chain``."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from tests.engine.chain import Chain
from tests.engine.test_exact_chain import LIMIT, WEEKS, rivals
from tests.scenarios import built, put

CHUNK = 100_000
#: Numbers that are drawn anew in each case, and between what.
VARIED = {
    "choice/matching": (0.0, 0.5), "choice/retaliation": (0.0, 1.0), "choice/concede": (0.0, 0.5),
    "choice/relief": (0.0, 0.6), "inadvertent/war_per_act": (0.0, 0.1), "settlement/war_weeks": (2.0, 30.0),
    "climate/hot_years": (0.1, 2.0), "climate/cold_years": (0.1, 2.0), "incidents/raid/rate_hot": (0.0, 20.0),
    "incidents/stunt/rate_cold": (0.0, 20.0),
    **{f"actors/{name}/{key}": (0.2, 2.0) for name in ("Aye", "Bee") for key in ("rationality", "cost_tolerance")},
    **{f"actors/{name}/audience_cost": (0.0, 0.3) for name in ("Aye", "Bee")},
    **{f"rivalries/{name}/habit": (-1.5, 0.0) for name in ("Aye>Bee", "Bee>Aye")},
    **{f"rivalries/{name}/resolve_belief": (0.0, 1.0) for name in ("Aye>Bee", "Bee>Aye")},
}  # fmt: skip


def cases(many: int) -> list[dict[str, Any]]:
    """The scenario of the tests, and the same with other numbers."""
    generator = np.random.default_rng(2026)
    drawn = [{path: float(generator.uniform(*ends)) for path, ends in VARIED.items()} for _ in range(many)]
    return [rivals(), *(put(rivals(), changes) for changes in drawn)]


def counted(program: Program, first: int) -> dict[str, np.ndarray]:
    """Runs of a chunk by peak, by both last rungs, and by the step of the first war."""
    rows, n = simulate(program, 8, first, CHUNK).rows, program.layout.n_rungs
    ends = rows["end:Aye>Bee"].astype(int) * n + rows["end:Bee>Aye"]
    return {
        "peak": np.bincount(rows["peak"], minlength=n),
        "ends": np.bincount(ends, minlength=n * n),
        "t_war": np.bincount(np.where(rows["t_war"] < 0, WEEKS, rows["t_war"]), minlength=WEEKS + 1),
    }


def compare(values: dict[str, Any], runs: int) -> tuple[float, int]:
    """Largest distance from the exact probabilities, in standard errors, and how many were compared."""
    program, exact = lower(built(values)), Chain(values).solve()
    with ThreadPoolExecutor() as pool:
        chunks = list(pool.map(lambda first: counted(program, first), range(0, runs, CHUNK)))
    found = []
    for name, p in exact.items():
        hits, p = sum(chunk[name] for chunk in chunks), p.ravel().clip(0.0, 1.0)
        frequent = (runs * p > 100) & (runs * (1 - p) > 100)
        found.append(((hits - runs * p) / np.sqrt(runs * p * (1 - p) + 1e-300))[frequent])
    z = np.abs(np.concatenate(found))
    return float(z.max()), len(z)


def main() -> int:
    """Compare every case; 1 where one is too far off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    runs = 1_000_000 if parser.parse_args().quick else 10_000_000
    worst = 0.0
    for number, values in enumerate(cases(12)):
        z, compared = compare(values, runs)
        print(f"case {number:2}: {compared} probabilities, largest distance {z:.2f} standard errors", flush=True)
        worst = max(worst, z)
    print(f"{runs:,} runs each; largest of all {worst:.2f}, allowed {LIMIT}")
    return int(worst >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
