"""First use of nuclear weapons: a judged hazard by state of war, apart from choice.

The numbers that it rests on are probabilities per war, so that they can be judged: that one armed
side uses first, were the war of one kind for as long as wars last on average. Nothing in history
informs them.
"""

from sim.arithmetic import exp, log
from sim.compiled import rule


@rule
def use_hazard(probability, war_weeks, step_days):
    """Hazard per step of a first use that has a given probability in a war of mean length.

    The hazard is h = -ln(1 - P) D / (7 W), so that a war of length W sees it with probability P,
    and one of length t with 1 - (1 - P)^(t / W).

    Parameters
    ----------
    probability : float
        P, for one armed side; held at 1e-12 below 1.
    war_weeks : float
        W, mean time to a ceasefire, weeks.
    step_days : float
        D, length of a step, days.

    Returns
    -------
    float
        Hazard, 1/step.

    Examples
    --------
    >>> use_hazard(0.0, 30.0, 7.0)
    0.0
    >>> h = use_hazard(0.3, 30.0, 7.0)
    >>> abs(1.0 - exp(-30.0 * h) - 0.3) < 1e-12
    True
    """
    left = 1.0 - probability
    left = 1e-12 if left < 1e-12 else left
    return (0.0 - log(left)) * step_days / (7.0 * war_weeks)


@rule
def is_losing(share, threshold):
    """1.0 where a side's share of power is below the one at which a war is being lost.

    Examples
    --------
    >>> is_losing(0.2, 0.25), is_losing(0.25, 0.25)
    (1.0, 0.0)
    """
    return 1.0 if share < threshold else 0.0


@rule
def first_use(u, accident, by_will, losing, decapitation):
    """Why one armed side uses nuclear weapons first in this step, 0.0 where it does not.

    The hazard is a + w k_l k_d. Its parts add up in the order accident, the war itself, losing it,
    decapitation; the part into which the draw falls is the trigger.

    Parameters
    ----------
    u : float
        Uniform draw of the actor and step.
    accident : float
        Hazard a of a use that nobody ordered, 1/step.
    by_will : float
        Hazard w from the state of the war and the actor's doctrine, 1/step.
    losing, decapitation : float
        Factors k_l and k_d, at least 1; 1 where they do not apply.

    Returns
    -------
    float
        1 accident, 2 the war itself, 3 a losing war, 4 decapitation; 0 none.

    Examples
    --------
    >>> [first_use(u, 0.1, 0.1, 2.0, 2.0) for u in (0.05, 0.15, 0.25, 0.35, 0.45)]
    [1.0, 2.0, 3.0, 4.0, 0.0]
    """
    v = 1.0 - u
    cause = 4.0 if v > exp(-(accident + by_will * losing * decapitation)) else 0.0
    cause = 3.0 if v > exp(-(accident + by_will * losing)) else cause
    cause = 2.0 if v > exp(-(accident + by_will)) else cause
    return 1.0 if v > exp(-accident) else cause
