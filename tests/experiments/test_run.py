"""`run` computes what is missing and nothing else, in whatever order and however often stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.lower import Program
from sim.engine.part import PART_RUNS, Part
from sim.errors import InputError, Interrupted
from sim.experiments import null_model
from sim.experiments import run as experiment
from sim.experiments.result import RunResult
from sim.scenario.load import load_scenario

RUNS = 2 * PART_RUNS + 7_000


class Engine:
    """Stands in for the engine: cheap rows that depend on the run and the seed alone."""

    def __init__(self) -> None:
        self.computed: list[tuple[int, int]] = []

    def simulate(self, program: Program, seed: int, first: int, count: int) -> Part:
        if count > 1:
            self.computed.append((first, count))
        numbers = np.arange(first, first + count)
        rows = np.zeros(count, program.row_type)
        rows["run"] = numbers
        rows["t_war"] = np.where((numbers * 2_654_435_761 + seed) % 97 == 0, 3, -1)
        rows["t_force"] = rows["t_nuclear"] = -1
        sidecar = {name: np.ones(shape, np.int32) for name, shape in program.sidecar_shapes.items()}
        return Part(first, rows, sidecar)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    monkeypatch.setattr(experiment, "simulate", fake.simulate)
    monkeypatch.setattr(null_model, "simulate", Engine().simulate)
    return fake


def run_in(folder: Path, **arguments: Any) -> RunResult:
    return experiment.run("baseline", out=folder, **{"runs": RUNS, **arguments})


def stop_after(parts: int) -> Any:
    """Make a progress report that acts as Ctrl-C once so many parts are done."""

    def progress(done: int, total: int) -> None:
        if done >= parts * PART_RUNS:
            raise KeyboardInterrupt

    return progress


def unchanging(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key != "runs_per_s"}


def test_threads_do_not_matter(engine: Engine, tmp_path: Path) -> None:
    one = run_in(tmp_path / "1", threads=1)
    four = run_in(tmp_path / "4", threads=4)
    assert unchanging(one.summary) == unchanging(four.summary)
    assert one.summary["runs_per_s"] > 0
    assert one.runs == RUNS


def test_a_repeat_computes_nothing(engine: Engine, tmp_path: Path) -> None:
    first = run_in(tmp_path)
    engine.computed.clear()
    assert run_in(tmp_path).summary == first.summary
    assert engine.computed == []


def test_more_runs_are_added_to_what_is_stored(engine: Engine, tmp_path: Path) -> None:
    whole = run_in(tmp_path / "whole")
    run_in(tmp_path / "grown", runs=PART_RUNS)
    engine.computed.clear()
    grown = run_in(tmp_path / "grown")
    assert unchanging(grown.summary) == unchanging(whole.summary)
    assert min(engine.computed)[0] == PART_RUNS


def test_fewer_runs_give_what_is_stored(engine: Engine, tmp_path: Path) -> None:
    run_in(tmp_path)
    assert run_in(tmp_path, runs=10).runs == RUNS


def test_stopped_and_resumed_is_the_same_as_never_stopped(engine: Engine, tmp_path: Path) -> None:
    whole = run_in(tmp_path / "whole")
    with pytest.raises(Interrupted, match=r"of 57,000 runs are kept in .*--resume") as caught:
        run_in(tmp_path / "cut", progress=stop_after(1), threads=1)
    assert caught.value.exit_code == 130
    assert not (tmp_path / "cut" / "summary.json").exists()
    engine.computed.clear()
    resumed = run_in(tmp_path / "cut", runs=None, resume=True)
    assert unchanging(resumed.summary) == unchanging(whole.summary)
    assert 0 not in {first for first, _ in engine.computed}


def test_resume_of_nothing_is_a_run(engine: Engine, tmp_path: Path) -> None:
    result = run_in(tmp_path / "new", runs=None, resume=True)
    assert result.runs == experiment.DEFAULT_RUNS


def test_other_seeds_and_scenarios_have_other_folders(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = {
        experiment.run("baseline", runs=10).folder,
        experiment.run("baseline", runs=20).folder,
        experiment.run("baseline", runs=10, seed=2).folder,
        experiment.run("baseline", runs=10, parameters="central").folder,
        experiment.run("baseline", runs=10, overrides=["actors.Russia.tied_down=0.1"]).folder,
    }
    assert len(folders) == 4
    assert {folder.parent.as_posix() for folder in folders} == {"results"}
    with pytest.raises(InputError, match="seed 1, here 2"):
        experiment.run("baseline", runs=10, seed=2, out=experiment.run("baseline", runs=10).folder)


def test_progress_counts_up_to_all_runs(engine: Engine, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_in(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == [(PART_RUNS, RUNS), (2 * PART_RUNS, RUNS), (RUNS, RUNS)]


def test_every_wrong_argument_is_told_and_nothing_written(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(InputError) as caught:
        run_in(folder, runs=0, seed=-1, threads=0, parameters="mean")
    assert str(caught.value).splitlines() == [
        "runs: a whole number from 1 to 281474976710656, got 0.",
        "seed: a whole number from 0 to 2^64 - 1, got -1.",
        "threads: a whole number of at least 1, got 0.",
        "parameters: 'drawn' or 'central', got 'mean'.",
    ]
    with pytest.raises(InputError, match="Rusia"):
        run_in(folder, overrides=["actors.Rusia.power=1"])
    assert not folder.exists()


def test_a_loaded_scenario_may_be_given(engine: Engine, tmp_path: Path) -> None:
    loaded = load_scenario("baseline", overrides=["actors.Russia.tied_down=0.1"])
    result = experiment.run(loaded, runs=10, out=tmp_path / "a")
    again = run_in(tmp_path / "b", runs=10, overrides=["actors.Russia.tied_down=0.1"])
    assert unchanging(result.summary) == unchanging(again.summary)
    with pytest.raises(InputError, match="load_scenario"):
        experiment.run(loaded, overrides=["actors.Russia.tied_down=0.2"], out=tmp_path / "c")


def test_the_manifest_tells_how_to_run_it_again(engine: Engine, tmp_path: Path) -> None:
    run_in(tmp_path, runs=10, seed=5, treaties=["DPRK-Russia=1961"], command=["pactsim", "run", "baseline"])
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["identity"]["seed"] == 5
    assert manifest["command"] == "pactsim run baseline"
    assert manifest["overrides"] == ["DPRK-Russia=1961"]
    assert manifest["counterfactual"] == ["DPRK-Russia=1961"]
    assert manifest["timings"]["runs_computed"] == 10


def test_frames_hold_what_is_stored(engine: Engine, tmp_path: Path) -> None:
    result = run_in(tmp_path)
    war = result.estimate("war")
    assert war.n == RUNS
    assert int((result.rows["t_war"] >= 0).sum()) == war.hits
    assert list(result.rows.index) == list(range(RUNS))
    outcomes = result.outcomes.set_index("outcome")
    assert outcomes.loc["war", "hits"] == war.hits
    rung = load_scenario("baseline").scenario.ladder[0].name
    assert result.estimate(f"peak_rung={rung}").value == 1.0
    with pytest.raises(InputError, match="outcome: one of force, war"):
        result.estimate("peace")


def test_a_failing_engine_fails_the_run_and_keeps_what_was_done(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(program: Program, seed: int, first: int, count: int) -> Part:
        if first > 0:
            raise RuntimeError("engine broke")
        return engine.simulate(program, seed, first, count)

    monkeypatch.setattr(experiment, "simulate", fail)
    with pytest.raises(RuntimeError, match="engine broke"):
        run_in(tmp_path, threads=1)
    assert len(list((tmp_path / "runs").glob("*.parquet"))) == 1


def test_a_null_model_that_fails_fails_the_run_and_keeps_what_was_done(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(program: Program, seed: int, first: int, count: int) -> Part:
        raise RuntimeError("engine broke")

    monkeypatch.setattr(null_model, "simulate", fail)
    with pytest.raises(RuntimeError, match="engine broke"):
        run_in(tmp_path)
    assert len(list((tmp_path / "runs").glob("*.parquet"))) == 3
    assert not (tmp_path / "summary.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"runs": 1.5}, "runs: a whole number from 1 to 281474976710656, got 1.5."),
        ({"runs": "10"}, "runs: a whole number from 1 to 281474976710656, got '10'."),
        ({"runs": True}, "runs: a whole number from 1 to 281474976710656, got True."),
        ({"seed": 1.5}, "seed: a whole number from 0 to 2^64 - 1, got 1.5."),
        ({"seed": None}, "seed: a whole number from 0 to 2^64 - 1, got None."),
        ({"threads": "2"}, "threads: a whole number of at least 1, got '2'."),
        ({"out": 5}, "out: a path, got 5."),
        ({"out": "\udcff"}, r"out: a path of UTF-8 letters, got '\udcff'."),
        ({"out": "a\0b"}, r"out: a path of UTF-8 letters, got 'a\x00b'."),
        ({"overrides": "a=b"}, "overrides: a list of texts, got 'a=b'. Write ['a=b']."),
        ({"treaties": "a=b"}, "treaties: a list of texts, got 'a=b'. Write ['a=b']."),
        ({"treaties": [1]}, "treaties: a list of texts, got [1]."),
        ({"overrides": None}, "overrides: a list of texts, got None."),
    ],
)
def test_arguments_of_another_kind_are_sentences(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        experiment.run("baseline", **{"runs": 10, **arguments})
    assert str(caught.value) == said
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_scenario_is_a_sentence(engine: Engine, tmp_path: Path) -> None:
    for given in (5, None, load_scenario("baseline").scenario):
        with pytest.raises(InputError, match="scenario: a name, a path or what load_scenario gave, got "):
            experiment.run(given, runs=10, out=tmp_path / "r")  # type: ignore[arg-type]


def test_whole_numbers_of_numpy_will_do(engine: Engine, tmp_path: Path) -> None:
    result = experiment.run("baseline", runs=np.int64(10), seed=np.uint64(7), out=tmp_path)  # type: ignore[arg-type]
    assert (result.runs, result.summary["seed"]) == (10, 7)


def test_more_runs_than_the_disk_holds_are_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"runs: at most .* free at .* 100,000,000,000,000, which take about"):
        run_in(tmp_path / "r", runs=10**14)
    assert not (tmp_path / "r").exists()


def test_using_more_runs_than_were_asked_for_is_said(engine: Engine, tmp_path: Path) -> None:
    assert run_in(tmp_path).notes == ()
    assert run_in(tmp_path).notes == ()
    assert run_in(tmp_path, runs=None).notes == ()
    assert run_in(tmp_path, runs=10).notes == ("10 runs were asked for; 57,000 are stored, and all are used.",)


def test_figures_and_tables_of_fewer_runs_are_removed(engine: Engine, tmp_path: Path) -> None:
    run_in(tmp_path, runs=10)
    for name in ("figures", "csv"):
        (tmp_path / name).mkdir()
    (tmp_path / "figures" / "outcomes.svg").touch()
    (tmp_path / "csv" / "rows.csv").touch()
    assert run_in(tmp_path, runs=10).notes == ()
    assert (tmp_path / "figures" / "outcomes.svg").exists()
    notes = run_in(tmp_path, runs=20).notes
    assert notes == tuple(
        f"{name}/ was of fewer runs and was removed; draw or export anew." for name in ("figures", "csv")
    )
    assert not (tmp_path / "figures").exists()
    assert not (tmp_path / "csv").exists()


def test_a_result_is_one_short_line(engine: Engine, tmp_path: Path) -> None:
    result = run_in(tmp_path, runs=10)
    assert repr(result) == f"RunResult({str(tmp_path)!r}: 10 runs of baseline)"


def test_the_hash_of_a_result_is_that_of_its_folder(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for seed in (1, 2):
        result = experiment.run("baseline", runs=10, seed=seed)
        assert result.folder.name == f"baseline-{result.hash[:8]}"


@pytest.mark.parametrize("content", ["{", '{"runs": 57000}'])
def test_a_damaged_summary_is_made_anew(engine: Engine, tmp_path: Path, content: str) -> None:
    whole = run_in(tmp_path)
    (tmp_path / "summary.json").write_text(content)
    engine.computed.clear()
    assert unchanging(run_in(tmp_path).summary) == unchanging(whole.summary)
    assert engine.computed == []
