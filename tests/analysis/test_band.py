"""The band of a probability on known truths, where quantiles of raw shares are far too wide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, norm

from sim.analysis.band import PROBABILITIES, band

Array = NDArray[Any]
POINTS, REPEATS = 512, 24


def logit_normal(middle: float, spread: float) -> tuple[Any, Array]:
    """Probabilities whose log odds are normal, and their quantiles."""

    def draw(rng: np.random.Generator) -> Array:
        return 1.0 / (1.0 + np.exp(-middle - spread * rng.standard_normal(POINTS)))

    return draw, 1.0 / (1.0 + np.exp(-middle - spread * norm.ppf(PROBABILITIES)))


def of_beta(a: float, b: float) -> tuple[Any, Array]:
    return lambda rng: rng.beta(a, b, POINTS), beta.ppf(PROBABILITIES, a, b)


#: Mean .5 %, .5 % at few runs, 5 %, 25 %; runs of each point.
TRUTHS = {
    "half a per cent": (*logit_normal(-5.6, 0.8), 100),
    "half a per cent, few runs": (*logit_normal(-5.6, 0.8), 20),
    "five per cent": (*logit_normal(-3.0, 0.4), 100),
    "a quarter": (*of_beta(2.0, 6.0), 100),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUTHS)
def test_the_ends_of_the_band_are_covered(name: str) -> None:
    """Of 24 repeats of 512 points: a coverage below .7 of an end would be seen, and a bias of a quarter of an end."""
    draw, truth, runs = TRUTHS[name]
    held, ratios = np.zeros(5), []
    for seed in range(REPEATS):
        rng = np.random.default_rng(seed)
        found = band(rng.binomial(runs, draw(rng)), np.full(POINTS, runs), resamples=100, seed=seed).quantiles
        held += [(index.low or 0.0) <= exact <= (index.high or 0.0) for index, exact in zip(found, truth, strict=True)]
        ratios.append([(index.value or 0.0) / exact for index, exact in zip(found, truth, strict=True)])
    assert np.all(held >= 0.75 * REPEATS), held
    assert np.all(np.abs(np.log(np.median(ratios, axis=0))) < 0.25), np.median(ratios, axis=0)


@pytest.mark.parametrize("name", ["half a per cent", "half a per cent, few runs", "five per cent"])
def test_raw_shares_have_far_too_wide_a_band(name: str) -> None:
    """The mutant: quantiles of hits / runs. It fails what the band passes."""
    draw, truth, runs = TRUTHS[name]
    ends = []
    for seed in range(REPEATS):
        rng = np.random.default_rng(seed)
        ends.append(np.quantile(rng.binomial(runs, draw(rng)) / runs, [0.05, 0.95]))
    low, high = np.median(ends, axis=0)
    assert abs(np.log(high / truth[4])) > 0.15
    assert low < 0.5 * truth[0]


def test_two_humps_are_told_from_one() -> None:
    """More than a logit-normal can be: the middle half spans both humps, and the middle is not between them."""
    rng = np.random.default_rng(1)
    p = np.where(rng.random(POINTS) < 0.6, rng.beta(5, 45, POINTS), rng.beta(20, 20, POINTS))
    found = band(rng.binomial(100, p), np.full(POINTS, 100), resamples=20)
    assert found.degree > 3
    assert found.quantiles[2].value == pytest.approx(float(np.quantile(p, 0.5)), abs=0.03)
    assert found.quantiles[3].value == pytest.approx(float(np.quantile(p, 0.75)), abs=0.03)


def test_counts_out_of_different_numbers_count_as_such() -> None:
    """As with a condition that few runs of a point meet; those that none met say nothing."""
    rng = np.random.default_rng(2)
    n = rng.integers(0, 60, POINTS)
    found = band(rng.binomial(n, rng.beta(2.0, 6.0, POINTS)), n, resamples=50)
    for index, exact in zip(found.quantiles, beta.ppf(PROBABILITIES, 2.0, 6.0), strict=True):
        assert index.value == pytest.approx(exact, rel=0.3)
    kept = n > 0
    again = band(np.where(kept, 1, 0), np.where(kept, 2, 0), resamples=2)
    assert again == band(np.ones(kept.sum(), int), np.full(kept.sum(), 2), resamples=2)


def test_the_same_arguments_give_the_same_band() -> None:
    hits = np.random.default_rng(4).binomial(50, 0.1, 64)
    assert band(hits, np.full(64, 50), seed=3, resamples=20) == band(hits, np.full(64, 50), seed=3, resamples=20)


@pytest.mark.parametrize("hits", [np.zeros(8, int), np.full(8, 5)])
def test_runs_that_are_all_alike_are_refused(hits: Array) -> None:
    with pytest.raises(ValueError, match="of which some are hits"):
        band(hits, np.full(8, 5))


@pytest.mark.parametrize("hits", [[0, 5], [0, 0, 1], [5, 5, 4], [1, 1, 1, 1], [0, 5, 0, 5, 5, 0]])
def test_hostile_counts_give_a_band(hits: list[int]) -> None:
    found = band(hits, [5] * len(hits), resamples=50)
    values = [index.value or 0.0 for index in found.quantiles]
    assert values == sorted(values)
    assert all(0.0 <= (index.low or 0.0) <= (index.high or 1.0) <= 1.0 for index in found.quantiles)
