"""The folder of a study: that of a run, and beside it the points and what the study was asked.

``points.parquet`` has a line for each point, ``manifest.json`` under ``study`` all else that is needed to do it
again, ``frame.parquet`` (of a sweep) the outcomes by point, ``summary.json`` what the study found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.designs.points import Points
from sim.engine.part import part_ranges
from sim.errors import Fault, InputError, PactsimError
from sim.scenario.load import scenario_from_resolved
from sim.scenario.model import Scenario
from sim.store.files import read_json, write_atomically
from sim.store.folder import MANIFEST, SUMMARY, StoredPart, contiguous, refuse_other_parts, row_of, stored_parts
from sim.store.identity import Identity, resolved_hash
from sim.store.manifest import read_manifest
from sim.store.parts import columns_from_parquet, columns_to_parquet
from sim.store.writer import FolderWriter

POINTS = "points.parquet"
FRAME = "frame.parquet"
#: In the manifest's ``study``: what rows depend on beyond points, scenarios, seed and rules; absent where nothing.
DEPENDS = "rows_depend_on"
#: What the summary of each kind has, for its tables and figures.
_FOUND = {
    "compare": ("title", "asked", "runs_per_point", "scenarios", "contrasts", "structural", "attribution"),
    "sweep": ("title", "asked", "runs_per_point", "design", "factors", "points", "ranges"),
    "rare": ("title", "event", "estimate", "replications", "extinct_share", "gain", "points"),
    "sensitivity": ("title", "asked", "runs_per_point", "method", "base", "outcomes"),
    "uncertainty": ("title", "asked", "runs_per_point", "base", "groups", "choices", "outcomes"),
}
_REPEAT = "Give its command again: what is missing is made anew."


def differences(scenarios: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give scenarios as what differs from the first, block by block.

    Parameters
    ----------
    scenarios : sequence of mapping
        In plain data.

    Examples
    --------
    >>> differences([{"a": 1, "b": 2}, {"a": 1, "b": 3}])
    [{}, {'b': 3}]
    """
    first = scenarios[0]
    return [{key: value for key, value in each.items() if first.get(key) != value} for each in scenarios]


def study_hash(kind: str, points: Points, scenarios: Sequence[str], more: str = "") -> str:
    """Hash what a study's rows depend on beyond its first scenario, seed and rules.

    Parameters
    ----------
    kind : str
        Of the study.
    points : Points
        Of the study.
    scenarios : sequence of str
        Hash of each of its scenarios.
    more : str
        What else they depend on.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return hashlib.sha256("\0".join((kind, points.digest(), *scenarios, *filter(None, [more]))).encode()).hexdigest()


def points_to_parquet(points: Points) -> bytes:
    """Turn points into the bytes of a Parquet file."""
    return columns_to_parquet(
        {"point": points.number, "structure": points.structure, "first_draw": points.first_draw, **points.columns}
    )


class StudyWriter(FolderWriter):
    """A study's folder that this process holds.

    Parameters
    ----------
    path : Path
        The folder.
    identity : Identity
        Of the study.
    points : Points
        Of the study.
    alone : bool
        Whether each part is of one point, so that points can be read side by side.
    """

    def __init__(self, path: Path, identity: Identity, points: Points, *, alone: bool = False) -> None:
        self._points = points
        self._alone = alone
        super().__init__(path, identity)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First run and number of runs of every part, in order."""
        return list(part_ranges(self._points.rows, self._points.per_point, alone=self._alone))

    def missing(self) -> list[tuple[int, int]]:
        """Ranges of the parts that are not stored."""
        return [(first, count) for first, count in self.ranges if not self.has(first, count)]

    @property
    def is_finished(self) -> bool:
        """Whether there is a whole summary of all runs, and what belongs to it."""
        path = self.path / SUMMARY
        try:
            summary = read_json(path) if path.is_file() else {}
        except InputError:
            return False
        if summary.get("study_hash") != self.identity.hash or self.missing():
            return False
        try:
            same = (self.path / POINTS).read_bytes() == points_to_parquet(self._points)
        except OSError:
            return False
        return same and ("frame" not in summary or _is_readable(self.path / FRAME))

    def answers(self, asked: Mapping[str, Any]) -> bool:
        """Whether what is stored is finished and answers what is asked now.

        Parameters
        ----------
        asked : mapping
            The manifest's ``study``. Outcomes and names are in it, on which a summary depends and rows do not.
        """
        if not self.is_finished or lost_from(read_json(self.path / SUMMARY), asked["kind"]):
            return False
        stored: bool = read_manifest(self.path / MANIFEST).get("study") == json.loads(json.dumps(asked))
        return stored

    def begin(self, manifest: dict[str, Any]) -> None:
        """Write manifest and points; from here until `finish` the folder counts as unfinished."""
        super().begin(manifest)
        write_atomically(self.path / POINTS, points_to_parquet(self._points))


