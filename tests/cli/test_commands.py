"""Commands end to end in this process: what they print, what they write, how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a small run."""
    path = tmp_path_factory.mktemp("run") / "results"
    assert main(["run", "baseline", "--runs", "300", "--out", str(path)]) == 0
    return path


def output(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def parsed(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    return json.loads(output(capsys, *arguments, code=code))


def test_run_prints_the_table_and_where_the_results_are(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "results"
    said = output(capsys, "run", "baseline", "--runs", "1e2", "--out", str(path))
    assert "95 % interval" in said
    assert "intervention:Russia:DPRK" in said
    assert "highest rung reached" in said
    assert "100 runs of baseline" in said
    assert "over 52 weeks (52 × 7 days)" in said
    assert "not predictions" in said
    assert f"Results: {path}" in said


def test_run_json_is_the_stored_summary_and_nothing_else(capsys: Capture, folder: Path) -> None:
    shown = parsed(capsys, "run", "baseline", "--runs", "300", "--out", str(folder), "--json")
    assert shown == json.loads((folder / "summary.json").read_text())
    assert shown["runs"] == 300
    assert (shown["horizon_days"], shown["step_days"], shown["steps"]) == (364.0, 7.0, 52)
    assert shown["outcomes"]["peak_rung"]["rungs"]["nuclear use"]["assumption_driven"]
    names = (
        "force",
        "war",
        "nuclear_use",
        "intervention:Russia:DPRK",
        "intervention:US:ROK",
        "intervention:Japan:ROK",
        "intervention:DPRK:Russia",
        "intervention:Russia:DPRK|attacked_at_war:DPRK",
        "intervention:US:ROK|attacked_at_war:ROK",
        "peak_rung",
    )
    assert set(names) <= set(shown["outcomes"])


@pytest.mark.slow
def test_run_and_plot_draw_the_figures(capsys: Capture, folder: Path) -> None:
    said = output(capsys, "plot", str(folder))
    assert said == f"Figures: {folder / 'figures'}\n"
    drawn = {path.suffix for path in (folder / "figures").iterdir()}
    assert drawn == {".svg", ".png"}


def test_letters_that_no_font_has_are_told_beside_the_result(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.plots import gallery

    monkeypatch.setattr(gallery, "missing_letters", lambda path: "가나다라마바사아자차카타파하")
    monkeypatch.setattr(gallery, "draw_all", lambda path: [Path(path) / "figures" / "x.svg"])
    assert main(["plot", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.out == f"Figures: {folder / 'figures'}\n"
    assert said.err.startswith("No font here has 가나다라마바사아자차카타…: boxes in the figures.")
    assert said.err.count("\n") == 1


def test_export_writes_tables(capsys: Capture, folder: Path, tmp_path: Path) -> None:
    said = output(capsys, "export", str(folder), "--csv", "--out", str(tmp_path))
    assert said.splitlines() == [str(tmp_path / "rows.csv"), str(tmp_path / "outcomes.csv")]
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 301


def test_replay_tells_a_run(capsys: Capture, folder: Path) -> None:
    told = parsed(capsys, "replay", str(folder), "--run", "17", "--json")
    assert told["run"] == 17
    assert told["outcome"]["run"] == 17
    assert isinstance(told["events"], list)
    assert "run 17" in output(capsys, "replay", str(folder), "--run", "17").lower()


@pytest.mark.parametrize("command", ["plot", "export", "replay"])
def test_a_folder_that_is_none_is_refused(capsys: Capture, command: str, tmp_path: Path) -> None:
    more = ["--run", "1"] if command == "replay" else []
    assert main([command, str(tmp_path / "none"), *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "a results folder" in said.err


def test_a_run_that_is_not_stored_is_refused(capsys: Capture, folder: Path) -> None:
    assert main(["replay", str(folder), "--run", "300"]) == 2
    assert "from 0 to 299, got 300" in capsys.readouterr().err


def test_new_check_show_sources(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "my.yaml"]) == 0
    assert "pactsim check my.yaml" in capsys.readouterr().err
    assert output(capsys, "check", "my.yaml") == "my.yaml: no faults.\n"
    assert "extends" in Path("my.yaml").read_text()
    assert "actors:" in output(capsys, "show", "my.yaml")
    assert "actors.Russia.tied_down" in output(capsys, "sources", "my.yaml")
    before = Path("my.yaml").read_bytes()
    assert main(["new", "my.yaml"]) == 2
    assert "my.yaml: a file that is not there yet" in capsys.readouterr().err
    assert Path("my.yaml").read_bytes() == before


def test_elicit_and_pool(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["elicit", "history/pueblo-1968", "answers.yaml"]) == 0
    assert "Wrote answers.yaml." in capsys.readouterr().err
    form = Path("answers.yaml").read_text()
    assert "extends: history/pueblo-1968\n" in form
    assert main(["elicit", "baseline", "answers.yaml"]) == 2
    assert "answers.yaml: a file that is not there yet" in capsys.readouterr().err
    assert main(["pool", "answers.yaml", "mine.yaml"]) == 2
    assert "an answer to some question, got none" in capsys.readouterr().err
    asked = "  - path: entry.honouring\n"
    answer = "    answers: [{expert: Ann, low: 0.3, median: 0.5, high: 0.7}]\n"
    Path("mine.yaml").write_text(form.partition("questions:\n")[0] + "questions:\n" + asked + answer)
    assert main(["check", "mine.yaml"]) == 0
    assert main(["pool", "mine.yaml", "pooled.yaml"]) == 0
    capsys.readouterr()
    assert "triangular(0.2075, 0.5, 0.7925)" in output(capsys, "sources", "pooled.yaml")


def test_check_tells_every_fault_of_every_file(capsys: Capture, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("pactsim: 1\nextends: baseline\ntitel: x\nhorizon: soon\n")
    assert main(["check", "baseline", str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out == "baseline: no faults.\n"
    assert f"{bad}:3:1: titel: " in said.err
    assert f"{bad}:4:10: horizon: " in said.err
    shown = parsed(capsys, "check", "baseline", str(bad), "--json", code=2)
    assert [fault["line"] for fault in shown["faults"]] == [3, 4]
    assert set(shown["faults"][0]) == {"file", "line", "column", "path", "need", "got", "fix"}
    assert parsed(capsys, "check", "baseline", "--json") == {"faults": []}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my", "my: a file that ends in .yaml, got 'my'. Such as my.yaml."),
        (
            "we:ird.yaml",
            "we:ird.yaml: a name of 1 to 60 letters, digits, spaces and _-.(), before .yaml, got 'we:ird'.",
        ),
        ("none/my.yaml", "none/my.yaml: a folder that exists, got 'none'. Make the folder first."),
    ],
)
def test_new_writes_nothing_that_check_would_refuse(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_check_says_that_a_horizon_is_rounded(capsys: Capture, tmp_path: Path) -> None:
    year = tmp_path / "year.yaml"
    year.write_text("pactsim: 1\nextends: baseline\ntitle: x\nhorizon: 1 year\n")
    assert main(["check", str(year)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{year}: no faults.\n"
    assert "365.25 days are 52.18 steps of 7 days, and are rounded to 52." in said.err


@pytest.mark.parametrize("what", ["scenarios", "treaties"])
def test_a_list_of_the_library_takes_no_scenario(capsys: Capture, what: str) -> None:
    assert main(["list", what, "nope"]) == 2
    assert f"Nothing after 'list {what}'" in capsys.readouterr().err


def test_results_of_other_rules_are_not_replayed(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiments.replay.rule_hash", lambda: "0" * 64)
    assert main(["replay", str(folder), "--run", "1"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{folder}: results of the present rules, 0000000000000000, got those of ")
    assert said.endswith("made it.\n")


def test_strict_refuses_numbers_without_a_source(capsys: Capture, tmp_path: Path) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text("pactsim: 1\nextends: baseline\ntitle: x\nset: {actors.Russia.tied_down: 0.4}\n")
    assert main(["check", str(bare)]) == 0
    capsys.readouterr()
    assert main(["check", "--strict", str(bare)]) == 2
    assert "actors.Russia.tied_down: a source for every number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("scenarios", "baseline"),
        ("paths", "actors.Russia.tied_down"),
        ("outcomes", "intervention:Russia:DPRK"),
        ("treaties", "DPRK-Russia=1961"),
        ("switches", "emboldenment"),
    ],
)
def test_list(capsys: Capture, what: str, shown: str) -> None:
    assert shown in output(capsys, "list", what)
    entries = parsed(capsys, "list", what, "--json")[what]
    assert shown.partition("=")[0] in json.dumps(entries)


def test_lists_in_a_pipe_are_not_wrapped(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    cells = [line.split() for line in output(capsys, "list", "paths").splitlines()]
    rows = {row[0]: row[1:] for row in cells if row}
    assert rows["actors.Russia.nuclear_fear"][-2:] == ["number", "0.."]


def test_schema_is_json(capsys: Capture) -> None:
    assert "properties" in parsed(capsys, "schema")


def test_overrides_and_treaties_reach_the_run(capsys: Capture, tmp_path: Path) -> None:
    words = [
        "--set",
        "actors.Russia.tied_down=0.9",
        "--treaty",
        "DPRK-Russia=none",
        "--parameters",
        "central",
    ]
    parsed(capsys, "run", "baseline", "--runs", "50", "--out", str(tmp_path / "r"), *words, "--json")
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert manifest["overrides"] == ["actors.Russia.tied_down=0.9", "DPRK-Russia=none"]
    assert manifest["identity"]["parameters"] == "central"
    assert manifest["scenario"]["actors"] != []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "actors.Rusia.tied_down=0.4"], "Did you mean 'Russia'?"),
        (["--set", "actors.Russia.tied_down=4"], "a share between 0 and 1"),
        (["--treaty", "DPRK-Russia=1962"], "1961"),
        (["--runs", "0"], "runs: a whole number from 1"),
        (["--seed", "-1"], "seed: a whole number from 0"),
    ],
)
def test_wrong_input_writes_nothing(capsys: Capture, tmp_path: Path, words: list[str], said: str) -> None:
    assert main(["run", "baseline", "--out", str(tmp_path / "r"), *words]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err
    assert not (tmp_path / "r").exists()


def test_names_are_printed_as_they_are(capsys: Capture, folder: Path) -> None:
    said = output(capsys, "run", "baseline", "--runs", "300", "--out", str(folder))
    assert "intervention:Japan:ROK" in said, "rich would make a flag of :Japan:"


@pytest.mark.parametrize("command", [["run"], ["check"], ["list", "paths"], ["sources"]])
def test_faults_are_json_where_json_was_asked_for(capsys: Capture, tmp_path: Path, command: list[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("pactsim: 1\nextends: baseline\ntitel: x\n")
    assert main([*command, str(bad), "--json"]) == 2
    said = capsys.readouterr()
    assert [fault["path"] for fault in json.loads(said.out)["faults"]] == ["titel"]
    assert said.err == ""


def test_faults_of_the_command_line_are_json_too(capsys: Capture) -> None:
    (fault,) = parsed(capsys, "run", "baseline", "--rnus", "3", "--json", code=2)["faults"]
    assert fault["need"].startswith("'pactsim run' has no option --rnus, did you mean --runs?")


def test_the_hash_shown_is_the_one_in_the_name_of_the_folder(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = output(capsys, "run", "baseline", "--runs", "10")
    (folder,) = (tmp_path / "results").iterdir()
    assert f"10 runs of baseline ({folder.name.removeprefix('baseline-')})" in said


def test_more_and_fewer_runs_are_noted_beside_the_results(capsys: Capture, tmp_path: Path) -> None:
    words = ("run", "baseline", "--out", str(tmp_path / "r"), "--json", "--runs")
    output(capsys, *words, "20")
    output(capsys, "export", str(tmp_path / "r"))
    assert main([*words, "10"]) == 0
    assert capsys.readouterr().err == "10 runs were asked for; 20 are stored, and all are used.\n"
    assert main([*words, "30"]) == 0
    assert capsys.readouterr().err == "csv/ was of fewer runs and was removed; draw or export anew.\n"


@pytest.mark.parametrize("command", ["plot", "export", "replay"])
def test_an_edited_folder_is_refused(capsys: Capture, tmp_path: Path, command: str) -> None:
    output(capsys, "run", "baseline", "--runs", "10", "--out", str(tmp_path / "r"))
    manifest = tmp_path / "r" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"seed": 1,', '"seed": 2,'))
    more = ["--run", "1"] if command == "replay" else []
    assert main([command, str(tmp_path / "r"), *more]) == 2
    assert "If manifest.json was edited" in capsys.readouterr().err
    manifest.write_text("{}")
    assert main([command, str(tmp_path / "r"), *more]) == 2
    assert "manifest.json: a manifest that pactsim wrote, got another" in capsys.readouterr().err
