"""Before the first step: derived rows of the parameters, and the state that a run starts from."""

from sim.arithmetic import exp
from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.engine.lanes.balance import refresh_all
from sim.engine.lanes.episodes import NEVER
from sim.engine.lanes.exchange import begin_exchange, renew
from sim.rules.beliefs import entry_lean
from sim.rules.climate import leaving_probability, stationary_hot
from sim.rules.entry import odds_against
from sim.rules.fronts import hazard_probability
from sim.rules.incidents import mean_per_step, next_step_share, same_step_share
from sim.rules.nuclear import use_hazard
from sim.rules.settlement import ceasefire_probability, decay_factor, refractory_steps


@rule
def _derive_rates(par, t, n, lanes):
    days = n.step_days
    for w in range(lanes):
        par[n.leave_hot, w] = leaving_probability(par[n.hot_years, w], days)
        par[n.leave_cold, w] = leaving_probability(par[n.cold_years, w], days)
        par[n.p_hot, w] = stationary_hot(par[n.hot_years, w], par[n.cold_years, w])
        par[n.tension_factor, w] = decay_factor(par[n.tension_decay_days, w], days)
        par[n.ceasefire, w] = ceasefire_probability(par[n.war_weeks, w], days)
        par[n.refractory_steps, w] = refractory_steps(par[n.refractory_weeks, w], days)
        par[n.use_limited, w] = use_hazard(par[n.p_use_limited, w], par[n.war_weeks, w], days)
        par[n.use_major, w] = use_hazard(par[n.p_use_major, w], par[n.war_weeks, w], days)
        par[n.use_accident, w] = use_hazard(par[n.p_use_accident, w], par[n.war_weeks, w], days)
    for k in range(n.n_kinds):
        hot_row, cold_row = t.kind[k]["hot_row"], t.kind[k]["cold_row"]
        for w in range(lanes):
            par[n.kind_hot + k, w] = mean_per_step(par[hot_row, w], days)
            par[n.kind_cold + k, w] = mean_per_step(par[cold_row, w], days)
            par[n.quiet_hot + k, w] = exp(-par[n.kind_hot + k, w])
            par[n.quiet_cold + k, w] = exp(-par[n.kind_cold + k, w])
    for x in range(n.n_cascades):
        branching_row, decay_row = t.cascade[x]["branching_row"], t.cascade[x]["decay_row"]
        for w in range(lanes):
            par[n.same + x, w] = par[branching_row, w] * same_step_share(par[decay_row, w], days)
            par[n.next + x, w] = par[branching_row, w] * next_step_share(par[decay_row, w], days)
            par[n.factor + x, w] = decay_factor(par[decay_row, w], days)


@rule
def _derive_increments(par, block, r, row, row_above, lanes):
    for w in range(lanes):
        par[block + r, w] = par[row_above, w] - par[row, w]


@rule
def _derive_ladder(par, t, n, lanes):
    for r in range(n.n_rungs - 1):
        _derive_increments(par, n.d_gain, r, t.rung[r]["gain_row"], t.rung[r + 1]["gain_row"], lanes)
        _derive_increments(par, n.d_cost, r, t.rung[r]["cost_row"], t.rung[r + 1]["cost_row"], lanes)
        _derive_increments(par, n.d_nuclear, r, t.rung[r]["nuclear_row"], t.rung[r + 1]["nuclear_row"], lanes)
    for r in range(n.n_rungs):
        row = t.rung[r]["tension_row"]
        for w in range(lanes):
            par[n.act_tension + r, w] = par[row, w]


