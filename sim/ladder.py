"""The words of the escalation ladder: flags a rung can carry.

A ladder is an ordered list of rungs given by the scenario. The model never asks for a rung
by number; it asks which flags a rung carries.
"""

from __future__ import annotations

from enum import IntFlag


class RungFlag(IntFlag):
    """What being on a rung means, as bits of a mask."""

    FORCE = 1
    ARMED_ATTACK = 2
    STATE_OF_WAR = 4
    NUCLEAR = 8


def flag_mask(words: list[str]) -> int:
    """Turn the flag words of a rung into a bit mask.

    Examples
    --------
    >>> flag_mask(["force", "armed_attack"])
    3
    """
    return int(sum(RungFlag[word.upper()] for word in words))
