"""What a scenario extends, names and removes: mappings by key, lists by name, the rest replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario.load import Loaded

Load = Callable[..., Loaded]
Faults = Callable[..., list[str]]

CHILD = "pactsim: 1\nextends: base\ntitle: Child\n"


def test_a_child_is_its_parent_but_for_what_it_says(load: Load, small: str) -> None:
    parent, child = load(small).scenario, load(CHILD).scenario
    assert child == parent.model_copy(update={"title": "Child"})


def test_mappings_merge_by_key_and_lists_by_name(load: Load) -> None:
    scenario = load(CHILD + "climate: {hot_years: 9}\nactors:\n  - {name: Bee, power: 0.5}\n").scenario
    assert (scenario.climate.hot_years.central, scenario.climate.cold_years.central) == (9.0, 5.0)
    assert [(actor.name, actor.power.central) for actor in scenario.actors] == [
        ("Aye", 0.02),
        ("Bee", 0.5),
        ("Cee", 0.1),
    ]
    assert scenario.actors[1].rationality.central == 2.0


def test_lists_within_lists_merge_by_name_too(load: Load) -> None:
    text = CHILD + (
        "rivalries:\n"
        "  - name: Bee>Aye\n"
        "    theatres: [{name: Strait, remove: true}, {name: Shore, share: 0.5}, {name: Air, share: 0.5}]\n"
    )
    (rivalry,) = (item for item in load(text).scenario.rivalries if item.name == "Bee>Aye")
    assert [(theatre.name, theatre.share.central) for theatre in rivalry.theatres] == [
        ("Shore", 0.5),
        ("Air", 0.5),
    ]


def test_a_quantity_is_replaced_whole_and_brings_its_own_source(load: Load) -> None:
    scenario = load(CHILD + "ladder:\n  - {name: clash, cost: 0.3}\n").scenario
    cost = scenario.ladder[2].cost
    assert (cost.family, cost.arguments, cost.source, cost.confidence) == ("value", (0.3,), "", None)


def test_other_lists_are_replaced(load: Load) -> None:
    text = CHILD + "outcomes: [force]\nstart: []\nladder:\n  - {name: war, flags: [force, armed_attack]}\n"
    scenario = load(text).scenario
    assert (scenario.outcomes, scenario.start) == (("force",), ())
    assert scenario.ladder[3].flags == ("force", "armed_attack")


def test_numbers_inherit_from_the_nearest_mapping_key_by_key(load: Load) -> None:
    quantities = load(CHILD).scenario.quantities()
    stake = quantities["rivalries.Aye>Bee.stake"]
    assert (stake.source, stake.note, stake.confidence) == (
        "made up for tests",
        "judged by the authors",
        "judged",
    )
    cost = quantities["ladder.clash.cost"]
    assert (cost.source, cost.confidence) == ("Doe 2020, p. 3", "estimated")


def test_fragments_are_lowest_and_say_nothing_about_the_whole(load: Load, small: str) -> None:
    text = small.replace("title:", "parameters: [fitted]\ntitle:", 1)
    loaded = load(text)
    assert loaded.scenario.climate.hot_years.central == 2.0
    assert loaded.scenario.source == "made up for tests"
    assert loaded.scenario.actors[0].tied_down.source == "fitted"
    assert loaded.origins["actors.Aye.tied_down"].line == 4
    bare = load(text.replace("climate: {hot_years: 2, cold_years: 5}\n", ""))
    assert bare.scenario.climate.hot_years.source == "fitted"


def test_the_highest_file_with_fragments_names_them_all(load: Load, shelf: Path) -> None:
    (shelf / "parameters" / "other.yaml").write_text("actors: [{name: Aye, tied_down: 0.4}]\n")
    (shelf / "base.yaml").write_text((shelf / "base.yaml").read_text() + "parameters: [fitted]\n")
    assert load(CHILD).scenario.actors[0].tied_down.central == 0.1
    assert load(CHILD + "parameters: [other]\n").scenario.actors[0].tied_down.central == 0.4
    assert load(CHILD + "parameters: [fitted, other]\n").scenario.actors[0].tied_down.central == 0.4


def test_actors_come_from_the_library_and_can_be_adjusted(load: Load) -> None:
    text = CHILD + "actors:\n  - Dee\n  - {name: Dee, resolve: {normal: [0, 1]}}\n"
    loaded = load(text)
    dee = loaded.scenario.actors[-1]
    assert (dee.name, dee.power.source, dee.resolve.family) == ("Dee", "Dee's yearbook", "normal")
    assert loaded.origins["actors.Dee.power"].file.endswith("library/actors/Dee.yaml")
    assert loaded.origins["actors.Dee.resolve"].file == "s.yaml"


def test_treaties_named_replace_those_there_were(load: Load) -> None:
    assert [item.version for item in load(CHILD + "treaties: [Bee-Cee-1950]\n").scenario.treaties] == ["1950"]
    assert load(CHILD + "treaties: []\n").scenario.treaties == ()
    assert load(CHILD + "treaties: [{name: Bee-Cee-1990, remove: true}]\n").scenario.treaties == ()


def test_treaties_written_out_join_those_there_were(load: Load) -> None:
    treaty = "{name: T, slot: S, version: 1, title: T, parties: [Aye, Zed]}"
    scenario = load(CHILD + f"treaties: [{treaty}, {{name: Bee-Cee-1990, title: Mine}}]\n").scenario
    assert [(item.name, item.title) for item in scenario.treaties] == [("Bee-Cee-1990", "Mine"), ("T", "T")]


def test_versions_of_a_slot_may_follow_but_not_overlap(load: Load, faults: Faults, small: str) -> None:
    both = small.replace("  - name: Bee-Cee-1990\n", "  - Bee-Cee-1950\n  - name: Bee-Cee-1990\n")
    assert [item.version for item in load(both).scenario.treaties] == ["1950", "1990"]
    overlapping = both.replace("in_force: 1991", "in_force: 1989").replace("signed: 1990", "signed: 1989")
    assert faults(overlapping) == [
        (
            "s.yaml:92:11: treaties[1].slot: one treaty in force in the slot 'Bee-Cee' at any time, got "
            "'Bee-Cee-1990' beside 'Bee-Cee-1950'. Keep one, or date the end of the earlier one ('ended')."
        )
    ]


def test_clauses_name_the_states_bound_today(load: Load, small: str) -> None:
    assert load(small).scenario.treaties[0].clauses[0].obligor == "Cee"
    text = small.replace("name: Cee\n", "name: Old Cee\n").replace("Cee>Bee", "Old Cee>Bee")
    text = text.replace("[Cee]", "[Old Cee]").replace("intervention:Cee:", "intervention:Old Cee:")
    assert load(text).scenario.treaties[0].clauses[0].obligor == "Old Cee"


def test_removing_an_actor_names_all_that_hangs_on_it(faults: Faults) -> None:
    outcome, partnership, other = faults(CHILD + "actors: [{name: Cee, remove: true}]\n")
    assert outcome.endswith("outcomes[1]: an actor of the scenario, got 'Cee'. Did you mean 'Bee'?")
    assert partnership.endswith(
        "partnerships[0].name: an actor on each side of 'Cee>Bee', got 'Cee'. "
        "Add the actor, or take the partnership out with {name: Cee>Bee, remove: true}."
    )
    assert other.endswith("others[0]: an actor of the scenario, got 'Cee'. It was taken out: take it out here too.")


def test_a_misspelt_name_in_a_child_is_no_new_actor(faults: Faults) -> None:
    (fault,) = faults(CHILD + "actors: [{name: Bea, power: 0.2}]\n")
    assert fault == (
        "s.yaml:4:17: actors[0].name: all keys of an actor, got none for resolve, rationality, "
        "audience_cost, reputation, cost_tolerance and nuclear_fear. Did you mean 'Bee'?"
    )


def test_names_from_two_files_differ_in_more_than_case(faults: Faults, small: str) -> None:
    start = small.index("  - name: Aye\n")
    actor = small[start : small.index("  - name: Bee\n")].replace("name: Aye", "name: AYE")
    assert faults(CHILD + "actors:\n" + actor) == [
        "s.yaml:5:11: actors[0].name: a name that differs in more than case, got 'AYE'. There is 'Aye'."
    ]


def test_removing_what_is_not_there(faults: Faults) -> None:
    assert faults(CHILD + "actors: [{name: Bea, remove: true}]\n") == [
        "s.yaml:4:17: actors[0].name: the name of an item to remove, got 'Bea'. Did you mean 'Bee'?"
    ]


def test_circles_are_refused(folder: Path, faults: Faults) -> None:
    (folder / "other.yaml").write_text("pactsim: 1\nextends: s\n")
    assert faults("pactsim: 1\nextends: other\n") == [
        ("other.yaml:2:10: extends: a scenario that does not lead back here, got s → other → s. Break the circle.")
    ]


def test_a_chain_goes_through_all_its_files(folder: Path, load: Load) -> None:
    (folder / "middle.yaml").write_text(CHILD + "question: Middle?\nclimate: {hot_years: 7}\n")
    loaded = load("pactsim: 1\nextends: middle.yaml\nclimate: {cold_years: 8}\n")
    assert (loaded.scenario.title, loaded.scenario.question) == ("Child", "Middle?")
    assert (loaded.scenario.climate.hot_years.central, loaded.scenario.climate.cold_years.central) == (7, 8)
    assert [path.name for path in loaded.files] == ["s.yaml", "middle.yaml", "base.yaml"]


def test_a_set_of_the_parent_is_not_passed_over_in_silence(folder: Path, faults: Faults, load: Load) -> None:
    (folder / "middle.yaml").write_text(CHILD + "set: {actors.Aye.power: 0.3}\n")
    child = "pactsim: 1\nextends: middle\n"
    assert load(child).scenario.actors[0].power.central == 0.3
    assert load(child + "set: {actors.Aye.power: 0.4}\n").scenario.actors[0].power.central == 0.4
    assert faults(child + "actors: [{name: Aye, power: 0.4}]\n") == [
        (
            "s.yaml:3:29: actors[0].power: 'set: {actors.Aye.power: …}', since middle.yaml:4 sets it and "
            "'set' goes on top, got a value that would have no effect. Move it under 'set:'."
        )
    ]


def test_shares_that_were_merged_say_so(faults: Faults) -> None:
    text = CHILD + "incidents:\n  - {name: naval clash, sides: [{name: Aye>Bee, share: 0.7}]}\n"
    (fault,) = faults(text)
    assert fault.startswith("s.yaml:5:32: incidents[0].sides: shares that sum to 1, got 1.2. 'Bee>Aye' from ")
    assert fault.endswith("base.yaml is still there: take out what you do not want with {name: Bee>Aye, remove: true}.")


def test_a_state_that_is_an_actor_has_no_successor(load: Load, small: str) -> None:
    before = small
    for word in ("name: {}\n", "others: [{}]", "{}>Bee", "{}:Bee"):
        before = before.replace(word.format("Cee"), word.format("Old Cee"))
    (treaty,) = load(before).scenario.treaties
    assert (treaty.clauses[0].obligor, treaty.successors) == ("Old Cee", ())
    (treaty,) = load(small).scenario.treaties
    assert (treaty.clauses[0].obligor, treaty.successors[0].to) == ("Cee", "Cee")


def test_a_horizon_that_is_no_whole_number_of_steps_is_noted(load: Load, small: str) -> None:
    assert load(small).notes == ()
    rounded = load(small.replace("horizon: 4 weeks", "horizon: 1 year"))
    assert rounded.notes == ("horizon: 365.25 days are 52.18 steps of 7 days, and are rounded to 52.",)
    assert rounded.scenario.n_steps == 52


def test_a_step_that_is_no_week_is_noted(load: Load, small: str) -> None:
    daily = load(small.replace("step: 7 days", "step: 1 day"))
    assert daily.notes == (
        "step: actors decide once a step, so more often than in the weeks that the numbers are for.",
    )


@pytest.mark.parametrize(
    "twice",
    [
        (
            "fronts:\n  - {name: F, actor: Aye, tied: 0, intensity: 1, ends_years: 1}\n"
            "  - {name: F, actor: Bee, tied: 0, intensity: 1, ends_years: 1}\n"
        ),
        "ladder:\n  - {name: threat, cost: 0.1}\n  - {name: threat, cost: 0.2}\n",
        (
            "ties:\n  - {name: Cee>Bee, cohesion: 0, builds_years: 1, reference: 0, value: 0, price: 0, "
            "kinds: [{name: trade, weight: 0, level: 1}, {name: trade, weight: 1, level: 1}]}\n"
        ),
    ],
)
def test_a_name_that_stands_twice_is_told_however_short_it_is(faults: Faults, twice: str) -> None:
    """Names of one letter, and words of the format, are one object each time: to compare objects would miss them."""
    (fault,) = faults(CHILD + twice)
    assert "each name once, got" in fault


def test_a_kind_of_exchange_that_is_wrong_is_told_alone(faults: Faults) -> None:
    exchange = (
        "{name: x, direction: Aye>Bee, kind: gold, front: none, rate: -1, full: 1, production: 0, stock: 0, effect: 0}"
    )
    kind, rate = faults(CHILD + f"exchanges:\n  - {exchange}\n")
    assert "munitions, troops, aid or technology, got 'gold'" in kind
    assert "a rate (units of the exchange/year) of at least 0" in rate
