"""The page of tables says what the code says: every state variable and parameter, with its meaning and value."""

from __future__ import annotations

import dataclasses
import re

import pytest

from docs import tables
from sim.engine.layout import DERIVED_BLOCKS, NAMED_PARAMETERS, PER, STATE_BLOCKS
from sim.scenario.file_format import scenario_keys
from sim.scenario.load import load_scenario


def test_the_page_is_what_the_code_would_write() -> None:
    stored = tables.FILE.read_text(encoding="utf-8")
    assert stored == tables.page(), "renew it with `python -m docs.tables --renew`"


def test_every_variable_and_parameter_has_a_meaning_and_a_unit() -> None:
    assert all(what and unit for _, _, what, unit in (*STATE_BLOCKS, *DERIVED_BLOCKS))
    assert {letter for _, letter, *_ in (*STATE_BLOCKS, *DERIVED_BLOCKS)} == set(PER)
    found = list(tables.definitions(scenario_keys()))
    assert [each.path for each in found if not each.key.help_text] == []
    assert set(NAMED_PARAMETERS.values()) <= {each.path for each in found}


def test_every_quantity_of_the_baseline_is_among_the_values() -> None:
    scenario = load_scenario(tables.SCENARIO).scenario
    quantities = [each.value for each in tables.values(scenario, scenario_keys()) if each.key.kind == "quantity"]
    assert sorted(map(str, quantities)) == sorted(map(str, scenario.quantities().values()))


def test_the_description_of_the_model_has_every_parameter() -> None:
    """A parameter that no submodel names would be a mechanism that the page leaves out."""
    text = (tables.FILE.with_name("odd.md")).read_text(encoding="utf-8")
    keys = {each.path.rpartition(".")[2] for each in tables.definitions(scenario_keys())} - {"label"}
    spelt = {key: rf"\b({key}|{key.replace('_', ' ')})\b" for key in keys}
    assert [key for key, pattern in spelt.items() if not re.search(pattern, text)] == []


def test_the_symbols_of_the_description_are_those_of_the_code() -> None:
    text = (tables.FILE.with_name("odd.md")).read_text(encoding="utf-8")
    table = text.partition("| symbol | in the code | what |")[2].partition("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line)}
    known = {name for name, *_ in (*STATE_BLOCKS, *DERIVED_BLOCKS)} | {"step"}
    known |= {each.path.rpartition(".")[2] for each in tables.definitions(scenario_keys())}
    assert len(named) > 15
    assert named <= known


def test_a_change_of_meaning_or_of_value_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables.page()
    name, letter, what, unit = STATE_BLOCKS[0]
    with monkeypatch.context() as patch:
        patch.setattr(tables, "STATE_BLOCKS", ((name, letter, f"not the {what}", unit), *STATE_BLOCKS[1:]))
        assert tables.page() != before
    loaded = load_scenario(tables.SCENARIO)
    settlement = loaded.scenario.settlement
    longer = settlement.war_weeks.model_copy(update={"arguments": (31.0,)})
    scenario = loaded.scenario.model_copy(update={"settlement": settlement.model_copy(update={"war_weeks": longer})})
    monkeypatch.setattr(tables, "load_scenario", lambda name: dataclasses.replace(loaded, scenario=scenario))
    assert tables.page() != before
