"""Check who is set against whom: rivalries, partnerships, incidents, and the events of the start."""

from __future__ import annotations

import operator

from sim.scenario.checks.context import Context, number_of
from sim.scenario.model import LIMITS
from sim.scenario.names import directed
from sim.scenario.quantity import Quantity
from sim.scenario.tree import Leaf, Mapping
from sim.scenario.wording import quote


def check_conflict(context: Context) -> None:
    """Report names that do not exist and shares that do not add up.

    Parameters
    ----------
    context : Context
        The merged tree; faults are added to it.
    """
    for item in context.tree.items_of("rivalries"):
        _rivalry(context, item)
    for item in context.tree.items_of("partnerships"):
        _ends(context, item, "partnership")
        _legal_tiers(context, item)
    for item in context.tree.items_of("incidents"):
        _incident(context, item)
    for item in context.tree.items_of("cascades"):
        _cascade(context, item)
    _dies_out(context)
    for event in context.tree.items_of("start"):
        _event(context, event)


def _ends(context: Context, item: Mapping, what: str) -> tuple[str, str] | None:
    """Check the two actors of ``A>B``; give them if both are known."""
    name, place = item.text("name"), item.place_of("name")
    ends = directed(name)
    if ends is None:
        return None
    if ends[0] == ends[1]:
        context.faults.append(place.fault("two different actors", quote(name)))
        return None
    fix = f"Add the actor, or take the {what} out with {{name: {name}, remove: true}}."
    need = f"an actor on each side of {quote(name)}"
    found = [context.unknown(end, context.known.actors, need, place, fix) for end in ends]
    return None if any(found) else ends


def _rivalry(context: Context, item: Mapping) -> None:
    ends = _ends(context, item, "rivalry")
    if ends is not None:
        back = f"{ends[1]}>{ends[0]}"
        need = f"the other direction {quote(back)} listed too"
        if back not in context.known.rivalries and "" not in context.known.rivalries:
            given = f"only {quote(item.text('name'))}"
            context.faults.append(item.place_of("name").fault(need, given, "Add it to 'rivalries'."))
        else:
            _same_open(context, item, back)
    context.is_rung(item, "rung")
    _closed_is_lowest(context, item)
    if ends is not None:
        _can_stand(context, item, ends[0])
    context.shares_to_one(item, "theatres", "share")


def _same_open(context: Context, item: Mapping, back: str) -> None:
    """Report a pair of which one side alone is open; it is told once, at the second of the two."""
    other = context.tree.named("rivalries").get(back)
    mine, theirs = (_truth(each, "open") for each in (item, other or item))
    if mine is not None and theirs is not None and mine != theirs and item.text("name") > back:
        need = f"'open: {str(theirs).lower()}', as in {quote(back)}: a pair is open in both directions or in none"
        context.faults.append(item.place_of("open").fault(need, str(mine).lower()))


def _closed_is_lowest(context: Context, item: Mapping) -> None:
    """Report a rivalry that is closed and yet stands above the lowest rung, to which it closes."""
    rung = item.text("rung")
    if _truth(item, "open") is False and rung in context.rungs and rung != context.rungs[0] != "":
        need = f"the lowest rung, {quote(context.rungs[0])}, where a rivalry is not open"
        context.faults.append(item.place_of("rung").fault(need, quote(rung), "Write 'open: true', or lower it."))


def _truth(item: Mapping, key: str) -> bool | None:
    node = item.entries.get(key)
    return node.value if isinstance(node, Leaf) and isinstance(node.value, bool) else None


def _can_stand(context: Context, item: Mapping, actor: str) -> None:
    """Report a start on a nuclear rung by an actor without an arsenal."""
    rung = _named(context, "ladder", item.text("rung"))
    owner = _named(context, "actors", actor)
    if rung is None or owner is None or all(leaf.value != "nuclear" for leaf in rung.leaves_of("flags")):
        return
    node = owner.entries.get("arsenal")
    arsenal = node.value if isinstance(node, Leaf) else None
    if node is None or (isinstance(arsenal, Quantity) and arsenal.is_constant and arsenal.central == 0.0):
        need = f"a rung without 'nuclear', as {quote(actor)} has no arsenal"
        context.faults.append(item.place_of("rung").fault(need, quote(item.text("rung"))))


def _legal_tiers(context: Context, item: Mapping) -> None:
    """Report a graver legal situation that allows less than the usual one, or a chance of one that there is not."""
    usual, raised = (item.text(key) for key in ("limit", "raised_limit"))
    node = item.entries.get("raised")
    possible = isinstance(node, Leaf) and isinstance(node.value, Quantity) and node.value.support[1] > 0.0
    if possible and "raised_limit" not in item.entries:
        fix = "Add it, or leave out 'raised'."
        context.faults.append(item.place_of("raised").fault("a 'raised_limit' beside 'raised'", "none", fix))
    elif usual in LIMITS and raised in LIMITS and LIMITS.index(raised) < LIMITS.index(usual):
        need = f"a form no lower than 'limit', which is {usual}"
        context.faults.append(item.place_of("raised_limit").fault(need, quote(raised)))


