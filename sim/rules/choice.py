"""Named terms of the utility of going up or down one rung; holding has utility 0.

The value of standing on rung r while the opponent stands on s is

    V(r; s) = a G(r) - b C(max(r, s)) - f N(max(r, s)),

with a = stake * p (coercion), b = (1 - p) (0.5 + belief) / tolerance (exposure to conflict) and
f = nuclear fear; p is the share of power, G, C, N the ladder's gain, cost and nuclear risk. Going
up is worth V(r + 1; s) - V(r; s) plus pushes, going down V(r - 1; s) - V(r; s) plus pulls. Only
increments of G, C, N between neighbouring rungs are ever needed.

A decision theory (`sim.rules.theories`) makes a move out of these terms.

References
----------
Fearon (1994), "Domestic political audiences and the escalation of international disputes",
American Political Science Review 88(3). Signorino (1999), "Strategic interaction and the
statistical analysis of international conflict", American Political Science Review 93(2).
"""

from typing import NamedTuple

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
def restraint_term(rung, force, restraint):
    """Utility that going up to `rung` loses to patrons that hold the actor back: only from the first rung of force.

    Examples
    --------
    >>> restraint_term(3.0, 4.0, 0.5), restraint_term(4.0, 4.0, 0.5)
    (0.0, 0.5)
    """
    return restraint if rung >= force else 0.0


@rule
def nuclear_peace(rung, war, armed, instability, stability):
    """Push on going up to `rung` where both sides have arsenals: towards disputes, away from wars.

    Parameters
    ----------
    rung, war : float
        The rung that would be entered, and the first one of a state of war.
    armed : float
        1.0 where both sides of the rivalry have arsenals, else 0.0.
    instability, stability : float
        Utils towards rungs below a state of war, and against those of one.

    References
    ----------
    Rauchhaus (2009), "Evaluating the nuclear peace hypothesis", Journal of Conflict Resolution 53(2): fewer wars
    and more disputes and uses of force short of war. Bell & Miller (2015), "Questioning the effect of nuclear
    weapons on conflict", Journal of Conflict Resolution 59(1): neither.

    Examples
    --------
    >>> nuclear_peace(4.0, 6.0, 1.0, 0.25, 0.5), nuclear_peace(6.0, 6.0, 1.0, 0.25, 0.5)
    (0.25, -0.5)
    """
    return armed * (instability if rung < war else -stability)


class Situation(NamedTuple):
    """All that a decision theory may go by: what the actor sees, and what each named term is worth to it.

    Terms are in utils and relative to holding. Costs and risks are there only where the move changes the higher
    of the two rungs.
    """

    rung: float  # the actor's
    theirs: float  # the opponent's rung
    can_up: float  # 1.0 where going up is open, else 0.0
    can_down: float
    rationality: float  # precision of choice, 1/util
    gain_up: float  # coercive gain of the next rung over this one: a dG
    cost_up: float  # cost of conflict that going up adds: b dC
    nuclear_up: float  # nuclear risk that it adds: f dN
    push: float  # habit + resolve + (nuclear peace - restraint), the sum
    habit: float
    resolve: float
    nuclear_peace: float  # towards rungs short of war, away from those of war, where both have arsenals
    restraint: float  # what patrons hold back with, at least 0
    tension: float  # w_τ τ
    tension_level: float  # τ itself
    matching: float
    retaliation: float
    gain_down: float  # coercive gain that going down gives up
    cost_down: float  # cost of conflict that it saves
    nuclear_down: float  # nuclear risk that it saves
    audience: float  # audience cost of backing down, at least 0
    relief: float
    concede: float
    loss_aversion: float  # parameters of single theories: block `prospect`
    gain_curvature: float
    loss_curvature: float
    reaction: float  # block `reciprocity`
    fatigue: float
    grievance: float


#: A situation in which nothing is worth anything.
CALM = Situation(*[0.0] * len(Situation._fields))


@rule
def utility_up(at):
    """Utility of going up one rung.

    Parameters
    ----------
    at : Situation
        With the terms of going up.

    Returns
    -------
    float
        Utils, relative to holding.

    Examples
    --------
    >>> utility_up(CALM._replace(gain_up=0.5, cost_up=0.25, push=-1.0))
    -0.75
    """
    return at.gain_up - (at.cost_up + at.nuclear_up) + at.push + (at.tension + at.matching + at.retaliation)


@rule
def utility_down(at):
    """Utility of going down one rung.

    Parameters
    ----------
    at : Situation
        With the terms of going down.

    Returns
    -------
    float
        Utils, relative to holding.

    Examples
    --------
    >>> utility_down(CALM._replace(gain_down=0.5, cost_down=0.25, relief=0.1))
    -0.15
    """
    return at.cost_down + at.nuclear_down - at.gain_down - at.audience + (at.relief + at.concede)


def utility_terms(at, going):
    """Give the named terms of the utility of going ``"up"`` or ``"down"``, utils.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.
    going : str
        Which way.

    Returns
    -------
    dict of str to float
        They add up to the utility, but for the last bits of the sum.

    Examples
    --------
    >>> utility_terms(CALM._replace(audience=0.5), "down")["audience cost"]
    -0.5
    """
    if going == "up":
        return {
            "coercive gain": at.gain_up,
            "conflict cost": -at.cost_up,
            "nuclear risk": -at.nuclear_up,
            "habit": at.habit,
            "resolve": at.resolve,
            "restraint by patrons": -at.restraint,
            "nuclear stability": at.nuclear_peace,
            "tension": at.tension,
            "matching": at.matching,
            "retaliation": at.retaliation,
        }
    return {
        "coercive gain": -at.gain_down,
        "conflict cost": at.cost_down,
        "nuclear risk": at.nuclear_down,
        "audience cost": -at.audience,
        "relief": at.relief,
        "conceding": at.concede,
    }
