"""Fronts, exchange and ties, in lanes; and the estimates of strength that are renewed from them.

The loops over lanes have no branches. Each function takes a range of lanes or the number of them, so
that a single decision can look at one lane.
"""

from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.rules.exchange import AID, MUNITIONS, TECHNOLOGY, TROOPS, drawn_down, eased, raised, sent, supply
from sim.rules.fronts import bounded_share, next_intensity, tied_by_front
from sim.rules.power import strength
from sim.rules.ties import next_cohesion, pull


@helper
def exchange_step(state, par, t, n, s, seed, draws, branches, lanes, step):
    """Let fronts end or begin, partners send, and cohesion build."""
    for f in range(n.n_fronts):
        front_step(state, par, t, n, f, s.flags, seed, draws, branches, lanes, step)
    send(state, par, t, n, lanes)
    for u in range(n.n_ties):
        tie_step(state, par, t, n, u, s.moves, lanes)


@rule
def front_step(state, par, t, n, f, flags, seed, draws, branches, lanes, step):
    """Let a front end or begin; where it shares a shock, an armed conflict makes its onset likelier."""
    address = t.front[f]["address"]
    for w in range(lanes):
        flags[w] = 0
    if t.front[f]["shocked"] != 0:
        for p in range(n.n_pairs):
            for w in range(lanes):
                flags[w] |= 1 if state[n.phase + p, w] > 2.5 else 0
    for w in range(lanes):
        u = uniforms(seed, draws[w], step, address, 23, branches[w])
        begins = par[n.front_begins_shocked + f, w] if flags[w] != 0 else par[n.front_begins + f, w]
        state[n.intensity + f, w] = next_intensity(
            state[n.intensity + f, w], u[0], u[1], par[n.front_ends + f, w], begins
        )


@rule
def send(state, par, t, n, lanes):
    """Let partners send what they have: first what is given for nothing, then what is given in return."""
    for x in range(n.n_exchanges):
        if t.exchange[x]["in_return_for"] < 0:
            flow(state, par, t, n, x, lanes)
    for x in range(n.n_exchanges):
        if t.exchange[x]["in_return_for"] >= 0:
            flow(state, par, t, n, x, lanes)
    for f in range(n.n_fronts):
        for w in range(lanes):
            state[n.relieved + f, w] = 0.0
        for x in range(n.n_exchanges):
            if t.exchange[x]["front"] == f:
                effect_row = t.exchange[x]["effect_row"]
                for w in range(lanes):
                    state[n.relieved + f, w] += par[effect_row, w] * state[n.supply + x, w]


@rule
def flow(state, par, t, n, x, lanes):
    """Let one exchange flow: as its front asks for it and as what it is given for comes in, while stocks last."""
    row, years = n.supply + x, n.step_days / 365.25
    front, other = t.exchange[x]["front"], t.exchange[x]["in_return_for"]
    for w in range(lanes):
        state[row, w] = 1.0
    if front >= 0:
        for w in range(lanes):
            state[row, w] = state[n.intensity + front, w]
    if other >= 0:
        for w in range(lanes):
            state[row, w] *= state[n.supply + other, w]
    for w in range(lanes):
        available = state[n.stock + x, w] + par[n.production_step + x, w]
        gone = sent(par[n.rate_step + x, w] * state[row, w], available)
        level = supply(gone, par[n.full_step + x, w])
        state[n.stock + x, w] = available - gone
        state[row, w] = level
        state[n.received + x, w] += level * years


@rule
def tie_step(state, par, t, n, u, means, lanes):
    """Let cohesion move to the level of the ties, raised by the exchange between the two."""
    at = t.tie[u]
    feeding_row = at["feeding_row"]
    share = 1.0 / at["fed_by"] if at["fed_by"] > 0 else 0.0
    for w in range(lanes):
        means[0, w] = 0.0
    for x in range(n.n_exchanges):
        sender, receiver = t.exchange[x]["sender"], t.exchange[x]["receiver"]
        there = (sender == at["ally"]) & (receiver == at["partner"])
        back = (sender == at["partner"]) & (receiver == at["ally"])
        if there | back:
            for w in range(lanes):
                means[0, w] += state[n.supply + x, w]
    for w in range(lanes):
        target = pull(par[n.tie_level + u, w], par[feeding_row, w], means[0, w] * share)
        state[n.cohesion + u, w] = next_cohesion(state[n.cohesion + u, w], target, par[n.tie_pace + u, w])


