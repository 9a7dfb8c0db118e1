"""Which points designs have: grids in order, strata, balance, one at a time, and seeds that bring them back."""

from __future__ import annotations

import numpy as np
import pytest

from sim.designs import plans
from sim.designs.factors import Factor
from sim.designs.plans import Design, Plan, design, unit_cube
from sim.errors import InputError

A = Factor("a", levels=("x", "y"), central="y")
B = Factor("b", (1.0, 2.0, 4.0), 1.0, 4.0, central=2.5)
C = Factor("c", low=0.0, high=1.0, central=0.5)


def rows(found: Design) -> list[tuple[object, ...]]:
    return list(zip(*(column.tolist() for column in found.columns), strict=True))


def test_a_grid_has_all_combinations_the_last_factor_fastest() -> None:
    assert rows(design("grid", [A, B], None, 1)) == [(a, b) for a in ("x", "y") for b in (1.0, 2.0, 4.0)]
    assert design("grid", [A, B, C], None, 1).points == 2 * 3 * 5


def test_one_at_a_time_begins_at_the_centre() -> None:
    found = rows(design("oat", [A, B], None, 1))
    assert found == [("y", 2.5), ("x", 2.5), ("y", 2.5), ("y", 1.0), ("y", 2.0), ("y", 4.0)]


@pytest.mark.parametrize("points", [1, 5, 12, 100])
def test_a_latin_hypercube_has_one_point_in_every_stratum(points: int) -> None:
    unit = unit_cube("lhs", points, 4, seed=3)
    assert (np.sort((unit * points).astype(int), axis=0) == np.arange(points)[:, None]).all()
    assert design("lhs", [C, B], points, 3).points == points


def test_words_and_levels_are_balanced_in_a_hypercube() -> None:
    found = design("lhs", [A, B, C], 60, 1)
    assert [np.unique(column.astype(str), return_counts=True)[1].tolist() for column in found.columns[:2]] == [
        [30, 30],
        [20, 20, 20],
    ]


@pytest.mark.parametrize("points", [2, 16, 256])
def test_a_sobol_sequence_is_balanced(points: int) -> None:
    """In every dimension one point in every stratum, and in every pair of halves as many as in every other."""
    unit = unit_cube("sobol", points, 5, seed=8)
    assert (np.sort((unit * points).astype(int), axis=0) == np.arange(points)[:, None]).all()
    if points >= 4:
        quarters = (unit[:, 0] >= 0.5) * 2 + (unit[:, 1] >= 0.5)
        assert np.bincount(quarters).tolist() == [points // 4] * 4


def test_a_sobol_sequence_is_taken_to_a_power_of_two_and_says_so() -> None:
    found = design("sobol", [C], 100, 1)
    assert found.points == 128
    assert found.notes == ("A Sobol' sequence is balanced at powers of two: 128 points instead of 100.",)
    exact = design("sobol", [C], 64, 1)
    assert (exact.points, exact.notes) == (64, ())
    assert design("sobol", [C], None, 1).points == plans.POINTS == 256


@pytest.mark.parametrize("plan", ["lhs", "sobol"])
def test_a_seed_brings_a_design_back_and_another_does_not(plan: Plan) -> None:
    first, again, other = (design(plan, [B, C], 32, seed) for seed in (1, 1, 2))
    assert rows(first) == rows(again)
    assert rows(first) != rows(other)


@pytest.mark.parametrize("plan", ["lhs", "sobol"])
def test_no_point_is_on_the_edge(plan: Plan) -> None:
    """Quantile functions have no value there: a scrambled sequence may hold an exact 0."""
    from typing import Literal, cast

    for seed in range(50):
        unit = unit_cube(cast("Literal['lhs', 'sobol']", plan), 64, 3, seed)
        assert unit.min() >= 2.0**-33
        assert unit.max() <= 1.0 - 2.0**-33


def test_the_largest_seed_is_one_too() -> None:
    assert design("lhs", [C], 4, 2**64 - 1).points == 4


@pytest.mark.parametrize(
    ("plan", "factors", "points", "said"),
    [
        ("grid", [], None, "--vary: something that varies, got nothing. Name it, as in"),
        ("lhs", [], 5, "--vary: something that varies, got nothing."),
        ("grid", [A], 5, "--points: levels, which a grid is made of, got 5 points. Leave it out, or choose"),
        ("oat", [A], 5, "--points: levels, which a oat is made of, got 5 points."),
        ("grid", [Factor("x", (1.0,) * 2_000, 0, 1), Factor("y", (1.0,) * 2_000, 0, 1)], None, "got 4,000,000. Give"),
        ("oat", [Factor("x", (1.0,) * 2_000_000, 0, 1)], None, "a design of 1 to 2,000,000 points, got 2,000,001"),
        ("lhs", [A], 2_000_001, "--vary: a design of 1 to 2,000,000 points, got 2,000,001. Give fewer levels"),
        ("sobol", [A], 0, "--vary: a design of 1 to 2,000,000 points, got 0."),
    ],
)  # fmt: skip
def test_what_is_no_design_is_refused(plan: Plan, factors: list[Factor], points: int | None, said: str) -> None:
    with pytest.raises(InputError) as caught:
        design(plan, factors, points, 1)
    assert said in str(caught.value)


def test_more_dimensions_than_a_sobol_sequence_has_are_refused() -> None:
    with pytest.raises(InputError, match="at most 21,201 dimensions, got 21,202"):
        unit_cube("sobol", 2, 21_202, 1)
