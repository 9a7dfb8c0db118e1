"""Runs that are split: lanes of the engine are saved, copied and continued on new branches, as splitting does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import Program
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from sim.rare.lineage import Lineage
from tests.engine.lanes import copied
from tests.twin.states import column_of, row_names


class Family:
    """The engine's states of a run that is split again and again, and the twin of each descendant.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    seed : int
        64-bit seed.
    """

    def __init__(self, program: Program, seed: int) -> None:
        self.program, self.names = program, row_names(program)
        self.script, self.sidecar = Script(program.scenario), new_sidecar(program)
        self.block, self.saved = Block(program, seed, lanes=3), Block(program, seed, lanes=1)

    def engine(self, lineage: Lineage) -> tuple[np.ndarray, dict[str, int]]:
        """Final state and outcome row: the lane is stopped at every turn, saved, and goes on in another lane."""
        self.block.start(lineage.draw, 1)
        step = 0
        for turn, branch in lineage.turns:
            self.block.advance(step, turn, self.sidecar)
            copied(self.block, 0, self.saved, 0)
            self.block.state[:] = np.nan
            copied(self.saved, 0, self.block, 0, branch)
            step = turn
        self.block.advance(step, self.program.layout.n_steps, self.sidecar)
        rows = np.zeros(1, self.program.row_type)
        self.block.write(rows.view(np.uint8).reshape(1, -1), lineage.draw)
        names = rows.dtype.names or ()
        return self.block.state[:, 0], {name: int(rows[name][0]) for name in names if name != "run"}

    def twin(self, lineage: Lineage) -> Run:
        """The same run in the twin."""
        values = draw_run(self.program.parameters, self.block.seed, lineage.draw)
        run = Run(self.script, values, self.block.seed, lineage.draw, turns=lineage.turns)
        while not run.over:
            run.step()
        return run

    def compare(self, lineage: Lineage) -> Run:
        """Run a lineage in both and hold outcome rows and the bits of final states against each other."""
        (engine, row), run = self.engine(lineage), self.twin(lineage)
        twin = column_of(run, self.program)
        differ = np.flatnonzero(engine.view(np.int64) != twin.view(np.int64))
        told = [f"{self.names[at]} (row {at}): engine {engine[at]!r}, twin {twin[at]!r}" for at in differ[:8]]
        assert not told, f"{lineage}: {'; '.join(told)}"
        assert run.outcome_row() == row
        return run


def random_lineages(program: Program, draws: Iterable[int], turns: int, seed: int) -> list[Lineage]:
    """Lineages with so many turns at random steps, the first step and neighbouring ones among them."""
    chance = np.random.default_rng(seed)
    found = []
    for draw in draws:
        steps = np.sort(chance.choice(program.layout.n_steps, turns, replace=False))
        branches = chance.choice(2**24, turns, replace=False)
        found.append(Lineage(draw, tuple(zip(steps.tolist(), branches.tolist(), strict=True))))
    return found
