"""Named terms of the utility of going up or down one rung; holding has utility 0.

The value of standing on rung r while the opponent stands on s is

    V(r; s) = a G(r) - b C(max(r, s)) - f N(max(r, s)),

with a = stake * p (coercion), b = (1 - p) (0.5 + belief) / tolerance (exposure to conflict) and
f = nuclear fear; p is the share of power, G, C, N the ladder's gain, cost and nuclear risk. Going
up is worth V(r + 1; s) - V(r; s) plus pushes, going down V(r - 1; s) - V(r; s) plus pulls. Only
increments of G, C, N between neighbouring rungs are ever needed.

References
----------
Fearon (1994), "Domestic political audiences and the escalation of international disputes",
American Political Science Review 88(3). Signorino (1999), "Strategic interaction and the
statistical analysis of international conflict", American Political Science Review 93(2).
"""

from sim.compiled import rule


@rule
def coercion(stake, p):
    """Weight a of coercive gain: stake times share of power.

    Examples
    --------
    >>> coercion(2.0, 0.25)
    0.5
    """
    return stake * p


@rule
def caution(p, inverse_tolerance):
    """Part of the weight b of conflict costs that does not depend on beliefs.

    Examples
    --------
    >>> caution(0.25, 1.0)
    0.75
    """
    return (1.0 - p) * inverse_tolerance


@rule
def exposure(caution, belief):
    """Weight b of conflict costs: half at an opponent surely weak, one and a half at one surely resolved.

    Notes
    -----
    The 0.5 makes the weight that of `caution` at a belief of one half, at which the ladder's costs
    were fitted. That certainty moves it by a half either way is judged: no record separates what
    actors believed from what they did.

    Examples
    --------
    >>> exposure(0.5, 0.5)
    0.5
    """
    return caution * (0.5 + belief)


@rule
def leads(rung, other):
    """1.0 where a step at `rung` moves the higher of the two rungs, else 0.0."""
    return 1.0 if rung >= other else 0.0


@rule
def gap(high, low):
    """Rungs by which `high` exceeds `low`, at least 0."""
    return high - low if high > low else 0.0


@rule
def utility_up(a, b, fear, d_gain, d_cost, d_nuclear, leads, push, tension_term, matching_term, retaliation_term):
    """Utility of going up one rung.

    Parameters
    ----------
    a, b, fear : float
        Weights of gain, cost and nuclear risk.
    d_gain, d_cost, d_nuclear : float
        Increments of the ladder from this rung to the next, utils.
    leads : float
        1.0 if the step raises the higher of the two rungs: only then do cost and risk change.
    push : float
        Habit plus resolve, utils.
    tension_term, matching_term, retaliation_term : float
        Pushes of the moment, utils.

    Returns
    -------
    float
        Utils, relative to holding.

    Examples
    --------
    >>> utility_up(1.0, 1.0, 1.0, 0.5, 0.25, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0)
    -0.75
    """
    u = a * d_gain - leads * (b * d_cost + fear * d_nuclear)
    return u + push + (tension_term + matching_term + retaliation_term)


@rule
def utility_down(a, b, fear, d_gain, d_cost, d_nuclear, leads, audience_term, relief, concede_term):
    """Utility of going down one rung.

    Parameters
    ----------
    a, b, fear : float
        Weights of gain, cost and nuclear risk.
    d_gain, d_cost, d_nuclear : float
        Increments of the ladder from the rung below to this one, utils.
    leads : float
        1.0 if the step lowers the higher of the two rungs.
    audience_term : float
        Audience cost of backing down from here, utils lost.
    relief, concede_term : float
        Pulls downwards, utils.

    Examples
    --------
    >>> utility_down(1.0, 1.0, 1.0, 0.5, 0.25, 0.0, 1.0, 0.0, 0.1, 0.0)
    -0.15
    """
    u = leads * (b * d_cost + fear * d_nuclear) - a * d_gain
    return u - audience_term + (relief + concede_term)
