"""Check fronts, exchanges and ties: their actors, what they serve, and what they are given for."""

from __future__ import annotations

from sim.scenario.checks.context import Context
from sim.scenario.names import directed
from sim.scenario.tree import Mapping
from sim.scenario.wording import quote


def check_exchange(context: Context) -> None:
    """Report names that do not exist, and exchanges that could not be.

    Parameters
    ----------
    context : Context
        The merged tree; faults are added to it.
    """
    for front in context.tree.items_of("fronts"):
        context.is_actor(front.text("actor"), front.place_of("actor"))
    for exchange in context.tree.items_of("exchanges"):
        _ends(context, exchange)
        _front(context, exchange)
        _return(context, exchange)
    for tie in context.tree.items_of("ties"):
        need = "a partnership of the scenario"
        context.unknown(tie.text("name"), context.known.partnerships, need, tie.place_of("name"))


def _ends(context: Context, exchange: Mapping) -> None:
    direction, place = exchange.text("direction"), exchange.place_of("direction")
    ends = directed(direction)
    if ends is None:
        return
    if ends[0] == ends[1]:
        context.faults.append(place.fault("two different actors", quote(direction)))
        return
    for end in ends:
        context.is_actor(end, place)


def _front(context: Context, exchange: Mapping) -> None:
    """Check that munitions and troops serve a front of the receiver, and nothing else does."""
    name, place = exchange.text("front"), exchange.place_of("front")
    serves = exchange.text("kind") in ("munitions", "troops")
    if not exchange.text("kind"):
        return  # told already
    if name and not serves:
        need = f"no front for {quote(exchange.text('kind'))}"
        context.faults.append(place.fault(need, quote(name), "Use 'in_return_for' to let it depend on another."))
    elif serves and not name and "front" not in exchange.entries:
        need = f"the front that {quote(exchange.text('kind'))} are for"
        context.faults.append(exchange.place.fault(need, "none", "Add 'front: …'."))
    elif name and not context.unknown(name, _names(context, "fronts"), "a front of the scenario", place):
        actor = context.tree.named("fronts")[name].text("actor")
        receiver = exchange.text("direction").partition(">")[2]
        if actor and receiver and actor != receiver:
            need = f"a front of the receiver, {quote(receiver)}"
            context.faults.append(place.fault(need, f"{quote(name)}, which is {actor}'s"))


def _return(context: Context, exchange: Mapping) -> None:
    """Check that what an exchange is given for is another one, not itself given in return."""
    name, place = exchange.text("in_return_for"), exchange.place_of("in_return_for")
    if not name or context.unknown(name, _names(context, "exchanges"), "an exchange of the scenario", place):
        return
    if context.tree.named("exchanges")[name].text("in_return_for"):
        need = "an exchange that is not itself given in return"
        context.faults.append(place.fault(need, quote(name), "Name the one that it is given for, or none."))


def _names(context: Context, key: str) -> tuple[str, ...]:
    return tuple(item.text("name") for item in context.tree.items_of(key))
