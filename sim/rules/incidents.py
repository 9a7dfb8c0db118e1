"""Incidents: a marked, mutually exciting point process, stepped in whole weeks.

The kernel of excitation is exponential. Its integral over a step is exact: offspring of the same
step are drawn generation by generation, and the rest is carried as a memory. (Dropping the
offspring of the same step would lose 16-28 % of them at decays of 12-30 days.)

References
----------
Hawkes (1971), "Spectra of some self-exciting and mutually exciting point processes",
Biometrika 58(1).
"""

from sim.arithmetic import exp
from sim.compiled import rule

#: Most incidents of one kind in one step; a scenario near it is refused at load.
MOST_PER_STEP = 63


@rule
def same_step_share(decay_days, step_days):
    """Expected share of an incident's offspring that falls into its own step.

    The incident's time is uniform within the step.

    Parameters
    ----------
    decay_days : float
        Mean delay of offspring, days.
    step_days : float
        Length of a step, days.

    Returns
    -------
    float
        Share in (0, 1).

    Examples
    --------
    >>> round(same_step_share(12.0, 7.0), 3)
    0.242
    """
    return 1.0 - (decay_days / step_days) * (1.0 - exp(-step_days / decay_days))


@rule
def next_step_share(decay_days, step_days):
    """Expected share of an incident's offspring that falls into the next step.

    Each step after that has this share times ``exp(-step_days / decay_days)`` once more.

    Examples
    --------
    >>> first = same_step_share(12.0, 7.0)
    >>> rest = next_step_share(12.0, 7.0) / (1.0 - exp(-7.0 / 12.0))
    >>> abs(first + rest - 1.0) < 1e-12
    True
    """
    q = 1.0 - exp(-step_days / decay_days)
    return (decay_days / step_days) * q * q


@rule
def mean_per_step(rate, step_days):
    """Mean number of events in a step at a yearly rate.

    Examples
    --------
    >>> mean_per_step(730.5, 1.0)
    2.0
    """
    return rate * (step_days / 365.25)


@rule
def poisson(u, mean):
    """Poisson count by inversion of one uniform, at most `MOST_PER_STEP`.

    Parameters
    ----------
    u : float
        Uniform draw.
    mean : float
        Mean count, at least 0.

    Returns
    -------
    int
        Count; 0 exactly where ``u < exp(-mean)``.

    Examples
    --------
    >>> poisson(0.5, 0.1), poisson(0.95, 0.1), poisson(0.999, 0.1)
    (0, 1, 2)
    """
    return poisson_from(u, mean, exp(-mean))


@rule
def poisson_from(u, mean, p):
    """Poisson count as from `poisson`, where the probability `p` of none is known already.

    Examples
    --------
    >>> poisson_from(0.95, 0.1, 0.9048374180359595)
    1
    """
    total = p
    n = 0
    while u >= total and n < 63:
        n += 1
        p = p * mean / n
        total = total + p
    return n
