"""The folder of a search for flips: a folder for each of its stages, and what they come to together.

Each stage is a study by itself, with parts, points and manifest. ``summary.json`` of the whole is written last.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError
from sim.store.files import read_json
from sim.store.folder import MANIFEST, SUMMARY

#: What the stages come to.
FLIP = SUMMARY
#: The stage that comes first.
_FIRST = "base"


def is_flip(path: Path) -> bool:
    """Whether a folder is one of a search for flips."""
    return (path / _FIRST / MANIFEST).is_file() and not (path / MANIFEST).exists()


def read_flip(path: Path) -> dict[str, Any]:
    """Read what a search found.

    Parameters
    ----------
    path : Path
        Its folder.

    Returns
    -------
    dict
        Contents of ``summary.json``.

    Raises
    ------
    InputError
        If it is not finished.
    """
    if not (path / FLIP).is_file():
        fix = "Give its command again: what is missing is made anew."
        raise InputError(Fault("a finished search", f"no {FLIP}", fix, str(path)))
    return read_json(path / FLIP)


def refuse_other(path: Path, asked: str) -> None:
    """Refuse the folder of anything else, or of a search that was asked something else.

    Parameters
    ----------
    path : Path
        Where a search is to be stored.
    asked : str
        Hash of what it is asked.

    Raises
    ------
    InputError
        If it cannot go there.
    """
    other = (path / MANIFEST).exists()
    if not other and (path / FLIP).is_file():
        other = read_json(path / FLIP).get("flip_hash") != asked
    if other:
        fix = "Choose another --out, or remove this one."
        raise InputError(Fault("the folder of this search, or a new one", "that of another", fix, str(path)))
