"""Support by an ally: decision, tripwire, arrival, and what others learn from it."""

from sim.compiled import rule
from sim.draws import uniforms
from sim.engine.lanes.balance import inside
from sim.engine.lanes.episodes import NEVER
from sim.engine.lanes.exchange import look_at_tied
from sim.engine.lanes.other_pairs import JOIN, await_other_pairs
from sim.rules.beliefs import evidence_step
from sim.rules.entry import (
    allowed_form,
    called_for,
    covariate_shift,
    duty_shift,
    form_of_support,
    latency_steps,
    legal_limit,
    nuclear_exposure,
    odds_unmet,
)
from sim.rules.power import share
from sim.rules.ties import by_cohesion


@rule
def gain_from_joining(state, t, n, e, w):
    """By how much the beneficiary's share of power rises if the ally of support `e` joins."""
    d = t.support[e]["rivalry"]
    back = t.rivalry[d]["opposite"]
    mine = state[n.own + back, w]
    theirs = state[n.other + back, w]
    for i in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
        if i != e:
            mine += state[n.strength + i, w] * inside(state, n, i, w)
    for i in range(t.rivalry[back]["support_from"], t.rivalry[back]["support_to"]):
        theirs += state[n.strength + i, w] * inside(state, n, i, w)
    return share(mine + state[n.strength + e, w], theirs) - share(mine, theirs)


@rule
def entry_shift(state, par, t, n, e, w, met):
    """Sum of the shifts of log-odds for support `e`, given the strongest duty met; its tied force was looked at."""
    at = t.support[e]
    phase = state[n.phase + t.rivalry[at["rivalry"]]["pair"], w]
    armed = 1.0 if par[at["enemy_arsenal_row"], w] > 0.0 else 0.0
    shift = duty_shift(met, par[n.obligation_weight, w], par[n.obligation_reference, w])
    value = cohesive(state, par, t, n, e, w, par[at["value_row"], w], True)
    winning = gain_from_joining(state, t, n, e, w) * value
    shift += covariate_shift(par[n.winning_weight, w], winning, par[n.winning_reference, w])
    shift -= covariate_shift(par[n.nuclear_weight, w], nuclear_exposure(phase, armed), par[n.nuclear_reference, w])
    stake = covariate_shift(par[n.stake_weight, w], par[at["stake_row"], w], par[n.stake_reference, w])
    word = cohesive(state, par, t, n, e, w, par[at["reputation_row"], w] * par[at["declared_row"], w], False)
    reputation = covariate_shift(par[n.reputation_weight, w], word, par[n.declared_reference, w])
    bound = state[n.tied + at["ally"], w]
    tied = covariate_shift(par[n.tied_down_weight, w], bound, par[n.tied_down_reference, w])
    return shift + (stake + reputation - tied)


@rule
def cohesive(state, par, t, n, e, w, value, is_value):
    """The value of winning, or the ally's word, as the cohesion of the two partners has it."""
    u = t.support[e]["tie"]
    if u < 0:
        return value
    gain = par[t.tie[u]["value_row"], w] if is_value else par[t.tie[u]["price_row"], w]
    return by_cohesion(value, gain, state[n.cohesion + u, w], par[t.tie[u]["reference_row"], w])


@rule
def mean_latency(par, n, form, w):
    """Mean weeks from decision to arrival of a form."""
    if form > 3.5:
        return par[n.latency_theatre, w]
    if form > 2.5:
        return par[n.latency_rear, w]
    return par[n.latency_arms, w] if form > 1.5 else par[n.latency_diplomatic, w]


@rule
def entry_draws(state, t, n, e, w, seed, draw):
    """The ally's draws in the beneficiary's present crisis: the same against every adversary.

    They are for the form, its latency, the nuclear signal, and whether forces that are there are struck.
    """
    a = t.rivalry[t.support[e]["rivalry"]]["target"]
    crisis, branch = int(state[n.crisis + a, w]), int(state[n.crisis_branch + a, w])
    return uniforms(seed, draw, crisis, t.support[e]["address"], 8, branch)


@rule
def law_raised_by_attack(state, t, n, e, w, step):
    """1.0 where an ally has a graver legal situation, and an attack on its own territory before this step is one."""
    at = t.support[e]
    return 1.0 if (at["raised_limit"] > at["limit"]) & (state[n.home_hit + at["ally"], w] < step) else 0.0


@rule
def attacked_allies(state, t, n, p, w, step):
    """Number of allies of either side of a pair whose law allows more since they were attacked at home."""
    many = 0.0
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            many += law_raised_by_attack(state, t, n, e, w, step)
    return many


