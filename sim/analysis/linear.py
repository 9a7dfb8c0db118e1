"""Sums and differences of many shares that were simulated on the same draws, with the error of the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.estimate import POISSON, Estimate, mean_from_moments

DELTA = "paired delta"
_Z = 1.959963984540054


class GramTally:
    """Products of the states of runs, summed over runs: enough for the error of any weighted sum of shares.

    Parameters
    ----------
    arms : int
        Scenarios side by side.

    Examples
    --------
    >>> tally = GramTally(2)
    >>> tally.add([np.array([1, 2, 2, 1]), np.array([2, 2, 2, 1])])
    >>> tally.combine([-1.0, 1.0]).value
    0.25
    """

    def __init__(self, arms: int) -> None:
        self._sums = np.zeros((2 * arms + 1, 2 * arms + 1))

    def add(self, states: Sequence[np.ndarray]) -> None:
        """Add runs: for each scenario their states, 0 condition not met, 1 met, 2 happened too."""
        columns = [np.ones(len(states[0]))]
        for state in states:
            columns += [(state > 0).astype(float), (state == 2).astype(float)]
        side = np.stack(columns)
        self._sums += side @ side.T

    def combine(self, weights: Sequence[float]) -> Estimate:
        """Estimate a weighted sum of the scenarios' shares.

        Parameters
        ----------
        weights : sequence of float
            Of each scenario.

        Returns
        -------
        Estimate
            By linearisation, 1.96 standard errors to either side. Where no run told the sum from its value,
            the bound of a Poisson count of which none was seen. All None where a condition was never met.
        """
        n = int(self._sums[0, 0])
        met, hits = self._sums[0, 1::2], self._sums[0, 2::2]
        used = [arm for arm, weight in enumerate(weights) if weight]
        if any(met[arm] == 0.0 for arm in used):
            return Estimate(None, None, None, n, None, DELTA)
        effect = np.zeros(len(self._sums))
        value = 0.0
        for arm in used:
            share = float(hits[arm] / met[arm])
            value += weights[arm] * share
            effect[2 * arm + 1] = -weights[arm] * share / met[arm]
            effect[2 * arm + 2] = weights[arm] / met[arm]
        variance = max(0.0, float(effect @ self._sums @ effect))
        # Squares of sums of exact numbers: what is this small is nothing.
        if variance * n < 1e-12:
            value, method = round(value, 12), POISSON
            half = float(mean_from_moments(n, 0, 0).high or 0.0) * n / float(min(met[arm] for arm in used))
        else:
            half, method = _Z * math.sqrt(variance), DELTA
        return Estimate(value, value - half, value + half, n, None, method)
