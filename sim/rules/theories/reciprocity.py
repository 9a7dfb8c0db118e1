"""Decision theory `reciprocity`: actors react to each other's rung, and weigh neither gains nor costs.

Richardson's equation for two rivals is dx/dt = k y - a x + g: reaction k to the other side's level y, fatigue a
with one's own level x, and grievances g. Here x and y are rungs, and

    δ = reaction · s - fatigue · r + g,   g = habit + resolve + grievance · tension

with r the actor's rung and s the opponent's. The move is drawn with weights exp(λδ) of going up, exp(-λδ) of
going down and 1 of holding: the expected move follows δ where that is small, and is never more than a rung.
Restraint by patrons and nuclear stability push on going up alone. Where fatigue exceeds reaction a race calms
down by itself (Richardson's condition of stability, for two alike).

"What people would do if they did not stop to think" (Richardson 1960, p. 12): no power, no cost of war, no
nuclear risk enters. How far such a race climbs above a war is therefore bounded by fatigue alone.

References
----------
Richardson (1960), "Arms and Insecurity", Boxwood Press, ch. II.
"""

from sim.arithmetic import exp
from sim.compiled import rule


@rule
def drift(reaction, theirs, fatigue, mine, grievances):
    """Richardson's drift δ, rungs a step at rationality 1 and where it is small.

    Examples
    --------
    >>> drift(0.5, 4.0, 0.25, 2.0, -1.0)
    0.5
    """
    return reaction * theirs - fatigue * mine + grievances


@rule
def weights(at):
    """Weights exp(λδ) of going up, exp(-λδ) of going down, 1 of holding.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.

    Returns
    -------
    tuple of float
        Weights of up, down, hold.

    Examples
    --------
    >>> from sim.rules.choice import CALM
    >>> weights(CALM._replace(habit=-5.0, rationality=0.0))
    (1.0, 1.0, 1.0)
    """
    grievances = at.habit + at.resolve + at.grievance * at.tension_level
    pull = drift(at.reaction, at.theirs, at.fatigue, at.rung, grievances)
    return exp(at.rationality * (pull + (at.nuclear_peace - at.restraint))), exp(at.rationality * -pull), 1.0


def terms(at, going):
    """Give the named terms of the drift towards going ``"up"`` or ``"down"``.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.
    going : str
        Which way.

    Returns
    -------
    dict of str to float
        They add up to the drift that way, but for the last bits of the sum.
    """
    sign = 1.0 if going == "up" else -1.0
    found = {
        "reaction": sign * at.reaction * at.theirs,
        "fatigue": -sign * at.fatigue * at.rung,
        "grievance": sign * at.grievance * at.tension_level,
        "habit": sign * at.habit,
        "resolve": sign * at.resolve,
    }
    if going == "up":
        found |= {"restraint by patrons": -at.restraint, "nuclear stability": at.nuclear_peace}
    return found
