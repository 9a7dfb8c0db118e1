"""One pair with an episode: attacks, tripwires, clause tests, entry, settlement.

A pair touches only itself (`sim.mesa_model.other_pairs` has the rest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.clauses import test_clauses, turned_invasion
from sim.mesa_model.entities import Pair, Support
from sim.mesa_model.episodes import begin_episode, end_episode, note_attacks, note_firsts, phase_now, stand_down
from sim.mesa_model.nuclear import first_use_step
from sim.mesa_model.other_pairs import await_followers, await_helpers, war_begins
from sim.mesa_model.support import decide_support, law_raised_by_attack, support_step, trip

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def crisis_of_pair(run: Run, pair: Pair) -> None:
    """All that an episode brings to one pair in one step."""
    if not _has_news(run, pair, phase_now(run, pair)):
        return
    if pair.phase == 4.0:
        first_use_step(run, pair)
    if max(pair.first.highest, pair.second.highest) < run.cast.ladder.threat:
        if pair.phase > 0.0:
            end_episode(run, pair)
        return
    if pair.phase == 0.0:
        begin_episode(run, pair)
    before, phase = pair.phase, note_attacks(run, pair)
    note_firsts(run, pair, phase)
    signature = _signature(run, pair)
    changed = signature != pair.signature
    if changed:
        pair.signature = signature
        _test_and_decide(run, pair)
    if war_begins(before, phase):
        await_followers(run, pair)
    changed = support_step(run, pair, phase) or changed
    pair.dirty = pair.dirty or changed
    if phase > 3.5:
        _ceasefire(run, pair)


def _has_news(run: Run, pair: Pair, phase: float) -> bool:
    """Whether a step brings anything to the pair's episode that it has not dealt with."""
    begins_or_ends = phase > pair.phase or (phase == 0.0 and pair.phase > 0.0)
    treaties_changed = pair.phase > 0.0 and run.now > 0 and pair.epochs[run.now] != pair.epochs[run.now - 1]
    return begins_or_ends or pair.phase > 2.5 or run.now >= pair.alarm or treaties_changed


def _signature(run: Run, pair: Pair) -> float:
    """Number that changes when the state of the episode does, a treaty's standing, or what an ally's law allows."""
    attacks = 8.0 * pair.first.attacked + 16.0 * pair.second.attacked
    found = pair.phase + attacks + 32.0 * pair.attacker + 128.0 * pair.epochs[run.now]
    supports = [support for rivalry in pair.sides for support in rivalry.supports]
    attacked_allies = sum(law_raised_by_attack(run, support) for support in supports)
    return found + 0.5 * turned_invasion(run, pair) + attacked_allies / 1024.0


def _test_and_decide(run: Run, pair: Pair) -> None:
    """Test the clauses and decide on support, for both sides of a pair whose state has changed.

    An ally that is fighting the adversary on its own account has nothing to decide.
    """
    for rivalry in pair.sides:
        for judgement in rivalry.judgements:
            met, consult = test_clauses(run, judgement)
            for support in rivalry.supports:
                if support.judgement is judgement and not support.fights_itself(run.now):
                    decide_support(run, support, met, consult)
        for support in rivalry.supports:
            if support.judgement is None and not support.fights_itself(run.now):
                decide_support(run, support, -1.0, 0.0)
            _strike(run, support)


def _strike(run: Run, support: Support) -> None:
    """Strike an ally's forces if they are there and exposed."""
    if support.rivalry.attacked > 0.5 and not support.inside and not support.fights_itself(run.now):
        trip(run, support)


def _ceasefire(run: Run, pair: Pair) -> None:
    """End the pair's war with the hazard of a ceasefire, and let its helpers stand down too."""
    if run.uniforms(pair.address, Purpose.CEASEFIRE)[0] < run.p_ceasefire:
        await_helpers(run, pair)
        run.note("ceasefire", between=[pair.first.actor.name, pair.second.actor.name],
                 until=int(run.now + 1 + run.refractory_steps))  # fmt: skip
        stand_down(run, pair, "ceasefire")
