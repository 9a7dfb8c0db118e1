"""What may stand in each kind of file, read off the typed model.

The model (`sim.scenario.model`) says what a resolved scenario is. A file differs from it in a few
keys: it may extend another, name fragments, and write times as ``52 weeks``. This module joins the
two into one table of keys per mapping, from which files are checked, paths are resolved and the JSON
Schema is written, so that no key is spelt twice.
"""

from __future__ import annotations

import datetime
import functools
import re
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic.fields import FieldInfo

from sim.scenario import model
from sim.scenario.model import Block
from sim.scenario.quantity import Quantity, Unit, field


@dataclass(frozen=True)
class InDays:
    """Marks a time written as ``52 weeks`` and kept in days."""


Duration = Annotated[float, InDays()]


class Header(Block):
    """Keys of a scenario file that are not blocks of the model."""

    pactsim: Literal[1] = field("version of the format")
    extends: str = field("scenario that this one is based on; what is written here goes on top")
    title: str = field("one line that says what is asked")
    question: str = field("the question that the scenario answers")
    as_of: datetime.date = field("date on which the simulation starts; decides which treaties bind")
    horizon: Duration = field("how long to look ahead, such as 52 weeks")
    step: Duration = field("length of a step, such as 7 days")
    parameters: tuple[str, ...] = field("fragments of parameters/, lowest in rank")
    counterfactual: tuple[str, ...] = field("SLOT=VERSION put in force for the whole horizon")
    switches: dict[str, str] = field("position of each switch of parameters/switches.yaml")
    set: dict[str, Any] = field("values by path, over everything else in files")


class Position(Block):
    """A position of a switch: values to set."""

    name: str
    set: dict[str, Any] = field("values by path")


class Switch(Block):
    """A named choice between ways to see the world."""

    name: str
    title: str = field("one line that says what is switched")
    positions: tuple[Position, ...]


class SwitchFile(Block):
    """The file ``parameters/switches.yaml``."""

    switches: tuple[Switch, ...]


#: How a mapping is called in a fault, where the name of its class does not say it.
_LABELS = {
    "Header": "a scenario",
    "TheatreShare": "a theatre",
    "IncidentSide": "a side",
    "IncidentMark": "a mark",
    "Incident": "an incident kind",
    "TieKind": "a kind of tie",
    "CascadeTarget": "a kind that a cascade brings about",
}


def label_of(block: type[Block]) -> str:
    """Give what a mapping is called in a fault.

    Examples
    --------
    >>> label_of(model.Rung), label_of(model.Actor), label_of(model.StartEvent)
    ('a rung', 'an actor', 'a start event')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", block.__name__).lower()
    return _LABELS.get(block.__name__) or f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


Kind = Literal["quantity", "block", "items", "words", "leaf", "duration", "positions", "settings"]


@dataclass(frozen=True)
class Key:
    """One key of a mapping: what may stand under it.

    Parameters
    ----------
    name : str
        The key.
    kind : str
        What stands there: a quantity, a block, a list of named ``items``, a list of ``words``, a plain
        leaf, a duration, the ``positions`` of switches, or ``settings`` by path.
    needed : bool
        Whether a complete mapping must have it.
    help_text : str
        One line for the user.
    model : type of Block, optional
        Model of the block or of the items.
    unit : Unit, optional
        Unit and range of a quantity.
    annotation : Any
        Python type of a leaf or of the words, without ``None``.
    info : FieldInfo
        The field of the model.
    nullable : bool
        Whether it may be written empty.
    """

    name: str
    kind: Kind
    needed: bool
    help_text: str
    model: type[Block] | None
    unit: Unit | None
    annotation: Any
    info: FieldInfo
    nullable: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Words that may stand here, empty where anything may."""
        options = typing.get_args(self.annotation) if typing.get_origin(self.annotation) is Literal else ()
        return tuple(option for option in options if isinstance(option, str))

    @property
    def references(self) -> bool:
        """Whether items may be names of library files."""
        return self.model in (model.Actor, model.Treaty)


def _key(name: str, info: FieldInfo) -> Key:
    annotation, nullable = _without_none(info.annotation)
    kind, inner, unit = _kind_of(annotation, info)
    found = inner if isinstance(inner, type) and issubclass(inner, Block) else None
    help_text = info.description or ""
    return Key(name, kind, info.is_required(), help_text, found, unit, inner, info, nullable)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    options = typing.get_args(annotation)
    if typing.get_origin(annotation) in (types.UnionType, typing.Union) and type(None) in options:
        return next(option for option in options if option is not type(None)), True
    return annotation, False


def _kind_of(annotation: Any, info: FieldInfo) -> tuple[Kind, Any, Unit | None]:
    if annotation is Quantity:
        return "quantity", annotation, [mark for mark in info.metadata if isinstance(mark, Unit)][-1]
    if any(isinstance(mark, InDays) for mark in info.metadata):
        return "duration", annotation, None
    if typing.get_origin(annotation) is tuple:
        item = typing.get_args(annotation)[0]
        return ("items" if isinstance(item, type) and issubclass(item, Block) else "words"), item, None
    if typing.get_origin(annotation) is dict:
        return ("settings" if typing.get_args(annotation)[1] is Any else "positions"), annotation, None
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return "block", annotation, None
    return "leaf", annotation, None


#: Keys of the model that no file may write: `counterfactual` is set by SLOT=VERSION alone.
_NOT_IN_FILES = {("Treaty", "counterfactual")}
_TOP = ("source", "note", "confidence")


@functools.cache
def keys_of(block: type[Block]) -> dict[str, Key]:
    """Give the keys of a mapping of the format, by name."""
    fields = block.model_fields
    return {name: _key(name, info) for name, info in fields.items() if (block.__name__, name) not in _NOT_IN_FILES}


@functools.cache
def scenario_keys() -> dict[str, Key]:
    """Give the keys of a scenario file."""
    blocks = {
        name: key for name, key in keys_of(model.Scenario).items() if name not in ("stem", "horizon_days", "step_days")
    }
    return {**keys_of(Header), **{name: key for name, key in blocks.items() if name not in keys_of(Header)}}


@functools.cache
def fragment_keys() -> dict[str, Key]:
    """Give the keys of a parameter fragment: the blocks with numbers in them."""
    left_out = {*keys_of(Header), "treaties", "start", "outcomes"} - set(_TOP)
    return {name: key for name, key in scenario_keys().items() if name not in left_out}


def needed_keys() -> frozenset[str]:
    """Give the keys that a resolved scenario must have, in the spelling of files.

    The version is left out: every file must have it (`sim.scenario.assemble`).
    """
    required = {name for name, key in keys_of(model.Scenario).items() if key.needed}
    return frozenset(required - {"pactsim", "horizon_days", "step_days"} | {"horizon", "step"})
