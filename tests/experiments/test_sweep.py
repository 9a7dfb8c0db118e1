"""The frame of a sweep says of each point what its rows say; designs and faults on the way there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.engine import part
from sim.errors import InputError
from sim.estimate import mean_from_moments, share
from sim.experiments.sweep import SweepResult, sweep
from sim.outcomes import catalogue, parse
from sim.scenario.load import load_scenario
from sim.store.study import StudyFolder
from sim.studies.laying import MOST_STRUCTURES
from tests.experiments.small_file import lively, written

ASKED = ["intervention:Cee:Bee|attacked_at_war:Bee", "major_war", "peak_rung:Aye>Bee"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")


@pytest.fixture(scope="module")
def result(file: Path, tmp_path_factory: pytest.TempPathFactory) -> SweepResult:
    vary = ["entry.honouring=0.1,0.9", "actors.Bee.tied_down"]
    return sweep(
        file, vary, treaties=["pact=1,none"], runs=60, outcomes=ASKED, out=tmp_path_factory.mktemp("sweep") / "out"
    )


@pytest.fixture(scope="module")
def frame(result: SweepResult) -> pd.DataFrame:
    return result.frame


@pytest.fixture(scope="module")
def rows(result: SweepResult) -> pd.DataFrame:
    return pd.DataFrame(np.concatenate(list(StudyFolder(result.folder).rows())))


def test_the_frame_has_a_line_for_each_point_and_outcome(result: SweepResult, frame: pd.DataFrame) -> None:
    names = frame.outcome.unique().tolist()
    assert len(frame) == 20 * len(names)
    assert set(ASKED[:2]) <= set(names)
    assert {"peak_rung=war", "peak_rung:Aye>Bee=war", "incidents:raid"} <= set(names)
    assert "peak_rung" not in names
    assert frame.columns.tolist()[:4] == ["point", "entry.honouring", "actors.Bee.tied_down", "treaty.pact"]
    assert frame.groupby("point", sort=False).outcome.apply(list).map(lambda got: got == names).all()
    points = result.points
    assert points.loc[frame.point, "entry.honouring"].tolist() == frame["entry.honouring"].tolist()
    assert len(points) == 20
    assert result.summary["points"] == 20
    assert repr(result).startswith("SweepResult('")


def test_shares_are_counted_over_the_rows_of_the_point(file: Path, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Hits, runs and intervals of every share, conditional ones too."""
    known = catalogue(load_scenario(file).scenario)
    checked = 0
    for name, lines in frame.groupby("outcome"):
        if "=" in str(name):
            continue
        outcome = parse(str(name), known)
        for line in lines.itertuples():
            own = rows[rows.point == line.point]
            if outcome.condition:
                own = own[own[outcome.condition] >= outcome.condition_at_least]
            values = own[outcome.column].astype(int)
            if outcome.kind == "mean":
                expected = mean_from_moments(len(own), int(values.sum()), int((values * values).sum()))
                assert line.hits == -1
            else:
                expected = share(int((values >= outcome.at_least).sum()), len(own))
                assert line.hits == expected.hits
            got = [None if np.isnan(value) else value for value in (line.value, line.low, line.high)]
            wanted = [expected.value, expected.low, expected.high]
            if outcome.kind == "mean":  # intervals of many means at once have another last bit
                wanted = [None if value is None else pytest.approx(value, rel=1e-14) for value in wanted]
            assert got == wanted
            assert (line.n, line.method) == (expected.n, expected.method)
            checked += expected.value not in (0.0, 1.0, None)
    assert checked > 100, "shares of 0 and 1 would agree easily"


