"""The clause test: what a treaty partner finds, and how strong a duty it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import Judgement, Test
from sim.mesa_model.ladder_moves import number_of
from sim.rules.clauses import bites, duty, judges_victim, qualifiers_hold, recognises_war, verdict
from sim.treaties import Verdict, word

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
    war = recognises_war(u[1], pair.phase, values["adjudication.war_recognised"])
    other = 3.0 - number_of(rivalry)
    struck_first = {other: 1.0, 3.0: 0.5}.get(pair.attacker, 0.0)
    victim = judges_victim(
        u[0],
        struck_first,
        values["adjudication.victim_if_attacked"],
        values["adjudication.victim_if_attacker"],
    )
    asked = 1.0 if u[2] < values["adjudication.request_made"] else 0.0
    strongest, consult = -1.0, 0.0
    for test in judgement.tests:
        found = _verdict(run, judgement, test, u[3], war, victim, struck_first, asked)
        if bites(found) > 0.5:
            if test.response == 0:
                consult = 1.0
            else:
                strongest = max(strongest, duty(test.response, test.automaticity, values["entry.act_strength"]))
    return strongest, consult


def _verdict(
    run: Run,
    judgement: Judgement,
    test: Test,
    u: float,
    war: float,
    victim: float,
    struck_first: float,
    asked: float,
) -> int:
    rivalry, values = judgement.rivalry, run.values
    status = test.statuses[run.now]
    retroactive = 0.0
    if status == 1:
        late = run.once(judgement.address, Purpose.RETROACTIVE, rivalry.pair)[0]
        retroactive = 1.0 if late < values["adjudication.retroactive"] else 0.0
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
        status, test.trigger, threatened, rivalry.attacked, war, victim, struck_first, test.external_only,
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
