"""Fronts, exchange and ties; and the estimates of strength that are renewed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import Actor, Exchange, Front, Tie
from sim.rules.exchange import drawn_down, eased, raised, sent, supply
from sim.rules.fronts import bounded_share, next_intensity, tied_by_front
from sim.rules.power import strength
from sim.rules.ties import next_cohesion, pull

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def exchange_step(run: Run) -> None:
    """Let fronts end or begin, partners send, and cohesion build."""
    for front in run.cast.fronts.values():
        _front_step(run, front)
    send(run)
    for tie in run.cast.ties.values():
        _tie_step(tie)


def _front_step(run: Run, front: Front) -> None:
    """Let a front end or begin; where it shares a shock, an armed conflict makes its onset likelier."""
    u = run.uniforms(front.address, Purpose.FRONT)
    shock = front.shocked and any(pair.phase > 2.5 for pair in run.cast.pairs)
    begins = front.p_begins_shocked if shock else front.p_begins
    after = next_intensity(front.intensity, u[0], u[1], front.p_ends, begins)
    if after != front.intensity:
        run.note("front", front=front.name, actor=front.actor.name, begins=after > 0.0, shock=shock)
    front.intensity = after


def send(run: Run) -> None:
    """Let partners send what they have: first what is given for nothing, then what is given in return."""
    exchanges = run.cast.exchanges.values()
    for exchange in sorted(exchanges, key=lambda each: each.in_return_for is not None):
        _flow(run, exchange)
    for front in run.cast.fronts.values():
        front.relieved = 0.0
        for exchange in front.served_by:
            front.relieved += exchange.effect * exchange.supply


def _flow(run: Run, exchange: Exchange) -> None:
    """Let one exchange flow: as its front asks for it and as what it is given for comes in, while stocks last."""
    asked = 1.0 if exchange.front is None else exchange.front.intensity
    if exchange.in_return_for is not None:
        asked *= exchange.in_return_for.supply
    wanted, available = exchange.rate * asked, exchange.stock + exchange.production
    gone = sent(wanted, available)
    exchange.stock = available - gone
    exchange.supply = supply(gone, exchange.full)
    exchange.received += exchange.supply * (run.step_days / 365.25)
    if gone < wanted and not exchange.short:
        run.note("exhausted", exchange=exchange.name, sender=exchange.sender.name, receiver=exchange.receiver.name)
    exchange.short = gone < wanted


def _tie_step(tie: Tie) -> None:
    """Let cohesion move to the level of the ties, raised by the exchange between the two."""
    total = 0.0
    for exchange in tie.fed_by:
        total += exchange.supply
    mean = total * (1.0 / len(tie.fed_by) if tie.fed_by else 0.0)
    tie.cohesion = next_cohesion(tie.cohesion, pull(tie.level, tie.feeding, mean), tie.pace)


def begin_exchange(run: Run) -> None:
    """Set supply as it is sent at the start, with stocks as they are then and nothing received so far."""
    send(run)
    for exchange in run.cast.exchanges.values():
        exchange.stock, exchange.received = exchange.at_first, 0.0


def look_at_tied(actor: Actor) -> None:
    """Find the share of an actor's power that is bound elsewhere now."""
    tied = actor.tied_down
    for front in actor.fronts:
        tied += tied_by_front(front.tied, front.intensity, front.relief, front.relieved)
    for exchange in actor.sends:
        if exchange.kind == "troops":
            tied += exchange.cost * exchange.supply
    actor.tied = bounded_share(tied)


def _estimate(actor: Actor, exchanges: list[Exchange]) -> None:
    """Estimate an actor's power, tolerance of cost and nuclear threat from what it has sent and received."""
    might = ease = menace = 0.0
    for exchange in exchanges:
        if exchange.receiver is actor and exchange.kind == "technology":
            might += exchange.effect * exchange.received
            menace += exchange.threat * exchange.received
        elif exchange.receiver is actor and exchange.kind == "aid":
            ease += exchange.effect * exchange.supply
        elif exchange.sender is actor and exchange.kind == "munitions":
            might -= exchange.cost * drawn_down(exchange.stock, exchange.at_first)
    actor.might = raised(actor.power, might)
    actor.ease = eased(actor.inverse_tolerance, ease)
    actor.menace = menace


def renew(run: Run) -> None:
    """Renew the estimates of strength and threat; the balances of power are left to `refresh`."""
    exchanges = list(run.cast.exchanges.values())
    for actor in run.cast.actors.values():
        look_at_tied(actor)
        _estimate(actor, exchanges)
    for rivalry in run.cast.rivalries.values():
        rivalry.own = strength(rivalry.actor.might, rivalry.actor.tied, rivalry.reach_own)
        rivalry.other = strength(rivalry.target.might, rivalry.target.tied, rivalry.reach_other)
        rivalry.fear = raised(rivalry.actor.nuclear_fear, rivalry.target.menace)
    for support in run.cast.supports:
        ally = support.partnership.ally
        support.strength = strength(ally.might, ally.tied, support.reach_ally)