@rule
def _derive_actors(par, t, n, lanes):
    for a in range(n.n_actors):
        tolerance_row, arsenal_row = t.actor[a]["tolerance_row"], t.actor[a]["arsenal_row"]
        for w in range(lanes):
            par[n.tolerance + a, w] = 1.0 / par[tolerance_row, w]
            par[n.top + a, w] = n.n_rungs - 1.0 if par[arsenal_row, w] > 0.0 else n.nuclear - 1.0
            par[n.top_before + a, w] = n.nuclear - 1.0 if n.first_use_drawn != 0 else par[n.top + a, w]
    for d in range(n.n_rivalries):
        habit_row, resolve_row = t.rivalry[d]["habit_row"], t.rivalry[d]["resolve_row"]
        for w in range(lanes):
            par[n.push + d, w] = par[habit_row, w] + par[resolve_row, w]
        _derive_reach(par, t, t.rivalry[d]["actor"], d, n.reach_own + d, lanes)
        _derive_reach(par, t, t.rivalry[d]["target"], d, n.reach_other + d, lanes)
    for e in range(n.n_supports):
        _derive_reach(par, t, t.support[e]["ally"], t.support[e]["rivalry"], n.reach_ally + e, lanes)


@rule
def _derive_leans(par, t, n, lanes):
    for w in range(lanes):
        par[n.odds_honouring, w] = odds_against(par[n.honouring, w])
        par[n.odds_unmet, w] = exp(par[n.unmet, w])
        par[n.odds_rear, w] = odds_against(par[n.rear, w])
        par[n.odds_arms, w] = odds_against(par[n.arms, w])
        par[n.odds_diplomatic, w] = odds_against(par[n.diplomatic, w])
        par[n.odds_consulted, w] = par[n.odds_diplomatic, w] * exp(-par[n.consult_weight, w])
    for e in range(n.n_supports):
        at = t.support[e]
        _derive_lean(par, n, e, at["declared_row"], at["believed_row"], at["adversary_row"], lanes)


@rule
def _derive_lean(par, n, e, declared_row, believed_row, adversary_row, lanes):
    for w in range(lanes):
        declared = par[declared_row, w]
        weight, reference = par[n.believe_declared, w], par[n.believe_declared_reference, w]
        par[n.lean_own + e, w] = entry_lean(par[believed_row, w], declared, weight, reference)
        par[n.lean_adversary + e, w] = entry_lean(par[adversary_row, w], declared, weight, reference)


@rule
def _derive_reach(par, t, actor, d, row, lanes):
    """Reach of an actor where attacks of rivalry `d` fall, weighted by theatre."""
    for w in range(lanes):
        par[row, w] = 0.0
    for i in range(t.rivalry[d]["theatre_from"], t.rivalry[d]["theatre_to"]):
        share_row = t.theatre[i]["share_row"]
        reach_row = t.reach[actor, t.theatre[i]["theatre"]]
        for w in range(lanes):
            reach = 1.0 if reach_row == -1 else (par[reach_row, w] if reach_row >= 0 else 0.0)
            par[row, w] += par[share_row, w] * reach


@rule
def _derive_exchange(par, t, n, lanes):
    years = n.step_days / 365.25
    for f in range(n.n_fronts):
        ends_row, onset_row, shock_row = t.front[f]["ends_row"], t.front[f]["onset_row"], t.front[f]["shock_row"]
        for w in range(lanes):
            par[n.front_ends + f, w] = leaving_probability(par[ends_row, w], n.step_days)
            par[n.front_begins + f, w] = hazard_probability(par[onset_row, w], n.step_days)
            par[n.front_begins_shocked + f, w] = hazard_probability(par[onset_row, w] + par[shock_row, w], n.step_days)
    for x in range(n.n_exchanges):
        at = t.exchange[x]
        rate_row, full_row, production_row = at["rate_row"], at["full_row"], at["production_row"]
        for w in range(lanes):
            par[n.rate_step + x, w] = par[rate_row, w] * years
            par[n.full_step + x, w] = par[full_row, w] * years
            par[n.production_step + x, w] = par[production_row, w] * years
    for u in range(n.n_ties):
        _derive_tie(par, t, n, u, n.tie_level + u, n.tie_pace + u, lanes)


