"""The command `rare`: probabilities too small for plain runs."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from sim.cli import options
from sim.cli.progress import LateBar
from sim.cli.running import Parameters, Seed, Threads, join_workers
from sim.cli.showing import show
from sim.cli.studies import Out, Plot, Resume, Treaties, Vary

Event = Annotated[
    str,
    typer.Option(
        "--event",
        metavar="NAME",
        help="What is rare: a share, or a rung to be reached, e.g. --event nuclear_use or "
        "--event 'peak_rung>=major war' (see 'pactsim list outcomes')",
        show_default=False,
    ),
]
RelativeError = Annotated[
    float,
    typer.Option(
        "--rel-error",
        metavar="SHARE",
        help="Stop once half the 95 % interval is this share of the value, e.g. --rel-error 0.1",
    ),
]
Score = Annotated[
    Literal["peak", "pair"],
    typer.Option(
        "--score",
        help="How near a run is: highest rung so far, or highest sum of two rivals' rungs, e.g. --score pair",
    ),
]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help="Runs of each replication, e.g. --runs 4000",
        show_default="2000",
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        metavar="R",
        parser=options.whole("--replications"),
        help="Exactly so many, whatever the error, e.g. --replications 100",
        show_default="as many as --rel-error needs, at most 1024",
    ),
]
Paths = Annotated[
    int | None,
    typer.Option(
        "--paths",
        metavar="N",
        parser=options.whole("--paths"),
        help="Runs to replay for the typical ways there, e.g. --paths 0 for none",
        show_default="120",
    ),
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        metavar="N",
        parser=options.whole("--points"),
        help="Points of lhs and sobol, e.g. --points 16",
        show_default="256",
    ),
]
Design = Annotated[
    str,
    typer.Option(
        "--design", metavar="DESIGN", help="grid, lhs, sobol, oat or a CSV file, for --vary, e.g. --design oat"
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples\n\n"
        "pactsim rare baseline --event 'peak_rung>=nuclear exchange' --plot\n\n"
        "pactsim rare baseline --event nuclear_use --treaty DPRK-Russia=1961,2024,none\n\n"
        "pactsim rare baseline --event nuclear_use --vary inadvertent.war_per_act=0.001,0.003,0.01"
    )(rare)


def rare(
    scenario: options.Scenario,
    event: Event,
    rel_error: RelativeError = 0.2,
    score: Score = "peak",
    runs: Runs = None,
    replications: Replications = None,
    paths: Paths = None,
    vary: Vary = None,
    treaties: Treaties = None,
    design: Design = "grid",
    points: Points = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    parameters: Parameters = "drawn",
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Say how likely something is that plain runs hardly ever meet, and how it comes about.

    Runs that come near are split and go on with new draws (multilevel splitting), without bias.
    With --vary or several versions of a treaty all points meet the same draws.
    """
    from sim.experiments import rare as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("replications") as bar:
        result = experiment.rare(
            scenario,
            event,
            score=score,
            rel_error=rel_error,
            runs=experiment.RUNS if runs is None else runs,
            replications=replications,
            paths=experiment.PATHS if paths is None else paths,
            vary=vary or (),
            design=design,
            points=points,
            seed=seed,
            treaties=treaties or (),
            overrides=overrides or (),
            parameters=parameters,
            threads=many,
            out=destination,
            executor=executor,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.rare_tables import heading, notes, tables

    show(result, heading, tables, notes, plot=plot, as_json=as_json)
