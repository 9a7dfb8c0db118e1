"""Check a file of any kind: a scenario, a treaty, an actor, parameters, switches or an elicitation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import Fault, InputError
from sim.scenario import library
from sim.scenario.assemble import Assembly
from sim.scenario.checks.ladder import check_ladder
from sim.scenario.checks.treaties import check_treaties
from sim.scenario.complete import lacking
from sim.scenario.elicitation import faults_of
from sim.scenario.file_format import SwitchFile
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Treaty
from sim.scenario.paths import split_path
from sim.scenario.settings import switch_file
from sim.scenario.tree import Mapping
from sim.scenario.wording import quote


@dataclass(frozen=True)
class Checked:
    """A file that was found to be without fault.

    Parameters
    ----------
    kind : str
        ``"scenario"``, ``"treaty"``, ``"actor"``, ``"parameters"``, ``"switches"`` or ``"elicitation"``.
    path : Path
        The file.
    loaded : Loaded, optional
        The scenario, if it is one.
    """

    kind: str
    path: Path
    loaded: Loaded | None = None


def load_any(name_or_path: str | Path) -> Checked:
    """Check a file according to its kind, which its keys and folder tell.

    Parameters
    ----------
    name_or_path : str or Path
        As for `sim.scenario.load.load_scenario`.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    path = library.scenario_file(str(name_or_path))
    faults: list[Fault] = []
    tree = library.read_mapping(path, faults)
    kind = kind_of(tree, path) if tree is not None else "scenario"
    if kind == "scenario":
        return Checked(kind, path, load_scenario(path if path.suffix else str(name_or_path)))
    if kind == "elicitation":
        faults_of(path)
        return Checked(kind, path)
    assembly = Assembly()
    if kind == "switches" and tree is not None:
        assembly.faults.extend(faults)
        _check_switches(tree, assembly.faults)
    else:
        _check_part(kind, path, assembly)
    if assembly.faults:
        raise InputError(sorted(dict.fromkeys(assembly.faults), key=lambda fault: (fault.line, fault.column)))
    return Checked(kind, path)


def kind_of(tree: Mapping, path: Path) -> str:
    """Tell the kind of a file by its keys, or else by its folder."""
    first = (("pactsim_elicitation", "elicitation"), ("pactsim", "scenario"), ("pactsim_treaty", "treaty"))
    for key, kind in (*first, ("extends", "scenario")):
        if key in tree.entries:
            return kind
    if "switches" in tree.entries and set(tree.entries) <= {"switches", "source", "note", "confidence"}:
        return "switches"
    folders = {"treaties": "treaty", "actors": "actor", "parameters": "parameters"}
    by_folder = folders.get(path.absolute().parent.name)
    if by_folder is not None:
        return by_folder
    return (
        "treaty" if {"parties", "clauses"} & set(tree.entries) else "actor" if "power" in tree.entries else "scenario"
    )


def _check_part(kind: str, path: Path, assembly: Assembly) -> None:
    written = assembly.written(path, kind)
    if written is None:
        return
    if kind == "treaty":
        lacking(written.tree, Treaty, "a treaty", assembly.faults)
        check_treaties([written.tree], (), assembly.faults)
    elif kind == "parameters":
        check_ladder(written.tree, assembly.faults)


def _check_switches(tree: Mapping, faults: list[Fault]) -> None:
    shaped = switch_file(tree, faults)
    lacking(shaped, SwitchFile, "a switch file", faults)
    for switch in shaped.items_of("switches"):
        for position in switch.items_of("positions"):
            block = position.block("set")
            for path in block.entries:
                try:
                    split_path(path)
                except ValueError as error:
                    faults.append(block.keys[path].fault(f"a path of {error}", quote(path)))
