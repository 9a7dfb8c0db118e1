"""What follows from a scenario's dates and flags: standing of treaties, dated parameters, first rung of each phase."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

from sim.ladder import RungFlag, flag_mask
from sim.scenario.model import Dated, Front, Scenario, Treaty
from sim.treaties import Status

#: Estimates of strength are renewed once a quarter of a year.
REVIEW_DAYS = 91.0


def treaty_status(treaty: Treaty, date: datetime.date) -> Status:
    """Standing of a treaty at a date.

    Examples
    --------
    >>> pact = Treaty(name="t", slot="s", version="v", title="T", parties=("A", "B"),
    ...               signed="2024-06-19", in_force="2024-12-04")
    >>> treaty_status(pact, datetime.date(2024, 10, 1)).name
    'SIGNED'
    """
    if treaty.counterfactual:
        return Status.COUNTERFACTUAL
    if treaty.ended is not None and date >= treaty.ended:
        return Status.ENDED
    if treaty.in_force is not None and date >= treaty.in_force:
        return Status.IN_FORCE
    if treaty.signed is not None and date >= treaty.signed:
        return Status.SIGNED
    return Status.ABSENT


def treaty_statuses(scenario: Scenario, treaty: Treaty) -> list[int]:
    """Standing of a treaty at the date of each step, as codes of `sim.treaties.Status`."""
    dates = (scenario.as_of + datetime.timedelta(days=scenario.step_days * s) for s in range(scenario.n_steps))
    return [int(treaty_status(treaty, date)) for date in dates]


def dated_changes(scenario: Scenario) -> list[tuple[int, Dated]]:
    """Changes of parameters by date: the step from which each holds, in the order in which they are made.

    What holds from a date before the start, or on it, is made at step 0; what comes after the horizon is left
    out.
    """
    found = []
    for change in sorted(scenario.timeline, key=lambda x: (x.since, x.name)):
        days = (change.since - scenario.as_of).days
        step = max(0, math.ceil(days / scenario.step_days))
        if step < scenario.n_steps:
            found.append((step, change))
    return found


def review_steps(scenario: Scenario) -> int:
    """Steps from one renewal of the estimates of strength to the next; 0 where nothing can change them."""
    if not (scenario.fronts or scenario.exchanges):
        return 0
    return max(1, round(REVIEW_DAYS / scenario.step_days))


def shares_a_shock(scenario: Scenario, front: Front) -> bool:
    """Whether an armed conflict in the scenario can ever make the onset of a front likelier."""
    dated = [change.value for change in scenario.timeline if change.path == f"fronts.{front.name}.shock"]
    return any(not shock.is_constant or shock.central > 0.0 for shock in (front.shock, *dated))


def first_rungs(scenario: Scenario) -> dict[str, int]:
    """First rung of each phase; the ladder's length where there is none.

    Returns
    -------
    dict of str to int
        For ``threat`` (MID level 2), ``force``, ``attack``, ``war`` and ``nuclear``.
    """
    masks = [flag_mask(list(rung.flags)) for rung in scenario.ladder]
    return {
        "threat": _first(rung.mid_level >= 2 for rung in scenario.ladder),
        "force": _first(bool(m & RungFlag.FORCE) for m in masks),
        "attack": _first(bool(m & RungFlag.ARMED_ATTACK) for m in masks),
        "war": _first(bool(m & RungFlag.STATE_OF_WAR) for m in masks),
        "nuclear": _first(bool(m & RungFlag.NUCLEAR) for m in masks),
    }


def _first(holds: Iterable[bool]) -> int:
    held = list(holds)
    return held.index(True) if True in held else len(held)
