"""The command `calibrate`: parameters fitted to history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli import options
from sim.cli.console import note, out, say, say_json
from sim.cli.hindcast import Seed, Targets
from sim.cli.progress import LateBar

if TYPE_CHECKING:
    from sim.experiments.calibrate import Calibration

Destination = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the fitted distributions as a fragment, e.g. --out scenarios/parameters/calibrated.yaml",
        show_default="none is written",
    ),
]
Sets = Annotated[
    int | None,
    typer.Option(
        "--sets",
        metavar="N",
        parser=options.whole("--sets"),
        help="Parameter sets of the last wave, e.g. --sets 1000",
        show_default="2,400",
    ),
]
#: Parameters that are only drawn and of which the data say most: so many are shown.
_SHOWN = 6


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog="Examples\n\npactsim calibrate\n\npactsim calibrate --out scenarios/parameters/calibrated.yaml")(
        calibrate
    )


def calibrate(
    targets: Targets = None,
    sets: Sets = None,
    seed: Seed = 1,
    destination: Destination = None,
    as_json: options.Json = False,
) -> None:
    """Fit to history what history can tell.

    Waves of simulated decades are weighted by their likelihood.
    Fitted is what the fragment parameters/priors.yaml gives a distribution, to
    the rows of use 'fit'. For each parameter: how much narrower the data make
    it, and for all others whether they say anything.
    """
    from sim.experiments import calibrate as experiment
    from sim.store.files import check_writable, write_atomically

    if destination is not None:
        check_writable(destination)
    with LateBar("histories") as bar:
        found = experiment.run_calibration(targets, seed=seed, waves=experiment.waves_of(sets), progress=bar)
    if as_json:
        say_json(found.as_dict())
    else:
        _print(found)
    if destination is not None:
        write_atomically(destination, found.text.encode())
        note(f"Wrote {destination}.")


def _print(found: Calibration) -> None:
    from rich.table import Table

    fit = found.fit
    table = Table(box=None, pad_edge=False, title="Fitted", title_justify="left", title_style="bold")
    for name in ("parameter", "before", "after", "distribution", "contraction"):
        justify: Literal["left", "right"] = "left" if name in ("parameter", "distribution") else "right"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name == "parameter")
    for learnt in fit.fitted:
        before, after = (
            f"{m:.3g} ± {sd:.2g}" for m, sd in ((learnt.prior_mean, learnt.prior_sd), (learnt.mean, learnt.sd))
        )
        told = f"{learnt.contraction:.2f}" + ("" if learnt.contraction > fit.noise else " (not identified)")
        table.add_row(learnt.path, before, after, str(learnt.fitted), told)
    out().print(table)
    say("")
    beyond = [learnt for learnt in fit.drawn if learnt.contraction > fit.noise]
    say(
        f"Of {len(fit.drawn)} other parameters that are drawn, the data say nothing that this many sets could show "
        f"(contraction at most {fit.noise:.2f})" + (", but for:" if beyond else ".")
    )
    for learnt in beyond[:_SHOWN]:
        say(f"  {learnt.path}: {learnt.contraction:.2f}")
    say(
        f"{found.histories:,} histories, {found.sets:,} parameter sets in the last wave, {fit.effective:.0f} of them "
        "effectively. Contraction: by how much the variance shrinks, 0 where the data say nothing."
    )
    say("Choice and accident cannot be told apart by these data, and none informs entry by a patron or nuclear use.")
