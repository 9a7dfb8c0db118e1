"""The floor: the draws and exponentials that the scalar driver needs, and nothing else.

They are counted in a few runs of the scalar driver as plain Python, and done as often in a bare
vectorised loop: no run can be faster than this.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

LANES = 64

#: Runs in which draws and exponentials are counted.
COUNTED = 40


class Floor:
    """Draws and exponentials of a program, per run.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    """

    def __init__(self, program: object) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "program")
            file.write_bytes(pickle.dumps(program))
            done = subprocess.run(
                [sys.executable, __file__, str(file)],
                env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
        per_run = json.loads(done.stdout)
        self.draws, self.exponentials = round(per_run["draws"]), round(per_run["exponentials"])
        self.values = np.zeros(LANES)

    def run(self, runs: int) -> None:
        """Do the work of `runs` runs."""
        compiled()(self.values, runs // LANES, self.draws, self.exponentials)


def compiled():  # type: ignore[no-untyped-def]
    """The loop; made when first asked for, since the counting process must not compile."""
    global _loop
    if _loop is None:
        from sim.arithmetic import exp
        from sim.compiled import kernel
        from sim.draws import uniforms

        @kernel
        def loop(values, blocks, n_draws, n_exponentials):
            for block in range(blocks):
                for i in range(n_draws):
                    for w in range(values.shape[0]):
                        values[w] = uniforms(1, block * 64 + w, i, 7, 8, 0)[0]
                for _ in range(n_exponentials):
                    for w in range(values.shape[0]):
                        values[w] = exp(-values[w])

        _loop = loop
    return _loop


_loop = None


def count(program_file: str) -> dict[str, float]:
    """Draws and exponentials (or logarithms) per run of the scalar driver, as plain Python."""
    import sim.arithmetic
    import sim.draws

    counts = {"draws": 0, "exponentials": 0}

    def counting(function, name):  # type: ignore[no-untyped-def]
        def wrapped(*arguments):  # type: ignore[no-untyped-def]
            counts[name] += 1
            return function(*arguments)

        return wrapped

    sim.arithmetic.exp = counting(sim.arithmetic.exp, "exponentials")
    sim.arithmetic.log = counting(sim.arithmetic.log, "exponentials")
    sim.draws.uniforms = counting(sim.draws.uniforms, "draws")

    sys.path.insert(0, str(Path(__file__).parent))
    from scalar import simulate_scalar

    program = pickle.loads(Path(program_file).read_bytes())
    with np.errstate(over="ignore"):  # 64-bit words wrap around
        simulate_scalar(program, 1, 0, COUNTED)
    return {name: n / COUNTED for name, n in counts.items()}


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1])))
