"""A card: results of a scenario beside published estimates, and whether both ask the same."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.base_rates import DAYS_PER_YEAR, pacts_by_class
from sim.errors import InputError
from sim.estimate import Estimate, share
from sim.experiments.run import run
from sim.outcomes import Outcome, Tally, catalogue, parse
from sim.scenario.library import package_library
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.store.folder import MANIFEST, ResultsFolder

#: Runs that a card rests on, unless told.
RUNS = 20_000
#: How far from a year a horizon may be before a result is converted to a year.
_NEARLY = 0.01


@dataclass(frozen=True)
class Published:
    """One published estimate.

    Parameters
    ----------
    id, topic : str
        Name of the row, and what it is about.
    value, low, high : float or None
        Share of 1; None where none is published.
    per : str
        What it is a share of; one of a "year" is a probability a year.
    question, source : str
        What was asked, and by whom.
    basis : {"published", "counted", "recalled"}
        Read in the source, counted in public data, or not checked against the source.
    outcome : str
        What of ours is set beside it: a name, or ``A/B`` for the share of the runs with B that have A too.
    comparable : bool
        Whether both ask the same.
    needs : str
        Class of treaty that must be in force between the ends of the pair for that; empty: none.
    why : str
        What is alike, or differs.
    """

    id: str
    topic: str
    value: float | None
    low: float | None
    high: float | None
    per: str
    question: str
    source: str
    basis: str
    outcome: str
    comparable: bool
    needs: str
    why: str


@dataclass(frozen=True)
class Row:
    """A published estimate, and the result beside it.

    Parameters
    ----------
    published : Published
        From the table.
    model : Estimate or None
        None where the scenario has no such outcome.
    comparable : bool
        Whether both ask the same, in this scenario.
    why : str
        What is alike, or differs.
    """

    published: Published
    model: Estimate | None
    comparable: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Give it in the shape of ``pactsim card --json``."""
        p = self.published
        return {
            "id": p.id,
            "topic": p.topic,
            "published": {name: getattr(p, name) for name in ("value", "low", "high", "per", "source", "basis")},
            "question": p.question,
            "outcome": p.outcome,
            "model": self.model.as_dict() if self.model else None,
            "comparable": self.comparable,
            "why": self.why,
        }


@dataclass(frozen=True)
class Card:
    """Results beside published estimates.

    Parameters
    ----------
    folder : Path
        Results folder that the results are from.
    scenario : Scenario
        As stored there.
    runs, seed : int
        How many runs, of which seed.
    rows : tuple of Row
        In the order of the table.
    """

    folder: Path
    scenario: Scenario
    runs: int
    seed: int
    rows: tuple[Row, ...]

    @property
    def years(self) -> float:
        """Length of a run (years)."""
        return self.scenario.n_steps * self.scenario.step_days / DAYS_PER_YEAR

    @property
    def per_year(self) -> bool:
        """Whether results without a condition were converted to a year."""
        return abs(self.years - 1.0) > _NEARLY

    def as_dict(self) -> dict[str, Any]:
        """Give it in the shape of ``pactsim card --json``."""
        return {
            "scenario": self.scenario.stem,
            "title": self.scenario.title,
            "runs": self.runs,
            "seed": self.seed,
            "years": self.years,
            "per_year": self.per_year,
            "rows": [row.as_dict() for row in self.rows],
        }


@functools.cache
def published() -> tuple[Published, ...]:
    """Read the table that comes with the package.

    Examples
    --------
    >>> published()[0].id
    'war-korea'
    """
    path = package_library() / "published" / "estimates.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(_published(row) for row in rows)


def _published(row: dict[str, str]) -> Published:
    read: dict[str, Any] = dict(row)
    for name in ("value", "low", "high"):
        read[name] = float(row[name]) if row[name] else None
    return Published(**{**read, "comparable": row["comparable"] == "yes"})


