"""Shares over clusters: known intervals, coverage, and the rival that takes relatives for strangers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.clusters import clustered_share, weighted_quantile
from sim.estimate import share


@pytest.mark.parametrize(("hits", "n"), [(1, 12), (5, 40), (20, 25), (100, 400)])
def test_single_items_of_equal_weight_have_nearly_the_usual_interval(hits: int, n: int) -> None:
    """The variance is of one item less, and that item is all that differs from Clopper and Pearson's."""
    value, low, high = clustered_share(np.full(n, 0.3), np.arange(n) < hits, np.arange(n))
    usual = share(hits, n)
    assert value == pytest.approx(hits / n)
    assert low is not None
    assert high is not None
    assert (low, high) == pytest.approx((usual.low, usual.high), abs=0.6 / n + 0.01)


def test_all_and_none_rest_on_as_many_trials_as_there_are_clusters() -> None:
    holds, cluster = np.ones(60, bool), np.repeat(np.arange(6), 10)
    value, low, high = clustered_share(np.ones(60), holds, cluster)
    # Six clusters, with the quantiles of Student's t with 59 and 5 degrees of freedom: 2.0010 and 2.5706.
    trials = 6.0 * (2.0010 / 2.5706) ** 2
    assert (value, high) == (1.0, 1.0)
    assert low == pytest.approx(0.025 ** (1.0 / trials), abs=1e-4)
    assert clustered_share(np.ones(60), ~holds, cluster) == pytest.approx((0.0, 0.0, 1.0 - low))


def test_one_cluster_has_no_interval() -> None:
    assert clustered_share([1.0, 3.0], [True, False], [4, 4]) == (0.25, None, None)


def test_names_of_clusters_and_the_scale_of_weights_do_not_matter() -> None:
    weights, holds = [1.0, 2.0, 0.5, 1.0, 4.0], [True, False, True, True, False]
    one = clustered_share(weights, holds, [0, 0, 1, 2, 2])
    assert clustered_share([1e-9 * w for w in weights], holds, [7, 7, -3, 90, 90]) == pytest.approx(one)


def families(rng: np.random.Generator, p: float, clusters: int, members: int) -> tuple[np.ndarray, ...]:
    """Clusters of unequal weight whose members are alike: the share within each is drawn from a beta distribution."""
    within = rng.beta(p * 1.5, (1.0 - p) * 1.5, clusters)
    holds = rng.random((clusters, members)) < within[:, None]
    weights = np.repeat(rng.gamma(4.0, 0.25, clusters), members)
    return weights, holds.ravel(), np.repeat(np.arange(clusters), members)


@pytest.mark.parametrize("p", [0.02, 0.1, 0.4])
def test_coverage_and_that_items_taken_as_independent_would_be_caught(p: float) -> None:
    """In 1,000 repeats a coverage of .95 has a standard error of .007: 3 below is .93, what is asked for."""
    rng = np.random.default_rng(3)
    covered = naive = 0
    for _ in range(1000):
        weights, holds, cluster = families(rng, p, 40, 15)
        _, low, high = clustered_share(weights, holds, cluster)
        covered += low <= p <= high
        _, low, high = clustered_share(weights, holds, np.arange(len(cluster)))
        naive += low <= p <= high
    assert covered >= 930
    assert naive < 700


def test_quantiles_by_weight() -> None:
    values, weights = [4.0, 1.0, 2.0], [1.0, 1.0, 2.0]
    assert [weighted_quantile(values, weights, p) for p in (0.0, 0.25, 0.26, 0.75, 0.76, 1.0)] == [1, 1, 2, 2, 4, 4]
