"""The scenario format as typed, frozen objects; every key of a scenario file is a field here.

A quantity field carries its unit and range in its annotation. Nothing here knows about files,
lines or merging (`sim.scenario.load`), nor about arrays (`sim.engine.lower`).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.quantity import (
    Days,
    LogOdds,
    PerYear,
    Positive,
    Probability,
    Quantity,
    Share,
    Unit,
    Utils,
    Weeks,
    Years,
    field,
    one,
    zero,
)
from sim.theories import DEFAULT, THEORIES

if TYPE_CHECKING:
    Theory = str
else:
    # The words are the files of a folder, which no type checker can know.
    Theory = Literal[THEORIES]

FORMAT_VERSION = 1

Curvature = Annotated[Positive, Unit("exponent", 0.0, 2.0)]
Rationality = Annotated[Positive, Unit("rationality (1/util)", 0.0, 100.0)]


class Block(BaseModel):
    """Base of every block: frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = ""
    note: str = ""
    confidence: Literal["measured", "estimated", "judged"] | None = None


class Rung(Block):
    """One rung of the escalation ladder."""

    name: str
    mid_level: int = field("Militarized Interstate Dispute hostility level, 1-5", ge=1, le=5)
    icb_violence: int = field("International Crisis Behavior violence level, 1-4", ge=1, le=4)
    flags: tuple[Literal["force", "armed_attack", "state_of_war", "nuclear"], ...] = field(
        "what is done here; rules ask for these", default=()
    )
    gain: Utils = field("coercive gain of standing on this rung, at stake 1 and full power")
    cost: Positive = field("cost of conflict at this rung, at even power")
    nuclear_risk: Positive = field("utility lost to nuclear risk at this rung, at fear 1")
    tension: Positive = field("tension that an act at this rung adds to its target")


class Reach(Block):
    """Share of an actor's free power that can be brought to bear in a theatre."""

    name: str
    share: Share = field("share of free power that basing lets it use there")


class Actor(Block):
    """A state: power, private type and decision parameters."""

    name: str
    label: str = field("name in full", default="")
    theory: Theory = field("decision theory: a file of sim/rules/theories", default=DEFAULT)
    power: Share = field("conventional power, share of the world's")
    tied_down: Share = Field(default_factory=zero, description="share of power bound elsewhere")
    arsenal: Positive = Field(default_factory=zero, description="nuclear warheads")
    resolve: Utils = field("private type: added to the utility of going up")
    rationality: Rationality = field("precision of choice")
    audience_cost: Utils = field("utility lost per rung when backing down from it in public")
    reputation: Share = field("weight of the actor's word")
    cost_tolerance: Positive = field("1 = reference; conflict costs are divided by it")
    nuclear_fear: Positive = field("weight of nuclear risk, 1 = reference")
    reach: tuple[Reach, ...] = ()
    partiality: LogOdds = Field(default_factory=zero, description="added to its judging a beneficiary to be the victim")
    recognition: LogOdds = Field(default_factory=zero, description="added to its recognising a state of war")
    first_use: Positive = Field(
        default_factory=one, description="doctrine: factor on the hazard of its nuclear first use, but for accidents"
    )
    home: tuple[str, ...] = field("theatres that are its own territory; empty = any attack counts", default=())


class TheatreShare(Block):
    """Share of a rivalry's armed attacks that fall in a theatre."""

    name: str
    share: Share = field("share of the attacks that fall there")


class Rivalry(Block):
    """A directed rivalry, named ``A>B``; both directions are listed."""

    name: str
    open: bool = field("whether it is live from the start; others open by entry or tripwire")
    rung: str = field("rung at the start")
    theatres: tuple[TheatreShare, ...] = field("where armed attacks by A on B would fall")
    stake: Annotated[Positive, Unit("stake", 0.0, 100.0)] = field("what A has at stake against B")
    habit: Utils = field("utility of going up when nothing speaks for it")
    resolve_belief: Probability = field("A's belief that B is resolved, at the start")


Form = Literal["none", "diplomatic", "arms", "rear_area_forces", "forces_in_theatre", "nuclear_signal"]
#: Forms of support in rising order.
LIMITS: tuple[str, ...] = get_args(Form)


