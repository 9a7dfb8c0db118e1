"""The lanes kernel: a block of runs, step by step, each process for all lanes before the next.

What happens in every lane is a loop without branches, which becomes SIMD code. What happens in few
lanes (incidents, episodes, entry, ceasefire) is gathered into a list of lanes first and then done
one by one, so that idle lanes cost a comparison.
"""

from sim.arithmetic import exp
from sim.compiled import kernel, rule
from sim.draws import uniforms
from sim.engine.balance import refresh, refresh_all
from sim.engine.choices import act_by_choice, choose, commit, learn, reload_increments, slide
from sim.engine.crisis import crisis_of_pair, highest_of_step, settle_other_pairs
from sim.engine.derive import begin, derive
from sim.engine.incidents import (
    KINDS_PER_WORD,
    count_immigrants,
    incidents_of_lane,
    scheduled,
    spread,
)
from sim.engine.views import view, views_of_scratch, views_of_tables
from sim.rules.climate import in_phase, next_phase
from sim.rules.moves import phase_of
from sim.rules.settlement import decay


@kernel
def advance(
    state, par, t, n, scratch, seed, draws, branches, lanes, fresh, step_from, step_to, transitions, highest, entries
):  # fmt: skip
    """Advance a block of runs from one step to another, in place.

    Parameters
    ----------
    state : ndarray of float64, shape (rows, W)
        State before `step_from`: from an earlier call, or anything where `fresh`.
    par : ndarray of float64, shape (rows, W)
        Parameters, which may differ from lane to lane; their derived rows are filled where `fresh`.
    t, n : Tables, Layout
        Of the scenario.
    scratch : Scratch
        Working space for at least W lanes; any content.
    seed : int
        64-bit seed as a signed integer.
    draws, branches : ndarray of int64, shape (W,)
        Replicate and branch of each lane; episodes under way keep the branch they began on.
    lanes : int
        Lanes in use, at most W.
    fresh : bool
        Put the runs at their beginning first.
    step_from, step_to : int
        First step, and one past the last.
    transitions, highest, entries : ndarray of int32
        Counts by step, added to in place: (S, D, L, L), (S, L, L), (S, B, F).
    """
    views = view(state), view(par), views_of_tables(t)
    if fresh:
        derive(views[1], views[2], n, lanes)
        begin(views[0], views[1], views[2], n, seed, view(draws), view(branches), lanes, state.shape[0])
    _advance(
        views[0], views[1], views[2], n, views_of_scratch(scratch), seed, view(draws), view(branches),
        lanes, step_from, step_to, view(transitions), view(highest), view(entries),
    )  # fmt: skip


@rule
def _advance(state, par, t, n, s, seed, draws, branches, lanes, step_from, step_to, transitions, highest, entries):
    s.pending[0, 0] = 0
    s.dirty[0, 0] = 0
    event = 0
    while (event < n.n_starts) and (t.start[event]["step"] < step_from):
        event += 1
    remember_rungs(state, n, lanes, s.before, s.seen)
    for step in range(step_from, step_to):
        new_epoch = step > 0 and t.epoch[step] != t.epoch[step - 1]
        if new_epoch:
            refresh_all(state, par, t, n, lanes, step)
        climate_step(state, par, n, seed, draws, branches, lanes, step)
        for p in range(n.n_pairs):
            for w in range(lanes):
                state[n.crest + p, w] = 0.0
        while (event < n.n_starts) and (t.start[event]["step"] == step):
            for w in range(lanes):
                scheduled(state, par, t, n, event, w, seed, draws[w], step, branches[w])
            event += 1
        incident_step(state, par, t, n, s, seed, draws, branches, lanes, step)
        for p in range(n.n_pairs):
            if closed_everywhere(state, t, n, p, lanes):
                continue
            choice_step(state, par, t, n, p, s, seed, draws, branches, lanes, step)
            gather(s.flags, lanes, s.lane_list)
            for i in range(1, s.lane_list[0] + 1):
                act_step(state, par, t, n, p, s.lane_list[i], s.moves)
            attention_step(state, n, t.pair[p]["first"], t.pair[p]["second"], p, lanes, step, new_epoch, s.flags)
            gather(s.flags, lanes, s.lane_list)
            for i in range(1, s.lane_list[0] + 1):
                w = s.lane_list[i]
                crisis_of_pair(state, par, t, n, p, w, seed, draws[w], step, branches[w], entries, s.pending, s.dirty)
        if s.pending[0, 0] > 0:
            settle_other_pairs(state, par, t, n, step, s.pending, s.dirty)
        refresh_dirty(state, par, t, n, s.dirty)
        count_transitions(state, t, n, s, lanes, step, transitions, highest)


