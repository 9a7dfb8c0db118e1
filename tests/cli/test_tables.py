"""The summary table says what is likely, what is not, and how sure that is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from sim.cli import tables
from sim.estimate import mean_from_moments, share


def stored(**outcomes: dict[str, Any]) -> dict[str, Any]:
    return {
        "scenario": "baseline",
        "scenario_hash": "0123456789abcdef",
        "seed": 1,
        "runs": 10_000,
        "parameters": "drawn",
        "outcomes": outcomes,
    }


OUTCOMES: dict[str, dict[str, Any]] = {
    "war": share(620, 10_000).as_dict(),
    "intervention:Russia:DPRK": {**share(120, 10_000).as_dict(), "assumption_driven": "prior 0.3 [judged]"},
    "nuclear_use": share(0, 10_000).as_dict(),
    "intervention:Russia:DPRK|attacked_at_war:DPRK": share(5, 12).as_dict(),
    "peak_rung": {
        "kind": "distribution",
        "rungs": {"calm": share(9_000, 10_000).as_dict(), "war": share(1_000, 10_000).as_dict()},
    },
    "incidents:naval clash": mean_from_moments(10_000, 73_113, 600_000).as_dict(),
}


def shown(width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    for part in tables.summary(stored(**OUTCOMES)):
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def line(name: str) -> str:
    return next(line for line in shown().splitlines() if name in line)


def test_digits_are_no_more_than_the_error_allows() -> None:
    assert " 6.2 %" in line("war ")
    assert "5.7-6.7 %" in line("war ") or "5.74-6.69 %" in line("war ")


def test_never_seen_is_a_bound() -> None:
    assert "< 0.037 %" in line("nuclear_use")
    assert "0 of 10,000 runs" in line("nuclear_use")
    assert "almost no chance" in line("nuclear_use")


def test_forms_stand_under_their_intervention() -> None:
    base, form = "intervention:US:ROK", "intervention:US:ROK:arms"
    outcomes = {name: share(5, 10).as_dict() for name in (form, f"{form}|attacked_at_war:ROK", base)}
    labels = [label for label, _ in tables._nested(outcomes)]
    assert labels == [base, "  ≥ arms", "  ≥ arms, if attacked_at_war:ROK"]


def test_outcomes_that_were_asked_for_are_shown_and_others_counted() -> None:
    parts = tables.summary(stored(**OUTCOMES), asked=["war", "peak_rung"])
    assert len(parts) == 3
    assert parts[-1] == "4 further outcomes are in summary.json."


def test_a_conditional_share_stands_under_its_outcome() -> None:
    lines = shown().splitlines()
    place = next(i for i, text in enumerate(lines) if "intervention:Russia:DPRK" in text)
    assert "if attacked_at_war:DPRK" in lines[place + 1]


def test_assumptions_and_thin_conditions_are_said() -> None:
    text = " ".join(shown().split())
    assert "intervention:Russia:DPRK *" in text
    assert "* assumption-driven: prior 0.3 [judged]." in text
    assert "fewer than 30 runs met the condition: intervention:Russia:DPRK|attacked_at_war:DPRK (12)." in text


def test_rungs_and_means_are_shown() -> None:
    assert "█" * 20 in line("calm")
    assert "7.31" in line("incidents:naval clash")


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, shown(width).splitlines())) <= width


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (0.0, "almost no chance"),
        (0.2, "very unlikely"),
        (0.3, "unlikely"),
        (0.5, "roughly even"),
        (0.8, "likely"),
        (0.9, "very likely"),
        (1.0, "almost certain"),
    ],
)
def test_probabilities_in_words(value: float | None, words: str) -> None:
    assert tables.in_words(value) == words


def test_provenance_says_what_the_interval_is() -> None:
    text = " ".join(tables.provenance(stored()))
    assert "10,000 runs of baseline (01234567), seed 1" in text
    assert "drawn anew in each run" in text
    assert "Monte Carlo error" in text
    assert "not predictions" in text
    assert "central values" in " ".join(tables.provenance({**stored(), "parameters": "central"}))
