"""A treaty acts through its clauses and nothing else: what binds nobody, or is not in force, changes no bit."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario
from tests.scenarios import built, clause, put, small, start, treaty
from tests.twin.random_scenarios import examples, scenarios

ABSENT = [clause("Freedonia", "Sylvania", automaticity=1.0), clause("Sylvania", "Freedonia", trigger="direct_threat")]
PRESENT = [clause("Cee", "Bee", automaticity=1.0), clause("Bee", "Cee"), clause("Bee", "Aye", name="other")]

#: Treaties that must do nothing. The horizon of the tests begins on 1 November 2026 and has 26 weeks or less.
PLACEBOS = {
    "binds nobody present": treaty("placebo", *ABSENT),
    "binds nobody present, whatever the dates": treaty(
        "placebo", *ABSENT, signed="2026-11-09", in_force="2026-11-20", ended="2026-12-10"
    ),
    "binds nobody present, put in force": treaty("placebo", *ABSENT, counterfactual=True),
    "helps somebody absent": treaty("placebo", clause("Cee", "Sylvania"), clause("Bee", "Sylvania")),
    "is owed by somebody absent": treaty("placebo", clause("Sylvania", "Bee"), clause("Sylvania", "Aye")),
    "has no clauses": treaty("placebo", parties=["Aye", "Bee"]),
    "has ended": treaty("placebo", *PRESENT, ended="2026-10-31"),
    "is not signed yet": treaty("placebo", *PRESENT, signed="2027-12-01", in_force="2028-01-01"),
    "is signed, and nobody invokes it early": treaty("placebo", *PRESENT, in_force=None),
}


def assert_changes_nothing(values: dict[str, Any], placebo: dict[str, Any], runs: int, seed: int = 3) -> None:
    """Every column of the scenario is the same, bit for bit, with one treaty more."""
    put(values, {"adjudication/retroactive": 0.0})
    more = {**copy.deepcopy(values), "treaties": [*values["treaties"], placebo]}
    rows, others = (simulate(lower(built(each)), seed, 0, runs).rows for each in (values, more))
    for name in rows.dtype.names:
        assert np.array_equal(rows[name], others[name]), name


@pytest.mark.parametrize("placebo", PLACEBOS.values(), ids=PLACEBOS)
@pytest.mark.parametrize("own_treaty", [True, False])
def test_a_placebo_changes_no_bit(placebo: dict[str, Any], own_treaty: bool) -> None:
    values = start(small(), "Aye", "Bee", week=4)
    values["treaties"] = values["treaties"] if own_treaty else []
    assert_changes_nothing(values, placebo, runs=2000)


@examples(40)
@given(values=scenarios(), placebo=st.sampled_from(list(PLACEBOS.values())))
def test_nor_does_it_in_random_scenarios(values: dict[str, Any], placebo: dict[str, Any]) -> None:
    names = {each["name"] for each in values["actors"]}
    known = names | {"Freedonia", "Sylvania"}
    bound = [c for c in placebo["clauses"] if {c["obligor"], c["beneficiary"]} <= known]
    assert_changes_nothing(values, {**placebo, "clauses": bound}, runs=66)


@pytest.mark.parametrize("dates", [{}, {"in_force": "2027-01-10"}, {"counterfactual": True}])
def test_the_same_treaty_in_force_would_be_caught(dates: dict[str, Any]) -> None:
    values = start(small(), "Aye", "Bee", week=4)
    values["treaties"] = []
    with pytest.raises(AssertionError, match=r"entry|peak|end|t_|tripwire|attacked"):
        assert_changes_nothing(values, treaty("placebo", *PRESENT, **dates), runs=2000)


def test_the_placebo_of_the_library() -> None:
    rows, others = (simulate(lower(load_scenario(x).scenario), 1, 0, 3000).rows for x in ("baseline", "placebo-treaty"))
    assert set(rows.dtype.names) <= set(others.dtype.names)
    for name in rows.dtype.names:
        assert np.array_equal(rows[name], others[name]), name


def test_two_treaties_differ_in_nothing_but_their_clauses() -> None:
    """Another name, slot, version, title, article and date of signature give the same rows."""
    values = start(small(), "Aye", "Bee", week=4)
    pact = values["treaties"][0]
    clauses = [{**c, "article": "Article 99"} for c in pact["clauses"]]
    told = {"name": "accord", "slot": "other", "version": "9", "title": "Accord", "signed": "1950-01-01"}
    other = {**values, "treaties": [{**pact, **told, "clauses": clauses}]}
    rows, others = (simulate(lower(built(each)), 2, 0, 1000).rows for each in (values, other))
    assert [name.replace("accord", "pact") for name in others.dtype.names] == list(rows.dtype.names)
    assert others.tobytes() == rows.tobytes()


def with_clause(response: str) -> np.ndarray:
    """Rows of a war in which support that is seen moves no belief, under a treaty with one response."""
    values = start(small(), "Aye", "Bee")
    values["treaties"] = []
    if response:
        values["treaties"] = [treaty("pact", clause("Cee", "Bee", response=response, automaticity=1.0))]
    put(values, {"beliefs/observed_support": 0.0, "entry/consult_weight": 3.0, "entry/unmet": 1.0})
    return simulate(lower(built(values)), 6, 0, 5000).rows


def test_a_clause_to_consult_is_no_duty_to_use_force() -> None:
    """It brings diplomacy, and changes no bit of anything else; a clause to act does."""
    none, consult, act = (with_clause(response) for response in ("", "consult", "act"))
    diplomacy = "entry:Cee>Bee"
    for name in set(none.dtype.names) - {diplomacy}:
        assert np.array_equal(none[name], consult[name]), name
    forms = [np.where(rows[diplomacy] > 1, rows[diplomacy], 0) for rows in (none, consult)]
    assert np.array_equal(*forms)
    assert (consult[diplomacy] >= none[diplomacy]).all()
    assert (consult[diplomacy] > none[diplomacy]).sum() > 25
    assert (act["t_entry:Cee>Bee"] != none["t_entry:Cee>Bee"]).any()
