"""A clause test says why a duty bites or does not; its doubts are settled once per episode."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.treaties import Verdict
from tests.scenarios import BLOCKS, built, clause, put, rungs, small, start, treaty

BOTH = "armed_attack_and_state_of_war"
OF_CEE = "Cee for Bee"
#: Nobody doubts anything.
CERTAIN = {f"adjudication/{name}": 1.0 for name in BLOCKS["adjudication"]}


def rows(
    clauses: list[dict[str, Any]],
    changes: dict[str, float] | None = None,
    by: str = "Aye",
    rung: str = "war",
    weeks: int = 1,
    runs: int = 200,
    **dates: Any,
) -> np.ndarray:
    """Rows of an episode between Aye and Bee in which nobody rises, begun by one of them."""
    values = small(weeks)
    values["incidents"] = values["cascades"] = []
    if rung:
        start(values, by, "Bee" if by == "Aye" else "Aye", rung=rung)
    values["treaties"] = [treaty("pact", *clauses, **dates)]
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")}
    put(values, calm | CERTAIN | {"settlement/war_weeks": 5200.0, "inadvertent/war_per_act": 0.0})
    return simulate(lower(built(put(values, changes or {}))), 21, 0, runs).rows


def verdicts(found: np.ndarray, name: str = OF_CEE) -> np.ndarray:
    return found[f"verdict:pact/{name}|Aye"]


LATE = {"signed": "2026-06-19", "in_force": "2027-12-04"}

NARROW, NEVER_LIMITED = {"adjudication/narrow_reading": 1.0}, {"adjudication/limited_is_invasion": 0.0}

CASES = {
    "met": (Verdict.MET, {}, {}, {}),
    "met, with every condition": (
        Verdict.MET,
        {
            "trigger": BOTH, "on_request": True, "area": ["Strait"],
            "qualifiers": ["article_51", "laws_of_both_parties", "constitutional_processes", "external_attack_only"],
        },
        {},
        {},
    ),
    "not signed": (Verdict.NOT_IN_FORCE, {}, {}, {"signed": None, "in_force": "2027-12-04"}),
    "ended": (Verdict.NOT_IN_FORCE, {}, {}, {"ended": "2026-11-01"}),
    "signed": (Verdict.NOT_IN_FORCE, {}, {"adjudication/retroactive": 0.0}, LATE),
    "signed and invoked": (Verdict.MET_RETROACTIVELY, {}, {}, LATE),
    "put in force": (Verdict.MET, {}, {}, {"signed": None, "in_force": None, "counterfactual": True}),
    "nothing happens": (Verdict.UNTESTED, {}, {}, {"rung": ""}),
    "a clash only": (Verdict.BELOW_TRIGGER, {}, {}, {"rung": "clash"}),
    "a clash is a threat": (Verdict.MET, {"trigger": "direct_threat"}, {}, {"rung": "clash"}),
    "an attack without a war": (Verdict.NOT_A_STATE_OF_WAR, {"trigger": BOTH}, {}, {"rung": "attack"}),
    "an attack is enough": (Verdict.MET, {}, {}, {"rung": "attack"}),
    "a war that is not recognised": (
        Verdict.NOT_A_STATE_OF_WAR, {"trigger": BOTH}, {"adjudication/war_recognised": 0.0}, {},
    ),
    "no invasion": (Verdict.NO_INVASION, {"invasion": True}, NARROW | NEVER_LIMITED, {}),
    "no invasion, short of war": (Verdict.NO_INVASION, {"invasion": True}, NARROW | NEVER_LIMITED, {"rung": "attack"}),
    "read widely": (Verdict.MET, {"invasion": True}, NEVER_LIMITED, {}),
    "a limited war is an invasion": (Verdict.MET, {"invasion": True}, NARROW, {}),
    "no text says invasion": (Verdict.MET, {}, NARROW | NEVER_LIMITED, {}),
    "attacked, not believed": (Verdict.BENEFICIARY_JUDGED_ATTACKER, {}, {"adjudication/victim_if_attacked": 0.0}, {}),
    "attacker": (Verdict.BENEFICIARY_JUDGED_ATTACKER, {}, {"adjudication/victim_if_attacker": 0.0}, {"by": "Bee"}),
    "attacker and excused": (Verdict.MET, {}, {}, {"by": "Bee"}),
    "attacker, external attack only": (
        Verdict.BENEFICIARY_JUDGED_ATTACKER, {"qualifiers": ["external_attack_only"]}, {}, {"by": "Bee"},
    ),
    "elsewhere": (Verdict.OUTSIDE_AREA, {"area": ["Hills"]}, {}, {}),
    "not asked": (Verdict.NOT_REQUESTED, {"on_request": True}, {"adjudication/request_made": 0.0}, {}),
    "need not be asked": (Verdict.MET, {}, {"adjudication/request_made": 0.0}, {}),
    "not self-defence": (
        Verdict.QUALIFIER_NOT_SATISFIED, {"qualifiers": ["article_51"]}, {"adjudication/article_51": 0.0}, {},
    ),
    "against the law": (
        Verdict.QUALIFIER_NOT_SATISFIED,
        {"qualifiers": ["laws_of_both_parties"]},
        {"adjudication/laws_of_both_parties": 0.0},
        {},
    ),
    "stopped by parliament": (
        Verdict.QUALIFIER_NOT_SATISFIED,
        {"qualifiers": ["constitutional_processes"]},
        {"adjudication/constitutional_processes": 0.0},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("verdict", "told", "changes", "more"), CASES.values(), ids=CASES)
def test_the_reason(verdict: Verdict, told: dict[str, Any], changes: dict[str, float], more: dict[str, Any]) -> None:
    found = verdicts(rows([clause("Cee", "Bee", **told)], changes, **more))
    assert set(found.tolist()) == {int(verdict)}


def test_every_verdict_has_a_case() -> None:
    assert {case[0] for case in CASES.values()} == set(Verdict)


def test_a_doubt_is_settled_once_and_not_every_week() -> None:
    """At a probability of 0.6, half a year of war meets no clause that its first week did not.

    20,000 runs see an error of 0.017; drawn anew each week the share would be 1.
    """
    doubts = {"adjudication/victim_if_attacked": 0.6}
    pact = [clause("Cee", "Bee", trigger=BOTH)]
    first, last = (verdicts(rows(pact, doubts, weeks=weeks, runs=20_000)) for weeks in (1, 26))
    assert np.array_equal(first, last)
    assert abs((first == Verdict.MET).mean() - 0.6) < 5.0 * np.sqrt(0.6 * 0.4 / 20_000)


def test_clauses_share_their_doubts() -> None:
    """What meets the stricter of two clauses meets the other, in every run; and independent doubts multiply."""
    doubts = {
        "adjudication/victim_if_attacked": 0.7, "adjudication/war_recognised": 0.5, "adjudication/article_51": 0.8,
    }  # fmt: skip
    wide, strict = clause("Cee", "Bee"), clause("Cee", "Bee", name="strict", trigger=BOTH, qualifiers=["article_51"])
    found = rows([wide, strict], doubts, runs=20_000)
    met_wide, met_strict = (verdicts(found, name) == Verdict.MET for name in (OF_CEE, "strict"))
    assert not (met_strict & ~met_wide).any()
    for met, p in ((met_wide, 0.7), (met_strict, 0.7 * 0.5 * 0.8)):
        assert abs(met.mean() - p) < 5.0 * np.sqrt(p * (1 - p) / 20_000)


def shifted(p: float, shift: float) -> float:
    return 1.0 / (1.0 + (1.0 - p) / p * math.exp(-shift))


@pytest.mark.parametrize("shift", [-1.0, 0.0, 1.5])
def test_obligors_lean(shift: float) -> None:
    """Log-odds of the obligor are added to the doubts, and to nobody else's; sees 0.018 in a share of a half."""
    doubts = {"adjudication/victim_if_attacked": 0.6, "adjudication/war_recognised": 0.5}
    pact = [clause("Cee", "Bee", trigger=BOTH)]
    for key, other in (("partiality", 0.5), ("recognition", 0.6)):
        p = shifted(0.6 if key == "partiality" else 0.5, shift) * other
        met = verdicts(rows(pact, doubts | {f"actors/Cee/{key}": shift}, runs=20_000)) == Verdict.MET
        assert abs(met.mean() - p) < 5.0 * np.sqrt(p * (1 - p) / 20_000)
        assert abs(met.mean() - p * 1.1) > 5.0 * np.sqrt(p * (1 - p) / 20_000)
        others = verdicts(rows(pact, doubts | {f"actors/{name}/{key}": 9.0 for name in ("Aye", "Bee")}, runs=2000))
        assert np.array_equal(others, verdicts(rows(pact, doubts, runs=2000)))


