"""The tables of `docs/odd-tables.md`, written from the code: ``python -m docs.tables [--renew]``.

What a state variable or a parameter means stands beside its definition (`sim.engine.layout`,
`sim.scenario.model`), and what a number is and where it comes from stands in the scenario. A test fails
where the page says anything else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.engine.layout import DERIVED_BLOCKS, NAMED_PARAMETERS, PER, STATE_BLOCKS
from sim.scenario.file_format import Key, keys_of, scenario_keys
from sim.scenario.leaves import needs
from sim.scenario.listing import field_of, value_text
from sim.scenario.load import load_scenario
from sim.scenario.paths import settable
from sim.scenario.quantity import Quantity, Unit
from sim.scenario.wording import either

FILE = Path(__file__).with_name("odd-tables.md")
SCENARIO = "baseline"
#: Stands in a path for the name of an item, and for that of an item within it.
NAME = "NAME"
#: Stands for what is left out, and for an empty list.
NOTHING = "–"
#: Texts for a reader, which no run depends on.
_TEXTS = {"title", "question", "label", "article", "outcomes", "as_of", "horizon", "step"}

HEAD = """# Tables of the model

Written from the code and the baseline by `.venv/bin/python -m docs.tables --renew`; a test fails where they differ. \
What the variables do is in [odd.md](odd.md).

