"""`PactModel` keeps the conventions of Mesa."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError
from sim.mesa_model.model import PactModel
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Scenario
from tests.scenarios import built, small

LARGEST = 2**64 - 1


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return built(small(weeks=8))


def outcome(model: PactModel) -> dict[str, int]:
    while model.running:
        model.step()
    return model.run.outcome_row()


@pytest.mark.parametrize("seed", [0, 1, LARGEST])
def test_a_seed_and_a_draw_are_a_run_of_the_ensemble(scenario: Scenario, seed: int) -> None:
    rows = simulate(lower(scenario), seed, 5, 1).rows
    told = outcome(PactModel(scenario, draw=5, rng=seed))
    assert {"run": 5, **told} == {name: int(rows[name][0]) for name in rows.dtype.names}


def test_central_parameters(scenario: Scenario) -> None:
    rows = simulate(lower(scenario, central=True), 3, 0, 1).rows
    told = outcome(PactModel(scenario, parameters="central", rng=3))
    assert {"run": 0, **told} == {name: int(rows[name][0]) for name in rows.dtype.names}


def test_whole_numbers_of_numpy_are_seeds_too(scenario: Scenario) -> None:
    assert PactModel(scenario, rng=np.int64(7)).seed == PactModel(scenario, rng=7).seed == 7


def test_a_generator_gives_the_seed(scenario: Scenario) -> None:
    first, again = (PactModel(scenario, rng=np.random.default_rng(11)) for _ in range(2))
    assert first.seed == again.seed
    assert outcome(first) == outcome(again)
    generator = np.random.default_rng(11)
    assert PactModel(scenario, rng=generator).seed != PactModel(scenario, rng=generator).seed


def test_without_a_seed_replicates_differ(scenario: Scenario) -> None:
    models = [PactModel(scenario) for _ in range(8)]
    assert len({model.seed for model in models}) == 8
    assert len({str(outcome(model)) for model in models}) > 1


@pytest.mark.parametrize("rng", [-1, 2**64, 1.5, "1", True])
def test_what_is_no_seed_is_refused(scenario: Scenario, rng: object) -> None:
    with pytest.raises(InputError, match=r"rng: a whole number from 0 to 2\*\*64 - 1, .* got "):
        PactModel(scenario, rng=rng)


def test_other_parameters_are_refused(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="'drawn' or 'central', got 'mean'"):
        PactModel(scenario, parameters="mean")


def test_steps_states_and_data(scenario: Scenario) -> None:
    model = PactModel(scenario, rng=1)
    assert model.running
    assert [state.name for state in model.states] == ["Aye", "Bee", "Cee"]
    assert len(model.agents) == 3
    while model.running:
        model.step()
    assert model.steps == model.run.now == 8
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == ["highest_rung", "peak_rung", "war", "interventions"]
    assert len(frame) == 8
    assert frame["peak_rung"].is_monotonic_increasing
    assert (frame["peak_rung"] >= frame["highest_rung"]).all()
    assert frame["peak_rung"].iloc[-1] == model.run.outcome_row()["peak"]


def repeats(count: int) -> dict[str, Any]:
    """Ask for replicates as this version of Mesa wants to be asked."""
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    return {"rng": [None] * count} if newer else {"iterations": count}


def test_batch_run(scenario: Scenario) -> None:
    found = mesa.batch_run(
        PactModel,
        parameters={"scenario": [scenario], "draw": [0, 1, 2], "rng": 4},
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    peaks = {result["draw"]: result["peak_rung"] for result in found}
    rows = simulate(lower(scenario), 4, 0, 3).rows
    assert peaks == {draw: int(rows["peak"][draw]) for draw in range(3)}


def test_batch_run_without_a_seed_gives_replicates_that_differ(scenario: Scenario) -> None:
    found = mesa.batch_run(
        PactModel, {"scenario": [scenario]}, data_collection_period=1, display_progress=False, **repeats(12)
    )
    stories: dict[int, list[int]] = {}
    for result in found:
        stories.setdefault(result["RunId"], []).append(result["highest_rung"])
    assert len(stories) == 12
    assert len(set(map(tuple, stories.values()))) > 1


def test_a_recorded_run_is_the_same_run(scenario: Scenario) -> None:
    told, silent = PactModel(scenario, rng=8, record=True), PactModel(scenario, rng=8)
    assert outcome(told) == outcome(silent)
    assert silent.run.events is None
    assert {event.kind for event in told.run.events} >= {"incident", "choice"}


@pytest.mark.parametrize("draw", [-1, 1.7, 2**48, "1", True, None])
def test_what_is_no_draw_is_refused(scenario: Scenario, draw: object) -> None:
    with pytest.raises(InputError, match=r"draw: a whole number from 0 to 2\*\*48 - 1, got "):
        PactModel(scenario, draw=draw, rng=1)  # type: ignore[arg-type]


def test_seed_is_another_name_of_rng(scenario: Scenario) -> None:
    assert outcome(PactModel(scenario, seed=7)) == outcome(PactModel(scenario, rng=7))
    with pytest.raises(InputError, match="seed: either rng or seed, got both"):
        PactModel(scenario, rng=1, seed=1)


def test_what_load_scenario_gave_is_a_scenario() -> None:
    loaded = load_scenario("baseline")
    assert PactModel(loaded, rng=1).run.scenario is loaded.scenario
    with pytest.raises(InputError, match="scenario: a name, a path, or what load_scenario gave, got int"):
        PactModel(5, rng=1)  # type: ignore[arg-type]


def test_an_edited_file_is_read_anew_and_only_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []

    def counting(name: str) -> Loaded:
        loads.append(name)
        return load_scenario(name)

    monkeypatch.setattr("sim.mesa_model.model.load_scenario", counting)
    file = tmp_path / "mine.yaml"
    text = "pactsim: 1\nextends: baseline\ntitle: x\nhorizon: 52 weeks\n"
    file.write_text(text)
    weeks = [PactModel(file, draw=draw, rng=1).run.scenario.n_steps for draw in range(3)]
    assert (weeks, len(loads)) == ([52, 52, 52], 1)
    file.write_text(text.replace("52 weeks", "4 weeks"))
    assert PactModel(str(file), rng=1).run.scenario.n_steps == 4
    assert len(loads) == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert PactModel("mine.yaml", rng=1).run.scenario.n_steps == 4
    monkeypatch.chdir(tmp_path / "other")
    assert PactModel("mine.yaml", rng=1).run.scenario.n_steps == 52
