"""Quantile tables kept on disk, beside the machine code that made them.

A table follows from its arguments and from the sources that the folder's name has a hash of, so one that was
kept has the bits of one made anew. A file that is cut short, damaged or of another table is taken for none;
where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import tempfile
from pathlib import Path

import numpy as np

from sim.compiled import CACHE
from sim.quantiles import TABLE_SIZE

#: None: nothing is read or kept.
FOLDER = None if CACHE is None else CACHE / "tables"
#: Tables kept at most, 8 MiB of them: more than scenarios have, fewer than a loop over made-up ones would fill a disk.
MOST = 1000

_LAYOUT = "<f8"


def kept(arguments: tuple[float, ...]) -> np.ndarray | None:
    """Read the table of some arguments, if there is a whole one.

    Parameters
    ----------
    arguments : tuple of float
        All that the table follows from.

    Returns
    -------
    ndarray of float64, shape (TABLE_SIZE,), or None
        Read-only.
    """
    if FOLDER is None:
        return None
    try:
        content = _path(FOLDER, arguments).read_bytes()
    except OSError:
        return None
    digest, values = content[:32], content[32:]
    if len(values) != 8 * TABLE_SIZE or digest != _digest(arguments, values):
        return None
    return np.frombuffer(values, _LAYOUT)


def keep(arguments: tuple[float, ...], table: np.ndarray) -> None:
    """Keep a table for later processes, where that is possible.

    Parameters
    ----------
    arguments : tuple of float
        All that the table follows from.
    table : ndarray of float64, shape (TABLE_SIZE,)
        Not changed.
    """
    if FOLDER is None:
        return
    values = table.astype(_LAYOUT).tobytes()
    with contextlib.suppress(OSError):
        FOLDER.mkdir(exist_ok=True)
        if len(os.listdir(FOLDER)) >= MOST:
            return
        # Under a name of its own first: whoever reads at the same time sees all of it or none.
        handle, temporary = tempfile.mkstemp(dir=FOLDER)
        try:
            with open(handle, "wb") as file:
                file.write(_digest(arguments, values) + values)
            os.replace(temporary, _path(FOLDER, arguments))
        except OSError:
            os.unlink(temporary)


def _path(folder: Path, arguments: tuple[float, ...]) -> Path:
    return folder / f"{hashlib.sha256(_packed(arguments)).hexdigest()[:32]}.table"


def _digest(arguments: tuple[float, ...], values: bytes) -> bytes:
    """Checksum of a table and of whose it is, so that a file under another's name is none."""
    return hashlib.sha256(_packed(arguments) + values).digest()


def _packed(arguments: tuple[float, ...]) -> bytes:
    return struct.pack(f"<{len(arguments)}d", *arguments)
