"""`flip` on a small scenario: that its flip is one, the same bytes again, resume, and faults."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.experiments.compare import compare
from sim.experiments.flips import flip as module
from sim.experiments.flips.flip import FlipResult, flip
from sim.experiments.replay import replay
from sim.experiments.run import run
from sim.store.study import StudyFolder
from tests.experiments.small_file import lively, written

ENTRY = "intervention:Cee:Bee|attacked_at_war:Bee"
VARY = ["entry.honouring", "entry.rear", "actors.Bee.tied_down"]
CLAIM = f"{ENTRY} > 38 %"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 40)


def found(file: Path, folder: Path, claim: str = CLAIM, **arguments: Any) -> FlipResult:
    return flip(file, claim, VARY, out=folder, **{"runs": 200, "pairs": 2, **arguments})


@pytest.fixture(scope="module")
def result(file: Path, tmp_path_factory: pytest.TempPathFactory) -> FlipResult:
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        return found(file, tmp_path_factory.mktemp("flip") / "out")


def test_the_claim_is_kept_at_the_one_end_of_the_interval_and_reversed_at_the_other(
    result: FlipResult, file: Path, tmp_path: Path
) -> None:
    """Plain runs of the scenario with the value set, on other draws."""
    first = result.summary["parameters"][0]
    assert (first["path"], first["state"]) == ("entry.honouring", "flips")
    ends = sorted((first["flip"]["low"], first["flip"]["high"]))
    assert ends[0] < first["flip"]["value"] < ends[1]
    said = []
    for k, value in enumerate(ends):
        of = run(file, runs=4000, seed=99, overrides=[f"entry.honouring={value!r}"], out=tmp_path / str(k))
        said.append(of.summary["outcomes"][ENTRY])
    assert said[0]["high"] < 0.38 < said[1]["low"]


def test_the_scenario_as_it_is_comes_first(result: FlipResult, file: Path, tmp_path: Path) -> None:
    claim = result.summary["claim"]
    plain = run(file, runs=module.BASE_BLOCKS * 200, out=tmp_path / "run").summary["outcomes"][ENTRY]
    assert claim["sides"]["greater"]["value"] == plain["value"]
    assert claim["holds"] is (plain["low"] > 0.38)
    assert result.summary["sentences"][0].startswith("The claim holds, by ")


def test_both_sides_meet_the_same_draws(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    claim = found(file, tmp_path / "flip", "intervention:Cee:Bee@1 > @none").summary["claim"]
    pair = compare(file, treaties=["pact=none,1"], runs=module.BASE_BLOCKS * 200, out=tmp_path / "compare")
    contrast = next(each for each in pair.summary["contrasts"] if each["outcome"] == "intervention:Cee:Bee")
    assert claim["margin"] == contrast["difference"]


def content(folder: Path) -> dict[str, bytes]:
    kept = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: each for name, each in kept.items() if "manifest" not in name and name.count("/") != 1}


def test_the_same_again_gives_the_same_bytes_whatever_the_threads_and_interruptions(
    result: FlipResult, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    before = content(result.folder)
    assert "summary.json" in before
    again = tmp_path / "again"
    shutil.copytree(result.folder, again)
    shutil.rmtree(again / "pairs")
    for part in sorted((again / "grid").rglob("part-*"))[:1]:
        part.unlink()
    (again / "summary.json").unlink()
    assert content(found(file, again, threads=1).folder) == before
    assert content(found(file, result.folder).folder) == before


def test_a_run_of_a_stage_is_told_again(result: FlipResult) -> None:
    """Which holds what is held to what was simulated, and what is drawn to what was drawn."""
    points = StudyFolder(result.folder / "screen").points
    for place in range(0, len(points), 4):
        replay(result.folder / "screen", place * points.per_point + 3)


def test_stages_have_draws_of_their_own(result: FlipResult) -> None:
    used: set[int] = set()
    for stage in result.summary["stages"]:
        points = StudyFolder(result.folder / stage["stage"]).points
        own = {draw + i for draw in set(points.first_draw.tolist()) for i in range(points.per_point)}
        assert not own & used
        used |= own


def test_the_frame_has_a_line_for_each_parameter(result: FlipResult) -> None:
    frame = result.frame
    assert sorted(frame.path) == sorted(VARY)
    assert frame.flip_distance.dropna().is_monotonic_increasing
    assert repr(result).endswith(f"{CLAIM})")


def test_another_search_does_not_go_into_the_folder(result: FlipResult, file: Path) -> None:
    with pytest.raises(InputError, match=r"the folder of this search, or a new one, got that of another\."):
        found(file, result.folder, f"{ENTRY} > 39 %")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"vary": ["entry.honourin"]}, "--vary: a path of the scenario, got 'entry.honourin'. Did you mean"),
        ({"vary": ["entry.honouring=0.1,0.2"]}, "--vary: a range, which a search can move in"),
        ({"vary": ["switches.x"]}, "--vary: a switch, by its name alone"),
        ({"vary": ["entry.honouring=0.1:1.7"]}, "a number from 0 to 1, got 1.7"),
        ({"overrides": ["entry.honouring=0.2"], "vary": ["entry.honouring"]}, "--vary: a path that --set does not fix"),
        ({"pairs": 41}, "pairs: a whole number from 0 to 40, got 41."),
        ({"runs": 0}, "runs: a whole number from 1"),
        ({"claim": "war"}, "--claim: OUTCOME"),
    ],
)
def test_wrong_input_is_told_before_anything_is_written(
    file: Path, tmp_path: Path, arguments: dict[str, Any], said: str
) -> None:
    given = {"claim": CLAIM, "out": tmp_path / "out", **arguments}
    with pytest.raises(InputError) as caught:
        flip(file, given.pop("claim"), **given)
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_number_without_a_distribution_is_moved_in_a_range_of_its_own(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    got = flip(file, CLAIM, ["entry.unmet=0.5:2.5"], out=tmp_path / "out", runs=200).summary
    (only,) = got["parameters"]
    assert only["range"] == [0.5, 2.5]
    looks = {look["value"] for look in only["looks"]}
    assert {0.5, 2.5} <= looks
    assert json.dumps(got, allow_nan=False)
