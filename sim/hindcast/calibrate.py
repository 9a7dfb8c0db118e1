"""Calibration: history-matching waves, then weights by a synthetic likelihood.

A wave simulates histories at many parameter sets and drops the sets that are implausible: those
whose mean lies more than three standard deviations from any observed value. The next wave draws
from what is left. Sets of the last wave are weighted by prior over proposal density times the
likelihood of the observed values, with means and variances from their own histories.

References
----------
Vernon, Goldstein & Bower (2010), "Galaxy formation: a Bayesian uncertainty analysis", Bayesian
Analysis 5(4) (history matching). Wood (2010), "Statistical inference for noisy nonlinear
ecological dynamic systems", Nature 466 (synthetic likelihood).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.engine.lower import Program
from sim.engine.parameters import draw_run
from sim.engine.ensemble import signed
from sim.hindcast.measure import samples, units
from sim.hindcast.predict import CHUNK_SETS, Histories, dyad_of
from sim.hindcast.targets import Target
from sim.scenario.quantity import Quantity

#: Standard deviations from which on a parameter set is implausible.
IMPLAUSIBLE = 3.0
#: How much wider than the sets left over the next wave's proposal is, as a factor on the covariance.
INFLATION = 2.0


@dataclass(frozen=True)
class Wave:
    """Size of a wave: parameter sets, and histories of each."""

    sets: int
    per_set: int


WAVES = (Wave(480, 16), Wave(480, 24), Wave(1440, 40))


@dataclass(frozen=True)
class Parameter:
    """A fitted parameter on the scale on which it is about normal.

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
        """Logarithm of what is positive, log-odds of a share, and anything else as it is."""
        if self.prior.family == "beta":
            x = np.clip(x, 1e-9, 1.0 - 1e-9)
            return np.asarray(np.log(x / (1.0 - x)))
        return np.asarray(np.log(np.maximum(x, 1e-12))) if self.prior.family == "lognormal" else x

    def from_scale(self, z: np.ndarray) -> np.ndarray:
        """Back from `to_scale`, within the bounds of a truncated prior."""
        x = 1.0 / (1.0 + np.exp(-z)) if self.prior.family == "beta" else z
        x = np.exp(z) if self.prior.family == "lognormal" else x
        return np.asarray(x if self.prior.truncate is None else np.clip(x, *self.prior.truncate))

    def log_prior(self, z: np.ndarray) -> np.ndarray:
        """Logarithm of the prior density on the scale of `to_scale`, but for a constant."""
        a, b = self.prior.arguments
        if self.prior.family == "beta":
            return -a * np.logaddexp(0.0, -z) - b * np.logaddexp(0.0, z)
        centre = math.log(a) if self.prior.family == "lognormal" else a
        return np.asarray(-0.5 * ((z - centre) / b) ** 2)

    def fitted(self, mean: float, sd: float, z_mean: float, z_sd: float) -> Quantity:
        """Give a distribution of the prior's family with these moments."""
        if self.prior.family == "beta":
            size = mean * (1.0 - mean) / sd**2 - 1.0
            arguments = (_round(mean * size), _round((1.0 - mean) * size))
        elif self.prior.family == "lognormal":
            arguments = (_round(math.exp(z_mean)), _round(z_sd))
        else:
            arguments = (_round(mean), _round(sd))
        return Quantity(family=self.prior.family, arguments=arguments, truncate=self.prior.truncate)


def _round(x: float) -> float:
    return float(f"{x:.3g}")


@dataclass(frozen=True)
class Identified:
    """How much the data say about a parameter.

    Parameters
    ----------
    path : str
        The parameter.
    prior_mean, prior_sd, mean, sd : float
        Before and after.
    fitted : Quantity or None
        Its posterior as a distribution, if it is one of those fitted.
    """

    path: str
    prior_mean: float
    prior_sd: float
    mean: float
    sd: float
    fitted: Quantity | None = None

    @property
    def contraction(self) -> float:
        """1 − posterior variance / prior variance: 0 where the data say nothing, 1 where they say all."""
        return 1.0 - (self.sd / self.prior_sd) ** 2 if self.prior_sd > 0.0 else 0.0


