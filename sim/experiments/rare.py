"""Rare events: their probability by multilevel splitting, at one point or at many on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.designs.points import Points
from sim.errors import Fault, InputError
from sim.estimate import Estimate
from sim.experiments.result import StudyResult
from sim.experiments.splits.passing import carry_out
from sim.experiments.splits.replicating import Question
from sim.experiments.splits.study import Order, RareStudy
from sim.experiments.sweep import chosen_design
from sim.rare.events import read_event
from sim.rare.scores import SCORES
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.store.parts import columns_from_parquet
from sim.store.study import FRAME, StudyFolder
from sim.studies.arguments import check_arguments, whole
from sim.studies.laying import Base, Laid, base_of, lay, split_treaties, told
from sim.studies.pipeline import Progress, cores

if TYPE_CHECKING:
    import pandas as pd

#: Used where none is given: runs of a replication, and half the width of the interval by the value.
RUNS, RELATIVE_ERROR = 2_000, 0.2
#: Runs that met the event to be replayed, unless told.
PATHS = 120
#: Fewest runs of a replication: with fewer, one that died out says nothing. Most: each takes about 25 kB.
LEAST_RUNS, MOST_RUNS = 5, 100_000


@dataclass(frozen=True, repr=False)
class RareResult(StudyResult):
    """The probability of a rare event."""

    def _what(self) -> str:
        return f"{self.summary['event']}, {self.summary['replications']} replications"

    @property
    def estimate(self) -> Estimate:
        """Estimate at the first point, or at the only one."""
        return Estimate.from_dict(self.summary["estimate"])

    @property
    def frame(self) -> pd.DataFrame:
        """Estimates by point: a line for each, with a column for each thing that varies."""
        import pandas as pd

        return pd.DataFrame(columns_from_parquet(self.folder / FRAME))


def rare(
    scenario: str | Path | Loaded,
    event: str,
    *,
    score: str = "peak",
    rel_error: float = RELATIVE_ERROR,
    runs: int = RUNS,
    replications: int | None = None,
    paths: int = PATHS,
    vary: Sequence[str] = (),
    design: str | Path = "grid",
    points: int | None = None,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> RareResult:
    """Estimate how likely a rare event is, by adaptive multilevel splitting.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    event : str
        A share, such as ``nuclear_use`` or ``intervention:Russia:DPRK``, or a rung to be reached, such as
        ``"peak_rung>=nuclear exchange"``.
    score : {"peak", "pair"}
        What tells how near a run is: the highest rung so far, or the highest sum of two rivals' rungs.
    rel_error : float
        Stop once half the width of the 95 % interval is at most so much of the value, at every point. Looked at after
        32 replications, 64, 128, … and nowhere else.
    runs : int
        Of each replication.
    replications : int, optional
        Exactly so many, whatever the error; at most 1,024 by default.
    paths : int
        Runs that met the event, at the first point, to be replayed for the typical ways to it; 0 for none.
    vary : sequence of str
        As for `sweep`: points at which the event is estimated, all on the same draws.
    design : str or Path
        As for `sweep`.
    points : int, optional
        Of ``lhs`` and ``sobol``.
    seed : int
        From 0 to 2**64 - 1.
    treaties : sequence of str
        ``SLOT=VERSION`` for all points, ``SLOT=a,b,none`` to compare them.
    overrides : sequence of str
        ``PATH=VALUE`` for all points.
    parameters : {"drawn", "central"}
        Draw uncertain parameters anew in each run, or fix them at their central values.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/rare-<scenario>-<hash>`` by default.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the replications.
    progress : callable
        Told how many replications are done, of how many.
    command : sequence of str
        For the manifest.

    Returns
    -------
    RareResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.
    Interrupted
        On Ctrl-C; finished replications are kept.

    References
    ----------
    Bréhier, Gazeau, Goudenège, Lelièvre & Rousset (2016), Annals of Applied Probability 26(6), 3559–3601.

    Examples
    --------
    >>> from sim import rare
    >>> found = rare("baseline", "peak_rung>=nuclear exchange")  # doctest: +SKIP
    >>> found.estimate, found.summary["gain"]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "vary": vary}
    numbers = {"seed": seed, "threads": threads, "points": points}
    faults = list(_faults_of_how(rel_error, runs, replications, paths))
    try:
        check_arguments(scenario, out, parameters, texts, numbers)
        held, varied = split_treaties(treaties)
        base = base_of(scenario, overrides, held)
        _refuse_question(base, event, score)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    is_asked = vary or varied or points is not None or str(design) != "grid"
    made = chosen_design(base, vary, varied, design, points, seed) if is_asked else None
    laid = lay(base, made, runs) if made else _alone(base.loaded.scenario, runs)
    about = {"factors": [told(each, base) for each in made.factors] if made else [], "settings": list(laid.settings)}
    study = RareStudy(laid, Question(event, score), seed, parameters, about)
    order = Order(rel_error, replications, paths, threads or cores(), out, executor, progress, command)
    folder, notes = carry_out(study, order)
    told_first = (*base.loaded.notes, *(made.notes if made else ()))
    return RareResult(folder, StudyFolder(folder).summary, (*told_first, *notes))


def _alone(scenario: Scenario, runs: int) -> Laid:
    """Lay out a scenario in which nothing varies."""
    zero = np.zeros(1, np.int64)
    return Laid((scenario,), ({},), Points(zero, zero, zero, {}, runs), {})


def _faults_of_how(rel_error: Any, runs: Any, replications: Any, paths: Any) -> Iterator[Fault]:
    if isinstance(rel_error, bool) or not isinstance(rel_error, int | float) or not 0.0 < rel_error < 10.0:
        yield Fault("a share above 0 and below 10, such as 0.2", repr(rel_error), path="--rel-error")
    if whole(runs) is None or not LEAST_RUNS <= runs <= MOST_RUNS:
        fix = "" if whole(runs) is None or runs < LEAST_RUNS else "Ask for more --replications."
        yield Fault(f"a whole number from {LEAST_RUNS} to {MOST_RUNS:,}", repr(runs), fix, path="--runs")
    if replications is not None and (whole(replications) is None or not 2 <= replications <= 2**20):
        yield Fault("a whole number from 2 to 1,048,576", repr(replications), path="--replications")
    if (whole(paths) is None) or paths < 0:
        yield Fault("a whole number of at least 0", repr(paths), path="--paths")


def _refuse_question(base: Base, event: str, score: str) -> None:
    faults: list[Fault] = []
    try:
        read_event(event, base.loaded.scenario)
    except InputError as error:
        faults += error.faults
    if score not in SCORES:
        faults.append(Fault(f"one of {', '.join(SCORES)}", repr(score), path="--score"))
    if faults:
        raise InputError(faults)
