"""What there is: scenarios, treaties, switches, paths, outcomes and sources, as plain rows."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.errors import Fault
from sim.scenario import library
from sim.scenario.assemble import Assembly
from sim.scenario.file_format import Key, keys_of, scenario_keys
from sim.scenario.leaves import needs
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.scenario.outcome_names import Known, outcome_names
from sim.scenario.paths import join_path, settable
from sim.scenario.quantity import Quantity
from sim.scenario.settings import switch_definitions
from sim.scenario.tree import Leaf, Mapping, Place
from sim.scenario.wording import either


@dataclass(frozen=True)
class ScenarioEntry:
    """A scenario file: its name, title and path."""

    name: str
    title: str
    path: Path


@dataclass(frozen=True)
class TreatyEntry:
    """A treaty file of the library; dates are None where the file gives none."""

    name: str
    slot: str
    version: str
    signed: datetime.date | None
    ratified: datetime.date | None
    in_force: datetime.date | None
    ended: datetime.date | None
    title: str
    path: Path


@dataclass(frozen=True)
class PositionEntry:
    """A position of a switch; `chosen` where the scenario is set to it."""

    name: str
    note: str
    source: str
    chosen: bool = False


@dataclass(frozen=True)
class SwitchEntry:
    """A switch with its positions."""

    name: str
    title: str
    positions: tuple[PositionEntry, ...]


@dataclass(frozen=True)
class PathEntry:
    """A path that ``--set`` takes: what it is measured in, its range, and its value now."""

    path: str
    unit: str
    low: float | None
    high: float | None
    value: str


@dataclass(frozen=True)
class OutcomeEntry:
    """An outcome that can be asked for, with its meaning in one line."""

    name: str
    meaning: str


@dataclass(frozen=True)
class SourceEntry:
    """A quantity with where its value comes from and where it was written."""

    path: str
    value: str
    unit: str
    source: str
    confidence: str
    note: str
    file: str


def list_scenarios() -> list[ScenarioEntry]:
    """Give the scenarios of ``./scenarios`` and of the package, by name."""
    found = library.names("scenario", library.roots_beside(None))
    return [ScenarioEntry(name, _title(path), path) for name, path in found.items()]


def _title(path: Path) -> str:
    faults: list[Fault] = []
    node = library.read(path, faults)
    return node.text("title") if isinstance(node, Mapping) else ""


def list_treaties() -> list[TreatyEntry]:
    """Give the treaties of ``./scenarios`` and of the package, by name; faulty files are left out."""
    entries: list[TreatyEntry] = []
    for path in library.names("treaty", library.roots_beside(None)).values():
        reader = Assembly()
        written = reader.written(path, "treaty")
        if written is not None and not reader.faults:
            entries.append(_treaty_entry(written.tree, path))
    return entries


def _treaty_entry(tree: Mapping, path: Path) -> TreatyEntry:
    signed, ratified, in_force, ended = (_date(tree, key) for key in ("signed", "ratified", "in_force", "ended"))
    name, slot, version, title = (tree.text(key) for key in ("name", "slot", "version", "title"))
    return TreatyEntry(name, slot, version, signed, ratified, in_force, ended, title, path)


def _date(tree: Mapping, key: str) -> datetime.date | None:
    node = tree.entries.get(key)
    return node.value if isinstance(node, Leaf) and isinstance(node.value, datetime.date) else None


def list_switches(loaded: Loaded | None = None) -> list[SwitchEntry]:
    """Give the switches that a scenario can set.

    Parameters
    ----------
    loaded : Loaded, optional
        A scenario; its positions are marked as chosen.
    """
    beside = [*loaded.files[:1]] if loaded is not None else []
    roots = dict.fromkeys(root for path in [*beside, None] for root in library.roots_beside(path))
    chosen = loaded.scenario.switches if loaded is not None else {}
    definitions = switch_definitions(tuple(roots), [], [])
    return [_switch_entry(name, item, chosen.get(name)) for name, item in sorted(definitions.items())]


def _switch_entry(name: str, definition: Mapping, chosen: str | None) -> SwitchEntry:
    positions = (
        PositionEntry(place, item.text("note"), item.text("source"), place == chosen)
        for place, item in definition.named("positions").items()
    )
    return SwitchEntry(name, definition.text("title"), tuple(positions))


def list_paths(loaded: Loaded) -> list[PathEntry]:
    """Give every path of a scenario that can be set, in order of path."""
    return sorted(_paths(loaded.scenario, scenario_keys(), []), key=lambda entry: entry.path)


def _paths(value: Any, keys: dict[str, Key], parts: list[str]) -> Iterator[PathEntry]:
    for name, key in settable(keys).items():
        inner, here = field_of(value, name), [*parts, name]
        if key.model is not None and key.kind == "block":
            yield from _paths(inner, keys_of(key.model), here)
        elif key.model is not None:
            for item in inner:
                yield from _paths(item, keys_of(key.model), [*here, item.name])
        else:
            yield _path_entry(join_path(here), key, inner)


def field_of(value: BaseModel, name: str) -> Any:
    """Give a field of a block by the key that files write it under."""
    renamed = {"horizon": "horizon_days", "step": "step_days"}
    return getattr(value, renamed.get(name, name) if isinstance(value, Scenario) else name)


def _path_entry(path: str, key: Key, value: Any) -> PathEntry:
    if key.unit is not None:
        low, high = key.unit.low, key.unit.high
        bounds = [None if abs(bound) == float("inf") else bound for bound in (low, high)]
        return PathEntry(path, key.unit.unit, bounds[0], bounds[1], str(value))
    unit = needs(key) if key.kind != "words" else f"list of {either(key.words)}" if key.words else "list of names"
    return PathEntry(path, unit, None, None, value_text(key, value))


def value_text(key: Key, value: Any) -> str:
    """Spell a value that is no quantity as a scenario file does."""
    if key.kind == "duration":
        return f"{value:.12g} days"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def list_outcomes(loaded: Loaded) -> list[OutcomeEntry]:
    """Give the outcomes that can be asked of a scenario; each may be followed by a condition."""
    found = outcome_names(known_outcomes(loaded.scenario))
    return [OutcomeEntry(name, meaning) for name, meaning in found.items()]


def known_outcomes(scenario: Scenario) -> Known:
    """Give the names of a scenario that outcomes can refer to."""
    blocks = (scenario.actors, scenario.rivalries, scenario.partnerships, scenario.incidents)
    return Known(*(tuple(item.name for item in block) for block in blocks))


def sources(loaded: Loaded) -> list[SourceEntry]:
    """Give every quantity of a scenario with its source, in order of path."""
    units = {entry.path: entry.unit for entry in list_paths(loaded)}
    quantities = loaded.scenario.quantities()
    return [_source_entry(path, units.get(path, ""), item, loaded) for path, item in quantities.items()]


def _source_entry(path: str, unit: str, quantity: Quantity, loaded: Loaded) -> SourceEntry:
    place = loaded.origins.get(path)
    file = str(place) if place is not None else "default"
    known = quantity.confidence or ""
    return SourceEntry(path, str(quantity), unit, quantity.source, known, quantity.note, file)


def strict_faults(loaded: Loaded) -> list[Fault]:
    """Give a fault for every quantity without a source, in order of path.

    Parameters
    ----------
    loaded : Loaded
        A scenario that was loaded without a fault.
    """
    bare = [path for path, quantity in loaded.scenario.quantities().items() if not quantity.source.strip()]
    return [_no_source(path, loaded.origins.get(path, Place(path=path))) for path in bare]


def _no_source(path: str, place: Place) -> Fault:
    fault = place.fault("a source for every number", "none", "Add 'source: …' to it or to the mapping around it.")
    return dataclasses.replace(fault, path=path)
