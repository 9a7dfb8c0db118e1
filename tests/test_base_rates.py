"""Base rates: what counts come to over a horizon, and which outcomes they stand beside."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from sim import run
from sim.base_rates import CLASSES, Count, base_rates, counts
from sim.outcomes import catalogue, parse
from sim.scenario.load import load_scenario
from sim.store.export import export_csv
from sim.store.folder import ResultsFolder
from tests.scenarios import built, clause, small, start, treaty

FORCES = "intervention:{}:forces_in_theatre|attacked_at_war:{}"
RUSSIA = FORCES.format("Russia:DPRK", "DPRK")
YEAR = 52 * 7 / 365.25


def count(kind: str, k: int, n: float) -> Count:
    return Count("war", "A>B", kind, k, n, datetime.date(2014, 12, 31), "years", "somewhere", "")


def of(name: str, **changes: Any) -> dict[str, dict[str, Any]]:
    return base_rates(load_scenario(name).scenario.model_copy(update=changes))


def test_shares_have_the_published_intervals() -> None:
    """5 of 20 is 25 % [10-46], 5 of 40 is 12.5 % [5-25], as published for the same counts."""
    assert count("share", 5, 20).over(1.0) == pytest.approx((5.5 / 21, 0.10, 0.46), abs=0.005)
    assert count("share", 5, 40).over(1.0) == pytest.approx((5.5 / 41, 0.05, 0.25), abs=0.006)


def test_nothing_in_71_years() -> None:
    assert count("rate", 0, 71).over(1.0) == pytest.approx((0.007, 0.0, 0.035), abs=0.0006)


@pytest.mark.parametrize("years", [0.25, 1.0, 10.0])
@pytest.mark.parametrize("k", [0, 3, 20])
def test_a_rate_is_a_constant_hazard(k: int, years: float) -> None:
    """The predictive probability is the mean over the posterior, and the ends are quantiles of it."""
    posterior = stats.gamma(k + 0.5, scale=1.0 / 22.0)
    value, low, high = count("rate", k, 22).over(years)
    mean, _ = integrate.quad(lambda p: 1.0 - np.exp(-years * posterior.ppf(p)), 0.0, 1.0)
    assert value == pytest.approx(mean, rel=1e-4)
    ends = 1.0 - np.exp(-years * posterior.ppf([0.025, 0.975]))
    assert (low, high) == pytest.approx((ends[0] if k else 0.0, ends[1]), rel=1e-9)


@pytest.mark.parametrize("years", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("k", [0, 11, 22])
def test_years_are_a_chance_a_year(k: int, years: float) -> None:
    posterior = stats.beta(k + 0.5, 22.5 - k)
    value, low, high = count("years", k, 22).over(years)
    mean, _ = integrate.quad(lambda p: 1.0 - (1.0 - posterior.ppf(p)) ** years, 0.0, 1.0)
    assert value == pytest.approx(mean, rel=1e-4)
    ends = 1.0 - (1.0 - posterior.ppf([0.025, 0.975])) ** years
    assert (low, high) == pytest.approx((ends[0] if k else 0.0, ends[1] if k < 22 else 1.0), rel=1e-9)


@pytest.mark.parametrize("kind", ["rate", "years"])
def test_intervals_hold_the_chance_as_often_as_they_say(kind: str) -> None:
    """Over 22 years, for hazards of .05 to 1 a year: within 2 points of 95 % on average; 90 % intervals are caught."""
    generator = np.random.default_rng(3)
    held = []
    for hazard in np.linspace(0.05, 1.0, 12):
        chance = 1.0 - np.exp(-hazard)
        drawn = generator.poisson(22 * hazard, 300) if kind == "rate" else generator.binomial(22, chance, 300)
        spans = {k: count(kind, k, 22).over(1.0)[1:] for k in set(drawn.tolist())}
        held += [spans[k][0] <= chance <= spans[k][1] for k in drawn.tolist()]
    assert 0.93 < np.mean(held) < 0.97


def test_only_a_share_does_not_grow_with_the_horizon() -> None:
    for kind, grows in (("rate", True), ("years", True), ("share", False)):
        short, long = (np.array(count(kind, 5, 20).over(years)) for years in (1.0, 2.0))
        assert (long > short).all() == grows
        assert grows or (long == short).all()


def test_what_stands_beside_the_baseline() -> None:
    found = of("baseline")
    assert found["force"] == count_named("force").beside(YEAR)
    assert found[RUSSIA]["n"] == 20
    assert found[FORCES.format("US:ROK", "ROK")]["n"] == 20
    assert found[FORCES.format("Japan:ROK", "ROK")]["n"] == 39
    assert "intervention:US:ROK" not in found  # a show of force is no rear-area force
    assert "nuclear_use|war" not in found


def count_named(outcome: str) -> Count:
    return next(each for each in counts() if each.outcome == outcome)


def test_what_a_scenario_prescribes_has_no_base_rate() -> None:
    found = of("attacked-dprk")
    assert all("|" in name for name in found)
    assert found[RUSSIA]["n"] == 20


def test_the_class_of_the_treaty_in_force_decides() -> None:
    assert of("pact-1961")[RUSSIA] == of("baseline")[RUSSIA]
    assert of("pact-2000")[RUSSIA]["n"] == 39
    assert RUSSIA not in of("no-pact")
    before = load_scenario("baseline").scenario.model_copy(update={"as_of": datetime.date(2024, 10, 1)})
    assert base_rates(before).get(RUSSIA, {"n": 39})["n"] == 39  # signed, and not yet in force


def test_of_two_treaties_the_one_that_says_more_counts() -> None:
    values = small()
    names = FORCES.format("Cee:Bee", "Bee"), FORCES.format("Bee:Cee", "Cee")
    many = treaty("many", clause("Cee", "Bee"), clause("Bee", "Cee"), parties=["Aye", "Bee", "Cee"])
    talk = treaty("talk", clause("Cee", "Bee", response="consult"), clause("Bee", "Cee", response="consult"))
    for treaties, n in (([talk], 39), ([talk, many], 40), ([many, talk], 40), ([many, *values["treaties"], talk], 20)):
        found = base_rates(built({**values, "treaties": treaties}))
        assert [found[name]["n"] for name in names] == [n, n]
    assert set(base_rates(built(values))) == set(names)  # its rivals are nobody whose record was counted


def test_a_count_that_is_not_over_yet_is_no_forecast() -> None:
    found = of("baseline", as_of=datetime.date(2010, 1, 1))
    assert not set(found) & {"force", "war", "intervention:Russia:DPRK"}
    assert FORCES.format("US:ROK", "ROK") in found
    assert not of("baseline", as_of=datetime.date(1999, 1, 1))


def test_a_rivalry_that_is_not_open_has_no_base_rate() -> None:
    scenario = load_scenario("baseline").scenario
    shut = [rivalry.model_copy(update={"open": False}) for rivalry in scenario.rivalries]
    assert all("|" in name for name in base_rates(scenario.model_copy(update={"rivalries": tuple(shut)})))


def test_the_table() -> None:
    """Every row has a source, counts no more than there were, and asks what a scenario of the library can be asked."""
    scenario = load_scenario("china").scenario
    known, rivalries = catalogue(scenario), {rivalry.name for rivalry in scenario.rivalries}
    for each in counts():
        assert each.source
        assert each.what
        assert each.kind == "rate" or each.k <= each.n
        assert each.needs in CLASSES or each.needs in rivalries
        name = each.outcome.replace("{ally}", "Russia").replace("{client}", "DPRK")
        assert parse(name, known).name == name


def test_it_stands_beside_every_outcome_in_summary_and_tables(tmp_path: Path) -> None:
    result = run("baseline", runs=200, out=tmp_path / "r")
    stored = json.loads((tmp_path / "r" / "summary.json").read_text())["outcomes"]
    rates = of("baseline")
    assert stored == result.summary["outcomes"]
    assert {name: shape["base_rate"] for name, shape in stored.items()} == {name: rates.get(name) for name in stored}
    assert stored[RUSSIA]["prior"] == {
        "value": 5.5 / 21.0, "low": 0.102398485683, "high": 0.464194629241, "path": "entry.honouring",
        "of": "forces in theatre, once a duty to fight is met, in the reference case",
        "source": load_scenario("baseline").scenario.entry.honouring.source,
    }  # fmt: skip
    assert {name for name, shape in stored.items() if "prior" in shape} == {
        name for name, shape in stored.items() if "assumption_driven" in shape
    }
    _, table = export_csv(ResultsFolder(tmp_path / "r"), tmp_path / "csv")
    lines = table.read_text().splitlines()
    assert lines[0].endswith("base_rate_value,base_rate_low,base_rate_high,prior_value,prior_low,prior_high")
    assert next(line for line in lines if line.startswith("war,")).split(",")[-6:-3] == [
        str(rates["war"][name]) for name in ("value", "low", "high")
    ]


def test_a_scenario_of_ones_own_has_none_where_nothing_was_counted() -> None:
    values = start(small(), "Aye", "Bee")
    values["treaties"] = []
    assert base_rates(built(values)) == {}
