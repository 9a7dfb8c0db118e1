"""Tables of incident kinds, their sides and marks, cascades, and scheduled events."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.draws import entity
from sim.engine.layout import CASCADE, INTO, SIDE, START
from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names
from sim.engine.lowering.records import filled, slices
from sim.scenario.model import Incident, Scenario, StartEvent, quoted
from sim.scenario.names import ends
from sim.scenario.standing import first_rungs


def kind_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.KIND`."""
    sides = slices([k for k, x in enumerate(names.kinds) for _ in x.sides], len(names.kinds))
    marks = slices([k for k, x in enumerate(names.kinds) for _ in x.marks], len(names.kinds))
    sets = slices([k for k, found in enumerate(_sets(names)) for _ in found], len(names.kinds))
    for k, kind in enumerate(names.kinds):
        yield {
            "address": addresses.give("incident", kind.name),
            "drawn": int(_needs_draw(names, kind)),
            "lifts": int(kind.lifts),
            "immigrates": int(_immigrates(names.scenario, kind)),
            "side_from": sides[k][0],
            "side_to": sides[k][1],
            "mark_from": marks[k][0],
            "mark_to": marks[k][1],
            "sets_from": sets[k][0],
            "sets_to": sets[k][1],
            **names.rows("incidents", kind.name, hot_row="rate_hot", cold_row="rate_cold", tension_row="tension"),
        }


def _immigrates(scenario: Scenario, kind: Incident) -> bool:
    """Whether a kind ever comes by itself, and not by cascades and scheduled events alone."""
    rates = {f"incidents.{quoted(kind.name)}.{rate}" for rate in ("rate_hot", "rate_cold")}
    dated = any(change.path in rates for change in scenario.timeline)
    return dated or any(not (q.is_constant and q.central == 0.0) for q in (kind.rate_hot, kind.rate_cold))


def _sets(names: Names) -> list[list[int]]:
    """Cascades that each kind sets off."""
    return [[x for x, cascade in enumerate(names.cascades) if kind.name in cascade.by] for kind in names.kinds]


def cascades_by_kind(names: Names) -> np.ndarray:
    """Cascades that each kind sets off, one kind after the other."""
    return np.array([x for found in _sets(names) for x in found], np.int64)


def _needs_draw(names: Names, kind: Incident) -> bool:
    """Whether an incident of this kind needs a draw: for its side, its mark or a slide into war."""
    force = first_rungs(names.scenario)["force"]
    grave = any(names.rungs.index(mark.name) >= force for mark in kind.marks)
    return grave or len(kind.sides) > 1 or len(kind.marks) > 1


def sides(names: Names) -> tuple[np.ndarray, np.ndarray]:
    """Records of `sim.engine.layout.SIDE`, and the rivalries whose tension each raises too."""
    rows: list[dict[str, int]] = []
    others: list[int] = []
    for kind in names.kinds:
        for side in sorted(kind.sides, key=lambda x: x.name):
            actor = ends(side.name)[0]
            first = len(others)
            others += [d for d in (names.rivalry.get(f"{x}>{actor}") for x in sorted(side.others)) if d is not None]
            rows.append(
                {
                    "rivalry": names.rivalry[side.name],
                    "share_row": names.path("incidents", kind.name, "sides", side.name, "share"),
                    "other_from": first,
                    "other_to": len(others),
                }
            )
    return filled(SIDE, rows), np.array(others, np.int64)


def mark_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.MARK`, sorted by kind and rung."""
    for kind in names.kinds:
        for mark in sorted(kind.marks, key=lambda x: names.rungs.index(x.name)):
            yield {
                "rung": names.rungs.index(mark.name),
                **names.rows("incidents", kind.name, "marks", mark.name, hot_row="share_hot", cold_row="share_cold"),
            }


def cascades(names: Names, addresses: Addresses) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Records of the cascades, the kinds that set them off, and records of the kinds that they bring about."""
    rows: list[dict[str, int]] = []
    by: list[int] = []
    into: list[dict[str, int]] = []
    for cascade in names.cascades:
        row = {
            "address": addresses.give("cascade", cascade.name),
            "by_from": len(by),
            "into_from": len(into),
            **names.rows("cascades", cascade.name, branching_row="branching", decay_row="decay_days"),
        }
        by += sorted({names.kind[kind] for kind in cascade.by})
        for target in sorted(cascade.into, key=lambda x: x.name):
            share_row = names.path("cascades", cascade.name, "into", target.name, "share")
            into.append({"kind": names.kind[target.name], "share_row": share_row})
        rows.append({**row, "by_to": len(by), "into_to": len(into)})
    return filled(CASCADE, rows), np.array(by, np.int64), filled(INTO, into)


def scheduled_events(scenario: Scenario) -> list[tuple[int, int, StartEvent]]:
    """Step and draw address of every scheduled event, in the order in which they happen.

    Those of one step are in the order of names, whatever the order in the file.
    """
    keyed = sorted(((_key(scenario, event), event) for event in scenario.start), key=lambda x: (x[0], x[1].severity))
    found = []
    for i, (key, event) in enumerate(keyed):
        before = sum(other == key for other, _ in keyed[:i])
        address = entity("start", event.by, event.against, event.incident or "", str(before))
        found.append((key[0], address, event))
    return found


def _key(scenario: Scenario, event: StartEvent) -> tuple[int, str, str, str, str]:
    step = min(int(event.week * 7.0 / scenario.step_days), scenario.n_steps - 1)
    return step, event.by, event.against, event.incident or "", event.rung or ""


def starts(names: Names) -> tuple[np.ndarray, np.ndarray]:
    """Records of the scheduled events, sorted by step, and their severities."""
    events = scheduled_events(names.scenario)
    rows = [
        {
            "step": step,
            "rivalry": names.rivalry[f"{event.by}>{event.against}"],
            "kind": -1 if event.incident is None else names.kind[event.incident],
            "rung": -1 if event.rung is None else names.rungs.index(event.rung),
            "address": address,
        }
        for step, address, event in events
    ]
    return filled(START, rows), np.array([event.severity for _, _, event in events], np.float64)
