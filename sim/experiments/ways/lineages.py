"""Run a run that was split again, in the readable model, and tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError
from sim.experiments.replay import date_of, refuse_other_rules
from sim.experiments.story import Story
from sim.mesa_model.events import RunEvent
from sim.mesa_model.model import PactModel
from sim.mesa_model.run import Run
from sim.rare.lineage import Lineage
from sim.scenario.model import Scenario
from sim.store.study import StudyFolder


@dataclass(frozen=True)
class LineageReplay:
    """A run that was split, told again.

    Parameters
    ----------
    lineage : Lineage
        Its replicate, and where it went on with other draws.
    scenario : Scenario
        As resolved.
    seed : int
        Of the draws.
    outcome : dict of str to int
        Outcome row without ``run``: -1 means never.
    events : tuple of RunEvent
        In the order in which they happened.
    """

    lineage: Lineage
    scenario: Scenario
    seed: int
    outcome: dict[str, int]
    events: tuple[RunEvent, ...]

    def as_dict(self) -> dict[str, Any]:
        """Shape of ``pactsim replay --path --json``: as of any run, and where it was split."""
        return {
            "scenario": self.scenario.title,
            "seed": self.seed,
            "run": self.lineage.draw,
            "turns": [
                {"step": step, "date": date_of(self.scenario, step).isoformat(), "branch": branch}
                for step, branch in self.lineage.turns
            ],
            "outcome": self.outcome,
            "events": [
                {"date": date_of(self.scenario, event.step).isoformat(), **event.as_dict()} for event in self.events
            ],
        }

    def text(self) -> str:
        """The run as a timeline in words."""
        turns = tuple(step for step, _ in self.lineage.turns)
        return Story(self.scenario, self.lineage.draw, self.seed, self.outcome, self.events, turns).text()


def replay_lineage(
    scenario: Scenario, seed: int, parameters: str, lineage: Lineage, given: Mapping[str, float] | None = None
) -> LineageReplay:
    """Run a lineage to the end and record everything that happens in it.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        Whether distributions are drawn, or fixed at their central values.
    lineage : Lineage
        The run; one without turns is a run of the ensemble.
    given : mapping of str to float, optional
        Parameters by path that are not drawn but given.

    Returns
    -------
    LineageReplay
        Outcome row and events.

    Raises
    ------
    InputError
        If draw, seed, turns or `parameters` are wrong.

    Examples
    --------
    >>> from sim.scenario.load import load_scenario
    >>> scenario = load_scenario("attacked-dprk").scenario
    >>> told = replay_lineage(scenario, 1, "drawn", Lineage(7, ((9, 1), (30, 2))))
    >>> print(told.text().split(chr(10))[1])
    It was split and went on with other draws from step 9 (3 January 2027) and from step 30 (30 May 2027) on.
    """
    run = run_lineage(scenario, seed, parameters, lineage, given)
    return LineageReplay(lineage, scenario, seed, run.outcome_row(), tuple(run.events or ()))


def run_lineage(
    scenario: Scenario,
    seed: int,
    parameters: str,
    lineage: Lineage,
    given: Mapping[str, float] | None = None,
    until: Callable[[Run], bool] = lambda run: False,
) -> Run:
    """Run a lineage, recorded, until something holds after a step, or else to the end.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        As for `replay_lineage`.
    lineage : Lineage
        The run.
    given : mapping of str to float, optional
        Parameters by path that are not drawn but given.
    until : callable
        Looked at after every step.

    Returns
    -------
    Run
        As it stands then.
    """
    model = PactModel(scenario, lineage.draw, parameters, True, seed, given=given, turns=lineage.turns)
    while model.running:
        model.step()
        if until(model.run):
            break
    return model.run


def replay_path(folder: str | Path, path: int) -> LineageReplay:
    """Run the run again that is nearest to a typical path to a rare event.

    Parameters
    ----------
    folder : str or Path
        Results folder of `sim.experiments.rare.rare`.
    path : int
        Number of the path, from 1.

    Returns
    -------
    LineageReplay
        Outcome row and events.

    Raises
    ------
    InputError
        If the folder is another's, has no such path, or the rules have changed since.
    """
    study = StudyFolder(folder)
    if study.kind != "rare":
        fix = "Give --run K for a run of it."
        raise InputError(Fault("the folder of `pactsim rare`", f"one of {study.kind}", fix, str(folder)))
    refuse_other_rules(study.identity, Path(folder))
    found = study.summary["paths"]
    count = len(found["paths"]) if found else 0
    if not 1 <= path <= count:
        need = f"a number from 1 to {count}" if count else "a folder with paths, as --paths makes"
        raise InputError(Fault(need, str(path), path="--path"))
    example = found["paths"][path - 1]["example"]
    lineage = Lineage(int(example["draw"]), tuple((int(step), int(branch)) for step, branch in example["turns"]))
    scenario = study.scenarios[int(study.points.structure[0])]
    return replay_lineage(scenario, study.identity.seed, study.identity.parameters, lineage, found["given"])
