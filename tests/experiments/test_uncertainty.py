"""Chance, ignorance and structure through the real engine: the right rows at each point, and the numbers from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.band import band
from sim.analysis.nested import nested_share
from sim.analysis.sobol import sobol_indices
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError
from sim.experiments.uncertainty import UncertaintyResult, uncertainty
from sim.outcomes import catalogue, parse
from sim.scenario.load import load_scenario
from sim.store.study import StudyFolder
from sim.studies.contested import choices_of
from sim.studies.laying import base_of
from tests.experiments.small_file import lively, written

SCENARIO, ENTRY = "attacked-dprk", "intervention:Russia:DPRK"
POINTS, RUNS = 64, 40


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> UncertaintyResult:
    out = tmp_path_factory.mktemp("uncertainty") / "out"
    return uncertainty(SCENARIO, outcomes=[ENTRY, "nuclear_use|war", "war"], points=POINTS, runs=RUNS, seed=4, out=out)


@pytest.fixture(scope="module")
def hits(result: UncertaintyResult) -> np.ndarray:
    """Whether each run had the entry, by base row, point and run."""
    outcome = parse(ENTRY, catalogue(load_scenario(SCENARIO).scenario))
    rows = np.concatenate(list(StudyFolder(result.folder).rows()))
    found: np.ndarray = (rows[outcome.column] >= outcome.at_least).reshape(POINTS, -1, RUNS)
    return found


def columns(result: UncertaintyResult) -> dict[str, np.ndarray]:
    return dict(StudyFolder(result.folder).points.columns)


def position_of(columns: dict[str, np.ndarray], point: int) -> dict[str, str]:
    return {name: column[point] for name, column in columns.items() if column.dtype == object}


def test_a_row_is_that_of_a_plain_run_with_its_theory_switches_and_numbers(result: UncertaintyResult) -> None:
    """Numbers that a switch sets for good are left to the switch; only drawn ones are given."""
    folder = StudyFolder(result.folder)
    points, rows = folder.points, np.concatenate(list(folder.rows()))
    found = columns(result)
    actors = [actor.name for actor in load_scenario(SCENARIO).scenario.actors]
    seen = set()
    for point in [*range(17), *range(20, 23), *range(40, 46)]:
        settings = []
        for name, position in position_of(found, point).items():
            seen.add((name, position))
            if name == "theory":
                settings += [f"actors.{actor}.theory={position}" for actor in actors]
            else:
                settings.append(f'{name}="{position}"')
        turned = load_scenario(SCENARIO, overrides=settings).scenario
        drawn = [path for path, quantity in turned.quantities().items() if not quantity.is_constant]
        assert set(drawn) <= set(points.given)
        numbers = [f"{path}={float(found[path][point])!r}" for path in drawn]
        program = lower(load_scenario(SCENARIO, overrides=[*settings, *numbers]).scenario)
        row = rows[point * RUNS + 7]
        plain = simulate(program, 4, int(row["draw"]), 1).rows[0]
        assert all(plain[name] == row[name] for name in plain.dtype.names[1:]), position_of(found, point)
    assert len(seen) > 15


def test_numbers_of_a_position_are_quantiles_of_what_it_sets(result: UncertaintyResult) -> None:
    """The same place in the unit cube: the ranks of a row's point are the same in every position."""
    folder = StudyFolder(result.folder)
    row = len(folder.points) // POINTS
    path, name = "entry.honouring", "switches.honouring"
    values, places = columns(result)[path].reshape(POINTS, row), columns(result)[name].reshape(POINTS, row)
    slots = {places[0, slot]: slot for slot in range(row - 6) if (places[:, slot] == places[0, slot]).all()}
    assert len(slots) == 5
    first = values[:, 0].argsort()
    for position, slot in slots.items():
        turned = load_scenario(SCENARIO, overrides=[f'{name}="{position}"']).scenario.quantities()[path]
        assert (values[:, slot].argsort() == first).all()
        assert values[:, slot].mean() == pytest.approx(turned.central, abs=0.03)


