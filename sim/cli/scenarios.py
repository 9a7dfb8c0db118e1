"""Commands on scenario files: `check`, `new`, `schema`, `show` and `sources`.

None of them needs the engine, so they answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import note, out, say, say_json
from sim.errors import Fault, InputError

if TYPE_CHECKING:
    from rich.table import Table

    from sim.scenario.listing import SourceEntry

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="Scenarios, treaties, actors or parameter files, e.g. my.yaml scenarios/treaties/*.yaml",
        show_default=False,
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse numbers without a source too, e.g. check --strict my.yaml")
]
NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="File to write, e.g. my.yaml", show_default=False)]
Sourced = Annotated[
    bool, typer.Option("--sources", help="With sources and notes, e.g. pactsim show baseline --sources")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example: pactsim check my.yaml")(check)
    app.command(epilog="Example: pactsim new my.yaml")(new)
    app.command(epilog="Example: pactsim schema > pactsim.schema.json")(schema)
    app.command(epilog="Example: pactsim show baseline --set actors.Russia.tied_down=0.4")(show)
    app.command(epilog="Example: pactsim sources baseline")(sources)


def check(files: Files, strict: Strict = False, as_json: options.Json = False) -> None:
    """Say all that is wrong with scenario files, and the fixes.

    Each fault stands with its line and what to do.
    """
    found = {file: _checked(file, strict) for file in files}
    faults = [fault for each, _ in found.values() for fault in each]
    if as_json:
        say_json({"faults": [fault.as_dict() for fault in faults]})
        if faults:
            raise typer.Exit(InputError.exit_code)
        return
    for file, (each, notes) in found.items():
        if not each:
            say(f"{file}: no faults.")
        for text in notes:
            note(f"{file}: {text}")
    if faults:
        raise InputError(faults)


def _checked(file: str, strict: bool) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """Faults of a file, and what else should be known of it."""
    from sim.scenario.check_any import load_any
    from sim.scenario.listing import strict_faults

    try:
        checked = load_any(file)
    except InputError as error:
        return error.faults, ()
    if checked.loaded is None:
        return (), ()
    return tuple(strict_faults(checked.loaded)) if strict else (), checked.loaded.notes


def new(file: NewFile) -> None:
    """Write a commented scenario to start from.

    It goes on top of the baseline and runs as it is. A file that exists is left alone.
    """
    from sim.scenario.template import new_scenario

    write_new(file, new_scenario())
    note(f"Wrote {file}. Next: pactsim check {file}")


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises
    ------
    InputError
        If it is there, or no other command would take it.
    """
    _refuse_name(file)
    try:
        with open(file, "x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        fault = Fault("a file that is not there yet", "one that is", "Choose another name.", str(file))
        raise InputError(fault) from None


def _refuse_name(file: Path) -> None:
    """Refuse a file that the other commands would not take, or whose folder is not there."""
    from sim.scenario.names import NAME_RULE, is_name

    if file.suffix != ".yaml":
        raise InputError(Fault("a file that ends in .yaml", repr(file.name), "Such as my.yaml.", str(file)))
    if not is_name(file.stem):
        raise InputError(Fault(f"{NAME_RULE}, before .yaml", repr(file.stem), "Choose another name.", str(file)))
    if not file.parent.is_dir():
        raise InputError(Fault("a folder that exists", repr(str(file.parent)), "Make the folder first.", str(file)))


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario.json_schema import json_schema

    say_json(json_schema())


def show(
    scenario: options.Scenario,
    overrides: options.Overrides = None,
    treaties: options.Treaties = None,
    with_sources: Sourced = False,
) -> None:
    """Print a scenario with all merged, and where it came from.

    Each value stands with the file and line that it came from.
    What is printed is a scenario file itself.
    """
    from sim.scenario.load import load_scenario
    from sim.scenario.show import show as spelled

    loaded = load_scenario(scenario, overrides=overrides or (), treaties=treaties or ())
    say(spelled(loaded, with_sources=with_sources).rstrip("\n"))


def sources(scenario: options.Scenario, as_json: options.Json = False) -> None:
    """List every parameter with its source, and the references.

    Each has its value and confidence too; the references come last, in full.
    """
    from dataclasses import asdict

    from sim.scenario.bibliography import cited_in
    from sim.scenario.listing import sources as listed
    from sim.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    entries, works = listed(loaded), cited_in(loaded.scenario)
    if as_json:
        say_json({"sources": [asdict(entry) for entry in entries], "references": [asdict(work) for work in works]})
        return
    out().print(_source_table(entries))
    if works:
        say("\nReferences")
    for work in works:
        out().print(f"{work.key}: {work.text}")


def _source_table(entries: list[SourceEntry]) -> Table:
    from sim.cli.tables import listing

    cells = [(entry.path, _measured(entry), entry.confidence, _told(entry)) for entry in entries]
    table = listing(("parameter", "value", "confidence", "source and note"), cells)
    # Paths are long words, which would leave a few letters to what explains the number.
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    table.columns[2].no_wrap = True
    return table


def _measured(entry: SourceEntry) -> str:
    return entry.value if entry.unit == "number" else f"{entry.value} {entry.unit}"


def _told(entry: SourceEntry) -> str:
    return "; ".join(part for part in (entry.source, entry.note) if part)
