"""The summary table says what is likely, what is not, and how sure that is."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from sim.cli import tables
from sim.cli.sheet import fold
from sim.estimate import Estimate, mean_from_moments, share

HASH = "0123456789abcdef"


def stored(**outcomes: dict[str, Any]) -> dict[str, Any]:
    return {
        "scenario": "baseline",
        "scenario_hash": "0123456789abcdef",
        "seed": 1,
        "runs": 10_000,
        "horizon_days": 364.0,
        "step_days": 7.0,
        "steps": 52,
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


def printed(outcomes: dict[str, dict[str, Any]], width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    for part in tables.summary(stored(**outcomes)):
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def shown(width: int = 80) -> str:
    return printed(OUTCOMES, width)


def line(name: str) -> str:
    return next(line for line in shown().splitlines() if name in line)


def test_digits_are_no_more_than_the_error_allows() -> None:
    assert " 6.2 %" in line("war ")
    assert "5.7-6.7 %" in line("war ") or "5.74-6.69 %" in line("war ")


def test_never_seen_is_a_bound() -> None:
    assert "< 0.037 %" in line("nuclear_use")
    assert "0 of 10,000 runs" in line("nuclear_use")
    assert "almost no chance" in line("nuclear_use")


def test_always_seen_is_a_bound_without_a_second_number() -> None:
    text = printed({"force": share(302, 302).as_dict()})
    assert "> 98.7 %    all 302 runs " in text


def test_one_run_is_singular_and_has_no_words() -> None:
    text = printed({"force": share(0, 1).as_dict(), "incidents:x": mean_from_moments(1, 0, 0).as_dict()})
    assert "0 of 1 run " in text
    assert "too few runs to say" in text
    assert "almost no chance" not in text
    assert "none in 1 run" in text
    assert " 1 run of " in " " + tables.heading({**stored(), "runs": 1}, HASH)


def test_a_count_of_none_is_a_bound() -> None:
    text = printed({"incidents:x": mean_from_moments(1000, 0, 0).as_dict()})
    assert "< 0.0037" in text
    assert "none in 1,000 runs" in text


def test_forms_stand_under_their_intervention() -> None:
    base, form = "intervention:US:ROK", "intervention:US:ROK:arms"
    outcomes = {name: share(5, 10).as_dict() for name in (form, f"{form}|attacked_at_war:ROK", base)}
    names = [each.rstrip() for text in printed(outcomes, 200).splitlines() for each in [text.partition("  50")[0]]]
    assert names[2:6] == [base, "  ≥ arms", "if attacked_at_war:ROK (10 runs)", f"  {form}"]


def test_outcomes_that_were_asked_for_are_shown_and_others_counted() -> None:
    parts = tables.summary(stored(**OUTCOMES), asked=["war", "peak_rung"])
    assert len(parts) == 3
    assert parts[-1] == "4 further outcomes in summary.json."


def test_a_conditional_share_stands_under_its_condition_and_the_number_of_its_runs() -> None:
    lines = shown().splitlines()
    place = lines.index("if attacked_at_war:DPRK (12 runs)")
    assert lines[place + 1].startswith("  intervention:Russia:DPRK ")


def test_assumptions_and_thin_conditions_are_said() -> None:
    text = " ".join(shown().split())
    assert "intervention:Russia:DPRK *" in text
    assert "* assumption-driven: prior 0.3 [judged]." in text
    assert "fewer than 30 runs met the condition: attacked_at_war:DPRK (12)." in text


def beside() -> dict[str, dict[str, Any]]:
    """Outcomes with what stands beside them."""
    rate = {
        "value": 0.0069,
        "low": 0.0,
        "high": 0.0348,
        "k": 0,
        "n": 71.0,
        "what": "years of peace",
        "source": "a list",
    }
    prior = {"value": 0.2619, "low": 0.102, "high": 0.464, "path": "entry.honouring", "of": "forces", "source": "x"}
    return {
        "war": {**OUTCOMES["war"], "null": share(290, 10_000).as_dict(), "base_rate": rate},
        "major_war": {**OUTCOMES["war"], "null": share(0, 10_000).as_dict(), "base_rate": rate},
        "tripwire:US:ROK": {**OUTCOMES["war"], "null": None, "base_rate": None},
        "intervention:Russia:DPRK|attacked_at_war:DPRK": {
            **share(5, 120).as_dict(), "null": None, "base_rate": None, "prior": prior,
        },
    }  # fmt: skip


def test_null_model_record_and_assumption_stand_beside_the_model() -> None:
    text = printed(beside(), 100)
    assert max(map(len, text.splitlines())) <= 100
    block = text[text.index("beside the model") :].splitlines()
    columns = ("beside the model", "model", "null model, 95 %", "base rate, 95 %", "prior, 95 %")
    assert re.split(r"\s{3,}", block[0]) == list(columns)
    assert block[2].split()[:2] == ["war", "6.2"]
    assert block[2].endswith(" 2.9 % (2.6-3.2)    0.69 % (0-3.5)")
    assert block[3].endswith(" < 0.037 %    0.69 % (0-3.5)")
    assert block[4] == "if attacked_at_war:DPRK"
    assert re.split(r"\s{3,}", block[5])[-3:] == ["none", "none", "26 % (10-46)"]
    assert "tripwire:US:ROK" not in "".join(block)
    flat = " ".join(text.split())
    assert "- war, major_war: 0 in 71 years of peace (a list)" in flat
    assert "Priors: entry.honouring, forces." in flat


def test_nothing_beside_the_model_takes_no_room() -> None:
    assert "beside the model" not in shown()
    assert "ull model" not in shown()
    assert "ase rate" not in shown()


def test_a_column_that_nothing_stands_in_is_left_out() -> None:
    headings = []
    for gone in ("null", "base_rate", "prior"):
        text = printed({name: {**shape, gone: None} for name, shape in beside().items()}, 100)
        headings.append(text[text.index("beside the model") :].splitlines()[0])
    assert ["null model" in each for each in headings] == [False, True, True]
    assert ["base rate" in each for each in headings] == [True, False, True]
    assert ["prior" in each for each in headings] == [True, True, False]


def test_a_narrow_terminal_drops_the_priors_and_then_the_base_rates() -> None:
    wide, narrow, least = (printed(beside(), width) for width in (100, 50, 34))
    for text, there in ((wide, (True, True, True)), (narrow, (True, True, False)), (least, (True, False, False))):
        assert tuple(each in text for each in ("2.9 % (2.6-3.2)", "0.69 % (0-3.5)", "26 % (10-46)")) == there
        assert "6.2 %" in text


@pytest.mark.parametrize("width", [34, 40, 60, 80, 100])
def test_tables_with_a_null_model_fit_the_terminal(width: int) -> None:
    outcomes = {**with_null(OUTCOMES), **beside()}
    assert max(map(len, printed(outcomes, width).splitlines())) <= width


def with_null(outcomes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Outcomes beside which the null model has the same numbers."""
    return {
        name: {**shape, "rungs": with_null(shape["rungs"])} if "rungs" in shape else {**shape, "null": dict(shape)}
        for name, shape in outcomes.items()
    }


