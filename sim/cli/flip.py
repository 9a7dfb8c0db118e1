"""The command `flip`: what reverses a claim."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.progress import LateBar
from sim.cli.running import Seed, Threads, join_workers
from sim.cli.showing import show
from sim.cli.studies import Out, Plot, Resume

Claim = Annotated[
    str,
    typer.Option(
        "--claim",
        metavar="CLAIM",
        help="OUTCOME[@VERSION] > [OUTCOME]@VERSION or > NUMBER (also <, >=, <=), "
        "e.g. --claim 'intervention:Russia:DPRK@2024 > @2000' or --claim 'war < 1 %'",
        show_default=False,
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH",
        help="Move this alone: PATH by its own distribution, PATH=low:high, or switches.NAME, "
        "e.g. --vary entry.honouring (repeatable)",
        show_default="every parameter that has a distribution, every switch",
    ),
]
Pairs = Annotated[
    int,
    typer.Option(
        "--pairs",
        metavar="K",
        parser=options.whole("--pairs"),
        help="Try all pairs of the K parameters that come closest; fewer have more runs each, e.g. --pairs 3",
        show_default="6",
    ),
]
Runs = Annotated[
    int,
    typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help="Runs at each place on each side; up to 16 times as many where it is in doubt, e.g. --runs 4000",
        show_default="1000",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples\n\n"
        "pactsim flip attacked-dprk --claim 'intervention:Russia:DPRK@2024 > @none'\n\n"
        "pactsim flip attacked-dprk --claim 'intervention:Russia:DPRK|attacked_at_war:DPRK@2024 < 30 %' --plot\n\n"
        "pactsim flip baseline --claim 'war < 1 %' --vary inadvertent.war_per_act --vary switches.honouring"
    )(flip)


def flip(
    scenario: options.Scenario,
    claim: Claim,
    vary: Vary = None,
    pairs: Pairs = 6,
    theories: Annotated[
        bool, typer.Option("--theories", help="Also try each theory of decision for all actors, e.g. --theories")
    ] = False,
    runs: Runs = 1_000,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    treaties: options.Treaties = None,
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Find the smallest change that reverses a claim, or say that none does.

    Each parameter is moved within its range, all else drawn as always; then pairs.
    Noise reverses nothing: all intervals hold together.
    """
    from sim.experiments.flips import flip as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs of a stage") as bar:
        result = experiment.flip(
            scenario,
            claim,
            vary or ("all",),
            pairs=pairs,
            theories=theories,
            runs=runs,
            seed=seed,
            treaties=treaties or (),
            overrides=overrides or (),
            threads=many,
            out=destination,
            executor=executor,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.flip_tables import heading, notes, tables

    show(result, heading, tables, notes, plot=plot, as_json=as_json)
