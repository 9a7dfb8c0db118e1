"""Commands that read a results folder: `replay`, `plot` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import note, say, say_json
from sim.errors import Fault, InputError

if TYPE_CHECKING:
    from sim.experiments.replay import Replay
    from sim.experiments.ways.lineages import LineageReplay

#: Letters that a note names.
_SHOWN = 12

Run = Annotated[
    int | None,
    typer.Option(
        "--run",
        metavar="K",
        parser=options.whole("--run"),
        help="Number of the run, from 0, e.g. --run 17",
        show_default=False,
    ),
]
Path_ = Annotated[
    int | None,
    typer.Option(
        "--path",
        metavar="K",
        parser=options.whole("--path"),
        help="Of a rare event: number of the typical path, from 1, e.g. --path 1",
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


def replay(folder: options.Folder, run: Run = None, path: Path_ = None, as_json: options.Json = False) -> None:
    """Tell one run as a story: who chose what, and why.

    The run is computed again by the readable model and compared with what is stored.
    Of a rare event the run nearest to a typical path is told.
    """
    if (run is None) == (path is None):
        given = "neither" if run is None else "both"
        raise InputError(Fault("--run K, or for a rare event --path K", given, path="replay"))
    told = _run_again(folder, run) if run is not None else _path_again(folder, path or 0)
    if as_json:
        say_json(told.as_dict())
    else:
        say(told.text())


def _run_again(folder: Path, run: int) -> Replay:
    from sim.experiments.replay import replay as replay_run

    return replay_run(folder, run)


def _path_again(folder: Path, path: int) -> LineageReplay:
    from sim.experiments.ways.lineages import replay_path

    return replay_path(folder, path)


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
