"""How likely the observed values are at a parameter set, judged by its own simulated histories.

Shares are binomial counts (the highest levels together multinomial) at the simulated share. Rates are taken as
normal with the simulated mean; the ratio of their variance to it is pooled over the sets, since that of one
set's few histories is noise. Rows are taken as independent of each other, which those about the same disputes or
incidents are not quite: the posterior is a little narrower than it should be.

References
----------
Wood (2010), "Statistical inference for noisy nonlinear ecological dynamic systems", Nature 466.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping, Sequence

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
    levels: dict[Hashable, list[Target]] = {}
    for target in targets:
        if _is_level(target):
            levels.setdefault((*_record(target), target.n), []).append(target)
    for cells in levels.values():
        total += _of_other_levels(cells, coded[cells[0].id], span, n_sets, per_set)
    return total


def _record(target: Target) -> tuple[Hashable, ...]:
    """Whose record a row counts, and of when."""
    return target.rivals, target.start, target.end


def _is_level(target: Target) -> bool:
    return target.quantity.startswith("highest:")


def _follows(target: Target, targets: Sequence[Target]) -> bool:
    """Whether a row's value is made of two others' of the same record, the incidents at a level and all of them."""
    level = target.quantity.removeprefix("incident_share:")
    if level == target.quantity:
        return False
    beside = {other.quantity for other in targets if _record(other) == _record(target)}
    return {"incident_rate", f"incident_rate:{level}"} <= beside


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
    # Each highest level is one cell of a multinomial count; the others are rows of their own, or `_of_other_levels`.
    return np.asarray(yes if _is_level(target) else yes + (target.n - target.k) * np.log(1.0 - p))


def _of_other_levels(cells: Sequence[Target], coded: Coded, span: Span, n_sets: int, per_set: int) -> np.ndarray:
    """Disputes at levels that no row of a record names: the last cell of their multinomial count."""
    left = cells[0].n - sum(cell.k for cell in cells)
    if left <= 0.0:
        return np.zeros(n_sets)
    found = [units(cell, coded, span) for cell in cells]
    owner, named = found[0][0], np.any([hit for _, hit in found], axis=0)
    trials = np.bincount(owner // per_set, minlength=n_sets)
    others = np.bincount(owner // per_set, weights=~named, minlength=n_sets)
    return np.asarray(left * np.log((others + 0.5) / (trials + 1.0)))
