"""Decision theory `quantal`: logit quantal response over down, hold, up.

References
----------
McKelvey & Palfrey (1995), "Quantal response equilibria for normal form games", Games and
Economic Behavior 10(1). Signorino (1999), American Political Science Review 93(2).
"""

from sim.arithmetic import exp
from sim.compiled import rule
from sim.rules.choice import utility_down, utility_up


@rule
def weights(at):
    """Weights exp(λ U) of going up, going down and holding, which has utility 0.

    Parameters
    ----------
    at : Situation
        Its `rationality` λ is the precision of choice, 1/util; at 0 every open move is equally likely.

    Returns
    -------
    tuple of float
        Weights of up, down, hold.

    Notes
    -----
    λ U is clamped to [-700, 700].

    Examples
    --------
    >>> from sim.rules.choice import CALM
    >>> weights(CALM._replace(push=-5.0, rationality=0.0))
    (1.0, 1.0, 1.0)
    """
    return exp(at.rationality * utility_up(at)), exp(at.rationality * utility_down(at)), 1.0
