"""How a command ends when it does not succeed: one sentence and an exit code, no traceback.

0 done, 2 the user's input is wrong, 1 a fault of ours, 130 interrupted. A command line that
cannot be read is the user's input too.
"""

from __future__ import annotations

import difflib
import errno
import os
import platform
import sys
import traceback
from collections.abc import Sequence

import typer

from sim.cli.console import note, say_json
from sim.errors import Fault, InputError, PactsimError

OK, OUR_FAULT, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

#: A path that cannot be read or written is the user's to put right; a failing disk is not.
_USERS_FILES = (PermissionError, FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)

#: Base of what Typer raises on a command line it cannot read; its own name is not public.
UsageError = typer.BadParameter.__mro__[1]


def tell(error: BaseException, *, as_json: bool = False) -> int:
    """Print what went wrong to standard error and give the exit code.

    Parameters
    ----------
    error : BaseException
        Whatever a command raised.
    as_json : bool
        Print faults of the input as JSON to standard output instead, as ``check --json`` does.

    Returns
    -------
    int
        Exit code.
    """
    if as_json and isinstance(error, InputError | UsageError):
        say_json({"faults": [fault.as_dict() for fault in _as_faults(error)]})
        return WRONG_INPUT
    if isinstance(error, PactsimError):
        for line in str(error).splitlines():
            note(line)
        return error.exit_code
    if isinstance(error, UsageError):
        note(usage_sentence(error))
        return WRONG_INPUT
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        note("Interrupted.")
        return INTERRUPTED
    if isinstance(error, OSError) and error.strerror:
        where = "output" if error.filename is None else error.filename
        note(f"{where}: {error.strerror[:1].lower()}{error.strerror[1:]}.")
        users = isinstance(error, _USERS_FILES) or error.errno in (errno.ELOOP, errno.ENAMETOOLONG)
        return WRONG_INPUT if users else OUR_FAULT
    note(_report_sentence(error))
    return OUR_FAULT


def _as_faults(error: BaseException) -> Sequence[Fault]:
    return error.faults if isinstance(error, InputError) else [Fault(usage_sentence(error).rstrip("."))]


def refuse_undecodable(words: Sequence[str]) -> None:
    """Refuse a command line with bytes that are no text: no name, path or value could be written down.

    Parameters
    ----------
    words : sequence of str
        With a lone surrogate for each such byte, as Python reads them.

    Raises
    ------
    InputError
        With every such word.
    """
    odd = [word for word in words if any("\ud800" <= letter <= "\udfff" for letter in word)]
    if odd:
        raise InputError([Fault("words in UTF-8 on the command line", ascii(word)) for word in odd])


def usage_sentence(error: BaseException) -> str:
    """Say what is wrong with a command line, with the nearest valid word.

    Parameters
    ----------
    error : BaseException
        A usage error as Typer raises it.

    Returns
    -------
    str
        A sentence or two on one line.
    """
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pactsim"
    option = getattr(error, "option_name", None)
    if hasattr(error, "possibilities"):
        text = f"'{command}' has no option {option}{_hint(option, _options(context))}"
    else:
        text = " ".join(error.format_message().split()).replace("Value error, ", "")  # type: ignore[attr-defined]
    return f"{text.rstrip('.?')}{'?' if text.endswith('?') else '.'} See '{command} --help'."


def _options(context: typer.Context | None) -> list[str]:
    parameters = context.command.params if context else []
    return [name for parameter in parameters for name in parameter.opts if name.startswith("-")] + ["--help"]


def _hint(word: str | None, known: list[str]) -> str:
    nearest = difflib.get_close_matches(word or "", known, 1, 0.5)
    return f", did you mean {nearest[0]}?" if nearest else ""


def _report_sentence(error: BaseException) -> str:
    from sim import __version__

    if os.environ.get("PACTSIM_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"This is a fault of pactsim {__version__} (Python {platform.python_version()}), not of your input: "
        f"{what}. Please report it with the command and the output of the same command "
        "under PACTSIM_DEBUG=1."
    )
