"""Shards put together: parts of one run or study from several folders, finished as if computed at once."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.compiled import rule_hash
from sim.engine.part import part_ranges
from sim.errors import Fault, InputError, PactsimError
from sim.estimate import number_of, some_of
from sim.experiments import run as runs
from sim.scenario.load import scenario_from_resolved
from sim.store.files import disk_faults
from sim.store.folder import MANIFEST, StoredPart, refuse_other_parts, stored_parts
from sim.store.identity import Identity, default_folder
from sim.store.made import remove_made
from sim.store.manifest import read_manifest
from sim.store.parts import EncodedPart
from sim.store.room import free_bytes
from sim.store.study import StudyFolder, StudyWriter
from sim.store.writer import FolderWriter, holding
from sim.studies.pipeline import cores
from sim.studies.study import Study, Work

#: Where the function lives that finishes a study of a kind, given the study and how: it finds all parts stored.
FINISHERS = {
    "sweep": ("sim.experiments.sweep", "finish_sweep"),
    "compare": ("sim.experiments.compare", "finish_compare"),
    "sensitivity": ("sim.experiments.sensitivity", "finish_sensitivity"),
    "uncertainty": ("sim.experiments.uncertainty", "finish_uncertainty"),
    "flip": ("sim.experiments.flips.stage", "finish_stage"),
}
_SHARDS = "Copy the folders that --shard filled here, each under a name of its own."


@dataclass(frozen=True)
class Gathered:
    """What was put together.

    Parameters
    ----------
    folder : Path
        Where it is.
    summary : dict
        Contents of ``summary.json``.
    notes : tuple of str
        In sentences.
    """

    folder: Path
    summary: dict[str, Any]
    notes: tuple[str, ...]


def gather(folders: Sequence[str | Path], *, out: str | Path | None = None, command: Sequence[str] = ()) -> Gathered:
    """Put the shards of a run or study together.

    Parameters
    ----------
    folders : sequence of str or Path
        Results folders that ``shard`` filled, or any others of the same run or study.
    out : str or Path, optional
        Results folder; that of the command without ``shard`` by default.
    command : sequence of str
        For the manifest.

    Returns
    -------
    Gathered
        The same bytes as on one machine.

    Raises
    ------
    InputError
        If a folder is none, they are not of the same run or study, parts are missing, or there is no room.
        Nothing is written then.
    PactsimError
        If a part is damaged; what was put together before it stays, and the same command goes on.

    Examples
    --------
    >>> from sim import gather
    >>> gather(["one", "two"], out="whole").summary["rows_sha256"]  # doctest: +SKIP
    """
    paths = [Path(folder) for folder in folders]
    manifests = _manifests(paths)
    first = manifests[0]
    identity = Identity(**first["identity"])
    if "study" in first and (kind := first["study"]["kind"]) not in FINISHERS:
        fix = f"`pactsim {kind}` has no --shard: give its command again with --cluster."
        raise InputError(Fault("shards", f"the folder of `pactsim {kind}`", fix, str(paths[0])))
    study = Study.from_folder(StudyFolder(paths[0], unfinished=True)) if "study" in first else None
    destination = _destination(study, first, identity) if out is None else Path(out)
    found = _parts([*paths, destination], identity)
    count = int(first["runs"])
    if study is not None:
        ranges = list(part_ranges(count, study.points.per_point, alone=study.is_paired))
    else:
        ranges = list(part_ranges(count))
    _refuse_missing(ranges, found)
    chosen = [found[each] for each in ranges]
    _require_room(destination, chosen)
    with holding(destination, identity):
        if study is not None:
            writer: FolderWriter = StudyWriter(destination, identity, study.points, alone=study.is_paired)
        else:
            writer = FolderWriter(destination, identity)
        missing = [part for part in chosen if not writer.has(part.about.first, part.about.count)]
        if missing:
            writer.begin(first)
            remove_made(destination)
        for part in missing:
            writer.write(_read(part, identity))
    notes = (f"{number_of(len(ranges), 'part')} from {number_of(len(paths), 'folder')}.",)
    if study is not None:
        module, name = FINISHERS[study.kind]
        done = getattr(importlib.import_module(module), name)(study, Work(destination, command=command))
        return Gathered(destination, done.summary, (*notes, *done.notes))
    about = {"command": command, "overrides": first["overrides"]}
    order = runs.Order(count, cores(), destination, about=about)
    finished = runs.carry_out(scenario_from_resolved(first["scenario"]), identity.seed, identity.parameters, order)
    return Gathered(destination, finished.summary, (*notes, *finished.notes))


def _manifests(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read the manifests, which must be of one run or study and of the rules here."""
    if not paths:
        raise InputError(Fault("at least one results folder", "none", _SHARDS, path="gather"))
    faults: list[Fault] = []
    found: list[dict[str, Any]] = []
    for path in paths:
        try:
            if not (path / MANIFEST).is_file():
                raise InputError(Fault("a results folder", f"no {MANIFEST} in it", _SHARDS, str(path)))
            found.append(read_manifest(path / MANIFEST))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    faults += [fault for path, each in zip(paths, found, strict=True) for fault in _differences(path, each, found[0])]
    if not faults and found[0]["identity"]["rule_hash"] != rule_hash():
        got = f"rules {found[0]['identity']['rule_hash'][:8]}, here {rule_hash()[:8]}"
        faults.append(Fault("shards of the rules here", got, "Gather with the version that made them.", str(paths[0])))
    if faults:
        raise InputError(faults)
    return found


