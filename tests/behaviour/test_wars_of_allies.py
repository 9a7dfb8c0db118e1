"""Allies come into a war and leave it with their beneficiary, and help comes only while it is called for."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import BLOCKS, built, clause, put, small, start, treaty

RUNS, WEEKS = 20_000, 12


def war(rung: str = "war", **changes: Any) -> np.ndarray:
    """Rows of a conflict that Aye begins with Bee, in which Cee surely honours a pact, and nobody rises by choice."""
    values = start(small(WEEKS), "Aye", "Bee", rung=rung)
    values["incidents"] = values["cascades"] = []
    values["treaties"] = [treaty("pact", clause("Cee", "Bee", automaticity=1.0))]
    certain = {f"adjudication/{name}": 1.0 for name in BLOCKS["adjudication"]}
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")}
    put(values, certain | calm | {"entry/honouring": 1.0, "entry/latency_theatre": 3.0, "inadvertent/war_per_act": 0.0})
    put(values, {"partnerships/Cee>Bee/exposure": 0.0} | {k.replace("__", "/"): v for k, v in changes.items()})
    return simulate(lower(built(values)), 23, 0, RUNS).rows


def test_an_ally_stands_down_with_its_beneficiary() -> None:
    """A ceasefire between Aye and Bee leaves nobody at war, whichever pair had joined: of 20,000 runs, in none."""
    rows = war(settlement__war_weeks=3.0)
    ended = rows["end:Aye>Bee"] < 4
    joined = rows["peak:Cee>Aye"] >= 4
    assert 1000 < (ended & joined).sum() < RUNS - 1000
    assert (rows["end:Cee>Aye"][ended] < 4).all()
    assert (rows["end:Aye>Cee"][ended] < 4).all()


def test_nobody_joins_a_war_that_is_over() -> None:
    """Where Aye and Bee made peace before Cee's forces could come, Cee never fights."""
    rows = war(settlement__war_weeks=1.0, settlement__refractory_weeks=52.0)
    late = rows["t_entry:Cee>Bee"] < 0
    assert late.sum() > 1000
    assert (rows["peak:Cee>Aye"][late] == 0).all()


def test_forces_are_not_sent_into_a_crisis_that_has_cooled() -> None:
    """After one armed strike both sides climb down within a week or two, and forces come then or not at all.

    In a war that goes on they come later too. The difference is seen in any 200 runs.
    """
    cooled, war_goes_on = war("attack"), war(settlement__war_weeks=5200.0)
    assert (war_goes_on["t_entry:Cee>Bee"] > 2).mean() > 0.3
    assert (cooled["t_entry:Cee>Bee"] > 2).mean() < 0.02
    assert (cooled["t_entry:Cee>Bee"] >= 0).mean() > 0.2
