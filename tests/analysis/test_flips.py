"""Where a margin changes its sign, on made-up margins whose sign changes at a known place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from sim.analysis.flips import KEPT, REVERSED, UNCLEAR, Bracket, brackets, crossing, decreasing, nearest, zero_line
from sim.analysis.paired import contrast, difference
from sim.estimate import deviations, share
from tests.analysis.tables import conditional, unconditional


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999, 1.0 - 1e-6])
def test_deviations_are_quantiles_of_the_normal_distribution(level: float) -> None:
    assert deviations(level) == pytest.approx(norm.ppf(0.5 + level / 2.0), rel=1e-11)


@pytest.mark.parametrize(("hits", "method"), [(3, "exact"), (300, "wilson")])
def test_a_share_has_an_interval_of_any_level(hits: int, method: str) -> None:
    found = share(hits, 1000, 0.9999)
    expected = binomtest(hits, 1000).proportion_ci(0.9999, method)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-8)


def test_a_difference_at_95_per_cent_is_that_of_a_contrast_and_wider_at_more() -> None:
    rng = np.random.default_rng(20_261_125)
    kinds = (unconditional(0.3, 0.34, 0.6), unconditional(0.01, 0.012, 0.9), conditional(0.3, 0.35, 0.2, 0.5, 0.5))
    for table in (rng.multinomial(2000, cells.ravel()).reshape(3, 3).tolist() for cells in kinds for _ in range(10)):
        found = difference(table, 0.95)
        assert found == contrast(table).difference
        wider = difference(table, 0.9999)
        assert wider.low < found.low < found.high < wider.high


def test_the_first_reversal_on_either_side_is_found_and_the_nearer_comes_first() -> None:
    places = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    signs = [REVERSED, REVERSED, KEPT, KEPT, UNCLEAR, UNCLEAR, REVERSED]
    assert brackets(places, signs, 0.0) == [Bracket(-1.0, -2.0), Bracket(0.0, 3.0)]


def test_what_is_not_told_from_nothing_is_no_reversal() -> None:
    assert brackets([-1.0, 0.0, 1.0], [UNCLEAR, KEPT, UNCLEAR], 0.0) == []


def test_a_reversal_at_the_start_has_no_inner_end() -> None:
    assert brackets([-1.0, 0.0, 1.0], [UNCLEAR, REVERSED, UNCLEAR], 0.0) == [Bracket(None, 0.0)]


def test_a_later_look_at_a_place_counts_where_it_tells_anything() -> None:
    assert brackets([1.0, 1.0, 0.0], [UNCLEAR, REVERSED, KEPT], 0.0) == [Bracket(0.0, 1.0)]
    assert brackets([1.0, 1.0, 0.0], [REVERSED, UNCLEAR, KEPT], 0.0) == [Bracket(0.0, 1.0)]


def test_a_fit_never_rises_keeps_the_mean_and_leaves_what_falls_alone() -> None:
    rng = np.random.default_rng(7)
    values = (rng.normal(size=30) - np.arange(30) / 10.0).tolist()
    fit = decreasing(values)
    assert all(a >= b for a, b in zip(fit, fit[1:], strict=False))
    assert sum(fit) == pytest.approx(sum(values))
    assert decreasing(fit) == pytest.approx(fit)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_straight_margin_is_crossed_where_it_is_zero(side: float) -> None:
    places = [side * place for place in (0.0, 0.7, 1.3, 1.9, 2.6)]
    assert crossing(places, [0.3 - 0.2 * abs(place) for place in places]) == pytest.approx(side * 1.5)


def test_noise_that_crosses_to_and_fro_is_crossed_once_near_the_truth() -> None:
    rng = np.random.default_rng(3)
    places = np.linspace(0.0, 3.0, 31).tolist()
    found = [crossing(places, (0.3 - 0.2 * np.array(places) + rng.normal(0.0, 0.05, 31)).tolist()) for _ in range(200)]
    assert np.mean(found) == pytest.approx(1.5, abs=0.05)
    assert np.std(found) < 0.2


def test_the_line_of_a_plane_is_straight_and_its_nearest_point_is_known() -> None:
    axis = np.linspace(0.0, 3.0, 5)
    pieces = zero_line(axis, axis, 1.6 - axis[:, None] - 0.5 * axis[None, :])
    for x, y in (end for piece in pieces for end in piece):
        assert x + 0.5 * y == pytest.approx(1.6)
    assert sum(math.dist(*piece) for piece in pieces) == pytest.approx(math.hypot(1.5, 3.0))
    assert nearest(pieces, (0.0, 0.0)) == pytest.approx((1.28, 0.64))


def test_there_is_no_nearest_point_where_nothing_changes_its_sign() -> None:
    axis = np.array([0.0, 1.0])
    assert nearest(zero_line(axis, axis, np.ones((2, 2))), (0.0, 0.0)) is None
