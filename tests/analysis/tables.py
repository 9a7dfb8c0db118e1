"""Random tables of pairs with known probabilities, and how often intervals hold what is true of them."""

from __future__ import annotations

import functools
import math

import numpy as np

from sim.analysis.paired import Contrast, contrast


def unconditional(p_a: float, p_b: float, correlation: float) -> np.ndarray:
    """Probabilities (3, 3) of two yes/no outcomes; `correlation` is a share of what is possible."""
    both = p_a * p_b + correlation * (min(p_a, p_b) - p_a * p_b)
    cells = np.zeros((3, 3))
    cells[1:, 1:] = [[1.0 - p_a - p_b + both, p_b - both], [p_a - both, both]]
    return cells


def conditional(c_a: float, c_b: float, r_a: float, r_b: float, correlation: float) -> np.ndarray:
    """Probabilities (3, 3) where conditions of probability `c` are met in different runs, and hits of those are `r`."""
    met, hit = unconditional(c_a, c_b, correlation)[1:, 1:], unconditional(r_a, r_b, correlation)[1:, 1:]
    cells = np.zeros((3, 3))
    cells[0, 0] = met[0, 0]
    cells[0, 1:] = met[0, 1] * np.array([1.0 - r_b, r_b])
    cells[1:, 0] = met[1, 0] * np.array([1.0 - r_a, r_a])
    cells[1:, 1:] = met[1, 1] * hit
    return cells


def covered(cells: np.ndarray, n: int, repeats: int, seed: int) -> dict[str, float]:
    """Share of `repeats` tables whose intervals hold the exact difference and ratio, and of two rival intervals."""
    p_a = cells[2].sum() / cells[1:].sum()
    p_b = cells[:, 2].sum() / cells[:, 1:].sum()
    tables = np.random.default_rng(seed).multinomial(n, np.clip(cells, 0.0, None).ravel(), size=repeats)

    @functools.cache
    def holds(table: tuple[int, ...]) -> tuple[bool, bool, bool, bool]:
        found = contrast(np.reshape(table, (3, 3)).tolist())
        difference, ratio = found.difference, found.ratio
        if difference.low is None or difference.high is None:
            return True, True, True, True
        above = ratio.low is None or ratio.low <= p_b / p_a * (1.0 + 1e-12)
        below = ratio.high is None or p_b / p_a * (1.0 - 1e-12) <= ratio.high
        return (
            difference.low - 1e-15 <= p_b - p_a <= difference.high + 1e-15,
            above and below,
            abs(difference.value - (p_b - p_a)) <= 1.96 * delta_error(found, paired=True) + 1e-15,
            abs(difference.value - (p_b - p_a)) <= 1.96 * delta_error(found, paired=False) + 1e-15,
        )

    kinds = np.mean([holds(tuple(map(int, table))) for table in tables], axis=0)
    return dict(zip(("difference", "ratio", "delta method", "as if independent"), map(float, kinds), strict=True))


def delta_error(found: Contrast, paired: bool) -> float:
    """Plain standard error of the difference, of the pairs or as if the two sets were independent."""
    variance = sum(each.value * (1.0 - each.value) / each.n for each in (found.a, found.b))
    return (
        math.sqrt(variance * (1.0 - found.variance_saved)) if paired and found.variance_saved else math.sqrt(variance)
    )
