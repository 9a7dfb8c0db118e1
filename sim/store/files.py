"""Files that are whole or absent: atomic writes, a lock per folder, and disk faults as sentences."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError, PactsimError

#: How the name of an unfinished file starts.
TEMPORARY = ".tmp-"
LOCK = ".lock"
_ELSEWHERE = "Choose another --out."

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NOT_A_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}


@contextlib.contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn what the operating system says about a path into a sentence with its remedy.

    Parameters
    ----------
    path : Path
        What is being read or written.

    Raises
    ------
    InputError
        Where the path cannot be used at all.
    PactsimError
        Where the disk is full or fails.
    """
    try:
        yield
    except OSError as error:
        raise _as_sentence(error, path) from error


def _as_sentence(error: OSError, path: Path) -> PactsimError:
    if error.errno in _FULL:
        return PactsimError(
            f"{path}: the disk is full; what was finished is kept. "
            "Free some space and give the same command again with --resume."
        )
    said = error.strerror or str(error)
    if error.errno in _FORBIDDEN:
        return InputError(Fault("permission to read and write", said, _ELSEWHERE, str(path)))
    if error.errno in _NOT_A_FOLDER:
        return InputError(Fault("a path that can be a results folder", said, _ELSEWHERE, str(path)))
    if error.errno == errno.ENOENT:
        return InputError(Fault("a file or folder that exists", said, file=str(path)))
    return PactsimError(f"{path}: the disk failed: {said}. Finished parts are kept.")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or none, even after a power cut.

    Parameters
    ----------
    path : Path
        Where; its folder must exist.
    content : bytes
        The whole file.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}"[:255])
    with disk_faults(path):
        try:
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written once the work is done.

    Parameters
    ----------
    path : Path
        A file to be; its folder must exist.

    Raises
    ------
    InputError
        If there is no such folder, it is closed to us, or there is something that is not to be replaced.
    """
    need = "a file that can be written"
    if path.is_dir():
        raise InputError(Fault(need, "a folder", "Name a file in it.", str(path)))
    if not path.parent.is_dir():
        raise InputError(Fault("a folder that exists", "none", "Make it first.", str(path.parent)))
    if not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise InputError(Fault(need, "no permission to write", _ELSEWHERE, str(path)))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file atomically, for people to read too; NaN and infinity are refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(path, (text + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that pactsim wrote.

    Raises
    ------
    InputError
        If it is no such file.
    """
    with disk_faults(path):
        content = path.read_bytes()
    try:
        found = json.loads(content)
    except ValueError as error:
        raise InputError(Fault("a file that pactsim wrote", str(error), file=str(path))) from error
    if not isinstance(found, dict):
        raise InputError(Fault("a file that pactsim wrote", type(found).__name__, file=str(path)))
    return found


def whole_from(value: object, least: int) -> bool:
    """Whether a value read from JSON is a whole number of at least `least`.

    Examples
    --------
    >>> [whole_from(value, 1) for value in (1, 0, 1.0, "1", True)]
    [True, False, False, False, False]
    """
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def make_folder(path: Path) -> None:
    """Make a folder and its parents, or say why not."""
    with disk_faults(path):
        path.mkdir(parents=True, exist_ok=True)


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_temporaries(folder: Path) -> None:
    """Remove what a killed process left unfinished; only for the holder of the lock."""
    with disk_faults(folder):
        for leftover in folder.glob(f"{TEMPORARY}*"):
            leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone.

    Parameters
    ----------
    folder : Path
        An existing folder.

    Raises
    ------
    PactsimError
        If another process holds it.

    Notes
    -----
    The kernel drops the lock of a killed process. A file system without locks is used
    without one.
    """
    path = folder / LOCK
    handle = _acquire(path)
    try:
        yield
    finally:
        # Removed while still held, so that whoever waits sees that it has to make its own.
        path.unlink(missing_ok=True)
        os.close(handle)


def _acquire(path: Path) -> int:
    while True:
        with disk_faults(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise PactsimError(
                f"{path.parent}: another pactsim process is writing here. Wait until it ends, or choose another --out."
            ) from error
        except OSError:
            return handle
        if _same_file(handle, path):
            return handle
        os.close(handle)


def _same_file(handle: int, path: Path) -> bool:
    """Whether the file locked is still the one that the name leads to."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)
