"""Who is counted on comes from beliefs, and beliefs from priors, texts and declarations alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from tests.scenarios import ACTOR, BLOCKS, PARTNERSHIP, RIVALRY, built, put, rungs, small

RUNS = 400_000
POWER = ACTOR["power"] * (1 - ACTOR["tied_down"])
ALLY = 2 * POWER


def first_week(changes: dict[str, Any] | None = None) -> np.ndarray:
    """Rows of one week of a calm in which the only thing that can happen is a choice to threaten."""
    values = small(weeks=1)
    values["incidents"] = values["cascades"] = []
    for name in ("Aye>Bee", "Bee>Aye"):
        put(values, {f"rivalries/{name}/stake": 5.0})
    values["ladder"] = rungs("calm", "threat")
    put(values, {"ladder/threat/gain": 1.0, "ladder/threat/cost": 3.0})
    return simulate(lower(built(put(values, changes or {}))), 31, 0, RUNS).rows


def threatens(mine: float, theirs: float) -> float:
    """Probability that a side goes up from the lowest rung, from the strengths that it expects."""
    p = mine / (mine + theirs)
    exposed = (1 - p) * (0.5 + RIVALRY["resolve_belief"])
    return float(expit(ACTOR["rationality"] * (5.0 * p * 1.0 - exposed * 3.0 + RIVALRY["habit"])))


def expected(prior: float, weight: float, duty: float = 0.8) -> float:
    """Strength that the ally counts for, by a believer's prior and weight."""
    at = BLOCKS["beliefs"]
    shift = at["obligation_weight"] * (duty - at["obligation_reference"])
    shift += at["declared_weight"] * (PARTNERSHIP["declared"] - at["declared_reference"])
    return float(ALLY * expit(logit(prior) + shift) * BLOCKS["choice"]["entrants_weight"] * weight)


def distances(found: np.ndarray, bee: float, aye: float) -> list[float]:
    hits = [(found[f"end:{side}"] == 1).sum() for side in ("Bee>Aye", "Aye>Bee")]
    return [abs(h - RUNS * p) / np.sqrt(RUNS * p * (1 - p)) for h, p in zip(hits, (bee, aye), strict=True)]


def exact(duty: float = 0.8, own: float | None = None, adversary: float | None = None) -> tuple[float, float]:
    """Probabilities that Bee and Aye go up."""
    at = BLOCKS["beliefs"]
    for_bee = expected(PARTNERSHIP["believed"], at["weight_own"] if own is None else own, duty)
    for_aye = expected(
        PARTNERSHIP["believed_by_adversary"], at["weight_adversary"] if adversary is None else adversary, duty
    )
    return threatens(POWER + for_bee, POWER), threatens(POWER, POWER + for_aye)


def test_choices_count_on_allies_as_they_are_believed() -> None:
    """Sees 0.004 in the probability of going up; the friend moves it by more than 0.1 on either side."""
    bee, aye = exact()
    assert bee > threatens(POWER, POWER) + 0.1
    assert aye < threatens(POWER, POWER) - 0.1
    assert max(distances(first_week(), bee, aye)) < 5.0


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"duty": 0.75}, id="a duty 6 % weaker"),
        pytest.param({"own": 0.62}, id="Bee counts 3 % more on Cee"),
        pytest.param({"adversary": 0.77}, id="Aye counts 4 % less on Cee"),
        pytest.param({"own": 0.8, "adversary": 0.6}, id="the two weights swapped"),
    ],
)
def test_mutants_are_caught(changes: dict[str, float]) -> None:
    assert max(distances(first_week(), *exact(**changes))) > 5.0


@pytest.mark.parametrize(
    "path",
    ["entry/honouring", "entry/unmet", "actors/Cee/resolve", "actors/Cee/rationality", "partnerships/Cee>Bee/value",
     "partnerships/Cee>Bee/stake", "adjudication/victim_if_attacked"],
)  # fmt: skip
def test_nobody_sees_what_an_ally_really_is(path: str) -> None:
    """Credibility is not reliability: the ally's type and its true readiness change no bit of others' choices."""
    rows, others = first_week(), first_week({path: 0.93})
    for name in ("end:Aye>Bee", "end:Bee>Aye"):
        assert np.array_equal(rows[name], others[name])
    believed = first_week({"partnerships/Cee>Bee/believed": 0.93})
    assert (believed["end:Bee>Aye"] > rows["end:Bee>Aye"]).sum() > 25
    assert np.array_equal(believed["end:Aye>Bee"], rows["end:Aye>Bee"])
