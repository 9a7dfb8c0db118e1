"""Every citation of the shipped files and pages is in the bibliography, and a scenario prints those that it makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.scenario.bibliography import Reference, cited_in, references
from sim.scenario.load import load_scenario

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(
    path for path in [*(ROOT / "scenarios").rglob("*.yaml"), *(ROOT / "scenarios").rglob("*.csv")]
    if path.parent.name != "references"
)  # fmt: skip
PAGES = sorted((ROOT / "docs").glob("*.md"))

NAME = r"[A-Z][A-Za-zÀ-ÿ'’\-]+"
CITATION = re.compile(rf"((?:{NAME}, )*{NAME}(?:,? (?:&|et al\.) ?(?:{NAME})?)?) \(?((?:18|19|20)\d\d)(?![\d–-])")
#: Words before a year that name no author.
NO_AUTHORS = {
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    *("December", "Yearbook", "CINC", "DPRK", "ROK", "US", "Russia", "Japan", "China", "David", "Command", "The", "In"),
    *("Since", "Korea", "Strategy", "Network"),  # "… Open Nuclear Network 2024" is found by its whole name
}


def citations(text: str) -> set[str]:
    """Citations by name and year in a text."""
    found = CITATION.findall(text)
    return {f"{names} {year}" for names, year in found if names.split(", ")[-1].split()[-1] not in NO_AUTHORS}


def missing(text: str, known: list[Reference]) -> list[str]:
    """Citations of a text that no reference has as one of its short forms."""
    forms = {form for reference in known for form in reference.cited}
    return sorted(citation for citation in citations(text) if citation not in forms)


def test_the_search_for_citations_finds_them() -> None:
    text = "after Doe 1999, IO 57(4), and Roe, Poe & Moe (2001); Zoe et al. 2002, from 28 May 2024"
    assert citations(text) == {"Doe 1999", "Roe, Poe & Moe 2001", "Zoe et al. 2002"}
    assert missing("Leeds 2003; Nobody 2003", references()) == ["Nobody 2003"]


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=lambda path: path.name)
def test_what_is_cited_is_there(path: Path) -> None:
    assert missing(path.read_text(encoding="utf-8"), references()) == []


def test_keys_and_short_forms_are_unique_and_texts_are_whole() -> None:
    known = references()
    forms = [form for reference in known for form in reference.cited]
    assert len({reference.key for reference in known}) == len(known)
    assert len(set(forms)) == len(forms)
    for reference in known:
        assert re.fullmatch(r"[a-z0-9-]+", reference.key)
        assert reference.cited
        assert len(reference.text) > 30


def test_a_scenario_prints_the_references_that_it_cites(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "history/pueblo-1968"]) == 0
    table, _, works = capsys.readouterr().out.partition("\nReferences\n")
    assert "partnerships.US>ROK.exposure" in table
    assert "kane-2006: Kane, T. (2006)." in works
    assert "tversky-1992: " in works
    assert "chicago-council: " in works
    assert "axelrod-1984" not in works
    assert main(["sources", "baseline", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    keys = [reference.key for reference in cited_in(load_scenario("baseline").scenario)]
    assert [work["key"] for work in shown["references"]] == keys
    assert keys == sorted(keys)
