"""Coding of acts by MID's rules, on acts written by hand."""

import numpy as np
import pytest

from sim.engine.histories import Acts, histories
from sim.engine.lanes.acts import BY_CHOICE, WAR_BEGINS, WAR_ENDS
from sim.engine.lower import lower
from sim.hindcast.mid import Coding, Dyad, code
from tests.scenarios import built, small

PROGRAM = lower(built(small()))
NAMES = sorted(rivalry.name for rivalry in PROGRAM.scenario.rivalries)
FIRST, SECOND = NAMES[0].split(">")
CALM, THREAT, CLASH, ATTACK, WAR, NUCLEAR = range(6)


def coded(*acts, fatal=0.0, war=1.0, threat=1.0, histories=1):
    """Code acts given as (history, step, name of the rivalry, rung, what it was)."""
    rows = [(h, step, NAMES.index(name), rung, what) for h, step, name, rung, what in acts]
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    many = [np.full(histories, x) for x in (threat, fatal, war)]
    numbers = np.arange(histories)
    return code(PROGRAM, Acts(*columns), Dyad(FIRST, SECOND), 1, numbers, numbers, Coding(np.zeros(1), *many))


ONE, OTHER = f"{FIRST}>{SECOND}", f"{SECOND}>{FIRST}"


@pytest.mark.parametrize(("gap", "disputes"), [(25, 1), (26, 1), (27, 2)])
def test_incidents_less_than_six_months_apart_are_one_dispute(gap, disputes):
    found = coded((0, 3, ONE, CLASH, BY_CHOICE), (0, 3 + gap, OTHER, THREAT, BY_CHOICE))
    assert len(found.disputes) == disputes
    assert len(found.incidents) == 2


def test_a_disputes_level_is_its_highest_and_both_sides_are_noted():
    found = coded((0, 3, ONE, THREAT, BY_CHOICE), (0, 5, OTHER, CLASH, BY_CHOICE), (0, 9, ONE, THREAT, BY_CHOICE))
    assert found.disputes.tolist() == [[0, 3, 9, 4, 0, 3, 0]]


def test_one_side_alone_does_not_reciprocate():
    found = coded((0, 3, ONE, CLASH, BY_CHOICE), (0, 5, ONE, CLASH, BY_CHOICE), fatal=1.0)
    assert found.disputes.tolist() == [[0, 3, 5, 4, 1, 1, 0]]


def test_a_war_lasts_until_it_ends_and_keeps_the_dispute_open():
    found = coded((0, 3, ONE, WAR, WAR_BEGINS), (0, 90, ONE, CALM, WAR_ENDS), (0, 110, ONE, CLASH, BY_CHOICE))
    assert found.disputes.tolist() == [[0, 3, 110, 5, 1, 3, 0]]


def test_a_state_of_war_without_a_thousand_deaths_is_a_use_of_force():
    found = coded((0, 3, ONE, WAR, WAR_BEGINS), (0, 5, ONE, CALM, WAR_ENDS), war=0.0)
    assert found.disputes[0, 3] == 4


def test_histories_do_not_run_into_each_other():
    found = coded((0, 50, ONE, CLASH, BY_CHOICE), (1, 51, ONE, CLASH, BY_CHOICE), histories=2)
    assert found.disputes[:, 0].tolist() == [0, 1]


def test_threats_by_choice_are_coded_as_often_as_told():
    many = 4000
    acts = [(h, 3, ONE, THREAT, BY_CHOICE) for h in range(many)]
    found = coded(*acts, threat=0.2, histories=many)
    # Standard error .0063: sees a coding that is off by .025.
    assert len(found.incidents) / many == pytest.approx(0.2, abs=0.025)


def test_logging_acts_changes_no_run_and_threads_change_no_log():
    draws, branches = np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20)
    acts = histories(PROGRAM, 1, draws, branches)
    alone = histories(PROGRAM, 1, draws[40:41], branches[40:41])
    here = acts.history == 40
    for name in ("step", "rivalry", "rung", "what"):
        assert np.array_equal(getattr(acts, name)[here], getattr(alone, name))
    assert len(acts.step) > 0
