"""Morris' elementary effects: which factors matter at all, from few points.

A trajectory changes one factor after the other, each once by a fixed step. `mu_star` is the mean
size of a factor's effect, `mu` its mean with its sign, `sigma` how much it differs from place to
place, by curvature or interaction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis import salib
from sim.analysis.sobol import Index


@dataclass(frozen=True)
class MorrisEffects:
    """Elementary effects of each factor, in units of the outcome per range of the factor.

    Parameters
    ----------
    trajectories : int
        Effects of each factor.
    mu, sigma : tuple of float
        Mean effect, and standard deviation of the effects.
    mu_star : tuple of Index
        Mean size of the effect.
    sigma_beyond_noise : tuple of float, or None
        `sigma` without what noise adds, by the dummy; None where there is no dummy.
    dummy : int or None
        Which factor does nothing.
    """

    trajectories: int
    mu: tuple[float, ...]
    mu_star: tuple[Index, ...]
    sigma: tuple[float, ...]
    sigma_beyond_noise: tuple[float, ...] | None
    dummy: int | None

    @property
    def noise_floor(self) -> Index | None:
        """`mu_star` of the dummy: what noise alone makes of a factor without any effect."""
        return None if self.dummy is None else self.mu_star[self.dummy]

    def above_noise(self, factor: int) -> bool:
        """Whether the interval of a factor's `mu_star` lies above that of the noise floor, or of 0 without a dummy."""
        low, floor = self.mu_star[factor].low, self.noise_floor
        floor_high = 0.0 if floor is None or floor.high is None else floor.high
        return low is not None and low > floor_high


def morris_effects(
    x: ArrayLike,
    y: ArrayLike,
    *,
    dummy: int | None = None,
    levels: int = 4,
    resamples: int = 1000,
    seed: int = 1,
) -> MorrisEffects:
    """Estimate elementary effects by SALib.

    Parameters
    ----------
    x : (P, K) array_like
        Points of T trajectories one after the other, P = T (K + 1), in the unit cube or in any other
        units: only which factor moved, and whether up or down, is read off them.
    y : (P,) array_like
        Mean outcome at each point.
    dummy : int, optional
        Column that does nothing. Its points must have draws of their own to show noise.
    levels : int
        Levels of the grid of `x`, even; the step is levels / (2 (levels − 1)) of the range.
    resamples : int
        Bootstrap resamples of trajectories behind the intervals.
    seed : int
        Of the resamples, at least 0.

    Returns
    -------
    MorrisEffects
        `mu_star` with 95 % intervals.

    Raises
    ------
    InputError
        Where SALib is not installed.
    ValueError
        Where the points are no whole trajectories.

    Notes
    -----
    `mu_star` is a mean of sizes, so that noise of events inflates it: an effect of 0 with normal
    noise of standard deviation τ gives τ √(2/π). No correction is possible that holds for every
    distribution of effects; `noise_floor` and `above_noise` say what is left. Effects well above τ
    are hardly inflated. The mean square is inflated by τ², which the dummy shows, and
    `sigma_beyond_noise` is without it, as far as noise is alike everywhere.

    The seed that SALib gets is `seed` + 1, since it takes 0 for no seed at all.

    References
    ----------
    Morris (1991), Technometrics 33(2), 161-174.
    Campolongo, Cariboni & Saltelli (2007), Environmental Modelling & Software 22(10), 1509-1518.
    """
    points, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if points.ndim != 2 or outcome.shape != points.shape[:1]:
        raise ValueError(f"x of shape (P, K) and y of shape (P,) are needed, got {points.shape} and {outcome.shape}")
    size = points.shape[1] + 1
    moved = (np.diff(points.reshape(-1, size, size - 1), axis=1) != 0.0) if points.shape[0] % size == 0 else None
    if moved is None or len(moved) < 2 or not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise ValueError(f"two or more trajectories of {size} points are needed, each factor moved once in each")
    found = salib.analysis("morris").analyze(
        salib.problem(size - 1), points, outcome, num_resamples=resamples, num_levels=levels, seed=seed + 1
    )
    mu, sigma = (tuple(map(float, found[name])) for name in ("mu", "sigma"))
    mu_star = tuple(
        Index(float(value), float(value - half), float(value + half))
        for value, half in zip(found["mu_star"], found["mu_star_conf"], strict=True)
    )
    beyond = None
    if dummy is not None:
        noise = sigma[dummy] ** 2 + mu[dummy] ** 2
        beyond = tuple(math.sqrt(max(0.0, each * each - noise)) for each in sigma)
    return MorrisEffects(points.shape[0] // size, mu, mu_star, sigma, beyond, dummy)
