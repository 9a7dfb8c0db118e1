"""A small valid scenario, a small library, and a folder of one's own to load from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import library
from sim.scenario.load import Loaded, load_scenario

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")

DEE = """\
name: Dee
power: 0.05
resolve: 0
rationality: 2
audience_cost: 0.1
reputation: 0.5
cost_tolerance: 1
nuclear_fear: 1
source: Dee's yearbook
"""

OLD_TREATY = """\
pactsim_treaty: 1
name: Bee-Cee-1950
slot: Bee-Cee
version: "1950"
title: The treaty before
parties: [Bee, Cee]
signed: 1950-01-01
in_force: 1950-06-01
ended: 1990-01-01
"""

SWITCHES = """\
switches:
  - name: hope
    title: Does Bee count on Cee?
    positions:
      - name: none
        source: "Doe 2020"
        set: {beliefs.weight_own: 0}
      - name: high
        source: "Roe 2021"
        note: An upper bound.
        set: {beliefs.weight_own: {uniform: [0.5, 1]}, rivalries.Aye>Bee.rung: threat}
"""

FITTED = """\
source: fitted
climate: {hot_years: 3, cold_years: 6}
actors:
  - {name: Aye, tied_down: 0.1}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of one's own, with a library that is not the repository's."""
    shelf = tmp_path / "library"
    for name in ("actors", "treaties", "parameters", "history"):
        (shelf / name).mkdir(parents=True)
    (shelf / "base.yaml").write_text(SMALL, encoding="utf-8")
    (shelf / "actors" / "Dee.yaml").write_text(DEE, encoding="utf-8")
    (shelf / "treaties" / "Bee-Cee-1950.yaml").write_text(OLD_TREATY, encoding="utf-8")
    (shelf / "parameters" / "switches.yaml").write_text(SWITCHES, encoding="utf-8")
    (shelf / "parameters" / "fitted.yaml").write_text(FITTED, encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(library, "package_library", lambda: shelf)
    return here


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Give the folder of the library."""
    return tmp_path / "library"


@pytest.fixture
def small() -> str:
    """Give the text of a small valid scenario."""
    return SMALL


@pytest.fixture
def load(folder: Path) -> Callable[..., Loaded]:
    """Load a text as s.yaml; keyword arguments go to `load_scenario`."""

    def loaded(text: str, **options: list[str]) -> Loaded:
        (folder / "s.yaml").write_text(text, encoding="utf-8")
        return load_scenario("s.yaml", **options)

    return loaded


@pytest.fixture
def faults(load: Callable[..., Loaded]) -> Callable[..., list[str]]:
    """Load a text that is wrong and give its faults as lines."""

    def found(text: str, **options: list[str]) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(text, **options)
        return [str(fault) for fault in caught.value.faults]

    return found
