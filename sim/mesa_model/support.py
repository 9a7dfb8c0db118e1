"""Support by an ally: decision, tripwire, arrival, and what others learn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arithmetic import exp
from sim.draws import Purpose
from sim.mesa_model.entities import NEVER, PHASES, Pair, Support
from sim.mesa_model.exchange import look_at_tied
from sim.rules.beliefs import evidence_step
from sim.rules.entry import (
    allowed_form,
    called_for,
    covariate_shift,
    duty_shift,
    form_of_support,
    latency_steps,
    legal_limit,
    nuclear_exposure,
    odds_unmet,
)
from sim.rules.power import share
from sim.rules.ties import by_cohesion
from sim.treaties import Form, word

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def gain_from_joining(support: Support) -> float:
    """By how much the beneficiary's share of power rises if the ally joins."""
    rivalry, back = support.rivalry, support.rivalry.opposite
    mine, theirs = back.own, back.other
    for other in rivalry.supports:
        if other is not support:
            mine += other.strength * other.inside
    for other in back.supports:
        theirs += other.strength * other.inside
    return share(mine + support.strength, theirs) - share(mine, theirs)


def entry_shifts(run: Run, support: Support, met: float) -> dict[str, float]:
    """Shifts of the log-odds of support by cause, on the state of the moment; the last three are added up first."""
    values, pair, partnership = run.values, support.rivalry.pair, support.partnership
    ally, tie = partnership.ally, partnership.tie
    value, word = partnership.value, ally.reputation * partnership.declared
    if tie is not None:
        value = by_cohesion(value, tie.value, tie.cohesion, tie.reference)
        word = by_cohesion(word, tie.price, tie.cohesion, tie.reference)
    look_at_tied(ally)
    armed = 1.0 if support.rivalry.actor.arsenal > 0.0 else 0.0
    winning = gain_from_joining(support) * value
    risk = nuclear_exposure(pair.phase, armed)
    return {
        "duty": duty_shift(
            met,
            values["entry.obligation_weight"],
            values["entry.obligation_reference"],
        ),
        "winning": covariate_shift(values["entry.winning_weight"], winning, values["entry.winning_reference"]),
        "nuclear risk": -covariate_shift(values["entry.nuclear_weight"], risk, values["entry.nuclear_reference"]),
        "stake": covariate_shift(values["entry.stake_weight"], partnership.stake, values["entry.stake_reference"]),
        "reputation": covariate_shift(values["entry.reputation_weight"], word, values["entry.declared_reference"]),
        "tied-down force": -covariate_shift(
            values["entry.tied_down_weight"], ally.tied, values["entry.tied_down_reference"]
        ),
    }


def law_raised_by_attack(run: Run, support: Support) -> float:
    """1.0 where an ally has a graver legal situation, and an attack on its own territory before this step is one."""
    partnership = support.partnership
    return 1.0 if partnership.raised_limit > partnership.limit and partnership.ally.home_hit < run.now else 0.0


def _law(run: Run, support: Support) -> tuple[float, str | None]:
    """Highest form that the ally's law allows, and which legal situation holds where there are two.

    What its government finds is drawn once in the beneficiary's crisis.
    """
    partnership = support.partnership
    if partnership.raised_limit <= partnership.limit:
        return partnership.limit, None
    situation = "usual"
    if law_raised_by_attack(run, support) > 0.5:
        situation = "attacked at home"
    elif support.rivalry.pair.phase > 3.5:
        u = run.once_in_crisis(support, Purpose.LEGAL_TIER)[0]
        situation = "graver" if u < partnership.raised else "not graver"
    graver = 1.0 if situation in ("attacked at home", "graver") else 0.0
    return legal_limit(partnership.limit, partnership.raised_limit, graver), situation


