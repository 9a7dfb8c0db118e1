"""Differences are those of the rows of plain runs on the same draws, in every world and clause by clause."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError
from sim.experiments.compare import CompareResult, compare
from sim.outcomes import Outcome, catalogue, parse
from sim.scenario.load import load_scenario
from sim.store.study import StudyFolder
from sim.studies.variants import AS_WRITTEN, by_clause, without
from tests.experiments.small_file import lively, written
from tests.scenarios import clause, treaty

RUNS = 2_000
ASKED = ["intervention:Cee:Bee:forces_in_theatre|war", "nuclear_use|war", "war|attacked_at_war:Aye"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")


@pytest.fixture(scope="module")
def result(file: Path, tmp_path_factory: pytest.TempPathFactory) -> CompareResult:
    """A comparison with everything in it."""
    out = tmp_path_factory.mktemp("compare") / "out"
    return compare(
        file, treaties=["pact=1,none"], by_clause=True, theories=True, runs=RUNS, seed=5, outcomes=ASKED, out=out
    )


def plain(file: Path, *treaties: str, seed: int = 5, runs: int = RUNS, **more: Any) -> pd.DataFrame:
    return pd.DataFrame(simulate(lower(load_scenario(file, treaties=treaties, **more).scenario), seed, 0, runs).rows)


def states(rows: pd.DataFrame, outcome: Outcome) -> tuple[pd.Series, pd.Series]:
    """Whether each run met the condition, and whether it happened too."""
    met = rows[outcome.condition] >= outcome.condition_at_least if outcome.condition else rows["run"] >= 0
    return met, met & (rows[outcome.column] >= outcome.at_least)


def contrast_of(result: CompareResult, outcome: str, world: str = AS_WRITTEN) -> dict[str, Any]:
    (found,) = [each for each in result.summary["contrasts"] if (each["outcome"], each["world"]) == (outcome, world)]
    return found


def test_differences_are_those_of_two_plain_runs(file: Path, result: CompareResult) -> None:
    """Of shares, conditional shares, means and single rungs, as they are and in another world."""
    scenario = load_scenario(file).scenario
    known, rungs = catalogue(scenario), [rung.name for rung in scenario.ladder]
    theory = [f"actors.{name}.theory=prospect" for name in ("Aye", "Bee", "Cee")]
    for world, more in ((AS_WRITTEN, {}), ("theory prospect", {"overrides": theory})):
        one, other = plain(file, **more), plain(file, "pact=none", **more)
        moved = 0
        for each in result.summary["contrasts"]:
            if each["world"] != world:
                continue
            stem, _, rung = each["outcome"].partition("=")
            outcome = parse(stem, known)
            if outcome.kind == "mean":
                values = [float(rows[outcome.column].mean()) for rows in (one, other)]
                used = RUNS
                assert [each[end]["n"] for end in "ab"] == [RUNS, RUNS]
            elif rung:
                values = [float((rows[outcome.column] == rungs.index(rung)).mean()) for rows in (one, other)]
                used = RUNS
            else:
                pairs = [states(rows, outcome) for rows in (one, other)]
                values = [hit.sum() / met.sum() if met.any() else None for met, hit in pairs]
                used = int((pairs[0][0] | pairs[1][0]).sum())
                assert [each[end]["n"] for end in "ab"] == [met.sum() for met, _ in pairs]
                assert [each[end]["hits"] for end in "ab"] == [hit.sum() for _, hit in pairs]
            assert [each[end]["value"] for end in "ab"] == pytest.approx(values, rel=1e-12)
            if None not in values:
                assert each["difference"]["value"] == pytest.approx(values[1] - values[0], abs=1e-12)
                assert each["difference"]["n"] == used
                assert each["difference"]["low"] <= each["difference"]["value"] <= each["difference"]["high"]
                moved += values[0] != values[1]
        assert moved > 6, f"{world}: what does not move tells nothing"


def test_pairs_of_runs_are_counted_run_by_run(file: Path, result: CompareResult) -> None:
    """What independent draws could not tell: the variance that pairing saved."""
    one, other = plain(file), plain(file, "pact=none")
    column = "entry:Cee>Bee"
    least = parse("intervention:Cee:Bee", catalogue(load_scenario(file).scenario)).at_least
    a, b = ((rows[column] >= least).to_numpy(float) for rows in (one, other))
    found = contrast_of(result, "intervention:Cee:Bee")
    assert found["variance_saved"] == pytest.approx(1 - (b - a).var() / (a.var() + b.var()), rel=1e-9)
    shifted = np.roll(b, 1)
    assert 1 - (shifted - a).var() / (a.var() + b.var()) < found["variance_saved"] - 0.2, "pairing matters here"


def test_a_scenario_and_its_copy_differ_nowhere(file: Path, tmp_path: Path) -> None:
    values = lively()
    copy = written({**values, "title": "the same by another name"}, tmp_path / "copy.yaml")
    found = compare([file, copy], runs=500, outcomes=ASKED, out=tmp_path / "out")
    assert [each["point"] for each in found.summary["scenarios"]] == [0, 1], "both are run"
    for each in found.summary["contrasts"]:
        assert each["difference"]["value"] in (0.0, None)
        assert each["a"] == each["b"]
    same = [each for each in found.summary["contrasts"] if each["difference"]["value"] == 0.0]
    assert len(same) > 20
    assert all(each["difference"]["low"] == -each["difference"]["high"] for each in same)


def test_a_placebo_differs_nowhere(tmp_path: Path) -> None:
    found = compare(["baseline", "placebo-treaty"], runs=500, out=tmp_path / "out")
    assert [each["point"] for each in found.summary["scenarios"]] == [0, 1]
    assert {each["difference"]["value"] for each in found.summary["contrasts"]} <= {0.0, None}


def test_the_other_way_round_is_the_mirror(file: Path, tmp_path: Path, result: CompareResult) -> None:
    other = compare(file, treaties=["pact=none,1"], runs=RUNS, seed=5, outcomes=ASKED, out=tmp_path / "out")
    mirrored = {each["outcome"]: each for each in other.summary["contrasts"]}
    assert other.summary["reference"] == "none"
    for each in result.summary["contrasts"]:
        if each["world"] != AS_WRITTEN:
            continue
        back = mirrored[each["outcome"]]
        assert (back["a"], back["b"]) == (each["b"], each["a"])
        for one, two in (("value", "value"), ("low", "high"), ("high", "low")):
            expected = None if each["difference"][one] is None else -each["difference"][one]
            assert back["difference"][two] == pytest.approx(expected, abs=1e-12)
        assert back["variance_saved"] == pytest.approx(each["variance_saved"])


def test_every_pair_of_three_is_contrasted(file: Path, tmp_path: Path) -> None:
    values = lively()
    values["treaties"][0]["clauses"] = values["treaties"][0]["clauses"][:1]
    half = written(values, tmp_path / "half.yaml")
    values["treaties"] = []
    nothing = written(values, tmp_path / "nothing.yaml")
    found = compare([file, half, nothing], runs=200, out=tmp_path / "out")
    pairs = {tuple(each["between"]) for each in found.summary["contrasts"]}
    assert pairs == {("lively", "half"), ("lively", "nothing"), ("half", "nothing")}
    by_pair = {tuple(each["between"]): each for each in found.summary["contrasts"] if each["outcome"] == "war"}
    total = by_pair["lively", "half"]["difference"]["value"] + by_pair["half", "nothing"]["difference"]["value"]
    assert total == pytest.approx(by_pair["lively", "nothing"]["difference"]["value"], abs=1e-12)
    assert set(found.frame.columns) >= {"outcome", "world", "from", "to", "difference_value", "ratio_low", "a_value"}
    assert repr(found).endswith("lively, half, nothing)")


def test_scenarios_and_versions_cross(file: Path, tmp_path: Path) -> None:
    values = lively()
    values["entry"]["rear"] = 0.9
    ready = written(values, tmp_path / "ready.yaml")
    found = compare([file, ready], treaties=["pact=1,none"], runs=20, out=tmp_path / "out")
    assert [each["name"] for each in found.summary["scenarios"]] == [
        "lively, 1",
        "lively, none",
        "ready, 1",
        "ready, none",
    ]
    assert [each["settings"] for each in found.summary["scenarios"]] == [["pact=1"], ["pact=none"]] * 2


# Clause by clause


def attributed(result: CompareResult, outcome: str, slot: str = "pact") -> dict[str, Any]:
    (found,) = [each for each in result.summary["attribution"] if (each["outcome"], each["slot"]) == (outcome, slot)]
    return found


def test_the_clauses_of_a_treaty_add_up(result: CompareResult) -> None:
    moved = 0
    for each in result.summary["attribution"]:
        if each["total"]["value"] is None:
            continue
        assert each["between"] == ["none", "1"]
        contrast = contrast_of(result, each["outcome"])
        assert each["total"]["value"] == pytest.approx(-contrast["difference"]["value"], abs=1e-9)
        alone = sum(one["added_alone"]["value"] for one in each["clauses"])
        assert each["rest"]["value"] == pytest.approx(each["total"]["value"] - alone, abs=1e-9)
        moved += each["total"]["value"] != 0.0
    assert moved > 5


def test_clauses_alone_and_out_are_those_of_plain_runs(file: Path, result: CompareResult) -> None:
    scenario = load_scenario(file).scenario
    name = "intervention:Cee:Bee|attacked_at_war:Bee"
    outcome = parse(name, catalogue(scenario))

    def value(of: Any) -> float:
        met, hit = states(pd.DataFrame(simulate(lower(of), 5, 0, RUNS).rows), outcome)
        return float(hit.sum() / met.sum())

    # Sources tell where a treaty was put in force by hand; numbers are those of the file.
    versions = load_scenario(file, treaties=["pact=1"]).scenario
    whole, none = value(versions), value(without(versions, "pact"))
    found = attributed(result, name)
    changed = {(clause, how): value(other) for clause, how, other in by_clause(versions, "pact")}
    assert [each["clause"] for each in found["clauses"]] == ["Cee for Bee", "Bee for Cee"]
    for each in found["clauses"]:
        assert each["added_alone"]["value"] == pytest.approx(changed[each["clause"], "alone"] - none, abs=1e-9)
        assert each["taken_out"]["value"] == pytest.approx(whole - changed[each["clause"], "out"], abs=1e-9)
    assert found["clauses"][0]["added_alone"]["value"] > 0.01
    assert found["clauses"][1]["added_alone"]["value"] == 0.0, "a clause for others cannot move Cee's entry"


def test_two_treaties_are_told_apart(tmp_path: Path) -> None:
    """Each is taken out of the arm by itself, whatever the other has."""
    values = lively()
    values["treaties"].append(treaty("promise", clause("Cee", "Bee", name="Cee for Bee", automaticity=1.0)))
    file = written(values, tmp_path / "two.yaml")
    found = compare(
        file,
        treaties=["pact=1,none", "promise=none,1"],
        by_clause=True,
        runs=400,
        outcomes=["war"],
        out=tmp_path / "out",
    )
    name = "intervention:Cee:Bee|attacked_at_war:Bee"
    assert [each["name"] for each in found.summary["scenarios"] if each["world"]] == [
        "pact 1, promise none", "pact 1, promise 1", "pact none, promise none", "pact none, promise 1",
    ]  # fmt: skip
    known = catalogue(load_scenario(file).scenario)

    def value(*treaties: str) -> float:
        met, hit = states(plain(file, *treaties, seed=1, runs=400), parse(name, known))
        return float(hit.sum() / met.sum())

    lines = [each for each in found.summary["attribution"] if each["outcome"] == name]
    expected = {
        ("pact", 0): value("pact=1", "promise=none") - value("pact=none", "promise=none"),
        ("pact", 1): value("pact=1", "promise=1") - value("pact=none", "promise=1"),
        ("promise", 1): value("pact=1", "promise=1") - value("pact=1", "promise=none"),
        ("promise", 3): value("pact=none", "promise=1") - value("pact=none", "promise=none"),
    }
    order = [("pact", 0), ("pact", 1), ("promise", 1), ("promise", 3)]
    assert [each["slot"] for each in lines] == [slot for slot, _ in order]
    arms = [each["name"] for each in found.summary["scenarios"] if each["world"]]
    assert [each["between"] for each in lines] == [[f"without {slot}", arms[at]] for slot, at in order]
    assert [each["total"]["value"] for each in lines] == pytest.approx([expected[key] for key in order], abs=1e-9)
    assert len(set(expected.values())) == 4


# Worlds


def test_theories_are_worlds_and_one_that_is_there_is_not_run_twice(result: CompareResult) -> None:
    assert result.summary["worlds"] == [
        AS_WRITTEN, "theory best_reply", "theory prospect", "theory quantal", "theory reciprocity",
    ]  # fmt: skip
    points = {(each["name"], each["world"]): each["point"] for each in result.summary["scenarios"]}
    assert points["1", AS_WRITTEN] == points["1", "theory quantal"]
    assert points["1", AS_WRITTEN] != points["1", "theory prospect"]
    assert len(StudyFolder(result.folder).points) == len(set(points.values()))
    same = [
        {key: value for key, value in contrast_of(result, "war", world).items() if key != "world"}
        for world in (AS_WRITTEN, "theory quantal")
    ]
    assert same[0] == same[1]


def test_structural_lines_are_the_ends_of_the_worlds(result: CompareResult) -> None:
    for each in result.summary["structural"]:
        # The theory that the scenario has makes no world of its own.
        found = [one for one in result.summary["contrasts"] if one["world"] != "theory quantal"]
        found = [one for one in found if one["outcome"] == each["outcome"]]
        known = [one["difference"] for one in found if one["difference"]["value"] is not None]
        assert each["worlds"] == 4
        assert each["lowest"]["value"] == min(one["value"] for one in known)
        assert each["highest"]["value"] == max(one["value"] for one in known)
        assert each["clearly_up"] == sum(one["low"] is not None and one["low"] > 0 for one in known)
        assert each["clearly_down"] == sum(one["high"] is not None and one["high"] < 0 for one in known)
    helped = next(x for x in result.summary["structural"] if x["outcome"] == "intervention:Cee:Bee")
    assert helped["clearly_down"] == 4


def test_switches_and_honouring_are_worlds(file: Path, tmp_path: Path) -> None:
    one = compare(file, treaties=["pact=1,none"], honouring=True, runs=10, out=tmp_path / "1")
    kept = [world for world in one.summary["worlds"] if world != AS_WRITTEN]
    assert len(kept) >= 3
    assert all(world.startswith("honouring ") for world in kept)
    several = compare(file, treaties=["pact=1,none"], switches=True, runs=10, out=tmp_path / "2")
    assert set(kept) < set(several.summary["worlds"])
    assert "emboldenment stress" in several.summary["worlds"]
    assert len(several.summary["worlds"]) == len(set(several.summary["worlds"]))
    chosen = compare(
        file, treaties=["pact=1,none"], honouring=True, runs=10, out=tmp_path / "3",
        overrides=["switches.honouring=long-run"],
    )  # fmt: skip
    assert "honouring long-run" not in chosen.summary["worlds"], "that is the world as written"
    assert len(chosen.summary["worlds"]) == len(one.summary["worlds"]) - 1


def test_a_switch_that_a_scenario_cannot_turn_is_left_out_and_it_is_said(file: Path, tmp_path: Path) -> None:
    """There are no exercises in the small scenario."""
    found = compare(file, treaties=["pact=1,none"], switches=True, runs=10, out=tmp_path / "out")
    assert "honouring long-run" in found.summary["worlds"]
    assert not any(world.startswith("exercises") for world in found.summary["worlds"])
    (note,) = [note for note in found.notes if note.startswith("exercises provoking")]
    assert note.startswith("exercises provoking is left out: --set: switches.exercises: a switch whose paths this")


def test_a_world_takes_the_place_of_what_was_set_by_hand(file: Path, tmp_path: Path) -> None:
    by_hand = ["actors.Aye.theory=prospect", "entry.rear=0.9"]
    found = compare(file, treaties=["pact=1,none"], theories=True, overrides=by_hand, runs=300, out=tmp_path / "out")
    everybody = [f"actors.{name}.theory=reciprocity" for name in ("Aye", "Bee", "Cee")]
    rows = plain(file, seed=1, runs=300, overrides=[*everybody, by_hand[1]])
    assert contrast_of(found, "war", "theory reciprocity")["a"]["hits"] == (rows["t_war"] >= 0).sum()
    assert contrast_of(found, "force", "theory reciprocity")["a"]["hits"] == (rows["t_force"] >= 0).sum()


# What pairing saves


def saved(result: CompareResult, outcome: str) -> float:
    return float(contrast_of(result, outcome)["times_fewer_runs"])


def test_pairing_saves_more_than_half_of_the_runs(tmp_path: Path) -> None:
    """2024 against 1961 on the shipped scenario, on common draws; on other draws for one of them nothing is saved.

    With 2,000 pairs the factor has a relative error of about 0.1: what is asked, 2, could not be met by chance.
    """
    name, treaties = "intervention:Russia:DPRK", ["DPRK-Russia=1961,2024"]
    found = compare("attacked-dprk", treaties=treaties, runs=2_000, out=tmp_path / "out")
    assert saved(found, name) > 2.0
    least = parse(name, catalogue(load_scenario("attacked-dprk").scenario)).at_least
    column = "entry:Russia>DPRK"
    one, other = (
        simulate(lower(load_scenario("attacked-dprk", treaties=[f"DPRK-Russia={v}"]).scenario), seed, 0, 2_000).rows
        for v, seed in (("1961", 1), ("2024", 2))
    )
    a, b = ((rows[column] >= least).astype(float) for rows in (one, other))
    assert (a.var() + b.var()) / (b - a).var() < 1.1, "the mutant: a seed of its own for each"


# Refusals


@pytest.mark.parametrize(
    ("scenarios", "arguments", "said"),
    [
        (["lively"], {}, "compare: two scenarios or more, got 1. Name another, or versions of a treaty"),
        ([], {}, "compare: two scenarios or more, got 0."),
        (["lively", "lively"], {}, "compare: each scenario once, got '"),
        (["lively", "longer"], {}, "compare: scenarios of one horizon, got lively 84 days, longer 98 days. Give both"),
        (["lively"], {"treaties": ["pct=1,none"]}, "--treaty: a treaty slot, got 'pct'. Did you mean 'pact'?"),
        (["lively"], {"treaties": ["pact=1,2"]}, "--treaty: versions of 'pact': 1, none, got '2'."),
        (["lively"], {"treaties": ["pact=1,none", "pact=none,1"]}, "--treaty: each slot once, got 'pact' again."),
        (["lively"], {"treaties": ["pact=none,"]}, "two values or more"),
        (["lively", "changed"], {"by_clause": True}, "a treaty whose clauses are to be told apart, got none."),
        (["lively", "changed"], {"outcomes": ["wra"]}, "an outcome of the scenario, got 'wra'. Did you mean 'war'?"),
        (["lively", "changed"], {"runs": 0}, "runs: a whole number from 1"),
        (["lively", "nothing of the kind"], {}, "nothing of the kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_a_sentence(
    scenarios: list[str], arguments: Mapping[str, Any], said: str, file: Path, tmp_path: Path
) -> None:
    longer, changed = lively(), lively()
    longer["horizon_days"] = 98.0
    changed["entry"]["rear"] = 0.9
    known = {
        "lively": file,
        "longer": written(longer, tmp_path / "longer.yaml"),
        "changed": written(changed, tmp_path / "changed.yaml"),
    }
    with pytest.raises(InputError) as caught:
        compare([known.get(each, each) for each in scenarios], out=tmp_path / "out", **arguments)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_summary_is_json(result: CompareResult) -> None:
    json.dumps(result.summary, allow_nan=False)
    assert result.summary["runs_per_point"] == RUNS
    assert result.summary["kind"] == "compare"
