"""First use of nuclear weapons between two at war: drawn and not chosen, for each side that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arithmetic import exp
from sim.draws import Purpose
from sim.mesa_model.entities import Pair, Rivalry
from sim.mesa_model.ladder_moves import act_at
from sim.rules.nuclear import first_use, is_losing

if TYPE_CHECKING:
    from sim.mesa_model.run import Run

#: What triggers a first use, by the code of `sim.rules.nuclear.first_use`.
TRIGGERS = ("none", "accident", "war", "losing", "decapitation")


def first_use_step(run: Run, pair: Pair) -> None:
    """Let either side of a pair at war use nuclear weapons first; both see the state before either does."""
    ladder = run.cast.ladder
    if run.scenario.nuclear.first_use != "hazard" or ladder.nuclear >= ladder.length:
        return
    major = max(pair.first.rung, pair.second.rung) > ladder.war
    triggers = [_trigger(run, rivalry, major) for rivalry in pair.sides]
    for rivalry, (trigger, why) in zip(pair.sides, triggers, strict=True):
        if trigger > 0.5:
            run.note("first use", by=rivalry.actor.name, against=rivalry.target.name,
                     trigger=TRIGGERS[int(trigger)], major=major, **why)  # fmt: skip
            act_at(run, rivalry, ladder.nuclear, 1.0, True, "first use")


def _trigger(run: Run, rivalry: Rivalry, major: bool) -> tuple[float, dict[str, Any]]:
    """What makes an actor use nuclear weapons first in this step, 0.0 for nothing; and the terms of its chance.

    One draw serves all of an actor's wars of a step: to fight several adversaries is no further chance.
    """
    actor, values = rivalry.actor, run.values
    if not actor.arsenal > 0.0:
        return 0.0, {}
    by_will = (run.use_major if major else run.use_limited) * actor.first_use
    is_lost = is_losing(rivalry.power_share, values["nuclear.losing_share"]) > 0.5
    losing = values["nuclear.losing"] if is_lost else 1.0
    decapitation = values["nuclear.decapitation"] if major and rivalry.opposite.attacked_at_home else 1.0
    u = run.uniforms(actor.address, Purpose.NUCLEAR)[0]
    trigger = first_use(u, run.use_accident, by_will, losing, decapitation)
    chance = 1.0 - exp(-(run.use_accident + by_will * losing * decapitation))
    why = {"probability": chance, "power_share": rivalry.power_share, "losing": losing, "decapitation": decapitation}
    return trigger, why
