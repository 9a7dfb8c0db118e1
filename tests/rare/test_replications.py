"""Estimates from replications: their intervals hold as often as they say, and every warning has its cause."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from sim.estimate import Estimate
from sim.rare.replications import (
    LEAST,
    METHOD,
    Summary,
    ideal_variance,
    looks,
    mean_estimate,
    ratio_estimate,
    relative_half_width,
    summarise,
    warnings,
)


def summed(probabilities: list[float], ancestors: float = 5.0, runs: int = 100, steps: int = 500) -> Summary:
    count = len(probabilities)
    left = np.full((count, 2), 0.5)
    return summarise(np.array(probabilities), np.full(count, steps), np.full(count, ancestors), left, runs, 10)


def test_the_interval_is_that_of_student() -> None:
    values = np.array([1e-6, 4e-6, 2e-6, 3e-6, 2.5e-6])
    found = mean_estimate(values)
    half = t.ppf(0.975, 4) * values.std(ddof=1) / math.sqrt(5)
    assert found.value == pytest.approx(2.5e-6)
    assert (found.low, found.high) == pytest.approx((2.5e-6 - half, 2.5e-6 + half))
    assert (found.n, found.hits, found.method) == (5, None, METHOD)


def test_an_interval_ends_at_0_for_probabilities_and_not_for_differences() -> None:
    assert mean_estimate(np.array([0.0, 0.0, 0.0, 1e-3])).low == 0.0
    difference = mean_estimate(np.array([-1e-4, 0.0, 0.0, 1e-3]))
    assert difference.low is not None
    assert difference.low < -1e-4


def test_one_value_has_no_interval() -> None:
    assert mean_estimate(np.array([0.3])) == Estimate(0.3, None, None, 1, None, METHOD)
    assert ratio_estimate(np.array([0.3]), np.array([0.1])).low is None


def test_the_gain_is_the_variance_of_plain_runs_of_the_same_work() -> None:
    """Half of the replications are 0 and half 0.02, so all is known: (p (1 − p) horizon / work) / (s² / R)."""
    found = summed([0.0, 0.02] * 8)
    deviation = 0.01 * math.sqrt(16 / 15)
    assert found.steps == 16 * 500
    assert found.relative_deviation == pytest.approx(deviation / 0.01)
    assert found.gain == pytest.approx(0.01 * 0.99 * 10 / (16 * 500) / (deviation**2 / 16))
    assert found.extinct_share == 0.5
    assert found.left == (0.5, 0.5)


def test_ancestors_are_those_of_replications_that_did_not_die_out() -> None:
    left = np.ones((3, 1))
    found = summarise(np.array([0.0, 0.1, 0.2]), np.ones(3), np.array([0.0, 4.0, 6.0]), left, 10, 5)
    assert found.ancestors == 5.0


def test_the_product_of_the_shares_left_is_the_estimate() -> None:
    """Also where replications died out: their later scores, at which nobody was killed, have a share of 1."""
    left = np.array([[0.5, 0.2, 1.0], [0.4, 0.0, 1.0], [0.0, 1.0, 1.0]])
    found = summarise(left.prod(axis=1), np.ones(3), np.ones(3), left, 10, 5)
    assert found.left == pytest.approx((0.3, 0.1 / 0.9, 1.0))
    assert math.prod(found.left) == pytest.approx(found.estimate.value)
    assert math.prod(left.mean(axis=0)) > 2 * math.prod(found.left), "the mean by score"
    assert summarise(np.zeros(1), np.ones(1), np.zeros(1), np.array([[0.0, 1.0]]), 10, 5).left == (0.0, 1.0)


def test_where_every_replication_died_out_the_runs_begun_give_a_bound() -> None:
    found = summed([0.0] * 4)
    assert (found.estimate.value, found.estimate.low, found.estimate.n) == (0.0, 0.0, 4)
    assert found.estimate.high == pytest.approx(1 - 0.025 ** (1 / 400))
    assert (found.gain, found.relative_deviation, found.ancestors, found.extinct_share) == (None, None, 0.0, 1.0)


def test_where_every_run_met_the_event_the_runs_begun_give_a_bound() -> None:
    found = summed([1.0] * 4)
    assert (found.estimate.value, found.estimate.high, found.estimate.n) == (1.0, 1.0, 4)
    assert found.estimate.low == pytest.approx(0.025 ** (1 / 400))
    assert found.gain is None


CLEAN = [0.009, 0.010, 0.011] * 10


def test_a_good_estimate_has_no_warning() -> None:
    assert len(CLEAN) == LEAST
    assert warnings(summed(CLEAN), 100) == []


def test_its_json_has_all_but_no_number_that_json_lacks() -> None:
    shape = summed(CLEAN).as_dict()
    assert list(shape) == [
        "estimate", "extinct_share", "ancestors", "gain", "relative_deviation", "steps", "left",
    ]  # fmt: skip
    assert shape["left"] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("found", "runs", "begins"),
    [
        (summed(CLEAN[:29]), 100, "29 replications are few: their interval holds less often than 95 %."),
        (summed([0.0] * 40), 100, "Every replication died out: this is a bound from the runs begun."),
        (summed([1.0] * 40), 100, "Every run met the event: this is a bound from the runs begun."),
        (summed([0.0] * 6 + [0.01] * 34), 100, "15% of the replications died out: the score is poor, or --runs too"),
        (summed(CLEAN, ancestors=1.9), 100, "The runs in the end come from 1.9 of those begun, in effect: what tells"),
        (summed([0.001] * 15 + [0.003] * 15), 1_000, "The score is poor: the variance is 42 times that of a score"),
        (summed([0.005, 0.015] * 15, steps=50_000), 100, "Plain runs would do as well: `pactsim run` with as many"),
    ],
)
def test_a_warning_has_its_cause(found: Summary, runs: int, begins: str) -> None:
    said = warnings(found, runs)
    assert len(said) == 1
    assert said[0].startswith(begins)
    assert said[0].endswith(".")


@pytest.mark.parametrize(
    "found",
    [summed(CLEAN), summed([0.0] * 3 + [0.01] * 27), summed(CLEAN, ancestors=2.0), summed(CLEAN, steps=5_000)],
)
def test_what_just_suffices_has_none(found: Summary) -> None:
    assert warnings(found, 100) == []


def test_the_ideal_variance_is_small_for_what_is_common() -> None:
    assert ideal_variance(math.exp(-5.0), 100) == pytest.approx(0.05)
    assert ideal_variance(0.9, 100) < ideal_variance(0.1, 100)


def test_half_widths() -> None:
    assert relative_half_width(Estimate(0.5, 0.4, 0.6, 9, None, METHOD)) == pytest.approx(0.2)
    assert relative_half_width(Estimate(0.0, 0.0, 0.1, 9, 0, METHOD)) == math.inf
    assert relative_half_width(Estimate(0.5, None, None, 1, None, METHOD)) == math.inf


@pytest.mark.parametrize(("most", "at"), [(2, [2]), (32, [32]), (33, [32, 33]), (1024, [32, 64, 128, 256, 512, 1024])])
def test_looks(most: int, at: list[int]) -> None:
    assert list(looks(most)) == at


def delta(of: np.ndarray, to: np.ndarray) -> Estimate:
    """What ignores that replications are paired: the wrong variant."""
    return ratio_estimate(of, np.roll(to, 1))


def coverage(make: object, reliance: float, count: int = 40, times: int = 2_000) -> tuple[float, float]:
    """Share of intervals that hold the ratio of two means of gamma variables, and their mean width."""
    generator = np.random.default_rng(5)
    held, width, true = 0, 0.0, 2.0
    for _ in range(times):
        shared, one, two = generator.gamma(4.0, 0.25, (3, count))
        to = reliance * shared + (1.0 - reliance) * one
        of = true * (reliance * shared + (1.0 - reliance) * two)
        found = make(of, to)  # type: ignore[operator]
        assert found.low is not None
        held += found.low <= true <= found.high
        width += (found.high - found.low) / times
    return held / times, width


@pytest.mark.parametrize("reliance", [0.0, 0.5, 0.9])
def test_the_interval_of_a_ratio_holds_as_often_as_it_says(reliance: float) -> None:
    """By 2,000 simulations of skewed values; sees an error of 1.5 points."""
    held, _ = coverage(ratio_estimate, reliance)
    assert abs(held - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 2_000)


def test_a_ratio_that_forgets_that_replications_are_paired_is_caught() -> None:
    held, width = coverage(delta, 0.9)
    assert held > 0.99
    assert width > 3 * coverage(ratio_estimate, 0.9)[1]


def test_the_ends_of_the_interval_solve_what_fieller_asks() -> None:
    """At either end r, the mean of a − r b lies t standard errors from 0."""
    generator = np.random.default_rng(8)
    to = generator.gamma(4.0, 0.25, 12)
    of = 3.0 * to + generator.gamma(2.0, 0.5, 12)
    found = ratio_estimate(of, to)
    for end in (found.low, found.high):
        assert end is not None
        rest = of - end * to
        assert abs(rest.mean()) / (rest.std(ddof=1) / math.sqrt(12)) == pytest.approx(t.ppf(0.975, 11))
    assert found.low is not None
    assert found.high is not None
    assert found.low < of.mean() / to.mean() < found.high


def test_without_a_denominator_that_is_known_there_is_no_interval() -> None:
    of = np.array([0.1, 0.2, 0.3])
    assert ratio_estimate(of, np.zeros(3)).value is None
    vague = ratio_estimate(of, np.array([0.0, 0.0, 0.3]))
    assert vague.value == pytest.approx(2.0)
    assert (vague.low, vague.high) == (None, None)
    steady = np.array([0.9, 1.0, 1.1, 1.0])
    assert ratio_estimate(np.array([0.0, 0.0, 0.0, 0.3]), steady).low == 0.0


@pytest.mark.parametrize("factor", [1.0, 3.0, 0.7])
def test_a_ratio_that_is_the_same_in_all_replications_is_known(factor: float) -> None:
    """Rounding must not take the interval away."""
    generator = np.random.default_rng(2)
    for _ in range(50):
        to = generator.gamma(9.0, 1e-7, 20)
        found = ratio_estimate(factor * to, to)
        assert (found.low, found.value, found.high) == pytest.approx((factor, factor, factor))
