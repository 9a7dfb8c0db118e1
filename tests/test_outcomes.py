"""Outcome names over columns: which there are, what each counts, what an unknown one is told."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import InputError
from sim.estimate import mean_from_moments, share
from sim.outcomes import Tally, catalogue, count, default_names, outcomes_of, parse
from sim.scenario.quantity import Quantity


def named(*names, **more):
    return tuple(SimpleNamespace(name=name, **more) for name in names)


def made(**given):
    """As much of a scenario as outcomes look at."""
    zero, some = Quantity(arguments=(0.0,)), Quantity(family="uniform", arguments=(0.0, 0.3))
    risk = Quantity(arguments=(0.5,), source="judged")
    base = {
        "ladder": named("peace", "clash", nuclear_risk=zero, flags=())
        + named("war", nuclear_risk=risk, flags=("force", "nuclear")),
        "actors": named("Russia", "DPRK", "ROK", nuclear_fear=Quantity(arguments=(1.2,), source="a book")),
        "rivalries": named("ROK>DPRK", "DPRK>ROK"),
        "partnerships": named("Russia>DPRK", exposure=zero) + named("DPRK>Russia", exposure=some),
        "incidents": named("naval clash", "false alarm"),
        "outcomes": (),
        "nuclear": SimpleNamespace(first_use="choice"),
        "entry": SimpleNamespace(honouring=Quantity(family="beta", arguments=(5.0, 15.0), source="Leeds 2003")),
    }
    return SimpleNamespace(**{**base, **given})


ROWS = np.array(
    # run, peak, peak:DPRK>ROK, t_force, t_war, t_nuclear, entry, tripwire, attacked_at_war:DPRK, naval clash
    [
        (0, 0, 0, -1, -1, -1, 0, -1, -1, 3),
        (1, 1, 1, 4, -1, -1, 2, -1, -1, 0),
        (2, 2, 1, 0, 0, -1, 3, 5, 0, 7),
        (3, 2, 2, 3, 9, 12, 5, -1, 9, 1),
    ],
    dtype=[
        ("run", "<i8"), ("peak", "i1"), ("peak:DPRK>ROK", "i1"), ("t_force", "<i2"), ("t_war", "<i2"),
        ("t_nuclear", "<i2"), ("entry:Russia>DPRK", "i1"), ("tripwire:Russia>DPRK", "<i2"),
        ("attacked_at_war:DPRK", "<i2"), ("incidents:naval clash", "<i2"),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "n", "hits"),
    [
        ("force", 4, 3),
        ("war", 4, 2),
        ("major_war", 4, 0),
        ("nuclear_use", 4, 1),
        ("nuclear_use|war", 2, 1),
        ("nuclear_use|major_war", 0, 0),
        ("intervention:Russia:DPRK", 4, 2),
        ("intervention:Russia:DPRK:diplomatic", 4, 3),
        ("intervention:Russia:DPRK:arms", 4, 3),
        ("intervention:Russia:DPRK:rear_area_forces", 4, 2),
        ("intervention:Russia:DPRK:forces_in_theatre", 4, 1),
        ("intervention:Russia:DPRK:nuclear_signal", 4, 1),
        ("tripwire:Russia:DPRK", 4, 1),
        ("attacked_at_war:DPRK", 4, 2),
        ("war|attacked_at_war:DPRK", 2, 2),
        ("nuclear_use|attacked_at_war:DPRK", 2, 1),
        ("tripwire:Russia:DPRK|attacked_at_war:DPRK", 2, 1),
        ("intervention:Russia:DPRK:forces_in_theatre|attacked_at_war:DPRK", 2, 1),
    ],
)
def test_counts(name, n, hits):
    outcome = parse(name, catalogue(made()))
    assert outcome.name == name
    assert count(ROWS, outcome) == (n, hits)


def test_distribution_and_mean():
    known = catalogue(made())
    tally = Tally([known["peak_rung"], known["peak_rung:DPRK>ROK"], known["incidents:naval clash"]])
    tally.add(ROWS)
    results = tally.results()
    assert {rung: e.hits for rung, e in results["peak_rung"].items()} == {"peace": 1, "clash": 1, "war": 2}
    assert {rung: e.hits for rung, e in results["peak_rung:DPRK>ROK"].items()} == {
        "peace": 1, "clash": 2, "war": 1,
    }  # fmt: skip
    assert results["incidents:naval clash"] == mean_from_moments(4, 11, 59)


@pytest.mark.parametrize("cuts", [(), (1,), (0, 2), (1, 2, 3)])
def test_tally_does_not_depend_on_parts(cuts):
    known = catalogue(made())
    asked = [parse(name, known) for name in ("war", "war|attacked_at_war:DPRK", "peak_rung", "incidents:naval clash")]
    whole, parts = Tally(asked), Tally(asked)
    whole.add(ROWS)
    for piece in np.split(ROWS, cuts):
        parts.add(piece)
    assert parts.as_dict() == whole.as_dict()
    assert parts.runs == 4


def test_sums_of_squares_do_not_wrap_around():
    rows = np.zeros(30_000, dtype=[("run", "<i8"), ("incidents:naval clash", "<i2")])
    rows["incidents:naval clash"] = 32_767
    tally = Tally([catalogue(made())["incidents:naval clash"]])
    for _ in range(3):
        tally.add(rows)
    assert tally.results()["incidents:naval clash"] == mean_from_moments(90_000, 90_000 * 32_767, 90_000 * 32_767**2)


def test_defaults_in_order_and_without_repeats():
    assert default_names(made(outcomes=("war", "force|attacked_at_war:ROK"))) == [
        "force",
        "war",
        "nuclear_use",
        "nuclear_use|war",
        "intervention:DPRK:Russia",
        "intervention:Russia:DPRK",
        "intervention:DPRK:Russia|attacked_at_war:Russia",
        "intervention:Russia:DPRK|attacked_at_war:DPRK",
        "intervention:DPRK:Russia:forces_in_theatre|attacked_at_war:Russia",
        "intervention:Russia:DPRK:forces_in_theatre|attacked_at_war:DPRK",
        "tripwire:DPRK:Russia",
        "attacked_at_war:DPRK",
        "attacked_at_war:ROK",
        "peak_rung",
        "incidents:false alarm",
        "incidents:naval clash",
        "force|attacked_at_war:ROK",
    ]


def test_every_default_is_known_to_a_bare_scenario_too():
    bare = made(partnerships=(), incidents=(), rivalries=())
    names = [outcome.name for outcome in outcomes_of(bare)]
    assert names == ["force", "war", "nuclear_use", "nuclear_use|war", "peak_rung"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wra", "Did you mean 'war'?"),
        ("intervention:Rusia:DPRK", "Did you mean 'intervention:Russia:DPRK'?"),
        ("intervention:Russia:DPRK:none", "Did you mean 'intervention:Russia:DPRK"),
        ("war|attacked_at_war:DPRC", r"Did you mean 'war\|attacked_at_war:DPRK'?"),
        ("wra|attacked_at_war:DPRK", r"Did you mean 'war\|attacked_at_war:DPRK'?"),
        ("war|clause_met", r"Did you mean 'war\|attacked_at_war:"),
        ("war|force", r"Did you mean 'war\|attacked_at_war:"),
        ("peak_rung|attacked_at_war:DPRK", "Only shares can be conditional; 'peak_rung' is a distribution"),
        ("incidents:naval clash|attacked_at_war:DPRK", "is a mean"),
        ("☃", "See `pactsim list outcomes`"),
        ("", "See `pactsim list outcomes`"),
    ],
)
def test_unknown_names(name, said):
    with pytest.raises(InputError, match=said) as caught:
        parse(name, catalogue(made()))
    assert caught.value.faults[0].path == "outcomes"


def test_all_unknown_names_at_once():
    with pytest.raises(InputError) as caught:
        outcomes_of(made(outcomes=("wra", "force", "pece")), more=("forc",))
    assert [fault.got for fault in caught.value.faults] == ["'wra'", "'pece'", "'forc'"]


def test_actors_may_be_called_anything():
    odd = ("U:S|x", "a b")
    scenario = made(
        actors=named(*odd, nuclear_fear=Quantity(arguments=(1.0,))),
        rivalries=named("U:S|x>a b"),
        partnerships=named("U:S|x>a b", exposure=Quantity(arguments=(0.0,))),
    )
    outcome = parse("intervention:U:S|x:a b:arms|attacked_at_war:U:S|x", catalogue(scenario))
    assert (outcome.column, outcome.condition) == ("entry:U:S|x>a b", "attacked_at_war:U:S|x")


def test_what_history_does_not_inform_is_stamped_with_its_prior():
    asked = outcomes_of(made())
    stamped = {outcome.name for outcome in asked if outcome.assumption_driven and outcome.kind == "share"}
    assert stamped == {name for name in default_names(made()) if name.startswith(("intervention", "nuclear"))}
    tally = Tally(asked[:6])
    assert tally.as_dict()["war"] == share(0, 0).as_dict()
    reason = tally.as_dict()["intervention:Russia:DPRK"]["assumption_driven"]
    assert "beta(5, 15), Leeds 2003" in reason
    prior = tally.as_dict()["intervention:Russia:DPRK"]["prior"]
    assert (prior["value"], prior["path"], prior["source"]) == (0.25, "entry.honouring", "Leeds 2003")
    assert 0.05 < prior["low"] < 0.15 < 0.4 < prior["high"] < 0.5


def test_nuclear_rungs_are_stamped_and_others_are_not():
    tally = Tally([catalogue(made())["peak_rung"], catalogue(made())["peak_rung:DPRK>ROK"]])
    for shape in tally.as_dict().values():
        reasons = {rung: each.get("assumption_driven", "") for rung, each in shape["rungs"].items()}
        assert reasons["peace"] == reasons["clash"] == ""
        assert "nuclear risk of the rungs (war 0.5; judged)" in reasons["war"]
        assert "nuclear fear of the actors (Russia 1.2, DPRK 1.2, ROK 1.2; a book)" in reasons["war"]


def test_a_major_war_is_above_the_first_rung_of_war():
    """Of the rungs 0, 1 and 2 the last two are of war: rung 2 is a major one, reached in two of four runs."""
    zero = Quantity(arguments=(0.0,))
    wars = named("war", "more", nuclear_risk=zero, flags=("state_of_war",))
    ladder = named("peace", nuclear_risk=zero, flags=()) + wars
    scenario = made(ladder=ladder)
    assert "nuclear_use|major_war" in default_names(scenario)
    known = catalogue(scenario)
    assert count(ROWS, known["major_war"]) == (4, 2)
    assert count(ROWS, parse("nuclear_use|major_war", known)) == (2, 1)
    assert count(ROWS, parse("major_war|war", known)) == (2, 2)


def test_a_hazard_of_first_use_is_what_the_stamp_names():
    half = Quantity(arguments=(0.5,), source="a guess")
    nuclear = SimpleNamespace(first_use="hazard", limited_war=half, major_war=half, accident=half)
    outcome = catalogue(made(nuclear=nuclear))["nuclear_use"]
    assert "P(first use) by war: limited_war 0.5, major_war 0.5, accident 0.5; a guess" in outcome.assumption_driven
    assert outcome.prior is not None
    assert outcome.prior.as_dict()["path"] == "nuclear.major_war"
    assert catalogue(made())["nuclear_use"].prior is None  # utilities, and no probability


def test_a_ladder_without_nuclear_rungs_has_no_stamp():
    ladder = named("peace", "war", nuclear_risk=Quantity(arguments=(0.0,)), flags=())
    assert not catalogue(made(ladder=ladder))["peak_rung"].assumption_driven


def test_json_and_warnings():
    tally = Tally([parse(name, catalogue(made())) for name in ("war", "war|attacked_at_war:DPRK", "peak_rung")])
    tally.add(ROWS)
    shape = json.loads(json.dumps(tally.as_dict(), allow_nan=False))
    assert shape["peak_rung"]["kind"] == "distribution"
    assert list(shape["peak_rung"]["rungs"]) == ["peace", "clash", "war"]
    assert tally.warnings() == [
        "war|attacked_at_war:DPRK: only 2 runs met the condition, which is thin (fewer than 30)"
    ]


def test_condition_that_no_run_met_gives_null():
    tally = Tally([parse("war|attacked_at_war:DPRK", catalogue(made()))])
    tally.add(ROWS[:2])
    found = tally.as_dict()["war|attacked_at_war:DPRK"]
    assert (found["value"], found["n"]) == (None, 0)