def test_whether_a_limited_war_is_an_invasion_is_settled_once() -> None:
    doubts = {"adjudication/narrow_reading": 1.0, "adjudication/limited_is_invasion": 0.35}
    pact = [clause("Cee", "Bee", invasion=True), clause("Cee", "Bee", name="wide")]
    first, last = (rows(pact, doubts, weeks=weeks, runs=20_000) for weeks in (1, 26))
    assert np.array_equal(verdicts(first), verdicts(last))
    assert abs((verdicts(first) == Verdict.MET).mean() - 0.35) < 5.0 * np.sqrt(0.35 * 0.65 / 20_000)
    assert set(verdicts(first, "wide").tolist()) == {Verdict.MET}


def test_a_war_that_grows_becomes_an_invasion() -> None:
    """A limited war that is none turns into a major one in week 3; only then is the duty met, and Cee decides anew."""
    ladder = rungs()
    ladder.insert(-1, {**ladder[-2], "name": "major war"})
    values = start(start(small(6), "Aye", "Bee"), "Aye", "Bee", week=3, rung="major war")
    values["ladder"], values["incidents"], values["cascades"] = ladder, [], []
    calm = {f"actors/{name}/resolve": -50.0 for name in ("Aye", "Bee", "Cee")}
    still = {"settlement/war_weeks": 5200.0, "partnerships/Cee>Bee/exposure": 0.0, "entry/latency_theatre": 0.0}
    put(values, calm | CERTAIN | still | {"entry/honouring": 1.0, "entry/unmet": 60.0})
    put(values, NARROW | NEVER_LIMITED)
    values["treaties"] = [treaty("pact", clause("Cee", "Bee", invasion=True))]
    grown = simulate(lower(built(values)), 5, 0, 300).rows
    assert set(verdicts(grown).tolist()) == {Verdict.MET}
    assert (grown["entry:Cee>Bee"] >= 4).mean() > 0.95
    assert (grown["t_entry:Cee>Bee"] >= 3).all()
    values["start"].pop()
    limited = simulate(lower(built(values)), 5, 0, 300).rows
    assert set(verdicts(limited).tolist()) == {Verdict.NO_INVASION}
    assert (limited["entry:Cee>Bee"] < 4).all()