1\\. [State variables](#1-state-variables) · 2. [Derived parameters](#2-derived-parameters) · \
3. [Parameters](#3-parameters) · 4. [Values of the baseline](#4-values-of-the-baseline)
"""

STATE_HEAD = """## 1 State variables

All that a run carries from step to step: `STATE_BLOCKS` of `sim/engine/layout.py`, one row of the state for each \
thing of the second column. The twin keeps the same on objects, and a test compares all of it at every step. Rungs \
and steps count from 0. Forms: 0 none, 1 diplomatic, 2 arms, 3 rear-area forces, 4 forces in theatre, 5 nuclear \
signal. Verdicts: `sim/treaties.py`.
"""

DERIVED_HEAD = """## 2 Derived parameters

Computed from the drawn parameters before the first step, and anew where a parameter changes by date: \
`DERIVED_BLOCKS`.
"""

PARAMETER_HEAD = """## 3 Parameters

Every path that a scenario can set; NAME stands for the name of an item of a list. Where the code has a name of its \
own for a parameter (`NAMED_PARAMETERS`), it stands in brackets. A quantity is a number or a distribution, of which \
every possible draw lies in the range. What is needed has no default; – is nothing.
"""

VALUE_HEAD = """## 4 Values of the baseline

Items with the same value, confidence and source share a row. What has no confidence is a default, a position of a \
switch, or the coding of a text. `pactsim sources SCENARIO` prints sources and notes of any scenario.
"""


@dataclass(frozen=True)
class Definition:
    """One kind of parameter: its path with placeholders, and the key that it ends in."""

    path: str
    key: Key
    default: str


@dataclass(frozen=True)
class Value:
    """A value of a scenario: the path with placeholders, the names that stood there, and the quantity or word."""

    path: str
    names: tuple[str, ...]
    key: Key
    value: Any


def definitions(keys: dict[str, Key], before: str = "", block: BaseModel | None = None) -> Iterator[Definition]:
    """Give every kind of parameter in the order of the format; `block` is what an absent one stands for."""
    for name, key in settable(keys).items():
        path = before + name
        if key.model is not None and key.kind == "block":
            absent = None if key.needed else key.info.get_default(call_default_factory=True)
            yield from definitions(keys_of(key.model), f"{path}.", absent)
        elif key.model is not None:
            yield from definitions(keys_of(key.model), f"{path}.{NAME}.")
        elif name not in _TEXTS:
            yield Definition(path, key, _default(name, key, block))


def _default(name: str, key: Key, block: BaseModel | None) -> str:
    if key.needed and block is None:
        return "needed"
    value = getattr(block, name) if block is not None else key.info.get_default(call_default_factory=True)
    text = _text(key, value)
    # A key that a block needs has a default only in the sense that the block may be left out.
    return f"{text} without the block" if key.needed else text


def _text(key: Key, value: Any) -> str:
    if value is None or value == ():
        return NOTHING
    return str(value) if isinstance(value, Quantity) else value_text(key, value)


def values(value: BaseModel, keys: dict[str, Key], before: str = "", names: tuple[str, ...] = ()) -> Iterator[Value]:
    """Give every value of a scenario in the order of the format."""
    for name, key in settable(keys).items():
        inner, path = field_of(value, name), before + name
        if key.model is not None and key.kind == "block":
            yield from values(inner, keys_of(key.model), f"{path}.", names)
        elif key.model is not None:
            for item in inner:
                yield from values(item, keys_of(key.model), f"{path}.{NAME}.", (*names, item.name))
        elif name not in _TEXTS:
            yield Value(path, names, key, inner)


def _range(unit: Unit) -> str:
    low, high = unit.low, unit.high
    if low == -float("inf"):
        return unit.unit
    return f"{unit.unit}, ≥ {low:g}" if high == float("inf") else f"{unit.unit}, {low:g}–{high:g}"


def _unit(key: Key) -> str:
    if key.unit is not None:
        return _range(key.unit)
    if key.kind == "words":
        return f"list of {either(key.words)}" if key.words else "list of names"
    return needs(key)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"


def _blocks(blocks: tuple[tuple[str, str, str, str], ...]) -> str:
    rows = [(f"`{name}`", PER[letter], what, unit) for name, letter, what, unit in blocks]
    return _table(("variable", "one per", "meaning", "unit and range"), rows)


def _parameters() -> str:
    symbols = {path: name for name, path in NAMED_PARAMETERS.items()}
    rows = []
    for found in definitions(scenario_keys()):
        symbol = symbols.get(found.path, "")
        own = f" (`{symbol}`)" if symbol and symbol != found.path.rpartition(".")[2] else ""
        rows.append((f"`{found.path}`{own}", found.key.help_text, _unit(found.key), found.default))
    return _table(("path", "meaning", "unit and range", "default"), rows)


def _values() -> str:
    """Tables of the baseline's values, one for each block of the format."""
    shared: dict[tuple[str, str, str, str], list[str]] = {}
    for found in values(load_scenario(SCENARIO).scenario, scenario_keys()):
        known = found.value if isinstance(found.value, Quantity) else None
        source = known.source if known else ""
        row = (found.path, _text(found.key, found.value), (known and known.confidence) or "", source)
        shared.setdefault(row, []).append(" / ".join(found.names))
    by_block: dict[str, list[tuple[str, ...]]] = {}
    for (path, text, confidence, source), of in shared.items():
        block, _, rest = path.partition(".")
        names = ", ".join(filter(None, of))
        by_block.setdefault(block, []).append((f"`{rest.removeprefix(NAME + '.')}`", names, text, confidence, source))
    order = [block for block in scenario_keys() if block in by_block]
    return "\n".join(f"### {block}\n\n{_value_table(by_block[block])}" for block in order)


def _value_table(rows: list[tuple[str, ...]]) -> str:
    rows = sorted(rows, key=lambda row: [other[0] for other in rows].index(row[0]))
    if not any(row[1] for row in rows):
        return _table(("key", "value", "confidence", "source"), [(row[0], *row[2:]) for row in rows])
    return _table(("key", "of", "value", "confidence", "source"), rows)


def page() -> str:
    """Give the whole page as the code has it.

    Returns
    -------
    str
        Markdown.
    """
    return "\n".join(
        (HEAD, STATE_HEAD, _blocks(STATE_BLOCKS), DERIVED_HEAD, _blocks(DERIVED_BLOCKS), PARAMETER_HEAD,
         _parameters(), VALUE_HEAD, _values())
    )  # fmt: skip


if __name__ == "__main__":
    if "--renew" in sys.argv:
        FILE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
