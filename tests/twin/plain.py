"""Print a digest of small runs of the engine and of the twin: ``python -m tests.twin.plain``.

Run with ``NUMBA_DISABLE_JIT=1`` the same rules and loops are plain Python.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from tests.scenarios import built, put, small, start
from tests.twin.states import column_of

SEED, DRAWS = 2**63 + 5, 3


def digests() -> dict[str, str]:
    """SHA-256 of the final states of a few runs, by who computed them."""
    values = start(small(weeks=8), "Aye", "Bee", week=3)
    put(values, {"entry/honouring": {"uniform": [0.2, 0.9]}, "actors/Aye/resolve": {"normal": [0.0, 0.5]}})
    put(values, {"actors/Cee/tied_down": {"triangular": [0.1, 0.2, 0.4]}, "entry/unmet": {"lognormal": [1.0, 0.3]}})
    program = lower(built(values))
    block = Block(program, SEED, lanes=DRAWS)
    block.start(0, DRAWS)
    block.advance(0, program.layout.n_steps, new_sidecar(program))
    script = Script(program.scenario)
    columns = []
    for draw in range(DRAWS):
        run = Run(script, draw_run(program.parameters, block.seed, draw), block.seed, draw)
        while not run.over:
            run.step()
        columns.append(column_of(run, program))
    states = {"engine": block.state, "twin": np.stack(columns, axis=1)}
    return {name: hashlib.sha256(state.tobytes()).hexdigest() for name, state in states.items()}


if __name__ == "__main__":
    print(json.dumps(digests()))
