"""Calibration: waves of parameter sets, each drawn where the last found the observed values likely.

The first wave fills the prior evenly. Every later one comes from a widened normal distribution around the
weighted sets of the one before, whose weights are tempered so that a few sets never lead it alone. The last
wave's weights, prior times likelihood over the density it was drawn from, are the posterior. Parameters that are
not fitted are drawn from their own distributions all along, so that what is learnt is so whatever they are.

References
----------
Cappé, Guillin, Marin & Robert (2004), "Population Monte Carlo", Journal of Computational and Graphical
Statistics 13(4). Del Moral, Doucet & Jasra (2012), "An adaptive sequential Monte Carlo method for approximate
Bayesian computation", Statistics and Computing 22. Wood (2010), Nature 466, on likelihoods from simulations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.engine.ensemble import signed
from sim.engine.lower import Program
from sim.engine.parameters import draw_run
from sim.errors import Fault, InputError
from sim.hindcast.fitted import Learnt, Parameter, moments
from sim.hindcast.likelihood import log_likelihood
from sim.hindcast.predict import Histories, dyad_of, is_told
from sim.hindcast.targets import Target

#: Factor on the covariance of the sets that a wave is drawn around: wider, so that no weight can explode.
WIDER = 1.6
#: Share of a wave's sets that shall effectively lead the next.
LEADING = 0.15
#: Fewest effective sets that have a spread.
LEAST = 2.0
#: Histories simulated at once, about.
CHUNK = 2400


@dataclass(frozen=True)
class Wave:
    """Size of a wave: parameter sets, and histories of each."""

    sets: int
    per_set: int


#: What the command runs.
WAVES = (Wave(600, 16), Wave(800, 24), Wave(2400, 50))


@dataclass(frozen=True)
class Fit:
    """What a calibration found.

    Parameters
    ----------
    fitted : list of Learnt
        The parameters that were fitted, in order of path.
    drawn : list of Learnt
        All others that have a distribution, those that the data say most about first.
    effective : float
        Effective number of parameter sets behind the posterior.
    correlation : ndarray
        Of the fitted parameters, on their scales.
    """

    fitted: list[Learnt]
    drawn: list[Learnt]
    effective: float
    correlation: np.ndarray = field(repr=False)

    @property
    def noise(self) -> float:
        """Contraction below which a parameter cannot be told from one that the data say nothing about.

        Three standard errors of a variance from the effective number of sets, since there are many to look at.
        """
        return float(3.0 * np.sqrt(2.0 / self.effective))


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
        What is fitted: parameters with a lognormal, beta or normal prior.
    targets : sequence of Target
        Rows; those of use ``fit`` count.
    seed : int
        64-bit seed.
    waves : sequence of Wave
        Sizes.
    progress : callable
        Told how many histories are done, of how many.

    Returns
    -------
    Fit
        The same for the same arguments, whatever the number of threads.

    Raises
    ------
    InputError
        If hardly any parameter set makes the observed values likely.
    """
    priors = program.scenario.quantities()
    parameters = [Parameter(path, priors[path]) for path in sorted(paths)]
    fitted = [target for target in targets if target.use == "fit" and is_told(program, target)]
    search = _Search(Histories(program, seed), parameters, fitted)
    total = sum(wave.sets * wave.per_set for wave in waves)
    done, first = 0, 0
    z, weight = np.zeros((0, len(parameters))), np.zeros(0)
    for number, wave in enumerate(waves):
        if number:
            z, log_density = _around(z, weight, wave.sets, seed, number)
        else:
            z, log_density = _from_prior(parameters, wave.sets, seed)
        # Other parameters are those of replicates that no wave before has had.
        sets = first + np.arange(wave.sets)
        log_weight = search.prior(z) - log_density + search.likelihood(z, sets, wave.per_set, progress, done, total)
        weight = _normalised(log_weight) if number + 1 == len(waves) else _tempered(log_weight)
        first, done = first + wave.sets, done + wave.sets * wave.per_set
    if effective(weight) < LEAST:
        need = "observed values that several parameter sets make likely"
        fix = "Look for what lies far outside with 'pactsim hindcast --targets', or raise --sets."
        raise InputError(Fault(need, f"{effective(weight):.1f} sets with all the weight", fix, path="--targets"))
    return _fit(program, seed, parameters, z, weight, sets)


