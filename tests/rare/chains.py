"""Two rivals on a ladder whose rare event has an exact probability: `tests.engine.chain`."""

from __future__ import annotations

from typing import Any

from sim.engine.lower import Program, lower
from tests.engine.chain import Chain
from tests.engine.test_exact_chain import rivals
from tests.scenarios import built, put

#: Wars come about by climbing alone, step by step; both are so slow to climb that it takes a hundred thousand
#: half-years. Accidents would be one jump from a clash, which no score can cut into steps.
CALM = {"inadvertent/war_per_act": 0.0, "choice/matching": 0.2, "choice/retaliation": 0.1}
HABIT = {True: -4.0, False: -2.55}
#: The rivals of the exact chain differ in all that makes them choose; here they are alike.
ALIKE = {
    f"{kind}/{name}/{key}": value
    for kind, names, values in (
        ("actors", ("Aye", "Bee"), {"power": 0.5, "resolve": 0.0, "cost_tolerance": 1.0, "nuclear_fear": 1.0,
                                    "rationality": 1.0, "audience_cost": 0.1}),
        ("rivalries", ("Aye>Bee", "Bee>Aye"), {"stake": 1.0, "resolve_belief": 0.5}),
    )
    for name in names
    for key, value in values.items()
}  # fmt: skip


def ladder(*, alike: bool) -> dict[str, Any]:
    """A scenario of two rivals, who are alike or not."""
    habits = {f"rivalries/{name}/habit": HABIT[alike] for name in ("Aye>Bee", "Bee>Aye")}
    values = put(rivals(), {**CALM, **(ALIKE if alike else {}), **habits})
    values["incidents"][0]["marks"] = [{"name": "threat", "share_hot": 0.9, "share_cold": 1.0},
                                       {"name": "clash", "share_hot": 0.1, "share_cold": 0.0}]  # fmt: skip
    values["incidents"][2]["marks"] = [{"name": "threat", "share_hot": 1.0, "share_cold": 1.0}]
    return values


def exact(values: dict[str, Any]) -> float:
    """Probability of a war within the horizon."""
    found = Chain(values)
    return float(found.solve()["peak"][found.war :].sum())


def lowered(values: dict[str, Any]) -> Program:
    """Lower such a scenario."""
    return lower(built(values))
