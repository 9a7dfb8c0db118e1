"""The card: results beside published estimates, from the same rows as any table, and honest about what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import run
from sim.errors import InputError
from sim.estimate import share
from sim.experiments.card import Card, Row, card, published
from sim.outcomes import catalogue, parse
from sim.scenario.load import load_scenario

RUNS = 2000


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("card") / "r"
    run("baseline", runs=RUNS, out=folder)
    return folder


def of(tmp_path: Path, scenario: str, *overrides: str) -> Card:
    run(scenario, runs=RUNS, out=tmp_path / "r", overrides=overrides)
    return card(tmp_path / "r")


def rows(found: Card) -> dict[str, Row]:
    return {row.published.id: row for row in found.rows}


def test_the_table_is_sound() -> None:
    known = catalogue(load_scenario("baseline").scenario)
    ids = [each.id for each in published()]
    assert len(ids) == len(set(ids))
    for each in published():
        assert each.question
        assert each.source
        assert each.why
        assert each.basis in ("published", "counted", "recalled")
        assert all(parse(name, known) for name in each.outcome.split("/"))
        if each.value is not None:
            low, high = (each.value if end is None else end for end in (each.low, each.high))
            assert 0.0 <= low <= each.value <= high <= 1.0
    assert not any(each.comparable for each in published() if each.value is None or each.basis == "recalled")
    assert any(each.comparable for each in published())
    assert {each.topic for each in published()} > {"War", "Nuclear use", "Entry by Russia"}


def test_results_are_those_of_the_folder(baseline: Path) -> None:
    found = card(baseline)
    summary = run("baseline", runs=RUNS, out=baseline).summary["outcomes"]
    assert (found.runs, found.scenario.stem, found.per_year) == (RUNS, "baseline", False)
    for row in found.rows:
        if row.published.outcome in summary:
            assert row.model is not None
            assert row.model.as_dict() == {key: summary[row.published.outcome][key] for key in row.model.as_dict()}
    ratio = rows(found)["war-force-gml"].model
    assert ratio == share(summary["war"]["hits"], summary["force"]["hits"])


def test_what_asks_the_same_is_said_so(baseline: Path) -> None:
    found = rows(card(baseline))
    assert found["war-korea"].comparable
    assert found["honour-bilateral"].comparable
    assert not found["nuclear-any"].comparable
    assert not found["opinion-russia"].comparable
    assert found["entry-russia"].as_dict()["published"]["value"] is None


def test_what_a_scenario_prescribes_is_not_comparable(tmp_path: Path) -> None:
    found = rows(of(tmp_path, "attacked-dprk"))
    assert not found["war-korea"].comparable
    assert "prescribes" in found["war-korea"].why
    assert found["honour-bilateral"].comparable


def test_where_no_treaty_of_defence_is_in_force_its_record_says_nothing(tmp_path: Path) -> None:
    found = rows(of(tmp_path, "pact-2000"))
    assert not found["honour-bilateral"].comparable
    assert "no treaty of defence" in found["honour-bilateral"].why
    assert found["honour-us"].comparable


def test_a_longer_horizon_is_converted_to_a_year(tmp_path: Path) -> None:
    found = of(tmp_path, "baseline", "horizon=104 weeks")
    summary = run("baseline", runs=RUNS, out=tmp_path / "r", overrides=["horizon=104 weeks"]).summary["outcomes"]
    years = 728 / 365.25
    assert found.per_year
    for name, row in (("force", rows(found)["force-years"]), ("war", rows(found)["war-korea"])):
        assert row.model is not None
        for end in ("value", "low", "high"):
            assert 1.0 - (1.0 - getattr(row.model, end)) ** years == pytest.approx(summary[name][end])
    conditional = rows(found)["entry-russia"]
    assert conditional.model is not None
    assert conditional.model.value == summary[conditional.published.outcome]["value"]


def test_a_scenario_without_these_actors_has_nothing_beside(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "scenario" / "small.yaml").read_text()
    (tmp_path / "s.yaml").write_text(text)
    found = rows(of(tmp_path, str(tmp_path / "s.yaml")))
    assert found["entry-russia"].model is None
    assert found["entry-russia"].why == "not in this scenario"
    assert found["entry-russia"].as_dict()["model"] is None
    assert found["war-korea"].model is not None


def test_a_scenario_is_run_into_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = card("baseline", runs=300, seed=4)
    assert (found.runs, found.seed) == (300, 4)
    assert found.folder.parent.name == "results"
    assert card(found.folder).as_dict() == found.as_dict()


def test_a_folder_is_taken_as_it_is(baseline: Path) -> None:
    with pytest.raises(InputError, match="leave out --runs"):
        card(baseline, runs=10)
    with pytest.raises(InputError, match="leave out --runs"):
        card(baseline, overrides=["actors.Russia.tied_down=0"])
