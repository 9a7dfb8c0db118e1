"""At one decision, with state and draws held: more duty never makes entry rarer, more force tied down never likelier.

A war begins in week 0 and support arrives at once, so that the form in the row is the one decided on;
nobody counts on allies, so that nothing but the decision differs. On common draws each of these
behaviours holds in every single run, and an effect shows as runs that differ: with all of them in one
direction, 25 differing runs in 20,000 (0.125 percentage points) are five standard errors.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import ACTOR, BLOCKS, PARTNERSHIP, built, clause, put, small, start, treaty

RUNS, VISIBLE = 20_000, 25
FORCES = 4
COLUMN = "entry:Cee>Bee"


def decision(*clauses: dict[str, Any], **changes: float) -> np.ndarray:
    """Rows of one step of war, in which Cee decides once whether to help Bee."""
    values = start(small(weeks=1), "Aye", "Bee")
    values["treaties"] = [treaty("pact", *clauses)] if clauses else []
    latencies = {f"entry/latency_{form}": 0.0 for form in ("diplomatic", "arms", "rear", "theatre")}
    put(values, latencies)
    put(values, {"choice/entrants_weight": 0.0, "settlement/war_weeks": 5200.0, "entry/nuclear_signal": 0.0})
    put(values, {path.replace("__", "/"): value for path, value in changes.items()})
    return simulate(lower(built(values)), 77, 0, RUNS).rows


def assert_only_entry_differs(rows: list[np.ndarray]) -> None:
    for name in ("peak", "end:Aye>Bee", "end:Bee>Aye", "t_war", "tripwire:Cee>Bee", "entry:Bee>Cee"):
        assert all(np.array_equal(each[name], rows[0][name]) for each in rows), name


def rises(rows: list[np.ndarray], least: int) -> list[int]:
    """Number of runs that newly reach a form from each row to the next; -1 where any run loses it."""
    reached = [each[COLUMN] >= least for each in rows]
    pairs = itertools.pairwise(reached)
    return [-1 if (before & ~after).any() else int((after & ~before).sum()) for before, after in pairs]


@pytest.mark.parametrize("response", ["act", "assist_all_means"])
@pytest.mark.parametrize("trigger", ["direct_threat", "armed_attack", "armed_attack_and_state_of_war"])
def test_a_stronger_duty_never_makes_entry_rarer(response: str, trigger: str) -> None:
    grid = [0.05, 0.2, 0.4, 0.6, 0.8, 1.0]
    rows = [decision(clause("Cee", "Bee", response=response, trigger=trigger, automaticity=x)) for x in grid]
    assert_only_entry_differs(rows)
    assert min(rises(rows, FORCES)) > VISIBLE


def test_no_treaty_consulting_acting_and_all_means_rise_in_this_order() -> None:
    none, consult, act, means = (
        decision(*([clause("Cee", "Bee", response=response, automaticity=1.0)] if response else []))
        for response in ("", "consult", "act", "assist_all_means")
    )
    assert_only_entry_differs([none, consult, act, means])
    assert rises([none, consult], FORCES) == [0]
    assert min(rises([consult, act, means], FORCES)) > VISIBLE


def test_more_force_tied_down_never_makes_entry_likelier() -> None:
    pact = clause("Cee", "Bee")
    rows = [decision(pact, actors__Cee__tied_down=x) for x in (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)]
    assert_only_entry_differs(rows)
    assert min(rises(rows, FORCES)) > VISIBLE


@pytest.mark.parametrize(
    ("path", "grid"),
    [
        ("entry__honouring", [0.1, 0.3, 0.5, 0.7]),
        ("partnerships__Cee>Bee__stake", [0.0, 1.0, 2.0]),
        ("partnerships__Cee>Bee__value", [0.0, 1.0, 3.0]),
        ("partnerships__Cee>Bee__declared", [0.0, 0.5, 1.0]),
        ("entry__unmet", [4.0, 2.0, 0.0]),
        ("entry__nuclear_weight", [3.0, 1.0, 0.0]),
        ("adjudication__victim_if_attacked", [0.2, 0.5, 0.9]),
        ("adjudication__war_recognised", [0.2, 0.5, 0.9]),
        ("adjudication__article_51", [0.2, 0.5, 0.9]),
        ("adjudication__request_made", [0.2, 0.5, 0.9]),
    ],
)
def test_what_else_favours_entry(path: str, grid: list[float]) -> None:
    conditions = {"trigger": "armed_attack_and_state_of_war", "qualifiers": ["article_51"], "on_request": True}
    pact = clause("Cee", "Bee", automaticity=1.0, **conditions)
    rows = [decision(pact, **{path: x}) for x in grid]
    assert_only_entry_differs(rows)
    assert min(rises(rows, FORCES)) > VISIBLE


def shares(shift: float) -> np.ndarray:
    """Shares of the forms from none to forces in theatre, by the formula of `docs/odd.md`, 7.9."""
    entry = BLOCKS["entry"]
    reached = [expit(logit(entry[name]) + shift) for name in ("honouring", "rear", "arms", "diplomatic")]
    exact, left = [], 1.0
    for p in reached:
        exact.append(left * p)
        left *= 1 - p
    return np.array([left, *reversed(exact)])


def shift_of(pact: dict[str, Any], changes: dict[str, float]) -> float:
    """Sum of the shifts for Cee, who would raise Bee's share of power from a half to three quarters."""
    entry = BLOCKS["entry"] | {path.removeprefix("entry__"): value for path, value in changes.items()}
    ally, phase_of_war = PARTNERSHIP, 0.8
    return float(
        entry["obligation_weight"] * (pact["automaticity"] - entry["obligation_reference"])
        + entry["stake_weight"] * (ally["stake"] - entry["stake_reference"])
        + entry["reputation_weight"] * (ACTOR["reputation"] * ally["declared"] - entry["declared_reference"])
        + entry["winning_weight"] * (0.25 * ally["value"] - entry["winning_reference"])
        - entry["tied_down_weight"] * (ACTOR["tied_down"] - entry["tied_down_reference"])
        - entry["nuclear_weight"] * (phase_of_war - entry["nuclear_reference"])
    )


