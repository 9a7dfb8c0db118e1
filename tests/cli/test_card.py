"""The command `card`, as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli.main import main


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["card", *words]) == code
    shown = capsys.readouterr()
    return shown.err if code else shown.out


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def test_a_card_for_a_person_and_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--runs", "400")
    assert max(map(len, text.splitlines())) <= 100
    assert "400 runs of baseline beside published estimates" in text
    assert "War\n  war: " in text
    assert "0.7 % (0-3.5) a year          yes  War in Korea" in text
    assert "figure not checked" in text
    assert text.count("intervention:Russia:DPRK:forces_in_theatre|attacked_at_war:DPRK: ") == 1
    folder = next(Path("results").iterdir())
    assert said(capsys, str(folder)) == text
    told = json.loads(said(capsys, str(folder), "--json"))
    assert told["rows"][0]["published"]["value"] == 0.007
    assert told["rows"][0]["model"]["n"] == 400


def test_a_range_for_a_person_and_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--range", "--runs", "100", "--over", "honouring,wording")
    text = said(capsys, *words)
    assert max(map(len, text.splitlines())) <= 100
    assert "10 combinations of honouring, wording: 100 runs of each, the same draws." in text
    assert "honouring moves it by" in text
    assert "  defence-pacts-post-1945 " in text
    told = json.loads(said(capsys, *words, "--json"))
    assert len(told["combinations"]) == 10
    assert told["forms"]["forces_in_theatre"]["lowest"]["at"]["honouring"] == "defence-pacts-post-1945"


def test_the_whole_range_fits_a_usual_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--range", "--runs", "20")
    assert max(map(len, text.splitlines())) <= 100
    assert "40 combinations of honouring, wording, theory" in text


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--over", "theory"], "--over: --range beside it, got none."),
        (["--pair", "Russia>DPRK"], "--pair: --range beside it, got none."),
        (["nowhere"], "got 'nowhere'"),
        (["--range", "--over", "fear"], "--over: names of switches, or 'theory', each once, got 'fear'."),
        (["--range", "--runs", "many"], "--runs: a whole number, got 'many'."),
    ],
)
def test_faults(capsys: pytest.CaptureFixture[str], words: list[str], fault: str) -> None:
    assert fault in said(capsys, *words, code=2)


def test_a_range_of_a_results_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--runs", "50")
    folder = str(next(Path("results").iterdir()))
    assert "a scenario, since --range runs it anew" in said(capsys, folder, "--range", code=2)
    assert "leave out --runs" in said(capsys, folder, "--runs", "10", code=2)
