"""A search for flips whose margins are known: counts are drawn from given probabilities instead of simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.designs.factors import Factor
from sim.experiments.flips.claim import Claim, Side
from sim.experiments.flips.flip import Search
from sim.experiments.flips.parameters import Parameter, parameter_of
from sim.experiments.flips.stage import Cast, Look
from sim.scenario.quantity import Quantity
from sim.studies.study import Work

#: From what is held to the margin.
Margin = Callable[[Mapping[str, float]], float]


def parameter(path: str, family: str = "uniform", *arguments: float) -> Parameter:
    """A parameter by its distribution, even from 0 to 1 unless told."""
    quantity = Quantity(family=family, arguments=arguments or (0.0, 1.0))
    low, high = quantity.support
    return parameter_of(Factor(path, low=low, high=high, quantity=quantity, central=quantity.central), "share")


class KnownSearch(Search):
    """A search on pairs of runs with a known margin; `common` is the share of runs in which the sides agree anyway."""

    def __init__(
        self, parameters: Sequence[Parameter], margin: Margin, seed: int, *, paired: bool = True, runs: int = 1000
    ) -> None:
        sides = Side("x", {"treaty.a": "1"}), Side("x", {"treaty.a": "2"})
        claim = Claim("x@2 > @1", sides[1], sides[0])
        super().__init__(claim, Cast(sides, {}), list(parameters), runs, seed, Work())
        self._margin, self._paired = margin, paired
        self._rng = np.random.default_rng(seed)

    def tables(self, stage: str, looks: Sequence[Look], blocks: int) -> list[list[int]]:
        """Draw the counts of each place: shares around .4 on both sides."""
        runs = blocks * self.runs
        self.stages.append({"stage": stage, "looks": len(looks), "runs_each": runs})
        return [self._table(self._margin(look.held), runs) for look in looks]

    def _table(self, margin: float, runs: int) -> list[int]:
        greater, lesser = 0.4 + margin / 2.0, 0.4 - margin / 2.0
        both = 0.9 * min(greater, lesser) if self._paired else greater * lesser
        cells = [1.0 - greater - lesser + both, greater - both, lesser - both, both]
        neither, greater_only, lesser_only, together = self._rng.multinomial(runs, cells).tolist()
        return [0, 0, 0, 0, neither, greater_only, 0, lesser_only, together]


def searched(parameters: Sequence[Parameter], margin: Margin, seed: int, **arguments: Any) -> dict[str, Any]:
    """What such a search finds."""
    pairs = arguments.pop("pairs", 0)
    return KnownSearch(parameters, margin, seed, **arguments).found({}, pairs)
