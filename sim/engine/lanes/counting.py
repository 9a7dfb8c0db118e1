"""Counts of moves between rungs, by step."""

from sim.compiled import rule
from sim.engine.lanes.choices import closed_everywhere
from sim.engine.lanes.lists import gather


@rule
def remember_rungs(state, n, lanes, before, seen):
    """Keep the rung of every rivalry, and in the row after them the highest; forget the increments."""
    for w in range(lanes):
        before[n.n_rivalries, w] = 0.0
    for d in range(n.n_rivalries):
        for w in range(lanes):
            before[d, w] = state[n.rung + d, w]
            seen[d, w] = -1.0
        for w in range(lanes):
            rung = before[d, w]
            top = before[n.n_rivalries, w]
            before[n.n_rivalries, w] = rung if rung > top else top


@rule
def forget_increments(n, lanes, seen):
    """Let the increments of the ladder be loaded anew, as they have changed."""
    for d in range(n.n_rivalries):
        for w in range(lanes):
            seen[d, w] = -1.0


@rule
def count_transitions(state, t, n, s, lanes, step, transitions, highest):
    """Count moves off a rung since the last step, per rivalry and for the highest rung.

    Those who stay are not counted here; `sim.engine.ensemble` adds them from the balance. Lanes are
    listed before they are counted: a branch per lane would be mispredicted too often.
    """
    last = n.n_rivalries + 1
    for w in range(lanes):
        s.before[last, w] = 0.0
    for d in range(n.n_rivalries):
        if closed_everywhere(state, t, n, t.rivalry[d]["pair"], lanes) & (t.rivalry[d]["start_rung"] == 0):
            forget_closed(n, d, s.before, lanes, step, transitions)
            continue
        for w in range(lanes):
            rung = state[n.rung + d, w]
            top = s.before[last, w]
            s.before[last, w] = rung if rung > top else top
            s.flags[w] = 1 if rung != s.before[d, w] else 0
        gather(s.flags, lanes, s.lane_list)
        for i in range(1, s.lane_list[0] + 1):
            w = s.lane_list[i]
            transitions[step, d, int(s.before[d, w]), int(state[n.rung + d, w])] += 1
            s.before[d, w] = state[n.rung + d, w]
    for w in range(lanes):
        s.flags[w] = 1 if s.before[last, w] != s.before[n.n_rivalries, w] else 0
    gather(s.flags, lanes, s.lane_list)
    for i in range(1, s.lane_list[0] + 1):
        w = s.lane_list[i]
        highest[step, int(s.before[n.n_rivalries, w]), int(s.before[last, w])] += 1
        s.before[n.n_rivalries, w] = s.before[last, w]


@rule
def forget_closed(n, d, before, lanes, step, transitions):
    """Count the return to the lowest rung of lanes in which a rivalry has just closed."""
    some = 0
    for w in range(lanes):
        some |= 1 if before[d, w] > 0.0 else 0
    if some != 0:
        for w in range(lanes):
            if before[d, w] != 0.0:
                transitions[step, d, int(before[d, w]), 0] += 1
                before[d, w] = 0.0
