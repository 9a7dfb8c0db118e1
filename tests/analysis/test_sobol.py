"""Sobol' indices against exact ones: of functions without noise, and of a yes/no outcome where two mutants fail."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sim.analysis import sobol
from sim.analysis.sobol import Index, SobolIndices, sentence_for, sobol_indices
from tests.analysis.designs import (
    ISHIGAMI_FIRST,
    ISHIGAMI_SECOND,
    ISHIGAMI_TOTAL,
    design,
    exact_indices,
    g_function,
    g_indices,
    ishigami,
    plain,
    probability,
    yes_or_no,
)

#: Largest error of any index that the check of a yes/no outcome lets pass; one standard error is 0.01.
NEAR = 0.03


def values(indices: tuple[Index, ...]) -> list[float]:
    return [np.nan if index.value is None else index.value for index in indices]


def test_quadrature_gives_the_published_indices_of_ishigami():
    first, total = exact_indices(ishigami, 3, knots=24)
    assert_allclose(first, ISHIGAMI_FIRST, atol=5e-5)
    assert_allclose(total, ISHIGAMI_TOTAL, atol=5e-5)


# Errors of the mean of an even design of 4,096 rows are below 0.005: an index 0.015 off would be seen.
@pytest.mark.parametrize("mirrored", [False, True])
def test_ishigami(mirrored):
    a, b, ab, ba = plain(ishigami, design(4096, 3, seed=1))
    found = sobol_indices(a, b, ab, ba if mirrored else None, resamples=200)
    assert_allclose(values(found.first), ISHIGAMI_FIRST, atol=0.015)
    assert_allclose(values(found.total), ISHIGAMI_TOTAL, atol=0.015)
    assert_allclose(values(found.interactions), np.subtract(ISHIGAMI_TOTAL, ISHIGAMI_FIRST), atol=0.02)
    assert found.mean.value == pytest.approx(3.5, abs=0.02)
    assert found.variance_of_parameters.value == pytest.approx(13.8446, rel=0.01)
    assert (found.base_rows, found.replicates, found.corrected, found.variance_of_events) == (4096, 1, False, None)
    if mirrored:
        assert {pair: round(index.value, 2) for pair, index in found.second.items()} == pytest.approx(
            {(0, 1): 0.0, (0, 2): ISHIGAMI_SECOND, (1, 2): 0.0}, abs=0.02
        )
        assert [index.significant for index in found.second.values()] == [False, True, False]
    else:
        assert not found.second


@pytest.mark.parametrize("mirrored", [False, True])
def test_g(mirrored):
    a, b, ab, ba = plain(g_function, design(4096, 5, seed=2))
    found = sobol_indices(a, b, ab, ba if mirrored else None, resamples=200)
    first, total = g_indices()
    assert_allclose(values(found.first), first, atol=0.01)
    assert_allclose(values(found.total), total, atol=0.01)
    # The smallest index, 0.00006, has an error of its own size.
    assert found.first[4].value == pytest.approx(0.0, abs=5e-4)


def test_noise_that_is_added_is_taken_out():
    """Noise of twice the variance of Ishigami's function; uncorrected, ST of x2 would be above 0.5."""
    rng = np.random.default_rng(5)
    clean = plain(ishigami, design(4096, 3, seed=3))
    runs = [each + rng.normal(0.0, np.sqrt(2 * 13.84), (*each.shape[:-1], 10)) for each in clean]
    found = sobol_indices(*runs[:3], resamples=200)
    assert_allclose(values(found.first), ISHIGAMI_FIRST, atol=0.03)
    assert_allclose(values(found.total), ISHIGAMI_TOTAL, atol=0.03)
    assert found.variance_of_events == pytest.approx(2 * 13.84, rel=0.02)
    assert found.variance_of_parameters.value == pytest.approx(13.84, rel=0.02)
    assert found.corrected


def analysed(common: str, replicates: int = 100, seed: int = 6) -> SobolIndices:
    points = design(8192, 4, seed=4)
    return sobol_indices(*yes_or_no(points, replicates, seed, common)[:3], resamples=200)


def agrees(found: SobolIndices) -> bool:
    """Whether the dummy is within noise of 0, and every real parameter within `NEAR` of exact."""
    first, total = exact_indices(probability, 4)
    dummy = (found.first[3], found.total[3])
    quiet = all(index.low is not None and index.low <= 0.0 <= index.high and abs(index.value) < NEAR for index in dummy)
    errors = np.abs(np.concatenate((values(found.first) - first, values(found.total) - total)))
    return quiet and bool(np.all(errors < NEAR))


@pytest.mark.parametrize("common", ["none", "row", "row but the dummy"])
def test_yes_or_no(common):
    found = analysed(common)
    assert agrees(found)
    assert all(index.significant for index in (*found.first[:3], *found.total[:3]))
    assert found.variance_of_events == pytest.approx(0.0700, rel=0.02)


@pytest.mark.parametrize("common", ["none", "row", "row but the dummy"])
def test_yes_or_no_without_the_correction_fails(common, monkeypatch):
    monkeypatch.setattr(sobol, "_product", lambda x, y: x.mean(axis=1) * y.mean(axis=1))
    assert not agrees(analysed(common))


