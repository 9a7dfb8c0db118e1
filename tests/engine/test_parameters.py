"""Drawn parameters follow the distributions that the scenario names."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.draws import entity, uniforms
from sim.engine.parameters import draw_parameters, draw_run, tabulate
from sim.scenario.quantity import Quantity

RUNS = 40_000


def pert(low: float, mode: float, high: float) -> stats.rv_continuous:
    width = high - low
    return stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, loc=low, scale=width)


CASES = [
    ("uniform", (0.2, 0.7), stats.uniform(0.2, 0.5)),
    ("triangular", (0.6, 1.2, 2.0), stats.triang(0.6 / 1.4, 0.6, 1.4)),
    ("triangular", (0.0, 0.0, 1.0), stats.triang(0.0, 0.0, 1.0)),
    ("pert", (0.35, 0.58, 0.8), pert(0.35, 0.58, 0.8)),
    ("pert", (0.1, 0.1, 1.0), pert(0.1, 0.1, 1.0)),
    ("normal", (-2.36, 0.1), stats.norm(-2.36, 0.1)),
    ("lognormal", (1.2, 0.4), stats.lognorm(0.4, scale=1.2)),
    ("beta", (2.0, 5.0), stats.beta(2.0, 5.0)),
    ("beta", (0.5, 0.5), stats.beta(0.5, 0.5)),
    ("gamma", (2.5, 0.4), stats.gamma(2.5, scale=0.4)),
]
#: Quantiles at which each case is cut in the second round, so that both bounds bite.
CUT = (0.15, 0.6)


def case_id(value: object) -> str:
    return str(value) if isinstance(value, str | tuple) else ""


def drawn(quantity: Quantity, runs: int = RUNS, seed: int = 2026) -> np.ndarray:
    table = tabulate({"x": quantity}, central=False)
    values = np.zeros((1, runs))
    draw_parameters(values, table.drawn, seed, np.arange(runs))
    return values[0]


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(("family", "arguments", "true"), CASES, ids=case_id)
def test_a_draw_is_the_quantile_of_its_uniform(
    family: str, arguments: tuple[float, ...], true: stats.rv_continuous, cut: bool
) -> None:
    """To 1e-11 by formula; by table to 0.005 standard deviations, but for one run in 100 farther out."""
    bounds = tuple(true.ppf(CUT)) if cut else None
    values = drawn(Quantity(family=family, arguments=arguments, truncate=bounds), 4000)
    u = np.array([uniforms(2026, draw, 0, entity("parameter", "x"), 1, 0)[0] for draw in range(4000)])
    low, high = CUT if cut else (0.0, 1.0)
    p = low + u * (high - low)
    if family in ("pert", "beta", "gamma"):
        inner = (u > 0.005) & (u < 0.995)
        assert np.abs(values - true.ppf(p))[inner].max() < 5e-3 * true.std()
    else:
        assert values == pytest.approx(true.ppf(p), rel=1e-11)
    if cut:
        assert bounds is not None
        assert (values >= bounds[0] - 1e-9).all()
        assert (values <= bounds[1] + 1e-9).all()


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(("family", "arguments", "true"), CASES, ids=case_id)
def test_many_draws_have_the_distribution(
    family: str, arguments: tuple[float, ...], true: stats.rv_continuous, cut: bool
) -> None:
    """Sees 0.0115 in the distribution function (KS at 1e-4.3) and 5 standard errors, 0.025 sd, in the mean."""
    bounds = tuple(true.ppf(CUT)) if cut else None
    values = drawn(Quantity(family=family, arguments=arguments, truncate=bounds))
    low, high = CUT if cut else (0.0, 1.0)
    assert stats.kstest((true.cdf(values) - low) / (high - low), "uniform").statistic < 2.3 / np.sqrt(RUNS)
    us = (np.arange(200_000) + 0.5) / 200_000
    mean, sd = true.ppf(low + us * (high - low)).mean(), true.ppf(low + us * (high - low)).std()
    assert abs(values.mean() - mean) < 5.0 * sd / np.sqrt(RUNS)


def test_a_mutant_is_caught() -> None:
    """A normal with a standard deviation 3 % too large fails the check above."""
    values = drawn(Quantity(family="normal", arguments=(0.0, 1.03)))
    assert abs(values.std() - 1.0) > 5.0 / np.sqrt(2 * RUNS)
    assert stats.kstest(drawn(Quantity(family="normal", arguments=(0.03, 1.0))), "norm").statistic > 2.3 / np.sqrt(RUNS)


def test_parameters_are_independent_and_belong_to_their_paths() -> None:
    quantity = Quantity(family="uniform", arguments=(0.0, 1.0))
    table = tabulate(dict.fromkeys(("a", "b", "c"), quantity), central=False)
    values = np.zeros((3, RUNS))
    draw_parameters(values, table.drawn, 1, np.arange(RUNS))
    assert np.abs(np.corrcoef(values) - np.eye(3)).max() < 5.0 / np.sqrt(RUNS)
    without = tabulate(dict.fromkeys(("a", "c"), quantity), central=False)
    assert draw_run(without, 1, 9) == {"a": values[0, 9], "c": values[2, 9]}


def test_central_values_are_not_drawn() -> None:
    quantities = {"x": Quantity(family="triangular", arguments=(0.0, 1.0, 5.0)), "y": Quantity(arguments=(4.0,))}
    table = tabulate(quantities, central=True)
    assert draw_run(table, 1, 1) == draw_run(table, 2, 2) == {"x": 2.0, "y": 4.0}
