"""Lowering: a scenario becomes tables, rows and a layout that compiled code can read.

Everything is laid out in name order, whatever the order in the file, so that sums agree too and
reordering a scenario's lists changes nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.draws import entity
from sim.engine import layout as lay
from sim.engine.incidents import KINDS_PER_WORD
from sim.engine.parameters import ParameterTable, tabulate
from sim.engine.rows import row_type, sidecar_shapes
from sim.errors import Fault, InputError
from sim.ladder import RungFlag, flag_mask
from sim.scenario.model import Actor, Clause, Incident, Scenario, StartEvent, Treaty, quoted
from sim.treaties import Form, Qualifier, Response, Status, Trigger

#: Ordinals that an entity may use: incidents of a step, generations, episodes of a run.
ORDINALS = {
    "incident": 64,
    "cascade": 1024,
    "support": 20_001,
    "judgement": 20_001,
    "rivalry theatre": 20_001,
}


@dataclass(frozen=True, eq=False)
class Program:
    """A scenario as compiled code reads it.

    Parameters
    ----------
    scenario : Scenario
        What was lowered.
    layout : Layout
        Scalars, and first rows of the blocks of the state and the parameters.
    tables : Tables
        Read-only structure.
    parameters : ParameterTable
        How to draw the first rows of the parameter matrix.
    n_state, n_parameter : int
        Rows of the two matrices.
    row_type : numpy.dtype
        Columns of an outcome row.
    sidecar_shapes : dict of str to tuple of int
        Arrays counted along the way.
    """

    scenario: Scenario
    layout: lay.Layout
    tables: lay.Tables
    parameters: ParameterTable
    n_state: int
    n_parameter: int
    row_type: np.dtype
    sidecar_shapes: dict[str, tuple[int, ...]]


def lower(scenario: Scenario, central: bool = False) -> Program:
    """Lower a scenario.

    Parameters
    ----------
    scenario : Scenario
        As resolved by `sim.scenario.load.load_scenario`.
    central : bool
        Fix every distribution at its central value.

    Returns
    -------
    Program
        Frozen; may be shared between threads.

    Raises
    ------
    InputError
        If two things happen to share a draw address (renaming one of them helps).
    """
    parameters = tabulate(scenario.quantities(), central)
    names = _Names(scenario, parameters.paths)
    addresses = _Addresses()
    tables = _tables(names, addresses)
    addresses.refuse_collisions()
    layout, n_state, n_parameter = _layout(names, tables)
    for array in tables:
        array.setflags(write=False)
    return Program(
        scenario,
        layout,
        tables,
        parameters,
        n_state,
        n_parameter,
        row_type(names),
        sidecar_shapes(names, layout),
    )


class _Addresses:
    """Draw addresses handed out so far, to refuse two things that would share draws."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, int, str]] = []

    def give(self, kind: str, *names: str) -> int:
        """Hash a thing to its address and remember the ordinals that it may add to it."""
        address = entity(kind, *names)
        self.taken.append((address, ORDINALS.get(kind, 1), f"{kind} {' '.join(names)}"))
        return address

    def refuse_collisions(self) -> None:
        """Raise where the address ranges of two things overlap."""
        spans = sorted(self.taken)
        faults = [
            Fault(f"names whose draws differ: {a[2]!r} and {b[2]!r} share an address", fix="Rename one of them")
            for a, b in zip(spans, spans[1:], strict=False)
            if a[0] + a[1] > b[0] and a[2] != b[2]
        ]
        if faults:
            raise InputError(faults)


