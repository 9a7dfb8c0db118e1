"""Check one file against the keys of the format and turn its leaves into typed values.

This happens before anything is merged, so that a number inherits its source from the mappings around
it in its own file, never from a file that it was merged with, and so that a fault is found even in a
value that another file replaces. What is missing can only be known after merging
(`sim.scenario.complete`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Fault
from sim.scenario.file_format import Key, keys_of, label_of
from sim.scenario.leaves import read_leaf, read_text
from sim.scenario.model import Block
from sim.scenario.names import is_name
from sim.scenario.quantities import Provenance, read_quantity
from sim.scenario.tree import BAD, Leaf, Listing, Mapping, Node
from sim.scenario.wording import MANY, either, got, nearest, quote, suggest


@dataclass(frozen=True)
class Shape:
    """How one file is checked; faults are added to `faults`."""

    faults: list[Fault]

    def mapping(
        self,
        node: Mapping,
        keys: dict[str, Key],
        label: str,
        around: Provenance,
        block: type[Block] | None = None,
    ) -> Mapping:
        """Check a mapping and give it back with typed leaves.

        Parameters
        ----------
        node : Mapping
            What stands in the file.
        keys : dict of str to Key
            Keys that may stand there.
        label : str
            What the mapping is called, such as ``"an actor"``.
        around : Provenance
            Source, note and confidence of the mappings around.
        block : type of Block, optional
            Model of the mapping, which decides what its name must look like.
        """
        inside = around.within(node)
        entries: dict[str, Node] = {}
        for name, value in node.entries.items():
            if name in keys:
                entries[name] = self.value(value, keys[name], inside, block)
            elif len(self.faults) < MANY:
                place = node.keys.get(name, node.place)
                self.faults.append(place.fault(f"a key of {label}", quote(name), suggest(name, keys)))
                # So that the key that was meant is not reported as missing as well.
                entries.setdefault(nearest(name, keys) or name, Leaf(BAD, place))
        return Mapping(entries, node.place, node.keys)

    def value(self, node: Node, key: Key, around: Provenance, block: type[Block] | None = None) -> Node:
        """Check what stands under a key."""
        if isinstance(node, Leaf) and node.value is BAD:
            return node
        if key.unit is not None:
            return read_quantity(node, key.unit, around, self.faults)
        if key.model is not None:
            inner = key.model
            return (
                self.items(node, inner, key.references, around)
                if key.kind == "items"
                else self.block(node, f"the block {quote(key.name)}", inner, around)
            )
        if key.kind == "words":
            return self.words(node, key)
        if key.kind in ("positions", "settings"):
            return self.by_name(node, key)
        return read_leaf(node, key, block, self.faults)

    def block(self, node: Node, label: str, block: type[Block], around: Provenance) -> Node:
        """Check a block."""
        if isinstance(node, Mapping):
            return self.mapping(node, keys_of(block), label, around, block)
        self.faults.append(node.place.fault(f"{label} with its keys below", got(node)))
        return Leaf(BAD, node.place)

    def items(self, node: Node, block: type[Block], references: bool, around: Provenance) -> Node:
        """Check a list of mappings, or of names of library files where `references` may stand."""
        label, named = label_of(block), "name" in keys_of(block)
        if not isinstance(node, Listing):
            fix = "Write '- name: …' below it." if named else ""
            self.faults.append(node.place.fault(f"a list, each item {label}", got(node), fix))
            return Leaf(BAD, node.place)
        items: list[Node] = []
        for item in node.items:
            if isinstance(item, Leaf) and references and item.value is not BAD:
                items.append(self._reference(item, label))
            elif isinstance(item, Mapping):
                items.append(self._item(item, block, label, around))
            elif not (isinstance(item, Leaf) and item.value is BAD):
                self.faults.append(item.place.fault(f"{label}: a mapping of keys", got(item)))
        self._named_once(items)
        # Events have no names to be merged by, and an empty list can only mean "none of them".
        return Listing(items, node.place, replaces=not node.items or not named)

    def _reference(self, item: Leaf, label: str) -> Leaf:
        if isinstance(item.value, str) and is_name(item.value):
            return item
        need = f"{label}: a mapping, or the name of a file of the library without its folder or '.yaml'"
        self.faults.append(item.place.fault(need, got(item)))
        return Leaf(BAD, item.place)

    def _item(self, item: Mapping, block: type[Block], label: str, around: Provenance) -> Mapping:
        if "remove" in item.entries and "name" in keys_of(block):
            return self._removal(item, label)
        if "name" in keys_of(block) and "name" not in item.entries:
            self.faults.append(item.place.at("name").fault(f"the name of {label}", "none", "Add 'name: …'."))
        return self.mapping(item, keys_of(block), label, around, block)

    def _removal(self, item: Mapping, label: str) -> Mapping:
        flag = item.entries["remove"]
        if not isinstance(flag, Leaf) or flag.value is not True:
            fix = f"Write 'remove: true' to take {label} out."
            self.faults.append(flag.place.fault("true", got(flag), fix))
        extra = [quote(name) for name in item.entries if name not in ("name", "remove")]
        if extra or not item.text("name"):
            need = f"only 'name' and 'remove: true' to take {label} out"
            self.faults.append(item.place.fault(need, either(extra) or "no name"))
        return item

    def _named_once(self, items: list[Node]) -> None:
        seen: dict[tuple[bool, str], str] = {}
        for item in items:
            node = item.entries.get("name") if isinstance(item, Mapping) else item
            name = node.value if isinstance(node, Leaf) else None
            if not isinstance(name, str) or node is None:
                continue
            # A library name followed by a mapping of that name is how a library entry is adjusted.
            key = (isinstance(item, Mapping), name.casefold())
            first = seen.get(key)
            seen.setdefault(key, name)
            if first is not None:
                same = "again" if first == name else f"beside {quote(first)}"
                given = f"{quote(name)} {same}"
                self.faults.append(node.place.fault("each name once", given, "Join or rename them."))

    def words(self, node: Node, key: Key) -> Node:
        """Check a list of words or names."""
        if not isinstance(node, Listing):
            fix = f"Write [{node.value}]." if isinstance(node, Leaf) and isinstance(node.value, str) else ""
            self.faults.append(node.place.fault("a list", got(node), fix))
            return Leaf(BAD, node.place)
        leaves = [read_leaf(item, key, None, self.faults) for item in node.items]
        return Listing([leaf for leaf in leaves if leaf.value is not BAD], node.place, replaces=True)

    def by_name(self, node: Node, key: Key) -> Mapping:
        """Check `switches` (a position each) or `set` (anything, looked at when it is applied)."""
        if not isinstance(node, Mapping):
            what = "switches to positions" if key.kind == "positions" else "paths to values"
            self.faults.append(node.place.fault(f"a mapping of {what}", got(node)))
            return Mapping({}, node.place, {})
        if key.kind == "settings":
            kept: dict[str, Node] = {name: Leaf(item, item.place) for name, item in node.entries.items()}
            return Mapping(kept, node.place, node.keys)
        checked: dict[str, Node] = {name: read_text(item, self.faults) for name, item in node.entries.items()}
        return Mapping(checked, node.place, node.keys)
