"""The slow alternation of hot and cold phases that incidents live in.

Without it there are no isolated disputes: incidents come in clusters of years, not weeks.
"""

from sim.arithmetic import exp
from sim.compiled import rule


@rule
def leaving_probability(mean_years, step_days):
    """Probability that a phase of a given mean duration ends within one step.

    Parameters
    ----------
    mean_years : float
        Mean duration of the phase, years.
    step_days : float
        Length of a step, days.

    Returns
    -------
    float
        Probability.

    Examples
    --------
    >>> round(leaving_probability(4.0, 7.0), 5)
    0.00478
    """
    return 1.0 - exp(-step_days / (mean_years * 365.25))


@rule
def stationary_hot(hot_years, cold_years):
    """Long-run share of time in the hot phase.

    Examples
    --------
    >>> stationary_hot(3.0, 1.0)
    0.75
    """
    return hot_years / (hot_years + cold_years)


@rule
def in_phase(hot, if_hot, if_cold):
    """The value that holds in the present phase.

    Examples
    --------
    >>> in_phase(1.0, 7.3, 1.6), in_phase(0.0, 7.3, 1.6)
    (7.3, 1.6)
    """
    return if_hot if hot > 0.5 else if_cold


@rule
def next_phase(hot, u, p_leave_hot, p_leave_cold):
    """Phase after one step: 1.0 hot, 0.0 cold.

    Parameters
    ----------
    hot : float
        Phase now, 1.0 or 0.0.
    u : float
        Uniform draw of this step.
    p_leave_hot, p_leave_cold : float
        From `leaving_probability`.

    Examples
    --------
    >>> next_phase(1.0, 0.001, 0.01, 0.02), next_phase(0.0, 0.5, 0.01, 0.02)
    (0.0, 0.0)
    """
    p = p_leave_hot if hot > 0.5 else p_leave_cold
    other = 0.0 if hot > 0.5 else 1.0
    return other if u < p else hot
