"""How likely the observed values are at a parameter set, judged by its own simulated histories.

Shares are binomial counts (the highest levels together multinomial) at the simulated share. Rates are taken as
normal with the simulated mean; the ratio of their variance to it is pooled over the sets, since that of one
set's few histories is noise.

References
----------
Wood (2010), "Statistical inference for noisy nonlinear ecological dynamic systems", Nature 466.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from sim.hindcast.measure import DAYS_PER_YEAR, Span, samples, units
from sim.hindcast.mid import Coded
from sim.hindcast.targets import Target

#: Stands for a mean of 0, which has no ratio.
_LEAST = 1e-9


def log_likelihood(
    targets: Sequence[Target], coded: Mapping[str, Coded], span: Span, n_sets: int, per_set: int
) -> np.ndarray:
    """Give the logarithm of the likelihood of all observed values, by parameter set.

    Parameters
    ----------
    targets : sequence of Target
        What was observed. A row that follows from others counts once.
    coded : mapping of str to Coded
        Histories for each target, by its name.
    span : Span
        Of the histories.
    n_sets, per_set : int
        Sizes.

    Returns
    -------
    ndarray, shape (n_sets,)
        But for a constant.
    """
    total = np.zeros(n_sets)
    for target in targets:
        if not _follows(target, targets):
            one = _of_rate if target.is_rate else _of_share
            total += one(target, coded[target.id], span, n_sets, per_set)
    return total


def _follows(target: Target, targets: Sequence[Target]) -> bool:
    """Whether a row's value is made of two others', the incidents at a level and all of them."""
    level = target.quantity.removeprefix("incident_share:")
    if level == target.quantity:
        return False
    return {"incident_rate", f"incident_rate:{level}"} <= {other.quantity for other in targets}


def _of_rate(target: Target, coded: Coded, span: Span, n_sets: int, per_set: int) -> np.ndarray:
    first, last = span.window(target)
    years = (last - first) * span.step_days / DAYS_PER_YEAR
    # One value per history: how long the record is comes in afterwards.
    values = samples(dataclasses.replace(target, n=years), coded, span, n_sets, per_set)
    mean = np.array([part.mean() for part in values])
    ratio = np.mean([part.var(ddof=1) for part in values]) / max(mean.mean(), _LEAST)
    # Of the record, and of the mean, which is itself estimated.
    variance = np.maximum(ratio * mean, _LEAST) * (years / target.n + 1.0 / per_set)
    return np.asarray(-0.5 * (target.observed - mean) ** 2 / variance - 0.5 * np.log(variance))


def _of_share(target: Target, coded: Coded, span: Span, n_sets: int, per_set: int) -> np.ndarray:
    owner, hit = units(target, coded, span)
    trials = np.bincount(owner // per_set, minlength=n_sets)
    hits = np.bincount(owner // per_set, weights=hit, minlength=n_sets)
    p = (hits + 0.5) / (trials + 1.0)
    yes = target.k * np.log(p)
    # Each highest level is one cell of a multinomial count, whose other cells are rows of their own.
    return np.asarray(yes if target.quantity.startswith("highest:") else yes + (target.n - target.k) * np.log(1.0 - p))