def card(
    source: str | Path | Loaded,
    *,
    runs: int | None = None,
    seed: int = 1,
    overrides: Sequence[str] = (),
    treaties: Sequence[str] = (),
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Card:
    """Set the results of a scenario beside published estimates.

    Parameters
    ----------
    source : str, Path or Loaded
        A results folder, which is read, or a scenario, which is run.
    runs : int, optional
        Runs of the scenario, 20,000 by default.
    seed : int
        64-bit seed.
    overrides, treaties : sequence of str
        As for `sim.run`.
    threads : int, optional
        Processor cores to use; all by default.
    progress : callable, optional
        Told how many runs are done, of how many.

    Returns
    -------
    Card
        With every row of the table.

    Raises
    ------
    InputError
        If the folder or the scenario is wrong, or a folder is given with what belongs to a run.
    """
    if is_folder(source):
        if runs is not None or overrides or treaties:
            raise InputError("A results folder is taken as it is: leave out --runs, --set and --treaty")
        return _of(ResultsFolder(Path(str(source))))
    wanted = RUNS if runs is None else runs
    more = {"overrides": overrides, "treaties": treaties, "threads": threads, "progress": progress}
    return _of(ResultsFolder(run(source, runs=wanted, seed=seed, **more).folder))  # type: ignore[arg-type]


def is_folder(source: object) -> bool:
    """Whether what is given is a results folder, and no scenario."""
    return isinstance(source, str | Path) and (Path(source) / MANIFEST).is_file()


def _of(folder: ResultsFolder) -> Card:
    scenario = folder.scenario
    names = dict.fromkeys(name for row in published() for name in row.outcome.split("/"))
    known = catalogue(scenario)
    asked = {name: found for name in names if (found := _outcome(name, known)) is not None}
    tally = Tally(list(asked.values()))
    for part in folder.parts():
        tally.add(part.rows)
    estimates = {name: result for name, result in tally.results().items() if isinstance(result, Estimate)}
    empty = Card(folder.path, scenario, folder.runs, folder.identity.seed, ())
    return replace(empty, rows=tuple(_row(each, estimates, empty) for each in published()))


def _outcome(name: str, known: dict[str, Outcome]) -> Outcome | None:
    """Look an outcome up; None where the scenario lacks the actors."""
    try:
        return parse(name, known)
    except InputError:
        return None


def _row(each: Published, found: dict[str, Estimate], whole: Card) -> Row:
    estimates = [found[name] for name in each.outcome.split("/") if name in found]
    if len(estimates) != each.outcome.count("/") + 1:
        return Row(each, None, False, "not in this scenario")
    model = estimates[0]
    ordinary = "|" not in each.outcome and "/" not in each.outcome
    if "/" in each.outcome:
        model = share(estimates[0].hits or 0, estimates[1].hits or 0)
    elif ordinary and whole.per_year:
        model = _a_year(model, whole.years)
    if whole.scenario.start and "|" not in each.outcome:
        return Row(each, model, False, "the scenario prescribes events, and so how often it happens")
    if each.needs and not _is_bound(each, whole.scenario):
        return Row(each, model, False, f"no treaty of {each.needs} is in force between the two at the start")
    return Row(each, model, each.comparable, each.why)


def _is_bound(each: Published, scenario: Scenario) -> bool:
    """Whether a treaty of the class that a row needs binds the pair that it is about."""
    pairs = [pair for kind, found in pacts_by_class(scenario).items() if each.needs in kind for pair in found]
    return any(each.outcome.startswith(f"intervention:{ally}:{client}") for ally, client in pairs)


def _a_year(estimate: Estimate, years: float) -> Estimate:
    """Convert a probability over some years to one a year, at a constant hazard."""

    def converted(p: float | None) -> float | None:
        return None if p is None else 1.0 - (1.0 - p) ** (1.0 / years)

    ends = {name: converted(getattr(estimate, name)) for name in ("value", "low", "high")}
    return replace(estimate, **ends)  # type: ignore[arg-type]