class Partnership(Block):
    """A supports B, named ``A>B``, whether or not a treaty says so."""

    name: str
    stake: Positive = field("A's stake in B")
    value: Positive = field("value to A of B's winning")
    declared: Share = field("how firmly A's leaders have declared themselves")
    believed: Probability = field("B's prior belief that A would enter with forces")
    believed_by_adversary: Probability = field("an adversary's prior belief that A would")
    exposure: Probability = Field(
        default_factory=zero, description="probability that A's forces are struck in an armed attack on B"
    )
    restraint: Positive = Field(
        default_factory=zero,
        description="utils against B's going up to force, until A's forces are in",
    )
    limit: Form = field("highest form of support that A's law allows")
    raised_limit: Form | None = field(
        "highest form in a graver legal situation; left out, the same as limit", default=None
    )
    raised: Probability = Field(
        default_factory=zero,
        description="probability that, in a state of war, A's government finds the graver situation",
    )


class Front(Block):
    """An outside war that ties an actor's force down."""

    name: str
    actor: str = field("whose force it ties")
    tied: Share = field("share of the actor's power that it ties at intensity 1")
    intensity: Share = field("intensity at the start; 0 = not fought")
    ends_years: Years = field("mean time to a ceasefire, which puts the intensity at 0")
    relief: Share = Field(
        default_factory=zero, description="share of the tied force that partners free at full support"
    )
    onset: PerYear = Field(default_factory=zero, description="hazard that it begins, or begins anew, at intensity 1")
    shock: PerYear = Field(
        default_factory=zero,
        description="added to that hazard while two actors of the scenario are in an armed conflict",
    )


Amount = Annotated[Positive, Unit("amount (units of the exchange)", 0.0)]
AmountPerYear = Annotated[Positive, Unit("rate (units of the exchange/year)", 0.0)]
FullRate = Annotated[Positive, Unit("rate (units of the exchange/year)", 1e-6)]


class Exchange(Block):
    """What one partner sends another."""

    name: str
    direction: str = field("sender and receiver, A>B")
    kind: Literal["munitions", "troops", "aid", "technology"] = field("what is sent, which decides what it does")
    front: str | None = field(
        "front of the receiver that is served; where it is not fought nothing is sent", default=None
    )
    in_return_for: str | None = field("exchange on whose supply this one depends", default=None)
    rate: AmountPerYear = field("what is sent")
    full: FullRate = field("rate at which supply is full")
    stock: Amount = field("what the sender has at the start")
    production: AmountPerYear = field("what it adds to that")
    effect: Positive = field("at full supply: of the front's support, tolerance of cost, or power per year")
    cost: Share = Field(
        default_factory=zero, description="sender's power lost with its munitions, or tied by troops at full supply"
    )
    threat: Positive = Field(
        default_factory=zero, description="technology: relative gain of others' nuclear fear per year at full supply"
    )


class TieKind(Block):
    """One of the five ties between partners."""

    name: Literal["security", "trade", "investment", "culture", "humanitarian"]
    weight: Positive = field("weight in the mean of the ties")
    level: Share = field("how close it is")


class Tie(Block):
    """What binds A to B beside the treaty, named ``A>B`` as their partnership; it builds cohesion."""

    name: str
    kinds: tuple[TieKind, ...]
    cohesion: Share = field("at the start")
    builds_years: Years = field("mean time in which cohesion moves to the level of the ties")
    feeding: Share = Field(
        default_factory=zero, description="share of what the ties lack that full exchange between the two makes up for"
    )
    reference: Share = field("cohesion at which it changes nothing")
    value: Positive = field("relative gain of the ally's value per unit of cohesion")
    price: Positive = field("relative gain of the price of abandoning it per unit of cohesion")


class IncidentSide(Block):
    """Who acts against whom when an incident of this kind happens."""

    name: str = field("rivalry A>B")
    share: Share = field("share of the incidents that it brings about")
    others: tuple[str, ...] = field("further actors whose tension against A rises too", default=())


class IncidentMark(Block):
    """How grave an incident of this kind is."""

    name: str = field("rung")
    share_hot: Share = field("share of the incidents at this rung, hot phase")
    share_cold: Share = field("the same in the cold phase")


class Incident(Block):
    """A kind of incident: a marked, exciting point process."""

    name: str
    rate_hot: PerYear = field("immigrants in the hot phase, offspring not counted")
    rate_cold: PerYear = field("the same in the cold phase")
    coded: Probability = field("probability that MID would code it")
    tension: Positive = field("multiplier of the rung's tension")
    lifts: bool = field("whether it lifts its actor to the rung of its mark", default=True)
    sides: tuple[IncidentSide, ...]
    marks: tuple[IncidentMark, ...]


