"""Which moves are open on the ladder, which one is drawn, and what phase of an episode a rung means."""

from sim.compiled import rule


@rule
def may_rise(rung, top, step, refractory_until):
    """1.0 where going up is open.

    Parameters
    ----------
    rung : float
        Present rung.
    top : float
        Highest rung open to the actor: without an arsenal, or before a first use where that is drawn, the last
        one that is not nuclear.
    step, refractory_until : float
        The step now, and the first one at which rising is open again after a ceasefire.

    Examples
    --------
    >>> may_rise(2.0, 9.0, 5.0, 0.0), may_rise(9.0, 9.0, 5.0, 0.0), may_rise(2.0, 9.0, 5.0, 8.0)
    (1.0, 0.0, 0.0)
    """
    return 1.0 if (rung < top) & (step >= refractory_until) else 0.0


@rule
def may_sink(rung, first_war_rung):
    """1.0 where going down is open: a state of war ends by a ceasefire, not by one side's choice.

    Examples
    --------
    >>> may_sink(0.0, 6.0), may_sink(6.0, 6.0), may_sink(7.0, 6.0)
    (0.0, 0.0, 1.0)
    """
    return 1.0 if (rung > 0.0) & (rung != first_war_rung) else 0.0


@rule
def drawn_move(u, w_up, w_down, w_hold, can_up, can_down):
    """Move drawn in proportion to the weights of those that are open: +1.0 up, 0.0 hold, -1.0 down.

    Parameters
    ----------
    u : float
        Uniform draw.
    w_up, w_down, w_hold : float
        Weights that the actor's decision theory gives, at least 0.
    can_up, can_down : float
        1.0 where the move is open, else 0.0.

    Examples
    --------
    >>> [drawn_move(u, 1.0, 1.0, 1.0, 1.0, 1.0) for u in (0.2, 0.5, 0.8)]
    [1.0, -1.0, 0.0]
    >>> drawn_move(0.2, 1.0, 1.0, 1.0, 0.0, 0.0)
    0.0
    """
    up = w_up * can_up
    down = w_down * can_down
    x = u * (up + down + w_hold)
    return 1.0 if x < up else (-1.0 if x < up + down else 0.0)


@rule
def phase_of(rung, threat, force, attack, war, nuclear):
    """Phase of an episode that a rung amounts to: 0 none, 1 threat, … 5 nuclear.

    Parameters
    ----------
    rung : float
        The higher rung of a pair.
    threat, force, attack, war, nuclear : float
        First rung of each phase; the ladder's length where there is none.

    Examples
    --------
    >>> [phase_of(r, 2.0, 4.0, 5.0, 6.0, 8.0) for r in (1.0, 2.0, 4.0, 5.0, 7.0, 8.0)]
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    phase = 1.0 if rung >= threat else 0.0
    phase = 2.0 if rung >= force else phase
    phase = 3.0 if rung >= attack else phase
    phase = 4.0 if rung >= war else phase
    return 5.0 if rung >= nuclear else phase