class _Names:
    """Sorted names of everything, and the row of every path."""

    def __init__(self, scenario: Scenario, paths: Sequence[str]) -> None:
        self.scenario = scenario
        self.row = {path: r for r, path in enumerate(paths)}
        self.rungs = [rung.name for rung in scenario.ladder]
        self.actors = sorted(scenario.actors, key=lambda x: x.name)
        self.rivalries = sorted(scenario.rivalries, key=lambda x: x.name)
        self.partnerships = sorted(scenario.partnerships, key=lambda x: x.name)
        self.treaties = sorted(scenario.treaties, key=lambda x: x.name)
        self.kinds = sorted(scenario.incidents, key=lambda x: x.name)
        self.cascades = sorted(scenario.cascades, key=lambda x: x.name)
        self.actor = {x.name: i for i, x in enumerate(self.actors)}
        self.rivalry = {x.name: i for i, x in enumerate(self.rivalries)}
        self.partnership = {x.name: i for i, x in enumerate(self.partnerships)}
        self.kind = {x.name: i for i, x in enumerate(self.kinds)}
        self.pairs = sorted({tuple(sorted(ends(x.name))) for x in self.rivalries})
        self.pair = {pair: i for i, pair in enumerate(self.pairs)}
        self.theatres = sorted(_theatres(scenario))
        self.theatre = {name: i for i, name in enumerate(self.theatres)}
        self.supports = self._supports()
        self.clauses = self._clauses()
        self.judges = sorted({(r, o, b) for _, _, o, b in self.clauses for r in self.against(b, o)})
        self.tests = self._tests()

    def against(self, beneficiary: str, but: str) -> list[int]:
        """Rivalries whose target is `beneficiary` and whose actor is not `but`."""
        return [d for name, d in self.rivalry.items() if ends(name)[1] == beneficiary and ends(name)[0] != but]

    def path(self, *parts: str) -> int:
        """Row of a parameter, from the parts of its path."""
        return self.row[".".join([parts[0], *map(quoted, parts[1:])])]

    def _supports(self) -> list[tuple[int, int]]:
        """(rivalry X>B, partnership A>B) for every adversary X of B but A."""
        found = []
        for b, partnership in enumerate(self.partnerships):
            ally, beneficiary = ends(partnership.name)
            found += [(d, b) for d in self.against(beneficiary, ally)]
        return sorted(found)

    def _clauses(self) -> list[tuple[Treaty, Clause, str, str]]:
        """Clauses by treaty and clause name, with the obligor and beneficiary of today."""
        found = []
        for treaty in self.treaties:
            heirs = {heir.name: heir.to for heir in treaty.successors}
            for clause in sorted(treaty.clauses, key=lambda x: x.name):
                obligor, beneficiary = (heirs.get(x, x) for x in (clause.obligor, clause.beneficiary))
                found.append((treaty, clause, obligor, beneficiary))
        return found

    def _tests(self) -> list[tuple[int, int]]:
        """(judgement, clause), for clauses whose two states are actors of the scenario."""
        found = []
        for j, (d, obligor, beneficiary) in enumerate(self.judges):
            for c, (_, _, o, b) in enumerate(self.clauses):
                if (o, b) == (obligor, beneficiary) and obligor in self.actor and beneficiary in self.actor:
                    found.append((j, c))
        return found


def ends(name: str) -> tuple[str, str]:
    """Split ``"A>B"``.

    Examples
    --------
    >>> ends("Russia>DPRK")
    ('Russia', 'DPRK')
    """
    left, _, right = name.partition(">")
    return left.strip(), right.strip()


def _theatres(scenario: Scenario) -> set[str]:
    found = {t.name for rivalry in scenario.rivalries for t in rivalry.theatres}
    found |= {r.name for actor in scenario.actors for r in actor.reach}
    found |= {name for actor in scenario.actors for name in actor.home}
    return found | {name for treaty in scenario.treaties for clause in treaty.clauses for name in clause.area}


def _filled(dtype: np.dtype, rows: Iterable[dict[str, int]]) -> np.ndarray:
    """Records from dictionaries; a field that is left out is -1."""
    rows = list(rows)
    table = np.full(len(rows), -1, np.int64).repeat(len(dtype.names or ())).view(dtype)
    for record, row in zip(table, rows, strict=True):
        for field, value in row.items():
            record[field] = value
    return table


