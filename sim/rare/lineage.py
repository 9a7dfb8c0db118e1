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
    >>> Lineage(7, ((12, 3),)).on(20, 5)
    Lineage(draw=7, turns=((12, 3), (20, 5)))
    """

    draw: int
    turns: tuple[tuple[int, int], ...] = ()

    def on(self, step: int, branch: int) -> Lineage:
        """Give the run that leaves this one at a step, to go on another branch; what came later in it is left out."""
        return Lineage(self.draw, (*(turn for turn in self.turns if turn[0] < step), (step, branch)))
