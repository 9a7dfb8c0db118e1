"""The plain tree that a scenario file is read into; every node knows where it was written.

Files are read into trees, trees are merged, and only the merged tree becomes typed objects. A node
keeps its place through all of that, so that a fault found at the end still points at the line that
caused it. Trees are never changed once read; merging builds new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.errors import Fault


class Bad:
    """Marks a leaf that a fault has been reported for, so that nothing else complains about it."""

    def __repr__(self) -> str:
        """Spell it as prose."""
        return "a value already reported"


BAD = Bad()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node was written.

    Parameters
    ----------
    file : str
        Name of the file as shown to the user, or the command-line option.
    line, column : int
        From 1; 0 on the command line.
    path : str
        Path within the file, list items by index, such as ``actors[0].power``.

    Examples
    --------
    >>> Place("a.yaml", 3, 7, "actors[0]").at("power").path
    'actors[0].power'
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def at(self, key: str) -> Place:
        """Give the place of a key of this mapping that is not there."""
        return Place(self.file, self.line, self.column, f"{self.path}.{key}" if self.path else key)

    def fault(self, need: str, got: str = "", fix: str = "") -> Fault:
        """Make a fault that points here."""
        return Fault(need, got, fix, self.file, self.path, self.line, self.column)

    def __str__(self) -> str:
        """Spell it as ``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value without parts: text, number, truth, nothing; later also a date or a `Quantity`."""

    value: Any
    place: Place
    text: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list.

    One that `replaces` takes the place of what it is merged onto; `removed` has the names that were
    taken out of it, so that whoever still speaks of them can be told.
    """

    items: list[Node]
    place: Place
    replaces: bool = False
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; `keys` has the place of each key, `entries` its node."""

    entries: dict[str, Node]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Give the text under a key, or an empty text where there is none."""
        node = self.entries.get(key)
        return node.value if isinstance(node, Leaf) and isinstance(node.value, str) else ""

    def items_of(self, key: str) -> list[Mapping]:
        """Give the mappings listed under a key; whatever else is there is left out."""
        node = self.entries.get(key)
        return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Listing) else []

    def leaves_of(self, key: str) -> list[Leaf]:
        """Give the texts listed under a key; whatever else is there is left out."""
        node = self.entries.get(key)
        items = node.items if isinstance(node, Listing) else []
        return [item for item in items if isinstance(item, Leaf) and isinstance(item.value, str)]

    def named(self, key: str) -> dict[str, Mapping]:
        """Give the mappings listed under a key by their names."""
        return {item.text("name"): item for item in self.items_of(key) if item.text("name")}

    def block(self, key: str) -> Mapping:
        """Give the mapping under a key, or an empty one that stands in this place."""
        node = self.entries.get(key)
        return node if isinstance(node, Mapping) else Mapping({}, self.place.at(key))

    def place_of(self, key: str) -> Place:
        """Give the place of what stands under a key, or where it would stand."""
        node = self.entries.get(key)
        return node.place if node is not None else self.place.at(key)


Node = Leaf | Listing | Mapping


def held(node: Node) -> Node | None:
    """Give the node that a leaf of ``set:`` keeps as it was written until its path is known."""
    return node.value if isinstance(node, Leaf) and isinstance(node.value, Leaf | Listing | Mapping) else None


def empty_mapping(place: Place) -> Mapping:
    """Make a mapping without entries."""
    return Mapping({}, place, {})
