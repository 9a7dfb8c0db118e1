"""The Mesa model: a run whose choices are made by one agent per state.

Usual Mesa conventions hold: ``PactModel(scenario, rng=…)``, ``model.step()``, ``model.running``,
``model.datacollector``; it works in `mesa.batch_run` and in SolaraViz. No draw that matters comes
from ``model.random`` or ``model.rng``: they differ between Mesa's versions.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.draws import BRANCH_BITS, DRAW_BITS, STEP_BITS
from sim.engine.ensemble import signed
from sim.engine.parameters import draw_run
from sim.errors import Fault, InputError
from sim.mesa_model.cast import Script
from sim.mesa_model.choice import Decision
from sim.mesa_model.entities import Actor
from sim.mesa_model.run import Run
from sim.scenario import library
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Scenario

#: How many draws, steps and branches an address has room for, and the key seeds (`sim.draws`).
DRAWS, STEPS, BRANCHES, SEEDS = 2**DRAW_BITS, 2**STEP_BITS, 2**BRANCH_BITS, 2**64


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
    scenario : str, Path, Scenario or Loaded
        Name or file of a scenario, or one already loaded. A file is read anew only after it or one that it
        rests on has changed.
    draw : int
        Number of the run in its ensemble, from 0.
    parameters : {"drawn", "central"}
        Draw every distribution, or fix it at its central value.
    record : bool
        Remember every event with its terms in ``model.run.events``.
    rng : int, numpy.random.Generator or None
        The 64-bit seed of the draws. A generator gives one; without any, a fresh one is taken from the
        operating system, so that replicates never silently repeat each other. It is ``model.seed``.
    seed : int or None
        The same under the name that Mesa before 3.4 gives it; one of the two is enough.
    given : mapping of str to float, optional
        Parameters by path that are not drawn but given, as at a point of a sweep.
    turns : iterable of tuple of int
        Step and branch, steps ascending, of a run that was split: from each step on, all is drawn on its branch,
        but for what episodes and crises under way have drawn already.

    Raises
    ------
    InputError
        If the scenario, the draw, the seed or a turn is wrong.

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
        scenario: str | Path | Scenario | Loaded = "baseline",
        draw: int = 0,
        parameters: str = "drawn",
        record: bool = False,
        rng: int | np.random.Generator | None = None,  # noqa: TID251 - Mesa asks for it, nothing draws from it
        seed: int | None = None,
        given: Mapping[str, float] | None = None,
        turns: Iterable[tuple[int, int]] = (),
    ) -> None:
        chosen, number, splits = _seed(rng, seed), _draw(draw), _turns(turns)
        script, table = _prepared(scenario, parameters)
        super().__init__(rng=chosen)
        self.seed = chosen
        values = {**draw_run(table, signed(self.seed), number), **(given or {})}
        self.run = Run(script, values, signed(self.seed), number, record, splits)
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


def _seed(rng: Any, seed: Any) -> int:
    """Settle the seed; wrong ones are refused before Mesa makes generators of them."""
    if rng is not None and seed is not None:
        raise InputError(Fault("either rng or seed", "both", path="seed"))
    given, name = (rng, "rng") if seed is None else (seed, "seed")
    if given is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])  # noqa: TID251
    if isinstance(given, np.random.Generator):  # noqa: TID251
        return int(given.integers(SEEDS, dtype=np.uint64))
    number = _whole(given, SEEDS)
    if number is None:
        need = "a whole number from 0 to 2**64 - 1, a numpy Generator or None"
        raise InputError(Fault(need, repr(given), path=name))
    return number


def _draw(given: Any) -> int:
    number = _whole(given, DRAWS)
    if number is None:
        raise InputError(Fault("a whole number from 0 to 2**48 - 1", repr(given), path="draw"))
    return number


def _turns(given: Any) -> list[tuple[int, int]]:
    """Check turns: pairs of a step and a branch that have room in an address, steps ascending."""
    need = f"pairs of step and branch, steps ascending, branches from 0 to {BRANCHES - 1}"
    try:
        pairs = [(_whole(step, STEPS), _whole(branch, BRANCHES)) for step, branch in given]
    except (TypeError, ValueError):
        raise InputError(Fault(need, repr(given), path="turns")) from None
    found = [(step, branch) for step, branch in pairs if step is not None and branch is not None]
    steps = [step for step, _ in found]
    if len(found) < len(pairs) or any(after <= before for before, after in zip(steps, steps[1:], strict=False)):
        raise InputError(Fault(need, repr(given), path="turns"))
    return found


def _whole(given: Any, below: int) -> int | None:
    """Give a whole number of Python or NumPy in range as an int, and None for anything else."""
    try:
        number = operator.index(given)
    except TypeError:
        return None
    return number if not isinstance(given, bool) and 0 <= number < below else None


def _prepared(scenario: str | Path | Scenario | Loaded, parameters: str) -> tuple[Script, Any]:
    if parameters not in ("drawn", "central"):
        raise InputError(Fault("'drawn' or 'central'", repr(parameters), path="parameters"))
    if isinstance(scenario, str | Path):
        scenario = _load(str(scenario))
    found: Any = scenario.scenario if isinstance(scenario, Loaded) else scenario
    if not isinstance(found, Scenario):
        need = "a name, a path, or what load_scenario gave"
        raise InputError(Fault(need, type(found).__name__, path="scenario"))
    return _prepare(_ById(found), parameters == "central")


class _ById:
    """A scenario as a key: the same object is the same key."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.scenario is self.scenario


#: What can tell that a file has changed: its number, time of change (ns) and size.
Stamps = dict[Path, tuple[int, int, int] | None]

#: Scenarios by working directory and file, each with the files that it was read from.
_LOADED: dict[tuple[str, str], tuple[Scenario, Stamps]] = {}
_KEPT = 16


def _load(name: str) -> Scenario:
    """Load a scenario, or give the one loaded before if none of its files has changed since."""
    key = (os.getcwd(), str(library.scenario_file(name)))
    if key in _LOADED:
        scenario, stamps = _LOADED[key]
        if _stamps(stamps) == stamps:
            return scenario
    loaded = load_scenario(name)
    if len(_LOADED) >= _KEPT:
        _LOADED.clear()
    _LOADED[key] = (loaded.scenario, _stamps(loaded.files))
    return loaded.scenario


def _stamps(files: Iterable[Path]) -> Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_KEPT)
def _prepare(key: _ById, central: bool) -> tuple[Script, Any]:
    from sim.engine.parameters import tabulate

    return Script(key.scenario), tabulate(key.scenario.quantities(), central)
