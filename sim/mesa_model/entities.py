"""The things of one run: plain objects with their parameters and their state.

Names, addresses and structure come from the scenario (`sim.mesa_model.cast`); what changes as the
run goes on has a default here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.scenario.model import Clause, Treaty

#: A step that is never reached.
NEVER = 1e6
#: Phases of an episode, as events name them.
PHASES = ("none", "threat", "force", "armed attack", "state of war", "nuclear")


@dataclass(slots=True)
class Ladder:
    """The escalation ladder: increments between neighbouring rungs, and the first rung of each phase."""

    names: list[str]
    d_gain: list[float]
    d_cost: list[float]
    d_nuclear: list[float]
    tension: list[float]
    threat: int
    force: int
    attack: int
    war: int
    nuclear: int

    @property
    def length(self) -> int:
        """Number of rungs."""
        return len(self.names)


@dataclass(slots=True, eq=False)
class Actor:
    """A state and its parameters in this run."""

    name: str
    theory: str
    power: float
    tied_down: float
    arsenal: float
    resolve: float
    rationality: float
    audience_cost: float
    reputation: float
    inverse_tolerance: float
    nuclear_fear: float
    partiality: float
    recognition: float
    #: doctrine: factor on the hazard of first use
    first_use: float
    #: draw address of its first use
    address: int
    #: highest rung open to choice, after and before a first use
    top_rung: float
    top_before: float
    home: frozenset[str]
    reach: dict[str, float] | None
    rivalries: list[Rivalry] = field(default_factory=list, repr=False)
    #: fronts that tie its force, and what it sends
    fronts: list[Front] = field(default_factory=list, repr=False)
    sends: list[Exchange] = field(default_factory=list, repr=False)
    t_attacked: float = -1.0
    #: step at which its own territory first came under armed attack
    home_hit: float = NEVER
    #: share of power bound elsewhere when last looked at; power, 1 / cost tolerance, and relative gain of
    #: others' nuclear fear of the actor when last estimated
    tied: float = 0.0
    might: float = 0.0
    ease: float = 0.0
    menace: float = 0.0
    #: crises so far (times in which the actor has any episode), the branch on which the present one
    #: began, and the step at which an episode last ended
    crisis: int = 0
    crisis_branch: int = 0
    crisis_end: float = -1.0


@dataclass(slots=True, eq=False)
class Rivalry:
    """A directed rivalry: one actor's standing towards another."""

    name: str
    actor: Actor
    target: Actor
    address: int
    theatre_address: int
    starts_open: bool
    stake: float
    habit: float
    push: float
    theatres: list[tuple[str, float]]
    reach_own: float
    reach_other: float
    rung: float
    belief: float
    pair: Pair = field(init=False, repr=False)
    opposite: Rivalry = field(init=False, repr=False)
    #: supports for the target against the actor, and the judgements about them
    supports: list[Support] = field(default_factory=list, repr=False)
    judgements: list[Judgement] = field(default_factory=list, repr=False)
    is_open: bool = False
    tension: float = 0.0
    struck: float = 0.0
    attacked: float = 0.0
    #: highest rung that incidents of this step lifted the actor to
    crest: float = 0.0
    #: strength of both where the actor attacks the target, and the actor's weight of nuclear risk
    own: float = 0.0
    other: float = 0.0
    fear: float = 0.0
    coercion: float = 0.0
    caution: float = 0.0
    #: highest rung open to the actor's choice in this episode
    ceiling: float = 0.0
    #: the actor's share of power, expected allies included
    power_share: float = 0.0
    peak: float = 0.0
    theatre: str = ""

    @property
    def highest(self) -> float:
        """Highest rung of this step, though the actor may have stepped down since."""
        return max(self.rung, self.crest)

    @property
    def at_home(self) -> bool:
        """Whether attacks of this episode fall on the target's own territory."""
        return not self.target.home or self.theatre in self.target.home

    @property
    def attacked_at_home(self) -> bool:
        """Whether the actor has attacked the target, in this episode, on the target's own territory."""
        return self.attacked > 0.5 and self.at_home


@dataclass(slots=True, eq=False)
class Pair:
    """The two rivalries between two actors, and the episode that may be under way between them."""

    first: Rivalry
    second: Rivalry
    address: int
    #: by step, how often the standing of a treaty that is tested in the pair's episodes has changed so far
    epochs: list[int] = field(default_factory=list, repr=False)
    ordinal: int = 0
    branch: int = 0
    phase: float = 0.0
    #: 1.0 once the present war has been a major one
    grave: float = 0.0
    #: who attacked first: 0 none, 1 `first`, 2 `second`, 3 both at once
    attacker: float = 0.0
    signature: float = -1.0
    refractory: float = 0.0
    alarm: float = NEVER
    #: steps at which the episode reached an armed attack, and at which that episode ended
    engaged_from: float = NEVER
    engaged_to: float = -1.0
    dirty: bool = False

    def engaged(self, now: int) -> bool:
        """Whether the pair was in an episode with an armed attack when this step began."""
        return self.engaged_from < now <= self.engaged_to

    @property
    def sides(self) -> tuple[Rivalry, Rivalry]:
        """Both rivalries, in name order."""
        return self.first, self.second


