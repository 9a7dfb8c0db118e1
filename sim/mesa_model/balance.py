"""The balance of power in a rivalry, with the allies that each side expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mesa_model.entities import Rivalry, Support
from sim.rules.beliefs import entry_belief
from sim.rules.choice import caution, coercion
from sim.rules.clauses import duty
from sim.rules.power import expected_strength, share

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def read_texts(run: Run) -> None:
    """Find the strongest duty on every ally by the texts in force now."""
    act_strength = run.values["entry.act_strength"]
    for support in run.cast.supports:
        support.text = 0.0
        for test in support.judgement.tests if support.judgement else ():
            if test.area_possible and test.statuses[run.now] in (2, 4):
                support.text = max(support.text, duty(test.response, test.automaticity, act_strength))


def believed_entry(run: Run, support: Support, own: bool) -> float:
    """Probability of entry in the eyes of the beneficiary (`own`) or of the adversary."""
    return entry_belief(
        support.lean_own if own else support.lean_adversary,
        support.text,
        run.values["beliefs.obligation_weight"],
        run.values["beliefs.obligation_reference"],
        support.evidence,
    )


def allies_strength(run: Run, supports: list[Support], own: bool, total: float) -> float:
    """Strength `total` plus what the allies count for in the eyes of one believer."""
    believer = run.values["beliefs.weight_own" if own else "beliefs.weight_adversary"]
    weight = run.values["choice.entrants_weight"] * believer
    for support in supports:
        p = believed_entry(run, support, own)
        total += expected_strength(support.strength, support.inside, p, weight)
    return total


def share_of_power(run: Run, rivalry: Rivalry) -> float:
    """Share of power of a rivalry's actor, expected allies included."""
    mine = allies_strength(run, rivalry.opposite.supports, True, rivalry.own)
    theirs = allies_strength(run, rivalry.supports, False, rivalry.other)
    return share(mine, theirs)


def refresh(run: Run, rivalry: Rivalry) -> None:
    """Recompute a rivalry's weights of gain and cost from the present beliefs."""
    p = rivalry.power_share = share_of_power(run, rivalry)
    rivalry.coercion = coercion(rivalry.stake, p)
    rivalry.caution = caution(p, rivalry.actor.ease)
