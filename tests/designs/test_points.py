"""Points as arrays: what a study is told apart by, and what of them the engine is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.designs.points import Points

WORDS = np.array(["a", "b", "a"], object)
POINTS = Points(
    np.array([0, 2, 3]),
    np.array([0, 1, 0]),
    np.array([0, 0, 40]),
    {"x": np.array([0.1, 0.2, 0.3]), "word": WORDS, "y": np.array([-0.0, 5.0, 6.0])},
    10,
)


def test_counts_and_values() -> None:
    assert (len(POINTS), POINTS.rows, POINTS.given) == (3, 30, ("x", "y"))
    assert POINTS.values().tolist() == [[0.1, 0.0], [0.2, 5.0], [0.3, 6.0]]
    assert POINTS.between(1, 3).number.tolist() == [2, 3]
    assert POINTS.between(1, 3).values().tolist() == [[0.2, 5.0], [0.3, 6.0]]
    alone = replace(POINTS, columns={"word": WORDS})
    assert alone.values().shape == (3, 0)


def test_a_lot_has_what_the_scenario_has() -> None:
    which, draws = np.array([2, 0]), np.array([41, 3])
    lot = POINTS.lot(which, draws, ["y", "z", "x"])
    assert lot.rows.tolist() == [2, 0]
    assert lot.values.tolist() == POINTS.values().tolist()
    assert lot.draws is draws
    assert lot.points is which
    assert lot.values.flags.c_contiguous
    without = POINTS.lot(which, draws, ["z", "y"])
    assert without.rows.tolist() == [1]
    assert without.values.tolist() == [[0.0], [5.0], [6.0]]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": np.array([0, 1, 3])},
        {"structure": np.array([0, 1, 1])},
        {"first_draw": np.array([0, 0, 41])},
        {"per_point": 11},
        {"columns": {**POINTS.columns, "x": np.array([0.1, 0.2, np.nextafter(0.3, 1)])}},
        {"columns": {**POINTS.columns, "word": np.array(["a", "b", "b"], object)}},
        {"columns": {**POINTS.columns, "word": np.array(["a", "ba", ""], object)}},
        {"columns": {"z": POINTS.columns["x"], "word": WORDS, "y": POINTS.columns["y"]}},
        {"columns": {"x": POINTS.columns["x"], "y": POINTS.columns["y"], "word": WORDS}},
    ],
)
def test_the_digest_sees_every_change(changed: dict[str, object]) -> None:
    assert replace(POINTS, **changed).digest() != POINTS.digest()  # type: ignore[arg-type]


def test_the_digest_is_of_values_not_of_how_they_are_held() -> None:
    same = replace(
        POINTS,
        number=POINTS.number.astype(np.int32),
        columns={**POINTS.columns, "y": np.array([0.0, 5.0, 6.0]), "x": np.array([0.1, 0.9, 0.2, 0.9, 0.3])[::2]},
    )
    assert same.digest() == POINTS.digest()
    assert POINTS.digest() == "e5646ee7e94216a4a6f0a9156f6df6afe3232b34706100577155cf2eb7a54efb"
