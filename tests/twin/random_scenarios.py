"""Random small scenarios in which much happens: everything that the format allows, in a few weeks."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sim.theories import THEORIES
from tests.scenarios import (
    BLOCKS,
    actor,
    bare,
    clause,
    exchange,
    front,
    incident,
    partnership,
    put,
    rivalries,
    tie,
    treaty,
)

NAMES = ("Aye", "Bee", "Cee", "Dee")
THEATRES = ("Hills", "Strait", "Shore")
LEVELS = ("force", "armed_attack", "state_of_war", "nuclear")
AS_OF = datetime.date(2026, 11, 1)


def examples(many: int) -> settings:
    """The same `many` examples every time. They are small already: to shrink a fault takes minutes."""
    return settings(
        max_examples=many,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


shares = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
probabilities = st.sampled_from([0.0, 0.05, 0.3, 0.6, 0.95, 1.0])
weights = st.sampled_from([0.0, 0.4, 1.5, 5.0])
utils = st.sampled_from([-2.0, -0.5, 0.0, 0.3, 1.0, 3.0])
distributions = st.sampled_from(
    [
        {"uniform": [0.1, 0.9]},
        {"triangular": [0.0, 0.2, 1.0]},
        {"beta": [2.0, 3.0]},
        {"pert": [0.1, 0.3, 0.8]},
        {"normal": [0.5, 0.4], "truncate": [0.0, 1.0]},
    ]
)
either = probabilities | distributions

#: What each number of the blocks of one mapping may be; what is not named here may be any weight.
RANGES: dict[str, st.SearchStrategy[Any]] = {
    "hot_years": st.sampled_from([0.05, 0.5, 3.0]),
    "cold_years": st.sampled_from([0.05, 0.5, 3.0]),
    "tension_decay_days": st.sampled_from([0.5, 20.0, 400.0]),
    "entrants_weight": shares,
    **dict.fromkeys(("gain_curvature", "loss_curvature"), st.sampled_from([0.0, 0.5, 0.88, 1.0, 2.0])),
    "observed_support": utils,
    "observed_entry": utils,
    "obligation_reference": shares,
    "declared_reference": shares,
    "tied_down_reference": shares,
    "act_strength": shares,
    "nuclear_signal": either,
    "war_per_act": st.sampled_from([0.0, 0.05, 0.5]),
    "war_weeks": st.sampled_from([0.1, 2.0, 10.0, 500.0]),
    "refractory_weeks": st.sampled_from([0.0, 0.5, 2.0, 7.3]),
    **dict.fromkeys(("resolve_learning", "weight_own", "weight_adversary"), shares),
    **dict.fromkeys(BLOCKS["adjudication"], either),
    **dict.fromkeys(("honouring", "diplomatic", "arms", "rear"), either),
    **{key: st.sampled_from([0.0, 0.3, 2.0, 9.0]) for key in BLOCKS["entry"] if key.startswith("latency")},
}  # fmt: skip


def some(values: Any, most: int | None = None) -> st.SearchStrategy[list[Any]]:
    """A few of some values, each at most once."""
    return st.lists(st.sampled_from(values), unique=True, max_size=most)


def split(names: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Shares that add up to 1 over a few of some names."""
    chosen = st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=3)
    return chosen.map(lambda got: [{"name": name, "share": 1.0 / len(got)} for name in got])


