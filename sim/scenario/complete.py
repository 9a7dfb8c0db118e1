"""Report what a merged tree lacks."""

from __future__ import annotations

from sim.errors import Fault
from sim.scenario.file_format import Key, keys_of, label_of, needed_keys, scenario_keys
from sim.scenario.model import Block
from sim.scenario.tree import Listing, Mapping, Node
from sim.scenario.wording import MANY, joined, nearest, quote

#: From so many missing blocks on they are told together: the file was meant to extend another.
_MANY_BLOCKS = 5


def missing(tree: Mapping) -> list[Fault]:
    """Give a fault for every mapping of a scenario that lacks keys.

    Parameters
    ----------
    tree : Mapping
        The merged tree of a scenario.
    """
    faults: list[Fault] = []
    keys = scenario_keys()
    absent = [name for name in keys if name in needed_keys() and name not in tree.entries]
    if len(absent) >= _MANY_BLOCKS:
        fix = "Add what is missing, or begin with 'extends: baseline'."
        faults.append(tree.place.fault("all blocks of a scenario", f"none for {joined(absent)}", fix))
        absent = []
    for name in absent:
        help_text = keys[name].help_text
        need = f"{_what(keys[name])} ({help_text})" if help_text else _what(keys[name])
        fix = f"Add '{name}:', or 'extends:' a scenario that has it."
        faults.append(tree.place.at(name).fault(need, "nothing", fix))
    for name, node in tree.entries.items():
        if name in keys:
            _look(node, keys[name], faults)
    return faults


def _what(key: Key) -> str:
    return {"items": "a list of them", "block": "a block", "duration": "a time"}.get(key.kind, "a value")


def _look(node: Node, key: Key, faults: list[Fault]) -> None:
    if key.model is None:
        return
    if isinstance(node, Mapping):
        lacking(node, key.model, f"the block {quote(key.name)}", faults)
    elif isinstance(node, Listing):
        for item in node.items:
            if isinstance(item, Mapping):
                lacking(item, key.model, label_of(key.model), faults, node)


def lacking(node: Mapping, block: type[Block], label: str, faults: list[Fault], among: Listing | None = None) -> None:
    """Report the keys that one mapping, and the mappings in it, lack.

    Parameters
    ----------
    node : Mapping
        The mapping.
    block : type of Block
        What it must become.
    label : str
        What it is called, such as ``"an actor"``.
    faults : list of Fault
        Faults are added here.
    among : Listing, optional
        The list it stands in: one of its other names may have been meant.
    """
    keys = keys_of(block)
    absent = [name for name, key in keys.items() if key.needed and name != "name" and name not in node.entries]
    if absent:
        name = node.text("name")
        close = nearest(name, _others(among, node)) if name and len(faults) < MANY else None
        fix = f"Did you mean {quote(close)}?" if close else "Add what is missing."
        place = node.place_of("name") if close else node.place
        faults.append(place.fault(f"all keys of {label}", f"none for {joined(absent)}", fix))
    for name, value in node.entries.items():
        if name in keys:
            _look(value, keys[name], faults)


def _others(listing: Listing | None, item: Mapping) -> tuple[str, ...]:
    items = listing.items if listing is not None else []
    names = (other.text("name") for other in items if isinstance(other, Mapping) and other is not item)
    return tuple(filter(None, names))
