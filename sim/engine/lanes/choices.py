"""Choice and its consequences, in lanes: the loops that most of the time goes into.

A pair that is open in every run is computed for all lanes at once: the loops have no branches and
become SIMD code. A pair that opens only by entry is computed lane by lane, where it is open. What an
actor does is up to its decision theory: `sim.engine.lanes.theories`.
"""

from sim.compiled import rule
from sim.engine.lanes.acts import BY_CHOICE, log_act
from sim.engine.lanes.balance import inside
from sim.engine.lanes.ladder_moves import note_first, start_war
from sim.engine.lanes.lists import gather
from sim.engine.lanes.theories import INCREMENTS, choose, rows_of
from sim.rules.beliefs import resolve_belief
from sim.rules.choice import nuclear_peace, restraint_term
from sim.rules.settlement import decay


@rule
def closed_everywhere(state, t, n, p, lanes):
    """Whether a pair is open in no lane: it can then neither move nor have an episode."""
    if t.pair[p]["open"] != 0:
        return False
    some = 0
    for w in range(lanes):
        some |= 1 if state[n.is_open + t.pair[p]["first"], w] > 0.5 else 0
    return some == 0


@rule
def choice_step(state, par, t, n, p, s, seed, draws, branches, lanes, step):
    """Simultaneous choice of a pair and its moves; flags the lanes in which a side entered a threat or more.

    Rows 0 and 1 of `moves` hold the s.moves, rows 2 and 3 the uniforms for a slide into war.
    """
    first = t.pair[p]["first"]
    second = t.pair[p]["second"]
    if t.pair[p]["open"] != 0:
        for side in range(2):
            d = first if side == 0 else second
            for w in range(lanes):
                s.flags[w] = 1 if state[n.rung + d, w] != s.seen[d, w] else 0
            gather(s.flags, lanes, s.lane_list)
            for i in range(1, s.lane_list[0] + 1):
                reload_increments(s.increments, s.seen, state, par, t, n, d, s.lane_list[i])
            rows = rows_of(t, n, d)
            choose(t.rivalry[d]["theory"], rows, s, state, par, side, seed, draws, branches, step, 0, lanes)
        for w in range(lanes):
            settle_moves(state, par, n, first, second, w, s.moves[0, w], s.moves[1, w])
        for w in range(lanes):
            s.flags[w] = enters(state, n, first, w, s.moves[0, w]) | enters(state, n, second, w, s.moves[1, w])
    else:
        for w in range(lanes):
            s.flags[w] = 0
            if state[n.is_open + first, w] > 0.5:
                for side in range(2):
                    d = first if side == 0 else second
                    reload_increments(s.increments, s.seen, state, par, t, n, d, w)
                    rows = rows_of(t, n, d)
                    choose(t.rivalry[d]["theory"], rows, s, state, par, side, seed, draws, branches, step, w, w + 1)
                settle_moves(state, par, n, first, second, w, s.moves[0, w], s.moves[1, w])
                s.flags[w] = enters(state, n, first, w, s.moves[0, w]) | enters(state, n, second, w, s.moves[1, w])


@rule
def settle_moves(state, par, n, first, second, w, move_first, move_second):
    """Move both sides, let each learn from the other, let tension decay, and forget last week's force."""
    commit(state, n, first, w, move_first)
    commit(state, n, second, w, move_second)
    learn(state, par, n, first, w, move_second)
    learn(state, par, n, second, w, move_first)
    factor = par[n.tension_factor, w]
    state[n.tension + first, w] = decay(state[n.tension + first, w], factor)
    state[n.tension + second, w] = decay(state[n.tension + second, w], factor)
    state[n.struck + first, w] = 0.0
    state[n.struck + second, w] = 0.0


@rule
def enters(state, n, d, w, move):
    """1 where a side has just gone up to a threat or more."""
    return 1 if (move > 0.5) & (state[n.rung + d, w] >= n.threat) else 0


@rule
def act_step(state, par, t, n, p, w, moves):
    """The acts that this step's moves are, and the war that they may slide into."""
    first, second = t.pair[p]["first"], t.pair[p]["second"]
    by_first = act_by_choice(state, par, t, n, first, w, moves[0, w], moves[2, w])
    by_second = act_by_choice(state, par, t, n, second, w, moves[1, w], moves[3, w])
    slide(state, t, n, p, w, by_first, by_second)


