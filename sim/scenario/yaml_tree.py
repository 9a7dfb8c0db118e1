"""Read YAML 1.2 into a tree with file, line and column, and nothing that could surprise.

A scenario file is data: no tags, no anchors, no aliases, no merge keys, no directives, one document.
Sizes are capped before anything is built, so that no file can exhaust the machine. Plain words follow
the core schema of YAML 1.2, in which ``NO`` is a text and a date is a text.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.errors import Fault
from sim.scenario.tree import BAD, Leaf, Listing, Mapping, Node, Place
from sim.scenario.wording import quote

MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_LINE = 10_000

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Escapes in double quotes can smuggle in what a terminal would obey or what cannot be encoded.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


@functools.lru_cache(maxsize=64)
def parse_yaml(text: str, file: str, located: bool = True) -> tuple[Node | None, tuple[Fault, ...]]:
    """Parse one document; the tree must not be changed, since it is shared between calls.

    Parameters
    ----------
    text : str
        The document.
    file : str
        Name used in places and faults.
    located : bool
        Whether lines and columns mean anything to the user; not so for the command line.

    Returns
    -------
    node : Node or None
        The tree, as far as it could be read; None for an empty or unreadable document, and for one that
        is no plain data, so that nothing is said about what follows from that.
    faults : tuple of Fault
        Everything wrong with it.

    Examples
    --------
    >>> node, faults = parse_yaml("a: NO", "x.yaml")
    >>> node.entries["a"].value, faults
    ('NO', ())
    """
    long = next((n for n, line in enumerate(text.splitlines(), 1) if len(line) > MAX_LINE), 0)
    if long:
        need = f"lines of at most {MAX_LINE:,} characters"
        return None, (Fault(need, "a longer one", "Break the line.", file, "", long if located else 0, 1),)
    builder, error = _built(text, file, located, pure=False)
    if error is not None or builder.faults:
        # The parser in C is ten times as fast; the one in Python says better, and everywhere alike, what is wrong.
        builder, error = _built(text, file, located, pure=True)
    if error is not None:
        return None, (*builder.faults, _syntax_fault(error, text, file, located))
    return None if builder.clever else builder.root, tuple(builder.faults)


def _built(text: str, file: str, located: bool, *, pure: bool) -> tuple[_Builder, Exception | None]:
    """Feed a builder with a document's events, up to the first that is no YAML."""
    builder = _Builder(file, located)
    try:
        for event in YAML(typ="safe", pure=pure).parse(text):
            if not builder.feed(event):
                break
    except (YAMLError, ValueError, OverflowError) as error:
        return builder, error
    return builder, None


