"""What coded histories say about a target: hits and trials, as samples of the target's own size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.hindcast.mid import Coded
from sim.hindcast.targets import Target

LEVEL = {"threat": 2, "display": 3, "force": 4, "war": 5}
DAYS_PER_YEAR = 365.25
HISTORY, STEP = 0, 1
_LEVEL, _FATAL, _SIDES, _THIRD = 3, 4, 5, 6


@dataclass(frozen=True)
class Span:
    """The time that histories cover.

    Parameters
    ----------
    start : datetime.date ordinal
        First day that counts, as an ordinal.
    step_days : float
        Days per step.
    begin : int
        Step at which counting begins: what is before is burn-in.
    n_steps : int
        Steps of a history.
    """

    start: int
    step_days: float
    begin: int
    n_steps: int

    def step_of(self, ordinal: int) -> int:
        """First step on or after a day."""
        return self.begin + int(np.ceil((ordinal - self.start) / self.step_days))

    @property
    def years(self) -> float:
        """Years that count."""
        return (self.n_steps - self.begin) * self.step_days / DAYS_PER_YEAR

    def period(self, target: Target) -> tuple[int, int] | None:
        """Steps of a target's period, or None where it is not within the histories, or holds no step."""
        first = self.step_of(target.start.toordinal()) if target.start else self.begin
        last = self.step_of(target.end.toordinal() + 1) if target.end else self.n_steps
        if first < self.begin or last > self.n_steps + 1 or first >= last:
            return None
        return first, min(last, self.n_steps)

    def window(self, target: Target) -> tuple[int, int]:
        """Steps of a target's period; all that count where the histories do not have it."""
        return self.period(target) or (self.begin, self.n_steps)


def samples(target: Target, coded: Coded, span: Span, n_sets: int, per_set: int) -> list[np.ndarray]:
    """Give the values that samples of the target's size take, by parameter set.

    Parameters
    ----------
    target : Target
        A row that the model predicts.
    coded : Coded
        Histories of `n_sets` parameter sets, `per_set` each, one set after the other.
    span : Span
        Of the histories.
    n_sets, per_set : int
        Sizes.

    Returns
    -------
    list of ndarray
        One array of shares or rates per set, of the same length for all.
    """
    if target.is_rate:
        return _rates(target, coded, span, n_sets, per_set)
    owner, hit = units(target, coded, span)
    hits = [hit[owner // per_set == s] for s in range(n_sets)]
    size = max(1, round(target.n))
    many = min(len(found) // size for found in hits)
    if many == 0:  # too few disputes or incidents in a set: those that there are, drawn again
        return [_again(found, size, s) for s, found in enumerate(hits)]
    return [found[: many * size].reshape(many, size).mean(axis=1) for found in hits]


def _again(found: np.ndarray, size: int, number: int) -> np.ndarray:
    if len(found) == 0:
        return np.zeros(0)
    generator = np.random.Generator(np.random.Philox(key=number))
    return np.array([generator.binomial(size, found.mean()) / size])


def units(target: Target, coded: Coded, span: Span) -> tuple[np.ndarray, np.ndarray]:
    """Give the trials of a share within its period: the history of each, and whether it is a hit."""
    first, last = span.window(target)
    what, _, rest = target.quantity.partition(":")
    if what in ("incident_share", "next"):
        return _of_incidents(what, rest, coded, first, last)
    disputes = coded.disputes
    disputes = disputes[(disputes[:, STEP] >= first) & (disputes[:, STEP] < last)]
    level = disputes[:, _LEVEL]
    if what == "war_given_force":
        disputes = disputes[level >= LEVEL["force"]]
    elif what == "force_given_display":
        disputes = disputes[level >= LEVEL["display"]]
    return disputes[:, HISTORY], _HITS[what](disputes, rest)


_HITS: dict[str, Callable[[np.ndarray, str], np.ndarray]] = {
    "highest": lambda d, level: d[:, _LEVEL] == LEVEL[level],
    "fatal": lambda d, _: d[:, _FATAL] == 1,
    "reciprocated": lambda d, _: d[:, _SIDES] == 3,
    "war_given_force": lambda d, _: d[:, _LEVEL] == LEVEL["war"],
    "force_given_display": lambda d, _: d[:, _LEVEL] >= LEVEL["force"],
    "third_party": lambda d, _: d[:, _THIRD] >= LEVEL["display"],
    "third_party_force": lambda d, _: d[:, _THIRD] >= LEVEL["force"],
}


def _of_incidents(what: str, rest: str, coded: Coded, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    incidents = coded.incidents
    within = (incidents[:, STEP] >= first) & (incidents[:, STEP] < last)
    level = incidents[:, 2]
    if what == "incident_share":
        return incidents[within, HISTORY], level[within] == LEVEL[rest]
    after, _, now = rest.partition("|")
    dispute = _dispute_of(coded)
    follows = np.zeros(len(incidents), bool)
    follows[:-1] = (dispute[1:] == dispute[:-1]) & (level[1:] == LEVEL[after])
    chosen = within & (level == LEVEL[now])
    return incidents[chosen, HISTORY], follows[chosen]


def _dispute_of(coded: Coded) -> np.ndarray:
    """Number of the dispute that each incident belongs to."""
    keys = [table[:, HISTORY].astype(np.int64) * 2**20 + table[:, STEP] for table in (coded.disputes, coded.incidents)]
    return np.asarray(np.searchsorted(keys[0], keys[1], side="right") - 1)


def _rates(target: Target, coded: Coded, span: Span, n_sets: int, per_set: int) -> list[np.ndarray]:
    first, last = span.window(target)
    what, _, level = target.quantity.partition(":")
    table = coded.disputes if what == "dispute_rate" else coded.incidents
    chosen = (table[:, STEP] >= first) & (table[:, STEP] < last)
    if level:
        chosen &= table[:, 2] == LEVEL[level]
    elif what == "incident_rate":
        chosen &= table[:, 2] < LEVEL["war"]
    counts = np.bincount(table[chosen, HISTORY], minlength=n_sets * per_set)
    years = (last - first) * span.step_days / DAYS_PER_YEAR
    grouped = counts.reshape(n_sets, per_set)
    # A sample of the target's length: several histories end to end where one is too short.
    many = max(1, round(target.n / years)) if target.n > 1.5 * years else 1
    many = min(many, per_set)
    grouped = grouped[:, : per_set // many * many].reshape(n_sets, -1, many).sum(axis=2)
    return list(grouped / (many * years))
