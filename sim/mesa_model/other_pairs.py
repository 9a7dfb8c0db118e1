"""What one pair's episode does to other pairs: noted first, done after all pairs have been seen.

No order of pairs then matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mesa_model.entities import Pair, Rivalry, Support
from sim.mesa_model.episodes import begin_episode, note_attacks, note_firsts, stand_down
from sim.mesa_model.ladder_moves import lift, note_first, number_of, strike

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def await_helpers(run: Run, pair: Pair) -> None:
    """Note that the helpers of both sides of a pair are to stand down with it."""
    for rivalry in pair.sides:
        for support in rivalry.supports:
            if support.against is not None and support.inside > 0.5:
                run.pending.append(("stand down", support))


def war_begins(before: float, phase: float) -> bool:
    """Whether an episode has just reached a state of war."""
    return before < 3.5 < phase


def await_followers(run: Run, pair: Pair) -> None:
    """Note that allies in theatre, or struck, are to follow a pair into a state of war."""
    for rivalry in pair.sides:
        for support in rivalry.supports:
            if support.tripped > 0.5:
                run.pending.append(("struck", support))
            elif support.form > 3.5:
                run.pending.append(("join", support))


def settle_other_pairs(run: Run) -> None:
    """Do what waits to be done to other pairs: first all that stand down, then all that join.

    Whoever stands down takes its own helpers along, and whoever goes to war draws its own in; who was
    to join a war that has just ended does not. The list grows while it is read.
    """
    for what, support in run.pending:
        if what == "stand down" and support.against is not None:
            await_helpers(run, support.against.pair)
            _stand_down_with(run, support, support.against.pair)
    for what, support in run.pending:
        if what != "stand down" and support.against is not None and support.inside > 0.5:
            _join(run, support, support.against, what == "struck")
    run.pending.clear()


def _stand_down_with(run: Run, support: Support, pair: Pair) -> None:
    """Let an ally stand down with its beneficiary, and remember it where there was anything to end."""
    if pair.phase > 0.0:
        run.note("stand down", **_who(support))
    stand_down(run, pair, "stand down")


def _who(support: Support) -> dict[str, str]:
    partnership = support.partnership
    return {
        "ally": partnership.ally.name,
        "beneficiary": partnership.beneficiary.name,
        "adversary": support.rivalry.actor.name,
    }


def _join(run: Run, support: Support, against: Rivalry, struck: bool) -> None:
    """Open the rivalry between an ally and the adversary, and begin its episode.

    In a state of war both stand at war. Short of one, forces that were struck shoot back, forces in
    theatre come in at the first rung of force, and rear-area forces at the first of threat.
    """
    ladder, pair, back = run.cast.ladder, against.pair, against.opposite
    against.is_open = back.is_open = True
    war, beneficiary = support.rivalry.pair.phase > 3.5, support.partnership.beneficiary.name
    if struck:
        _inherit_attacker(support.rivalry, against)
        lift(run, back, ladder.war if war else ladder.attack, "strikes", beneficiary=beneficiary)
        lift(run, against, ladder.war if war else ladder.force, "struck", beneficiary=beneficiary)
        strike(run, back, "tripwire")
        if against.rung >= ladder.attack:
            strike(run, against, "answers")
    elif support.form > 3.5:
        _inherit_attacker(support.rivalry, against)
        lift(run, against, ladder.war if war else ladder.force, "joins", beneficiary=beneficiary)
    else:
        lift(run, against, ladder.threat, "joins", beneficiary=beneficiary)
    if pair.phase == 0.0:
        begin_episode(run, pair)
    before, phase = pair.phase, note_attacks(run, pair)
    note_firsts(run, pair, phase)
    if war_begins(before, phase):
        await_followers(run, pair)
    pair.alarm = min(pair.alarm, run.now + 1.0)


def _inherit_attacker(rivalry: Rivalry, against: Rivalry) -> None:
    """Carry over who attacked first: an ally stands where its beneficiary stands."""
    attacker = rivalry.pair.attacker
    # rivalry is adversary > beneficiary, against is ally > adversary: their numbers are opposite
    # where both pairs list the adversary in the same place.
    same = (number_of(rivalry) == 1.0) == (number_of(against) == 2.0)
    swapped = 3.0 - attacker if attacker in (1.0, 2.0) else attacker
    note_first(against.pair, attacker if same else swapped)
