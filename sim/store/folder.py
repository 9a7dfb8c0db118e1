"""A results folder, read: manifest, summary and parts, one part in memory at a time.

``<folder>/manifest.json`` tells what was run, ``runs/part-<hash>.parquet`` holds the outcome rows
and ``runs/part-<hash>.sidecar`` the step counts, ``summary.json`` every outcome, ``figures/`` the
figures. Reading takes no lock: whatever is replaced is replaced as a whole.
"""

from __future__ import annotations

import bisect
import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.part import Part
from sim.errors import Fault, InputError, PactsimError
from sim.scenario.model import Scenario
from sim.store import parts as coding
from sim.store.files import disk_faults
from sim.store.identity import Identity
from sim.store.manifest import read_manifest
from sim.store.sidecar import SUFFIX as SIDECAR
from sim.store.sidecar import About, decode_sidecar, is_whole, read_about
from sim.store.summary import read_summary

MANIFEST = "manifest.json"
SUMMARY = "summary.json"
RUNS = "runs"
FIGURES = "figures"


@dataclass(frozen=True)
class StoredPart:
    """A part on disk.

    Parameters
    ----------
    sidecar : Path
        Its sidecar; the rows lie beside it.
    about : About
        What the sidecar says.
    """

    sidecar: Path
    about: About

    @property
    def parquet(self) -> Path:
        """Where its rows are."""
        return self.sidecar.with_suffix(coding.SUFFIX)

    @property
    def end(self) -> int:
        """Number of the run after its last."""
        return self.about.first + self.about.count

    def is_intact(self) -> bool:
        """Whether both files are, byte for byte, what was written."""
        try:
            content = self.parquet.read_bytes()
        except FileNotFoundError:
            return False
        return hashlib.sha256(content).hexdigest() == self.about.sha256 and is_whole(self.sidecar)

    def require_intact(self) -> None:
        """Refuse a part whose files are not what was written.

        Raises
        ------
        PactsimError
            If a file is missing or damaged.
        """
        with disk_faults(self.parquet):
            if not self.is_intact():
                raise PactsimError(damaged(self.parquet))

    def read(self) -> Part:
        """Read rows and counts.

        Raises
        ------
        PactsimError
            If a file is missing or damaged.
        """
        self.require_intact()
        with disk_faults(self.parquet):
            return coding.decode(self.parquet, self.sidecar, self.about)

    def read_sidecar(self) -> dict[str, np.ndarray]:
        """Read the counts alone.

        Raises
        ------
        PactsimError
            If the file is damaged.
        """
        try:
            return decode_sidecar(self.sidecar)
        except (zipfile.BadZipFile, ValueError, KeyError) as error:
            raise PactsimError(damaged(self.sidecar)) from error


def damaged(path: Path) -> str:
    """Say that a part cannot be used, and what to do."""
    return f"{path}: not the part that was written. Give the run's command again: it is computed anew."


def contiguous(stored: Iterable[StoredPart]) -> list[StoredPart]:
    """Pick the parts that hold the runs from 0 on without a gap.

    Parameters
    ----------
    stored : iterable of StoredPart
        In any order; of two parts with the same first run the longer counts.

    Returns
    -------
    list of StoredPart
        In order.
    """
    longest: dict[int, StoredPart] = {}
    for part in sorted(stored, key=lambda part: part.about.count):
        longest[part.about.first] = part
    found: list[StoredPart] = []
    while (first := found[-1].end if found else 0) in longest:
        found.append(longest[first])
    return found


def stored_parts(folder: Path) -> list[StoredPart]:
    """Find the parts with a readable sidecar, in order of their first run."""
    with disk_faults(folder):
        found = [
            StoredPart(path, about)
            for path in (folder / RUNS).glob(f"part-*{SIDECAR}")
            if (about := read_about(path)) is not None
        ]
    return sorted(found, key=lambda part: (part.about.first, part.about.count))


