"""Parameters: from quantities to rows of numbers, one column per lane.

A distribution is described by six numbers, so that a compiled loop can draw it; what needs a
quantile table (beta, gamma, PERT) gets one, made once and kept on disk.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arithmetic import exp
from sim.compiled import kernel, rule
from sim.draws import entity, uniforms
from sim.engine.kept_tables import keep, kept
from sim.quantiles import (
    TABLE_SIZE,
    Kind,
    beta_probability,
    fill_table,
    gamma_probability,
    is_central,
    normal_centre,
    normal_tail,
    probability_below,
    table_at,
    triangular_quantile,
    within,
)
from sim.scenario.quantity import Quantity

#: Columns of a distribution's description: bounds of the uniform after truncation, three arguments.
P_LOW, P_HIGH, FIRST, SECOND, THIRD = range(5)


class Drawn(NamedTuple):
    """Rows of the parameter matrix that are drawn, and how; see `ParameterTable`."""

    rows: np.ndarray
    kinds: np.ndarray
    addresses: np.ndarray
    numbers: np.ndarray
    tables: np.ndarray


@dataclass(frozen=True)
class ParameterTable:
    """All quantities of a scenario, in path order.

    Parameters
    ----------
    paths : tuple of str
        Row *r* of the parameter matrix is ``paths[r]``.
    central : ndarray of float64, shape (P,)
        Value of each with ``--parameters central``.
    rows : ndarray of int64, shape (Q,)
        Rows that are drawn.
    kinds : ndarray of int64, shape (Q,)
        `sim.quantiles.Kind` of each.
    addresses : ndarray of int64, shape (Q,)
        Entity words of the draws.
    numbers : ndarray of float64, shape (Q, 5)
        Bounds and arguments of each.
    tables : ndarray of float64, shape (Q, TABLE_SIZE) or (0, 0)
        Quantile tables, where any are needed.
    """

    paths: tuple[str, ...]
    central: np.ndarray
    rows: np.ndarray
    kinds: np.ndarray
    addresses: np.ndarray
    numbers: np.ndarray
    tables: np.ndarray

    @property
    def drawn(self) -> Drawn:
        """What compiled code needs to draw."""
        return Drawn(self.rows, self.kinds, self.addresses, self.numbers, self.tables)


def tabulate(quantities: dict[str, Quantity], central: bool) -> ParameterTable:
    """Describe quantities so that compiled code can draw them.

    Parameters
    ----------
    quantities : dict of str to Quantity
        By path, in path order.
    central : bool
        Fix every distribution at its central value.

    Returns
    -------
    ParameterTable
        Frozen arrays.
    """
    paths = tuple(quantities)
    drawn = [] if central else [r for r, path in enumerate(paths) if not quantities[path].is_constant]
    kinds = np.zeros(len(drawn), np.int64)
    numbers = np.zeros((len(drawn), 5))
    tables = np.zeros((len(drawn), TABLE_SIZE))
    # Tables are made side by side: compiled code runs without the interpreter lock.
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(_describe, quantities[paths[r]], numbers[q], tables[q]) for q, r in enumerate(drawn)]
        kinds[:] = [kind.result() for kind in found]
    table = ParameterTable(
        paths=paths,
        central=np.array([quantities[path].central for path in paths]),
        rows=np.array(drawn, np.int64),
        kinds=kinds,
        addresses=np.array([entity("parameter", paths[r]) for r in drawn], np.int64),
        numbers=numbers,
        tables=tables,
    )
    for array in (table.central, table.rows, table.kinds, table.addresses, table.numbers, table.tables):
        array.setflags(write=False)
    return table


def _describe(quantity: Quantity, numbers: np.ndarray, table: np.ndarray) -> int:
    """Fill one row of numbers (and a table) in place; give its kind."""
    low, high = quantity.truncate or (-np.inf, np.inf)
    arguments = quantity.arguments
    if quantity.family in ("beta", "gamma", "pert"):
        location, scale, a, b = _standard(quantity.family, arguments)
        table[:] = _table(quantity.family == "gamma", a, b, (low - location) / scale, (high - location) / scale)
        numbers[:] = 0.0, 1.0, location, scale, 0.0
        return int(Kind.TABLE)
    kind = Kind[quantity.family.upper()]
    numbers[FIRST : FIRST + len(arguments)] = arguments
    numbers[P_LOW], numbers[P_HIGH] = 0.0, 1.0
    if quantity.truncate is not None:
        truncate(numbers, int(kind), low, high)
    return int(kind)


def _standard(family: str, arguments: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Location, scale and shapes of a standard beta or gamma distribution."""
    if family == "gamma":
        return 0.0, arguments[1], arguments[0], 0.0
    if family == "beta":
        return 0.0, 1.0, arguments[0], arguments[1]
    low, mode, high = arguments
    return low, high - low, 1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low)


@functools.lru_cache(maxsize=1024)
def _table(is_gamma: bool, a: float, b: float, low: float, high: float) -> np.ndarray:
    """Give the quantile table of a standard distribution, kept for what is lowered next, as the null model is."""
    arguments = (float(is_gamma), a, b, low, high)
    table = kept(arguments)
    if table is None:
        table = np.zeros(TABLE_SIZE)
        tabulate_standard(table, is_gamma, a, b, low, high)
        table.setflags(write=False)
        keep(arguments, table)
    return table


