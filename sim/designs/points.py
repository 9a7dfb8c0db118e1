"""The points of a study as arrays, and the rows of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.engine.lot import Lot


@dataclass(frozen=True, eq=False)
class Points:
    """Points of a study; row ``p * per_point + i`` of its rows is run *i* of the *p*-th of them.

    Parameters
    ----------
    number : ndarray of int64, shape (P,)
        Number of each point in its design, ascending; one that failed is left out.
    structure : ndarray of int64, shape (P,)
        Which of the study's scenarios it is.
    first_draw : ndarray of int64, shape (P,)
        Draw of its first run; the others follow.
    columns : mapping of str to ndarray, shape (P,)
        Its values by path: float64 where they are given to the engine, objects (str) where they tell the scenario.
        A number that is NaN is not given at that point: it is drawn, as if the path did not vary.
    per_point : int
        Runs of each point.
    """

    number: np.ndarray
    structure: np.ndarray
    first_draw: np.ndarray
    columns: Mapping[str, np.ndarray]
    per_point: int

    def __len__(self) -> int:
        """Number of points."""
        return len(self.number)

    @property
    def rows(self) -> int:
        """Number of runs of all points together."""
        return len(self) * self.per_point

    @property
    def given(self) -> tuple[str, ...]:
        """Paths whose values are numbers."""
        return tuple(path for path, column in self.columns.items() if column.dtype != object)

    def values(self) -> np.ndarray:
        """Numbers by point and path, shape (P, V)."""
        return np.array([self.columns[path] for path in self.given], np.float64).reshape(-1, len(self)).T.copy()

    def alike(self) -> np.ndarray:
        """Number points by what they need of the engine: the same scenario, and values of the same paths.

        Returns
        -------
        ndarray of int64, shape (P,)
            The same number where all is the same.
        """
        left_out = np.isnan(self.values())
        if not left_out.any():
            return self.structure
        asked = np.column_stack([self.structure, left_out])
        return np.unique(asked, axis=0, return_inverse=True)[1].ravel()

    def between(self, first: int, last: int) -> Points:
        """Points from one place to before another."""
        here = slice(first, last)
        columns = {path: column[here] for path, column in self.columns.items()}
        return Points(self.number[here], self.structure[here], self.first_draw[here], columns, self.per_point)

    def digest(self) -> str:
        """SHA-256 of all of it, hexadecimal."""
        found = hashlib.sha256(f"{self.per_point}\0{len(self)}\0".encode())
        for array in (self.number, self.structure, self.first_draw):
            found.update(np.ascontiguousarray(array, "<i8").tobytes())
        for path, column in self.columns.items():
            found.update(f"{path}\0{column.dtype.kind}\0".encode())
            if column.dtype == object:
                found.update("\0".join(column.tolist()).encode())
            else:
                found.update(np.ascontiguousarray(column + 0.0, "<f8").tobytes())
        return found.hexdigest()

    def lot(self, which: np.ndarray, draws: np.ndarray, paths: Sequence[str]) -> Lot:
        """Draws and values of runs for the engine.

        Parameters
        ----------
        which, draws : ndarray of int64, shape (R,)
            Place of each run's point, and its draw.
        paths : sequence of str
            Of the scenario's parameters, in their order.

        Returns
        -------
        Lot
            A path that the scenario does not have, such as one of a treaty that is not in it, is left out, and one
            that the first of the points does not give: all must give the same (`alike`).
        """
        from sim.engine.lot import Lot  # loads the compiler, which reading a folder need not wait for

        place = {path: row for row, path in enumerate(paths)}
        values = self.values()
        kept = [v for v, path in enumerate(self.given) if path in place and not np.isnan(values[which[0], v])]
        rows = np.array([place[self.given[v]] for v in kept], np.int64)
        return Lot(draws, which, rows, np.ascontiguousarray(values[:, kept]))
