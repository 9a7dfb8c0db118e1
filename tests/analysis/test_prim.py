"""Boxes: one that is known, two that make an L, categories, none at all; and that density is told honestly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.analysis import prim
from sim.analysis.prim import Box, Range, find_boxes

Space = Callable[[np.ndarray], np.ndarray]


def known(x: np.ndarray) -> np.ndarray:
    """Give 0.6 in a box of a sixth of the space, 0.05 elsewhere; columns from the third on do nothing."""
    return np.where((x[:, 0] > 0.5) & (x[:, 1] > 0.3) & (x[:, 1] < 0.65), 0.6, 0.05)


def l_shape(x: np.ndarray) -> np.ndarray:
    return np.where((x[:, 0] > 0.8) | (x[:, 1] < 0.25), 0.7, 0.05)


def nothing(x: np.ndarray) -> np.ndarray:
    return np.full(len(x), 0.2)


def slope(x: np.ndarray) -> np.ndarray:
    return 0.05 + 0.3 * x[:, 0] * x[:, 1]


def boxes_of(space: Space, n: int, seed: int, factors: int = 6, trials: int = 1, **options: object) -> list[Box]:
    rng = np.random.default_rng(seed)
    x = rng.random((n, factors))
    return find_boxes(x, rng.binomial(trials, space(x)), np.full(n, trials), seed=seed, **options)


def truth(space: Space, region: dict[int, Range], factors: int = 6) -> float:
    x = np.random.default_rng(0).random((200_000, factors))
    return float(space(x[prim._inside(x, region)]).mean())


def finds_the_known_box(found: list[Box]) -> bool:
    """Whether there is one box and its limits are within 0.05 of true, with nothing else restricted."""
    if len(found) != 1 or set(found[0].region) != {0, 1}:
        return False
    one, two = found[0].region[0], found[0].region[1]
    ends = ((one.low, 0.5), (two.low, 0.3), (two.high, 0.65))
    return one.high is None and all(end is not None and abs(end - exact) < 0.05 for end, exact in ends)


def test_a_known_box():
    found = boxes_of(known, 8000, seed=1)
    assert finds_the_known_box(found)
    (box,) = found
    assert box.density.low <= truth(known, box.region) <= box.density.high
    assert box.mass == pytest.approx(0.5 * 0.35, abs=0.03)
    assert box.coverage == pytest.approx(0.6 * 0.175 / (0.6 * 0.175 + 0.05 * 0.825), abs=0.05)
    assert box.base_rate.value == pytest.approx(0.6 * 0.175 + 0.05 * 0.825, abs=0.02)
    for limit in box.limits:
        assert limit.quasi_p < 1e-6
        assert limit.density_without < box.density.value
        assert limit.coverage_without >= box.coverage
    steps = box.trajectory
    assert (steps[0].mass, steps[0].coverage, steps[0].region) == (1.0, 1.0, {})
    assert all(a.mass > b.mass and a.coverage >= b.coverage for a, b in zip(steps, steps[1:], strict=False))
    assert steps[-1].mass >= 0.05
    assert set(steps[box.chosen].region) >= set(box.region)


def test_peeling_that_takes_the_first_slice_it_can_fails(monkeypatch):
    def first(points, region, categorical, peel, least):
        for candidate in prim._slices(points.x[:, 0], region.get(0, Range()), peel):
            if candidate.holds(points.x[:, 0]).sum() >= least:
                return 0, candidate
        return None

    monkeypatch.setattr(prim, "_best_peel", first)
    assert not finds_the_known_box(boxes_of(known, 8000, seed=1))


def test_an_l_takes_two_boxes():
    found = boxes_of(l_shape, 8000, seed=2)
    assert len(found) == 2
    regions = {next(iter(box.region)): box.region for box in found}
    assert {tuple(region) for region in regions.values()} == {(0,), (1,)}
    assert regions[0][0].low == pytest.approx(0.8, abs=0.03)
    assert regions[1][1].high == pytest.approx(0.25, abs=0.03)
    assert sum(box.coverage for box in found) > 0.85
    assert boxes_of(l_shape, 8000, seed=2, boxes=1) == found[:1]


def test_without_a_signal_nothing_is_found():
    """A hundred samples, of which chance gives one: five would be too many."""
    assert sum(bool(boxes_of(nothing, 600, seed, least_coverage=0.1)) for seed in range(100)) < 5
    assert sum(bool(boxes_of(nothing, 600, seed)) for seed in range(100)) < 5


def test_without_a_second_half_boxes_are_found_in_noise(monkeypatch):
    class Same:
        def permutation(self, n):
            return np.tile(np.arange(n // 2), 2)

    samples = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.random((600, 6))
        samples.append((x, rng.binomial(1, nothing(x)), np.ones(600)))
    monkeypatch.setattr(np.random, "default_rng", lambda seed: Same())
    assert sum(bool(find_boxes(*sample, least_coverage=0.1)) for sample in samples) > 5


def test_restrictions_by_chance_are_dropped(monkeypatch):
    """Of four columns that do nothing, peeled in each of 30 samples, about one in twenty survives."""
    kept = sum(len(set(box.region) - {0, 1}) for seed in range(30) for box in boxes_of(known, 1000, seed, boxes=1))
    assert kept <= 0.12 * 30 * 4
    monkeypatch.setattr(prim, "_that_matters", lambda points, region: dict(region))
    assert sum(len(set(box.region) - {0, 1}) for s in range(30) for box in boxes_of(known, 1000, s, boxes=1)) > 2 * kept


def test_density_where_it_was_found_is_too_high_and_the_one_that_is_told_is_not():
    """Sixty samples: an error of 0.03 in the mean density would be seen."""
    told, peeled, held = [], [], []
    for seed in range(60):
        for box in boxes_of(known, 800, seed, boxes=1):
            exact = truth(known, box.region)
            told.append(box.density.value - exact)
            held.append(box.density.low <= exact <= box.density.high)
            step = box.trajectory[box.chosen]
            peeled.append(step.density - truth(known, step.region))
    assert len(told) > 55
    assert abs(np.mean(told)) < 0.03
    assert np.mean(peeled) > 0.05
    assert np.mean(held) > 0.85


def test_many_trials_at_a_point_are_no_independent_runs():
    """Density varies between points of a box; an interval of all runs as independent holds it too rarely."""
    held, naive = [], []
    for seed in range(60):
        for box in boxes_of(lambda x: x[:, 0] ** 3, 600, seed, factors=2, trials=50, boxes=1):
            exact = truth(lambda x: x[:, 0] ** 3, box.region, factors=2)
            held.append(box.density.low <= exact <= box.density.high)
            plain = prim.share(box.density.hits, box.density.n)
            naive.append(plain.low <= exact <= plain.high)
            assert box.density.n % 50 == 0
    assert len(held) > 50
    assert np.mean(held) > 0.85
    assert np.mean(naive) < 0.7


def test_categories_are_peeled_one_at_a_time():
    rng = np.random.default_rng(5)
    x = np.column_stack((rng.integers(0, 5, 4000), rng.random(4000), rng.integers(0, 3, 4000)))
    hits = rng.random(4000) < np.where(np.isin(x[:, 0], (1, 4)) & (x[:, 1] > 0.4), 0.7, 0.05)
    (box,) = find_boxes(x, hits, np.ones(4000), categorical={0, 2})
    assert set(box.region) == {0, 1}
    assert box.region[0] == Range(excluded=frozenset({0.0, 2.0, 3.0}))
    assert box.region[1].low == pytest.approx(0.4, abs=0.05)


def test_values_with_ties_are_peeled_whole():
    rng = np.random.default_rng(6)
    x = np.column_stack((rng.integers(0, 4, 3000), rng.random(3000))).astype(float)
    (box,) = find_boxes(x, rng.random(3000) < np.where(x[:, 0] == 2.0, 0.8, 0.1), np.ones(3000))
    assert box.region == {0: Range(low=2.0, high=2.0)}
    assert box.mass == pytest.approx(0.25, abs=0.03)


def test_what_the_caller_asks_for():
    dense = boxes_of(slope, 8000, seed=3, boxes=1, least_density=0.22)
    wide = boxes_of(slope, 8000, seed=3, boxes=1, least_coverage=0.8)
    assert dense[0].trajectory[dense[0].chosen].density >= 0.22
    assert wide[0].trajectory[wide[0].chosen].coverage >= 0.8
    assert dense[0].mass < wide[0].mass
    assert boxes_of(slope, 8000, seed=3, least_density=0.9) == []
    assert boxes_of(slope, 8000, seed=3, least_density=0.25, least_coverage=0.9) == []


def test_an_outcome_that_never_or_always_happens_has_no_box():
    x = np.random.default_rng(1).random((100, 2))
    assert find_boxes(x, np.zeros(100), np.ones(100)) == []
    assert find_boxes(x, np.ones(100), np.ones(100)) == []


def test_the_same_arguments_give_the_same_boxes():
    assert boxes_of(known, 1000, seed=7) == boxes_of(known, 1000, seed=7)


def test_the_quasi_p_value_is_the_binomial_tail():
    from scipy.stats import binom

    x = np.arange(100.0)[:, None]
    points = prim._Points(x, (np.arange(100) % 3 == 0) | (x[:, 0] > 80), np.ones(100))
    inside = {0: Range(low=70.0)}
    within = points[prim._inside(x, inside)]
    exact = binom.sf(within.hits.sum() - 1, len(within), points.density)
    assert prim._chance(points, inside, {}) == pytest.approx(exact, rel=1e-9)
    assert prim._chance(points, {0: Range(low=200.0)}, {}) == 1.0


def test_arguments_are_looked_at():
    x, one = np.zeros((4, 2)), np.ones(4)
    for arguments in ((x, one[:3], one), (x, one, one[:3]), (x[:, 0], one, one), (x[:1], one[:1], one[:1])):
        with pytest.raises(ValueError, match="shape"):
            find_boxes(*arguments)
    with pytest.raises(ValueError, match="hits <= trials"):
        find_boxes(x, 2 * one, one)
    for options in ({"peel": 0.0}, {"peel": 1.0}, {"least_mass": 0.0}):
        with pytest.raises(ValueError, match="peel in"):
            find_boxes(x, one, one, **options)
