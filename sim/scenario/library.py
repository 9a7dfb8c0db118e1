"""From names to files: beside the file that names them, in ./scenarios, then in the package.

A name inside a file can never lead out of the scenario folders: it has no separators but that of a
scenario of the past, ``history/pueblo-1968``, and what it leads to must lie in the folder it was looked
up in even after links are followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sim.errors import Fault, InputError
from sim.scenario.names import is_name
from sim.scenario.tree import Mapping, Node, Place
from sim.scenario.wording import got, nearest, quote, suggest
from sim.scenario.yaml_tree import parse_yaml

MAX_BYTES = 1024 * 1024

#: Folder of the scenarios of the past; their names may be written with it or without.
HISTORY = "history"

#: Folders within a scenario folder in which the files of a kind lie.
FOLDERS: dict[str, tuple[str, ...]] = {
    "scenario": ("", HISTORY),
    "treaty": ("treaties",),
    "actor": ("actors",),
    "parameters": ("parameters",),
    "elicitation": ("elicitation",),
}
_WORDS = {
    "scenario": "a scenario",
    "treaty": "a treaty of the library",
    "actor": "an actor of the library",
    "parameters": "a file of parameters/",
    "elicitation": "an elicitation",
}
SWITCHES = "switches"


def package_library() -> Path:
    """Give the folder of the scenarios that come with the package."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def roots_beside(file: Path | None) -> tuple[Path, ...]:
    """Give the folders in which the names in a file are looked up, first come first.

    Parameters
    ----------
    file : Path, optional
        The file with the names; without it, the names are those of the command line.
    """
    beside: list[Path] = []
    if file is not None:
        inner = {folder for folders in FOLDERS.values() for folder in folders if folder}
        beside = [file.parent, file.parent.parent] if file.parent.name in inner else [file.parent]
    unique = dict.fromkeys([*beside, Path("scenarios"), package_library()])
    return tuple(root for root in unique if root.is_dir())


