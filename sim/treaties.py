"""The words of treaties and support: triggers, responses, forms, verdicts.

Everything here is plain data with stable integer codes. The codes are what the compiled
rules compare and what a results folder stores, so a code is never reused.
"""

from __future__ import annotations

from enum import IntEnum


class Trigger(IntEnum):
    """What must have happened to the beneficiary before a clause can bite."""

    DIRECT_THREAT = 0
    ARMED_ATTACK = 1
    ARMED_ATTACK_AND_STATE_OF_WAR = 2


class Response(IntEnum):
    """What a clause that bites asks of the obligor, in rising order."""

    CONSULT = 0
    ACT = 1
    ASSIST_ALL_MEANS = 2


class Qualifier(IntEnum):
    """Conditions a clause sets on its own duty; each is one bit of a clause's mask."""

    ARTICLE_51 = 0
    LAWS_OF_BOTH_PARTIES = 1
    CONSTITUTIONAL_PROCESSES = 2
    EXTERNAL_ATTACK_ONLY = 3


class Status(IntEnum):
    """Standing of a treaty at one date."""

    ABSENT = 0
    SIGNED = 1
    IN_FORCE = 2
    ENDED = 3
    COUNTERFACTUAL = 4


class Form(IntEnum):
    """Form of support an ally gives a beneficiary against an adversary, in rising order."""

    NONE = 0
    DIPLOMATIC = 1
    ARMS = 2
    REAR_AREA_FORCES = 3
    FORCES_IN_THEATRE = 4
    NUCLEAR_SIGNAL = 5


#: The lowest form that counts as an intervention.
INTERVENTION = Form.REAR_AREA_FORCES


class Verdict(IntEnum):
    """What an obligor finds when it tests a clause, with the reason, in the order of the test."""

    UNTESTED = 0
    NOT_IN_FORCE = 1
    BELOW_TRIGGER = 2
    NOT_A_STATE_OF_WAR = 3
    NO_INVASION = 4
    BENEFICIARY_JUDGED_ATTACKER = 5
    OUTSIDE_AREA = 6
    NOT_REQUESTED = 7
    QUALIFIER_NOT_SATISFIED = 8
    MET = 9
    MET_RETROACTIVELY = 10


#: A sentence for every verdict, used wherever a person reads one.
VERDICT_TEXT: dict[Verdict, str] = {
    Verdict.UNTESTED: "never tested: the beneficiary was not under threat",
    Verdict.NOT_IN_FORCE: "not in force at that date",
    Verdict.BELOW_TRIGGER: "below the trigger: what happened is less than the clause asks for",
    Verdict.NOT_A_STATE_OF_WAR: "the obligor does not recognise a state of war",
    Verdict.NO_INVASION: "the obligor finds no invasion, which one of the texts asks for",
    Verdict.BENEFICIARY_JUDGED_ATTACKER: "the obligor judges the beneficiary to be the attacker",
    Verdict.OUTSIDE_AREA: "the attack lies outside the area of the clause",
    Verdict.NOT_REQUESTED: "the beneficiary did not ask for it",
    Verdict.QUALIFIER_NOT_SATISFIED: "a qualifier of the clause is not satisfied",
    Verdict.MET: "met: the duty bites",
    Verdict.MET_RETROACTIVELY: "met: signed and not yet in force, invoked retroactively",
}


def word(code: IntEnum) -> str:
    """Give the scenario-file spelling of a code.

    Examples
    --------
    >>> word(Response.ASSIST_ALL_MEANS)
    'assist_all_means'
    """
    return code.name.lower()