@pytest.mark.parametrize("seed", [8, 11, 29])
def test_yes_or_no_with_one_run_per_point_on_the_same_draw_everywhere_fails(seed):
    """The dummy is then exactly 0, so that a look at it alone would be content."""
    found = analysed("all", replicates=1, seed=seed)
    assert (found.first[3].value, found.total[3].value) == (0.0, 0.0)
    assert found.total[0].value > 0.6
    assert not agrees(found)


def test_common_draws_do_not_bias_and_save_error():
    """Forty small designs: a bias of 0.02 would be seen."""
    first, total = exact_indices(probability, 4)
    errors = {}
    for common in ("none", "row"):
        each = []
        for seed in range(40):
            runs = yes_or_no(design(512, 4, seed), 50, seed, common)
            found = sobol_indices(*runs[:3], resamples=2)
            each.append(np.concatenate((values(found.first) - first, values(found.total) - total)))
        assert np.all(np.abs(np.mean(each, axis=0)) < 4.0 * np.std(each, axis=0) / np.sqrt(40) + 1e-12)
        errors[common] = np.std(each, axis=0)
    assert np.all(errors["row"] < errors["none"])


@pytest.mark.parametrize("common", ["none", "row"])
def test_coverage(common):
    """Independent rows, 300 designs: a coverage below 0.90, or above 0.985, would be seen."""
    first, total = exact_indices(probability, 4)
    held = []
    for seed in range(300):
        runs = yes_or_no(design(512, 4, seed, even=False), 50, seed, common)
        found = sobol_indices(*runs[:3], resamples=300, seed=seed)
        ends = [(each.low, each.high) for each in (*found.first, *found.total)]
        held.append([low <= exact <= high for (low, high), exact in zip(ends, (*first, *total), strict=True)])
    covered = np.mean(held, axis=0)[[0, 1, 2, 4, 5, 6] if common == "row" else range(8)]
    assert np.all((covered > 0.90) & (covered < 0.985)), covered


def test_the_same_arguments_give_the_same_result():
    runs = yes_or_no(design(64, 4, seed=1), 20, 1, "row")[:3]
    assert sobol_indices(*runs, seed=3) == sobol_indices(*runs, seed=3)
    assert sobol_indices(*runs, seed=3) != sobol_indices(*runs, seed=4)


def test_an_outcome_that_never_happens_has_no_indices():
    nothing = np.zeros((8, 5))
    found = sobol_indices(nothing, nothing, np.zeros((2, 8, 5)), np.zeros((2, 8, 5)))
    assert found.variance_of_parameters == Index(0.0, 0.0, 0.0)
    assert {*found.first, *found.total, *found.interactions, *found.second.values()} == {Index(None, None, None)}
    assert "cannot be told" in sentence_for("x", "S1", found.first[0])


def test_events_alone_have_no_indices():
    """Where parameters do nothing, shares of a variance that may be 0 are not reported."""
    rng = np.random.default_rng(1)
    found = sobol_indices(*rng.random((2, 200, 5)), rng.random((2, 200, 5)))
    assert found.variance_of_parameters.low < 0.0 < found.variance_of_parameters.high
    assert found.first[0].value is None


def test_ten_thousand_rows_and_twenty_factors_take_less_than_two_seconds():
    runs = np.random.default_rng(1).random((22, 10_000, 2))
    start = time.perf_counter()
    sobol_indices(runs[0], runs[1], runs[2:], resamples=1000)
    assert time.perf_counter() - start < 2.0


def test_one_factor_alone_is_everything():
    a, b = np.random.default_rng(1).random((2, 256, 1))
    found = sobol_indices(a, b, b[None], a[None])
    assert (found.first[0].value, found.total[0].value) == pytest.approx((1.0, 1.0), abs=0.1)
    assert not found.second


@pytest.mark.parametrize(
    ("index", "part"),
    [
        (Index(-0.01, -0.03, 0.02), "-0.01 [-0.03, 0.02]: not told apart from 0; a small negative value is sampling"),
        (Index(-0.05, -0.08, -0.02), "below 0, which no index can be"),
        (Index(1.02, 0.97, 1.07), "no index is above 1"),
        (Index(0.01, -0.02, 0.04), "not told apart from 0."),
    ],
)
def test_sentences(index, part):
    assert part in sentence_for("x", "S1", index)


def test_shapes_are_looked_at():
    a, ab = np.zeros((4, 2)), np.zeros((3, 4, 2))
    for arguments in ((a, a[:3], ab), (a[:, 0], a[:, 0], ab), (a[:1], a[:1], ab[:, :1]), (a, a[:, :0], ab)):
        with pytest.raises(ValueError, match="of one shape"):
            sobol_indices(*arguments)
    for arguments in ((a, a, ab[:, :3]), (a, a, ab, ab[:2])):
        with pytest.raises(ValueError, match=r"of shape \(K, N, R\)"):
            sobol_indices(*arguments)


@pytest.mark.parametrize("seed", range(10))
def test_a_few_rows_of_a_rare_outcome_are_told_without_a_warning(seed):
    """Resamples without variance have infinite indices, the difference of two of which is unknown."""
    draws = np.random.default_rng(seed).random((5, 8, 4)) < 0.1
    found = sobol_indices(draws[0], draws[1], draws[2:])
    assert all(index.low is None or index.low <= index.high for index in found.interactions)
