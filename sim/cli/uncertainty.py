"""The command `uncertainty`: chance, ignorance of parameters, and what is contested of the model, kept apart."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.progress import LateBar
from sim.cli.running import Seed, Threads, join_workers
from sim.cli.showing import show
from sim.cli.studies import Out, Plot, Resume

Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="NAME",
        help="A share to ask about, e.g. --outcome 'nuclear_use|war' (repeatable; see 'pactsim list outcomes')",
        show_default="those the scenario asks for, force and war",
    ),
]
Over = Annotated[
    str | None,
    typer.Option(
        "--over",
        metavar="NAMES",
        help="What is contested: switches, and theory for all actors, or none, e.g. --over honouring,theory",
        show_default="all that change something",
    ),
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        metavar="N",
        parser=options.whole("--points"),
        help="Points of parameters, a power of two, e.g. --points 1024",
        show_default="512",
    ),
]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help="Runs of each point, e.g. --runs 500",
        show_default="200",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples\n\n"
        "pactsim uncertainty attacked-dprk --plot\n\n"
        "pactsim uncertainty baseline --outcome force --outcome war --runs 1000\n\n"
        "pactsim uncertainty attacked-dprk --over honouring,theory --outcome intervention:Russia:DPRK"
    )(uncertainty)


def uncertainty(
    scenario: options.Scenario,
    outcomes: Outcomes = None,
    over: Over = None,
    points: Points = None,
    runs: Runs = None,
    seed: Seed = 1,
    treaties: options.Treaties = None,
    overrides: options.Overrides = None,
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    shard: options.Shard = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Tell chance from ignorance.

    How far a probability moves with parameters that nobody knows, apart from
    the error of few runs; what each theory of decision and position of a
    switch makes of it; and what the doubt about one run is due to.
    """
    from sim.experiments import uncertainty as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs") as bar:
        result = experiment.uncertainty(
            scenario,
            outcomes=outcomes or (),
            over=None if over is None else [name.strip() for name in over.split(",")],
            points=points,
            runs=experiment.RUNS if runs is None else runs,
            seed=seed,
            treaties=treaties or (),
            overrides=overrides or (),
            threads=many,
            out=destination,
            executor=executor,
            shard=shard,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.study_tables import heading
    from sim.cli.uncertainty_tables import notes, tables

    show(result, heading, tables, notes, plot=plot, as_json=as_json)
