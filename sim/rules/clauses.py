"""The clause test: does a treaty's duty bite, as its obligor sees it, and if not, why not.

An obligor judges once per episode. Its draws belong to (obligor, beneficiary, adversary, episode)
and are shared by all clauses, so that one treaty in the place of another moves only thresholds;
when the state of the episode changes, the same draws meet the new state.
"""

from sim.arithmetic import log_odds, logistic
from sim.compiled import rule


@rule
def leaning(p, shift):
    """Probability `p` as an obligor sees it that leans by `shift`, log-odds; without a lean, `p` itself.

    Examples
    --------
    >>> leaning(0.3, 0.0), round(leaning(0.5, 1.0), 3)
    (0.3, 0.731)
    """
    return p if shift == 0.0 else logistic(log_odds(p) + shift)


@rule
def qualifiers_hold(u, mask, p_article_51, p_laws, p_constitutional):
    """1.0 where all of a clause's qualifiers are satisfied.

    Parameters
    ----------
    u : float
        Uniform draw of the obligor.
    mask : int
        Bits of `sim.treaties.Qualifier`.
    p_article_51, p_laws, p_constitutional : float
        Probability that each is satisfied; independent, so the threshold is their product.

    Examples
    --------
    >>> qualifiers_hold(0.5, 0, 0.1, 0.1, 0.1), qualifiers_hold(0.5, 1, 0.4, 1.0, 1.0)
    (1.0, 0.0)
    """
    p = p_article_51 if mask & 1 else 1.0
    p = p * (p_laws if mask & 2 else 1.0)
    p = p * (p_constitutional if mask & 4 else 1.0)
    return 1.0 if u < p else 0.0


@rule
def recognises_war(u, phase, p_recognised, recognition):
    """1.0 where there is a state of war (phase 4 or more) and the obligor says so.

    Parameters
    ----------
    u : float
        Uniform draw of the obligor.
    phase : float
        Phase of the episode.
    p_recognised : float
        Probability that a state of war is recognised.
    recognition : float
        The obligor's lean towards recognising one, log-odds.

    Examples
    --------
    >>> recognises_war(0.3, 4.0, 0.5, 0.0), recognises_war(0.3, 3.0, 0.5, 0.0), recognises_war(0.3, 4.0, 0.5, -2.0)
    (1.0, 0.0, 0.0)
    """
    return 1.0 if (phase > 3.5) & (u < leaning(p_recognised, recognition)) else 0.0


@rule
def is_invasion(u, grave, narrow, p_limited):
    """1.0 where what happened counts as an invasion, under a text that says so rather than attack.

    Parameters
    ----------
    u : float
        Uniform draw of the obligor and episode.
    grave : float
        1.0 once the war has been a major one: that is an invasion under either reading.
    narrow : float
        1.0 where the narrow reading (invasion) holds, 0.0 where any armed attack is enough; in between,
        the probability of the narrow one.
    p_limited : float
        Probability that less than a major war counts as an invasion, under the narrow reading.

    Examples
    --------
    >>> [is_invasion(0.5, *case) for case in ((0.0, 0.0, 0.1), (0.0, 1.0, 0.1), (1.0, 1.0, 0.1), (0.0, 1.0, 0.9))]
    [1.0, 0.0, 1.0, 1.0]
    """
    return 1.0 if (grave > 0.5) | (u < 1.0 - narrow * (1.0 - p_limited)) else 0.0


@rule
def judges_victim(u, struck_first, p_if_attacked, p_if_attacker, partiality):
    """1.0 where the obligor takes the beneficiary for the victim.

    Parameters
    ----------
    u : float
        Uniform draw of the obligor.
    struck_first : float
        1.0 if the beneficiary made the first armed attack of the episode, 0.5 if both attacked at once.
    p_if_attacked, p_if_attacker : float
        Probability of being judged the victim in either case; their mean where both attacked at once.
    partiality : float
        The obligor's lean towards its beneficiary, log-odds.

    Examples
    --------
    >>> judges_victim(0.5, 0.0, 0.9, 0.2, 0.0), judges_victim(0.5, 1.0, 0.9, 0.2, 0.0)
    (1.0, 0.0)
    >>> judges_victim(0.5, 1.0, 0.9, 0.2, 2.0)
    1.0
    """
    p = struck_first * p_if_attacker + (1.0 - struck_first) * p_if_attacked
    return 1.0 if u < leaning(p, partiality) else 0.0


@rule
def verdict(
    status,
    trigger,
    threatened,
    attacked,
    war,
    invasion,
    victim,
    struck_first,
    external_only,
    in_area,
    asked,
    qualified,
    retroactive,
):
    """What the obligor finds: the first condition that fails, or that the duty bites.

    Parameters
    ----------
    status : int
        `sim.treaties.Status` at the step's date.
    trigger : int
        `sim.treaties.Trigger`.
    threatened : float
        1.0 if the adversary stands at a threat or higher.
    attacked : float
        1.0 if the adversary has made an armed attack on the beneficiary in this episode.
    war : float
        From `recognises_war`.
    invasion : float
        From `is_invasion`; 1.0 for a clause none of whose texts says "invasion".
    victim : float
        From `judges_victim`.
    struck_first : float
        1.0 if the beneficiary alone made the first armed attack, 0.5 if both did.
    external_only : int
        Not 0 if the clause holds for external attack only (US Senate understanding of 1954).
    in_area : float
        1.0 if the clause's area covers the episode's theatre.
    asked : float
        1.0 if no request is needed or one was made.
    qualified : float
        From `qualifiers_hold`.
    retroactive : float
        1.0 if a treaty signed and not yet in force would be invoked all the same.

    Returns
    -------
    int
        Code of `sim.treaties.Verdict`.

    Notes
    -----
    A direct threat needs no attack, no war and no victim: it is judged on the adversary's rung,
    area, request and qualifiers alone.

    Examples
    --------
    >>> verdict(2, 2, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0, 1.0, 1.0, 1.0, 0.0)
    9
    >>> verdict(2, 2, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0, 1.0, 1.0, 1.0, 0.0)
    3
    >>> verdict(2, 2, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0, 1.0, 1.0, 1.0, 0.0)
    4
    """
    if (status == 0) | (status == 3) | ((status == 1) & (retroactive < 0.5)):
        return 1
    if (trigger == 0) & (threatened < 0.5):
        return 2
    if trigger > 0:
        if attacked < 0.5:
            return 2
        if (trigger == 2) & (war < 0.5):
            return 3
        if invasion < 0.5:
            return 4
        if (victim < 0.5) | ((external_only != 0) & (struck_first > 0.5)):
            return 5
    if in_area < 0.5:
        return 6
    if asked < 0.5:
        return 7
    if qualified < 0.5:
        return 8
    return 10 if status == 1 else 9


@rule
def bites(verdict):
    """1.0 for a verdict that makes the duty bite."""
    return 1.0 if verdict >= 9 else 0.0


@rule
def duty(response, automaticity, act_strength):
    """Strength of a duty to use force, 0-1; a duty to consult has none.

    Parameters
    ----------
    response : int
        `sim.treaties.Response`.
    automaticity : float
        How far the text leaves nothing to discretion, 0-1.
    act_strength : float
        Strength of "act to meet the danger", where "all means" is 1.

    Examples
    --------
    >>> duty(0, 1.0, 0.5), duty(1, 0.8, 0.5), duty(2, 0.8, 0.5)
    (0.0, 0.4, 0.8)
    """
    strength = 1.0 if response == 2 else (act_strength if response == 1 else 0.0)
    return strength * automaticity
