"""Merge trees: mappings key by key, lists of named items by name, the rest by replacement.

``{name: X, remove: true}`` takes an item out. A list with plain treaty names and an empty list replace
what they are merged onto. A quantity is one value: it is replaced whole, never mixed from two files.
"""

from __future__ import annotations

from sim.errors import Fault
from sim.scenario.tree import Listing, Mapping, Node, empty_mapping
from sim.scenario.wording import quote, suggest


def merge(base: Mapping, over: Mapping, faults: list[Fault]) -> Mapping:
    """Put one mapping on top of another.

    Parameters
    ----------
    base, over : Mapping
        Trees whose leaves are typed; neither is changed.
    faults : list of Fault
        Removals of what is not there are reported here.

    Returns
    -------
    Mapping
        A new tree; it stands where `over` stands.
    """
    entries = dict(base.entries)
    for key, node in over.entries.items():
        entries[key] = _merged(entries.get(key), node, faults)
    return Mapping(entries, over.place, {**base.keys, **over.keys})


def _merged(base: Node | None, over: Node, faults: list[Fault]) -> Node:
    if isinstance(over, Mapping):
        return merge(base if isinstance(base, Mapping) else empty_mapping(over.place), over, faults)
    if isinstance(over, Listing):
        under = base if isinstance(base, Listing) and not over.replaces else Listing([], over.place)
        gone = {_name(item) for item in over.items if isinstance(item, Mapping) and "remove" in item.entries}
        items = _by_name(under.items, over.items, faults)
        return Listing(items, over.place, removed=(under.removed | gone) - set(map(_name, items)))
    return over


def _name(item: Node) -> str:
    return item.text("name") if isinstance(item, Mapping) else ""


def _by_name(base: list[Node], over: list[Node], faults: list[Fault]) -> list[Node]:
    # What has no name is a thing of its own, so it gets a key that equals no other.
    items: dict[object, Node] = {_name(item) or object(): item for item in base}
    for item in over:
        name = _name(item)
        if not isinstance(item, Mapping) or "remove" not in item.entries:
            items[name or object()] = _merged(items.get(name), item, faults)
        elif items.pop(name, None) is None:
            names = [key for key in items if isinstance(key, str)]
            fix = suggest(name, names, none="Take it out: there is nothing to remove.")
            faults.append(item.place_of("name").fault("the name of an item to remove", quote(name), fix))
    return list(items.values())


def plain(node: Node) -> object:
    """Give the values of a tree without their places.

    Examples
    --------
    >>> from sim.scenario.tree import Leaf, Place
    >>> plain(Mapping({"a": Listing([Leaf(1, Place())], Place())}, Place()))
    {'a': (1,)}
    """
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    return tuple(map(plain, node.items)) if isinstance(node, Listing) else node.value
