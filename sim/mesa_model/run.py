"""One run in plain Python: the order of a step, as a reader would tell it.

`Run` needs no Mesa. `sim.mesa_model.model` lets Mesa agents make the choices; `Run.step` makes
them itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.arithmetic import exp
from sim.draws import Purpose, entity, uniforms
from sim.mesa_model.balance import read_texts, refresh
from sim.mesa_model.cast import Script, assemble
from sim.mesa_model.choice import Decision, carry_out, decide
from sim.mesa_model.crisis import crisis_of_pair
from sim.mesa_model.dated import change_parameters
from sim.mesa_model.entities import Actor, Pair, Support
from sim.mesa_model.events import RunEvent
from sim.mesa_model.exchange import begin_exchange, exchange_step, renew
from sim.mesa_model.incidents import incidents, scheduled
from sim.mesa_model.other_pairs import settle_other_pairs
from sim.rules.climate import leaving_probability, next_phase, stationary_hot
from sim.rules.entry import odds_against
from sim.rules.nuclear import use_hazard
from sim.rules.settlement import ceasefire_probability, decay_factor, refractory_steps
from sim.scenario.standing import review_steps
from sim.treaties import Status, word


class Run:
    """State of one run and the processes that move it.

    Parameters
    ----------
    script : Script
        Of the scenario.
    values : dict of str to float
        Parameter values of this run by path.
    seed : int
        64-bit seed as a signed integer.
    draw : int
        Number of the run in its ensemble.
    record : bool
        Remember every event with its terms.
    turns : iterable of tuple of int
        Step and branch: from that step on, the run draws on that branch. Episodes and crises under way keep the
        branch that they began on.
    """

    def __init__(
        self,
        script: Script,
        values: dict[str, float],
        seed: int,
        draw: int,
        record: bool = False,
        turns: Iterable[tuple[int, int]] = (),
    ) -> None:
        # Parameters that change by date are written over in the course of the run.
        self.script, self.values = script, dict(values)
        self.values |= {path: values[name] for path, name in script.changes.get(0, [])}
        self.scenario = script.scenario
        self.turns = dict(turns)
        self.seed, self.draw, self.branch = seed, draw, self.turns.get(0, 0)
        self.step_days = float(self.scenario.step_days)
        self.events: list[RunEvent] | None = [] if record else None
        self.cast = assemble(script, self.values)
        self.now = 0
        self.review_steps = review_steps(self.scenario)
        self.t_force = self.t_war = self.t_nuclear = -1.0
        self.pending: list[tuple[str, Support]] = []
        self.derive()
        self._begin()

    def derive(self) -> None:
        """Compute what follows from the parameters alone."""
        at, days = self.values, self.step_days
        self.p_leave_hot = leaving_probability(at["climate.hot_years"], days)
        self.p_leave_cold = leaving_probability(at["climate.cold_years"], days)
        self.tension_factor = decay_factor(at["choice.tension_decay_days"], days)
        self.p_ceasefire = ceasefire_probability(at["settlement.war_weeks"], days)
        weeks = at["settlement.war_weeks"]
        self.use_limited = use_hazard(at["nuclear.limited_war"], weeks, days)
        self.use_major = use_hazard(at["nuclear.major_war"], weeks, days)
        self.use_accident = use_hazard(at["nuclear.accident"], weeks, days)
        self.refractory_steps = refractory_steps(at["settlement.refractory_weeks"], days)
        self.odds_honouring = odds_against(at["entry.honouring"])
        self.odds_unmet = exp(at["entry.unmet"])
        self.odds_rear = odds_against(at["entry.rear"])
        self.odds_arms = odds_against(at["entry.arms"])
        self.odds_diplomatic = odds_against(at["entry.diplomatic"])
        self.odds_consulted = self.odds_diplomatic * exp(-at["entry.consult_weight"])
        self.address = entity("climate")

    def _begin(self) -> None:
        p_hot = stationary_hot(self.values["climate.hot_years"], self.values["climate.cold_years"])
        self.hot = 1.0 if self.uniforms(self.address, Purpose.CLIMATE)[1] < p_hot else 0.0
        begin_exchange(self)
        renew(self)
        self._refresh_all()

    def _refresh_all(self) -> None:
        """Read the treaties in force and compute every balance of power."""
        read_texts(self)
        for rivalry in self.cast.rivalries.values():
            refresh(self, rivalry)

    def uniforms(self, address: int, purpose: Purpose, step: int | None = None, branch: int | None = None) -> Any:
        """Four uniforms at an address of this run; at the present step unless told."""
        step = self.now if step is None else step
        branch = self.branch if branch is None else branch
        return uniforms(self.seed, self.draw, step, address, int(purpose), branch)

    def once(self, address: int, purpose: Purpose, pair: Pair) -> Any:
        """Four uniforms drawn once per episode of a pair."""
        return uniforms(self.seed, self.draw, pair.ordinal, address, int(purpose), pair.branch)

    def once_in_crisis(self, support: Support, purpose: Purpose = Purpose.ENTRY) -> Any:
        """An ally's draws in the beneficiary's present crisis: the same against every adversary.

        Those on entry are for the form, its latency, the nuclear signal, and whether forces that are there are struck.
        """
        beneficiary = support.rivalry.target
        crisis, branch = beneficiary.crisis, beneficiary.crisis_branch
        return uniforms(self.seed, self.draw, crisis, support.address, int(purpose), branch)

    def note(self, kind: str, **details: Any) -> None:
        """Remember an event, if the run is recorded."""
        if self.events is not None:
            self.events.append(RunEvent(self.now, kind, details))

    @property
    def over(self) -> bool:
        """Whether the horizon is reached."""
        return self.now >= self.scenario.n_steps

    def step(self) -> None:
        """Advance by one step, every actor choosing for itself."""
        self.before_choices()
        decisions = [d for actor in self.cast.actors.values() for d in self.choices_of(actor)]
        self.after_choices(decisions)

    def before_choices(self) -> None:
        """Dated parameters, treaties' standing, climate, scheduled events, incidents, and what partners send."""
        self.branch = self.turns.get(self.now, self.branch)
        changed = self.now > 0 and change_parameters(self)
        review = self.now > 0 and self.review_steps > 0 and self.now % self.review_steps == 0
        if self.now in self.cast.new_epochs:
            self._note_treaties()
        if changed or review:
            renew(self)
        if changed or review or self.now in self.cast.new_epochs:
            self._refresh_all()
        u = self.uniforms(self.address, Purpose.CLIMATE)[0]
        hot = next_phase(self.hot, u, self.p_leave_hot, self.p_leave_cold)
        if hot != self.hot:
            self.note("climate", phase="hot" if hot > 0.5 else "cold")
        self.hot = hot
        for rivalry in self.cast.rivalries.values():
            rivalry.crest = 0.0
        for event in self.cast.events:
            if event.step == self.now:
                scheduled(self, event)
        incidents(self)
        exchange_step(self)

    def _note_treaties(self) -> None:
        """Remember the treaties whose standing changes at this step."""
        for name, statuses in self.script.statuses.items():
            if statuses[self.now] != statuses[self.now - 1]:
                self.note("treaty", treaty=name, status=word(Status(statuses[self.now])))

    def choices_of(self, actor: Actor) -> list[Decision]:
        """Decisions of one actor in its open rivalries, all on the state before anyone moves."""
        return [decide(self, rivalry) for rivalry in actor.rivalries if rivalry.is_open]

    def after_choices(self, decisions: list[Decision]) -> None:
        """Moves and acts, episodes, entry, ceasefires; then the next step begins."""
        carry_out(self, decisions)
        for pair in self.cast.pairs:
            crisis_of_pair(self, pair)
        settle_other_pairs(self)
        for pair in self.cast.pairs:
            if pair.dirty:
                pair.dirty = False
                refresh(self, pair.first)
                refresh(self, pair.second)
        self.now += 1

    def outcome_row(self) -> dict[str, int]:
        """Columns of the outcome row as stored, but for ``run``."""
        cast = self.cast
        rivalries, partnerships = cast.rivalries.values(), cast.partnerships.values()
        row: dict[str, float] = {"peak": max(r.peak for r in rivalries)}
        row |= {f"peak:{r.name}": r.peak for r in rivalries}
        row |= {f"end:{r.name}": r.rung for r in rivalries}
        row |= {"t_force": self.t_force, "t_war": self.t_war, "t_nuclear": self.t_nuclear}
        row |= {f"entry:{b.name}": b.best for b in partnerships}
        row |= {f"t_entry:{b.name}": b.t_entry for b in partnerships}
        row |= {f"tripwire:{b.name}": b.t_trip for b in partnerships}
        row |= {f"attacked_at_war:{a.name}": a.t_attacked for a in cast.actors.values()}
        for judgement in cast.judgements:
            adversary = judgement.rivalry.actor.name
            row |= {f"verdict:{t.treaty.name}/{t.clause.name}|{adversary}": t.verdict for t in judgement.tests}
        row |= {f"incidents:{k.name}": k.count for k in cast.kinds.values()}
        return {name: int(value) for name, value in row.items()}
