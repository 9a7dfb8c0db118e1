"""Incidents of a step: how many, by whom, how grave, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.mesa_model.entities import Cascade, Event, Kind, Rivalry, Side
from sim.mesa_model.ladder_moves import act_at, at_war, start_war
from sim.rules.climate import in_phase
from sim.rules.incidents import MOST_PER_STEP, poisson
from sim.rules.settlement import decay

if TYPE_CHECKING:
    from sim.mesa_model.run import Run

#: Generations of offspring within one step.
GENERATIONS = 16


def incidents(run: Run) -> None:
    """Draw the incidents of a step and let them happen, kind by kind."""
    counts = immigrants(run)
    spread(run, counts)
    for kind, count in counts.items():
        for i in range(count):
            _happen_at_random(run, kind, i)


def immigrants(run: Run) -> dict[Kind, int]:
    """Incidents that nothing in the run has brought about."""
    counts = {}
    for kind in run.cast.kinds.values():
        u = run.uniforms(kind.address, Purpose.INCIDENT_COUNT)[0]
        quiet = in_phase(run.hot, kind.quiet_hot, kind.quiet_cold)
        counts[kind] = 0 if u < quiet else poisson(u, in_phase(run.hot, kind.mean_hot, kind.mean_cold))
    return counts


def spread(run: Run, counts: dict[Kind, int]) -> None:
    """Add offspring to the counts: of earlier steps first, then of this one, by generation."""
    newborn = dict(counts)
    for kind in counts:
        counts[kind] = 0
    for cascade in run.cast.cascades:
        u = run.uniforms(cascade.address, Purpose.OFFSPRING_COUNT)[0]
        _add_offspring(run, cascade, poisson(u, cascade.memory), 0, newborn)
        cascade.memory = decay(cascade.memory, cascade.factor)
    _admit(newborn, counts)
    generation = 1
    while any(newborn.values()) and generation < GENERATIONS:
        parents, newborn = newborn, dict.fromkeys(counts, 0)
        for cascade in run.cast.cascades:
            many = sum(parents[kind] for kind in cascade.by)
            if many:
                u = run.uniforms(cascade.address + generation, Purpose.OFFSPRING_COUNT)[0]
                _add_offspring(run, cascade, poisson(u, cascade.same * many), 64 * generation, newborn)
        _admit(newborn, counts)
        generation += 1
    for cascade in run.cast.cascades:
        cascade.memory += cascade.next * sum(counts[kind] for kind in cascade.by)


def _add_offspring(run: Run, cascade: Cascade, many: int, first: int, newborn: dict[Kind, int]) -> None:
    for i in range(first, first + many):
        u = run.uniforms(cascade.address + i, Purpose.OFFSPRING_KIND)[0]
        total, place = cascade.into[0][1], 0
        while u >= total and place + 1 < len(cascade.into):
            place += 1
            total += cascade.into[place][1]
        newborn[cascade.into[place][0]] += 1


def _admit(newborn: dict[Kind, int], counts: dict[Kind, int]) -> None:
    """Add a generation to the counts, up to the most that a step can hold."""
    for kind, many in newborn.items():
        newborn[kind] = min(many, MOST_PER_STEP - counts[kind])
        counts[kind] += newborn[kind]


def _happen_at_random(run: Run, kind: Kind, i: int) -> None:
    side, rung, u_war = kind.sides[0], kind.marks[0][0], 1.0
    if kind.drawn:
        u = run.uniforms(kind.address + i, Purpose.INCIDENT_MARK)
        side, rung, u_war = pick_side(kind, u[0]), pick_rung(run, kind, u[1]), u[3]
    happen(run, kind, side, rung, 1.0, u_war)


def pick_side(kind: Kind, u: float) -> Side:
    """Side of an incident at a uniform draw."""
    total, place = kind.sides[0].share, 0
    while u >= total and place + 1 < len(kind.sides):
        place += 1
        total += kind.sides[place].share
    return kind.sides[place]


def pick_rung(run: Run, kind: Kind, u: float) -> int:
    """Rung of an incident's mark at a uniform draw."""
    phase = 1 if run.hot > 0.5 else 2
    total, place = kind.marks[0][phase], 0
    while u >= total and place + 1 < len(kind.marks):
        place += 1
        total += kind.marks[place][phase]
    return kind.marks[place][0]


def happen(run: Run, kind: Kind, side: Side, rung: int, severity: float, u_war: float) -> None:
    """Let an incident happen on one side at a rung."""
    rivalry, ladder = side.rivalry, run.cast.ladder
    if not rivalry.is_open or at_war(run, rivalry.pair):
        return
    kind.count += 1
    tension = severity * kind.tension
    for other in side.others:
        other.tension += ladder.tension[rung] * tension
    lifts = kind.lifts and run.now >= rivalry.pair.refractory
    run.note("incident", incident=kind.name, by=rivalry.actor.name, against=rivalry.target.name,
             rung=ladder.names[rung], tension=ladder.tension[rung] * tension)  # fmt: skip
    act_at(run, rivalry, rung, tension, lifts, "incident")
    if rung >= ladder.force and ladder.war < ladder.length and u_war < run.values["inadvertent.war_per_act"]:
        run.note("accident", by=rivalry.actor.name, against=rivalry.target.name, incident=kind.name)
        start_war(run, rivalry)


def scheduled(run: Run, event: Event) -> None:
    """Let a scheduled event happen."""
    rivalry: Rivalry = event.rivalry
    if event.kind is None:
        rivalry.is_open = rivalry.opposite.is_open = True
        run.note("scheduled", by=rivalry.actor.name, against=rivalry.target.name,
                 rung=run.cast.ladder.names[event.rung])  # fmt: skip
        act_at(run, rivalry, event.rung, 1.0, True, "scheduled")
        return
    u = run.uniforms(event.address, Purpose.START)
    side = next(side for side in event.kind.sides if side.rivalry is rivalry)
    happen(run, event.kind, side, pick_rung(run, event.kind, u[1]), event.severity, u[3])
