"""Put the files of a scenario together: fragments below, then what it extends, then itself.

Only files are dealt with here. What is asked on top of them (switches, settings, treaties put in force)
is applied by `sim.scenario.load`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Fault
from sim.scenario import library
from sim.scenario.file_format import fragment_keys, keys_of, scenario_keys
from sim.scenario.merge import merge
from sim.scenario.model import Actor, Treaty
from sim.scenario.quantities import Provenance
from sim.scenario.shape import Shape
from sim.scenario.tree import BAD, Leaf, Listing, Mapping, Node, Place, empty_mapping
from sim.scenario.wording import MANY, quote

_MAX_CHAIN = 20


@dataclass(frozen=True)
class Written:
    """A file that was read and checked against the keys of the format."""

    path: Path
    tree: Mapping


@dataclass
class Assembly:
    """Reads files into one tree; keeps the faults and the files read.

    Parameters
    ----------
    faults : list of Fault
        Everything found wrong so far.
    files : list of Path
        Files read, in order.
    torn : bool
        Whether a file is missing without which nothing can be said about the whole.
    """

    faults: list[Fault] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    torn: bool = False

    def scenario(self, path: Path) -> tuple[Mapping, tuple[Written, ...]]:
        """Read a scenario with all it refers to.

        Parameters
        ----------
        path : Path
            File of the scenario.

        Returns
        -------
        tree : Mapping
            Everything merged.
        chain : tuple of Written
            The scenario's file and the files it extends, the lowest first.
        """
        chain = self._chain(path)
        tree = empty_mapping(Place(library.shown(path), 1, 1))
        for fragment in self._fragments(chain):
            tree = merge(tree, fragment, self.faults)
        for written in chain:
            tree = merge(tree, self._expanded(written), self.faults)
        return tree, tuple(chain)

    def _chain(self, path: Path) -> list[Written]:
        chain: list[Written] = []
        place: Place | None = None
        current: Path | None = path
        while current is not None:
            if _met(current, chain) or len(chain) >= _MAX_CHAIN:
                self._refuse_circle(current, chain, place or Place())
                break
            written = self.written(current, "scenario", place)
            if written is None:
                break
            chain.append(written)
            extends = written.tree.entries.get("extends")
            current = self._extended(written.path, extends) if isinstance(extends, Leaf) else None
            place = extends.place if extends is not None else None
        return chain[::-1]

    def _refuse_circle(self, path: Path, chain: list[Written], place: Place) -> None:
        steps = " → ".join([written.path.stem for written in chain] + [path.stem])
        self.torn = True
        self.faults.append(place.fault("a scenario that does not lead back here", steps, "Break the circle."))

    def _extended(self, path: Path, leaf: Leaf) -> Path | None:
        if not isinstance(leaf.value, str):
            self.torn = True
            return None
        return self.found("scenario", leaf.value.removesuffix(".yaml"), path, leaf.place)

    def found(self, kind: str, name: str, beside: Path | None, place: Place) -> Path | None:
        """Find the file of a name that stands in a file, or report that there is none."""
        roots = library.roots_beside(beside)
        path = library.find(kind, name, roots)
        if path is None:
            self.torn = self.torn or kind != "treaty"
            # Guessing what was meant takes a look into the folders: enough is enough.
            looked = roots if len(self.faults) < MANY else ()
            self.faults.append(library.not_found(kind, name, looked, place))
        return path

    def written(self, path: Path, kind: str, place: Place | None = None) -> Written | None:
        """Read one file and check it against the keys of its kind; None if it cannot be read.

        Parameters
        ----------
        path : Path
            The file.
        kind : str
            ``"scenario"``, ``"parameters"``, ``"actor"`` or ``"treaty"``.
        place : Place, optional
            Where the file is named.
        """
        before = len(self.faults)
        node = library.read_mapping(path, self.faults, place)
        if path not in self.files:
            self.files.append(path)
        if node is None:
            self.torn = self.torn or kind != "treaty"
            return None
        shape = Shape(self.faults)
        keys, label, block = {
            "scenario": (scenario_keys(), "a scenario", None),
            "parameters": (fragment_keys(), "a parameter file", None),
            "actor": (keys_of(Actor), "an actor", Actor),
            "treaty": (keys_of(Treaty), "a treaty", Treaty),
        }[kind]
        tree = shape.mapping(node, keys, label, Provenance(), block)
        if any(fault.path.partition("[")[0] in ("extends", "parameters") for fault in self.faults[before:]):
            self.torn = True
        self._check_version(tree, kind)
        if kind in ("actor", "treaty"):
            self._check_name(tree, path, label)
        return Written(path, tree)

    def _check_version(self, tree: Mapping, kind: str) -> None:
        key = {"scenario": "pactsim", "treaty": "pactsim_treaty"}.get(kind)
        if key is not None and key not in tree.entries:
            fault = tree.place.at(key).fault("the version of the format", "none", f"Begin with '{key}: 1'.")
            self.faults.append(fault)

    def _check_name(self, tree: Mapping, path: Path, label: str) -> None:
        node = tree.entries.get("name")
        if isinstance(node, Leaf) and node.value is BAD:
            return
        if tree.text("name") != path.stem:
            need = f"the name of {label}, the same as its file's, {quote(path.stem)}"
            given = quote(tree.text("name")) if node is not None else "none"
            self.faults.append(tree.place_of("name").fault(need, given))

    def _fragments(self, chain: list[Written]) -> list[Mapping]:
        """Read the fragments named by the highest file that names any."""
        for written in reversed(chain):
            if "parameters" in written.tree.entries:
                leaves = written.tree.leaves_of("parameters")
                read = [self._fragment(leaf, written.path) for leaf in leaves]
                return [tree for tree in read if tree is not None]
        return []

    def _fragment(self, leaf: Leaf, beside: Path) -> Mapping | None:
        path = self.found("parameters", leaf.value, beside, leaf.place)
        written = self.written(path, "parameters", leaf.place) if path is not None else None
        if written is None:
            return None
        # What is said about a fragment as a whole is no statement about the scenario.
        tree = self._expanded(written)
        kept = {key: node for key, node in tree.entries.items() if key not in ("source", "note", "confidence")}
        return Mapping(kept, tree.place, tree.keys)

    def _expanded(self, written: Written) -> Mapping:
        """Put the files of the library in the place of their names."""
        entries = dict(written.tree.entries)
        for key, kind in (("actors", "actor"), ("treaties", "treaty")):
            node = entries.get(key)
            if isinstance(node, Listing):
                items = [self._item(item, kind, written.path) for item in node.items]
                by_name = any(isinstance(item, Leaf) for item in node.items)
                kept = [item for item in items if item is not None]
                # Treaties named are the treaties that bind; actors named join those there are.
                entries[key] = Listing(kept, node.place, node.replaces or (by_name and kind == "treaty"))
        return Mapping(entries, written.tree.place, written.tree.keys)

    def _item(self, item: Node, kind: str, beside: Path) -> Node | None:
        if not isinstance(item, Leaf):
            return item
        if item.value is BAD:
            self.torn = self.torn or kind != "treaty"
            return None
        path = self.found(kind, str(item.value), beside, item.place)
        written = self.written(path, kind, item.place) if path is not None else None
        return written.tree if written is not None else None


def _met(path: Path, chain: list[Written]) -> bool:
    try:
        return any(path.resolve() == written.path.resolve() for written in chain)
    except (OSError, RuntimeError, ValueError):
        return False
