"""Commands that compute: `run` and `warmup`."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli import options
from sim.cli.console import note, out, say, say_json
from sim.cli.progress import LateBar

if TYPE_CHECKING:
    from sim.experiments.run import RunResult

Runs = Annotated[
    int | None,
    typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help="How many runs, e.g. --runs 100000",
        show_default="10000",
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        metavar="S",
        parser=options.whole("--seed"),
        help="Same seed, same rows, on any machine, e.g. --seed 7",
    ),
]
Parameters = Annotated[
    Literal["drawn", "central"],
    typer.Option(
        "--parameters",
        help="Draw uncertain parameters anew in each run, or fix them, e.g. --parameters central",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="K",
        parser=options.whole("--threads"),
        help="Processor cores to use, e.g. --threads 2",
        show_default="all",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Results folder, e.g. --out results/mine",
        show_default="results/SCENARIO-HASH",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with an interrupted run, e.g. pactsim run baseline --resume")
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="'OUTCOME: X%'",
        help="Stop once an estimate's 95 % interval is its value ± X %, e.g. --until 'war: 10%'; "
        "--runs is then the most, 1,280,000 without",
        show_default=False,
    ),
]
Plot = Annotated[bool, typer.Option("--plot", help="Draw the figures too, e.g. pactsim run baseline --plot")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        epilog="Examples\n\n"
        "pactsim run baseline\n\n"
        "pactsim run my.yaml --runs 100000 --plot\n\n"
        "pactsim run baseline --set actors.Russia.tied_down=0.4 --treaty DPRK-Russia=1961\n\n"
        "pactsim run baseline --until 'war: 10%'\n\n"
        "pactsim run baseline --runs 1e7 --shard 1/4"
    )(run)
    app.command(epilog="Example: pactsim warmup")(warmup)


def run(
    scenario: options.Scenario,
    runs: Runs = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    treaties: options.Treaties = None,
    parameters: Parameters = "drawn",
    until: Until = None,
    threads: Threads = None,
    out: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    shard: options.Shard = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Run a scenario many times, and say how likely each outcome is.

    Every run is kept in the results folder.
    The same command again prints what is stored; more --runs adds the missing ones.
    """
    from sim.compiled import without_linear_algebra
    from sim.experiments import run as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs") as bar, without_linear_algebra():
        result = experiment.run(
            scenario,
            runs=runs,
            seed=seed,
            overrides=overrides or (),
            treaties=treaties or (),
            parameters=parameters,
            until=until,
            threads=many,
            out=out,
            resume=resume,
            executor=executor,
            shard=shard,
            progress=bar,
            command=sys.argv,
        )
    for sentence in result.notes:
        note(sentence)
    if shard is not None:
        if as_json:
            say_json({"folder": str(result.folder), "shard": list(shard)})
        return
    figures = _draw(result.folder) if plot else None
    if as_json:
        say_json(result.summary)
    else:
        _print(result, figures)


def join_workers(cluster: str | None, threads: int | None) -> contextlib.AbstractContextManager[Any]:
    """Join a cluster; without one nothing of it is loaded.

    Parameters
    ----------
    cluster : str, optional
        Address of its scheduler.
    threads : int, optional
        As given.

    Returns
    -------
    context manager
        Of an executor, or None, and the number of threads.
    """
    if cluster is None:
        return contextlib.nullcontext((None, threads))
    from sim.studies.cluster import workers

    return workers(cluster, threads)


def _draw(folder: Path) -> Path:
    from sim.cli.stored import draw_figures

    return draw_figures(folder)


def _print(result: RunResult, figures: Path | None) -> None:
    from sim.cli import tables

    console = out()
    console.print(tables.heading(result.summary, result.hash))
    console.print()
    for part in tables.summary(result.summary, result.asked):
        console.print(part)
        console.print()
    for line in tables.provenance(result.summary):
        console.print(line)
    say(f"Results: {result.folder}")
    if figures is not None:
        say(f"Figures: {figures}")


def warmup() -> None:
    """Compile the model, so that the first run starts at once.

    The machine code is kept on disk and used until the model's rules change.
    """
    from sim.experiments.run import warm_up

    with LateBar("compiling"):
        seconds = warm_up()
    note(f"Compiled in {seconds:.0f} s." if seconds >= 1.0 else "Compiled already.")
