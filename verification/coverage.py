"""How often a printed interval holds the exact probability: ``python -m verification.coverage``."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.estimate import share
from tests.engine.chain import Chain
from tests.engine.test_exact_chain import rivals
from tests.scenarios import built

RUNS = 2_000
#: Coverage that is allowed: an exact interval is never below its level, an approximate one a little.
LEAST, MOST = 0.935, 0.985


def main() -> int:
    """Print coverage and dispersion for several events; 1 where either is off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    seeds = 400 if parser.parse_args().quick else 4_000
    program, exact = lower(built(rivals())), Chain(rivals()).solve()
    ends = exact["ends"]
    events = {
        "war": (1.0 - exact["t_war"][-1], lambda rows: rows["t_war"] >= 0),
        "peak at clash": (exact["peak"][2], lambda rows: rows["peak"] == 2),
        "peak at threat": (exact["peak"][1], lambda rows: rows["peak"] == 1),
        "war in the first week": (exact["t_war"][0], lambda rows: rows["t_war"] == 0),
        "ends at calm and attack": (ends[0, 3], lambda rows: (rows["end:Aye>Bee"] == 0) & (rows["end:Bee>Aye"] == 3)),
    }
    hits = {name: np.zeros(seeds, int) for name in events}
    for seed in range(seeds):
        rows = simulate(program, seed, 0, RUNS).rows
        for name, (_, happened) in events.items():
            hits[name][seed] = int(happened(rows).sum())
    failed = False
    for name, (p, _) in events.items():
        intervals = [share(int(h), RUNS) for h in hits[name]]
        covered = float(np.mean([each.low <= p <= each.high for each in intervals]))
        dispersion = float(((hits[name] - RUNS * p) ** 2).mean() / (RUNS * p * (1 - p)))
        print(f"{name:24} p = {p:.5f}: covered {covered:.3f}, variance {dispersion:.3f} of the binomial")
        failed |= not LEAST <= covered <= MOST or abs(dispersion - 1) > 5 * np.sqrt(2 / seeds)
    print(f"{seeds:,} seeds of {RUNS:,} runs; coverage allowed from {LEAST} to {MOST}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
