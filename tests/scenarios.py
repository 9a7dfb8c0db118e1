"""Small scenarios as plain data, in the resolved form that `scenario_from_resolved` reads.

`small()` gives two open rivals, a friend of the second and a treaty between those two; a test changes
the few values it is about with `put` and builds the typed scenario with `built`.
"""

from __future__ import annotations

import copy
from typing import Any

from sim.scenario.load import scenario_from_resolved
from sim.scenario.model import Scenario

#: A ladder with one rung for each phase.
LADDER = [
    {"name": "calm", "mid_level": 1, "gain": 0.0, "cost": 0.0, "nuclear_risk": 0.0, "tension": 0.0},
    {"name": "threat", "mid_level": 2, "gain": 0.1, "cost": 0.05, "nuclear_risk": 0.0, "tension": 0.3},
    {"name": "clash", "mid_level": 4, "gain": 0.25, "cost": 0.2, "nuclear_risk": 0.01, "tension": 1.0},
    {"name": "attack", "mid_level": 4, "gain": 0.4, "cost": 0.45, "nuclear_risk": 0.05, "tension": 1.5},
    {"name": "war", "mid_level": 5, "gain": 0.6, "cost": 0.8, "nuclear_risk": 0.2, "tension": 2.0},
    {"name": "nuclear", "mid_level": 5, "gain": 0.7, "cost": 1.5, "nuclear_risk": 1.0, "tension": 4.0},
]
FLAGS = {
    "clash": ["force"],
    "attack": ["force", "armed_attack"],
    "war": ["force", "armed_attack", "state_of_war"],
    "nuclear": ["force", "armed_attack", "state_of_war", "nuclear"],
}

ACTOR = {
    "power": 0.1, "tied_down": 0.2, "arsenal": 0.0, "resolve": 0.0, "rationality": 2.0, "audience_cost": 0.05,
    "reputation": 0.5, "cost_tolerance": 1.0, "nuclear_fear": 1.0,
}  # fmt: skip
RIVALRY = {"open": True, "rung": "calm", "stake": 1.0, "habit": -0.8, "resolve_belief": 0.5}
PARTNERSHIP = {
    "stake": 1.0, "value": 0.5, "declared": 0.6, "believed": 0.4, "believed_by_adversary": 0.3, "exposure": 0.2,
    "restraint": 0.0, "limit": "nuclear_signal",
}  # fmt: skip

#: Blocks of one mapping each.
BLOCKS: dict[str, dict[str, float]] = {
    "climate": {"hot_years": 1.0, "cold_years": 1.5},
    "choice": {
        "tension_weight": 0.5, "tension_decay_days": 28.0, "matching": 0.3, "retaliation": 0.6, "relief": 0.2,
        "concede": 0.1, "entrants_weight": 0.7, "instability": 0.0, "stability": 0.0,
    },
    "prospect": {"loss_aversion": 2.25, "gain_curvature": 0.88, "loss_curvature": 0.8},
    "reciprocity": {"reaction": 0.5, "fatigue": 0.4, "grievance": 0.3},
    "beliefs": {
        "obligation_weight": 0.8, "obligation_reference": 0.5, "declared_weight": 0.6, "declared_reference": 0.5,
        "observed_support": 0.5, "observed_entry": 2.0, "waiting": 0.1, "resolve_learning": 0.2, "weight_own": 0.6,
        "weight_adversary": 0.8,
    },
    "adjudication": {
        "victim_if_attacked": 0.9, "victim_if_attacker": 0.2, "war_recognised": 0.8, "request_made": 0.85,
        "article_51": 0.9, "laws_of_both_parties": 0.8, "constitutional_processes": 0.75, "retroactive": 0.4,
    },
    "entry": {
        "honouring": 0.5, "unmet": 1.5, "act_strength": 0.6, "obligation_weight": 1.2, "obligation_reference": 0.5,
        "stake_weight": 0.5, "stake_reference": 1.0, "reputation_weight": 0.4, "declared_reference": 0.4,
        "winning_weight": 1.0, "winning_reference": 0.2, "tied_down_weight": 1.0, "tied_down_reference": 0.3,
        "nuclear_weight": 0.8, "nuclear_reference": 0.1, "diplomatic": 0.7, "arms": 0.4, "rear": 0.3,
        "nuclear_signal": 0.3, "consult_weight": 0.5, "latency_diplomatic": 0.5, "latency_arms": 1.0,
        "latency_rear": 2.0, "latency_theatre": 3.0,
    },
    "inadvertent": {"war_per_act": 0.02},
    "settlement": {"war_weeks": 8.0, "refractory_weeks": 2.0},
}  # fmt: skip


def rungs(*names: str) -> list[dict[str, Any]]:
    """Rungs of `LADDER` by name, all of them if none is named."""
    chosen = [rung for rung in LADDER if not names or rung["name"] in names]
    return [{**rung, "icb_violence": 1, "flags": FLAGS.get(str(rung["name"]), [])} for rung in chosen]


def actor(name: str, **changes: Any) -> dict[str, Any]:
    """An actor with middling numbers."""
    return {"name": name, **ACTOR, **changes}


