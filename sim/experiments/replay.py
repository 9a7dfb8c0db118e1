"""Run one run of an ensemble again, in the readable model, and check that it is the same run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.compiled import rule_hash
from sim.errors import Fault, InputError, PactsimError
from sim.experiments.story import Story
from sim.mesa_model.events import RunEvent
from sim.mesa_model.model import PactModel
from sim.scenario.model import Scenario
from sim.store.folder import ResultsFolder


@dataclass(frozen=True)
class Replay:
    """A run told again.

    Parameters
    ----------
    run : int
        Its number.
    scenario : Scenario
        As stored with the results.
    seed : int
        Of the ensemble.
    outcome : dict of str to int
        The outcome row as stored: -1 means never.
    events : tuple of RunEvent
        In the order in which they happened.
    """

    run: int
    scenario: Scenario
    seed: int
    outcome: dict[str, int]
    events: tuple[RunEvent, ...]

    def as_dict(self) -> dict[str, Any]:
        """Shape of ``pactsim replay --json``."""
        return {
            "scenario": self.scenario.title,
            "seed": self.seed,
            "run": self.run,
            "outcome": self.outcome,
            "events": [self._event(event) for event in self.events],
        }

    def text(self) -> str:
        """The run as a timeline in words."""
        return Story(self.scenario, self.run, self.seed, self.outcome, self.events).text()

    def _event(self, event: RunEvent) -> dict[str, Any]:
        return {"date": date_of(self.scenario, event.step).isoformat(), **event.as_dict()}


def date_of(scenario: Scenario, step: int) -> datetime.date:
    """Date at which a step begins."""
    return scenario.as_of + datetime.timedelta(days=scenario.step_days * step)


def replay(folder: str | Path, run: int) -> Replay:
    """Run one stored run again and record everything that happens in it.

    Parameters
    ----------
    folder : str or Path
        Results folder.
    run : int
        Number of the run, from 0.

    Returns
    -------
    Replay
        Outcome row and events.

    Raises
    ------
    InputError
        If there is no such run, or the rules have changed since it was made.
    PactsimError
        If the replay differs from what is stored, which is a fault of ours.
    """
    results = ResultsFolder(Path(folder))
    _refuse_other_rules(results)
    if not 0 <= run < results.runs:
        raise InputError(Fault(f"a number from 0 to {results.runs - 1}", str(run), path="--run"))
    stored = {name: _plain(value) for name, value in results.row(run).items()}
    identity = results.identity
    model = PactModel(results.scenario, draw=run, parameters=identity.parameters, record=True, rng=identity.seed)
    while model.running:
        model.step()
    told = {"run": run, **model.run.outcome_row()}
    if told != stored:
        raise PactsimError(_difference(run, stored, told))
    return Replay(run, results.scenario, identity.seed, stored, tuple(model.run.events or ()))


def _refuse_other_rules(results: ResultsFolder) -> None:
    stored, present = results.identity.rule_hash, rule_hash()
    if stored != present:
        raise InputError(
            Fault(
                f"results of the present rules, {present[:16]}",
                f"those of {stored[:16]}",
                "Run the scenario again, or install the version of pactsim that made it.",
                str(results.path),
            )
        )


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _difference(run: int, stored: dict[str, Any], told: dict[str, Any]) -> str:
    names = [name for name in stored if told.get(name) != stored[name]]
    shown = ", ".join(f"{name} {stored[name]} against {told.get(name)}" for name in names[:5])
    return f"run {run}: the replay differs from what is stored in {len(names)} columns ({shown}). Please report it."
