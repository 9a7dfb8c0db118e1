"""Entry: what form of support an ally gives, and when.

One draw per ally and episode meets thresholds that move with the state. The honouring prior is
the probability of *forces in theatre or more, given a duty met, in the reference case*; every
covariate is a shift of log-odds that is zero at its reference. Lower forms have intercepts of
their own.

References
----------
Leeds, Long & Mitchell (2000), "Reevaluating alliance reliability", Journal of Conflict Resolution
44(5). Berkemeier & Fuhrmann (2018), "Reassessing the fulfillment of alliance commitments in war",
Research & Politics 5(2).
"""

from sim.arithmetic import log, logistic
from sim.compiled import rule


@rule
def duty_shift(duty, unmet, weight, reference):
    """Log-odds from the duty met: rising in it, and lower by `unmet` where there is none.

    Examples
    --------
    >>> duty_shift(0.6, 1.0, 2.0, 0.6), duty_shift(0.0, 1.0, 2.0, 0.5)
    (0.0, -2.0)
    """
    return weight * (duty - reference) - (unmet if duty <= 0.0 else 0.0)


@rule
def covariate_shift(weight, value, reference):
    """Log-odds from one covariate, zero at its reference.

    Examples
    --------
    >>> covariate_shift(2.0, 0.75, 0.5)
    0.5
    """
    return weight * (value - reference)


@rule
def nuclear_exposure(phase, armed):
    """How far nuclear weapons hang over an entry: by phase, where the adversary has them.

    Examples
    --------
    >>> nuclear_exposure(4.0, 1.0), nuclear_exposure(4.0, 0.0)
    (0.8, 0.0)
    """
    return phase * 0.2 if armed > 0.5 else 0.0


@rule
def form_of_support(u, shift, theatre, rear, arms, diplomatic, consult_shift):
    """Form of support that a draw amounts to, before law, phase and signal (codes 0-4).

    Parameters
    ----------
    u : float
        Uniform draw of this ally and episode.
    shift : float
        Sum of all shifts, log-odds.
    theatre, rear, arms, diplomatic : float
        Log-odds of each form given that no higher one is given, in the reference case.
    consult_shift : float
        Log-odds added for diplomatic support where consultation is due.

    Returns
    -------
    float
        4 forces in theatre, 3 rear-area forces, 2 arms, 1 diplomatic, 0 none.

    Notes
    -----
    The higher `shift`, the higher the form at a given draw.

    Examples
    --------
    >>> [form_of_support(u, 0.0, -1.1, -1.4, 0.0, 0.0, 0.0) for u in (0.2, 0.3, 0.5, 0.75, 0.9)]
    [4.0, 3.0, 2.0, 1.0, 0.0]
    """
    p4 = logistic(theatre + shift)
    p3 = p4 + (1.0 - p4) * logistic(rear + shift)
    p2 = p3 + (1.0 - p3) * logistic(arms + shift)
    p1 = p2 + (1.0 - p2) * logistic(diplomatic + shift + consult_shift)
    form = 1.0 if u < p1 else 0.0
    form = 2.0 if u < p2 else form
    form = 3.0 if u < p3 else form
    return 4.0 if u < p4 else form


@rule
def allowed_form(form, phase, limit, signals):
    """Form after law and circumstance.

    Parameters
    ----------
    form : float
        From `form_of_support`.
    phase : float
        A threat calls for diplomacy at most, force for arms, an armed attack for anything.
    limit : float
        Highest form that the ally's law allows.
    signals : float
        1.0 if forces in theatre come with a nuclear signal.

    Examples
    --------
    >>> allowed_form(4.0, 4.0, 5.0, 1.0), allowed_form(4.0, 2.0, 5.0, 1.0), allowed_form(4.0, 4.0, 3.0, 1.0)
    (5.0, 2.0, 3.0)
    """
    form = 5.0 if (form > 3.5) & (signals > 0.5) else form
    most = 5.0 if phase > 2.5 else phase
    form = form if form < most else most
    return form if form < limit else limit


@rule
def latency_steps(u, mean_weeks, step_days):
    """Whole steps from decision to arrival, exponential with the form's mean.

    Examples
    --------
    >>> latency_steps(0.5, 10.0, 7.0), latency_steps(0.9999999, 10.0, 7.0)
    (6.0, 0.0)
    """
    steps = -log(u) * mean_weeks * 7.0 / step_days
    return float(int(steps if steps < 30000.0 else 30000.0))
