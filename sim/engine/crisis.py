"""One pair with an episode, in one lane: attacks, tripwires, clause tests, entry, settlement.

Everything here touches its own pair only. What an entry or a ceasefire does to other pairs is
noted and done after all pairs have been seen, so that no order of pairs matters.
"""

from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.engine.balance import inside
from sim.engine.ladder_moves import note_first, raise_to
from sim.rules.beliefs import evidence_step
from sim.rules.clauses import bites, duty, judges_victim, qualifiers_hold, recognises_war, verdict
from sim.rules.entry import (
    allowed_form,
    covariate_shift,
    duty_shift,
    form_of_support,
    latency_steps,
    nuclear_exposure,
)
from sim.rules.moves import phase_of
from sim.rules.power import share

#: What waits to be done to other pairs: an ally's forces come in, are struck, or stand down.
JOIN, STRUCK, STAND_DOWN = 1, 2, 3

#: A step that is never reached.
NEVER = 1e6


@rule
def mark_dirty(dirty, p, w):
    """Note that a pair's balance of power must be computed anew; `dirty[0, 0]` counts."""
    i = dirty[0, 0] + 1
    dirty[0, 0] = i
    dirty[i, 0] = p
    dirty[i, 1] = w


@rule
def begin_episode(state, par, t, n, p, w, seed, draw, branch):
    """Number the episode, keep its branch, and draw where each side's attacks fall."""
    state[n.ordinal + p, w] += 1.0
    state[n.branch + p, w] = branch
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        i = t.rivalry[d]["theatre_from"]
        last = t.rivalry[d]["theatre_to"] - 1
        if last > i:
            address = t.rivalry[d]["theatre_address"] + int(state[n.ordinal + p, w])
            u = uniforms(seed, draw, 0, address, 12, branch)[0]
            total = par[t.theatre[i]["share_row"], w]
            while (u >= total) & (i < last):
                i += 1
                total += par[t.theatre[i]["share_row"], w]
        state[n.theatre + d, w] = t.theatre[i]["theatre"] if last >= 0 else 0


@rule
def end_episode(state, t, n, p, w, dirty):
    """Forget everything that belongs to the episode; a rivalry opened by it closes."""
    state[n.phase + p, w] = 0.0
    state[n.first + p, w] = 0.0
    state[n.signature + p, w] = -1.0
    state[n.alarm + p, w] = NEVER
    moved = False
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        state[n.attacked + d, w] = 0.0
        if t.rivalry[d]["open"] == 0:
            state[n.is_open + d, w] = 0.0
            state[n.rung + d, w] = 0.0
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            moved = moved | (state[n.evidence + e, w] != 0.0) | (inside(state, n, e, w) > 0.5)
            state[n.form + e, w] = 0.0
            state[n.decided + e, w] = 0.0
            state[n.due + e, w] = -1.0
            state[n.evidence + e, w] = 0.0
            state[n.tripped + e, w] = 0.0
    if moved:
        mark_dirty(dirty, p, w)


@rule
def note_attacks(state, t, n, p, w, high):
    """Note attacks and the mutual state of war that this step's moves amount to; give the phase."""
    d, back = t.pair[p]["first"], t.pair[p]["second"]
    mine, theirs = state[n.rung + d, w], state[n.rung + back, w]
    note_first(state, n, p, w, (1.0 if mine >= n.attack else 0.0) + (2.0 if theirs >= n.attack else 0.0))
    if high >= n.war:
        raise_to(state, n, d, w, n.war)
        raise_to(state, n, back, w, n.war)
    for side in range(2):
        each = d if side == 0 else back
        if state[n.rung + each, w] >= n.attack:
            state[n.attacked + each, w] = 1.0
    phase = phase_of(high, n.threat, n.force, n.attack, n.war, n.nuclear)
    if phase > state[n.phase + p, w]:
        state[n.phase + p, w] = phase
    return phase