def decide_support(run: Run, support: Support, met: float, consult: float) -> None:
    """Meet the state with the crisis's draw; a higher form than before is put on its way."""
    values, partnership, pair = run.values, support.partnership, support.rivalry.pair
    u = run.once_in_crisis(support)
    shifts = entry_shifts(run, support, met)
    own = shifts["stake"] + shifts["reputation"] + shifts["tied-down force"]
    shift = shifts["duty"] + shifts["winning"] + shifts["nuclear risk"] + own
    diplomatic = run.odds_consulted if consult > 0.5 else run.odds_diplomatic
    unmet = odds_unmet(met, run.odds_unmet)
    wanted = form_of_support(u[0], shift, unmet, run.odds_honouring, run.odds_rear, run.odds_arms, diplomatic)
    signals = 1.0 if partnership.ally.arsenal > 0.0 and u[2] < values["entry.nuclear_signal"] else 0.0
    limit, situation = _law(run, support)
    form = allowed_form(wanted, pair.phase, limit, signals)
    chosen = form > support.decided
    if chosen:
        support.decided = form
        support.due = run.now + latency_steps(u[1], _mean_latency(run, form), run.step_days)
        pair.alarm = min(pair.alarm, support.due)
    if run.events is not None and (chosen or _is_absence(support)):
        odds = [odd * exp(-shift) for odd in (run.odds_honouring * unmet, run.odds_rear * unmet,
                                              run.odds_arms, diplomatic)]  # fmt: skip
        why = {"duty": met, "consult": consult > 0.5, "shifts": shifts, "law": situation}
        _note_decision(run, support, chosen, wanted, odds, limit, why)


def _is_absence(support: Support) -> bool:
    """Whether it is news that an ally sends no forces: at most once per phase, from an armed attack on."""
    phase = support.rivalry.pair.phase
    return phase > 2.5 and support.decided < 2.5 and support.inside < 0.5 and phase > support.told


def _note_decision(
    run: Run, support: Support, chosen: bool, wanted: float, odds: list[float], limit: float, why: dict[str, Any]
) -> None:
    """Remember a decision on support with its chance, its terms, and what held it back."""
    partnership, phase = support.partnership, support.rivalry.pair.phase
    support.told = phase
    held = "phase" if called_for(wanted, phase) < wanted else "law" if limit < wanted else None
    form = support.decided if chosen else 3.0
    run.note("support" if chosen else "no forces", ally=partnership.ally.name,
             beneficiary=partnership.beneficiary.name, against=support.rivalry.actor.name,
             form=word(Form(int(support.decided))), due=int(support.due) if chosen else None,
             phase=PHASES[int(phase)], chance=_chance(odds, min(form, 4.0)),
             chance_of_forces=_chance(odds, 3.0), drawn=word(Form(int(wanted))), held_back=held, **why)  # fmt: skip


def _chance(odds: list[float], form: float) -> float:
    """Probability of support of at least a form, from the odds against each, the highest form first."""
    without = 1.0
    for odd in odds[: 5 - int(form)]:
        without *= odd / (1.0 + odd)
    return 1.0 - without


def _mean_latency(run: Run, form: float) -> float:
    name = "theatre" if form > 3.5 else "rear" if form > 2.5 else "arms" if form > 1.5 else "diplomatic"
    return run.values[f"entry.latency_{name}"]


def trip(run: Run, support: Support) -> None:
    """Strike the ally's forces in the beneficiary's territory, if they are exposed to this episode's attack."""
    partnership = support.partnership
    if support.rivalry.at_home and run.once_in_crisis(support)[3] < partnership.exposure:
        support.tripped = 1.0
        partnership.t_trip = float(run.now) if partnership.t_trip < 0.0 else partnership.t_trip
        run.pending.append(("struck", support))
        run.note("tripwire", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                 by=support.rivalry.actor.name)  # fmt: skip


def support_step(run: Run, pair: Pair, phase: float) -> bool:
    """Let support arrive and evidence gather; whether the balance of power has changed."""
    values, changed, alarm = run.values, False, NEVER
    for rivalry in pair.sides:
        for support in rivalry.supports:
            before = _arrive(run, support, phase)
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
            changed = changed or evidence != support.evidence or support.form > 2.5 > before
            support.evidence = evidence
            alarm = support.due if 0.0 <= support.due < alarm else alarm
    pair.alarm = alarm
    return changed


def _arrive(run: Run, support: Support, phase: float) -> float:
    """Let support that is due arrive, as far as the present phase calls for it; give the form before.

    The rest waits: forces are not sent into a crisis that has cooled.
    """
    before, partnership = support.form, support.partnership
    if 0.0 <= support.due <= run.now:
        form = called_for(support.decided, phase)
        if form >= support.decided:
            support.due = -1.0
        elif not support.waits:
            support.waits = True
            run.note("wait", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                     against=support.rivalry.actor.name, form=word(Form(int(support.decided))))  # fmt: skip
        if form <= before:
            return before
        support.form = form
        support.waits = form < support.decided
        partnership.best = max(partnership.best, form)
        if form > 2.5 and partnership.t_entry < 0.0:
            partnership.t_entry = float(run.now)
        run.note("arrival", ally=partnership.ally.name, beneficiary=partnership.beneficiary.name,
                 against=support.rivalry.actor.name, form=word(Form(int(form))))  # fmt: skip
    return before
