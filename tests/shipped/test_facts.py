"""The page of facts is true: every path is one, every scenario loads and is another than the baseline."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.listing import list_paths
from sim.scenario.load import Loaded, load_scenario

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
ROWS = {row[1].strip(): row[2:7] for line in PAGE.splitlines() if len(row := line.split("|")) == 8}
FACTS = [f"S{number}" for number in range(1, 15)]


@functools.cache
def loaded(name: str) -> Loaded:
    return load_scenario(name)


def content(name: str) -> dict[str, Any]:
    """What a scenario says, without its titles."""
    return {
        key: value for key, value in loaded(name).resolved.items() if key not in ("stem", "title", "question", "note")
    }


def test_every_fact_has_a_row() -> None:
    assert [name for name in ROWS if re.fullmatch(r"S\d+", name)] == FACTS


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_is_reached_by_scenarios_that_load_and_paths_that_there_are(fact: str) -> None:
    said, source, data, mechanism, turned = ROWS[fact]
    assert len(said) > 30
    assert source
    scenarios, paths = re.findall(r"`([^`]+)`", turned), re.findall(r"`([^`]+)`", data)
    assert scenarios
    assert paths
    there = {entry.path for name in ["baseline", *scenarios] for entry in list_paths(loaded(name))}
    assert [path for path in paths if path not in there] == []
    for name in scenarios:
        assert content(name) != content("baseline"), name
    for section in re.findall(r"\b\d+\.\d+\b", mechanism):
        assert re.search(rf"(?m)^### {re.escape(section)} ", ODD), section
