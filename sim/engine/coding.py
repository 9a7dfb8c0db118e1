"""The compiled part of coding histories as event data: acts to incidents and disputes."""

from sim.compiled import kernel, rule
from sim.draws import uniforms
from sim.engine.lanes.acts import BY_CHOICE, WAR_ENDS

#: `sim.draws.Purpose.CODING`.
CODING = 14
#: Long before any history.
NEVER = -1000000


@rule
def is_coded(u, what, level, kinds, threat):
    """Whether an act is coded: an incident by its kind, a threat by choice seldom, all else always."""
    if what >= 0:
        return u < kinds[what]
    if (what == BY_CHOICE) & (level == 2):
        return u < threat
    return level >= 2


@rule
def add_third_party(disputes, j, level, within):
    """Note an act of the third party in the dispute that it falls into, if it does."""
    if within & (level > disputes[j, 6]):
        disputes[j, 6] = level


@rule
def add_to_dispute(disputes, j, step, level, fatal, sides):
    """Let a dispute go on with an incident, in place."""
    disputes[j, 2] = step
    if level > disputes[j, 3]:
        disputes[j, 3] = level
    if fatal:
        disputes[j, 4] = 1
    disputes[j, 5] |= sides


@rule
def add_incident(incidents, i, history, step, level, side):
    """Write an incident down, in place."""
    incidents[i, 0] = history
    incidents[i, 1] = step
    incidents[i, 2] = level
    incidents[i, 3] = side


@kernel
def code_acts(acts, incidents, disputes, kinds, threat, fatal, war, draws, branches, seed, address, gap, n_steps):
    """Code the acts of histories, one history after the other; give the numbers of incidents and disputes.

    Parameters
    ----------
    acts : ndarray of int64, shape (N, 5)
        History, step, role (1 first rival, 2 second, 3 third party), hostility level, what it was.
    incidents, disputes : ndarray of int32, shape (N, 4), (N, 7)
        Where they go (`sim.hindcast.mid.Coded`).
    kinds : ndarray of float64, shape (K,)
        Probability that an incident of a kind is coded.
    threat, fatal, war : ndarray of float64, shape (H,)
        Probability that a threat by choice is coded, an act at force fatal, a state of war a war.
    draws, branches : ndarray of int64, shape (H,)
        Of the histories.
    seed, address : int
        Of the draws.
    gap : int
        Steps within which incidents belong to one dispute.
    n_steps : int
        Steps of a history: a war that is not over by then lasts until then.
    """
    n_incidents, j = 0, -1
    history, last, number = -1, NEVER, 0
    at_war = False
    for i in range(acts.shape[0]):
        h, step, role, level, what = acts[i, 0], acts[i, 1], acts[i, 2], acts[i, 3], acts[i, 4]
        if h != history:
            if at_war:
                disputes[j, 2] = n_steps
            history, last, number, at_war = h, NEVER, 0, False
        last = step if at_war else last
        if what == WAR_ENDS:
            if at_war:
                disputes[j, 2] = step
            at_war = at_war & (role == 3)
            continue
        number += 1
        u = uniforms(seed, draws[h], number & 0xFFFF, address, CODING, branches[h])
        if not is_coded(u[0], what, level, kinds, threat[h]):
            continue
        if role == 3:
            add_third_party(disputes, j, level, step - last <= gap)
            continue
        begins = level == 5
        at_war = at_war | begins
        level = 4 if begins & (u[1] >= war[h]) else level
        if step - last > gap:
            j += 1
            disputes[j, 0] = h
            disputes[j, 1] = step
        last = step
        add_to_dispute(disputes, j, step, level, begins | ((level == 4) & (u[2] < fatal[h])), 3 if begins else role)
        add_incident(incidents, n_incidents, h, step, level, role - 1)
        n_incidents += 1
    if at_war:
        disputes[j, 2] = n_steps
    return n_incidents, j + 1
