"""The life of an episode: its beginning and end, and the attacks and firsts that are noted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import NEVER, PHASES, Actor, Pair, Rivalry, Support
from sim.mesa_model.ladder_moves import lift, lower, note_first, strike
from sim.rules.moves import phase_of
from sim.treaties import Form, word

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def phase_now(run: Run, pair: Pair) -> float:
    """Phase that the highest rung of this step amounts to."""
    ladder = run.cast.ladder
    high = max(pair.first.highest, pair.second.highest)
    return phase_of(high, ladder.threat, ladder.force, ladder.attack, ladder.war, ladder.nuclear)


def begin_episode(run: Run, pair: Pair) -> None:
    """Number the episode, keep its branch, and draw where each side's attacks fall.

    An actor without any other episode enters a new crisis: what allies do for it is drawn once in each.
    """
    pair.ordinal += 1
    pair.branch = run.branch
    for rivalry in pair.sides:
        if not _in_crisis(run, rivalry.actor, pair):
            rivalry.actor.crisis += 1
            rivalry.actor.crisis_branch = run.branch
        rivalry.theatre = _theatre(run, rivalry)
    run.note("episode", between=_names(pair), begins=True, phase=PHASES[int(phase_now(run, pair))])


def _in_crisis(run: Run, actor: Actor, pair: Pair) -> bool:
    """Whether an actor has, or in this step had, an episode other than that of `pair`."""
    others = (rivalry.pair for rivalry in actor.rivalries if rivalry.pair is not pair)
    return actor.crisis_end == run.now or any(other.phase > 0.0 for other in others)


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
    if pair.phase > 0.0:
        run.note("episode", between=_names(pair), begins=False, phase=PHASES[int(pair.phase)])
    if pair.phase > 2.5:
        pair.engaged_to = float(run.now)
    pair.phase = pair.attacker = pair.grave = 0.0
    pair.signature = -1.0
    pair.alarm = NEVER
    pair.dirty = True
    for rivalry in pair.sides:
        rivalry.attacked = 0.0
        rivalry.ceiling = rivalry.actor.top_before
        rivalry.actor.crisis_end = float(run.now)
        if not rivalry.starts_open:
            rivalry.is_open = False
            lower(run, rivalry, "closes")
        for support in rivalry.supports:
            _forget_support(run, support)
        for judgement in rivalry.judgements:
            for test in judgement.tests:
                test.last = 0


def _forget_support(run: Run, support: Support) -> None:
    """Forget what an ally gave or was about to give; what has not arrived is called off."""
    if support.due >= 0.0:
        run.note("called off", ally=support.partnership.ally.name, beneficiary=support.partnership.beneficiary.name,
                 against=support.rivalry.actor.name, form=word(Form(int(support.decided))))  # fmt: skip
    support.form = support.decided = support.evidence = support.tripped = support.told = 0.0
    support.due = -1.0
    support.waits = False


def note_attacks(run: Run, pair: Pair) -> float:
    """Note attacks and the mutual state of war that this step's moves amount to; give the phase."""
    ladder = run.cast.ladder
    high = max(pair.first.highest, pair.second.highest)
    mine, theirs = pair.first.rung >= ladder.attack, pair.second.rung >= ladder.attack
    note_first(pair, (1.0 if mine else 0.0) + (2.0 if theirs else 0.0))
    for rivalry in pair.sides if high >= ladder.war else ():
        lift(run, rivalry, ladder.war, "mutual war")
    pair.grave = 1.0 if high > ladder.war else pair.grave
    for rivalry in pair.sides if high >= ladder.nuclear else ():
        rivalry.ceiling = rivalry.actor.top_rung
    attackers_first = sorted(zip(pair.sides, (mine, theirs), strict=True), key=lambda side: not side[1])
    for rivalry, attacks in attackers_first:
        if rivalry.rung >= ladder.attack:
            strike(run, rivalry, "attacks" if attacks else "answers")
    phase = phase_now(run, pair)
    if phase > pair.phase:
        if phase > 2.5 > pair.phase:
            pair.engaged_from, pair.engaged_to = float(run.now), NEVER
        _note_phases(run, pair, phase)
        pair.phase = phase
    return phase


def _note_phases(run: Run, pair: Pair, phase: float) -> None:
    """Remember the phase that is reached, and the state of war that it may have passed over."""
    if phase > 4.5 and pair.phase < 3.5:
        run.note("phase", between=_names(pair), phase=PHASES[4])
    run.note("phase", between=_names(pair), phase=PHASES[int(phase)])
    if phase > 2.5 > pair.phase:
        falls = {rivalry.name: rivalry.theatre for rivalry in pair.sides if len(rivalry.theatres) > 1}
        run.note("theatre", between=_names(pair), attacks=falls)


def _names(pair: Pair) -> list[str]:
    return [pair.first.actor.name, pair.second.actor.name]


def note_firsts(run: Run, pair: Pair, phase: float) -> None:
    """Note when force, war, nuclear use and attacks on territory first happened in the run."""
    now = float(run.now)
    if phase > 1.5 and run.t_force < 0.0:
        run.t_force = now
    if phase > 3.5:
        run.t_war = now if run.t_war < 0.0 else run.t_war
        run.t_nuclear = now if phase > 4.5 and run.t_nuclear < 0.0 else run.t_nuclear
    for rivalry in pair.sides if phase > 2.5 else ():
        if rivalry.attacked_at_home:
            _note_attack_at_home(rivalry.target, phase, now)


def _note_attack_at_home(actor: Actor, phase: float, now: float) -> None:
    """Note when an actor's territory first came under armed attack, and when in a state of war."""
    actor.home_hit = min(actor.home_hit, now)
    if phase > 3.5 and actor.t_attacked < 0.0:
        actor.t_attacked = now


def stand_down(run: Run, pair: Pair, cause: str) -> None:
    """Put both sides back to the lowest rung, with a time in which nobody rises."""
    for rivalry in pair.sides:
        lower(run, rivalry, cause)
        rivalry.tension = rivalry.struck = 0.0
    pair.refractory = run.now + 1.0 + run.refractory_steps
    end_episode(run, pair)
