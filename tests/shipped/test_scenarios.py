"""The scenarios of the library: there, short, sourced, each with its question, and with effects of the right sign."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.listing import strict_faults
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.standing import treaty_status
from sim.treaties import Status, Verdict

SHELF = Path(__file__).parent.parent.parent / "scenarios"
FILES = sorted([*SHELF.glob("*.yaml"), *(SHELF / "history").glob("*.yaml")])
#: What the library must have at least: the baseline under each pact, starts from an attack, crises, contexts, history.
WANTED = {
    *("baseline", "pact-1961", "pact-2000", "no-pact", "placebo-treaty", "attacked-dprk", "attacked-rok"),
    *("nll-clash", "decapitation-scare", "balloons-2024", "nuclear-test", "incursion", "pre-emption"),
    *("ukraine-ceasefire", "us-retrenchment", "taiwan-front", "tech-surge", "exchange-collapse"),
    *("china", "china-restrains", "camp-david-binding"),
    *("peninsula-1953", "pueblo-1968", "ec-121-1969", "nuclear-crisis-1994", "yeonpyeong-2010", "kursk-2024"),
}
LONG = {"baseline", "peninsula-1953"}
MOST_LINES = 60
#: Crises of the past, none of which became a war.
CRISES = ("pueblo-1968", "ec-121-1969", "nuclear-crisis-1994", "yeonpyeong-2010")
RUNS = 4000


def test_the_library_has_what_it_must() -> None:
    assert {path.stem for path in FILES} >= WANTED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_is_short_sourced_and_asks_a_question(path: Path) -> None:
    loaded = load_scenario(path)
    assert strict_faults(loaded) == []
    written = [q for q in loaded.scenario.quantities().values() if not q.source.startswith("absent")]
    assert all(quantity.confidence for quantity in written)
    assert "?" in loaded.scenario.question
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    keys = [line.partition(":")[0] for line in lines[:4]]
    if path.stem == "baseline":
        assert keys[:3] == ["pactsim", "title", "question"]
    else:
        assert keys == ["pactsim", "extends", "title", "question"]
    assert path.stem in LONG or len(lines) <= MOST_LINES


def ran(name: str, *, treaties: tuple[str, ...] = ()) -> np.ndarray:
    """Rows of some runs of a scenario of the library."""
    return simulate(lower(load_scenario(name, treaties=treaties).scenario), 1, 0, RUNS).rows


def entered(rows: np.ndarray, pair: str) -> float:
    """Share of runs in which an ally sent rear-area forces or more."""
    return float(np.mean(rows[f"t_entry:{pair}"] >= 0))


@pytest.mark.slow
@pytest.mark.parametrize("name", CRISES)
def test_a_crisis_that_became_no_war_seldom_does(name: str) -> None:
    war = np.mean(ran(f"history/{name}")["t_war"] >= 0)
    assert 0.0 < war < 0.04


@pytest.mark.slow
def test_what_scenarios_ask_about_moves_in_the_direction_that_it_should() -> None:
    baseline, china, held = ran("baseline"), ran("china"), ran("china-restrains")
    assert np.mean(held["t_force"] >= 0) < np.mean(china["t_force"] >= 0)
    binding, before = ran("attacked-rok", treaties=("Camp-David=binding",)), ran("attacked-rok")
    assert entered(binding, "Japan>ROK") > 2.0 * entered(before, "Japan>ROK")
    incursion, attacked = ran("incursion"), ran("attacked-dprk")
    assert entered(incursion, "China>DPRK") > 0.2
    assert np.mean(incursion["t_nuclear"] >= 0) > np.mean(attacked["t_nuclear"] >= 0)
    assert np.mean(ran("decapitation-scare")["t_force"] >= 0) > np.mean(baseline["t_force"] >= 0)
    assert entered(ran("pre-emption"), "Russia>DPRK") > 3.0 * entered(baseline, "Russia>DPRK")


@pytest.mark.slow
def test_at_kursk_the_treaty_is_invoked_before_it_is_in_force() -> None:
    rows = ran("history/kursk-2024")
    verdicts = rows["verdict:DPRK-Russia-2024/assist DPRK|Ukraine"]
    assert np.mean(verdicts == Verdict.MET_RETROACTIVELY) > 0.2
    assert 0.2 < entered(rows, "DPRK>Russia") < 0.7
    assert entered(ran("history/kursk-2024", treaties=("DPRK-Russia=2000",)), "DPRK>Russia") < 0.7 * entered(
        rows, "DPRK>Russia"
    )
    came = rows["t_entry:DPRK>Russia"]
    assert np.quantile(came[came >= 0], 0.05) <= 10 <= np.quantile(came[came >= 0], 0.95)


def value_at(loaded: Loaded, path: str, day: datetime.date) -> float:
    """Mean of a parameter on a day, as the timeline has it."""
    quantity = loaded.scenario.quantities()[path]
    for change in sorted(loaded.scenario.timeline, key=lambda change: change.since):
        if change.path == path and change.since <= day:
            quantity = change.value
    return quantity.central


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        ("1954-01-01", {"UNC-1953"}),
        ("1968-01-21", {"UNC-1953", "US-ROK-1953", "US-Japan-1960", "DPRK-Russia-1961"}),
        ("1994-03-19", {"UNC-1953", "US-ROK-1953", "US-Japan-1960", "DPRK-Russia-1961"}),
        ("1998-01-01", {"UNC-1953", "US-ROK-1953", "US-Japan-1960"}),
        ("2010-11-23", {"UNC-1953", "US-ROK-1953", "US-Japan-1960", "DPRK-Russia-2000"}),
        ("2024-10-18", {"UNC-1953", "US-ROK-1953", "US-Japan-1960", "DPRK-Russia-2000", "Camp-David-2023"}),
        ("2025-06-01", {"UNC-1953", "US-ROK-1953", "US-Japan-1960", "DPRK-Russia-2024", "Camp-David-2023"}),
    ],
)
def test_treaties_follow_their_dates(day: str, in_force: set[str]) -> None:
    date = datetime.date.fromisoformat(day)
    treaties = load_scenario("history/peninsula-1953").scenario.treaties
    assert {treaty.name for treaty in treaties if treaty_status(treaty, date) == Status.IN_FORCE} == in_force


def test_arsenals_bases_and_kinds_of_incident_follow_their_dates() -> None:
    loaded = load_scenario("history/peninsula-1953")

    def over_time(path: str, *years: int) -> list[float]:
        return [value_at(loaded, path, datetime.date(year, 7, 1)) for year in years]

    assert over_time("actors.DPRK.arsenal", 1953, 2006, 2007, 2013, 2025) == [0, 0, 5, 7, 50]
    assert all(arsenal > 0 for arsenal in over_time("actors.Russia.arsenal", 1953, 1968, 1994, 2010, 2025))
    before, with_them, after = over_time("actors.US.first_use", 1957, 1968, 1994)
    assert with_them > before > after
    exposure = over_time("partnerships.US>ROK.exposure", 1953, 1968, 1980, 2010)
    assert exposure == sorted(exposure, reverse=True)
    assert over_time("incidents.missile test.rate_hot", 1983, 2010, 2020) == [0, 1.3, 15]
    assert over_time("incidents.trash balloons.rate_cold", 2010, 2024) == [0, 0.1]
    assert over_time("actors.Russia.power", 1968, 2010) == [0.1718, 0.03909]
    tied = over_time("actors.US.tied_down", 1960, 1968, 1980)
    assert tied[1] > tied[0] == tied[2]
    declared = over_time("partnerships.Russia>DPRK.declared", 1968, 1994, 2010, 2025)
    assert declared[3] > declared[0] > declared[2] > declared[1]
