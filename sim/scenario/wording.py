"""The words in which faults are told: what was given, and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from sim.scenario.tree import BAD, Listing, Mapping, Node

#: Once there are more faults than this, guessing what was meant for each more would take long.
MANY = 50

_LONGEST = 60
_LISTED = 12


def quote(text: str) -> str:
    """Quote a text on one line, shortened if it is long.

    Examples
    --------
    >>> quote("Rusia")
    "'Rusia'"
    """
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def got(node: Node | None) -> str:
    """Say what a node is, as a person would.

    Examples
    --------
    >>> from sim.scenario.tree import Leaf, Place
    >>> got(Leaf("0.4", Place())), got(Leaf(None, Place())), got(Listing([], Place()))
    ("'0.4'", 'nothing', 'an empty list')
    """
    if isinstance(node, Mapping):
        return "a mapping" if node.entries else "an empty mapping"
    if isinstance(node, Listing):
        return "a list" if node.items else "an empty list"
    if node is None or node.value is None or node.value is BAD:
        return "nothing"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return quote(node.value) if isinstance(node.value, str) else (node.text or str(node.value))


def nearest(word: str, options: Iterable[str]) -> str | None:
    """Find the valid word that was probably meant.

    Examples
    --------
    >>> nearest("Rusia", ["ROK", "Russia"]), nearest("russia", ["Russia"]), nearest("x", ["Russia"])
    ('Russia', 'Russia', None)
    """
    folded = {option.casefold(): option for option in options}
    key = word[:_LONGEST].casefold()
    if key in folded:
        return folded[key]
    close = difflib.get_close_matches(key, folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def suggest(word: str, options: Iterable[str], *, none: str = "") -> str:
    """Write the fix for a word that does not exist: the nearest one, or all there are.

    Examples
    --------
    >>> suggest("Rusia", ["ROK", "Russia"])
    "Did you mean 'Russia'?"
    >>> suggest("x", ["ROK", "Russia"])
    "There are 'ROK', 'Russia'."
    """
    options = list(options)
    found = nearest(word, options)
    if found is not None:
        return f"Did you mean {quote(found)}?"
    if not options:
        return none
    shown = ", ".join(map(quote, options[:_LISTED]))
    more = f" and {len(options) - _LISTED} more" if len(options) > _LISTED else ""
    return f"There is only {shown}." if len(options) == 1 else f"There are {shown}{more}."


def joined(words: Sequence[str]) -> str:
    """Join what holds together.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def either(words: Sequence[str]) -> str:
    """Join alternatives.

    Examples
    --------
    >>> either(["a", "b", "c"]), either(["a"])
    ('a, b or c', 'a')
    """
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