@rule
def forget_rivalries(t, dirty, seen):
    """Let the increments be loaded anew for pairs whose allies have come in or gone: patrons hold back until then."""
    for i in range(1, dirty[0, 0] + 1):
        seen[t.pair[dirty[i, 0]]["first"], dirty[i, 1]] = -1.0
        seen[t.pair[dirty[i, 0]]["second"], dirty[i, 1]] = -1.0


@rule
def restraint_of(state, par, t, n, d, w):
    """Utils with which patrons whose forces are not in hold the actor of rivalry `d` back."""
    opposite = t.rivalry[d]["opposite"]
    total = 0.0
    for e in range(t.rivalry[opposite]["support_from"], t.rivalry[opposite]["support_to"]):
        total += par[t.support[e]["restraint_row"], w] * (1.0 - inside(state, n, e, w))
    return total


@rule
def both_armed(par, t, d, w):
    """1.0 where both sides of a rivalry have arsenals."""
    mine = par[t.actor[t.rivalry[d]["actor"]]["arsenal_row"], w]
    theirs = par[t.actor[t.rivalry[d]["target"]]["arsenal_row"], w]
    return 1.0 if (mine > 0.0) & (theirs > 0.0) else 0.0


@rule
def reload_increments(increments, seen, state, par, t, n, d, w):
    """Put what depends on a rivalry's rung alone where loops find it without look-ups.

    These are the ladder's increments around the rung, and the push on going up with what patrons and
    arsenals add to it for the next rung.
    """
    rung = state[n.rung + d, w]
    seen[d, w] = rung
    here = int(rung)
    above = here if here < n.n_rungs - 1 else n.n_rungs - 2
    below = here - 1 if here > 0 else 0
    i = INCREMENTS * d
    increments[i, w] = par[n.d_gain + above, w]
    increments[i + 1, w] = par[n.d_cost + above, w]
    increments[i + 2, w] = par[n.d_nuclear + above, w]
    increments[i + 3, w] = par[n.d_gain + below, w]
    increments[i + 4, w] = par[n.d_cost + below, w]
    increments[i + 5, w] = par[n.d_nuclear + below, w]
    peace = nuclear_peace(above + 1.0, n.war, both_armed(par, t, d, w), par[n.instability, w], par[n.stability, w])
    restraint = restraint_term(above + 1.0, n.force, restraint_of(state, par, t, n, d, w))
    increments[i + 6, w] = par[n.push + d, w] + (peace - restraint)
    increments[i + 7, w] = peace
    increments[i + 8, w] = restraint


@rule
def commit(state, n, d, w, move):
    """Move the actor of rivalry `d`, and remember its highest rung."""
    rung = state[n.rung + d, w] + move
    state[n.rung + d, w] = rung
    peak = state[n.peak + d, w]
    state[n.peak + d, w] = rung if rung > peak else peak


@rule
def learn(state, par, n, d, w, seen):
    """Move the actor's belief about its target's resolve after seeing the target's move."""
    state[n.belief + d, w] = resolve_belief(state[n.belief + d, w], seen, par[n.learning, w])


@rule
def act_by_choice(state, par, t, n, d, w, move, u_war):
    """What entering a rung by choice does: tension on the other side, force noted.

    Gives 1.0 where the act slides into war, which is left to the caller: the other side's act of
    the same step must not see it.
    """
    if move < 0.5:
        return 0.0
    rung = int(state[n.rung + d, w])
    if rung >= n.threat:
        log_act(t, d, w, rung, BY_CHOICE)
        state[n.tension + t.rivalry[d]["opposite"], w] += par[n.act_tension + rung, w]
    if rung < n.force:
        return 0.0
    state[n.struck + d, w] = 1.0
    return 1.0 if (rung < n.war) & (n.war < n.n_rungs) & (u_war < par[n.war_per_act, w]) else 0.0


@rule
def slide(state, t, n, p, w, by_first, by_second):
    """Start the war that one or both sides slid into; where both did, neither attacked first."""
    if by_first + by_second > 0.5:
        note_first(state, n, p, w, by_first + 2.0 * by_second)
        start_war(state, t, n, t.pair[p]["first"], w)
