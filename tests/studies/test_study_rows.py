"""A row of a study is the row of a plain run with the point's values set, bit for bit, and is replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.designs.factors import read_factors
from sim.designs.plans import design
from sim.designs.points import Points
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError
from sim.experiments.compare import compare
from sim.experiments.replay import replay
from sim.experiments.sensitivity import sensitivity
from sim.experiments.sweep import sweep
from sim.experiments.uncertainty import uncertainty
from sim.mesa_model.model import PactModel
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.paths import split_path
from sim.store.study import StudyFolder
from sim.studies.chunk import ABSENT, STUDY_COLUMNS, study_part, study_type
from sim.studies.laying import base_of, lay
from tests.experiments.small_file import lively, written
from tests.scenarios import built
from tests.twin.random_scenarios import examples, scenarios

SEED = 20_261_101
#: Columns that say which row it is.
OWN = {name for name, _ in STUDY_COLUMNS}


def all_rows(folder: Path) -> np.ndarray:
    return np.concatenate(list(StudyFolder(folder).rows()))


def require_same(row: np.void, plain: np.void) -> None:
    """Every column that the plain row has is the same, and every other never happened."""
    for name in row.dtype.names or ():
        if name not in OWN:
            expected = plain[name] if name in plain.dtype.names else ABSENT
            assert row[name] == expected, name


def require_plain(folder: Path, scenario: str | Path, texts: list[list[str]], seed: int, draws: list[int]) -> int:
    """Each point's rows are those of a run of the scenario with `texts` of the point; gives how many rows differ."""
    rows = all_rows(folder)
    each = len(rows) // len(texts)
    for point, words in enumerate(texts):
        overrides = [word for word in words if not word.startswith("treaty.")]
        treaties = [word.removeprefix("treaty.") for word in words if word.startswith("treaty.")]
        program = lower(load_scenario(scenario, overrides=overrides, treaties=treaties).scenario)
        plain = simulate(program, seed, 0, each).rows
        for draw in draws:
            row = rows[point * each + draw]
            assert (row["run"], row["point"], row["draw"]) == (point * each + draw, point, draw)
            require_same(row, plain[draw])
    return len(np.unique(rows[[name for name in rows.dtype.names if name not in OWN]]))


def texts_of(folder: Path) -> list[list[str]]:
    """What to set for each point, as a user would."""
    points = StudyFolder(folder).points
    return [
        [
            f"{path}={float(column[p])!r}" if column.dtype != object else f"{path}={column[p]}"
            for path, column in points.columns.items()
        ]
        for p in range(len(points))
    ]


def test_rows_of_a_small_sweep_are_those_of_plain_runs(tmp_path: Path) -> None:
    """Ranges, levels, own distributions (of one that is drawn by table too), theories, a switch, and a treaty."""
    file = written(lively(), tmp_path / "lively.yaml")
    vary = [
        "entry.honouring=0.2:0.8",
        "entry.rear",
        "settlement.war_weeks",
        "rivalries.Aye>Bee.habit=-1.5,-0.5",
        "inadvertent.war_per_act=0.001:0.1:log",
        "actors.Aye.theory=quantal,prospect",
        "switches.stability_instability=off,on",
        "horizon=12 weeks,15 weeks",
    ]
    found = sweep(file, vary, design="lhs", points=24, runs=30, seed=SEED, out=tmp_path / "out", threads=2)
    several = require_plain(found.folder, file, texts_of(found.folder), SEED, [0, 1, 17, 29])
    assert several > 200, "rows that are all alike would agree whatever was set"