class _Search:
    """Where the observed values are likely."""

    def __init__(self, found: Histories, parameters: Sequence[Parameter], targets: Sequence[Target]) -> None:
        self.found, self.parameters, self.targets = found, parameters, targets
        self.pairs = {target.id: dyad_of(found.program, target)[0] for target in targets}
        self.dyads = list(dict.fromkeys(self.pairs.values()))

    def prior(self, z: np.ndarray) -> np.ndarray:
        return np.sum([p.log_prior(z[:, i]) for i, p in enumerate(self.parameters)], axis=0)  # type: ignore[no-any-return]

    def likelihood(
        self, z: np.ndarray, sets: np.ndarray, per_set: int, progress: Callable[[int, int], None], done: int, total: int
    ) -> np.ndarray:
        size = max(1, CHUNK // per_set)
        parts = []
        for first in range(0, len(sets), size):
            here = slice(first, first + size)
            values = {p.path: p.from_scale(z[here, i]) for i, p in enumerate(self.parameters)}
            coded = self.found.coded(sets[here], per_set, self.dyads, values)
            by_target = {name: coded[dyad] for name, dyad in self.pairs.items()}
            many = len(sets[here])
            parts.append(log_likelihood(self.targets, by_target, self.found.span, many, per_set))
            progress(done + (first + many) * per_set, total)
        return np.concatenate(parts)


def _generator(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _from_prior(parameters: Sequence[Parameter], many: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fill the prior evenly (Latin hypercube), and give its log density."""
    from scipy.stats import qmc

    u = qmc.LatinHypercube(len(parameters), rng=_generator(seed, 0)).random(many)
    z = np.stack([parameter.quantile(u[:, i]) for i, parameter in enumerate(parameters)], axis=1)
    return z, np.sum([p.log_prior(z[:, i]) for i, p in enumerate(parameters)], axis=0)


def _around(z: np.ndarray, weight: np.ndarray, many: int, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw from a widened normal distribution around weighted sets, and give its log density."""
    mean = weight @ z
    root = np.linalg.cholesky(WIDER * _covariance(z, weight) + 1e-9 * np.eye(len(mean)))
    e = _generator(seed, number).standard_normal((many, len(mean)))
    return mean + e @ root.T, -0.5 * (e**2).sum(axis=1)


def _covariance(z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    centred = z - weight @ z
    return np.asarray((centred * weight[:, None]).T @ centred)


def _normalised(log_weight: np.ndarray) -> np.ndarray:
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def effective(weight: np.ndarray) -> float:
    """Effective number of weighted sets.

    Examples
    --------
    >>> effective(np.array([0.25, 0.25, 0.25, 0.25]))
    4.0
    """
    return float(1.0 / (weight**2).sum())


def _tempered(log_weight: np.ndarray) -> np.ndarray:
    """Weights to the highest power, at most 1, at which enough sets lead."""
    low, high = 0.0, 1.0
    if effective(_normalised(log_weight)) >= LEADING * len(log_weight):
        return _normalised(log_weight)
    for _ in range(40):
        middle = 0.5 * (low + high)
        enough = effective(_normalised(middle * log_weight)) >= LEADING * len(log_weight)
        low, high = (middle, high) if enough else (low, middle)
    return _normalised(low * log_weight)


def _fit(
    program: Program,
    seed: int,
    parameters: Sequence[Parameter],
    z: np.ndarray,
    weight: np.ndarray,
    sets: np.ndarray,
) -> Fit:
    table = program.parameters
    drawn = [draw_run(table, signed(seed), int(s)) for s in sets]

    def column(path: str) -> np.ndarray:
        return np.array([run[path] for run in drawn])

    fitted = []
    for i, parameter in enumerate(parameters):
        before, after = column(parameter.path), moments(parameter.from_scale(z[:, i]), weight)
        quantity = parameter.refitted(z[:, i], weight)
        fitted.append(Learnt(parameter.path, float(before.mean()), float(before.std()), *after, quantity))
    own = {parameter.path for parameter in parameters}
    others = [table.paths[row] for row in table.rows if table.paths[row] not in own]
    rest = []
    for path in others:
        x = column(path)
        rest.append(Learnt(path, float(x.mean()), float(x.std()), *moments(x, weight)))
    rest.sort(key=lambda learnt: -learnt.contraction)
    covariance = _covariance(z, weight)
    scale = np.sqrt(np.diag(covariance))
    return Fit(fitted, rest, effective(weight), covariance / np.outer(scale, scale))
