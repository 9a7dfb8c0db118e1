"""How a run that was split can be run again: its replicate, and where it went on with other draws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lineage:
    """A run, as the draws that it met.

    Parameters
    ----------
    draw : int
        Replicate, which its parameters are drawn for.
    turns : tuple of tuple of int
        Step and branch, steps ascending: from that step on its draws are those of the branch. Before the first it
        is on branch 0, as any run is.

    Examples
    --------
    >>> Lineage(7, ((12, 3), (20, 5))).turns[-1]
    (20, 5)
    """

    draw: int
    turns: tuple[tuple[int, int], ...] = ()
