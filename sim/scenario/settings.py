"""Apply what stands on top of the files: switches, then ``set:``, then ``--set``."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from sim.errors import Fault
from sim.scenario import library
from sim.scenario.file_format import Header, SwitchFile, keys_of
from sim.scenario.paths import Target, find_target, join_path, put, split_path, value_at
from sim.scenario.quantities import Provenance
from sim.scenario.shape import Shape
from sim.scenario.tree import BAD, Leaf, Mapping, Node, Place, held
from sim.scenario.wording import quote, suggest
from sim.scenario.yaml_tree import parse_yaml

COMMAND_LINE_SOURCE = "set on the command line"

_SWITCHES = keys_of(Header)["switches"]


def apply_set(tree: Mapping, path: str, value: Node, place: Place, around: Provenance, faults: list[Fault]) -> Mapping:
    """Set one path and give the changed tree.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario.
    path : str
        The path.
    value : Node
        What it is set to, as written.
    place : Place
        Where the path is written.
    around : Provenance
        What holds for a quantity that says nothing about itself.
    faults : list of Fault
        Faults are added here.
    """
    target = find_target(tree, path, place)
    if isinstance(target, Fault):
        faults.append(target)
        return tree
    return put(tree, target.parts, Shape(faults).value(value, target.key, around, target.block))


def file_settings(tree: Mapping, ranks: dict[str, int], faults: list[Fault]) -> Mapping:
    """Apply the ``set:`` of the scenario's files.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario.
    ranks : dict of str to int
        Rank of each file in the chain of ``extends``, the lowest first.
    faults : list of Fault
        Faults are added here.
    """
    block = tree.block("set")
    for path, node in block.entries.items():
        place, value = block.keys.get(path, node.place), held(node)
        if value is None:
            continue
        hidden = _hidden(tree, path, place, ranks)
        if hidden is not None:
            faults.append(hidden)
        tree = apply_set(tree, path, value, place, Provenance(), faults)
    return tree


def _hidden(tree: Mapping, path: str, place: Place, ranks: dict[str, int]) -> Fault | None:
    """Refuse a value that the ``set:`` of a file below would silently replace."""
    target = find_target(tree, path, place)
    standing = value_at(tree, target.parts) if isinstance(target, Target) else None
    if standing is None or ranks.get(standing.place.file, -1) <= ranks.get(place.file, 0):
        return None
    need = f"'set: {{{path}: …}}', since {place} sets it and 'set' goes on top"
    return standing.place.fault(need, "a value that would have no effect", "Move it under 'set:'.")


def command_line_settings(tree: Mapping, overrides: Sequence[str], faults: list[Fault]) -> Mapping:
    """Apply ``--set PATH=VALUE``; VALUE is read as YAML.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario.
    overrides : sequence of str
        Texts of the form PATH=VALUE.
    faults : list of Fault
        Faults are added here.
    """
    for override in overrides:
        path, place, value = _split_override(override, faults)
        if value is not None:
            tree = apply_set(tree, path, value, place, Provenance(source=COMMAND_LINE_SOURCE), faults)
    return tree


def repeated_settings(overrides: Sequence[str]) -> list[Fault]:
    """Give a fault for every path that ``--set`` sets once more."""
    seen: set[str] = set()
    faults: list[Fault] = []
    for override in overrides:
        path = _plain_path(override.partition("=")[0].strip())
        if path in seen:
            faults.append(Place("--set", path=path).fault("each path once", f"{quote(path)} again", "Leave one out."))
        seen.add(path)
    return faults


def _plain_path(path: str) -> str:
    try:
        return join_path(split_path(path))
    except ValueError:
        return path


def _split_override(text: str, faults: list[Fault]) -> tuple[str, Place, Node | None]:
    path, equals, raw = text.partition("=")
    path = path.strip()
    place = Place("--set", path=path)
    if not equals or not path:
        fix = "Write --set actors.Russia.tied_down=0.2."
        faults.append(Place("--set").fault("PATH=VALUE", quote(text), fix))
        return path, place, None
    node, found = parse_yaml(raw, "--set", located=False)
    faults.extend(_below(fault, path) for fault in found)
    if node is None and not found:
        faults.append(place.fault("a value after '='", "nothing"))
    return path, place, None if found or node is None else _rooted(node, path)


def _below(fault: Fault, path: str) -> Fault:
    return dataclasses.replace(fault, path=f"{path}.{fault.path}" if fault.path else path)


def _rooted(node: Node, path: str) -> Node:
    """Put the path in front of the places of a value from the command line."""
    inner = node.place.path
    joined = path + (inner if inner.startswith("[") else f".{inner}" if inner else "")
    place = dataclasses.replace(node.place, path=joined)
    if isinstance(node, Leaf):
        return dataclasses.replace(node, place=place)
    if isinstance(node, Mapping):
        entries = {key: _rooted(value, path) for key, value in node.entries.items()}
        keys = {key: place.at(key) for key in node.entries}
        return Mapping(entries, place, keys)
    return dataclasses.replace(node, items=[_rooted(item, path) for item in node.items], place=place)


def take_switch_overrides(tree: Mapping, overrides: Sequence[str], faults: list[Fault]) -> tuple[Mapping, list[str]]:
    """Move ``--set switches.NAME=POSITION`` into the scenario's switches; give the other overrides."""
    rest: list[str] = []
    for override in overrides:
        if not override.strip().startswith("switches."):
            rest.append(override)
            continue
        path, place, value = _split_override(override, faults)
        name = path.removeprefix("switches.").strip('"')
        if value is not None:
            block = Mapping({}, place, {}) if "switches" not in tree.entries else tree.block("switches")
            turned = Shape(faults).by_name(Mapping({name: value}, place, {name: place}), _SWITCHES)
            joined = Mapping({**block.entries, **turned.entries}, block.place, {**block.keys, **turned.keys})
            tree = Mapping({**tree.entries, "switches": joined}, tree.place, tree.keys)
    return tree, rest


