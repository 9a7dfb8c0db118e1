"""`rare` end to end: the same bytes however it is carried out, and points that are those of the point alone."""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import InputError, Interrupted, PactsimError
from sim.experiments.rare import RareResult, rare
from sim.experiments.splits import findings, passing, replicating
from sim.experiments.ways.lineages import replay_path
from sim.store.study import StudyFolder
from tests.experiments.small_file import lively, written
from tests.rare.chains import ladder
from tests.scenarios import put

Make = Callable[..., RareResult]
EVENT = "peak_rung>=nuclear"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")


@pytest.fixture
def make(file: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Six replications of 50 runs at two points, each replication a part of its own."""
    monkeypatch.setattr(replicating, "TOGETHER", 50)
    given = {"runs": 50, "replications": 6, "paths": 12, "treaties": ["pact=1,none"]}
    return lambda **more: rare(file, EVENT, **{**given, **more})


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """First replications of the parts that are computed; a run that is there to compile has one run."""
    found: list[int] = []
    whole = replicating.run_batch

    def counting(batch: replicating.Batch) -> bytes:
        if batch.points.per_point > 1:
            found.append(batch.first)
        return whole(batch)

    monkeypatch.setattr(passing, "run_batch", counting)
    return found


def bytes_of(folder: Path) -> dict[str, str]:
    """All but the manifest, which says when and how fast, and the summary, which says where."""
    names = [
        path for path in folder.rglob("*") if path.is_file() and path.name not in ("manifest.json", "summary.json")
    ]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def assert_same(found: RareResult, like: RareResult) -> None:
    """The same files; manifest and summary but for times, commands and places."""
    assert bytes_of(found.folder) == bytes_of(like.folder)
    assert unchanging(found.summary) == unchanging(like.summary)
    assert found.summary["rows_sha256"] == like.summary["rows_sha256"]
    one, two = (json.loads((each.folder / "manifest.json").read_text()) for each in (found, like))
    assert set(one) == set(two)
    assert {key for key in one if one[key] != two[key]} <= {"created", "finished", "timings", "command"}


def unchanging(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key != "frame"}


@pytest.fixture(scope="module")
def whole(file: Path, tmp_path_factory: pytest.TempPathFactory) -> RareResult:
    """The same in one go on one thread, which all others should equal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicating, "TOGETHER", 50)
        out = tmp_path_factory.mktemp("whole")
        return rare(file, EVENT, runs=50, replications=6, paths=12, treaties=["pact=1,none"], threads=1, out=out)


def test_threads_do_not_matter(make: Make, whole: RareResult, tmp_path: Path) -> None:
    assert len(list((whole.folder / "runs").glob("*.parquet"))) == 6
    assert_same(make(out=tmp_path / "2", threads=2), whole)
    other = make(out=tmp_path / "other", seed=2)
    assert other.summary["rows_sha256"] != whole.summary["rows_sha256"]


