"""Made-up data of a run for figures: ordinary, and as hostile as a scenario may be."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sim.estimate import share
from sim.plots.data import RunData
from sim.plots.style import render, settle

RUNGS = (
    "routine hostility", "threat", "show of force", "border fire", "clash", "limited strike",
    "limited war", "major war", "nuclear threat", "nuclear use",
)  # fmt: skip
PARTNERSHIPS = ("China>DPRK", "DPRK>Russia", "Japan>USA", "Russia>DPRK", "USA>Japan", "USA>ROK")


def made_data(
    runs: int = 1_000_000,
    *,
    steps: int = 52,
    rungs: tuple[str, ...] = RUNGS,
    partnerships: tuple[str, ...] = PARTNERSHIPS,
    title: str = "Korea as of November 2026, with the DPRK-Russia pact of 2024 in force",
    base: float = 0.02,
) -> RunData:
    """A run in which things are as likely as `base` times something."""
    rng = np.random.default_rng(1)

    def hits(p: float, n: int = runs) -> int:
        return int(rng.binomial(n, min(p, 1.0)))

    outcomes: dict[str, Any] = {
        "force": share(hits(20 * base), runs).as_dict(),
        "war": share(hits(base), runs).as_dict(),
        "nuclear_use": {**share(hits(base / 4e3), runs).as_dict(), "assumption_driven": "so"},
    }
    attacked = hits(base / 2)
    for condition in ("", "|attacked_at_war:"):
        for place, pair in enumerate(partnerships):
            a, b = pair.split(">")
            n = attacked if condition else runs
            p = 0.2 / (place + 1) if condition else base / 10.0 ** (place % 6)
            name = f"intervention:{a}:{b}" + (condition + b if condition else "")
            outcomes[name] = {**share(hits(p, n), n).as_dict(), "assumption_driven": "so"}
    for pair in partnerships[-2:]:
        a, b = pair.split(">")
        outcomes[f"tripwire:{a}:{b}"] = share(hits(base / 3), runs).as_dict()
    outcomes["attacked_at_war:DPRK"] = share(attacked, runs).as_dict()
    weights = np.array([10.0 ** -(0.7 * level) for level in range(len(rungs))])
    peaks = rng.multinomial(runs, weights / weights.sum())
    outcomes["peak_rung"] = {
        "kind": "distribution",
        "rungs": {name: share(int(k), runs).as_dict() for name, k in zip(rungs, peaks, strict=True)},
    }
    outcomes["incidents:clash"] = {
        "value": 3.1,
        "low": 3.0,
        "high": 3.2,
        "n": runs,
        "method": "standard error",
    }
    return RunData(
        title=title,
        stem="baseline",
        scenario_hash="0123456789abcdef" * 4,
        parameters="drawn",
        seed=20261101,
        runs=runs,
        step_days=7.0,
        rungs=rungs,
        partnerships=partnerships,
        asked=(),
        outcomes=outcomes,
        highest=_highest(runs, steps, len(rungs), rng),
        entries=_entries(runs, steps, len(partnerships), base, rng),
    )


def _highest(runs: int, steps: int, levels: int, rng: np.random.Generator) -> np.ndarray:
    """Runs that walk up rarely and down often."""
    move = np.zeros((levels, levels))
    for level in range(levels):
        up = 0.10 * 0.75**level if level + 1 < levels else 0.0
        down = 0.4 if level else 0.0
        move[level, level] = 1.0 - up - down
        if up:
            move[level, level + 1] = up
        if down:
            move[level, level - 1] = down
    now = np.zeros(levels, int)
    now[min(1, levels - 1)] = runs
    found = np.zeros((steps, levels, levels), np.int64)
    for step in range(steps):
        found[step] = np.stack([rng.multinomial(now[level], move[level]) for level in range(levels)])
        now = found[step].sum(axis=0)
    return found


def _entries(runs: int, steps: int, n: int, base: float, rng: np.random.Generator) -> np.ndarray:
    found = np.zeros((steps, n, 6), np.int64)
    for place in range(n):
        for form in range(1, 6):
            total = rng.binomial(runs, base / 10.0 ** (place % 6) / 3.0 ** (form - 1))
            found[:, place, form] = rng.multinomial(total, np.full(steps, 1.0 / steps))
    return found


LONG = "the Joint Expeditionary Authority of the Northern Sea States"
HOSTILE = {
    "ordinary": made_data(),
    "one run": made_data(1, steps=1, base=0.5),
    "nothing ever": made_data(1000, base=0.0),
    "many": made_data(
        partnerships=tuple(f"State {chr(65 + i)}>State {chr(66 + i)}" for i in range(15)), rungs=RUNGS[:6]
    ),
    "long": made_data(
        200_000,
        partnerships=tuple(sorted(f"{LONG}>{LONG.replace('Sea', name)}" for name in ("Sea", "Air", "Ice"))),
        rungs=tuple(f"{rung}: {LONG}" for rung in RUNGS),
        title="What if $\\frac{a}{ happens & <b>all</b> of it at once? " + LONG * 4,
    ),
    "short names": made_data(30, steps=2, partnerships=("A>B",), rungs=("x", "y"), title=""),
    "한국": made_data(partnerships=("러시아>조선", "미국>한국"), title="한반도 위기 ☢ 🚀"),
    "nobody": made_data(100, partnerships=()),
}


@pytest.fixture
def ordinary() -> RunData:
    return HOSTILE["ordinary"]


@pytest.fixture
def cases() -> dict[str, RunData]:
    return HOSTILE


@pytest.fixture
def make_data() -> Any:
    return made_data


@pytest.fixture
def inside() -> Any:
    """Checks that a figure is not empty, and that nothing is cut off at any of its edges."""

    def check(figure: Any) -> None:
        settle(figure)
        image = np.asarray(Image.open(io.BytesIO(render(figure, "png", {}, dpi=50.0))).convert("L"))
        assert (image < 255).any()
        edges = np.concatenate([image[:, :2].ravel(), image[:, -2:].ravel(), image[:2].ravel(), image[-2:].ravel()])
        assert (edges == 255).all()

    return check
