"""Parameters that change by date: what is refused, and that the change is felt."""

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.errors import InputError
from sim.scenario.load import load_scenario
from tests.scenarios import built, small


def loaded(tmp_path, change):
    file = tmp_path / "mine.yaml"
    file.write_text(f"pactsim: 1\nextends: baseline\ntimeline:\n  - {change}\n")
    return load_scenario(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{name: a, since: 2027-01-01, path: actors.Rusia.power, value: 0.1}", "Did you mean 'Russia'?"),
        ("{name: a, since: 2027-01-01, path: actors.Russia.power, value: 2}", "between 0 and 1"),
        ("{name: a, since: 2027-01-01, path: actors.Russia.theory, value: 2}", "may change within a run"),
        ("{name: a, since: 2027-01-01, path: incidents.alert.marks.threat.share_hot, value: 0.2}", "may change"),
        ("{name: a, since: soon, path: actors.Russia.power, value: 0.1}", "a date"),
        ("{name: a, since: 2027-01-01, value: 0.1}", "path"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(tmp_path, change, said):
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, change)
    assert said in str(caught.value)


def test_a_number_may_change_on_many_dates_but_not_twice_on_one(tmp_path):
    first = "{name: a, since: 2027-01-01, path: actors.Russia.power, value: 0.1}"
    second = "{name: b, since: DAY, path: actors.Russia.power, value: 0.2}"
    loaded(tmp_path, first + "\n  - " + second.replace("DAY", "2027-01-08"))
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, first + "\n  - " + second.replace("DAY", "2027-01-01"))
    assert "got another from the same" in str(caught.value)


def test_a_change_is_felt_from_its_date_on_and_not_before(tmp_path):
    late = loaded(tmp_path, "{name: a, since: 2027-05-03, path: incidents.alert.rate_hot, value: 0}").scenario
    never = load_scenario("baseline").scenario
    rows = [simulate(lower(scenario), 1, 0, 400).rows["incidents:alert"].mean() for scenario in (late, never)]
    # Half of the year is left: immigrants fall by about half, offspring with them.
    assert 0.3 * rows[1] < rows[0] < 0.8 * rows[1]


def test_what_holds_before_the_start_is_as_if_it_had_been_written_so():
    plain = small()
    plain["actors"][0]["power"] = 0.7
    dated = small()
    path = f"actors.{dated['actors'][0]['name']}.power"
    dated["timeline"] = [{"name": "x", "since": "1999-01-01", "path": path, "value": 0.7}]
    rows = [simulate(lower(built(values)), 3, 0, 200).rows for values in (plain, dated)]
    assert np.array_equal(*rows)
