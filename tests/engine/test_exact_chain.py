"""The engine against an exact solution, and the errors that this comparison would see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.engine.chain import Chain, Rivals
from tests.scenarios import bare, built, incident, put

RUNS, SEED, WEEKS = 1_000_000, 20_261_101, 26
#: Largest distance from the exact probability that is put down to chance, in standard errors.
LIMIT = 5.0


def rivals() -> dict[str, Any]:
    """Two rivals in whom tension and learning do nothing, with incidents at two rungs and frequent wars."""
    values = bare(WEEKS)
    values["incidents"] = [
        incident("raid", "Aye>Bee", "Bee>Aye", mark="clash", rate_hot=8.0, rate_cold=2.0),
        incident("test", "Aye>Bee", rate_hot=5.0, rate_cold=20.0, lifts=False),
        incident("stunt", "Bee>Aye", rate_hot=4.0, rate_cold=3.0),
    ]
    values["incidents"][0]["sides"] = [{"name": "Aye>Bee", "share": 0.7}, {"name": "Bee>Aye", "share": 0.3}]
    values["incidents"][2]["marks"] = [
        {"name": "threat", "share_hot": 0.4, "share_cold": 0.8},
        {"name": "attack", "share_hot": 0.6, "share_cold": 0.2},
    ]
    changes = {
        "choice/tension_weight": 0.0, "choice/matching": 0.3, "choice/retaliation": 0.6, "choice/concede": 0.15,
        "beliefs/resolve_learning": 0.0, "inadvertent/war_per_act": 0.03,
        "settlement/war_weeks": 6.0, "settlement/refractory_weeks": 1.0, "climate/hot_years": 0.4,
        "actors/Aye/power": 0.3, "actors/Aye/resolve": 0.3, "actors/Aye/cost_tolerance": 1.5,
        "actors/Aye/nuclear_fear": 0.5, "actors/Bee/rationality": 1.5, "actors/Bee/audience_cost": 0.2,
        "rivalries/Aye>Bee/stake": 2.0, "rivalries/Bee>Aye/resolve_belief": 0.8,
    }  # fmt: skip
    return put(values, changes)


def counts() -> dict[str, np.ndarray]:
    """Runs of the engine by peak, by both last rungs, and by the step of the first war."""
    rows = simulate(lower(built(rivals())), SEED, 0, RUNS).rows
    length = len(rivals()["ladder"])
    ends = rows["end:Aye>Bee"].astype(int) * length + rows["end:Bee>Aye"]
    t_war = np.where(rows["t_war"] < 0, WEEKS, rows["t_war"])
    return {
        "peak": np.bincount(rows["peak"], minlength=length),
        "ends": np.bincount(ends, minlength=length**2).reshape(length, length),
        "t_war": np.bincount(t_war, minlength=WEEKS + 1),
    }


@pytest.fixture(scope="module")
def simulated() -> dict[str, np.ndarray]:
    return counts()


def distances(simulated: dict[str, np.ndarray], chain: Chain) -> np.ndarray:
    """Distances of all frequencies from exact probabilities, in standard errors."""
    exact = chain.solve()
    found = []
    for name, hits in simulated.items():
        p = exact[name].clip(0.0, 1.0)
        expected = RUNS * p > 20  # rarer ones are not normal any more
        error = np.sqrt(RUNS * p * (1 - p))[expected]
        found.append((hits - RUNS * p)[expected] / error)
        assert hits[p < 1e-12].sum() == 0, f"{name}: what is impossible happened"
    return np.concatenate(found)


def test_frequencies_are_the_exact_probabilities(simulated: dict[str, np.ndarray]) -> None:
    """Sees an error of 0.0025 in a probability of a half, of 0.0005 in one of 1 %; about 50 are compared."""
    chain = Chain(rivals())
    exact = chain.solve()
    assert exact["peak"].sum() == pytest.approx(1.0, abs=1e-12)
    assert exact["ends"].sum() == pytest.approx(1.0, abs=1e-12)
    assert (exact["peak"][1:] > 0.009).all()
    z = distances(simulated, chain)
    assert len(z) >= 50
    assert np.abs(z).max() < LIMIT
    assert np.sqrt(np.mean(z**2)) == pytest.approx(1.0, abs=0.35)


class Sequential(Chain):
    """A mutant: Bee chooses after it has seen Aye's move."""

    def both_moves(self, rivals: Rivals, resting: int) -> list[tuple[float, int, int]]:
        found = []
        for a, p in self.moves(0, rivals, resting).items():
            seen = (rivals[0] + a, *rivals[1:])
            found += [(p * q, a, b) for b, q in self.moves(1, seen, resting).items()]
        return found


class OneWar(Chain):
    """A mutant: a war is not mutual."""

    def at_war(self, a: int, b: int) -> tuple[int, int]:
        return (max(a, self.war), b) if a >= b else (a, max(b, self.war))


class LateForce(Chain):
    """A mutant: force of the past week is not answered."""

    def utilities(self, side: int, rivals: Rivals) -> tuple[float, float]:
        return super().utilities(side, (*rivals[:2], 0, 0))


def changed(**changes: float) -> Callable[[], Chain]:
    paths = {path.replace("__", "/"): value for path, value in changes.items()}
    return lambda: Chain(put(rivals(), paths))


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(lambda: Sequential(rivals()), id="choices one after the other"),
        pytest.param(lambda: OneWar(rivals()), id="war on one side only"),
        pytest.param(lambda: LateForce(rivals()), id="no retaliation"),
        pytest.param(changed(choice__matching=0.29), id="matching 3 % less"),
        pytest.param(changed(choice__concede=0.14), id="concede 7 % less"),
        pytest.param(changed(choice__relief=0.19), id="relief 5 % less"),
        pytest.param(changed(inadvertent__war_per_act=0.032), id="slides 7 % more often"),
        pytest.param(changed(settlement__war_weeks=6.2), id="wars 3 % longer"),
        pytest.param(changed(actors__Bee__audience_cost=0.19), id="audience cost 5 % less"),
        pytest.param(changed(actors__Aye__nuclear_fear=0.45), id="nuclear fear 10 % less"),
        pytest.param(changed(actors__Aye__power=0.27), id="power 10 % less"),
        pytest.param(changed(climate__hot_years=0.6), id="heat half as long again"),
        pytest.param(changed(incidents__raid__rate_hot=8.9), id="raids 11 % more often in heat"),
        pytest.param(changed(incidents__raid__lifts=False), id="raids that lift nobody"),
    ],
)
def test_mutants_are_caught(simulated: dict[str, np.ndarray], mutant: Callable[[], Chain]) -> None:
    assert np.abs(distances(simulated, mutant())).max() > LIMIT
