"""The same bytes whatever the threads, the folder, and what was removed in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine import part
from sim.errors import InputError
from sim.experiments.compare import compare
from sim.experiments.run import run
from sim.experiments.sensitivity import sensitivity
from sim.experiments.sweep import sweep
from sim.experiments.uncertainty import uncertainty
from sim.store.digest import RowsDigest
from sim.store.study import StudyFolder
from sim.studies import study
from tests.experiments.small_file import lively, written

Make = Callable[..., Any]
ENTRY = "intervention:Cee:Bee"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts of few runs."""
    monkeypatch.setattr(part, "PART_RUNS", 100)


@pytest.fixture(params=["sweep", "compare", "sensitivity", "uncertainty"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """One study of each kind, of several parts, with points of several scenarios in turn."""
    file = written(lively(), tmp_path / "lively.yaml")
    if request.param == "sweep":
        return lambda **more: sweep(
            file, ["entry.honouring=0.2,0.8", "entry.rear", "actors.Aye.theory=quantal,prospect"],
            runs=40, treaties=["pact=1,none"], **more,
        )  # fmt: skip
    if request.param == "compare":
        return lambda **more: compare(file, treaties=["pact=1,none"], by_clause=True, theories=True, runs=250, **more)
    if request.param == "uncertainty":
        return lambda **more: uncertainty(file, outcomes=["war", ENTRY], points=16, runs=5, **more)
    return lambda **more: sensitivity(
        file, ["entry.rear", "rivalries.Aye>Bee.habit=-1.5:0"], base=16, runs=7, outcomes=["war"], **more
    )


def bytes_of(folder: Path) -> dict[str, str]:
    """Rows, points and the frame; not what says when and where it was made."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.parquet")}


def unchanging(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key not in ("runs_per_s", "frame")}


def test_threads_and_folders_do_not_matter(make: Make, tmp_path: Path) -> None:
    one = make(out=tmp_path / "1", threads=1)
    two = make(out=tmp_path / "2", threads=2)
    again = make(out=tmp_path / "3", threads=2)
    assert len(bytes_of(one.folder)) > 5
    assert bytes_of(one.folder) == bytes_of(two.folder) == bytes_of(again.folder)
    assert unchanging(one.summary) == unchanging(two.summary) == unchanging(again.summary)


def test_the_digest_is_that_of_the_rows_read_back(make: Make, tmp_path: Path) -> None:
    found = make(out=tmp_path / "1")
    rows = np.concatenate(list(StudyFolder(found.folder).rows()))
    digest = RowsDigest(rows.dtype)
    digest.add(rows)
    assert found.summary["rows_sha256"] == digest.hexdigest()
    rows["peak"][len(rows) // 2] += 1
    other = RowsDigest(rows.dtype)
    other.add(rows)
    assert found.summary["rows_sha256"] != other.hexdigest()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """First runs of the parts that are computed; one run is computed to compile."""
    computed: list[int] = []
    whole = study.study_part

    def counting(programs: Any, points: Any, offset: int, row_type: Any, seed: int, first: int, count: int) -> Any:
        if count > 1:
            computed.append(first)
        return whole(programs, points, offset, row_type, seed, first, count)

    monkeypatch.setattr(study, "study_part", counting)
    return computed


def test_what_was_removed_is_made_anew_and_nothing_else(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(out=tmp_path / "1")
    before, summary = bytes_of(found.folder), found.summary
    computed = counted(monkeypatch)
    assert make(out=found.folder).summary == summary
    assert computed == []
    parts = sorted((found.folder / "runs").glob("*.parquet"))
    removed = parts[1::3]
    for path in removed:
        path.unlink()
    (found.folder / "summary.json").unlink()
    again = make(out=found.folder, threads=1)
    assert len(computed) == len(removed)
    assert bytes_of(found.folder) == before
    assert unchanging(again.summary) == unchanging(summary)


@pytest.mark.parametrize("name", ["frame.parquet", "points.parquet", "summary.json", "manifest.json"])
def test_a_file_that_is_gone_comes_back(make: Make, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = make(out=tmp_path / "1")
    path = found.folder / name
    if not path.is_file():
        assert name == "frame.parquet"
        assert found.summary["kind"] in ("compare", "sensitivity", "uncertainty")
        return
    before = bytes_of(found.folder)
    computed = counted(monkeypatch)
    path.unlink()
    if name == "manifest.json":  # nothing says any more whose parts these are
        with pytest.raises(InputError, match="an empty folder or a results folder"):
            make(out=found.folder)
        return
    assert unchanging(make(out=found.folder).summary) == unchanging(found.summary)
    assert computed == []
    assert bytes_of(found.folder) == before


def test_damage_is_found_and_mended(make: Make, tmp_path: Path) -> None:
    found = make(out=tmp_path / "1")
    before = bytes_of(found.folder)
    path = sorted((found.folder / "runs").glob("*.parquet"))[2]
    path.write_bytes(path.read_bytes()[:-20])
    assert unchanging(make(out=found.folder).summary) == unchanging(found.summary)
    assert bytes_of(found.folder) == before


def test_another_seed_or_another_design_is_another_study(make: Make, tmp_path: Path) -> None:
    found = make(out=tmp_path / "1", seed=1)
    with pytest.raises(InputError, match="the same run as is stored here, got seed 1, here 2"):
        make(out=found.folder, seed=2)
    with pytest.raises(InputError, match=r"study [0-9a-f]{8}, here none. Choose another --out"):
        run("attacked-dprk", runs=3, out=found.folder)
    other = make(out=tmp_path / "2", seed=2)
    assert other.summary["rows_sha256"] != found.summary["rows_sha256"]


@pytest.mark.parametrize("name", ["points.parquet", "frame.parquet"])
@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing that one could read PAR1"])
def test_a_damaged_table_is_a_sentence_and_the_same_command_makes_it_anew(
    tmp_path: Path, name: str, content: bytes
) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    found = sweep(file, ["entry.honouring=0.2,0.8"], runs=3, out=tmp_path / "out")
    before = (found.folder / name).read_bytes()
    (found.folder / name).write_bytes(content)
    with pytest.raises(InputError, match=f"a {name} as it was written, got .* Give its command again"):
        StudyFolder(found.folder).frame()
    sweep(file, ["entry.honouring=0.2,0.8"], runs=3, out=tmp_path / "out")
    assert (found.folder / name).read_bytes() == before


def test_a_summary_without_what_it_found_is_a_sentence(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    found = sweep(file, ["entry.honouring=0.2,0.8"], runs=3, out=tmp_path / "out")
    summary = found.folder / "summary.json"
    summary.write_text(summary.read_text().replace('"ranges"', '"rangs"'))
    with pytest.raises(InputError, match="the summary as it was written, got one without ranges"):
        _ = StudyFolder(found.folder).summary


def test_outcomes_asked_for_later_need_no_further_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows do not depend on what is asked of them, a summary does."""
    file, late = written(lively(), tmp_path / "lively.yaml"), "attacked_at_war:Aye|major_war"
    calls: list[Make] = [
        lambda **more: sweep(file, ["entry.honouring=0.2,0.8"], runs=50, out=tmp_path / "s", **more),
        lambda **more: compare(file, treaties=["pact=1,none"], runs=50, out=tmp_path / "c", **more),
        lambda **more: sensitivity(file, ["entry.rear"], base=4, runs=4, out=tmp_path / "i", **more),
    ]
    for call in calls:
        first = call()
        assert late not in json.dumps(first.summary)
        computed = counted(monkeypatch)
        later = call(outcomes=[late])
        assert late in json.dumps(later.summary)
        assert computed == []
        assert later.summary["rows_sha256"] == first.summary["rows_sha256"]
        assert StudyFolder(later.folder).summary == later.summary


def test_a_default_folder_is_named_after_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = written(lively(), tmp_path / "lively.yaml")
    found = sweep(file, ["entry.honouring=0.2,0.8"], runs=5)
    assert found.folder == Path("results") / f"sweep-lively-{found.summary['study_hash'][:8]}"
    other = sweep(file, ["entry.honouring=0.2,0.9"], runs=5)
    assert other.folder != found.folder
