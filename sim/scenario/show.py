"""Show a scenario as resolved: everything merged, each value with the line that it came from.

What is printed is itself a scenario file: saved and loaded, it gives the same numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.scenario.file_format import Key, keys_of, scenario_keys
from sim.scenario.listing import field_of
from sim.scenario.load import Loaded
from sim.scenario.model import Block, Treaty
from sim.scenario.paths import join_path
from sim.scenario.quantity import Quantity
from sim.scenario.yaml_tree import plain_value

_SAFE = re.compile(r"[\w(/][\w .()/>=;|\-]*[\w.)]|[\w]")
_ABOUT = ("source", "note", "confidence")
_SKIPPED = {"extends", "parameters", "counterfactual", "switches", "set"}


def show(loaded: Loaded, *, with_sources: bool = False) -> str:
    """Write a scenario as one file, with ``# file:line`` after each value.

    Parameters
    ----------
    loaded : Loaded
        The scenario.
    with_sources : bool
        Whether to write sources, notes and confidence too.

    Returns
    -------
    str
        A scenario file.
    """
    writer = _Writer(loaded, with_sources)
    lines = [*_switches(loaded), *_in_force(loaded)]
    for name, key in scenario_keys().items():
        if name not in _SKIPPED and (with_sources or name not in _ABOUT):
            lines += writer.value(field_of(loaded.scenario, name), key, [name], "")
    return "\n".join(lines) + "\n"


def _switches(loaded: Loaded) -> Iterator[str]:
    # Their settings are among the values below; turned again, they would undo what was set on top.
    for name, position in loaded.scenario.switches.items():
        yield f"# switch {name}: {position}"


def _in_force(loaded: Loaded) -> Iterator[str]:
    statements = [f"{item.slot}={item.version}" for item in loaded.scenario.treaties if item.counterfactual]
    if statements:
        yield f"counterfactual: [{', '.join(map(scalar, statements))}]"


def scalar(value: Any) -> str:
    """Write a value so that YAML reads it back as it was, in quotes only where needed.

    Examples
    --------
    >>> scalar("DPRK>ROK"), scalar("null"), scalar("a: b"), scalar(True), scalar(0.1)
    ('DPRK>ROK', '"null"', '"a: b"', 'true', '0.1')
    """
    if not isinstance(value, str):
        return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
    plain = _SAFE.fullmatch(value) and plain_value(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


class _Writer:
    """Writes blocks line by line; a value's origin follows it as a comment."""

    def __init__(self, loaded: Loaded, with_sources: bool) -> None:
        self.origins = loaded.origins
        self.with_sources = with_sources

    def value(self, value: Any, key: Key, parts: list[str], indent: str) -> Iterator[str]:
        """Write one key with what stands under it."""
        path = join_path(parts)
        if value is None or (value in ("", ()) and path not in self.origins):
            return
        head = f"{indent}{key.name}:"
        if isinstance(value, BaseModel) and not isinstance(value, Quantity):
            yield head
            yield from self.block(value, keys_of(type(value)), parts, indent + "  ")
        elif key.kind == "items" and value:
            yield head
            for number, item in enumerate(value):
                yield from self.item(item, [*parts, getattr(item, "name", str(number))], indent + "  ")
        else:
            yield f"{head} {self.inline(value, key)}{self.origin(path)}"

    def block(self, value: Any, keys: dict[str, Key], parts: list[str], indent: str) -> Iterator[str]:
        """Write the keys of a mapping."""
        for name, key in keys.items():
            if name not in _ABOUT or self.with_sources:
                yield from self.value(getattr(value, name), key, [*parts, name], indent)

    def item(self, item: Any, parts: list[str], indent: str) -> Iterator[str]:
        """Write an item of a list, its first key beside the dash."""
        block: type[Block] = type(item)
        keys = keys_of(block)
        if isinstance(item, Treaty):
            keys = {name: key for name, key in keys.items() if name != "pactsim_treaty"}
        lines = list(self.block(item, keys, parts, indent + "  "))
        # `name` leads, so that a list can be read by its names.
        lines.sort(key=lambda line: not line.startswith(f"{indent}  name:"))
        yield f"{indent}- {lines[0].lstrip()}"
        yield from lines[1:]

    def inline(self, value: Any, key: Key) -> str:
        """Write a value on the line of its key."""
        if isinstance(value, Quantity):
            return self.quantity(value)
        if isinstance(value, tuple):
            return f"[{', '.join(map(scalar, value))}]"
        return f"{_number(value)} days" if key.kind == "duration" else scalar(value) if value != "" else '""'

    def quantity(self, value: Quantity) -> str:
        """Write a quantity, plainly where it is a number without a source."""
        arguments = [_number(x) for x in value.arguments]
        about = [f"{name}: {scalar(getattr(value, name))}" for name in _ABOUT if getattr(value, name)]
        if value.is_constant:
            if not (about and self.with_sources):
                return arguments[0]
            parts = [f"value: {arguments[0]}"]
        else:
            parts = [f"{value.family}: [{', '.join(arguments)}]"]
        if value.truncate is not None:
            parts.append(f"truncate: [{', '.join(map(_number, value.truncate))}]")
        return f"{{{', '.join(parts + about * self.with_sources)}}}"

    def origin(self, path: str) -> str:
        """Give the comment that says where a value was written."""
        place = self.origins.get(path)
        return f"  # {place}" if place is not None else "  # default"


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
