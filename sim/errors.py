"""Faults as sentences: where, what is needed, what was given, and the fix.

Every error that a user can cause is an `InputError` and ends in exit code 2; everything else
that we foresee is a `PactsimError` with its own code. Nothing here imports the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input.

    Parameters
    ----------
    need : str
        What is needed there.
    got : str
        What was given, as a person would write it.
    fix : str
        What to do about it; empty where `need` says it.
    file, path : str
        File and dotted path within it; empty where there is none, as on the command line.
    line, column : int
        From 1; 0 where there is none.

    Examples
    --------
    >>> str(Fault("an actor of the scenario", "'Rusia'", "Did you mean 'Russia'?", "a.yaml", "x", 3, 7))
    "a.yaml:3:7: x: an actor of the scenario, got 'Rusia'. Did you mean 'Russia'?"
    """

    need: str
    got: str = ""
    fix: str = ""
    file: str = ""
    path: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Join the parts that there are into one line."""
        place = f"{self.file}:{self.line}:{self.column}" if self.file and self.line else self.file
        head = ": ".join(part for part in (place, self.path) if part)
        text = self.need + (f", got {self.got}" if self.got else "")
        text = f"{head}: {text}" if head else text[:1].upper() + text[1:]
        return f"{text}. {self.fix}" if self.fix else f"{text}."

    def as_dict(self) -> dict[str, str | int]:
        """Give the fields in the shape of ``pactsim check --json``."""
        return asdict(self)


class PactsimError(Exception):
    """A foreseen failure, told in one sentence; the command line exits with `exit_code`."""

    exit_code = 1


class InputError(PactsimError):
    """The user's input is wrong; all faults at once."""

    exit_code = 2

    def __init__(self, faults: Fault | str | Sequence[Fault]) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Interrupted(PactsimError):
    """The user stopped the work; what was finished is kept."""

    exit_code = 130
