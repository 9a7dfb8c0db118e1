"""Quantiles and distribution functions against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from sim.quantiles import (
    TABLE_SIZE,
    beta_probability,
    fill_table,
    gamma_probability,
    normal_probability,
    normal_quantile,
    table_quantile,
    triangular_quantile,
    within,
)

GRID = np.concatenate(
    [np.linspace(0.001, 0.999, 999), 10.0 ** -np.arange(3.0, 10.0), 1 - 10.0 ** -np.arange(3.0, 10.0)]
)


def test_normal_quantile() -> None:
    found = np.array([normal_quantile(p) for p in GRID])
    assert found == pytest.approx(special.ndtri(GRID), rel=2e-15, abs=1e-15)
    tails = 10.0 ** -np.arange(10.0, 300.0, 7.0)
    assert [normal_quantile(p) for p in tails] == pytest.approx(special.ndtri(tails), rel=1e-14)


def test_normal_probability() -> None:
    xs = np.linspace(-8.0, 8.0, 33)
    assert [normal_probability(x) for x in xs] == pytest.approx(special.ndtr(xs), rel=1e-12)


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 1, 3), (0, 0, 1), (-1, 2, 2), (0.55, 0.85, 1.2)])
def test_triangular_quantile(low: float, mode: float, high: float) -> None:
    true = stats.triang.ppf(GRID, (mode - low) / (high - low), loc=low, scale=high - low)
    assert [triangular_quantile(u, low, mode, high) for u in GRID] == pytest.approx(true, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 1), (2, 5), (12, 3), (0.2, 8), (60, 40)])
def test_beta_probability(a: float, b: float) -> None:
    xs = np.linspace(0.0, 1.0, 101)
    assert [beta_probability(x, a, b) for x in xs] == pytest.approx(special.betainc(a, b, xs), abs=1e-13)


@pytest.mark.parametrize("a", [0.3, 1.0, 2.5, 20.0, 90.0])
def test_gamma_probability(a: float) -> None:
    xs = np.linspace(0.0, 4.0 * a + 10.0, 101)
    assert [gamma_probability(x, a) for x in xs] == pytest.approx(special.gammainc(a, xs), abs=2e-13)


@pytest.mark.parametrize(
    ("is_gamma", "a", "b", "true"),
    [
        (False, 2.6, 3.4, stats.beta(2.6, 3.4)),
        (False, 3.46, 2.54, stats.beta(3.46, 2.54)),
        (False, 1.0, 5.0, stats.beta(1.0, 5.0)),
        (False, 20.0, 4.0, stats.beta(20.0, 4.0)),
        (True, 2.5, 0.0, stats.gamma(2.5)),
        (True, 1.0, 0.0, stats.gamma(1.0)),
    ],
)
def test_tables(is_gamma: bool, a: float, b: float, true: stats.rv_continuous) -> None:
    """Within 1.5e-3 standard deviations between 1 % and 99 %, and within 7e-2 out to 1e-6.

    The largest errors are where a coarse cell ends, at 1/1024 from either end.
    """
    table = np.zeros(TABLE_SIZE)
    fill_table(table, is_gamma, a, b, 0.0, 1.0)
    us = np.concatenate([GRID, np.linspace(1e-4, 1 - 1e-4, 4999), 1 / 1024 + np.linspace(0, 2 / 1024, 99)])
    us = us[(us > 1e-6) & (us < 1 - 1e-6)]
    error = np.abs(np.array([table_quantile(u, table) for u in us]) - true.ppf(us)) / true.std()
    assert error.max() < 7e-2
    assert error[(us > 0.01) & (us < 0.99)].max() < 1.5e-3


def test_a_table_between_bounds() -> None:
    table = np.zeros(TABLE_SIZE)
    low, high = stats.beta(2.0, 3.0).cdf([0.2, 0.6])
    fill_table(table, False, 2.0, 3.0, low, high)
    true = stats.beta(2.0, 3.0).ppf(low + (high - low) * GRID)
    assert [table_quantile(u, table) for u in GRID] == pytest.approx(true, abs=2e-6)


def test_a_table_rises_from_end_to_end() -> None:
    table = np.zeros(TABLE_SIZE)
    fill_table(table, False, 0.5, 0.5, 0.0, 1.0)
    us = np.sort(np.concatenate([GRID, [2.0**-33, 1 - 2.0**-33], np.linspace(0, 1, 4097)[1:-1]]))
    found = np.array([table_quantile(u, table) for u in us])
    assert (np.diff(found) >= 0.0).all()
    assert 0.0 <= found[0] < found[-1] <= 1.0


def test_within() -> None:
    assert within(0.25, 0.2, 0.6) == pytest.approx(0.3)
