"""The log of acts: who did what when, for comparing histories with event data.

A log has five columns. Row 0 says how many acts it holds, how many it has room for, and the present
step; each further row is an act: lane, step, rivalry, rung, what it was. Without room nothing is
written, so that ordinary runs share one log of a single row.

Nothing in a run reads the log: writing it changes no bit of any outcome.
"""

import numpy as np

from sim.compiled import rule

#: What an act was, where it was no incident: those have the number of their kind.
BY_CHOICE, SCHEDULED, WAR_BEGINS, WAR_ENDS, HELP = -1, -2, -3, -4, -5
#: Columns of a log.
LANE, STEP, RIVALRY, RUNG, WHAT = range(5)


def new_log(room: int) -> np.ndarray:
    """Make an empty log with room for some acts.

    Examples
    --------
    >>> new_log(2).tolist()
    [[0, 2, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    """
    log = np.zeros((room + 1, 5), np.int64)
    log[0, 1] = room
    return log


@rule
def start_step(log, step):
    """Note the present step, where acts are logged."""
    if log[0, 1] > 0:
        log[0, 2] = step


@rule
def log_act(t, d, w, rung, what):
    """Write down an act in rivalry `d`; without room left only the count goes on, so that it is noticed."""
    if t.log[0, 1] > 0:
        place = t.log[0, 0] + 1
        t.log[0, 0] = place
        if place <= t.log[0, 1]:
            t.log[place, 0] = w
            t.log[place, 1] = t.log[0, 2]
            t.log[place, 2] = d
            t.log[place, 3] = rung
            t.log[place, 4] = what
