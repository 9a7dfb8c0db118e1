"""The console script: commands put together, and the one place where every failure ends."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Annotated, NoReturn

import typer

from sim.cli import (
    calibrate,
    card,
    elicitation,
    faults,
    hindcast,
    listings,
    rare,
    running,
    scale,
    scenarios,
    stored,
    studies,
    uncertainty,
)

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
studies.register(app)
rare.register(app)
uncertainty.register(app)
hindcast.register(app)
calibrate.register(app)
card.register(app)
stored.register(app)
scale.register(app)
scenarios.register(app)
elicitation.register(app)
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
    words = list(sys.argv[1:] if arguments is None else arguments)
    _ready_streams()
    with _terminated_as_interrupted():
        code = _attempt(words)
    _flush()
    return code


def _attempt(words: list[str]) -> int:
    """Run a command line; whatever goes wrong becomes sentences and a code."""
    stream = sys.stdout
    try:
        faults.refuse_undecodable(words)
        code = typer.main.get_command(app).main(args=words, prog_name="pactsim", standalone_mode=False)
        sys.stdout.flush()
        if code == faults.INTERRUPTED:  # what newer versions of Typer make of Ctrl-C
            return faults.tell(KeyboardInterrupt())
        return code if isinstance(code, int) else faults.OK
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone, as with `| head`; Typer makes an exit of it, and wraps the stream.
        sys.stdout = stream
        return faults.OK
    except (Exception, KeyboardInterrupt) as error:
        return _tell(error, as_json="--json" in words)


def _tell(error: BaseException, *, as_json: bool) -> int:
    try:
        code = faults.tell(error, as_json=as_json)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return faults.WRONG_INPUT
    except OSError as full:
        return faults.tell(full)


def _ready_streams() -> None:
    """Let output be written whatever the terminal's letters are, and where a stream was closed, to nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # as with `>&-`; this also takes the place that the next file would get
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - open until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a letter of a name


@contextlib.contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does, unless somebody else deals with it."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _flush() -> None:
    """Write what is left of our output, or drop it where nobody takes it, so that Python's end does not fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def entry() -> NoReturn:
    """Console script ``pactsim``."""
    # Imports and parsed files make a few hundred thousand objects that live to the end: looking through
    # them for garbage would take a tenth of a second, and a single look half of that.
    gc.set_threshold(500_000, 20, 20)
    # Pydantic would read the metadata of every package installed, to see whether one is a plugin of its.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = main()
    # All files are closed by now. Taking apart what was loaded would cost a fifth of a second.
    os._exit(code)
