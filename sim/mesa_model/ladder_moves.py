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


def lift(run: Run, rivalry: Rivalry, rung: float, cause: str, **details: str) -> None:
    """Raise a rivalry's actor other than by its own choice, and remember why.

    Parameters
    ----------
    run : Run
        The run.
    rivalry : Rivalry
        Whose actor is raised.
    rung : float
        Lowest rung that it then stands on.
    cause : str
        ``"scheduled"``, ``"incident"``, ``"slide"`` (into war), ``"mutual war"``, ``"struck"``, ``"strikes"`` (an
        ally's forces), ``"joins"`` or ``"first use"`` (of nuclear weapons).
    **details : str
        Names that belong to the cause.
    """
    if rung > rivalry.rung:
        _note_lift(run, rivalry, rung, cause, details)
    raise_to(rivalry, rung)


def lower(run: Run, rivalry: Rivalry, cause: str) -> None:
    """Put a rivalry's actor on the lowest rung: by ``"ceasefire"``, ``"stand down"`` or ``"closes"``."""
    if rivalry.rung > 0.0:
        _note_lift(run, rivalry, 0.0, cause, {})
    rivalry.rung = 0.0


def _note_lift(run: Run, rivalry: Rivalry, rung: float, cause: str, details: dict[str, str]) -> None:
    names = run.cast.ladder.names
    run.note("lift", by=rivalry.actor.name, against=rivalry.target.name,
             **{"from": names[int(rivalry.rung)], "to": names[int(rung)]}, cause=cause, **details)  # fmt: skip


def strike(run: Run, rivalry: Rivalry, how: str = "attacks") -> None:
    """Count a rivalry's actor as having attacked in this episode, and remember it the first time.

    `how` is ``"attacks"``, ``"answers"`` (in a war that the other side has brought about) or ``"tripwire"``.
    """
    if rivalry.attacked < 0.5:
        run.note("attack", by=rivalry.actor.name, against=rivalry.target.name, how=how)
    rivalry.attacked = 1.0


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


def start_war(run: Run, *by: Rivalry) -> None:
    """Begin a war by an act of one rivalry's actor, or of both at once: the state of war is mutual."""
    pair = by[0].pair
    note_first(pair, sum(number_of(rivalry) for rivalry in by))
    for each in sorted(pair.sides, key=lambda side: side not in by):
        lift(run, each, run.cast.ladder.war, "slide" if each in by else "mutual war")
        strike(run, each, "attacks" if each in by else "answers")


def act_at(run: Run, rivalry: Rivalry, rung: int, multiplier: float, lifts: bool, cause: str) -> None:
    """Act at a rung: tension on the other side, force noted, and the actor lifted to the rung."""
    ladder, pair = run.cast.ladder, rivalry.pair
    rivalry.opposite.tension += ladder.tension[rung] * multiplier
    if rung >= ladder.force:
        rivalry.struck = 1.0
    if lifts and rivalry.rung < rung <= rivalry.actor.top_rung:
        lift(run, rivalry, rung, cause)
        rivalry.crest = max(rivalry.crest, float(rung))
        if rung >= ladder.war:
            start_war(run, rivalry)
        elif rung >= ladder.attack:
            note_first(pair, number_of(rivalry))
            strike(run, rivalry)
