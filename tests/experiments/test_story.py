"""What a run tells of itself is all that moved it, and a person can read it aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sim.experiments.replay import Replay
from sim.experiments.sentences import Sentences, the
from sim.experiments.story import Story
from sim.mesa_model.events import RunEvent
from sim.mesa_model.model import PactModel
from sim.scenario.model import Scenario
from tests.scenarios import bare, built, clause, put, small, start, treaty


def stepped(scenario: str | Scenario, draw: int, seed: int = 1) -> Iterator[tuple[PactModel, list[RunEvent]]]:
    """A recorded run: after each step, the model and what happened in the step."""
    model = PactModel(scenario, draw=draw, record=True, rng=seed)
    while model.running:
        before = len(model.run.events or [])
        model.step()
        yield model, (model.run.events or [])[before:]


def events_of(scenario: str | Scenario, draw: int, seed: int = 1) -> list[RunEvent]:
    return [event for _, events in stepped(scenario, draw, seed) for event in events]


def story(scenario: Scenario, events: list[RunEvent]) -> str:
    outcome = PactModel(scenario, rng=1).run.outcome_row()
    return Story(scenario, 0, 1, outcome, events).text()


def crowded() -> Scenario:
    """A friend that helps both early and late, its forces exposed, in a time of frequent clashes."""
    values = start(small(weeks=52), "Aye", "Bee", week=2)
    put(values, {"inadvertent/war_per_act": 0.3, "settlement/war_weeks": 4.0, "partnerships/Cee>Bee/exposure": 0.7})
    return built(values)


RUNS = [("attacked-dprk", 0), ("attacked-dprk", 7), ("china", 1191), ("baseline", 68)]
RUNS += [("crowded", draw) for draw in range(12)]


@pytest.mark.parametrize(("name", "draw"), RUNS)
def test_every_change_of_a_rung_is_told(name: str, draw: int) -> None:
    rungs: dict[str, str] = {}
    for model, events in stepped(crowded() if name == "crowded" else name, draw):
        rungs = rungs or {r.name: r.rung for r in model.run.scenario.rivalries}
        for event in events:
            if event.kind in ("choice", "lift"):
                moved = f"{event.details['by']}>{event.details['against']}"
                assert rungs[moved] == event.details["from"], f"step {event.step}: {event}"
                rungs[moved] = event.details["to"]
        names = model.run.cast.ladder.names
        assert rungs == {r.name: names[int(r.rung)] for r in model.run.cast.rivalries.values()}


@pytest.mark.parametrize(("name", "draw"), RUNS)
def test_every_attack_is_told_and_no_crisis_ends_that_has_not_begun(name: str, draw: int) -> None:
    attacked: set[str] = set()
    under_way: set[tuple[str, str]] = set()
    for model, events in stepped(crowded() if name == "crowded" else name, draw):
        for event in events:
            details = event.details
            if event.kind == "attack":
                assert f"{details['by']}>{details['against']}" not in attacked, "told twice"
                attacked.add(f"{details['by']}>{details['against']}")
            if event.kind == "episode":
                one, two = details["between"]
                assert ((one, two) in under_way) is not details["begins"]
                under_way ^= {(one, two)}
                attacked -= set() if details["begins"] else {f"{one}>{two}", f"{two}>{one}"}
        assert attacked == {r.name for r in model.run.cast.rivalries.values() if r.attacked > 0.5}


def test_clauses_are_told_in_each_crisis() -> None:
    crises = 0
    for draw in range(4):
        for _, events in stepped(crowded(), draw):
            begins = [e for e in events if e.kind == "episode" and e.details["begins"]]
            if ["Aye", "Bee"] in [event.details["between"] for event in begins]:
                crises += 1
                tests = [event.details for event in events if event.kind == "clause"]
                assert ("Cee", "Bee", "Aye") in [(d["obligor"], d["beneficiary"], d["adversary"]) for d in tests]
    assert crises > 8


def test_war_and_nuclear_use_are_told_though_they_begin_at_once() -> None:
    values = bare(weeks=2)
    values["start"] = [{"week": 0.0, "by": "Aye", "against": "Bee", "rung": "nuclear"}]
    scenario = built(values)
    told = story(scenario, events_of(scenario, 0))
    for expected in (
        "As the scenario has it, Aye acts against Bee at the level of nuclear.",
        "This takes Aye from calm to nuclear against Bee.",
        "Aye makes an armed attack on Bee.",
        "War is mutual, and so Bee goes from calm to war against Aye.",
        "Bee fights back, and so has attacked Aye too.",
        "There is now a state of war between Aye and Bee.",
        "Nuclear weapons have now been used between Aye and Bee.",
    ):
        assert f"  {expected}\n" in told


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        ("accident", "an accident that nobody ordered"),
        ("war", "the major war itself is the trigger"),
        ("losing", "it is losing the major war, with 20 % of the power on both sides"),
        ("decapitation", "attacks on its own territory in a major war threaten its command"),
    ],
)
def test_a_first_use_says_its_trigger(trigger: str, reason: str) -> None:
    details = {"by": "Aye", "against": "Bee", "major": True, "probability": 0.031, "power_share": 0.2}
    said = told_of("first use", trigger=trigger, **details)
    assert said == (f"Aye is the first to use nuclear weapons against Bee: {reason} (a chance of 3 % in this step).")


def test_a_first_use_is_told_before_what_it_does() -> None:
    values = bare(weeks=30)
    values["nuclear"] = {"first_use": "hazard", "limited_war": 0.999}
    values["start"] = [{"week": 0.0, "by": "Aye", "against": "Bee", "rung": "war"}]
    scenario = built(put(values, {"settlement/war_weeks": 30.0}))
    stories = (story(scenario, events_of(scenario, draw)) for draw in range(20))
    told = next(text for text in stories if "first to use" in text)
    order = [told.index(x) for x in ("first to use", "With that Aye goes from war to nuclear", "have now been used")]
    assert order == sorted(order)


def test_a_slide_into_war_says_who_slid_and_who_followed() -> None:
    values = bare(weeks=1)
    put(values, {"inadvertent/war_per_act": 1.0})
    values["incidents"] = [
        {"name": "shelling", "rate_hot": 0.0, "rate_cold": 0.0, "coded": 1.0, "tension": 1.0, "lifts": True,
         "sides": [{"name": "Bee>Aye", "share": 1.0}],
         "marks": [{"name": "clash", "share_hot": 1.0, "share_cold": 1.0}]}
    ]  # fmt: skip
    values["start"] = [{"week": 0.0, "by": "Bee", "against": "Aye", "incident": "shelling"}]
    kinds = [
        (e.kind, e.details.get("by"), e.details.get("cause", e.details.get("how"))) for e in events_of(built(values), 0)
    ]
    assert kinds[:6] == [
        ("incident", "Bee", None),
        ("lift", "Bee", "incident"),
        ("accident", "Bee", None),
        ("lift", "Bee", "slide"),
        ("attack", "Bee", "attacks"),
        ("lift", "Aye", "mutual war"),
    ]


def told_of(kind: str, **details: Any) -> str:
    scenario = built(small(weeks=8))
    return Sentences(scenario).tell(RunEvent(2, kind, details))


SUPPORT = {
    "ally": "US", "beneficiary": "ROK", "against": "DPRK", "form": "arms", "duty": -1.0, "consult": False,
    "phase": "threat", "chance": 0.4, "chance_of_forces": 0.1, "drawn": "arms", "held_back": None,
    "shifts": {"duty": -0.6, "winning": 0.001, "nuclear risk": 0.2},
}  # fmt: skip


def test_support_is_told_with_its_date_chance_and_terms() -> None:
    assert told_of("support", **SUPPORT, due=2) == (
        "The US decides on arms for the ROK against the DPRK, due at once (a chance of 40 % for that or more). "
        "No duty to use force is met. Log-odds, for it: nuclear risk +0.20; against it: the duty or its lack -0.60."
    )
    assert "due on 22 November 2026" in told_of("support", **SUPPORT, due=3)
    assert "due after the end of this run" in told_of("support", **SUPPORT, due=8)
    late = {**SUPPORT, "phase": "state of war", "drawn": "forces_in_theatre", "held_back": "law"}
    said = told_of("support", **late, due=3)
    assert "for that or more, of 10 % for forces)" in said
    assert said.endswith("It would be ready for forces in theatre, but its law allows no more.")


def test_sentences_read_well() -> None:
    who = {"ally": "US", "beneficiary": "ROK", "against": "DPRK", "by": "DPRK"}
    assert told_of("tripwire", **who) == (
        "The attack of the DPRK on the ROK also strikes forces of the US that are stationed there: "
        "a tripwire, not a choice."
    )
    assert told_of("arrival", **who, form="rear_area_forces") == (
        "The ROK now has rear-area forces from the US against the DPRK."
    )
    assert told_of("wait", **who, form="arms") == (
        "The US holds back the arms due for the ROK against the DPRK: the crisis has cooled and calls for less."
    )
    assert told_of("accident", by="DPRK", against="ROK", incident=None) == (
        "Nobody wanted it, but the act of force by the DPRK against the ROK slides into war."
    )


def test_a_verdict_names_obligor_article_and_reason() -> None:
    values = bare(weeks=2)
    values["treaties"] = [treaty("Pact", clause("Cee", "Bee", name="help", article="Article 5"))]
    details = {"treaty": "Pact", "clause": "help", "article": "Article 5", "obligor": "Cee", "beneficiary": "Bee",
               "adversary": "Aye", "counterfactual": True, "theatre": "Strait",
               "beneficiary_struck_first": 1.0}  # fmt: skip
    said = Sentences(built(values)).tell(RunEvent(0, "clause", {**details, "verdict": "beneficiary_judged_attacker"}))
    assert said == (
        "Cee looks at Article 5 of Pact (Cee to Bee, counterfactual), to assist by all means after an armed attack, "
        "against Aye. Not met: Cee judges Bee to be the attacker, whose side attacked first."
    )
    outside = told_of("clause", **details, verdict="outside_area")
    assert outside.endswith("Not met: the attack lies outside the area of the clause: its theatre is Strait.")


def test_states_take_their_article_everywhere() -> None:
    assert [the(name) for name in ("ROK", "Japan", "Soviet Union")] == ["the ROK", "Japan", "the Soviet Union"]
    model = PactModel("attacked-dprk", draw=7, record=True, rng=1)
    while model.running:
        model.step()
    scenario = model.run.scenario
    told = Story(scenario, 7, 1, model.run.outcome_row(), model.run.events or []).text()
    told = told.replace(scenario.title, "")
    assert not re.findall(r"(?<![Tt]he )(?<![\w-])(?:US|ROK|DPRK)(?![\w-])", told)


def test_helpers_that_wait_or_are_called_off_are_told() -> None:
    runs = [("baseline", 68), *[(crowded(), draw) for draw in range(12)]]
    kinds = {event.kind for scenario, draw in runs for event in events_of(scenario, draw)}
    assert {"wait", "called off", "no forces", "stand down", "ceasefire", "tripwire", "arrival"} <= kinds


def test_a_treaty_that_comes_into_force_is_told() -> None:
    values = small(weeks=8)
    values["treaties"][0] |= {"signed": "2026-11-10", "in_force": "2026-12-01"}
    told = [event.details["status"] for event in events_of(built(values), 0) if event.kind == "treaty"]
    assert told == ["signed", "in_force"]


def test_json_has_the_outcome_and_every_event_with_its_terms() -> None:
    scenario = crowded()
    events = events_of(scenario, 3)
    given = Replay(3, scenario, 1, {"run": 3, "peak": 4}, tuple(events)).as_dict()
    assert given["outcome"] == {"run": 3, "peak": 4}
    assert len(given["events"]) == len(events)
    assert all(event["terms"] for event in given["events"] if event["event"] == "choice")
    assert all(event["shifts"] for event in given["events"] if event["event"] == "support")
