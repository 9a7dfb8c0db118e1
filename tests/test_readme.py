"""What the README tells a reader to type works, in order, with fewer runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli.main import main

README = (Path(__file__).parent.parent / "README.md").read_text()
RUNS = "200"


def blocks(*languages: str) -> list[str]:
    """Texts of the fenced blocks in these languages, in order."""
    fenced = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", README)
    return [text for language, text in fenced if language in languages]


def commands() -> list[str]:
    """Commands in fenced blocks in the order in which they stand, then those within the text."""
    lines = [line for block in blocks("", "sh", "console") for line in block.splitlines()]
    shown = [line.partition("  #")[0].strip() for line in lines if line.startswith("pactsim ")]
    inline = re.findall(r"`(pactsim (?:list|show|new|sources|export) [^`]+)`", README)
    return [*shown, *inline]


def written_files() -> dict[str, str]:
    """Files that the README tells a reader to save."""
    return dict(re.findall(r"(?ms)^Save this as `([\w.]+)`:\s+```yaml\n(.*?)^```", README))


def filled_in(command: str) -> list[str]:
    """Words of a command, with results folders put in the place of ``<hash8>`` and ``DIR``."""
    words = shlex.split(command)[1:]
    if words[0] == "run":
        words += ["--runs", RUNS]
    folders = sorted(map(str, Path("results").glob("*")))
    return [next((each for each in folders if _fits(word, each)), word) for word in words]


def _fits(word: str, folder: str) -> bool:
    pattern = re.escape(word).replace(re.escape("<hash8>"), "[0-9a-f]{8}")
    return word == "DIR" or ("<hash8>" in word and re.fullmatch(pattern, folder) is not None)


def test_there_is_something_to_execute() -> None:
    said = " ".join(commands())
    assert all(f"pactsim {command} " in said for command in ("check", "run", "replay", "list", "show", "new"))
    assert written_files()


@pytest.mark.slow
def test_every_command_of_the_readme_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in written_files().items():
        Path(name).write_text(text)
    for command in commands():
        code = main(filled_in(command))
        said = capsys.readouterr()
        assert code == 0, f"{command}: {said.err}"


def test_the_targets_of_make_that_the_readme_names_are_there() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text()
    for target in re.findall(r"(?m)^make (\w+)", README):
        assert re.search(rf"(?m)^{target}:", makefile), target


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (Path(__file__).parent.parent / link).exists(), link