@kernel
def tabulate_standard(table, is_gamma, a, b, low, high):
    """Tabulate a standard beta or gamma quantile function between two bounds, in place."""
    p_low = 0.0 if low <= 0.0 else (gamma_probability(low, a) if is_gamma else beta_probability(low, a, b))
    p_high = 1.0
    if high < np.inf:
        p_high = gamma_probability(high, a) if is_gamma else beta_probability(high, a, b)
    fill_table(table, is_gamma, a, b, p_low, p_high)


@kernel
def truncate(numbers, kind, low, high):
    """Put the probabilities of two truncation bounds into a description, in place."""
    numbers[0] = probability_below(kind, numbers[2], numbers[3], numbers[4], low)
    numbers[1] = probability_below(kind, numbers[2], numbers[3], numbers[4], high)


@kernel
def draw_parameters(par, drawn, seed, draws):
    """Draw every described row for every lane, in place.

    Parameters
    ----------
    par : ndarray of float64, shape (rows, W)
        Parameter matrix.
    drawn : Drawn
        From `ParameterTable.drawn`.
    seed : int
        64-bit seed as a signed integer.
    draws : ndarray of int64, shape (W,)
        Replicate number of each lane.
    """
    lanes = draws.shape[0]
    for q in range(drawn.rows.shape[0]):
        row, address = drawn.rows[q], drawn.addresses[q]
        for w in range(lanes):
            par[row, w] = uniforms(seed, draws[w], 0, address, 1, 0)[0]
        to_values(par, row, drawn, q, lanes)


@rule
def to_values(par, row, drawn, q, lanes):
    """Replace the probabilities of a row by the quantiles of a described distribution, in place."""
    numbers = drawn.numbers
    p_low, p_high, a, b, c = numbers[q, 0], numbers[q, 1], numbers[q, 2], numbers[q, 3], numbers[q, 4]
    for w in range(lanes):
        par[row, w] = within(par[row, w], p_low, p_high)
    if drawn.kinds[q] == 1:
        for w in range(lanes):
            par[row, w] = a + par[row, w] * (b - a)
    elif drawn.kinds[q] == 2:
        for w in range(lanes):
            par[row, w] = triangular_quantile(par[row, w], a, b, c)
    else:
        to_normal_units(par, row, lanes)
        if drawn.kinds[q] == 3:
            for w in range(lanes):
                par[row, w] = a + b * par[row, w]
        elif drawn.kinds[q] == 4:
            for w in range(lanes):
                par[row, w] = a * exp(b * par[row, w])
        else:
            table = drawn.tables[q]
            for w in range(lanes):
                par[row, w] = a + b * table_at(par[row, w], table)


@rule
def to_normal_units(par, row, lanes):
    """Replace the probabilities of a row by quantiles of the standard normal distribution, in place.

    The few in the tails come first, one by one; they are then larger than 1 in size, as no
    probability is, and the loop over the others needs no branch.
    """
    for w in range(lanes):
        if not is_central(par[row, w]):
            par[row, w] = normal_tail(par[row, w])
    for w in range(lanes):
        x = par[row, w]
        par[row, w] = x if (x > 1.0) | (x < -1.0) else normal_centre(x)


@kernel
def replace_by_quantiles(par, drawn):
    """Replace probabilities by quantiles, in place; row *q* is of the *q*-th described distribution."""
    for q in range(drawn.rows.shape[0]):
        to_values(par, q, drawn, q, par.shape[1])


def quantiles_of(quantities: Sequence[Quantity], probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of distributions, by the functions that draw them.

    Parameters
    ----------
    quantities : sequence of Quantity
        None of them constant.
    probabilities : ndarray of float64, shape (P, Q)
        Strictly between 0 and 1; a column for each.

    Returns
    -------
    ndarray of float64, shape (P, Q)
        The same bits on every machine.

    Examples
    --------
    >>> spread = Quantity(family="uniform", arguments=(0.1, 0.3))
    >>> quantiles_of([spread], np.array([[0.25], [0.5]])).ravel().tolist()
    [0.15, 0.2]
    """
    drawn = tabulate({f"{q}": quantity for q, quantity in enumerate(quantities)}, False).drawn
    columns = np.array(probabilities.T, order="C")
    replace_by_quantiles(columns, drawn)
    return np.ascontiguousarray(columns.T)


def draw_run(table: ParameterTable, seed: int, draw: int) -> dict[str, float]:
    """Parameter values of one run, by path.

    Parameters
    ----------
    table : ParameterTable
        From `tabulate`.
    seed : int
        64-bit seed as a signed integer.
    draw : int
        Replicate number.

    Returns
    -------
    dict of str to float
        The same bits as in the ensemble.
    """
    column = table.central.reshape(-1, 1).copy()
    draws = np.array([draw], np.int64)
    draw_parameters(column, table.drawn, seed, draws)
    return dict(zip(table.paths, column[:, 0].tolist(), strict=True))