def _syntax_fault(error: Exception, text: str, file: str, located: bool) -> Fault:
    line = column = 1
    problem = str(error)
    if isinstance(error, MarkedYAMLError):
        problem = str(error.problem or error.context or "").replace("'<stream end>'", "the end of the file")
        mark = error.problem_mark or error.context_mark
        if "could not find expected ':'" in problem:
            problem, mark = "a line without ':'", error.context_mark  # where the line begins
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    elif isinstance(position := getattr(error, "position", None), int):
        before = text[:position]
        line, column = before.count("\n") + 1, position - before.rfind("\n")
        problem = "a character that YAML does not allow"
    elif isinstance(error, ValueError | OverflowError):
        problem = "an escape that stands for no character"
    if not located:
        line = column = 0
    fix = "Indent with spaces." if r"'\t'" in problem else ""
    return Fault("valid YAML", f"a syntax error ({' '.join(problem.split())})", fix, file, "", line, column)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read, with the key that waits for its value."""

    node: Mapping | Listing
    key: str | None = None
    key_place: Place = field(default_factory=Place)


@dataclass(slots=True)
class _Builder:
    """Builds the tree from parse events, on a stack of its own rather than Python's."""

    file: str
    located: bool
    root: Node | None = None
    faults: list[Fault] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0
    clever: bool = False

    def feed(self, event: Any) -> bool:
        """Take one event; False means that reading on is of no use."""
        if isinstance(event, DocumentStartEvent):
            return self._document(event)
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.stack.pop()
            return True
        if not isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            return True
        self.nodes += 1
        place = self._place(event)
        if self.nodes > MAX_NODES or len(self.stack) >= MAX_DEPTH:
            limit = f"at most {MAX_NODES:,} values" if self.nodes > MAX_NODES else f"at most {MAX_DEPTH} levels"
            self.faults.append(place.fault(limit, "more", "A scenario file needs far fewer."))
            self.root = None
            return False
        self._refuse_cleverness(event, place)
        self._node(event, place)
        return True

    def _document(self, event: Any) -> bool:
        self.documents += 1
        place = self._place(event)
        if self.documents > 1:
            self.clever = True
            self.faults.append(place.fault("one document", "a second one after '---'", "Split the file."))
            return False
        if event.version is not None or event.tags:
            self.clever = True
            self.faults.append(place.fault("no YAML directives", "a line with '%'", "Remove it."))
        return True

    def _place(self, event: Any) -> Place:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        path = ""
        if self.stack:
            top = self.stack[-1]
            if isinstance(top.node, Listing):
                path = f"{top.node.place.path}[{len(top.node.items)}]"
            else:
                path = top.node.place.at(top.key[:80]).path if top.key is not None else top.node.place.path
        return Place(self.file, line, column, path) if self.located else Place(self.file, 0, 0, path)

    def _refuse_cleverness(self, event: Any, place: Place) -> None:
        if isinstance(event, AliasEvent):
            fault = place.fault("values written out", f"the alias '*{event.anchor}'", "Repeat the value.")
        elif event.anchor is not None:
            fault = place.fault("values without anchors", f"the anchor '&{event.anchor}'", "Remove it.")
        elif event.tag is not None:
            fault = place.fault("values without tags", f"the tag {quote(str(event.tag))}", "Remove it.")
        else:
            return
        self.clever = True
        self.faults.append(fault)

    def _node(self, event: Any, place: Place) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, Mapping) and top.key is None:
            self._key(event, place, top)
            return
        node: Node
        if isinstance(event, MappingStartEvent):
            node = Mapping({}, place, {})
        elif isinstance(event, SequenceStartEvent):
            node = Listing([], place)
        else:
            node = self._leaf(event, place, top)
        self._attach(node, top)
        if not isinstance(node, Leaf):
            self.stack.append(_Open(node))

    def _key(self, event: Any, place: Place, top: _Open) -> None:
        if not isinstance(event, ScalarEvent) or not event.value:
            what = "nothing" if isinstance(event, ScalarEvent) else "a list, mapping or alias"
            self.faults.append(place.fault("a plain word as key", what, "Write a word."))
            top.key, top.key_place = "", place
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                # What the odd key holds is read into a node that hangs nowhere.
                self.stack.append(_Open(_container(event, place)))
            return
        key = self._checked_text(event.value, place)
        top.key, top.key_place = key, Place(place.file, place.line, place.column, place.at(key[:80]).path)
        if key == "<<" and not event.style:
            self.faults.append(top.key_place.fault("keys written out", "the merge key '<<'", "Repeat the keys."))
        elif isinstance(top.node, Mapping) and key in top.node.entries:
            fault = top.key_place.fault("each key once", f"{quote(key)} again", "Remove one of them.")
            self.faults.append(fault)

    def _attach(self, node: Node, top: _Open | None) -> None:
        if top is None:
            self.root = node
        elif isinstance(top.node, Listing):
            top.node.items.append(node)
        else:
            key, top.key = top.key or "", None
            if key not in ("", "<<") and key not in top.node.entries:
                top.node.entries[key] = node
                top.node.keys[key] = top.key_place

    def _leaf(self, event: Any, place: Place, top: _Open | None) -> Leaf:
        if isinstance(event, AliasEvent) or event.tag is not None:
            return Leaf(BAD, place)
        text = self._checked_text(event.value, place)
        if event.style:
            return Leaf(text, place, text, quoted=True)
        if not text and top is not None and isinstance(top.node, Mapping):
            place = top.key_place  # the parser puts an empty value where the next one begins
        value: Any = plain_value(text)
        if isinstance(value, float) and not math.isfinite(value):
            self.faults.append(place.fault("a finite number", quote(text)[1:-1], "Write a number of ordinary size."))
            value = BAD
        return Leaf(value, place, text)

    def _checked_text(self, text: str, place: Place) -> str:
        odd = _UNPRINTABLE.search(text)
        if odd is None:
            return text
        code = f"U+{ord(odd.group()):04X}"
        self.faults.append(place.fault("text without control characters", code, "Remove it."))
        return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _container(event: Any, place: Place) -> Mapping | Listing:
    return Mapping({}, place, {}) if isinstance(event, MappingStartEvent) else Listing([], place)


def plain_value(text: str) -> str | int | float | bool | None:
    """Give a plain word its meaning in the core schema of YAML 1.2.

    Examples
    --------
    >>> [plain_value(text) for text in ("NO", "true", "0.4", "1e3", "12", "~", "2026-11-01")]
    ['NO', True, 0.4, 1000.0, 12, None, '2026-11-01']
    """
    if text in _WORDS:
        value: str | bool | None = _WORDS[text]
        return value
    if _INTEGER.fullmatch(text):
        # Beyond 2^53 a number is a float anyway; Python would refuse to read thousands of digits.
        return _integer(text) if len(text) < 16 else float(text) if text[1:2] not in ("o", "x") else math.inf
    if _FLOAT.fullmatch(text):
        return float(text)
    return math.nan if _NOT_FINITE.fullmatch(text) else text


def _integer(text: str) -> int:
    return int(text, 0) if text[1:2] in ("o", "x") else int(text)
