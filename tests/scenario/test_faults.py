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
