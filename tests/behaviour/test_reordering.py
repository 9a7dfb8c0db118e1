"""The order in which things are listed changes nothing, and neither does who else is there."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario, scenario_from_resolved
from tests.scenarios import actor, built, partnership, rivalries, small, start
from tests.twin.random_scenarios import examples, scenarios

#: A ladder is an order.
ORDERED = {"ladder"}


def reordered(values: Any, shuffle: random.Random, key: str = "") -> Any:
    """The same scenario with every list in another order."""
    if isinstance(values, dict):
        return {name: reordered(value, shuffle, name) for name, value in values.items()}
    if isinstance(values, list):
        found = [reordered(value, shuffle) for value in values]
        if key not in ORDERED and all(isinstance(value, dict | str) for value in found):
            shuffle.shuffle(found)
        return found
    return values


def assert_same(one: Any, two: Any, runs: int = 130) -> None:
    first, second = (simulate(lower(scenario), 11, 0, runs) for scenario in (one, two))
    assert first.rows.dtype == second.rows.dtype
    assert first.rows.tobytes() == second.rows.tobytes()
    assert all(np.array_equal(first.sidecar[name], second.sidecar[name]) for name in first.sidecar)


@examples(40)
@given(values=scenarios())
def test_random_scenarios_in_another_order(values: dict[str, Any]) -> None:
    assert_same(built(values), built(reordered(values, random.Random(5))))


@pytest.mark.parametrize("name", ["baseline", "china", "attacked-dprk", "nll-clash"])
def test_the_library_in_another_order(name: str) -> None:
    loaded = load_scenario(name)
    other = reordered(copy.deepcopy(loaded.resolved), random.Random(7))
    assert [x["name"] for x in other["actors"]] != [x["name"] for x in loaded.resolved["actors"]]
    assert_same(loaded.scenario, scenario_from_resolved(other))


def test_a_lowering_that_kept_the_order_of_the_file_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    values = small()
    backwards = {**values, "incidents": values["incidents"][::-1]}
    assert_same(built(values), built(backwards))
    monkeypatch.setattr("sim.engine.lowering.addresses.Addresses.refuse_collisions", lambda self: None)
    monkeypatch.setattr("sim.engine.lowering.names.sorted", lambda things, key=None: list(things), raising=False)
    with pytest.raises(AssertionError):
        assert_same(built(values), built(backwards), runs=0)


def test_a_bystander_changes_no_bit_of_what_was_there() -> None:
    """An actor more, with a rivalry and a friend of its own, in the middle of every order of names."""
    values = start(small(), "Aye", "Bee", week=3)
    more = copy.deepcopy(values)
    more["actors"] += [actor("Bystander", arsenal=3.0), actor("Bzz")]
    more["rivalries"] += rivalries("Bystander", "Bzz")
    more["partnerships"] += [partnership("Bzz>Bystander")]
    rows, others = (simulate(lower(built(each)), 4, 0, 500).rows for each in (values, more))
    assert len(others.dtype.names) > len(rows.dtype.names) + 5
    assert others["end:Bystander>Bzz"].any()
    for name in set(rows.dtype.names) - {"peak", "t_force", "t_war", "t_nuclear"}:
        assert np.array_equal(rows[name], others[name]), name
