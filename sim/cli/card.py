"""The command `card`: results beside published estimates, and how far entry moves with contested assumptions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import out, say, say_json
from sim.cli.progress import LateBar
from sim.cli.running import Seed, Threads
from sim.errors import Fault, InputError
from sim.estimate import format_percent, number_of

if TYPE_CHECKING:
    from rich.padding import Padding
    from rich.table import Table

    from sim.experiments.assumptions import Combination, Range
    from sim.experiments.card import Card, Row

#: What a card is of, and whose range is shown, unless told.
DEFAULT, DEFAULT_RANGE = "baseline", "attacked-dprk"

Source = Annotated[
    str | None,
    typer.Argument(
        metavar="SCENARIO|DIR",
        help="A scenario, e.g. baseline, or a results folder, e.g. results/baseline-1a2b3c4d",
        show_default=f"{DEFAULT}; {DEFAULT_RANGE} with --range",
    ),
]
Ranged = Annotated[
    bool,
    typer.Option("--range", help="Entry in every combination of assumptions, e.g. pactsim card --range"),
]
Over = Annotated[
    str | None,
    typer.Option(
        "--over",
        metavar="NAMES",
        help="Assumptions that --range varies: switches, and theory for all actors, e.g. --over honouring,theory",
        show_default="honouring,wording,theory",
    ),
]
Pair = Annotated[
    str | None,
    typer.Option(
        "--pair",
        metavar="A>B",
        help="Whose entry for whom --range is about, e.g. --pair 'US>ROK'",
        show_default="the first entry among the scenario's outcomes",
    ),
]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs",
        metavar="N",
        parser=options.whole("--runs"),
        help="Runs, with --range of each combination, e.g. --runs 50000",
        show_default="20000",
    ),
]


#: What a published share is of, as it is said.
_PER = {"year": " a year", "until 2045": " by 2045", "respondents": " of respondents"}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples\n\npactsim card\n\npactsim card results/baseline-1a2b3c4d\n\n"
        "pactsim card --range\n\npactsim card attacked-rok --range --pair 'US>ROK' --over honouring,theory"
    )(card)


def card(
    source: Source = None,
    ranged: Ranged = False,
    over: Over = None,
    pair: Pair = None,
    runs: Runs = None,
    seed: Seed = 1,
    overrides: options.Overrides = None,
    treaties: options.Treaties = None,
    threads: Threads = None,
    as_json: options.Json = False,
) -> None:
    """Set results beside published estimates.

    For each it says whether both ask the same.
    With --range: run every combination of contested assumptions on the same
    draws, and show how far entry moves between them and what moves it.
    """
    more: dict[str, Any] = {
        "seed": seed, "overrides": overrides or (), "treaties": treaties or (), "threads": threads,
    }  # fmt: skip
    if ranged:
        _range(source or DEFAULT_RANGE, over, pair, runs, as_json, more)
        return
    if over is not None or pair is not None:
        raise InputError(Fault("--range beside it", "none", path="--over" if over is not None else "--pair"))
    from sim.experiments import card as experiment

    with LateBar("runs") as bar:
        found = experiment.card(source or DEFAULT, runs=runs, progress=bar, **more)
    if as_json:
        say_json(found.as_dict())
    else:
        _print_card(found)


def _range(
    source: str, over: str | None, pair: str | None, runs: int | None, as_json: bool, more: dict[str, Any]
) -> None:
    from sim.experiments import assumptions
    from sim.experiments.card import is_folder

    if is_folder(source):
        raise InputError(Fault("a scenario, since --range runs it anew", "a results folder", path=source))
    names = assumptions.OVER if over is None else tuple(name.strip() for name in over.split(","))
    with LateBar("combinations") as bar:
        found = assumptions.entry_range(
            source, over=names, pair=pair, runs=assumptions.RUNS if runs is None else runs, progress=bar, **more
        )
    if as_json:
        say_json(found.as_dict())
    else:
        _print_range(found)


def _table(*headers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _print_card(found: Card) -> None:
    console = out()
    say(f"{number_of(found.runs, 'run')} of {found.scenario.stem} beside published estimates, seed {found.seed}.")
    topic = ""
    for (about, outcome), rows in itertools.groupby(
        found.rows, key=lambda row: (row.published.topic, row.published.outcome)
    ):
        if about != topic:
            say(f"\n{about}")
            topic = about
        say(f"  {_ours(outcome, group := list(rows))}")
        console.print(_published(group))
    say("")
    for line in _foot(found):
        say(line)


def _ours(outcome: str, rows: Sequence[Row]) -> str:
    """Say what the model has, once for all that is published on it."""
    model = rows[0].model
    return f"{outcome}: {'not in this scenario' if model is None else _numbers(model.value, model.low, model.high)}"


def _published(rows: Sequence[Row]) -> Padding:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in (28, 3):
        table.add_column(min_width=width, max_width=width)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*map(Text, _cells(row)), style="" if row.comparable else "dim")
    return Padding(table, (0, 0, 0, 4))


def _cells(row: Row) -> tuple[str, str, str]:
    each = row.published
    per = _PER.get(each.per, f" per {each.per}")
    theirs = "none" if each.value is None else _carried(each.value, each.low, each.high) + per
    unsure = ", figure not checked" if each.basis == "recalled" else ""
    said = f"{each.question} ({each.source}{unsure}). {row.why[:1].upper()}{row.why[1:]}."
    return theirs, "yes" if row.comparable else "no", said[:1].upper() + said[1:]


def _carried(value: float, low: float | None, high: float | None) -> str:
    """Write a published share with the digits that it has."""
    span = "" if low is None or high is None else f" ({100.0 * low:.3g}-{100.0 * high:.3g})"
    return f"{100.0 * value:.3g} %{span}"


def _numbers(value: float | None, low: float | None, high: float | None) -> str:
    """Write a share with its interval, two digits each."""
    if value is None:
        return "no runs"
    span = "" if low is None or high is None else f" ({format_percent(low)}-{format_percent(high)})"
    return f"{format_percent(value)} %{span}"


def _foot(found: Card) -> Iterator[str]:
    yield "Yes and no: whether both ask the same question. Where not, do not compare the numbers as they stand."
    if found.per_year:
        yield f"The model's shares of all runs are converted from {found.years:.3g} years to one, at a constant hazard."
    yield "The model's intervals are Monte Carlo error. Research estimates, not predictions."


def _print_range(found: Range) -> None:
    from rich.text import Text

    from sim.scenario.outcome_names import FORMS

    console = out()
    varied = ", ".join(found.assumptions)
    say(f"{found.pair} in {found.stem}, if {found.condition}.")
    say(f"{len(found.estimates)} combinations of {varied}: {number_of(found.runs, 'run')} of each, the same draws.")
    extremes = _table("at least", "lowest, highest", "with")
    for form in FORMS:
        for title, end in zip((form.replace("_", " "), ""), found.extremes(form), strict=True):
            estimate = found.estimates[end][form]
            numbers = _numbers(estimate.value, estimate.low, estimate.high)
            extremes.add_row(*map(Text, (title, numbers, _said(end))))
    positions = _table("per cent by assumption", *(form.replace("_", " ") for form in FORMS))
    for name, places in found.assumptions.items():
        moved = [f"{100.0 * found.moved(form, name):.1f} pts" for form in FORMS]
        positions.add_row(*map(Text, (f"{name} moves it by", *moved)), style="bold")
        for place in places:
            spans = [_span(*found.within(form, name, place)) for form in FORMS]
            positions.add_row(*map(Text, (f"  {place.replace('_', ' ')}", *spans)))
    positions.columns[0].no_wrap = True
    for table in (extremes, positions):
        console.print()
        console.print(table)
    say("")
    say("Shares of the runs in which the condition held. Parameters were drawn anew in each run.")
    say("An assumption moves a share by the distance between its positions furthest apart, on average.")
    say("Intervals are Monte Carlo error. No history tells which combination is right.")


def _said(combination: Combination) -> str:
    return " · ".join(place.replace("_", " ") for place in combination)


def _span(low: float, high: float) -> str:
    return f"{format_percent(low)}-{format_percent(high)}"
