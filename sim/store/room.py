"""Whether the runs asked for have room on the disk, told before the first of them is computed."""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.errors import Fault, InputError
from sim.store.folder import contiguous, stored_parts

#: By how much a stored part is smaller than its rows in memory: 155 bytes of the baseline take 15.5.
COMPRESSION = 10.0
#: Of one core, about: it is for a sentence.
RUNS_PER_S = 25_000
_UNITS = (("years", 365.25 * 86_400), ("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0))


def require_room(folder: Path, runs: int, row_bytes: int, threads: int) -> None:
    """Refuse more runs than there is room for.

    Parameters
    ----------
    folder : Path
        Results folder, which need not be there yet.
    runs : int
        To be stored in the end; those that are stored already need nothing.
    row_bytes : int
        Size of an outcome row in memory (bytes).
    threads : int
        Processor cores to be used.

    Raises
    ------
    InputError
        With the disk space and the time that they would take.
    """
    each, free = row_bytes / COMPRESSION, free_bytes(folder)
    if free is None or runs * each <= free:
        return
    stored = contiguous(stored_parts(folder))
    held = stored[-1].end if stored else 0
    if (runs - held) * each <= free:
        return
    took = f"{runs:,}, which take about {_size(runs * each)} and {_time(runs / (RUNS_PER_S * threads))}"
    need = f"at most {held + int(free / each):,}, for {_size(free)} that are free at {folder}"
    raise InputError(Fault(need, took, "Ask for fewer, or choose an --out with more room.", path="runs"))


def free_bytes(folder: Path) -> int | None:
    """Free space where a folder is or would be made; None where the system does not tell.

    Examples
    --------
    >>> free_bytes(Path("not", "there", "yet")) > 0
    True
    """
    for place in (folder, *folder.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if count < 1000.0:
            return f"{count:.3g} {unit}"
        count /= 1000.0
    return f"{count:,.3g} PB" if count < 1000.0 else f"{count:,.0f} PB"


def _time(seconds: float) -> str:
    for unit, length in _UNITS:
        if seconds >= 2.0 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} seconds"
