"""Typical paths: groups, shares, dates and examples, from plain runs and from runs that were split."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError, PactsimError
from sim.experiments.ways import paths
from sim.experiments.ways.chain import Stage, Wanted, coarser
from sim.experiments.ways.lineages import run_lineage
from sim.experiments.ways.paths import Reached, chosen_detail, grouped, typical_paths
from sim.rare.lineage import Lineage
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from tests.scenarios import built, put, small, start

SEED = 1
NUCLEAR = ("t_nuclear", 0)


@pytest.fixture(scope="module")
def attacked() -> Scenario:
    return load_scenario("attacked-dprk").scenario


@pytest.fixture(scope="module")
def plain(attacked: Scenario) -> list[tuple[int, Lineage, float]]:
    """Runs of a forced war in which nuclear weapons were used, as the engine found them."""
    rows = simulate(lower(attacked), SEED, 0, 1200).rows
    return [(int(run), Lineage(int(run)), 1.0) for run in rows["run"][rows["t_nuclear"] >= 0]]


@pytest.fixture(scope="module")
def found(attacked: Scenario, plain: list[tuple[int, Lineage, float]]) -> dict[str, Any]:
    return typical_paths(attacked, SEED, "drawn", NUCLEAR, plain)


def test_every_run_is_on_one_path(found: dict[str, Any], plain: list[tuple[int, Lineage, float]]) -> None:
    assert found["replayed"] == len(plain) > 80
    assert sum(path["n"] for path in found["paths"]) == len(plain)
    assert sum(path["share"] for path in found["paths"]) == pytest.approx(1.0)
    shares = [path["share"] for path in found["paths"]]
    assert shares == sorted(shares, reverse=True)
    assert all(path["low"] < path["share"] < path["high"] for path in found["paths"])
    assert json.loads(json.dumps(found)) == found


def test_paths_are_neither_all_different_nor_all_the_same(found: dict[str, Any]) -> None:
    assert 3 <= len(found["paths"]) <= found["replayed"] / 2
    assert 0.5 <= sum(path["share"] for path in found["paths"][:6]) < 1.0


def test_paths_differ_and_end_in_the_event(found: dict[str, Any]) -> None:
    told = [
        tuple((s["what"], s["who"], s["against"], s["for"], s["rung"], s["cause"], s["detail"]) for s in path["steps"])
        for path in found["paths"]
    ]
    assert len(set(told)) == len(told)
    for path in found["paths"]:
        assert path["steps"][0]["cause"] == "scheduled"
        assert (path["steps"][-1]["what"], path["steps"][-1]["cause"]) == ("nuclear use", "first use")
    assert len({path["text"] for path in found["paths"]}) == len(told)


def test_the_example_of_a_path_can_be_run_again(attacked: Scenario, found: dict[str, Any]) -> None:
    for path in found["paths"][:5]:
        lineage = Lineage(path["example"]["draw"], tuple(map(tuple, path["example"]["turns"])))
        (alone,) = typical_paths(attacked, SEED, "drawn", NUCLEAR, [(0, lineage, 2.0)], detail=found["detail"])["paths"]
        assert [step["text"] for step in alone["steps"]] == [step["text"] for step in path["steps"]]
        assert (alone["share"], alone["low"], alone["high"], alone["n"]) == (1.0, None, None, 1)


def test_weeks_are_medians_of_the_members(attacked: Scenario, plain: list[tuple[int, Lineage, float]]) -> None:
    runs = [Reached(r, x, w, paths._chain(attacked, SEED, "drawn", x, {}, Wanted(*NUCLEAR))) for r, x, w in plain[:40]]
    first = grouped(runs, 0)[0]
    weeks = np.array([[stage.step for stage in coarser(runs[place].chain, 0)] for place in first], float)
    path = typical_paths(attacked, SEED, "drawn", NUCLEAR, plain[:40], detail=0)["paths"][0]
    assert path["n"] == len(first) > 5
    for at, step in enumerate(path["steps"]):
        assert step["week_median"] == np.quantile(weeks[:, at], 0.5, method="inverted_cdf")
        assert step["week_low"] <= step["week_median"] <= step["week_high"]
        since = weeks[:, at] - (weeks[:, at - 1] if at else 0.0)
        assert step["weeks_since"] == np.quantile(since, 0.5, method="inverted_cdf")


def test_marginals_count_runs_with_something_in_their_chain(found: dict[str, Any]) -> None:
    by_kind: dict[str, float] = Counter()
    for each in found["marginals"]:
        by_kind[each["kind"]] += each["share"]
        assert 0.0 < each["share"] <= 1.0
    # Nuclear weapons are first used once in each chain, and each war was prescribed.
    assert by_kind["first use"] == pytest.approx(1.0)
    assert {"scheduled", "choice", "clause", "entry", "tripwire"} <= set(by_kind)
    ((scheduled,),) = [[e for e in found["marginals"] if e["kind"] == "scheduled"]]
    assert (scheduled["name"], scheduled["share"]) == ("ROK against DPRK: state of war", 1.0)


def test_shares_agree_with_the_columns_of_the_engine(
    attacked: Scenario, plain: list[tuple[int, Lineage, float]], found: dict[str, Any]
) -> None:
    """Forces of the US that were struck before nuclear use, by the engine's column and by the chains."""
    rows = simulate(lower(attacked), SEED, 0, 1200).rows
    rows = rows[rows["t_nuclear"] >= 0]
    struck = {int(row["run"]) for row in rows if 0 <= row["tripwire:US>ROK"] <= row["t_nuclear"]}
    whole = [each for each in found["marginals"] if each["kind"] == "tripwire" and each["name"].startswith("US struck")]
    assert 0.7 * len(struck) <= sum(each["n"] for each in whole) <= len(struck) * 1.1


