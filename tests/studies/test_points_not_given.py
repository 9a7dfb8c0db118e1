"""A point that does not give a path has it drawn: its rows are those of a plain run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.designs.points import Points
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from sim.store.files import write_atomically
from sim.store.parts import columns_from_parquet
from sim.store.study import points_to_parquet
from sim.studies.chunk import STUDY_COLUMNS, study_part, study_type
from tests.experiments.small_file import lively, written

HONOURING, WEEKS = "entry.honouring", "settlement.war_weeks"
RUNS = 40


def points() -> Points:
    """As it is; the one; the other; both; as it is."""
    columns = {
        HONOURING: np.array([np.nan, 0.2, np.nan, 0.2, np.nan]),
        WEEKS: np.array([np.nan, np.nan, 2.0, 2.0, np.nan]),
    }
    zeros = np.zeros(5, np.int64)
    return Points(np.arange(5), zeros, zeros, columns, RUNS)


def test_rows_are_those_of_a_plain_run_with_what_is_given_set(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    program = lower(load_scenario(file).scenario)
    rows = study_part([program], points(), 0, study_type([program]), 5, 0, 5 * RUNS).rows.reshape(5, RUNS)
    settings = [[], [f"{HONOURING}=0.2"], [f"{WEEKS}=2.0"], [f"{HONOURING}=0.2", f"{WEEKS}=2.0"], []]
    names = [name for name in rows.dtype.names or () if name not in dict(STUDY_COLUMNS)]
    found = []
    for of_point, texts in zip(rows, settings, strict=True):
        plain = simulate(lower(load_scenario(file, overrides=texts).scenario), 5, 0, RUNS).rows
        for name in names:
            assert np.array_equal(of_point[name], plain[name]), (texts, name)
        found.append([tuple(row) for row in of_point[names].tolist()])
    assert found[0] != found[1], "the test would see a value that is not given"
    assert found[0] != found[2]


def test_what_is_not_given_comes_back_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "points.parquet"
    write_atomically(path, points_to_parquet(points()))
    column = np.ma.filled(columns_from_parquet(path)[HONOURING], np.nan)
    assert np.array_equal(column, points().columns[HONOURING], equal_nan=True)


def test_points_that_give_the_same_are_alike() -> None:
    alike = points().alike()
    assert alike[0] == alike[4]
    assert len(set(alike.tolist())) == 4
