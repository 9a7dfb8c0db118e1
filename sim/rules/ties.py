"""Ties between partners, and the cohesion that they build.

Cohesion raises what the ally is worth and what it would cost to abandon it. What it does is counted
from a reference, at which value and reputation stand as the scenario has them.
"""

from sim.compiled import rule


@rule
def pull(level, feeding, supply):
    """Level that cohesion moves to: that of the ties, raised towards 1 by exchange.

    Parameters
    ----------
    level : float
        Weighted mean level of the ties, 0-1.
    feeding : float
        Share of what the ties lack that full exchange makes up for, 0-1.
    supply : float
        Mean supply of the exchanges between the two, 0-1.

    Examples
    --------
    >>> pull(0.5, 0.4, 1.0), pull(0.5, 0.4, 0.0)
    (0.7, 0.5)
    """
    return level + (1.0 - level) * (feeding * supply)


@rule
def next_cohesion(cohesion, target, pace):
    """Cohesion after one step: it makes `pace` of the way to where it is pulled.

    Examples
    --------
    >>> next_cohesion(0.5, 0.7, 0.25)
    0.55
    """
    return cohesion + pace * (target - cohesion)


@rule
def by_cohesion(value, gain, cohesion, reference):
    """A value that rises with cohesion beyond its reference: value · (1 + gain · (cohesion − reference)).

    Examples
    --------
    >>> by_cohesion(0.5, 1.0, 0.9, 0.4), by_cohesion(0.5, 4.0, 0.1, 0.9)
    (0.75, 0.0)
    """
    factor = 1.0 + gain * (cohesion - reference)
    return value * (factor if factor > 0.0 else 0.0)
