"""Runs in blocks of lanes: from a program, a seed and a range of runs to a part of results."""

from __future__ import annotations

import threading

import numpy as np

from sim.engine.lanes.kernel import advance
from sim.engine.layout import new_scratch
from sim.engine.lot import NO_LOT, Lot
from sim.engine.lower import Program
from sim.engine.parameters import draw_parameters
from sim.engine.part import Part
from sim.engine.rows import column_places, fill_rows

#: Runs in a block: few enough that a block's state stays in the second-level cache, and an odd number of
#: cache lines, so that the rows of one lane do not all fall on the same few places of the cache.
LANES = 120

#: Where no rows are written.
NO_ROWS = np.zeros((0, 1), np.uint8)

_local = threading.local()
#: Blocks that a thread keeps: a study goes to and fro between a few scenarios.
_KEPT = 8


def signed(seed: int) -> int:
    """Give a 64-bit seed as the signed integer that compiled code takes.

    Examples
    --------
    >>> signed(2**64 - 1)
    -1
    """
    seed &= 0xFFFFFFFFFFFFFFFF
    return seed - 2**64 if seed >= 2**63 else seed


class Block:
    """State and parameters of up to `lanes` runs, side by side.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    seed : int
        64-bit seed.
    lanes : int
        Width.
    """

    def __init__(self, program: Program, seed: int, lanes: int = LANES) -> None:
        self.program = program
        self.tables = program.tables
        self.seed = signed(seed)
        self.state = np.zeros((program.n_state, lanes))
        self.parameters = np.zeros((program.n_parameter, lanes))
        n = len(program.parameters.central)
        self.parameters[:n] = program.parameters.central[:, None]
        self.draws = np.zeros(lanes, np.int64)
        self.branches = np.zeros(lanes, np.int64)
        self.scratch = new_scratch(program.layout, lanes)
        self.places = column_places(program.row_type)
        self.lanes = lanes
        self.is_given = False

    def start(self, first: int, lanes: int, branch: int = 0) -> None:
        """Draw parameters and types of the runs from `first`."""
        self.lanes = lanes
        self.draws[:] = first + np.arange(len(self.draws))
        self.branches[:] = branch
        self.draw()

    def draw(self) -> None:
        """Draw parameters and types of the runs that the block holds."""
        draw_parameters(self.parameters, self.program.parameters.drawn, self.seed, self.draws)

    def advance(self, step_from: int, step_to: int, sidecar: dict[str, np.ndarray], fresh: bool | None = None) -> None:
        """Advance all runs; counts are added to `sidecar` (see `new_sidecar`).

        A block that begins at step 0 is put at its beginning first, unless `fresh` says otherwise.
        """
        self._call(step_from, step_to, sidecar, step_from == 0 if fresh is None else fresh, NO_ROWS, 0, 0, NO_LOT)

    def simulate(self, content: np.ndarray, first: int, sidecar: dict[str, np.ndarray], lot: Lot = NO_LOT) -> None:
        """Run from beginning to end as many runs as `content` has rows, seen as bytes; `first` is the first run."""
        self.branches[:] = 0
        if self.is_given:
            self._put_back()
        self.is_given = len(lot.rows) > 0
        self._call(0, self.program.layout.n_steps, sidecar, True, content, first, len(content), lot)

    def _put_back(self) -> None:
        """Take out values that an earlier lot gave, which no draw would overwrite where a parameter is not drawn."""
        central = self.program.parameters.central
        self.parameters[: len(central)] = central[:, None]

    def _call(
        self,
        step_from: int,
        step_to: int,
        sidecar: dict[str, np.ndarray],
        fresh: bool,
        content: np.ndarray,
        first: int,
        count: int,
        lot: Lot,
    ) -> None:
        program = self.program
        advance(
            self.state, self.parameters, self.tables, program.layout, self.scratch, program.parameters.drawn,
            self.seed, self.draws, self.branches, self.lanes, fresh, step_from, step_to,
            sidecar["transitions"], sidecar["highest"], sidecar["entries"], content, self.places, first, count, lot,
        )  # fmt: skip

    def write(self, content: np.ndarray, first: int) -> None:
        """Write the outcome rows of the block into rows seen as bytes; `first` is the first run."""
        fill_rows(content, self.state, *self.places, self.program.layout.n_rivalries, first, self.lanes)


def new_sidecar(program: Program) -> dict[str, np.ndarray]:
    """Empty step counts for a program."""
    sidecar = {name: np.zeros(shape, np.int32) for name, shape in program.sidecar_shapes.items()}
    sidecar["start_rung"][:] = program.tables.rivalry["start_rung"]
    return sidecar


def simulate(program: Program, seed: int, first: int, count: int, lot: Lot = NO_LOT) -> Part:
    """Simulate a range of runs.

    Parameters
    ----------
    program : Program
        From `sim.engine.lower.lower`.
    seed : int
        64-bit seed, 0 to 2**64 - 1.
    first, count : int
        Runs `first` to `first + count - 1`.

    Returns
    -------
    Part
        Rows in run order and step counts: the same bits for the same arguments, whatever the
        thread, the machine, or how the range is split (step counts add up).

    Notes
    -----
    The interpreter lock is released while blocks are computed.
    """
    rows = np.zeros(count, program.row_type)
    sidecar = new_sidecar(program)
    if count:
        content = rows.view(np.uint8).reshape(count, program.row_type.itemsize)
        _thread_block(program, seed).simulate(content, first, sidecar, lot)
    _complete(sidecar, count)
    return Part(first, rows, sidecar)


def _complete(sidecar: dict[str, np.ndarray], count: int) -> None:
    rungs = sidecar["start_rung"]
    start = count * (np.arange(sidecar["highest"].shape[1]) == rungs[:, None])
    add_those_who_stay(sidecar["transitions"], start)
    add_those_who_stay(sidecar["highest"], start[rungs.argmax()])


def _thread_block(program: Program, seed: int) -> Block:
    """Reuse this thread's block: allocating one for every part would cost more than small parts do."""
    blocks: dict[tuple[int, int], Block] = _local.__dict__.setdefault("blocks", {})
    key = id(program), signed(seed)
    block = blocks.get(key)
    if block is None or block.program is not program:
        while len(blocks) >= _KEPT:
            del blocks[next(iter(blocks))]
        block = blocks[key] = Block(program, seed)
    return block


def add_those_who_stay(moved: np.ndarray, start: np.ndarray) -> None:
    """Complete counts of moves between rungs with those who stayed, in place.

    Parameters
    ----------
    moved : ndarray of int32, shape (S, …, L, L)
        Moves off a rung, by step, from and to.
    start : ndarray of int, shape (…, L)
        Runs on each rung before the first step.
    """
    diagonal = np.arange(moved.shape[-1])
    here = start.astype(np.int64)
    for counts in moved:
        counts[..., diagonal, diagonal] = here - counts.sum(axis=-1)
        here = counts.sum(axis=-2)
