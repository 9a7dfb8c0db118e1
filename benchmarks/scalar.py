"""A fair scalar rival of the lanes engine: one run at a time, compiled, idle work skipped.

Same rules, tables, draws and rows; nothing is allocated in the run loop. It is what a careful
programmer would write without lanes, and exists only to be measured against.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import exp
from sim.compiled import kernel, rule
from sim.draws import uniforms
from sim.engine.ensemble import new_sidecar, signed
from sim.engine.lanes.balance import refresh_dirty
from sim.engine.lanes.choices import act_step, enters, forget_rivalries, reload_increments, settle_moves
from sim.engine.lanes.crisis import crisis_of_pair, treaties_changed
from sim.engine.lanes.derive import begin, derive, set_out
from sim.engine.lanes.episodes import highest_of_step
from sim.engine.lanes.exchange import exchange_step
from sim.engine.lanes.incidents import count_immigrants, incidents_of_kind, scheduled, spread
from sim.engine.lanes.kernel import forget_crests, look_around
from sim.engine.lanes.other_pairs import settle_other_pairs
from sim.engine.lanes.theories import choose, rows_of
from sim.engine.lanes.views import view, views_of_scratch, views_of_tables
from sim.engine.layout import new_scratch
from sim.engine.lower import Program
from sim.engine.parameters import draw_parameters
from sim.engine.rows import column_places, fill_rows
from sim.rules.climate import in_phase, next_phase
from sim.rules.moves import phase_of
from sim.rules.settlement import decay


@kernel
def run_many(
    content, offsets, widths, state, par, t, n, scratch, drawn, seed, draws, branches,
    transitions, highest, entries, first, count,
):  # fmt: skip
    """Run `count` runs one after the other and write their rows."""
    for k in range(count):
        draws[0] = first + k
        draw_parameters(par, drawn, seed, draws)
        set_out(view(par), views_of_tables(t), n, 1)
        derive(view(par), views_of_tables(t), n, 1)
        begin(view(state), view(par), views_of_tables(t), n, seed, view(draws), view(branches), 1, state.shape[0])
        _run(
            view(state), view(par), views_of_tables(t), n, views_of_scratch(scratch), seed, view(draws), view(branches),
            view(transitions), view(highest), view(entries),
        )  # fmt: skip
        fill_rows(content[k : k + 1], state, offsets, widths, n.n_rivalries, first + k, 1)


@rule
def _run(state, par, t, n, s, seed, draws, branches, transitions, highest, entries):
    draw = draws[0]
    s.pending[0, 0] = 0
    s.dirty[0, 0] = 0
    event = 0
    top = 0.0
    for d in range(n.n_rivalries):
        s.before[d, 0] = state[n.rung + d, 0]
        s.seen[d, 0] = -1.0
        top = s.before[d, 0] if s.before[d, 0] > top else top
    s.before[n.n_rivalries, 0] = top
    for step in range(n.n_steps):
        look_around(state, par, t, n, s, 1, step)
        u = uniforms(seed, draw, step, n.climate_address, 2, 0)[0]
        state[n.hot, 0] = next_phase(state[n.hot, 0], u, par[n.leave_hot, 0], par[n.leave_cold, 0])
        forget_crests(state, n, 1)
        while (event < n.n_starts) and (t.start[event]["step"] == step):
            scheduled(state, par, t, n, event, 0, seed, draw, step, 0)
            event += 1
        _incidents(state, par, t, n, s.counts, s.chances, s.happened, seed, draw, step)
        if n.n_fronts + n.n_exchanges + n.n_ties > 0:
            exchange_step(state, par, t, n, s, seed, draws, branches, 1, step)
        for p in range(n.n_pairs):
            first, second = t.pair[p]["first"], t.pair[p]["second"]
            acts = False
            if state[n.is_open + first, 0] > 0.5:
                acts = _choices(state, par, t, n, first, second, s, seed, draws, branches, step)
            if acts:
                act_step(state, par, t, n, p, 0, s.moves)
            if _news(state, t, n, p, first, second, step):
                crisis_of_pair(state, par, t, n, p, 0, seed, draw, step, 0, entries, s.pending, s.dirty)
        if s.pending[0, 0] > 0:
            settle_other_pairs(state, par, t, n, seed, draws, step, branches, s.pending, s.dirty)
        forget_rivalries(t, s.dirty, s.seen)
        refresh_dirty(state, par, t, n, s.dirty)
        _count(state, n, step, s.before, transitions, highest)


@rule
def _incidents(state, par, t, n, counts, chances, happened, seed, draw, step):
    exciting = False
    hot = state[n.hot, 0]
    for k in range(n.n_kinds):
        u = uniforms(seed, draw, step, t.kind[k]["address"], 3, 0)[0]
        happened[k, 0] = 0
        if u >= in_phase(hot, par[n.quiet_hot + k, 0], par[n.quiet_cold + k, 0]):
            count_immigrants(counts, u, state, par, t, n, k, 0)
            happened[k, 0] = 1
            exciting = exciting | (t.kind[k]["sets_to"] > t.kind[k]["sets_from"])
    for x in range(n.n_cascades):
        mean = state[n.memory + x, 0]
        chances[n.n_kinds + x, 0] = -1.0
        chances[n.n_kinds + n.n_cascades + x, 0] = mean
        if mean > 0.0:
            u = uniforms(seed, draw, step, t.cascade[x]["address"], 4, 0)[0]
            state[n.memory + x, 0] = decay(mean, par[n.factor + x, 0])
            if u >= exp(-mean):
                chances[n.n_kinds + x, 0] = u
                exciting = True
    if exciting:
        spread(counts, chances, happened, state, par, t, n, 0, seed, draw, step, 0)
    for k in range(n.n_kinds):
        if happened[k, 0] != 0:
            incidents_of_kind(counts, state, par, t, n, k, 0, seed, draw, step, 0)


@rule
def _choices(state, par, t, n, first, second, s, seed, draws, branches, step):
    for side in range(2):
        d = first if side == 0 else second
        if state[n.rung + d, 0] != s.seen[d, 0]:
            reload_increments(s.increments, s.seen, state, par, t, n, d, 0)
        choose(t.rivalry[d]["theory"], rows_of(t, n, d), s, state, par, side, seed, draws, branches, step, 0, 1)
    settle_moves(state, par, n, first, second, 0, s.moves[0, 0], s.moves[1, 0])
    return (enters(state, n, first, 0, s.moves[0, 0]) | enters(state, n, second, 0, s.moves[1, 0])) != 0


@rule
def _news(state, t, n, p, first, second, step):
    high = highest_of_step(state, n, first, second, 0)
    phase = phase_of(high, n.threat, n.force, n.attack, n.war, n.nuclear)
    before = state[n.phase + p, 0]
    ends = (phase == 0.0) & (before > 0.0)
    new = (phase > before) | ends | (before > 2.5) | (step >= state[n.alarm + p, 0])
    return new | (treaties_changed(t, p, step) & (before > 0.0))


@rule
def _count(state, n, step, before, transitions, highest):
    top = 0.0
    for d in range(n.n_rivalries):
        rung = state[n.rung + d, 0]
        top = rung if rung > top else top
        if rung != before[d, 0]:
            transitions[step, d, int(before[d, 0]), int(rung)] += 1
            before[d, 0] = rung
    if top != before[n.n_rivalries, 0]:
        highest[step, int(before[n.n_rivalries, 0]), int(top)] += 1
        before[n.n_rivalries, 0] = top


def simulate_scalar(program: Program, seed: int, first: int, count: int) -> np.ndarray:
    """Outcome rows of a range of runs, one run at a time."""
    table, layout = program.parameters, program.layout
    state, par = np.zeros((program.n_state, 1)), np.zeros((program.n_parameter, 1))
    par[: len(table.central), 0] = table.central
    draws, branches = np.zeros(1, np.int64), np.zeros(1, np.int64)
    scratch, sidecar = new_scratch(layout, 1), new_sidecar(program)
    rows = np.zeros(count, program.row_type)
    content = rows.view(np.uint8).reshape(count, program.row_type.itemsize)
    offsets, widths = column_places(program.row_type)
    run_many(
        content, offsets, widths, state, par, program.tables, layout, scratch, table.drawn, signed(seed),
        draws, branches, sidecar["transitions"], sidecar["highest"], sidecar["entries"], first, count,
    )  # fmt: skip
    return rows
