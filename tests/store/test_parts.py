"""Parts to bytes and back: lossless, and the same bytes whatever else goes on."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import pytest

from sim.engine.part import Part
from sim.errors import PactsimError
from sim.store import parts
from sim.store.parts import decode, encode, rows_from_parquet, rows_to_parquet
from sim.store.sidecar import About, decode_sidecar, encode_sidecar, is_whole, read_about


def store(folder, encoded):
    parquet, sidecar = folder / f"{encoded.name}.parquet", folder / f"{encoded.name}.sidecar"
    parquet.write_bytes(encoded.parquet)
    sidecar.write_bytes(encoded.sidecar)
    return parquet, sidecar


def test_round_trip(tmp_path, make_part, identity):
    part = make_part(25_000, 1000)
    parquet, sidecar = store(tmp_path, encode(part, identity))
    about = read_about(sidecar)
    back = decode(parquet, sidecar, about)
    assert (about.first, about.count, about.identity) == (25_000, 1000, identity.hash)
    assert back.first == part.first
    assert back.rows.dtype == part.rows.dtype
    assert back.rows.tobytes() == part.rows.tobytes()
    assert set(back.sidecar) == set(part.sidecar)
    for name, counts in part.sidecar.items():
        np.testing.assert_array_equal(back.sidecar[name], counts, strict=True)


def test_same_bytes_whatever_the_threads(make_part, identity):
    jobs = [make_part(first, 3000) for first in (0, 25_000, 50_000)] * 4
    with ThreadPoolExecutor(4) as pool:
        side_by_side = list(pool.map(lambda part: encode(part, identity), jobs))
    assert side_by_side == [encode(part, identity) for part in jobs]


def test_names_that_differ_in_case_or_need_quoting(tmp_path):
    names = ["run", "peak:a>b", "peak:A>B", 'verdict:"x"/é|日本', "end:a b;--"]
    rows = np.array([(0, 1, 2, 3, 4), (1, 5, 6, 7, 8)], dtype=[(name, "<i8") for name in names])
    path = tmp_path / "p.parquet"
    path.write_bytes(rows_to_parquet(rows))
    assert rows_from_parquet(path, rows.dtype).tolist() == rows.tolist()


def test_floats_and_nan(tmp_path):
    rows = np.array([(0, np.nan, 1.5), (1, 0.1, np.nan)], dtype=[("run", "<i8"), ("x", "<f8"), ("y", "<f4")])
    path = tmp_path / "p.parquet"
    path.write_bytes(rows_to_parquet(rows))
    back = rows_from_parquet(path, rows.dtype)
    for name in rows.dtype.names:
        np.testing.assert_array_equal(back[name], rows[name], strict=True)


def test_parquet_is_readable_by_others_in_run_order(tmp_path, make_part):
    path = tmp_path / "p.parquet"
    rows = make_part(0, 500).rows
    path.write_bytes(rows_to_parquet(rows))
    found = duckdb.sql(f"SELECT run, \"peak:A>B\" FROM '{path}'").fetchnumpy()
    np.testing.assert_array_equal(found["run"], np.arange(500))
    np.testing.assert_array_equal(found["peak:A>B"], rows["peak:A>B"])


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros((3, 2), np.int32),
        np.full((2, 3), 300, np.int32),
        np.array([-5, 0, 2**31 - 1], np.int32),
        np.zeros((0, 4), np.int32),
        np.array(7, np.int32),
        np.eye(700, dtype=np.int32),
    ],
)
def test_sidecar_is_lossless(counts):
    about = About("x", 0, 1, (("run", "<i8"),), "y", 1)
    back = decode_sidecar(encode_sidecar(about, {"a.b": counts}))["a.b"]
    np.testing.assert_array_equal(back, counts, strict=True)
    assert not back.flags.writeable


def test_sidecar_is_small_plain_npz(make_part, identity):
    content = encode(make_part(0, 100), identity).sidecar
    with np.load(io.BytesIO(content)) as archive:
        assert archive["highest.shape"].tolist() == [4, 3, 3]
        assert json.loads(archive["about.json"])["count"] == 100
    sparse = np.zeros((52, 20, 10, 10), np.int32)
    sparse[:, :, 0, 0] = 25_000
    about = About("x", 0, 1, (("run", "<i8"),), "y", 1)
    assert len(encode_sidecar(about, {"transitions": sparse})) < sparse.nbytes / 50


def test_damaged_sidecar_is_noticed(tmp_path, make_part, identity):
    _, path = store(tmp_path, encode(make_part(0, 100), identity))
    content = path.read_bytes()
    assert is_whole(path)
    path.write_bytes(content[:-40])
    assert read_about(path) is None
    place = content.index(b"highest.values.npy") + 200
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    assert not is_whole(path)


def test_duckdb_faults_are_sentences(tmp_path):
    (tmp_path / "p.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(PactsimError, match=r"^DuckDB: "):
        rows_from_parquet(tmp_path / "p.parquet", np.dtype([("run", "<i8")]))


def test_full_disk_while_encoding_is_a_sentence(monkeypatch, make_part, identity):
    def full():
        raise duckdb.IOException("Could not write: No space left on device")

    monkeypatch.setattr(parts, "connection", full)
    with pytest.raises(PactsimError, match=r"the disk is full; .* --resume"):
        encode(make_part(0, 10), identity)


def test_empty_part(tmp_path, make_part, identity):
    empty = Part(0, make_part(0, 1).rows[:0])
    parquet, sidecar = store(tmp_path, encode(empty, identity))
    assert len(decode(parquet, sidecar, read_about(sidecar)).rows) == 0


def test_imports_nothing_heavy():
    code = (
        "import sys, sim.store.writer, sim.store.export, sim.store.manifest, sim.store.summary;"
        "heavy = {'numba', 'mesa', 'matplotlib', 'pandas', 'pyarrow', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(parts.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert found.stdout.strip() == "[]", found.stderr