@dataclass(slots=True, eq=False)
class Support:
    """What an ally may do for the target of a rivalry against its actor."""

    partnership: Partnership
    rivalry: Rivalry
    address: int
    reach_ally: float
    lean_own: float
    lean_adversary: float
    against: Rivalry | None = None
    judgement: Judgement | None = None
    form: float = 0.0
    decided: float = 0.0
    due: float = -1.0
    evidence: float = 0.0
    tripped: float = 0.0
    text: float = 0.0
    strength: float = 0.0
    #: for the story of the run: phase at which it was last told that the ally sends no forces, and
    #: whether it was told that support waits
    told: float = 0.0
    waits: bool = False

    @property
    def name(self) -> str:
        """Such as ``Russia>DPRK/ROK``."""
        return f"{self.partnership.name}/{self.rivalry.actor.name}"

    def fights_itself(self, now: int) -> bool:
        """Whether the ally was in an armed conflict with the adversary before, other than by this support."""
        return self.against is not None and not self.inside and self.against.pair.engaged(now)

    @property
    def inside(self) -> float:
        """1.0 where the ally's forces are in or have been struck."""
        return 1.0 if self.form > 2.5 or self.tripped > 0.5 else 0.0


@dataclass(slots=True, eq=False)
class Partnership:
    """An ally and a beneficiary, with what the run remembers of the help given."""

    name: str
    ally: Actor
    beneficiary: Actor
    stake: float
    value: float
    declared: float
    believed: float
    believed_by_adversary: float
    exposure: float
    restraint: float
    limit: float
    raised_limit: float
    raised: float
    tie: Tie | None = None
    best: float = 0.0
    t_entry: float = -1.0
    t_trip: float = -1.0


@dataclass(slots=True, eq=False)
class Test:
    """One clause, tested by its obligor against one adversary."""

    treaty: Treaty
    clause: Clause
    automaticity: float
    trigger: int
    response: int
    mask: int
    external_only: int
    area_possible: bool
    statuses: list[int]
    verdict: float = 0.0
    #: verdict of the last test of this episode, for the story of the run
    last: int = 0


@dataclass(slots=True, eq=False)
class Judgement:
    """What one obligor has to judge about one beneficiary and one adversary."""

    obligor: str
    beneficiary: str
    rivalry: Rivalry
    address: int
    #: how the obligor leans, log-odds: to its beneficiary as the victim, and to recognising a state of war
    partiality: float
    recognition: float
    tests: list[Test] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Side:
    """One side of an incident: who acts, how often, and whose tension rises too."""

    rivalry: Rivalry
    share: float
    others: list[Rivalry]


@dataclass(slots=True, eq=False)
class Kind:
    """A kind of incident."""

    name: str
    address: int
    mean_hot: float
    mean_cold: float
    quiet_hot: float
    quiet_cold: float
    tension: float
    lifts: bool
    drawn: bool
    sides: list[Side]
    #: rung, share in hot and in cold phases
    marks: list[tuple[int, float, float]]
    count: int = 0


@dataclass(slots=True, eq=False)
class Cascade:
    """Kinds that set off further incidents, and the kinds of these."""

    name: str
    address: int
    by: list[Kind]
    into: list[tuple[Kind, float]]
    same: float
    next: float
    factor: float
    memory: float = 0.0


@dataclass(slots=True, eq=False)
class Front:
    """An outside war that ties an actor's force down."""

    name: str
    actor: Actor
    address: int
    tied: float
    relief: float
    p_ends: float
    p_begins: float
    p_begins_shocked: float
    shocked: bool
    intensity: float
    #: exchanges that serve it
    served_by: list[Exchange] = field(default_factory=list, repr=False)
    relieved: float = 0.0


@dataclass(slots=True, eq=False)
class Exchange:
    """What one partner sends another; amounts are per step."""

    name: str
    sender: Actor
    receiver: Actor
    kind: str
    rate: float
    full: float
    production: float
    at_first: float
    effect: float
    cost: float
    threat: float
    front: Front | None = None
    in_return_for: Exchange | None = None
    stock: float = 0.0
    supply: float = 0.0
    received: float = 0.0
    #: for the story of the run: whether the stock was too small for what was asked
    short: bool = False


@dataclass(slots=True, eq=False)
class Tie:
    """What binds an ally to its partner beside the treaty."""

    name: str
    level: float
    pace: float
    feeding: float
    reference: float
    value: float
    price: float
    cohesion: float
    #: exchanges between the two, in either direction
    fed_by: list[Exchange] = field(default_factory=list, repr=False)


@dataclass(slots=True, eq=False)
class Event:
    """Something that the scenario makes happen."""

    step: int
    address: int
    rivalry: Rivalry
    kind: Kind | None
    rung: int
    severity: float