def largest(pact: dict[str, Any], exact: np.ndarray, **changes: float) -> float:
    """Largest distance of the shares of forms from exact ones, in standard errors."""
    certain = {f"adjudication__{name}": 1.0 for name in BLOCKS["adjudication"]}
    rows = decision(pact, **certain, actors__Aye__resolve=-50.0, **changes)
    hits = np.bincount(rows[COLUMN], minlength=5)
    return float(np.abs((hits - RUNS * exact) / np.sqrt(RUNS * exact * (1 - exact))).max())


@pytest.mark.parametrize(
    "changes",
    [{}, {"entry__obligation_weight": 3.0}, {"entry__winning_weight": 4.0, "entry__tied_down_weight": 5.0},
     {"entry__stake_reference": 0.4, "entry__reputation_weight": 4.0, "entry__nuclear_weight": 0.1}],
)  # fmt: skip
def test_forms_have_the_shares_of_the_formula(changes: dict[str, float]) -> None:
    """Sees 0.018 in a share of a half, and thereby 0.07 in the sum of the log-odds."""
    pact = clause("Cee", "Bee")
    assert largest(pact, shares(shift_of(pact, changes)), **changes) < 5.0
    assert largest(pact, shares(shift_of(pact, changes) + 0.15), **changes) > 5.0


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(clause("Bee", "Cee", automaticity=1.0), id="obligor and beneficiary swapped"),
        pytest.param(clause("Cee", "Aye", automaticity=1.0), id="for the attacker"),
        pytest.param(clause("Aye", "Bee", automaticity=1.0), id="owed by the attacker"),
    ],
)
def test_a_treaty_binds_in_its_direction_only(wrong: dict[str, Any]) -> None:
    """Cee's duty to Bee is seen, and a clause in any other direction leaves Cee's entry as it was, to the bit."""
    none, right, other = decision(), decision(clause("Cee", "Bee", automaticity=1.0)), decision(wrong)
    assert min(rises([none, right], FORCES)) > VISIBLE
    assert np.array_equal(none[COLUMN], other[COLUMN])


def test_a_duty_that_lowered_entry_would_be_caught() -> None:
    pact = [clause("Cee", "Bee", automaticity=x) for x in (0.2, 0.8)]
    assert min(rises([decision(x, entry__obligation_weight=0.005) for x in pact], FORCES)) < VISIBLE
    assert rises([decision(x) for x in reversed(pact)], FORCES) == [-1]
