"""Lists of lanes: what happens in few lanes is listed first, then done one by one.

A branch per lane would be mispredicted too often. Lanes are first marked in words of 64 bits, by
loops that become SIMD code.
"""

import numba
from numba import types
from numba.extending import intrinsic

from sim.compiled import rule

#: Lanes in a word of marks.
WORD = 64


@intrinsic
def _trailing_zeros(typing_context, word):
    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], context.get_constant(types.boolean, 0))

    return types.int64(types.int64), codegen


def _plain_trailing_zeros(word):
    return (int(word) & -int(word)).bit_length() - 1


trailing_zeros = _plain_trailing_zeros if numba.config.DISABLE_JIT else _trailing_zeros


@rule
def mark(w, holds):
    """Bit of lane `w` in its word where `holds`, else 0.

    Examples
    --------
    >>> mark(66, True), mark(66, False)
    (4, 0)
    """
    return (1 << (w & (WORD - 1))) if holds else 0


@rule
def gather(flags, lanes, lane_list):
    """List the flagged lanes: their number in the first place, then their indices."""
    m = 0
    for first in range(0, lanes, WORD):
        last = first + WORD if first + WORD < lanes else lanes
        marks = 0
        for w in range(first, last):
            marks |= mark(w, flags[w] != 0)
        while marks != 0:
            m += 1
            lane_list[m] = first + trailing_zeros(marks)
            marks &= marks - 1
    lane_list[0] = m
