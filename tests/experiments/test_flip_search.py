"""The search against margins that are known exactly, with the mistakes that it must not make."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from sim.experiments.flips import flip
from tests.experiments.known_search import parameter, searched


def falling(held: Mapping[str, float]) -> float:
    """A margin of 0.12 that is 0 at x = 0.8."""
    return 0.4 * (0.8 - held.get("x", 0.5))


REPEATS = 40


@pytest.fixture(scope="module")
def flips() -> list[dict]:
    return [searched([parameter("x"), parameter("y")], falling, seed)["parameters"] for seed in range(REPEATS)]


def test_the_value_at_which_the_margin_is_zero_is_found_within_its_interval(flips) -> None:
    """Sees an interval that misses the truth in a fifth of the searches."""
    ranked = [parameters[0] for parameters in flips]
    assert {each["path"] for each in ranked} == {"x"}
    assert {each["state"] for each in ranked} == {"flips"}
    assert sum(each["flip"]["low"] <= 0.8 <= each["flip"]["high"] for each in ranked) >= REPEATS - 4
    values = np.array([each["flip"]["value"] for each in ranked])
    assert values.mean() == pytest.approx(0.8, abs=4.0 * values.std() / REPEATS**0.5 + 0.002)
    assert values.std() < 0.02
    assert all(each["flip"]["high"] - each["flip"]["low"] < 0.2 for each in ranked)


def test_quantile_and_distance_are_those_of_the_distribution(flips) -> None:
    for parameters in flips:
        found = parameters[0]["flip"]
        assert found["quantile"] == pytest.approx(found["value"], abs=1e-6)
        assert found["quantile_low"] == pytest.approx(found["low"], abs=1e-6)
        assert parameters[0]["central_quantile"] == pytest.approx(0.5, abs=1e-8)


def test_what_does_nothing_is_said_to_hold(flips) -> None:
    assert {parameters[1]["state"] for parameters in flips} == {"holds"}


def test_pairing_makes_the_interval_narrower(flips) -> None:
    """Mutant: noise as if both sides had draws of their own."""
    apart = [searched([parameter("x")], falling, seed, paired=False)["parameters"][0]["flip"] for seed in range(10)]
    mine = [parameters[0]["flip"] for parameters in flips[:10]]
    wide, narrow = (np.mean([each["high"] - each["low"] for each in some]) for some in (apart, mine))
    assert wide > 1.3 * narrow


def false_claims(repeats: int) -> int:
    """Searches that claim a sign although no parameter has any wherever it is held: K = 30, 3 places or more each."""
    many = [parameter(f"x{k}") for k in range(30)]
    wrong = 0
    for seed in range(repeats):
        found = searched(many, lambda held: 0.0 if held else 0.2, 1_000 + seed)
        wrong += any(look["sign"] for each in found["parameters"] for look in each["looks"])
    return wrong


def test_noise_reverses_nothing_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one search in twenty may; sees a rate of one in four. Mutant: every interval by itself at 95 %."""
    assert false_claims(40) <= 7
    monkeypatch.setattr(flip, "FAMILY", 0.05 * len(flip.STAGES) * 90)
    assert false_claims(5) == 5


def test_insignificance_is_no_robustness() -> None:
    found = searched([parameter("x")], lambda held: 0.001 * (1.5 - held["x"]) if held else 0.2, 5)["parameters"][0]
    assert found["state"] == "undecided"
    assert found["unsure"]["margin"]["low"] < 0.0 < found["unsure"]["margin"]["high"]


def test_a_claim_that_does_not_hold_is_searched_for_what_makes_it_hold() -> None:
    found = searched([parameter("x")], lambda held: -falling(held), 1)
    assert found["claim"]["holds"] is False
    assert found["claim"]["margin"]["value"] < 0.0
    assert found["parameters"][0]["flip"]["value"] == pytest.approx(0.8, abs=0.04)


def test_a_reversal_below_the_central_value_is_found_too() -> None:
    found = searched([parameter("x")], lambda held: 0.4 * (held.get("x", 0.5) - 0.2), 1)["parameters"][0]
    assert found["flip"]["low"] <= 0.2 <= found["flip"]["high"]
    assert found["flip"]["value"] == pytest.approx(0.2, abs=0.04)


def test_a_dip_between_centre_and_an_end_that_is_kept_is_found_where_the_end_is_in_doubt() -> None:
    def dipping(held: Mapping[str, float]) -> float:
        z = held.get("x", 0.0)
        return 0.15 - 0.4 * (1.0 < z < 2.2) if z < 3.0 else 0.0

    found = searched([parameter("x", "normal", 0.0, 1.0)], dipping, 2)["parameters"][0]
    assert found["state"] == "flips"
    assert 0.7 <= found["flip"]["low"] <= 1.0 <= found["flip"]["high"] <= 1.3


def test_what_would_reverse_beyond_the_range_does_not() -> None:
    """A normal parameter is moved to its quantiles of 0.1 and 99.9 %: 3.09 standard deviations."""
    found = searched([parameter("x", "normal", 0.0, 1.0)], lambda held: 0.1 * (4.5 - held.get("x", 0.0)) / 4.5, 3)
    assert found["parameters"][0]["state"] == "holds"
    assert found["parameters"][0]["range"] == pytest.approx([-3.0902, 3.0902], abs=1e-3)


def test_an_undecided_claim_is_not_searched_and_says_how_many_runs_would_tell() -> None:
    found = searched([parameter("x")], lambda held: 0.003, 4)
    assert found["claim"]["holds"] is None
    assert found["parameters"] == []
    # Per pair the variance is 0.08: (1.96 + 0.84)² · 0.08 / 0.003² is 70,000, if the margin seen is the true one.
    seen = found["claim"]["margin"]["value"]
    assert found["claim"]["runs_to_tell"] == pytest.approx(7.849 * 0.08 / seen**2, rel=0.1)


def test_a_pair_reverses_what_neither_does_alone() -> None:
    """Zero where the two scores add up to 4: the nearest place is at 2 and 2, a distance of 2.83."""
    two = [parameter("x", "normal", 0.0, 1.0), parameter("y", "normal", 0.0, 1.0), parameter("z", "normal", 0.0, 1.0)]

    def together(held: Mapping[str, float]) -> float:
        return 0.1 * (4.0 - held.get("x", 0.0) - held.get("y", 0.0))

    found = searched(two, together, 6, pairs=2)
    assert {each["state"] for each in found["parameters"]} == {"holds"}
    (pair,) = found["pairs"]
    assert sorted(pair["paths"]) == ["x", "y"]
    assert pair["state"] == "flips"
    assert pair["distance"]["value"] == pytest.approx(8.0**0.5, abs=0.05)
    assert pair["distance"]["low"] <= 8.0**0.5 <= pair["distance"]["high"]
    assert pair["at"]["values"] == pytest.approx([2.0, 2.0], abs=0.5)
    assert sum(pair["at"]["values"]) == pytest.approx(4.0, abs=0.1)
