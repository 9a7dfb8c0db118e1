"""Sums of shares on common draws: value and error against simulation, and a mutant that forgets the pairing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.linear import GramTally

WEIGHTS = (1.0, 1.0, -1.0, -1.0)


def made(rng: np.random.Generator, n: int) -> list[np.ndarray]:
    """States of four arms on common draws: conditions met in nearly the same runs, hits that are correlated."""
    common, own = rng.normal(size=n), rng.normal(size=(2, 4, n))
    met = 0.9 * common + 0.3 * own[0] > -0.2
    hit = 0.95 * common + 0.3 * own[1] > np.array([0.2, 0.4, 0.5, 0.8])[:, None]
    return [np.where(m, np.where(h, 2, 1), 0).astype(np.uint8) for m, h in zip(met, hit, strict=True)]


def tallied(states: list[np.ndarray], pieces: int = 1) -> GramTally:
    tally = GramTally(len(states))
    for piece in np.array_split(np.arange(len(states[0])), pieces):
        tally.add([state[piece] for state in states])
    return tally


def value_of(states: list[np.ndarray]) -> float:
    return float(sum(w * (s == 2).sum() / (s > 0).sum() for w, s in zip(WEIGHTS, states, strict=True)))


def test_value_is_that_of_the_shares_and_pieces_do_not_matter() -> None:
    states = made(np.random.default_rng(1), 5_000)
    whole, pieces = tallied(states).combine(WEIGHTS), tallied(states, 7).combine(WEIGHTS)
    assert whole == pieces
    assert whole.value == pytest.approx(value_of(states), abs=1e-12)
    assert (whole.n, whole.hits, whole.method) == (5_000, None, "paired delta")


def test_the_error_is_that_of_the_bootstrap_and_of_repeats() -> None:
    """1,000 resamples and 1,000 repeats: each standard error is known to 2.3 %, so 8 % could not pass by chance."""
    rng = np.random.default_rng(2)
    states = made(rng, 3_000)
    found = tallied(states).combine(WEIGHTS)
    claimed = (found.high - found.low) / (2 * 1.959964)
    chosen = (rng.integers(3_000, size=3_000) for _ in range(1_000))
    resampled = np.std([value_of([state[c] for state in states]) for c in chosen])
    repeated = np.std([value_of(made(rng, 3_000)) for _ in range(1_000)])
    assert claimed == pytest.approx(resampled, rel=0.08)
    assert claimed == pytest.approx(repeated, rel=0.12)  # the claim itself varies from sample to sample
    # The mutant: errors of the arms put together as if draws were their own.
    alone = [tallied(states).combine([w if k == arm else 0.0 for k in range(4)]) for arm, w in enumerate(WEIGHTS)]
    independent = np.sqrt(sum(((each.high - each.low) / (2 * 1.959964)) ** 2 for each in alone))
    assert independent > 1.3 * resampled


def test_intervals_cover() -> None:
    """500 samples of 800: 95 % within four standard errors of the count, .911 to .989."""
    rng = np.random.default_rng(3)
    true = np.mean([value_of(made(rng, 50_000)) for _ in range(20)])
    found = [tallied(made(rng, 800)).combine(WEIGHTS) for _ in range(500)]
    assert 0.911 < np.mean([each.low <= true <= each.high for each in found]) < 0.989


def test_an_arm_against_itself_is_nothing_between_bounds() -> None:
    (state, *_) = made(np.random.default_rng(4), 1_000)
    found = tallied([state, state, state]).combine([2.0, -1.0, -1.0])
    assert found.value == 0.0
    assert found.low == -found.high
    assert found.high == pytest.approx(3.688879454 / (state > 0).sum())


def test_a_condition_that_was_never_met_is_unknown_where_it_counts() -> None:
    never, always = np.zeros(10, np.uint8), np.full(10, 2, np.uint8)
    tally = tallied([never, always, always])
    assert tally.combine([1.0, -1.0, 0.0]).value is None
    assert tally.combine([0.0, -1.0, 1.0]).value == 0.0
