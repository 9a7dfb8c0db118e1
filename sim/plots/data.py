"""What the figures of one run are drawn from: its summary and the step counts of all its parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.estimate import Estimate, days, number_of
from sim.store.folder import ResultsFolder


@dataclass(frozen=True)
class RunData:
    """One ensemble, as far as figures need it.

    Parameters
    ----------
    title, stem : str
        The scenario's title and its file's stem.
    scenario_hash, parameters : str
        As in ``summary.json``.
    seed, runs : int
        Of the ensemble.
    step_days : float
        Length of a step (days).
    rungs, partnerships : tuple of str
        Names, in the order of the arrays below.
    asked : tuple of str
        Outcomes that the scenario names as those of interest.
    outcomes : dict
        ``outcomes`` of ``summary.json``.
    highest : numpy.ndarray
        (S, L, L) runs whose highest rung moves from rung to rung in a step.
    entries : numpy.ndarray
        (S, B, F) runs whose support first reaches at least a form in a step.
    """

    title: str
    stem: str
    scenario_hash: str
    parameters: str
    seed: int
    runs: int
    step_days: float
    rungs: tuple[str, ...]
    partnerships: tuple[str, ...]
    asked: tuple[str, ...]
    outcomes: dict[str, Any]
    highest: np.ndarray
    entries: np.ndarray

    @property
    def heading(self) -> str:
        """Title of every figure: the scenario's, or its file's stem where it has none."""
        return self.title.strip() or self.stem

    @property
    def small_print(self) -> str:
        """What was run, in one line for the foot of a figure."""
        parts = (
            number_of(self.runs, "run"),
            days(self.horizon_days),
            f"seed {self.seed}",
            f"scenario {self.scenario_hash[:8]}",
            f"parameters {self.parameters}",
        )
        return " · ".join(parts)

    @property
    def horizon_days(self) -> float:
        """Length of a run (days)."""
        return len(self.highest) * self.step_days

    @property
    def unit_days(self) -> tuple[str, float]:
        """Unit of the time axis and its length (days): weeks from three weeks, years from three years."""
        if self.horizon_days >= 3.0 * 364.0:
            return "years", 365.25
        return ("weeks", 7.0) if self.horizon_days >= 21.0 else ("days", 1.0)

    def times(self) -> np.ndarray:
        """Start and ends of all steps (S + 1,), in the unit of the time axis."""
        return np.arange(len(self.highest) + 1) * self.step_days / self.unit_days[1]

    def rung_counts(self) -> np.ndarray:
        """Runs whose highest rung is each rung, at the start and after each step (S + 1, L)."""
        start = self.highest[:1].sum(axis=2)
        return np.concatenate([start, self.highest.sum(axis=1)])

    def cumulative_entries(self) -> np.ndarray:
        """Runs whose support has reached a form by the start and the end of each step (S + 1, B, F)."""
        return np.concatenate([np.zeros_like(self.entries[:1]), np.cumsum(self.entries, axis=0)])

    def shares(self) -> dict[str, Estimate]:
        """Outcomes that are shares, by name, in the order of the summary."""
        return {
            name: Estimate.from_dict(found)
            for name, found in self.outcomes.items()
            if "rungs" not in found and "hits" in found
        }

    def assumption_driven(self) -> set[str]:
        """Names of the outcomes that history does not inform."""
        return {name for name, found in self.outcomes.items() if found.get("assumption_driven")}

    def peak_rung(self) -> dict[str, Estimate]:
        """Share of runs that peaked at each rung, from the lowest up."""
        rungs = self.outcomes["peak_rung"]["rungs"]
        return {rung: Estimate.from_dict(found) for rung, found in rungs.items()}

    def assumed_rungs(self) -> set[str]:
        """Rungs whose share in `peak_rung` history does not inform."""
        rungs = self.outcomes["peak_rung"]["rungs"]
        return {rung for rung, found in rungs.items() if found.get("assumption_driven")}


def read_run(path: Path | str) -> RunData:
    """Read the data of a run's figures from its results folder.

    Parameters
    ----------
    path : Path or str
        A finished results folder.

    Returns
    -------
    RunData
        With the counts of all parts added up, one part at a time.

    Raises
    ------
    InputError
        If it is no results folder, or its run was not finished.
    """
    folder = ResultsFolder(path)
    summary, scenario = folder.summary, folder.manifest["scenario"]
    counts = folder.summed_sidecar()
    return RunData(
        title=summary["title"],
        stem=summary["scenario"],
        scenario_hash=summary["scenario_hash"],
        parameters=summary["parameters"],
        seed=summary["seed"],
        runs=summary["runs"],
        step_days=scenario["step_days"],
        rungs=tuple(rung["name"] for rung in scenario["ladder"]),
        partnerships=tuple(
            name.removeprefix("entry:") for name in folder.row_type.names or () if name.startswith("entry:")
        ),
        asked=tuple(scenario["outcomes"]),
        outcomes=summary["outcomes"],
        highest=counts["highest"],
        entries=counts["entries"],
    )
