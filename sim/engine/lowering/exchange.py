"""Tables of fronts, exchanges and ties."""

from __future__ import annotations

from collections.abc import Iterable

from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names
from sim.engine.lowering.records import slices
from sim.rules.exchange import KINDS
from sim.scenario.names import ends
from sim.scenario.standing import shares_a_shock


def front_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.FRONT`."""
    for front in names.fronts:
        yield {
            "actor": names.actor[front.actor],
            "address": addresses.give("front", front.name),
            "shocked": int(shares_a_shock(names.scenario, front)),
            **names.rows(
                "fronts",
                front.name,
                tied_row="tied",
                intensity_row="intensity",
                ends_row="ends_years",
                relief_row="relief",
                onset_row="onset",
                shock_row="shock",
            ),
        }


def exchange_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.EXCHANGE`."""
    for exchange in names.exchanges:
        sender, receiver = ends(exchange.direction)
        yield {
            "sender": names.actor[sender],
            "receiver": names.actor[receiver],
            "kind": KINDS[exchange.kind],
            "front": -1 if exchange.front is None else names.front[exchange.front],
            "in_return_for": -1 if exchange.in_return_for is None else names.exchange[exchange.in_return_for],
            **names.rows(
                "exchanges",
                exchange.name,
                rate_row="rate",
                full_row="full",
                stock_row="stock",
                production_row="production",
                effect_row="effect",
                cost_row="cost",
                threat_row="threat",
            ),
        }


def tie_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.TIE`."""
    kinds = slices([u for u, tie in enumerate(names.ties) for _ in tie.kinds], len(names.ties))
    for u, tie in enumerate(names.ties):
        pair = ends(tie.name)
        yield {
            "ally": names.actor[pair[0]],
            "partner": names.actor[pair[1]],
            "fed_by": sum(set(ends(exchange.direction)) == set(pair) for exchange in names.exchanges),
            "kind_from": kinds[u][0],
            "kind_to": kinds[u][1],
            **names.rows(
                "ties",
                tie.name,
                cohesion_row="cohesion",
                years_row="builds_years",
                feeding_row="feeding",
                reference_row="reference",
                value_row="value",
                price_row="price",
            ),
        }


def tie_kind_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.TIE_KIND`, sorted by tie and name."""
    for tie in names.ties:
        for kind in sorted(tie.kinds, key=lambda x: x.name):
            yield names.rows("ties", tie.name, "kinds", kind.name, weight_row="weight", level_row="level")
