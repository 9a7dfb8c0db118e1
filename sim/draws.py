"""Draws as a pure function of an address, with no generator state anywhere.

An address says which replicate, which step, which thing, for what purpose, and on which branch.
Because a draw depends on nothing else, run *k* can be replayed alone, threads and chunks do not
matter, and two scenarios share every draw that both of them use.

References
----------
Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11
(Philox4x32-10 and its known-answer vectors).
"""

from __future__ import annotations

import hashlib
from enum import IntEnum

from sim.compiled import rule

MASK32 = 0xFFFFFFFF
#: Widths of the address fields, in bits.
DRAW_BITS, STEP_BITS, ENTITY_BITS, PURPOSE_BITS, BRANCH_BITS = 48, 16, 32, 8, 24


class Purpose(IntEnum):
    """What a draw is for: one byte of its address."""

    PARAMETER = 1
    CLIMATE = 2
    INCIDENT_COUNT = 3
    OFFSPRING_COUNT = 4
    INCIDENT_MARK = 5
    VERDICT = 6
    RETROACTIVE = 7
    ENTRY = 8
    CHOICE = 9
    CEASEFIRE = 10
    START = 11
    THEATRE = 12
    OFFSPRING_KIND = 13
    CODING = 14
    NUCLEAR = 20
    LEGAL_TIER = 21
    WORDING = 22
    FRONT = 23
    SELECTION = 24


def entity(kind: str, *names: str) -> int:
    """Hash a thing's kind and names, in the order of their roles, to its address word.

    Parameters
    ----------
    kind : str
        Such as ``"rivalry"`` or ``"entry"``.
    *names : str
        Stable names; never an index, so that adding an actor leaves other draws as they were.

    Returns
    -------
    int
        32-bit word.

    Examples
    --------
    >>> entity("rivalry", "DPRK", "ROK") == entity("rivalry", "ROK", "DPRK")
    False
    """
    text = "\x1f".join((kind, *names)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "little")


@rule
def _round(c0, c1, c2, c3, k0, k1):
    # Written with 64-bit integers and masks: a product that overflows still has the right
    # lower 64 bits, and plain Python integers give the same words.
    a = 0xD2511F53 * c0
    b = 0xCD9E8D57 * c2
    return (
        ((b >> 32) & 0xFFFFFFFF) ^ c1 ^ k0,
        b & 0xFFFFFFFF,
        ((a >> 32) & 0xFFFFFFFF) ^ c3 ^ k1,
        a & 0xFFFFFFFF,
    )


@rule
def philox(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10: scramble a 128-bit counter with a 64-bit key.

    Parameters
    ----------
    c0, c1, c2, c3 : int
        Counter words, 32 bits each, held in 64-bit integers.
    k0, k1 : int
        Key words, 32 bits each.

    Returns
    -------
    tuple of int
        Four words of 32 bits.

    Examples
    --------
    >>> [hex(int(word)) for word in philox(0, 0, 0, 0, 0, 0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for _ in range(9):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return _round(c0, c1, c2, c3, k0, k1)


@rule
def unit(word):
    """Map a 32-bit word to the open interval (0, 1), centred in its cell of 2**-32."""
    return (word + 0.5) * 2.3283064365386963e-10


@rule
def uniforms(seed, draw, step, entity, purpose, branch):
    """Four independent uniforms at an address.

    Parameters
    ----------
    seed : int
        64-bit seed (as a signed integer).
    draw : int
        Replicate number, 48 bits.
    step : int
        Step number, 16 bits. For what is drawn once per run 0, and for what is drawn once per
        episode or crisis its ordinal in the run.
    entity : int
        From `entity`, plus an ordinal where one step needs several.
    purpose : int
        A `Purpose`.
    branch : int
        24 bits; 0 but for runs continued from a saved state.

    Returns
    -------
    tuple of float
        Four numbers in (0, 1).

    Examples
    --------
    >>> a = uniforms(1, 7, 3, 99, 8, 0)
    >>> a == uniforms(1, 7, 3, 99, 8, 0), a == uniforms(1, 8, 3, 99, 8, 0)
    (True, False)
    """
    # Every word is masked, though most need not be: a compiler that knows that a word has 32 bits
    # multiplies four or eight lanes at once.
    x0, x1, x2, x3 = philox(
        draw & 0xFFFFFFFF,
        (((draw >> 32) & 0xFFFF) | (step << 16)) & 0xFFFFFFFF,
        entity & 0xFFFFFFFF,
        ((purpose << 24) | branch) & 0xFFFFFFFF,
        seed & 0xFFFFFFFF,
        (seed >> 32) & 0xFFFFFFFF,
    )
    return unit(x0), unit(x1), unit(x2), unit(x3)
