"""Commands for large work: `gather` puts shards together, `query` asks the runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import note, say, say_json

Folders = Annotated[
    list[Path],
    typer.Argument(metavar="DIR...", help="Folders that --shard filled, e.g. shards/1 shards/2", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Where to put them together, e.g. --out results/all",
        show_default="that of the command without --shard",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        epilog="Example, on two machines and then on one of them:\n\n"
        "pactsim run baseline --runs 1e7 --shard 1/2 --out one\n\n"
        "pactsim run baseline --runs 1e7 --shard 2/2 --out two\n\n"
        "pactsim gather one two"
    )(gather)


def gather(folders: Folders, destination: Out = None, as_json: options.Json = False) -> None:
    """Put the shards of a run or study together: the same bytes as from one machine.

    Parts are copied once they are seen to be whole; what --shard left out is then summed up.
    """
    from sim.experiments.gather import gather as put_together

    found = put_together(folders, out=destination, command=sys.argv)
    for sentence in found.notes:
        note(sentence)
    if as_json:
        say_json(found.summary)
    else:
        say(f"Results: {found.folder}")
