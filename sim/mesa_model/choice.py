"""Choice: what an actor does in one rivalry, with the named terms of its utility."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import Pair, Rivalry
from sim.mesa_model.ladder_moves import start_war
from sim.rules.beliefs import resolve_belief
from sim.rules.choice import (
    Situation,
    exposure,
    gap,
    leads,
    nuclear_peace,
    restraint_term,
    utility_terms,
)
from sim.rules.moves import drawn_move, may_rise, may_sink
from sim.rules.settlement import decay
from sim.theories import THEORIES

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


#: What each theory weighs moves by, and how it names what it went by.
_THEORIES = {name: importlib.import_module(f"sim.rules.theories.{name}") for name in THEORIES}


@dataclass(slots=True)
class Decision:
    """A decision in one rivalry: the move, the draw for a slide into war, and what it was made from."""

    rivalry: Rivalry
    move: float
    u_war: float
    situation: Situation
    weights: tuple[float, float, float]


def decide(run: Run, rivalry: Rivalry) -> Decision:
    """Decide on the present state; nothing is changed."""
    x = situation(run, rivalry)
    up, down, hold = _THEORIES[rivalry.actor.theory].weights(x)
    u = run.uniforms(rivalry.address, Purpose.CHOICE)
    move = drawn_move(u[0], up, down, hold, x.can_up, x.can_down)
    return Decision(rivalry, move, u[1], x, (up, down, hold))


def restraint_of(rivalry: Rivalry) -> float:
    """Utils with which patrons whose forces are not in hold a rivalry's actor back."""
    total = 0.0
    for support in rivalry.opposite.supports:
        total += support.partnership.restraint * (1.0 - support.inside)
    return total


def situation(run: Run, rivalry: Rivalry) -> Situation:
    """What a rivalry's actor sees and wants on the present state."""
    values, actor, ladder = run.values, rivalry.actor, run.cast.ladder
    rung, theirs = rivalry.rung, rivalry.opposite.rung
    b = exposure(rivalry.caution, rivalry.belief)
    above, below = min(int(rung), ladder.length - 2), max(int(rung) - 1, 0)
    up, down = leads(rung, theirs), leads(rung - 1.0, theirs)
    armed = float(actor.arsenal > 0.0 and rivalry.target.arsenal > 0.0)
    peace = nuclear_peace(above + 1.0, ladder.war, armed, values["choice.instability"], values["choice.stability"])
    restraint = restraint_term(above + 1.0, ladder.force, restraint_of(rivalry))
    return Situation(
        rung=rung,
        theirs=theirs,
        can_up=may_rise(rung, rivalry.ceiling, float(run.now), rivalry.pair.refractory),
        can_down=may_sink(rung, ladder.war),
        rationality=actor.rationality,
        gain_up=rivalry.coercion * ladder.d_gain[above],
        cost_up=up * (b * ladder.d_cost[above]),
        nuclear_up=up * (rivalry.fear * ladder.d_nuclear[above]),
        push=rivalry.push + (peace - restraint),
        habit=rivalry.habit,
        resolve=actor.resolve,
        nuclear_peace=peace,
        restraint=restraint,
        tension=values["choice.tension_weight"] * rivalry.tension,
        tension_level=rivalry.tension,
        matching=values["choice.matching"] * gap(theirs, rung),
        retaliation=values["choice.retaliation"] * rivalry.opposite.struck,
        gain_down=rivalry.coercion * ladder.d_gain[below],
        cost_down=down * (b * ladder.d_cost[below]),
        nuclear_down=down * (rivalry.fear * ladder.d_nuclear[below]),
        audience=actor.audience_cost * rung,
        relief=values["choice.relief"],
        concede=values["choice.concede"] * gap(rung, theirs),
        loss_aversion=values["prospect.loss_aversion"],
        gain_curvature=values["prospect.gain_curvature"],
        loss_curvature=values["prospect.loss_curvature"],
        reaction=values["reciprocity.reaction"],
        fatigue=values["reciprocity.fatigue"],
        grievance=values["reciprocity.grievance"],
    )


def terms_of(decision: Decision, going: str) -> dict[str, float]:
    """Named terms by which the actor's theory weighs going ``"up"`` or ``"down"``, utils."""
    theory = _THEORIES[decision.rivalry.actor.theory]
    found: dict[str, float] = getattr(theory, "terms", utility_terms)(decision.situation, going)
    return found


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
    rung, terms = int(rivalry.rung), terms_of(decision, going)
    run.note("choice", by=rivalry.actor.name, against=rivalry.target.name, move=going,
             **{"from": names[rung], "to": names[rung + int(decision.move)]},
             act=going == "up" and rung + 1 >= run.cast.ladder.threat, probability=_probability(decision),
             theory=rivalry.actor.theory, utility=sum(terms.values()), terms=terms)  # fmt: skip


def _probability(decision: Decision) -> float:
    """Probability of the move that was made, at the weights of the moment."""
    x, (up, down, hold) = decision.situation, decision.weights
    up, down = up * x.can_up, down * x.can_down
    return float((up if decision.move > 0.0 else down) / (up + down + hold))


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
