"""A study's folder, read back: what it was made from, what was edited, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.designs.points import Points
from sim.errors import InputError
from sim.scenario.load import resolved
from sim.scenario.model import Scenario
from sim.store.folder import ResultsFolder
from sim.store.identity import Identity, scenario_hash
from sim.store.manifest import build_manifest
from sim.store.parts import encode
from sim.store.study import StudyFolder, StudyWriter, differences, is_study, points_to_parquet, study_hash
from sim.store.writer import holding
from tests.store.conftest import made_part, made_scenario

WORDS = np.array(["calm", 'a, "b"', "통제"], object)
POINTS = Points(
    np.array([0, 2, 5]),
    np.array([0, 1, 1]),
    np.array([0, 2**40, 7]),
    {"x": np.array([0.1, -0.0, 1e-300]), "word": WORDS},
    4,
)


class Made:
    """A study as `sim.studies.study` makes one, with made-up rows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scenarios: list[Scenario] = [made_scenario(), made_scenario(title="another", question="why?")]
        hashes = [scenario_hash(each) for each in self.scenarios]
        self.identity = Identity(hashes[0], 5, "0" * 64, "drawn", study_hash("sweep", POINTS, hashes))
        self.asked = {
            "kind": "sweep",
            "runs_per_point": 4,
            "structures": differences([resolved(each) for each in self.scenarios]),
            "failed": {"1": "why not"},
            "outcomes": ("war",),
        }
        self.manifest = {**build_manifest(self.scenarios[0], self.identity, POINTS.rows), "study": self.asked}

    @property
    def summary(self) -> dict[str, object]:
        told = ("title", "asked", "design", "factors", "points", "ranges")
        return {"study_hash": self.identity.hash, "runs": POINTS.rows, "runs_per_point": 4, **dict.fromkeys(told, "")}

    def fill(self, finish: bool = True) -> StudyWriter:
        with holding(self.path, self.identity):
            writer = StudyWriter(self.path, self.identity, POINTS)
            writer.begin(self.manifest)
            for first, count in writer.missing():
                writer.write(encode(made_part(first, count), self.identity))
            if finish:
                writer.finish(self.manifest, self.summary)
        return writer


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "study")


def test_all_of_it_comes_back(made: Made) -> None:
    made.fill()
    found = StudyFolder(made.path)
    assert found.identity == made.identity
    assert found.kind == "sweep"
    assert found.scenarios == made.scenarios
    assert found.is_whole
    assert found.summary["runs"] == 12
    assert (found.points.digest(), found.points.per_point) == (POINTS.digest(), 4)
    assert found.points.columns["x"].tobytes() == POINTS.columns["x"].tobytes(), "the sign of 0 too"
    assert found.points.columns["word"].tolist() == WORDS.tolist()
    assert sum(len(rows) for rows in found.rows()) == 12
    assert found.row(7)["run"] == 7
    assert is_study(made.path)
    assert not is_study(made.path / "nowhere")


def test_structures_are_kept_as_what_differs(made: Made) -> None:
    assert made.asked["structures"] == [{}, {"title": "another", "question": "why?"}]


def test_points_of_the_same_values_are_the_same_bytes() -> None:
    assert points_to_parquet(POINTS) == points_to_parquet(POINTS)


def test_a_summary_answers_only_what_was_asked(made: Made) -> None:
    writer = made.fill()
    assert writer.is_finished
    assert writer.answers(made.asked), "tuples and lists are the same there"
    assert not writer.answers({**made.asked, "outcomes": ["war", "force"]})
    (made.path / "points.parquet").unlink()
    assert not writer.is_finished
    assert not writer.answers(made.asked)


