"""The sidecar of a part: its step counts, and what is needed to know the part again.

A sidecar is an uncompressed ``.npz`` file. Most counts are 0, so an array is kept as its shape,
its non-zero values, and the gaps between their places, each in the narrowest type: a quarter of
the plain size, and the same bytes whatever zlib Python was built with. A member ``about.json``
tells the run, the range, the columns and the SHA-256 of the part's Parquet file.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SUFFIX = ".sidecar"
_ABOUT = "about.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class About:
    """What a sidecar says of its part.

    Parameters
    ----------
    identity : str
        Hash of the run's `Identity`.
    first, count : int
        Range of runs.
    columns : tuple of tuple of str
        Name and NumPy type string of every column of the rows, in order.
    sha256 : str
        Of the part's Parquet file.
    size : int
        Of the part's Parquet file, bytes.
    """

    identity: str
    first: int
    count: int
    columns: tuple[tuple[str, str], ...]
    sha256: str
    size: int

    @property
    def row_type(self) -> np.dtype:
        """Structured type of the rows."""
        return np.dtype(list(self.columns))


def encode_sidecar(about: About, arrays: dict[str, np.ndarray]) -> bytes:
    """Turn counts into the bytes of a sidecar; the same counts give the same bytes.

    Parameters
    ----------
    about : About
        Of the part they belong to.
    arrays : dict of str to numpy.ndarray
        Counts, int32.

    Returns
    -------
    bytes
        A file that `numpy.load` can open.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, _ABOUT, json.dumps(about.__dict__, sort_keys=True).encode())
        for name in sorted(arrays):
            for piece, values in _pack(arrays[name]).items():
                _add(archive, f"{name}.{piece}.npy", _npy(values))
    return buffer.getvalue()


def read_about(path: Path | io.BytesIO) -> About | None:
    """Read what a sidecar says of its part, or None where the file is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = json.loads(archive.read(_ABOUT))
            columns = tuple((name, kind) for name, kind in found.pop("columns"))
            return About(columns=columns, **found)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError):
        return None


def is_whole(path: Path) -> bool:
    """Whether every member of a sidecar still has the checksum it was written with."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return False


def decode_sidecar(content: bytes | Path) -> dict[str, np.ndarray]:
    """Turn the bytes of a sidecar, or a sidecar file, back into its counts.

    Parameters
    ----------
    content : bytes or Path
        From `encode_sidecar`.

    Returns
    -------
    dict of str to numpy.ndarray
        Of int32, read-only.

    Examples
    --------
    >>> counts = np.array([[0, 0, 5], [0, 70000, 0]], dtype=np.int32)
    >>> about = About("", 0, 1, (("run", "<i8"),), "", 0)
    >>> decode_sidecar(encode_sidecar(about, {"highest": counts}))["highest"].tolist()
    [[0, 0, 5], [0, 70000, 0]]
    """
    pieces: dict[str, dict[str, np.ndarray]] = {}
    with zipfile.ZipFile(content if isinstance(content, Path) else io.BytesIO(content)) as archive:
        for member in archive.namelist():
            if member != _ABOUT:
                name, piece, _ = member.rsplit(".", 2)
                values = np.lib.format.read_array(io.BytesIO(archive.read(member)), allow_pickle=False)
                pieces.setdefault(name, {})[piece] = values
    return {name: _unpack(found) for name, found in pieces.items()}


def _pack(array: np.ndarray) -> dict[str, np.ndarray]:
    flat = np.ascontiguousarray(array).reshape(-1)
    places = np.flatnonzero(flat)
    return {
        "shape": np.array(array.shape, dtype="<i8"),
        "gaps": _narrow(np.diff(places, prepend=0)),
        "values": _narrow(flat[places]),
    }


def _unpack(pieces: dict[str, np.ndarray]) -> np.ndarray:
    array = np.zeros(tuple(int(length) for length in pieces["shape"]), dtype=np.int32)
    array.reshape(-1)[np.cumsum(pieces["gaps"], dtype=np.int64)] = pieces["values"]
    array.setflags(write=False)
    return array


def _narrow(values: np.ndarray) -> np.ndarray:
    """Narrowest little-endian type that holds all values."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    kinds = ("<u1", "<u2", "<u4") if low >= 0 else ("<i1", "<i2", "<i4")
    for kind in kinds[:-1]:
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return values.astype(kind)
    return values.astype(kinds[-1])


def _npy(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, values, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = 3  # as on Unix, wherever it is written
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)
