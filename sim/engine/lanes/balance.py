"""The balance of power in one rivalry, and the two weights of choice that follow from it."""

from sim.compiled import helper, rule
from sim.rules.beliefs import entry_belief
from sim.rules.choice import caution, coercion
from sim.rules.clauses import duty
from sim.rules.power import expected_strength, share


@rule
def inside(state, n, e, w):
    """1.0 where an ally's forces are in or have been struck."""
    return 1.0 if (state[n.form + e, w] > 2.5) | (state[n.tripped + e, w] > 0.5) else 0.0


@rule
def read_texts(state, par, t, n, lanes, step):
    """Find the strongest duty on every ally by the texts in force at a step, in place."""
    for e in range(n.n_supports):
        for w in range(lanes):
            state[n.text + e, w] = 0.0
        j = t.support[e]["judge"]
        for i in range(t.judge[j]["test_from"] if j >= 0 else 0, t.judge[j]["test_to"] if j >= 0 else 0):
            clause = t.clause[t.test[i]["clause"]]
            status = t.status[clause["treaty"], step]
            if (t.test[i]["area_possible"] != 0) & ((status == 2) | (status == 4)):
                for w in range(lanes):
                    value = duty(clause["response"], par[clause["automaticity_row"], w], par[n.act_strength, w])
                    text = state[n.text + e, w]
                    state[n.text + e, w] = value if value > text else text


@rule
def add_allies(state, par, t, n, d, weight_row, lean, total, lanes_from, lanes_to):
    """Add to row `total` of the state what the allies of rivalry `d`'s target count for.

    `weight_row` and `lean` are the believer's: rows of the parameters.
    """
    for e in range(t.rivalry[d]["support_from"], t.rivalry[d]["support_to"]):
        for w in range(lanes_from, lanes_to):
            p = entry_belief(
                par[lean + e, w],
                state[n.text + e, w],
                par[n.believe_duty, w],
                par[n.believe_duty_reference, w],
                state[n.evidence + e, w],
            )
            weight = par[n.entrants_weight, w] * par[weight_row, w]
            state[total, w] += expected_strength(state[n.strength + e, w], inside(state, n, e, w), p, weight)


@rule
def refresh(state, par, t, n, d, lanes_from, lanes_to):
    """Recompute a rivalry's weights of gain and cost from the present beliefs, in place.

    Parameters
    ----------
    state, par : view of float64, shape (rows, W)
        State and parameters.
    t, n : Tables, Layout
        Of the scenario.
    d : int
        Rivalry.
    lanes_from, lanes_to : int
        Range of lanes.
    """
    mine, theirs = n.coercion + d, n.caution + d
    for w in range(lanes_from, lanes_to):
        state[mine, w] = state[n.own + d, w]
        state[theirs, w] = state[n.other + d, w]
    opposite = t.rivalry[d]["opposite"]
    add_allies(state, par, t, n, opposite, n.weight_own, n.lean_own, mine, lanes_from, lanes_to)
    add_allies(state, par, t, n, d, n.weight_adversary, n.lean_adversary, theirs, lanes_from, lanes_to)
    stake_row, ease = t.rivalry[d]["stake_row"], n.ease + t.rivalry[d]["actor"]
    for w in range(lanes_from, lanes_to):
        p = share(state[mine, w], state[theirs, w])
        state[n.power_share + d, w] = p
        state[mine, w] = coercion(par[stake_row, w], p)
        state[theirs, w] = caution(p, state[ease, w])


@helper
def refresh_all(state, par, t, n, lanes, step):
    """Read the treaties in force at a step and recompute every balance of power, in place."""
    read_texts(state, par, t, n, lanes, step)
    for d in range(n.n_rivalries):
        refresh(state, par, t, n, d, 0, lanes)


@rule
def mark_dirty(dirty, p, w):
    """Note that a pair's balance of power must be computed anew; `dirty[0, 0]` counts."""
    i = dirty[0, 0] + 1
    dirty[0, 0] = i
    dirty[i, 0] = p
    dirty[i, 1] = w


@rule
def refresh_dirty(state, par, t, n, dirty):
    """Compute anew the balance of power of the pairs noted in `dirty`, and clear the list."""
    for i in range(1, dirty[0, 0] + 1):
        p = dirty[i, 0]
        for side in range(2):
            d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
            refresh(state, par, t, n, d, dirty[i, 1], dirty[i, 1] + 1)
    dirty[0, 0] = 0
