"""How often intervals of paired contrasts hold the exact value: ``python -m verification.paired``."""

from __future__ import annotations

import argparse
import itertools
import math
import sys

import numpy as np

from tests.analysis.tables import conditional, covered, unconditional

#: Least coverage allowed where this many pairs that differ are expected (a score interval), or hits (MOVER).
FEW, MANY = 3.0, 30.0
LEAST_FEW, LEAST_MANY = 0.94, 0.95


def main() -> int:
    """Print coverage on a grid; 1 where an interval covers too little."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    repeats = 400 if parser.parse_args().quick else 4_000
    failed = False
    print(f"{repeats:,} tables each\nshares of the same runs")
    print(f"{'p_A':>7} {'p_B':>7} {'corr':>5} {'n':>7} {'differ':>7}  covered")
    for (p_a, p_b), correlation, n in itertools.product(
        ((1e-4, 1e-4), (1e-3, 1.3e-3), (0.01, 0.01), (0.01, 0.013), (0.1, 0.12), (0.5, 0.45)),
        (0.0, 0.5, 0.95),
        (1_000, 10_000, 100_000),
    ):
        cells = unconditional(p_a, p_b, correlation)
        few = float(n * (cells[1, 2] + cells[2, 1]))
        failed |= line(cells, n, repeats, few, f"{p_a:7g} {p_b:7g} {correlation:5} {n:7}")
    print("shares of different runs")
    print(f"{'c_A':>7} {'c_B':>7} {'r_A':>5} {'r_B':>5} {'corr':>5} {'n':>7} {'hits':>7}  covered")
    for (c_a, c_b, r_a, r_b), correlation, n in itertools.product(
        ((0.005, 0.005, 0.3, 0.5), (0.005, 0.004, 0.05, 0.05), (0.05, 0.08, 0.1, 0.2), (0.3, 0.3, 0.02, 0.03)),
        (0.0, 0.5, 0.95),
        (1_000, 10_000, 100_000),
    ):
        cells = conditional(c_a, c_b, r_a, r_b, correlation)
        few = n * min(c_a * min(r_a, 1.0 - r_a), c_b * min(r_b, 1.0 - r_b))
        failed |= line(cells, n, repeats, few, f"{c_a:7g} {c_b:7g} {r_a:5} {r_b:5} {correlation:5} {n:7}")
    return int(failed)


def line(cells: np.ndarray, n: int, repeats: int, few: float, head: str) -> bool:
    """Print one row of the grid, and give whether it covers too little."""
    found = covered(cells, n, repeats, seed=1)
    print(f"{head} {few:7.1f}  " + ", ".join(f"{name} {share:.3f}" for name, share in found.items()))
    worst = min(found["difference"], found["ratio"])
    slack = 3.0 * math.sqrt(0.95 * 0.05 / repeats)
    return (few >= FEW and worst < LEAST_FEW - slack) or (few >= MANY and worst < LEAST_MANY - slack)


if __name__ == "__main__":
    sys.exit(main())