@rule
def note_firsts(state, t, n, p, w, phase, step):
    """Note when force, war, nuclear use and attacks on territory first happened in the run."""
    if (phase > 1.5) & (state[n.t_force, w] < 0.0):
        state[n.t_force, w] = step
    if phase > 3.5:
        if state[n.t_war, w] < 0.0:
            state[n.t_war, w] = step
        if (phase > 4.5) & (state[n.t_nuclear, w] < 0.0):
            state[n.t_nuclear, w] = step
        for side in range(2):
            d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
            target = t.rivalry[d]["target"]
            at_home = t.home[target, int(state[n.theatre + d, w])] != 0
            if (state[n.attacked + d, w] > 0.5) & at_home & (state[n.t_attacked + target, w] < 0.0):
                state[n.t_attacked + target, w] = step


@rule
def struck_first(state, t, n, d, w):
    """1.0 if the target of rivalry `d` made the first armed attack of the episode, or one at the same time."""
    p = t.rivalry[d]["pair"]
    beneficiary = 2.0 if t.pair[p]["first"] == d else 1.0
    first = state[n.first + p, w]
    return 1.0 if (first == beneficiary) | (first == 3.0) else 0.0


@rule
def test_clauses(state, par, t, n, d, j, w, seed, draw, step):
    """Test every clause of a judgement; give (strongest duty met, 1.0 if consultation is due)."""
    p = t.rivalry[d]["pair"]
    ordinal = int(state[n.ordinal + p, w])
    branch = int(state[n.branch + p, w])
    u = uniforms(seed, draw, 0, t.judge[j]["address"] + ordinal, 6, branch)
    war = recognises_war(u[1], state[n.phase + p, w], par[n.war_recognised, w])
    first = struck_first(state, t, n, d, w)
    victim = judges_victim(u[0], first, par[n.victim_if_attacked, w], par[n.victim_if_attacker, w])
    asked = 1.0 if u[2] < par[n.request_made, w] else 0.0
    theatre = int(state[n.theatre + d, w])
    strongest = 0.0
    consult = 0.0
    for i in range(t.judge[j]["test_from"], t.judge[j]["test_to"]):
        c = t.test[i]["clause"]
        in_area = 1.0 if (t.clause[c]["any_area"] != 0) | (t.area[c, theatre] != 0) else 0.0
        qualified = qualifiers_hold(
            u[3],
            t.clause[c]["mask"],
            par[n.article_51, w],
            par[n.laws_of_both_parties, w],
            par[n.constitutional_processes, w],
        )
        status = t.status[t.clause[c]["treaty"], step]
        retroactive = 0.0
        if status == 1:
            late = uniforms(seed, draw, 0, t.judge[j]["address"] + ordinal, 7, branch)[0]
            retroactive = 1.0 if late < par[n.retroactive, w] else 0.0
        found = verdict(
            status,
            t.clause[c]["trigger"],
            state[n.attacked + d, w],
            war,
            victim,
            first,
            t.clause[c]["external_only"],
            in_area,
            1.0 if t.clause[c]["on_request"] == 0 else asked,
            qualified,
            retroactive,
        )
        if found > state[n.verdict + i, w]:
            state[n.verdict + i, w] = found
        if bites(found) > 0.5:
            automaticity = par[t.clause[c]["automaticity_row"], w]
            value = duty(t.clause[c]["response"], automaticity, par[n.act_strength, w])
            strongest = value if value > strongest else strongest
            consult = 1.0 if t.clause[c]["response"] == 0 else consult
    return strongest, consult


@rule
def gain_from_joining(state, par, t, n, e, w):
    """By how much the beneficiary's share of power rises if the ally of support `e` joins."""
    d = t.support[e]["rivalry"]
    back = t.rivalry[d]["opposite"]
    mine = par[n.own + back, w]
    theirs = par[n.other + back, w]
    for i in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
        if i != e:
            mine += par[n.strength + i, w] * inside(state, n, i, w)
    for i in range(t.rivalry[back]["support_from"], t.rivalry[back]["support_to"]):
        theirs += par[n.strength + i, w] * inside(state, n, i, w)
    return share(mine + par[n.strength + e, w], theirs) - share(mine, theirs)


@rule
def entry_shift(state, par, t, n, e, w, met):
    """Sum of the shifts of log-odds for support `e`, given the strongest duty met."""
    at = t.support[e]
    phase = state[n.phase + t.rivalry[at["rivalry"]]["pair"], w]
    armed = 1.0 if par[at["enemy_arsenal_row"], w] > 0.0 else 0.0
    shift = duty_shift(met, par[n.unmet, w], par[n.obligation_weight, w], par[n.obligation_reference, w])
    winning = gain_from_joining(state, par, t, n, e, w) * par[at["value_row"], w]
    shift += covariate_shift(par[n.winning_weight, w], winning, par[n.winning_reference, w])
    shift -= covariate_shift(par[n.nuclear_weight, w], nuclear_exposure(phase, armed), par[n.nuclear_reference, w])
    return shift + par[n.lean_entry + e, w]


