"""A results folder: top-up, resume, refusal of others' files, damage, full disks, one writer."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.engine.part import PART_RUNS
from sim.errors import InputError, PactsimError
from sim.scenario.model import Scenario
from sim.store import files
from sim.store.export import export_csv
from sim.store.files import write_atomically
from sim.store.folder import ResultsFolder
from sim.store.identity import default_folder, scenario_hash
from sim.store.made import FIGURE_NAMES, remove_made
from sim.store.manifest import build_manifest
from sim.store.parts import encode
from sim.store.writer import writing


def bytes_of(folder: Path) -> dict[str, str]:
    """What must be the same bytes: parts and sidecars."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "runs").iterdir()}
    assert all(re.fullmatch(r"part-[0-9a-f]{16}\.(parquet|sidecar)", name) for name in found)
    return found


def test_layout_and_reading_back(tmp_path, maker):
    summary = maker.run(tmp_path / "r", 30_000)
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == [
        "manifest.json",
        "runs",
        "summary.json",
    ]
    folder = ResultsFolder(tmp_path / "r")
    assert folder.runs == folder.summary["runs"] == folder.manifest["runs"] == 30_000
    assert folder.summary == summary
    assert folder.identity == maker.identity
    assert [part.count for part in folder.parts()] == [PART_RUNS, 5000]
    assert folder.row_type == maker.part(0, 1).rows.dtype
    total = folder.summed_sidecar()["highest"]
    expected = sum(maker.part(first, 1).sidecar["highest"].astype(np.int64) for first in (0, PART_RUNS))
    np.testing.assert_array_equal(total, expected)


