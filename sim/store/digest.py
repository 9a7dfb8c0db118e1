"""`rows_sha256`: one number for all outcome rows of an ensemble, however they were cut into parts.

SHA-256 over a header (for each column its name, a zero byte, its NumPy type string and a
newline), then the rows by ascending run, little-endian, fixed width, without padding. A NaN is
written as the one quiet NaN and −0 as 0, so that equal values have equal bytes.
"""

from __future__ import annotations

import hashlib

import numpy as np


def wire_type(row_type: np.dtype) -> np.dtype:
    """Give the packed, little-endian type in which rows are hashed and stored.

    Parameters
    ----------
    row_type : numpy.dtype
        Structured; any byte order and padding.

    Returns
    -------
    numpy.dtype
        The same columns.

    Examples
    --------
    >>> wire_type(np.dtype([("run", ">i8"), ("peak", "i1")], align=True)).itemsize
    9
    """
    names = row_type.names or ()
    return np.dtype([(name, row_type[name].newbyteorder("<")) for name in names])


class RowsDigest:
    """SHA-256 of rows that come part by part, in order.

    Parameters
    ----------
    row_type : numpy.dtype
        Columns of the rows.

    Examples
    --------
    >>> rows = np.array([(0, 3), (1, -1)], dtype=[("run", "<i8"), ("peak", "i1")])
    >>> whole, halves = RowsDigest(rows.dtype), RowsDigest(rows.dtype)
    >>> whole.add(rows)
    >>> halves.add(rows[:1]); halves.add(rows[1:])
    >>> whole.hexdigest() == halves.hexdigest()
    True
    """

    def __init__(self, row_type: np.dtype) -> None:
        self._type = wire_type(row_type)
        self._next = 0
        self._hash = hashlib.sha256()
        for name in self._type.names or ():
            self._hash.update(f"{name}\0{self._type[name].str}\n".encode())

    def add(self, rows: np.ndarray) -> None:
        """Add the rows that follow those added so far.

        Raises
        ------
        ValueError
            If they do not start where the last ones ended.
        """
        if len(rows) and int(rows["run"][0]) != self._next:
            raise ValueError(f"rows from run {self._next} are needed, got run {int(rows['run'][0])}")
        self._next += len(rows)
        self._hash.update(np.ascontiguousarray(canonical(rows, self._type)).view(np.uint8).data)

    def hexdigest(self) -> str:
        """Give the digest of all rows added so far."""
        return self._hash.hexdigest()


def canonical(rows: np.ndarray, wire: np.dtype) -> np.ndarray:
    """Give rows in their wire type with one NaN and no negative zero.

    Parameters
    ----------
    rows : numpy.ndarray
        Structured array; not changed.
    wire : numpy.dtype
        From `wire_type`.

    Returns
    -------
    numpy.ndarray
        `rows` itself where nothing had to change.

    Examples
    --------
    >>> rows = np.array([(-0.0,)], dtype=[("x", "<f8")])
    >>> bool(np.signbit(canonical(rows, rows.dtype)["x"][0]))
    False
    """
    floats = [name for name in wire.names or () if wire[name].kind == "f"]
    if rows.dtype == wire and not floats:
        return rows
    clean = rows.astype(wire)
    for name in floats:
        values = clean[name]
        values[np.isnan(values)] = np.nan
        values += 0.0  # −0 + 0 is +0
    return clean