@dataclass(frozen=True)
class Fit:
    """What a calibration found.

    Parameters
    ----------
    parameters : list of Identified
        Those fitted, then all others that are drawn, the best identified first.
    effective : float
        Effective number of parameter sets behind the weights.
    kept : list of float
        Share of the sets of each wave that are not implausible.
    correlation : ndarray
        Of the fitted parameters, on their scales.
    medians : dict of str to float
        Posterior medians of the fitted parameters.
    """

    parameters: list[Identified]
    effective: float
    kept: list[float]
    correlation: np.ndarray = field(repr=False)
    medians: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What a wave's histories say at each parameter set.

    Parameters
    ----------
    log_likelihood : ndarray, shape (T,)
        Of the observed values.
    implausibility : ndarray, shape (T,)
        Largest distance of any target, in standard deviations.
    """

    log_likelihood: np.ndarray
    implausibility: np.ndarray


def calibrate(
    program: Program,
    paths: Sequence[str],
    targets: Sequence[Target],
    seed: int,
    waves: Sequence[Wave] = WAVES,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Fit:
    """Fit parameters to the ``fit`` rows of a table of targets.

    Parameters
    ----------
    program : Program
        Lowered scenario with the priors.
    paths : sequence of str
        What is fitted: parameters with a lognormal, beta or normal prior. All others that have a
        distribution are drawn from it.
    targets : sequence of Target
        Rows; those of use ``fit`` count.
    seed : int
        64-bit seed.
    waves : sequence of Wave
        Sizes.
    progress : callable
        Told how many parameter sets are done, of how many.

    Returns
    -------
    Fit
        The same for the same arguments, whatever the number of threads.
    """
    priors = program.scenario.quantities()
    parameters = [Parameter(path, priors[path]) for path in sorted(paths)]
    found = Histories(program, seed)
    fit = [target for target in targets if target.use == "fit" and target.is_predicted]
    total, done, kept = sum(wave.sets for wave in waves), 0, []
    z, log_proposal = _from_prior(parameters, waves[0].sets, seed)
    for number, wave in enumerate(waves):
        sets = done + np.arange(wave.sets)
        evidence = _evidence(found, parameters, fit, z, sets, wave.per_set, lambda n: progress(done + n, total))  # noqa: B023
        plausible = evidence.implausibility < IMPLAUSIBLE
        kept.append(float(plausible.mean()))
        done += wave.sets
        if number + 1 < len(waves):
            chosen = z[plausible] if plausible.sum() > 2 * len(parameters) else z[np.argsort(evidence.implausibility)[: 4 * len(parameters)]]
            z, log_proposal = _propose(chosen, waves[number + 1].sets, seed, number + 1)
    log_weight = sum(p.log_prior(z[:, i]) for i, p in enumerate(parameters)) - log_proposal + evidence.log_likelihood
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return _fit(program, seed, parameters, z, weight, sets, kept)


def _from_prior(parameters: Sequence[Parameter], many: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw the first wave from the priors, evenly spread (Latin hypercube); with their log density."""
    from scipy.stats import beta, norm, qmc

    u = qmc.LatinHypercube(len(parameters), rng=np.random.default_rng(seed)).random(many)  # noqa: TID251
    columns = []
    for i, parameter in enumerate(parameters):
        a, b = parameter.prior.arguments
        if parameter.prior.family == "beta":
            columns.append(parameter.to_scale(beta.ppf(u[:, i], a, b)))
        else:
            columns.append((math.log(a) if parameter.prior.family == "lognormal" else a) + b * norm.ppf(u[:, i]))
    z = np.stack(columns, axis=1)
    return z, sum(p.log_prior(z[:, i]) for i, p in enumerate(parameters))


