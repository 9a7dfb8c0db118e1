"""Entry: what form of support an ally gives, and when.

One draw per ally and crisis of its beneficiary meets thresholds that move with the state. The honouring prior is
the probability of *forces in theatre or more, given a duty met, in the reference case*; every
covariate is a shift of log-odds that is zero at its reference. Lower forms have intercepts of
their own.

References
----------
Leeds, Long & Mitchell (2000), "Reevaluating alliance reliability", Journal of Conflict Resolution
44(5). Berkemeier & Fuhrmann (2018), "Reassessing the fulfillment of alliance commitments in war",
Research & Politics 5(2).
"""

from sim.arithmetic import exp, log
from sim.compiled import rule


@rule
def duty_shift(duty, weight, reference):
    """Log-odds from the duty met, rising in it; a negative duty says that none was met.

    Examples
    --------
    >>> duty_shift(0.6, 2.0, 0.6), duty_shift(-1.0, 2.0, 0.5)
    (0.0, -1.0)
    """
    return weight * ((duty if duty > 0.0 else 0.0) - reference)


@rule
def odds_unmet(duty, unmet_odds):
    """Factor on the odds against forces: 1 where a duty to use force was met, even a weak one.

    Examples
    --------
    >>> odds_unmet(0.0, 7.4), odds_unmet(-1.0, 7.4)
    (1.0, 7.4)
    """
    return unmet_odds if duty < 0.0 else 1.0


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

    Notes
    -----
    The 0.2 is a unit and not an estimate: phases go from 1 to 5, so that the exposure is 1 once
    nuclear weapons have been used. How much that weighs is `entry.nuclear_weight`. That it grows by
    the same amount from phase to phase is judged.

    Examples
    --------
    >>> nuclear_exposure(4.0, 1.0), nuclear_exposure(4.0, 0.0)
    (0.8, 0.0)
    """
    return phase * 0.2 if armed > 0.5 else 0.0


@rule
def odds_against(p):
    """Odds against an event of probability `p`, with 0 and 1 held at 1e-12 from the ends.

    Examples
    --------
    >>> odds_against(0.25)
    3.0
    """
    p = 1e-12 if p < 1e-12 else p
    p = 1.0 - 1e-12 if p > 1.0 - 1e-12 else p
    return (1.0 - p) / p


@rule
def form_of_support(u, shift, unmet, theatre, rear, arms, diplomatic):
    """Form of support that a draw amounts to, before law, phase and signal (codes 0-4).

    Parameters
    ----------
    u : float
        Uniform draw of this ally and crisis of its beneficiary.
    shift : float
        Sum of all shifts, log-odds.
    unmet : float
        Factor on the odds against forces, of either kind (`odds_unmet`): arms and diplomatic
        support need no treaty.
    theatre, rear, arms, diplomatic : float
        Odds against each form, given that no higher one is given, in the reference case
        (`odds_against`).

    Returns
    -------
    float
        4 forces in theatre, 3 rear-area forces, 2 arms, 1 diplomatic, 0 none.

    Notes
    -----
    With p_k = 1 / (1 + a_k) and a_k = odds against * exp(-shift), support is at least of form k
    where 1 - u > prod_{j >= k} a_j / (1 + a_j). It is tested without a division. The higher
    `shift`, the higher the form at a given draw.

    Examples
    --------
    >>> [form_of_support(u, 0.0, 1.0, 3.0, 4.0, 1.0, 1.0) for u in (0.2, 0.3, 0.5, 0.75, 0.9)]
    [4.0, 3.0, 2.0, 1.0, 0.0]
    """
    scale = exp(-shift)
    a4, a3 = theatre * (scale * unmet), rear * (scale * unmet)
    a2, a1 = arms * scale, diplomatic * scale
    v = 1.0 - u
    none, all_ = a4, 1.0 + a4
    form = 4.0 if v * all_ > none else 0.0
    none, all_ = none * a3, all_ * (1.0 + a3)
    form = 3.0 if (form == 0.0) & (v * all_ > none) else form
    none, all_ = none * a2, all_ * (1.0 + a2)
    form = 2.0 if (form == 0.0) & (v * all_ > none) else form
    none, all_ = none * a1, all_ * (1.0 + a1)
    return 1.0 if (form == 0.0) & (v * all_ > none) else form


@rule
def legal_limit(limit, raised, graver):
    """Highest form that the ally's law allows: the raised one in the graver legal situation.

    Parameters
    ----------
    limit, raised : float
        Highest form in the usual and in the graver situation.
    graver : float
        1.0 where the government finds the graver situation, or the ally itself was attacked at home.

    Examples
    --------
    >>> legal_limit(3.0, 4.0, 0.0), legal_limit(3.0, 4.0, 1.0)
    (3.0, 4.0)
    """
    return raised if graver > 0.5 else limit


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
        Highest form that the ally's law allows (`legal_limit`).
    signals : float
        1.0 if forces in theatre come with a nuclear signal.

    Examples
    --------
    >>> allowed_form(4.0, 4.0, 5.0, 1.0), allowed_form(4.0, 2.0, 5.0, 1.0), allowed_form(4.0, 4.0, 3.0, 1.0)
    (5.0, 2.0, 3.0)
    """
    form = 5.0 if (form > 3.5) & (signals > 0.5) else form
    form = called_for(form, phase)
    return form if form < limit else limit


@rule
def called_for(form, phase):
    """Form of support that a phase calls for: diplomacy at a threat, arms at force, anything in an armed attack.

    Examples
    --------
    >>> called_for(4.0, 1.0), called_for(4.0, 3.0)
    (1.0, 4.0)
    """
    most = 5.0 if phase > 2.5 else phase
    return form if form < most else most


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
