"""Choice and its consequences, in lanes: the loops that most of the time goes into.

A pair that is open in every run is computed for all lanes at once: the loops have no branches and
become SIMD code. A pair that opens only by entry is computed lane by lane, where it is open.
"""

from sim.compiled import rule
from sim.draws import uniforms
from sim.engine.lanes.ladder_moves import note_first, start_war
from sim.engine.lanes.lists import gather
from sim.rules.beliefs import resolve_belief
from sim.rules.choice import exposure, gap, leads, utility_down, utility_up
from sim.rules.moves import may_rise, may_sink
from sim.rules.quantal import quantal
from sim.rules.settlement import decay

#: Rows of increments per rivalry: gain, cost and nuclear risk of the next rung, then of this one.
INCREMENTS = 6


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
                reload_increments(s.increments, s.seen, state, par, n, d, s.lane_list[i])
            opposite = second if side == 0 else first
            address = t.rivalry[d]["address"]
            top = n.top + t.rivalry[d]["actor"]
            rationality = t.rivalry[d]["rationality_row"]
            audience = t.rivalry[d]["audience_row"]
            for w in range(lanes):
                u = uniforms(seed, draws[w], step, address, 9, branches[w])
                s.moves[side, w] = choose(
                    s.increments,
                    state,
                    par,
                    n,
                    w,
                    u[0],
                    d,
                    opposite,
                    p,
                    step,
                    top,
                    rationality,
                    audience,
                )
                s.moves[side + 2, w] = u[1]
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
                    opposite = second if side == 0 else first
                    at = t.rivalry[d]
                    reload_increments(s.increments, s.seen, state, par, n, d, w)
                    u = uniforms(seed, draws[w], step, at["address"], 9, branches[w])
                    s.moves[side, w] = choose(
                        s.increments, state, par, n, w, u[0], d, opposite, p, step,
                        n.top + at["actor"], at["rationality_row"], at["audience_row"],
                    )  # fmt: skip
                    s.moves[side + 2, w] = u[1]
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
def reload_increments(increments, seen, state, par, n, d, w):
    """Copy the ladder's increments around a rivalry's rung to where loops find them without look-ups."""
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


@rule
def choose(increments, state, par, n, w, u, d, opposite, p, step, top, rationality, audience):
    """Move of rivalry `d` in one lane; the last three arguments are rows of the parameters."""
    mine = state[n.rung + d, w]
    theirs = state[n.rung + opposite, w]
    a = state[n.coercion + d, w]
    b = exposure(state[n.caution + d, w], state[n.belief + d, w])
    f = state[n.fear + d, w]
    i = INCREMENTS * d
    up = utility_up(
        a,
        b,
        f,
        increments[i, w],
        increments[i + 1, w],
        increments[i + 2, w],
        leads(mine, theirs),
        par[n.push + d, w],
        par[n.tension_weight, w] * state[n.tension + d, w],
        par[n.matching, w] * gap(theirs, mine),
        par[n.retaliation, w] * state[n.struck + opposite, w],
    )
    down = utility_down(
        a,
        b,
        f,
        increments[i + 3, w],
        increments[i + 4, w],
        increments[i + 5, w],
        leads(mine - 1.0, theirs),
        par[audience, w] * mine,
        par[n.relief, w],
        par[n.concede, w] * gap(mine, theirs),
    )
    can_up = may_rise(mine, par[top, w], step, state[n.refractory + p, w])
    return quantal(u, par[rationality, w], up, down, can_up, may_sink(mine, n.war))


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
