"""Who there is in a run: from a scenario and drawn parameters to linked objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.arithmetic import exp
from sim.draws import entity
from sim.engine.lowering.incidents import scheduled_events
from sim.mesa_model.entities import (
    Actor,
    Cascade,
    Event,
    Exchange,
    Front,
    Judgement,
    Kind,
    Ladder,
    Pair,
    Partnership,
    Rivalry,
    Side,
    Support,
    Test,
    Tie,
)
from sim.rules.beliefs import entry_lean
from sim.rules.climate import leaving_probability
from sim.rules.fronts import hazard_probability
from sim.rules.incidents import mean_per_step, next_step_share, same_step_share
from sim.rules.settlement import decay_factor
from sim.scenario.model import Clause, Scenario, Treaty, quoted
from sim.scenario.names import ends
from sim.scenario.standing import dated_changes, first_rungs, shares_a_shock, treaty_statuses
from sim.treaties import Form, Qualifier, Response, Trigger


@dataclass(slots=True)
class Cast:
    """Everything in a run, in name order."""

    ladder: Ladder
    actors: dict[str, Actor]
    rivalries: dict[str, Rivalry]
    pairs: list[Pair]
    partnerships: dict[str, Partnership]
    supports: list[Support]
    judgements: list[Judgement]
    kinds: dict[str, Kind]
    cascades: list[Cascade]
    fronts: dict[str, Front]
    exchanges: dict[str, Exchange]
    ties: dict[str, Tie]
    events: list[Event]
    #: steps at which some treaty's standing changes
    new_epochs: frozenset[int] = frozenset()


class Values:
    """Parameter values of one run by path."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self.values = values

    def __call__(self, *parts: str) -> float:
        """Value at a path, names unquoted."""
        return self.values[".".join([parts[0], *map(quoted, parts[1:])])]


