"""What makes two runs the same run: scenario, seed, rules and how parameters are taken.

Runs, threads, paths and the machine are not part of it. The names of folders and part files are
hashes of it, so that a part can only ever be mistaken for itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Identity:
    """What the rows of an ensemble depend on, their number apart.

    Parameters
    ----------
    scenario_hash : str
        From `scenario_hash`.
    seed : int
        64 bits, unsigned.
    rule_hash : str
        Of the rule book and engine.
    parameters : {"drawn", "central"}
        Whether every run draws its parameters or all take the central ones.
    study : str
        Hash of the points of a study; empty for a plain run.

    Examples
    --------
    >>> Identity("a", 1, "b", "drawn").hash == Identity("a", 2, "b", "drawn").hash
    False
    """

    scenario_hash: str
    seed: int
    rule_hash: str
    parameters: Literal["drawn", "central"] = "drawn"
    study: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of all of these, hexadecimal."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def part_name(self, first: int, count: int) -> str:
        """Name the part that holds a range of runs, without a suffix.

        Examples
        --------
        >>> Identity("a", 1, "b").part_name(0, 25_000)
        'part-a84793be74b9ef13'
        """
        digest = hashlib.sha256(f"{self.hash}/{first}/{count}".encode())
        return f"part-{digest.hexdigest()[:16]}"


def scenario_hash(scenario: Scenario) -> str:
    """Hash a scenario as resolved: every value, text and source, but not its file's name.

    Parameters
    ----------
    scenario : Scenario
        As resolved.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return resolved_hash(scenario.model_dump(mode="json"))


def resolved_hash(values: Mapping[str, Any]) -> str:
    """Hash a resolved scenario in the form in which a manifest keeps it.

    Parameters
    ----------
    values : mapping
        Plain data.

    Returns
    -------
    str
        The `scenario_hash` of the scenario that it is, whatever version of the format wrote it.

    Examples
    --------
    >>> resolved_hash({"title": "x", "stem": "a"}) == resolved_hash({"title": "x", "stem": "b"})
    True
    """
    content = {key: value for key, value in values.items() if key != "stem"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def default_folder(stem: str, identity: Identity, root: Path = Path("results")) -> Path:
    """Name the results folder of a run that was given none.

    Examples
    --------
    >>> default_folder("baseline", Identity("a", 1, "b")).as_posix()
    'results/baseline-70d934df'
    """
    return root / f"{stem[:100]}-{identity.hash[:8]}"
