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
from sim.store.identity import Identity
from sim.store.study import StudyFolder, is_study
from sim.studies.chunk import ABSENT


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
        Results folder, of a run or of a study.
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
    found = _of_study(Path(folder), run) if is_study(Path(folder)) else _of_run(Path(folder), run)
    model = PactModel(
        found.scenario,
        draw=found.draw,
        parameters=found.identity.parameters,
        record=True,
        rng=found.identity.seed,
        given=found.given,
    )
    while model.running:
        model.step()
    told = {**found.names, **model.run.outcome_row()}
    # Another scenario of the study may have columns that this one does not have.
    stored = {name: value for name, value in found.stored.items() if name in told or value != ABSENT}
    if told != stored:
        raise PactsimError(_difference(run, stored, told))
    return Replay(run, found.scenario, found.identity.seed, stored, tuple(model.run.events or ()))


@dataclass(frozen=True)
class _Stored:
    """A run as it is stored, and what is needed to run it again."""

    scenario: Scenario
    identity: Identity
    draw: int
    given: dict[str, float]
    names: dict[str, int]
    stored: dict[str, Any]


def _of_run(folder: Path, run: int) -> _Stored:
    results = ResultsFolder(folder)
    refuse_other_rules(results.identity, folder)
    _refuse_no_run(run, results.runs)
    stored = {name: _plain(value) for name, value in results.row(run).items()}
    return _Stored(results.scenario, results.identity, run, {}, {"run": run}, stored)


def _of_study(folder: Path, run: int) -> _Stored:
    study = StudyFolder(folder)
    if study.kind == "rare":
        fix = "Give --path 1 for the most frequent one."
        raise InputError(Fault("a typical path, since its rows are replications", "--run", fix, str(folder)))
    refuse_other_rules(study.identity, folder)
    points = study.points
    _refuse_no_run(run, points.rows)
    place, at = divmod(run, points.per_point)
    scenario = study.scenarios[int(points.structure[place])]
    known = scenario.quantities()
    given = {path: float(points.columns[path][place]) for path in points.given if path in known}
    draw = int(points.first_draw[place]) + at
    names = {"run": run, "point": int(points.number[place]), "draw": draw}
    stored = {name: _plain(value) for name, value in study.row(run).items()}
    return _Stored(scenario, study.identity, draw, given, names, stored)


def _refuse_no_run(run: int, runs: int) -> None:
    if not 0 <= run < runs:
        raise InputError(Fault(f"a number from 0 to {runs - 1}", str(run), path="--run"))


def refuse_other_rules(identity: Identity, folder: Path) -> None:
    """Refuse results that other rules made: running them again gives something else."""
    stored, present = identity.rule_hash, rule_hash()
    if stored != present:
        raise InputError(
            Fault(
                f"results of the present rules, {present[:16]}",
                f"those of {stored[:16]}",
                "Run the scenario again, or install the version of pactsim that made it.",
                str(folder),
            )
        )


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _difference(run: int, stored: dict[str, Any], told: dict[str, Any]) -> str:
    names = [name for name in stored if told.get(name) != stored[name]]
    shown = ", ".join(f"{name} {stored[name]} against {told.get(name)}" for name in names[:5])
    return f"run {run}: the replay differs from what is stored in {len(names)} columns ({shown}). Please report it."
