"""Where words go: results to standard output, everything else to standard error.

With ``--json`` standard output holds the JSON and nothing else, so that it can be piped.
Consoles are made when needed: width, colour and `NO_COLOR` are those of the moment.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 1000


def out() -> Console:
    """Console for what the user asked for; in a pipe lines are not broken, so that grep finds them."""
    from rich.console import Console

    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=PIPE_WIDTH if piped else None)


def err() -> Console:
    """Console for progress, notes and faults."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """Print a line of results as it is, without wrapping."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print a line beside the results, without wrapping."""
    sys.stderr.write(text + "\n")


def say_json(value: Any) -> None:
    """Print one JSON value, readable by people too; NaN is refused because JSON has none."""
    say(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
