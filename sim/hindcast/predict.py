"""Predictions: what the model says that each target would be, and whether it is."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.ensemble import signed
from sim.engine.histories import histories
from sim.engine.lower import Program
from sim.engine.parameters import draw_run
from sim.hindcast.measure import Span, samples
from sim.hindcast.mid import Coded, Coding, Dyad, code
from sim.hindcast.targets import COUNTED, Target

#: Years at the beginning of a history that do not count, so that it starts from the stationary state.
BURN_IN_YEARS = 2
#: Parameter sets simulated at once.
CHUNK_SETS = 24
#: Rivals whose history stands for a pair that the scenario does not have.
PATTERN = ("DPRK", "ROK")
_CODED_BLOCK = ("threat_by_choice", "fatal", "war")


@dataclass(frozen=True)
class Prediction:
    """A target and what the model says about it.

    Parameters
    ----------
    target : Target
        The row.
    predicted : float or None
        Mean over parameters and chance; None where the model says nothing.
    low, high : float or None
        95 % posterior predictive interval for a sample of the same size.
    width_at_medians : float or None
        Width of that interval with all parameters held at their medians.
    borrowed : bool
        Whether the pair is none of the scenario's, so that another's history stands for it.
    other_period : bool
        Whether the row's period is not within the histories, so that all their years stand for it.
    """

    target: Target
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    width_at_medians: float | None = None
    borrowed: bool = False
    other_period: bool = False

    @property
    def inside(self) -> bool | None:
        """Whether the observed value lies in the interval."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.target.observed <= self.high

    @property
    def marks(self) -> str:
        """Signs after a row's name, for what stands in for what it is about."""
        signs = "*" * self.borrowed + "†" * (self.other_period and self.predicted is not None)
        return f" {signs}" if signs else ""

    @property
    def width_ratio(self) -> float | None:
        """How much wider the interval is than with all parameters at their medians."""
        if self.low is None or self.high is None or not self.width_at_medians:
            return None
        return (self.high - self.low) / self.width_at_medians

    @property
    def counts(self) -> bool:
        """Whether the row is one of those that a verdict rests on."""
        return self.target.use in COUNTED and self.predicted is not None


class Histories:
    """Histories of a scenario by parameter set, coded for any pair of rivals.

    Parameters
    ----------
    program : Program
        The lowered scenario of the whole period.
    seed : int
        64-bit seed.
    """

    def __init__(self, program: Program, seed: int) -> None:
        self.program, self.seed = program, seed
        scenario = program.scenario
        self.kinds = sorted(scenario.incidents, key=lambda kind: kind.name)
        begin = int(np.ceil(BURN_IN_YEARS * 365.25 / scenario.step_days))
        first = scenario.as_of + datetime.timedelta(days=begin * scenario.step_days)
        self.span = Span(first.toordinal(), scenario.step_days, begin, scenario.n_steps)

    def coded(
        self, sets: np.ndarray, per_set: int, dyads: Iterable[Dyad], values: Mapping[str, np.ndarray] | None = None
    ) -> dict[Dyad, Coded]:
        """Simulate and code `per_set` histories of each parameter set.

        Parameters
        ----------
        sets : ndarray of int64, shape (T,)
            Replicate numbers: the draws of the parameters.
        per_set : int
            Histories of each.
        dyads : iterable of Dyad
            Pairs to code.
        values : mapping of str to ndarray of float64, shape (T,), optional
            Parameters given instead of drawn, by path.

        Returns
        -------
        dict of Dyad to Coded
            Histories are numbered set by set.
        """
        draws, branches = np.repeat(sets, per_set), np.tile(np.arange(per_set), len(sets))
        given = {path: np.repeat(column, per_set) for path, column in (values or {}).items()}
        coding = self._coding(sets, per_set, values or {})
        wanted = np.array([kind.coded.support[1] > 0.0 for kind in self.kinds], bool)
        acts = histories(self.program, self.seed, draws, branches, given, wanted)
        begin = self.span.begin
        return {dyad: code(self.program, acts, dyad, self.seed, draws, branches, coding, begin) for dyad in dyads}

    def _coding(self, sets: np.ndarray, per_set: int, values: Mapping[str, np.ndarray]) -> Coding:
        table = self.program.parameters
        drawn = [draw_run(table, signed(self.seed), int(s)) for s in sets]
        columns = []
        for key in _CODED_BLOCK:
            path = f"coding.{key}"
            column = values[path] if path in values else np.array([run[path] for run in drawn])
            columns.append(np.repeat(column, per_set))
        return Coding(np.array([kind.coded.central for kind in self.kinds]), *columns)

    def medians(self, sets: int = 501) -> dict[str, np.ndarray]:
        """Give every drawn parameter its median, as values of one parameter set."""
        table = self.program.parameters
        drawn = [draw_run(table, signed(self.seed), s) for s in range(sets)]
        paths = [table.paths[row] for row in table.rows]
        return {path: np.array([np.median([run[path] for run in drawn])]) for path in paths}