def test_the_probability_and_its_band_are_of_the_points_as_written(result: UncertaintyResult, hits: np.ndarray) -> None:
    found = result.summary["outcomes"][ENTRY]
    count, n = hits[:, 0].sum(axis=1), np.full(POINTS, RUNS)
    expected = nested_share(count, n, seed=4)
    assert found["probability"] == expected.probability.as_dict()
    assert found["error"] == {"points": expected.error_of_points, "runs": expected.error_of_runs}
    assert found["variance_over_parameters"] == expected.variance.as_dict()
    assert expected.variance.significant
    of = band(count, n, seed=4)
    assert [found["band"][f"q{q}"] for q in ("05", "25", "50", "75", "95")] == [q.as_dict() for q in of.quantiles]


def test_the_band_is_narrower_than_that_of_raw_shares(result: UncertaintyResult, hits: np.ndarray) -> None:
    of = result.summary["outcomes"][ENTRY]["band"]
    raw = np.quantile(hits[:, 0].mean(axis=1), [0.05, 0.95])
    assert of["q95"]["value"] - of["q05"]["value"] < 0.95 * (raw[1] - raw[0])


def test_each_position_alone_has_the_mean_of_its_points(result: UncertaintyResult, hits: np.ndarray) -> None:
    found = columns(result)
    row = hits.shape[1]
    as_written = position_of(found, 0)
    told = result.summary["outcomes"][ENTRY]["structure"]
    assert len(told) == 20
    for each in told:
        name = each["choice"] if each["choice"] == "theory" else f"switches.{each['choice']}"
        wanted = {**as_written, name: each["position"]}
        slot = next(slot for slot in range(row - 6) if position_of(found, slot) == wanted)
        assert each["probability"]["value"] == pytest.approx(hits[:, slot].mean())
        assert each["is_written"] == (wanted == as_written)
        assert each["difference"]["value"] == pytest.approx(hits[:, slot].mean() - hits[:, 0].mean(), abs=1e-12)
    by_name = {(each["choice"], each["position"]): each["probability"]["value"] for each in told}
    assert by_name["honouring", "1816-1944"] > by_name["honouring", "defence-pacts-post-1945"] + 0.1


def test_shares_of_variance_are_those_of_the_points_for_them(result: UncertaintyResult, hits: np.ndarray) -> None:
    a, b, *mixed, _ = hits.swapaxes(0, 1)[-6:]
    expected = sobol_indices(a, b, np.array(mixed), seed=4)
    found = result.summary["outcomes"][ENTRY]["variance"]
    names = ("parameters", "theory", "switches")
    assert result.summary["groups"] == list(names)
    assert found["of_run"]["events"] == expected.events_of_run.as_dict()
    for at, name in enumerate(names):
        assert found["of_run"][name] == expected.first_of_run[at].as_dict()
        assert found["of_probability"][name] == {
            "first": expected.first[at].as_dict(),
            "total": expected.total[at].as_dict(),
        }
    assert sum(index["value"] for index in found["of_run"].values()) == pytest.approx(1.0)
    assert found["of_run"]["events"]["value"] > 0.7


def test_what_comes_in_every_run_leaves_nothing_to_tell_apart(result: UncertaintyResult) -> None:
    war = result.summary["outcomes"]["war"]
    assert (war["band"], war["variance"]) == (None, None)
    assert war["sentences"] == ["war came in every run: there is nothing to tell apart."]


def test_what_is_too_rare_sends_the_reader_to_rare(tmp_path: Path) -> None:
    found = uncertainty("baseline", outcomes=["nuclear_use"], over=["none"], points=16, runs=20, out=tmp_path / "out")
    (said,) = found.summary["outcomes"]["nuclear_use"]["sentences"]
    assert "plain runs cannot see how it spreads over parameters." in said
    assert "Ask `pactsim rare SCENARIO --event nuclear_use --vary PATH`" in said