def _named(context: Context, key: str, name: str) -> Mapping | None:
    return next((item for item in context.tree.items_of(key) if item.text("name") == name), None)


def _incident(context: Context, item: Mapping) -> None:
    for side in item.items_of("sides"):
        _side(context, side)
    for mark in item.items_of("marks"):
        context.is_rung(mark, "name")
    for key, share in (("sides", "share"), ("marks", "share_hot"), ("marks", "share_cold")):
        context.shares_to_one(item, key, share)


def _side(context: Context, side: Mapping) -> None:
    name = side.text("name")
    context.unknown(name, context.known.rivalries, "a rivalry of the scenario", side.place_of("name"))
    for other in side.leaves_of("others"):
        context.is_actor(other.value, other.place)
        if other.value in (directed(name) or ()):
            need = f"a further actor, not one of {quote(name)}"
            context.faults.append(other.place.fault(need, quote(other.value), "Leave it out."))


def _cascade(context: Context, item: Mapping) -> None:
    kinds, need = context.known.kinds, "an incident kind of the scenario"
    for leaf in item.leaves_of("by"):
        context.unknown(leaf.value, kinds, need, leaf.place)
    for target in item.items_of("into"):
        context.unknown(target.text("name"), kinds, need, target.place_of("name"))
    context.shares_to_one(item, "into", "share")


def _dies_out(context: Context) -> None:
    """Refuse cascades that feed one another without end: largest eigenvalue of the means >= 1."""
    cascades = context.tree.items_of("cascades")
    rows = [[_fed(one, other) for other in cascades] for one in cascades] if not context.faults else []
    vector = [1.0] * len(rows)
    growth = 1.0
    for _ in range(100 if rows else 0):
        # The identity is added so that cascades feeding each other in turn cannot make it oscillate.
        after = [own + sum(map(operator.mul, row, vector)) for own, row in zip(vector, rows, strict=True)]
        growth = max(after)
        vector = [value / growth for value in after]
    if growth >= 2.0 - 1e-9:
        need = "branching ratios under which incidents die out (largest eigenvalue below 1)"
        place = context.tree.place_of("cascades")
        context.faults.append(place.fault(need, f"{growth - 1.0:.3g}", "Lower 'branching'."))


def _fed(one: Mapping, other: Mapping) -> float:
    """Give the mean offspring of an incident of one cascade that another cascade takes up."""
    kinds = {leaf.value for leaf in other.leaves_of("by")}
    share = sum(_central(target, "share") for target in one.items_of("into") if target.text("name") in kinds)
    return _central(one, "branching") * share


def _central(item: Mapping, key: str) -> float:
    node = item.entries.get(key)
    return node.value.central if isinstance(node, Leaf) and isinstance(node.value, Quantity) else 0.0


def _event(context: Context, event: Mapping) -> None:
    week, horizon = number_of(event.entries.get("week")), number_of(context.tree.entries.get("horizon"))
    if week is not None and horizon is not None and week * 7.0 >= horizon:
        need = f"a week before the horizon ends at week {horizon / 7.0:g}"
        context.faults.append(event.place_of("week").fault(need, f"{week:g}"))
    given = [key for key in ("incident", "rung") if key in event.entries]
    if len(given) != 1:
        need = "exactly one of 'incident' and 'rung'"
        context.faults.append(event.place.fault(need, " and ".join(given) or "neither"))
    context.is_rung(event, "rung")
    for key in ("by", "against"):
        context.is_actor(event.text(key), event.place_of(key))
    _event_pair(context, event)


def _is_open(context: Context, event: Mapping, pair: str) -> None:
    """Report an incident between two whose rivalry nothing has opened by then: it would be left out."""
    rivalry = context.tree.named("rivalries").get(pair)
    week = number_of(event.entries.get("week")) or 0.0
    opened = any(
        {other.text("by"), other.text("against")} == set(pair.split(">"))
        and "rung" in other.entries
        and (number_of(other.entries.get("week")) or 0.0) <= week
        for other in context.tree.items_of("start")
    )
    if rivalry is not None and _truth(rivalry, "open") is False and not opened:
        need = f"a rivalry that is open, {quote(pair)} is not"
        fix = "Open it, or put one of the two on a rung first."
        context.faults.append(event.place_of("against").fault(need, "an incident that would be left out", fix))


def _event_pair(context: Context, event: Mapping) -> None:
    """Check that who acts against whom is a rivalry, and one that the incident can happen in."""
    known, kind = context.known, event.text("incident")
    no_kind = context.unknown(kind, known.kinds, "an incident kind", event.place_of("incident"))
    ends = event.text("by"), event.text("against")
    if not set(ends) <= set(known.actors):
        return
    pair = ">".join(ends)
    no_pair = context.unknown(pair, known.rivalries, "a rivalry of the scenario", event.place_of("against"))
    if kind and not no_kind and not no_pair:
        _is_open(context, event, pair)
    item = context.tree.named("incidents").get(kind)
    if item is not None and not no_kind and not no_pair:
        sides = tuple(side.text("name") for side in item.items_of("sides"))
        context.unknown(pair, sides, f"a side of {quote(kind)}", event.place_of("incident"))
