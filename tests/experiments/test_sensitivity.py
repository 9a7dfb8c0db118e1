"""Indices from the rows of the right points, through the real engine; what does nothing has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.sobol import sobol_indices
from sim.errors import InputError
from sim.estimate import mean_from_moments, share
from sim.experiments.sensitivity import SensitivityResult, sensitivity
from sim.outcomes import catalogue, parse
from sim.scenario.load import load_scenario
from sim.store.study import StudyFolder
from tests.experiments.small_file import lively, written

HONOURING, TIED, IDLE = "entry.honouring", "actors.Bee.tied_down", "partnerships.Bee>Cee.stake"
#: The last cannot matter: nobody ever attacks Cee, whom Bee would have to help.
VARY = [f"{HONOURING}=0.05:0.95", TIED, f"{IDLE}=0.2:2"]
ENTRY, RARE = "intervention:Cee:Bee", "nuclear_use|war"
BASE, RUNS = 64, 60


def calmer() -> dict[str, Any]:
    """Without a war that begins by plan, so that there is none in many runs."""
    values = lively()
    del values["start"]
    values["inadvertent"]["war_per_act"] = 0.1
    return values


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(calmer(), tmp_path_factory.mktemp("file") / "calmer.yaml")


@pytest.fixture(scope="module")
def result(file: Path, tmp_path_factory: pytest.TempPathFactory) -> SensitivityResult:
    return sensitivity(
        file, VARY, base=BASE, runs=RUNS, second=True, seed=4,
        outcomes=[ENTRY, f"{ENTRY}|war", RARE, "incidents:raid"], out=tmp_path_factory.mktemp("sobol") / "out",
    )  # fmt: skip


def rows_of(result: SensitivityResult) -> np.ndarray:
    return np.concatenate(list(StudyFolder(result.folder).rows()))


def by_path(result: SensitivityResult, outcome: str) -> dict[str, Any]:
    found = result.summary["outcomes"][outcome]
    return {each["path"]: each for each in [*found["factors"], found["dummy"]]}


def test_indices_are_those_of_the_rows_of_each_point(file: Path, result: SensitivityResult) -> None:
    """Points are told apart here by their values alone, not by where they stand in a group."""
    rows = rows_of(result)
    columns = StudyFolder(result.folder).points.columns
    outcome = parse(ENTRY, catalogue(load_scenario(file).scenario))
    hits = (rows[outcome.column] >= outcome.at_least).astype(float).reshape(-1, RUNS)
    values = np.array([columns[path] for path in (HONOURING, TIED, IDLE)]).T
    draws = rows["draw"].reshape(-1, RUNS)[:, 0]
    a, b, ab, dummy = [], [], [], []
    for base in range(BASE):
        first = base * 9
        group = range(first, first + 9)
        one, other = values[first], values[first + 1]
        a.append(hits[first])
        b.append(hits[first + 1])
        for k in range(3):
            mixed = [other[j] if j == k else one[j] for j in range(3)]
            (at,) = [p for p in group if values[p].tolist() == mixed]
            ab.append(hits[at])
        (apart,) = [p for p in group if draws[p] != draws[first]]
        assert values[apart].tolist() == one.tolist()
        dummy.append(hits[apart])
    mixed_all = np.array(ab).reshape(BASE, 3, RUNS).swapaxes(0, 1)
    expected = sobol_indices(np.array(a), np.array(b), np.concatenate([mixed_all, np.array(dummy)[None]]), None, seed=4)
    found = by_path(result, ENTRY)
    for k, path in enumerate((HONOURING, TIED, IDLE, "dummy")):
        assert found[path]["first"] == expected.first[k].as_dict()
        assert found[path]["total"] == expected.total[k].as_dict()


def test_what_matters_does_and_what_cannot_is_exactly_nothing(result: SensitivityResult) -> None:
    for outcome in (ENTRY, f"{ENTRY}|war", "incidents:raid"):
        found = by_path(result, outcome)
        for kind in ("first", "total", "interaction"):
            assert found[IDLE][kind]["value"] in (0.0, None), outcome
    assert by_path(result, f"{ENTRY}|war")[HONOURING]["total"]["low"] > 0.3
    assert by_path(result, f"{ENTRY}|war")[IDLE]["total"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_the_dummy_is_within_its_noise_and_the_naive_index_of_it_is_not(tmp_path: Path) -> None:
    """An index of 0.2 could be told from 0 here, by the half-widths of the dummy's intervals.

    The mutant: an index from means of points, as if these had no noise of events.
    """
    base, runs = 128, 40
    file = written(lively(), tmp_path / "lively.yaml")
    made = sensitivity(file, VARY[:1], base=base, runs=runs, outcomes=[ENTRY], out=tmp_path / "out")
    indices = by_path(made, ENTRY)
    for kind in ("first", "total"):
        found = indices["dummy"][kind]
        assert found["low"] <= 0.0 <= found["high"]
        assert found["high"] - found["low"] < 0.4
        assert indices[HONOURING][kind]["low"] <= 1.0 <= indices[HONOURING][kind]["high"], "nothing else varies"
    outcome = parse(ENTRY, catalogue(load_scenario(file).scenario))
    level = (rows_of(made)[outcome.column] >= outcome.at_least).reshape(base, 4, runs).mean(axis=2)
    naive = 0.5 * ((level[:, 0] - level[:, 3]) ** 2).mean() / level[:, :2].var()
    assert naive > indices["dummy"]["total"]["high"]


def test_pairs_are_asked_for_and_told(result: SensitivityResult) -> None:
    pairs = result.summary["outcomes"][f"{ENTRY}|war"]["pairs"]
    assert [each["paths"] for each in pairs] == [[HONOURING, TIED], [HONOURING, IDLE], [TIED, IDLE]]
    assert pairs[1]["second"]["value"] == pairs[2]["second"]["value"] == 0.0


def test_groups_in_which_a_condition_was_hardly_met_are_left_out_and_counted(file: Path, tmp_path: Path) -> None:
    few = 4
    found = sensitivity(file, VARY, base=BASE, runs=few, outcomes=[f"{ENTRY}|war"], seed=4, out=tmp_path / "out")
    rows = rows_of(found)
    at_war = (rows["t_war"] >= 0).reshape(BASE, 6, few).sum(axis=2) > 1
    at_war = at_war.all(axis=1)
    dropped = int((~at_war).sum())
    assert 0 < dropped < BASE
    said = found.summary["outcomes"][f"{ENTRY}|war"]["sentences"][-1]
    assert said.startswith(f"{ENTRY}|war: {dropped} groups of points left out")


def test_a_condition_that_is_hardly_ever_met_is_said(file: Path, tmp_path: Path) -> None:
    found = sensitivity(
        file,
        VARY,
        base=4,
        runs=2,
        outcomes=[f"{ENTRY}|major_war"],
        out=tmp_path / "out",
        overrides=["climate.hot_years=0.1"],
    )
    of = found.summary["outcomes"][f"{ENTRY}|major_war"]
    assert of["factors"] == []
    assert of["sentences"] == [f"{ENTRY}|major_war: its condition was met at too few points to say what it depends on."]
    assert found.frame.empty


@pytest.mark.parametrize("method", ["sobol", "morris", "pawn"])
def test_what_is_the_same_in_every_run_depends_on_nothing(method: Any, tmp_path: Path) -> None:
    """A war that begins by plan comes in every run."""
    file = written(lively(), tmp_path / "lively.yaml")
    found = sensitivity(file, VARY, method=method, base=32, runs=8, outcomes=["war", ENTRY], out=tmp_path / "out")
    war, entry = found.summary["outcomes"].values()
    assert (war["factors"], war["sentences"]) == ([], ["war is the same in every run: there is nothing to explain."])
    assert len(entry["factors"]) == len(VARY)


def test_few_runs_that_met_a_condition_are_said(file: Path, result: SensitivityResult, tmp_path: Path) -> None:
    few = [s for s in result.summary["outcomes"][f"{ENTRY}|war"]["sentences"] if "on average" in s]
    rows = rows_of(result)
    war = parse("war", catalogue(load_scenario(file).scenario))
    met = (rows[war.column] >= war.at_least).mean() * RUNS
    assert bool(few) == (met < 5)
    found = sensitivity(file, VARY, base=32, runs=6, outcomes=[f"{ENTRY}|war", ENTRY], out=tmp_path / "out")
    conditional, plain = (of["sentences"] for of in found.summary["outcomes"].values())
    assert sum("runs of a point on average; below 5 the points that can" in s for s in conditional) == 1
    assert not any("on average" in s for s in plain)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "morris", "runs": 1}, "--runs: two runs of each point or more, got 1."),
        ({"method": "pawn", "base": 19}, "--base: 20 points or more for pawn, got 19."),
    ],
)
def test_too_little_for_a_method_is_refused(given: dict[str, Any], said: str, file: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sensitivity(file, VARY, outcomes=[ENTRY], out=tmp_path / "out", **{"runs": 2, **given})
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_points_that_fail_take_their_groups_out(file: Path, tmp_path: Path) -> None:
    """A word that is none fails about half of the points: hardly a base row has both ends of it whole."""
    vary = [VARY[0], "actors.Cee.theory=quantal,quantal2,prospect,best_reply,reciprocity"]
    found = sensitivity(file, vary, base=64, runs=4, outcomes=[ENTRY, "incidents:raid"], out=tmp_path / "out")
    failed = {each["point"] for each in found.summary["failed"]}
    touched = {point // 5 for point in failed}
    assert 0 < len(touched) < 64
    for outcome in (ENTRY, "incidents:raid"):
        (said,) = [s for s in found.summary["outcomes"][outcome]["sentences"] if "left out" in s]
        assert said.startswith(f"{outcome}: {len(touched)} groups of points left out")
    assert found.summary["points"] == 64 * 5


def test_means_and_effects_are_counted_over_the_rows(file: Path, result: SensitivityResult) -> None:
    rows, known = rows_of(result), catalogue(load_scenario(file).scenario)
    columns = StudyFolder(result.folder).points.columns
    own = np.tile(np.arange(9) < 2, BASE)  # A and B; the others repeat their values

    def expected(name: str, chosen: np.ndarray) -> dict[str, Any]:
        of = parse(name, known)
        some = rows[np.repeat(chosen, RUNS)]
        if of.kind == "mean":
            counts = some[of.column].astype(int)
            return mean_from_moments(len(some), int(counts.sum()), int((counts**2).sum())).as_dict()
        some = some[some[of.condition] >= of.condition_at_least] if of.condition else some
        return share(int((some[of.column] >= of.at_least).sum()), len(some)).as_dict()

    for name, found in result.summary["outcomes"].items():
        assert found["mean"] == expected(name, np.ones(len(own), bool))
        for effect in found["effects"]:
            column = columns[effect["path"]]
            low, high = np.quantile(column[own], [0.2, 0.8])
            assert (effect["low_end"], effect["high_end"]) == (low, high)
            assert effect["at_low"] == expected(name, own & (column <= low))
            assert effect["at_high"] == expected(name, own & (column >= high))
    by_name = {each["path"]: each for each in result.summary["outcomes"][f"{ENTRY}|war"]["effects"]}
    assert by_name[HONOURING]["at_high"]["value"] > by_name[HONOURING]["at_low"]["value"] + 0.1


def test_words_and_treaties_have_indices_too(file: Path, tmp_path: Path) -> None:
    found = sensitivity(
        file,
        [f"{IDLE}=0.2:2"],
        treaties=["pact=1,none"],
        base=64,
        runs=60,
        outcomes=[f"{ENTRY}|war"],
        out=tmp_path / "out",
    )
    indices = by_path(found, f"{ENTRY}|war")
    assert indices["treaty.pact"]["total"]["low"] > 0.2
    assert indices[IDLE]["total"]["value"] == 0.0
    (effect,) = [x for x in found.summary["outcomes"][f"{ENTRY}|war"]["effects"] if x["path"] == "treaty.pact"]
    assert (effect["low_end"], effect["high_end"]) == ("1", "none")
    assert effect["at_low"]["value"] > effect["at_high"]["value"]


def test_the_frame_has_a_line_for_each_outcome_and_factor(result: SensitivityResult) -> None:
    frame = result.frame
    assert frame.groupby("outcome", sort=False).path.apply(list).tolist() == [[HONOURING, TIED, IDLE, "dummy"]] * 4
    line = frame[(frame.outcome == ENTRY) & (frame.path == TIED)].iloc[0]
    found = by_path(result, ENTRY)[TIED]
    assert (line.total_value, line.first_low) == (found["total"]["value"], found["first"]["low"])
    assert repr(result).endswith(f"sobol indices of {ENTRY}, {ENTRY}|war, {RARE}, incidents:raid)")
    json.dumps(result.summary, allow_nan=False)


def test_all_is_every_distribution_and_a_named_path_is_not_varied_twice(file: Path, tmp_path: Path) -> None:
    drawn = ["actors.Bee.tied_down", "entry.honouring", "entry.rear", "settlement.war_weeks"]
    asked = {
        "all": (["all"], drawn),
        "with a range": (["all", "entry.rear=0.1:0.2"], [drawn[0], drawn[1], drawn[3], "entry.rear"]),
        "with itself": (["all", "entry.rear"], drawn),
        "twice": (["all", "all"], drawn),
        "with another": (["all", f"{IDLE}=0.2:2"], [*drawn, IDLE]),
    }
    for name, (vary, expected) in asked.items():
        found = sensitivity(file, vary, base=2, runs=2, outcomes=[ENTRY], out=tmp_path / name)
        assert [each["path"] for each in found.summary["factors"]] == expected


def test_rows_are_taken_to_a_power_of_two_and_it_is_said(file: Path, tmp_path: Path) -> None:
    found = sensitivity(file, VARY, base=5, runs=2, out=tmp_path / "out")
    assert found.notes == ("Sobol' rows are balanced at powers of two: 8 instead of 5.",)
    assert found.summary["base"] == 8
    assert list(found.summary["outcomes"]) == [
        "war", ENTRY, f"{ENTRY}|attacked_at_war:Bee", "incidents:raid",
    ], "those that the scenario asks for"  # fmt: skip


@pytest.mark.parametrize("method", ["morris", "pawn"])
def test_screening(method: str, file: Path, tmp_path: Path) -> None:
    """A strong parameter stands out from the dummy, one that cannot matter does not."""
    pytest.importorskip("SALib")
    base = {"morris": 40, "pawn": 400}[method]
    found = sensitivity(
        file, VARY, method=method, base=base, runs={"morris": 300, "pawn": 50}[method],
        outcomes=[f"{ENTRY}|war", "incidents:raid"], overrides=["inadvertent.war_per_act=0.2"], out=tmp_path / "out",
    )  # fmt: skip
    measure = {"morris": "mu_star", "pawn": "median"}[method]
    indices = by_path(found, f"{ENTRY}|war")
    value = {path: each[measure]["value"] for path, each in indices.items()}
    assert value[HONOURING] > 1.5 * value["dummy"]
    if method == "morris":
        assert value[IDLE] == 0.0, "points before and after it moves share draws"
        assert indices[HONOURING]["mu"] > 0.0
    said = found.summary["outcomes"][f"{ENTRY}|war"]["sentences"]
    assert any(sentence.startswith(f"{IDLE}: ") for sentence in said)
    assert not any(sentence.startswith(f"{HONOURING}: ") for sentence in said)
    points = len(StudyFolder(found.folder).points)
    assert points == {"morris": base * 5, "pawn": base}[method]
    assert isinstance(found.frame, pd.DataFrame)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"method": "fast"}, ["--method: one of sobol, morris, pawn, got 'fast'."]),
        ({"runs": 1}, ["--runs: two runs of each point or more, got 1. With one run the noise of events cannot be"]),
        (
            {"method": "Sobol", "second": True},
            ["--method: one of sobol, morris, pawn, got 'Sobol'.", "--second: --method sobol, which alone has indices"],
        ),
        ({"method": "pawn", "base": 19}, ["--base: 20 points or more for pawn, got 19."]),
        ({"method": "pawn", "second": True}, ["--second: --method sobol, which alone has indices of pairs, got"]),
        (
            {"outcomes": ["peak_rung", "wra"]},
            [
                "--outcome: a share or a mean, got 'peak_rung', a distribution. Ask for a share, such as war.",
                "--outcome: an outcome of the scenario, got 'wra'. Did you mean 'war'?",
            ],
        ),
        ({"vary": []}, ["--vary: something that varies, got nothing."]),
        ({"vary": ["all"], "overrides": ["entry.rear=0.5", "entry.honouring=0.5", "settlement.war_weeks=5",
                                         "actors.Bee.tied_down=0"]}, ["--vary: something that varies, got nothing."]),
        ({"base": 1}, ["base: a whole number from 2 to 1,048,576, got 1."]),
        ({"base": 2**20}, ["--base: a design of 1 to 2,000,000 points, got 6,291,456. Vary less, or give a smaller"]),
        ({"vary": ["entry.rear=1:0"]}, ["--vary: entry.rear: low:high with low below high, got '1:0'."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    file: Path, tmp_path: Path, arguments: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        sensitivity(file, **{"vary": VARY, **arguments}, out=tmp_path / "out")
    lines = str(caught.value).splitlines()
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))
    assert not (tmp_path / "out").exists()


def test_a_treaty_that_varies_with_a_number_in_it_is_left_unsaid(tmp_path: Path) -> None:
    """Without the treaty there is no such path, so all points left have the treaty."""
    file, path = written(lively(), tmp_path / "lively.yaml"), "treaties.pact.clauses.Cee for Bee.automaticity"
    found = sensitivity(
        file, [f"{path}=0.1:0.9"], treaties=["pact=1,none"], base=32, runs=20, outcomes=[ENTRY], out=tmp_path / "out"
    )
    said = found.summary["outcomes"][ENTRY]["sentences"]
    assert said[0] == "treaty.pact is the same at all points that are left: nothing is said of it."
    assert not any(sentence.startswith(f"{path} is the same") for sentence in said)
