"""Claims as an analyst writes them, and a sentence for everything else."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.experiments.flips.claim import Side, read_claim
from sim.studies.laying import Base, base_of

ENTRY = "intervention:Russia:DPRK|attacked_at_war:DPRK"
SLOT = "treaty.DPRK-Russia"


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of("attacked-dprk")


@pytest.mark.parametrize(
    ("text", "greater", "lesser"),
    [
        ("war@2024 > @2000", Side("war", {SLOT: "2024"}), Side("war", {SLOT: "2000"})),
        ("war@2024<@1961", Side("war", {SLOT: "1961"}), Side("war", {SLOT: "2024"})),
        (f"{ENTRY}@2024 >= @none", Side(ENTRY, {SLOT: "2024"}), Side(ENTRY, {SLOT: "none"})),
        (f"{ENTRY} > 5 %", Side(ENTRY), Side(number=0.05)),
        (f"{ENTRY}@none <= .3", Side(number=0.3), Side(ENTRY, {SLOT: "none"})),
        ("nuclear_use < war", Side("war"), Side("nuclear_use")),
        ("war@DPRK-Russia=none > war", Side("war", {SLOT: "none"}), Side("war")),
        ("war@US-ROK=none > @DPRK-Russia=none", Side("war", {"treaty.US-ROK": "none"}), Side("war", {SLOT: "none"})),
    ],
)  # fmt: skip
def test_a_claim_is_read(base: Base, text: str, greater: Side, lesser: Side) -> None:
    if "none <=" in text:
        text = text.replace("@none", "@DPRK-Russia=none")
    found = read_claim(text, base)
    assert (found.greater, found.lesser) == (greater, lesser)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("war", "--claim: OUTCOME[@VERSION] > [OUTCOME]@VERSION, or OUTCOME[@VERSION] > NUMBER, got 'war'."),
        ("wra@2024 > @2000", "Did you mean 'war'?"),
        ("war|attacked_at_war:DPRX > 5 %", "Did you mean 'war|attacked_at_war:DPRK'?"),
        ("war@2042 > @2000", "a version of a treaty, got '2042'. Did you mean '2024'?"),
        ("war@DPRK-Rusia=2024 > @1961", "a treaty slot, got 'DPRK-Rusia'. Did you mean 'DPRK-Russia'?"),
        ("war@DPRK-Russia=2204 > @1961", "a version of DPRK-Russia, got '2204'. Did you mean '2024'?"),
        ("war@1961 > @1953", "versions of one treaty, got @1961 and @1953."),
        ("war@none > war", "Say which, as in @Camp-David=none; there are Camp-David, DPRK-Russia, US-Japan or US-ROK."),
        ("war > war", "two sides that differ, got 'war > war'."),
        ("war > force > 5 %", "one comparison"),
        ("war > 140", "a probability from 0 to 1, or per cent, got '140'. Write 5 % or 0.05."),
        ("5 % < war", "an outcome at the left, got '5 %'. Write war > 5 %."),
        ("peak_rung > 5 %", "an outcome that has a probability, got 'peak_rung', a distribution."),
        ("@2024 > @2000", "an outcome at the left, got none."),
        ("war@ > @2000", "a version after '@'"),
        ("war >", "got 'war >'."),
        ("", "got ''."),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(base: Base, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_claim(text, base)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith("--claim: ")


def test_a_side_is_spelt_as_it_was_written(base: Base) -> None:
    found = read_claim("war@2024 > 12.5%", base)
    assert (str(found.greater), str(found.lesser)) == ("war@2024", "12.5 %")
    assert Side.from_dict(found.greater.as_dict()) == found.greater