def lost_from(summary: Mapping[str, Any], kind: str) -> list[str]:
    """Name what the summary of a kind of study should have and does not."""
    return [name for name in _FOUND[kind] if name not in summary]


def is_study(path: Path) -> bool:
    """Whether a folder is one of a study; a folder of nothing is not."""
    manifest = path / MANIFEST
    return manifest.is_file() and "study" in read_manifest(manifest)


class StudyFolder:
    """The folder of a study, read.

    Parameters
    ----------
    path : Path or str
        The folder.
    unfinished : bool
        Whether one without a summary will do.

    Raises
    ------
    InputError
        If it is none, it was not finished, or what is in it does not belong together, as after an edit.
    """

    def __init__(self, path: Path | str, *, unfinished: bool = False) -> None:
        self.path = Path(path)
        manifest = self.path / MANIFEST
        if not manifest.is_file():
            raise InputError(Fault("a results folder", f"no {MANIFEST} in it", file=str(path)))
        self.manifest: dict[str, Any] = read_manifest(manifest)
        if "study" not in self.manifest:
            got = "that of `pactsim run`"
            raise InputError(Fault("the folder of a study, such as a comparison or a sweep", got, file=str(path)))
        if not unfinished and not (self.path / SUMMARY).is_file():
            raise InputError(Fault("a finished study", f"no {SUMMARY}", _REPEAT, str(path)))
        self.points = self._read_points()
        more = str(self.about.get(DEPENDS, ""))
        if study_hash(self.kind, self.points, self._structures(), more) != self.identity.study:
            raise InputError(Fault("points and scenarios as they were written", "others", _REPEAT, str(path)))
        found = stored_parts(self.path)
        refuse_other_parts(found, self.identity, self.path)
        self.stored: list[StoredPart] = contiguous(found)

    @property
    def about(self) -> dict[str, Any]:
        """What the study was asked."""
        found: dict[str, Any] = self.manifest["study"]
        return found

    @property
    def identity(self) -> Identity:
        """What its rows depend on."""
        return Identity(**self.manifest["identity"])

    @property
    def kind(self) -> str:
        """The command that made it, such as ``sweep``."""
        return str(self.about["kind"])

    @property
    def summary(self) -> dict[str, Any]:
        """What it found."""
        found = read_json(self.path / SUMMARY)
        if found.get("study_hash") != self.identity.hash:
            raise InputError(Fault("the summary as it was written", "another", _REPEAT, str(self.path / SUMMARY)))
        lost = lost_from(found, self.kind)
        if lost:
            need, got = "the summary as it was written", f"one without {', '.join(lost)}"
            raise InputError(Fault(need, got, _REPEAT, str(self.path / SUMMARY)))
        return found

    @property
    def scenarios(self) -> list[Scenario]:
        """Its scenarios, as resolved."""
        first = self.manifest["scenario"]
        return [scenario_from_resolved({**first, **each}) for each in self.about["structures"]]

    def _structures(self) -> list[str]:
        first = self.manifest["scenario"]
        return [resolved_hash({**first, **each}) for each in self.about["structures"]]

    def _read_points(self) -> Points:
        path = self.path / POINTS
        if not path.is_file():
            raise InputError(Fault(f"a {POINTS}", "none", _REPEAT, str(self.path)))
        found = _read(path)
        number, structure, first_draw = (
            found.pop(name).astype(np.int64) for name in ("point", "structure", "first_draw")
        )
        columns = {name: np.asarray(column) for name, column in found.items()}
        return Points(number, structure, first_draw, columns, int(self.about["runs_per_point"]))

    @property
    def is_whole(self) -> bool:
        """Whether all its runs are stored."""
        return bool(self.stored) and self.stored[-1].end == self.points.rows

    def row(self, run: int) -> dict[str, Any]:
        """Read the outcome of one run, each column's value exactly as stored."""
        return row_of(self.stored, run)

    def rows(self) -> Iterator[np.ndarray]:
        """Read the rows part by part, in order."""
        for part in self.stored:
            yield part.read().rows

    def frame(self) -> dict[str, np.ndarray]:
        """Read the outcomes by point."""
        return _read(self.path / FRAME)


def _read(path: Path) -> dict[str, np.ndarray]:
    """Read a file of columns, one that is missing or damaged told as a fault."""
    try:
        return columns_from_parquet(path)
    except InputError:
        raise
    except PactsimError as error:
        need = f"a {path.name} as it was written"
        raise InputError(Fault(need, f"{error}".removesuffix("."), _REPEAT, str(path.parent))) from error


def _is_readable(path: Path) -> bool:
    try:
        _read(path)
    except InputError:
        return False
    return True
