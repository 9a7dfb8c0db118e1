"""Lists of lanes: what happens in few lanes is listed first, then done one by one.

A branch per lane would be mispredicted too often.
"""

from sim.compiled import rule


@rule
def gather(flags, lanes, lane_list):
    """List the flagged lanes: their number in the first place, then their indices."""
    m = 0
    for w in range(lanes):
        lane_list[m + 1] = w
        m += 1 if flags[w] != 0 else 0
    lane_list[0] = m
