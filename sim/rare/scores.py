"""Scores: how near a run is to an event, as a whole number that the event alone brings to its top.

No score can bias an estimate. A good one rises on most ways to the event, in steps that a fair share of the runs
makes, and depends on what the event depends on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.lower import Program
from sim.errors import Fault, InputError
from sim.rare.events import Event
from sim.treaties import Form

#: From the state, shape (rows, n), to scores below the event's, shape (n,).
Measure = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Score:
    """A measure of nearness, and the event at its top.

    Parameters
    ----------
    name : str
        Of the measure.
    measure : callable
        From states to numbers from 0 to `top` − 1; larger ones count as `top` − 1.
    happened : callable
        From states to whether the event has happened.
    top : int
        Score of the event.
    """

    name: str
    measure: Measure
    happened: Measure
    top: int

    def __call__(self, state: np.ndarray) -> np.ndarray:
        """Score runs side by side.

        Parameters
        ----------
        state : ndarray of float64, shape (rows, n)
            Their states.

        Returns
        -------
        ndarray of int64, shape (n,)
            From 0 to `top`.
        """
        below = np.minimum(self.measure(state).astype(np.int64), self.top - 1)
        return np.where(self.happened(state), self.top, below)


def score_for(name: str, program: Program, event: Event, path: str = "--score") -> Score:
    """Make a score for an event.

    Parameters
    ----------
    name : str
        One of `SCORES`.
    program : Program
        The lowered scenario.
    event : Event
        What is at its top.
    path : str
        Where the name stands, for the message.

    Returns
    -------
    Score
        Of states of the program.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in SCORES:
        raise InputError(Fault(f"one of {', '.join(SCORES)}", repr(name), path=path))
    measure, most = SCORES[name](program, event)
    return Score(name, measure, _happened(program, event), most + 1)


def _happened(program: Program, event: Event) -> Measure:
    row = _peak_rows(program) if event.column == "peak" else np.array([_row(program, event.column)])
    return lambda state: np.asarray(state[row].max(axis=0) >= event.at_least)


def _row(program: Program, column: str) -> int:
    """Row of the state in which what a column says stands; see `sim.engine.rows.row_type`."""
    names = program.row_type.names or ()
    return names.index(column) - 2


def _peak_rows(program: Program, towards: str = "") -> np.ndarray:
    """Rows of the highest rungs of rivalries: of all, or of those with an actor."""
    names = [name for name in program.row_type.names or () if name.startswith("peak:")]
    with_actor = [name for name in names if not towards or towards in name.removeprefix("peak:").split(">")]
    return np.array([_row(program, name) for name in with_actor or names])


def _peak(program: Program, event: Event) -> tuple[Measure, int]:
    """Score by the highest rung that anyone has reached; for an entry by what the ally has sent so far too."""
    rows = _peak_rows(program, event.towards)
    more, most = _entry(program, event)
    return lambda state: state[rows].max(axis=0) + more(state), len(program.scenario.ladder) - 1 + most


def _pair(program: Program, event: Event) -> tuple[Measure, int]:
    """Score by the highest sum of the rungs that two rivals have reached: twice as fine as `peak`."""
    rows = _peak_rows(program, event.towards)
    names = [(program.row_type.names or ())[row + 2].removeprefix("peak:") for row in rows.tolist()]
    back = dict(zip(names, rows.tolist(), strict=True))
    reverse = np.array([back.get(">".join(reversed(name.split(">"))), back[name]) for name in names])
    more, most = _entry(program, event)

    def measure(state: np.ndarray) -> np.ndarray:
        sums: np.ndarray = (state[rows] + state[reverse]).max(axis=0) + more(state)
        return sums

    return measure, 2 * (len(program.scenario.ladder) - 1) + most


def _entry(program: Program, event: Event) -> tuple[Measure, int]:
    """What comes between rungs and an entry: the beneficiary is attacked in a war, and support of a lower form."""
    if not event.ally:
        return lambda state: np.zeros(state.shape[1]), 0
    attacked = _row(program, f"attacked_at_war:{event.towards}")
    form = _row(program, f"entry:{event.ally}>{event.towards}")

    def measure(state: np.ndarray) -> np.ndarray:
        return np.asarray((state[attacked] >= 0.0) + state[form])

    return measure, 1 + max(Form)


#: Scores by name.
SCORES: dict[str, Callable[[Program, Event], tuple[Measure, int]]] = {"peak": _peak, "pair": _pair}
