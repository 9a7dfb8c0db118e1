"""A nested design by its structure: which points share parameters, positions and draws, and how often each comes."""

from __future__ import annotations

import numpy as np
import pytest

from sim.designs.nested import AS_WRITTEN, nested_design, row_size
from sim.errors import InputError

BASE, PARAMETERS = 64, 3
#: A theory of four, and switches of two and three, all but the last at a position as written.
POSITIONS, WRITTEN = [4, 2, 3], [3, 0, AS_WRITTEN]
GROUPS = [[0], [1, 2]]


@pytest.fixture(scope="module")
def rows():
    found = nested_design(PARAMETERS, POSITIONS, WRITTEN, GROUPS, BASE, 1)
    shape = (BASE, found.row, -1)
    return found, found.unit.reshape(shape), found.chosen.reshape(shape), found.block.reshape(shape[:2])


def test_a_row_has_every_position_once_and_the_points_of_the_indices(rows):
    found, unit, chosen, _ = rows
    assert found.worlds == ((0, 0), (0, 1), (0, 2), (1, 1), (2, 0), (2, 1), (2, 2))
    assert found.row == row_size(7, 3) == 14
    assert (chosen[:, 0] == AS_WRITTEN).all()
    for slot, (choice, position) in enumerate(found.worlds, 1):
        assert (chosen[:, slot, choice] == position).all()
        assert (np.delete(chosen[:, slot], choice, axis=1) == AS_WRITTEN).all()
    assert (unit[:, :9] == unit[:, :1]).all(), "all at the parameters of A"


def test_indices_have_a_group_of_b_in_a(rows):
    _, unit, chosen, _ = rows
    (a, b, parameters, theory, switches, dummy), positions = unit.swapaxes(0, 1)[8:], chosen.swapaxes(0, 1)[8:]
    assert (parameters == b).all()
    assert (positions[2] == positions[0]).all()
    assert (theory == a).all()
    assert (positions[3][:, 0] == positions[1][:, 0]).all()
    assert (positions[3][:, 1:] == positions[0][:, 1:]).all()
    assert (switches == a).all()
    assert (positions[4][:, 1:] == positions[1][:, 1:]).all()
    assert (positions[4][:, 0] == positions[0][:, 0]).all()
    assert (dummy == a).all()
    assert (positions[5] == positions[0]).all()
    assert (a != b).any(axis=1).all()


def test_positions_are_equally_likely_and_independent_of_parameters(rows):
    """A Sobol' sequence has each of four positions in a quarter of the rows exactly."""
    _, unit, chosen, _ = rows
    for side in (8, 9):
        assert np.bincount(chosen[:, side, 0]).tolist() == [16, 16, 16, 16]
        assert np.bincount(chosen[:, side, 1]).tolist() == [32, 32]
        assert np.all(np.abs(np.bincount(chosen[:, side, 2]) - BASE / 3) < 2)
        assert abs(np.corrcoef(unit[:, side, 0], chosen[:, side, 0])[0, 1]) < 0.3


def test_points_of_a_row_share_draws_and_the_dummy_has_its_own(rows):
    *_, block = rows
    assert (block[:, :-1] == np.arange(BASE)[:, None]).all()
    assert (block[:, -1] == BASE + np.arange(BASE)).all()


def test_without_choices_parameters_are_all_there_is():
    found = nested_design(2, [], [], [], 4, 1)
    assert (found.row, found.worlds, found.groups, found.chosen.shape) == (5, (), 1, (20, 0))


def test_too_many_points_are_refused():
    with pytest.raises(InputError, match="Give fewer --points"):
        nested_design(2, [4], [0], [[0]], 2**20, 1)
