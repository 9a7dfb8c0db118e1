"""Check treaties: parties, successors, who owes whom, and dates in order."""

from __future__ import annotations

import dataclasses
import datetime

from sim.errors import Fault
from sim.scenario.tree import Leaf, Listing, Mapping, Node
from sim.scenario.wording import quote, suggest

_DATES = ("signed", "ratified", "in_force", "ended")


def check_treaties(treaties: list[Mapping], actors: tuple[str, ...], faults: list[Fault]) -> None:
    """Report what is wrong with the treaties of a scenario, or with one from a file.

    Parameters
    ----------
    treaties : list of Mapping
        The treaties.
    actors : tuple of str
        Names of the scenario's actors; a clause that binds none of them is legal.
    faults : list of Fault
        Faults are added here.
    """
    for number, treaty in enumerate(treaties):
        _check_slot(treaty, treaties[:number], faults)
        _check_dates(treaty, faults)
        _check_parties(treaty, faults)
        for clause in treaty.items_of("clauses"):
            _check_clause(clause, treaty, actors, faults)


def _check_slot(treaty: Mapping, others: list[Mapping], faults: list[Fault]) -> None:
    """Refuse two versions that bind at once; one after the other is how a slot changes hands."""
    for other in others:
        if treaty.text("slot") and other.text("slot") == treaty.text("slot") and _overlap(treaty, other):
            given = f"{quote(treaty.text('name'))} beside {quote(other.text('name'))}"
            fix = "Keep one, or date the end of the earlier one ('ended')."
            need = f"one treaty in force in the slot {quote(treaty.text('slot'))} at any time"
            faults.append(treaty.place_of("slot").fault(need, given, fix))


def _overlap(one: Mapping, two: Mapping) -> bool:
    if "counterfactual" in one.entries or "counterfactual" in two.entries:
        return True
    starts, ends = ([_date(item, key) for item in (one, two)] for key in ("in_force", "ended"))
    if starts[0] is None or starts[1] is None:
        return False
    last = datetime.date.max
    return starts[0] < (ends[1] or last) and starts[1] < (ends[0] or last)


def _date(treaty: Mapping, key: str) -> datetime.date | None:
    node = treaty.entries.get(key)
    return node.value if isinstance(node, Leaf) and isinstance(node.value, datetime.date) else None


def _check_dates(treaty: Mapping, faults: list[Fault]) -> None:
    before: tuple[str, datetime.date] | None = None
    for key in _DATES:
        value = _date(treaty, key)
        if value is None:
            continue
        if before is not None and value < before[1]:
            need = f"a date on or after {before[1]}, given under {quote(before[0])}"
            faults.append(treaty.place_of(key).fault(need, str(value)))
        before = key, value


def heirs(treaty: Mapping) -> dict[str, str]:
    """Give the state that took the place of each old party."""
    pairs = ((item.text("name"), item.text("to")) for item in treaty.items_of("successors"))
    return {old: new for old, new in pairs if old and new}


def bound_state(name: str, treaty: Mapping, actors: tuple[str, ...]) -> str:
    """Give the state that a treaty's name stands for today: the first heir that is an actor.

    Parameters
    ----------
    name : str
        As written in the treaty, such as ``USSR``.
    treaty : Mapping
        The treaty.
    actors : tuple of str
        Names of the scenario's actors.
    """
    table = heirs(treaty)
    for _ in range(len(table) + 1):
        if name in actors or name not in table:
            break
        name = table[name]
    return name


def _check_parties(treaty: Mapping, faults: list[Fault]) -> None:
    parties = [leaf.value for leaf in treaty.leaves_of("parties")]
    if "parties" in treaty.entries and len(set(parties)) < max(2, len(parties)):
        place = treaty.place_of("parties")
        if _clean(treaty.entries["parties"]):
            faults.append(place.fault("two or more different parties", f"[{', '.join(parties)}]"))
    table = heirs(treaty)
    for item in treaty.items_of("successors"):
        old, new = item.text("name"), item.text("to")
        known = {*parties, *(to for name, to in table.items() if name != old)}
        if old and parties and old not in known:
            fault = item.place_of("name").fault("a party of the treaty", quote(old), suggest(old, parties))
            faults.append(fault)
        if old and new and _leads_back(old, table):
            need = "a successor that does not lead back to the state it succeeds"
            faults.append(item.place_of("to").fault(need, quote(new)))


def _clean(node: Node) -> bool:
    return isinstance(node, Listing) and bool(node.items)


def _leads_back(start: str, table: dict[str, str]) -> bool:
    name = start
    for _ in table:
        name = table.get(name, "")
        if name == start:
            return True
    return False


def _check_clause(clause: Mapping, treaty: Mapping, actors: tuple[str, ...], faults: list[Fault]) -> None:
    parties = [leaf.value for leaf in treaty.leaves_of("parties")]
    options = list(dict.fromkeys([*parties, *heirs(treaty).values()]))
    for key in ("obligor", "beneficiary"):
        name = clause.text(key)
        if name and options and name not in options:
            fault = clause.place_of(key).fault("a party of the treaty", quote(name), suggest(name, options))
            faults.append(fault)
    invasion = clause.entries.get("invasion")
    if isinstance(invasion, Leaf) and invasion.value is True and clause.text("trigger") == "direct_threat":
        need = "a trigger that is an armed attack, where a text may say invasion"
        faults.append(clause.place_of("invasion").fault(need, "direct_threat", "Leave out 'invasion'."))
    obligor, beneficiary = (bound_state(clause.text(key), treaty, actors) for key in ("obligor", "beneficiary"))
    if obligor and obligor == beneficiary:
        need = "a beneficiary other than the obligor"
        faults.append(clause.place_of("beneficiary").fault(need, quote(beneficiary)))


def succeed(tree: Mapping) -> Mapping:
    """Give a scenario's tree in which clauses name the states that are bound today.

    Parameters
    ----------
    tree : Mapping
        Merged and checked tree of a scenario.
    """
    node = tree.entries.get("treaties")
    if not isinstance(node, Listing):
        return tree
    actors = tuple(tree.named("actors"))
    items: list[Node] = [_succeeded(item, actors) for item in node.items if isinstance(item, Mapping)]
    return Mapping({**tree.entries, "treaties": Listing(items, node.place)}, tree.place, tree.keys)


def _succeeded(treaty: Mapping, actors: tuple[str, ...]) -> Mapping:
    listing = treaty.entries.get("clauses")
    if not isinstance(listing, Listing):
        return treaty
    clauses: list[Node] = []
    for clause in treaty.items_of("clauses"):
        entries = dict(clause.entries)
        for key in ("obligor", "beneficiary"):
            leaf = entries[key]
            if isinstance(leaf, Leaf):
                entries[key] = dataclasses.replace(leaf, value=bound_state(leaf.value, treaty, actors))
        clauses.append(Mapping(entries, clause.place, clause.keys))
    changed = {**treaty.entries, "clauses": Listing(clauses, listing.place)}
    former = treaty.entries.get("successors")
    if isinstance(former, Listing):
        # A state that is there itself has no successor, or its clauses would pass on once more.
        kept: list[Node] = [item for item in treaty.items_of("successors") if item.text("name") not in actors]
        changed["successors"] = Listing(kept, former.place)
    return Mapping(changed, treaty.place, treaty.keys)