def test_scenario_survives_the_manifest(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    back = ResultsFolder(tmp_path / "r").scenario
    assert back == maker.scenario
    assert scenario_hash(back) == maker.identity.scenario_hash


def test_one_row(tmp_path, maker):
    maker.run(tmp_path / "r", 26_000)
    folder = ResultsFolder(tmp_path / "r")
    expected = maker.part(25_017, 1).rows[0]
    assert folder.row(25_017) == {name: expected[name].item() for name in expected.dtype.names}
    with pytest.raises(InputError, match="a run from 0 to 25999, got 26000"):
        folder.row(26_000)


def test_more_runs_top_up_and_give_the_bytes_of_one_go(tmp_path, maker):
    maker.run(tmp_path / "steps", 30_000)
    summary = maker.run(tmp_path / "steps", 60_000)
    assert maker.computed == [(25_000, 25_000), (50_000, 10_000)], "the short part anew, the whole one kept"
    assert maker.run(tmp_path / "once", 60_000) == summary
    assert bytes_of(tmp_path / "steps") == bytes_of(tmp_path / "once")


def test_short_part_goes_only_after_its_successor_is_written(tmp_path, maker, monkeypatch):
    maker.run(tmp_path / "r", 5000)
    (short,) = (tmp_path / "r" / "runs").glob("*.parquet")
    with writing(tmp_path / "r", maker.identity) as folder:
        part = encode(maker.part(0, 7000), maker.identity)
        monkeypatch.setattr("sim.store.writer.write_atomically", _fail)
        with pytest.raises(PactsimError):
            folder.write(part)
        assert short.exists()
        assert folder.runs == 5000
        monkeypatch.undo()
        folder.write(part)
        assert not short.exists()
        assert folder.runs == 7000
    assert len(bytes_of(tmp_path / "r")) == 2


def _fail(path, content):
    raise PactsimError("as if the disk were full")


def test_short_and_long_part_side_by_side_leave_the_long_one(tmp_path, maker):
    """As after a kill between the writing of the one and the removal of the other."""
    maker.run(tmp_path / "r", 5000)
    longer = encode(maker.part(0, 7000), maker.identity)
    (tmp_path / "r" / "runs" / f"{longer.name}.parquet").write_bytes(longer.parquet)
    (tmp_path / "r" / "runs" / f"{longer.name}.sidecar").write_bytes(longer.sidecar)
    with writing(tmp_path / "r", maker.identity) as folder:
        assert folder.runs == 7000
    assert len(bytes_of(tmp_path / "r")) == 2


def test_fewer_runs_give_what_is_stored(tmp_path, maker):
    maker.run(tmp_path / "r", 60_000)
    before = bytes_of(tmp_path / "r")
    for runs in (1, 25_000, 30_000, 59_999, 60_000):
        with writing(tmp_path / "r", maker.identity) as folder:
            plan = folder.plan(runs)
            assert (plan.runs, plan.missing) == (60_000, ())
            assert folder.is_finished
    assert bytes_of(tmp_path / "r") == before


@pytest.mark.parametrize("die_after", [0, 1, 2])
def test_killed_and_resumed_gives_the_same_bytes(tmp_path, maker, die_after):
    with pytest.raises(KeyboardInterrupt):
        maker.run(tmp_path / "killed", 60_000, die_after=die_after)
    with pytest.raises(InputError, match="a finished run, got no summary"):
        ResultsFolder(tmp_path / "killed")
    summary = maker.run(tmp_path / "killed", 60_000)
    assert len(maker.computed) == 3 - die_after
    assert maker.run(tmp_path / "once", 60_000) == summary
    assert bytes_of(tmp_path / "killed") == bytes_of(tmp_path / "once")


def test_parts_that_a_gap_cuts_off_are_used_or_removed(tmp_path, maker):
    with writing(tmp_path / "r", maker.identity) as folder:
        folder.begin(build_manifest(maker.scenario, maker.identity, 60_000))
        folder.write(encode(maker.part(50_000, 10_000), maker.identity))
        assert folder.runs == 0
        assert folder.plan(55_000).missing == ((0, 25_000), (25_000, 25_000))
        assert folder.plan(55_000).runs == 60_000, "what is stored beyond comes for free"
        assert folder.plan(30_000).runs == 30_000, "beyond a gap it does not"
    maker.run(tmp_path / "r", 30_000)
    maker.run(tmp_path / "once", 30_000)
    assert bytes_of(tmp_path / "r") == bytes_of(tmp_path / "once")


def test_leftovers_are_removed(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    before = bytes_of(tmp_path / "r")
    runs = tmp_path / "r" / "runs"
    (runs / ".tmp-99-part-00").write_bytes(b"half a p")
    (runs / "part-0123456789abcdef.parquet").write_bytes(b"rows without a sidecar")
    (tmp_path / "r" / ".tmp-99-summary.json").write_bytes(b"{")
    (runs / "notes.txt").write_text("an analyst's own")
    with writing(tmp_path / "r", maker.identity):
        pass
    (runs / "notes.txt").unlink()  # and it was still there
    assert bytes_of(tmp_path / "r") == before
    assert not list((tmp_path / "r").glob(".*"))


@pytest.mark.parametrize("kind", ["parquet", "sidecar"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_damaged_parts_are_noticed_and_computed_anew(tmp_path, maker, kind, damage):
    maker.run(tmp_path / "r", 60_000)
    before = bytes_of(tmp_path / "r")
    victim = next(
        part.parquet if kind == "parquet" else part.sidecar for part in ResultsFolder(tmp_path / "r").stored[1:]
    )
    content = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    elif damage == "cut":
        victim.write_bytes(content[: len(content) // 2])
    else:
        middle = content.index(b"transitions.values.npy") + 152 if kind == "sidecar" else len(content) // 2
        victim.write_bytes(content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :])
    with pytest.raises(PactsimError, match="Give the run's command again"):
        list(ResultsFolder(tmp_path / "r").parts())
    maker.run(tmp_path / "r", 60_000)
    assert maker.computed == [(25_000, 25_000)]
    assert bytes_of(tmp_path / "r") == before


def test_another_run_is_refused_and_left_alone(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    before = bytes_of(tmp_path / "r")
    other = replace(maker.identity, seed=7, parameters="central")
    with (
        pytest.raises(InputError, match="seed 20261101, here 7; parameters drawn, here central") as caught,
        writing(tmp_path / "r", other),
    ):
        pass
    assert caught.value.exit_code == 2
    assert bytes_of(tmp_path / "r") == before


@pytest.mark.parametrize("name", ["thesis.docx", "runs/part-00000.parquet", "figures/mine.png", ".git/config"])
def test_folder_with_others_files_is_refused_and_left_alone(tmp_path, maker, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"precious")
    with (
        pytest.raises(InputError, match="an empty folder or a results folder"),
        writing(tmp_path, maker.identity),
    ):
        pass
    assert (tmp_path / name).read_bytes() == b"precious"


def test_parts_of_another_run_are_never_mixed_in(tmp_path, maker):
    stranger = encode(maker.part(0, 10), replace(maker.identity, seed=7))
    maker.run(tmp_path / "r", 10)
    (tmp_path / "r" / "runs" / f"{stranger.name}.sidecar").write_bytes(stranger.sidecar)
    with pytest.raises(InputError, match=r"parts of this run, got .* of another"):
        maker.run(tmp_path / "r", 10)
    with (
        pytest.raises(ValueError, match="a part of run"),
        writing(tmp_path / "fresh", maker.identity) as folder,
    ):
        folder.write(stranger)


@pytest.mark.parametrize("start", ["missing", "empty", "unfinished"])
def test_resume_starts_where_there_is_nothing_yet(tmp_path, maker, start):
    path = tmp_path / "a" / "b"
    if start != "missing":
        (path / "runs").mkdir(parents=True)
    if start == "unfinished":
        (path / ".lock").touch()
        (path / ".tmp-1-manifest.json").touch()
        (path / "runs" / ".tmp-1-part").touch()
    assert maker.run(path, 10)["runs"] == 10


def test_a_file_in_the_way(tmp_path, maker):
    (tmp_path / "r").write_text("not a folder")
    with pytest.raises(InputError, match="a folder, got a file"):
        maker.run(tmp_path / "r", 10)
    with pytest.raises(InputError, match=r"Choose another --out"):
        maker.run(tmp_path / "r" / "below", 10)


def test_unreadable_manifest(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    (tmp_path / "r" / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="a file that pactsim wrote"):
        maker.run(tmp_path / "r", 10)
    (tmp_path / "r" / "manifest.json").write_text("[]")
    with pytest.raises(InputError, match="a file that pactsim wrote, got list"):
        ResultsFolder(tmp_path / "r")
    (tmp_path / "r" / "manifest.json").write_text('{"identity": {"seed": 1}}')
    with pytest.raises(InputError, match="a manifest that pactsim wrote"):
        maker.run(tmp_path / "r", 10)


def test_no_results_folder(tmp_path):
    with pytest.raises(InputError, match=r"no manifest\.json in it"):
        ResultsFolder(tmp_path / "nowhere")


def test_two_writers(tmp_path, maker):
    with writing(tmp_path / "r", maker.identity):
        with pytest.raises(PactsimError, match="another pactsim process is writing here"):
            maker.run(tmp_path / "r", 10)
        assert (tmp_path / "r" / ".lock").exists()
    assert maker.run(tmp_path / "r", 10)["runs"] == 10
    assert not (tmp_path / "r" / ".lock").exists()


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (errno.ENOSPC, PactsimError, "the disk is full; what was finished is kept"),
        (errno.EACCES, InputError, "permission to read and write"),
        (errno.EROFS, InputError, "Choose another --out"),
        (errno.EIO, PactsimError, "the disk failed: Input/output error"),
    ],
)
def test_disk_faults_leave_the_old_file_and_no_other(tmp_path, monkeypatch, code, kind, said):
    path = tmp_path / "summary.json"
    write_atomically(path, b"old")

    def fail(handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(kind, match=said):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["summary.json"]


def test_full_disk_in_the_middle_of_a_run_keeps_what_was_finished(tmp_path, maker, monkeypatch):
    written = []
    real = files.os.fsync

    def fills_up(handle):
        written.append(handle)
        if len(written) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fills_up)
    with pytest.raises(PactsimError, match="disk is full"):
        maker.run(tmp_path / "r", 60_000)
    monkeypatch.undo()
    maker.run(tmp_path / "r", 60_000)
    assert maker.computed == [(25_000, 25_000), (50_000, 10_000)]


def test_manifest_tells_the_run(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    text = (tmp_path / "r" / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["identity"]["seed"] == 20261101
    assert manifest["parameters"]["actors.A.power"]["distribution"] == "0.5"
    assert manifest["packages"]["numpy"] == np.__version__
    assert Scenario.model_validate(manifest["scenario"]).title == "A made-up crisis"


def test_default_name_depends_on_the_run_alone(maker):
    name = default_folder("made", maker.identity).name
    assert re.fullmatch(r"made-[0-9a-f]{8}", name)
    assert default_folder("made", replace(maker.identity, seed=3)).name != name


def test_csv(tmp_path, maker):
    maker.run(tmp_path / "r", 26_000)
    folder = ResultsFolder(tmp_path / "r")
    rows_path, outcomes_path = export_csv(folder, tmp_path / "csv")
    with open(rows_path, newline="") as file:
        lines = list(csv.DictReader(file))
    assert [int(line["run"]) for line in lines] == list(range(26_000))
    assert {name: int(value) for name, value in lines[-1].items()} == folder.row(25_999)
    with open(outcomes_path, newline="") as file:
        outcomes = {(line["outcome"], line["rung"]): line for line in csv.DictReader(file)}
    assert float(outcomes["war", ""]["value"]) == folder.summary["outcomes"]["war"]["value"]
    assert int(outcomes["peak_rung", "clash"]["hits"]) > 0
    assert outcomes["incidents:clash", ""]["hits"] == ""
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == ["outcomes.csv", "rows.csv"]


def test_a_loop_of_links_is_a_path_that_cannot_be_used(tmp_path, maker):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "loop", tmp_path / "loop" / "below"):
        with pytest.raises(InputError, match=r"a path that can be a results folder, got .* Choose another --out"):
            maker.run(path, 10)


def test_what_was_made_of_fewer_runs_is_removed_and_nothing_else(tmp_path):
    for name in (
        "figures/outcomes.svg",
        "figures/outcomes.png",
        "figures/mine.svg",
        "csv/rows.csv",
        "csv/outcomes.csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert remove_made(tmp_path) == ("figures", "csv")
    assert [path.name for path in tmp_path.rglob("*")] == ["figures", "mine.svg"]
    assert remove_made(tmp_path) == ()


def test_the_figures_that_are_removed_are_those_that_are_drawn():
    from sim.plots.gallery import FIGURES

    assert set(FIGURE_NAMES) == set(FIGURES)