@rule
def limit_now(state, par, t, n, e, w, seed, draw, step):
    """Highest form that the ally's law allows: what its government finds is drawn once in the beneficiary's crisis."""
    at = t.support[e]
    graver = law_raised_by_attack(state, t, n, e, w, step)
    at_war = state[n.phase + t.rivalry[at["rivalry"]]["pair"], w] > 3.5
    if (at["raised_limit"] > at["limit"]) & at_war & (graver < 0.5):
        a = t.rivalry[at["rivalry"]]["target"]
        crisis, branch = int(state[n.crisis + a, w]), int(state[n.crisis_branch + a, w])
        u = uniforms(seed, draw, crisis, at["address"], 21, branch)[0]
        graver = 1.0 if u < par[at["raised_row"], w] else 0.0
    return legal_limit(float(at["limit"]), float(at["raised_limit"]), graver)


@rule
def decide_support(state, par, t, n, e, w, seed, draw, step, met, consult):
    """Meet the state with the crisis's draw; a higher form than before is put on its way."""
    p = t.rivalry[t.support[e]["rivalry"]]["pair"]
    look_at_tied(state, par, t, n, t.support[e]["ally"], w, w + 1)
    limit = limit_now(state, par, t, n, e, w, seed, draw, step)
    if state[n.decided + e, w] >= allowed_form(4.0, state[n.phase + p, w], limit, 1.0):
        return
    u = entry_draws(state, t, n, e, w, seed, draw)
    form = form_of_support(
        u[0],
        entry_shift(state, par, t, n, e, w, met),
        odds_unmet(met, par[n.odds_unmet, w]),
        par[n.odds_honouring, w],
        par[n.odds_rear, w],
        par[n.odds_arms, w],
        par[n.odds_consulted, w] if consult > 0.5 else par[n.odds_diplomatic, w],
    )
    armed = par[t.support[e]["arsenal_row"], w] > 0.0
    signals = 1.0 if armed & (u[2] < par[n.nuclear_signal, w]) else 0.0
    form = allowed_form(form, state[n.phase + p, w], limit, signals)
    if form > state[n.decided + e, w]:
        state[n.decided + e, w] = form
        due = step + latency_steps(u[1], mean_latency(par, n, form, w), n.step_days)
        state[n.due + e, w] = due
        alarm = state[n.alarm + p, w]
        state[n.alarm + p, w] = due if due < alarm else alarm


@rule
def trip(state, par, t, n, e, w, seed, draw, step):
    """Whether the ally's forces in the beneficiary's territory are struck in this episode's armed attack."""
    d = t.support[e]["rivalry"]
    at_home = t.home[t.rivalry[d]["target"], int(state[n.theatre + d, w])] != 0
    if at_home and entry_draws(state, t, n, e, w, seed, draw)[3] < par[t.support[e]["exposure_row"], w]:
        state[n.tripped + e, w] = 1.0
        b = t.support[e]["partnership"]
        if state[n.t_trip + b, w] < 0.0:
            state[n.t_trip + b, w] = step
        return True
    return False


@rule
def arrive(state, t, n, e, w, phase, step, entries):
    """Let support that is due arrive, as far as the present phase calls for it; give the form before.

    The rest waits: forces are not sent into a crisis that has cooled.
    """
    before = state[n.form + e, w]
    if (state[n.due + e, w] >= 0.0) & (state[n.due + e, w] <= step):
        form = called_for(state[n.decided + e, w], phase)
        if form >= state[n.decided + e, w]:
            state[n.due + e, w] = -1.0
        if form <= before:
            return before
        b = t.support[e]["partnership"]
        state[n.form + e, w] = form
        for f in range(int(state[n.best + b, w]) + 1, int(form) + 1):
            entries[step, b, f] += 1
            state[n.best + b, w] = f
        if (form > 2.5) & (state[n.t_entry + b, w] < 0.0):
            state[n.t_entry + b, w] = step
    return before


@rule
def support_step(state, par, t, n, p, w, phase, step, entries, pending):
    """Let support arrive and evidence gather; whether the balance of power has changed."""
    changed = False
    alarm = NEVER
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            before = arrive(state, t, n, e, w, phase, step, entries)
            form = state[n.form + e, w]
            if (form > 2.5) & (form > before):
                await_other_pairs(pending, JOIN, e, w)
            evidence = evidence_step(
                state[n.evidence + e, w],
                before,
                form,
                1.0 if (state[n.attacked + d, w] > 0.5) else 0.0,
                par[n.observed_support, w],
                par[n.observed_entry, w],
                par[n.waiting, w],
                n.step_days / 7.0,
            )
            changed = changed | (evidence != state[n.evidence + e, w]) | ((form > 2.5) & (before < 2.5))
            state[n.evidence + e, w] = evidence
            due = state[n.due + e, w]
            alarm = due if (due >= 0.0) & (due < alarm) else alarm
    state[n.alarm + p, w] = alarm
    return changed