def _within(path: Path, root: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def find(kind: str, name: str, roots: tuple[Path, ...]) -> Path | None:
    """Find the file of a name, or None.

    Parameters
    ----------
    kind : str
        A key of `FOLDERS`.
    name : str
        Name of the file without ``.yaml``; that of a scenario may begin with ``history/``.
    roots : tuple of Path
        Folders to look in, from `roots_beside`.
    """
    folders, stem = _split(kind, name)
    if not is_name(stem):
        return None
    candidates = ((root / folder / f"{stem}.yaml", root) for root in roots for folder in folders)
    return next((path for path, root in candidates if _within(path, root)), None)


def _split(kind: str, name: str) -> tuple[tuple[str, ...], str]:
    """Give the folders that a name can lead to, and the name without the folder that it begins with."""
    folder, slash, stem = name.partition("/")
    if slash and folder and folder in FOLDERS[kind]:
        return (folder,), stem
    return FOLDERS[kind], name


def names(kind: str, roots: tuple[Path, ...]) -> dict[str, Path]:
    """Give the names that there are, each with its file, in order of name; those of the past with their folder."""
    found: dict[str, Path] = {}
    for path, root in _files(kind, roots):
        if is_name(path.stem) and path.stem != SWITCHES and _within(path, root):
            past = path.parent.name == HISTORY and path.parent != root
            found.setdefault(f"{HISTORY}/{path.stem}" if past else path.stem, path)
    return dict(sorted(found.items()))


def _files(kind: str, roots: tuple[Path, ...]) -> Iterator[tuple[Path, Path]]:
    for root in roots:
        for folder in FOLDERS[kind]:
            try:
                yield from ((path, root) for path in sorted((root / folder).glob("*.yaml")))
            except OSError:
                continue


def not_found(kind: str, name: str, roots: tuple[Path, ...], place: Place) -> Fault:
    """Make the fault for a name that leads nowhere, with the nearest one that does."""
    need = _WORDS[kind]
    if not is_name(_split(kind, name)[1]):
        fix = "Write the file's name without its folder and without '.yaml'."
        return place.fault(f"the name of {need}", quote(name), fix)
    return place.fault(need, quote(name), _meant(name, names(kind, roots)))


def _meant(name: str, there: dict[str, Path]) -> str:
    """Say which name was meant: one of the past may have been written without its folder, or misspelt so."""
    close = nearest(name, there) or nearest(f"{HISTORY}/{name}", there)
    return f"Did you mean {quote(close)}?" if close else suggest(name, there, none="The library has none.")


def scenario_file(name_or_path: str) -> Path:
    """Find the scenario that a user names on the command line.

    Parameters
    ----------
    name_or_path : str
        A path if it ends in ``.yaml`` or has a separator other than that of ``history/NAME``, otherwise a name.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    ending = name_or_path.endswith((".yaml", ".yml"))
    name = _split("scenario", name_or_path)[1]
    if ending or "/" in name or os.sep in name:
        return Path(name_or_path)
    roots = roots_beside(None)
    path = find("scenario", name_or_path, roots)
    if path is not None:
        return path
    if Path(name_or_path).is_file():
        need, fix = "a file that ends in .yaml, or a scenario's name", "Rename the file."
        raise InputError(Fault(need, quote(name_or_path), fix))
    fault = not_found("scenario", name_or_path, roots, Place())
    if is_name(name_or_path) and Path(f"{name_or_path}.yaml").is_file():
        fault = Fault(fault.need, fault.got, f"Write '{name_or_path}.yaml' for the file in this folder.")
    raise InputError(fault)


def shown(path: Path) -> str:
    """Give the name under which a file is shown: relative to this folder where it lies below it."""
    text = os.path.normpath(path)
    here = os.getcwd() + os.sep
    if os.path.isabs(text) and text.startswith(here):
        text = text[len(here) :]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def read(path: Path, faults: list[Fault], place: Place | None = None) -> Node | None:
    """Read a file into a tree.

    Parameters
    ----------
    path : Path
        The file.
    faults : list of Fault
        Faults are added here.
    place : Place, optional
        Where the file is named; a file that cannot be read is reported there.

    Returns
    -------
    Node or None
        The tree, or None if nothing could be read.
    """
    name = shown(path)
    text = _text(path, name, faults, place or Place(name))
    if text is None:
        return None
    node, found = parse_yaml(text, name)
    faults.extend(found)
    return node


def read_mapping(path: Path, faults: list[Fault], place: Place | None = None) -> Mapping | None:
    """Read a file whose top level must be a mapping; otherwise like `read`."""
    before = len(faults)
    node = read(path, faults, place)
    if isinstance(node, Mapping):
        return node
    if len(faults) == before:
        name = shown(path)
        where = node.place if node is not None else Place(name, 1, 1)
        faults.append(where.fault("a mapping of keys", got(node) if node is not None else "an empty file"))
    return None


def _text(path: Path, name: str, faults: list[Fault], place: Place) -> str | None:
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        if path.exists() and not path.is_file():
            raise OSError("it is not a regular file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        faults.append(_unreadable(path, name, error, place))
        return None
    if len(raw) > MAX_BYTES:
        faults.append(place.fault("a file of at most 1 MiB", f"more in '{name}'"))
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        code = f"the byte 0x{raw[error.start]:02X}" if error.start < len(raw) else "an unfinished character"
        faults.append(Place(name, line, column).fault("text in UTF-8", code, "Save the file as UTF-8."))
        return None


def _unreadable(path: Path, name: str, error: Exception, place: Place) -> Fault:
    reason = getattr(error, "strerror", None) or str(error)
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return place.fault("a file", f"'{name}', a link that leads nowhere", "Mend the link.")
    if isinstance(error, FileNotFoundError):
        siblings = {other.stem: other.name for other in _siblings(path) if other.exists()}
        close = nearest(path.stem, siblings)
        fix = f"Did you mean {quote(siblings[close])}?" if close else _of_the_library(path)
        return place.fault("a file", f"'{name}', which does not exist", fix)
    if isinstance(error, IsADirectoryError):
        return place.fault("a file", f"the folder '{name}'", "Name a file in it.")
    return place.fault("a file that can be read", f"'{name}' ({reason})")


def _of_the_library(path: Path) -> str:
    """Say under which name the library has a scenario whose file was looked for elsewhere."""
    there = names("scenario", roots_beside(None))
    found = next((name for name in there if name.rpartition("/")[2] == path.stem), None)
    return f"Write {quote(found)} for that of the library." if found else ""


def _siblings(path: Path) -> list[Path]:
    try:
        return sorted(path.parent.glob("*.y*ml"))
    except (OSError, ValueError):
        return []
