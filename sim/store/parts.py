"""Outcome rows as Parquet and back, by DuckDB straight from NumPy columns.

One thread, one row group and a pinned codec make the same rows the same bytes. Rows are written
and read in the order of their runs, so nothing is ever sorted.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.part import PART_RUNS, Part
from sim.errors import PactsimError
from sim.store.digest import canonical, wire_type
from sim.store.files import disk_faults
from sim.store.identity import Identity
from sim.store.sidecar import About, decode_sidecar, encode_sidecar, read_about

if TYPE_CHECKING:
    import duckdb

SUFFIX = ".parquet"

#: No threads of its own (parts are encoded side by side), and no request to the network.
_SETTINGS: dict[str, Any] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_COPY = (
    "COPY (SELECT * FROM part_rows) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {}, USE_TMP_FILE false)"
)
_SELECT = "SELECT * FROM read_parquet($path)"

_OTHER = "A worker sent back something else than the part that it was asked for."

#: A connection per thread: a connection serves one query at a time.
_OWN = threading.local()


@dataclass(frozen=True)
class EncodedPart:
    """The bytes of one part, ready to be written anywhere.

    Parameters
    ----------
    about : About
        Range, run and checksum.
    name : str
        Of its two files, without a suffix.
    parquet, sidecar : bytes
        Their contents.
    """

    about: About
    name: str
    parquet: bytes
    sidecar: bytes


def pack(part: Part, identity: Identity) -> bytes:
    """Join the two files of a part and its rows into one text of bytes, to be sent; `unpack` parts them.

    Whoever receives it counts from the rows as they are: reading them back from Parquet takes five times as long.

    Parameters
    ----------
    part : Part
        From the engine.
    identity : Identity
        The run it belongs to.

    Returns
    -------
    bytes
        Lengths of the first two pieces, then Parquet, sidecar and rows in their wire type.
    """
    encoded = encode(part, identity)
    pieces = (encoded.parquet, encoded.sidecar, canonical(part.rows, wire_type(part.rows.dtype)).tobytes())
    return b"".join([*(len(piece).to_bytes(8, "little") for piece in pieces[:2]), *pieces])


def unpack(content: bytes, identity: Identity) -> tuple[np.ndarray, EncodedPart]:
    """Part what `pack` joined.

    Parameters
    ----------
    content : bytes
        From `pack`.
    identity : Identity
        The run that it must be of.

    Returns
    -------
    ndarray, EncodedPart
        Rows, not to be written to, and the bytes of both files.

    Raises
    ------
    PactsimError
        If it is not a whole part of this run.
    """
    first, second = (int.from_bytes(content[at : at + 8], "little") for at in (0, 8))
    parquet, sidecar = content[16 : 16 + first], content[16 + first : 16 + first + second]
    about = read_about(io.BytesIO(sidecar))
    whole = about is not None and hashlib.sha256(parquet).hexdigest() == about.sha256
    if about is None or not whole or about.identity != identity.hash:
        raise PactsimError(_OTHER)
    row_type, begin = about.row_type, 16 + first + second
    if len(content) - begin != about.count * row_type.itemsize:
        raise PactsimError(_OTHER)
    name = identity.part_name(about.first, about.count)
    return np.frombuffer(content, row_type, offset=begin), EncodedPart(about, name, parquet, sidecar)


def encode(part: Part, identity: Identity) -> EncodedPart:
    """Turn a part into bytes; the same part gives the same bytes, on any number of threads.

    Parameters
    ----------
    part : Part
        From the engine.
    identity : Identity
        The run it belongs to.

    Returns
    -------
    EncodedPart
        What `FolderWriter.write` takes.
    """
    parquet = rows_to_parquet(part.rows)
    about = About(
        identity=identity.hash,
        first=part.first,
        count=part.count,
        columns=_columns(part.rows.dtype),
        sha256=hashlib.sha256(parquet).hexdigest(),
        size=len(parquet),
    )
    name = identity.part_name(part.first, part.count)
    return EncodedPart(about, name, parquet, encode_sidecar(about, part.sidecar))


def decode(parquet: Path, sidecar: Path, about: About) -> Part:
    """Read a part back from its two files.

    Parameters
    ----------
    parquet, sidecar : Path
        As written.
    about : About
        From the sidecar.

    Returns
    -------
    Part
        Equal to the one that was encoded.
    """
    return Part(about.first, rows_from_parquet(parquet, about.row_type), decode_sidecar(sidecar))


def _columns(row_type: np.dtype) -> tuple[tuple[str, str], ...]:
    wire = wire_type(row_type)
    return tuple((name, wire[name].str) for name in wire.names or ())


def rows_to_parquet(rows: np.ndarray) -> bytes:
    """Turn outcome rows into the bytes of a Parquet file.

    Parameters
    ----------
    rows : numpy.ndarray
        Structured array of integers and floats.

    Returns
    -------
    bytes
        Columns of the same names and types; a NaN becomes a null.

    Notes
    -----
    DuckDB takes names that differ only in case for the same and appends ``_1`` to the second;
    `rows_from_parquet` therefore goes by position.
    """
    return columns_to_parquet({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()})


def columns_to_parquet(columns: Mapping[str, np.ndarray]) -> bytes:
    """Turn columns of one length into the bytes of a Parquet file; the same columns give the same bytes.

    Parameters
    ----------
    columns : mapping of str to ndarray
        Numbers, or texts as objects.
    """
    length = len(next(iter(columns.values()), ()))
    with _scratch() as path, disk_faults(path), duckdb_faults():
        own = connection()
        own.register("part_rows", dict(columns))
        own.execute(_COPY.format(max(PART_RUNS, length)), {"path": str(path)}).fetchall()
        own.unregister("part_rows")
        return path.read_bytes()


def columns_from_parquet(path: Path) -> dict[str, np.ndarray]:
    """Read the columns of a Parquet file that `columns_to_parquet` wrote."""
    with disk_faults(path), duckdb_faults():
        found: dict[str, np.ndarray] = connection().execute(_SELECT, {"path": str(path)}).fetchnumpy()
    return found


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a file that is gone with the process, however that ends; where there are none such, a temporary one."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        handle = os.memfd_create("pactsim")
        try:
            yield Path(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)
        return
    with tempfile.TemporaryDirectory(prefix="pactsim-") as folder:
        yield Path(folder, "part.parquet")


def rows_from_parquet(path: Path, row_type: np.dtype) -> np.ndarray:
    """Read outcome rows from a Parquet file.

    Parameters
    ----------
    path : Path
        From `rows_to_parquet`.
    row_type : numpy.dtype
        Columns, in order.

    Returns
    -------
    numpy.ndarray
        Structured array.
    """
    with duckdb_faults():
        found = connection().execute(_SELECT, {"path": str(path)}).fetchnumpy()
    columns = list(found.values())
    rows = np.empty(len(columns[0]), dtype=row_type)
    for name, column in zip(row_type.names or (), columns, strict=True):
        rows[name] = column.filled(np.nan) if isinstance(column, np.ma.MaskedArray) else column
    return rows


def load_duckdb() -> None:
    """Import DuckDB, for callers that have nothing better to do at the time: it takes as long as opening one."""
    import duckdb  # noqa: F401 - `connection` then finds it


def connection() -> duckdb.DuckDBPyConnection:
    """Give this thread's own DuckDB in memory: opening one takes 13 ms, a third of writing a part."""
    import duckdb

    if getattr(_OWN, "process", None) != os.getpid():
        _OWN.connection = duckdb.connect(config=_SETTINGS)
        _OWN.process = os.getpid()
    found: duckdb.DuckDBPyConnection = _OWN.connection
    return found


@contextmanager
def duckdb_faults() -> Iterator[None]:
    """Turn what DuckDB says into a sentence."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if "No space left" in str(error):
            raise PactsimError(
                f"{tempfile.gettempdir()}: the disk is full; what was finished is kept. "
                "Free some space, or set TMPDIR, and give the same command again with --resume."
            ) from error
        raise PactsimError(f"DuckDB: {str(error).splitlines()[0]}") from error