def split(scenario: Scenario, event: tuple[str, int], draws: range, tries: int) -> list[tuple[int, Lineage, float]]:
    """Runs that were split at random steps, twice, and in which an event happened; relatives share a replication."""
    found = []
    for draw, branch in itertools.product(draws, range(1, tries + 1)):
        lineage = Lineage(draw, ((2 + branch % 3, branch), (6 + branch % 2, 100 + branch)))
        run = run_lineage(scenario, SEED, "drawn", lineage)
        if run.outcome_row()[event[0]] >= event[1]:
            found.append((draw, lineage, 1.0 + draw % 3))
    return found


def test_runs_that_were_split() -> None:
    scenario = built(start(small(16), "Aye", "Bee", week=1))
    lineages = split(scenario, NUCLEAR, range(30), 8)
    found = typical_paths(scenario, SEED, "drawn", NUCLEAR, lineages)
    assert found["replayed"] == len(lineages) > 20
    weight = sum(weight for *_, weight in lineages)
    for path in found["paths"]:
        assert path["example"]["turns"]
    by_hand: dict[tuple[Any, ...], float] = Counter()
    for _, lineage, part in lineages:
        chain = paths._chain(scenario, SEED, "drawn", lineage, {}, Wanted(*NUCLEAR))
        alike = [(s.what, s.who, s.against, s.whom, s.rung, s.cause, s.detail) for s in coarser(chain, found["detail"])]
        by_hand[tuple(alike)] += part / weight
    assert sorted(by_hand.values(), reverse=True) == pytest.approx([path["share"] for path in found["paths"]])


def test_relatives_make_intervals_wider() -> None:
    scenario = built(start(small(16), "Aye", "Bee", week=1))
    lineages = split(scenario, NUCLEAR, range(30), 8)
    related = typical_paths(scenario, SEED, "drawn", NUCLEAR, lineages, detail=0)["paths"]
    strangers = [(place, *rest) for place, (_, *rest) in enumerate(lineages)]
    apart = typical_paths(scenario, SEED, "drawn", NUCLEAR, strangers, detail=0)["paths"]  # type: ignore[arg-type]
    wider = [a["high"] - a["low"] > b["high"] - b["low"] for a, b in zip(related, apart, strict=True)]
    assert sum(wider) > 0.8 * len(wider)


