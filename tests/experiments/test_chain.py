"""The decisive chain of a run: what it holds, what it leaves out, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.experiments.ways import chain as chains
from sim.experiments.ways.chain import Stage, Wanted, coarser, decisive_chain
from sim.experiments.ways.lineages import run_lineage
from sim.mesa_model.events import RunEvent
from sim.rare.lineage import Lineage
from sim.scenario.model import Scenario
from tests.scenarios import built, put, rungs, small


def move(step: int, by: str, against: str, low: str, high: str, cause: str = "", **more: Any) -> RunEvent:
    details = {"by": by, "against": against, "from": low, "to": high, **more}
    return RunEvent(step, "lift" if cause else "choice", {**details, **({"cause": cause} if cause else {})})


def episode(step: int, begins: bool, *between: str) -> RunEvent:
    return RunEvent(step, "episode", {"between": list(between), "begins": begins, "phase": "threat"})


def incident(step: int, by: str, against: str, name: str = "raid") -> RunEvent:
    return RunEvent(step, "incident", {"incident": name, "by": by, "against": against, "rung": "clash", "tension": 1.0})


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    values = small()
    ladder = rungs()
    ladder.insert(-1, {**ladder[-2], "name": "major war"})
    return built(values | {"ladder": ladder})


WAR = [
    move(1, "Aye", "Bee", "calm", "threat"),
    episode(1, True, "Aye", "Bee"),
    incident(3, "Bee", "Aye"),
    move(3, "Bee", "Aye", "calm", "clash", "incident"),
    move(4, "Aye", "Bee", "threat", "clash"),
    RunEvent(4, "accident", {"by": "Aye", "against": "Bee", "incident": None}),
    move(4, "Aye", "Bee", "clash", "war", "slide"),
    move(4, "Bee", "Aye", "clash", "war", "mutual war"),
    move(6, "Bee", "Aye", "war", "major war"),
    move(7, "Bee", "Aye", "major war", "war"),
    move(8, "Bee", "Aye", "war", "major war"),
    RunEvent(9, "first use", {"by": "Aye", "against": "Bee", "trigger": "losing"}),
    move(9, "Aye", "Bee", "war", "nuclear", "first use"),
]
WAR_TOLD = [
    Stage(3, "force", "Bee", "Aye", "clash", "incident", "raid"),
    Stage(4, "state of war", "Aye", "Bee", "war", "accident", "act of force"),
    Stage(6, "major war", "Bee", "Aye", "major war", "choice"),
    Stage(9, "nuclear use", "Aye", "Bee", "nuclear", "first use", "losing"),
]


def test_thresholds_are_told_once_with_who_crossed_them_and_why(scenario: Scenario) -> None:
    assert list(decisive_chain(scenario, WAR, Wanted("t_nuclear", 0))) == WAR_TOLD


def test_what_belongs_to_an_earlier_crisis_is_left_out(scenario: Scenario) -> None:
    earlier = [
        move(0, "Aye", "Bee", "calm", "attack"),
        episode(0, True, "Aye", "Bee"),
        move(0, "Aye", "Bee", "attack", "calm", "ceasefire"),
        episode(0, False, "Aye", "Bee"),
    ]
    assert list(decisive_chain(scenario, earlier + WAR, Wanted("t_nuclear", 0))) == WAR_TOLD


def test_a_crisis_that_ends_in_the_step_of_the_event_still_counts(scenario: Scenario) -> None:
    after = [move(9, "Aye", "Bee", "nuclear", "calm", "ceasefire"), episode(9, False, "Aye", "Bee")]
    assert list(decisive_chain(scenario, WAR + after, Wanted("t_nuclear", 0))) == WAR_TOLD


def test_other_pairs_are_left_out_unless_they_drew_this_one_in(scenario: Scenario) -> None:
    others = [move(2, "Aye", "Cee", "calm", "attack"), episode(2, True, "Aye", "Cee")]
    assert list(decisive_chain(scenario, others + WAR, Wanted("t_nuclear", 0))) == WAR_TOLD
    drawn_in = [
        *WAR[:8],
        RunEvent(5, "tripwire", {"ally": "Cee", "beneficiary": "Bee", "by": "Aye"}),
        move(5, "Aye", "Cee", "calm", "war", "strikes", beneficiary="Bee"),
        move(5, "Cee", "Aye", "calm", "war", "struck", beneficiary="Bee"),
        move(7, "Cee", "Aye", "war", "nuclear"),
    ]
    assert list(decisive_chain(scenario, drawn_in, Wanted("peak:Cee>Aye", 6))) == [
        *WAR_TOLD[:2],
        Stage(5, "tripwire", "Aye", "Cee", "", "tripwire", "", "Bee"),
        Stage(5, "state of war", "Aye", "Cee", "war", "strikes"),
        Stage(7, "nuclear use", "Cee", "Aye", "nuclear", "choice"),
    ]


def test_a_rung_that_is_no_threshold_is_told_where_it_is_the_event(scenario: Scenario) -> None:
    found = decisive_chain(scenario, WAR[:1], Wanted("peak", 1))
    assert found == (Stage(1, "rung", "Aye", "Bee", "threat", "choice"),)


def verdict_of(step: int, verdict: str) -> RunEvent:
    names = {"treaty": "pact", "clause": "Cee for Bee", "article": "Article 5", "obligor": "Cee", "beneficiary": "Bee"}
    return RunEvent(step, "clause", {**names, "adversary": "Aye", "verdict": verdict})


def arrival(step: int, form: str) -> RunEvent:
    return RunEvent(step, "arrival", {"ally": "Cee", "beneficiary": "Bee", "against": "Aye", "form": form})


def decision(step: int, duty: float, consult: bool = False) -> RunEvent:
    who = {"ally": "Cee", "beneficiary": "Bee", "against": "Aye"}
    return RunEvent(step, "support", {**who, "duty": duty, "consult": consult})


@pytest.mark.parametrize(
    ("duty", "consult", "why"),
    [(0.8, True, ("duty", "Article 5 of pact")), (-1.0, True, ("consultation", "")), (-1.0, False, ("own choice", ""))],
)
def test_an_entry_says_why(scenario: Scenario, duty: float, consult: bool, why: tuple[str, str]) -> None:
    verdict = "met" if duty > 0.0 else "not_a_state_of_war"
    events = [
        *WAR[:8],
        verdict_of(4, verdict),
        decision(4, duty, consult),
        arrival(5, "arms"),
        arrival(6, "rear_area_forces"),
    ]
    found = decisive_chain(scenario, events, Wanted("entry:Cee>Bee", 3))
    binds = [Stage(4, "clause", "Cee", "Aye", "Article 5 of pact", "met", "", "Bee")] if duty > 0.0 else []
    assert list(found) == [*WAR_TOLD[:2], *binds, Stage(6, "entry", "Cee", "Aye", "rear_area_forces", *why, "Bee")]
    arms = decisive_chain(scenario, events[:-1], Wanted("entry:Cee>Bee", 2))
    assert (arms[-1].step, arms[-1].rung) == (5, "arms")


def test_a_verdict_that_does_not_bind_can_be_the_event(scenario: Scenario) -> None:
    events = [*WAR[:8], verdict_of(4, "below_trigger"), verdict_of(5, "not_requested")]
    found = decisive_chain(scenario, events, Wanted("verdict:pact/Cee for Bee|Aye", 7))
    assert found[-1] == Stage(5, "clause", "Cee", "Aye", "Article 5 of pact", "not_requested", "", "Bee")
    assert len(found) == 3


EVERYTHING = [
    *WAR_TOLD[:2],
    Stage(4, "clause", "Cee", "Aye", "Article 5 of pact", "met", "", "Bee"),
    Stage(5, "tripwire", "Aye", "Cee", "", "tripwire", "", "Bee"),
    Stage(6, "entry", "Cee", "Aye", "rear_area_forces", "duty", "Article 5 of pact", "Bee"),
    *WAR_TOLD[2:],
]


@pytest.mark.parametrize(
    ("detail", "whats"),
    [
        (4, ["force", "state of war", "clause", "tripwire", "entry", "major war", "nuclear use"]),
        (3, ["force", "state of war", "tripwire", "entry", "major war", "nuclear use"]),
        (2, ["force", "state of war", "entry", "major war", "nuclear use"]),
        (1, ["state of war", "entry", "nuclear use"]),
        (0, ["state of war", "nuclear use"]),
    ],
)
def test_levels_of_detail(detail: int, whats: list[str]) -> None:
    found = coarser(EVERYTHING, detail)
    assert [stage.what for stage in found] == whats
    assert found[-1] == WAR_TOLD[-1]
    assert any(stage.detail for stage in found[:-1]) is (detail > 2)
    assert coarser((), detail) == ()


def busy() -> Scenario:
    """A war that begins with a raid or a threat, grows, and draws a friend in."""
    values = small(20)
    put(values, {"inadvertent/war_per_act": 0.2, "partnerships/Cee>Bee/exposure": 0.5, "entry/honouring": 0.8})
    return built(values)


COLUMNS = [
    ("peak", 4), ("peak:Bee>Aye", 4), ("t_force", 0), ("t_war", 0), ("t_nuclear", 0), ("entry:Cee>Bee", 2),
    ("entry:Cee>Bee", 4), ("t_entry:Cee>Bee", 0), ("tripwire:Cee>Bee", 0), ("verdict:pact/Cee for Bee|Aye", 3),
]  # fmt: skip


@pytest.mark.parametrize(("column", "least"), COLUMNS)
def test_the_last_stage_is_what_made_the_event_happen(column: str, least: int) -> None:
    scenario, wanted, met = busy(), Wanted(column, least), 0
    ends = {"peak": (*chains.THRESHOLDS, "rung"), "t_force": chains.THRESHOLDS, "t_war": chains.THRESHOLDS[2:],
            "t_nuclear": ("nuclear use",), "entry": ("entry",), "t_entry": ("entry",), "tripwire": ("tripwire",),
            "verdict": ("clause",)}  # fmt: skip
    for draw in range(40):
        run = run_lineage(scenario, 2, "drawn", Lineage(draw), None, lambda r: r.outcome_row()[column] >= least)
        if run.outcome_row()[column] < least:
            continue
        met += 1
        found = decisive_chain(scenario, run.events or (), wanted)
        assert found[-1].step == run.now - 1
        assert found[-1].what in ends[wanted.kind]
        assert [stage.step for stage in found] == sorted(stage.step for stage in found)
    assert met > 3


def keeps_old_crises(self: Any, pair: frozenset[str], step: int) -> Any:
    """A mutant: what a pair did in crises that are long over still counts."""
    return self._of(pair)


def forgets_parents(self: Any, focus: set[frozenset[str]]) -> set[frozenset[str]]:
    """A mutant: the war that drew a pair in is no part of the chain."""
    return focus


@pytest.mark.parametrize(
    ("name", "mutant", "caught"),
    [
        ("_crisis", keeps_old_crises, test_what_belongs_to_an_earlier_crisis_is_left_out),
        ("_with_parents", forgets_parents, test_other_pairs_are_left_out_unless_they_drew_this_one_in),
    ],
)
def test_mutants_are_caught(
    name: str, mutant: Any, caught: Callable[[Scenario], None], scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains._Reader, name, mutant)
    with pytest.raises(AssertionError):
        caught(scenario)