@rule
def begin_exchange(state, par, t, n, lanes):
    """Set fronts, stocks and cohesion as they are at the start, with supply as it is then sent."""
    for f in range(n.n_fronts):
        row = t.front[f]["intensity_row"]
        for w in range(lanes):
            state[n.intensity + f, w] = par[row, w]
    for u in range(n.n_ties):
        row = t.tie[u]["cohesion_row"]
        for w in range(lanes):
            state[n.cohesion + u, w] = par[row, w]
    fill_stocks(state, par, t, n, lanes)
    send(state, par, t, n, lanes)
    fill_stocks(state, par, t, n, lanes)


@rule
def fill_stocks(state, par, t, n, lanes):
    """Put stocks at their first amount, with nothing received so far."""
    for x in range(n.n_exchanges):
        row = t.exchange[x]["stock_row"]
        for w in range(lanes):
            state[n.stock + x, w] = par[row, w]
            state[n.received + x, w] = 0.0


@rule
def look_at_tied(state, par, t, n, a, lanes_from, lanes_to):
    """Find the share of an actor's power that is bound elsewhere now, in place."""
    row, tied_row = n.tied + a, t.actor[a]["tied_row"]
    for w in range(lanes_from, lanes_to):
        state[row, w] = par[tied_row, w]
    for f in range(n.n_fronts):
        if t.front[f]["actor"] == a:
            share_row, relief_row = t.front[f]["tied_row"], t.front[f]["relief_row"]
            for w in range(lanes_from, lanes_to):
                state[row, w] += tied_by_front(
                    par[share_row, w], state[n.intensity + f, w], par[relief_row, w], state[n.relieved + f, w]
                )
    for x in range(n.n_exchanges):
        if (t.exchange[x]["sender"] == a) & (t.exchange[x]["kind"] == TROOPS):
            cost_row = t.exchange[x]["cost_row"]
            for w in range(lanes_from, lanes_to):
                state[row, w] += par[cost_row, w] * state[n.supply + x, w]
    for w in range(lanes_from, lanes_to):
        state[row, w] = bounded_share(state[row, w])


@rule
def estimate(state, par, t, n, a, lanes):
    """Estimate an actor's power, tolerance of cost and nuclear threat from what it has sent and received."""
    might, ease, menace = n.might + a, n.ease + a, n.menace + a
    power_row = t.actor[a]["power_row"]
    for w in range(lanes):
        state[might, w] = 0.0
        state[ease, w] = 0.0
        state[menace, w] = 0.0
    for x in range(n.n_exchanges):
        at = t.exchange[x]
        effect_row, cost_row, threat_row, stock_row = (
            at["effect_row"],
            at["cost_row"],
            at["threat_row"],
            at["stock_row"],
        )
        if (at["receiver"] == a) & (at["kind"] == TECHNOLOGY):
            for w in range(lanes):
                state[might, w] += par[effect_row, w] * state[n.received + x, w]
                state[menace, w] += par[threat_row, w] * state[n.received + x, w]
        elif (at["receiver"] == a) & (at["kind"] == AID):
            for w in range(lanes):
                state[ease, w] += par[effect_row, w] * state[n.supply + x, w]
        elif (at["sender"] == a) & (at["kind"] == MUNITIONS):
            for w in range(lanes):
                state[might, w] -= par[cost_row, w] * drawn_down(state[n.stock + x, w], par[stock_row, w])
    for w in range(lanes):
        state[might, w] = raised(par[power_row, w], state[might, w])
        state[ease, w] = eased(par[n.tolerance + a, w], state[ease, w])


@helper
def renew(state, par, t, n, lanes):
    """Renew the estimates of strength and threat, in place; the balances of power are left to `refresh_all`."""
    for a in range(n.n_actors):
        look_at_tied(state, par, t, n, a, 0, lanes)
        estimate(state, par, t, n, a, lanes)
    for d in range(n.n_rivalries):
        actor, target, fear_row = t.rivalry[d]["actor"], t.rivalry[d]["target"], t.rivalry[d]["fear_row"]
        renew_strength(state, par, n, actor, n.reach_own + d, n.own + d, lanes)
        renew_strength(state, par, n, target, n.reach_other + d, n.other + d, lanes)
        for w in range(lanes):
            state[n.fear + d, w] = raised(par[fear_row, w], state[n.menace + target, w])
    for e in range(n.n_supports):
        renew_strength(state, par, n, t.support[e]["ally"], n.reach_ally + e, n.strength + e, lanes)


@rule
def renew_strength(state, par, n, a, reach, row, lanes):
    """Put what an actor can bring to bear at a reach into a row of the state."""
    for w in range(lanes):
        state[row, w] = strength(state[n.might + a, w], state[n.tied + a, w], par[reach, w])
