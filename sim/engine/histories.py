"""Long runs with their acts written down: histories, to be coded as event data sets would code them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from sim.engine.ensemble import LANES, Block, new_sidecar
from sim.engine.lanes.acts import new_log
from sim.engine.lower import Program

#: Room for acts per history at first; a block that has more is run again with more.
ROOM = 2000


@dataclass(frozen=True)
class Acts:
    """The acts of some histories, one after the other, each history's in the order of time.

    Parameters
    ----------
    history : ndarray of int64
        Number of the history, from 0.
    step : ndarray of int64
        Step of each act.
    rivalry : ndarray of int64
        Directed rivalry, in name order.
    rung : ndarray of int64
        Rung of the act.
    what : ndarray of int64
        Kind of incident, or a code of `sim.engine.lanes.acts`.
    """

    history: np.ndarray
    step: np.ndarray
    rivalry: np.ndarray
    rung: np.ndarray
    what: np.ndarray


def histories(
    program: Program,
    seed: int,
    draws: np.ndarray,
    branches: np.ndarray,
    values: Mapping[str, np.ndarray] | None = None,
    kinds: np.ndarray | None = None,
) -> Acts:
    """Simulate histories from beginning to end and give their acts.

    Parameters
    ----------
    program : Program
        The lowered scenario.
    seed : int
        64-bit seed.
    draws : ndarray of int64, shape (H,)
        Replicate of each: histories of one replicate share parameters and types.
    branches : ndarray of int64, shape (H,)
        Tells histories of one replicate apart.
    values : mapping of str to ndarray of float64, shape (H,), optional
        Parameters by path that are given instead of drawn.
    kinds : ndarray of bool, shape (K,), optional
        Kinds of incident to give; all, if left out.

    Returns
    -------
    Acts
        Numbered as in `draws`; the same whatever the number of threads.
    """
    chunks = range(0, len(draws), LANES)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda at: _block(program, seed, draws, branches, values or {}, kinds, at), chunks))
    return Acts(*(np.concatenate([part[i] for part in found]) for i in range(5)))


def _block(
    program: Program,
    seed: int,
    draws: np.ndarray,
    branches: np.ndarray,
    values: Mapping[str, np.ndarray],
    kinds: np.ndarray | None,
    at: int,
) -> tuple[np.ndarray, ...]:
    lanes = min(LANES, len(draws) - at)
    here = slice(at, at + lanes)
    room = ROOM * lanes
    while True:
        log = new_log(room)
        block = Block(program, seed, LANES)
        block.tables = program.tables._replace(log=log)
        block.start(0, lanes)
        block.draws[:lanes], block.branches[:lanes] = draws[here], branches[here]
        block.draw()
        for path, column in values.items():
            block.parameters[program.parameters.paths.index(path), :lanes] = column[here]
        block.advance(0, program.layout.n_steps, new_sidecar(program), True)
        if log[0, 0] <= room:
            break
        room = int(log[0, 0])
    acts = log[1 : log[0, 0] + 1]
    if kinds is not None:
        acts = acts[(acts[:, 4] < 0) | kinds[acts[:, 4]]]
    acts = acts[np.argsort(acts[:, 0], kind="stable")]
    return (acts[:, 0] + at, *(acts[:, i] for i in range(1, 5)))
