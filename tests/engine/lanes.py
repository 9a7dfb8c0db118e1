"""Rows and states from blocks of any width."""

from __future__ import annotations

import numpy as np

from sim.engine.ensemble import Block, new_sidecar
from sim.engine.lower import Program


def ends(program: Program, seed: int, first: int, count: int, lanes: int) -> np.ndarray:
    """Final states, one column per run, computed in blocks of `lanes`."""
    block, sidecar = Block(program, seed, lanes), new_sidecar(program)
    found = []
    for start in range(0, count, lanes):
        used = min(lanes, count - start)
        block.start(first + start, used)
        block.advance(0, program.layout.n_steps, sidecar)
        found.append(block.state[:, :used].copy())
    return np.concatenate(found, axis=1)


def copied(source: Block, lane: int, target: Block, to: int, branch: int = 0) -> None:
    """Copy a lane's saved state into a lane of another block, to go on from there on a branch."""
    target.state[:, to] = source.state[:, lane]
    target.parameters[:, to] = source.parameters[:, lane]
    target.draws[to] = source.draws[lane]
    target.branches[to] = branch
