"""Intervals against known values and their own claim; digits that the error allows."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.estimate import (
    FEW,
    Estimate,
    format_interval,
    format_mean,
    format_mean_interval,
    format_share,
    mean_from_moments,
    means,
    share,
    shares,
    thin_warning,
)


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high", "method"),
    [
        (81, 263, 0.2553, 0.3662, "wilson"),
        (15, 148, 0.0578, 0.1617, "clopper-pearson"),
        (0, 20, 0.0, 0.1684, "clopper-pearson"),
        (1, 29, 0.0009, 0.1776, "clopper-pearson"),
    ],
)
def test_published_values(hits, n, low, high, method):
    found = share(hits, n)
    assert found.method == method
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize("n", [1, 17, 60, 1000, 10**6])
def test_against_another_implementation(n):
    from scipy.stats import binomtest

    for hits in {min(hits, n) for hits in (0, 1, 5, 29, 30, n // 2, n - 30, n - 29, n - 1, n) if hits >= 0}:
        found = share(hits, n)
        method = {"clopper-pearson": "exact", "wilson": "wilson"}[found.method]
        other = binomtest(hits, n).proportion_ci(0.95, method)
        assert (found.low, found.high) == pytest.approx((other.low, other.high), rel=1e-9)


def test_no_hits_closed_form():
    assert share(0, 10_000).high == pytest.approx(1 - 0.025 ** (1 / 10_000), rel=1e-9)


def test_method_changes_at_thirty_hits_and_at_thirty_misses():
    methods = {hits: share(hits, 1000).method for hits in (29, 30, 970, 971)}
    assert methods == {29: "clopper-pearson", 30: "wilson", 970: "wilson", 971: "clopper-pearson"}


def test_hits_and_misses_mirror_each_other():
    for hits in (0, 1, 29, 30, 400):
        one, other = share(hits, 1000), share(1000 - hits, 1000)
        assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low), abs=1e-12)


@pytest.mark.parametrize(("expected", "at_least"), [(1.0, 0.95), (3.0, 0.95), (10.0, 0.95), (200.0, 0.945)])
def test_coverage(expected, at_least):
    """In 40,000 ensembles of 10,000 runs: smallest shortfall seen with certainty, 0.005."""
    n = 10_000
    hits = np.random.default_rng(7).binomial(n, expected / n, 40_000)
    covered = {int(h): share(int(h), n).low <= expected / n <= share(int(h), n).high for h in np.unique(hits)}
    coverage = np.mean([covered[int(h)] for h in hits])
    assert coverage >= at_least
    assert coverage < 0.999


def test_no_runs():
    assert share(0, 0).as_dict() == {
        "value": None, "low": None, "high": None, "n": 0, "hits": 0, "method": "clopper-pearson",
    }  # fmt: skip
    assert mean_from_moments(0, 0, 0).value is None


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="got 3 hits in 2 runs"):
        share(3, 2)


def test_json_shape_is_plain_python():
    text = json.dumps(share(np.int64(3), np.int64(10)).as_dict())
    assert list(json.loads(text)) == ["value", "low", "high", "n", "hits", "method"]
    assert "hits" not in mean_from_moments(2, 1, 1).as_dict()
    assert Estimate.from_dict({**share(3, 10).as_dict(), "assumption_driven": "so"}) == share(3, 10)
    assert Estimate.from_dict(mean_from_moments(2, 1, 1).as_dict()) == mean_from_moments(2, 1, 1)


def test_mean_and_its_standard_error():
    values = np.random.default_rng(3).poisson(4.0, 5000)
    found = mean_from_moments(5000, int(values.sum()), int((values**2).sum()))
    half = 1.959964 * values.std(ddof=1) / math.sqrt(5000)
    assert found.value == pytest.approx(values.mean(), rel=1e-15)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))


def test_mean_is_exact_where_floating_sums_are_not():
    big = 10**9
    found = mean_from_moments(3, 3 * big, 3 * big * big + 2)  # big - 1, big, big + 1
    assert found.value == big
    assert found.high - found.value == pytest.approx(1.959964 / math.sqrt(3))


def test_mean_of_one_run_has_no_interval():
    assert mean_from_moments(1, 3, 9) == Estimate(3.0, None, None, 1, None, "standard error")


def test_a_count_has_no_negative_end():
    found = mean_from_moments(1000, 1, 1)
    assert found.low == 0.0
    assert found.high == pytest.approx(0.001 + 1.96 * 0.001, rel=1e-3)


def test_nothing_counted_is_an_upper_bound():
    """That of a Poisson count: with a higher mean, none would be seen in fewer than 2.5 % of cases."""
    found = mean_from_moments(1000, 0, 0)
    assert (found.value, found.low, found.method) == (0.0, 0.0, "poisson bound")
    assert math.exp(-1000 * found.high) == pytest.approx(0.025, rel=1e-6)
    assert format_mean(found) == "< 0.0037"
    assert mean_from_moments(1, 0, 0).high == pytest.approx(3.69, abs=0.01)


def test_the_interval_of_a_mean_has_its_digits():
    assert format_mean_interval(mean_from_moments(10_000, 73_113, 600_000)) == "7.26 to 7.36"
    assert format_mean_interval(mean_from_moments(1, 3, 9)) == ""
    assert format_mean_interval(mean_from_moments(10, 30, 90)) == "3.0 to 3.0"


@pytest.mark.parametrize(
    ("hits", "n", "text"),
    [
        (0, 100_000, "< 0.0037 %"),
        (0, 1_000_000_000, "< 0.00000037 %"),
        (0, 1, "< 97.5 %"),
        (1, 1, "> 2.5 %"),
        (302, 302, "> 98.7 %"),
        (100_000, 100_000, "> 99.9963 %"),
        (123_456, 1_000_000, "12.35 %"),
        (1235, 10_000, "12.3 %"),
        (12, 100, "12 %"),
        (1, 2100, "0.048 %"),
        (1, 20_000, "0.0050 %"),
        (2, 20_000, "0.010 %"),
        (99_999, 100_000, "99.9990 %"),
        (1, 3, "33 %"),
    ],
)
def test_shown_digits(hits, n, text):
    assert format_share(share(hits, n)) == text


def test_never_shows_nought_or_a_hundred_per_cent():
    for n in (1, 7, 36, 2100, 10**6):
        for hits in {0, 1, n // 2, n - 1, n}:
            number = format_share(share(hits, n)).strip("<> %")
            assert 0.0 < float(number) < 100.0


def test_bounds_are_rounded_outwards():
    for n in (10, 302, 333, 4567, 10**6):
        assert float(format_share(share(0, n)).strip("< %")) / 100 >= share(0, n).high
        assert float(format_share(share(n, n)).strip("> %")) / 100 <= share(n, n).low


def test_few_hits_are_told_apart():
    shown = [format_share(share(hits, 20_000)) for hits in range(10)]
    assert len(set(shown)) == len(shown)


def test_a_share_of_exactly_nought_or_one_without_hits_is_a_bound_too():
    """Values from elsewhere: no number of digits would show them otherwise."""
    assert format_share(Estimate(0.0, 0.0, 0.2, 10, 3, "other")) == "< 20 %"
    assert format_share(Estimate(1.0, 0.9, 1.0, 10, 3, "other")) == "> 90 %"


def test_the_low_end_of_an_interval_is_never_shown_as_nought():
    for n in (1000, 20_000, 10**6):
        low = format_interval(share(1, n)).partition("-")[0]
        assert float(low) > 0.0


def test_other_texts():
    assert format_share(share(0, 0)) == "no runs"
    assert format_interval(share(0, 0)) == ""
    assert format_interval(share(12_345, 100_000)) == "12.14-12.55 %"
    assert format_mean(mean_from_moments(0, 0, 0)) == "no runs"
    assert format_mean(mean_from_moments(1, 3, 9)) == "3"
    assert format_mean(mean_from_moments(10_000, 73_113, 600_000)) == "7.31"


def test_thin():
    assert "only 1 run met" in thin_warning("war|attacked_at_war:A", share(0, 1))
    assert "no run met" in thin_warning("war|attacked_at_war:A", share(0, 0))
    assert thin_warning("war|attacked_at_war:A", share(0, FEW)) is None
    assert thin_warning("war", share(0, 3)) is None


def test_loads_no_scipy_until_it_is_needed():
    code = "import sys, sim.estimate, sim.outcomes; print('scipy' in sys.modules, 'numba' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert found.stdout.split() == ["False", "False"], found.stderr


def listed(found):
    """Estimates of arrays as single ones; NaN is None there."""
    names = ("value", "low", "high", "n", "hits", "method")
    plain = [[None if value != value else value for value in found[name].tolist()] for name in names]
    return [Estimate(*values) for values in zip(*plain, strict=True)]


def test_many_shares_are_each_what_one_is():
    """All counts of a few sizes, in no order, and each twice."""
    pairs = [(hits, n) for n in (0, 1, 2, 59, 60, 61, 200) for hits in range(n + 1)]
    chosen = np.random.default_rng(1).permutation(np.repeat(np.arange(len(pairs)), 2))
    hits, n = np.array(pairs)[chosen].T
    assert listed(shares(hits, n)) == [share(*pairs[k]) for k in chosen]
    assert shares(hits[:0], n[:0])["value"].shape == (0,)


def test_many_means_are_each_what_one_is():
    rng = np.random.default_rng(2)
    samples = [rng.poisson(rate, size) for size in (1, 2, 7, 500) for rate in (0.0, 0.01, 1.0, 30.0)] + [
        np.array([], int)
    ]
    n, total, squares = (np.array([f(x) for x in samples], np.int64) for f in (len, np.sum, lambda x: (x * x).sum()))
    for found, x in zip(listed(means(n, total, squares)), samples, strict=True):
        one = mean_from_moments(len(x), int(x.sum()), int((x * x).sum()))
        assert (found.n, found.hits, found.method) == (one.n, -1, one.method)
        for got, expected in zip((found.value, found.low, found.high), (one.value, one.low, one.high), strict=True):
            assert got == (None if expected is None else pytest.approx(expected, rel=1e-14, abs=1e-14))
