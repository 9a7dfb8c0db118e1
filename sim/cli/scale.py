"""Commands for large work: `gather` puts shards together, `query` asks the runs."""

from __future__ import annotations

import csv
import itertools
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import note, out, say, say_json
from sim.errors import Fault, InputError

if TYPE_CHECKING:
    from sim.store.query import Answer

#: Lines that a terminal gets; --csv and --json give all.
SHOWN = 200

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
Sql = Annotated[
    str,
    typer.Argument(
        metavar="SQL",
        help="One SELECT, e.g. 'SELECT peak, count(*) FROM runs GROUP BY peak'; names with odd letters stand in double "
        'quotes, as "peak:DPRK>ROK"',
        show_default=False,
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="All lines as CSV, however many, e.g. --csv > out.csv")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        epilog="Example, on two machines and then on one of them:\n\n"
        "pactsim run baseline --runs 1e7 --shard 1/2 --out one\n\n"
        "pactsim run baseline --runs 1e7 --shard 2/2 --out two\n\n"
        "pactsim gather one two"
    )(gather)
    app.command(
        epilog="Examples\n\n"
        "pactsim query results/baseline-1a2b3c4d 'SELECT peak, count(*) AS n FROM runs GROUP BY peak ORDER BY peak'\n\n"
        "pactsim query DIR 'SELECT avg((t_war >= 0)::INT) FROM runs WHERE \"attacked_at_war:DPRK\" >= 0'\n\n"
        "pactsim query DIR 'SELECT * FROM outcomes' --csv\n\n"
        "What there is: pactsim query DIR 'SHOW TABLES', then 'DESCRIBE runs'"
    )(query)


def gather(folders: Folders, destination: Out = None, as_json: options.Json = False) -> None:
    """Put the shards of a run or study together.

    The result has the same bytes as if one machine had made it.
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


def query(folder: options.Folder, sql: Sql, as_csv: Csv = False, as_json: options.Json = False) -> None:
    """Ask the runs of a results folder in SQL.

    DuckDB answers; the folder is only read.
    Tables: runs (a line per run), outcomes (of a run), points (of a study) and frame (of a sweep).
    In runs a time is the step from 0, or -1 where it never came; a peak is a rung from 0.
    """
    from sim.store.query import ask

    if as_csv and as_json:
        raise InputError(Fault("--csv or --json", "both", path="query"))
    answer = ask(folder, sql)
    for sentence in answer.notes:
        note(sentence)
    if as_csv:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(answer.columns)
        table.writerows(answer.lines)
    elif as_json:
        _say_objects(answer)
    else:
        _say_grid(answer)


def _say_objects(answer: Answer) -> None:
    """Print a list of objects, a line each, as they come."""
    say("[")
    between = ""
    for line in answer.lines:
        values = dict(zip(answer.columns, map(_plain, line), strict=True))
        sys.stdout.write(f"{between}  {json.dumps(values, ensure_ascii=False, default=str)}")
        between = ",\n"
    say("\n]" if between else "]")


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _say_grid(answer: Answer) -> None:
    from sim.cli.grid import grid

    lines = list(itertools.islice(answer.lines, SHOWN))
    more = next(answer.lines, None) is not None
    for text in grid(answer.columns, lines, out().width):
        say(text)
    if more:
        note(f"The first {SHOWN} lines; --csv and --json give all.")
