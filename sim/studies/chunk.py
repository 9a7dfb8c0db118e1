"""A chunk: one part of a run or a study as a unit of work that can be sent anywhere.

A chunk carries all that it needs, and comes back as the bytes of one part. No disk is shared: the caller
writes. Whatever the executor, and however often a chunk is computed, the bytes are the same.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.compiled import rule_hash
from sim.designs.points import Points
from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.engine.part import Part
from sim.errors import PactsimError
from sim.scenario.load import resolved, scenario_from_resolved
from sim.scenario.model import Scenario
from sim.store.identity import Identity
from sim.store.parts import pack

#: Columns that tell a study's row from another, before those of every run.
STUDY_COLUMNS = (("run", "<i8"), ("point", "<i4"), ("draw", "<i8"))
#: What a column holds in the rows of a scenario that does not have it: what never happened.
ABSENT = -1


@dataclass(frozen=True, eq=False)
class Chunk:
    """One part to compute.

    Parameters
    ----------
    identity : Identity
        Of the run or study.
    first, count : int
        Its range of runs.
    scenarios : tuple of bytes
        From `packed`: those of its points, or the one of a plain run.
    points : Points, optional
        Of a study: the points that the range begins and ends in, and those between.
    offset : int
        Number of runs before the first of these points.
    columns : tuple of tuple of str
        Name and type of the study's columns.
    """

    identity: Identity
    first: int
    count: int
    scenarios: tuple[bytes, ...]
    points: Points | None = None
    offset: int = 0
    columns: tuple[tuple[str, str], ...] = ()


def run_chunk(chunk: Chunk) -> bytes:
    """Compute one part.

    Parameters
    ----------
    chunk : Chunk
        What to compute.

    Returns
    -------
    bytes
        Of its two files and its rows, as `sim.store.parts.unpack` takes them apart.

    Raises
    ------
    PactsimError
        If the rules of this process are not those of the run.
    """
    if rule_hash() != chunk.identity.rule_hash:
        raise PactsimError("A worker has other rules than this process: install the same version of pactsim there.")
    programs = [program_of(each, chunk.identity.parameters == "central") for each in chunk.scenarios]
    if chunk.points is None:
        part = simulate(programs[0], chunk.identity.seed, chunk.first, chunk.count)
    else:
        columns, seed = np.dtype(list(chunk.columns)), chunk.identity.seed
        part = study_part(programs, chunk.points, chunk.offset, columns, seed, chunk.first, chunk.count)
    return pack(part, chunk.identity)


def packed(scenario: Scenario) -> bytes:
    """Give a scenario in few bytes."""
    return zlib.compress(json.dumps(resolved(scenario), ensure_ascii=False).encode(), 6)


@functools.lru_cache(maxsize=64)
def program_of(scenario: bytes, central: bool) -> Program:
    """Lower what `packed` gave, unless this process has done so before."""
    return lower(scenario_from_resolved(json.loads(zlib.decompress(scenario))), central)


def study_type(programs: Sequence[Program]) -> np.dtype:
    """Columns of a study's rows: those of all its scenarios.

    Parameters
    ----------
    programs : sequence of Program
        Of its scenarios.

    Returns
    -------
    numpy.dtype
        Run, point, draw, and then what any of them has, in the order in which they have it.
    """
    found = dict(STUDY_COLUMNS)
    for program in programs:
        row_type = program.row_type
        found |= {name: row_type[name].str for name in row_type.names or () if name not in found}
    return np.dtype(list(found.items()))


def study_part(
    programs: Sequence[Program], points: Points, offset: int, row_type: np.dtype, seed: int, first: int, count: int
) -> Part:
    """Simulate a range of a study's runs, whatever points and scenarios they are of.

    Parameters
    ----------
    programs : sequence of Program
        By the `structure` of the points.
    points : Points
        Those that the range touches.
    offset : int
        Number of runs before the first of them.
    row_type : numpy.dtype
        From `study_type`.
    seed : int
        64-bit seed.
    first, count : int
        The range.

    Returns
    -------
    Part
        Rows in order; no step counts, since a sum over points says nothing.
    """
    within = first - offset + np.arange(count)
    place = within // points.per_point
    draws = points.first_draw[place] + within % points.per_point
    rows = np.full(count, ABSENT, row_type)
    structure = points.structure[place]
    for s in np.unique(structure).tolist():
        here = np.flatnonzero(structure == s)
        try:
            _fill(rows, here, programs[s], points, place, draws, seed)
        except MemoryError:  # of this machine, now: the part fails and can be tried again
            raise
        except Exception:
            _fill_one_by_one(rows, here, programs[s], points, place, draws, seed)
    rows["run"] = first + np.arange(count)
    rows["point"] = points.number[place]
    rows["draw"] = draws
    return Part(first, rows, {})


def _fill(
    rows: np.ndarray,
    here: np.ndarray,
    program: Program,
    points: Points,
    place: np.ndarray,
    draws: np.ndarray,
    seed: int,
) -> None:
    """Simulate some of the rows, which are of one scenario."""
    lot = points.lot(place[here], draws[here], program.parameters.paths)
    found = simulate(program, seed, 0, len(here), lot).rows
    whole = len(here) == len(rows)
    for name in (found.dtype.names or ())[1:]:
        if whole:
            rows[name] = found[name]
        else:
            rows[name][here] = found[name]


def _fill_one_by_one(rows: np.ndarray, here: np.ndarray, *others: Any) -> None:
    """Simulate point by point after a failure: a point that fails stays `ABSENT` and spoils no other."""
    place = others[2]
    for point in np.unique(place[here]).tolist():
        try:
            _fill(rows, here[place[here] == point], *others)
        except MemoryError:
            raise
        except Exception:
            continue
