"""Put a treaty version in force, or take a treaty slot out: ``SLOT=VERSION``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Fault
from sim.scenario import library
from sim.scenario.assemble import Assembly
from sim.scenario.tree import Leaf, Listing, Mapping, Node, Place
from sim.scenario.wording import either, nearest, quote, suggest

NONE = "none"


@dataclass(frozen=True)
class Shelved:
    """A treaty of the library, with the faults of its file, which matter only if it is asked for."""

    path: Path
    tree: Mapping
    faults: tuple[Fault, ...]


def versions(roots: tuple[Path, ...]) -> dict[str, dict[str, Shelved]]:
    """Read the treaties of the library: by slot, then by version.

    Parameters
    ----------
    roots : tuple of Path
        Folders to look in.
    """
    found: dict[str, dict[str, Shelved]] = {}
    for path in library.names("treaty", roots).values():
        reader = Assembly()
        written = reader.written(path, "treaty")
        if written is None:
            continue
        slot, version = written.tree.text("slot"), written.tree.text("version")
        if slot and version:
            shelved = Shelved(path, written.tree, tuple(reader.faults))
            found.setdefault(slot, {}).setdefault(version, shelved)
    return found


def put_in_force(
    tree: Mapping, written: Mapping, statement: str, place: Place, roots: tuple[Path, ...], assembly: Assembly
) -> Mapping:
    """Apply one statement and give the changed tree.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario, with what earlier statements did to it.
    written : Mapping
        The tree without them: its own treaties are looked up before those of the library.
    statement : str
        ``SLOT=VERSION``, or ``SLOT=none`` to take the slot out.
    place : Place
        Where the statement is written.
    roots : tuple of Path
        Folders in which treaties are looked up.
    assembly : Assembly
        Faults and files are added to it.
    """
    slot, equals, version = (part.strip() for part in statement.partition("="))
    if not (slot and equals and version):
        fix = "Write DPRK-Russia=2024, or DPRK-Russia=none."
        assembly.faults.append(place.fault("SLOT=VERSION", quote(statement), fix))
        return tree
    present = [item for item in written.items_of("treaties") if item.text("slot") == slot]
    if version == NONE and present:
        return _with_treaties(tree, slot, None)
    own = {item.text("version"): item for item in present}
    if version in own:
        return _with_treaties(tree, slot, _in_force(own[version], place))
    shelf = versions(roots)
    chosen = shelf.get(slot, {}).get(version)
    if chosen is not None:
        assembly.files.append(chosen.path)
        assembly.faults.extend(chosen.faults)
        return _with_treaties(tree, slot, _in_force(chosen.tree, place))
    if version != NONE or slot not in shelf:
        slots = sorted({item.text("slot") for item in written.items_of("treaties")} | set(shelf))
        known = sorted({*own, *shelf.get(slot, {})})
        assembly.faults.append(_unknown(slot, version, place, slots, known))
    return tree


def repeated_slots(written: Sequence[Leaf], asked: Sequence[str]) -> list[Fault]:
    """Give a fault for every slot that is given more than one version at once.

    Parameters
    ----------
    written : sequence of Leaf
        Statements of a scenario's ``counterfactual:``.
    asked : sequence of str
        Those of ``--treaty``, which may take the place of what is written.
    """
    faults: list[Fault] = []
    for places in ([(leaf.value, leaf.place) for leaf in written], [(text, Place("--treaty")) for text in asked]):
        seen: set[str] = set()
        for statement, place in places:
            slot = statement.partition("=")[0].strip()
            if slot in seen:
                faults.append(place.fault("each slot once", f"{quote(slot)} again", "Leave one out."))
            seen.add(slot)
    return faults


def _unknown(slot: str, version: str, place: Place, slots: list[str], known: list[str]) -> Fault:
    if not known:
        return place.fault("a treaty slot", quote(slot), suggest(slot, slots, none="The library has none."))
    close = nearest(version, [*known, NONE])
    need = f"a version of {quote(slot)}: {either([*known, NONE])}"
    return place.fault(need, quote(version), f"Did you mean {quote(close)}?" if close else "")


def _in_force(treaty: Mapping, place: Place) -> Mapping:
    entries: dict[str, Node] = {**treaty.entries, "counterfactual": Leaf(True, place, "true")}
    return Mapping(entries, treaty.place, treaty.keys)


def _with_treaties(tree: Mapping, slot: str, treaty: Mapping | None) -> Mapping:
    """Take what stands in a slot out and put a treaty in its place, at the end if there was none."""
    node = tree.entries.get("treaties")
    items = list(node.items) if isinstance(node, Listing) else []
    at = next((i for i, item in enumerate(items) if _slot(item) == slot), len(items))
    kept = [item for item in items if _slot(item) != slot]
    if treaty is not None:
        kept.insert(at, treaty)
    listing = Listing(kept, node.place if node is not None else tree.place.at("treaties"))
    return Mapping({**tree.entries, "treaties": listing}, tree.place, tree.keys)


def _slot(item: Node) -> str:
    return item.text("slot") if isinstance(item, Mapping) else ""
