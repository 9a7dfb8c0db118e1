"""Elementary functions against 30 digits of `decimal`, in units of the last place."""

from __future__ import annotations

import decimal
import inspect
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import arithmetic
from sim.arithmetic import exp, log, log_gamma, log_odds, logistic

#: Largest distance from the true value that is allowed, in units of its last place. The Taylor polynomial
#: of `exp` leaves out 6e-15 at the ends of its interval, which is up to 57 units.
EXP_ULPS = 60
LOG_ULPS = 4

EXACT = decimal.Context(prec=30, Emin=-400, Emax=400)
Function = Callable[[float], float]


def ulps(found: float, true: decimal.Decimal) -> float:
    """Distance from a true value, in units of the last place of the float next to it."""
    return float(abs(EXACT.create_decimal_from_float(found) - true)) / math.ulp(float(true))


def worst_exp(xs: list[float], function: Function = exp) -> float:
    return max(ulps(function(x), EXACT.exp(decimal.Decimal(x))) for x in xs)


def worst_log(xs: list[float], function: Function = log) -> float:
    return max(ulps(function(x), EXACT.ln(decimal.Decimal(x))) for x in xs)


def grid(low: float, high: float, points: int = 10_000) -> list[float]:
    return np.random.default_rng(1).uniform(low, high, points).tolist()


def mutant(name: str, old: str, new: str) -> Function:
    """A function of `sim.arithmetic` with its text changed, as plain Python."""
    text = inspect.getsource(getattr(arithmetic, name).py_func)
    assert text.count(old) == 1
    scope = {**vars(arithmetic), "rule": lambda function: function}
    exec(text.replace(old, new), scope)
    return scope[name]


@pytest.mark.parametrize("limit", [1e-9, 0.35, 1.0, 30.0, 690.0])
def test_exp(limit: float) -> None:
    assert worst_exp(grid(-limit, limit)) <= EXP_ULPS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("2.505210838544172e-08", "2.605210838544172e-08", id="highest coefficient 4 % too large"),
        pytest.param("0.041666666666666664", "0.04166666667", id="a coefficient to 10 digits"),
        pytest.param("r = r - n * 1.9082149292705877e-10", "r = r", id="ln 2 in one part"),
        pytest.param("+ 0.5)", "+ 0.9)", id="rounded to another whole number"),
    ],
)
def test_mutants_of_exp_are_caught(old: str, new: str) -> None:
    assert worst_exp(grid(-30.0, 30.0), mutant("exp", old, new)) > EXP_ULPS


def test_exp_is_clamped() -> None:
    assert exp(1e6) == exp(700.0) == exp(math.inf)
    assert exp(-1e6) == exp(-700.0) == exp(-math.inf) > 0.0
    assert exp(0.0) == exp(-0.0) == 1.0


@given(x=st.floats(-699.0, 699.0))
@settings(deadline=None, derandomize=True)
def test_exp_rises_and_is_the_reciprocal(x: float) -> None:
    assert exp(x + 1e-9) >= exp(x)
    # Each is right to 1e-14 of its size, so that their product may be off by twice that.
    assert exp(x) * exp(-x) == pytest.approx(1.0, abs=2e-14)


@pytest.mark.parametrize(("low", "high"), [(-700, -1), (-1, -0.1), (0.1, 1), (1, 700)])
def test_log(low: float, high: float) -> None:
    assert worst_log([math.exp(x) for x in grid(low, high)]) <= LOG_ULPS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("p = p * z + 1.0 / 19.0", "p = 0.0", id="two terms of the series less"),
        pytest.param("1.0 / 5.0", "0.2000000001", id="a coefficient to 9 digits"),
        pytest.param("e * 1.9082149292705877e-10", "0.0", id="ln 2 in one part"),
    ],
)
def test_mutants_of_log_are_caught(old: str, new: str) -> None:
    assert worst_log([math.exp(x) for x in grid(0.1, 1.0)], mutant("log", old, new)) > LOG_ULPS


def test_log_near_1() -> None:
    errors = [abs(EXACT.create_decimal_from_float(log(x)) - EXACT.ln(decimal.Decimal(x))) for x in grid(0.9, 1.11)]
    assert max(errors) <= decimal.Decimal("3e-16")


def test_log_at_powers_of_two() -> None:
    assert log(1.0) == 0.0
    assert worst_log([2.0**power for power in range(-1022, 1024) if power != 0]) <= 1


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
