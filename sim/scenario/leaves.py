"""Check one plain value of a file against the type of its field, and say what would be needed."""

from __future__ import annotations

import datetime
import functools
import re
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from sim.errors import Fault
from sim.scenario import model
from sim.scenario.file_format import Key
from sim.scenario.model import FORMAT_VERSION
from sim.scenario.names import DIRECTED_RULE, NAME_RULE, days_of, directed, is_name
from sim.scenario.tree import BAD, Leaf, Node
from sim.scenario.wording import either, got, quote, suggest

MAX_LINE_TEXT = 500

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMES = {"name", "slot", "version", "to"}
_LISTS_OF_NAMES = {"parties", "area", "home", "others", "by"}
_DIRECTED = (model.Rivalry, model.Partnership, model.IncidentSide, model.Tie)
_ONE_LINE = {"title", "question", "label", "article"}
_TIME = "a time in days, weeks, months or years"
_DAY = "a date as YYYY-MM-DD"


def read_leaf(node: Node, key: Key, block: type | None, faults: list[Fault]) -> Leaf:
    """Give a leaf with the value that its field takes, or with `BAD` after reporting why not.

    Parameters
    ----------
    node : Node
        What stands in the file.
    key : Key
        The key it stands under; for a list of words, the key of the list.
    block : type, optional
        Model of the mapping around, which decides what a name must look like.
    faults : list of Fault
        Faults are added here.
    """
    if isinstance(node, Leaf) and (node.value is BAD or (node.value is None and key.nullable)):
        return node
    if isinstance(node, Leaf) and key.annotation is str:
        return _text_for(node, key, block, faults)
    value = _value(node, key) if isinstance(node, Leaf) else None
    if value is None:
        faults.append(_refused(node, key, block))
        return Leaf(BAD, node.place)
    return Leaf(value, node.place, node.text if isinstance(node, Leaf) else "")


def read_text(node: Node, faults: list[Fault]) -> Leaf:
    """Give a leaf with a text; a number counts as the text it was written as, such as a version 2024."""
    value = node.value if isinstance(node, Leaf) else None
    if isinstance(node, Leaf) and (isinstance(value, str) or value is BAD):
        return node
    if isinstance(node, Leaf) and isinstance(value, int | float) and not isinstance(value, bool):
        return Leaf(node.text, node.place, node.text)
    fix = f'Put it in quotes: "{node.text}".' if isinstance(node, Leaf) and node.text else ""
    faults.append(node.place.fault("a text", got(node), fix))
    return Leaf(BAD, node.place)


def _value(node: Leaf, key: Key) -> Any:
    """Give the value of a leaf for its field, or None if it is of the wrong kind."""
    if key.kind == "duration":
        return days_of(node.value) if isinstance(node.value, str) else None
    if key.annotation is datetime.date:
        return _date(node.value)
    try:
        # Strict, so that neither '3' nor true passes for a number.
        return _adapter(key).validate_python(node.value, strict=True)
    except ValidationError:
        return None


def _date(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except (TypeError, ValueError):
        return None


@functools.cache
def _adapter_of(annotation: Any, marks: tuple[Any, ...]) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[(annotation, *marks)] if marks else annotation)


def _adapter(key: Key) -> TypeAdapter[Any]:
    # The limits of a list hold for the list, not for its words.
    return _adapter_of(key.annotation, tuple(key.info.metadata) if key.kind == "leaf" else ())


def _text_for(node: Leaf, key: Key, block: type | None, faults: list[Fault]) -> Leaf:
    leaf = read_text(node, faults)
    if leaf.value is BAD:
        return leaf
    need, text = text_rule(key, block), str(leaf.value)
    good = {NAME_RULE: is_name, DIRECTED_RULE: directed}.get(need)
    if good is not None and not good(text):
        faults.append(node.place.fault(need, quote(text)))
    elif key.name in _ONE_LINE and ("\n" in text or len(text) > MAX_LINE_TEXT):
        faults.append(node.place.fault(f"one line of at most {MAX_LINE_TEXT} characters", quote(text)))
    else:
        return leaf
    return Leaf(BAD, node.place)


def _refused(node: Node, key: Key, block: type | None) -> Fault:
    need, value = needs(key, block), node.value if isinstance(node, Leaf) else None
    if key.kind == "duration":
        written = node.text if isinstance(node, Leaf) and isinstance(value, int | float) else ""
        number, unit = ("7", "days") if key.name == "step" else ("52", "weeks")
        plain = written and not isinstance(value, bool)
        fix = f"Write '{written} {unit}'." if plain else f"Write it as '{number} {unit}'."
        return node.place.fault(need, got(node), fix)
    if isinstance(value, str) and key.words:
        return node.place.fault(need, got(node), suggest(value, key.words))
    if isinstance(value, str) and key.annotation in (int, float) and re.fullmatch(r"[-+]?[0-9.]+", value):
        return node.place.fault(need, f"the text {quote(value)}", "Remove the quotes.")
    return node.place.fault(need, got(node))


def text_rule(key: Key, block: type | None) -> str:
    """Say what a text under a key must be."""
    if (key.name == "name" and block in _DIRECTED) or key.name == "direction":
        return DIRECTED_RULE
    is_list_of_names = key.kind == "words" and key.name in _LISTS_OF_NAMES
    return NAME_RULE if key.name in _NAMES or is_list_of_names else "a text"


def needs(key: Key, block: type | None = None) -> str:
    """Say what is needed under a key.

    Examples
    --------
    >>> from sim.scenario.file_format import keys_of
    >>> from sim.scenario.model import Rung, Clause
    >>> needs(keys_of(Rung)["mid_level"]), needs(keys_of(Clause)["response"])
    ('a whole number between 1 and 5', 'consult, act or assist_all_means')
    """
    if key.words:
        return either(key.words)
    if key.kind == "duration":
        return _TIME
    if key.annotation is str:
        return text_rule(key, block)
    if key.annotation in (int, float):
        return ("a whole number" if key.annotation is int else "a number") + _limits(key)
    simple = {datetime.date: _DAY, bool: "true or false"}
    return simple.get(key.annotation, f"{FORMAT_VERSION}, the version of the format")


def _limits(key: Key) -> str:
    words = ("ge", "gt", "le")
    bounds = {word: getattr(mark, word) for mark in key.info.metadata for word in words if hasattr(mark, word)}
    if "ge" in bounds and "le" in bounds:
        return f" between {bounds['ge']} and {bounds['le']}"
    if "ge" in bounds:
        return f" of at least {bounds['ge']}"
    return f" above {bounds['gt']}" if "gt" in bounds else ""
