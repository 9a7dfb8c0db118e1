"""The likelihood of a table of targets, on histories written by hand."""

import numpy as np

from sim.hindcast.likelihood import log_likelihood
from sim.hindcast.measure import Span
from sim.hindcast.mid import Coded
from sim.hindcast.targets import Target

SPAN = Span(start=712_000, step_days=7.0, begin=0, n_steps=1000)
PAIR = ("DPRK", "ROK")


def row(quantity, k, n, rivals=PAIR):
    return Target(quantity + rivals[0], rivals, quantity, None, None, k, n, "fit")


def of_levels(*levels):
    """Histories with a dispute and an incident at each level that is given, a list for each."""
    acts = [(h, 30 * i, level) for h, found in enumerate(levels) for i, level in enumerate(found)]
    disputes = np.array([(h, step, step, level, 0, 1, 0) for h, step, level in acts], np.int32)
    return Coded(np.array([(h, step, level, 0) for h, step, level in acts], np.int32), disputes)


def likelihood(targets, coded):
    return log_likelihood(targets, {target.id: coded for target in targets}, SPAN, 2, 2)


#: Two parameter sets of two histories each: no war in ten disputes, and five.
FIVE_WARS = of_levels([4] * 4, [4] * 6, [4] * 5, [5] * 5)


def test_levels_that_no_row_names_count_together():
    """A table that says nothing but how few wars there were holds wars to be unlikely all the same."""
    peace, war = likelihood([row("highest:war", 0, 29)], FIVE_WARS)
    assert peace > war + 5.0
    seldom = likelihood([row("highest:force", 15, 30)], FIVE_WARS)
    assert seldom[1] > seldom[0]


def test_levels_that_are_all_named_are_one_multinomial_count():
    named = [row("highest:force", 20, 29), row("highest:war", 9, 29)]
    p = np.array([[10.5, 0.5], [5.5, 5.5]]) / 11.0
    np.testing.assert_allclose(likelihood(named, FIVE_WARS), np.log(p) @ [20, 9])


def test_a_share_follows_from_rates_of_its_own_record_alone():
    rates = [row("incident_rate", 100, 10), row("incident_rate:force", 40, 10)]
    mine, other = row("incident_share:force", 40, 100), row("incident_share:force", 40, 100, ("China", "Taiwan"))
    without = likelihood(rates, FIVE_WARS)
    np.testing.assert_array_equal(likelihood([*rates, mine], FIVE_WARS), without)
    assert (likelihood([*rates, other], FIVE_WARS) != without).all()
