"""The clause test: what a treaty partner finds, and how strong a duty it meets."""

from sim.compiled import helper, rule
from sim.draws import uniforms
from sim.engine.lanes.episodes import highest_of_rivalry
from sim.rules.clauses import bites, duty, is_invasion, judges_victim, qualifiers_hold, recognises_war, verdict


@rule
def struck_first(state, t, n, d, w):
    """1.0 if the target of rivalry `d` made the first armed attack of the episode, 0.5 if both sides did at once."""
    p = t.rivalry[d]["pair"]
    beneficiary = 2.0 if t.pair[p]["first"] == d else 1.0
    first = state[n.first + p, w]
    return 0.5 if first == 3.0 else (1.0 if first == beneficiary else 0.0)


@rule
def is_invoked(state, par, t, n, p, j, status, w, seed, draw):
    """1.0 where the obligor would invoke a treaty of this standing: in force, or signed and invoked all the same."""
    if status != 1:
        return 1.0 if (status == 2) | (status == 4) else 0.0
    ordinal, branch = int(state[n.ordinal + p, w]), int(state[n.branch + p, w])
    u = uniforms(seed, draw, ordinal, t.judge[j]["address"], 7, branch)[0]
    return 1.0 if u < par[n.retroactive, w] else 0.0


@rule
def finds_invasion(state, par, t, n, p, j, grave, w, seed, draw):
    """1.0 where the obligor finds an invasion; drawn once per episode, and only where the wording is in doubt."""
    narrow = par[n.narrow_reading, w]
    if narrow == 0.0:
        return 1.0
    ordinal, branch = int(state[n.ordinal + p, w]), int(state[n.branch + p, w])
    u = uniforms(seed, draw, ordinal, t.judge[j]["address"], 22, branch)[0]
    return is_invasion(u, grave, narrow, par[n.limited_is_invasion, w])


@helper
def turned_invasion(state, par, t, n, p, w, seed, draw, step):
    """1.0 where a war that has become a major one is thereby an invasion to an obligor that had found none."""
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        for j in range(t.rivalry[d]["judge_from"], t.rivalry[d]["judge_to"]):
            for i in range(t.judge[j]["test_from"], t.judge[j]["test_to"]):
                clause = t.clause[t.test[i]["clause"]]
                if clause["invasion"] == 0:
                    continue
                status = t.status[clause["treaty"], step]
                invoked = is_invoked(state, par, t, n, p, j, status, w, seed, draw)
                if invoked > finds_invasion(state, par, t, n, p, j, 0.0, w, seed, draw):
                    return 1.0
    return 0.0


@rule
def test_clauses(state, par, t, n, d, j, w, seed, draw, step):
    """Test every clause of a judgement; give (strongest duty to use force, 1.0 if consultation is due).

    The duty is -1 where no clause that calls for force is met.
    """
    if t.judge[j]["test_from"] == t.judge[j]["test_to"]:
        return -1.0, 0.0
    p = t.rivalry[d]["pair"]
    ordinal = int(state[n.ordinal + p, w])
    branch = int(state[n.branch + p, w])
    u = uniforms(seed, draw, ordinal, t.judge[j]["address"], 6, branch)
    recognition, partiality = par[t.judge[j]["recognition_row"], w], par[t.judge[j]["partiality_row"], w]
    war = recognises_war(u[1], state[n.phase + p, w], par[n.war_recognised, w], recognition)
    invasion = finds_invasion(state, par, t, n, p, j, state[n.grave + p, w], w, seed, draw)
    first = struck_first(state, t, n, d, w)
    victim = judges_victim(u[0], first, par[n.victim_if_attacked, w], par[n.victim_if_attacker, w], partiality)
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
        retroactive = is_invoked(state, par, t, n, p, j, status, w, seed, draw)
        found = verdict(
            status,
            t.clause[c]["trigger"],
            threatened,
            state[n.attacked + d, w],
            war,
            invasion if t.clause[c]["invasion"] != 0 else 1.0,
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