class CascadeTarget(Block):
    """A kind that a cascade brings about, and its share of the offspring."""

    name: str = field("kind of incident")
    share: Share = field("share of the offspring that are of this kind")


class Cascade(Block):
    """Incidents that bring about further incidents: one self- and cross-exciting process."""

    name: str
    by: tuple[str, ...] = field("kinds whose incidents bring about others")
    branching: Annotated[Positive, Unit("branching ratio", 0.0, 10.0)] = field("mean offspring of one incident")
    decay_days: Days = field("mean delay of the offspring")
    into: tuple[CascadeTarget, ...] = field("kinds of the offspring")


class Climate(Block):
    """Slow alternation of hot and cold phases."""

    hot_years: Years = field("mean duration of a hot phase")
    cold_years: Years = field("mean duration of a cold phase")


class Choice(Block):
    """Weights common to all actors' choices."""

    tension_weight: Utils = field("per unit of tension, towards going up")
    tension_decay_days: Days = field("time in which tension shrinks to 1/e")
    matching: Utils = field("per rung that the opponent stands higher, towards going up")
    retaliation: Utils = field("towards going up where the opponent used force since the last choice")
    relief: Utils = field("towards going down, at any rung above the lowest")
    concede: Utils = field("per rung above the opponent, towards going down")
    entrants_weight: Share = field("weight of expected entrants in the balance of power")
    instability: Positive = Field(
        default_factory=zero, description="utils towards going up short of war, where both sides have arsenals"
    )
    stability: Positive = Field(
        default_factory=zero, description="utils against going up in or into war, where both sides have arsenals"
    )


class Prospect(Block):
    """What the theory `prospect` adds: how gains and losses from the status quo are felt."""

    loss_aversion: Positive = field("weight of a loss, where a gain has 1")
    gain_curvature: Curvature = field("exponent of gains, 1 = as they are")
    loss_curvature: Curvature = field("exponent of losses, 1 = as they are")


def _no_prospect() -> Prospect:
    return Prospect(loss_aversion=one(), gain_curvature=one(), loss_curvature=one())


class Reciprocity(Block):
    """What the theory `reciprocity` adds: Richardson's coefficients, per step of 7 days."""

    reaction: Positive = field("to each rung on which the opponent stands")
    fatigue: Positive = field("from each rung on which the actor stands")
    grievance: Positive = field("from each unit of tension")


def _no_reciprocity() -> Reciprocity:
    return Reciprocity(reaction=zero(), fatigue=zero(), grievance=zero())


class Beliefs(Block):
    """How beliefs about entry and resolve form and move."""

    obligation_weight: LogOdds = field("per unit of treaty duty in the text, beyond the reference")
    obligation_reference: Share = field("treaty duty at which the priors hold")
    declared_weight: LogOdds = field("per unit of declared commitment, beyond the reference")
    declared_reference: Share = field("declared commitment at which the priors hold")
    observed_support: LogOdds = field("for the first support of any form that is seen")
    observed_entry: LogOdds = field("added to that for the first forces that are seen")
    waiting: Annotated[LogOdds, Unit("log-odds", 0.0)] = field("lost per week of armed attack without forces")
    resolve_learning: Share = field("share of the way to certainty that one move by choice takes a belief")
    weight_own: Share = field("how far a beneficiary counts on its ally (emboldenment)")
    weight_adversary: Share = field("how far an adversary counts on that ally (deterrence)")


class Adjudication(Block):
    """Doubts with which an obligor judges whether a clause is triggered."""

    victim_if_attacked: Probability = field("beneficiary, attacked first, is judged the victim")
    victim_if_attacker: Probability = field("beneficiary, having attacked first, is judged the victim")
    war_recognised: Probability = field("a state of war is recognised when there is one")
    narrow_reading: Probability = Field(
        default_factory=zero, description="where one text of a clause says invasion, that reading holds"
    )
    limited_is_invasion: Probability = Field(
        default_factory=one, description="under that reading, less than a major war counts as an invasion"
    )
    request_made: Probability = field("the beneficiary asks for help")
    article_51: Probability = field("self-defence under Article 51 is accepted")
    laws_of_both_parties: Probability = field("both parties' laws are found to allow it")
    constitutional_processes: Probability = field("the obligor's constitutional process consents")
    retroactive: Probability = field("a signed treaty not yet in force is invoked all the same")


NonNegativeLogOdds = Annotated[LogOdds, Unit("log-odds weight", 0.0)]


