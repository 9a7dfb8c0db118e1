"""JSON Schema of the files, so that an editor completes keys and marks what is wrong while one types.

It is written from the same table of keys as the loader checks. It says what one file may hold; what
only holds across files (that names exist, that shares sum to 1) is for ``pactsim check``.
"""

from __future__ import annotations

import datetime
import math
from typing import Any

from sim.scenario.file_format import (
    Header,
    Key,
    SwitchFile,
    fragment_keys,
    keys_of,
    scenario_keys,
)
from sim.scenario.model import FORMAT_VERSION, Actor, Block, Treaty
from sim.scenario.quantities import CONFIDENCES
from sim.scenario.quantity import FAMILIES, Unit

Schema = dict[str, Any]

KINDS = ("scenario", "treaty", "actor", "parameters", "switches")

_NAME = {"type": "string", "minLength": 1, "maxLength": 60}
_TEXT = {"type": ["string", "number"]}
_LIBRARY = {"type": "string", "description": "name of a file of the library"}


def json_schema(kind: str = "scenario") -> Schema:
    """Give the JSON Schema of a kind of file.

    Parameters
    ----------
    kind : str
        One of `KINDS`.

    Returns
    -------
    dict
        A schema of the 2020-12 draft.

    Examples
    --------
    >>> sorted(json_schema("treaty")["required"])[:3]
    ['name', 'pactsim_treaty', 'parties']
    """
    keys, block = {
        "scenario": (scenario_keys(), Header),
        "treaty": (keys_of(Treaty), Treaty),
        "actor": (keys_of(Actor), Actor),
        "parameters": (fragment_keys(), Block),
        "switches": (keys_of(SwitchFile), SwitchFile),
    }[kind]
    required = {"scenario": ["pactsim"], "treaty": _needed(keys, "pactsim_treaty"), "switches": ["switches"]}
    schema = _mapping(keys, required.get(kind, ["name"] if kind == "actor" else []))
    definitions = {found.__name__: _definition(found) for found in _blocks(keys)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"pactsim {kind} file, format {FORMAT_VERSION}",
        "description": (block.__doc__ or "").strip().splitlines()[0],
        **schema,
        "$defs": {**definitions, "distribution": _distribution()},
    }


def _needed(keys: dict[str, Key], *more: str) -> list[str]:
    return [*more, *(name for name, key in keys.items() if key.needed)]


def _blocks(keys: dict[str, Key]) -> list[type[Block]]:
    found: dict[type[Block], None] = {}
    waiting = [key.model for key in keys.values() if key.model is not None]
    while waiting:
        block = waiting.pop(0)
        if block not in found:
            found[block] = None
            waiting += [key.model for key in keys_of(block).values() if key.model is not None]
    return list(found)


def _definition(block: type[Block]) -> Schema:
    keys = keys_of(block)
    named = "name" in keys
    # Only the name is required: other keys may come from what the file extends.
    schema = _mapping(keys, ["name"] if named else [])
    schema["description"] = (block.__doc__ or "").strip().splitlines()[0]
    if named:
        schema["properties"]["remove"] = {"const": True, "description": "take the item of this name out"}
    return schema


def _mapping(keys: dict[str, Key], required: list[str]) -> Schema:
    properties = {name: {**_schema(key), **_help(key)} for name, key in keys.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": required}


def _help(key: Key) -> Schema:
    unit = f" [{key.unit.unit}]" if key.unit is not None else ""
    text = {"source": "where a number comes from", "note": "what a reader should know"}.get(key.name, "")
    said = f"{key.help_text or text}{unit}".strip()
    return {"description": said} if said else {}


def _schema(key: Key) -> Schema:
    if key.unit is not None:
        return _quantity(key.unit)
    if key.kind == "items" and key.model is not None:
        item: Schema = {"$ref": f"#/$defs/{key.model.__name__}"}
        return {"type": "array", "items": {"anyOf": [item, _LIBRARY]} if key.references else item}
    if key.kind == "block" and key.model is not None:
        return {"$ref": f"#/$defs/{key.model.__name__}"}
    if key.kind == "words":
        return {"type": "array", "items": {"enum": list(key.words)} if key.words else {"type": "string"}}
    if key.kind == "positions":
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if key.kind == "settings":
        return {"type": "object"}
    return _leaf(key)


def _leaf(key: Key) -> Schema:
    if key.kind == "duration":
        return {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? +(day|week|month|year)s?$"}
    if key.words:
        return {"enum": list(key.words)}
    if key.name == "name":
        return _NAME
    if key.annotation is datetime.date:
        return {"type": "string", "format": "date"}
    simple: dict[Any, Schema] = {bool: {"type": "boolean"}, str: _TEXT}
    if key.annotation in simple:
        return simple[key.annotation]
    if key.annotation in (int, float):
        return {"type": "integer" if key.annotation is int else "number", **_limits(key)}
    return {"enum": list(getattr(key.annotation, "__args__", ()))}


def _limits(key: Key) -> Schema:
    words = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
    return {
        word: getattr(mark, limit)
        for mark in key.info.metadata
        for limit, word in words.items()
        if hasattr(mark, limit)
    }


def _quantity(unit: Unit) -> Schema:
    number: Schema = {"type": "number"}
    for word, bound in (("minimum", unit.low), ("maximum", unit.high)):
        if math.isfinite(bound):
            number[word] = bound
    return {"anyOf": [number, {"$ref": "#/$defs/distribution"}]}


def _distribution() -> Schema:
    families: dict[str, Schema] = {"value": {"type": "number"}}
    for family, names in FAMILIES.items():
        families[family] = {**_numbers(len(names)), "description": f"[{', '.join(names)}]"}
    about: dict[str, Schema] = {
        "truncate": {**_numbers(2), "description": "[low, high]: bounds to cut at"},
        "source": _TEXT,
        "note": _TEXT,
        "confidence": {"enum": list(CONFIDENCES)},
    }
    return {
        "type": "object",
        "description": "a number or a distribution, with its source",
        "properties": {**families, **about},
        "additionalProperties": False,
        "oneOf": [{"required": [family]} for family in families],
    }


def _numbers(n: int) -> Schema:
    return {"type": "array", "items": {"type": "number"}, "minItems": n, "maxItems": n}
