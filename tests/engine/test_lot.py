"""Runs that are not numbered by their draw, and values that are given instead of drawn."""

from __future__ import annotations

import numpy as np
import pytest

from sim.draws import entity, uniforms
from sim.engine.ensemble import LANES, simulate
from sim.engine.lot import NO_LOT, Lot
from sim.engine.lower import Program, lower
from sim.engine.parameters import draw_run, quantiles_of, tabulate
from sim.engine.part import PART_RUNS, part_ranges
from sim.scenario.quantity import Quantity
from tests.scenarios import built, put, small

SEED = 20_261_101
SPREAD = {"uniform": [0.1, 0.9]}


def lot(program: Program, draws: np.ndarray, **of_paths: np.ndarray) -> Lot:
    """Every run a point of its own."""
    paths = program.parameters.paths
    rows = np.array([paths.index(path) for path in of_paths], np.int64)
    values = np.array(list(of_paths.values()), float).reshape(len(rows), len(draws)).T
    return Lot(draws.astype(np.int64), np.arange(len(draws)), rows, np.ascontiguousarray(values))


def without_run(rows: np.ndarray) -> np.ndarray:
    return rows[list(rows.dtype.names)[1:]]


@pytest.mark.parametrize("count", [1, LANES - 1, LANES, 2 * LANES + 7])
def test_a_lot_in_order_is_a_plain_range(tiny: Program, count: int) -> None:
    plain = simulate(tiny, SEED, 300, count)
    given = simulate(tiny, SEED, 300, count, lot(tiny, 300 + np.arange(count)))
    np.testing.assert_array_equal(given.rows, plain.rows)
    for name, counts in plain.sidecar.items():
        np.testing.assert_array_equal(given.sidecar[name], counts)


def test_draws_come_in_any_order_and_as_often_as_wanted(tiny: Program) -> None:
    draws = np.array([2**40, 7, 7, 300, 0, 7] * 50)
    found = without_run(simulate(tiny, SEED, 0, len(draws), lot(tiny, draws)).rows)
    for draw in set(draws.tolist()):
        alone = without_run(simulate(tiny, SEED, draw, 1).rows)
        assert (found[draws == draw] == alone).all()


def test_given_values_are_those_of_a_scenario_that_has_them() -> None:
    """Where a value is drawn otherwise, and where it is not, in lanes side by side."""
    program = lower(built(put(small(), {"entry/honouring": SPREAD})))
    rng = np.random.default_rng(1)
    count = 40
    honouring, habit = rng.uniform(0, 1, count), rng.uniform(-1.5, 0.0, count)
    draws = rng.integers(0, 1000, count)
    of_paths = {"entry.honouring": honouring, "rivalries.Aye>Bee.habit": habit}
    rows = without_run(simulate(program, SEED, 0, count, lot(program, draws, **of_paths)).rows)
    for k in range(count):
        changes = {"entry/honouring": float(honouring[k]), "rivalries/Aye>Bee/habit": float(habit[k])}
        alone = simulate(lower(built(put(small(), changes))), SEED, int(draws[k]), 1).rows
        assert (rows[k : k + 1] == without_run(alone)).all()
    assert len(np.unique(rows)) > count // 2, "runs in which nothing happened would agree by chance"


@pytest.mark.parametrize("path", ["entry.honouring", "rivalries.Aye>Bee.habit"])
def test_given_values_are_gone_in_the_next_lot(path: str) -> None:
    """The block of a thread is used again: what was given once must not stay, least of all where nothing is drawn."""
    program = lower(built(put(small(), {"entry/honouring": SPREAD})))
    fresh = simulate(program, SEED, 0, 200).rows
    other = "actors.Bee.tied_down"
    expected = simulate(program, SEED, 0, 200, lot(program, np.arange(200), **{other: np.full(200, 0.7)})).rows
    moved = simulate(program, SEED, 0, 200, lot(program, np.arange(200), **{path: np.full(200, 0.01)})).rows
    assert (moved != fresh).any()
    again = simulate(program, SEED, 0, 200, lot(program, np.arange(200), **{other: np.full(200, 0.7)})).rows
    np.testing.assert_array_equal(again, expected)
    np.testing.assert_array_equal(simulate(program, SEED, 0, 200, NO_LOT).rows, fresh)


FAMILIES = {
    "uniform": Quantity(family="uniform", arguments=(0.1, 0.9)),
    "triangular": Quantity(family="triangular", arguments=(0.0, 0.2, 1.0)),
    "pert": Quantity(family="pert", arguments=(0.1, 0.3, 0.8)),
    "beta": Quantity(family="beta", arguments=(2.0, 3.0)),
    "gamma": Quantity(family="gamma", arguments=(2.5, 0.4)),
    "normal": Quantity(family="normal", arguments=(0.5, 0.4)),
    "cut": Quantity(family="normal", arguments=(0.5, 0.4), truncate=(0.0, 1.0)),
    "lognormal": Quantity(family="lognormal", arguments=(1.2, 0.4)),
}


def test_quantiles_are_what_is_drawn_at_the_same_uniform() -> None:
    """Twelve quantities, so that numbers as names would come in another order."""
    quantities = {**FAMILIES, **{f"again {name}": quantity for name, quantity in list(FAMILIES.items())[:4]}}
    table = tabulate(quantities, central=False)
    for draw in range(100):
        drawn = draw_run(table, SEED, draw)
        u = [[uniforms(SEED, draw, 0, entity("parameter", name), 1, 0)[0] for name in quantities]]
        assert quantiles_of(list(quantities.values()), np.array(u)).tolist() == [list(drawn.values())]


def test_quantiles_rise_with_probability_to_the_edges() -> None:
    p = np.array([2.0**-33, 0.001, 0.3, 0.5, 0.9, 0.999, 1.0 - 2.0**-33])
    found = quantiles_of(list(FAMILIES.values()), np.tile(p[:, None], len(FAMILIES)))
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=0) > 0.0).all()


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("per_point", [1, 7, 4_999, 12_500, 12_501, PART_RUNS, PART_RUNS + 1, 60_000])
@pytest.mark.parametrize("points", [1, 2, 9])
def test_parts_of_a_study_hold_whole_points_or_runs_of_one(points: int, per_point: int, alone: bool) -> None:
    found = list(part_ranges(points * per_point, per_point, alone=alone))
    ends = [first + count for first, count in found]
    assert [first for first, _ in found] == [0, *ends[:-1]]
    assert ends[-1] == points * per_point
    assert all(0 < count <= PART_RUNS for _, count in found)
    for first, count in found:
        touched = range(first // per_point, (first + count - 1) // per_point + 1)
        whole = first % per_point == 0 and count % per_point == 0
        assert len(touched) == 1 or (whole and not alone)
    if alone:
        of_first = [each for each in found if each[0] < per_point]
        assert found == [(first + p * per_point, count) for p in range(points) for first, count in of_first]
