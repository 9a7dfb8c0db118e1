"""Lowering: a scenario becomes tables, rows and a layout that compiled code can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine import layout as lay
from sim.engine.lanes.acts import new_log
from sim.engine.lowering import actors, exchange, incidents, rivalries, treaties
from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names
from sim.engine.lowering.numbering import number
from sim.engine.lowering.records import filled
from sim.engine.parameters import ParameterTable, tabulate
from sim.engine.rows import row_type, sidecar_shapes
from sim.scenario.model import Scenario


@dataclass(frozen=True, eq=False)
class Program:
    """A scenario as compiled code reads it.

    Parameters
    ----------
    scenario : Scenario
        What was lowered.
    layout : Layout
        Scalars, and first rows of the blocks of the state and the parameters.
    tables : Tables
        Read-only structure.
    parameters : ParameterTable
        How to draw the first rows of the parameter matrix.
    n_state, n_parameter : int
        Rows of the two matrices.
    row_type : numpy.dtype
        Columns of an outcome row.
    sidecar_shapes : dict of str to tuple of int
        Arrays counted along the way.
    """

    scenario: Scenario
    layout: lay.Layout
    tables: lay.Tables
    parameters: ParameterTable
    n_state: int
    n_parameter: int
    row_type: np.dtype
    sidecar_shapes: dict[str, tuple[int, ...]]


def lower(scenario: Scenario, central: bool = False) -> Program:
    """Lower a scenario.

    Parameters
    ----------
    scenario : Scenario
        As resolved by `sim.scenario.load.load_scenario`.
    central : bool
        Fix every distribution at its central value.

    Returns
    -------
    Program
        Frozen; may be shared between threads.

    Raises
    ------
    InputError
        If two things happen to share a draw address (renaming one of them helps).
    """
    parameters = tabulate(scenario.quantities(), central)
    names = Names(scenario, parameters.paths)
    layout, n_state, n_parameter = number(names)
    return Program(
        scenario,
        layout,
        _tables(names),
        parameters,
        n_state,
        n_parameter,
        row_type(names),
        sidecar_shapes(names, layout),
    )


def _tables(names: Names) -> lay.Tables:
    addresses = Addresses()
    side, other = incidents.sides(names)
    cascade, by, into = incidents.cascades(names, addresses)
    start, severity = incidents.starts(names)
    status = treaties.standing(names)
    tables = lay.Tables(
        actor=filled(lay.ACTOR, actors.actor_rows(names, addresses)),
        rung=filled(lay.RUNG, actors.rung_rows(names)),
        reach=actors.reach(names),
        home=actors.home(names),
        rivalry=filled(lay.RIVALRY, rivalries.rivalry_rows(names, addresses)),
        pair=filled(lay.PAIR, rivalries.pair_rows(names, addresses)),
        theatre=filled(lay.THEATRE, rivalries.theatre_rows(names)),
        support=filled(lay.SUPPORT, rivalries.support_rows(names, addresses)),
        judge=filled(lay.JUDGE, treaties.judge_rows(names, addresses)),
        test=filled(lay.TEST, treaties.test_rows(names)),
        clause=filled(lay.CLAUSE, treaties.clause_rows(names)),
        area=treaties.areas(names),
        status=status,
        epoch=treaties.epochs(status),
        pair_epoch=treaties.pair_epochs(names, status),
        kind=filled(lay.KIND, incidents.kind_rows(names, addresses)),
        side=side,
        other=other,
        mark=filled(lay.MARK, incidents.mark_rows(names)),
        cascade=cascade,
        by=by,
        sets=incidents.cascades_by_kind(names),
        into=into,
        front=filled(lay.FRONT, exchange.front_rows(names, addresses)),
        exchange=filled(lay.EXCHANGE, exchange.exchange_rows(names)),
        tie=filled(lay.TIE, exchange.tie_rows(names)),
        tie_kind=filled(lay.TIE_KIND, exchange.tie_kind_rows(names)),
        start=start,
        severity=severity,
        dated=filled(lay.DATED, [{"base_row": base, "row": row} for base, row in names.dated]),
        change=filled(lay.CHANGE, [{"step": s, "row": row, "value_row": value} for s, row, value in names.changes]),
        log=new_log(0),
    )
    addresses.refuse_collisions()
    for name, array in tables._asdict().items():
        array.setflags(write=name == "log")
    return tables
