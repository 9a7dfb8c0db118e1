"""The clause test: what a treaty partner finds, and how strong a duty it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import Judgement, Pair, Test
from sim.mesa_model.ladder_moves import number_of
from sim.rules.clauses import bites, duty, is_invasion, judges_victim, qualifiers_hold, recognises_war, verdict
from sim.treaties import Status, Verdict, word

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def test_clauses(run: Run, judgement: Judgement) -> tuple[float, float]:
    """Test every clause of a judgement; give (strongest duty to use force, 1.0 if consultation is due).

    The duty is -1 where no clause that calls for force is met.
    """
    rivalry, values = judgement.rivalry, run.values
    pair = rivalry.pair
    if not judgement.tests:
        return -1.0, 0.0
    u = run.once(judgement.address, Purpose.VERDICT, pair)
    war = recognises_war(u[1], pair.phase, values["adjudication.war_recognised"], judgement.recognition)
    other = 3.0 - number_of(rivalry)
    struck_first = {other: 1.0, 3.0: 0.5}.get(pair.attacker, 0.0)
    victim = judges_victim(
        u[0],
        struck_first,
        values["adjudication.victim_if_attacked"],
        values["adjudication.victim_if_attacker"],
        judgement.partiality,
    )
    asked = 1.0 if u[2] < values["adjudication.request_made"] else 0.0
    invasion = _finds_invasion(run, judgement, pair.grave)
    strongest, consult = -1.0, 0.0
    for test in judgement.tests:
        found = _verdict(run, judgement, test, u[3], war, invasion, victim, struck_first, asked)
        if bites(found) > 0.5:
            if test.response == 0:
                consult = 1.0
            else:
                strongest = max(strongest, duty(test.response, test.automaticity, values["entry.act_strength"]))
    return strongest, consult


def _is_invoked(run: Run, judgement: Judgement, test: Test) -> bool:
    """Whether the obligor would invoke a treaty as it stands: in force, or signed and invoked all the same."""
    status = test.statuses[run.now]
    if status != Status.SIGNED:
        return status in (Status.IN_FORCE, Status.COUNTERFACTUAL)
    late = run.once(judgement.address, Purpose.RETROACTIVE, judgement.rivalry.pair)[0]
    return bool(late < run.values["adjudication.retroactive"])


def _finds_invasion(run: Run, judgement: Judgement, grave: float) -> float:
    """1.0 where the obligor finds an invasion; drawn once per episode, and only where the wording is in doubt."""
    narrow = run.values["adjudication.narrow_reading"]
    if narrow == 0.0:
        return 1.0
    u = run.once(judgement.address, Purpose.WORDING, judgement.rivalry.pair)[0]
    return float(is_invasion(u, grave, narrow, run.values["adjudication.limited_is_invasion"]))


def turned_invasion(run: Run, pair: Pair) -> bool:
    """Whether a war that has become a major one is thereby an invasion to an obligor that had found none."""
    if pair.grave < 0.5 or run.values["adjudication.narrow_reading"] == 0.0:
        return False
    judgements = [judgement for rivalry in pair.sides for judgement in rivalry.judgements]
    return any(
        test.clause.invasion and _is_invoked(run, judgement, test) and _finds_invasion(run, judgement, 0.0) < 0.5
        for judgement in judgements
        for test in judgement.tests
    )


def _verdict(
    run: Run,
    judgement: Judgement,
    test: Test,
    u: float,
    war: float,
    invasion: float,
    victim: float,
    struck_first: float,
    asked: float,
) -> int:
    rivalry, values = judgement.rivalry, run.values
    status = test.statuses[run.now]
    retroactive = 1.0 if _is_invoked(run, judgement, test) else 0.0
    qualified = qualifiers_hold(
        u,
        test.mask,
        values["adjudication.article_51"],
        values["adjudication.laws_of_both_parties"],
        values["adjudication.constitutional_processes"],
    )
    in_area = 1.0 if not test.clause.area or rivalry.theatre in test.clause.area else 0.0
    threatened = 1.0 if rivalry.highest >= run.cast.ladder.threat else rivalry.attacked
    found = verdict(
        status, test.trigger, threatened, rivalry.attacked, war, invasion if test.clause.invasion else 1.0, victim,
        struck_first, test.external_only,
        in_area, asked if test.clause.on_request else 1.0, qualified, retroactive,
    )  # fmt: skip
    test.verdict = max(test.verdict, float(found))
    if found != test.last:
        test.last = found
        run.note("clause", treaty=test.treaty.name, clause=test.clause.name, article=test.clause.article,
                 obligor=judgement.obligor, beneficiary=judgement.beneficiary, adversary=rivalry.actor.name,
                 counterfactual=test.treaty.counterfactual, theatre=rivalry.theatre,
                 beneficiary_struck_first=struck_first, verdict=word(Verdict(found)))  # fmt: skip
    return int(found)
