"""Every form of --vary and --treaty, and every fault of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.arithmetic import exp, log
from sim.designs.factors import Factor, between, read_factor, read_factors, spaced
from sim.errors import InputError
from sim.scenario.quantity import Quantity
from tests.designs.subject import SUBJECT


def read(text: str) -> Factor:
    return read_factor(text, SUBJECT)


def test_a_path_by_its_own_distribution() -> None:
    factor = read(" rate ")
    assert (factor.path, factor.low, factor.high, factor.levels) == ("rate", 1.0, 3.0, ())
    assert factor.quantity == SUBJECT.quantities["rate"]
    assert factor.central == 2.0
    assert factor.spread == "uniform(1, 3)"
    assert factor.at(np.array([0.25])).tolist() == [1.5]
    np.testing.assert_allclose(factor.grid(), [1.2, 1.6, 2.0, 2.4, 2.8], rtol=1e-15)


def test_a_distribution_without_bounds_is_numeric_too() -> None:
    factor = read("utility")
    assert factor.is_numeric
    assert (factor.low, factor.high) == (-math.inf, math.inf)
    assert np.isfinite(factor.at(np.array([2.0**-33, 1.0 - 2.0**-33]))).all()


def test_a_range() -> None:
    factor = read("share=0.2:0.8")
    assert (factor.low, factor.high, factor.levels, factor.log) == (0.2, 0.8, (), False)
    assert factor.spread == "0.2 to 0.8"
    assert factor.central == 0.5
    assert factor.at(np.array([0.5])).tolist() == [0.5]
    np.testing.assert_allclose(factor.grid(), [0.2, 0.35, 0.5, 0.65, 0.8], rtol=1e-15)


@pytest.mark.parametrize("count", [2, 3, 7, 100])
def test_levels_of_a_range_have_its_ends_exactly(count: int) -> None:
    levels = read(f"share=0.1:0.7:{count}").levels
    assert (levels[0], levels[-1], len(levels)) == (0.1, 0.7, count)
    np.testing.assert_allclose(np.diff(levels), 0.6 / (count - 1), rtol=1e-9)


def test_logarithms() -> None:
    factor = read("rate=0.001:10:5:log")
    np.testing.assert_allclose(factor.levels, [0.001, 0.01, 0.1, 1.0, 10.0], rtol=1e-12)
    assert factor.levels[0] == 0.001
    assert factor.levels[-1] == 10.0
    open_range = read("rate=0.001:10:log")
    assert open_range.spread == "0.001 to 10, even in logarithms"
    assert open_range.at(np.array([0.5])) == pytest.approx(0.1)
    np.testing.assert_allclose(open_range.grid(), [0.001, 0.01, 0.1, 1.0, 10.0], rtol=1e-12)


def test_logarithms_are_our_own_and_stay_between_the_bounds() -> None:
    """The C library's last bit differs from machine to machine, ours does not."""
    shares = np.linspace(0.0, 1.0, 1001)
    found = between(0.001, 10.0, shares)
    first, last = log(0.001), log(10.0)
    ours = [exp(first + share * (last - first)) for share in shares.tolist()]
    assert found.tolist() == np.clip(ours, 0.001, 10.0).tolist()
    assert found.min() >= 0.001
    assert found.max() <= 10.0
    assert (np.diff(found) > 0).all()
    assert (found != 0.001 * 1e4**shares).any(), "the check would not tell ours from NumPy's"


def test_a_list_of_numbers_keeps_its_order() -> None:
    factor = read("rate=3,0.5, 1e0")
    assert factor.levels == (3.0, 0.5, 1.0)
    assert (factor.low, factor.high) == (0.5, 3.0)
    assert factor.spread == "3, 0.5, 1"
    assert factor.grid().tolist() == [3.0, 0.5, 1.0]
    assert factor.at(np.array([0.1, 0.4, 0.99])).tolist() == [3.0, 0.5, 1.0]


def test_one_number_is_a_level() -> None:
    assert read("share=0.3").grid().tolist() == [0.3]


def test_words() -> None:
    factor = read("theory=quantal, prospect")
    assert (factor.levels, factor.central, factor.is_numeric) == (("quantal", "prospect"), "quantal", False)
    assert factor.spread == "quantal, prospect"
    assert factor.at(np.array([0.49, 0.51])).tolist() == ["quantal", "prospect"]
    assert read("switches.mood=calm,angry").levels == ("calm", "angry")


def test_versions_of_a_treaty() -> None:
    (factor,) = read_factors([], ["Bee-Cee=1950,1990,none"], SUBJECT)
    assert (factor.path, factor.levels, factor.central) == ("treaty.Bee-Cee", ("1950", "1990", "none"), "1950")


def test_levels_are_met_equally_often() -> None:
    """Each of three levels has a third of the probabilities, the last up to the edge."""
    factor = read("rate=1,2,3")
    p = (np.arange(3_000) + 0.5) / 3_000
    assert np.unique(factor.at(p), return_counts=True)[1].tolist() == [1000, 1000, 1000]
    assert factor.at(np.array([np.nextafter(1.0, 0.0)])).tolist() == [3.0]


def test_order_is_that_of_the_command_line() -> None:
    found = read_factors(["theory=quantal,prospect", "share=0:1"], ["Bee-Cee=1950,none"], SUBJECT)
    assert [factor.path for factor in found] == ["theory", "share", "treaty.Bee-Cee"]


