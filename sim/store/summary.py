"""The summary: digest and outcomes of all stored runs, in one pass over the parts.

Only one part is in memory at a time, and sums are integers, so that a summary made while parts
are being computed and one made from the folder afterwards are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.engine.part import Part
from sim.outcomes import Outcome, Tally
from sim.scenario.model import Scenario
from sim.store.digest import RowsDigest
from sim.store.identity import Identity


class Scan:
    """Digest and counts of rows that come part by part, in order.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What to count.

    Examples
    --------
    >>> scan = Scan([Outcome("war", "t_war")])
    >>> rows = np.array([(0, -1), (1, 3)], dtype=[("run", "<i8"), ("t_war", "<i2")])
    >>> scan.add(rows[:1]); scan.add(rows[1:])
    >>> scan.tally.results()["war"].hits, scan.rows_sha256[:8]
    (1, '082f7c71')
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.tally = Tally(outcomes)
        self._digest: RowsDigest | None = None

    def add(self, rows: np.ndarray) -> None:
        """Take in the rows that follow those taken in so far."""
        if self._digest is None:
            self._digest = RowsDigest(rows.dtype)
        self._digest.add(rows)
        self.tally.add(rows)

    @property
    def rows_sha256(self) -> str:
        """Digest of all rows taken in; empty where there were none."""
        return self._digest.hexdigest() if self._digest else ""


def scan_parts(parts: Iterable[Part], outcomes: Sequence[Outcome]) -> Scan:
    """Take in whole parts, such as those of a results folder.

    Parameters
    ----------
    parts : iterable of Part
        In order, from run 0.
    outcomes : sequence of Outcome
        What to count.

    Returns
    -------
    Scan
        Of all of them.
    """
    scan = Scan(outcomes)
    for part in parts:
        scan.add(part.rows)
    return scan


def build_summary(
    scenario: Scenario,
    identity: Identity,
    scan: Scan,
    *,
    runs_per_s: float | None = None,
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """Build the content of ``summary.json``.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    identity : Identity
        What the rows depend on.
    scan : Scan
        Of all stored runs.
    runs_per_s : float, optional
        Runs computed in this call by wall time; None where none were.
    warnings : sequence of str
        Sentences; those about thin conditions are added.

    Returns
    -------
    dict
        Plain data. All but ``runs_per_s`` is the same for the same identity and runs.
    """
    return {
        "scenario": scenario.stem,
        "title": scenario.title,
        "question": scenario.question,
        "horizon_days": scenario.horizon_days,
        "step_days": scenario.step_days,
        "steps": scenario.n_steps,
        "scenario_hash": identity.scenario_hash,
        "seed": identity.seed,
        "runs": scan.tally.runs,
        "parameters": identity.parameters,
        "rule_hash": identity.rule_hash,
        "rows_sha256": scan.rows_sha256,
        "runs_per_s": None if runs_per_s is None else float(runs_per_s),
        "warnings": [*warnings, *scan.tally.warnings()],
        "outcomes": scan.tally.as_dict(),
    }
