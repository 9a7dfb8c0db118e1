"""Tables of rivalries, pairs, their theatres, and the supports that allies may give in them."""

from __future__ import annotations

from collections.abc import Iterable

from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names
from sim.engine.lowering.records import slices
from sim.scenario.names import ends
from sim.theories import THEORIES
from sim.treaties import Form


def rivalry_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.RIVALRY`."""
    n = len(names.rivalries)
    theatres = slices([d for d, x in enumerate(names.rivalries) for _ in x.theatres], n)
    supports = slices([d for d, _ in names.supports], n)
    judges = slices([d for d, _, _ in names.judges], n)
    for d, rivalry in enumerate(names.rivalries):
        actor, target = ends(rivalry.name)
        yield {
            "actor": names.actor[actor],
            "target": names.actor[target],
            "opposite": names.rivalry[f"{target}>{actor}"],
            "pair": names.pair[tuple(sorted((actor, target)))],
            "open": int(rivalry.open),
            "start_rung": names.rungs.index(rivalry.rung),
            "theory": THEORIES.index(names.actors[names.actor[actor]].theory),
            "address": addresses.give("rivalry", actor, target),
            "theatre_address": addresses.give("rivalry theatre", actor, target),
            "theatre_from": theatres[d][0],
            "theatre_to": theatres[d][1],
            "support_from": supports[d][0],
            "support_to": supports[d][1],
            "judge_from": judges[d][0],
            "judge_to": judges[d][1],
            **names.rows("rivalries", rivalry.name, stake_row="stake", habit_row="habit", belief_row="resolve_belief"),
            **names.rows(
                "actors",
                actor,
                resolve_row="resolve",
                rationality_row="rationality",
                audience_row="audience_cost",
                fear_row="nuclear_fear",
            ),
        }


def pair_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.PAIR`."""
    for a, b in names.pairs:
        first, second = names.rivalry[f"{a}>{b}"], names.rivalry[f"{b}>{a}"]
        yield {
            "first": first,
            "second": second,
            "open": int(names.rivalries[first].open and names.rivalries[second].open),
            "address": addresses.give("pair", a, b),
        }


def theatre_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.THEATRE`, sorted by rivalry."""
    for rivalry in names.rivalries:
        for theatre in sorted(rivalry.theatres, key=lambda x: x.name):
            yield {
                "theatre": names.theatre[theatre.name],
                "share_row": names.path("rivalries", rivalry.name, "theatres", theatre.name, "share"),
            }


def support_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.SUPPORT`, sorted by rivalry."""
    judges = {key: j for j, key in enumerate(names.judges)}
    for d, b in names.supports:
        partnership = names.partnerships[b]
        ally, beneficiary = ends(partnership.name)
        adversary = ends(names.rivalries[d].name)[0]
        yield {
            "partnership": b,
            "ally": names.actor[ally],
            "rivalry": d,
            "against": names.rivalry.get(f"{ally}>{adversary}", -1),
            "judge": judges.get((d, ally, beneficiary), -1),
            "limit": int(Form[partnership.limit.upper()]),
            "raised_limit": int(Form[(partnership.raised_limit or partnership.limit).upper()]),
            "address": addresses.give("support", ally, beneficiary),
            "tie": names.tie.get(partnership.name, -1),
            **names.rows(
                "partnerships",
                partnership.name,
                raised_row="raised",
                stake_row="stake",
                value_row="value",
                declared_row="declared",
                believed_row="believed",
                adversary_row="believed_by_adversary",
                exposure_row="exposure",
                restraint_row="restraint",
            ),
            **names.rows("actors", ally, reputation_row="reputation", arsenal_row="arsenal"),
            **names.rows("actors", adversary, enemy_arsenal_row="arsenal"),
        }
