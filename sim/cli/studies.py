"""Commands of many scenarios or points at once: `compare`, `sweep` and `sensitivity`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.cli import options
from sim.cli.console import out, say, say_json
from sim.cli.progress import LateBar
from sim.cli.running import Parameters, Seed, Threads, join_workers
from sim.cli.showing import show

if TYPE_CHECKING:
    from sim.cli.showing import Telling
    from sim.experiments.result import StudyResult

Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO",
        help="Names or files; differences are from the first, e.g. baseline pact-1961",
        show_default=False,
    ),
]
Treaties = Annotated[
    list[str] | None,
    typer.Option(
        "--treaty",
        metavar="SLOT=VERSIONS",
        help="Versions to try, e.g. --treaty DPRK-Russia=1961,2024,none, or one for all (repeatable)",
        show_default=False,
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=…",
        help="What varies: PATH=low:high:levels, PATH=a,b,c or PATH by its own distribution, "
        "e.g. --vary actors.Russia.tied_down=0.1:0.9:9 (repeatable; append :log to a range for even logarithms)",
        show_default=False,
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="NAME",
        help="Also report this one, e.g. --outcome 'nuclear_use|war' (repeatable; see 'pactsim list outcomes')",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Results folder, e.g. --out results/mine",
        show_default="results/COMMAND-SCENARIO-HASH",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on after an interruption; it does so without this too, e.g. --resume")
]
Plot = Annotated[bool, typer.Option("--plot", help="Draw the figures too, e.g. --plot")]


def _runs(each: str, default: int) -> Any:
    return typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help=f"Runs of each {each}, e.g. --runs 5000",
        show_default=f"{default}",
    )


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        epilog="Examples\n\n"
        "pactsim compare attacked-dprk --treaty DPRK-Russia=1961,2024,none\n\n"
        "pactsim compare baseline pact-1961 no-pact --runs 100000\n\n"
        "pactsim compare attacked-dprk --treaty DPRK-Russia=2000,2024 --by-clause --theories --switches"
    )(compare)
    app.command(
        epilog="Examples\n\n"
        "pactsim sweep attacked-dprk --vary actors.Russia.tied_down=0.1:0.9:9 --treaty DPRK-Russia=1961,2024\n\n"
        "pactsim sweep baseline --vary entry.honouring --vary inadvertent.war_per_act --design sobol --points 512\n\n"
        "pactsim sweep baseline --design points.csv"
    )(sweep)
    app.command(
        epilog="Examples\n\n"
        "pactsim sensitivity attacked-dprk --vary entry.honouring --vary actors.Russia.tied_down\n\n"
        "pactsim sensitivity baseline --method morris --outcome war"
    )(sensitivity)
    app.command(
        epilog="Examples\n\n"
        "pactsim discover results/baseline-1a2b3c4d --outcome force\n\n"
        "pactsim discover results/sweep-baseline-1a2b3c4d --outcome war --boxes 1"
    )(discover)


def compare(
    scenarios: Scenarios,
    treaties: Treaties = None,
    by_clause: Annotated[
        bool, typer.Option("--by-clause", help="Also each clause alone and each clause out, e.g. --by-clause")
    ] = False,
    theories: Annotated[
        bool, typer.Option("--theories", help="Also under each theory of decision, e.g. --theories")
    ] = False,
    switches: Annotated[
        bool, typer.Option("--switches", help="Also with each switch in each position, e.g. --switches")
    ] = False,
    honouring: Annotated[
        bool,
        typer.Option("--honouring", help="Also with each record of how often pacts are honoured, e.g. --honouring"),
    ] = False,
    runs: Annotated[int | None, _runs("scenario", 20_000)] = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    outcomes: Outcomes = None,
    parameters: Parameters = "drawn",
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    shard: options.Shard = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Compare scenarios or versions of a treaty, on the same draws.

    Does the treaty of 2024 protect as that of 1961 did? See the first example.
    Differences have intervals; the table says what pairing saved.
    """
    from sim.experiments import compare as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs") as bar:
        result = experiment.compare(
            scenarios,
            treaties=treaties or (),
            by_clause=by_clause,
            theories=theories,
            switches=switches,
            honouring=honouring,
            runs=experiment.RUNS if runs is None else runs,
            seed=seed,
            overrides=overrides or (),
            outcomes=outcomes or (),
            parameters=parameters,
            threads=many,
            out=destination,
            executor=executor,
            shard=shard,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.study_tables import contrasts

    _show(result, contrasts, plot, as_json)


def sweep(
    scenario: options.Scenario,
    vary: Vary = None,
    treaties: Treaties = None,
    design: Annotated[
        str,
        typer.Option(
            "--design", metavar="DESIGN", help="grid, lhs, sobol, oat or a CSV file, e.g. --design points.csv"
        ),
    ] = "grid",
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            metavar="N",
            parser=options.whole("--points"),
            help="Points of lhs and sobol, e.g. --points 512",
            show_default="256",
        ),
    ] = None,
    runs: Annotated[int | None, _runs("point", 1_000)] = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    outcomes: Outcomes = None,
    parameters: Parameters = "drawn",
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    shard: options.Shard = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Run a scenario at every point of a design.

    All points meet the same draws.
    The frame in the results folder has a line for each point and outcome.
    """
    from sim.experiments import sweep as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs") as bar:
        result = experiment.sweep(
            scenario,
            vary or (),
            design=design,
            points=points,
            runs=experiment.RUNS if runs is None else runs,
            seed=seed,
            treaties=treaties or (),
            overrides=overrides or (),
            outcomes=outcomes or (),
            parameters=parameters,
            threads=many,
            out=destination,
            executor=executor,
            shard=shard,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.study_tables import ranges

    _show(result, ranges, plot, as_json)


def sensitivity(
    scenario: options.Scenario,
    vary: Vary = None,
    treaties: Treaties = None,
    method: Annotated[
        Literal["sobol", "morris", "pawn"],
        typer.Option("--method", help="Shares of variance, effects, or distances, e.g. --method morris"),
    ] = "sobol",
    base: Annotated[
        int | None,
        typer.Option(
            "--base",
            metavar="N",
            parser=options.whole("--base"),
            help="Base rows of Sobol', trajectories of Morris, points of PAWN, e.g. --base 1024",
            show_default="512, 32, 2048",
        ),
    ] = None,
    second: Annotated[bool, typer.Option("--second", help="Sobol' indices of pairs too, e.g. --second")] = False,
    runs: Annotated[int | None, _runs("point", 100)] = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    outcomes: Outcomes = None,
    parameters: Parameters = "drawn",
    threads: Threads = None,
    destination: Out = None,
    resume: Resume = False,
    cluster: options.Cluster = None,
    shard: options.Shard = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Say what an outcome depends on, noise of events taken out.

    Without --vary, or with --vary all, every parameter that has a distribution varies.
    A dummy that does nothing stands beside them: its index is noise.
    """
    from sim.experiments import sensitivity as experiment

    with join_workers(cluster, threads) as (executor, many), LateBar("runs") as bar:
        result = experiment.sensitivity(
            scenario,
            vary or (experiment.ALL,),
            method=method,
            outcomes=outcomes or (),
            base=base,
            runs=experiment.RUNS if runs is None else runs,
            second=second,
            seed=seed,
            treaties=treaties or (),
            overrides=overrides or (),
            parameters=parameters,
            threads=many,
            out=destination,
            executor=executor,
            shard=shard,
            progress=bar,
            command=sys.argv,
        )
    from sim.cli.study_tables import indices

    _show(result, indices, plot, as_json)