def _slices(owners: Sequence[int], n: int) -> list[tuple[int, int]]:
    """Bounds of each owner's slice in a table sorted by owner."""
    edges = np.searchsorted(np.asarray(owners, np.int64), np.arange(n + 1))
    return [(int(edges[i]), int(edges[i + 1])) for i in range(n)]


def _tables(names: _Names, addresses: _Addresses) -> lay.Tables:
    side, other = _sides(names)
    start, severity = _starts(names)
    cascades, by, into = _cascades(names, addresses)
    return lay.Tables(
        actor=_filled(lay.ACTOR, map(names_actor(names), names.actors)),
        rung=_filled(lay.RUNG, (_rung_rows(names, name) for name in names.rungs)),
        rivalry=_filled(lay.RIVALRY, _rivalries(names, addresses)),
        pair=_filled(lay.PAIR, _pairs(names, addresses)),
        theatre=_filled(lay.THEATRE, _theatre_rows(names)),
        reach=_reach(names),
        home=_home(names),
        support=_filled(lay.SUPPORT, (_support(names, addresses, d, b) for d, b in names.supports)),
        judge=_filled(lay.JUDGE, _judges(names, addresses)),
        test=_filled(lay.TEST, (_test(names, j, c) for j, c in names.tests)),
        clause=_filled(lay.CLAUSE, (_clause(names, *x) for x in names.clauses)),
        area=_areas(names),
        status=_status(names),
        epoch=_epochs(_status(names)),
        kind=_filled(lay.KIND, _kinds(names, addresses)),
        side=side,
        other=other,
        mark=_filled(lay.MARK, _marks(names)),
        cascade=_filled(lay.CASCADE, cascades),
        by=np.array(by, np.int64),
        into=_filled(lay.INTO, into),
        start=start,
        severity=severity,
    )


def names_actor(names: _Names):  # type: ignore[no-untyped-def]
    """Row maker of the actors' table."""

    def row(actor: Actor) -> dict[str, int]:
        at = lambda field: names.path("actors", actor.name, field)  # noqa: E731
        return {
            "power_row": at("power"),
            "tied_row": at("tied_down"),
            "arsenal_row": at("arsenal"),
            "tolerance_row": at("cost_tolerance"),
        }

    return row


def _rung_rows(names: _Names, rung: str) -> dict[str, int]:
    at = lambda field: names.path("ladder", rung, field)  # noqa: E731
    return {
        "gain_row": at("gain"),
        "cost_row": at("cost"),
        "nuclear_row": at("nuclear_risk"),
        "tension_row": at("tension"),
    }


def _rivalries(names: _Names, addresses: _Addresses) -> Iterable[dict[str, int]]:
    theatres = _slices([d for d, x in enumerate(names.rivalries) for _ in x.theatres], len(names.rivalries))
    supports = _slices([d for d, _ in names.supports], len(names.rivalries))
    judges = _slices([d for d, _, _ in names.judges], len(names.rivalries))
    for d, rivalry in enumerate(names.rivalries):
        actor, target = ends(rivalry.name)
        of_actor = lambda field, actor=actor: names.path("actors", actor, field)  # noqa: E731
        yield {
            "actor": names.actor[actor],
            "target": names.actor[target],
            "opposite": names.rivalry[f"{target}>{actor}"],
            "pair": names.pair[tuple(sorted((actor, target)))],
            "open": int(rivalry.open),
            "start_rung": names.rungs.index(rivalry.rung),
            "address": addresses.give("rivalry", actor, target),
            "theatre_address": addresses.give("rivalry theatre", actor, target),
            "stake_row": names.path("rivalries", rivalry.name, "stake"),
            "habit_row": names.path("rivalries", rivalry.name, "habit"),
            "belief_row": names.path("rivalries", rivalry.name, "resolve_belief"),
            "resolve_row": of_actor("resolve"),
            "rationality_row": of_actor("rationality"),
            "audience_row": of_actor("audience_cost"),
            "fear_row": of_actor("nuclear_fear"),
            "theatre_from": theatres[d][0],
            "theatre_to": theatres[d][1],
            "support_from": supports[d][0],
            "support_to": supports[d][1],
            "judge_from": judges[d][0],
            "judge_to": judges[d][1],
        }