class Script:
    """What is the same in every run of a scenario: clauses, treaties' standing by step, phases.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.clauses = _clauses(scenario)
        self.statuses = {treaty.name: treaty_statuses(scenario, treaty) for treaty in scenario.treaties}
        standings = self.statuses.values()
        changes = [s for s in range(1, scenario.n_steps) if any(x[s] != x[s - 1] for x in standings)]
        self.new_epochs = frozenset(changes)
        self.changes = self._changes()
        self.epochs = {ends(rivalry.name): self._epochs(*ends(rivalry.name)) for rivalry in scenario.rivalries}

    def _changes(self) -> dict[int, list[tuple[str, str]]]:
        """By step, the paths of the parameters that change, each with the path of its new value."""
        found: dict[int, list[tuple[str, str]]] = {}
        for step, change in dated_changes(self.scenario):
            found.setdefault(step, []).append((change.path, f"timeline.{quoted(change.name)}.value"))
        return found

    def _epochs(self, *pair: str) -> list[int]:
        """By step, how often the standing of a treaty that is tested between two actors has changed so far."""
        actors = {actor.name for actor in self.scenario.actors}
        tested = {t.name for t, _, o, b in self.clauses if b in pair and o in actors and o not in pair}
        epochs = [0]
        for s in range(1, self.scenario.n_steps):
            changed = any(self.statuses[name][s] != self.statuses[name][s - 1] for name in tested)
            epochs.append(epochs[-1] + changed)
        return epochs


def assemble(script: Script, values: Mapping[str, float]) -> Cast:
    """Build the things of one run.

    Parameters
    ----------
    script : Script
        Of the scenario.
    values : mapping of str to float
        Parameter values of this run by path.

    Returns
    -------
    Cast
        Fresh objects.
    """
    at, scenario = Values(values), script.scenario
    ladder = _ladder(scenario, at)
    actors = _actors(scenario, at, ladder)
    rivalries = _rivalries(scenario, at, ladder, actors)
    pairs = _pairs(script, rivalries)
    fronts = _fronts(scenario, at, actors)
    exchanges = _exchanges(scenario, at, actors, fronts)
    ties = _ties(scenario, at, exchanges)
    partnerships = _partnerships(scenario, at, actors, ties)
    supports = _supports(at, rivalries, partnerships)
    judgements = _judgements(script, at, rivalries, actors)
    kinds = _kinds(scenario, at, ladder, rivalries)
    return Cast(
        ladder, actors, rivalries, pairs, partnerships, supports, judgements, kinds,
        _cascades(scenario, at, kinds), fronts, exchanges, ties, _events(scenario, rivalries, kinds), script.new_epochs,
    )  # fmt: skip


def _ladder(scenario: Scenario, at: Values) -> Ladder:
    rungs = [rung.name for rung in scenario.ladder]

    def steps(what: str) -> list[float]:
        levels = [at("ladder", rung, what) for rung in rungs]
        return [high - low for low, high in zip(levels, levels[1:], strict=False)]

    tension = [at("ladder", rung, "tension") for rung in rungs]
    return Ladder(rungs, steps("gain"), steps("cost"), steps("nuclear_risk"), tension, **first_rungs(scenario))


def _actors(scenario: Scenario, at: Values, ladder: Ladder) -> dict[str, Actor]:
    found = {}
    for actor in sorted(scenario.actors, key=lambda x: x.name):
        arsenal = at("actors", actor.name, "arsenal")
        top = ladder.length - 1.0 if arsenal > 0.0 else ladder.nuclear - 1.0
        reach = {r.name: at("actors", actor.name, "reach", r.name, "share") for r in actor.reach}
        found[actor.name] = Actor(
            name=actor.name,
            theory=actor.theory,
            power=at("actors", actor.name, "power"),
            tied_down=at("actors", actor.name, "tied_down"),
            arsenal=arsenal,
            resolve=at("actors", actor.name, "resolve"),
            rationality=at("actors", actor.name, "rationality"),
            audience_cost=at("actors", actor.name, "audience_cost"),
            reputation=at("actors", actor.name, "reputation"),
            inverse_tolerance=1.0 / at("actors", actor.name, "cost_tolerance"),
            nuclear_fear=at("actors", actor.name, "nuclear_fear"),
            partiality=at("actors", actor.name, "partiality"),
            recognition=at("actors", actor.name, "recognition"),
            first_use=at("actors", actor.name, "first_use"),
            address=entity("actor", actor.name),
            top_rung=top,
            top_before=ladder.nuclear - 1.0 if scenario.nuclear.first_use == "hazard" else top,
            home=frozenset(actor.home),
            reach=reach or None,
        )
    return found


def reach_there(actor: Actor, theatres: list[tuple[str, float]]) -> float:
    """Reach of an actor where attacks fall on these theatres in these shares."""
    reach = 0.0
    for theatre, share in theatres:
        reach += share * (1.0 if actor.reach is None else actor.reach.get(theatre, 0.0))
    return reach


def _rivalries(scenario: Scenario, at: Values, ladder: Ladder, actors: dict[str, Actor]) -> dict[str, Rivalry]:
    found: dict[str, Rivalry] = {}
    for rivalry in sorted(scenario.rivalries, key=lambda x: x.name):
        actor, target = (actors[name] for name in ends(rivalry.name))
        names = sorted(theatre.name for theatre in rivalry.theatres)
        theatres = [(name, at("rivalries", rivalry.name, "theatres", name, "share")) for name in names]
        start = float(ladder.names.index(rivalry.rung))
        made = Rivalry(
            name=rivalry.name,
            actor=actor,
            target=target,
            address=entity("rivalry", actor.name, target.name),
            theatre_address=entity("rivalry theatre", actor.name, target.name),
            starts_open=rivalry.open,
            stake=at("rivalries", rivalry.name, "stake"),
            habit=at("rivalries", rivalry.name, "habit"),
            push=at("rivalries", rivalry.name, "habit") + actor.resolve,
            theatres=theatres,
            reach_own=reach_there(actor, theatres),
            reach_other=reach_there(target, theatres),
            rung=start,
            peak=start,
            belief=at("rivalries", rivalry.name, "resolve_belief"),
            is_open=rivalry.open,
            ceiling=actor.top_before,
        )
        found[rivalry.name] = made
        actor.rivalries.append(made)
    return found


def _pairs(script: Script, rivalries: dict[str, Rivalry]) -> list[Pair]:
    pairs = []
    for a, b in sorted({tuple(sorted(ends(name))) for name in rivalries}):
        pair = Pair(rivalries[f"{a}>{b}"], rivalries[f"{b}>{a}"], entity("pair", a, b), script.epochs[a, b])
        pair.first.opposite, pair.second.opposite = pair.second, pair.first
        pair.first.pair = pair.second.pair = pair
        pairs.append(pair)
    return pairs


def _partnerships(
    scenario: Scenario, at: Values, actors: dict[str, Actor], ties: dict[str, Tie]
) -> dict[str, Partnership]:
    numbers = ("stake", "value", "declared", "believed", "believed_by_adversary", "exposure", "restraint", "raised")
    found = {}
    for partnership in sorted(scenario.partnerships, key=lambda x: x.name):
        ally, beneficiary = (actors[name] for name in ends(partnership.name))
        values = {number: at("partnerships", partnership.name, number) for number in numbers}
        limits = [partnership.limit, partnership.raised_limit or partnership.limit]
        limit, raised_limit = (float(Form[word.upper()]) for word in limits)
        found[partnership.name] = Partnership(
            partnership.name, ally, beneficiary, **values, limit=limit, raised_limit=raised_limit,
            tie=ties.get(partnership.name),
        )  # fmt: skip
    return found


def _supports(at: Values, rivalries: dict[str, Rivalry], partnerships: dict[str, Partnership]) -> list[Support]:
    found = []
    for rivalry in rivalries.values():
        for partnership in partnerships.values():
            if partnership.beneficiary is rivalry.target and partnership.ally is not rivalry.actor:
                support = _support(at, rivalry, partnership)
                support.against = rivalries.get(f"{partnership.ally.name}>{rivalry.actor.name}")
                rivalry.supports.append(support)
                found.append(support)
    return found


def _support(at: Values, rivalry: Rivalry, partnership: Partnership) -> Support:
    ally = partnership.ally
    weight, reference = at("beliefs", "declared_weight"), at("beliefs", "declared_reference")
    return Support(
        partnership=partnership,
        rivalry=rivalry,
        address=entity("support", ally.name, partnership.beneficiary.name),
        reach_ally=reach_there(ally, rivalry.theatres),
        lean_own=entry_lean(partnership.believed, partnership.declared, weight, reference),
        lean_adversary=entry_lean(partnership.believed_by_adversary, partnership.declared, weight, reference),
    )


def _clauses(scenario: Scenario) -> list[tuple[Treaty, Clause, str, str]]:
    """Clauses by treaty and clause name, with the obligor and beneficiary of today."""
    found = []
    for treaty in sorted(scenario.treaties, key=lambda x: x.name):
        heirs = {heir.name: heir.to for heir in treaty.successors}
        for clause in sorted(treaty.clauses, key=lambda x: x.name):
            states = [heirs.get(name, name) for name in (clause.obligor, clause.beneficiary)]
            found.append((treaty, clause, states[0], states[1]))
    return found


def _judgements(script: Script, at: Values, rivalries: dict[str, Rivalry], actors: dict[str, Actor]) -> list[Judgement]:
    clauses = script.clauses
    found = []
    for rivalry in rivalries.values():
        adversary, beneficiary = rivalry.actor.name, rivalry.target.name
        for obligor in sorted({o for _, _, o, b in clauses if b == beneficiary and o != adversary}):
            address = entity("judgement", obligor, beneficiary, adversary)
            one = actors.get(obligor)
            leanings = (one.partiality, one.recognition) if one is not None else (0.0, 0.0)
            judgement = Judgement(obligor, beneficiary, rivalry, address, *leanings)
            if one is not None:
                judgement.tests = [
                    _test(script, at, rivalry, t, c) for t, c, o, b in clauses if (o, b) == (obligor, beneficiary)
                ]
            rivalry.judgements.append(judgement)
            found.append(judgement)
            for support in rivalry.supports:
                if support.partnership.ally.name == obligor:
                    support.judgement = judgement
    return found


def _test(script: Script, at: Values, rivalry: Rivalry, treaty: Treaty, clause: Clause) -> Test:
    bits = [Qualifier[word.upper()] for word in clause.qualifiers]
    return Test(
        treaty=treaty,
        clause=clause,
        automaticity=at("treaties", treaty.name, "clauses", clause.name, "automaticity"),
        trigger=int(Trigger[clause.trigger.upper()]),
        response=int(Response[clause.response.upper()]),
        mask=sum(1 << int(bit) for bit in bits if bit != Qualifier.EXTERNAL_ATTACK_ONLY),
        external_only=int(Qualifier.EXTERNAL_ATTACK_ONLY in bits),
        area_possible=not clause.area or any(name in clause.area for name, _ in rivalry.theatres),
        statuses=script.statuses[treaty.name],
    )


def _kinds(scenario: Scenario, at: Values, ladder: Ladder, rivalries: dict[str, Rivalry]) -> dict[str, Kind]:
    found = {}
    for kind in sorted(scenario.incidents, key=lambda x: x.name):
        sides = []
        for side in sorted(kind.sides, key=lambda x: x.name):
            rivalry = rivalries[side.name]
            others = [rivalries.get(f"{name}>{rivalry.actor.name}") for name in sorted(side.others)]
            share = at("incidents", kind.name, "sides", side.name, "share")
            sides.append(Side(rivalry, share, [other for other in others if other is not None]))
        marks = []
        for mark in sorted(kind.marks, key=lambda x: ladder.names.index(x.name)):
            shares = [at("incidents", kind.name, "marks", mark.name, f"share_{phase}") for phase in ("hot", "cold")]
            marks.append((ladder.names.index(mark.name), shares[0], shares[1]))
        hot, cold = (
            mean_per_step(at("incidents", kind.name, f"rate_{phase}"), scenario.step_days) for phase in ("hot", "cold")
        )
        grave = any(rung >= ladder.force for rung, _, _ in marks)
        found[kind.name] = Kind(
            name=kind.name,
            address=entity("incident", kind.name),
            mean_hot=hot,
            mean_cold=cold,
            quiet_hot=exp(-hot),
            quiet_cold=exp(-cold),
            tension=at("incidents", kind.name, "tension"),
            lifts=kind.lifts,
            drawn=grave or len(sides) > 1 or len(marks) > 1,
            sides=sides,
            marks=marks,
        )
    return found


def _cascades(scenario: Scenario, at: Values, kinds: dict[str, Kind]) -> list[Cascade]:
    found = []
    for cascade in sorted(scenario.cascades, key=lambda x: x.name):
        branching = at("cascades", cascade.name, "branching")
        decay = at("cascades", cascade.name, "decay_days")
        names = sorted(target.name for target in cascade.into)
        found.append(
            Cascade(
                name=cascade.name,
                address=entity("cascade", cascade.name),
                by=[kinds[name] for name in sorted(set(cascade.by))],
                into=[(kinds[name], at("cascades", cascade.name, "into", name, "share")) for name in names],
                same=branching * same_step_share(decay, scenario.step_days),
                next=branching * next_step_share(decay, scenario.step_days),
                factor=decay_factor(decay, scenario.step_days),
            )
        )
    return found


def _fronts(scenario: Scenario, at: Values, actors: dict[str, Actor]) -> dict[str, Front]:
    found = {}
    days = scenario.step_days
    for front in sorted(scenario.fronts, key=lambda x: x.name):
        onset, shock = at("fronts", front.name, "onset"), at("fronts", front.name, "shock")
        found[front.name] = Front(
            name=front.name,
            actor=actors[front.actor],
            address=entity("front", front.name),
            tied=at("fronts", front.name, "tied"),
            relief=at("fronts", front.name, "relief"),
            p_ends=leaving_probability(at("fronts", front.name, "ends_years"), days),
            p_begins=hazard_probability(onset, days),
            p_begins_shocked=hazard_probability(onset + shock, days),
            shocked=shares_a_shock(scenario, front),
            intensity=at("fronts", front.name, "intensity"),
        )
        found[front.name].actor.fronts.append(found[front.name])
    return found


def _exchanges(
    scenario: Scenario, at: Values, actors: dict[str, Actor], fronts: dict[str, Front]
) -> dict[str, Exchange]:
    found = {}
    years = scenario.step_days / 365.25
    for exchange in sorted(scenario.exchanges, key=lambda x: x.name):
        sender, receiver = (actors[name] for name in ends(exchange.direction))
        keys = ("rate", "full", "production", "stock", "effect", "cost", "threat")
        of = {key: at("exchanges", exchange.name, key) for key in keys}
        made = found[exchange.name] = Exchange(
            name=exchange.name,
            sender=sender,
            receiver=receiver,
            kind=exchange.kind,
            rate=of["rate"] * years,
            full=of["full"] * years,
            production=of["production"] * years,
            at_first=of["stock"],
            effect=of["effect"],
            cost=of["cost"],
            threat=of["threat"],
            stock=of["stock"],
        )
        sender.sends.append(made)
        if exchange.front is not None:
            made.front = fronts[exchange.front]
            made.front.served_by.append(made)
    for exchange in scenario.exchanges:
        if exchange.in_return_for is not None:
            found[exchange.name].in_return_for = found[exchange.in_return_for]
    return found


def _ties(scenario: Scenario, at: Values, exchanges: dict[str, Exchange]) -> dict[str, Tie]:
    found = {}
    for tie in sorted(scenario.ties, key=lambda x: x.name):
        total = weights = 0.0
        for kind in sorted(kind.name for kind in tie.kinds):
            weight = at("ties", tie.name, "kinds", kind, "weight")
            total += weight * at("ties", tie.name, "kinds", kind, "level")
            weights += weight
        pair = set(ends(tie.name))
        found[tie.name] = Tie(
            name=tie.name,
            level=total / weights if weights > 0.0 else 0.0,
            pace=leaving_probability(at("ties", tie.name, "builds_years"), scenario.step_days),
            feeding=at("ties", tie.name, "feeding"),
            reference=at("ties", tie.name, "reference"),
            value=at("ties", tie.name, "value"),
            price=at("ties", tie.name, "price"),
            cohesion=at("ties", tie.name, "cohesion"),
            fed_by=[each for each in exchanges.values() if {each.sender.name, each.receiver.name} == pair],
        )
    return found


def _events(scenario: Scenario, rivalries: dict[str, Rivalry], kinds: dict[str, Kind]) -> list[Event]:
    rungs = [rung.name for rung in scenario.ladder]
    return [
        Event(
            step=step,
            address=address,
            rivalry=rivalries[f"{event.by}>{event.against}"],
            kind=None if event.incident is None else kinds[event.incident],
            rung=-1 if event.rung is None else rungs.index(event.rung),
            severity=event.severity,
        )
        for step, address, event in scheduled_events(scenario)
    ]
