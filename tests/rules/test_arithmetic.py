"""Elementary functions against the math library, in units of the last place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arithmetic import exp, log, log_gamma, log_odds, logistic

#: Largest distance from `math` that is allowed, in units of the last place of the true value. The Taylor
#: polynomial of `exp` leaves out 6e-15 at the ends of its interval, which is up to 57 units.
EXP_ULPS = 60
LOG_ULPS = 4


def ulps(found: float, true: float) -> float:
    return abs(found - true) / math.ulp(true)


def grid(low: float, high: float) -> list[float]:
    return np.random.default_rng(1).uniform(low, high, 50_000).tolist()


@pytest.mark.parametrize("limit", [1e-9, 0.35, 1.0, 30.0, 690.0])
def test_exp(limit: float) -> None:
    assert max(ulps(exp(x), math.exp(x)) for x in grid(-limit, limit)) <= EXP_ULPS


def test_exp_is_clamped() -> None:
    assert exp(1e6) == exp(700.0) == exp(math.inf)
    assert exp(-1e6) == exp(-700.0) == exp(-math.inf) > 0.0
    assert exp(0.0) == exp(-0.0) == 1.0


@given(x=st.floats(-699.0, 699.0))
@settings(deadline=None, derandomize=True)
def test_exp_rises_and_is_the_reciprocal(x: float) -> None:
    assert exp(x + 1e-9) >= exp(x)
    assert exp(x) * exp(-x) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize(("low", "high"), [(-700, -1), (-1, -0.1), (0.1, 1), (1, 700)])
def test_log(low: float, high: float) -> None:
    xs = [math.exp(x) for x in grid(low, high)]
    assert max(ulps(log(x), math.log(x)) for x in xs) <= LOG_ULPS


def test_log_near_1() -> None:
    assert max(abs(log(x) - math.log(x)) for x in grid(0.9, 1.11)) <= 3e-16


def test_log_at_powers_of_two() -> None:
    assert log(1.0) == 0.0
    powers = [power for power in range(-1022, 1024) if power != 0]
    assert max(ulps(log(2.0**power), math.log(2.0**power)) for power in powers) <= 1


def test_log_gamma() -> None:
    assert max(abs(log_gamma(x) - math.lgamma(x)) for x in grid(1e-3, 100.0)) < 3e-13
    for n in range(1, 100):
        assert log_gamma(float(n)) == pytest.approx(math.lgamma(n), abs=3e-13)


@given(p=st.floats(1e-9, 1.0 - 1e-9))
@settings(deadline=None, derandomize=True)
def test_log_odds_undoes_logistic(p: float) -> None:
    assert logistic(log_odds(p)) == pytest.approx(p, rel=1e-13)


def test_certainties_are_finite() -> None:
    assert log_odds(0.0) == pytest.approx(-log_odds(1.0), rel=1e-4)
    assert 0.0 < logistic(log_odds(0.0)) < 2e-12
    assert logistic(1e5) == 1.0


@pytest.mark.parametrize("function", [exp, log, logistic, log_odds])
def test_the_same_bits_as_plain_python(function) -> None:  # type: ignore[no-untyped-def]
    low, high = (1e-6, 1.0) if function in (log, log_odds) else (-40.0, 40.0)
    for x in grid(low, high)[:5_000]:
        assert function(x) == function.py_func(x)
