"""First use of nuclear weapons between two at war: drawn and not chosen, for each side that has them."""

from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.engine.lanes.episodes import attacked_at_home
from sim.engine.lanes.ladder_moves import act_at
from sim.rules.nuclear import first_use, is_losing


@helper
def first_use_step(state, par, t, n, p, w, seed, draw, step, branch):
    """Let either side of a pair at war use nuclear weapons first; both see the state before either does."""
    if (n.first_use_drawn == 0) | (n.nuclear >= n.n_rungs):
        return
    d, back = t.pair[p]["first"], t.pair[p]["second"]
    major = (state[n.rung + d, w] > n.war) | (state[n.rung + back, w] > n.war)
    one = trigger(state, par, t, n, d, major, w, seed, draw, step, branch)
    two = trigger(state, par, t, n, back, major, w, seed, draw, step, branch)
    if one > 0.5:
        act_at(state, par, t, n, d, w, n.nuclear, 1.0, True)
    if two > 0.5:
        act_at(state, par, t, n, back, w, n.nuclear, 1.0, True)


@rule
def trigger(state, par, t, n, d, major, w, seed, draw, step, branch):
    """What makes the actor of rivalry `d` use nuclear weapons first in this step, 0.0 for nothing.

    One draw serves all of an actor's wars of a step: to fight several adversaries is no further chance.
    """
    a = t.rivalry[d]["actor"]
    if not par[t.actor[a]["arsenal_row"], w] > 0.0:
        return 0.0
    by_will = par[n.use_major if major else n.use_limited, w] * par[t.actor[a]["first_use_row"], w]
    losing = decapitation = 1.0
    if is_losing(state[n.power_share + d, w], par[n.losing_share, w]) > 0.5:
        losing = par[n.losing, w]
    if major and attacked_at_home(state, t, n, t.rivalry[d]["opposite"], w):
        decapitation = par[n.decapitation, w]
    u = uniforms(seed, draw, step, t.actor[a]["address"], 20, branch)[0]
    return first_use(u, par[n.use_accident, w], by_will, losing, decapitation)