class Entry(Block):
    """Whether an ally enters, in what form and how fast; drawn once per ally and crisis of its beneficiary."""

    honouring: Probability = field("P(forces in theatre or more | duty met, reference case)")
    unmet: NonNegativeLogOdds = field("log-odds lost where no duty to use force is met")
    act_strength: Share = field("strength of a duty to 'act', where 'all means' is 1")
    obligation_weight: NonNegativeLogOdds = field("per unit of the strongest duty met")
    obligation_reference: Share = field("duty at which that shift is zero")
    stake_weight: NonNegativeLogOdds = field("per unit of the ally's stake")
    stake_reference: Positive = field("stake at which that shift is zero")
    reputation_weight: NonNegativeLogOdds = field("per unit of reputation times declared commitment")
    declared_reference: Share = field("reputation times declared commitment at which that shift is zero")
    winning_weight: NonNegativeLogOdds = field("per unit of gain in the share of power times value")
    winning_reference: Positive = field("gain times value at which that shift is zero")
    tied_down_weight: NonNegativeLogOdds = field("against entry, per unit of the ally's tied share")
    tied_down_reference: Share = field("tied share at which that shift is zero")
    nuclear_weight: NonNegativeLogOdds = field("against entry, per unit of nuclear exposure")
    nuclear_reference: Positive = field("exposure at which that shift is zero")
    diplomatic: Probability = field("P(diplomatic support | no more than that, reference case)")
    arms: Probability = field("P(arms | no forces, reference case)")
    rear: Probability = field("P(rear-area forces | no forces in theatre, reference case)")
    nuclear_signal: Share = field("share of theatre entries with a nuclear signal, if armed so")
    consult_weight: NonNegativeLogOdds = field("added for diplomatic support where consultation is due")
    latency_diplomatic: Weeks = field("mean time from decision to arrival, diplomatic support")
    latency_arms: Weeks = field("mean time from decision to arrival, arms")
    latency_rear: Weeks = field("mean time from decision to arrival, rear-area forces")
    latency_theatre: Weeks = field("mean time from decision to arrival, forces in theatre")


class Inadvertent(Block):
    """War that nobody chose."""

    war_per_act: Probability = field("probability that an act at force slides into war")


Factor = Annotated[Positive, Unit("factor", 1.0)]


class Nuclear(Block):
    """First use of nuclear weapons, by one armed side."""

    first_use: Literal["choice", "hazard"] = field(
        "choice: a rung like others; hazard: drawn in a war, choice only after it",
        default="choice",
    )
    limited_war: Probability = Field(
        default_factory=zero, description="P(first use | a war of mean length on the first rung of war)"
    )
    major_war: Probability = Field(
        default_factory=zero, description="P(first use | a war of mean length above the first rung of war)"
    )
    losing: Factor = Field(default_factory=one, description="factor on the hazard of a side that is losing")
    losing_share: Share = Field(default_factory=zero, description="share of power below which a side is losing")
    decapitation: Factor = Field(
        default_factory=one, description="factor in a major war for a side under attack on its own territory"
    )
    accident: Probability = Field(
        default_factory=zero, description="P(first use that nobody ordered | a war of mean length)"
    )


class Settlement(Block):
    """How wars end."""

    war_weeks: Annotated[Weeks, Unit("time (weeks)", 0.1, 5200.0)] = field("mean time to a ceasefire")
    refractory_weeks: Weeks = field("time after a ceasefire in which nobody goes up")


def _one() -> Quantity:
    return Quantity(arguments=(1.0,), source="absent: all")


class Coding(Block):
    """How event data sets would code what happens; no run depends on it."""

    threat_by_choice: Probability = Field(
        default_factory=_one, description="probability that a threat by choice is coded"
    )
    fatal: Probability = Field(default_factory=zero, description="probability that an act at force is fatal")
    war: Probability = Field(default_factory=_one, description="probability that a state of war reaches 1,000 deaths")


class StartEvent(Block):
    """Something that is made to happen at a given week."""

    week: float = field("weeks from the start", ge=0)
    by: str
    against: str
    incident: str | None = field("kind of incident", default=None)
    rung: str | None = field("rung that `by` is put on", default=None)
    severity: float = field("multiplies the tension of an incident", default=1.0, gt=0)


class Dated(Block):
    """A parameter that has another value from some date on."""

    name: str
    since: datetime.date = field("first day on which the new value holds")
    path: str = field("the parameter, such as actors.DPRK.arsenal")
    value: Annotated[LogOdds, Unit("in the unit of its path")] = field("its new value")


