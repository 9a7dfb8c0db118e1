"""A folder is asked in SQL: it can be read, and nothing else can be read or written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import main
from sim.errors import InputError
from sim.store import query
from sim.store.query import ask
from sim.store.writer import writing
from tests.store.conftest import Maker, made_rows

RUNS = 60_000


@pytest.fixture
def folder(tmp_path: Path, maker: Maker) -> Path:
    """Results of three parts, in a folder whose name is a trap."""
    path = tmp_path / "it's here"
    maker.run(path, RUNS)
    return path


def lines(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(folder, sql).lines)


def test_runs_are_all_rows_in_order(folder: Path) -> None:
    rows = made_rows(0, RUNS)
    found = lines(folder, 'SELECT run, "peak:A>B" FROM runs')
    assert [run for run, _ in found] == list(range(RUNS))
    assert [peak for _, peak in found] == rows["peak:A>B"].tolist()


def test_outcomes_are_those_of_the_summary(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    answer = ask(folder, "SELECT outcome, value, n, hits FROM outcomes WHERE outcome = 'war'")
    war = summary["outcomes"]["war"]
    assert answer.columns == ("outcome", "value", "n", "hits")
    assert list(answer.lines) == [("war", war["value"], war["n"], war["hits"])]
    assert answer.notes == ()
    rungs = lines(folder, "SELECT rung FROM outcomes WHERE outcome = 'peak_rung'")
    assert [rung for (rung,) in rungs] == list(summary["outcomes"]["peak_rung"]["rungs"])


def test_an_unfinished_folder_is_asked_too(tmp_path: Path, maker: Maker) -> None:
    with pytest.raises(KeyboardInterrupt):
        maker.run(tmp_path, RUNS, die_after=1)
    answer = ask(tmp_path, "SELECT count(*) FROM runs")
    assert list(answer.lines) == [(25_000,)]
    assert answer.notes == ("Not finished: 25,000 of 60,000 runs are stored, and `runs` has these.",)
    with pytest.raises(InputError, match="SQL: Table with name outcomes does not exist"):
        ask(tmp_path, "SELECT * FROM outcomes")


def test_a_damaged_part_is_left_out(folder: Path, maker: Maker) -> None:
    with writing(folder, maker.identity) as writer:
        damaged = writer.stored[1].parquet
    damaged.write_bytes(damaged.read_bytes()[:-1])
    answer = ask(folder, "SELECT count(*) FROM runs")
    assert list(answer.lines) == [(35_000,)]
    assert answer.notes[0].startswith("1 damaged parts are left out.")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY runs TO '{secret}'",
        "COPY (SELECT 1) TO '{part}' (FORMAT parquet)",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{part}' (FORMAT parquet)",
        "ATTACH '{folder}/new.db'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "CREATE TABLE mine AS SELECT 1",
        "DROP VIEW runs",
        "SELECT 1; DROP VIEW runs",
        "SELECT * FROM outside",
        "",
    ],
)
def test_nothing_else_is_read_or_written(folder: Path, sql: str) -> None:
    secret = folder.parent / "secret.csv"
    secret.write_text("a\n1\n")
    outside = {"a": [1]}  # a variable of ours, which DuckDB would find
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    part = next((folder / "runs").glob("*.parquet"))
    told = {"secret": secret, "part": part, "folder": folder}
    with pytest.raises(InputError) as caught:
        list(ask(folder, sql.format(**{name: str(path).replace("'", "''") for name, path in told.items()})).lines)
    assert str(caught.value).startswith("SQL: "), outside
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before


def test_errors_are_one_sentence_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        ask(folder, "SELECT t_wra FROM runs")
    said = str(caught.value)
    assert said.startswith('SQL: Referenced column "t_wra" not found in FROM clause. Candidate bindings: "t_war"')
    assert "\n" not in said
    assert "LINE" not in said


def test_what_needs_too_much_memory_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(query._SETTINGS, "memory_limit", "20MB")
    with pytest.raises(InputError, match=r"SQL: a question for 20MB of memory, got one for more. Ask for fewer"):
        lines(folder, "SELECT * FROM range(10000000) t(i) ORDER BY hash(i)")


def test_the_command_prints_a_table_csv_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT peak, count(*) AS n FROM runs GROUP BY peak ORDER BY peak"
    assert main(["query", str(folder), sql]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["peak", "n"]
    assert len(shown) == 5
    assert main(["query", str(folder), sql, "--json"]) == 0
    objects = json.loads(capsys.readouterr().out)
    assert [each["peak"] for each in objects] == [0, 1, 2]
    assert sum(each["n"] for each in objects) == RUNS
    assert main(["query", str(folder), sql, "--csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [{name: int(value) for name, value in line.items()} for line in table] == objects
    assert main(["query", str(folder), sql + " LIMIT 0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_long_answer_is_cut_on_a_terminal_and_whole_as_csv(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", str(folder), "SELECT run FROM runs"]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 202
    assert said.err == "The first 200 lines; --csv and --json give all.\n"
    assert main(["query", str(folder), "SELECT run FROM runs", "--csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == RUNS + 1


def test_many_columns_stand_below_each_other(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["query", str(folder), "SELECT * FROM runs LIMIT 2"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "line 1"
    assert max(map(len, shown)) <= 60


def test_what_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a results folder, got no manifest.json in it"):
        ask(tmp_path, "SELECT 1")


def test_a_study_has_points_and_a_frame(tmp_path: Path) -> None:
    from sim.experiments.sweep import sweep

    vary = ["actors.Russia.tied_down=0.1,0.5"]
    found = sweep("attacked-dprk", vary, runs=50, out=tmp_path)
    asked = 'SELECT point, draw, "actors.Russia.tied_down" FROM runs JOIN points USING (point) WHERE run = 50'
    assert lines(tmp_path, asked) == [(1, 0, 0.5)]
    counted = lines(tmp_path, "SELECT point, avg((t_war >= 0)::INT) FROM runs GROUP BY point ORDER BY point")
    stored = lines(tmp_path, "SELECT point, value FROM frame WHERE outcome = 'war' ORDER BY point")
    assert counted == stored
    assert found.summary["runs"] == 100