FAULTS = {
    "share=": "share: PATH, PATH=low:high, PATH=low:high:levels or PATH=a,b,c, got 'share='.",
    "shar=0:1": "A path of the scenario, got 'shar'. Did you mean 'share'?",
    "nonsense": "A path of the scenario, got 'nonsense'. See `pactsim list paths`.",
    "": "A path of the scenario, got ''. See `pactsim list paths`.",
    "theory": "A path that has a distribution, or values to take, got 'theory'. "
    "Name what it is to be, as in theory=a,b.",
    "theory=quantal": "theory: two values or more, with commas between, each once, got 'quantal'.",
    "theory=quantal,quantal": "theory: two values or more, with commas between, each once, got 'quantal,quantal'.",
    "theory=quantal,,x": "theory: two values or more, with commas between, each once, got 'quantal,,x'.",
    "share": "A path that has a distribution, got 'share', which is 0.5. "
    "Give it a range, as in share=low:high, or a distribution with --set.",
    "share=0.1:0.2:3:4": "share: PATH, PATH=low:high, PATH=low:high:levels or PATH=a,b,c, got '0.1:0.2:3:4'.",
    "share=0.1:log": "share: PATH, PATH=low:high, PATH=low:high:levels or PATH=a,b,c, got '0.1'.",
    "share=0.2:0.1": "share: low:high with low below high, got '0.2:0.1'.",
    "share=0.2:0.2": "share: low:high with low below high, got '0.2:0.2'.",
    "share=0:1:log": "share: low:high with low below high, both above 0 for log, got '0:1'.",
    "debt=-2:-1:log": "debt: low:high with low below high, both above 0 for log, got '-2:-1'.",
    "share=low:1": "share: a number, got 'low'.",
    "share=0:inf": "share: a number, got 'inf'.",
    "share=0.1,nan": "share: a number, got 'nan'.",
    "share=0.1,0.2:3": "share: a number, got '0.1,0.2'.",
    "share=0.1,0.10": "share: each value once, got '0.1,0.10'.",
    "share=0:1:1": "share: a number of levels from 2 to 10,000, got '1'.",
    "share=0:1:2.5": "share: a number of levels from 2 to 10,000, got '2.5'.",
    "share=0:1:1e9": "share: a number of levels from 2 to 10,000, got '1e9'.",
    "share=0:1.5": "share: a number from 0 to 1, got 1.5.",
    "share=-0.5,0.5": "share: a number from 0 to 1, got -0.5.",
    "rate=-1:1": "rate: a number of at least 0, got -1.",
    "debt=-1:1": "debt: a number of at most 0, got 1.",
    "treaty.Bee-Dee=1,2": "A treaty slot, got 'Bee-Dee'. Did you mean 'Bee-Cee'?",
    "treaty.Bee-Cee=1950,1991": "Versions of 'Bee-Cee': 1950, 1990, none, got '1991'.",
    "treaty.Bee-Cee=1950": "treaty.Bee-Cee: two values or more, with commas between, each once, got '1950'.",
    "treaty.Bee-Cee": "treaty.Bee-Cee: two values or more, with commas between, each once, got ''.",
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: text or "empty")
def test_a_fault_is_a_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert [str(fault) for fault in caught.value.faults] == [FAULTS[text]]


def test_all_faults_are_told_at_once_with_the_option() -> None:
    texts = ["share=2:1", "nonsense", "rate=1:2", "rate=3:4"]
    with pytest.raises(InputError) as caught:
        read_factors(texts, ["Bee-Cee=1,2", "Bee-Dee=1,2", "Bee-Cee=1950,none", "Bee-Cee=1990,none"], SUBJECT)
    assert [str(fault) for fault in caught.value.faults] == [
        "--vary: share: low:high with low below high, got '2:1'.",
        "--vary: a path of the scenario, got 'nonsense'. See `pactsim list paths`.",
        "--treaty: versions of 'Bee-Cee': 1950, 1990, none, got '1'.",
        "--treaty: versions of 'Bee-Cee': 1950, 1990, none, got '2'.",
        "--treaty: a treaty slot, got 'Bee-Dee'. Did you mean 'Bee-Cee'?",
        "--vary: each path once, got 'rate' again. Leave one out.",
        "--treaty: each slot once, got 'Bee-Cee' again. Leave one out.",
    ]


def test_ends_of_spaced_levels_survive_rounding() -> None:
    for low, high in ((0.1, 0.3), (1e-9, 1e9), (0.7, 0.7000000001)):
        for even_in_logs in (False, True):
            found = spaced(low, high, 11, even_in_logs)
            assert (found[0], found[-1]) == (low, high)
            assert (np.diff(found) > 0).all()


def test_a_factor_of_a_table_has_the_bits_of_the_draws() -> None:
    """PERT is drawn by table: the factor must take the same table."""
    from sim.engine.parameters import quantiles_of

    quantity = Quantity(family="pert", arguments=(0.1, 0.3, 0.8))
    p = np.linspace(0.01, 0.99, 50)
    before = p.tolist()
    found = Factor("x", low=0.1, high=0.8, quantity=quantity).at(p)
    assert p.tolist() == before
    assert found.tolist() == quantiles_of([quantity, quantity], np.stack([p, p], axis=1))[:, 0].tolist()
