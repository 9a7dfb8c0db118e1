"""Screening: Morris by SALib, and PAWN, on known functions, with noise and a dummy, and without the package."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as salib_morris
from scipy.stats import ks_2samp

from sim.analysis import salib
from sim.analysis.morris import morris_effects
from sim.analysis.pawn import pawn_indices
from sim.analysis.sobol import sobol_indices
from sim.errors import InputError
from tests.analysis.designs import design, ishigami, plain


def trajectories(count: int, factors: int, seed: int) -> np.ndarray:
    return salib_morris.sample(salib.problem(factors), count, num_levels=4, seed=seed)


def linear(x: np.ndarray) -> np.ndarray:
    """Effects 3 and −1, an interaction of the third with the first, and a fourth column that does nothing."""
    return 3.0 * x[:, 0] - x[:, 1] + 2.0 * x[:, 0] * x[:, 2]


def test_morris_of_known_effects():
    x = trajectories(200, 4, seed=1)
    found = morris_effects(x, linear(x), dummy=3)
    assert found.trajectories == 200
    assert found.mu[1] == pytest.approx(-1.0)
    assert found.mu_star[1].value == pytest.approx(1.0)
    assert found.sigma[1] == pytest.approx(0.0, abs=1e-12)
    # Effect 2 x1 of the third: x1 is uniform over four levels, a mean of 1 and a deviation of 0.745.
    assert found.mu[2] == pytest.approx(1.0, abs=0.15)
    assert found.sigma[2] == pytest.approx(0.745, abs=0.05)
    assert [found.above_noise(k) for k in range(4)] == [True, True, True, False]
    assert found.noise_floor.value == 0.0


def test_morris_with_noise_shows_its_floor_and_takes_it_out_of_sigma():
    """Noise of standard deviation 0.5 at each point is one of τ = 1.06 in an effect; τ √(2/π) is 0.846."""
    x = trajectories(400, 4, seed=2)
    tau = 0.5 * np.sqrt(2.0) / (2.0 / 3.0)
    noisy = morris_effects(x, linear(x) + np.random.default_rng(3).normal(0.0, 0.5, len(x)), dummy=3)
    assert noisy.noise_floor.value == pytest.approx(tau * np.sqrt(2.0 / np.pi), rel=0.1)
    assert noisy.sigma[1] == pytest.approx(tau, rel=0.1)  # without noise it is 0
    assert noisy.sigma_beyond_noise[1] < 0.5 * tau
    assert noisy.sigma_beyond_noise[2] == pytest.approx(0.745, abs=0.15)
    assert noisy.above_noise(0)
    assert not noisy.above_noise(3)


def test_morris_reads_only_directions_off_the_points():
    x = trajectories(20, 3, seed=4)
    y = ishigami(x)
    assert morris_effects(10.0 * x - 3.0, y) == morris_effects(x, y)


def test_the_seed_zero_is_a_seed():
    x = trajectories(20, 3, seed=4)
    assert morris_effects(x, ishigami(x), seed=0) == morris_effects(x, ishigami(x), seed=0)
    assert morris_effects(x, ishigami(x), seed=0) != morris_effects(x, ishigami(x), seed=1)
    assert morris_effects(x, ishigami(x)).sigma_beyond_noise is None


def test_points_that_are_no_trajectories_are_refused():
    x = trajectories(4, 3, seed=1)
    for points in (x[:-1], x[:4], x[::-1].reshape(8, 2, 3)[:, ::-1].reshape(16, 3)):
        with pytest.raises(ValueError, match="trajectories of 4 points"):
            morris_effects(points, np.zeros(len(points)))
    with pytest.raises(ValueError, match="shape"):
        morris_effects(x, np.zeros(3))


def test_pawn_finds_factors_and_leaves_the_dummy_at_its_floor():
    x = np.random.default_rng(1).random((2000, 4))
    y = ishigami(x[:, :3])
    found = pawn_indices(x, y, dummy=3)
    assert [found.above_noise(k) for k in range(4)] == [True, True, True, False]
    assert found.noise_floor == found.maximum[3]
    assert found.median[3].value == pytest.approx(0.8 * np.sqrt(10 / 2000), rel=0.25)
    for index in (*found.median, *found.maximum):
        assert 0.0 <= index.low <= index.value <= index.high <= 1.0
    assert pawn_indices(x, y, dummy=3) == found
    assert pawn_indices(x, y, dummy=3, seed=2) != found


def test_pawn_distances_are_those_of_other_implementations():
    x = np.random.default_rng(2).random((700, 3))
    y = np.round(ishigami(x), 1)  # with ties
    found = pawn_indices(x, y, slices=7, resamples=2)
    for k in range(3):
        slices = np.split(y[np.argsort(x[:, k])], 7)
        distances = [ks_2samp(each, y, method="asymp").statistic for each in slices]
        assert found.median[k].value == pytest.approx(np.median(distances))
        assert found.maximum[k].value == pytest.approx(np.max(distances))
    theirs = salib_pawn.analyze(salib.problem(3), x, y, S=7)  # its last slice lacks a point of a hundred
    assert_allclose([index.value for index in found.median], theirs["median"], atol=0.01)


def test_pawn_of_a_factor_with_few_values():
    x = np.random.default_rng(3).integers(0, 3, (600, 2)).astype(float)
    found = pawn_indices(x, x[:, 0] >= 1.0, dummy=1)
    assert found.maximum[0].value == pytest.approx(2 / 3, abs=0.05)
    assert found.above_noise(0)


def test_pawn_intervals_hold_the_mean_of_samples_of_the_same_size():
    """Sixty samples: a coverage of 0.8 would be seen; half the width has less."""
    found = []
    for seed in range(60):
        x = np.random.default_rng(seed).random((500, 3))
        found.append(pawn_indices(x, x[:, 0] + 0.5 * x[:, 1], resamples=60, seed=seed).median)
    value = np.array([[index.value for index in each] for each in found])
    half = np.array([[index.high - index.value for index in each] for each in found])
    error = np.abs(value - value.mean(axis=0))
    assert np.all(np.mean(error <= half, axis=0) > 0.8)
    assert np.all(np.mean(error <= 0.5 * half, axis=0) < 0.8)


def test_pawn_refuses_what_it_cannot_slice():
    with pytest.raises(ValueError, match="slices"):
        pawn_indices(np.zeros((15, 2)), np.zeros(15))
    with pytest.raises(ValueError, match="shape"):
        pawn_indices(np.zeros((15, 2)), np.zeros(14))


def test_sobol_indices_agree_with_salib_on_the_same_runs():
    """Other estimators, one design: they differ by less than their error, 0.02 at 4,096 rows."""
    a, b, ab, ba = plain(ishigami, design(4096, 3, seed=8))
    ours = sobol_indices(a, b, ab, ba, resamples=10)
    rows = np.concatenate([a[None], ab, ba, b[None]])[..., 0].T.ravel()  # A, AB, BA, B of each base row
    theirs = salib_sobol.analyze(salib.problem(3), rows, calc_second_order=True, num_resamples=10, seed=1)
    for mine, name in ((ours.first, "S1"), (ours.total, "ST")):
        assert_allclose([index.value for index in mine], theirs[name], atol=0.02)
    for (i, j), index in ours.second.items():
        assert index.value == pytest.approx(theirs["S2"][i, j], abs=0.02)


def test_without_the_package_the_user_is_told_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    x = np.concatenate([np.tri(3, k=-1)[:, :2]] * 20)
    with pytest.raises(InputError, match=r"pip install 'pactsim\[sensitivity\]'"):
        morris_effects(x, np.arange(60.0))
