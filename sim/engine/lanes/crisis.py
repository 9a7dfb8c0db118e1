"""One pair with an episode, in one lane: attacks, tripwires, clause tests, entry, settlement.

Everything here touches its own pair only (`sim.engine.lanes.other_pairs` has the rest).
"""

from sim.compiled import rule
from sim.draws import uniforms
from sim.engine.lanes.balance import inside, mark_dirty
from sim.engine.lanes.clauses import test_clauses, turned_invasion
from sim.engine.lanes.episodes import (
    begin_episode,
    end_episode,
    engaged,
    highest_of_step,
    note_attacks,
    note_firsts,
    stand_down,
)
from sim.engine.lanes.nuclear import first_use_step
from sim.engine.lanes.other_pairs import STRUCK, await_followers, await_helpers, await_other_pairs, war_begins
from sim.engine.lanes.support import attacked_allies, decide_support, support_step, trip
from sim.rules.moves import phase_of


@rule
def attention_step(state, t, n, p, lanes, step, flags):
    """Flag the lanes in which a pair's episode has something new to it.

    That is: it begins, reaches a higher phase or ends; it has seen an armed attack; support is
    due; or a treaty's standing has changed during it.
    """
    first, second = t.pair[p]["first"], t.pair[p]["second"]
    new_epoch = treaties_changed(t, p, step)
    for w in range(lanes):
        high = highest_of_step(state, n, first, second, w)
        phase = phase_of(high, n.threat, n.force, n.attack, n.war, n.nuclear)
        before = state[n.phase + p, w]
        ends = (phase == 0.0) & (before > 0.0)
        new = (phase > before) | ends | (before > 2.5) | (step >= state[n.alarm + p, w])
        flags[w] = 1 if new | (new_epoch & (before > 0.0)) else 0


@rule
def treaties_changed(t, p, step):
    """Whether the standing of a treaty that is tested in a pair's episodes has changed in this step."""
    return (step > 0) and (t.pair_epoch[p, step] != t.pair_epoch[p, step - 1])


@rule
def crisis_of_pair(state, par, t, n, p, w, seed, draw, step, branch, entries, pending, dirty):
    """All that an episode brings to one pair in one lane in one step."""
    d, back = t.pair[p]["first"], t.pair[p]["second"]
    if state[n.phase + p, w] == 4.0:
        first_use_step(state, par, t, n, p, w, seed, draw, step, branch)
    high = highest_of_step(state, n, d, back, w)
    if high < n.threat:
        if state[n.phase + p, w] > 0.0:
            end_episode(state, par, t, n, p, w, step, dirty)
        return
    if state[n.phase + p, w] == 0.0:
        begin_episode(state, par, t, n, p, w, seed, draw, step, branch)
    before = state[n.phase + p, w]
    phase = note_attacks(state, par, t, n, p, w, high, step)
    note_firsts(state, t, n, p, w, phase, step)
    signature = signature_of(state, par, t, n, p, w, seed, draw, step)
    tripped = False
    if signature != state[n.signature + p, w]:
        state[n.signature + p, w] = signature
        tripped = test_and_decide(state, par, t, n, p, w, seed, draw, step, pending)
    if war_begins(before, phase):
        await_followers(state, t, n, p, w, pending)
    if support_step(state, par, t, n, p, w, phase, step, entries, pending) | tripped:
        mark_dirty(dirty, p, w)
    if phase > 3.5:
        ceasefire(state, par, t, n, p, w, seed, draw, step, branch, pending, dirty)


@rule
def signature_of(state, par, t, n, p, w, seed, draw, step):
    """Number that changes when the state of the episode does, a treaty's standing, or what an ally's law allows."""
    attacks = 8.0 * state[n.attacked + t.pair[p]["first"], w] + 16.0 * state[n.attacked + t.pair[p]["second"], w]
    found = state[n.phase + p, w] + attacks + 32.0 * state[n.first + p, w] + 128.0 * t.pair_epoch[p, step]
    if (state[n.grave + p, w] > 0.5) & (par[n.narrow_reading, w] > 0.0):
        found += 0.5 * turned_invasion(state, par, t, n, p, w, seed, draw, step)
    return found + attacked_allies(state, t, n, p, w, step) / 1024.0


@rule
def test_and_decide(state, par, t, n, p, w, seed, draw, step, pending):
    """Test the clauses and decide on support, for both sides of a pair whose state has changed.

    Gives whether an ally's forces were struck. An ally that is fighting the adversary on its own
    account has nothing to decide.
    """
    tripped = False
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for j in range(t.rivalry[d]["judge_from"], t.rivalry[d]["judge_to"]):
            met, consult = test_clauses(state, par, t, n, d, j, w, seed, draw, step)
            for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
                if (t.support[e]["judge"] == j) and not fights_itself(state, t, n, e, step, w):
                    decide_support(state, par, t, n, e, w, seed, draw, step, met, consult)
        for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
            if (t.support[e]["judge"] < 0) and not fights_itself(state, t, n, e, step, w):
                decide_support(state, par, t, n, e, w, seed, draw, step, -1.0, 0.0)
            tripped = strike(state, par, t, n, e, w, seed, draw, step, pending) | tripped
    return tripped


@rule
def fights_itself(state, t, n, e, step, w):
    """Whether an ally was in an armed conflict with the adversary before, other than by this support."""
    against = t.support[e]["against"]
    if (against < 0) or (inside(state, n, e, w) > 0.5):
        return False
    return engaged(state, n, t.rivalry[against]["pair"], step, w)


@rule
def strike(state, par, t, n, e, w, seed, draw, step, pending):
    """Strike an ally's forces if they are there and exposed; whether they were struck."""
    d = t.support[e]["rivalry"]
    if (state[n.attacked + d, w] < 0.5) | (inside(state, n, e, w) > 0.5) or fights_itself(state, t, n, e, step, w):
        return False
    struck = trip(state, par, t, n, e, w, seed, draw, step)
    if struck:
        await_other_pairs(pending, STRUCK, e, w)
    return struck


@rule
def ceasefire(state, par, t, n, p, w, seed, draw, step, branch, pending, dirty):
    """End the pair's war with the hazard of a ceasefire, and let its helpers stand down too."""
    u = uniforms(seed, draw, step, t.pair[p]["address"], 10, branch)[0]
    if u < par[n.ceasefire, w]:
        await_helpers(state, t, n, p, w, pending)
        stand_down(state, par, t, n, p, w, step, dirty)