def switch_definitions(roots: Sequence[Path], faults: list[Fault], files: list[Path]) -> dict[str, Mapping]:
    """Read the switches that there are, by name; the nearest file wins.

    Parameters
    ----------
    roots : sequence of Path
        Folders to look in, from `sim.scenario.library.roots_beside`.
    faults : list of Fault
        Faults are added here.
    files : list of Path
        Files read are added here.
    """
    found: dict[str, Mapping] = {}
    for root in roots:
        path = library.find("parameters", library.SWITCHES, (root,))
        node = library.read_mapping(path, faults) if path is not None else None
        if path is None or node is None:
            continue
        files.append(path)
        for name, definition in switch_file(node, faults).named("switches").items():
            found.setdefault(name, definition)
    return found


def switch_file(node: Mapping, faults: list[Fault]) -> Mapping:
    """Check the file of switches against the keys of the format."""
    shape = Shape(faults)
    return shape.mapping(node, keys_of(SwitchFile), "a switch file", Provenance(), SwitchFile)


def apply_switches(tree: Mapping, definitions: dict[str, Mapping], faults: list[Fault]) -> Mapping:
    """Set what the chosen positions of the scenario's switches set.

    Parameters
    ----------
    tree : Mapping
        Merged tree of the scenario.
    definitions : dict of str to Mapping
        The switches that there are.
    faults : list of Fault
        Faults are added here.
    """
    block = tree.block("switches")
    for name, leaf in block.entries.items():
        if not isinstance(leaf, Leaf) or leaf.value is BAD:
            continue
        place = block.keys.get(name, leaf.place)
        definition = definitions.get(name)
        if definition is None:
            fix = suggest(name, definitions, none="There is no file parameters/switches.yaml.")
            faults.append(place.fault("a switch", quote(name), fix))
            continue
        positions = definition.named("positions")
        if leaf.value not in positions:
            need = f"a position of the switch {quote(name)}"
            faults.append(leaf.place.fault(need, quote(leaf.value), suggest(leaf.value, positions)))
            continue
        tree = _turned(tree, positions[leaf.value], definition, leaf.place, faults)
    return tree


def _turned(tree: Mapping, position: Mapping, definition: Mapping, place: Place, faults: list[Fault]) -> Mapping:
    around = Provenance().within(definition).within(position)
    for path, node in position.block("set").entries.items():
        target = find_target(tree, path, place)
        if isinstance(target, Fault):
            need = f"a switch whose paths this scenario has; {position.place} sets {quote(path)}: {target.need}"
            faults.append(place.fault(need, target.got, target.fix))
        elif (value := held(node)) is not None:
            tree = apply_set(tree, join_path(target.parts), value, node.place, around, faults)
    return tree