class Successor(Block):
    """An old party of a treaty and the state that took its place."""

    name: str
    to: str = field("state that took its place")


class Clause(Block):
    """A directional duty: the obligor owes the beneficiary a response on a trigger."""

    name: str
    obligor: str = field("who owes the response")
    beneficiary: str = field("to whom it is owed")
    trigger: Literal["direct_threat", "armed_attack", "armed_attack_and_state_of_war"] = field(
        "what must have happened to the beneficiary"
    )
    response: Literal["consult", "act", "assist_all_means"] = field("what is owed")
    automaticity: Share = field("how far the text leaves the response to no one's discretion")
    qualifiers: tuple[
        Literal["article_51", "laws_of_both_parties", "constitutional_processes", "external_attack_only"], ...
    ] = field("conditions that the text sets on the duty", default=())
    on_request: bool = field("whether the beneficiary must ask", default=False)
    area: tuple[str, ...] = field("theatres; empty = anywhere", default=())
    invasion: bool = field("whether one of its texts says invasion where another says armed attack", default=False)
    article: str = field("where it stands in the text", default="")


class Treaty(Block):
    """A treaty version: dates and clauses."""

    pactsim_treaty: Literal[1] = 1
    name: str
    slot: str = field("place that versions compete for, such as DPRK-Russia")
    version: str
    title: str = field("name in full")
    parties: tuple[str, ...] = field("states that signed it")
    successors: tuple[Successor, ...] = ()
    signed: datetime.date | None = field("day of signature", default=None)
    ratified: datetime.date | None = field("day on which the last party ratified", default=None)
    in_force: datetime.date | None = field("first day in force", default=None)
    ended: datetime.date | None = field("first day on which it no longer binds", default=None)
    clauses: tuple[Clause, ...] = ()
    counterfactual: bool = field("put in force for the whole horizon by the scenario", default=False)


class Scenario(Block):
    """A scenario as resolved: everything merged, nothing left to look up."""

    pactsim: Literal[1]
    stem: str = ""
    title: str
    question: str = ""
    as_of: datetime.date
    horizon_days: float = field("from `horizon: 52 weeks`")
    step_days: float = field("from `step: 7 days`")
    switches: dict[str, str] = {}
    start: tuple[StartEvent, ...] = ()
    timeline: tuple[Dated, ...] = ()
    outcomes: tuple[str, ...] = field("outcomes to print", default=())
    ladder: tuple[Rung, ...]
    actors: tuple[Actor, ...]
    rivalries: tuple[Rivalry, ...]
    partnerships: tuple[Partnership, ...] = ()
    treaties: tuple[Treaty, ...] = ()
    incidents: tuple[Incident, ...] = ()
    cascades: tuple[Cascade, ...] = ()
    fronts: tuple[Front, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    ties: tuple[Tie, ...] = ()
    climate: Climate
    choice: Choice
    prospect: Prospect = Field(default_factory=_no_prospect)
    reciprocity: Reciprocity = Field(default_factory=_no_reciprocity)
    beliefs: Beliefs
    adjudication: Adjudication
    entry: Entry
    inadvertent: Inadvertent
    nuclear: Nuclear = Nuclear()
    settlement: Settlement
    coding: Coding = Coding()

    @property
    def n_steps(self) -> int:
        """Number of whole steps in the horizon, at least 1."""
        return max(1, round(self.horizon_days / self.step_days))

    def quantities(self) -> dict[str, Quantity]:
        """Every quantity by its dotted path, list items by name, in path order.

        Returns
        -------
        dict of str to Quantity
            Such as ``{"actors.Russia.tied_down": Quantity(…), …}``.
        """
        found: dict[str, Quantity] = {}
        _collect(self, "", found)
        return dict(sorted(found.items()))


def _collect(value: object, path: str, found: dict[str, Quantity]) -> None:
    if isinstance(value, Quantity):
        found[path] = value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            _collect(getattr(value, key), f"{path}.{key}" if path else key, found)
    elif isinstance(value, tuple):
        for item in value:
            if isinstance(item, BaseModel) and hasattr(item, "name"):
                _collect(item, f"{path}.{quoted(item.name)}", found)


def quoted(name: str) -> str:
    """Quote a name that has a dot, a quote or a bracket in it, as paths need.

    Examples
    --------
    >>> quoted("naval clash"), quoted("U.S.")
    ('naval clash', '"U.S."')
    """
    return f'"{name}"' if any(character in name for character in '."=') else name
