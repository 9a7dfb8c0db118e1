"""Entry over every combination of assumptions: each the run that it says it is, all on the same draws."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from sim import run
from sim.errors import InputError
from sim.experiments.assumptions import Range, entry_range
from sim.scenario.outcome_names import FORMS
from sim.theories import THEORIES

RUNS = 1500
FORCES = "forces_in_theatre"


@pytest.fixture(scope="module")
def found() -> Range:
    return entry_range("attacked-dprk", runs=RUNS, seed=9)


def test_every_combination_is_there(found: Range) -> None:
    assert list(found.assumptions) == ["honouring", "wording", "theory"]
    assert found.assumptions["theory"] == THEORIES
    assert list(found.estimates) == list(itertools.product(*found.assumptions.values()))
    assert (found.pair, found.condition) == ("Russia>DPRK", "attacked_at_war:DPRK")


@pytest.mark.parametrize(
    "combination",
    [("bilateral-post-1945", "armed attack", "quantal"), ("1816-1944", "armed invasion", "prospect")],
)
def test_a_combination_is_the_run_with_these_settings(
    found: Range, combination: tuple[str, ...], tmp_path: Path
) -> None:
    honouring, wording, theory = combination
    settings = [f"switches.honouring='{honouring}'", f"switches.wording={wording}"]
    settings += [f"actors.{name}.theory={theory}" for name in ("DPRK", "Japan", "ROK", "Russia", "US")]
    result = run("attacked-dprk", runs=RUNS, seed=9, overrides=settings, out=tmp_path / "r")
    name = f"intervention:Russia:DPRK:{FORCES}|attacked_at_war:DPRK"
    assert found.estimates[combination][FORCES] == result.estimate(name)


def test_lowest_and_highest(found: Range) -> None:
    for form in FORMS:
        values = [estimates[form].value or 0.0 for estimates in found.estimates.values()]
        lowest, highest = (found.estimates[end][form].value for end in found.extremes(form))
        assert (lowest, highest) == (min(values), max(values))
        told = found.as_dict()["forms"][form]
        assert (told["lowest"]["value"], told["highest"]["value"]) == (lowest, highest)
    lowest, highest = found.extremes(FORCES)
    assert (lowest[:2], highest[0]) == (("defence-pacts-post-1945", "armed invasion"), "1816-1944")


def test_positions_and_what_they_move(found: Range) -> None:
    spans = [found.within(FORCES, "honouring", place) for place in found.assumptions["honouring"]]
    ends = [found.estimates[end][FORCES].value for end in found.extremes(FORCES)]
    assert [min(low for low, _ in spans), max(high for _, high in spans)] == ends
    moved = {name: found.moved(FORCES, name) for name in found.assumptions}
    assert max(moved, key=lambda name: moved[name]) == "honouring"
    two = [[found.estimates[h, w, "quantal"][FORCES].value or 0.0 for w in ("armed attack", "armed invasion")]
           for h in found.assumptions["honouring"]]  # fmt: skip
    assert all(attack > invasion for attack, invasion in two)  # a narrower clause, on the same draws


def test_forms_rise_from_one_to_the_next(found: Range) -> None:
    for estimates in found.estimates.values():
        values = [estimates[form].value for form in FORMS]
        assert values == sorted(values, reverse=True)  # type: ignore[type-var]


def test_the_same_on_any_number_of_threads() -> None:
    one, two = (entry_range("attacked-dprk", over=["wording"], runs=300, threads=n) for n in (1, 2))
    assert one == two
    assert list(one.estimates) == [("armed attack",), ("armed invasion",)]


def test_more_runs_than_a_part_holds() -> None:
    found = entry_range("attacked-dprk", over=["wording"], runs=26_000)
    assert found.estimates["armed attack",][FORCES].n > 25_000


def test_another_pair_and_switch(found: Range) -> None:
    other = entry_range("attacked-rok", over=["deterrence", "theory"], pair="US>ROK", runs=100)
    assert other.condition == "attacked_at_war:ROK"
    assert len(other.estimates) == 2 * len(THEORIES)
    assert other.as_dict()["combinations"][0]["at"] == {"deterrence": "none", "theory": "best_reply"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"over": ["honuring"]}, "--over: names of switches.*'honuring'. Did you mean 'honouring'?"),
        ({"over": ["theory", "theory"]}, "each once, got 'theory,theory'"),
        ({"over": []}, "each once"),
        ({"pair": "Russia>DPRC"}, "--pair: a partnership A>B of the scenario, got 'Russia>DPRC'. Did you mean"),
        ({"runs": 0}, "runs: a whole number"),
        ({"seed": -1}, "seed: a whole number"),
        ({"overrides": ["outcomes=[war]"]}, "--pair: a partnership, since the scenario asks about no entry"),
        ({"overrides": ["switches.honouring=long-run"]}, "switches.honouring"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        entry_range("attacked-dprk", **{"runs": 10, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("over", "settings", "said"),
    [
        (
            ["honouring", "wording"],
            ["entry.honouring=0.5"],
            "--over: an assumption that changes something, got 'honour",
        ),
        (["theory"], ["actors.DPRK.theory=prospect"], "no theory of an actor beside --range"),
    ],
)
def test_what_is_held_elsewhere_is_not_varied(over: list[str], settings: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        entry_range("attacked-dprk", over=over, overrides=settings, runs=20)
    assert len(caught.value.faults) == 1


def test_combinations_that_never_met_the_condition_are_not_compared() -> None:
    with pytest.raises(InputError, match="in every combination, got none in 4 of 4"):
        entry_range("baseline", over=["theory"], pair="US>Japan", runs=3)