def test_a_value_that_did_not_reach_the_engine_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutants: the values of the point before, and no values at all."""
    file = written(lively(), tmp_path / "lively.yaml")
    lot = Points.lot
    monkeypatch.setattr(Points, "lot", lambda self, which, draws, paths: lot(self, which * 0, draws, paths))
    for name, vary in (("last", "entry.honouring=0.2,0.9"), ("none", "entry.honouring=0.9,0.2")):
        found = sweep(file, [vary], runs=50, out=tmp_path / name)
        with pytest.raises(AssertionError):
            require_plain(found.folder, file, texts_of(found.folder), 1, list(range(50)))
        monkeypatch.setattr(Points, "lot", lambda self, which, draws, paths: lot(self, which, draws, ()))


def test_rows_of_other_horizons_and_treaties_of_baseline(tmp_path: Path) -> None:
    vary = [
        "actors.Russia.tied_down=0.1:0.9",
        "entry.honouring",
        "inadvertent.war_per_act",
        "switches.emboldenment=none,stress",
        "actors.Russia.theory=quantal,prospect,best_reply,reciprocity",
        "horizon=26 weeks,52 weeks",
    ]
    found = sweep(
        "baseline", vary, design="sobol", points=16, runs=40, seed=7, out=tmp_path / "out",
        treaties=["DPRK-Russia=1961,2024,none"],
    )  # fmt: skip
    assert require_plain(found.folder, "baseline", texts_of(found.folder), 7, [0, 3, 39]) > 200
    rows = all_rows(found.folder)
    of_treaty = [name for name in rows.dtype.names if name.startswith("verdict:") and "DPRK-Russia-1961" in name]
    without = [word for word in texts_of(found.folder)[0] if word.startswith("treaty.")] != ["treaty.DPRK-Russia=1961"]
    assert of_treaty
    assert without
    assert all((rows[name][rows["point"] == 0] == ABSENT).all() for name in of_treaty)


def test_rows_of_a_base_row_share_draws_and_the_dummy_has_others(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    found = sensitivity(
        file, ["entry.honouring", "actors.Bee.tied_down"], base=4, runs=3, seed=SEED, out=tmp_path / "out"
    )
    rows, texts = all_rows(found.folder), texts_of(found.folder)
    assert rows["draw"].tolist() == [
        draw for base in range(4) for block in (base,) * 4 + (base + 4,) for draw in range(3 * block, 3 * block + 3)
    ]
    for row in rows[::5]:
        program = lower(load_scenario(file, overrides=texts[row["point"]]).scenario)
        require_same(row, simulate(program, SEED, int(row["draw"]), 1).rows[0])


def test_rows_of_a_comparison_are_those_of_plain_runs(tmp_path: Path) -> None:
    found = compare("attacked-dprk", treaties=["DPRK-Russia=1961,none"], runs=60, seed=3, out=tmp_path / "out")
    texts = [["treaty.DPRK-Russia=1961"], ["treaty.DPRK-Russia=none"]]
    assert require_plain(found.folder, "attacked-dprk", texts, 3, list(range(60))) > 60


def allowed(file: Path, text: str) -> Scenario | None:
    try:
        return load_scenario(file, overrides=[text]).scenario
    except InputError:
        return None


@pytest.mark.slow
def test_every_number_of_a_scenario_varies_as_if_it_were_set(tmp_path: Path) -> None:
    """One path after the other at two values; what --set refuses, such as shares beyond 1, is refused here."""
    file = written(lively(), tmp_path / "lively.yaml")
    base = base_of(file)
    moved = 0
    for path, quantity in base.subject.quantities.items():
        low, high = base.subject.ranges[path]
        central = quantity.central or 0.3
        values = sorted(min(max(value, low), high) for value in (0.7 * central, 1.3 * central))
        values = values if values[0] < values[1] else [0.5 * central, central]
        texts = [f"{path}={value!r}" for value in values]
        scenarios = [scenario for scenario in map(allowed, [file, file], texts) if scenario is not None]
        factors = read_factors([f"{path}={values[0]!r},{values[1]!r}"], [], base.subject)
        try:
            laid = lay(base, design("grid", factors, None, 1), 40)
        except InputError:
            assert len(scenarios) < 2, path
            continue
        assert len(laid.points) == len(scenarios), path
        if len(scenarios) < 2:
            continue
        programs = [lower(scenario) for scenario in laid.scenarios]
        rows = study_part(programs, laid.points, 0, study_type(programs), SEED, 0, 80).rows
        for p, scenario in enumerate(scenarios):
            for row, plain in zip(rows[40 * p :], simulate(lower(scenario), SEED, 0, 40).rows, strict=False):
                require_same(row, plain)
        columns = [name for name in rows.dtype.names or () if name not in OWN]
        moved += bool((rows[:40][columns] != rows[40:][columns]).any())
    assert moved > 60, "paths that move no run would agree whatever was given"


def test_central_parameters_stay_so_where_nothing_varies(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    found = sweep(file, ["entry.honouring=0.2,0.8"], runs=50, out=tmp_path / "out", parameters="central")
    rows = all_rows(found.folder)
    for point, text in enumerate(("entry.honouring=0.2", "entry.honouring=0.8")):
        plain = simulate(lower(load_scenario(file, overrides=[text]).scenario, central=True), 1, 0, 50).rows
        for row, alone in zip(rows[rows["point"] == point], plain, strict=True):
            require_same(row, alone)


@pytest.mark.parametrize("kind", ["sweep", "compare", "sensitivity", "uncertainty"])
def test_every_kind_of_study_is_replayed(kind: str, tmp_path: Path) -> None:
    """`replay` itself refuses a run that differs; columns that a point does not have are left out of it."""
    file, out = written(lively(), tmp_path / "lively.yaml"), tmp_path / "out"
    if kind == "sweep":
        sweep(file, ["entry.rear", "horizon=9 weeks,12 weeks"], treaties=["pact=1,none"], runs=5, out=out)
    elif kind == "compare":
        compare(file, treaties=["pact=1,none"], theories=True, by_clause=True, runs=5, out=out)
    elif kind == "uncertainty":
        uncertainty(file, points=16, runs=2, out=out)
    else:
        sensitivity(file, ["entry.rear", "rivalries.Aye>Bee.habit=-1.5:0"], base=2, runs=5, out=out)
    rows = all_rows(out)
    for run in range(0, len(rows), 9):
        told = replay(out, run)
        row = rows[run]
        assert told.outcome["run"] == run
        assert told.outcome["point"] == row["point"]
        assert told.outcome["draw"] == row["draw"]
        for name in row.dtype.names:
            assert row[name] == told.outcome.get(name, ABSENT), name


def put_by_path(values: dict[str, Any], path: str, value: float) -> None:
    *parts, last = split_path(path)
    here: Any = values
    for part in parts:
        here = here[part] if isinstance(here, dict) else next(x for x in here if x["name"] == part)
    here[last] = value


@st.composite
def given_values(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], list[str], np.ndarray]:
    """Two random scenarios, some numbers of the first, and what they are at three points."""
    values, other = draw(scenarios()), draw(scenarios())
    blocks = ("actors", "entry", "adjudication", "partnerships", "choice", "beliefs")
    known = built(values).quantities().items()
    kept = [path for path, quantity in known if 0.0 < quantity.central < 1.0 and path.split(".")[0] in blocks]
    paths = draw(st.lists(st.sampled_from(sorted(kept)), unique=True, min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return values, other, paths, rng.uniform(0.25, 0.75, (3, len(paths)))


@examples(12)
@given(made=given_values(), draw=st.integers(0, 2**40))
def test_random_scenarios_with_given_values(
    made: tuple[dict[str, Any], dict[str, Any], list[str], np.ndarray], draw: int
) -> None:
    """Points of two scenarios in turn, by the engine, the plain engine and the Mesa model."""
    values, other, paths, numbers = made
    pair: tuple[Scenario, Scenario] = built(values), built(other)
    programs = [lower(scenario) for scenario in pair]
    columns = {path: numbers[:, k] for k, path in enumerate(paths)}
    points = Points(np.arange(3), np.array([0, 1, 0]), np.array([draw, 5, draw]), columns, 4)
    rows = study_part(programs, points, 0, study_type(programs), SEED, 0, 12).rows
    for p in (0, 1, 2):
        changed = (values, other, values)[p]
        for path, number in zip(paths, numbers[p].tolist(), strict=True):
            if path in programs[points.structure[p]].parameters.paths:
                put_by_path(changed, path, number)
        plain = simulate(lower(built(changed)), SEED, int(points.first_draw[p]), 4).rows
        for i in range(4):
            require_same(rows[4 * p + i], plain[i])
    known = {path: float(numbers[2, k]) for k, path in enumerate(paths)}
    model = PactModel(pair[0], draw=draw + 3, rng=SEED, given=known)
    while model.running:
        model.step()
    told = model.run.outcome_row()
    assert {name: rows[11][name] for name in told if name != "run"} == {k: v for k, v in told.items() if k != "run"}
