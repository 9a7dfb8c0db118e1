"""Splitting against exact probabilities, many times over: ``python -m verification.rare``."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from sim.engine.selection import selection
from sim.rare.events import read_event
from sim.rare.replications import mean_estimate
from sim.rare.scores import score_for
from sim.rare.splitting import Walkers, split
from sim.rare.walkers import Runs
from tests.rare.chains import exact, ladder, lowered
from tests.rare.walks import ALIKE, UNLIKE, actors, ruin

#: Replications behind an interval: the fewest that `pactsim rare` makes.
REPLICATIONS = 32
#: Coverage that is right, at 400 intervals or more; and distance from the exact value put down to chance (errors).
LEAST, MOST, LIMIT = 0.92, 0.98, 3.0
#: Intervals that one process makes at a time.
TOGETHER = 20


def walk(make: Callable[[int], tuple[Walkers, float]], runs: int, seed: int) -> np.ndarray:
    """Estimates of some intervals by the exact probability, from walks."""
    walks, probability = make(seed)
    chance = np.random.default_rng(seed + 10**6)
    found = split(walks, range(TOGETHER * REPLICATIONS), runs, lambda number, round_, many: chance.random(many))
    return np.array([each.probability for each in found]) / probability


def rivals(alike: bool, score: str, runs: int, seed: int) -> np.ndarray:
    """The same from real runs of two rivals."""
    values = ladder(alike=alike)
    program, probability = lowered(values), exact(values)
    scoring = score_for(score, program, read_event("war", program.scenario))
    found = []
    for first in range(0, TOGETHER * REPLICATIONS, 2):
        found += split(Runs(program, seed, scoring), range(first, first + 2), runs, selection(seed))
    return np.array([each.probability for each in found]) / probability


def cases() -> Iterator[tuple[str, Callable[[int], np.ndarray]]]:
    """What is checked, by name."""
    yield "gambler's ruin, N = 200", partial(walk, ruin, 200)
    yield "two actors alike, N = 500", partial(walk, partial(actors, chances=ALIKE), 500)
    yield "two actors unlike, N = 500", partial(walk, partial(actors, chances=UNLIKE), 500)
    yield "real runs, two rivals alike, N = 1000", partial(rivals, True, "peak", 1_000)
    yield "real runs, two rivals unlike, N = 1000", partial(rivals, False, "peak", 1_000)


def main() -> int:
    """Print ratio and coverage of each case; 1 where one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    intervals = 40 if parser.parse_args().quick else 400
    slack = 0.0 if intervals >= 400 else 0.07
    failed = False
    print(f"{intervals} intervals of {REPLICATIONS} replications each")
    print(f"{'case':40} {'ratio':>7} {'s.e.':>6} {'died out':>9} {'covered':>8}")
    with ProcessPoolExecutor() as pool:
        for name, work in cases():
            ratios = np.concatenate(list(pool.map(work, range(1, intervals // TOGETHER + 1))))
            error = float(ratios.std(ddof=1)) / math.sqrt(len(ratios))
            estimates = map(mean_estimate, ratios.reshape(intervals, REPLICATIONS))
            covered = np.mean([(each.low or 0.0) <= 1.0 <= (each.high or 0.0) for each in estimates])
            wrong = abs(ratios.mean() - 1.0) > LIMIT * error or not LEAST - slack <= covered <= MOST + slack
            failed |= bool(wrong)
            died = (ratios == 0.0).mean()
            print(f"{name:40} {ratios.mean():7.4f} {error:6.4f} {died:9.2%} {covered:8.3f}{'  WRONG' if wrong else ''}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
