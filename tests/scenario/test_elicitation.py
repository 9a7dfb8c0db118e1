"""A form asks about what is not measured; its answers, pooled, make a scenario; wrong ones give sentences."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.check_any import load_any
from sim.scenario.elicitation import form, pool
from sim.scenario.listing import strict_faults
from sim.scenario.load import load_scenario
from sim.scenario.pooling import LEAST_SPREAD, LEVELS, cumulative, fit, pooled
from sim.scenario.quantity import Quantity, Unit, check_quantity

SHARE = Unit("share", 0.0, 1.0)
HEAD = "pactsim_elicitation: 1\nextends: base\ntitle: Two of us\nquestions:\n"


def ask(folder: Path, questions: str, head: str = HEAD) -> tuple[str, list[str]]:
    (folder / "a.yaml").write_text(head + questions, encoding="utf-8")
    return pool("a.yaml")


def refused(folder: Path, questions: str, head: str = HEAD) -> list[str]:
    with pytest.raises(InputError) as caught:
        ask(folder, questions, head)
    return [str(fault) for fault in caught.value.faults]


def test_a_form_asks_about_all_but_what_is_measured_and_is_a_form(folder: Path) -> None:
    loaded = load_scenario("base")
    text = form(loaded, "base", "f.yaml")
    quantities = loaded.scenario.quantities()
    asked = [path for path, q in quantities.items() if q.confidence in ("judged", "estimated")]
    assert "climate.hot_years" in asked
    assert len(asked) == text.count("  - path: ")
    (folder / "f.yaml").write_text(text)
    assert load_any("f.yaml").kind == "elicitation"
    with pytest.raises(InputError, match="an answer to some question, got none"):
        pool("f.yaml")


def test_answers_become_a_scenario_with_their_source(folder: Path) -> None:
    text, notes = ask(
        folder,
        "  - path: climate.hot_years\n"
        "    answers:\n"
        "      - {expert: Ann, low: 1, median: 2, high: 3}\n"
        "      - {expert: Bob, low: 2, median: 3, high: 4}\n"
        "  - path: climate.cold_years\n"
        "    answers: []\n",
    )
    (folder / "mine.yaml").write_text(text)
    loaded = load_scenario("mine.yaml")
    hot = loaded.scenario.quantities()["climate.hot_years"]
    assert hot.family == "triangular"
    assert hot.central == pytest.approx(2.5, abs=0.01)
    assert hot.source == "elicited from Ann and Bob, pooled with equal weights"
    assert hot.note == "5, 50 and 95 %: Ann 1 / 2 / 3; Bob 2 / 3 / 4"
    base = load_scenario("base").scenario.quantities()
    assert loaded.scenario.quantities()["climate.cold_years"] == base["climate.cold_years"]
    assert strict_faults(loaded) == []
    assert notes == []


def question(answers: str, path: str = "climate.hot_years") -> str:
    return f"  - path: {path}\n    answers: [{answers}]\n"


GOOD = "{expert: A, low: 1, median: 2, high: 3}"


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        (question(GOOD, "climate.hot_yeas"), "Did you mean 'climate.hot_years'?"),
        (question(GOOD, "title"), "a path to a number of the scenario"),
        (question("{expert: A, low: 3, median: 2, high: 4}"), "low <= median <= high"),
        (question("{expert: A, low: 2, median: 2, high: 2}"), "with low < high"),
        (question("{expert: A, low: 2, median: 2, high: 2.0001}"), "a thousandth apart"),
        (question("{expert: A, low: .inf, median: 2, high: 3}"), "a finite number"),
        (question("{expert: A, low: -1, median: 2, high: 3}"), "numbers between 0.01 and 1000"),
        (question("{expert: A, low: 1, median: 2}"), "none for high"),
        (question("{expert: A, low: soon, median: 2, high: 3}"), "a number, got 'soon'"),
        (question(f"{GOOD}, {GOOD}"), "one answer of each expert"),
        (question(GOOD).replace("answers", "answer"), "Did you mean 'answers'?"),
        (2 * question(GOOD), "each path once"),
        (question("{expert: '', low: 1, median: 2, high: 3}"), "the name of an expert"),
        (question("{expert: A, low: 1, median: 2, high: 1e9}"), "at most 500,000,000 in size"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(folder: Path, questions: str, said: str) -> None:
    assert any(said in fault and fault.startswith("a.yaml:") for fault in refused(folder, questions))


def test_what_is_near_to_a_wrong_path_is_a_number(folder: Path) -> None:
    assert "Did you mean 'horizon'" not in refused(folder, question(GOOD, "horizon"))[0]


def test_a_hundred_experts_give_a_line_that_can_be_read(folder: Path) -> None:
    experts = ", ".join(
        f"{{expert: member {i} of the panel on climates, low: 1, median: 2, high: 3}}" for i in range(100)
    )
    text, _ = ask(folder, question(experts))
    (folder / "mine.yaml").write_text(text)
    hot = load_scenario("mine.yaml").scenario.quantities()["climate.hot_years"]
    assert hot.source == "elicited from 100 experts, pooled with equal weights"


def test_what_is_wrong_with_a_form_is_told(folder: Path) -> None:
    assert "Did you mean 'base'?" in refused(folder, question(GOOD), HEAD.replace("base", "bse"))[0]
    assert "all keys of an elicitation" in refused(folder, question(GOOD), HEAD.replace("title: Two of us\n", ""))[0]
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        pool("nowhere.yaml")


def test_the_pool_is_the_mean_of_what_experts_hold() -> None:
    answers = [(0.1, 0.2, 0.5), (0.3, 0.6, 0.9), (0.2, 0.25, 0.3)]
    for level, quantile in zip(LEVELS, pooled(answers), strict=True):
        assert sum(cumulative(answer, quantile) for answer in answers) / 3 == pytest.approx(level, abs=1e-4)
    assert pooled(answers[::-1]) == pooled(answers)
    assert pooled([answers[0]]) == answers[0]


@given(st.lists(st.tuples(*3 * [st.floats(0.0, 1.0)]), min_size=1, max_size=4))
def test_whatever_experts_answer_gives_a_quantity_of_the_format(drawn: list[tuple[float, float, float]]) -> None:
    answers = [
        (low, median, high) for low, median, high in map(sorted, drawn) if high - low >= LEAST_SPREAD * high > 0.0
    ]
    assume(answers)
    found = fit(pooled(answers), SHARE)
    quantity = Quantity(family=found.family, arguments=found.arguments, truncate=found.truncate)
    assert check_quantity(quantity, SHARE) is None
    assert all(0.0 <= quantile <= 1.0 for quantile in found.quantiles)


def test_an_answer_may_be_as_lopsided_as_can_be() -> None:
    assert [cumulative((1.0, 1.0, 2.0), x) for x in (0.5, 1.0, 2.0)] == [0.0, 0.5, 0.95]
    assert pooled([(1.0, 1.0, 2.0)])[2] == 2.0


def test_experts_who_disagree_make_it_wide() -> None:
    agreed, split = pooled([(0.4, 0.5, 0.6)] * 2), pooled([(0.1, 0.2, 0.3), (0.7, 0.8, 0.9)])
    assert split[2] - split[0] > 3 * (agreed[2] - agreed[0])
    assert split[1] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "wanted", [(0.1, 0.3, 0.5), (0.02, 0.06, 0.15), (0.01, 0.05, 0.25), (0.3, 0.42, 0.5), (0.2, 0.5, 0.75)]
)
def test_what_is_fitted_has_the_quantiles_that_were_wanted(wanted: tuple[float, float, float]) -> None:
    found = fit(wanted, SHARE)
    assert found.miss(wanted) < 0.06
    if found.family == "triangular":
        low, mode, high = found.arguments
        assert 0.0 <= low <= mode <= high <= 1.0
        at = (wanted[0] - low) / (high - low)
        share = (mode - low) / (high - low)
        below = at * at / share if at <= share else 1.0 - (1.0 - at) ** 2 / (1.0 - share)
        assert below == pytest.approx(0.05, abs=0.04)
    else:
        assert found.truncate == (0.0, 1.0)
        assert found.arguments[0] * math.exp(1.6449 * found.arguments[1]) == pytest.approx(wanted[2], rel=0.25)