def test_an_executor_does_not_matter(make: Make, whole: RareResult, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        assert_same(make(out=tmp_path / "pool", executor=executor, threads=1), whole)


class Breaking(ThreadPoolExecutor):
    """Workers that are gone after three tasks."""

    given = 0

    def submit(self, *task: Any, **more: Any) -> Future[Any]:
        self.given += 1
        if self.given > 3:
            raise BrokenExecutor
        return super().submit(*task, **more)


def test_workers_that_are_lost_are_a_sentence_and_the_command_goes_on(
    make: Make, whole: RareResult, computed: list[int], tmp_path: Path
) -> None:
    said = r"The workers are gone.* 3 replications are kept\. Give the same command again\.$"
    with Breaking(1) as executor, pytest.raises(PactsimError, match=said):
        make(out=tmp_path / "r", executor=executor, threads=1)
    computed.clear()
    assert_same(make(out=tmp_path / "r"), whole)
    assert sorted(computed) == [3, 4, 5]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interruption_keeps_what_is_done(
    make: Make, whole: RareResult, computed: list[int], tmp_path: Path, threads: int
) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 6
        if done == 2:
            raise KeyboardInterrupt

    said = r"^Interrupted: (\d) replications are kept in .*\. Give the same command again to go on\.$"
    with pytest.raises(Interrupted, match=said) as caught:
        make(out=tmp_path / "r", threads=threads, progress=stop)
    kept = len(list((tmp_path / "r" / "runs").glob("*.sidecar")))
    assert kept >= 2
    assert f" {kept} replications are kept" in str(caught.value)
    assert not (tmp_path / "r" / "summary.json").exists()
    computed.clear()
    assert_same(make(out=tmp_path / "r", threads=2), whole)
    assert len(computed) == 6 - kept


@pytest.mark.parametrize("damage", ["gone", "cut", "sidecar", "empty"])
def test_a_part_that_is_gone_or_damaged_is_made_anew(
    make: Make, whole: RareResult, computed: list[int], tmp_path: Path, damage: str
) -> None:
    found = make(out=tmp_path / "r")
    assert sorted(computed) == list(range(6))
    computed.clear()
    parquet = sorted((found.folder / "runs").glob("*.parquet"))[2]
    if damage == "gone":
        parquet.unlink()
    elif damage == "sidecar":
        parquet.with_suffix(".sidecar").unlink()
    else:
        parquet.write_bytes(parquet.read_bytes()[:-20] if damage == "cut" else b"")
    assert_same(make(out=found.folder), whole)
    assert len(computed) == 1


@pytest.mark.parametrize("name", ["frame.parquet", "points.parquet", "summary.json"])
def test_a_file_that_is_gone_comes_back(
    make: Make, whole: RareResult, computed: list[int], tmp_path: Path, name: str
) -> None:
    found = make(out=tmp_path / "r")
    computed.clear()
    (found.folder / name).unlink()
    assert_same(make(out=found.folder), whole)
    assert computed == []


def test_a_command_given_again_computes_replays_and_writes_nothing(
    make: Make, whole: RareResult, computed: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(out=tmp_path / "r")
    computed.clear()
    before = {path: path.stat().st_mtime_ns for path in found.folder.rglob("*") if path.is_file()}
    replayed: list[Any] = []
    paths = findings.typical_paths
    monkeypatch.setattr(findings, "typical_paths", lambda *given: replayed.append(given) or paths(*given))
    again = make(out=found.folder, threads=1)
    assert again.summary == found.summary
    assert (computed, replayed) == ([], [])
    assert {path: path.stat().st_mtime_ns for path in found.folder.rglob("*") if path.is_file()} == before
    fewer = make(out=found.folder, paths=3)
    assert fewer.summary["paths"]["replayed"] == 3
    assert len(replayed) == 1
    assert computed == []


def test_more_replications_keep_the_first(make: Make, computed: list[int], tmp_path: Path) -> None:
    four = make(out=tmp_path / "r", replications=4)
    first = {path.name: path.read_bytes() for path in (four.folder / "runs").iterdir()}
    rows = np.concatenate(list(StudyFolder(four.folder).rows()))
    computed.clear()
    eight = make(out=tmp_path / "r", replications=8)
    assert sorted(computed) == [4, 5, 6, 7]
    assert first.items() <= {path.name: path.read_bytes() for path in (eight.folder / "runs").iterdir()}.items()
    assert np.array_equal(np.concatenate(list(StudyFolder(eight.folder).rows()))[: len(rows)], rows)
    assert_same(eight, make(out=tmp_path / "fresh", replications=8))


def test_parts_of_several_replications_are_topped_up(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last part of five is half of one of six."""
    monkeypatch.setattr(replicating, "TOGETHER", 100)
    make(out=tmp_path / "r", replications=5)
    assert_same(make(out=tmp_path / "r", replications=8), make(out=tmp_path / "fresh", replications=8))


def rows_of(found: RareResult) -> np.ndarray:
    return np.concatenate(list(StudyFolder(found.folder).rows()))


def test_each_point_has_the_rows_of_the_point_alone(file: Path, tmp_path: Path) -> None:
    """Numbers, a treaty and a horizon, which make scenarios of their own; bit for bit, also what left no one over."""
    vary = ["entry.honouring=0.2,0.9", "horizon=6 weeks,12 weeks"]
    how: dict[str, Any] = {"runs": 40, "replications": 4, "paths": 0}
    found = rare(file, EVENT, vary=vary, treaties=["pact=1,none"], out=tmp_path / "all", **how)
    rows = rows_of(found)
    assert len(found.summary["points"]) == 8
    for point in found.summary["points"]:
        settings = dict(point["settings"])
        pact = next(settings.pop(path) for path in list(settings) if "pact" in path)
        alone = rare(
            file, EVENT, overrides=[f"{path}={value}" for path, value in settings.items()],
            treaties=[f"pact={pact}"], out=tmp_path / str(point["point"]), **how,
        )  # fmt: skip
        here, there = rows[rows["point"] == point["point"]], rows_of(alone)
        names = [name for name in there.dtype.names or () if name not in ("run", "point")]
        assert all(here[name].tobytes() == there[name].tobytes() for name in names)
        assert point["estimate"] == alone.summary["estimate"]
    assert len({point["estimate"]["value"] for point in found.summary["points"]}) > 4


def test_contrasts_are_paired(file: Path, tmp_path: Path) -> None:
    """Two points that hardly differ: on draws of their own the interval would be wider, by what is told."""
    found = rare(file, EVENT, vary=["entry.honouring=0.5,0.52"], runs=100, replications=8, paths=0, out=tmp_path / "r")
    rows, contrast = rows_of(found), found.summary["contrasts"][0]
    one, two = (rows["probability"][rows["point"] == point] for point in (0, 1))
    difference = contrast["difference"]
    assert difference["value"] == pytest.approx(two.mean() - one.mean())
    paired = difference["high"] - difference["low"]
    unpaired = 2 * 2.3646 * math.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 8)
    assert 0 < paired < 0.8 * unpaired
    assert contrast["times_fewer_replications"] == pytest.approx((unpaired / paired) ** 2, rel=1e-3)
    assert contrast["ratio"]["value"] == pytest.approx(two.mean() / one.mean())


def test_the_frame_has_a_line_for_each_point(whole: RareResult) -> None:
    frame = whole.frame
    assert len(frame) == 2
    assert {"point", "outcome", "value", "low", "high", "n", "method"} <= set(frame.columns)
    assert set(frame["outcome"]) == {EVENT}
    for line, point in zip(frame.itertuples(), whole.summary["points"], strict=True):
        assert (line.value, line.low, line.high, line.n) == tuple(
            point["estimate"][name] for name in ("value", "low", "high", "n")
        )
    assert whole.estimate.value == frame["value"][0]
    for point in whole.summary["points"]:
        assert math.prod(point["left"]) == pytest.approx(point["estimate"]["value"])
    assert repr(whole).endswith(f"{EVENT}, 6 replications)")


def test_every_path_told_again_meets_the_event(whole: RareResult) -> None:
    paths = whole.summary["paths"]["paths"]
    assert whole.summary["paths"]["replayed"] == 12
    assert sum(path["share"] for path in paths) == pytest.approx(1.0)
    for number in range(1, len(paths) + 1):
        told = replay_path(whole.folder, number)
        assert told.outcome["peak"] == 5
        assert told.scenario.ladder[5].name == "nuclear"
    for wrong in (0, len(paths) + 1):
        with pytest.raises(InputError, match=f"a number from 1 to {len(paths)}, got {wrong}"):
            replay_path(whole.folder, wrong)


def test_a_path_of_a_point_with_a_parameter_given_meets_the_event(file: Path, tmp_path: Path) -> None:
    """The first point fixes what the scenario draws; without that the runs would be others."""
    found = rare(
        file, EVENT, vary=["actors.Bee.tied_down=0.95,0.1"], runs=50, replications=3, paths=9, out=tmp_path / "r"
    )
    assert found.summary["paths"]["given"] == {"actors.Bee.tied_down": 0.95}
    for number in range(1, len(found.summary["paths"]["paths"]) + 1):
        assert replay_path(found.folder, number).outcome["peak"] == 5


class TestPrecision:
    """When it stops by itself."""

    @pytest.mark.parametrize(("aim", "stops"), [(5.0, 32), (0.13, 64), (0.1, 128)])
    def test_it_looks_after_32_64_and_128(self, file: Path, tmp_path: Path, aim: float, stops: int) -> None:
        found = rare(file, EVENT, rel_error=aim, runs=20, paths=0, out=tmp_path / "r")
        estimate = found.estimate
        assert found.summary["replications"] == estimate.n == stops
        assert estimate.value
        assert estimate.low is not None
        assert estimate.high is not None
        assert (estimate.high - estimate.low) / 2 / estimate.value <= aim
        assert found.notes == ()

    @pytest.mark.parametrize("runs", [20, 30])
    def test_looks_leave_no_trace(self, file: Path, tmp_path: Path, runs: int) -> None:
        """100 or 66 replications make a part, so that looks end within one."""
        how: dict[str, Any] = {"runs": runs, "paths": 200}
        looked = rare(file, EVENT, rel_error=0.08, out=tmp_path / "r", **how)
        count = looked.summary["replications"]
        assert count > 32
        assert_same(looked, rare(file, EVENT, replications=count, out=tmp_path / "at once", **how))

    def test_the_first_look_was_too_wide_where_there_was_a_second(self, file: Path, tmp_path: Path) -> None:
        first = rare(file, EVENT, replications=32, runs=20, paths=0, out=tmp_path / "r").estimate
        assert first.value
        assert first.low is not None
        assert first.high is not None
        assert (first.high - first.low) / 2 / first.value > 0.1

    def test_at_the_most_it_says_that_it_is_too_wide(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passing, "MOST", 40)
        found = rare(file, EVENT, rel_error=0.001, runs=20, paths=0, out=tmp_path / "r")
        assert found.summary["replications"] == 40
        assert "after 40 replications, the most that are made without --replications" in found.notes[-1]


class TestEdges:
    """Events that always happen, that cannot, and names that look like something else."""

    def test_one_met_at_the_start_is_a_bound(self, file: Path, tmp_path: Path) -> None:
        found = rare(file, "war", runs=20, replications=4, paths=4, out=tmp_path / "r")
        estimate = found.estimate
        assert (estimate.value, estimate.high) == (1.0, 1.0)
        assert estimate.low is not None
        assert 0.9 < estimate.low < 0.99
        assert found.summary["gain"] is None
        assert found.summary["warnings"][0].startswith("Every run met the event: this is a bound")
        assert found.summary["paths"]["replayed"] == 4

    def test_one_that_cannot_happen_is_a_bound_everywhere(self, tmp_path: Path) -> None:
        values = put(ladder(alike=False), {f"actors/{name}/arsenal": 0.0 for name in ("Aye", "Bee")})
        two = written(values, tmp_path / "two.yaml")
        found = rare(
            two, EVENT, vary=["inadvertent.war_per_act=0.0001,0.0002"], runs=20, replications=4, out=tmp_path / "r"
        )
        assert (found.estimate.value, found.estimate.low) == (0.0, 0.0)
        assert found.estimate.high is not None
        assert 0.01 < found.estimate.high < 0.1
        assert found.summary["extinct_share"] == 1.0
        assert found.summary["paths"] is None
        assert found.summary["warnings"] == [
            "Every replication died out: this is a bound from the runs begun. Give --runs more, or another --score."
        ]
        contrast = found.summary["contrasts"][0]
        assert contrast["difference"]["value"] is contrast["ratio"]["value"] is None
        with pytest.raises(InputError, match="a folder with paths, as --paths makes, got 1"):
            replay_path(found.folder, 1)
        json.dumps(found.summary, allow_nan=False)

    @pytest.mark.parametrize("seed", [0, 2**64 - 1])
    def test_any_seed_and_central_parameters(self, file: Path, tmp_path: Path, seed: int) -> None:
        found = rare(file, EVENT, parameters="central", seed=seed, runs=20, replications=2, paths=4, out=tmp_path / "r")
        assert found.summary["seed"] == seed
        assert found.summary["parameters"] == "central"
        assert replay_path(found.folder, 1).outcome["peak"] == 5
