"""The Mesa model: a run whose choices are made by one agent per state.

Usual Mesa conventions hold: ``PactModel(scenario, rng=…)``, ``model.step()``, ``model.running``,
``model.datacollector``; it works in `mesa.batch_run` and in SolaraViz. No draw that matters comes
from ``model.random`` or ``model.rng``: they differ between Mesa's versions.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.engine.ensemble import signed
from sim.engine.parameters import draw_run
from sim.errors import InputError
from sim.mesa_model.cast import Script
from sim.mesa_model.choice import Decision
from sim.mesa_model.entities import Actor
from sim.mesa_model.run import Run
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario


class StateAgent(mesa.Agent):  # type: ignore[misc]
    """A state: it decides in each of its rivalries on what it sees.

    Parameters
    ----------
    model : PactModel
        The model it lives in.
    actor : Actor
        Its parameters and state.
    """

    def __init__(self, model: PactModel, actor: Actor) -> None:
        super().__init__(model)
        self.actor = actor

    @property
    def name(self) -> str:
        """Name of the state."""
        return self.actor.name

    @property
    def highest_rung(self) -> int:
        """Highest rung it now stands on towards anyone."""
        return int(max((rivalry.rung for rivalry in self.actor.rivalries), default=0.0))

    def decide(self) -> list[Decision]:
        """Decisions in all open rivalries, before anyone moves."""
        return self.model.run.choices_of(self.actor)


class PactModel(mesa.Model):  # type: ignore[misc]
    """One run of a scenario, readable and steppable.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Name or file of a scenario, or one already loaded.
    draw : int
        Number of the run in its ensemble, from 0.
    parameters : {"drawn", "central"}
        Draw every distribution, or fix it at its central value.
    record : bool
        Remember every event with its terms in ``model.run.events``.
    rng : int, numpy.random.Generator or None
        The 64-bit seed of the draws. A generator gives one; without any, a fresh one is taken from the
        operating system, so that replicates never silently repeat each other. It is ``model.seed``.

    Raises
    ------
    InputError
        If the scenario or the seed is wrong.

    Examples
    --------
    >>> model = PactModel("baseline", draw=3, rng=1)
    >>> while model.running:
    ...     model.step()
    >>> model.run.now
    52
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        draw: int = 0,
        parameters: str = "drawn",
        record: bool = False,
        rng: int | np.random.Generator | None = None,  # noqa: TID251 - Mesa asks for it, nothing draws from it
    ) -> None:
        super().__init__(rng=rng)
        self.seed = _seed(rng)
        script, table = _prepared(scenario, parameters)
        values = draw_run(table, signed(self.seed), int(draw))
        self.run = Run(script, values, signed(self.seed), int(draw), record)
        self.states = [StateAgent(self, actor) for actor in self.run.cast.actors.values()]
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def step(self) -> None:
        """Advance by one step: the world first, then every state decides, then all moves are made."""
        run = self.run
        run.before_choices()
        decisions = [decision for state in self.states for decision in state.decide()]
        run.after_choices(decisions)
        self.datacollector.collect(self)
        self.running = not run.over


#: What the data collector keeps of every step.
REPORTERS = {
    "highest_rung": lambda model: max(int(r.rung) for r in model.run.cast.rivalries.values()),
    "peak_rung": lambda model: max(int(r.peak) for r in model.run.cast.rivalries.values()),
    "war": lambda model: model.run.t_war >= 0.0,
    "interventions": lambda model: sum(b.t_entry >= 0.0 for b in model.run.cast.partnerships.values()),
}


def _seed(rng: Any) -> int:
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])  # noqa: TID251
    if isinstance(rng, int | np.integer) and 0 <= int(rng) < 2**64:
        return int(rng)
    if isinstance(rng, np.random.Generator):  # noqa: TID251
        return int(rng.integers(2**64, dtype=np.uint64))
    raise InputError(f"rng: a whole number from 0 to 2**64 - 1, a numpy Generator or None, got {rng!r}")


def _prepared(scenario: str | Path | Scenario, parameters: str) -> tuple[Script, Any]:
    if parameters not in ("drawn", "central"):
        raise InputError(f"parameters: 'drawn' or 'central', got {parameters!r}")
    if isinstance(scenario, Scenario):
        return _prepare(_ById(scenario), parameters == "central")
    return _prepare(_ById(_load(str(scenario))), parameters == "central")


class _ById:
    """A scenario as a key: the same object is the same key."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.scenario is self.scenario


@lru_cache(maxsize=16)
def _load(name: str) -> Scenario:
    return load_scenario(name).scenario


@lru_cache(maxsize=16)
def _prepare(key: _ById, central: bool) -> tuple[Script, Any]:
    from sim.engine.parameters import tabulate

    return Script(key.scenario), tabulate(key.scenario.quantities(), central)