@st.composite
def ladders(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Three to eight rungs; none need be a war, an attack or even force."""
    length = draw(st.integers(3, 8))
    level, flags, found = 1, 0, []
    for number in range(length):
        if number > 0:
            level = min(5, level + draw(st.integers(0, 2)))
            flags = min(4, flags + draw(st.integers(0, 2)))
            level = max(level, 2) if flags else level  # force is a threat at least
            flags = 3 if flags == 4 and (not found or len(found[-1]["flags"]) < 3) else flags  # war before nuclear use
        found.append(
            {
                "name": f"rung {number}",
                "mid_level": level,
                "icb_violence": 1,
                "flags": list(LEVELS[:flags]),
                "gain": number * draw(st.sampled_from([0.0, 0.2, 1.0])),
                "cost": number * draw(st.sampled_from([0.0, 0.2, 1.0])),
                "nuclear_risk": draw(st.sampled_from([0.0, 0.3])),
                "tension": draw(st.sampled_from([0.0, 0.5, 2.0])),
            }
        )
    return found


#: First use by choice, or by hazards of which some are so large that it happens.
_nuclear = st.fixed_dictionaries(
    {
        "first_use": st.sampled_from(["choice", "hazard", "hazard"]),
        **dict.fromkeys(("limited_war", "major_war", "accident"), either),
        **dict.fromkeys(("losing", "decapitation"), st.sampled_from([1.0, 3.0])),
        "losing_share": shares,
    }
)


@st.composite
def treaties(draw: st.DrawFn, number: int, actors: tuple[str, ...]) -> dict[str, Any]:
    """Any triggers, responses and qualifiers; dates before, within and after the horizon."""
    days = sorted(draw(st.lists(st.integers(-60, 120), min_size=4, max_size=4)))
    dates = [(AS_OF + datetime.timedelta(days=day)).isoformat() for day in days]
    named = dict(zip(("signed", "ratified", "in_force", "ended"), dates, strict=True))
    left_out = draw(st.sampled_from([(), ("ended",), ("in_force", "ended"), ("signed", "in_force", "ended")]))
    former = draw(st.booleans())
    clauses = []
    for i in range(draw(st.integers(1, 3))):
        obligor, beneficiary = draw(st.permutations([*actors, "Elsewhere"]))[:2]
        clauses.append(
            clause(
                f"Old {obligor}" if former else obligor,
                beneficiary,
                name=f"Article {i}",
                trigger=draw(st.sampled_from(["direct_threat", "armed_attack", "armed_attack_and_state_of_war"])),
                response=draw(st.sampled_from(["consult", "act", "assist_all_means"])),
                automaticity=draw(either),
                qualifiers=draw(
                    some(["article_51", "laws_of_both_parties", "constitutional_processes", "external_attack_only"])
                ),
                on_request=draw(st.booleans()),
                area=draw(some(THEATRES, 2)),
                invasion=draw(st.booleans()),
            )
        )
    return treaty(
        f"treaty {number}",
        *clauses,
        successors=[{"name": f"Old {name}", "to": name} for name in (*actors, "Elsewhere")] if former else [],
        counterfactual=draw(st.sampled_from([False, False, True])),
        **{"signed": None, "in_force": None, **{key: day for key, day in named.items() if key not in left_out}},
    )


@st.composite
def incidents(draw: st.DrawFn, number: int, names: list[str], actors: tuple[str, ...], rungs: list[str]) -> Any:
    """A kind with some sides, onlookers and marks."""
    sides = draw(split(names))
    for side in sides:
        side["others"] = draw(some([name for name in actors if name not in side["name"].split(">")] or ["Aye"], 2))
        side["others"] = [name for name in side["others"] if name not in side["name"].split(">")]
    marks = draw(split(rungs[1:]))
    marks = [{"name": m["name"], "share_hot": m["share"], "share_cold": m["share"]} for m in marks]
    if len(marks) == 2:
        marks[0]["share_hot"], marks[1]["share_hot"] = 0.9, 0.1
    rates = st.sampled_from([0.0, 2.0, 30.0, 300.0])
    return incident(
        f"kind {number}", "x>y", rate_hot=draw(rates), rate_cold=draw(rates), tension=draw(weights),
        lifts=draw(st.booleans()), sides=sides, marks=marks,
    )  # fmt: skip


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario as plain data: two to four actors and a few weeks."""
    ladder = draw(ladders())
    rungs = [rung["name"] for rung in ladder]
    values = bare(draw(st.integers(1, 14)), ladder)
    values["step_days"] = draw(st.sampled_from([7.0, 7.0, 3.5]))
    actors = NAMES[: draw(st.integers(2, 4))]
    values["actors"] = [
        actor(
            name,
            theory=draw(st.sampled_from(("quantal", *THEORIES))),
            power=draw(shares),
            tied_down=draw(shares | distributions),
            arsenal=draw(st.sampled_from([0.0, 5.0])),
            resolve=draw(utils | st.just({"normal": [0.0, 1.0]})),
            rationality=draw(st.sampled_from([0.0, 0.5, 2.0, 20.0])),
            audience_cost=draw(weights),
            cost_tolerance=draw(st.sampled_from([0.5, 1.0, 2.0])),
            nuclear_fear=draw(weights | st.just({"lognormal": [1.0, 0.5]})),
            reach=draw(split(THEATRES) | st.just([])),
            home=draw(some(THEATRES, 2)),
            partiality=draw(utils),
            recognition=draw(utils),
            first_use=draw(weights),
        )
        for name in actors
    ]
    values["rivalries"] = []
    for a, b in itertools.combinations(actors, 2):
        if (a, b) == ("Aye", "Bee") or draw(st.booleans()):
            both_open = draw(st.booleans())
            for rivalry in rivalries(a, b, open=both_open):
                changes = {"habit": draw(utils), "stake": draw(weights), "theatres": draw(split(THEATRES))}
                changes["rung"] = draw(st.sampled_from(rungs[:2])) if both_open else rungs[0]
                values["rivalries"].append(rivalry | changes)
    names = [rivalry["name"] for rivalry in values["rivalries"]]
    values["partnerships"] = [
        partnership(
            f"{a}>{b}",
            exposure=draw(either),
            believed=draw(either),
            stake=draw(weights),
            restraint=draw(weights | distributions),
            limit=draw(st.sampled_from(["none", "arms", "rear_area_forces", "nuclear_signal", "nuclear_signal"])),
            raised_limit=draw(st.sampled_from([None, None, "nuclear_signal"])),
            raised=draw(either),
        )
        for a, b in itertools.permutations(actors, 2)
        if draw(st.booleans())
    ]
    count = st.integers(0, 2)
    values["treaties"] = [draw(treaties(number, actors)) for number in range(draw(count))]
    values["incidents"] = [draw(incidents(k, names, actors, rungs)) for k in range(draw(count))]
    kinds = [kind["name"] for kind in values["incidents"]]
    values["cascades"] = [
        {
            "name": f"cascade {x}",
            "by": draw(st.lists(st.sampled_from(kinds), unique=True, min_size=1)),
            "branching": draw(st.sampled_from([0.0, 0.4, 0.9])),
            "decay_days": draw(st.sampled_from([0.5, 10.0, 100.0])),
            "into": draw(split(kinds)),
        }
        for x in range(draw(count) if kinds else 0)
    ]
    put_exchange(draw, values, actors)
    values["timeline"] = draw(_timeline(actors, kinds, values))
    values["start"] = [draw(_events(names, values["incidents"], rungs)) for _ in range(draw(count))]
    for block, numbers in BLOCKS.items():
        put(values, {f"{block}/{key}": draw(RANGES.get(key, weights)) for key in numbers})
    put(values, {f"adjudication/{key}": draw(either) for key in ("narrow_reading", "limited_is_invasion")})
    values["nuclear"] = draw(_nuclear)
    return values


def put_exchange(draw: st.DrawFn, values: dict[str, Any], actors: tuple[str, ...]) -> None:
    """Fronts that soon end and begin, exchanges that run dry, and ties, where there are any."""
    rates = st.sampled_from([0.0, 2.0, 30.0])
    values["fronts"] = [
        front(
            f"front {f}", draw(st.sampled_from(actors)), tied=draw(either), intensity=draw(either),
            ends_years=draw(st.sampled_from([0.02, 0.5, 100.0])), relief=draw(shares), onset=draw(rates),
            shock=draw(rates | st.just({"uniform": [0.0, 20.0]})),
        )
        for f in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    values["exchanges"] = []
    for x in range(draw(st.integers(0, 4))):
        sender, receiver = draw(st.permutations(actors))[:2]
        served = [each["name"] for each in values["fronts"] if each["actor"] == receiver]
        kinds = ["aid", "technology", *(["munitions", "troops"] if served else [])]
        kind = draw(st.sampled_from(kinds))
        free = [each["name"] for each in values["exchanges"] if each["in_return_for"] is None]
        values["exchanges"].append(
            exchange(
                f"goods {x}", f"{sender}>{receiver}", kind,
                front=draw(st.sampled_from(served)) if kind in ("munitions", "troops") else None,
                in_return_for=draw(st.sampled_from([None, *free])),
                rate=draw(weights | st.just(40.0)), full=draw(st.sampled_from([0.5, 2.0, 50.0])),
                stock=draw(weights | distributions), production=draw(weights), effect=draw(weights | distributions),
                cost=draw(either), threat=draw(weights),
            )
        )  # fmt: skip
    partners = [each["name"] for each in values["partnerships"]]
    values["ties"] = [
        tie(
            name, cohesion=draw(either), builds_years=draw(st.sampled_from([0.05, 1.0, 50.0])), feeding=draw(shares),
            reference=draw(shares), value=draw(weights), price=draw(weights),
            kinds=[{"name": kind, "weight": draw(weights), "level": draw(shares)} for kind in ("trade", "security")],
        )
        for name in (draw(some(partners, 2)) if partners else [])
    ]  # fmt: skip


@st.composite
def _timeline(
    draw: st.DrawFn, actors: tuple[str, ...], kinds: list[str], values: dict[str, Any]
) -> list[dict[str, Any]]:
    """Some numbers that change before, within and after the horizon."""
    paths = {
        "actors.Aye.power": shares,
        "actors.Bee.tied_down": shares,
        "actors.Aye.arsenal": st.sampled_from([0.0, 5.0]),
        "actors.Bee.resolve": utils,
        "actors.Aye.cost_tolerance": st.sampled_from([0.5, 2.0]),
        "rivalries.Aye>Bee.stake": weights,
        "ladder.rung 1.cost": weights,
        "ladder.rung 2.tension": weights,
        "choice.matching": weights,
        "choice.stability": weights,
        "reciprocity.reaction": weights,
        "climate.hot_years": st.sampled_from([0.05, 3.0]),
        "entry.honouring": either,
        "settlement.war_weeks": st.sampled_from([0.1, 10.0]),
        "actors.Aye.nuclear_fear": weights,
        **{f"incidents.{kind}.rate_hot": st.sampled_from([0.0, 300.0]) for kind in kinds},
        **{f"fronts.{x['name']}.ends_years": st.sampled_from([0.01, 50.0]) for x in values["fronts"]},
        **{f"fronts.{x['name']}.shock": st.sampled_from([0.0, 30.0]) for x in values["fronts"]},
        **{f"exchanges.{x['name']}.rate": weights for x in values["exchanges"]},
        **{f"exchanges.{x['name']}.effect": weights for x in values["exchanges"]},
        **{f"ties.{x['name']}.kinds.trade.level": shares for x in values["ties"]},
        **{f"ties.{x['name']}.value": weights for x in values["ties"]},
    }
    found = []
    for number in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(sorted(paths)))
        since = AS_OF + datetime.timedelta(days=draw(st.integers(-10, 90)))
        if all((x["path"], x["since"]) != (path, since.isoformat()) for x in found):
            change = {"name": f"change {number}", "since": since.isoformat(), "path": path}
            found.append(change | {"value": draw(paths[path])})
    return found


@st.composite
def _events(draw: st.DrawFn, names: list[str], kinds: list[dict[str, Any]], rungs: list[str]) -> dict[str, Any]:
    week = draw(st.sampled_from([0.0, 1.5, 4.0]))
    if kinds and draw(st.booleans()):
        kind = draw(st.sampled_from(kinds))
        by, against = draw(st.sampled_from(kind["sides"]))["name"].split(">")
        severity = draw(st.sampled_from([0.5, 1.0, 3.0]))
        return {"week": week, "by": by, "against": against, "incident": kind["name"], "severity": severity}
    by, against = draw(st.sampled_from(names)).split(">")
    return {"week": week, "by": by, "against": against, "rung": draw(st.sampled_from(rungs[1:]))}
