"""A results folder, written: one writer at a time, safe to kill at any moment.

The manifest is written before the first part, so that a folder always says whose it is. A part is
its rows, then its sidecar; it counts only when both are there and match. What a killed run left is
kept where it is whole and removed where it is not, so that `--resume` and a plain repeat are the
same thing.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.engine.part import PART_RUNS, Part, part_ranges
from sim.errors import Fault, InputError
from sim.store import parts as coding
from sim.store.files import (
    LOCK,
    TEMPORARY,
    disk_faults,
    locked,
    make_folder,
    remove_temporaries,
    sync_folder,
    write_atomically,
    write_json,
)
from sim.store.folder import (
    FIGURES,
    MANIFEST,
    RUNS,
    SUMMARY,
    StoredPart,
    contiguous,
    refuse_other_parts,
    stored_parts,
)
from sim.store.identity import Identity
from sim.store.manifest import read_manifest
from sim.store.parts import EncodedPart
from sim.store.sidecar import SUFFIX as SIDECAR
from sim.store.summary import read_summary

_OTHER_RUN = "Choose another --out, or leave it out."
_PART_FILE = re.compile(rf"part-[0-9a-f]{{16}}({re.escape(coding.SUFFIX)}|{re.escape(SIDECAR)})")


@dataclass(frozen=True)
class Plan:
    """What a call for a number of runs comes to.

    Parameters
    ----------
    runs : int
        Runs that will be stored; more than asked for where more are stored already.
    missing : tuple of tuple of int
        First run and number of runs of each part to compute, in order.
    """

    runs: int
    missing: tuple[tuple[int, int], ...]


@contextlib.contextmanager
def writing(path: Path, identity: Identity) -> Iterator[FolderWriter]:
    """Open a results folder to write to it, and hold it for this process alone.

    Parameters
    ----------
    path : Path
        Made where it is missing.
    identity : Identity
        The run that it holds or shall hold.

    Yields
    ------
    FolderWriter
        With damaged and unfinished files removed.

    Raises
    ------
    InputError
        If it holds another run or files that pactsim did not write; nothing is touched then.
    PactsimError
        If another process is writing there, or the disk fails.
    """
    with holding(path, identity):
        yield FolderWriter(path, identity)


@contextlib.contextmanager
def holding(path: Path, identity: Identity) -> Iterator[None]:
    """Hold a folder for this process alone, whatever kind of results it is for; see `writing`."""
    _refuse_foreign(path, identity)
    make_folder(path / RUNS)
    with locked(path):
        _refuse_foreign(path, identity)  # again: it may have been filled while we came here
        yield


class FolderWriter:
    """A results folder that this process holds; from `writing`."""

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path = path
        self.identity = identity
        #: By first run: of two that begin there the longer.
        self._parts: dict[int, StoredPart] = {}
        self._clean()

    def _clean(self) -> None:
        for folder in (self.path, self.path / RUNS, self.path / FIGURES):
            remove_temporaries(folder)
        with disk_faults(self.path / RUNS):
            intact = [part for part in stored_parts(self.path) if part.is_intact()]
        # Shorter ones come first, so that the longest stays.
        self._parts = {part.about.first: part for part in intact}
        kept = {part.sidecar.stem for part in self._parts.values()}
        for file in _part_files(self.path):
            if file.stem not in kept:
                _remove(file)

    @property
    def stored(self) -> list[StoredPart]:
        """Whole parts from run 0 on without a gap, in order."""
        return contiguous(self._parts.values())

    @property
    def runs(self) -> int:
        """Number of runs stored from 0 on without a gap."""
        stored = self.stored
        return stored[-1].end if stored else 0

    @property
    def is_finished(self) -> bool:
        """Whether there is a whole summary of what is stored; a damaged one counts as none."""
        path = self.path / SUMMARY
        try:
            return path.is_file() and read_summary(path, self.identity)["runs"] == self.runs
        except InputError:
            return False

    def plan(self, runs: int) -> Plan:
        """Say what is to be computed so that at least `runs` runs are stored.

        Parameters
        ----------
        runs : int
            Runs asked for, at least 1.

        Returns
        -------
        Plan
            Whole parts wherever they are: a short last part is computed anew only if more runs
            are asked for than it reaches.
        """
        missing = [(first, count) for first, count in part_ranges(runs) if not self.has(first, count)]
        last = (runs - 1) // PART_RUNS * PART_RUNS
        while last <= runs and (part := self._parts.get(last)) and part.end >= runs:
            runs, last = part.end, last + PART_RUNS
        return Plan(runs, tuple(missing))

    def has(self, first: int, count: int) -> bool:
        """Whether a part of a range, or of a longer one that begins there, is stored."""
        part = self._parts.get(first)
        return part is not None and part.about.count >= count

    def begin(self, manifest: dict[str, Any]) -> None:
        """Write the manifest; from here until `finish` the folder counts as unfinished."""
        write_json(self.path / MANIFEST, manifest)
        _remove(self.path / SUMMARY)
        sync_folder(self.path)

    def write(self, part: EncodedPart) -> None:
        """Store a part, and remove the shorter one that it takes the place of.

        Parameters
        ----------
        part : EncodedPart
            Of this run, in any order.
        """
        if part.about.identity != self.identity.hash:
            raise ValueError(f"a part of run {self.identity.hash[:8]} is needed, got {part.about.identity[:8]}")
        stored = StoredPart(self.path / RUNS / f"{part.name}{SIDECAR}", part.about)
        write_atomically(stored.parquet, part.parquet)
        write_atomically(stored.sidecar, part.sidecar)
        before = self._parts.get(part.about.first)
        self._parts[part.about.first] = stored
        if before is not None and before.sidecar != stored.sidecar:
            _remove_part(before)

    def part_from(self, first: int) -> Part:
        """Read the stored part that begins with a run.

        Parameters
        ----------
        first : int
            Number of the run.

        Returns
        -------
        Part
            As it was written.
        """
        return self._parts[first].read()

    def parts(self) -> Iterator[Part]:
        """Read the stored parts from run 0 on, one at a time."""
        for part in self.stored:
            yield part.read()

    def finish(self, manifest: dict[str, Any], summary: dict[str, Any]) -> None:
        """Write manifest and summary, and remove parts that a gap cuts off from the rest.

        Parameters
        ----------
        manifest, summary : dict
            Of all runs stored.
        """
        for first in self._parts.keys() - {part.about.first for part in self.stored}:
            _remove_part(self._parts.pop(first))
        sync_folder(self.path / RUNS)
        write_json(self.path / MANIFEST, manifest)
        write_json(self.path / SUMMARY, summary)
        sync_folder(self.path)


def _part_files(folder: Path) -> list[Path]:
    """Files named as only pactsim names them: others' files are never removed."""
    with disk_faults(folder):
        return [file for file in (folder / RUNS).iterdir() if _PART_FILE.fullmatch(file.name)]