@rule
def mean_latency(par, n, form, w):
    """Mean weeks from decision to arrival of a form."""
    if form > 3.5:
        return par[n.latency_theatre, w]
    if form > 2.5:
        return par[n.latency_rear, w]
    return par[n.latency_arms, w] if form > 1.5 else par[n.latency_diplomatic, w]


@rule
def decide_support(state, par, t, n, e, w, seed, draw, step, met, consult):
    """Meet the state with the episode's draw; a higher form than before is put on its way."""
    p = t.rivalry[t.support[e]["rivalry"]]["pair"]
    if state[n.decided + e, w] >= allowed_form(4.0, state[n.phase + p, w], t.support[e]["limit"], 1.0):
        return
    address = t.support[e]["address"] + int(state[n.ordinal + p, w])
    u = uniforms(seed, draw, 0, address, 8, int(state[n.branch + p, w]))
    form = form_of_support(
        u[0],
        entry_shift(state, par, t, n, e, w, met),
        par[n.odds_honouring, w],
        par[n.odds_rear, w],
        par[n.odds_arms, w],
        par[n.odds_consulted, w] if consult > 0.5 else par[n.odds_diplomatic, w],
    )
    armed = par[t.support[e]["arsenal_row"], w] > 0.0
    signals = 1.0 if armed & (u[2] < par[n.nuclear_signal, w]) else 0.0
    form = allowed_form(form, state[n.phase + p, w], t.support[e]["limit"], signals)
    if form > state[n.decided + e, w]:
        state[n.decided + e, w] = form
        due = step + latency_steps(u[1], mean_latency(par, n, form, w), n.step_days)
        state[n.due + e, w] = due
        alarm = state[n.alarm + p, w]
        state[n.alarm + p, w] = due if due < alarm else alarm


@rule
def trip(state, par, t, n, e, w, seed, draw, step):
    """Whether the ally's forces at the beneficiary are struck in this episode's armed attack."""
    p = t.rivalry[t.support[e]["rivalry"]]["pair"]
    address = t.support[e]["address"] + int(state[n.ordinal + p, w])
    u = uniforms(seed, draw, 0, address, 8, int(state[n.branch + p, w]))
    if u[3] < par[t.support[e]["exposure_row"], w]:
        state[n.tripped + e, w] = 1.0
        b = t.support[e]["partnership"]
        if state[n.t_trip + b, w] < 0.0:
            state[n.t_trip + b, w] = step
        return True
    return False


@rule
def arrive(state, t, n, e, w, step, entries):
    """Let support that is due arrive; give the form before."""
    before = state[n.form + e, w]
    if (state[n.due + e, w] >= 0.0) & (state[n.due + e, w] <= step):
        form = state[n.decided + e, w]
        b = t.support[e]["partnership"]
        state[n.form + e, w] = form
        state[n.due + e, w] = -1.0
        for f in range(int(state[n.best + b, w]) + 1, int(form) + 1):
            entries[step, b, f] += 1
            state[n.best + b, w] = f
        if (form > 2.5) & (state[n.t_entry + b, w] < 0.0):
            state[n.t_entry + b, w] = step
    return before


@rule
def signature_of(state, t, n, p, w, step):
    """Number that changes when the state of the episode, or a treaty's standing, does."""
    attacks = 8.0 * state[n.attacked + t.pair[p]["first"], w] + 16.0 * state[n.attacked + t.pair[p]["second"], w]
    return state[n.phase + p, w] + attacks + 32.0 * state[n.first + p, w] + 128.0 * t.epoch[step]


@rule
def await_other_pairs(pending, what, e, w):
    """Note what is to be done to other pairs; `pending[0, 0]` counts."""
    i = pending[0, 0] + 1
    pending[0, 0] = i
    pending[i, 0] = what
    pending[i, 1] = e
    pending[i, 2] = w