def _propose(chosen: np.ndarray, many: int, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw the next wave from a widened normal distribution around the sets that are left."""
    generator = np.random.default_rng([seed, number])  # noqa: TID251
    mean, covariance = chosen.mean(axis=0), INFLATION * np.cov(chosen, rowvar=False) + 1e-6 * np.eye(chosen.shape[1])
    root = np.linalg.cholesky(covariance)
    e = generator.standard_normal((many, len(mean)))
    return mean + e @ root.T, -0.5 * (e**2).sum(axis=1)


def _evidence(
    found: Histories,
    parameters: Sequence[Parameter],
    targets: Sequence[Target],
    z: np.ndarray,
    sets: np.ndarray,
    per_set: int,
    progress: Callable[[int], None],
) -> Evidence:
    pairs = {target.id: dyad_of(found.program, target)[0] for target in targets}
    log_likelihood, implausibility = np.zeros(len(sets)), np.zeros(len(sets))
    size = max(1, CHUNK_SETS * 100 // per_set)
    for first in range(0, len(sets), size):
        here = slice(first, min(len(sets), first + size))
        values = {p.path: p.from_scale(z[here, i]) for i, p in enumerate(parameters)}
        many = len(sets[here])
        coded = found.coded(sets[here], per_set, list(dict.fromkeys(pairs.values())), values)
        for target in targets:
            ll, distance = _held_against(target, coded[pairs[target.id]], found, many, per_set)
            log_likelihood[here] += ll if not _follows_from_others(target, targets) else 0.0
            implausibility[here] = np.maximum(implausibility[here], distance)
        progress(first + many)
    return Evidence(log_likelihood, implausibility)


def _follows_from_others(target: Target, targets: Sequence[Target]) -> bool:
    """Whether a row's value follows from other rows', so that counting it would count them twice."""
    if target.quantity.startswith("incident_share:"):
        level = target.quantity.partition(":")[2]
        return {"incident_rate", f"incident_rate:{level}"} <= {other.quantity for other in targets}
    return False


def _held_against(target: Target, coded, found: Histories, n_sets: int, per_set: int):  # type: ignore[no-untyped-def]
    """Log-likelihood of the observed value and its distance from the mean, by parameter set."""
    if target.is_rate:
        values = samples(target, coded, found.span, n_sets, per_set)
        mean = np.array([part.mean() for part in values])
        # A set's own variance is noisy; that of a count grows with its mean, so the ratio is pooled.
        ratio = np.mean([part.var(ddof=1) for part in values]) / max(mean.mean(), 1e-9)
        variance = np.maximum(ratio * mean, 1e-9) * (1.0 + 1.0 / per_set)
        distance = (target.observed - mean) / np.sqrt(variance)
        return -0.5 * distance**2 - 0.5 * np.log(variance), np.abs(distance)
    owner, hit = units(target, coded, found.span)
    trials = np.bincount(owner // per_set, minlength=n_sets)
    hits = np.bincount(owner // per_set, weights=hit, minlength=n_sets)
    p = (hits + 0.5) / (trials + 1.0)
    variance = p * (1.0 - p) * (1.0 / target.n + 1.0 / (trials + 1.0))
    distance = (target.observed - p) / np.sqrt(variance)
    if target.quantity.startswith("highest:"):  # parts of one multinomial count: with the rest they make it up
        return target.k * np.log(p), np.abs(distance)
    return target.k * np.log(p) + (target.n - target.k) * np.log(1.0 - p), np.abs(distance)


def _fit(
    program: Program,
    seed: int,
    parameters: Sequence[Parameter],
    z: np.ndarray,
    weight: np.ndarray,
    sets: np.ndarray,
    kept: list[float],
) -> Fit:
    drawn = [draw_run(program.parameters, signed(seed), int(s)) for s in sets]
    found: list[Identified] = []
    medians = {}
    for i, parameter in enumerate(parameters):
        x = parameter.from_scale(z[:, i])
        before = np.array([run[parameter.path] for run in drawn])
        mean, sd = _moments(x, weight)
        fitted = parameter.fitted(mean, sd, *_moments(z[:, i], weight))
        order = np.argsort(x)
        medians[parameter.path] = float(x[order][np.searchsorted(np.cumsum(weight[order]), 0.5)])
        found.append(Identified(parameter.path, float(before.mean()), float(before.std()), mean, sd, fitted))
    others = []
    own = {parameter.path for parameter in parameters}
    for path in (program.parameters.paths[row] for row in program.parameters.rows):
        if path not in own:
            x = np.array([run[path] for run in drawn])
            others.append(Identified(path, float(x.mean()), float(x.std()), *_moments(x, weight)))
    others.sort(key=lambda found: -found.contraction)
    centred = (z - weight @ z) * np.sqrt(weight)[:, None]
    covariance = centred.T @ centred
    scale = np.sqrt(np.diag(covariance))
    return Fit([*found, *others], float(1.0 / (weight**2).sum()), kept, covariance / np.outer(scale, scale), medians)


def _moments(x: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    mean = float(weight @ x)
    return mean, float(np.sqrt(weight @ (x - mean) ** 2))
