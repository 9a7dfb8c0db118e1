"""Every fault that a scenario file can have, told at its line: what is needed, what was given, the fix.

The cases are in ``faults.txt``, one paragraph each: a piece of the small scenario (``-``), what it is
replaced by (``+``), with ``\\n`` for a new line, and the faults that must follow, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CASES = (Path(__file__).parent / "faults.txt").read_text(encoding="utf-8").strip().split("\n\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.splitlines()[1][2:40])
def test_a_wrong_file_gives_these_faults(small: str, faults: Callable[..., list[str]], case: str) -> None:
    old, new, *expected = case.splitlines()
    old, new = (line[2:].replace("\\n", "\n") for line in (old, new))
    assert old in small
    assert faults(small.replace(old, new, 1)) == [f"s.yaml:{line}" for line in expected]


def test_the_small_scenario_has_none(small: str, load: Callable[..., object]) -> None:
    load(small)


def test_all_faults_come_at_once_in_the_order_of_lines(small: str, faults: Callable[..., list[str]]) -> None:
    text = small.replace("rung: calm", "rung: clam").replace("power: 0.02", "power: 2").replace("title", "tilte")
    assert [line.split(":")[1] for line in faults(text)] == ["2", "31", "57", "64", "93"]


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        (r"a\nb", r"s.yaml:2:8: title: one line of at most 500 characters, got 'a\nb'."),
        (r"a\x1b[31m", "s.yaml:2:8: title: text without control characters, got U+001B. Remove it."),
        (r"\ud800", "s.yaml:2:8: title: text without control characters, got U+D800. Remove it."),
        (r"\u202e", "s.yaml:2:8: title: text without control characters, got U+202E. Remove it."),
    ],
)
def test_escapes_in_quotes_can_smuggle_nothing_in(
    small: str, faults: Callable[..., list[str]], title: str, fault: str
) -> None:
    assert faults(small.replace("Two rivals and a friend", f'"{title}"')) == [fault]


@pytest.mark.parametrize("number", ["9" * 400, "0x" + "f" * 400, "1e999", "-.inf"])
def test_a_number_beyond_all_bounds_is_refused(small: str, faults: Callable[..., list[str]], number: str) -> None:
    (fault,) = faults(small.replace("power: 0.02", f"power: {number}"))
    assert fault.startswith("s.yaml:31:12: actors[0].power: a finite number, got ")
    assert len(fault) < 160


def test_who_has_no_arsenal_cannot_start_at_a_nuclear_rung(
    small: str, faults: Callable[..., list[str]], load: Callable[..., object]
) -> None:
    strike = (
        "  - {name: strike, mid_level: 5, icb_violence: 4, flags: [force, armed_attack, state_of_war, nuclear], "
        "gain: 1, cost: 1, nuclear_risk: 1, tension: 3}\n"
    )
    text = small.replace("actors:\n", f"{strike}actors:\n", 1)
    load(text)
    text = text.replace("rung: calm", "rung: strike", 1)
    said = "s.yaml:58:11: rivalries[0].rung: a rung without 'nuclear', as 'Aye' has no arsenal, got 'strike'."
    assert faults(text) == [said]
    load(text.replace("power: 0.02", "power: 0.02\n    arsenal: {uniform: [0, 10]}", 1))
    assert len(faults(text.replace("power: 0.02", "power: 0.02\n    arsenal: 0", 1))) == 1


@pytest.mark.parametrize(("more", "fault"), [(96, None), (97, "s.yaml:11:3: ladder: 2 to 100 rungs, got 101.")])
def test_a_ladder_has_at_most_100_rungs(
    small: str, faults: Callable[..., list[str]], load: Callable[..., object], more: int, fault: str | None
) -> None:
    numbers = "mid_level: 1, icb_violence: 1, gain: 0, cost: 0, nuclear_risk: 0, tension: 0"
    rungs = "".join(f"  - {{name: step {i}, {numbers}}}\n" for i in range(more))
    text = small.replace("  - {name: threat,", f"{rungs}  - {{name: threat,", 1)
    if fault is None:
        load(text)
    else:
        assert faults(text) == [fault]
