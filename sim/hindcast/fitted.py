"""Parameters that are fitted: the scale on which each is about normal, its prior, and what is learnt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.scenario.quantity import Quantity

#: Families that a fitted parameter's prior may have.
FAMILIES = ("lognormal", "beta", "normal")
#: Digits of the numbers that are written down.
_DIGITS = 3
_EDGE = 1e-9


@dataclass(frozen=True)
class Parameter:
    """A fitted parameter.

    Parameters
    ----------
    path : str
        Its path.
    prior : Quantity
        A lognormal, beta or normal distribution.
    """

    path: str
    prior: Quantity

    def to_scale(self, x: np.ndarray) -> np.ndarray:
        """Logarithm of a lognormal, log-odds of a beta, a normal as it is."""
        if self.prior.family == "beta":
            x = np.clip(x, _EDGE, 1.0 - _EDGE)
            return np.asarray(np.log(x / (1.0 - x)))
        return np.asarray(np.log(np.maximum(x, _EDGE))) if self.prior.family == "lognormal" else x

    def from_scale(self, z: np.ndarray) -> np.ndarray:
        """Back from `to_scale`, within the bounds of a truncated prior."""
        x = 1.0 / (1.0 + np.exp(-z)) if self.prior.family == "beta" else z
        x = np.exp(z) if self.prior.family == "lognormal" else x
        return np.asarray(x if self.prior.truncate is None else np.clip(x, *self.prior.truncate))

    def log_prior(self, z: np.ndarray) -> np.ndarray:
        """Logarithm of the prior density on the scale of `to_scale`, but for a constant."""
        a, b = self.prior.arguments
        if self.prior.family == "beta":
            return np.asarray(-a * np.logaddexp(0.0, -z) - b * np.logaddexp(0.0, z))
        centre = math.log(a) if self.prior.family == "lognormal" else a
        return np.asarray(-0.5 * ((z - centre) / b) ** 2)

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Quantiles of the prior, on the scale of `to_scale`."""
        from scipy.special import betaincinv, ndtri

        a, b = self.prior.arguments
        if self.prior.family == "beta":
            return self.to_scale(betaincinv(a, b, u))
        return np.asarray((math.log(a) if self.prior.family == "lognormal" else a) + b * ndtri(u))

    def refitted(self, z: np.ndarray, weight: np.ndarray) -> Quantity:
        """Give the distribution of the prior's family that weighted values on the scale have.

        A lognormal and a normal by their moments on the scale, a beta by its own.
        """
        if self.prior.family == "beta":
            mean, sd = moments(self.from_scale(z), weight)
            size = mean * (1.0 - mean) / sd**2 - 1.0
            arguments = (mean * size, (1.0 - mean) * size)
        else:
            mean, sd = moments(z, weight)
            arguments = (math.exp(mean) if self.prior.family == "lognormal" else mean, sd)
        rounded = tuple(float(f"{x:.{_DIGITS}g}") for x in arguments)
        return Quantity(family=self.prior.family, arguments=rounded, truncate=self.prior.truncate)


@dataclass(frozen=True)
class Learnt:
    """How much the data say about a parameter.

    Parameters
    ----------
    path : str
        The parameter.
    prior_mean, prior_sd, mean, sd : float
        Before and after.
    fitted : Quantity or None
        Its posterior as a distribution; None for one that is only drawn.
    """

    path: str
    prior_mean: float
    prior_sd: float
    mean: float
    sd: float
    fitted: Quantity | None = None

    @property
    def contraction(self) -> float:
        """1 − posterior variance / prior variance: 0 where the data say nothing, 1 where they say all.

        Examples
        --------
        >>> Learnt("coding.fatal", 0.3, 0.2, 0.4, 0.1).contraction
        0.75
        """
        return 1.0 - (self.sd / self.prior_sd) ** 2 if self.prior_sd > 0.0 else 0.0

    @property
    def shift(self) -> float:
        """By how many of its prior's standard deviations the mean has moved."""
        return (self.mean - self.prior_mean) / self.prior_sd if self.prior_sd > 0.0 else 0.0


def moments(x: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Give the weighted mean and standard deviation.

    Examples
    --------
    >>> moments(np.array([1.0, 3.0]), np.array([0.5, 0.5]))
    (2.0, 1.0)
    """
    mean = float(weight @ x)
    return mean, float(np.sqrt(weight @ (x - mean) ** 2))
