"""Decision theory `quantal`: logit quantal response over down, hold, up.

References
----------
McKelvey & Palfrey (1995), "Quantal response equilibria for normal form games", Games and
Economic Behavior 10(1). Signorino (1999), American Political Science Review 93(2).
"""

from sim.arithmetic import exp
from sim.compiled import rule


@rule
def quantal(u, rationality, up, down, can_up, can_down):
    """Move of one actor in one rivalry: +1.0 up, 0.0 hold, -1.0 down.

    Parameters
    ----------
    u : float
        Uniform draw.
    rationality : float
        Precision of choice, 1/util; at 0 every move that is open is equally likely.
    up, down : float
        Utilities of going up and down, utils; holding has 0.
    can_up, can_down : float
        1.0 where the move is open, else 0.0.

    Returns
    -------
    float
        The move.

    Notes
    -----
    ``rationality * utility`` is clamped to [-700, 700].

    Examples
    --------
    >>> quantal(0.2, 0.0, 5.0, 5.0, 1.0, 1.0), quantal(0.5, 0.0, 5.0, 5.0, 1.0, 1.0)
    (1.0, -1.0)
    >>> quantal(0.2, 0.0, 5.0, 5.0, 0.0, 0.0)
    0.0
    """
    e_up = exp(rationality * up) * can_up
    e_down = exp(rationality * down) * can_down
    x = u * (e_up + e_down + 1.0)
    return 1.0 if x < e_up else (-1.0 if x < e_up + e_down else 0.0)
