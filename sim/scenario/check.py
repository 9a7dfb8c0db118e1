"""Check a merged tree across its blocks: every name exists, every share adds up, times are sane."""

from __future__ import annotations

import datetime

from sim.errors import Fault
from sim.scenario.checks.conflict import check_conflict
from sim.scenario.checks.context import Context, context_of, number_of
from sim.scenario.checks.exchange import check_exchange
from sim.scenario.checks.ladder import check_ladder
from sim.scenario.checks.timeline import check_timeline
from sim.scenario.checks.treaties import check_treaties
from sim.scenario.file_format import scenario_keys
from sim.scenario.outcome_names import outcome_problem
from sim.scenario.tree import Leaf, Listing, Mapping
from sim.scenario.wording import quote

MAX_STEPS = 20_000
MIN_STEP_DAYS = 0.1


def check(tree: Mapping) -> list[Fault]:
    """Give every fault of a merged scenario that concerns more than one value.

    Parameters
    ----------
    tree : Mapping
        Merged tree with typed leaves.
    """
    context = context_of(tree)
    for name, key in scenario_keys().items():
        node = tree.entries.get(name)
        if key.kind == "items" and isinstance(node, Listing):
            _clashes(node, context.faults)
    check_ladder(tree, context.faults)
    _times(context)
    _theories(context)
    check_conflict(context)
    check_timeline(context)
    check_exchange(context)
    check_treaties(tree.items_of("treaties"), tuple(tree.named("actors")), context.faults)
    _outcomes(context)
    return context.faults


def _clashes(listing: Listing, faults: list[Fault]) -> None:
    """Report names from different files that differ in case alone, so that they were not merged."""
    seen: dict[str, Mapping] = {}
    for item in listing.items:
        if not isinstance(item, Mapping):
            continue
        name = item.text("name")
        first = seen.setdefault(name.casefold(), item)
        place = item.place_of("name")
        if name and first is not item and first.place_of("name").file != place.file:
            fix = f"There is {quote(first.text('name'))}."
            faults.append(place.fault("a name that differs in more than case", quote(name), fix))
        for node in item.entries.values():
            if isinstance(node, Listing):
                _clashes(node, faults)


def _times(context: Context) -> None:
    tree, faults = context.tree, context.faults
    horizon, step = (number_of(tree.entries.get(key)) for key in ("horizon", "step"))
    if step is not None and step < MIN_STEP_DAYS:
        need = f"a step of at least {MIN_STEP_DAYS:g} days"
        faults.append(tree.place_of("step").fault(need, f"{step:g} days"))
    elif horizon is not None and step is not None and horizon < step and _is_on_top(tree, "step", "horizon"):
        need, fix = f"a step no longer than the horizon of {horizon:g} days", "Shorten it, or lengthen 'horizon'."
        faults.append(tree.place_of("step").fault(need, f"{step:g} days", fix))
    elif horizon is not None and step is not None and horizon < step:
        need = f"a horizon of at least one step of {step:g} days"
        fix = "Lengthen it, or shorten 'step'."
        faults.append(tree.place_of("horizon").fault(need, f"{horizon:g} days", fix))
    elif horizon is not None and step is not None and horizon / step > MAX_STEPS:
        key, fix = "horizon", "Shorten it, or lengthen 'step'."
        if _is_on_top(tree, "step", "horizon"):
            key, fix = "step", "Lengthen it, or shorten 'horizon'."
        need = f"a horizon of at most {MAX_STEPS:,} steps"
        faults.append(tree.place_of(key).fault(need, f"{horizon / step:,.0f} steps", fix))
    as_of = tree.entries.get("as_of")
    start = as_of.value if isinstance(as_of, Leaf) else None
    last = datetime.date.max.toordinal() - 1
    if isinstance(start, datetime.date) and start.toordinal() + (horizon or 0.0) > last:
        need = "a date from which the horizon ends before the year 10000"
        faults.append(tree.place_of("as_of").fault(need, str(start)))


def _theories(context: Context) -> None:
    """Report a theory whose block of parameters is not there: only one that nobody goes by may be absent."""
    for actor in context.tree.items_of("actors"):
        theory = actor.text("theory")
        if theory in scenario_keys() and theory not in context.tree.entries:
            need = f"a block {quote(theory)} with the parameters of this theory"
            fix = "Add it, or list the fragment 'choice' under 'parameters:'."
            context.faults.append(actor.place_of("theory").fault(need, "none", fix))


def _is_on_top(tree: Mapping, key: str, other: str) -> bool:
    """Whether a key was written on the command line, or in the scenario's own file, and another was not."""
    files = [tree.place_of(name).file for name in (key, other)]
    return any(files[0] == top != files[1] for top in ("--set", tree.place.file))


def _outcomes(context: Context) -> None:
    seen: set[str] = set()
    for leaf in context.tree.leaves_of("outcomes"):
        problem = outcome_problem(leaf.value, context.known)
        if problem is not None:
            context.faults.append(leaf.place.fault(*problem))
        elif leaf.value in seen:
            fault = leaf.place.fault("each outcome once", quote(leaf.value), "Remove one of them.")
            context.faults.append(fault)
        seen.add(leaf.value)
