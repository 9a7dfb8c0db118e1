"""Shards put together are, byte for byte, what one machine computes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import main
from sim.errors import InputError, PactsimError
from sim.experiments import gather as gathering
from sim.experiments.compare import compare
from sim.experiments.gather import gather
from sim.experiments.run import run
from sim.experiments.sensitivity import sensitivity
from sim.experiments.sweep import sweep
from sim.experiments.uncertainty import uncertainty

RUNS = 60_000
SHARDS = [(1, 2), (2, 2)]
#: What tells where, when and by which command a folder was filled.
OUTSIDE = {"timings", "command"}


def contents(folder: Path) -> dict[str, Any]:
    """Files by name; of the two that hold timings or paths all but these."""
    found: dict[str, Any] = {
        str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }
    manifest, summary = json.loads(found.pop("manifest.json")), json.loads(found.pop("summary.json"))
    found["manifest"] = {key: value for key, value in manifest.items() if key not in OUTSIDE}
    found["summary"] = {key: value for key, value in summary.items() if key not in ("runs_per_s", "frame")}
    return found


def small_sweep(folder: Path, **arguments: Any) -> Any:
    """Four points, each a part of its own."""
    vary = ["actors.Russia.tied_down=0.1:0.9:2"]
    return sweep("attacked-dprk", vary, treaties=["DPRK-Russia=1961,2024"], runs=12_501, out=folder, **arguments)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on one machine, and its two shards beside it."""
    path = tmp_path_factory.mktemp("run")
    given = {"overrides": ["actors.Russia.tied_down=0.3"], "seed": 4, "runs": RUNS}
    run("baseline", out=path / "whole", **given)  # type: ignore[arg-type]
    for shard in SHARDS:
        result = run("baseline", out=path / str(shard[0]), shard=shard, **given)  # type: ignore[arg-type]
        assert result.summary == {}
        assert repr(result) == f"RunResult({str(path / str(shard[0]))!r}: a shard)"
    return path


def test_shards_of_a_run_have_every_part_once(whole: Path) -> None:
    names = [{file.name for file in (whole / str(i) / "runs").iterdir()} for i, _ in SHARDS]
    assert [len(each) for each in names] == [4, 2]
    assert names[0] | names[1] == {file.name for file in (whole / "whole" / "runs").iterdir()}


def test_shards_of_a_run_give_the_bytes_of_one_machine(whole: Path, tmp_path: Path) -> None:
    found = gather([whole / "2", whole / "1"], out=tmp_path / "all")
    assert found.notes == ("3 parts from 2 folders.",)
    assert contents(tmp_path / "all") == contents(whole / "whole")
    assert gather([whole / "2", whole / "1"], out=tmp_path / "all").summary == found.summary


def test_gathered_into_one_of_them(whole: Path, tmp_path: Path) -> None:
    for i in "12":
        shutil.copytree(whole / i, tmp_path / i)
    gather([tmp_path / "1", tmp_path / "2"], out=tmp_path / "1")
    assert contents(tmp_path / "1") == contents(whole / "whole")


def test_the_command_gathers_where_the_run_would_be(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["gather", str(whole / "1"), str(whole / "2"), "--json"]) == 0
    (folder,) = (tmp_path / "results").iterdir()
    assert json.loads(capsys.readouterr().out) == json.loads((folder / "summary.json").read_text())
    assert main(["gather", str(whole / "1"), str(whole / "2")]) == 0
    assert f"Results: results/{folder.name}" in capsys.readouterr().out


@pytest.mark.slow
def test_shards_of_a_sweep_give_the_bytes_of_one_machine(tmp_path: Path) -> None:
    small_sweep(tmp_path / "whole")
    for shard in SHARDS:
        result = small_sweep(tmp_path / str(shard[0]), shard=shard)
        assert repr(result) == f"SweepResult({str(result.folder)!r}: a shard)"
    assert len(list((tmp_path / "1" / "runs").iterdir())) == 4
    gather([tmp_path / "1", tmp_path / "2"], out=tmp_path / "all")
    assert contents(tmp_path / "all") == contents(tmp_path / "whole")


@pytest.mark.parametrize("kind", ["compare", "sensitivity", "uncertainty"])
def test_other_studies_are_finished_as_if_at_once(tmp_path: Path, kind: str) -> None:
    def filled(name: str, shard: tuple[int, int] | None = None) -> Path:
        given: dict[str, Any] = {"out": tmp_path / name, "shard": shard}
        if kind == "compare":
            result: Any = compare(["attacked-dprk"], treaties=["DPRK-Russia=1961,2024"], runs=60, **given)
        elif kind == "uncertainty":
            result = uncertainty("attacked-dprk", outcomes=["war"], over=["theory"], points=16, runs=20, **given)
        else:
            result = sensitivity("attacked-dprk", ["entry.honouring"], base=64, runs=20, **given)
        assert repr(result).endswith(": a shard)") == (shard is not None)
        return result.folder

    gather([filled("shard", (1, 1))], out=tmp_path / "all")
    assert contents(tmp_path / "all") == contents(filled("whole"))


def test_a_missing_shard_is_named_and_nothing_written(whole: Path, tmp_path: Path) -> None:
    said = (
        "gather: all parts of the run or study, got 2 of 3: 2 is missing. Of N shards, the I-th has parts I, I + N, "
        "I + 2 N, …: give its command again, and name its folder here."
    )
    with pytest.raises(InputError) as caught:
        gather([whole / "1"], out=tmp_path / "all")
    assert str(caught.value) == said
    assert not (tmp_path / "all").exists()


def test_folders_of_other_runs_are_refused(whole: Path, tmp_path: Path) -> None:
    run("baseline", runs=100, seed=5, out=tmp_path / "other")
    with pytest.raises(InputError) as caught:
        gather([whole / "1", tmp_path / "other"], out=tmp_path / "all")
    assert "other: the same run or study as in the first folder, got scenario hash " in str(caught.value)
    assert "seed 5, not 4; number of runs 100, not 60000" in str(caught.value)
    with pytest.raises(InputError, match=r"none: a results folder, got no manifest.json in it"):
        gather([whole / "1", tmp_path / "none"], out=tmp_path / "all")
    with pytest.raises(InputError, match=r"gather: at least one results folder, got none"):
        gather([])


def test_other_rules_are_refused(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "rule_hash", lambda: "0" * 64)
    with pytest.raises(InputError, match=r"shards of the rules here, got rules .*, here 00000000"):
        gather([whole / "1", whole / "2"], out=tmp_path / "all")


def test_no_room_is_a_sentence(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "free_bytes", lambda path: 1_000)
    with pytest.raises(InputError, match=r"all: room for .* MB, got 0.0 MB that are free. Choose another --out."):
        gather([whole / "1", whole / "2"], out=tmp_path / "all")
    assert not (tmp_path / "all").exists()


def test_a_damaged_part_is_refused_and_the_rest_kept(whole: Path, tmp_path: Path) -> None:
    for i in "12":
        shutil.copytree(whole / i, tmp_path / i)
    (damaged,) = (tmp_path / "2" / "runs").glob("*.parquet")
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + b"x")
    with pytest.raises(PactsimError, match=rf"{damaged.name}: not the part that was written"):
        gather([tmp_path / "1", tmp_path / "2"], out=tmp_path / "all")
    assert not (tmp_path / "all" / "summary.json").exists()
    damaged.write_bytes(content)
    gather([tmp_path / "1", tmp_path / "2"], out=tmp_path / "all")
    assert contents(tmp_path / "all") == contents(whole / "whole")
