"""Variance components of a nested problem against exact ones, and the error of a mean whose runs are clustered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.analysis import nested, sobol
from sim.analysis.nested import nested_difference, nested_share
from sim.analysis.sobol import sobol_indices
from sim.estimate import share

Array = NDArray[Any]

#: Effects of the nested problem: of a parameter in [-1, 1], of four theories, of three positions, and of the first two.
SLOPE, THEORIES, SWITCHES, JOINT = 0.12, np.array([-0.06, -0.02, 0.02, 0.06]), np.array([-0.03, 0.0, 0.03]), 0.8
MEAN = 0.3
SOURCES = ("events", "parameters", "theory", "switches", "jointly")


def chance(x: Array, theory: Array, switch: Array) -> Array:
    """Give the probability at a point: three effects, and a parameter that matters more in some theories."""
    return MEAN + SLOPE * x + THEORIES[theory] + SWITCHES[switch] + JOINT * x * THEORIES[theory]


def exact() -> Array:
    """Shares of the variance of one run: events, parameters, theory, switches, jointly."""
    third = 1.0 / 3.0  # variance of a parameter that is uniform in [-1, 1]
    parts = [SLOPE**2 * third, THEORIES.var(), SWITCHES.var(), JOINT**2 * third * THEORIES.var()]
    return np.array([MEAN * (1.0 - MEAN) - sum(parts), *parts]) / (MEAN * (1.0 - MEAN))


def design(rows: int, runs: int, seed: int) -> tuple[Array, Array, Array]:
    """Runs at A, B and A with one group of B, the draws of a row in common."""
    rng = np.random.default_rng(seed)
    points = [(2.0 * rng.random(rows) - 1.0, rng.integers(4, size=rows), rng.integers(3, size=rows)) for _ in range(2)]
    draws = rng.random((rows, runs))

    def hits(x: Array, theory: Array, switch: Array) -> Array:
        return draws < chance(x, theory, switch)[:, None]

    a, b = points
    mixed = [tuple(b[j] if j == k else a[j] for j in range(3)) for k in range(3)]
    return hits(*a), hits(*b), np.array([hits(*each) for each in mixed])


def shares_of(seed: int, rows: int = 512, runs: int = 50) -> Array:
    found = sobol_indices(*design(rows, runs, seed), resamples=2, seed=seed)
    return np.array([each.value for each in (found.events_of_run, *found.first_of_run, found.jointly_of_run)])


def means_within_three_errors(repeats: int = 60) -> bool:
    each = np.array([shares_of(seed) for seed in range(repeats)])
    errors = each.std(axis=0, ddof=1) / np.sqrt(repeats)
    return bool(np.all(np.abs(each.mean(axis=0) - exact()) < 3.0 * errors))


def test_shares_of_the_variance_of_one_run_are_exact() -> None:
    """Standard errors of the means are 0.0001 to 0.00033: a share that is 0.001 off would be seen."""
    assert exact() == pytest.approx([0.9627, 0.0229, 0.0095, 0.0029, 0.0020], abs=6e-4)
    assert means_within_three_errors()


def test_shares_without_the_correction_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant takes means of points for probabilities: its events are too few by what 50 runs leave of noise."""
    monkeypatch.setattr(sobol, "_product", lambda x, y: x.mean(axis=1) * y.mean(axis=1))
    assert not means_within_three_errors(20)


def test_shares_add_up_and_their_intervals_hold_the_truth() -> None:
    """Of 40 designs of 512 rows, 95 % intervals hold what is exact in 33 to 40 cases each."""
    held = np.zeros(5, int)
    for seed in range(40):
        found = sobol_indices(*design(512, 50, seed), resamples=200, seed=seed)
        each = (found.events_of_run, *found.first_of_run, found.jointly_of_run)
        assert sum(index.value or 0.0 for index in each) == pytest.approx(1.0, abs=1e-12)
        held += [(index.low or 0.0) <= truth <= (index.high or 0.0) for index, truth in zip(each, exact(), strict=True)]
    assert np.all(held >= 33), dict(zip(SOURCES, held, strict=True))


def counts(seed: int, a: float, b: float, points: int = 200, runs: int = 50) -> Array:
    rng = np.random.default_rng(seed)
    found: Array = rng.binomial(runs, rng.beta(a, b, points))
    return found


def covered(estimator: Any, a: float, b: float, runs: int = 50) -> float:
    held = []
    for seed in range(200):
        low, high = estimator(counts(seed, a, b, runs=runs), np.full(200, runs))
        held.append(low <= a / (a + b) <= high)
    return float(np.mean(held))


def clustered(hits: Array, n: Array) -> tuple[float, float]:
    found = nested_share(hits, n, resamples=1).probability
    return found.low or 0.0, found.high or 1.0


