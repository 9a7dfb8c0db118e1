"""The treaties of the library are those of the record: dates, who owes whom what and when, and their qualifiers."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sim.scenario.listing import list_treaties
from sim.scenario.load import load_scenario
from sim.scenario.model import Clause, Treaty

Date = datetime.date
Dates = tuple[Date | None, Date | None, Date | None]

MUTUAL_AID = "armed_attack_and_state_of_war", "assist_all_means"
ACT = "armed_attack", "act"
CONSULT = "direct_threat", "consult"
PACT_2024 = ("article_51", "laws_of_both_parties")
UNDERSTANDING = ("constitutional_processes", "external_attack_only")

#: Slot, version, and the days of signature, entry into force and end.
DATES: dict[str, tuple[str, str, Dates]] = {
    "DPRK-Russia-1961": ("DPRK-Russia", "1961", (Date(1961, 7, 6), Date(1961, 9, 10), Date(1996, 9, 10))),
    "DPRK-Russia-2000": ("DPRK-Russia", "2000", (Date(2000, 2, 9), Date(2000, 10, 30), Date(2024, 12, 4))),
    "DPRK-Russia-2024": ("DPRK-Russia", "2024", (Date(2024, 6, 19), Date(2024, 12, 4), None)),
    "China-DPRK-1961": ("China-DPRK", "1961", (Date(1961, 7, 11), Date(1961, 9, 10), None)),
    "US-ROK-1953": ("US-ROK", "1953", (Date(1953, 10, 1), Date(1954, 11, 17), None)),
    "US-Japan-1960": ("US-Japan", "1960", (Date(1960, 1, 19), Date(1960, 6, 23), None)),
    "Camp-David-2023": ("Camp-David", "2023", (Date(2023, 8, 18), Date(2023, 8, 18), None)),
    "UNC-1953": ("UNC", "1953", (Date(1953, 7, 27), Date(1953, 7, 27), None)),
}


def both_ways(one: str, two: str, *duty: object) -> set[tuple[object, ...]]:
    return {(one, two, *duty), (two, one, *duty)}


#: Obligor, beneficiary, trigger and response, article, qualifiers, whether help must be asked for, and where.
DUTIES: dict[str, set[tuple[object, ...]]] = {
    "DPRK-Russia-1961": {
        *both_ways("Russia", "DPRK", MUTUAL_AID, "Article 1", (), False, ()),
        *both_ways("Russia", "DPRK", CONSULT, "Article 3", (), False, ()),
    },
    "DPRK-Russia-2000": both_ways("Russia", "DPRK", CONSULT, "Article 2 (number not verified)", (), False, ()),
    "DPRK-Russia-2024": {
        *both_ways("Russia", "DPRK", CONSULT, "Article 3", (), True, ()),
        *both_ways("Russia", "DPRK", MUTUAL_AID, "Article 4", PACT_2024, False, ()),
    },
    "China-DPRK-1961": {
        *both_ways("China", "DPRK", MUTUAL_AID, "Article 2", (), False, ()),
        *both_ways("China", "DPRK", CONSULT, "Article 4", (), False, ()),
    },
    "US-ROK-1953": {
        *both_ways("US", "ROK", CONSULT, "Article 2", (), False, ()),
        *both_ways("US", "ROK", ACT, "Article 3", UNDERSTANDING, False, ("Korea", "Pacific")),
    },
    "US-Japan-1960": {
        *both_ways("US", "Japan", CONSULT, "Article 4", (), True, ()),
        *both_ways("US", "Japan", ACT, "Article 5", ("constitutional_processes",), False, ("Japan",)),
    },
    "Camp-David-2023": {
        *both_ways("US", "ROK", CONSULT, "Commitment to Consult", (), False, ()),
        *both_ways("US", "Japan", CONSULT, "Commitment to Consult", (), False, ()),
        *both_ways("Japan", "ROK", CONSULT, "Commitment to Consult", (), False, ()),
    },
    "UNC-1953": {("US", "ROK", ACT, "Joint Policy Declaration", (), False, ("Korea",))},
}

#: What ATOP codes, or why it does not.
ATOP = {
    "DPRK-Russia-1961": ("3440", "defence 1, non-aggression 1, consultation 0, conditions 0"),
    "DPRK-Russia-2000": ("4940", "defence 0, non-aggression 0 (1 from 2008), consultation 1, conditions 0"),
    "DPRK-Russia-2024": (
        "",
        "Not in ATOP, which ends before it; own coding in its terms gives defence 1, non-aggression 1",
    ),
    "China-DPRK-1961": ("3445", "defence 1, non-aggression 1, consultation 0, conditions 0"),
    "US-ROK-1953": ("3240", "defence 1, non-aggression 1, consultation 1, conditions 1"),
    "US-Japan-1960": ("3375", "defence 1 for the United States and 0 for Japan"),
    "Camp-David-2023": ("", "Not in ATOP"),
    "UNC-1953": ("", "Not in ATOP"),
}

#: Treaties of which a date or an article was not verified against the text.
UNVERIFIED = {"DPRK-Russia-1961", "DPRK-Russia-2000", "US-ROK-1953"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Treaty]:
    """All treaties of the library, as a scenario has them; each is put on its own, since slots overlap."""
    folder = tmp_path_factory.mktemp("shipped")
    found = {}
    for name in DATES:
        path: Path = folder / f"{name}-alone.yaml"
        path.write_text(f"pactsim: 1\nextends: china\ntitle: {name} alone\ntreaties: [{name}]\n", encoding="utf-8")
        (found[name],) = load_scenario(path).scenario.treaties
    return found


def test_the_library_has_these_treaties_and_a_placebo() -> None:
    own = {"placebo", "Camp-David-binding"}
    assert {entry.name for entry in list_treaties()} == set(DATES) | own


@pytest.mark.parametrize("name", DATES)
def test_slot_version_and_dates(shipped: dict[str, Treaty], name: str) -> None:
    treaty = shipped[name]
    assert (treaty.slot, treaty.version, (treaty.signed, treaty.in_force, treaty.ended)) == DATES[name]


def test_the_pact_of_2024_was_ratified_before_it_came_into_force(shipped: dict[str, Treaty]) -> None:
    assert shipped["DPRK-Russia-2024"].ratified == Date(2024, 11, 11)


@pytest.mark.parametrize("name", DUTIES)
def test_who_owes_whom_what_and_when(shipped: dict[str, Treaty], name: str) -> None:
    clauses = shipped[name].clauses
    assert {duty(clause) for clause in clauses} == DUTIES[name]
    assert len(clauses) == len(DUTIES[name])


def duty(clause: Clause) -> tuple[object, ...]:
    trigger = clause.trigger, clause.response
    parties = clause.obligor, clause.beneficiary
    return (*parties, trigger, clause.article, clause.qualifiers, clause.on_request, clause.area)


@pytest.mark.parametrize("name", ATOP)
def test_the_codes_of_atop_stand_in_the_notes(shipped: dict[str, Treaty], name: str) -> None:
    number, codes = ATOP[name]
    treaty = shipped[name]
    assert codes in treaty.note
    assert f"id {number}" in treaty.source or not number


@pytest.mark.parametrize("name", DATES)
def test_what_was_not_verified_says_so(shipped: dict[str, Treaty], name: str) -> None:
    assert (shipped[name].confidence == "judged") == (name in UNVERIFIED)


def test_the_disputed_wording_is_that_of_article_4_of_2024_alone(shipped: dict[str, Treaty]) -> None:
    disputed = {
        (name, clause.article) for name, treaty in shipped.items() for clause in treaty.clauses if clause.invasion
    }
    assert disputed == {("DPRK-Russia-2024", "Article 4")}


def test_the_old_treaty_binds_the_successor_of_the_ussr(shipped: dict[str, Treaty]) -> None:
    assert [(each.name, each.to) for each in shipped["DPRK-Russia-1961"].successors] == [("USSR", "Russia")]
