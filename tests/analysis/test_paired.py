"""Paired contrasts: published values, exact variances, coverage with rival intervals that fail, and what is None."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest

from sim.analysis import mover, score
from sim.analysis.paired import contrast, contrast_means
from tests.analysis.tables import conditional, covered, unconditional

NOTHING = [[0, 0, 0], [0, 1000, 0], [0, 0, 0]]


def same(both: int, b_only: int, a_only: int, neither: int) -> list[list[int]]:
    return [[0, 0, 0], [0, neither, b_only], [0, a_only, both]]


def turned(table: list[list[int]]) -> list[list[int]]:
    return [list(row) for row in zip(*table, strict=True)]


# Airway reactivity of Bentur et al. (2009) in Fagerland, Lydersen & Laake (2014), Statistics in
# Medicine 33, 2850-2875, where the first of the pair is subtracted from and divided.
def test_published_intervals():
    found = contrast(same(both=1, b_only=1, a_only=7, neither=12))
    assert (found.difference.low, found.difference.high) == pytest.approx((-0.517, -0.026), abs=5.1e-4)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.065, 0.907), abs=5.1e-4)


@pytest.mark.parametrize("table", [same(50, 9, 3, 400), same(3, 0, 4, 60), same(0, 2, 2, 9), same(70, 1, 0, 5)])
def test_a_limit_is_where_the_most_likely_hypothesis_is_just_rejected(table):
    """The closed forms against a search over the one free probability, by which no root can be mixed up."""
    found = contrast(table)
    n, both, b_only, a_only = found.a.n, table[2][2], table[1][2], table[2][1]
    q = np.linspace(0.0, 1.0, 400_001)[1:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        for delta in (found.difference.low, found.difference.high):
            cells = [(b_only, q + delta), (a_only, q), (n - b_only - a_only, 1 - 2 * q - delta)]
            best = q[np.argmax(_likelihood(cells))]
            z = (b_only - a_only - n * delta) ** 2 / (n * (2 * best + delta - delta**2))
            assert z == pytest.approx(1.959964**2, rel=2e-3)
        for ratio in (each for each in (found.ratio.low, found.ratio.high) if each):
            happened = both + b_only + a_only
            p_a = (1.0 - q) / ratio  # among the pairs in which it happened at all
            best = np.argmax(_likelihood([(both, p_a - q), (b_only, 1 - p_a), (a_only, q)]))
            variance = happened * ratio * (1 - p_a[best] + q[best])
            assert (both + b_only - ratio * (both + a_only)) ** 2 / variance == pytest.approx(1.959964**2, rel=2e-3)


def _likelihood(cells):
    possible = np.all([p >= 0 for _, p in cells], axis=0)
    return np.where(possible, sum(k * np.log(p) for k, p in cells if k), -np.inf)


def test_nothing_differs():
    found = contrast(same(both=100, b_only=0, a_only=0, neither=900))
    assert found.difference.value == 0.0
    assert found.difference.low == -found.difference.high < 0.0
    assert found.ratio.value == 1.0
    assert found.ratio.low < 1.0 < found.ratio.high
    assert (found.variance_saved, found.times_fewer_runs, found.times_fewer_runs_at_most) == (1.0, None, None)
    assert not found.is_clear


def test_what_cannot_be_told_is_none_and_bounds_are_one_sided():
    nothing = contrast(NOTHING)
    assert nothing.ratio.value is nothing.ratio.low is nothing.ratio.high is nothing.variance_saved is None
    assert nothing.difference.low < 0.0 < nothing.difference.high
    only_b = contrast(same(0, 12, 0, 988))
    assert only_b.ratio.value is only_b.ratio.high is None
    assert only_b.ratio.low > 1.0
    only_a = contrast(same(0, 0, 12, 988))
    assert (only_a.ratio.value, only_a.ratio.low) == (0.0, 0.0)
    assert only_a.ratio.high == pytest.approx(1.0 / only_b.ratio.low)
    assert contrast([[10, 0, 0], [0, 0, 0], [0, 0, 0]]).difference.value is None
    assert contrast([[10, 0, 0], [4, 0, 0], [1, 0, 0]]).difference.value is None


def test_conditions_met_in_different_runs_keep_one_sided_bounds():
    never_a = contrast([[100, 5, 9], [20, 30, 10], [0, 0, 0]])
    assert never_a.ratio.value is never_a.ratio.high is None
    assert never_a.ratio.low > 1.0
    never_b = contrast(turned([[100, 5, 9], [20, 30, 10], [0, 0, 0]]))
    assert (never_b.ratio.value, never_b.ratio.low) == (0.0, 0.0)
    assert never_b.ratio.high < 1.0
    neither = contrast([[100, 5, 0], [20, 30, 0], [0, 0, 0]])
    assert neither.ratio.value is neither.ratio.low is None
    assert neither.difference.low < 0.0 < neither.difference.high


@pytest.mark.parametrize(
    "table",
    [
        same(50, 9, 3, 400),
        same(0, 0, 4, 60),
        [[500, 30, 7], [20, 90, 12], [9, 4, 60]],
        [[9, 1, 0], [1, 4, 0], [0, 1, 1]],
    ],
)
def test_scenarios_change_places(table):
    one, other = contrast(table), contrast(turned(table))
    assert (one.difference.low, one.difference.high) == pytest.approx((-other.difference.high, -other.difference.low))
    assert (one.variance_saved, one.bound) == pytest.approx((other.variance_saved, other.bound))
    if one.ratio.low and one.ratio.high:
        assert (one.ratio.low, one.ratio.high) == pytest.approx((1 / other.ratio.high, 1 / other.ratio.low))


def test_variance_saved_and_its_bound_are_those_of_the_runs_themselves():
    table = same(920, 60, 20, 9000)
    a = np.repeat([0, 0, 1, 1], [9000, 60, 20, 920])
    b = np.repeat([0, 1, 0, 1], [9000, 60, 20, 920])
    found, separate, paired = contrast(table), a.var() + b.var(), (b - a).var()
    assert found.variance_saved == pytest.approx(1 - paired / separate)
    assert found.times_fewer_runs == pytest.approx(separate / paired)
    assert found.bound == pytest.approx(0.004 * 0.996)
    # No other order of the same outcomes has less variance; sorting both reaches the bound.
    assert found.bound == pytest.approx((np.sort(b) - np.sort(a)).var())
    assert found.times_fewer_runs_at_most == pytest.approx(separate / found.bound)


def test_variance_of_shares_of_different_runs_against_simulation():
    """Linearisation sees pairing as well as 20,000 tables do: an error of 5 % in the variance would be seen."""
    cells, n = conditional(0.3, 0.4, 0.2, 0.3, 0.8), 5_000
    tables = np.random.default_rng(3).multinomial(n, cells.ravel(), size=20_000).reshape(-1, 3, 3)
    share_a = tables[:, 2].sum(1) / tables[:, 1:].sum((1, 2))
    share_b = tables[:, :, 2].sum(1) / tables[:, :, 1:].sum((1, 2))
    saved = 1 - (share_b - share_a).var() / (share_a.var() + share_b.var())
    found = contrast(np.round(cells * 10**6).astype(int).tolist())
    assert found.variance_saved == pytest.approx(saved, abs=0.02)
    per_pair = (share_b - share_a).var() * n * (1 - cells[0, 0])
    assert found.bound * found.times_fewer_runs_at_most / found.times_fewer_runs == pytest.approx(per_pair, rel=0.05)


def test_the_bound_of_shares_of_different_runs_is_that_of_the_best_pairing():
    table = [[5, 1, 0], [1, 4, 2], [0, 1, 3]]
    found = contrast(table)
    states = [(i, j) for i, j in itertools.product(range(3), repeat=2) for _ in range(table[i][j])]
    effects = []
    for side, share in ((0, found.a), (1, found.b)):
        values = {0: 0.0, 1: -share.value / share.n, 2: (1 - share.value) / share.n}
        effects.append(np.array([values[state[side]] for state in states]))
    n = found.difference.n
    assert found.bound == pytest.approx(n * ((np.sort(effects[1]) - np.sort(effects[0])) ** 2).sum())
    paired = n * ((effects[1] - effects[0]) ** 2).sum()
    assert found.times_fewer_runs_at_most / found.times_fewer_runs == pytest.approx(paired / found.bound)


def test_common_draws_that_do_harm_are_told():
    assert contrast(same(0, 100, 100, 0)).variance_saved == pytest.approx(-1.0)


# 2,000 tables each: a coverage 1.5 points off 95 % is three standard errors.
@pytest.mark.parametrize(
    ("cells", "n"),
    [
        (unconditional(0.01, 0.013, 0.95), 10_000),
        (unconditional(0.5, 0.45, 0.5), 1_000),
        (conditional(0.05, 0.08, 0.1, 0.2, 0.95), 10_000),
    ],
)
def test_coverage_where_events_are_many_and_the_interval_that_takes_runs_as_independent(cells, n):
    found = covered(cells, n, repeats=2_000, seed=5)
    for kind in ("difference", "ratio"):
        assert 0.935 <= found[kind] <= 0.97
    assert found["as if independent"] > 0.97  # needlessly wide: this mutant is caught


@pytest.mark.parametrize(
    ("cells", "n"),
    [(unconditional(0.001, 0.0013, 0.95), 1_000), (conditional(0.005, 0.005, 0.3, 0.5, 0.95), 1_000)],
)
def test_coverage_where_events_are_few_and_the_delta_method_that_fails_there(cells, n):
    found = covered(cells, n, repeats=2_000, seed=5)
    assert min(found["difference"], found["ratio"]) >= 0.94
    assert found["delta method"] < 0.8  # this mutant is caught


def test_means_are_those_of_the_differences():
    rng = np.random.default_rng(2)
    a = rng.poisson(2.0, 5000)
    b = a + rng.poisson(0.1, 5000)
    found = contrast_means(5000, *(int(each.sum()) for each in (a, b, a * a, b * b, a * b)))
    error = (b - a).std(ddof=1) / math.sqrt(5000)
    assert found.difference.value == pytest.approx((b - a).mean())
    assert found.difference.high - found.difference.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert found.variance_saved == pytest.approx(1 - (b - a).var() / (a.var() + b.var()))
    assert found.is_clear
    assert found.bound == pytest.approx(max((b.std() - a.std()) ** 2, (b - a).mean() * (1 - (b - a).mean())))
    assert found.bound <= (b - a).var()
    # Fieller: b - ratio * a is 1.96 standard errors from 0 at either end.
    for ratio in (found.ratio.low, found.ratio.high):
        rest = b - ratio * a
        assert abs(rest.mean()) == pytest.approx(1.959964 * rest.std(ddof=1) / math.sqrt(5000), rel=1e-6)


def test_sums_beyond_what_a_double_holds():
    n, base = 10**6, 10**9
    found = contrast_means(
        n, n * base, n * base + 500_000, n * base**2, n * base**2 + base * 10**6 + 500_000, n * base**2 + base * 500_000
    )
    assert found.difference.value == 0.5
    assert found.difference.high - 0.5 == pytest.approx(1.959964 * 0.5 / 1000, rel=1e-5)


def test_means_without_runs_or_differences():
    assert contrast_means(0, 0, 0, 0, 0, 0).difference.value is None
    assert contrast_means(1, 2, 3, 4, 9, 6).difference.low is None
    alike = contrast_means(100, 50, 50, 70, 70, 70)
    # Perfect correlation in what was seen is no proof of it: the ratio is no better known than the difference.
    ratio, half = alike.ratio, alike.difference.high
    assert (ratio.value, ratio.low, ratio.high) == (
        1.0,
        pytest.approx(1.0 - 2.0 * half),
        pytest.approx(1.0 + 2.0 * half),
    )
    assert alike.difference.low == -alike.difference.high
    assert (alike.variance_saved, alike.times_fewer_runs) == (1.0, None)
    # The bounds of the difference, 3.69 in 100, over the mean of .5; not the point that a correlation of 1 gives.
    assert (alike.ratio.value, alike.ratio.low, alike.ratio.high) == pytest.approx((1.0, 0.926222, 1.073778), abs=1e-6)
    rare = contrast_means(100, 1, 1, 1, 1, 1).ratio
    assert (rare.value, rare.low) == (1.0, 0.0)
    never = contrast_means(100, 0, 0, 0, 0, 0)
    assert never.ratio.value is never.variance_saved is None
    assert contrast_means(100, 0, 7, 0, 7, 0).ratio.high is None


def test_shape():
    shape = contrast(same(920, 60, 20, 9000)).as_dict()
    assert list(shape) == [
        "a", "b", "difference", "ratio", "variance_saved", "times_fewer_runs",
        "times_fewer_for_width", "bound", "times_fewer_runs_at_most",
    ]  # fmt: skip
    assert "hits" in shape["a"]
    assert "hits" not in shape["difference"]
    assert json.loads(json.dumps(shape)) == shape


@pytest.mark.parametrize("table", [[[1, 2], [3, 4]], [[0, 0, 0], [0, -1, 0], [0, 0, 0]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="three rows of three counts"):
        contrast(table)


def test_limits_hold_at_the_edges():
    assert score.difference_limits(5, 5, 0)[1] == 1.0
    assert score.difference_limits(1, 0, 0) == pytest.approx((-0.793451, 0.793451), abs=1e-6)
    low, high = score.difference_limits(10**7, 1, 0)
    assert -1e-6 < low < 1e-7 < high < 1e-6
    assert mover.difference_limits((0.5, 0.4, 0.6), (0.5, 0.4, 0.6), 1.0) == (0.0, 0.0)