def test_rungs_of_a_distribution_add_up(frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    for stem, column in (("peak_rung=", "peak"), ("peak_rung:Aye>Bee=", "peak:Aye>Bee")):
        lines = frame[frame.outcome.str.startswith(stem)]
        assert (lines.n == 60).all()
        assert (lines.groupby("point").hits.sum() == 60).all()
        ladder = lines.outcome.str.removeprefix(stem).unique().tolist()
        for line in lines.itertuples():
            own = rows[rows.point == line.point]
            assert line.hits == (own[column] == ladder.index(line.outcome.removeprefix(stem))).sum()


def test_the_frame_does_not_depend_on_how_runs_are_split(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points of several parts, parts of several points, and all in one."""
    vary, found = ["entry.honouring=0.1,0.5,0.9"], []
    for size in (25_000, 250, 100):
        monkeypatch.setattr(part, "PART_RUNS", size)
        made = sweep(file, vary, runs=120, outcomes=ASKED, out=tmp_path / f"{size}")
        found.append((len(list((made.folder / "runs").glob("*.parquet"))), made.frame, made.summary["rows_sha256"]))
    assert [count for count, *_ in found] == [1, 2, 6]
    for _, frame, digest in found[1:]:
        pd.testing.assert_frame_equal(frame, found[0][1])
        assert digest == found[0][2]


def test_ranges_are_the_ends_of_the_frame(result: SweepResult, frame: pd.DataFrame) -> None:
    for name, found in result.summary["ranges"].items():
        lines = frame[(frame.outcome == name) & frame.value.notna()]
        assert found["lowest"]["value"] == lines.value.min()
        assert found["highest"]["value"] == lines.value.max()
        for end in found.values():
            line = lines[lines.point == end["point"]].iloc[0]
            assert (end["value"], end["low"], end["high"], end["n"]) == (line.value, line.low, line.high, line.n)
    assert result.summary["ranges"]["war"]["lowest"]["hits"] >= 0
    assert "hits" not in result.summary["ranges"]["incidents:raid"]["lowest"]


def test_the_summary_says_what_varied_and_from_where(result: SweepResult) -> None:
    first, second, third = result.summary["factors"]
    assert (first["path"], first["levels"], first["as_written"]) == (
        "entry.honouring",
        [0.1, 0.9],
        "triangular(0.1, 0.5, 0.9)",
    )
    assert second["own_distribution"]
    assert (second["low"], second["high"]) == (0.1, 0.9)
    assert second["source"] == "made up for tests"
    assert (third["path"], third["kind"], third["levels"]) == ("treaty.pact", "category", ["1", "none"])
    json.dumps(result.summary, allow_nan=False)


def test_a_factor_that_matters_moves_its_outcome_and_no_other(frame: pd.DataFrame) -> None:
    """On common draws: what only entry depends on cannot touch a pair that decides before."""
    wide = frame.pivot_table(index="point", columns="outcome", values="value")
    honouring = frame.drop_duplicates("point").set_index("point")["entry.honouring"]
    helped = wide["intervention:Cee:Bee|attacked_at_war:Bee"]
    assert helped[honouring == 0.9].mean() > helped[honouring == 0.1].mean() + 0.1


def test_bad_combinations_take_their_points_out_and_no_other(file: Path, tmp_path: Path) -> None:
    found = sweep(file, ["actors.Aye.theory=quantal,nonsense,prospect"], runs=20, out=tmp_path / "out")
    assert [each["point"] for each in found.summary["failed"]] == [1]
    assert "got 'nonsense'" in found.summary["failed"][0]["why"]
    assert found.frame.point.unique().tolist() == [0, 2]
    assert found.points.index.tolist() == [0, 2]
    assert found.summary["points"] == 3
    whole = sweep(file, ["actors.Aye.theory=quantal,prospect"], runs=20, out=tmp_path / "whole")
    one, other = (np.concatenate(list(StudyFolder(each.folder).rows())) for each in (found, whole))
    assert (one[["draw", "peak", "t_war"]] == other[["draw", "peak", "t_war"]]).all()


def test_a_path_of_a_treaty_that_is_not_there_is_said_by_point(tmp_path: Path, file: Path) -> None:
    path = "treaties.pact.clauses.Cee for Bee.automaticity"
    found = sweep(file, [f"{path}=0.1,0.9"], treaties=["pact=1,none"], runs=5, out=tmp_path / "out")
    assert [each["point"] for each in found.summary["failed"]] == [1, 3]
    assert "a path of the scenario" in found.summary["failed"][0]["why"]


def test_designs_from_a_file_keep_the_good_lines(file: Path, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text(
        "entry.honouring,actors.Aye.theory,treaty.pact\n0.1,quantal,1\n7,quantal,1\n0.3,nonsense,1\n0.4,prospect,none\n"
    )
    found = sweep(file, design=table, runs=10, out=tmp_path / "out")
    whys = {each["point"]: each["why"] for each in found.summary["failed"]}
    assert whys.keys() == {1, 2}
    assert whys[1] == "points.csv:3: entry.honouring: a number from 0 to 1, got 7."
    assert "nonsense" in whys[2]
    assert found.points["entry.honouring"].tolist() == [0.1, 0.4]
    assert found.points["treaty.pact"].tolist() == ["1", "none"]
    again = sweep(
        file, ["entry.honouring=0.1,0.4", "actors.Aye.theory=quantal,prospect"], treaties=["pact=1,none"], runs=10,
        out=tmp_path / "grid",
    )  # fmt: skip
    one = found.frame[found.frame.point == 3]
    twin = again.frame[(again.frame["entry.honouring"] == 0.4) & (again.frame["treaty.pact"] == "none")]
    twin = twin[twin["actors.Aye.theory"] == "prospect"]
    assert one[["outcome", "value", "n"]].to_numpy().tolist() == twin[["outcome", "value", "n"]].to_numpy().tolist()


def test_notes_say_what_was_done_besides(file: Path, tmp_path: Path) -> None:
    found = sweep(file, ["entry.rear"], design="sobol", points=3, runs=2, out=tmp_path / "out")
    assert found.notes == ("A Sobol' sequence is balanced at powers of two: 4 points instead of 3.",)
    assert found.summary["points"] == 4


def test_numbers_that_a_switch_or_a_date_would_refuse_are_refused_once(file: Path, tmp_path: Path) -> None:
    """A number that the format allows by itself, and this scenario does not."""
    with pytest.raises(InputError) as caught:
        sweep(file, ["incidents.raid.sides.Aye>Bee.share=0.5:0.9"], runs=2, out=tmp_path / "out")
    assert "share" in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"vary": ["entry.honoring=0:1"]}, "--vary: a path of the scenario, got 'entry.honoring'. Did you mean"),
        ({"vary": ["actors.Aye.theory=x,y"]}, "actors.Aye.theory: "),
        ({"vary": [], "treaties": ["pact=1"]}, "--vary: something that varies, got nothing."),
        ({"vary": ["entry.rear"], "design": "p.csv"}, "--design: a design of grid, lhs, sobol, oat, or a file and not"),
        (
            {"vary": ["entry.rear"], "design": "cube"},
            "--design: one of grid, lhs, sobol, oat, or a CSV file, got 'cube'.",
        ),
        ({"vary": [], "design": "p.csv"}, "p.csv: a design or a file that can be read"),
        ({"vary": ["entry.rear=0,1"], "overrides": ["entry.rear=0.5"]}, "--vary: a path that --set does not fix, got"),
        ({"vary": ["entry.rear"], "runs": 0}, "runs: a whole number from 1"),
        ({"vary": ["entry.rear"], "points": 5}, "--points: levels, which a grid is made of, got 5 points."),
        ({"vary": "entry.rear"}, "vary: a list of texts, got 'entry.rear'. Write ['entry.rear']."),
        ({"vary": ["entry.rear"], "outcomes": ["wra"]}, "'wra'"),
        ({"vary": ["title=" + ",".join(f"t{k}" for k in range(MOST_STRUCTURES + 1))]}, "at most 2,000 combinations"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    file: Path, tmp_path: Path, arguments: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        sweep(file, out=tmp_path / "out", **arguments)  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_cube_needs_a_grid(file: Path, tmp_path: Path, result: SweepResult) -> None:
    found = sweep(file, ["entry.rear"], design="lhs", points=2, runs=2, out=tmp_path / "out")
    with pytest.raises(InputError, match="a sweep by --design grid, got lhs"):
        found.to_xarray()
    pytest.importorskip("xarray")
    cube = result.to_xarray()
    assert dict(cube.sizes)["entry.honouring"] == 2
    one = result.frame.iloc[37]
    at = {path: one[path] for path in ("entry.honouring", "actors.Bee.tied_down", "treaty.pact", "outcome")}
    assert float(cube["value"].sel(at)) == one.value