def _pairs(names: _Names, addresses: _Addresses) -> Iterable[dict[str, int]]:
    for a, b in names.pairs:
        first, second = names.rivalry[f"{a}>{b}"], names.rivalry[f"{b}>{a}"]
        yield {
            "first": first,
            "second": second,
            "open": int(names.rivalries[first].open and names.rivalries[second].open),
            "address": addresses.give("pair", a, b),
        }


def _theatre_rows(names: _Names) -> Iterable[dict[str, int]]:
    for rivalry in names.rivalries:
        for theatre in sorted(rivalry.theatres, key=lambda x: x.name):
            yield {
                "theatre": names.theatre[theatre.name],
                "share_row": names.path("rivalries", rivalry.name, "theatres", theatre.name, "share"),
            }


def _reach(names: _Names) -> np.ndarray:
    table = np.full((len(names.actors), max(1, len(names.theatres))), -2, np.int64)
    for i, actor in enumerate(names.actors):
        if not actor.reach:
            table[i, :] = -1
        for reach in actor.reach:
            table[i, names.theatre[reach.name]] = names.path("actors", actor.name, "reach", reach.name, "share")
    return table


def _home(names: _Names) -> np.ndarray:
    table = np.zeros((len(names.actors), max(1, len(names.theatres))), np.int64)
    for i, actor in enumerate(names.actors):
        table[i, [names.theatre[name] for name in actor.home]] = 1
        if not actor.home:
            table[i, :] = 1
    return table


def _support(names: _Names, addresses: _Addresses, d: int, b: int) -> dict[str, int]:
    partnership = names.partnerships[b]
    ally, beneficiary = ends(partnership.name)
    adversary = ends(names.rivalries[d].name)[0]
    judges = {key: j for j, key in enumerate(names.judges)}
    at = lambda field: names.path("partnerships", partnership.name, field)  # noqa: E731
    return {
        "partnership": b,
        "ally": names.actor[ally],
        "rivalry": d,
        "against": names.rivalry.get(f"{ally}>{adversary}", -1),
        "judge": judges.get((d, ally, beneficiary), -1),
        "limit": int(Form[partnership.limit.upper()]),
        "address": addresses.give("support", ally, beneficiary, adversary),
        "stake_row": at("stake"),
        "value_row": at("value"),
        "declared_row": at("declared"),
        "believed_row": at("believed"),
        "adversary_row": at("believed_by_adversary"),
        "exposure_row": at("exposure"),
        "reputation_row": names.path("actors", ally, "reputation"),
        "tied_row": names.path("actors", ally, "tied_down"),
        "arsenal_row": names.path("actors", ally, "arsenal"),
        "enemy_arsenal_row": names.path("actors", adversary, "arsenal"),
    }


def _judges(names: _Names, addresses: _Addresses) -> Iterable[dict[str, int]]:
    tests = _slices([j for j, _ in names.tests], len(names.judges))
    for j, (d, obligor, beneficiary) in enumerate(names.judges):
        adversary = ends(names.rivalries[d].name)[0]
        yield {
            "rivalry": d,
            "address": addresses.give("judgement", obligor, beneficiary, adversary),
            "test_from": tests[j][0],
            "test_to": tests[j][1],
        }


def _test(names: _Names, j: int, c: int) -> dict[str, int]:
    rivalry = names.rivalries[names.judges[j][0]]
    area = names.clauses[c][1].area
    possible = not area or any(theatre.name in area for theatre in rivalry.theatres)
    return {"clause": c, "area_possible": int(possible)}


