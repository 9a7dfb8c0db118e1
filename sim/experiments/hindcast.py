"""The hindcast: the model held against a table of targets, with scores beside a climatology and the null model."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError
from sim.hindcast.predict import Histories, Prediction, predict
from sim.hindcast.scores import Scores, difference, score
from sim.hindcast.targets import COUNTED, peninsula, read_targets
from sim.scenario.load import load_scenario
from sim.scenario.null_model import without_choice

#: The scenario whose histories are coded.
SCENARIO = "peninsula-1953"
#: Parameter sets and histories of each, as the command runs it.
SETS, PER_SET = 120, 100
#: The null model gets one in so many of the parameter sets: only its tally is told.
NULL_SHARE = 3


@dataclass(frozen=True)
class Hindcast:
    """What a hindcast found.

    Parameters
    ----------
    predictions : list of Prediction
        One per target, in the order of the table.
    seed, sets, per_set : int
        Of the simulation.
    scores, null_scores : Scores or None
        Of yearly forecasts by the model and by the null model, which has no choices; None for a table that is
        not the project's own.
    null : tuple of Prediction
        The same targets by the null model; empty where there are no scores.
    """

    predictions: list[Prediction]
    seed: int
    sets: int
    per_set: int
    scores: Scores | None = None
    null_scores: Scores | None = None
    null: tuple[Prediction, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the table is the project's own, to which the numbers were fitted."""
        return self.scores is not None

    @property
    def small_print(self) -> str:
        """What was simulated."""
        return f"{self.sets} parameter sets, {self.per_set} histories of each, seed {self.seed}; scenario {SCENARIO}"

    def as_dict(self) -> dict[str, Any]:
        """Give it in the shape of ``pactsim hindcast --json``."""
        return {
            "targets": [_row(prediction) for prediction in self.predictions],
            "scores": self._scores(),
            "null": self._null(),
        }

    def _scores(self) -> dict[str, float] | None:
        if self.scores is None or self.null_scores is None:
            return None
        told = self.scores.as_dict()
        for i, name in enumerate(("brier", "rps")):
            mean, error = difference(self.scores.by_year[i], self.null_scores.by_year[i])
            told |= {
                f"{name}_null": getattr(self.null_scores, name),
                f"{name}_less_null": mean,
                f"{name}_less_null_se": error,
            }
        return told

    def _null(self) -> dict[str, Any] | None:
        if not self.null:
            return None
        return {**{use: list(tally(self.null, use)) for use in COUNTED}, "outside": outside(self.null)}

    def tally(self, use: str) -> tuple[int, int]:
        """Rows of a use whose observed value is inside, and how many of them are predicted."""
        return tally(self.predictions, use)


def tally(predictions: Iterable[Prediction], use: str) -> tuple[int, int]:
    """Rows of a use whose observed value is inside, and how many of them are predicted."""
    rows = [p for p in predictions if p.target.use == use and p.predicted is not None]
    return sum(bool(p.inside) for p in rows), len(rows)


def outside(predictions: Iterable[Prediction]) -> list[str]:
    """Names of the rows that count and whose observed value is not inside."""
    return [p.target.id for p in predictions if p.counts and not p.inside]


def _row(prediction: Prediction) -> dict[str, Any]:
    target = prediction.target
    return {
        "id": target.id,
        "use": target.use,
        "label": target.label,
        "rivalry": "-".join(target.rivals),
        "quantity": target.quantity,
        "k": target.k,
        "n": target.n,
        "observed": target.observed,
        "predicted": prediction.predicted,
        "low": prediction.low,
        "high": prediction.high,
        "inside": prediction.inside,
        "width_at_medians": prediction.width_at_medians,
        "borrowed": prediction.borrowed,
        "other_period": prediction.other_period,
        "source": target.source,
        "note": target.note,
    }


def hindcast(
    targets: Path | None = None,
    *,
    sets: int = SETS,
    per_set: int = PER_SET,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Hindcast:
    """Hold the model against history.

    Parameters
    ----------
    targets : Path, optional
        A table of targets; the project's own by default.
    sets, per_set : int
        Parameter sets that are drawn, and histories simulated with each.
    seed : int
        64-bit seed.
    progress : callable
        Told how many sets are done, of how many.

    Returns
    -------
    Hindcast
        The same for the same arguments, whatever the number of threads.

    Raises
    ------
    InputError
        If the table has faults, or a number is out of range.
    """
    for name, value in (("--sets", sets), ("--histories", per_set)):
        if not 2 <= value <= 100_000:
            raise InputError(Fault("a number from 2 to 100,000", str(value), path=name))
    if not 0 <= seed < 2**64:
        raise InputError(Fault("a whole number from 0 to 2**64 - 1", str(seed), path="--seed"))
    table = read_targets(targets if targets is not None else peninsula())
    from sim.engine.lower import lower

    scenario = load_scenario(SCENARIO).scenario
    found = Histories(lower(scenario), seed)
    predictions = predict(found, table, sets, per_set, progress)
    if targets is not None:
        return Hindcast(predictions, seed, sets, per_set)
    null = Histories(lower(without_choice(scenario)), seed)
    by_null = predict(null, table, max(2, sets // NULL_SHARE), per_set)
    mine, its = (score(each, _years(), sets) for each in (found, null))
    return Hindcast(predictions, seed, sets, per_set, mine, its, tuple(by_null))


def _years() -> list[tuple[int, int]]:
    """Read the observed years: year, and the highest level that a dispute begun in it reached."""
    lines = peninsula().with_name("peninsula-years.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [(int(row["year"]), int(row["highest"])) for row in rows]