def test_the_null_model_stands_beside_rungs_and_means() -> None:
    lines = printed(with_null(OUTCOMES), 100).splitlines()
    calm, clashes = (next(each for each in lines if each.startswith(name)) for name in ("calm", "incidents:naval"))
    assert "   90 % (89-90.6)   " in calm
    assert "█" in calm
    assert clashes.count("7.31") == 2
    assert sum("null model, 95 %" in each for each in lines) == 3


def test_what_the_model_does_not_claim_is_said_and_nothing_else() -> None:
    """Only where the intervals overlap, and only of the headline outcomes."""
    same, other = share(620, 10_000).as_dict(), share(500, 10_000).as_dict()
    said = "No claim of the model's own on"
    for names in (["war"], ["force", "nuclear_use"], ["force", "war", "nuclear_use"]):
        shapes = {name: {**same, "null": same if name in names else other} for name in ("force", "war", "nuclear_use")}
        text = " ".join(printed({**shapes, "major_war": {**same, "null": same}}, 100).split())
        assert f"{said} {', '.join(names)}: its interval overlaps the null model's." in text
    apart = {name: {**same, "null": other} for name in ("force", "war", "nuclear_use")}
    assert said not in printed(apart, 100)
    assert "Null model: the same incidents" in printed(apart, 100)
    assert said not in printed(dict.fromkeys(apart, same), 100), "there was no null model"


def test_many_thin_conditions_are_cut_short() -> None:
    outcomes = {f"{name}|attacked_at_war:{x}": share(1, 3).as_dict() for name in ("war", "force") for x in "ABCDEFG"}
    text = " ".join(printed(outcomes).split())
    assert "attacked_at_war:E (3) and 2 more." in text
    assert text.count("attacked_at_war:A (3)") == 1
    assert "attacked_at_war:F (3)" not in text.partition("Thin")[2]


