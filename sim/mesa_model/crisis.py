"""One pair with an episode: attacks, tripwires, clause tests, entry, settlement.

A pair touches only itself. What an entry or a ceasefire does to other pairs waits in
`Run.pending` until all pairs have been seen, so that no order of pairs matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import NEVER, Judgement, Pair, Rivalry, Support, Test
from sim.mesa_model.ladder_moves import note_first, number_of, raise_to
from sim.rules.beliefs import evidence_step
from sim.rules.clauses import bites, duty, judges_victim, qualifiers_hold, recognises_war, verdict
from sim.rules.entry import (
    allowed_form,
    covariate_shift,
    duty_shift,
    form_of_support,
    latency_steps,
    nuclear_exposure,
)
from sim.rules.moves import phase_of
from sim.rules.power import share
from sim.treaties import Form, Verdict, word

if TYPE_CHECKING:
    from sim.mesa_model.run import Run

PHASES = ("none", "threat", "force", "armed attack", "state of war", "nuclear")


def crisis_of_pair(run: Run, pair: Pair) -> None:
    """All that an episode brings to one pair in one step."""
    ladder = run.cast.ladder
    high = max(pair.first.rung, pair.second.rung, pair.crest)
    phase = phase_of(high, ladder.threat, ladder.force, ladder.attack, ladder.war, ladder.nuclear)
    if not _has_news(run, pair, phase):
        return
    if high < ladder.threat:
        if pair.phase > 0.0:
            end_episode(run, pair)
        return
    if pair.phase == 0.0:
        _begin_episode(run, pair)
    _note_attacks(run, pair, high, phase)
    _note_firsts(run, pair, phase)
    signature = _signature(run, pair)
    changed = signature != pair.signature
    if changed:
        pair.signature = signature
        _test_and_decide(run, pair)
    changed = _support_step(run, pair) or changed
    pair.dirty = pair.dirty or changed
    if phase > 3.5:
        _ceasefire(run, pair)


def _has_news(run: Run, pair: Pair, phase: float) -> bool:
    """Whether a step brings anything to the pair's episode that it has not dealt with."""
    begins_or_ends = phase > pair.phase or (phase == 0.0 and pair.phase > 0.0)
    treaties_changed = run.now in run.cast.new_epochs and pair.phase > 0.0
    return begins_or_ends or pair.phase > 2.5 or run.now >= pair.alarm or treaties_changed


def _begin_episode(run: Run, pair: Pair) -> None:
    pair.ordinal += 1
    pair.branch = run.branch
    for rivalry in pair.sides:
        rivalry.theatre = _theatre(run, rivalry)
    run.note("episode", between=[pair.first.actor.name, pair.second.actor.name], begins=True)


def _theatre(run: Run, rivalry: Rivalry) -> str:
    """Where a rivalry's attacks fall in this episode."""
    theatres = rivalry.theatres
    if not theatres:
        return ""
    place = 0
    if len(theatres) > 1:
        u = run.once(rivalry.theatre_address, Purpose.THEATRE, rivalry.pair)[0]
        total = theatres[0][1]
        while u >= total and place + 1 < len(theatres):
            place += 1
            total += theatres[place][1]
    return theatres[place][0]


def end_episode(run: Run, pair: Pair) -> None:
    """Forget everything that belongs to the episode; a rivalry opened by it closes."""
    run.note("episode", between=[pair.first.actor.name, pair.second.actor.name], begins=False)
    pair.phase = pair.attacker = 0.0
    pair.signature = -1.0
    pair.alarm = NEVER
    pair.dirty = True
    for rivalry in pair.sides:
        rivalry.attacked = 0.0
        if not rivalry.starts_open:
            rivalry.is_open = False
            rivalry.rung = 0.0
        for support in rivalry.supports:
            support.form = support.decided = support.evidence = support.tripped = 0.0
            support.due = -1.0


def _note_attacks(run: Run, pair: Pair, high: float, phase: float) -> None:
    """Note attacks and the mutual state of war that this step's moves amount to."""
    ladder = run.cast.ladder
    mine, theirs = pair.first.rung >= ladder.attack, pair.second.rung >= ladder.attack
    note_first(pair, (1.0 if mine else 0.0) + (2.0 if theirs else 0.0))
    if high >= ladder.war:
        raise_to(pair.first, ladder.war)
        raise_to(pair.second, ladder.war)
    for rivalry in pair.sides:
        if rivalry.rung >= ladder.attack and rivalry.attacked < 0.5:
            rivalry.attacked = 1.0
            run.note("attack", by=rivalry.actor.name, against=rivalry.target.name)
    if phase > pair.phase:
        pair.phase = phase
        run.note("phase", between=[pair.first.actor.name, pair.second.actor.name], phase=PHASES[int(phase)])