def test_over_none_leaves_parameters_and_chance(tmp_path: Path) -> None:
    found = uncertainty(SCENARIO, outcomes=[ENTRY], over=["none"], points=16, runs=10, out=tmp_path / "out")
    of = found.summary["outcomes"][ENTRY]
    assert (found.summary["groups"], found.summary["choices"], of["structure"]) == (["parameters"], [], [])
    assert found.summary["points"] == 16 * 5


def test_what_changes_nothing_here_is_left_out_and_told(tmp_path: Path) -> None:
    """A number that --set holds is one that the switch cannot move."""
    found = uncertainty(
        SCENARIO, outcomes=[ENTRY], overrides=["entry.honouring={uniform: [0.1, 0.3]}"], points=16, runs=2,
        out=tmp_path / "out",
    )  # fmt: skip
    assert found.summary["left_out"] == ["honouring"]
    assert found.notes[-1] == "Left out, since nothing changes with it here: honouring."
    assert "honouring" not in [choice["name"] for choice in found.summary["choices"]]


def test_numbers_alone_make_no_scenario(result: UncertaintyResult) -> None:
    """Four theories, one of them as written: the 240 combinations of switches are numbers."""
    assert len(StudyFolder(result.folder).scenarios) == 4


def test_a_switch_that_moves_what_another_moves_makes_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.studies import contested

    monkeypatch.setattr(contested, "WITH_OTHERS", ("honouring",))
    choices, _ = choices_of(base_of(SCENARIO), ["honouring", "wording"])
    by_name = {choice.name: choice for choice in choices}
    assert [position.is_numeric for position in by_name["honouring"].positions].count(True) == 1
    assert all(position.is_numeric for position in by_name["wording"].positions)


def test_defaults_are_what_the_scenario_asks_for_and_the_usual(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    found = uncertainty(file, points=16, runs=2, out=tmp_path / "out")
    entry = "intervention:Cee:Bee"
    assert list(found.summary["outcomes"]) == ["war", entry, f"{entry}|attacked_at_war:Bee", "force"]
    json.dumps(found.summary, allow_nan=False)
    assert found.frame.outcome.tolist() == list(found.summary["outcomes"])


def test_points_are_taken_to_a_power_of_two_and_it_is_said(tmp_path: Path) -> None:
    found = uncertainty(SCENARIO, outcomes=["war"], over=["theory"], points=17, runs=2, out=tmp_path / "out")
    assert found.summary["base"] == 32
    assert found.notes[-1] == "Points are balanced at powers of two: 32, not 17."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs": 1}, "--runs: two runs of each point or more, got 1. With one run the noise of events cannot be told"),
        ({"points": 8}, "--points: 16 points or more, got 8."),
        ({"over": ["honoring"]}, "--over: names of switches, or 'theory', each once, got 'honoring'. Did you mean"),
        ({"over": ["theory", "theory"]}, "--over: names of switches, or 'theory', each once, got 'theory,theory'."),
        ({"outcomes": ["peak_rung"]}, "--outcome: a share, got 'peak_rung', a distribution. Ask for a share"),
        ({"outcomes": ["wra"]}, "got 'wra'. Did you mean 'war'?"),
        (
            {"overrides": ["entry.honouring=0.2"], "over": ["honouring"]},
            "--over: an assumption that changes something, got 'honouring'. Leave it out, or drop what holds",
        ),
    ],
)
def test_what_cannot_be_is_a_sentence(given: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        uncertainty(SCENARIO, **{"runs": 2, "points": 16, **given}, out=tmp_path / "out")
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_loaded_scenario_cannot_be_turned(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a scenario that can be changed, got a loaded one"):
        uncertainty(load_scenario(SCENARIO), out=tmp_path / "out")  # type: ignore[arg-type]


def test_without_a_distribution_there_is_nothing_to_be_ignorant_of(tmp_path: Path) -> None:
    from tests.scenarios import small

    file = written(small(weeks=8), tmp_path / "small.yaml")
    with pytest.raises(InputError, match="a parameter that has a distribution, got none"):
        uncertainty(file, over=["none"], out=tmp_path / "out")