def test_a_rung_that_history_does_not_inform_is_marked() -> None:
    rungs = {"calm": share(9, 10).as_dict(), "nuclear use": {**share(1, 10).as_dict(), "assumption_driven": "prior"}}
    text = printed({"peak_rung": {"kind": "distribution", "rungs": rungs}})
    assert "nuclear use * " in text
    assert "calm * " not in text
    assert "* assumption-driven: prior." in text


def test_rungs_and_means_are_shown() -> None:
    assert "█" * 20 in line("calm")
    assert "7.31" in line("incidents:naval clash")


@pytest.mark.parametrize("width", [34, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, shown(width).splitlines())) <= width


@pytest.mark.parametrize("width", [34, 40, 60, 80, 200])
def test_every_row_keeps_its_name_whole(width: int) -> None:
    """Names, numbers and intervals outlast bar and words."""
    lines = [text.strip() for text in shown(width).splitlines()]
    for name in ("war", "nuclear_use", "intervention:Russia:DPRK *", "incidents:naval clash", "calm"):
        assert any(text == name or text.startswith(f"{name} ") for text in lines), name
    text = shown(width)
    assert "6.2 %" in text
    assert "5.7-6.7 %" in text or "5.74-6.69 %" in text


def test_what_has_no_room_goes_in_order() -> None:
    assert "almost no chance" in shown(80)
    assert "almost no chance" not in shown(60)
    assert "█" in shown(80)
    assert "█" not in shown(50)


def test_long_names_break_where_a_word_ends() -> None:
    assert fold("intervention:Very Long Actor Name:DPRK:rear_area_forces *", 26) == [
        "intervention:Very Long", "  Actor Name:DPRK:rear_", "  area_forces *",
    ]  # fmt: skip
    for name in ("x" * 50, "인터벤션개입:러시아연방:조선"):
        lines = fold(name, 14)
        assert max(map(cell_len, lines)) <= 14
        assert "".join(lines).replace(" ", "") == name


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, ""),
        (0.0, 0.0002, "almost no chance"),
        (0.06, 0.2, "very unlikely"),
        (0.21, 0.4, "unlikely"),
        (0.4, 0.5, "unlikely to roughly even"),
        (0.46, 0.54, "roughly even"),
        (0.9, 0.99, "very likely to almost certain"),
        (0.96, 1.0, "almost certain"),
        (0.008, 0.906, "too few runs to say"),
        (0.0, 0.98, "too few runs to say"),
        (0.0, 0.1, "almost no chance to very unlikely"),
    ],
)
def test_words_say_no_more_than_the_interval(low: float | None, high: float | None, words: str) -> None:
    assert tables.in_words(Estimate(low, low, high, 10, 1, "")) == words


def test_heading_says_what_was_run_and_for_how_long() -> None:
    assert tables.heading(stored(), HASH) == ("10,000 runs of baseline (01234567) over 52 weeks (52 × 7 days), seed 1.")
    assert "outcome within 52 weeks" in shown()
    older = {name: value for name, value in stored().items() if "step" not in name}
    assert tables.heading(older, HASH) == "10,000 runs of baseline (01234567), seed 1."


def test_provenance_says_what_the_interval_is() -> None:
    text = " ".join(tables.provenance(stored()))
    assert "drawn anew in each run" in text
    assert "Monte Carlo error" in text
    assert "not predictions" in text
    assert "central values" in " ".join(tables.provenance({**stored(), "parameters": "central"}))


def test_what_no_run_met_is_named_as_rare_takes_it() -> None:
    rungs = {"calm": share(8, 10).as_dict(), "clash": share(2, 10).as_dict()}
    above = {"war": share(0, 10).as_dict(), "nuclear": share(0, 10).as_dict()}
    outcomes: dict[str, Any] = {
        "war": share(0, 10).as_dict(),
        "force": share(2, 10).as_dict(),
        "war|attacked_at_war:A": share(0, 4).as_dict(),
        "peak_rung": {"kind": "distribution", "rungs": {**rungs, **above}},
    }
    text = " ".join(printed(outcomes, 100).split())
    assert "No run met 'war', 'peak_rung>=war': `pactsim rare SCENARIO --event NAME` says" in text
    reached = {**outcomes, "war": share(1, 10).as_dict(), "peak_rung": {"kind": "distribution", "rungs": rungs}}
    assert "No run met" not in printed(reached, 100)
