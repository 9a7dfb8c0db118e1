"""The clause test: what a treaty partner finds, and how strong a duty it meets."""

from sim.compiled import rule
from sim.draws import uniforms
from sim.engine.lanes.episodes import highest_of_rivalry
from sim.rules.clauses import bites, duty, judges_victim, qualifiers_hold, recognises_war, verdict


@rule
def struck_first(state, t, n, d, w):
    """1.0 if the target of rivalry `d` made the first armed attack of the episode, 0.5 if both sides did at once."""
    p = t.rivalry[d]["pair"]
    beneficiary = 2.0 if t.pair[p]["first"] == d else 1.0
    first = state[n.first + p, w]
    return 0.5 if first == 3.0 else (1.0 if first == beneficiary else 0.0)


@rule
def test_clauses(state, par, t, n, d, j, w, seed, draw, step):
    """Test every clause of a judgement; give (strongest duty to use force, 1.0 if consultation is due).

    The duty is -1 where no clause that calls for force is met.
    """
    p = t.rivalry[d]["pair"]
    ordinal = int(state[n.ordinal + p, w])
    branch = int(state[n.branch + p, w])
    u = uniforms(seed, draw, ordinal, t.judge[j]["address"], 6, branch)
    war = recognises_war(u[1], state[n.phase + p, w], par[n.war_recognised, w])
    first = struck_first(state, t, n, d, w)
    victim = judges_victim(u[0], first, par[n.victim_if_attacked, w], par[n.victim_if_attacker, w])
    asked = 1.0 if u[2] < par[n.request_made, w] else 0.0
    theatre = int(state[n.theatre + d, w])
    threatened = 1.0 if highest_of_rivalry(state, n, d, w) >= n.threat else state[n.attacked + d, w]
    strongest = -1.0
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
            late = uniforms(seed, draw, ordinal, t.judge[j]["address"], 7, branch)[0]
            retroactive = 1.0 if late < par[n.retroactive, w] else 0.0
        found = verdict(
            status,
            t.clause[c]["trigger"],
            threatened,
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
            forceful = t.clause[c]["response"] != 0
            strongest = value if forceful & (value > strongest) else strongest
            consult = consult if forceful else 1.0
    return strongest, consult
