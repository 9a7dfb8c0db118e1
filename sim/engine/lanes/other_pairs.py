"""What one pair's episode does to other pairs: noted first, done after all pairs have been seen.

No order of pairs then matters.
"""

from sim.compiled import helper, rule
from sim.engine.lanes.episodes import stand_down
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
def join(state, t, n, e, w, struck):
    """Open the rivalry between an ally and the adversary.

    Forces in theatre join at the first rung of force, or of war where there is a war; forces that
    were struck have been attacked by the adversary, and shoot back.
    """
    against = t.support[e]["against"]
    if against < 0:
        return
    back = t.rivalry[against]["opposite"]
    state[n.is_open + against, w] = 1.0
    state[n.is_open + back, w] = 1.0
    d = t.support[e]["rivalry"]
    if struck:
        inherit_first(state, t, n, d, against, w)
        raise_to(state, n, back, w, n.attack)
        raise_to(state, n, against, w, n.force)
        state[n.attacked + back, w] = 1.0
    elif state[n.form + e, w] > 3.5:
        inherit_first(state, t, n, d, against, w)
        phase = state[n.phase + t.rivalry[d]["pair"], w]
        raise_to(state, n, against, w, n.war if phase > 3.5 else n.force)


@helper
def settle_other_pairs(state, par, t, n, step, pending, dirty):
    """Do what waits to be done to other pairs: first all that join, then all that stand down."""
    for i in range(1, pending[0, 0] + 1):
        if pending[i, 0] != STAND_DOWN:
            join(state, t, n, pending[i, 1], pending[i, 2], pending[i, 0] == STRUCK)
    for i in range(1, pending[0, 0] + 1):
        if pending[i, 0] == STAND_DOWN:
            p = t.rivalry[t.support[pending[i, 1]]["against"]]["pair"]
            stand_down(state, par, t, n, p, pending[i, 2], step, dirty)
    pending[0, 0] = 0
