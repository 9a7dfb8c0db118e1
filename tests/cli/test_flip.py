"""`flip` end to end on a terminal: the answer first, JSON, figures, faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.experiments.flips import flip as experiment
from tests.experiments.small_file import lively, written

Capture = pytest.CaptureFixture[str]
CLAIM = "intervention:Cee:Bee|attacked_at_war:Bee > 38 %"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("flip")
    file = written(lively(), folder / "lively.yaml")
    words = ["flip", str(file), "--claim", CLAIM, "--runs", "200", "--pairs", "2", "--out", str(folder / "out")]
    return [*words, "--vary", "entry.honouring", "--vary", "entry.rear"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "BUDGET", 40)


def output(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def test_the_first_screen_gives_the_answer(capsys: Capture, words: list[str]) -> None:
    said = output(capsys, *words)
    assert f"Claim: {CLAIM} *\n" in said
    assert "The claim holds, by " in said
    assert "The smallest change of one parameter that reverses it: entry.honouring from 0.5 to 0.2" in said
    assert "the one other" in said
    assert "* assumption-driven: " in said
    assert "All intervals of the search hold together in 95 % of such searches." in said
    assert said.rstrip().endswith(f"Results: {words[words.index('--out') + 1]}")


def test_no_line_is_wider_than_the_terminal(capsys: Capture, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = output(capsys, *words).split("\n\n", 2)[2]
    table = [line for line in said.splitlines() if not line.startswith("Results: ")]
    assert max(map(len, table)) <= 80


def test_json_is_the_summary(capsys: Capture, words: list[str]) -> None:
    found = json.loads(output(capsys, *words, "--json"))
    assert found["kind"] == "flip"
    assert found["claim"]["holds"] is True
    assert {each["path"] for each in found["parameters"]} == {"entry.honouring", "entry.rear"}
    assert found["sentences"]


def test_figures_are_drawn_at_once_and_later(capsys: Capture, words: list[str]) -> None:
    folder = Path(words[words.index("--out") + 1])
    output(capsys, *words, "--plot")
    assert (folder / "figures" / "flip.png").is_file()
    assert output(capsys, "plot", str(folder)) == f"Figures: {folder / 'figures'}\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["plot", "DIR/screen"], "the folder of a whole search for flips, got a stage of one. Give "),
        (["discover", "DIR/screen", "--outcome", "war"], "the folder of a run or a sweep, got a stage of a search"),
    ],
)
def test_a_stage_is_no_result_by_itself(capsys: Capture, words: list[str], command: list[str], said: str) -> None:
    folder = words[words.index("--out") + 1]
    output(capsys, *words)
    assert main([word.replace("DIR", folder) for word in command]) == 2
    assert said in capsys.readouterr().err


def test_an_unfinished_search_has_no_figure(capsys: Capture, words: list[str]) -> None:
    folder = Path(words[words.index("--out") + 1])
    output(capsys, *words)
    (folder / "summary.json").unlink()
    assert main(["plot", str(folder)]) == 2
    assert "a finished search, got no summary.json. Give its command again" in capsys.readouterr().err


def test_a_misspelt_claim_is_told_in_a_sentence(capsys: Capture, words: list[str]) -> None:
    wrong = [word.replace("intervention", "intervetion") for word in words]
    assert main(wrong) == 2
    assert "Did you mean 'intervention:Cee:Bee" in capsys.readouterr().err
