"""The format seen from outside: the JSON Schema, the file that ``pactsim new`` writes, ``pactsim check``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.scenario.check_any import load_any
from sim.scenario.file_format import keys_of, scenario_keys
from sim.scenario.json_schema import KINDS, json_schema
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Actor, Treaty
from sim.scenario.template import new_scenario
from sim.scenario.tree import Listing, Mapping, Node
from sim.scenario.yaml_tree import parse_yaml


def data_of(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: data_of(value) for key, value in node.entries.items()}
    return [data_of(item) for item in node.items] if isinstance(node, Listing) else node.value


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Check a value against the part of JSON Schema that we write."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema:
        return any(fits(value, option, root) for option in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if not any(
        isinstance(value, types.get(kind, int | float)) and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    ):
        return False
    if isinstance(value, int | float):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return all(fits(item, schema["items"], root) for item in value)
    return not isinstance(value, dict) or _object_fits(value, schema, root)


def _object_fits(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    if "oneOf" in schema and sum(set(part["required"]) <= set(value) for part in schema["oneOf"]) != 1:
        return False
    if not set(schema.get("required", ())) <= set(value) or (more is False and not set(value) <= set(known)):
        return False
    return all(fits(item, known[key], root) for key, item in value.items() if key in known)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_json_and_refuses_unknown_keys(kind: str) -> None:
    schema = json_schema(kind)
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    assert schema["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())


def test_the_schema_has_every_key_of_the_format() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(scenario_keys())
    assert set(schema["$defs"]["Actor"]["properties"]) == {*keys_of(Actor), "remove"}
    power = schema["$defs"]["Actor"]["properties"]["power"]
    assert power["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assert power["description"] == "conventional power, share of the world's [share]"
    assert set(json_schema("treaty")["properties"]) == set(keys_of(Treaty))


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("scenario", "base.yaml"),
        ("treaty", "treaties/Bee-Cee-1950.yaml"),
        ("actor", "actors/Dee.yaml"),
        ("parameters", "parameters/fitted.yaml"),
        ("switches", "parameters/switches.yaml"),
    ],
)
def test_what_loads_fits_the_schema(shelf: Path, kind: str, file: str) -> None:
    node, _ = parse_yaml((shelf / file).read_text(), "x")
    assert node is not None
    schema, value = json_schema(kind), data_of(node)
    assert fits(value, schema, schema)
    assert not fits({**value, "odd": 1}, schema, schema)


def test_what_is_new_is_a_scenario_with_every_key_in_it(folder: Path) -> None:
    text = new_scenario("base")
    (folder / "new.yaml").write_text(text)
    base, new = load_scenario("base").scenario, load_scenario("new.yaml").scenario
    kept = {"title": base.title, "question": base.question, "stem": base.stem}
    assert new.model_copy(update=kept) == base
    for name, key in scenario_keys().items():
        inner = keys_of(key.model) if key.model is not None and name not in ("treaties", "start") else ()
        wanted = {name, *inner} - {"source", "note", "confidence"}
        assert [word for word in wanted if f"{word}:" not in text] == []
    assert max(map(len, text.splitlines())) < 140


def test_a_new_scenario_starts_from_a_name() -> None:
    with pytest.raises(ValueError, match="is no name"):
        new_scenario("../base")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("base.yaml", "scenario"),
        ("treaties/Bee-Cee-1950.yaml", "treaty"),
        ("actors/Dee.yaml", "actor"),
        ("parameters/fitted.yaml", "parameters"),
        ("parameters/switches.yaml", "switches"),
    ],
)
def test_a_file_of_any_kind_is_known_and_checked(shelf: Path, file: str, kind: str) -> None:
    checked = load_any(shelf / file)
    assert (checked.kind, checked.loaded is not None) == (kind, kind == "scenario")
    path = shelf / file
    path.write_text(path.read_text() + "odd: 1\n")
    with pytest.raises(InputError, match="odd: a key of a"):
        load_any(path)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "treaties/Bee-Cee-1950.yaml",
            "title: The treaty before\n",
            "",
            "1:1: all keys of a treaty, got none for title. Add what is missing.",
        ),
        (
            "treaties/Bee-Cee-1950.yaml",
            "ended: 1990",
            "ended: 1940",
            "9:8: ended: a date on or after 1950-06-01, given under 'in_force', got 1940-01-01.",
        ),
        (
            "treaties/Bee-Cee-1950.yaml",
            "pactsim_treaty: 1\n",
            "",
            "1:1: pactsim_treaty: the version of the format, got none. Begin with 'pactsim_treaty: 1'.",
        ),
        ("actors/Dee.yaml", "power: 0.05", "power: 5", "2:8: power: a share between 0 and 1, got 5."),
        (
            "parameters/switches.yaml",
            "beliefs.weight_own: 0}",
            "beliefs..x: 0}",
            ("7:15: switches[0].positions[0].set.beliefs..x: a path of words joined by single dots, got 'beliefs..x'."),
        ),
        (
            "parameters/switches.yaml",
            "    title: Does Bee count on Cee?\n",
            "",
            "2:5: switches[0]: all keys of a switch, got none for title. Add what is missing.",
        ),
    ],
)
def test_the_faults_of_other_files(shelf: Path, file: str, old: str, new: str, fault: str) -> None:
    path = shelf / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError) as caught:
        load_any(path)
    assert [str(found) for found in caught.value.faults] == [f"{path}:{fault}"]


def test_a_treaty_outside_its_folder_is_known_by_its_keys(
    folder: Path, shelf: Path, load: Callable[..., Loaded]
) -> None:
    (folder / "Bee-Cee-1950.yaml").write_text((shelf / "treaties" / "Bee-Cee-1950.yaml").read_text())
    assert load_any("Bee-Cee-1950.yaml").kind == "treaty"
    assert load_any("base").kind == "scenario"