@rule
def _derive_tie(par, t, n, u, level, pace, lanes):
    """Weighted mean level of the kinds of a tie, 0 where no kind has any weight, and the pace of cohesion."""
    for w in range(lanes):
        total = 0.0
        weight = 0.0
        for i in range(t.tie[u]["kind_from"], t.tie[u]["kind_to"]):
            total += par[t.tie_kind[i]["weight_row"], w] * par[t.tie_kind[i]["level_row"], w]
            weight += par[t.tie_kind[i]["weight_row"], w]
        par[level, w] = total / weight if weight > 0.0 else 0.0
        par[pace, w] = leaving_probability(par[t.tie[u]["years_row"], w], n.step_days)


@rule
def set_out(par, t, n, lanes):
    """Give every parameter that changes by date the value that it starts from, in place."""
    for i in range(n.n_dated):
        base, row = t.dated[i]["base_row"], t.dated[i]["row"]
        for w in range(lanes):
            par[row, w] = par[base, w]
    change_parameters(par, t, n, 0, lanes)


@rule
def change_parameters(par, t, n, step, lanes):
    """Make the changes of a step, in place; whether there are any."""
    some = False
    for i in range(n.n_changes):
        if t.change[i]["step"] == step:
            some = True
            row, value_row = t.change[i]["row"], t.change[i]["value_row"]
            for w in range(lanes):
                par[row, w] = par[value_row, w]
    return some


@helper
def derive(par, t, n, lanes):
    """Fill the derived rows of the parameters from the drawn ones, in place."""
    _derive_rates(par, t, n, lanes)
    _derive_ladder(par, t, n, lanes)
    _derive_actors(par, t, n, lanes)
    _derive_leans(par, t, n, lanes)
    _derive_exchange(par, t, n, lanes)


@rule
def fill(state, first, rows, value, lanes):
    """Put a value into some rows of the state, in place."""
    for row in range(first, first + rows):
        for w in range(lanes):
            state[row, w] = value


@rule
def begin(state, par, t, n, seed, draws, branches, lanes, rows):
    """Set the state before the first step, in place, whatever it was; `rows` is its height."""
    fill(state, 0, rows, 0.0, lanes)
    for w in range(lanes):
        u = uniforms(seed, draws[w], 0, n.climate_address, 2, branches[w])
        state[n.hot, w] = 1.0 if u[1] < par[n.p_hot, w] else 0.0
    for d in range(n.n_rivalries):
        at = t.rivalry[d]
        fill(state, n.rung + d, 1, at["start_rung"], lanes)
        fill(state, n.peak + d, 1, at["start_rung"], lanes)
        fill(state, n.is_open + d, 1, at["open"], lanes)
        belief, ceiling = at["belief_row"], n.top_before + at["actor"]
        for w in range(lanes):
            state[n.ceiling + d, w] = par[ceiling, w]
            state[n.belief + d, w] = par[belief, w]
    fill(state, n.signature, n.n_pairs, -1.0, lanes)
    fill(state, n.alarm, n.n_pairs, NEVER, lanes)
    fill(state, n.engaged_from, n.n_pairs, NEVER, lanes)
    fill(state, n.engaged_to, n.n_pairs, -1.0, lanes)
    fill(state, n.due, n.n_supports, -1.0, lanes)
    fill(state, n.t_entry, n.n_partnerships, -1.0, lanes)
    fill(state, n.t_trip, n.n_partnerships, -1.0, lanes)
    fill(state, n.t_attacked, n.n_actors, -1.0, lanes)
    fill(state, n.crisis_end, n.n_actors, -1.0, lanes)
    fill(state, n.home_hit, n.n_actors, NEVER, lanes)
    fill(state, n.t_force, 1, -1.0, lanes)
    fill(state, n.t_war, 1, -1.0, lanes)
    fill(state, n.t_nuclear, 1, -1.0, lanes)
    begin_exchange(state, par, t, n, lanes)
    renew(state, par, t, n, lanes)
    refresh_all(state, par, t, n, lanes, 0)
