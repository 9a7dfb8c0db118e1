"""Commands that read a results folder: `replay`, `plot` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import note, say, say_json

#: Letters that a note names.
_SHOWN = 12

Run = Annotated[
    int,
    typer.Option(
        "--run",
        metavar="K",
        parser=options.whole("--run"),
        help="Number of the run, from 0, e.g. --run 17",
        show_default=False,
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="As CSV, for Excel, R and Stata, e.g. pactsim export DIR --csv")]
Destination = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where to write, e.g. --out tables", show_default="DIR/csv"),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example: pactsim replay results/baseline-1a2b3c4d --run 17")(replay)
    app.command(epilog="Example: pactsim plot results/baseline-1a2b3c4d")(plot)
    app.command(epilog="Example: pactsim export results/baseline-1a2b3c4d --csv")(export)


def replay(folder: options.Folder, run: Run, as_json: options.Json = False) -> None:
    """Tell one run as a story: who chose what, and why.

    The run is computed again by the readable model and compared with what is stored.
    """
    from sim.experiments.replay import replay as replay_run

    told = replay_run(folder, run)
    if as_json:
        say_json(told.as_dict())
    else:
        say(told.text())


def plot(folder: options.Folder) -> None:
    """Draw the figures of a results folder, as SVG and PNG."""
    say(f"Figures: {draw_figures(folder)}")


def draw_figures(folder: Path) -> Path:
    """Draw all figures of a results folder.

    Parameters
    ----------
    folder : Path
        Of a finished run.

    Returns
    -------
    Path
        Folder that the figures are in.
    """
    from sim.plots.gallery import draw_all, missing_letters

    missing = missing_letters(folder)
    if missing:
        shown = missing if len(missing) <= _SHOWN else f"{missing[:_SHOWN]}…"
        note(f"No font here has {shown}: boxes in the figures. A font such as Noto Sans CJK helps.")
    return draw_all(folder)[0].parent


def export(folder: options.Folder, csv: Csv = True, destination: Destination = None) -> None:
    """Write all runs and outcomes for other programs."""
    from sim.store.export import CSV, export_csv
    from sim.store.folder import ResultsFolder

    for path in export_csv(ResultsFolder(folder), destination or folder / CSV):
        say(str(path))
