"""The tutorial prints what it says it prints, and its shell commands make the folders that its Python makes."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from docs import tutorial
from sim.cli.main import main

PAGE = tutorial.FILE.read_text(encoding="utf-8")


def test_a_block_that_prints_something_else_is_seen() -> None:
    stale = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n\nmore\n"
    assert tutorial.executed(stale) == stale.replace("3", "2")
    assert tutorial.executed("```python\nx = 1\n```\nmore\n") == "```python\nx = 1\n```\nmore\n"


def test_every_study_of_the_page_has_its_command() -> None:
    said = " ".join(tutorial.commands(PAGE))
    wanted = ("run", "compare", "sweep", "sensitivity", "discover", "query", "replay")
    assert all(f"pactsim {command} " in said for command in wanted)


@pytest.mark.slow
def test_the_page_is_what_its_blocks_print_and_its_commands_make_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tutorial.executed(PAGE) == PAGE, "renew it with `python -m docs.tutorial --renew`, and read it again"
    made = sorted(map(str, Path("results").glob("*/*")))
    assert len(list(Path("results").iterdir())) >= 7
    capsys.readouterr()
    for command in tutorial.commands(PAGE):
        assert main(shlex.split(command)[1:]) == 0, f"{command}: {capsys.readouterr().err}"
    # discover leaves its finding in the folder under the same name.
    assert sorted(map(str, Path("results").glob("*/*"))) == made
