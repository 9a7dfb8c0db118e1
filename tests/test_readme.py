"""What the pages tell a reader to type and to write works, and what they say of the format is so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.scenario import model
from sim.scenario.file_format import SwitchFile, keys_of, scenario_keys
from sim.scenario.load import load_scenario
from sim.scenario.model import Block

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "VISION.md",
    "docs/adding-a-theory.md",
    "docs/design.md",
    "docs/odd.md",
    "docs/odd-tables.md",
    "docs/trace.md",
    "docs/tutorial.md",
    "docs/sources.md",
    "docs/facts.md",
)
RUNS = "200"
#: What makes a command small enough to be tried out.
SMALL = {
    "run": ["--runs", RUNS],
    "hindcast": ["--sets", "4", "--histories", "10"],
    "calibrate": ["--sets", "50"],
    "card --range": ["--runs", RUNS],
    "compare": ["--runs", "20"],
    "sweep": ["--runs", "5"],
    "sensitivity": ["--base", "8", "--runs", "4"],
    "uncertainty": ["--points", "16", "--runs", "4"],
}
LARGEST_PICTURE = 150_000  # bytes


def blocks(*languages: str) -> list[str]:
    """Texts of the fenced blocks in these languages, in order."""
    fenced = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", README)
    return [text for language, text in fenced if language in languages]


def lines_of_commands() -> list[str]:
    """Lines of the fenced blocks of commands, without what is said about them."""
    lines = [line for block in blocks("", "sh", "console") for line in block.splitlines()]
    return [re.split(r"\s{2,}#", line)[0].strip() for line in lines]


def commands() -> list[str]:
    """Commands in fenced blocks in the order in which they stand, then those within the text."""
    shown = [line for line in lines_of_commands() if line.startswith("pactsim ")]
    inline = re.findall(r"`(pactsim [^`]+)`", README)
    return [*shown, *inline]


def written_files() -> dict[str, str]:
    """Files that the README tells a reader to save."""
    return dict(re.findall(r"(?ms)^Save this as `([\w.]+)`:\s+```yaml\n(.*?)^```", README))


def filled_in(command: str) -> list[str]:
    """Words of a command, with results folders put in the place of ``<hash8>`` and ``DIR``, and few runs."""
    words = shlex.split(command)[1:]
    words += next((options for start, options in SMALL.items() if command.startswith(f"pactsim {start}")), [])
    folders = sorted(map(str, Path("results").glob("*")))
    return [next((each for each in folders if _fits(word, each)), word) for word in words]


def _fits(word: str, folder: str) -> bool:
    pattern = re.escape(word).replace(re.escape("<hash8>"), "[0-9a-f]{8}")
    return word == "DIR" or ("<hash8>" in word and re.fullmatch(pattern, folder) is not None)


def test_there_is_something_to_execute() -> None:
    said = " ".join(commands())
    wanted = ("check", "run", "replay", "list", "show", "new", "sources", "export")
    wanted += ("compare", "sweep", "sensitivity", "discover", "query")
    assert all(f"pactsim {command} " in said for command in wanted)
    assert written_files()
    assert set(lines_of_commands()) >= {"make run", "make test"}


def test_every_line_of_a_block_of_commands_is_one_that_is_executed() -> None:
    others = [line for line in lines_of_commands() if not line.startswith(("pactsim ", "make "))]
    assert others == []


@pytest.mark.slow
def test_every_command_of_the_readme_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in written_files().items():
        Path(name).write_text(text, encoding="utf-8")
    for command in commands():
        code = main(filled_in(command))
        said = capsys.readouterr()
        assert code == 0, f"{command}: {said.err}"
        assert said.out.strip() or said.err.strip(), f"{command} says nothing"
    assert list(Path("results").glob("ceasefire-*/figures/*.svg"))
    assert list(Path("results").glob("*/csv/rows.csv"))


@pytest.mark.slow
def test_the_answer_in_the_readme_is_what_its_command_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (shown,) = blocks("text")
    (command,) = [line for line in commands() if line.startswith("pactsim compare") and "none" in line]
    assert main(shlex.split(command)[1:]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in shown.splitlines() if line not in said] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_knows_the_targets(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"(?m)^make (\w+)", text)
    assert targets
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"(?m)^{target}:", makefile), target
        if shutil.which("make"):
            done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """Anchors of the headings of a page, spelt as the usual renderers do."""
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_files_named_are_there() -> None:
    made = {"tests/engine/golden.json", "scenarios/treaties/NAME.yaml"}  # by the command beside it, by the reader
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for name in re.findall(r"`((?:sim|scenarios|tests|docs|benchmarks)/[\w./-]*)`", text):
            assert name in made or (ROOT / name).exists(), f"{page}: {name}"


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "figures").iterdir():
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name


def test_outcomes_in_the_readme_can_be_asked_for() -> None:
    from sim.outcomes import catalogue, parse

    known = catalogue(load_scenario("baseline").scenario)
    table = README.partition("| name | share of runs in which |")[2].partition("\n\n")[0]
    names = [name for name in re.findall(r"`([\w:]+)`", table) if "…" not in name]
    assert len(names) > 5
    for name in names:
        assert parse(name, known).name == name
        assert name == "peak_rung" or parse(f"{name}|attacked_at_war:DPRK", known)


def format_rows() -> dict[str, set[str]]:
    """Words in code in the rows of the table of the format, by block."""
    table = DESIGN.partition("| block | keys |")[2].partition("\n\n")[0]
    rows = (line.strip("|").split("|") for line in table.splitlines()[2:])
    return {re.findall(r"`(\w+)`", row[0])[0]: set(re.findall(r"`(\w+)`", row[1])) for row in rows}


def words_of(block: type[Block]) -> set[str]:
    """Keys of a block and of what is listed in it."""
    found: set[str] = set()
    for name, key in keys_of(block).items():
        found |= {name} | (words_of(key.model) if key.model else set())
    return found - ANYWHERE


ANYWHERE = {"source", "note", "confidence"}


def test_the_table_of_the_format_says_what_the_format_is() -> None:
    said = format_rows()
    top = scenario_keys()
    listed = {
        name: words_of(key.model) for name, key in top.items() if key.model and name not in ("treaties", "switches")
    }
    expected = {**listed, "treaty": words_of(model.Treaty), "switches": words_of(SwitchFile)}
    plain = set(top) - set(listed) - ANYWHERE
    assert said.pop("scenario") == plain | {"actors", "start"}
    assert said == expected
