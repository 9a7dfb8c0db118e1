"""Designs for indices: which points differ in which column, and which share draws."""

from __future__ import annotations

import numpy as np
import pytest

from sim.designs.factors import Factor
from sim.designs.indices import DUMMY, morris_design, pawn_design, sobol_design
from sim.errors import InputError

FACTORS = [
    Factor("a", low=0.0, high=10.0),
    Factor("b", levels=("x", "y")),
    Factor("c", low=1.0, high=100.0, log=True),
]
K = len(FACTORS)


@pytest.mark.parametrize("second", [False, True])
def test_points_of_a_base_row_differ_in_one_column(second: bool) -> None:
    base = 16
    found = sobol_design(FACTORS, base, 5, second=second)
    assert found.group == K + 3 + (K if second else 0)
    unit = found.unit.reshape(base, found.group, K + 1)
    a, b = unit[:, 0, :K], unit[:, 1, :K]
    assert (a != b).all()
    for k in range(K):
        ab = unit[:, 2 + k, :K]
        others = [j for j in range(K) if j != k]
        assert (ab[:, k] == b[:, k]).all()
        assert (ab[:, others] == a[:, others]).all()
        if second:
            ba = unit[:, 3 + K + k, :K]
            assert (ba[:, k] == a[:, k]).all()
            assert (ba[:, others] == b[:, others]).all()
    assert (unit[:, 2 + K, :K] == a).all(), "the dummy's point has the values of A"


@pytest.mark.parametrize("second", [False, True])
def test_points_of_a_base_row_share_draws_but_for_the_dummy(second: bool) -> None:
    base = 8
    found = sobol_design(FACTORS, base, 5, second=second)
    blocks = found.block.reshape(base, found.group)
    dummy = np.arange(found.group) == 2 + K
    assert (blocks[:, ~dummy] == np.arange(base)[:, None]).all()
    assert (blocks[:, dummy] == base + np.arange(base)[:, None]).all()


def test_values_are_where_the_unit_cube_says() -> None:
    found = sobol_design(FACTORS, 8, 5)
    for k, factor in enumerate(FACTORS):
        assert found.design.columns[k].tolist() == factor.at(np.ascontiguousarray(found.unit[:, k])).tolist()


def test_a_and_b_are_balanced_together() -> None:
    """Both halves of the sequence, in every dimension one point in every stratum."""
    base = 32
    unit = sobol_design(FACTORS, base, 5).unit.reshape(base, -1, K + 1)
    for row in (0, 1):
        assert (np.sort((unit[:, row, :K] * base).astype(int), axis=0) == np.arange(base)[:, None]).all()


def test_seeds_tell_designs_apart() -> None:
    for make in (
        lambda seed: sobol_design(FACTORS, 8, seed),
        lambda seed: morris_design(FACTORS, 8, 4, seed),
        lambda seed: pawn_design(FACTORS, 8, seed),
    ):
        assert (make(1).unit == make(1).unit).all()
        assert (make(1).unit != make(2).unit).any()


@pytest.mark.parametrize("levels", [4, 6])
def test_a_trajectory_moves_one_factor_after_the_other(levels: int) -> None:
    found = morris_design(FACTORS, 40, levels, 7)
    unit = found.unit.reshape(40, found.group, K + 1)
    assert found.group == K + 2
    moved = np.diff(unit, axis=1)
    assert ((moved != 0).sum(axis=2) == 1).all(), "one factor at each step"
    assert ((moved != 0).sum(axis=1) == 1).all(), "each factor once"
    np.testing.assert_allclose(np.abs(moved[moved != 0]), 0.5, rtol=1e-12)  # half the cells
    cells = unit * levels - 0.5
    np.testing.assert_allclose(cells, np.round(cells), atol=1e-12)
    assert set(np.round(cells).astype(int).ravel().tolist()) == set(range(levels))
    assert 0.3 < (moved[moved != 0] > 0).mean() < 0.7, "up and down"
    orders = {tuple(np.argmax(trajectory != 0, axis=1).tolist()) for trajectory in moved}
    assert len(orders) > 10


def test_a_trajectory_shares_draws_until_the_dummy_moves() -> None:
    found = morris_design(FACTORS, 10, 4, 7)
    dummy = found.unit.reshape(10, found.group, K + 1)[:, :, K]
    block = found.block.reshape(10, found.group)
    expected = np.arange(10)[:, None] + 10 * (dummy != dummy[:, :1])
    assert (block == expected).all()
    assert len(np.unique(block)) == 20


def test_points_for_pawn_are_a_hypercube_with_draws_of_their_own() -> None:
    found = pawn_design(FACTORS, 50, 3)
    assert found.group == 1
    assert found.block.tolist() == list(range(50))
    assert (np.sort((found.unit * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()


def test_too_many_points_are_refused_before_they_are_made() -> None:
    for make in (
        lambda: sobol_design(FACTORS, 2**20, 1),
        lambda: morris_design(FACTORS, 2**20, 4, 1),
        lambda: pawn_design(FACTORS, 2_000_001, 1),
    ):
        with pytest.raises(InputError, match="a design of 1 to 2,000,000 points, got"):
            make()


def test_the_dummy_has_a_name_of_its_own() -> None:
    assert DUMMY == "dummy"