def dyad_of(program: Program, target: Target) -> tuple[Dyad, bool]:
    """Give whose acts a target is about, and whether another pair's stand for them."""
    names = {rivalry.name for rivalry in program.scenario.rivalries}
    first, second = target.rivals
    borrowed = f"{first}>{second}" not in names
    first, second = PATTERN if borrowed else (first, second)
    helped = {partnership.name for partnership in program.scenario.partnerships}
    adversary = ""
    for one, other in ((first, second), (second, first)):
        if f"{target.third}>{one}" in helped and f"{target.third}>{other}" in names:
            adversary = other
    return Dyad(first, second, target.third if adversary else "", adversary), borrowed


def is_told(program: Program, target: Target) -> bool:
    """Whether the model says anything about a target: a third party must support one rival against the other."""
    return target.is_predicted and (not target.third or bool(dyad_of(program, target)[0].third))


def predict(
    found: Histories,
    targets: Sequence[Target],
    sets: int,
    per_set: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Prediction]:
    """Predict every target.

    Parameters
    ----------
    found : Histories
        Of the scenario.
    targets : sequence of Target
        The rows.
    sets, per_set : int
        Parameter sets, and histories of each.
    progress : callable
        Told how many sets are done, of how many.

    Returns
    -------
    list of Prediction
        In the order of the targets.
    """
    asked = [target for target in targets if is_told(found.program, target)]
    pairs = {target.id: dyad_of(found.program, target) for target in asked}
    dyads = list(dict.fromkeys(dyad for dyad, _ in pairs.values()))
    pooled: dict[str, list[np.ndarray]] = {target.id: [] for target in asked}
    for first in range(0, sets, CHUNK_SETS):
        chunk = np.arange(first, min(sets, first + CHUNK_SETS))
        coded = found.coded(chunk, per_set, dyads)
        for target in asked:
            pooled[target.id] += samples(target, coded[pairs[target.id][0]], found.span, len(chunk), per_set)
        progress(int(chunk[-1]) + 1, sets)
    fixed = _at_medians(found, asked, pairs, dyads, per_set)
    return [
        dataclasses.replace(_prediction(target, pooled, fixed, pairs), other_period=found.span.period(target) is None)
        for target in targets
    ]


def _at_medians(
    found: Histories, asked: Sequence[Target], pairs: Mapping[str, tuple[Dyad, bool]], dyads: Sequence[Dyad], many: int
) -> dict[str, np.ndarray]:
    """Values that samples of each target's size take with all parameters at their medians."""
    per_set = 10 * many
    coded = found.coded(np.zeros(1, np.int64), per_set, dyads, found.medians())
    return {t.id: samples(t, coded[pairs[t.id][0]], found.span, 1, per_set)[0] for t in asked}


def interval(values: np.ndarray) -> tuple[float, float]:
    """Give the 2.5 % and 97.5 % quantiles; of values that are counts of a sample, values that occur."""
    low, high = np.quantile(values, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)


def _prediction(
    target: Target,
    pooled: Mapping[str, list[np.ndarray]],
    fixed: Mapping[str, np.ndarray],
    pairs: Mapping[str, tuple[Dyad, bool]],
) -> Prediction:
    if target.id not in pooled:
        return Prediction(target)
    many = min((len(part) for part in pooled[target.id] if len(part)), default=0)
    values = np.concatenate([part[:many] for part in pooled[target.id]]) if many else np.zeros(0)
    if len(values) == 0:
        return Prediction(target, borrowed=pairs[target.id][1])
    low, high = interval(values)
    held = interval(fixed[target.id]) if len(fixed[target.id]) else (low, low)
    return Prediction(target, float(values.mean()), low, high, held[1] - held[0], pairs[target.id][1])
