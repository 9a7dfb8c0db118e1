"""What goes on top of the files: switches, ``set:``, ``--set`` and ``--treaty``, in this order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario.load import Loaded
from sim.scenario.paths import join_path, split_path

Load = Callable[..., Loaded]
Faults = Callable[..., list[str]]


def on(small: str, line: str) -> str:
    return small.replace("title:", f"{line}\ntitle:", 1)


def test_set_in_a_file(load: Load, small: str) -> None:
    line = "set: {actors.Aye.tied_down: {uniform: [0, 0.2], source: Doe}, horizon: 5 weeks,"
    line += " actors.Bee.power: 0.3}"
    loaded = load(on(small, line))
    tied_down = loaded.scenario.actors[0].tied_down
    assert (str(tied_down), tied_down.source) == ("uniform(0, 0.2)", "Doe")
    assert loaded.scenario.horizon_days == 35.0
    # What is set says itself where it comes from; it does not borrow the file's source.
    assert loaded.scenario.actors[1].power.source == ""
    assert (loaded.origins["actors.Bee.power"].file, loaded.origins["actors.Bee.power"].line) == ("s.yaml", 2)


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("actors.Aye.power=0.4", "actors.Aye.power", "0.4"),
        ("actors.Aye.power={uniform: [0.1, 0.3]}", "actors.Aye.power", "uniform(0.1, 0.3)"),
        ("actors.Aye.tied_down=0.5", "actors.Aye.tied_down", "0.5"),
        ("rivalries.Aye>Bee.stake=2", "rivalries.Aye>Bee.stake", "2"),
        ('treaties.Bee-Cee-1990.clauses."Article 2".automaticity=1', "", ""),
        ("treaties.Bee-Cee-1990.clauses.Article 2.automaticity=1", "", ""),
        ("climate.hot_years = 3", "climate.hot_years", "3"),
    ],
)
def test_set_on_the_command_line(load: Load, small: str, override: str, path: str, value: str) -> None:
    loaded = load(small, overrides=[override])
    quantity = loaded.scenario.quantities()[path or "treaties.Bee-Cee-1990.clauses.Article 2.automaticity"]
    assert (str(quantity), quantity.source) == (value or "1", "set on the command line")


def test_what_is_no_quantity_can_be_set_too(load: Load, small: str) -> None:
    overrides = [
        "horizon=2 months",
        "step=1 days",
        "as_of=2027-01-01",
        "rivalries.Aye>Bee.rung=threat",
        "partnerships.Cee>Bee.limit=arms",
        "incidents.naval clash.lifts=false",
        "treaties.Bee-Cee-1990.clauses.Article 2.qualifiers=[article_51]",
        "title=Another title",
    ]
    loaded = load(small, overrides=overrides)
    scenario = loaded.scenario
    assert (scenario.horizon_days, scenario.step_days, str(scenario.as_of)) == (60.875, 1.0, "2027-01-01")
    assert scenario.rivalries[0].rung == "threat"
    assert (scenario.partnerships[0].limit, scenario.incidents[0].lifts) == ("arms", False)
    assert scenario.treaties[0].clauses[0].qualifiers == ("article_51",)
    assert loaded.origins["horizon"].file == "--set"


def test_an_override_wins_and_a_source_of_its_own_stays(load: Load, small: str) -> None:
    text = on(small, "set: {actors.Aye.power: 0.4}")
    power = load(text, overrides=["actors.Aye.power={value: 0.5, source: me, note: a guess}"]).scenario.actors[0].power
    assert (power.central, power.source, power.note) == (0.5, "me", "a guess")


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("horizon", "--set: PATH=VALUE, got 'horizon'. Write --set actors.Russia.tied_down=0.2."),
        ("=1", "--set: PATH=VALUE, got '=1'. Write --set actors.Russia.tied_down=0.2."),
        ("actors.Aye.power=", "--set: actors.Aye.power: a value after '=', got nothing."),
        ("actors.Aye.power=3", "--set: actors.Aye.power: a share between 0 and 1, got 3."),
        ("actors.Aye.power='1'", "--set: actors.Aye.power: a number, got the text '1'. Remove the quotes."),
        (
            "actors.Aye.power={unifrm: [0, 1]}",
            "--set: actors.Aye.power.unifrm: a key of a quantity, got 'unifrm'. Did you mean 'uniform'?",
        ),
        ("actors.Aye.power={uniform: [0, x]}", "--set: actors.Aye.power.uniform[1]: a number, got 'x'."),
        (
            "actors.Aye.power=*a",
            "--set: actors.Aye.power: values written out, got the alias '*a'. Repeat the value.",
        ),
        (
            "actors.Ay.power=1",
            "--set: actors.Ay.power: a path of the scenario below 'actors', got 'Ay'. Did you mean 'Aye'?",
        ),
        ("actor.Aye=1", "--set: actor.Aye: a path of the scenario, got 'actor'. Did you mean 'actors'?"),
        (
            "rivalries.Aye>Bee.rung=clam",
            "--set: rivalries.Aye>Bee.rung: a rung of the ladder, got 'clam'. Did you mean 'calm'?",
        ),
        ("step=4", "--set: step: a time in days, weeks, months or years, got 4. Write '4 days'."),
        (
            "step=5 weeks",
            (
                "--set: step: a step no longer than the horizon of 28 days, got 35 days. "
                "Shorten it, or lengthen 'horizon'."
            ),
        ),
        ("horizon=4", "--set: horizon: a time in days, weeks, months or years, got 4. Write '4 weeks'."),
        ("switches.hop=none", "--set: switches.hop: a switch, got 'hop'. Did you mean 'hope'?"),
    ],
)  # fmt: skip
def test_a_wrong_override(small: str, faults: Faults, override: str, fault: str) -> None:
    assert faults(small, overrides=[override]) == [fault]


def test_a_path_or_slot_given_twice_is_refused(small: str, faults: Faults) -> None:
    overrides = ["actors.Aye.power=0.1", 'actors."Aye".power=0.2', "switches.hope=none", "switches.hope=none"]
    assert faults(small, overrides=overrides) == [
        "--set: actors.Aye.power: each path once, got 'actors.Aye.power' again. Leave one out.",
        "--set: switches.hope: each path once, got 'switches.hope' again. Leave one out.",
    ]
    assert faults(small, treaties=["Bee-Cee=1950", "Bee-Cee=none"]) == [
        "--treaty: each slot once, got 'Bee-Cee' again. Leave one out."
    ]


def test_no_path_leads_to_what_a_thing_is(small: str, faults: Faults) -> None:
    (fault,) = faults(small, overrides=["treaties.Bee-Cee-1990.counterfactual=x"])
    assert fault.startswith("--set: treaties.Bee-Cee-1990.counterfactual: a path of the scenario below ")
    for path in ("actors.Aye.name", "pactsim", "extends", "start.0.week"):
        (fault,) = faults(small, overrides=[f"{path}=x"])
        assert fault.startswith(f"--set: {path}: a path to a value that can be set, got ")
        assert fault.endswith("It can only be written in a file.")


def test_a_switch_sets_what_its_position_says(load: Load, small: str) -> None:
    loaded = load(on(small, "switches: {hope: high}"))
    weight = loaded.scenario.beliefs.weight_own
    assert (str(weight), weight.source, weight.note) == ("uniform(0.5, 1)", "Roe 2021", "An upper bound.")
    assert loaded.scenario.rivalries[0].rung == "threat"
    assert loaded.scenario.switches == {"hope": "high"}
    assert loaded.origins["beliefs.weight_own"].file.endswith("parameters/switches.yaml")
    assert [path.name for path in loaded.files] == ["s.yaml", "switches.yaml"]


def test_switches_set_and_overrides_go_on_top_in_this_order(load: Load, small: str) -> None:
    text = on(small, "switches: {hope: high}\nset: {beliefs.weight_own: 0.2}")
    assert load(text).scenario.beliefs.weight_own.central == 0.2
    assert load(text, overrides=["beliefs.weight_own=0.3"]).scenario.beliefs.weight_own.central == 0.3
    turned = load(on(small, "switches: {hope: high}"), overrides=["switches.hope=none"])
    assert turned.scenario.beliefs.weight_own.central == 0.0
    assert turned.scenario.switches == {"hope": "none"}


def test_a_switch_whose_paths_are_not_there(load: Load, small: str, faults: Faults, shelf: Path) -> None:
    path = shelf / "parameters" / "switches.yaml"
    path.write_text(path.read_text().replace("rivalries.Aye>Bee.rung", "rivalries.Aye>Zed.rung"))
    (fault,) = faults(on(small, "switches: {hope: high}"))
    assert fault.startswith("s.yaml:2:18: switches.hope: a switch whose paths this scenario has; ")
    assert fault.endswith("a path of the scenario below 'rivalries', got 'Aye>Zed'. Did you mean 'Aye>Bee'?")


def test_a_switch_beside_the_file_goes_before_that_of_the_library(load: Load, small: str, folder: Path) -> None:
    (folder / "parameters").mkdir()
    (folder / "parameters" / "switches.yaml").write_text(
        "switches: [{name: hope, title: mine, positions: [{name: some, set: {beliefs.weight_own: 0.7}}]}]"
    )
    assert load(on(small, "switches: {hope: some}")).scenario.beliefs.weight_own.central == 0.7


def test_a_treaty_put_in_force(load: Load, small: str) -> None:
    old = load(small, treaties=["Bee-Cee=1950"])
    (treaty,) = old.scenario.treaties
    assert (treaty.name, treaty.counterfactual) == ("Bee-Cee-1950", True)
    assert old.origins["treaties.Bee-Cee-1950.counterfactual"].file == "--treaty"
    assert [path.name for path in old.files] == ["s.yaml", "Bee-Cee-1950.yaml"]
    (own,) = load(small, treaties=["Bee-Cee=1990"]).scenario.treaties
    assert (own.name, own.counterfactual) == ("Bee-Cee-1990", True)
    assert load(small, treaties=["Bee-Cee=none"]).scenario.treaties == ()


def test_a_counterfactual_in_a_file_gives_way_to_the_command_line(load: Load, small: str) -> None:
    text = on(small, "counterfactual: [Bee-Cee=1950]")
    loaded = load(text)
    assert loaded.scenario.treaties[0].version == "1950"
    assert loaded.origins["treaties.Bee-Cee-1950.counterfactual"].line == 2
    assert load(text, treaties=["Bee-Cee=1990"]).scenario.treaties[0].version == "1990"


def test_a_slot_that_is_only_in_the_library_can_be_empty(load: Load, small: str) -> None:
    bare = small.replace("slot: Bee-Cee", "slot: Other")
    assert len(load(bare, treaties=["Bee-Cee=none"]).scenario.treaties) == 1
    assert len(load(bare, treaties=["Bee-Cee=1950"]).scenario.treaties) == 2


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "Bee-Cee=1951",
            ("--treaty: Bee-Cee=1951: a version of 'Bee-Cee': 1950, 1990 or none, got '1951'. Did you mean '1950'?"),
        ),
        ("Bee-Ce=1950", "--treaty: Bee-Ce=1950: a treaty slot, got 'Bee-Ce'. Did you mean 'Bee-Cee'?"),
        ("1950", "--treaty: 1950: SLOT=VERSION, got '1950'. Write DPRK-Russia=2024, or DPRK-Russia=none."),
    ],
)
def test_a_wrong_statement(small: str, faults: Faults, statement: str, fault: str) -> None:
    assert faults(small, treaties=[statement]) == [fault]


def test_a_faulty_treaty_matters_only_if_it_is_asked_for(load: Load, small: str, faults: Faults, shelf: Path) -> None:
    path = shelf / "treaties" / "Bee-Cee-1950.yaml"
    path.write_text(path.read_text().replace("ended: 1990-01-01", "ended: late"))
    assert load(small, treaties=["Bee-Cee=1990"]).scenario.treaties[0].version == "1990"
    (fault,) = faults(small, treaties=["Bee-Cee=1950"])
    assert fault.endswith("Bee-Cee-1950.yaml:9:8: ended: a date as YYYY-MM-DD, got 'late'.")


@pytest.mark.parametrize("parts", [["actors", "U.S.", "power"], ["a"], ["x", "naval clash", "A>B"]])
def test_paths_split_as_they_join(parts: list[str]) -> None:
    assert split_path(join_path(parts)) == parts


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", '"a', '"a"b', 'a."b'])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match=r"words joined by single dots|closed double quotes"):
        split_path(text)
