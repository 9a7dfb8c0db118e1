"""Choice: what an actor does in one rivalry, with the named terms of its utility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.arithmetic import exp
from sim.draws import Purpose
from sim.mesa_model.entities import Pair, Rivalry
from sim.mesa_model.ladder_moves import start_war
from sim.rules.beliefs import resolve_belief
from sim.rules.choice import exposure, gap, leads, utility_down, utility_up
from sim.rules.moves import may_rise, may_sink
from sim.rules.quantal import quantal
from sim.rules.settlement import decay

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


@dataclass(slots=True)
class Decision:
    """A decision in one rivalry: the move, the draw for a slide into war, and the two utilities."""

    rivalry: Rivalry
    move: float
    u_war: float
    up: float
    down: float
    can_up: float
    can_down: float
    u: float


def decide(run: Run, rivalry: Rivalry) -> Decision:
    """Decide on the present state; nothing is changed."""
    values, actor, other = run.values, rivalry.actor, rivalry.opposite
    ladder, rung, theirs = run.cast.ladder, rivalry.rung, rivalry.opposite.rung
    b = exposure(rivalry.caution, rivalry.belief)
    above, below = min(int(rung), ladder.length - 2), max(int(rung) - 1, 0)
    up = utility_up(
        rivalry.coercion,
        b,
        rivalry.fear,
        ladder.d_gain[above],
        ladder.d_cost[above],
        ladder.d_nuclear[above],
        leads(rung, theirs),
        rivalry.push,
        values["choice.tension_weight"] * rivalry.tension,
        values["choice.matching"] * gap(theirs, rung),
        values["choice.retaliation"] * other.struck,
    )
    down = utility_down(
        rivalry.coercion,
        b,
        rivalry.fear,
        ladder.d_gain[below],
        ladder.d_cost[below],
        ladder.d_nuclear[below],
        leads(rung - 1.0, theirs),
        actor.audience_cost * rung,
        values["choice.relief"],
        values["choice.concede"] * gap(rung, theirs),
    )
    can_up = may_rise(rung, actor.top_rung, float(run.now), rivalry.pair.refractory)
    can_down = may_sink(rung, ladder.war)
    u = run.uniforms(rivalry.address, Purpose.CHOICE)
    move = quantal(u[0], actor.rationality, up, down, can_up, can_down)
    return Decision(rivalry, move, u[1], up, down, can_up, can_down, u[0])


def terms_of(run: Run, rivalry: Rivalry, going: str) -> dict[str, float]:
    """Named terms of the utility of going ``"up"`` or ``"down"`` on the present state, utils.

    They add up to the utility, but for the last bits of the sum.
    """
    values, actor, ladder = run.values, rivalry.actor, run.cast.ladder
    rung, theirs, step = rivalry.rung, rivalry.opposite.rung, 1.0 if going == "up" else -1.0
    place = min(int(rung), ladder.length - 2) if going == "up" else max(int(rung) - 1, 0)
    b, lead = exposure(rivalry.caution, rivalry.belief), leads(rung if going == "up" else rung - 1.0, theirs)
    terms = {
        "coercive gain": step * rivalry.coercion * ladder.d_gain[place],
        "conflict cost": -step * lead * b * ladder.d_cost[place],
        "nuclear risk": -step * lead * rivalry.fear * ladder.d_nuclear[place],
    }
    if going == "up":
        terms |= {
            "habit": rivalry.push - actor.resolve,
            "resolve": actor.resolve,
            "tension": values["choice.tension_weight"] * rivalry.tension,
            "matching": values["choice.matching"] * gap(theirs, rung),
            "retaliation": values["choice.retaliation"] * rivalry.opposite.struck,
        }
    else:
        terms |= {
            "audience cost": -actor.audience_cost * rung,
            "relief": values["choice.relief"],
            "conceding": values["choice.concede"] * gap(rung, theirs),
        }
    return terms


def carry_out(run: Run, decisions: list[Decision]) -> None:
    """Make all moves at once; then the acts that they are, pair by pair."""
    by_rivalry = {id(decision.rivalry): decision for decision in decisions}
    if run.events is not None:
        for decision in decisions:
            _note_decision(run, decision)
    for pair in run.cast.pairs:
        first, second = by_rivalry.get(id(pair.first)), by_rivalry.get(id(pair.second))
        if first is not None and second is not None:
            _move(run, first, second)
            _act(run, pair, first, second)


def _note_decision(run: Run, decision: Decision) -> None:
    rivalry, names = decision.rivalry, run.cast.ladder.names
    if decision.move == 0.0:
        return
    going = "up" if decision.move > 0.0 else "down"
    rung = int(rivalry.rung)
    run.note("choice", by=rivalry.actor.name, against=rivalry.target.name, move=going,
             **{"from": names[rung], "to": names[rung + int(decision.move)]},
             act=going == "up" and rung + 1 >= run.cast.ladder.threat, probability=_probability(decision),
             utility=decision.up if going == "up" else decision.down, terms=terms_of(run, rivalry, going))  # fmt: skip


def _probability(decision: Decision) -> float:
    """Probability of the move that was made, at the utilities of the moment."""
    rationality = decision.rivalry.actor.rationality
    up = exp(rationality * decision.up) * decision.can_up
    down = exp(rationality * decision.down) * decision.can_down
    return float((up if decision.move > 0.0 else down) / (up + down + 1.0))


def _move(run: Run, first: Decision, second: Decision) -> None:
    learning = run.values["beliefs.resolve_learning"]
    for mine, theirs in ((first, second), (second, first)):
        rivalry = mine.rivalry
        rivalry.rung += mine.move
        rivalry.peak = max(rivalry.peak, rivalry.rung)
        rivalry.belief = resolve_belief(rivalry.belief, theirs.move, learning)
        rivalry.tension = decay(rivalry.tension, run.tension_factor)
        rivalry.struck = 0.0


def _act(run: Run, pair: Pair, first: Decision, second: Decision) -> None:
    """The acts that moves up are; where both slide into war, neither attacked first."""
    slid_first, slid_second = _enter(run, first), _enter(run, second)
    if slid_first or slid_second:
        sliders = [rivalry for slid, rivalry in zip((slid_first, slid_second), pair.sides, strict=True) if slid]
        for rivalry in sliders:
            run.note("accident", by=rivalry.actor.name, against=rivalry.target.name, incident=None)
        start_war(run, *sliders)


def _enter(run: Run, decision: Decision) -> bool:
    """What entering a rung does to the other side; whether it slides into war."""
    rivalry, ladder = decision.rivalry, run.cast.ladder
    rung = int(rivalry.rung)
    if decision.move < 0.5 or rung < ladder.threat:
        return False
    rivalry.opposite.tension += ladder.tension[rung]
    if rung < ladder.force:
        return False
    rivalry.struck = 1.0
    return rung < ladder.war < ladder.length and decision.u_war < run.values["inadvertent.war_per_act"]
