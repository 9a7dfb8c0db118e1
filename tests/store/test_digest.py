"""`rows_sha256`: independent of parts, byte order and padding; one NaN, one zero."""

from __future__ import annotations

import hashlib
import struct

import numpy as np
import pytest

from sim.store.digest import RowsDigest, canonical, wire_type


def digest(*pieces: np.ndarray) -> str:
    found = RowsDigest(pieces[0].dtype)
    for piece in pieces:
        found.add(piece)
    return found.hexdigest()


def test_is_what_the_design_says(make_part):
    rows = np.array([(0, -1), (1, 3)], dtype=[("run", "<i8"), ("t_war", "<i2")])
    text = b"run\0<i8\nt_war\0<i2\n" + struct.pack("<qh", 0, -1) + struct.pack("<qh", 1, 3)
    assert digest(rows) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("cuts", [(1,), (10, 20), (0, 50, 99), (100,)])
def test_does_not_depend_on_parts(make_part, cuts):
    rows = make_part(0, 100).rows
    assert digest(*np.split(rows, cuts)) == digest(rows)


def test_does_not_depend_on_byte_order_or_padding(make_part):
    rows = make_part(0, 100).rows
    other = np.dtype([(name, rows.dtype[name].newbyteorder(">")) for name in rows.dtype.names], align=True)
    assert digest(rows.astype(other)) == digest(rows)


@pytest.mark.parametrize("column", ["run", "peak", "incidents:clash"])
def test_sees_every_column(make_part, column):
    rows = make_part(0, 100).rows
    changed = rows.copy()
    changed[column][-1] += 1
    assert digest(changed) != digest(rows)


def test_sees_names_and_types():
    rows = np.zeros(1, dtype=[("run", "<i8"), ("a", "<i2")])
    renamed = rows.astype([("run", "<i8"), ("b", "<i2")])
    assert len({digest(rows), digest(renamed), digest(rows.astype([("run", "<i8"), ("a", "<u2")]))}) == 3


def test_one_nan_and_one_zero():
    kinds = [("run", "<i8"), ("x", "<f8")]
    odd = np.zeros(2, dtype=kinds)
    odd["run"] = [0, 1]
    odd["x"] = [-0.0, 0.0]
    odd["x"].view(np.uint64)[1] = 0xFFF8_0000_0000_BEEF  # a NaN with a sign and a payload
    plain = odd.copy()
    plain["x"] = [0.0, np.nan]
    assert odd.tobytes() != plain.tobytes()
    assert digest(odd) == digest(plain)
    assert canonical(odd, wire_type(odd.dtype)).tobytes() == plain.tobytes()
    assert np.signbit(odd["x"][0]), "the caller's rows are left alone"


def test_rows_out_of_order_are_refused(make_part):
    found = RowsDigest(make_part(0, 1).rows.dtype)
    found.add(make_part(0, 10).rows)
    with pytest.raises(ValueError, match="run 10 are needed, got run 20"):
        found.add(make_part(20, 10).rows)
