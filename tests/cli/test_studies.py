"""`compare`, `sweep` and `sensitivity` end to end: first screens, JSON, faults, figures, and what they are not for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from sim.cli.main import main
from tests.experiments.small_file import lively, written

Capture = pytest.CaptureFixture[str]
ENTRY = "intervention:Cee:Bee"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml"))


#: Each command with what it needs, and the heading of its first screen.
WORDS = {
    "compare": ["--treaty", "pact=1,none", "--by-clause", "--runs", "400"],
    "sweep": ["--vary", "entry.honouring=0.1:0.9:3", "--treaty", "pact=1,none", "--runs", "40"],
    "sensitivity": ["--vary", "entry.honouring", "--vary", "entry.rear", "--base", "16", "--runs", "20"],
}
HEADINGS = {
    "compare": "1,600 runs of lively (",
    "sweep": "240 runs of lively (",
    "sensitivity": "1,600 runs of lively (",
}


@pytest.fixture(scope="module", params=WORDS)
def made(request: pytest.FixtureRequest, file: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """A command and the folder that it has filled."""
    folder = tmp_path_factory.mktemp(request.param) / "out"
    command = [request.param, file, *WORDS[request.param], "--out", str(folder)]
    assert main(command) == 0
    return command, folder


def output(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def test_the_first_screen(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    said = output(capsys, *command)
    assert said.startswith(HEADINGS[command[0]])
    assert " over 12 weeks, " in said
    assert "seed 1." in said
    assert "What does not vary was drawn anew in each run." in said
    assert "Research estimates, not predictions." in said
    assert said.endswith(f"Results: {folder}\n")
    assert ENTRY in said
    hash_shown = re.findall(r"lively \(([0-9a-f]{8})\)", said)[0]
    assert json.loads((folder / "summary.json").read_text())["study_hash"].startswith(hash_shown)


def test_json_is_the_stored_summary_and_nothing_else(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    shown = json.loads(output(capsys, *command, "--json"))
    assert shown == json.loads((folder / "summary.json").read_text())
    assert shown["kind"] == command[0]


def test_a_narrow_terminal_without_colours(
    capsys: Capture, made: tuple[list[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, folder = made
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    said = output(capsys, *command)
    lines = [line for line in said.splitlines() if str(folder) not in line and "/" not in line]
    assert max(map(cell_len, lines)) <= 60
    assert "\x1b" not in said
    wide = set(re.findall(r"[-+]?\d+(?:\.\d+)? (?:pp|%)", said))
    monkeypatch.setenv("COLUMNS", "200")
    assert set(re.findall(r"[-+]?\d+(?:\.\d+)? (?:pp|%)", output(capsys, *command))) == wide, "no number is cut off"


def test_compare_tells_differences_clauses_and_worlds(capsys: Capture, file: str, tmp_path: Path) -> None:
    said = output(
        capsys, "compare", file, *WORDS["compare"], "--theories", "--outcome", "war|attacked_at_war:Aye",
        "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert "none minus 1" in said
    assert "No run differs in war" in said
    assert "over 4 worlds" in said
    assert "0 up, 4 down of 4" in said
    assert "lowest with " in " ".join(said.split()), "a narrow terminal leaves the column out"
    assert "clause by clause" in said
    assert "Cee for Bee" in said
    assert "no run differs by Bee for Cee" in said


def test_sweep_tells_ends_and_points_that_failed(capsys: Capture, file: str, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("entry.honouring\n0.1\n0.9\n7\n")
    said = output(capsys, "sweep", file, "--design", str(table), "--runs", "50", "--out", str(tmp_path / "out"))
    assert "Point 2 failed: points.csv:4: entry.honouring: a number from 0 to 1, got 7." in said
    assert "over 3 points" in said
    assert "Varied by file: entry.honouring (0.1, 0.9)." in said


def test_sensitivity_tells_indices_beside_the_dummy(capsys: Capture, file: str, tmp_path: Path) -> None:
    said = output(
        capsys,
        "sensitivity",
        file,
        *WORDS["sensitivity"],
        "--second",
        "--outcome",
        ENTRY,
        "--out",
        str(tmp_path / "out"),
    )
    assert "What varies explains " in said
    assert "chance, and parameters that are drawn and do not vary here, the rest." in " ".join(said.split())
    assert "S1: alone" in said
    assert "dummy (does nothing)" in said
    assert "the noise of events is taken out" in said


@pytest.mark.parametrize("method", ["morris", "pawn"])
def test_sensitivity_by_screening(capsys: Capture, file: str, tmp_path: Path, method: str) -> None:
    pytest.importorskip("SALib")
    words = ["--vary", "entry.honouring", "--base", "20", "--runs", "10", "--method", method, "--outcome", ENTRY]
    said = output(capsys, "sensitivity", file, *words, "--out", str(tmp_path / "out"))
    assert {"morris": "mean size of effect", "pawn": "largest distance"}[method] in said
    assert "dummy (does nothing)" in said


FAULTS = [
    (["compare", "FILE"], "compare: two scenarios or more, got 1. Name another, or versions of a treaty"),
    (["compare", "FILE", "--treaty", "pct=1,none"], "--treaty: a treaty slot, got 'pct'. Did you mean 'pact'?"),
    (["compare", "FILE", "FILE"], "compare: each scenario once, got "),
    (["compare", "FILE", "--treaty", "pact=1,none", "--outcome", "wra"], "got 'wra'. Did you mean 'war'?"),
    (["compare"], "Missing argument 'SCENARIO'. See 'pactsim compare --help'."),
    (["sweep", "FILE"], "--vary: something that varies, got nothing. Name it, as in --vary"),
    (["sweep", "FILE", "--vary", "entry.honoring=0:1"], "a path of the scenario, got 'entry.honoring'. Did you"),
    (["sweep", "FILE", "--vary", "entry.rear=0:2"], "--vary: entry.rear: a number from 0 to 1, got 2."),
    (["sweep", "FILE", "--vary", "entry.rear=a"], "--vary: entry.rear: a number, got 'a'."),
    (["sweep", "FILE", "--design", "none.csv"], "none.csv: a design or a file that can be read, got No such file"),
    (["sweep", "FILE", "--vary", "entry.rear", "--points", "1.5"], "--points: a whole number, got '1.5'."),
    (["sweep", "FILE", "--vary", "entry.rear", "--points", "9"], "--points: levels, which a grid is made of, got 9"),
    (["sweep", "FILE", "--vary", "entry.rear", "--treaty", "pact=2"], "pact"),
    (["sensitivity", "FILE", "--method", "fast"], "--method"),
    (["sensitivity", "FILE", "--runs", "1"], "--runs: two runs of each point or more, got 1."),
    (["sensitivity", "FILE", "--outcome", "peak_rung"], "--outcome: a share or a mean, got 'peak_rung'"),
    (["sensitivity", "FILE", "--method", "pawn", "--second"], "--second: --method sobol, which alone has indices"),
    (["sensitivity", "no such scenario"], "no such scenario"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"), FAULTS, ids=lambda given: " ".join(given) if isinstance(given, list) else ""
)
def test_a_fault_is_a_sentence_and_writes_nothing(
    capsys: Capture, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [file if word == "FILE" else word for word in words]
    assert main(command) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())
    assert main([*command, "--json"]) == 2
    told = capsys.readouterr()
    assert told.err == ""
    faults: Any = json.loads(told.out)["faults"]
    assert len(faults) == 1


def test_all_faults_are_told_at_once(capsys: Capture, file: str) -> None:
    words = ["--vary", "entry.rear=1:0", "--vary", "nonsense", "--treaty", "pact=1,9", "--treaty", "pct=1,2"]
    assert main(["sweep", file, *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_notes_stand_beside_the_result(capsys: Capture, file: str, tmp_path: Path) -> None:
    words = ["--vary", "entry.rear", "--design", "sobol", "--points", "3", "--runs", "5", "--json"]
    assert main(["sweep", file, *words, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert told.err == "A Sobol' sequence is balanced at powers of two: 4 points instead of 3.\n"
    assert json.loads(told.out)["points"] == 4


def test_figures_of_every_kind(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    assert output(capsys, "plot", str(folder)) == f"Figures: {folder / 'figures'}\n"
    names = {path.stem for path in (folder / "figures").iterdir()}
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".svg", ".png"}
    first = {"compare": "contrasts", "sweep": "sweep", "sensitivity": "sensitivity-war"}[command[0]]
    assert any(name.startswith(first) for name in names)
    assert ("clauses" in names) == (command[0] == "compare")


def test_a_study_is_replayed(capsys: Capture, made: tuple[list[str], Path]) -> None:
    _, folder = made
    told = json.loads(output(capsys, "replay", str(folder), "--run", "7", "--json"))
    assert told["outcome"]["run"] == 7
    assert "run 7" in output(capsys, "replay", str(folder), "--run", "7").lower()
    assert main(["replay", str(folder), "--run", "100000"]) == 2
    assert "--run: a number from 0 to " in capsys.readouterr().err


@pytest.mark.parametrize("command", ["export", "card"])
def test_what_is_for_runs_alone_says_so(capsys: Capture, made: tuple[list[str], Path], command: str) -> None:
    (kind, *_), folder = made
    assert main([command, str(folder)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{folder}: the folder of `pactsim run`, got that of `pactsim {kind}`.\n"


def test_run_does_not_go_on_with_a_study(capsys: Capture, file: str, made: tuple[list[str], Path]) -> None:
    (kind, *_), folder = made
    assert main(["run", file, "--runs", "10", "--out", str(folder)]) == 2
    assert f"{folder}: the same run as is stored here, got " in capsys.readouterr().err
    assert json.loads((folder / "summary.json").read_text())["kind"] == kind


def test_a_command_in_the_manifest_makes_it_again(
    capsys: Capture, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the manifest has as the command is what was given, and gives the same rows."""
    import shlex
    import sys

    words = ["sweep", file, *WORDS["sweep"], "--out", str(tmp_path / "1")]
    monkeypatch.setattr(sys, "argv", ["pactsim", *words])
    assert main(words) == 0
    told = json.loads((tmp_path / "1" / "manifest.json").read_text())["command"]
    again = [word.replace(str(tmp_path / "1"), str(tmp_path / "2")) for word in shlex.split(told)[1:]]
    assert main(again) == 0
    capsys.readouterr()
    one, two = (json.loads((tmp_path / name / "summary.json").read_text()) for name in ("1", "2"))
    assert one["rows_sha256"] == two["rows_sha256"]
