"""The life of an episode: its beginning and end, and the attacks and firsts that are noted in it."""

from sim.compiled import rule
from sim.draws import uniforms
from sim.engine.lanes.acts import WAR_ENDS, log_act
from sim.engine.lanes.balance import inside, mark_dirty
from sim.engine.lanes.ladder_moves import at_war, note_first, raise_to
from sim.rules.moves import phase_of

#: A step that is never reached.
NEVER = 1e6


@rule
def in_crisis(state, t, n, a, p, step, w):
    """Whether an actor has, or in this step had, an episode other than that of pair `p`."""
    if state[n.crisis_end + a, w] == step:
        return True
    for d in range(n.n_rivalries):
        other = t.rivalry[d]["pair"]
        if (t.rivalry[d]["actor"] == a) & (other != p) & (state[n.phase + other, w] > 0.0):
            return True
    return False


@rule
def engaged(state, n, p, step, w):
    """Whether a pair was in an episode with an armed attack when this step began."""
    return (state[n.engaged_from + p, w] < step) & (state[n.engaged_to + p, w] >= step)


@rule
def begin_episode(state, par, t, n, p, w, seed, draw, step, branch):
    """Number the episode, keep its branch, and draw where each side's attacks fall.

    An actor without any other episode enters a new crisis: what allies do for it is drawn once in each.
    """
    state[n.ordinal + p, w] += 1.0
    state[n.branch + p, w] = branch
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        a = t.rivalry[d]["actor"]
        if not in_crisis(state, t, n, a, p, step, w):
            state[n.crisis + a, w] += 1.0
            state[n.crisis_branch + a, w] = branch
        i = t.rivalry[d]["theatre_from"]
        last = t.rivalry[d]["theatre_to"] - 1
        if last > i:
            u = uniforms(seed, draw, int(state[n.ordinal + p, w]), t.rivalry[d]["theatre_address"], 12, branch)[0]
            total = par[t.theatre[i]["share_row"], w]
            while (u >= total) & (i < last):
                i += 1
                total += par[t.theatre[i]["share_row"], w]
        state[n.theatre + d, w] = t.theatre[i]["theatre"] if last >= 0 else 0


@rule
def end_episode(state, par, t, n, p, w, step, dirty):
    """Forget everything that belongs to the episode; a rivalry opened by it closes."""
    if state[n.phase + p, w] > 2.5:
        state[n.engaged_to + p, w] = step
    state[n.phase + p, w] = 0.0
    state[n.grave + p, w] = 0.0
    state[n.first + p, w] = 0.0
    state[n.signature + p, w] = -1.0
    state[n.alarm + p, w] = NEVER
    moved = False
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        state[n.attacked + d, w] = 0.0
        state[n.ceiling + d, w] = par[n.top_before + t.rivalry[d]["actor"], w]
        state[n.crisis_end + t.rivalry[d]["actor"], w] = step
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
def note_attacks(state, par, t, n, p, w, high, step):
    """Note attacks and the mutual state of war that this step's moves amount to; give the phase."""
    d, back = t.pair[p]["first"], t.pair[p]["second"]
    mine, theirs = state[n.rung + d, w], state[n.rung + back, w]
    note_first(state, n, p, w, (1.0 if mine >= n.attack else 0.0) + (2.0 if theirs >= n.attack else 0.0))
    if high >= n.war:
        raise_to(state, n, d, w, n.war)
        raise_to(state, n, back, w, n.war)
    if high > n.war:
        state[n.grave + p, w] = 1.0
    for side in range(2):
        each = d if side == 0 else back
        if state[n.rung + each, w] >= n.attack:
            state[n.attacked + each, w] = 1.0
        if high >= n.nuclear:
            state[n.ceiling + each, w] = par[n.top + t.rivalry[each]["actor"], w]
    phase = phase_of(high, n.threat, n.force, n.attack, n.war, n.nuclear)
    if phase > state[n.phase + p, w]:
        if (phase > 2.5) & (state[n.phase + p, w] < 2.5):
            state[n.engaged_from + p, w] = step
            state[n.engaged_to + p, w] = NEVER
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
    for side in range(2 if phase > 2.5 else 0):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        if attacked_at_home(state, t, n, d, w):
            note_attack_at_home(state, n, t.rivalry[d]["target"], w, phase, step)


@rule
def attacked_at_home(state, t, n, d, w):
    """Whether the actor of rivalry `d` has attacked the target, in this episode, on the target's own territory."""
    if state[n.attacked + d, w] < 0.5:
        return False
    return t.home[t.rivalry[d]["target"], int(state[n.theatre + d, w])] != 0


@rule
def note_attack_at_home(state, n, a, w, phase, step):
    """Note when an actor's territory first came under armed attack, and when in a state of war."""
    if state[n.home_hit + a, w] == NEVER:
        state[n.home_hit + a, w] = step
    if (phase > 3.5) & (state[n.t_attacked + a, w] < 0.0):
        state[n.t_attacked + a, w] = step


@rule
def highest_of_rivalry(state, n, d, w):
    """Highest rung that one side stood on in this step, though it may have stepped down since."""
    rung, crest = state[n.rung + d, w], state[n.crest + d, w]
    return rung if rung > crest else crest


@rule
def highest_of_step(state, n, d, back, w):
    """Highest rung that either side of a pair stood on in this step."""
    mine, theirs = highest_of_rivalry(state, n, d, w), highest_of_rivalry(state, n, back, w)
    return mine if mine > theirs else theirs


@rule
def stand_down(state, par, t, n, p, w, step, dirty):
    """Put both sides of a pair back to the lowest rung, with a time in which nobody rises."""
    if at_war(state, t, n, p, w):
        log_act(t, t.pair[p]["first"], w, 0, WAR_ENDS)
    for side in range(2):
        d = t.pair[p]["first"] if side == 0 else t.pair[p]["second"]
        state[n.rung + d, w] = 0.0
        state[n.tension + d, w] = 0.0
        state[n.struck + d, w] = 0.0
    state[n.refractory + p, w] = step + 1.0 + par[n.refractory_steps, w]
    end_episode(state, par, t, n, p, w, step, dirty)
