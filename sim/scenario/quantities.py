"""Read a quantity from a file: a number or a distribution, with the source it inherits."""

from __future__ import annotations

import math
import typing
from dataclasses import dataclass

from sim.errors import Fault
from sim.scenario.quantity import FAMILIES, Confidence, Quantity, Unit, check_quantity, with_article
from sim.scenario.tree import BAD, Leaf, Listing, Mapping, Node
from sim.scenario.wording import got, quote, suggest

CONFIDENCES: tuple[str, ...] = typing.get_args(Confidence)
_ABOUT = ("source", "note", "confidence")
_WORDS = ("value", *FAMILIES, "truncate", *_ABOUT)


@dataclass(frozen=True)
class Provenance:
    """Source, note and confidence of the mappings around a quantity, nearest first."""

    source: str = ""
    note: str = ""
    confidence: str = ""

    def within(self, mapping: Mapping) -> Provenance:
        """Give what holds inside a mapping: its own words, and these where it has none."""
        confidence = mapping.text("confidence")
        return Provenance(
            prose(mapping, "source") or self.source,
            prose(mapping, "note") or self.note,
            confidence if confidence in CONFIDENCES else self.confidence,
        )


def prose(mapping: Mapping, key: str) -> str:
    """Give the text under a key; a number (a year as source) counts as the text it was written as."""
    node = mapping.entries.get(key)
    if not isinstance(node, Leaf) or isinstance(node.value, bool):
        return ""
    return node.value if isinstance(node.value, str) else node.text if node.value is not None else ""


def read_quantity(node: Node, unit: Unit, around: Provenance, faults: list[Fault]) -> Leaf:
    """Turn a node into a leaf that holds a `Quantity`, or report why not.

    Parameters
    ----------
    node : Node
        What stands in the file.
    unit : Unit
        Unit and range of the field.
    around : Provenance
        What the mappings around say about their numbers.
    faults : list of Fault
        Faults are added here.

    Returns
    -------
    Leaf
        With a `Quantity` as value, or `BAD`.
    """
    if isinstance(node, Leaf) and node.value is BAD:
        return node
    before = len(faults)
    found = _constant(node, around, faults) if isinstance(node, Leaf) else _from_parts(node, around, faults)
    if found is None or len(faults) > before:
        return Leaf(BAD, node.place)
    problem = check_quantity(found, unit)
    if problem is None:
        return Leaf(found, node.place)
    remedy = _remedy(found, unit) if problem.startswith(f"{with_article(unit.unit)} ") else ""
    faults.append(node.place.fault(problem, str(found), remedy))
    return Leaf(BAD, node.place)


def _constant(node: Leaf, around: Provenance, faults: list[Fault]) -> Quantity | None:
    value = number(node, faults, "a number or a distribution")
    return None if value is None else _quantity("value", (value,), None, around)


def _quantity(
    family: str, arguments: tuple[float, ...], truncate: tuple[float, float] | None, about: Provenance
) -> Quantity:
    return Quantity(
        family=family,
        arguments=arguments,
        truncate=truncate,
        source=about.source,
        note=about.note,
        confidence=typing.cast("Confidence | None", about.confidence or None),
    )


def number(node: Node, faults: list[Fault], need: str = "a number") -> float | None:
    """Give the number a node holds, or report what is there instead."""
    value = node.value if isinstance(node, Leaf) else None
    if value is BAD:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _looks_numeric(value):
        faults.append(node.place.fault("a number", f"the text {quote(value)}", "Remove the quotes."))
    else:
        faults.append(node.place.fault(need, got(node)))
    return None


def _looks_numeric(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _from_parts(node: Node, around: Provenance, faults: list[Fault]) -> Quantity | None:
    if not isinstance(node, Mapping):
        fix = "Write a distribution as {uniform: [low, high]}."
        faults.append(node.place.fault("a number or a distribution", got(node), fix))
        return None
    for key in node.entries:
        if key not in _WORDS:
            place = node.keys.get(key, node.place)
            faults.append(place.fault("a key of a quantity", quote(key), suggest(key, _WORDS)))
    families = [key for key in node.entries if key == "value" or key in FAMILIES]
    if len(families) != 1:
        need = f"one of value, {', '.join(FAMILIES)}"
        unknown = any(key not in _WORDS for key in node.entries)
        if families or not unknown:
            faults.append(node.place.fault(need, " and ".join(families) or _got_keys(node)))
        return None
    _check_about(node, faults)
    arguments = _arguments(families[0], node.entries[families[0]], faults)
    truncate = (
        _numbers(node.entries["truncate"], ("low", "high"), "truncate", faults) if ("truncate" in node.entries) else ()
    )
    if arguments is None or truncate is None:
        return None
    bounds = (truncate[0], truncate[1]) if truncate else None
    return _quantity(families[0], arguments, bounds, around.within(node))


def _got_keys(node: Mapping) -> str:
    """Say which keys a mapping has."""
    return "only " + " and ".join(node.entries) if node.entries else "an empty mapping"


def _check_about(mapping: Mapping, faults: list[Fault]) -> None:
    """Report a source, note or confidence that is none."""
    for key in _ABOUT:
        node = mapping.entries.get(key)
        if node is None or (isinstance(node, Leaf) and node.value is BAD):
            continue
        text = prose(mapping, key)
        if not text:
            faults.append(node.place.fault("a text", got(node), f"Write it or leave out {key!r}."))
        elif key == "confidence" and text not in CONFIDENCES:
            need = "measured, estimated or judged"
            faults.append(node.place.fault(need, got(node), suggest(text, CONFIDENCES)))


def _arguments(family: str, node: Node, faults: list[Fault]) -> tuple[float, ...] | None:
    if family == "value":
        value = number(node, faults)
        return None if value is None else (value,)
    return _numbers(node, FAMILIES[family], family, faults)


def _numbers(node: Node, names: tuple[str, ...], word: str, faults: list[Fault]) -> tuple[float, ...] | None:
    if not isinstance(node, Listing) or len(node.items) != len(names):
        given = (
            f"{len(node.items)} value{'' if len(node.items) == 1 else 's'}" if isinstance(node, Listing) else got(node)
        )
        faults.append(node.place.fault(f"{word}: [{', '.join(names)}]", given))
        return None
    values = [number(item, faults) for item in node.items]
    kept = tuple(value for value in values if value is not None)
    return kept if len(kept) == len(names) else None


def _remedy(quantity: Quantity, unit: Unit) -> str:
    """Tell how an unbounded distribution can be made to fit its range."""
    if quantity.family not in ("normal", "lognormal", "gamma") or quantity.truncate is not None:
        return ""
    high = "…" if math.isinf(unit.high) else f"{unit.high:g}"
    return f"Add truncate: [{unit.low:g}, {high}]."
