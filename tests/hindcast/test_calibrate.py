"""Calibration: what was put into simulated records is found again, and what they do not hold is not claimed."""

import dataclasses

import numpy as np
import pytest

from sim.engine.lower import lower
from sim.errors import InputError
from sim.experiments.calibrate import SCENARIO, fitted_paths, run_calibration, waves_of
from sim.hindcast import calibrate as module
from sim.hindcast.calibrate import Wave, calibrate, effective
from sim.hindcast.fitted import Learnt, Parameter, moments
from sim.hindcast.mid import Dyad
from sim.hindcast.predict import Histories
from sim.hindcast.targets import peninsula, read_targets
from sim.scenario.load import load_scenario
from sim.scenario.quantity import Quantity

HOT, ANSWER = "incidents.alert.rate_hot", "cascades.answer by the US.branching"
PAIR = Dyad("DPRK", "ROK", "US", "DPRK")
#: 18,000 histories: enough that a mean which stays nearer to the prior than to the truth is seen.
WAVES = (Wave(150, 16), Wave(200, 20), Wave(500, 24))
#: Far out in the prior, whose means are about 6 and .08.
TRUTH = {HOT: 11.0, ANSWER: 0.25}


@pytest.fixture(scope="module")
def program():
    return lower(load_scenario(SCENARIO).scenario)


def recorded(program, truth, histories=6):
    """Rows of a record that so many histories with the true values make, end to end."""
    found = Histories(program, 77)
    values = {path: np.full(histories, value) for path, value in truth.items()}
    coded = found.coded(np.arange(9000, 9000 + histories), 1, [PAIR], values)[PAIR]
    years = histories * found.span.years
    level = coded.incidents[:, 2]
    counts = {
        "dispute_rate": (len(coded.disputes), years),
        "incident_rate": (int((level < 5).sum()), years),
        "third_party:US": (int((coded.disputes[:, 6] >= 3).sum()), len(coded.disputes)),
    }
    row = next(target for target in read_targets(peninsula()) if target.id == "A1")
    return [
        dataclasses.replace(row, id=name, quantity=name, k=k, n=n, use="fit", start=None, end=None)
        for name, (k, n) in counts.items()
    ]


@pytest.fixture(scope="module")
def recovered(program):
    return calibrate(program, list(TRUTH), recorded(program, TRUTH), 5, WAVES)


def is_found(learnt):
    """Whether a true value lies within the posterior, whose mean has come a third of the way from the prior's.

    The truths lie two standard deviations out in the priors, which must pull a posterior back, and more so a
    parameter that other ones blur.
    """
    truth = TRUTH[learnt.path]
    nearer = abs(learnt.mean - truth) < 0.67 * abs(learnt.prior_mean - truth)
    return nearer and abs(learnt.mean - truth) < 2.5 * learnt.sd


def test_true_values_are_found_again(recovered):
    for learnt in recovered.fitted:
        assert is_found(learnt), learnt


def test_without_the_record_they_are_not(program, monkeypatch):
    """The mutant: a likelihood that says nothing leaves the prior."""
    monkeypatch.setattr(module, "log_likelihood", lambda *args: np.zeros(args[3]))
    blind = calibrate(program, list(TRUTH), recorded(program, TRUTH, 2), 5, (Wave(150, 2), Wave(400, 2)))
    for learnt in blind.fitted:
        assert not is_found(learnt)
        assert abs(learnt.mean - learnt.prior_mean) < 0.25 * learnt.prior_sd


def test_what_the_record_does_not_hold_is_not_claimed(recovered):
    """Nothing in these rows is about a nuclear weapon, or about what Russia would do."""
    learnt = {each.path: each for each in recovered.drawn}
    for path in ("nuclear.limited_war", "entry.honouring", "partnerships.Russia>DPRK.believed"):
        assert learnt[path].contraction < 3.0 * recovered.noise, path


def test_the_same_fit_again(program):
    rows = recorded(program, TRUTH, 2)
    waves = (Wave(12, 4), Wave(12, 4))
    one, two = (calibrate(program, [HOT], rows, 3, waves) for _ in range(2))
    assert one.fitted == two.fitted


def test_the_waves_close_in(program):
    """Sets that lead a wave are tempered until enough do: never one alone."""
    log_weight = np.array([0.0, -50.0, -60.0, -70.0] * 25)
    assert effective(module._tempered(log_weight)) >= module.LEADING * len(log_weight) - 1e-6
    flat = np.zeros(10)
    assert effective(module._tempered(flat)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("family", "arguments"), [("lognormal", (5.0, 0.3)), ("beta", (2.0, 5.0)), ("normal", (-2.0, 0.4))]
)
def test_a_distribution_survives_its_own_scale(family, arguments):
    parameter = Parameter("x", Quantity(family=family, arguments=arguments))
    u = (np.arange(4000) + 0.5) / 4000
    z = parameter.quantile(u)
    np.testing.assert_allclose(parameter.to_scale(parameter.from_scale(z)), z, atol=1e-9)
    again = parameter.refitted(z, np.full(4000, 1 / 4000)).arguments
    np.testing.assert_allclose(again, arguments, rtol=0.01)
    # The density that is weighted with is that of the draws: the mean under either is the same.
    grid = np.linspace(z[0], z[-1], 4001)
    density = np.exp(parameter.log_prior(grid))
    assert moments(grid, density / density.sum())[0] == pytest.approx(z.mean(), abs=0.01)


