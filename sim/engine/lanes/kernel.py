"""The lanes kernel: a block of runs, step by step, each process for all lanes before the next.

What happens in every lane is a loop without branches, which becomes SIMD code. What happens in few
lanes (incidents, episodes, entry, ceasefire) is gathered into a list of lanes first and then done
one by one, so that idle lanes cost a comparison.
"""

from sim.compiled import kernel, rule
from sim.draws import uniforms
from sim.engine.lanes.acts import start_step
from sim.engine.lanes.balance import refresh_all, refresh_dirty
from sim.engine.lanes.choices import act_step, choice_step, closed_everywhere, forget_rivalries
from sim.engine.lanes.counting import count_transitions, forget_increments, remember_rungs
from sim.engine.lanes.crisis import attention_step, crisis_of_pair
from sim.engine.lanes.derive import begin, change_parameters, derive, set_out
from sim.engine.lanes.exchange import exchange_step, renew
from sim.engine.lanes.incidents import incident_step, scheduled
from sim.engine.lanes.lists import gather
from sim.engine.lanes.other_pairs import settle_other_pairs
from sim.engine.lanes.views import view, views_of_scratch, views_of_tables
from sim.engine.lot import give_values, number
from sim.engine.parameters import draw_parameters
from sim.engine.rows import fill_rows
from sim.rules.climate import next_phase


@kernel
def advance(
    state, par, t, n, scratch, drawn, seed, draws, branches, lanes, fresh, step_from, step_to,
    transitions, highest, entries, content, places, first, count, lot,
):  # fmt: skip
    """Advance a block of runs from one step to another, in place; or one block after another.

    Parameters
    ----------
    state : ndarray of float64, shape (rows, W)
        State before `step_from`: from an earlier call, or anything where `fresh`.
    par : ndarray of float64, shape (rows, W)
        Parameters, which may differ from lane to lane; their derived rows are filled where `fresh`.
    t, n : Tables, Layout
        Of the scenario.
    scratch : Scratch
        Working space for at least W lanes; any content.
    drawn : Drawn
        How to draw parameters (`sim.engine.parameters`).
    seed : int
        64-bit seed as a signed integer.
    draws, branches : ndarray of int64, shape (W,)
        Replicate and branch of each lane; episodes under way keep the branch they began on.
    lanes : int
        Lanes in use, at most W.
    fresh : bool
        Put the runs at their beginning first.
    step_from, step_to : int
        First step, and one past the last.
    transitions, highest, entries : ndarray of int32
        Counts by step, added to in place: (S, D, L, L), (S, L, L), (S, B, F).
    content : ndarray of uint8, shape (count, bytes of a row)
        Where the outcome rows go (`sim.engine.rows.fill_rows`).
    places : tuple of two ndarrays of int64
        Offsets and widths of the columns.
    first, count : int
        Where `count` is not 0, the runs `first` to ``first + count - 1`` are advanced, W at a time:
        their parameters are drawn and their rows written. No call in between costs time.
    lot : Lot
        Draws and given values of those runs (`sim.engine.lot`); where it has no draws, run *k* has draw *k*.
    """
    views = view(state), view(par), views_of_tables(t)
    for at in range(0, count if count > 0 else 1, state.shape[1]):
        if count > 0:
            lanes = min(state.shape[1], count - at)
            number(draws, lot, first, at, count)
            draw_parameters(par, drawn, seed, draws)
            give_values(par, lot, at, lanes)
        if fresh:
            set_out(views[1], views[2], n, lanes)
            derive(views[1], views[2], n, lanes)
            begin(views[0], views[1], views[2], n, seed, view(draws), view(branches), lanes, state.shape[0])
        _advance(
            views[0], views[1], views[2], n, views_of_scratch(scratch), seed, view(draws), view(branches),
            lanes, step_from, step_to, view(transitions), view(highest), view(entries),
        )  # fmt: skip
        if count > 0:
            fill_rows(content[at : at + lanes], state, places[0], places[1], n.n_rivalries, first + at, lanes)


@rule
def _advance(state, par, t, n, s, seed, draws, branches, lanes, step_from, step_to, transitions, highest, entries):
    s.pending[0, 0] = 0
    s.dirty[0, 0] = 0
    event = 0
    while (event < n.n_starts) and (t.start[event]["step"] < step_from):
        event += 1
    remember_rungs(state, n, lanes, s.before, s.seen)
    for step in range(step_from, step_to):
        start_step(t.log, step)
        look_around(state, par, t, n, s, lanes, step)
        climate_step(state, par, n, seed, draws, branches, lanes, step)
        forget_crests(state, n, lanes)
        while (event < n.n_starts) and (t.start[event]["step"] == step):
            for w in range(lanes):
                scheduled(state, par, t, n, event, w, seed, draws[w], step, branches[w])
            event += 1
        incident_step(state, par, t, n, s, seed, draws, branches, lanes, step)
        if n.n_fronts + n.n_exchanges + n.n_ties > 0:
            exchange_step(state, par, t, n, s, seed, draws, branches, lanes, step)
        for p in range(n.n_pairs):
            if closed_everywhere(state, t, n, p, lanes):
                continue
            choice_step(state, par, t, n, p, s, seed, draws, branches, lanes, step)
            gather(s.flags, lanes, s.lane_list)
            for i in range(1, s.lane_list[0] + 1):
                act_step(state, par, t, n, p, s.lane_list[i], s.moves)
            attention_step(state, t, n, p, lanes, step, s.flags)
            gather(s.flags, lanes, s.lane_list)
            for i in range(1, s.lane_list[0] + 1):
                w = s.lane_list[i]
                crisis_of_pair(state, par, t, n, p, w, seed, draws[w], step, branches[w], entries, s.pending, s.dirty)
        if s.pending[0, 0] > 0:
            settle_other_pairs(state, par, t, n, seed, draws, step, branches, s.pending, s.dirty)
        forget_rivalries(t, s.dirty, s.seen)
        refresh_dirty(state, par, t, n, s.dirty)
        count_transitions(state, t, n, s, lanes, step, transitions, highest)


@rule
def look_around(state, par, t, n, s, lanes, step):
    """Let parameters change by date and estimates of strength be renewed; balances follow these and the treaties."""
    if step == 0:
        return
    changed = change_parameters(par, t, n, step, lanes)
    if changed:
        derive(par, t, n, lanes)
        forget_increments(n, lanes, s.seen)
    review = (n.review_steps > 0) and (step % n.review_steps == 0)
    if changed or review:
        renew(state, par, t, n, lanes)
    if changed or review or (t.epoch[step] != t.epoch[step - 1]):
        refresh_all(state, par, t, n, lanes, step)


@rule
def forget_crests(state, n, lanes):
    """Forget how high incidents lifted anyone in the last step."""
    for d in range(n.n_rivalries):
        for w in range(lanes):
            state[n.crest + d, w] = 0.0


@rule
def climate_step(state, par, n, seed, draws, branches, lanes, step):
    """Let the hot or cold phase go on or end."""
    for w in range(lanes):
        u = uniforms(seed, draws[w], step, n.climate_address, 2, branches[w])[0]
        state[n.hot, w] = next_phase(state[n.hot, w], u, par[n.leave_hot, w], par[n.leave_cold, w])
