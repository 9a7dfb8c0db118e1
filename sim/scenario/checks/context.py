"""What every check across blocks needs: the tree, the names in it, and where faults go.

The checks look at the tree and not at the typed scenario, so that they can all speak at once and at the
right line even where something else is wrong; a leaf that a fault was already reported for is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Fault
from sim.scenario.names import directed
from sim.scenario.outcome_names import Known
from sim.scenario.quantity import Quantity
from sim.scenario.tree import Leaf, Listing, Mapping, Node, Place
from sim.scenario.wording import MANY, joined, nearest, quote, suggest

#: How far shares may be from 1: a constant has no excuse, means of distributions are about right.
_EXACT, _ABOUT = 1e-9, 0.05


@dataclass(frozen=True)
class Context:
    """A merged tree, the names of its parts, and the faults found so far.

    An empty name among those of a kind says that one of them could not be read. Then no other name can
    be called unknown: one misspelt actor is one fault, not one for every place that names it rightly.
    """

    tree: Mapping
    known: Known
    rungs: tuple[str, ...]
    faults: list[Fault]
    removed: frozenset[str] = frozenset()

    def unknown(self, word: str, options: tuple[str, ...], need: str, place: Place, fix: str = "") -> bool:
        """Report a name that is not among those there are; tell whether it is not."""
        if not word or word in options or "" in options:
            return False
        guess = len(self.faults) < MANY and word not in self.removed
        close = nearest(word, options) if guess else None
        hint = f"Did you mean {quote(close)}?" if close else fix or (suggest(word, options) if guess else "")
        self.faults.append(place.fault(need, quote(word), hint))
        return True

    def is_actor(self, name: str, place: Place) -> None:
        """Report a name that is no actor's."""
        fix = "It was taken out: take it out here too." if name in self.removed else ""
        self.unknown(name, self.known.actors, "an actor of the scenario", place, fix)

    def is_rung(self, item: Mapping, key: str) -> None:
        """Report a rung, named under a key, that the ladder does not have."""
        self.unknown(item.text(key), self.rungs, "a rung of the ladder", item.place_of(key))

    def shares_to_one(self, item: Mapping, key: str, share: str) -> None:
        """Report the shares of a list that do not add up to 1."""
        nodes = [part.entries.get(share) for part in item.items_of(key)]
        values = [node.value for node in nodes if isinstance(node, Leaf) and isinstance(node.value, Quantity)]
        if not isinstance(item.entries.get(key), Listing) or len(values) < len(nodes):
            return
        total = sum(value.central for value in values)
        exact = all(value.is_constant for value in values)
        if abs(total - 1.0) > (_EXACT if exact else _ABOUT):
            need = f"{share}s that sum to 1" if share == "share" else f"'{share}' values that sum to 1"
            fix = "" if exact else "Their means must sum to 1 within 0.05."
            fix = _inherited(item, key, share) or fix
            self.faults.append(item.place_of(key).fault(need, f"{total:.6g}", fix))


def _inherited(item: Mapping, key: str, share: str) -> str:
    """Say which items of a list were merged into it from files below."""
    file = item.place_of(key).file
    below = [part for part in item.items_of(key) if part.place_of(share).file != file]
    if not below:
        return ""
    names, first = joined([quote(part.text("name")) for part in below]), below[0]
    add = f"{names} from {first.place_of(share).file} {'is' if len(below) == 1 else 'are'} still there"
    return f"{add}: take out what you do not want with {{name: {first.text('name')}, remove: true}}."


def context_of(tree: Mapping) -> Context:
    """Give the context of a merged tree, without faults so far."""
    actors = _names(tree, "actors")
    rivalries, partnerships = (_pairs(tree, key, actors) for key in ("rivalries", "partnerships"))
    node = tree.entries.get("actors")
    removed = node.removed if isinstance(node, Listing) else frozenset()
    known = Known(actors, rivalries, partnerships, _names(tree, "incidents"))
    return Context(tree, known, _names(tree, "ladder"), [], removed)


def _names(tree: Mapping, key: str) -> tuple[str, ...]:
    listed = isinstance(tree.entries.get(key), Listing)
    return tuple(item.text("name") for item in tree.items_of(key)) if listed else ("",)


def _pairs(tree: Mapping, key: str, actors: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names ``A>B`` of a list, empty where A or B is no actor."""
    names = (item.text("name") for item in tree.items_of(key))
    return tuple(name if "" in actors or set(directed(name) or ("",)) <= set(actors) else "" for name in names)


def number_of(node: Node | None) -> float | None:
    """Give the plain number that a node holds, if it holds one."""
    value = node.value if isinstance(node, Leaf) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