def _differences(path: Path, manifest: Mapping[str, Any], first: Mapping[str, Any]) -> list[Fault]:
    ours, theirs = ({**each["identity"], "number of runs": each["runs"]} for each in (first, manifest))
    differing = [
        f"{name.replace('_', ' ')} {str(theirs[name])[:8] or 'none'}, not {str(value)[:8] or 'none'}"
        for name, value in ours.items()
        if theirs[name] != value
    ]
    if not differing:
        return []
    return [Fault("the same run or study as in the first folder", "; ".join(differing), file=str(path))]


def _destination(study: Study | None, manifest: Mapping[str, Any], identity: Identity) -> Path:
    if study is not None:
        return study.default_folder
    return default_folder(str(manifest["scenario"]["stem"]), identity)


def _parts(paths: Sequence[Path], identity: Identity) -> dict[tuple[int, int], StoredPart]:
    """Find parts by their range; of two copies the later, so that what lies at the destination is kept."""
    found: dict[tuple[int, int], StoredPart] = {}
    for path in paths:
        stored = stored_parts(path)
        refuse_other_parts(stored, identity, path)
        found |= {(part.about.first, part.about.count): part for part in stored if part.parquet.is_file()}
    return found


def _refuse_missing(ranges: Sequence[tuple[int, int]], found: Mapping[tuple[int, int], StoredPart]) -> None:
    missing = [place for place, each in enumerate(ranges, 1) if each not in found]
    if not missing:
        return
    which = some_of([f"{place:,}" for place in missing])
    need = "all parts of the run or study"
    got = f"{len(ranges) - len(missing):,} of {len(ranges):,}: {which} {'is' if len(missing) == 1 else 'are'} missing"
    fix = "Of N shards, the I-th has parts I, I + N, I + 2 N, …: give its command again, and name its folder here."
    raise InputError(Fault(need, got, fix, path="gather"))


def _require_room(destination: Path, parts: Sequence[StoredPart]) -> None:
    """Refuse more than there is room for; parts at the destination need nothing."""
    with disk_faults(destination):
        size = sum(
            file.stat().st_size
            for part in parts
            for file in (part.parquet, part.sidecar)
            if not (destination / file.parent.name / file.name).exists()
        )
    free = free_bytes(destination)
    if free is not None and size > free:
        need, got = f"room for {size / 1e6:,.1f} MB", f"{free / 1e6:,.1f} MB that are free"
        raise InputError(Fault(need, got, "Choose another --out.", str(destination)))


def _read(part: StoredPart, identity: Identity) -> EncodedPart:
    """Read a part as bytes, once they are seen to be what was written."""
    with disk_faults(part.parquet):
        if not part.is_intact():
            told = "not the part that was written. Give the command of its shard again, and gather anew."
            raise PactsimError(f"{part.parquet}: {told}")
        name = identity.part_name(part.about.first, part.about.count)
        return EncodedPart(part.about, name, part.parquet.read_bytes(), part.sidecar.read_bytes())