@rule
def test_and_decide(state, par, t, n, p, w, seed, draw, step, pending):
    """Test the clauses and decide on support, for both sides of a pair whose state has changed.

    Gives whether an ally's forces were struck.
    """
    tripped = False
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for j in range(t.rivalry[d]["judge_from"], t.rivalry[d]["judge_to"]):
            met, consult = test_clauses(state, par, t, n, d, j, w, seed, draw, step)
            for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
                if t.support[e]["judge"] == j:
                    decide_support(state, par, t, n, e, w, seed, draw, step, met, consult)
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            if t.support[e]["judge"] < 0:
                decide_support(state, par, t, n, e, w, seed, draw, step, 0.0, 0.0)
            if (state[n.attacked + d, w] > 0.5) & (state[n.tripped + e, w] < 0.5):
                if trip(state, par, t, n, e, w, seed, draw, step):
                    await_other_pairs(pending, 2, e, w)
                    tripped = True
    return tripped


@rule
def support_step(state, par, t, n, p, w, step, entries, pending):
    """Let support arrive and evidence gather; whether the balance of power has changed."""
    changed = False
    alarm = NEVER
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            before = arrive(state, t, n, e, w, step, entries)
            form = state[n.form + e, w]
            if (form > 2.5) & (form > before):
                await_other_pairs(pending, 1, e, w)
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


@rule
def ceasefire(state, par, t, n, p, w, seed, draw, step, branch, pending, dirty):
    """End the pair's war with the hazard of a ceasefire, and let its helpers stand down too."""
    u = uniforms(seed, draw, step, t.pair[p]["address"], 10, branch)[0]
    if u < par[n.ceasefire, w]:
        for side in range(2):
            d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
            for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
                if (t.support[e]["against"] >= 0) & (inside(state, n, e, w) > 0.5):
                    await_other_pairs(pending, 3, e, w)
        stand_down(state, par, t, n, p, w, step, dirty)


@rule
def stand_down(state, par, t, n, p, w, step, dirty):
    """Put both sides of a pair back to the lowest rung, with a time in which nobody rises."""
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        state[n.rung + d, w] = 0.0
        state[n.tension + d, w] = 0.0
        state[n.struck + d, w] = 0.0
    state[n.refractory + p, w] = step + 1.0 + par[n.refractory_steps, w]
    end_episode(state, t, n, p, w, dirty)


@rule
def highest_of_step(state, n, p, d, back, w):
    """Highest rung that either side of a pair stood on in this step, though it may have stepped down."""
    high = state[n.crest + p, w]
    high = state[n.rung + d, w] if state[n.rung + d, w] > high else high
    return state[n.rung + back, w] if state[n.rung + back, w] > high else high


@rule
def crisis_of_pair(state, par, t, n, p, w, seed, draw, step, branch, entries, pending, dirty):
    """All that an episode brings to one pair in one lane in one step."""
    d, back = t.pair[p]["first"], t.pair[p]["second"]
    high = highest_of_step(state, n, p, d, back, w)
    if high < n.threat:
        if state[n.phase + p, w] > 0.0:
            end_episode(state, t, n, p, w, dirty)
        return
    if state[n.phase + p, w] == 0.0:
        begin_episode(state, par, t, n, p, w, seed, draw, branch)
    phase = note_attacks(state, t, n, p, w, high)
    note_firsts(state, t, n, p, w, phase, step)
    signature = signature_of(state, t, n, p, w, step)
    tripped = False
    if signature != state[n.signature + p, w]:
        state[n.signature + p, w] = signature
        tripped = test_and_decide(state, par, t, n, p, w, seed, draw, step, pending)
    if support_step(state, par, t, n, p, w, step, entries, pending) | tripped:
        mark_dirty(dirty, p, w)
    if phase > 3.5:
        ceasefire(state, par, t, n, p, w, seed, draw, step, branch, pending, dirty)


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
        if pending[i, 0] < 3:
            join(state, t, n, pending[i, 1], pending[i, 2], pending[i, 0] == 2)
    for i in range(1, pending[0, 0] + 1):
        if pending[i, 0] == 3:
            p = t.rivalry[t.support[pending[i, 1]]["against"]]["pair"]
            stand_down(state, par, t, n, p, pending[i, 2], step, dirty)
    pending[0, 0] = 0