def rivalries(a: str, b: str, theatre: str = "Strait", **changes: Any) -> list[dict[str, Any]]:
    """Both directions of a rivalry, fought out in one theatre."""
    theatres = [{"name": theatre, "share": 1.0}]
    return [{"name": name, **RIVALRY, "theatres": theatres, **changes} for name in (f"{a}>{b}", f"{b}>{a}")]


def partnership(name: str, **changes: Any) -> dict[str, Any]:
    """A partnership ``A>B`` with middling numbers."""
    return {"name": name, **PARTNERSHIP, **changes}


def incident(name: str, *sides: str, mark: str = "threat", rate: float = 5.0, **changes: Any) -> dict[str, Any]:
    """A kind of incident at one rung, its sides equally likely."""
    return {
        "name": name,
        "rate_hot": rate,
        "rate_cold": rate,
        "coded": 1.0,
        "tension": 1.0,
        "lifts": True,
        "sides": [{"name": side, "share": 1.0 / len(sides)} for side in sides],
        "marks": [{"name": mark, "share_hot": 1.0, "share_cold": 1.0}],
        **changes,
    }


def front(name: str, actor: str, **changes: Any) -> dict[str, Any]:
    """A front that is fought, ties half of an actor's power and hardly ever ends."""
    return {"name": name, "actor": actor, "tied": 0.5, "intensity": 1.0, "ends_years": 1000.0, **changes}


def exchange(name: str, direction: str, kind: str, **changes: Any) -> dict[str, Any]:
    """An exchange at full supply, with stocks for a year and no production."""
    numbers = {"rate": 1.0, "full": 1.0, "stock": 1.0, "production": 0.0, "effect": 0.5}
    return {"name": name, "direction": direction, "kind": kind, **numbers, **changes}


def tie(name: str, **changes: Any) -> dict[str, Any]:
    """A tie ``A>B`` whose cohesion stands at its level, above the reference."""
    numbers = {"cohesion": 0.6, "builds_years": 2.0, "reference": 0.4, "value": 1.0, "price": 1.0}
    return {"name": name, "kinds": [{"name": "security", "weight": 1.0, "level": 0.6}], **numbers, **changes}


def treaty(name: str, *clauses: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A treaty in force since long ago, alone in its slot."""
    parties = sorted({clause[end] for clause in clauses for end in ("obligor", "beneficiary")})
    return {
        "name": name,
        "slot": name,
        "version": "1",
        "title": name,
        "parties": parties or ["Aye", "Bee"],
        "signed": "1990-01-01",
        "in_force": "1991-01-01",
        "clauses": list(clauses),
        **changes,
    }


def clause(obligor: str, beneficiary: str, **changes: Any) -> dict[str, Any]:
    """A clause that asks for all means after an armed attack."""
    return {
        "name": f"{obligor} for {beneficiary}",
        "obligor": obligor,
        "beneficiary": beneficiary,
        "trigger": "armed_attack",
        "response": "assist_all_means",
        "automaticity": 0.8,
        **changes,
    }


def bare(weeks: int = 26, ladder: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Two open rivals, Aye and Bee, and nothing else that could happen to them."""
    return {
        "pactsim": 1,
        "title": "made up for tests",
        "as_of": "2026-11-01",
        "horizon_days": 7.0 * weeks,
        "step_days": 7.0,
        "ladder": ladder or rungs(),
        "actors": [actor("Aye", arsenal=10.0), actor("Bee")],
        "rivalries": rivalries("Aye", "Bee"),
        **copy.deepcopy(BLOCKS),
    }


def small(weeks: int = 26) -> dict[str, Any]:
    """`bare` with a friend of Bee, a treaty between them, and incidents that bring about others."""
    values = bare(weeks)
    values["actors"] += [actor("Cee", arsenal=20.0, power=0.2)]
    values["rivalries"] += rivalries("Aye", "Cee", open=False)
    values["partnerships"] = [partnership("Cee>Bee"), partnership("Bee>Cee", limit="rear_area_forces")]
    values["incidents"] = [
        incident("raid", "Aye>Bee", "Bee>Aye", mark="clash", rate=1.5),
        incident("test", "Aye>Bee", rate=6.0, lifts=False),
    ]
    values["cascades"] = [
        {
            "name": "unrest",
            "by": ["raid", "test"],
            "branching": 0.4,
            "decay_days": 10.0,
            "into": [{"name": "raid", "share": 0.3}, {"name": "test", "share": 0.7}],
        }
    ]
    values["treaties"] = [treaty("pact", clause("Cee", "Bee"), clause("Bee", "Cee", response="act"))]
    return values


def put(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Change values by path, items of lists by name, and give the same scenario back.

    Such as ``put(small(), {"choice/relief": 0.0, "rivalries/Aye>Bee/habit": -1.0})``.
    """
    for path, value in changes.items():
        *parts, last = path.split("/")
        here: Any = values
        for part in parts:
            here = here[part] if isinstance(here, dict) else next(x for x in here if x["name"] == part)
        here[last] = value
    return values


def start(values: dict[str, Any], by: str, against: str, week: float = 0, **what: Any) -> dict[str, Any]:
    """Add a scheduled event, by default a war, and give the scenario back."""
    what = what or {"rung": "war"}
    values.setdefault("start", []).append({"week": week, "by": by, "against": against, **what})
    return values


def built(values: dict[str, Any]) -> Scenario:
    """The typed scenario of plain data."""
    return scenario_from_resolved(copy.deepcopy(values))
