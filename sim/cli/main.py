"""The console script: commands put together, and the one place where every failure ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from sim.cli import faults, listings, running, scenarios, stored

app = typer.Typer(
    name="pactsim",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="First steps: pactsim run baseline\n\nA scenario of your own: pactsim new my.yaml",
)


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        typer.echo(f"pactsim {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def front(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version, e.g. pactsim --version"),
    ] = False,
) -> None:
    """How likely treaty partners enter a Korean crisis, in what form, and how far it climbs.

    A scenario file goes in; likelihoods with intervals and figures come out.
    Any single run can be replayed as a story. Research estimates, not predictions.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


running.register(app)
stored.register(app)
scenarios.register(app)
listings.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``pactsim``; those of this process by default.

    Returns
    -------
    int
        0 done, 1 a fault of ours, 2 wrong input, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a letter of a name
    try:
        command = typer.main.get_command(app)
        code = command.main(args=arguments, prog_name="pactsim", standalone_mode=False)
        sys.stdout.flush()
        if code == faults.INTERRUPTED:  # what newer versions of Typer make of Ctrl-C
            return faults.tell(KeyboardInterrupt())
        return code if isinstance(code, int) else faults.OK
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return faults.OK
    except (Exception, KeyboardInterrupt) as error:
        return faults.tell(error)


def entry() -> NoReturn:
    """Console script ``pactsim``."""
    sys.exit(main())