def _remove(path: Path) -> None:
    with disk_faults(path):
        path.unlink(missing_ok=True)


def _remove_part(part: StoredPart) -> None:
    _remove(part.sidecar)
    _remove(part.parquet)


def _refuse_foreign(path: Path, identity: Identity) -> None:
    """Refuse a folder that is not this run's, before anything in it is touched."""
    with disk_faults(path):
        if path.exists() and not path.is_dir():
            raise InputError(Fault("a folder", "a file", "Choose another --out.", str(path)))
        if (path / MANIFEST).exists():
            _refuse_other_run(path, identity)
        elif path.exists():
            _refuse_strangers(path)
    refuse_other_parts(stored_parts(path), identity, path)


def _refuse_other_run(path: Path, identity: Identity) -> None:
    held = read_manifest(path / MANIFEST)["identity"]
    differing = [
        f"{key.replace('_', ' ')} {_brief(held[key])}, here {_brief(value)}"
        for key, value in asdict(identity).items()
        if held[key] != value
    ]
    if differing:
        raise InputError(Fault("the same run as is stored here", "; ".join(differing), _OTHER_RUN, str(path)))


def _brief(value: object) -> str:
    return (value[:8] or "none") if isinstance(value, str) else str(value)


def _refuse_strangers(path: Path) -> None:
    """A folder without a manifest may hold only what a run killed at its start leaves."""
    for file in path.iterdir():
        ours = file.name in (LOCK, FIGURES, RUNS) or file.name.startswith(TEMPORARY)
        if not ours or (file.name == FIGURES and any(file.iterdir())):
            raise InputError(
                Fault("an empty folder or a results folder", f"{file.name!r} in it", _OTHER_RUN, str(path))
            )
    known = {part.sidecar.stem for part in stored_parts(path)}
    for file in (path / RUNS).glob("*"):
        if not file.name.startswith(TEMPORARY) and file.stem not in known:
            raise InputError(
                Fault(
                    "an empty folder or a results folder",
                    f"'{RUNS}/{file.name}' in it",
                    _OTHER_RUN,
                    str(path),
                )
            )
