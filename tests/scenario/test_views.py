"""What can be asked of a loaded scenario: its resolved form, its values with their origin, its lists."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import listing
from sim.scenario.load import Loaded, load_scenario, scenario_from_resolved
from sim.scenario.show import show
from sim.store.identity import scenario_hash

Load = Callable[..., Loaded]


def test_a_resolved_scenario_is_the_scenario(load: Load, small: str) -> None:
    loaded = load(small)
    text = json.dumps(loaded.resolved, allow_nan=False)
    assert scenario_from_resolved(json.loads(text)) == loaded.scenario
    assert loaded.resolved["actors"][0]["power"] == {
        "family": "value",
        "arguments": [0.02],
        "truncate": None,
        "source": "made up for tests",
        "note": "",
        "confidence": "judged",
    }
    assert (loaded.resolved["stem"], loaded.resolved["horizon_days"]) == ("s", 28.0)


def test_the_hash_follows_the_values_and_not_their_places(load: Load, small: str) -> None:
    first = scenario_hash(load(small).scenario)
    assert len(first) == 64
    assert scenario_hash(load("# a comment\n" + small).scenario) == first
    assert scenario_hash(load(small.replace("power: 0.02", "power: 0.021")).scenario) != first
    assert scenario_hash(load(small, overrides=["actors.Aye.power=0.021"]).scenario) != first


def test_a_resolved_form_that_is_none() -> None:
    with pytest.raises(InputError, match=r"title: Field required"):
        scenario_from_resolved({"pactsim": 1})


def test_every_value_has_its_origin(load: Load, small: str) -> None:
    loaded = load(small)
    paths = set(loaded.scenario.quantities())
    defaults = {"tied_down", "arsenal", "exposure", "partiality", "recognition", "first_use", "raised"}
    defaults |= {"narrow_reading", "limited_is_invasion", "restraint", "instability", "stability"}
    blocks = {"nuclear", "coding", "prospect", "reciprocity"}
    absent = {path for path in paths if path.rpartition(".")[2] in defaults or path.partition(".")[0] in blocks}
    assert paths - set(loaded.origins) == absent
    for path in ("horizon", "rivalries.Aye>Bee.rung", "ladder.clash.flags", "treaties.Bee-Cee-1990.signed"):
        assert loaded.origins[path].file == "s.yaml"
    place = loaded.origins["rivalries.Bee>Aye.theatres.Shore.share"]
    assert (place.line, place.column) == (65, 65)


def test_show_knows_where_events_of_the_start_were_written(load: Load, small: str) -> None:
    shown = show(load(small))
    events = shown[shown.index("start:") :].split("\n")[1:6]
    assert [line for line in events if line.endswith("# default")] == ["    severity: 1.0  # default"]
    assert "    incident: naval clash  # s.yaml:88" in events


def test_show_writes_a_scenario_with_the_line_of_each_value(load: Load, small: str) -> None:
    lines = show(load(small, overrides=["actors.Aye.power=0.5"])).splitlines()
    assert "horizon: 28 days  # s.yaml:5" in lines
    assert "    power: 0.5  # --set" in lines
    assert "    tied_down: 0  # default" in lines
    assert "    cost: {triangular: [0.1, 0.2, 0.4]}  # s.yaml:18" in lines
    assert "    flags: [force]  # s.yaml:16" in lines


@pytest.mark.parametrize("with_sources", [False, True])
def test_what_is_shown_loads_to_the_same_numbers(load: Load, folder: Path, small: str, with_sources: bool) -> None:
    text = small.replace("title:", "switches: {hope: high}\ntitle:", 1)
    loaded = load(text, treaties=["Bee-Cee=1950"], overrides=["beliefs.weight_own=0.25"])
    (folder / "t.yaml").write_text(show(loaded, with_sources=with_sources))
    again = load_scenario("t.yaml")
    for path, quantity in loaded.scenario.quantities().items():
        other = again.scenario.quantities()[path]
        assert (quantity.family, quantity.arguments) == (other.family, other.arguments)
    assert again.scenario.treaties[0].counterfactual
    assert again.scenario.horizon_days == loaded.scenario.horizon_days
    if with_sources:
        assert again.scenario.ladder[2].cost == loaded.scenario.ladder[2].cost


def test_the_lists_of_the_library(folder: Path) -> None:
    assert [(entry.name, entry.title) for entry in listing.list_scenarios()] == [("base", "Two rivals and a friend")]
    (treaty,) = listing.list_treaties()
    assert (treaty.name, treaty.slot, treaty.version, str(treaty.ended), treaty.ratified) == (
        "Bee-Cee-1950",
        "Bee-Cee",
        "1950",
        "1990-01-01",
        None,
    )
    (switch,) = listing.list_switches()
    assert (switch.name, [position.name for position in switch.positions]) == ("hope", ["none", "high"])


def test_a_faulty_file_does_not_stop_a_list(shelf: Path) -> None:
    (shelf / "broken.yaml").write_text("a: [")
    (shelf / "treaties" / "broken.yaml").write_text("a: [")
    assert [(entry.name, entry.title) for entry in listing.list_scenarios()][1] == ("broken", "")
    assert len(listing.list_treaties()) == 1


def test_the_chosen_position_is_marked(load: Load, small: str) -> None:
    (switch,) = listing.list_switches(load(small.replace("title:", "switches: {hope: high}\ntitle:", 1)))
    assert [position.chosen for position in switch.positions] == [False, True]


def test_every_listed_path_can_be_set(load: Load, small: str) -> None:
    entries = {entry.path: entry for entry in listing.list_paths(load(small))}
    power = entries["actors.Aye.power"]
    assert (power.unit, power.low, power.high, power.value) == ("share", 0.0, 1.0, "0.02")
    assert entries["horizon"].value == "28 days"
    assert entries["rivalries.Aye>Bee.open"].value == "true"
    assert entries["ladder.war.flags"].value == "[force, armed_attack, state_of_war]"
    plain = [entry for entry in entries.values() if entry.value and "(" not in entry.value]
    again = load(small, overrides=[f"{entry.path}={entry.value}" for entry in plain]).scenario
    assert {path: str(quantity) for path, quantity in again.quantities().items()} == {
        path: str(quantity) for path, quantity in load(small).scenario.quantities().items()
    }


def test_every_listed_outcome_is_one(load: Load, small: str) -> None:
    entries = listing.list_outcomes(load(small))
    names = [entry.name for entry in entries]
    assert names[:5] == ["force", "war", "major_war", "nuclear_use", "peak_rung"]
    assert "intervention:Cee:Bee:forces_in_theatre" in names
    conditional = [f"{name}|attacked_at_war:Bee" for name in names]
    assert load(small, overrides=[f"outcomes={json.dumps(names + conditional)}"]).scenario.outcomes
    assert all(entry.meaning for entry in entries)
    meanings = {entry.name: entry.meaning for entry in entries}
    assert meanings["intervention:Cee:Bee:diplomatic"] == "Cee gives Bee diplomatic support or more"
    assert meanings["intervention:Cee:Bee:rear_area_forces"] == "Cee gives Bee rear-area forces or more"


def test_sources_and_what_lacks_one(load: Load, small: str) -> None:
    loaded = load(small)
    rows = {entry.path: entry for entry in listing.sources(loaded)}
    cost = rows["ladder.clash.cost"]
    assert (cost.value, cost.source, cost.confidence, cost.file) == (
        "triangular(0.1, 0.2, 0.4)",
        "Doe 2020, p. 3",
        "estimated",
        "s.yaml:18",
    )
    assert rows["actors.Aye.arsenal"].source == "absent: none"
    assert rows["actors.Aye.arsenal"].file == "default"
    assert listing.strict_faults(loaded) == []
    bare = load(small.replace("source: made up for tests\n", "set: {climate.hot_years: 3}\n"))
    found = [str(fault) for fault in listing.strict_faults(bare)]
    (fault,) = (line for line in found if "climate.hot_years" in line)
    assert fault == (
        "s.yaml:7:26: climate.hot_years: a source for every number, got none. "
        "Add 'source: …' to it or to the mapping around it."
    )
    assert not any("ladder.clash.cost" in fault for fault in found)
    overridden = load(small, overrides=["climate.hot_years=3"])
    assert listing.strict_faults(overridden) == []


def test_loading_brings_in_nothing_heavy() -> None:
    code = (
        "import sys, sim.scenario.load, sim.scenario.listing, sim.scenario.show, sim.scenario.check_any, "
        "sim.scenario.json_schema, sim.scenario.template\n"
        "heavy = {'numba', 'numpy', 'scipy', 'pandas', 'matplotlib', 'mesa', 'duckdb'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert ran.stdout.strip() == "[]"
