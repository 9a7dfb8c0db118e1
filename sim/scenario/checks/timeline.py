"""Check parameters that change by date: the path leads to a number, and the value fits it."""

from __future__ import annotations

from sim.errors import Fault
from sim.scenario.checks.context import Context
from sim.scenario.paths import find_target, join_path
from sim.scenario.quantity import Quantity, check_quantity
from sim.scenario.tree import Leaf, Mapping
from sim.scenario.wording import quote

#: Numbers that no date changes: they must add up with others, or hold at the start of a run alone.
_FIXED = {"share", "share_hot", "share_cold", "resolve_belief", "intensity", "stock", "cohesion"}


def check_timeline(context: Context) -> None:
    """Report what is wrong with the changes by date.

    Parameters
    ----------
    context : Context
        The merged tree; faults are added to it.
    """
    seen: set[tuple[str, object]] = set()
    for item in context.tree.items_of("timeline"):
        path = item.text("path")
        if path:
            _change(context, item, path)
        since = item.entries.get("since")
        key = (path, since.value if isinstance(since, Leaf) else None)
        if path and key in seen:
            fault = item.place_of("since").fault(f"one value of {quote(path)} from a date", "another from the same")
            context.faults.append(fault)
        seen.add(key)


def _change(context: Context, item: Mapping, path: str) -> None:
    place = item.place_of("path")
    target = find_target(context.tree, path, place)
    if isinstance(target, Fault):
        context.faults.append(target)
        return
    if target.key.unit is None or target.parts[0] == "timeline" or target.parts[-1] in _FIXED:
        need = "a path to a number that may change within a run"
        context.faults.append(place.fault(need, quote(path), "Shares and what holds at the start alone may not."))
        return
    if path != join_path(target.parts):
        context.faults.append(place.fault(f"the path written as {quote(join_path(target.parts))}", quote(path)))
    node = item.entries.get("value")
    value = node.value if isinstance(node, Leaf) else None
    problem = check_quantity(value, target.key.unit) if isinstance(value, Quantity) else None
    if problem is not None:
        context.faults.append(item.place_of("value").fault(f"{problem}, as {quote(path)}", str(value)))
