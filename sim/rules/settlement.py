"""How wars end: a ceasefire hazard, then a time in which nobody goes up."""

from sim.arithmetic import exp
from sim.compiled import rule


@rule
def ceasefire_probability(war_weeks, step_days):
    """Probability that a war of a given mean duration ends within one step.

    Examples
    --------
    >>> round(ceasefire_probability(30.0, 7.0), 4)
    0.0328
    """
    return 1.0 - exp(-step_days / (war_weeks * 7.0))


@rule
def decay_factor(decay_days, step_days):
    """Factor by which tension shrinks in one step.

    Examples
    --------
    >>> round(decay_factor(28.0, 7.0), 4)
    0.7788
    """
    return exp(-step_days / decay_days)


@rule
def decay(x, factor):
    """One step of decay; what has become too small to matter is 0.

    Without the cut a long calm ends in subnormal numbers, which processors are slow at.

    Examples
    --------
    >>> decay(1.0, 0.5), decay(1e-12, 0.5)
    (0.5, 0.0)
    """
    x = x * factor
    return x if x > 1e-12 else 0.0


@rule
def refractory_steps(weeks, step_days):
    """Whole steps that cover a refractory time.

    Examples
    --------
    >>> refractory_steps(3.5, 7.0), refractory_steps(0.0, 7.0)
    (4.0, 0.0)
    """
    return float(int(weeks * 7.0 / step_days + 0.999999))
