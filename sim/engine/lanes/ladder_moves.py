"""What happens to a rivalry in one lane: acts, lifts, attacks, wars, and their end."""

from sim.compiled import rule
from sim.engine.lanes.acts import WAR_BEGINS, log_act


@rule
def raise_to(state, n, d, w, rung):
    """Put the actor of rivalry `d` on a rung at least as high as `rung`."""
    if state[n.rung + d, w] < rung:
        state[n.rung + d, w] = rung
    if state[n.peak + d, w] < rung:
        state[n.peak + d, w] = rung


@rule
def note_first(state, n, p, w, who):
    """Remember who attacked first in an episode: 1 the first direction, 2 the second, 3 both."""
    if state[n.first + p, w] == 0.0:
        state[n.first + p, w] = who


@rule
def start_war(state, t, n, d, w):
    """Slide into war by an act of rivalry `d`: its actor attacks, and the state of war is mutual."""
    p = t.rivalry[d]["pair"]
    log_act(t, d, w, n.war, WAR_BEGINS)
    note_first(state, n, p, w, 1.0 if t.pair[p]["first"] == d else 2.0)
    for side in range(2):
        each = d if side == 0 else t.rivalry[d]["opposite"]
        raise_to(state, n, each, w, n.war)
        state[n.attacked + each, w] = 1.0


@rule
def act_at(state, par, t, n, d, w, rung, multiplier, lifts):
    """Act at a rung: tension on the other side, force noted, and the actor lifted to the rung."""
    opposite = t.rivalry[d]["opposite"]
    state[n.tension + opposite, w] += par[n.act_tension + rung, w] * multiplier
    if rung >= n.force:
        state[n.struck + d, w] = 1.0
    top = par[n.top + t.rivalry[d]["actor"], w]
    if lifts & (rung > state[n.rung + d, w]) & (rung <= top):
        raise_to(state, n, d, w, rung)
        state[n.crest + d, w] = rung if rung > state[n.crest + d, w] else state[n.crest + d, w]
        if rung >= n.war:
            start_war(state, t, n, d, w)
        elif rung >= n.attack:
            p = t.rivalry[d]["pair"]
            note_first(state, n, p, w, 1.0 if t.pair[p]["first"] == d else 2.0)
            state[n.attacked + d, w] = 1.0


@rule
def at_war(state, t, n, p, w):
    """Whether a pair is in a state of war."""
    return state[n.rung + t.pair[p]["first"], w] >= n.war
