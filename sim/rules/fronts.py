"""Outside wars that tie force down: when they end or begin, and how much of an actor they bind.

Tied-down force limits what an actor can bring to a theatre and its readiness to send forces there,
not arms or diplomacy.
"""

from sim.arithmetic import exp
from sim.compiled import rule


@rule
def hazard_probability(per_year, step_days):
    """Probability that something of a given hazard happens within one step.

    Parameters
    ----------
    per_year : float
        Hazard, 1/year.
    step_days : float
        Length of a step, days.

    Examples
    --------
    >>> round(hazard_probability(0.05, 7.0), 5), hazard_probability(0.0, 7.0)
    (0.00096, 0.0)
    """
    return 1.0 - exp(-step_days * per_year / 365.25)


@rule
def next_intensity(intensity, u_end, u_onset, p_end, p_onset):
    """Intensity of a front after one step: a ceasefire puts it at 0, an onset at 1.

    Parameters
    ----------
    intensity : float
        Now, 0-1.
    u_end, u_onset : float
        Uniform draws of this step.
    p_end, p_onset : float
        Probabilities of a ceasefire while it is fought, and of an onset while it is not.

    Examples
    --------
    >>> next_intensity(0.8, 0.5, 0.0, 0.1, 1.0), next_intensity(0.8, 0.05, 0.0, 0.1, 1.0)
    (0.8, 0.0)
    >>> next_intensity(0.0, 0.0, 0.05, 1.0, 0.1), next_intensity(0.0, 0.0, 0.5, 1.0, 0.1)
    (1.0, 0.0)
    """
    fought = 0.0 if u_end < p_end else intensity
    quiet = 1.0 if u_onset < p_onset else 0.0
    return fought if intensity > 0.0 else quiet


@rule
def tied_by_front(tied, intensity, relief, support):
    """Share of an actor's power that a front binds: tied · intensity · (1 − relief · support).

    Parameters
    ----------
    tied : float
        Share bound at intensity 1.
    intensity : float
        Of the front, 0-1.
    relief : float
        Share of it that partners free at full support, 0-1.
    support : float
        Sum of what partners send, as shares of full support; more than 1 counts as 1.

    Examples
    --------
    >>> tied_by_front(0.4, 1.0, 0.25, 2.0), tied_by_front(0.4, 0.0, 0.25, 1.0)
    (0.30000000000000004, 0.0)
    """
    return tied * intensity * (1.0 - relief * (support if support < 1.0 else 1.0))


@rule
def bounded_share(x):
    """A share, held between 0 and 1.

    Examples
    --------
    >>> bounded_share(1.2), bounded_share(-0.1), bounded_share(0.3)
    (1.0, 0.0, 0.3)
    """
    x = x if x > 0.0 else 0.0
    return x if x < 1.0 else 1.0