def _clause(names: _Names, treaty: Treaty, clause: Clause, obligor: str, beneficiary: str) -> dict[str, int]:
    bits = [Qualifier[word.upper()] for word in clause.qualifiers]
    return {
        "treaty": names.treaties.index(treaty),
        "trigger": int(Trigger[clause.trigger.upper()]),
        "response": int(Response[clause.response.upper()]),
        "mask": sum(1 << int(bit) for bit in bits if bit != Qualifier.EXTERNAL_ATTACK_ONLY),
        "external_only": int(Qualifier.EXTERNAL_ATTACK_ONLY in bits),
        "on_request": int(clause.on_request),
        "any_area": int(not clause.area),
        "automaticity_row": names.path("treaties", treaty.name, "clauses", clause.name, "automaticity"),
    }


def _areas(names: _Names) -> np.ndarray:
    table = np.zeros((len(names.clauses), max(1, len(names.theatres))), np.int64)
    for c, (_, clause, _, _) in enumerate(names.clauses):
        table[c, [names.theatre[name] for name in clause.area]] = 1
    return table


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


def _status(names: _Names) -> np.ndarray:
    table = np.zeros((len(names.treaties), names.scenario.n_steps), np.int64)
    for i, treaty in enumerate(names.treaties):
        table[i] = treaty_statuses(names.scenario, treaty)
    return table


def _epochs(status: np.ndarray) -> np.ndarray:
    changed = np.zeros(status.shape[1], np.int64)
    if status.shape[0]:
        changed[1:] = (status[:, 1:] != status[:, :-1]).any(axis=0)
    return np.cumsum(changed)


def _kinds(names: _Names, addresses: _Addresses) -> Iterable[dict[str, int]]:
    sides = _slices([k for k, x in enumerate(names.kinds) for _ in x.sides], len(names.kinds))
    marks = _slices([k for k, x in enumerate(names.kinds) for _ in x.marks], len(names.kinds))
    exciting = {kind for cascade in names.cascades for kind in cascade.by}
    for k, kind in enumerate(names.kinds):
        at = lambda field, kind=kind: names.path("incidents", kind.name, field)  # noqa: E731
        yield {
            "address": addresses.give("incident", kind.name),
            "drawn": int(_needs_draw(names, kind)),
            "exciting": int(kind.name in exciting),
            "hot_row": at("rate_hot"),
            "cold_row": at("rate_cold"),
            "tension_row": at("tension"),
            "lifts": int(kind.lifts),
            "side_from": sides[k][0],
            "side_to": sides[k][1],
            "mark_from": marks[k][0],
            "mark_to": marks[k][1],
        }


def _needs_draw(names: _Names, kind: Incident) -> bool:
    """Whether an incident of this kind needs a draw: for its side, its mark or a slide into war."""
    force = first_rungs(names.scenario)["force"]
    grave = any(names.rungs.index(mark.name) >= force for mark in kind.marks)
    return grave or len(kind.sides) > 1 or len(kind.marks) > 1


def _sides(names: _Names) -> tuple[np.ndarray, np.ndarray]:
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
    return _filled(lay.SIDE, rows), np.array(others, np.int64)


def _marks(names: _Names) -> Iterable[dict[str, int]]:
    for kind in names.kinds:
        for mark in sorted(kind.marks, key=lambda x: names.rungs.index(x.name)):
            yield {
                "rung": names.rungs.index(mark.name),
                "hot_row": names.path("incidents", kind.name, "marks", mark.name, "share_hot"),
                "cold_row": names.path("incidents", kind.name, "marks", mark.name, "share_cold"),
            }


def _cascades(names: _Names, addresses: _Addresses) -> tuple[list[dict[str, int]], list[int], list[dict[str, int]]]:
    """Rows of the cascades, the kinds that set them off, and the kinds that they bring about."""
    rows: list[dict[str, int]] = []
    by: list[int] = []
    into: list[dict[str, int]] = []
    for cascade in names.cascades:
        at = lambda *field, cascade=cascade: names.path("cascades", cascade.name, *field)  # noqa: E731
        row = {
            "address": addresses.give("cascade", cascade.name),
            "branching_row": at("branching"),
            "decay_row": at("decay_days"),
            "by_from": len(by),
            "into_from": len(into),
        }
        by += sorted({names.kind[kind] for kind in cascade.by})
        for target in sorted(cascade.into, key=lambda x: x.name):
            into.append({"kind": names.kind[target.name], "share_row": at("into", target.name, "share")})
        rows.append({**row, "by_to": len(by), "into_to": len(into)})
    return rows, by, into


