"""What one pair's episode does to other pairs: noted first, done after all pairs have been seen.

No order of pairs then matters.
"""

from sim.compiled import helper, rule
from sim.engine.lanes.acts import HELP, log_act
from sim.engine.lanes.balance import inside
from sim.engine.lanes.episodes import (
    begin_episode,
    highest_of_step,
    note_attacks,
    note_firsts,
    stand_down,
)
from sim.engine.lanes.ladder_moves import note_first, raise_to

#: What waits to be done: an ally's forces come in, are struck, or stand down.
JOIN, STRUCK, STAND_DOWN = 1, 2, 3


@rule
def await_other_pairs(pending, what, e, w):
    """Note what is to be done to other pairs; `pending[0, 0]` counts."""
    i = pending[0, 0] + 1
    pending[0, 0] = i
    pending[i, 0] = what
    pending[i, 1] = e
    pending[i, 2] = w


@rule
def inherit_first(state, t, n, d, against, w):
    """Carry over who attacked first: an ally stands where its beneficiary stands.

    Otherwise help for a victim would make the attacker a victim of the helper, and meet the
    clauses of the attacker's own treaties.
    """
    first = state[n.first + t.rivalry[d]["pair"], w]
    same = (t.pair[t.rivalry[d]["pair"]]["first"] == d) == (t.pair[t.rivalry[against]["pair"]]["second"] == against)
    swapped = 3.0 - first if (first == 1.0) | (first == 2.0) else first
    note_first(state, n, t.rivalry[against]["pair"], w, first if same else swapped)


@rule
def await_helpers(state, t, n, p, w, pending):
    """Note that the helpers of both sides of a pair are to stand down with it."""
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            if (t.support[e]["against"] >= 0) & (inside(state, n, e, w) > 0.5):
                await_other_pairs(pending, STAND_DOWN, e, w)


@rule
def war_begins(before, phase):
    """Whether an episode has just reached a state of war."""
    return (before < 3.5) & (phase > 3.5)


@rule
def await_followers(state, t, n, p, w, pending):
    """Note that allies in theatre, or struck, are to follow a pair into a state of war."""
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            if state[n.tripped + e, w] > 0.5:
                await_other_pairs(pending, STRUCK, e, w)
            elif state[n.form + e, w] > 3.5:
                await_other_pairs(pending, JOIN, e, w)


@rule
def join(state, par, t, n, e, w, seed, draw, step, branch, struck, pending):
    """Open the rivalry between an ally and the adversary, and begin its episode.

    In a state of war both stand at war. Short of one, forces that were struck shoot back, forces in
    theatre come in at the first rung of force, and rear-area forces at the first of threat.
    """
    against = t.support[e]["against"]
    back = t.rivalry[against]["opposite"]
    d = t.support[e]["rivalry"]
    p = t.rivalry[against]["pair"]
    state[n.is_open + against, w] = 1.0
    state[n.is_open + back, w] = 1.0
    war = state[n.phase + t.rivalry[d]["pair"], w] > 3.5
    if struck:
        inherit_first(state, t, n, d, against, w)
        raise_to(state, n, back, w, n.war if war else n.attack)
        raise_to(state, n, against, w, n.war if war else n.force)
        state[n.attacked + back, w] = 1.0
    elif state[n.form + e, w] > 3.5:
        inherit_first(state, t, n, d, against, w)
        raise_to(state, n, against, w, n.war if war else n.force)
    else:
        raise_to(state, n, against, w, n.threat)
    log_act(t, against, w, int(state[n.rung + against, w]), HELP)
    if state[n.phase + p, w] == 0.0:
        begin_episode(state, par, t, n, p, w, seed, draw, step, branch)
    high = highest_of_step(state, n, against, back, w)
    before = state[n.phase + p, w]
    phase = note_attacks(state, par, t, n, p, w, high, step)
    note_firsts(state, t, n, p, w, phase, step)
    if war_begins(before, phase):
        await_followers(state, t, n, p, w, pending)
    alarm = state[n.alarm + p, w]
    state[n.alarm + p, w] = step + 1.0 if step + 1.0 < alarm else alarm


@helper
def settle_other_pairs(state, par, t, n, seed, draws, step, branches, pending, dirty):
    """Do what waits to be done to other pairs: first all that stand down, then all that join.

    Whoever stands down takes its own helpers along, and whoever goes to war draws its own in; who was
    to join a war that has just ended does not.
    """
    i = 1
    while i <= pending[0, 0]:
        if pending[i, 0] == STAND_DOWN:
            p = t.rivalry[t.support[pending[i, 1]]["against"]]["pair"]
            await_helpers(state, t, n, p, pending[i, 2], pending)
            stand_down(state, par, t, n, p, pending[i, 2], step, dirty)
        i += 1
    i = 1
    while i <= pending[0, 0]:
        e, w = pending[i, 1], pending[i, 2]
        joins = (pending[i, 0] != STAND_DOWN) & (t.support[e]["against"] >= 0)
        if joins and inside(state, n, e, w) > 0.5:
            join(state, par, t, n, e, w, seed, draws[w], step, branches[w], pending[i, 0] == STRUCK, pending)
        i += 1
    pending[0, 0] = 0
