"""Decision theory `best_reply`: the move of highest utility, the limit of `quantal` as rationality grows.

It has no parameter. Utilities are those of `sim.rules.choice`, and holding has 0. Ties hold: a move is made
only where it is better than every other that is open.

References
----------
McKelvey & Palfrey (1995), "Quantal response equilibria for normal form games", Games and Economic
Behavior 10(1), on the limit. Signorino (1999), American Political Science Review 93(2).
"""

from sim.compiled import rule
from sim.rules.choice import utility_down, utility_up


@rule
def weights(at):
    """All the weight on the best open move.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.

    Returns
    -------
    tuple of float
        Weights of up, down, hold: one is 1.0, the others are 0.0.

    Examples
    --------
    >>> from sim.rules.choice import CALM
    >>> weights(CALM._replace(push=0.1, can_up=1.0)), weights(CALM._replace(push=0.1, can_up=0.0))
    ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    >>> weights(CALM._replace(push=0.1, relief=0.1, can_up=1.0, can_down=1.0))
    (0.0, 0.0, 1.0)
    """
    # A closed move is as good as holding, which never makes it the best.
    up = utility_up(at) * at.can_up
    down = utility_down(at) * at.can_down
    rises = 1.0 if (up > 0.0) & (up > down) else 0.0
    sinks = 1.0 if (down > 0.0) & (down > up) else 0.0
    return rises, sinks, 1.0 - rises - sinks
