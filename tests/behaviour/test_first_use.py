"""First use of nuclear weapons: as often as its judged hazards say, by nobody else, and not by choice."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.run import Run
from tests.scenarios import LADDER, bare, built, put, rivalries, rungs, start

RUNS, WEEKS, WAR_WEEKS = 40_000, 10, 12.0
#: Aye alone is armed, and not at home where the war is.
PEACEFUL = {
    f"actors/{name}/{key}": value
    for name in ("Aye", "Bee")
    for key, value in (("resolve", -50.0), ("audience_cost", 50.0))
}


def ladder() -> list[dict[str, Any]]:
    """The usual ladder with a rung of major war."""
    found = rungs()
    major = {**found[-2], "name": "major war"}
    return [*found[:-1], major, found[-1]]


def war(rung: str, nuclear: dict[str, Any], weeks: int = WEEKS, **changes: Any) -> dict[str, Any]:
    """A war that Aye begins in week 0, and in which nobody moves by choice."""
    values = start(bare(weeks, ladder()), "Aye", "Bee", rung=rung)
    values["nuclear"] = {"first_use": "hazard", **nuclear}
    put(values, PEACEFUL | {"settlement/war_weeks": WAR_WEEKS, "actors/Aye/home": ["Hills"]})
    return put(values, {path.replace("__", "/"): value for path, value in changes.items()})


def rows(values: dict[str, Any], runs: int = RUNS) -> np.ndarray:
    return simulate(lower(built(values)), 12, 0, runs).rows


def exact(hazard: float) -> float:
    """Probability of a first use before the war or the run ends; a war that has just begun sees none yet."""
    use, peace = 1.0 - math.exp(-hazard), 1.0 - math.exp(-1.0 / WAR_WEEKS)
    return sum((1.0 - peace) ** week * (1.0 - use) ** (week - 1) * use for week in range(1, WEEKS))


def per_week(probability: float) -> float:
    return -math.log(1.0 - probability) / WAR_WEEKS


JUDGED = {
    "limited_war": 0.4, "major_war": 0.6, "accident": 0.2, "losing": 2.5, "losing_share": 0.3, "decapitation": 2.0,
}  # fmt: skip
LIMITED, MAJOR, ACCIDENT = per_week(0.4), per_week(0.6), per_week(0.2)
CASES = {
    "limited war": ("war", {}, LIMITED),
    "major war": ("major war", {}, MAJOR),
    "losing": ("war", {"actors__Bee__power": 0.3}, LIMITED * 2.5),
    "decapitation": ("major war", {"actors__Aye__home": ["Strait"]}, MAJOR * 2.0),
    "attacked at home in a limited war": ("war", {"actors__Aye__home": ["Strait"]}, LIMITED),
    "losing a major war at home": (
        "major war", {"actors__Bee__power": 0.3, "actors__Aye__home": []}, MAJOR * 2.5 * 2.0,
    ),
    "another doctrine": ("war", {"actors__Aye__first_use": 0.5}, LIMITED * 0.5),
    "no will at all": ("major war", {"actors__Aye__first_use": 0.0}, 0.0),
}  # fmt: skip


@pytest.mark.parametrize(("rung", "changes", "by_will"), CASES.values(), ids=CASES)
def test_as_often_as_the_hazard_says(rung: str, changes: dict[str, Any], by_will: float) -> None:
    """Sees 0.0125 in a share of a half, and so a hazard that is 10 % off."""
    found = rows(war(rung, JUDGED, **changes))
    for factor, near in ((1.0, True), (1.1, False), (0.9, False)):
        p = exact((by_will + ACCIDENT) * factor)
        distance = abs((found["t_nuclear"] >= 0).mean() - p) / np.sqrt(p * (1.0 - p) / RUNS)
        assert (distance < 5.0) == near, (factor, distance)
    assert (found["peak:Bee>Aye"] < len(LADDER)).all()
    assert (found["t_nuclear"] != 0).all()


def test_a_longer_war_is_no_likelier_to_see_it() -> None:
    """The numbers are per war of mean length: twice as long a war has half the hazard per week."""
    short = rows(war("war", {"limited_war": 0.3}, weeks=500))
    long = rows(war("war", {"limited_war": 0.3}, weeks=1000, settlement__war_weeks=2.0 * WAR_WEEKS))
    shares = [(each["t_nuclear"] >= 0).mean() for each in (short, long)]
    assert shares[0] == pytest.approx(shares[1], abs=0.015)
    odds = -math.log(0.7)  # against a ceasefire, of the same mean
    assert shares[1] == pytest.approx(odds / (1.0 + odds), abs=0.02)


def test_one_draw_serves_all_wars_of_an_actor() -> None:
    """Who fights two adversaries uses nuclear weapons as often as who fights one, and against both at once."""
    one = war("war", {"limited_war": 0.4}, settlement__war_weeks=5200.0 * 0.999)
    two = war("war", {"limited_war": 0.4}, settlement__war_weeks=5200.0 * 0.999)
    for values in (one, two):
        values["nuclear"]["limited_war"] = 1.0 - 1e-9
        values["actors"].append({**values["actors"][1], "name": "Cee"})
        values["rivalries"] += rivalries("Aye", "Cee", open=False)
    start(two, "Aye", "Cee")
    single, double = rows(one, 20_000), rows(two, 20_000)
    assert 200 < (single["t_nuclear"] >= 0).sum() < 10_000
    assert np.array_equal(single["t_nuclear"], double["t_nuclear"])
    used = double["peak:Aye>Bee"] == len(LADDER)
    assert (used == (double["peak:Aye>Cee"] == len(LADDER))).mean() > 0.995  # but where one of the wars had ended


def eager(nuclear: dict[str, Any], *events: str) -> np.ndarray:
    """Rows of two armed rivals who rise at every chance."""
    values = bare(20, ladder())
    values["nuclear"] = nuclear
    put(values, {f"actors/{name}/{key}": 20.0 for name in ("Aye", "Bee") for key in ("resolve", "arsenal")})
    put(values, {"settlement/war_weeks": 500.0})
    for rung in events:
        start(values, "Aye", "Bee", week=10, rung=rung)
    return rows(values, 2000)


def test_not_by_choice_before_a_first_use() -> None:
    assert (eager({"first_use": "choice"})["t_nuclear"] >= 0).mean() > 0.99
    held = eager({"first_use": "hazard"})
    assert (held["t_nuclear"] < 0).all()
    assert (held["peak"] == len(LADDER) - 1).mean() > 0.99


def test_by_choice_after_a_first_use() -> None:
    """What the scenario prescribes is a first use too, and both sides may then go on."""
    found = eager({"first_use": "hazard"}, "nuclear")
    assert (found["t_nuclear"] == 10).mean() > 0.99
    assert (found["peak:Bee>Aye"] == len(LADDER)).mean() > 0.99


def test_without_the_block_nothing_changes() -> None:
    values = bare(20, ladder())
    put(values, {f"actors/{name}/{key}": 20.0 for name in ("Aye", "Bee") for key in ("resolve", "arsenal")})
    zero = {"first_use": "choice", "limited_war": 0.9, "accident": 0.9}
    assert rows(values, 500).tobytes() == rows({**values, "nuclear": zero}, 500).tobytes()


@pytest.mark.parametrize(
    ("trigger", "rung", "nuclear"),
    [
        ("accident", "war", {"accident": 1.0}),
        ("war", "war", {"limited_war": 1.0}),
        ("war", "major war", {"major_war": 1.0}),
        ("losing", "war", {"limited_war": 1e-6, "losing": 1e6, "losing_share": 0.9}),
        ("decapitation", "major war", {"major_war": 1e-6, "decapitation": 1e6}),
    ],
)
def test_a_run_remembers_the_trigger(trigger: str, rung: str, nuclear: dict[str, Any]) -> None:
    values = war(rung, nuclear, weeks=60, settlement__war_weeks=300.0, actors__Aye__home=[])
    program = lower(built(values))
    triggers = set()
    for draw in range(30):
        run = Run(Script(program.scenario), draw_run(program.parameters, 12, draw), 12, draw, record=True)
        while not run.over:
            run.step()
        events = [event for event in run.events or () if event.kind == "first use"]
        assert bool(events) == (run.t_nuclear >= 0)
        triggers |= {event.details["trigger"] for event in events}
    assert triggers == {trigger}