def scheduled_events(scenario: Scenario) -> list[tuple[int, int, StartEvent]]:
    """Step and draw address of every scheduled event, in the order in which they happen.

    Those of one step are in the order of names, whatever the order in the file.
    """

    def step_of(event: StartEvent) -> int:
        return min(int(event.week * 7.0 / scenario.step_days), scenario.n_steps - 1)

    def key(event: StartEvent) -> tuple[int, str, str, str, str]:
        return step_of(event), event.by, event.against, event.incident or "", event.rung or ""

    ordered = sorted(scenario.start, key=lambda event: (key(event), event.severity))
    found = []
    for i, event in enumerate(ordered):
        before = sum(key(other) == key(event) for other in ordered[:i])
        address = entity("start", event.by, event.against, event.incident or "", str(before))
        found.append((step_of(event), address, event))
    return found


def _starts(names: _Names) -> tuple[np.ndarray, np.ndarray]:
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
    return _filled(lay.START, rows), np.array([event.severity for _, _, event in events], np.float64)


def first_rungs(scenario: Scenario) -> dict[str, int]:
    """First rung of each phase; the ladder's length where there is none.

    Examples
    --------
    >>> first_rungs.__name__
    'first_rungs'
    """
    masks = [flag_mask(list(rung.flags)) for rung in scenario.ladder]
    n = len(masks)

    def first(holds: Iterable[bool]) -> int:
        return next((i for i, held in enumerate(holds) if held), n)

    return {
        "threat": first(rung.mid_level >= 2 for rung in scenario.ladder),
        "force": first(bool(m & RungFlag.FORCE) for m in masks),
        "attack": first(bool(m & RungFlag.ARMED_ATTACK) for m in masks),
        "war": first(bool(m & RungFlag.STATE_OF_WAR) for m in masks),
        "nuclear": first(bool(m & RungFlag.NUCLEAR) for m in masks),
    }


def _layout(names: _Names, tables: lay.Tables) -> tuple[lay.Layout, int, int]:
    sizes = {
        "1": 1,
        "A": len(names.actors),
        "B": len(names.partnerships),
        "D": len(names.rivalries),
        "E": len(names.supports),
        "K": len(names.kinds),
        "L": len(names.rungs),
        "P": len(names.pairs),
        "T": len(names.tests),
        "X": len(names.cascades),
    }
    fields: dict[str, float] = {
        "n_rivalries": sizes["D"],
        "n_pairs": sizes["P"],
        "n_partnerships": sizes["B"],
        "n_actors": sizes["A"],
        "n_kinds": sizes["K"],
        "n_cascades": sizes["X"],
        "n_rungs": sizes["L"],
        "n_steps": names.scenario.n_steps,
        "n_supports": sizes["E"],
        "n_words": -(-sizes["K"] // KINDS_PER_WORD),
        "n_starts": len(tables.start),
        "step_days": float(names.scenario.step_days),
        "climate_address": entity("climate"),
        **first_rungs(names.scenario),
        **{field: names.row[path] for field, path in lay.NAMED_PARAMETERS.items()},
    }
    n_state = _number_blocks(fields, lay.STATE_BLOCKS, sizes, 0)
    n_parameter = _number_blocks(fields, lay.DERIVED_BLOCKS, sizes, len(names.row))
    return lay.Layout(**fields), n_state, n_parameter


def _number_blocks(
    fields: dict[str, float], blocks: Sequence[tuple[str, str, str]], sizes: dict[str, int], first: int
) -> int:
    for name, letter, _ in blocks:
        fields[name] = first
        first += sizes[letter]
    return first
