"""What happens to a rivalry: acts, lifts, attacks and wars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mesa_model.entities import Pair, Rivalry

if TYPE_CHECKING:
    from sim.mesa_model.run import Run


def raise_to(rivalry: Rivalry, rung: float) -> None:
    """Put a rivalry's actor on a rung at least as high as `rung`."""
    rivalry.rung = max(rivalry.rung, float(rung))
    rivalry.peak = max(rivalry.peak, float(rung))


def note_first(pair: Pair, who: float) -> None:
    """Remember who attacked first in an episode."""
    if pair.attacker == 0.0:
        pair.attacker = who


def number_of(rivalry: Rivalry) -> float:
    """1.0 for the first direction of a pair, 2.0 for the second."""
    return 1.0 if rivalry.pair.first is rivalry else 2.0


def at_war(run: Run, pair: Pair) -> bool:
    """Whether a pair is in a state of war."""
    return pair.first.rung >= run.cast.ladder.war


def start_war(run: Run, rivalry: Rivalry) -> None:
    """Slide into war by an act of a rivalry's actor: it attacks, and the state of war is mutual."""
    note_first(rivalry.pair, number_of(rivalry))
    for each in (rivalry, rivalry.opposite):
        raise_to(each, run.cast.ladder.war)
        each.attacked = 1.0


def act_at(run: Run, rivalry: Rivalry, rung: int, multiplier: float, lifts: bool) -> None:
    """Act at a rung: tension on the other side, force noted, and the actor lifted to the rung."""
    ladder, pair = run.cast.ladder, rivalry.pair
    rivalry.opposite.tension += ladder.tension[rung] * multiplier
    if rung >= ladder.force:
        rivalry.struck = 1.0
    if lifts and rivalry.rung < rung <= rivalry.actor.top_rung:
        raise_to(rivalry, rung)
        rivalry.crest = max(rivalry.crest, float(rung))
        if rung >= ladder.war:
            start_war(run, rivalry)
        elif rung >= ladder.attack:
            note_first(pair, number_of(rivalry))
            rivalry.attacked = 1.0
