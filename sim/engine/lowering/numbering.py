"""Rows of the two matrices: first row of every block, and the scalars of a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from sim.draws import entity
from sim.engine import layout as lay
from sim.engine.lowering.names import Names
from sim.scenario.standing import first_rungs, review_steps


def number(names: Names) -> tuple[lay.Layout, int, int]:
    """Give every block of `sim.engine.layout` its rows.

    Returns
    -------
    layout : Layout
        Scalars of the scenario, first rows of the blocks, rows of the named parameters.
    n_state, n_parameter : int
        Rows of the state and of the parameters.
    """
    sizes = {
        "1": 1,
        "A": len(names.actors),
        "B": len(names.partnerships),
        "D": len(names.rivalries),
        "E": len(names.supports),
        "F": len(names.fronts),
        "G": len(names.exchanges),
        "K": len(names.kinds),
        "M": len(names.dated),
        "L": len(names.rungs),
        "P": len(names.pairs),
        "T": len(names.tests),
        "U": len(names.ties),
        "X": len(names.cascades),
    }
    fields: dict[str, float] = {
        "n_rivalries": sizes["D"],
        "n_pairs": sizes["P"],
        "n_partnerships": sizes["B"],
        "n_actors": sizes["A"],
        "n_kinds": sizes["K"],
        "n_cascades": sizes["X"],
        "n_rungs": sizes["L"],
        "n_steps": names.scenario.n_steps,
        "n_supports": sizes["E"],
        "n_starts": len(names.scenario.start),
        "n_dated": sizes["M"],
        "n_changes": len(names.changes),
        "n_fronts": sizes["F"],
        "n_exchanges": sizes["G"],
        "n_ties": sizes["U"],
        "review_steps": review_steps(names.scenario),
        "step_days": float(names.scenario.step_days),
        "climate_address": entity("climate"),
        "first_use_drawn": int(names.scenario.nuclear.first_use == "hazard"),
        **first_rungs(names.scenario),
        **{field: names.row[path] for field, path in lay.NAMED_PARAMETERS.items()},
    }
    n_state = _number_blocks(fields, lay.STATE_BLOCKS, sizes, 0)
    n_parameter = _number_blocks(fields, lay.DERIVED_BLOCKS, sizes, len(names.row))
    return lay.Layout(**fields), n_state, n_parameter


def _number_blocks(
    fields: dict[str, float], blocks: Sequence[tuple[str, ...]], sizes: dict[str, int], first: int
) -> int:
    for name, letter, *_ in blocks:
        fields[name] = first
        first += sizes[letter]
    return first
