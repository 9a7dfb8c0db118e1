"""Fronts, exchange and ties: what they free, use up and bind, at one decision and over a run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import Block, new_sidecar, simulate
from sim.engine.lower import lower
from tests.behaviour.test_one_decision import COLUMN, FORCES, RUNS, VISIBLE, rises
from tests.scenarios import built, exchange, front, put, small, start, tie


def decision(**blocks: Any) -> np.ndarray:
    """Rows of one step of war, in which Cee decides once whether to help Bee."""
    values = start(small(weeks=1), "Aye", "Bee") | blocks
    latencies = {f"entry/latency_{form}": 0.0 for form in ("diplomatic", "arms", "rear", "theatre")}
    put(values, latencies | {"choice/entrants_weight": 0.0, "settlement/war_weeks": 5200.0})
    return simulate(lower(built(values)), 77, 0, RUNS).rows


def states(values: dict[str, Any], *names: str) -> list[np.ndarray]:
    """Named rows of the state of 120 runs after every step."""
    program = lower(built(values))
    block = Block(program, 5)
    block.start(0, 120)
    found, sidecar = [], new_sidecar(program)
    for step in range(program.layout.n_steps):
        block.advance(step, step + 1, sidecar)
        found.append([block.state[getattr(program.layout, name)].copy() for name in names])
    return list(np.array(found).transpose(1, 0, 2))


def test_more_force_tied_by_a_front_never_makes_entry_likelier() -> None:
    rows = [decision(fronts=[front("F", "Cee", tied=x)]) for x in (0.8, 0.5, 0.2, 0.0)]
    assert min(rises(rows, FORCES)) > VISIBLE


def test_munitions_and_troops_relieve_the_front_and_so_favour_entry() -> None:
    fronts = [front("F", "Cee", tied=0.8, relief=0.8)]
    sent = [[], *([exchange("e", "Bee>Cee", kind, front="F", effect=1.0)] for kind in ("munitions", "troops"))]
    none, munitions, troops = (decision(fronts=fronts, exchanges=each) for each in sent)
    assert rises([none, munitions], FORCES)[0] > VISIBLE
    assert np.array_equal(munitions[COLUMN], troops[COLUMN])


def test_troops_sent_away_never_make_their_sender_likelier_to_enter() -> None:
    fronts = [front("F", "Bee")]
    rows = [
        decision(fronts=fronts, exchanges=[exchange("e", "Cee>Bee", "troops", front="F", cost=x)])
        for x in (0.8, 0.4, 0.0)
    ]
    assert min(rises(rows, FORCES)) > VISIBLE


@pytest.mark.parametrize("gain", ["value", "price"])
def test_cohesion_raises_the_odds_of_entry(gain: str) -> None:
    rows = [
        decision(ties=[tie("Cee>Bee", cohesion=x, **{"value": 0.0, "price": 0.0, gain: 2.0})]) for x in (0.1, 0.5, 0.9)
    ]
    assert min(rises(rows, FORCES)) > VISIBLE


def test_a_tie_changes_nothing_at_its_reference_and_binds_in_its_direction_only() -> None:
    none = decision()
    at_reference = tie("Cee>Bee", cohesion=0.4, kinds=[{"name": "trade", "weight": 1.0, "level": 0.4}])
    for each in (at_reference, tie("Bee>Cee", cohesion=1.0)):
        assert np.array_equal(none[COLUMN], decision(ties=[each])[COLUMN])


def test_exchange_builds_ties_and_ties_fade_without_it() -> None:
    values = small(weeks=40)
    made = tie("Cee>Bee", cohesion=0.5, feeding=0.5, builds_years=1.0)
    made["kinds"] = [
        {"name": "security", "weight": 3.0, "level": 0.6},
        {"name": "trade", "weight": 1.0, "level": 0.0},
    ]
    values["ties"] = [made]
    ends = []
    for rate in (0.0, 1.0):
        values["exchanges"] = [exchange("a", "Bee>Cee", "aid", rate=rate, stock=9.0)]
        cohesion = states(values, "cohesion")[0]
        assert (np.diff(cohesion, axis=0) * (1.0 if rate else -1.0) > 0.0).all()
        ends.append(cohesion[-1])
    way = 1.0 - np.exp(-40 * 7 / 365.25)
    level = 0.45  # of the ties, by weight
    assert ends[0] == pytest.approx(0.5 + way * (level - 0.5))
    assert ends[1] == pytest.approx(0.5 + way * (level + 0.5 * (1.0 - level) - 0.5))


def test_exports_use_up_the_stock_and_never_more_than_there_is() -> None:
    values = small(weeks=40)
    values["fronts"] = [front("F", "Bee")]
    send = exchange("e", "Cee>Bee", "munitions", front="F", rate=4.0, full=4.0, cost=0.5, stock={"uniform": [0.1, 3.0]})
    values["exchanges"] = [send]
    stock, supply = states(values, "stock", "supply")
    assert (np.diff(stock, axis=0) <= 0.0).all()
    assert stock.min() == 0.0
    assert (stock[-1] == 0.0).sum() > VISIBLE
    assert (supply[1:][stock[:-1] == 0.0] == 0.0).all()
    more = {**values, "exchanges": [{**send, "production": 1.0}]}
    assert states(more, "supply")[0][-1].min() == pytest.approx(0.25)


def test_what_is_given_in_return_stops_with_what_it_is_given_for() -> None:
    values = small(weeks=40)
    values["fronts"] = [front("F", "Bee")]
    values["exchanges"] = [
        exchange("b", "Cee>Bee", "munitions", front="F", rate=4.0, full=4.0),
        exchange("a", "Bee>Cee", "technology", in_return_for="b", stock=9.0),
    ]
    supply = states(values, "supply")[0]
    assert supply[0].min() == 1.0
    assert supply[-1].max() == 0.0


def test_a_ceasefire_frees_force_and_strength_follows_at_the_next_review() -> None:
    values = small(weeks=40)
    values["fronts"] = [front("F", "Aye", tied=0.5, ends_years=0.5)]
    intensity, own = states(values, "intensity", "own")
    over = intensity == 0.0
    assert (over[1:] >= over[:-1]).all()
    assert 0 < over[-1].sum() < 120
    for review in (13, 26, 39):
        freed = over[review - 1]
        assert own[review][freed] == pytest.approx(0.1 * (1.0 - 0.2))
        assert own[review][~freed] == pytest.approx(0.1 * (1.0 - 0.7))
        assert np.array_equal(own[review - 1], own[review - 12])


def test_a_date_can_end_a_front_and_what_is_judged_anew_on_that_day_is_strength() -> None:
    """A new mean time to the ceasefire ends the front within days; a dated number renews strength at once."""
    values = small(weeks=12)
    values["fronts"] = [front("F", "Aye", tied=0.5)]
    values["timeline"] = [
        {"name": "truce", "since": "2026-12-06", "path": "fronts.F.ends_years", "value": 0.001},
        {"name": "arms", "since": "2026-12-20", "path": "actors.Aye.power", "value": 0.3},
    ]
    intensity, own, might = states(values, "intensity", "own", "might")
    fought = intensity[:, 0] > 0.0
    assert fought.tolist() == [True] * 5 + [False] * 7
    assert own[6] == pytest.approx(0.1 * (1.0 - 0.7))
    assert own[7] == pytest.approx(0.3 * (1.0 - 0.2))
    assert (might[6], might[7]) == (pytest.approx(0.1), pytest.approx(0.3))


def test_a_shock_that_comes_by_date_counts() -> None:
    values = start(small(weeks=20), "Aye", "Bee")
    put(values, {"settlement/war_weeks": 5200.0})
    values["fronts"] = [front("F", "Cee", intensity=0.0)]
    values["timeline"] = [{"name": "a", "since": "2026-12-06", "path": "fronts.F.shock", "value": 20.0}]
    intensity = states(values, "intensity")[0]
    assert intensity[4].max() == 0.0
    assert (intensity[-1] == 1.0).sum() > VISIBLE


def test_a_shock_lets_a_front_begin_in_an_armed_conflict_and_not_before() -> None:
    values = start(small(weeks=20), "Aye", "Bee", week=10)
    put(values, {"inadvertent/war_per_act": 0.0, "settlement/war_weeks": 5200.0, "choice/relief": 5.0})
    put(values, {f"rivalries/{name}/habit": -9.0 for name in ("Aye>Bee", "Bee>Aye")})
    values["incidents"], values["cascades"] = [], []
    values["fronts"] = [front("F", "Cee", intensity=0.0, shock=20.0)]
    intensity = states(values, "intensity")[0]
    assert intensity[10].max() == 0.0
    assert (intensity[-1] == 1.0).sum() > VISIBLE


def test_technology_makes_its_receiver_stronger_and_more_feared_and_aid_lets_it_bear_more() -> None:
    values = small(weeks=27)
    values["exchanges"] = [
        exchange("t", "Cee>Aye", "technology", stock=9.0, effect=0.4, threat=0.8),
        exchange("a", "Cee>Aye", "aid", stock=9.0, effect=0.25),
    ]
    might, menace, ease = (row[-1] for row in states(values, "might", "menace", "ease"))
    received = 26 * 7 / 365.25
    assert might == pytest.approx(0.1 * (1 + 0.4 * received))
    assert menace == pytest.approx(0.8 * received)
    assert ease == pytest.approx(1 / 1.25)


def test_blocks_that_do_nothing_change_no_bit() -> None:
    """Fronts without force, exchanges without effect and ties at their reference: every column stays."""
    values = start(small(weeks=40), "Aye", "Bee", week=4)
    idle = {
        "fronts": [front("F", "Cee", tied=0.0, ends_years=0.1, onset=5.0)],
        "exchanges": [
            exchange("m", "Bee>Cee", "munitions", front="F", effect=0.0),
            exchange("t", "Cee>Bee", "technology", in_return_for="m", effect=0.0),
        ],
        "ties": [tie("Cee>Bee", value=0.0, price=0.0)],
    }
    rows, others = (simulate(lower(built(each)), 4, 0, 3000).rows for each in (values, values | idle))
    assert rows.tobytes() == others.tobytes()
    tied = values | {"fronts": [front("F", "Cee", tied=0.5)]}
    assert simulate(lower(built(tied)), 4, 0, 3000).rows.tobytes() != rows.tobytes()
