"""The summary: digest and outcomes of all stored runs, in one pass over the parts.

Only one part is in memory at a time, and sums are integers, so that a summary made while parts
are being computed and one made from the folder afterwards are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.base_rates import base_rates
from sim.engine.part import Part
from sim.errors import Fault, InputError
from sim.outcomes import Outcome, Tally
from sim.scenario.model import Scenario
from sim.store.digest import RowsDigest
from sim.store.files import read_json, whole_from
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
    null: Mapping[str, Mapping[str, Any]] | None = None,
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
    null : mapping of str to mapping, optional
        Outcomes of the null model, where it was run.
    runs_per_s : float, optional
        Runs computed in this call by wall time; None where none were.
    warnings : sequence of str
        Sentences; those about thin conditions are added.

    Returns
    -------
    dict
        Plain data. All but ``runs_per_s`` is the same for the same identity and runs. Beside an outcome, or a rung
        of a distribution, stands ``null``, what the null model gives; beside an outcome ``base_rate``, what the record
        says (`sim.base_rates`). Either is None where there is none.
    """
    rates, nulls = base_rates(scenario), null or {}
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
        "outcomes": {
            name: {**_with_null(shape, nulls.get(name)), "base_rate": rates.get(name)}
            for name, shape in scan.tally.as_dict().items()
        },
    }


def _with_null(shape: dict[str, Any], null: Mapping[str, Any] | None) -> dict[str, Any]:
    """Put the null model beside a result; a distribution has it beside each rung."""
    if "rungs" not in shape:
        return {**shape, "null": null}
    rungs = null["rungs"] if null else {}
    return {**shape, "rungs": {rung: {**each, "null": rungs.get(rung)} for rung, each in shape["rungs"].items()}}


def read_summary(path: Path, identity: Identity) -> dict[str, Any]:
    """Read a summary.

    Parameters
    ----------
    path : Path
        The file.
    identity : Identity
        Of the run that it must be of.

    Returns
    -------
    dict
        As `build_summary` built it.

    Raises
    ------
    InputError
        If it is none, is of another run, or holds numbers that cannot be together, as after an edit.
    """
    summary = read_json(path)
    fault = next(_faults(summary, identity), None)
    if fault:
        fix = "Give the run's command again: it is made anew from the runs."
        raise InputError(Fault("the summary as it was written", fault, fix, str(path)))
    return summary


def _faults(summary: Mapping[str, Any], identity: Identity) -> Iterator[str]:
    """Say what is wrong, the first thing first."""
    for name in ("scenario_hash", "seed", "rule_hash", "parameters"):
        if summary.get(name) != getattr(identity, name):
            yield f"one of another {name.replace('_', ' ')}"
    if not all(isinstance(summary.get(name), str) for name in ("scenario", "title")):
        yield "one without scenario and title"
    runs, outcomes = summary.get("runs"), summary.get("outcomes")
    if not whole_from(runs, 1) or not isinstance(outcomes, dict):
        yield "one without runs or outcomes"
        return
    for name, found in outcomes.items():
        if not isinstance(found, dict) or not _is_outcome(found, int(runs or 0), conditional="|" in name):
            yield f"numbers of {name!r} that cannot be together"


def _is_outcome(found: Mapping[str, Any], runs: int, *, conditional: bool) -> bool:
    if "rungs" in found:
        rungs = found["rungs"]
        each = list(rungs.values()) if isinstance(rungs, dict) else []
        sound = all(_is_estimate(shape) and shape["n"] == runs for shape in each)
        return sound and sum(shape.get("hits", 0) for shape in each) == runs
    return _is_estimate(found) and (found["n"] <= runs if conditional else found["n"] == runs)


def _is_estimate(found: Any) -> bool:
    """Whether value, interval, runs and hits can be together, here and beside it; nothing is estimated anew."""
    if not isinstance(found, dict) or not whole_from(found.get("n"), 0) or not _is_interval(found):
        return False
    null = found.get("null")
    return ("hits" not in found or _is_share(found)) and (null is None or _is_estimate(null))


def _is_interval(found: Mapping[str, Any]) -> bool:
    ends: list[Any] = [found.get(name) for name in ("low", "value", "high")]
    low, value, high = ends
    if found["n"] == 0:
        return low is value is high is None
    if found["n"] == 1 and "hits" not in found:
        # No interval from one run, unless nothing was counted.
        return _is_finite(value) and (low is high is None or low == value == 0.0 < high)
    return all(map(_is_finite, ends)) and ends == sorted(ends)


def _is_share(found: Mapping[str, Any]) -> bool:
    hits, n = found["hits"], found["n"]
    if not whole_from(hits, 0) or hits > n:
        return False
    return n == 0 or bool(found["value"] == hits / n and found["low"] >= 0.0 and found["high"] <= 1.0)


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e300
