"""The state of a twin's run, laid out as the engine lays out a lane."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.layout import STATE_BLOCKS
from sim.engine.lower import Program
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run

#: Letter of a block's length to the twin's things, in the order of the block's rows.
THINGS: dict[str, Callable[[Run], Iterable[Any]]] = {
    "1": lambda run: [run],
    "A": lambda run: run.cast.actors.values(),
    "B": lambda run: run.cast.partnerships.values(),
    "D": lambda run: run.cast.rivalries.values(),
    "E": lambda run: run.cast.supports,
    "F": lambda run: run.cast.fronts.values(),
    "G": lambda run: run.cast.exchanges.values(),
    "K": lambda run: run.cast.kinds.values(),
    "P": lambda run: run.cast.pairs,
    "T": lambda run: [test for judgement in run.cast.judgements for test in judgement.tests],
    "U": lambda run: run.cast.ties.values(),
    "X": lambda run: run.cast.cascades,
}
#: Blocks that the twin calls by another name.
OTHER_NAMES = {"first": "attacker"}


def theatre_numbers(program: Program) -> dict[str, int]:
    """Numbers that the engine gives to theatres; before any episode there is none, which is 0."""
    scenario = program.scenario
    names = {theatre.name for rivalry in scenario.rivalries for theatre in rivalry.theatres}
    names |= {reach.name for actor in scenario.actors for reach in actor.reach}
    names |= {name for actor in scenario.actors for name in actor.home}
    names |= {name for treaty in scenario.treaties for clause in treaty.clauses for name in clause.area}
    return {"": 0, **{name: number for number, name in enumerate(sorted(names))}}


def column_of(run: Run, program: Program) -> np.ndarray:
    """The state of a run as a column of the engine's state matrix."""
    theatres = theatre_numbers(program)
    column = np.full(program.n_state, np.nan)
    for name, letter, *_ in STATE_BLOCKS:
        row = getattr(program.layout, name)
        values = [getattr(thing, OTHER_NAMES.get(name, name)) for thing in THINGS[letter](run)]
        column[row : row + len(values)] = [theatres[x] if isinstance(x, str) else x for x in values]
    assert not np.isnan(column).any(), "the twin has fewer things than the engine has rows"
    return column


def row_names(program: Program) -> list[str]:
    """A readable name for every row of the state."""
    firsts = [(getattr(program.layout, name), name) for name, *_ in STATE_BLOCKS]
    return [max(pair for pair in firsts if pair[0] <= row)[1] for row in range(program.n_state)]


class SideBySide:
    """The engine in blocks of one lane, and the twin, moved on together.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    seed : int
        64-bit seed.
    """

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.block = Block(program, seed, lanes=1)
        self.script = Script(program.scenario)
        self.sidecar = new_sidecar(program)
        self.names = row_names(program)

    def begun(self, draw: int) -> Run:
        """Put both at the beginning of a draw; the engine's lane is `block`."""
        self.block.start(draw, 1)
        self.block.advance(0, 0, self.sidecar)
        return Run(self.script, draw_run(self.program.parameters, self.block.seed, draw), self.block.seed, draw)

    def compare(self, draw: int) -> Run:
        """Run one draw in both, comparing the bits of every state variable at every step."""
        run = self.begun(draw)
        self.same(run, "at the start")
        for step in range(self.program.layout.n_steps):
            self.block.advance(step, step + 1, self.sidecar)
            run.step()
            self.same(run, f"after step {step}")
        return run

    def same(self, run: Run, when: str) -> None:
        """Hold the bits of every state variable against each other."""
        engine, twin = self.block.state[:, 0], column_of(run, self.program)
        differ = np.flatnonzero(engine.view(np.int64) != twin.view(np.int64))
        told = [f"{self.names[row]} (row {row}): engine {engine[row]!r}, twin {twin[row]!r}" for row in differ[:8]]
        assert not told, f"draw {run.draw}, {when}: {'; '.join(told)}"