def refuse_other_parts(found: Iterable[StoredPart], identity: Identity, path: Path) -> None:
    """Refuse a folder with parts of another run, as where its manifest was edited.

    Parameters
    ----------
    found : iterable of StoredPart
        What is in it.
    identity : Identity
        Of the run that its manifest or the caller names.
    path : Path
        The folder, for the message.

    Raises
    ------
    InputError
        If there is one.
    """
    for part in found:
        if part.about.identity != identity.hash:
            got = f"{part.sidecar.name} of another"
            fix = f"If {MANIFEST} was edited, put it back as it was; or run again into another --out."
            raise InputError(Fault("parts of this run", got, fix, str(path)))


def row_of(stored: Sequence[StoredPart], run: int) -> dict[str, Any]:
    """Read one row of parts that have it.

    Parameters
    ----------
    stored : sequence of StoredPart
        Without a gap.
    run : int
        From 0.

    Returns
    -------
    dict of str to int or float
        By column; a NaN is None.
    """
    at = bisect.bisect_right(stored, run, key=lambda part: part.about.first) - 1
    part = stored[at].read()
    values = part.rows[run - part.first].item()
    names = part.rows.dtype.names or ()
    return {name: None if value != value else value for name, value in zip(names, values, strict=True)}


class ResultsFolder:
    """A finished results folder.

    Parameters
    ----------
    path : Path or str
        The folder.

    Raises
    ------
    InputError
        If it is no results folder, the run in it was not finished, or what is in it does not belong
        together, as after an edit.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not (self.path / MANIFEST).is_file():
            raise InputError(
                Fault("a results folder", f"no {MANIFEST} in it", "Make one with `pactsim run`.", str(path))
            )
        if not (self.path / SUMMARY).is_file():
            fix = "Give its command again with --resume."
            raise InputError(Fault("a finished run", f"no {SUMMARY}", fix, str(path)))
        self.manifest: dict[str, Any] = read_manifest(self.path / MANIFEST)
        if "study" in self.manifest:
            got = f"that of `pactsim {self.manifest['study']['kind']}`"
            raise InputError(Fault("the folder of `pactsim run`", got, file=str(path)))
        found = stored_parts(self.path)
        refuse_other_parts(found, self.identity, self.path)
        self.summary: dict[str, Any] = read_summary(self.path / SUMMARY, self.identity)
        self.stored = contiguous(found)
        if self.runs != self.summary["runs"]:
            got = f"parts of {self.runs:,} runs for a summary of {self.summary['runs']:,}"
            raise InputError(Fault("whole results", got, "Give the run's command again.", str(path)))

    @property
    def runs(self) -> int:
        """Number of runs stored."""
        return self.stored[-1].end if self.stored else 0

    @property
    def identity(self) -> Identity:
        """What its rows depend on."""
        return Identity(**self.manifest["identity"])

    @property
    def row_type(self) -> np.dtype:
        """Columns of its rows."""
        return self.stored[0].about.row_type

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was resolved."""
        from sim.scenario.load import scenario_from_resolved  # reads YAML too, which figures need not wait for

        return scenario_from_resolved(self.manifest["scenario"])

    def parts(self) -> Iterator[Part]:
        """Read its parts in order, one at a time."""
        for part in self.stored:
            yield part.read()

    def row(self, run: int) -> dict[str, Any]:
        """Read the outcome of one run, each column's value exactly as stored.

        Parameters
        ----------
        run : int
            From 0.

        Returns
        -------
        dict of str to int or float
            By column; a NaN is None.

        Raises
        ------
        InputError
            If no such run is stored.
        """
        if not 0 <= run < self.runs:
            raise InputError(Fault(f"a run from 0 to {self.runs - 1}", str(run), file=str(self.path)))
        return row_of(self.stored, run)

    def summed_sidecar(self) -> dict[str, np.ndarray]:
        """Add the step counts of all parts, int64."""
        total: dict[str, np.ndarray] = {}
        for part in self.stored:
            for name, counts in part.read_sidecar().items():
                total[name] = total[name] + counts if name in total else counts.astype(np.int64)
        return total
