"""What is made from the runs of a results folder: figures and tables, which more runs put out of date."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sim.store.export import CSV, OUTCOMES, ROWS
from sim.store.files import disk_faults
from sim.store.folder import FIGURES

#: Figures by the name of their file; a test holds them to `sim.plots.gallery`, which is above this room.
FIGURE_NAMES = ("outcomes", "peak_rung", "highest_rung_over_time", "entry_over_time")
_MADE = {
    FIGURES: tuple(f"{name}{suffix}" for name in FIGURE_NAMES for suffix in (".svg", ".png")),
    CSV: (ROWS, OUTCOMES),
}


def remove_made(folder: Path) -> tuple[str, ...]:
    """Remove the figures and tables in a results folder; whatever else lies beside them stays.

    Parameters
    ----------
    folder : Path
        Results folder that this process holds.

    Returns
    -------
    tuple of str
        Folders in which there were some.
    """
    return tuple(name for name, files in _MADE.items() if _remove_any(folder / name, files))


def _remove_any(folder: Path, names: tuple[str, ...]) -> bool:
    there = [folder / name for name in names if (folder / name).is_file()]
    for path in there:
        with disk_faults(path):
            path.unlink(missing_ok=True)
    if there:
        with contextlib.suppress(OSError):  # others' files are in it
            folder.rmdir()
    return bool(there)
