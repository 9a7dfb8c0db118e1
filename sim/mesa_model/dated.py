"""Parameters that change by date: the things of a run get their new numbers and keep their state."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from sim.mesa_model.cast import Cast, assemble

if TYPE_CHECKING:
    from sim.mesa_model.run import Run

#: Fields without a default that are state all the same, as they start from a parameter.
_STARTING = {"rung", "belief", "intensity", "stock", "cohesion"}
#: Fields that hold several numbers each.
_NUMBERS = {"reach", "theatres", "marks", "d_gain", "d_cost", "d_nuclear", "tension"}


def change_parameters(run: Run) -> bool:
    """Make the changes of the present step and compute anew what rests on them alone; whether there are any."""
    changes = run.script.changes.get(run.now, [])
    for path, name in changes:
        run.values[path] = run.values[name]
        run.note("parameter", path=path, value=run.values[path])
    if changes:
        carry_over(run.cast, assemble(run.script, run.values))
        run.derive()
    return bool(changes)


def carry_over(cast: Cast, new: Cast) -> None:
    """Carry the numbers of a cast that was made anew over to the one that has lived so far, in place."""
    _carry(cast.ladder, new.ladder)
    for group in ("actors", "rivalries", "partnerships", "kinds", "fronts", "exchanges", "ties"):
        for name, thing in getattr(cast, group).items():
            _carry(thing, getattr(new, group)[name])
    for name, kind in cast.kinds.items():
        for side, other in zip(kind.sides, new.kinds[name].sides, strict=True):
            _carry(side, other)
    for old, made in zip(cast.supports, new.supports, strict=True):
        _carry(old, made)
    for judgement, other_judgement in zip(cast.judgements, new.judgements, strict=True):
        for test, other_test in zip(judgement.tests, other_judgement.tests, strict=True):
            _carry(test, other_test)
    for cascade, other_cascade in zip(cast.cascades, new.cascades, strict=True):
        _carry(cascade, other_cascade)


def _carry(thing: Any, new: Any) -> None:
    """Copy the numbers that are parameters: fields without a default are (`sim.mesa_model.entities`)."""
    for field in fields(thing):
        if field.default is not MISSING or field.default_factory is not MISSING or field.name in _STARTING:
            continue
        value = getattr(new, field.name)
        if isinstance(value, int | float) or field.name in _NUMBERS:
            setattr(thing, field.name, value)
