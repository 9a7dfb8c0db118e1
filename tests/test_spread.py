"""The middle 95 % of every family of distributions, against SciPy's and against draws."""

from __future__ import annotations

import pytest
from scipy import stats

from sim.scenario.quantity import Quantity
from sim.spread import middle

FAMILIES = {
    "uniform": ((0.2, 0.7), stats.uniform(0.2, 0.5)),
    "triangular": ((1.0, 1.5, 4.0), stats.triang(0.5 / 3.0, 1.0, 3.0)),
    "pert": ((1.0, 1.5, 4.0), stats.beta(1.0 + 4.0 * 0.5 / 3.0, 1.0 + 4.0 * 2.5 / 3.0, 1.0, 3.0)),
    "normal": ((-1.0, 0.5), stats.norm(-1.0, 0.5)),
    "lognormal": ((0.002, 1.0), stats.lognorm(1.0, scale=0.002)),
    "beta": ((5.5, 15.5), stats.beta(5.5, 15.5)),
    "gamma": ((2.0, 0.3), stats.gamma(2.0, scale=0.3)),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_quantiles(family: str) -> None:
    arguments, exact = FAMILIES[family]
    assert middle(Quantity(family=family, arguments=arguments)) == pytest.approx(exact.ppf([0.025, 0.975]), rel=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_truncated(family: str) -> None:
    arguments, exact = FAMILIES[family]
    cut = tuple(exact.ppf([0.3, 0.6]))
    wanted = exact.ppf([0.3 + 0.025 * 0.3, 0.6 - 0.025 * 0.3])
    assert middle(Quantity(family=family, arguments=arguments, truncate=cut)) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_bounds_beyond_what_is_possible_do_nothing(family: str) -> None:
    arguments, exact = FAMILIES[family]
    far, half = float(exact.ppf(0.001)) - 10.0, float(exact.ppf(0.5))
    for bounds, p in (((far, 1e3), (0.025, 0.975)), ((far, half), (0.0125, 0.4875))):
        cut = Quantity(family=family, arguments=arguments, truncate=bounds)
        assert middle(cut) == pytest.approx(exact.ppf(p), rel=1e-8)


@pytest.mark.parametrize(
    ("family", "arguments"), [("value", (0.3,)), ("normal", (0.3, 0.0)), ("lognormal", (0.3, 0.0))]
)
def test_what_does_not_vary(family: str, arguments: tuple[float, ...]) -> None:
    assert middle(Quantity(family=family, arguments=arguments)) == (0.3, 0.3)