def test_given_parameters_are_those_of_the_replay() -> None:
    scenario = built(start(small(16), "Aye", "Bee", week=1))
    changes = {"settlement.war_weeks": 500.0, "entry.honouring": 0.99}
    event = ("t_entry:Cee>Bee", 0)
    reached = [
        draw
        for draw in range(40)
        if run_lineage(scenario, SEED, "drawn", Lineage(draw), changes).outcome_row()[event[0]] >= 0
    ]
    lineages = [(draw, Lineage(draw), 1.0) for draw in reached]
    found = typical_paths(scenario, SEED, "drawn", event, lineages, given=changes)
    assert found["replayed"] == len(reached) > 10
    with pytest.raises(PactsimError, match=r"does not reach t_entry:Cee>Bee >= 0\. Please report it"):
        typical_paths(scenario, SEED, "drawn", event, lineages)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (("peak", 4), "somebody reaches war or more"),
        (("peak:Aye>Bee", 3), "Aye reaches attack or more against Bee"),
        (("end:Aye>Bee", 1), "Aye stands at threat or more against Bee at the end"),
        (("t_force", 0), "force is used"),
        (("t_war", 3), "there is a state of war in step 3 or later"),
        (("entry:Cee>Bee", 2), "Cee gives Bee arms or more"),
        (("t_entry:Cee>Bee", 0), "Cee gives Bee rear-area forces or more"),
        (("tripwire:Cee>Bee", 0), "forces of Cee with Bee are struck"),
        (("attacked_at_war:Bee", 0), "Bee is attacked at home in a war"),
        (("verdict:pact/Cee for Bee|Aye", 9), "the test of pact/Cee for Bee against Aye gets as far as: met: the duty"),
        (("incidents:raid", 2), "2 or more of raid happen"),
    ],
)
def test_any_column_can_be_asked_for(event: tuple[str, int], words: str) -> None:
    values = put(small(16), {"inadvertent/war_per_act": 0.3, "partnerships/Cee>Bee/exposure": 0.6})
    scenario = built(values)
    rows = simulate(lower(scenario), SEED, 0, 60).rows
    lineages = [(int(run), Lineage(int(run)), 1.0) for run in rows["run"][rows[event[0]] >= event[1]]]
    assert lineages
    found = typical_paths(scenario, SEED, "drawn", event, lineages)
    assert found["event"]["words"].startswith(words)
    assert found["replayed"] == len(lineages)


def test_a_column_that_is_not_there_is_refused(attacked: Scenario) -> None:
    with pytest.raises(InputError, match=r"event: a column of the outcome rows, got 't_nuclaer'.* 't_nuclear'"):
        typical_paths(attacked, SEED, "drawn", ("t_nuclaer", 0), [(0, Lineage(0), 1.0)])


def test_no_run_is_no_path(attacked: Scenario) -> None:
    found = typical_paths(attacked, SEED, "drawn", NUCLEAR, [])
    assert (found["paths"], found["marginals"], found["replayed"]) == ([], [], 0)


def reached(*chains: tuple[Stage, ...]) -> list[Reached]:
    return [Reached(place, Lineage(place), 1.0, chain) for place, chain in enumerate(chains)]


def chain(detail: str, who: str) -> tuple[Stage, ...]:
    return (
        Stage(1, "force", who, "Bee", "clash", "incident", detail),
        Stage(3, "state of war", who, "Bee", "war", "choice"),
        Stage(5, "nuclear use", "Aye", "Bee", "nuclear", "first use", "losing"),
    )


def test_detail_is_the_finest_at_which_paths_can_be_told() -> None:
    assert chosen_detail(reached(*[chain("raid", "Aye")] * 5, *[chain("test", "Aye")] * 5)) == 4
    # Twenty kinds of incident make as many paths, and leaving them out two.
    many = [chain(f"kind {k % 20}", "Aye" if k < 25 else "Cee") for k in range(60)]
    assert chosen_detail(reached(*many)) == 2
    # Without kinds all would be the same: twenty paths say more than one.
    assert chosen_detail(reached(*[chain(f"kind {k % 20}", "Aye") for k in range(60)])) == 3
    # But not as many as there are runs.
    assert chosen_detail(reached(*[chain(f"kind {k}", "Aye") for k in range(60)])) == 2


def ignores_weights(runs: Any, members: Any) -> float:
    """A mutant: paths are ranked by their runs."""
    return float(len(list(members)))


def keeps_dates(stage: Stage) -> Stage:
    """A mutant: runs are alike only where their dates are."""
    return stage


@pytest.mark.parametrize(
    ("where", "mutant", "caught"),
    [
        ("sim.experiments.ways.paths._weight", ignores_weights, test_runs_that_were_split),
        ("sim.experiments.ways.chain.Stage.key", property(keeps_dates), test_runs_that_were_split),
    ],
)
def test_mutants_are_caught(
    where: str, mutant: Any, caught: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, mutant)
    with pytest.raises(AssertionError):
        caught()
