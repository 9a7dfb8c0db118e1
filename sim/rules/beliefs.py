"""What actors believe about entry and about each other's resolve.

Beliefs come from the believer's own prior and from what everyone can see, never from another
actor's private type. They look one level deep: at what others did up to the step before.
"""

from sim.arithmetic import log_odds, logistic
from sim.compiled import rule


@rule
def entry_lean(prior, declared, weight, reference):
    """Log-odds of entry that a believer starts from: its prior, moved by what the ally's leaders declare.

    Parameters
    ----------
    prior : float
        The believer's prior probability at the reference duty and declaration.
    declared : float
        How firmly the ally's leaders have declared themselves, 0-1.
    weight : float
        Log-odds per unit of declaration.
    reference : float
        Declaration at which the prior holds.

    Examples
    --------
    >>> entry_lean(0.5, 0.8, 1.0, 0.3)
    0.5
    """
    return log_odds(prior) + weight * (declared - reference)


@rule
def entry_belief(lean, text_duty, weight, reference, evidence):
    """Believed probability that an ally enters with forces.

    Parameters
    ----------
    lean : float
        From `entry_lean`.
    text_duty : float
        Strongest duty that any clause in force puts on the ally by its text, 0-1.
    weight : float
        Log-odds per unit of duty.
    reference : float
        Duty at which the prior holds.
    evidence : float
        Log-odds gathered in the present episode (`evidence_step`).

    Returns
    -------
    float
        Probability.

    Examples
    --------
    >>> entry_belief(0.0, 0.4, 2.0, 0.4, 0.0)
    0.5
    """
    return logistic(lean + weight * (text_duty - reference) + evidence)


@rule
def evidence_step(evidence, form_before, form_now, attacked, observed_support, observed_entry, waiting, weeks):
    """Evidence about an ally's entry after one more step of an episode.

    Parameters
    ----------
    evidence : float
        Log-odds so far.
    form_before, form_now : float
        Form of support (code of `sim.treaties.Form`) before and after this step.
    attacked : float
        1.0 while the episode has reached an armed attack, else 0.0.
    observed_support, observed_entry : float
        Log-odds for the first support of any form, and what the first forces add to it.
    waiting : float
        Log-odds lost per week of armed attack in which no forces came.
    weeks : float
        Length of a step, weeks.

    Examples
    --------
    >>> evidence_step(0.0, 0.0, 2.0, 0.0, 0.5, 2.0, 0.1, 1.0)
    0.5
    >>> evidence_step(0.0, 0.0, 0.0, 1.0, 0.5, 2.0, 0.1, 1.0)
    -0.1
    """
    evidence = evidence + (observed_support if form_before < 0.5 and form_now > 0.5 else 0.0)
    evidence = evidence + (observed_entry if form_before < 2.5 and form_now > 2.5 else 0.0)
    return evidence - (waiting * weeks if attacked > 0.5 and form_now < 2.5 else 0.0)


@rule
def resolve_belief(belief, move, learning):
    """Belief that the opponent is resolved, after seeing it go up (+1), down (-1) or hold (0).

    Parameters
    ----------
    belief : float
        Probability before.
    move : float
        The opponent's move.
    learning : float
        Share of the way to certainty that one move takes the belief.

    Examples
    --------
    >>> resolve_belief(0.5, 1.0, 0.2), resolve_belief(0.5, -1.0, 0.2), resolve_belief(0.5, 0.0, 0.2)
    (0.6, 0.4, 0.5)
    """
    certainty = 1.0 if move > 0.5 else 0.0
    share = learning if (move > 0.5) | (move < -0.5) else 0.0
    return belief + share * (certainty - belief)