@rule
def refresh_dirty(state, par, t, n, dirty):
    """Compute anew the balance of power of the pairs noted in `dirty`, and clear the list."""
    for i in range(1, dirty[0, 0] + 1):
        p = dirty[i, 0]
        for side in range(2):
            d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
            refresh(state, par, t, n, d, dirty[i, 1], dirty[i, 1] + 1)
    dirty[0, 0] = 0


@rule
def closed_everywhere(state, t, n, p, lanes):
    """Whether a pair is open in no lane: it can then neither move nor have an episode."""
    n_open = 0.0
    for w in range(lanes):
        n_open += state[n.is_open + t.pair[p]["first"], w]
    return (t.pair[p]["open"] == 0) & (n_open == 0.0)


@rule
def gather(flags, lanes, lane_list):
    """List the flagged lanes: their number in the first place, then their indices."""
    m = 0
    for w in range(lanes):
        lane_list[m + 1] = w
        m += 1 if flags[w] != 0 else 0
    lane_list[0] = m


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
    high = 0.0
    for w in range(lanes):
        high += before[d, w]
    if high > 0.0:
        for w in range(lanes):
            if before[d, w] != 0.0:
                transitions[step, d, int(before[d, w]), 0] += 1
                before[d, w] = 0.0


@rule
def climate_step(state, par, n, seed, draws, branches, lanes, step):
    """Let the hot or cold phase go on or end."""
    for w in range(lanes):
        u = uniforms(seed, draws[w], step, n.climate_address, 2, branches[w])[0]
        state[n.hot, w] = next_phase(state[n.hot, w], u, par[n.leave_hot, w], par[n.leave_cold, w])


@rule
def incident_step(state, par, t, n, s, seed, draws, branches, lanes, step):
    """Draw which incidents there are, and let them happen.

    Which kinds had any is kept as bits, so that a lane looks only at those.
    """
    for w in range(lanes):
        s.flags[w] = 0
    for word in range(n.n_words):
        for w in range(lanes):
            s.happened[word, w] = 0
    for k in range(n.n_kinds):
        word = k // KINDS_PER_WORD
        bit = 1 << (k % KINDS_PER_WORD)
        flag = 3 if t.kind[k]["exciting"] != 0 else 1
        address = t.kind[k]["address"]
        for w in range(lanes):
            u = uniforms(seed, draws[w], step, address, 3, branches[w])[0]
            quiet = in_phase(state[n.hot, w], par[n.quiet_hot + k, w], par[n.quiet_cold + k, w])
            some = u >= quiet
            s.chances[k, w] = u
            s.happened[word, w] |= bit if some else 0
            s.flags[w] |= flag if some else 0
    for x in range(n.n_cascades):
        address = t.cascade[x]["address"]
        for w in range(lanes):
            u = uniforms(seed, draws[w], step, address, 4, branches[w])[0]
            mean = state[n.memory + x, w]
            some = u >= exp(-mean)
            s.chances[n.n_kinds + x, w] = u if some else -1.0
            s.chances[n.n_kinds + n.n_cascades + x, w] = mean
            state[n.memory + x, w] = decay(mean, par[n.factor + x, w])
            s.flags[w] |= 3 if some else 0
    gather(s.flags, lanes, s.lane_list)
    for i in range(1, s.lane_list[0] + 1):
        w = s.lane_list[i]
        count_immigrants(s.counts, s.chances, s.happened, state, par, n, w)
        if s.flags[w] == 3:
            spread(s.counts, s.chances, s.happened, state, par, t, n, w, seed, draws[w], step, branches[w])
        incidents_of_lane(s.counts, s.happened, state, par, t, n, w, seed, draws[w], step, branches[w])


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
            fear = t.rivalry[d]["fear_row"]
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
                    fear,
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
                        n.top + at["actor"], at["rationality_row"], at["audience_row"], at["fear_row"],
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
def attention_step(state, n, first, second, p, lanes, step, new_epoch, flags):
    """Flag the lanes in which a pair's episode has something new to it.

    That is: it begins, reaches a higher phase or ends; it has seen an armed attack; support is
    due; or a treaty's standing has changed during it.
    """
    for w in range(lanes):
        high = highest_of_step(state, n, p, first, second, w)
        phase = phase_of(high, n.threat, n.force, n.attack, n.war, n.nuclear)
        before = state[n.phase + p, w]
        ends = (phase == 0.0) & (before > 0.0)
        new = (phase > before) | ends | (before > 2.5) | (step >= state[n.alarm + p, w])
        flags[w] = 1 if new | (new_epoch & (before > 0.0)) else 0
