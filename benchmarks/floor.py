"""The floor: the draws and exponentials that every run of a scenario needs, and nothing else.

A bare vectorised loop over lanes that draws one uniform and takes one exponential as often as the
scalar driver does in a run without any incident: no run can be faster than this.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import exp
from sim.compiled import kernel
from sim.draws import uniforms
from sim.engine.lower import Program

LANES = 64


@kernel
def draw_and_exponentiate(values, blocks, n_draws, n_exponentials):
    """Draw and exponentiate `blocks` times in every lane, in place."""
    for block in range(blocks):
        for i in range(n_draws):
            for w in range(values.shape[0]):
                values[w] = uniforms(1, block * 64 + w, i, 7, 8, 0)[0]
        for _ in range(n_exponentials):
            for w in range(values.shape[0]):
                values[w] = exp(-values[w])


class Floor:
    """Draws and exponentials of a program, per run.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    """

    def __init__(self, program: Program) -> None:
        n, t = program.layout, program.tables
        choices = int((t.rivalry["open"] == 1).sum())
        per_step = 1 + n.n_kinds + n.n_cascades + choices
        self.draws = n.n_steps * per_step + len(program.parameters.rows)
        self.exponentials = n.n_steps * (n.n_cascades + 2 * choices)
        self.values = np.zeros(LANES)

    def run(self, runs: int) -> None:
        """Do the work of `runs` runs."""
        draw_and_exponentiate(self.values, runs // LANES, self.draws, self.exponentials)