def discover(
    folder: options.Folder,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="A share, e.g. --outcome war", show_default=False)
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH",
            help="Look at this parameter alone, e.g. --vary entry.honouring (repeatable)",
            show_default="all that vary",
        ),
    ] = None,
    boxes: Annotated[
        int,
        typer.Option("--boxes", metavar="N", parser=options.whole("--boxes"), help="At most so many, e.g. --boxes 1"),
    ] = 3,
    least_coverage: Annotated[
        float | None,
        typer.Option(
            "--least-coverage",
            metavar="SHARE",
            help="Choose the densest box with this share of the cases, e.g. --least-coverage 0.5",
            show_default=False,
        ),
    ] = None,
    least_density: Annotated[
        float | None,
        typer.Option(
            "--least-density",
            metavar="SHARE",
            help="Choose the largest box at least this dense, e.g. --least-density 0.9",
            show_default=False,
        ),
    ] = None,
    plot: Plot = False,
    as_json: options.Json = False,
) -> None:
    """Say in which ranges of parameters an outcome comes about.

    From a plain run, whose parameters differ from run to run, or from a sweep.
    Boxes are found on half of the points; what is said of them is from the other half.
    """
    from sim.experiments import discover as experiment

    found = experiment.discover(
        folder, outcome, vary=vary or (), boxes=boxes, least_coverage=least_coverage, least_density=least_density
    )
    if plot:
        from sim.plots.gallery import draw_boxes

        draw_boxes(folder, found)
    if as_json:
        say_json(found)
        return
    from sim.cli.study_tables import limits

    console = out()
    for part in (*experiment.sentences(found), *limits(found)):
        console.print(part)
        console.print()
    say(f"Results: {folder}")
    if plot:
        say(f"Figures: {folder / 'figures'}")


def _show(result: StudyResult, tables: Telling, plot: bool, as_json: bool) -> None:
    from sim.cli.study_tables import heading, notes

    show(result, heading, tables, notes, plot=plot, as_json=as_json)
