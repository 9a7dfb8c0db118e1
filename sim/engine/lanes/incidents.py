"""Incidents of one step: in which lanes there are any, offspring, sides, marks, and what they do."""

from sim.arithmetic import exp
from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.engine.lanes.acts import SCHEDULED, log_act
from sim.engine.lanes.ladder_moves import act_at, at_war, start_war
from sim.engine.lanes.lists import WORD, gather, mark, trailing_zeros
from sim.rules.climate import in_phase
from sim.rules.incidents import poisson, poisson_from
from sim.rules.settlement import decay


@rule
def incident_step(state, par, t, n, s, seed, draws, branches, lanes, step):
    """Draw which incidents there are, and let them happen.

    Kind by kind, and within a kind in the lanes that have any: what depends on the kind is then
    predicted and looked up once for all of them.
    """
    for w in range(lanes):
        s.flags[w] = 0
    for k in range(n.n_kinds):
        if t.kind[k]["immigrates"] != 0:
            draw_kind(state, par, t, n, s, k, seed, draws, branches, lanes, step)
        else:
            for word in range(0, lanes, WORD):
                s.happened[k, word // WORD] = 0
    for x in range(n.n_cascades):
        draw_cascade(state, par, t, n, s, x, seed, draws, branches, lanes, step)
    gather(s.flags, lanes, s.lane_list)
    for i in range(1, s.lane_list[0] + 1):
        w = s.lane_list[i]
        spread(s.counts, s.chances, s.happened, state, par, t, n, w, seed, draws[w], step, branches[w])
    for k in range(n.n_kinds):
        for first in range(0, lanes, WORD):
            marks = s.happened[k, first // WORD]
            while marks != 0:
                w = first + trailing_zeros(marks)
                marks &= marks - 1
                incidents_of_kind(s.counts, state, par, t, n, k, w, seed, draws[w], step, branches[w])


@rule
def draw_kind(state, par, t, n, s, k, seed, draws, branches, lanes, step):
    """Draw the immigrants of kind `k` in all lanes; mark the lanes, and flag those that may bring about more."""
    address = t.kind[k]["address"]
    excites = t.kind[k]["sets_to"] > t.kind[k]["sets_from"]
    for first in range(0, lanes, WORD):
        last = first + WORD if first + WORD < lanes else lanes
        marks = 0
        for w in range(first, last):
            u = uniforms(seed, draws[w], step, address, 3, branches[w])[0]
            quiet = in_phase(state[n.hot, w], par[n.quiet_hot + k, w], par[n.quiet_cold + k, w])
            s.chances[k, w] = u
            marks |= mark(w, u >= quiet)
        s.happened[k, first // WORD] = marks
        while marks != 0:
            w = first + trailing_zeros(marks)
            marks &= marks - 1
            count_immigrants(s.counts, s.chances[k, w], state, par, t, n, k, w)
            s.flags[w] |= 1 if excites else 0


@rule
def draw_cascade(state, par, t, n, s, x, seed, draws, branches, lanes, step):
    """Draw whether earlier steps bring about any incident by cascade `x`; flag those lanes. The memory fades."""
    address = t.cascade[x]["address"]
    for w in range(lanes):
        u = uniforms(seed, draws[w], step, address, 4, branches[w])[0]
        mean = state[n.memory + x, w]
        some = u >= exp(-mean)
        s.chances[n.n_kinds + x, w] = u if some else -1.0
        s.chances[n.n_kinds + n.n_cascades + x, w] = mean
        state[n.memory + x, w] = decay(mean, par[n.factor + x, w])
        s.flags[w] |= 1 if some else 0


@rule
def count_immigrants(counts, u, state, par, t, n, k, w):
    """Count the immigrants of kind `k` in a lane that has some, and the parents by cascade."""
    hot = state[n.hot, w]
    mean = in_phase(hot, par[n.kind_hot + k, w], par[n.kind_cold + k, w])
    quiet = in_phase(hot, par[n.quiet_hot + k, w], par[n.quiet_cold + k, w])
    many = poisson_from(u, mean, quiet)
    counts[k, w] = many
    for i in range(t.kind[k]["sets_from"], t.kind[k]["sets_to"]):
        counts[3 * n.n_kinds + t.sets[i], w] += many


@rule
def add_offspring(counts, par, t, n, x, many, first, w, seed, draw, step, branch):
    """Add `many` offspring of cascade `x` to the next generation, each of a kind drawn by share.

    `first` is the ordinal of the first of their draws.
    """
    for i in range(first, first + many):
        u = uniforms(seed, draw, step, t.cascade[x]["address"] + i, 13, branch)[0]
        j = t.cascade[x]["into_from"]
        total = par[t.into[j]["share_row"], w]
        while (u >= total) & (j + 1 < t.cascade[x]["into_to"]):
            j += 1
            total += par[t.into[j]["share_row"], w]
        counts[2 * n.n_kinds + t.into[j]["kind"], w] += 1


@rule
def parents_of(counts, t, x, first_row, w):
    """Number of incidents, among those counted from `first_row`, that set cascade `x` off."""
    parents = 0
    for i in range(t.cascade[x]["by_from"], t.cascade[x]["by_to"]):
        parents += counts[first_row + t.by[i], w]
    return parents


@rule
def next_generation(counts, n, w):
    """Let the next generation be the present one, and add it to the total; how many there are."""
    alive = 0
    for k in range(n.n_kinds):
        children = counts[2 * n.n_kinds + k, w]
        room = 63 - counts[k, w]
        children = children if children < room else room
        counts[k, w] += children
        counts[n.n_kinds + k, w] = children
        counts[2 * n.n_kinds + k, w] = 0
        alive += children
    return alive


@rule
def spread(counts, chances, happened, state, par, t, n, w, seed, draw, step, branch):
    """Add the offspring that are due in this step to the counts, and renew the memory.

    `counts` holds per kind what immigration brought, and the parents by cascade; `chances`, after the
    kinds, the uniform of every cascade of which earlier steps bring any offspring, -1 for others, and
    then the cascades' means.
    """
    if has_offspring(counts, chances, par, t, n, w, seed, draw, step, branch):
        add_generations(counts, chances, par, t, n, w, seed, draw, step, branch)
        note_kinds(counts, happened, n, w)
        for x in range(n.n_cascades):
            counts[3 * n.n_kinds + x, w] = parents_of(counts, t, x, 0, w)
    for x in range(n.n_cascades):
        parents = counts[3 * n.n_kinds + x, w]
        if parents > 0:
            state[n.memory + x, w] += par[n.next + x, w] * parents
            counts[3 * n.n_kinds + x, w] = 0


@rule
def note_kinds(counts, happened, n, w):
    """Mark the lane for every kind that has any incident: offspring may be of kinds without immigrants."""
    for k in range(n.n_kinds):
        happened[k, w // WORD] |= mark(w, counts[k, w] > 0)


@rule
def has_offspring(counts, chances, par, t, n, w, seed, draw, step, branch):
    """Whether earlier steps, or this step's immigrants, bring about any incident in this step.

    Mostly they do not, and then there is nothing to be counted by generation.
    """
    for x in range(n.n_cascades):
        if chances[n.n_kinds + x, w] >= 0.0:
            return True
        parents = counts[3 * n.n_kinds + x, w]
        if parents > 0:
            u = uniforms(seed, draw, step, t.cascade[x]["address"] + 1, 4, branch)[0]
            if poisson(u, par[n.same + x, w] * parents) > 0:
                return True
    return False


@rule
def add_generations(counts, chances, par, t, n, w, seed, draw, step, branch):
    """Add offspring to the counts: of earlier steps first, then of this one, by generation."""
    for k in range(n.n_kinds):
        counts[2 * n.n_kinds + k, w] = counts[k, w]
        counts[k, w] = 0
    for x in range(n.n_cascades):
        if chances[n.n_kinds + x, w] >= 0.0:
            many = poisson(chances[n.n_kinds + x, w], chances[n.n_kinds + n.n_cascades + x, w])
            add_offspring(counts, par, t, n, x, many, 0, w, seed, draw, step, branch)
    alive = next_generation(counts, n, w)
    generation = 1
    while (alive > 0) & (generation < 16):
        for x in range(n.n_cascades):
            parents = parents_of(counts, t, x, n.n_kinds, w)
            if parents > 0:
                u = uniforms(seed, draw, step, t.cascade[x]["address"] + generation, 4, branch)[0]
                many = poisson(u, par[n.same + x, w] * parents)
                add_offspring(counts, par, t, n, x, many, 64 * generation, w, seed, draw, step, branch)
        alive = next_generation(counts, n, w)
        generation += 1


@rule
def pick_side(par, t, k, u, w):
    """Side of an incident of kind `k`: a row of the sides' table."""
    i = t.kind[k]["side_from"]
    total = par[t.side[i]["share_row"], w]
    while (u >= total) & (i + 1 < t.kind[k]["side_to"]):
        i += 1
        total += par[t.side[i]["share_row"], w]
    return i


@rule
def pick_rung(par, t, k, hot, u, w):
    """Rung of the mark of an incident of kind `k`."""
    i = t.kind[k]["mark_from"]
    total = par[t.mark[i]["hot_row"] if hot else t.mark[i]["cold_row"], w]
    while (u >= total) & (i + 1 < t.kind[k]["mark_to"]):
        i += 1
        total += par[t.mark[i]["hot_row"] if hot else t.mark[i]["cold_row"], w]
    return t.mark[i]["rung"]


@rule
def happen(state, par, t, n, k, i, rung, multiplier, u_war, step, w):
    """Let an incident of kind `k` happen on side `i` at a rung."""
    d = t.side[i]["rivalry"]
    p = t.rivalry[d]["pair"]
    if (state[n.is_open + d, w] < 0.5) | at_war(state, t, n, p, w):
        return
    state[n.count + k, w] += 1.0
    log_act(t, d, w, rung, k)
    tension = multiplier * par[t.kind[k]["tension_row"], w]
    for j in range(t.side[i]["other_from"], t.side[i]["other_to"]):
        state[n.tension + t.other[j], w] += par[n.act_tension + rung, w] * tension
    lifts = (t.kind[k]["lifts"] != 0) & (step >= state[n.refractory + p, w])
    act_at(state, par, t, n, d, w, rung, tension, lifts)
    if (rung >= n.force) & (n.war < n.n_rungs) & (u_war < par[n.war_per_act, w]):
        start_war(state, t, n, d, w)


@rule
def incidents_of_kind(counts, state, par, t, n, k, w, seed, draw, step, branch):
    """Let the incidents of one kind in one lane happen, and forget their number."""
    for i in range(counts[k, w]):
        side = t.kind[k]["side_from"]
        rung = t.mark[t.kind[k]["mark_from"]]["rung"]
        u_war = 1.0
        if t.kind[k]["drawn"] != 0:
            u = uniforms(seed, draw, step, t.kind[k]["address"] + i, 5, branch)
            side = pick_side(par, t, k, u[0], w)
            rung = pick_rung(par, t, k, state[n.hot, w] > 0.5, u[1], w)
            u_war = u[3]
        happen(state, par, t, n, k, side, rung, 1.0, u_war, step, w)
    counts[k, w] = 0


@helper
def scheduled(state, par, t, n, i, w, seed, draw, step, branch):
    """Let scheduled event `i` happen in one lane."""
    d = t.start[i]["rivalry"]
    k = t.start[i]["kind"]
    if k < 0:
        state[n.is_open + d, w] = 1.0
        state[n.is_open + t.rivalry[d]["opposite"], w] = 1.0
        log_act(t, d, w, t.start[i]["rung"], SCHEDULED)
        act_at(state, par, t, n, d, w, t.start[i]["rung"], 1.0, True)
        return
    u = uniforms(seed, draw, step, t.start[i]["address"], 11, branch)
    side = t.kind[k]["side_from"]
    while t.side[side]["rivalry"] != d:
        side += 1
    rung = pick_rung(par, t, k, state[n.hot, w] > 0.5, u[1], w)
    happen(state, par, t, n, k, side, rung, t.severity[i], u[3], step, w)
