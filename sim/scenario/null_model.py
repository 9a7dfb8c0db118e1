"""The null model: a scenario with choice taken out.

Incidents, their cascades and hot and cold phases, scheduled events, accidents and the hazards of a war stay as
they are. Nobody climbs by choice, no ally enters, no forces abroad are struck. What the full model says is a
claim of its own only where it differs from this; `sim.experiments.null_model` runs it beside every result.
"""

from __future__ import annotations

from sim.scenario.model import LIMITS, Partnership, Rivalry, Scenario
from sim.scenario.quantity import Quantity, zero
from sim.theories import DEFAULT

#: Utility of going up that no other term makes up for, at any rationality that a choice can be told from chance by.
_NEVER = Quantity(arguments=(-1000.0,), source="definition of the null model", confidence="measured")

#: What must not come back by a change at a date.
_TAKEN_OUT = ("habit", "exposure", "raised")


def without_choice(scenario: Scenario) -> Scenario:
    """Give the null model of a scenario.

    Parameters
    ----------
    scenario : Scenario
        The full model.

    Returns
    -------
    Scenario
        The same states, rivalries and incidents, with the same draws, in which nobody goes up by choice.

    Notes
    -----
    Sides still come down, since an incident would otherwise last for ever, by quantal response whatever theory
    they have in the full model. An actor of rationality 0, which moves at random, still does.

    Examples
    --------
    >>> from sim.scenario.load import load_scenario
    >>> null = without_choice(load_scenario("baseline").scenario)
    >>> len(null.treaties), {partnership.limit for partnership in null.partnerships}
    (0, {'none'})
    """
    actors = tuple(actor.model_copy(update={"theory": DEFAULT}) for actor in scenario.actors)
    null = scenario.model_copy(
        update={
            "actors": actors,
            "rivalries": tuple(map(_without_climbing, scenario.rivalries)),
            "partnerships": tuple(map(_without_entry, scenario.partnerships)),
            "treaties": (),
        }
    )
    there = null.quantities()
    kept = tuple(c for c in scenario.timeline if c.path in there and c.path.rpartition(".")[2] not in _TAKEN_OUT)
    return null.model_copy(update={"timeline": kept})


def _without_climbing(rivalry: Rivalry) -> Rivalry:
    return rivalry.model_copy(update={"habit": _NEVER})


def _without_entry(partnership: Partnership) -> Partnership:
    never = {"limit": LIMITS[0], "raised_limit": None, "raised": zero(), "exposure": zero()}
    return partnership.model_copy(update=never)
