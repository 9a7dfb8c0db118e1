"""Paths such as ``actors.Russia.tied_down``: the way to a value of a scenario, list items by name."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Fault
from sim.scenario.file_format import Key, keys_of, scenario_keys
from sim.scenario.model import Block, quoted
from sim.scenario.tree import Leaf, Listing, Mapping, Node, Place
from sim.scenario.wording import quote, suggest

#: Keys that say what something is rather than how large: no path leads to them.
_FIXED = {
    "name", "remove", "pactsim", "pactsim_treaty", "extends", "parameters", "counterfactual",
    "switches", "set", "start", "slot", "version", "source", "note", "confidence",
}  # fmt: skip


def split_path(text: str) -> list[str]:
    """Split a path at its dots; names with dots stand in double quotes.

    Parameters
    ----------
    text : str
        Such as ``actors."U.S.".power``.

    Raises
    ------
    ValueError
        If a part is empty or a quote is not closed; the message says what is needed.

    Examples
    --------
    >>> split_path('actors."U.S.".power')
    ['actors', 'U.S.', 'power']
    """
    parts: list[str] = []
    rest = text
    while True:
        if rest.startswith('"'):
            part, closing, rest = rest[1:].partition('"')
            if not closing or (rest and not rest.startswith(".")):
                raise ValueError("names with dots in closed double quotes")
            dot, rest = rest[:1], rest[1:]
        else:
            part, dot, rest = rest.partition(".")
        if not part.strip():
            raise ValueError("words joined by single dots")
        parts.append(part.strip())
        if not dot:
            return parts


def join_path(parts: list[str]) -> str:
    """Join what `split_path` splits.

    Examples
    --------
    >>> join_path(["actors", "U.S.", "power"])
    'actors."U.S.".power'
    """
    return ".".join(map(quoted, parts))


@dataclass(frozen=True)
class Target:
    """The end of a path: the parts that lead there and the key that it ends in."""

    parts: list[str]
    key: Key
    block: type | None


def find_target(tree: Mapping, text: str, place: Place) -> Target | Fault:
    """Follow a path through a scenario's tree.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario.
    text : str
        The path.
    place : Place
        Where the path is written, for the fault.

    Returns
    -------
    Target or Fault
        Where the path leads, or why it leads nowhere.
    """
    try:
        parts = split_path(text)
    except ValueError as error:
        fix = 'Write it as actors.Russia.power, or actors."U.S.".power.'
        return place.fault(f"a path of {error}", quote(text), fix)
    return _follow(tree, scenario_keys(), parts, 0, None, place)


def settable(keys: dict[str, Key]) -> dict[str, Key]:
    """Give the keys that a path may pass through or end in."""
    return {name: key for name, key in keys.items() if name not in _FIXED}


def _follow(
    node: Node | None, keys: dict[str, Key], parts: list[str], depth: int, block: type | None, place: Place
) -> Target | Fault:
    allowed = settable(keys)
    if depth == len(parts):
        return _too_short(parts, list(allowed), place)
    key = allowed.get(parts[depth])
    if key is None and parts[depth] in keys:
        fix = "It can only be written in a file."
        return place.fault("a path to a value that can be set", quote(parts[depth]), fix)
    if key is None:
        return _no_such(parts, depth, list(allowed), place)
    inner = node.entries.get(key.name) if isinstance(node, Mapping) else None
    if key.model is None:
        if depth + 1 < len(parts):
            need = f"a path that ends in {quote(join_path(parts[: depth + 1]))}"
            return place.fault(need, quote(join_path(parts)), "Leave out what follows.")
        return Target(parts, key, block)
    if key.kind == "block":
        return _follow(inner, keys_of(key.model), parts, depth + 1, key.model, place)
    return _into_list(inner, key.model, parts, depth + 1, place)


def _into_list(node: Node | None, block: type[Block], parts: list[str], depth: int, place: Place) -> Target | Fault:
    items = node.items if isinstance(node, Listing) else []
    named = {item.text("name"): item for item in items if isinstance(item, Mapping)}
    if depth == len(parts):
        return _too_short(parts, list(named), place)
    if parts[depth] not in named:
        return _no_such(parts, depth, list(named), place)
    return _follow(named[parts[depth]], keys_of(block), parts, depth + 1, block, place)


def _too_short(parts: list[str], options: list[str], place: Place) -> Fault:
    shown = ", ".join(map(quoted, options[:8])) + (", …" if len(options) > 8 else "")
    need = "a path that leads to a value"
    fix = f"Go on with one of: {shown}." if options else "Nothing lies below it."
    return place.fault(need, quote(join_path(parts)), fix)


def _no_such(parts: list[str], depth: int, options: list[str], place: Place) -> Fault:
    where = f" below {quote(join_path(parts[:depth]))}" if depth else ""
    need = f"a path of the scenario{where}"
    return place.fault(need, quote(parts[depth]), suggest(parts[depth], options, none="Nothing lies there."))


def put(node: Mapping, parts: list[str], leaf: Node) -> Mapping:
    """Give a tree in which the value at the end of a path is replaced; the old tree stays.

    Parameters
    ----------
    node : Mapping
        The tree.
    parts : list of str
        A path that `find_target` has found.
    leaf : Node
        The new value.
    """
    key, rest = parts[0], parts[1:]
    if not rest:
        return Mapping({**node.entries, key: leaf}, node.place, node.keys)
    inner = node.entries.get(key)
    changed: Node
    if isinstance(inner, Listing):
        items = [
            put(item, rest[1:], leaf) if isinstance(item, Mapping) and item.text("name") == rest[0] else item
            for item in inner.items
        ]
        changed = Listing(items, inner.place, inner.replaces)
    else:
        block = inner if isinstance(inner, Mapping) else Mapping({}, leaf.place, {})
        changed = put(block, rest, leaf)
    return Mapping({**node.entries, key: changed}, node.place, node.keys)


def value_at(tree: Mapping, parts: list[str]) -> Node | None:
    """Give what stands at the end of a path, or None."""
    node: Node | None = tree
    for part in parts:
        if isinstance(node, Listing):
            node = next((i for i in node.items if isinstance(i, Mapping) and i.text("name") == part), None)
        else:
            node = node.entries.get(part) if isinstance(node, Mapping) else None
    return node


def places(tree: Mapping) -> dict[str, Place]:
    """Give the place of every leaf of a tree by its path."""
    found: dict[str, Place] = {}
    _places(tree, [], found)
    return found


def _places(node: Node, parts: list[str], found: dict[str, Place]) -> None:
    if isinstance(node, Leaf):
        found[join_path(parts)] = node.place
    elif isinstance(node, Mapping):
        for key, value in node.entries.items():
            _places(value, [*parts, key], found)
    elif all(isinstance(item, Mapping) and item.text("name") for item in node.items) and node.items:
        for item in node.items:
            if isinstance(item, Mapping):
                _places(item, [*parts, item.text("name")], found)
    else:
        found[join_path(parts)] = node.place
        for number, item in enumerate(node.items):
            if isinstance(item, Mapping):
                _places(item, [*parts, str(number)], found)
