"""Quantiles for intervals: every digit kept is right, whatever the shapes, the caller or the machine."""

from __future__ import annotations

import decimal
import subprocess
import sys
from decimal import Decimal

import pytest
from scipy import special

from sim.incomplete import beta_quantile, gamma_quantile, log_gamma

#: Of all intervals, as `sim.estimate` has it: to the same last bit.
TAIL = (1.0 - 0.95) / 2.0
FEW = 30


def few(n: int) -> list[int]:
    """Counts of hits for which hits or misses are few."""
    return sorted({hits for hits in (*range(FEW), *range(n - FEW + 1, n + 1)) if 0 <= hits <= n})


def bounds(hits: int, n: int) -> list[tuple[float, int, int]]:
    """Probability and shapes of the two Clopper-Pearson bounds that are not 0 or 1."""
    low, high = (TAIL, hits, n - hits + 1), (1.0 - TAIL, hits + 1, n - hits)
    return [bound for bound in (low, high) if bound[1] and bound[2]]


def digits(number: object) -> float:
    return float(f"{number:.12g}")


@pytest.mark.parametrize("n", [1, 2, 3, 10, 29, 30, 31, 59, 60, 263, 1000, 9_999, 10_000, 20_000, 100_000])
def test_twelve_digits_of_clopper_pearson_bounds_are_those_of_scipy(n: int) -> None:
    """From 300,000 runs on SciPy's own are not right to twelve digits: those are held against exact sums below."""
    for hits in few(n):
        for p, a, b in bounds(hits, n):
            assert digits(beta_quantile(p, a, b)) == digits(special.betaincinv(a, b, p)), (hits, p)


def binomial_error(x: Decimal, p: float, a: int, b: int) -> Decimal:
    """Relative error of a beta quantile of whole shapes: I_x(a, b) is a sum of a binomial's few terms.

    The sum is over whichever side has fewer terms, in 60 digits, and the error in probability is divided by the slope.
    """
    if a > b:  # the mirror image; the error is then relative to what the quantile lacks to 1
        x, p_left, a, b = 1 - x, 1 - Decimal(p), b, a
    else:
        p_left = Decimal(p)
    n = a + b - 1
    term = (1 - x) ** n
    total = Decimal(0)
    for k in range(a):  # P(fewer than a of n) = 1 - I_x(a, b)
        total += term
        term *= (n - k) * x / ((k + 1) * (1 - x))
    return ((1 - total) - p_left) / (a * term)


@pytest.mark.parametrize("n", [1, 2, 17, 60, 1000, 10**5, 10**6, 10**7, 10**8, 10**9, 67_760_496, 999_999_937])
def test_bounds_are_right_to_eighteen_digits_for_any_number_of_runs(n: int) -> None:
    with decimal.localcontext(prec=60):
        for hits in few(n)[::4]:
            for p, a, b in bounds(hits, n):
                assert abs(binomial_error(beta_quantile(p, a, b), p, a, b)) < Decimal("1e-18"), (hits, p)


def test_a_wrong_eleventh_digit_is_seen() -> None:
    """The mutants: a digit moved; and SciPy's bound, which in 300,000 runs is off in the twelfth digit."""
    for n, mutant in ((10**9, None), (300_000, special.betaincinv)):
        p, a, b = 1.0 - TAIL, 3, n - 2
        right = beta_quantile(p, a, b)
        with decimal.localcontext(prec=60):
            wrong = right * (1 + Decimal("1e-11")) if mutant is None else Decimal(float(mutant(a, b, p)))
            assert abs(binomial_error(wrong, p, a, b)) > Decimal("2e-13")
            assert abs(binomial_error(right, p, a, b)) < Decimal("1e-18")


@pytest.mark.parametrize("n", [1, 2, 20, 22, 39.5, 40, 71, 181, 1000])
def test_half_shapes_of_jeffreys_prior(n: float) -> None:
    for k in range(min(int(n), 40) + 1):
        for p in (TAIL, 1.0 - TAIL):
            own, other = beta_quantile(p, k + 0.5, n - k + 0.5), special.betaincinv(k + 0.5, n - k + 0.5, p)
            assert float(own) == pytest.approx(other, rel=2e-14, abs=0.0), (k, p)


@pytest.mark.parametrize("a", [0.5, 1.0, 1.5, 2.5, 11.5, 30.5, 100.5, 500.5])
def test_gamma_quantiles(a: float) -> None:
    for p in (1e-6, TAIL, 0.5, 1.0 - TAIL):
        assert digits(gamma_quantile(p, a)) == digits(special.gammaincinv(a, p)), p


@pytest.mark.parametrize("x", [1, 2, 10, 39, 40, 41, 171])
def test_log_gamma_is_the_logarithm_of_a_factorial(x: int) -> None:
    product = Decimal(1)
    with decimal.localcontext(prec=60):
        for factor in range(1, x):
            product *= factor
        assert abs(log_gamma(Decimal(x)) - product.ln()) < Decimal("1e-28") * max(1, product.ln())


def test_whoever_calls_may_work_with_other_digits() -> None:
    wanted = beta_quantile(0.3, 3, 1234)
    beta_quantile.cache_clear()
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
        assert str(beta_quantile(0.3, 3, 1234)) == str(wanted)


def test_a_run_imports_nothing_of_scipy_that_takes_time(tmp_path) -> None:
    """Numba itself looks whether there is a SciPy, which imports its first module and no more."""
    code = (
        "import sys; from sim.cli.main import main\n"
        f"code = main(['run', 'baseline', '--runs', '200', '--json', '--out', {str(tmp_path / 'r')!r}])\n"
        "print(sorted(name for name in sys.modules if name.startswith(('scipy.special', 'scipy.stats', 'pandas'))))\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