def unclustered(hits: Array, n: Array) -> tuple[float, float]:
    found = share(int(hits.sum()), int(n.sum()))
    return found.low or 0.0, found.high or 1.0


@pytest.mark.parametrize(("a", "b", "runs"), [(2.0, 6.0, 50), (1.0, 199.0, 50), (0.3, 300.0, 20)])
def test_the_interval_of_the_mean_covers(a: float, b: float, runs: int) -> None:
    """200 repeats: a coverage below .90 would be seen. At the last there are four hits on average."""
    assert covered(clustered, a, b, runs) >= 0.92


def test_an_interval_that_takes_runs_for_independent_does_not_cover() -> None:
    assert covered(unclustered, 2.0, 6.0) < 0.6


def spread_is_unbiased(a: float, b: float) -> bool:
    """200 repeats; at (1, 199) the standard error is 2 % of the variance, which is a third of what noise adds."""
    each = np.array([nested_share(counts(s, a, b), np.full(200, 50), resamples=1).variance.value for s in range(200)])
    truth = a * b / ((a + b) ** 2 * (a + b + 1.0))
    return abs(each.mean() - truth) < 3.0 * each.std(ddof=1) / np.sqrt(len(each))


@pytest.mark.parametrize(("a", "b"), [(2.0, 6.0), (1.0, 199.0), (50.0, 50.0)])
def test_the_variance_over_points_is_unbiased(a: float, b: float) -> None:
    assert spread_is_unbiased(a, b)


@pytest.mark.parametrize(("a", "b"), [(2.0, 6.0), (1.0, 199.0), (50.0, 50.0)])
def test_a_variance_with_the_noise_of_runs_in_it_fails(a: float, b: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def raw(weights: Array, level: Array, squares: Array) -> Array:
        return (weights @ (level * level) - (weights @ level) ** 2 / len(level)) / (len(level) - 1.0)

    monkeypatch.setattr(nested, "_unbiased", raw)
    assert not spread_is_unbiased(a, b)


def test_both_parts_of_the_error_are_those_of_the_nested_loop() -> None:
    """Variance over points / N, and mean of p (1 - p) / (N R): 2 % off would be seen."""
    each = [nested_share(counts(s, 2.0, 6.0), np.full(200, 50), resamples=1) for s in range(100)]
    of_points = 2.0 * 6.0 / (8.0**2 * 9.0)
    of_runs = 0.25 * 0.75 - of_points
    assert np.mean([x.error_of_points for x in each]) == pytest.approx(np.sqrt(of_points / 200), rel=0.02)
    assert np.mean([x.error_of_runs for x in each]) == pytest.approx(np.sqrt(of_runs / 10_000), rel=0.02)


def test_what_never_and_what_always_happens_has_no_spread() -> None:
    for hits in (0, 50):
        found = nested_share(np.full(20, hits), np.full(20, 50))
        assert found.probability == share(20 * hits, 1000)
        assert (found.variance.value, found.error_of_points, found.runs_needed) == (None, None, None)
    assert nested_share([0, 0], [0, 0]).probability.value is None


def test_points_of_one_run_say_nothing_of_a_spread() -> None:
    assert nested_share([0, 1, 0], [1, 1, 1]).variance.value is None


@pytest.mark.parametrize(("factor", "least", "most"), [(1.0, 0.75, 1.0), (0.05, 0.0, 0.15)])
def test_the_runs_that_are_needed_show_a_spread_of_half_the_mean(factor: float, least: float, most: float) -> None:
    """Beta of mean 1 % and a standard deviation of half that; at a twentieth of the runs it is rarely seen."""
    shape = 1.0 / nested.WORTH_SEEING**2
    rng = np.random.default_rng(3)
    needed = nested_share([0, 1], [50, 50], resamples=1).runs_needed
    assert needed
    needed = nested_share(rng.binomial(100, 0.01, 200), np.full(200, 100), resamples=1).runs_needed
    runs = max(round(factor * (needed or 0)), 2)
    seen = []
    for seed in range(40):
        hits = counts(seed, shape, 99.0 * shape, runs=runs)
        seen.append(nested_share(hits, np.full(200, runs), resamples=200).variance.significant)
    assert least <= np.mean(seen) <= most


def test_a_difference_on_the_same_draws_has_an_interval_over_points() -> None:
    """100 repeats: a coverage below .88 would be seen."""
    held = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        p, draws = rng.beta(2.0, 6.0, (100, 1)), rng.random((100, 50))
        one, other = (draws < p).sum(axis=1), (draws < 1.2 * p).sum(axis=1)
        found = nested_difference(other, np.full(100, 50), one, np.full(100, 50))
        held.append((found.low or 0.0) <= 0.05 <= (found.high or 0.0))
    assert np.mean(held) >= 0.9
    assert nested_difference([3, 4], [5, 5], [3, 4], [5, 5]).low is None
    assert nested_difference([0], [0], [1], [2]).value is None