def _note_firsts(run: Run, pair: Pair, phase: float) -> None:
    """Note when force, war, nuclear use and attacks on territory first happened in the run."""
    now = float(run.now)
    if phase > 1.5 and run.t_force < 0.0:
        run.t_force = now
    if phase > 3.5:
        run.t_war = now if run.t_war < 0.0 else run.t_war
        run.t_nuclear = now if phase > 4.5 and run.t_nuclear < 0.0 else run.t_nuclear
        for rivalry in pair.sides:
            target = rivalry.target
            at_home = not target.home or rivalry.theatre in target.home
            if rivalry.attacked > 0.5 and at_home and target.t_attacked < 0.0:
                target.t_attacked = now


def _signature(run: Run, pair: Pair) -> float:
    """Number that changes when the state of the episode, or a treaty's standing, does."""
    attacks = 8.0 * pair.first.attacked + 16.0 * pair.second.attacked
    return pair.phase + attacks + 32.0 * pair.attacker + 128.0 * run.epoch


def _test_and_decide(run: Run, pair: Pair) -> None:
    """Test the clauses and decide on support, for both sides of a pair whose state has changed."""
    for rivalry in pair.sides:
        for judgement in rivalry.judgements:
            met, consult = test_clauses(run, judgement)
            for support in rivalry.supports:
                if support.judgement is judgement:
                    _decide_support(run, support, met, consult)
        for support in rivalry.supports:
            if support.judgement is None:
                _decide_support(run, support, 0.0, 0.0)
            if rivalry.attacked > 0.5 and support.tripped < 0.5:
                _trip(run, support)


def test_clauses(run: Run, judgement: Judgement) -> tuple[float, float]:
    """Test every clause of a judgement; give (strongest duty met, 1.0 if consultation is due)."""
    rivalry, values = judgement.rivalry, run.values
    pair = rivalry.pair
    if not judgement.tests:
        return 0.0, 0.0
    u = run.once(judgement.address, Purpose.VERDICT, pair)
    war = recognises_war(u[1], pair.phase, values["adjudication.war_recognised"])
    other = 3.0 - number_of(rivalry)
    struck_first = 1.0 if pair.attacker in (other, 3.0) else 0.0
    victim = judges_victim(
        u[0],
        struck_first,
        values["adjudication.victim_if_attacked"],
        values["adjudication.victim_if_attacker"],
    )
    asked = 1.0 if u[2] < values["adjudication.request_made"] else 0.0
    strongest, consult = 0.0, 0.0
    for test in judgement.tests:
        found = _verdict(run, judgement, test, u[3], war, victim, struck_first, asked)
        if bites(found) > 0.5:
            strongest = max(strongest, duty(test.response, test.automaticity, values["entry.act_strength"]))
            consult = 1.0 if test.response == 0 else consult
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
    found = verdict(
        status, test.trigger, rivalry.attacked, war, victim, struck_first, test.external_only,
        in_area, asked if test.clause.on_request else 1.0, qualified, retroactive,
    )  # fmt: skip
    test.verdict = max(test.verdict, float(found))
    if found != test.last:
        test.last = found
        run.note("clause", treaty=test.treaty.name, clause=test.clause.name, article=test.clause.article,
                 obligor=judgement.obligor, beneficiary=judgement.beneficiary, adversary=rivalry.actor.name,
                 counterfactual=test.treaty.counterfactual, verdict=word(Verdict(found)))  # fmt: skip
    return int(found)


def gain_from_joining(support: Support) -> float:
    """By how much the beneficiary's share of power rises if the ally joins."""
    rivalry, back = support.rivalry, support.rivalry.opposite
    mine, theirs = back.own_strength, back.other_strength
    for other in rivalry.supports:
        if other is not support:
            mine += other.strength * other.inside
    for other in back.supports:
        theirs += other.strength * other.inside
    return share(mine + support.strength, theirs) - share(mine, theirs)


def entry_shifts(run: Run, support: Support, met: float) -> dict[str, float]:
    """Shifts of the log-odds of entry by cause; they add up in this order."""
    values, pair = run.values, support.rivalry.pair
    armed = 1.0 if support.rivalry.actor.arsenal > 0.0 else 0.0
    winning = gain_from_joining(support) * support.partnership.value
    risk = nuclear_exposure(pair.phase, armed)
    return {
        "duty": duty_shift(
            met,
            values["entry.unmet"],
            values["entry.obligation_weight"],
            values["entry.obligation_reference"],
        ),
        "winning": covariate_shift(values["entry.winning_weight"], winning, values["entry.winning_reference"]),
        "nuclear risk": -covariate_shift(values["entry.nuclear_weight"], risk, values["entry.nuclear_reference"]),
        "stake, reputation and tied-down force": support.lean_entry,
    }


def _decide_support(run: Run, support: Support, met: float, consult: float) -> None:
    """Meet the state with the episode's draw; a higher form than before is put on its way."""
    values, partnership, pair = run.values, support.partnership, support.rivalry.pair
    u = run.once(support.address, Purpose.ENTRY, pair)
    shifts = entry_shifts(run, support, met)
    shift = shifts["duty"] + shifts["winning"] + shifts["nuclear risk"] + support.lean_entry
    form = form_of_support(
        u[0],
        shift,
        run.odds_honouring,
        run.odds_rear,
        run.odds_arms,
        run.odds_consulted if consult > 0.5 else run.odds_diplomatic,
    )
    signals = 1.0 if partnership.ally.arsenal > 0.0 and u[2] < values["entry.nuclear_signal"] else 0.0
    form = allowed_form(form, pair.phase, partnership.limit, signals)
    if form > support.decided:
        support.decided = form
        support.due = run.now + latency_steps(u[1], _mean_latency(run, form), run.step_days)
        pair.alarm = min(pair.alarm, support.due)
        run.note("support", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                 against=support.rivalry.actor.name, form=word(Form(int(form))), due=int(support.due),
                 duty=met, shifts=shifts)  # fmt: skip


