"""Arguments and options that several commands share, each with an example."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import typer

from sim.errors import Fault, InputError

#: Numbers from here on are nobody's count; the range proper is checked where it is known.
LARGEST = 10**30


def whole(option: str) -> Callable[[str | int], int]:
    """Make a reader of whole numbers that takes ``100000``, ``100_000``, ``100,000`` and ``1e5``.

    Parameters
    ----------
    option : str
        Name of the option, for the message.

    Returns
    -------
    callable
        From what was given to the number.

    Examples
    --------
    >>> whole("--runs")("1e5")
    100000
    >>> whole("--runs")("many")
    Traceback (most recent call last):
    sim.errors.InputError: --runs: a whole number, got 'many'.
    """

    def _read(given: str | int) -> int:
        try:
            number = Decimal(str(given).replace(",", "").replace("_", ""))
            if abs(number) >= LARGEST:
                raise InputError(Fault("a whole number below 10^30", repr(given), path=option))
            if number == number.to_integral_value():
                return int(number)
        except InvalidOperation:  # also that of a comparison with NaN
            pass
        raise InputError(Fault("a whole number", repr(given), path=option))

    return _read


class Part(NamedTuple):
    """One of so many shards."""

    number: int
    of: int


def shard(given: str | Part) -> Part:
    """Read ``2/5``: the second of five shards.

    Examples
    --------
    >>> shard("2/5")
    Part(number=2, of=5)
    >>> shard("6/5")
    Traceback (most recent call last):
    sim.errors.InputError: --shard: I/N with whole numbers and 1 <= I <= N, got '6/5'.
    """
    if isinstance(given, Part):
        return given
    number, slash, of = given.partition("/")
    try:
        found = Part(int(number), int(of))
    except ValueError:
        found = Part(0, 0)
    if not slash or not 1 <= found.number <= found.of:
        raise InputError(Fault("I/N with whole numbers and 1 <= I <= N", repr(given), path="--shard"))
    return found


Cluster: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Let the workers of a Dask cluster compute, e.g. --cluster tcp://127.0.0.1:8786",
        show_default=False,
    ),
]
Shard: TypeAlias = Annotated[
    Part | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        parser=shard,
        help="Compute the I-th of N shards, on another machine each, e.g. --shard 1/4 (then 'pactsim gather')",
        show_default=False,
    ),
]
Scenario: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A name from the library or a file, e.g. baseline or my.yaml",
        show_default=False,
    ),
]
Folder: TypeAlias = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="A results folder, e.g. results/baseline-1a2b3c4d", show_default=False),
]
Overrides: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a value, e.g. --set actors.Russia.tied_down=0.4 (repeatable; see 'pactsim list paths')",
        show_default=False,
    ),
]
Treaties: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--treaty",
        metavar="SLOT=VERSION",
        help="Put a version of a treaty in force, e.g. --treaty DPRK-Russia=1961 or DPRK-Russia=none "
        "(repeatable; see 'pactsim list treaties')",
        show_default=False,
    ),
]
Json: TypeAlias = Annotated[
    bool,
    typer.Option("--json", help="Standard output holds JSON and nothing else, e.g. --json > out.json"),
]
