"""`uncertainty` end to end: its first screen, JSON, faults and figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from sim.cli.main import main
from sim.cli.uncertainty_tables import tables
from tests.experiments.small_file import lively, written

Capture = pytest.CaptureFixture[str]
ENTRY = "intervention:Cee:Bee"
WORDS = ["--outcome", ENTRY, "--outcome", "war", "--outcome", "nuclear_use", "--points", "32", "--runs", "40"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """The command and the folder that it has filled."""
    file = written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")
    folder = tmp_path_factory.mktemp("uncertainty") / "out"
    command = ["uncertainty", str(file), *WORDS, "--out", str(folder)]
    assert main(command) == 0
    return command, folder


def output(capsys: Capture, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def test_the_first_screen_keeps_the_kinds_apart(
    capsys: Capture, made: tuple[list[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, folder = made
    monkeypatch.setenv("COLUMNS", "120")
    said = output(capsys, *command)
    assert " runs of lively (" in said.splitlines()[0]
    for word in ("MC error", "9 of 10 points", "half", "positions, one at a time", "what doubt is due to"):
        assert word in said
    for word in ("events: chance", "parameters", "theory of decision", "switches", "only jointly"):
        assert word in said
    assert "lowest: " in said
    assert "highest: " in said
    assert "these weights are judged" in " ".join(said.split())
    assert "Research estimates, not predictions." in said
    assert said.endswith(f"Results: {folder}\n")


def test_json_is_the_stored_summary_and_nothing_else(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    shown = json.loads(output(capsys, *command, "--json"))
    assert shown == json.loads((folder / "summary.json").read_text())
    assert shown["kind"] == "uncertainty"
    assert shown["weights"].startswith("judged: ")


def test_a_narrow_terminal(capsys: Capture, made: tuple[list[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    command, folder = made
    monkeypatch.setenv("COLUMNS", "60")
    lines = [line for line in output(capsys, *command).splitlines() if str(folder) not in line]
    assert max(map(cell_len, lines)) <= 60


def test_figures(capsys: Capture, made: tuple[list[str], Path]) -> None:
    _, folder = made
    assert output(capsys, "plot", str(folder)) == f"Figures: {folder / 'figures'}\n"
    assert {path.name for path in (folder / "figures").iterdir()} == {"uncertainty.svg", "uncertainty.png"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--over", "honoring"], "--over: names of switches, or 'theory', each once, got 'honoring'."),
        (["--over", ""], "--over: names of switches, or 'theory', each once, got ''."),
        (["--runs", "1"], "--runs: two runs of each point or more, got 1."),
        (["--points", "4"], "--points: 16 points or more, got 4."),
        (["--points", "many"], "--points: a whole number, got 'many'."),
        (["--outcome", "incidents:raid"], "--outcome: a share, got 'incidents:raid', a mean."),
        (["--treaty", "pact=1,none"], "pact"),
    ],
)
def test_a_fault_is_a_sentence_and_writes_nothing(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    monkeypatch.chdir(tmp_path)
    assert main(["uncertainty", str(file), *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "Traceback" not in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["lively.yaml"]


def test_what_is_not_seen_is_told_with_what_would_show_it() -> None:
    estimate = {"value": 0.001, "low": 0.0005, "high": 0.002, "n": 3200, "hits": 3, "method": "clopper-pearson"}

    def found(band: bool, unseen: dict[str, object] | None) -> dict[str, object]:
        index = {"value": 0.001, "low": 0.0005, "high": 0.002}
        quantiles = dict.fromkeys(("q05", "q25", "q50", "q75", "q95"), index)
        return {
            "probability": estimate, "band": quantiles if band else None, "unseen": unseen, "structure": [],
            "variance": None,
        }  # fmt: skip

    outcomes = {
        "a": found(False, {"by": "runs", "runs": 500}),
        "b": found(False, {"by": "runs", "runs": 700}),
        "c|war": found(False, {"by": "rare", "runs": None}),
        "d": found(True, {"by": "runs", "runs": 900}),
        "e": found(True, None),
    }
    stored = {"outcomes": outcomes, "assumption_driven": {}, "choices": []}
    said = [part for part in tables(stored) if isinstance(part, str)]
    assert said[0].startswith("- a, b: a spread over parameters is not told apart from the noise of few runs. With ")
    assert "--runs 700" in said[0]
    assert said[1].startswith("- c|war: plain runs cannot see how this spreads")
    assert "`pactsim rare SCENARIO --event c --vary PATH`" in said[1]
    assert said[2].startswith("- d: more than a quarter of the points have no hit.")