def test_contraction_is_none_where_nothing_was_spread():
    assert Learnt("x", 1.0, 0.0, 1.0, 0.0).contraction == 0.0


def test_the_shipped_fragment_is_what_the_command_writes():
    """The same file, up to the numbers, which only the full waves give: see docs/trace.md."""
    text = run_calibration(waves=(Wave(12, 4), Wave(20, 6))).text
    shipped = (peninsula().parent.parent / "parameters" / "calibrated.yaml").read_text()

    def without_numbers(written):
        return [line.partition("[")[0] for line in written.splitlines()]

    assert without_numbers(text) == without_numbers(shipped)


def test_the_baseline_uses_what_was_fitted_and_nothing_uses_the_priors():
    fitted = fitted_paths(load_scenario(SCENARIO))
    origins = load_scenario("baseline").origins
    assert {origins[path].file.rpartition("/")[2] for path in fitted} == {"calibrated.yaml"}


def test_faults_of_a_calibration(tmp_path):
    with pytest.raises(InputError, match="List the fragment 'priors'"):
        fitted_paths(load_scenario("baseline"))
    with pytest.raises(InputError, match="from 50 to 1,000,000"):
        waves_of(3)
    table = tmp_path / "t.csv"
    table.write_text("id,rivalry,quantity,start,end,k,n,use\na,DPRK-ROK,dispute_rate,,,3,10,check\n")
    with pytest.raises(InputError, match="rows of use 'fit'"):
        run_calibration(table)
    mine = tmp_path / "mine.yaml"
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "priors.yaml").write_text(
        "coding:\n  fatal: {uniform: [0, 1], source: judged, confidence: judged}\n"
    )
    mine.write_text("pactsim: 1\nextends: peninsula-1953\nparameters: [ladder, incidents, choice, beliefs, "
                    "adjudication, entry, nuclear, closing, coding, priors]\n")  # fmt: skip
    with pytest.raises(InputError, match=r"lognormal, beta or normal, got uniform"):
        run_calibration(scenario=mine)


def test_nothing_is_fitted_to_what_the_histories_do_not_have(tmp_path):
    table = tmp_path / "t.csv"
    rows = [
        "a,India-Pakistan,fatal,1850,1900,1,2,fit",
        "b,DPRK-ROK,third_party:Atlantis,,,1,2,fit",
        "c,India-Pakistan,fatal,1850,1900,1,2,context",
        "d,DPRK-ROK,input,1850,1900,1,2,fit",
        "e,DPRK-ROK,fatal,,,1,2,fit",
    ]
    table.write_text("id,rivalry,quantity,start,end,k,n,use\n" + "\n".join(rows))
    with pytest.raises(InputError) as caught:
        run_calibration(table)
    assert [(fault.path[:7], fault.got) for fault in caught.value.faults] == [
        ("row 'a'", "'India-Pakistan'"),
        ("row 'a'", "1850-01-01 to 1900-12-31"),
        ("row 'b'", "'Atlantis'"),
    ]


def test_a_fragment_of_a_table_of_ones_own_names_that(tmp_path):
    table = tmp_path / "mine, my own.csv"
    table.write_text("id,rivalry,quantity,start,end,k,n,use\na,DPRK-ROK,dispute_rate,,,20,60,fit\n")
    text = run_calibration(table, waves=(Wave(6, 2), Wave(6, 2))).text
    assert text.count("fit to mine, my own.csv, pactsim calibrate") == 4
    assert "COW" not in text


@pytest.mark.parametrize("written", ["{fatal: {beta: [2, 5]}}", "\n  fatal:\n    beta: [2, 5]"])
def test_a_prior_that_could_not_be_replaced_in_its_line_is_refused(tmp_path, written):
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "priors.yaml").write_text(f"coding: {written}\n")
    mine = tmp_path / "mine.yaml"
    mine.write_text("pactsim: 1\nextends: peninsula-1953\nparameters: [ladder, incidents, choice, beliefs, "
                    "adjudication, entry, nuclear, closing, coding, priors]\n")  # fmt: skip
    with pytest.raises(InputError, match="a prior alone on a line"):
        run_calibration(scenario=mine)


def test_values_that_no_parameters_make_likely_are_refused(program):
    rows = [dataclasses.replace(row, k=1e6) for row in recorded(program, TRUTH, 1) if row.id == "incident_rate"]
    with pytest.raises(InputError, match="sets with all the weight"):
        calibrate(program, list(TRUTH), rows, 5, (Wave(10, 4), Wave(10, 4)))
