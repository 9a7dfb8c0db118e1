"""Check the escalation ladder: rungs rise, and what a rung means includes what it presupposes."""

from __future__ import annotations

import itertools

from sim.errors import Fault
from sim.scenario.tree import Leaf, Listing, Mapping
from sim.scenario.wording import quote

MAX_RUNGS = 100

#: Flags, each of which presupposes the ones before it.
_FLAGS = ("force", "armed_attack", "state_of_war", "nuclear")


def check_ladder(tree: Mapping, faults: list[Fault]) -> None:
    """Report what is wrong with the ladder of a merged tree.

    Parameters
    ----------
    tree : Mapping
        The scenario.
    faults : list of Fault
        Faults are added here.
    """
    rungs = tree.items_of("ladder")
    node = tree.entries.get("ladder")
    if not isinstance(node, Listing):
        return
    if not 2 <= len(rungs) <= MAX_RUNGS:
        faults.append(node.place.fault(f"2 to {MAX_RUNGS} rungs", str(len(rungs))))
    for rung in rungs:
        _cumulative(rung, faults)
    if rungs:
        _lowest(rungs[0], faults)
    _war_before_nuclear(rungs, faults)
    for below, rung in itertools.pairwise(rungs):
        if below is not rungs[0]:
            _keeps_flags(below, rung, faults)
        levels = _level(below), _level(rung)
        if levels[0] is not None and levels[1] is not None and levels[1] < levels[0]:
            need = f"a mid_level of at least {levels[0]}, that of {quote(below.text('name'))} below it"
            faults.append(rung.place_of("mid_level").fault(need, str(levels[1]), "List rungs from the lowest up."))
        elif levels[1] == 1 and _flags(rung):
            fix = "Give it a higher mid_level, or no flags."
            faults.append(rung.place_of("mid_level").fault("mid_level 2 or higher on a rung with flags", "1", fix))


def _level(rung: Mapping) -> int | None:
    node = rung.entries.get("mid_level")
    return node.value if isinstance(node, Leaf) and isinstance(node.value, int) else None


def _cumulative(rung: Mapping, faults: list[Fault]) -> None:
    flags, highest = _flags(rung), _highest(rung)
    absent = [flag for flag in _FLAGS[: max(highest, 0)] if flag not in flags]
    if absent:
        need = f"every flag that {quote(_FLAGS[highest])} presupposes"
        fix = f"Write flags: [{', '.join(_FLAGS[: highest + 1])}]."
        faults.append(rung.place_of("flags").fault(need, f"no {' and no '.join(absent)}", fix))
    if len(set(flags)) < len(flags):
        faults.append(rung.place_of("flags").fault("each flag once", f"[{', '.join(flags)}]"))


def _keeps_flags(below: Mapping, rung: Mapping, faults: list[Fault]) -> None:
    """Refuse a rung without what the one below it has: a phase has a first rung and goes on from there."""
    low, high = _highest(below), _highest(rung)
    if high < low and not isinstance(rung.entries.get("flags"), Leaf):
        need = f"every flag of {quote(below.text('name'))} below it"
        given = f"no {' and no '.join(_FLAGS[high + 1 : low + 1])}"
        faults.append(rung.place_of("flags").fault(need, given, "List rungs from the lowest up."))


def _flags(rung: Mapping) -> list[str]:
    return [leaf.value for leaf in rung.leaves_of("flags") if leaf.value in _FLAGS]


def _highest(rung: Mapping) -> int:
    return max(map(_FLAGS.index, _flags(rung)), default=-1)


def _war_before_nuclear(rungs: list[Mapping], faults: list[Fault]) -> None:
    """Report a ladder on which whoever is at war is at a nuclear rung, even without an arsenal."""
    flags = [{str(leaf.value) for leaf in rung.leaves_of("flags")} for rung in rungs]
    first = next((i for i, given in enumerate(flags) if "nuclear" in given), None)
    if first is not None and not any("state_of_war" in given for given in flags[:first]):
        need = "a rung with state_of_war and without nuclear below the first one with nuclear"
        faults.append(rungs[first].place_of("flags").fault(need, "none", "Add a rung for war short of it."))


def _lowest(rung: Mapping, faults: list[Fault]) -> None:
    level = _level(rung)
    if level is not None and level != 1:
        faults.append(rung.place_of("mid_level").fault("mid_level 1 on the lowest rung", str(level)))
    flags = [str(leaf.value) for leaf in rung.leaves_of("flags")]
    if flags:
        faults.append(rung.place_of("flags").fault("no flags on the lowest rung", f"[{', '.join(flags)}]"))
