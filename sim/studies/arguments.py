"""Arguments of `run`, looked at before anything is done: all faults at once, as sentences."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError
from sim.estimate import number_of
from sim.scenario.load import Loaded

#: Shard *i* of *n*: it computes every n-th part.
Shard = tuple[int, int]

#: An address has 48 bits for the number of a run and the key 64 for the seed.
MAX_RUNS, MAX_SEED = 2**48, 2**64 - 1

#: Least, most and how they are told, of the arguments that are whole numbers.
_WHOLE = {
    "runs": (1, MAX_RUNS, f"a whole number from 1 to {MAX_RUNS}"),
    "seed": (0, MAX_SEED, "a whole number from 0 to 2^64 - 1"),
    "threads": (1, None, "a whole number of at least 1"),
    "points": (1, 2_000_000, "a whole number from 1 to 2,000,000"),
    "base": (2, 2**20, "a whole number from 2 to 1,048,576"),
    "pairs": (0, 40, "a whole number from 0 to 40"),
}


def check_arguments(scenario: Any, out: Any, parameters: Any, texts: dict[str, Any], numbers: dict[str, Any]) -> None:
    """Refuse what is of the wrong kind or out of range.

    Parameters
    ----------
    scenario, out, parameters : object
        As given to `run`.
    texts : dict of str to object
        Arguments that are sequences of str, by name.
    numbers : dict of str to object
        Arguments that are whole numbers, by name; None is right for all but the seed.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = list(_kind_faults(scenario, out))
    faults += [fault for name, given in numbers.items() for fault in _number_faults(name, given)]
    if parameters not in ("drawn", "central"):
        faults.append(Fault("'drawn' or 'central'", repr(parameters), path="parameters"))
    faults += [fault for name, given in texts.items() for fault in _text_faults(name, given)]
    if faults:
        raise InputError(faults)


def check_shard(shard: Any, until: Any = None) -> None:
    """Refuse what is no shard, and one of a run whose length is not known before it ends.

    Raises
    ------
    InputError
        If it is none.
    """
    if shard is None:
        return
    numbers = [whole(each) for each in shard] if isinstance(shard, tuple | list) else []
    if len(numbers) != 2 or None in numbers or not 1 <= (numbers[0] or 0) <= (numbers[1] or 0):
        raise InputError(Fault("two whole numbers (i, n) with 1 <= i <= n", repr(shard), path="shard"))
    if until is not None:
        fix = "Give --runs instead."
        raise InputError(Fault("shards of a fixed number of runs", f"until {until!r}", fix, path="shard"))


def shard_note(shard: Shard, mine: int, parts: int, folder: Path) -> str:
    """Say what a shard has."""
    has = f"Shard {shard[0]} of {shard[1]}: {number_of(mine, 'part')} of {parts:,} {'is' if mine == 1 else 'are'}"
    return f"{has} in {folder}. Put all shards together with `pactsim gather`."


def whole(given: Any) -> int | None:
    """Give a whole number of Python or NumPy as an int, and None for anything else.

    Examples
    --------
    >>> [whole(given) for given in (7, 7.0, "7", True)]
    [7, None, None, None]
    """
    if isinstance(given, bool):
        return None
    try:
        return operator.index(given)
    except TypeError:
        return None


def is_encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8, as one from bytes that are no UTF-8 cannot.

    Examples
    --------
    >>> is_encodable("조선"), is_encodable("\\udcff")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind_faults(scenario: Any, out: Any) -> Iterator[Fault]:
    if not isinstance(scenario, str | Path | Loaded):
        fix = "A Scenario by itself has no files: give what load_scenario gave."
        yield Fault("a name, a path or what load_scenario gave", type(scenario).__name__, fix, path="scenario")
    if out is not None and not isinstance(out, str | Path):
        yield Fault("a path", repr(out), path="out")
    elif out is not None and ("\0" in os.fspath(out) or not is_encodable(os.fspath(out))):
        yield Fault("a path of UTF-8 letters", ascii(os.fspath(out)), path="out")


def _number_faults(name: str, given: Any) -> Iterator[Fault]:
    least, most, need = _WHOLE[name]
    if given is None and name != "seed":
        return
    number = whole(given)
    if number is None or number < least or (most is not None and number > most):
        shown = repr(given) if number is None else str(number)
        yield Fault(need, shown, path=name)


def _text_faults(name: str, given: Any) -> Iterator[Fault]:
    if isinstance(given, str):
        yield Fault("a list of texts", repr(given), f"Write [{given!r}].", path=name)
    elif not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        yield Fault("a list of texts", repr(given), path=name)