def _mean_latency(run: Run, form: float) -> float:
    name = "theatre" if form > 3.5 else "rear" if form > 2.5 else "arms" if form > 1.5 else "diplomatic"
    return run.values[f"entry.latency_{name}"]


def _trip(run: Run, support: Support) -> None:
    """Whether the ally's forces at the beneficiary are struck in this episode's armed attack."""
    partnership = support.partnership
    u = run.once(support.address, Purpose.ENTRY, support.rivalry.pair)
    if u[3] < partnership.exposure:
        support.tripped = 1.0
        partnership.t_trip = float(run.now) if partnership.t_trip < 0.0 else partnership.t_trip
        run.pending.append(("struck", support))
        run.note("tripwire", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                 by=support.rivalry.actor.name)  # fmt: skip


def _support_step(run: Run, pair: Pair) -> bool:
    """Let support arrive and evidence gather; whether the balance of power has changed."""
    values, changed, alarm = run.values, False, NEVER
    for rivalry in pair.sides:
        for support in rivalry.supports:
            before = _arrive(run, support)
            if support.form > 2.5 and support.form > before:
                run.pending.append(("join", support))
            evidence = evidence_step(
                support.evidence,
                before,
                support.form,
                rivalry.attacked,
                values["beliefs.observed_support"],
                values["beliefs.observed_entry"],
                values["beliefs.waiting"],
                run.step_days / 7.0,
            )
            changed = changed or evidence != support.evidence or support.form != before
            support.evidence = evidence
            alarm = support.due if 0.0 <= support.due < alarm else alarm
    pair.alarm = alarm
    return changed


def _arrive(run: Run, support: Support) -> float:
    """Let support that is due arrive; give the form before."""
    before, partnership = support.form, support.partnership
    if 0.0 <= support.due <= run.now:
        support.form, support.due = support.decided, -1.0
        partnership.best = max(partnership.best, support.form)
        if support.form > 2.5 and partnership.t_entry < 0.0:
            partnership.t_entry = float(run.now)
        run.note("arrival", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                 against=support.rivalry.actor.name, form=word(Form(int(support.form))))  # fmt: skip
    return before


def _ceasefire(run: Run, pair: Pair) -> None:
    """End the pair's war with the hazard of a ceasefire, and let its helpers stand down too."""
    if run.uniforms(pair.address, Purpose.CEASEFIRE)[0] < run.p_ceasefire:
        for rivalry in pair.sides:
            for support in rivalry.supports:
                if support.against is not None and support.inside > 0.5:
                    run.pending.append(("stand down", support))
        run.note("ceasefire", between=[pair.first.actor.name, pair.second.actor.name])
        _stand_down(run, pair)


def _stand_down(run: Run, pair: Pair) -> None:
    """Put both sides back to the lowest rung, with a time in which nobody rises."""
    for rivalry in pair.sides:
        rivalry.rung = rivalry.tension = rivalry.struck = 0.0
    pair.refractory = run.now + 1.0 + run.refractory_steps
    end_episode(run, pair)


def settle_other_pairs(run: Run) -> None:
    """Do what waits to be done to other pairs: first all that join, then all that stand down."""
    for what, support in run.pending:
        if what != "stand down" and support.against is not None:
            _join(run, support, support.against, what == "struck")
    for what, support in run.pending:
        if what == "stand down" and support.against is not None:
            _stand_down(run, support.against.pair)
    run.pending.clear()


def _join(run: Run, support: Support, against: Rivalry, struck: bool) -> None:
    """Open the rivalry between an ally and the adversary, at the rung that the ally comes in on."""
    ladder, back = run.cast.ladder, against.opposite
    against.is_open = back.is_open = True
    if struck:
        _inherit_attacker(support.rivalry, against)
        raise_to(back, ladder.attack)
        raise_to(against, ladder.force)
        back.attacked = 1.0
    elif support.form > 3.5:
        _inherit_attacker(support.rivalry, against)
        raise_to(against, ladder.war if support.rivalry.pair.phase > 3.5 else ladder.force)


def _inherit_attacker(rivalry: Rivalry, against: Rivalry) -> None:
    """Carry over who attacked first: an ally stands where its beneficiary stands."""
    attacker = rivalry.pair.attacker
    # rivalry is adversary > beneficiary, against is ally > adversary: their numbers are opposite
    # where both pairs list the adversary in the same place.
    same = (number_of(rivalry) == 1.0) == (number_of(against) == 2.0)
    swapped = 3.0 - attacker if attacker in (1.0, 2.0) else attacker
    note_first(against.pair, attacker if same else swapped)
