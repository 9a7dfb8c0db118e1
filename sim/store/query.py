"""A results folder asked in SQL: its files as views of a DuckDB in memory that can read them and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Fault, InputError
from sim.store.export import HEADER, outcome_lines
from sim.store.folder import MANIFEST, SUMMARY, StoredPart, refuse_other_parts, stored_parts
from sim.store.identity import Identity
from sim.store.manifest import read_manifest
from sim.store.study import FRAME, POINTS
from sim.store.summary import read_summary

if TYPE_CHECKING:
    import duckdb

#: Nothing is fetched, nothing goes to disk, no variable of ours is seen, and memory has a bound.
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
    "memory_limit": "2GB",
}
#: Lines fetched at a time.
_SOME = 10_000
_TEXTS = ("outcome", "rung", "method", "assumption_driven")
_WHOLE = ("n", "hits", "null_n", "null_hits")


@dataclass(frozen=True)
class Answer:
    """What a question gave.

    Parameters
    ----------
    columns : tuple of str
        Names.
    lines : iterator of tuple
        Read as needed, so that an answer of any length takes little memory.
    notes : tuple of str
        What a user should know of the folder, in sentences.
    """

    columns: tuple[str, ...]
    lines: Iterator[tuple[Any, ...]]
    notes: tuple[str, ...]


def ask(folder: Path, sql: str) -> Answer:
    """Ask a results folder, finished or not.

    Parameters
    ----------
    folder : Path
        Of a run or a study.
    sql : str
        One SELECT, in DuckDB's SQL, over ``runs`` (a line per run), of a run ``outcomes``, of a study ``points`` and
        of a sweep ``frame``.

    Returns
    -------
    Answer
        Lines of ``runs`` are in the order of the runs, unless the question orders them.

    Raises
    ------
    InputError
        If it is no results folder, or the question cannot be answered.

    Notes
    -----
    Parts whose files are not what was written are left out, and a note says so.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError(Fault("a results folder", f"no {MANIFEST} in it", "Make one with `pactsim run`.", str(folder)))
    manifest = read_manifest(folder / MANIFEST)
    identity = Identity(**manifest["identity"])
    parts, damaged = _parts(folder, identity)
    finished = (folder / SUMMARY).is_file()
    notes = _notes(parts, damaged, int(manifest["runs"]), finished)
    views = _views(folder, [part.parquet for part in parts])
    with _sentences():
        own = _connection([path for paths in views.values() for path in paths])
        for name, paths in views.items():
            own.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({_list(paths)})")
        if finished and "study" not in manifest:
            _tabulate(own, read_summary(folder / SUMMARY, identity))
        _require_select(own, sql)
        asked = own.execute(sql)
        columns = tuple(str(column[0]) for column in asked.description or ())
    return Answer(columns, _fetched(asked), notes)


def _parts(folder: Path, identity: Identity) -> tuple[list[StoredPart], int]:
    """Intact parts in order, and how many others there are; of two that begin with the same run the longer."""
    found = stored_parts(folder)
    refuse_other_parts(found, identity, folder)
    intact = {part.about.first: part for part in found if part.is_intact()}
    return [intact[first] for first in sorted(intact)], len({part.about.first for part in found}) - len(intact)


def _notes(parts: list[StoredPart], damaged: int, runs: int, finished: bool) -> tuple[str, ...]:
    stored = sum(part.about.count for part in parts)
    notes = []
    if not finished:
        notes.append(f"Not finished: {stored:,} of {runs:,} runs are stored, and `runs` has these.")
    if damaged:
        notes.append(f"{damaged:,} damaged parts are left out. Give the run's command again: they are computed anew.")
    return tuple(notes)


def _views(folder: Path, parts: list[Path]) -> dict[str, list[Path]]:
    """Files by the name of their view; none of what is not there."""
    files = {"runs": parts, "points": [folder / POINTS], "frame": [folder / FRAME]}
    return {name: paths for name, paths in files.items() if paths and all(path.is_file() for path in paths)}


def _connection(readable: list[Path]) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB that can read some files and do nothing else outside of itself."""
    import duckdb

    own = duckdb.connect(config=_SETTINGS)
    own.execute(f"SET allowed_paths = {_list(readable)}")
    own.execute("SET enable_external_access = false")
    own.execute("SET lock_configuration = true")
    return own


def _list(paths: list[Path]) -> str:
    quoted = ["'" + str(path).replace("'", "''") + "'" for path in paths]
    return f"[{', '.join(quoted)}]"


def _tabulate(own: duckdb.DuckDBPyConnection, summary: dict[str, Any]) -> None:
    """Make the table of outcomes, a line for each, or each rung of a distribution."""
    kinds = {name: "VARCHAR" if name in _TEXTS else "BIGINT" if name in _WHOLE else "DOUBLE" for name in HEADER}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    own.execute(f"CREATE TABLE outcomes ({columns})")
    lines = [[line.get(name) for name in HEADER] for line in outcome_lines(summary)]
    own.executemany(f"INSERT INTO outcomes VALUES ({', '.join('?' * len(HEADER))})", lines)


def _require_select(own: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse all that could do anything but read, several statements among them."""
    import duckdb

    kinds = [statement.type for statement in own.extract_statements(sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        got = " and ".join(str(kind).rpartition(".")[2] for kind in kinds) or "nothing"
        raise InputError(Fault("one SELECT", got, "A results folder is only read.", path="SQL"))


def _fetched(asked: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while True:
        with _sentences():
            lines = asked.fetchmany(_SOME)
        if not lines:
            return
        yield from lines


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn what DuckDB says of a question into a sentence with its hint."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        fix = "Ask for fewer columns, group or filter, or leave out ORDER BY."
        raise InputError(
            Fault(f"a question for {_SETTINGS['memory_limit']} of memory", "one for more", fix, path="SQL")
        ) from error
    except duckdb.Error as error:
        said, _, _ = str(error).partition("\n\nLINE ")
        kind, colon, text = said.partition(": ")
        words = " ".join((text if colon and kind.endswith("Error") else said).replace("!\n", ". ").split())
        raise InputError(Fault(words.rstrip(".!?"), path="SQL")) from error