def test_a_summary_without_its_frame_is_none(made: Made) -> None:
    writer = made.fill(finish=False)
    assert not writer.is_finished
    summary = {"study_hash": made.identity.hash, "frame": str(made.path / "frame.parquet")}
    (made.path / "summary.json").write_text(json.dumps(summary))
    assert not writer.is_finished
    (made.path / "frame.parquet").write_bytes(b"any")
    assert not writer.is_finished, "it cannot be read"
    (made.path / "frame.parquet").write_bytes(points_to_parquet(POINTS))
    assert writer.is_finished
    assert not writer.answers(made.asked), "a summary without what a sweep tells is none"
    for text in ("{", "[]", json.dumps({"study_hash": "0" * 64})):
        (made.path / "summary.json").write_text(text)
        assert not writer.is_finished


def edit(path: Path, change: Any) -> None:
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def _other_structure(manifest: dict[str, Any]) -> None:
    manifest["study"]["structures"][1]["title"] = "a third"


def _other_runs(manifest: dict[str, Any]) -> None:
    manifest["study"]["runs_per_point"] = 5


def _no_study(manifest: dict[str, Any]) -> None:
    del manifest["study"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_structure, "points and scenarios as they were written, got others. Give its command again"),
        (_other_runs, "points and scenarios as they were written, got others."),
        (_no_study, "the folder of a study, such as a comparison or a sweep, got that of `pactsim run`."),
    ],
)
def test_an_edited_manifest_is_refused(made: Made, change: Any, said: str) -> None:
    made.fill()
    edit(made.path / "manifest.json", change)
    with pytest.raises(InputError) as caught:
        StudyFolder(made.path)
    assert str(caught.value).startswith(f"{made.path}: {said}")


def test_other_points_are_refused(made: Made) -> None:
    made.fill()
    columns = {**POINTS.columns, "x": np.array([0.1, 0.0, 2e-300])}
    other = Points(POINTS.number, POINTS.structure, POINTS.first_draw, columns, 4)
    (made.path / "points.parquet").write_bytes(points_to_parquet(other))
    with pytest.raises(InputError, match="points and scenarios as they were written, got others"):
        StudyFolder(made.path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("manifest.json", "a results folder, got no manifest.json in it."),
        ("summary.json", "a finished study, got no summary.json. Give its command again"),
        ("points.parquet", "a points.parquet, got none. Give its command again"),
    ],
)
def test_a_file_that_is_missing_is_named(made: Made, name: str, said: str) -> None:
    made.fill()
    (made.path / name).unlink()
    with pytest.raises(InputError) as caught:
        StudyFolder(made.path)
    assert str(caught.value).startswith(f"{made.path}: {said}")


def test_an_unfinished_study_is_read_where_that_will_do(made: Made) -> None:
    made.fill(finish=False)
    assert StudyFolder(made.path, unfinished=True).is_whole
    with pytest.raises(InputError, match="a finished study"):
        StudyFolder(made.path)


def test_another_summary_is_refused(made: Made) -> None:
    made.fill()
    edit(made.path / "summary.json", lambda summary: summary.update(study_hash="0" * 64))
    with pytest.raises(InputError, match="the summary as it was written, got another"):
        _ = StudyFolder(made.path).summary


def test_a_run_and_a_study_are_not_taken_for_each_other(made: Made, tmp_path: Path, maker: Any) -> None:
    made.fill()
    with pytest.raises(InputError, match="the folder of `pactsim run`, got that of `pactsim sweep`"):
        ResultsFolder(made.path)
    maker.run(tmp_path / "run", 10)
    assert not is_study(tmp_path / "run")
    with pytest.raises(InputError, match="or a sweep, got that of `pactsim run`"):
        StudyFolder(tmp_path / "run")


def test_the_hash_of_a_study_sees_its_kind_points_and_scenarios() -> None:
    one = study_hash("sweep", POINTS, ["a", "b"])
    others = [
        study_hash("compare", POINTS, ["a", "b"]),
        study_hash("sweep", POINTS.between(0, 2), ["a", "b"]),
        study_hash("sweep", POINTS, ["b", "a"]),
        study_hash("sweep", POINTS, ["a"]),
    ]
    assert len({one, *others}) == 5
