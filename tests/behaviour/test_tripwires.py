"""Where attacks fall and who is struck there: drawn once per episode, and kept apart from chosen entry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import built, put, small, start

RUNS = 40_000


def war(weeks: int = 1, **changes: Any) -> np.ndarray:
    """Rows of a war that Aye begins, that does not end, and in which nobody rises or helps."""
    values = start(small(weeks), "Aye", "Bee")
    values["incidents"] = values["cascades"] = values["treaties"] = []
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")}
    put(values, calm | {"settlement/war_weeks": 5200.0, "partnerships/Cee>Bee/limit": "none"})
    put(values, {path.replace("__", "/"): value for path, value in changes.items()})
    return simulate(lower(built(values)), 41, 0, RUNS).rows


def distance(hits: np.ndarray, p: float) -> float:
    """Distance of a share of runs from its probability, in standard errors: 5 of them are 0.0125 at a half."""
    return float(abs(hits.mean() - p) / np.sqrt(p * (1 - p) / RUNS))


@pytest.mark.parametrize("exposure", [0.2, 0.5, 0.95])
def test_forces_are_struck_as_often_as_they_are_exposed(exposure: float) -> None:
    struck = war(**{"partnerships__Cee>Bee__exposure": exposure})["tripwire:Cee>Bee"] == 0
    assert distance(struck, exposure) < 5.0
    assert distance(struck, exposure + 0.02) > 5.0


def test_a_doubt_about_exposure_is_settled_once() -> None:
    first, last = (war(weeks, **{"partnerships__Cee>Bee__exposure": 0.3}) for weeks in (1, 20))
    assert np.array_equal(first["tripwire:Cee>Bee"] >= 0, last["tripwire:Cee>Bee"] >= 0)


def test_to_be_struck_is_no_entry_by_choice_and_opens_the_rivalry() -> None:
    rows = war(**{"partnerships__Cee>Bee__exposure": 0.5})
    rows = rows[rows["end:Aye>Bee"] == 4]  # a war may end in its first week, if only in one of 5,200
    struck = rows["tripwire:Cee>Bee"] >= 0
    assert (rows["entry:Cee>Bee"] == 0).all()
    assert (rows["t_entry:Cee>Bee"] == -1).all()
    assert (rows["end:Cee>Aye"][struck] == 4).all()  # it is at war with its host's attacker
    assert (rows["end:Aye>Cee"][struck] == 4).all()
    assert (rows["peak:Cee>Aye"][~struck] == 0).all()


def test_without_exposure_or_attack_nobody_is_struck() -> None:
    assert (war(**{"partnerships__Cee>Bee__exposure": 0.0})["tripwire:Cee>Bee"] == -1).all()
    values = start(small(1), "Aye", "Bee", rung="clash")
    put(values, {"partnerships/Cee>Bee/exposure": 1.0, "inadvertent/war_per_act": 0.0})
    put(values, {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")})
    values["incidents"] = values["cascades"] = []
    assert (simulate(lower(built(values)), 1, 0, 500).rows["tripwire:Cee>Bee"] == -1).all()


def test_only_an_attack_at_home_is_an_attack_on_the_territory() -> None:
    """Aye's attacks fall on the shore, where Bee is at home, with probability 0.4; once for the whole war."""
    theatres = [{"name": "Strait", "share": 0.6}, {"name": "Shore", "share": 0.4}]
    place = {"rivalries__Aye>Bee__theatres": theatres, "actors__Bee__home": ["Shore"], "actors__Aye__home": ["Hills"]}
    first, last = war(1, **place), war(20, **place)
    at_home = first["attacked_at_war:Bee"] == 0
    assert distance(at_home, 0.4) < 5.0
    assert distance(at_home, 0.42) > 5.0
    assert np.array_equal(first["attacked_at_war:Bee"], last["attacked_at_war:Bee"])
    assert (last["attacked_at_war:Aye"] == -1).all()
