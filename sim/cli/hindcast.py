"""The command `hindcast`: the model against history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import note, out, say, say_json
from sim.cli.progress import LateBar

if TYPE_CHECKING:
    from sim.experiments.hindcast import Hindcast
    from sim.hindcast.predict import Prediction

#: Where the figure is written.
FIGURES = Path("results") / "hindcast"

Targets = Annotated[
    Path | None,
    typer.Option("--targets", metavar="FILE", help="A table of targets of your own, e.g. --targets mine.csv"),
]
Sets = Annotated[
    int | None,
    typer.Option(
        "--sets",
        metavar="N",
        parser=options.whole("--sets"),
        help="Parameter sets to draw, e.g. --sets 200",
        show_default="120",
    ),
]
PerSet = Annotated[
    int | None,
    typer.Option(
        "--histories",
        metavar="N",
        parser=options.whole("--histories"),
        help="Histories to simulate with each, e.g. --histories 50",
        show_default="100",
    ),
]
Figure = Annotated[
    bool,
    typer.Option("--figure", help="Draw it too, into results/hindcast/, e.g. pactsim hindcast --figure"),
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="S", parser=options.whole("--seed"), help="Same seed, same numbers, e.g. --seed 7"),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples\n\npactsim hindcast\n\npactsim hindcast --targets mine.csv --json\n\n"
        "The table of --targets has the columns id, rivalry, quantity, start, end, k, n, use. "
        "An unknown quantity is answered with those that there are."
    )(hindcast)


def hindcast(
    targets: Targets = None,
    sets: Sets = None,
    histories: PerSet = None,
    seed: Seed = 1,
    figure: Figure = False,
    as_json: options.Json = False,
) -> None:
    """Hold the model against history.

    Simulated decades are coded by the rules of the event data.
    For each target: the observed value, what the model predicts, and whether
    the one lies within the 95 % interval of the other, for a sample of the
    same size.
    """
    from sim.experiments import hindcast as experiment

    with LateBar("parameter sets") as bar:
        found = experiment.hindcast(
            targets,
            sets=experiment.SETS if sets is None else sets,
            per_set=experiment.PER_SET if histories is None else histories,
            seed=seed,
            progress=bar,
        )
    if as_json:
        say_json(found.as_dict())
    else:
        _print(found)
    if figure:
        _draw(found)


def _draw(found: Hindcast) -> None:
    from sim.plots.hindcast import hindcast_figure
    from sim.plots.style import save

    for path in save(hindcast_figure(found), FIGURES, "hindcast"):
        note(f"Figure: {path}")


#: Heading of the rows of each use of the project's own table, in this order.
_HEADINGS = {
    "fit": "What the numbers were fitted to",
    "check": "What they were not fitted to (not all independent of it: A1 contains A2, B4 completes B1 to B3)",
    "weak": "What almost nothing would contradict (not counted)",
    "context": "Another era (not counted)",
    "input": "What is put into the model (not counted)",
}
#: The same for a table of the user's, to whose rows nothing was fitted.
_HEADINGS_OF_OTHERS = {**_HEADINGS, "fit": "Rows of use fit", "check": "Rows of use check"}


def _print(found: Hindcast) -> None:
    from rich.table import Table

    console = out()
    for use, heading in (_HEADINGS if found.is_own else _HEADINGS_OF_OTHERS).items():
        rows = [prediction for prediction in found.predictions if prediction.target.use == use]
        if not rows:
            continue
        table = Table(box=None, pad_edge=False, title=heading, title_justify="left", title_style="bold")
        for name in ("row", "what", "observed", "predicted", "95 % interval", ""):
            table.add_column(name, justify="right" if name in ("observed", "predicted", "95 % interval") else "left")
        for prediction in rows:
            table.add_row(*_cells(prediction))
        console.print(table)
        if use in ("fit", "check"):
            inside, of = found.tally(use)
            say(f"{inside} of {of} inside.")
        say("")
    _notes(found)


def _cells(prediction: Prediction) -> tuple[str, ...]:
    target = prediction.target
    form = "{:.2f}" if target.is_rate or target.quantity == "input" else "{:.1%}"
    observed = form.format(target.observed)
    what = (target.label or target.quantity) + prediction.marks
    if prediction.predicted is None or prediction.low is None or prediction.high is None:
        return target.id, what, observed, "", "", "not predicted"
    span = f"{form.format(prediction.low)} – {form.format(prediction.high)}"
    verdict = "inside" if prediction.inside else "OUTSIDE"
    return target.id, what, observed, form.format(prediction.predicted), span, verdict


def _beside_null(found: Hindcast) -> str:
    told = found.as_dict()["scores"]
    gaps = [(told[f"{name}_less_null"], told[f"{name}_less_null_se"]) for name in ("brier", "rps")]
    scores = (
        f"The null model, without choices and at the same rates, which were fitted with them: "
        f"{told['brier_null']:.3f} and {told['rps_null']:.3f}; the model's less these: "
        f"{' and '.join(f'{mean:+.4f} ± {error:.4f} (s.e.)' for mean, error in gaps)}."
    )
    if all(mean + 2.0 * error < 0.0 for mean, error in gaps):
        return f"{scores} The model does better."
    return f"{scores} The model's forecasts do not beat it: in which years disputes come, choice does not explain."


def _tally_of_null(found: Hindcast) -> str:
    told = found.as_dict()["null"]
    fit, check = (f"{told[use][0]} of {told[use][1]}" for use in ("fit", "check"))
    missed = f" (outside: {', '.join(told['outside'])})" if told["outside"] else ""
    return f"It has {fit} of the rows fitted to and {check} of those held back inside{missed}."


def _width(found: Hindcast) -> str:
    """How much of the intervals is the parameters' doing."""
    ratios = [p.width_ratio for p in found.predictions if p.target.use == "fit" and p.width_ratio is not None]
    if not ratios:
        return ""
    rows = "fitted rows" if found.is_own else "rows of use fit"
    return (
        f"Intervals of {rows} are {min(ratios):.1f} to {max(ratios):.1f} times as wide as with all parameters "
        "at their medians: the rest is chance."
    )


def _notes(found: Hindcast) -> None:
    if any(prediction.borrowed for prediction in found.predictions):
        say("* No rivalry of the scenario: predicted by that of the DPRK and the ROK, with the same numbers.")
    if any(prediction.other_period for prediction in found.predictions):
        say("† A period that was not simulated, or shorter than a step: predicted by all years that were.")
    if _width(found):
        say(_width(found))
    if found.scores is not None and found.null_scores is not None:
        s = found.scores
        better = "better" if s.brier < s.brier_climatology and s.rps < s.rps_climatology else "not better"
        say(
            f"Yearly forecasts, {s.years} years: Brier score {s.brier:.3f} (climatology {s.brier_climatology:.3f}), "
            f"ranked probability score {s.rps:.3f} (climatology {s.rps_climatology:.3f}): {better} than averages "
            "of the other years. The model was fitted to these same decades, and so few years hardly tell small "
            "differences from chance."
        )
        say(_beside_null(found))
        say(_tally_of_null(found))
    say("Choice and accident cannot be told apart by these rows, and none informs entry by a patron or nuclear use.")
