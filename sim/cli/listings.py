"""`pactsim list`: what there is to name on the command line and in scenario files."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli import options
from sim.cli.console import out, say_json
from sim.errors import Fault, InputError

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

Kind = Literal["scenarios", "paths", "outcomes", "treaties", "switches"]
Entries = Sequence[Any]

#: Whose things are listed if no scenario is named, and the lists that belong to none.
DEFAULT_SCENARIO = "baseline"
_OF_THE_LIBRARY = ("scenarios", "treaties")
Rows = list[tuple[str, ...]]

What = Annotated[
    Kind,
    typer.Argument(
        metavar="WHAT",
        help="scenarios, paths, outcomes, treaties or switches, e.g. scenarios",
        show_default=False,
        show_choices=False,
    ),
]
Of = Annotated[
    str | None,
    typer.Argument(
        metavar="SCENARIO", help="Whose paths, outcomes or switches, e.g. my.yaml", show_default=DEFAULT_SCENARIO
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        "list",
        epilog="Examples\n\npactsim list scenarios\n\npactsim list paths my.yaml\n\npactsim list outcomes baseline",
    )(list_)


def list_(what: What, scenario: Of = None, as_json: options.Json = False) -> None:
    """List scenarios, paths, outcomes, treaties or switches.

    Scenarios and treaties are those of the library; the rest belongs to a scenario.
    """
    from sim.cli.tables import listing

    if scenario is not None and what in _OF_THE_LIBRARY:
        need, fix = f"nothing after 'list {what}', which are those of the library", "Leave it out."
        raise InputError(Fault(need, repr(scenario), fix))
    read, headers, spell = _LISTS[what]
    entries = read(scenario or DEFAULT_SCENARIO)
    if as_json:
        say_json({what: [_plain(dataclasses.asdict(entry)) for entry in entries]})
        return
    out().print(listing(headers, [row for entry in entries for row in spell(entry)]))


def _loaded(scenario: str) -> Loaded:
    from sim.scenario.load import load_scenario

    return load_scenario(scenario)


def _scenarios(_: str) -> Entries:
    from sim.scenario.listing import list_scenarios

    return list_scenarios()


def _treaties(_: str) -> Entries:
    from sim.scenario.listing import list_treaties

    return list_treaties()


def _paths(scenario: str) -> Entries:
    from sim.scenario.listing import list_paths

    return list_paths(_loaded(scenario))


def _outcomes(scenario: str) -> Entries:
    from sim.scenario.listing import list_outcomes

    return list_outcomes(_loaded(scenario))


def _switches(scenario: str) -> Entries:
    from sim.scenario.listing import list_switches

    return list_switches(_loaded(scenario))


def _treaty_rows(entry: Any) -> Rows:
    ended = f" to {entry.ended}" if entry.ended else ""
    force = f"{entry.in_force}{ended}" if entry.in_force else "never"
    return [(entry.name, f"{entry.slot}={entry.version}", force, entry.title)]


def _switch_rows(entry: Any) -> Rows:
    rows: Rows = [(entry.name, "", entry.title)]
    return rows + [("", each.name + (" (chosen)" if each.chosen else ""), each.note) for each in entry.positions]


def _path_rows(entry: Any) -> Rows:
    low = "" if entry.low is None else f"{entry.low:g}"
    high = "" if entry.high is None else f"{entry.high:g}"
    limits = f" {low}..{high}" if low or high else ""
    return [(entry.path, entry.value, entry.unit + limits)]


_LISTS: dict[str, tuple[Callable[[str], Entries], tuple[str, ...], Callable[[Any], Rows]]] = {
    "scenarios": (_scenarios, ("scenario", "title"), lambda entry: [(entry.name, entry.title)]),
    "treaties": (_treaties, ("treaty", "for --treaty", "in force", "title"), _treaty_rows),
    "paths": (_paths, ("path for --set", "value", "unit and range"), _path_rows),
    "outcomes": (_outcomes, ("outcome", "meaning"), lambda entry: [(entry.name, entry.meaning)]),
    "switches": (_switches, ("switch", "position", "meaning"), _switch_rows),
}


def _plain(value: Any) -> Any:
    """Turn dates and paths within an entry into text, which JSON can hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, datetime.date | Path) else value
