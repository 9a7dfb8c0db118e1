"""The null model stands beside every result, is what a run without choice gives, and is the same in the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import run
from sim.cli.main import main
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import Interrupted
from sim.estimate import mean_from_moments, share
from sim.experiments import null_model as null
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.null_model import without_choice
from sim.store.export import export_csv
from sim.store.folder import ResultsFolder
from tests.scenarios import built, put, small

RUNS, SEED = 3000, 11
CONDITIONAL = "nuclear_use|war"


def tiny(**changes: Any) -> Loaded:
    """A small scenario in which choice takes most runs to war, and accidents few."""
    values = put(small(), {"rivalries/Aye>Bee/habit": 0.0, "rivalries/Bee>Aye/habit": 0.0})
    values["nuclear"] = {"first_use": "hazard", "limited_war": 0.5}
    return Loaded(built({**values, **changes}), {}, ())


def nulls(summary: dict[str, Any]) -> dict[str, Any]:
    """What stands beside the outcomes, by name, for a distribution by rung."""
    return {
        name: {rung: each["null"] for rung, each in shape.get("rungs", {"": shape}).items()}
        for name, shape in summary["outcomes"].items()
    }


def test_it_is_what_a_simulation_without_choice_gives(tmp_path: Path) -> None:
    """On the same seed and runs. Were the null model the full one, there would be war in nearly every run."""
    loaded = tiny()
    found = run(loaded, runs=RUNS, seed=SEED, out=tmp_path / "r").summary["outcomes"]
    rows = simulate(lower(without_choice(loaded.scenario)), SEED, 0, RUNS).rows
    for name, column in (("force", "t_force"), ("war", "t_war"), ("nuclear_use", "t_nuclear")):
        assert found[name]["null"] == share(int((rows[column] >= 0).sum()), RUNS).as_dict()
        assert 0.0 < found[name]["null"]["value"] < found[name]["value"] - 0.2
    wars = rows[rows["t_war"] >= 0]
    assert found[CONDITIONAL]["null"] == share(int((wars["t_nuclear"] >= 0).sum()), len(wars)).as_dict()
    peaks = np.bincount(rows["peak"], minlength=len(loaded.scenario.ladder)).tolist()
    assert [each["null"]["hits"] for each in found["peak_rung"]["rungs"].values()] == peaks
    raids = rows["incidents:raid"].astype(int)
    beside = mean_from_moments(RUNS, int(raids.sum()), int((raids**2).sum())).as_dict()
    assert found["incidents:raid"]["null"] == beside


def test_central_parameters_are_central_in_it(tmp_path: Path) -> None:
    loaded = load_scenario("baseline")
    found = run(loaded, runs=500, parameters="central", out=tmp_path / "r").summary["outcomes"]
    rows = simulate(lower(without_choice(loaded.scenario), central=True), 1, 0, 500).rows
    assert found["force"]["null"]["hits"] == int((rows["t_force"] >= 0).sum())


def test_what_cannot_happen_without_choice_has_none(tmp_path: Path) -> None:
    values = tiny(inadvertent={"war_per_act": 0.0})
    found = run(values, runs=200, out=tmp_path / "r").summary["outcomes"]
    gone = {name for name, shape in found.items() if shape.get("null", "") is None}
    by_choice = {name for name in found if name.startswith(("intervention:", "tripwire:"))}
    assert by_choice
    assert gone == by_choice | {name for name in found if "|" in name}, "nobody met a condition: no war by accident"
    assert found["war"]["null"]["hits"] == 0


def test_of_the_first_runs_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null, "NULL_RUNS", 100)
    few, many = (run(tiny(), runs=runs, out=tmp_path / str(runs)).summary for runs in (100, 300))
    assert nulls(few) == nulls(many)
    assert many["outcomes"]["war"]["null"]["n"] == 100


def test_it_is_the_same_however_one_came_to_it(tmp_path: Path) -> None:
    """On any threads; extended, stopped and resumed, and where the summary was lost."""
    expected = nulls(run("baseline", runs=26_000, threads=1, out=tmp_path / "one").summary)
    assert expected["war"][""]["n"] == null.NULL_RUNS
    assert nulls(run("baseline", runs=26_000, threads=3, out=tmp_path / "three").summary) == expected
    fewer = run("baseline", runs=500, out=tmp_path / "grown").summary
    assert fewer["outcomes"]["war"]["null"]["n"] == 500
    assert nulls(run("baseline", runs=26_000, out=tmp_path / "grown").summary) == expected

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run("baseline", runs=26_000, out=tmp_path / "cut", progress=stop)
    assert nulls(run("baseline", out=tmp_path / "cut", resume=True).summary) == expected
    (tmp_path / "one" / "summary.json").unlink()
    assert nulls(run("baseline", runs=26_000, out=tmp_path / "one").summary) == expected


def test_it_stands_in_every_output_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    assert main(["run", "baseline", "--runs", "300", "--out", str(folder), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["outcomes"]
    assert shown == json.loads((folder / "summary.json").read_text())["outcomes"]
    _, table = export_csv(ResultsFolder(folder), tmp_path / "csv")
    header, *lines = (line.split(",") for line in table.read_text().splitlines())
    war = dict(zip(header, next(line for line in lines if line[0] == "war"), strict=True))
    assert {name: war[f"null_{name}"] for name in ("value", "low", "high", "n", "hits")} == {
        name: str(shown["war"]["null"][name]) for name in ("value", "low", "high", "n", "hits")
    }
    assert main(["run", "baseline", "--runs", "300", "--out", str(folder)]) == 0
    assert "null model" in capsys.readouterr().out
    assert main(["replay", str(folder), "--run", "3"]) == 0
    assert "null model" not in capsys.readouterr().out
