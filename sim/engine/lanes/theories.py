"""Decision theories in lanes: a loop for each, and one choice between the loops outside of them.

Theories are found by their files (`sim.theories`). Each gets a compiled loop of its own over lanes, without
branches; which loop runs is decided once per side, step and block of lanes, so that a scenario pays only for
the theories that its actors have.
"""

import importlib
from typing import NamedTuple

from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.rules.choice import Situation, exposure, gap, leads
from sim.rules.moves import drawn_move, may_rise, may_sink
from sim.theories import THEORIES

#: Rows per rivalry that depend on its rung: gain, cost and nuclear risk of the next rung, then of this one;
#: the whole push on going up, and in it nuclear peace and restraint.
INCREMENTS = 9


class Rows(NamedTuple):
    """Where the numbers of one side's choice stand, in the state and in the parameters."""

    address: int
    increments: int
    war: float
    # Rows of the state.
    mine: int
    theirs: int
    coercion: int
    caution: int
    belief: int
    tension: int
    struck: int
    ceiling: int
    refractory: int
    fear: int
    # Rows of the parameters.
    rationality: int
    audience: int
    habit: int
    resolve: int
    tension_weight: int
    matching: int
    retaliation: int
    relief: int
    concede: int
    loss_aversion: int
    gain_curvature: int
    loss_curvature: int
    reaction: int
    fatigue: int
    grievance: int


@rule
def rows_of(t, n, d):
    """Rows of rivalry `d`."""
    at = t.rivalry[d]
    opposite = at["opposite"]
    return Rows(
        at["address"],
        INCREMENTS * d,
        float(n.war),
        n.rung + d,
        n.rung + opposite,
        n.coercion + d,
        n.caution + d,
        n.belief + d,
        n.tension + d,
        n.struck + opposite,
        n.ceiling + d,
        n.refractory + at["pair"],
        n.fear + d,
        at["rationality_row"],
        at["audience_row"],
        at["habit_row"],
        at["resolve_row"],
        n.tension_weight,
        n.matching,
        n.retaliation,
        n.relief,
        n.concede,
        n.loss_aversion,
        n.gain_curvature,
        n.loss_curvature,
        n.reaction,
        n.fatigue,
        n.grievance,
    )


@rule
def situation(r, increments, state, par, w, step):
    """What one side sees and wants in one lane."""
    mine, theirs = state[r.mine, w], state[r.theirs, w]
    a = state[r.coercion, w]
    b = exposure(state[r.caution, w], state[r.belief, w])
    f = state[r.fear, w]
    i = r.increments
    up, down = leads(mine, theirs), leads(mine - 1.0, theirs)
    tension = state[r.tension, w]
    return Situation(
        mine,
        theirs,
        may_rise(mine, state[r.ceiling, w], step, state[r.refractory, w]),
        may_sink(mine, r.war),
        par[r.rationality, w],
        a * increments[i, w],
        up * (b * increments[i + 1, w]),
        up * (f * increments[i + 2, w]),
        increments[i + 6, w],
        par[r.habit, w],
        par[r.resolve, w],
        increments[i + 7, w],
        increments[i + 8, w],
        par[r.tension_weight, w] * tension,
        tension,
        par[r.matching, w] * gap(theirs, mine),
        par[r.retaliation, w] * state[r.struck, w],
        a * increments[i + 3, w],
        down * (b * increments[i + 4, w]),
        down * (f * increments[i + 5, w]),
        par[r.audience, w] * mine,
        par[r.relief, w],
        par[r.concede, w] * gap(mine, theirs),
        par[r.loss_aversion, w],
        par[r.gain_curvature, w],
        par[r.loss_curvature, w],
        par[r.reaction, w],
        par[r.fatigue, w],
        par[r.grievance, w],
    )


def _loop_of(weights):
    """Give a compiled loop over lanes in which a side chooses by one theory.

    Row `side` of `moves` takes the moves, row ``side + 2`` the uniforms for a slide into war.
    """

    @helper
    def loop(r, increments, moves, state, par, side, seed, draws, branches, step, lanes_from, lanes_to):
        for w in range(lanes_from, lanes_to):
            u = uniforms(seed, draws[w], step, r.address, 9, branches[w])
            x = situation(r, increments, state, par, w, step)
            up, down, hold = weights(x)
            moves[side, w] = drawn_move(u[0], up, down, hold, x.can_up, x.can_down)
            moves[side + 2, w] = u[1]

    return loop


def _either(number, loop, others):
    """Give a rule that runs the loop of theory `number`, and leaves all other numbers to `others`."""

    @rule
    def either(theory, r, s, state, par, side, seed, draws, branches, step, lanes_from, lanes_to):
        if theory == number:
            loop(r, s.increments, s.moves, state, par, side, seed, draws, branches, step, lanes_from, lanes_to)
        else:
            others(theory, r, s, state, par, side, seed, draws, branches, step, lanes_from, lanes_to)

    return either


@rule
def _nobody(theory, r, s, state, par, side, seed, draws, branches, step, lanes_from, lanes_to):
    """End of the chain: every number belongs to a theory."""


def _dispatch():
    chain = _nobody
    for number, name in enumerate(THEORIES):
        weights = importlib.import_module(f"sim.rules.theories.{name}").weights
        chain = _either(number, _loop_of(weights), chain)
    return chain


#: Let one side of a pair choose in a range of lanes, by the theory of a number.
choose = _dispatch()
