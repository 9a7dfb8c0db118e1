"""Sweep parameters, versions of treaties, switches: every point of a design in one pass of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from sim.designs.factors import read_factors
from sim.designs.plans import Design, Plan, design
from sim.designs.table import read_design
from sim.experiments.result import StudyResult
from sim.outcomes import Outcome, outcomes_of
from sim.scenario.load import Loaded
from sim.store.files import write_atomically
from sim.store.parts import columns_from_parquet, columns_to_parquet
from sim.store.study import FRAME, StudyFolder, StudyWriter
from sim.studies.arguments import check_arguments, whole
from sim.studies.collect import PointTally, singly
from sim.studies.laying import Base, base_of, lay, split_treaties, told
from sim.studies.pipeline import Progress
from sim.studies.study import Done, Finish, Study, Work, carry_out

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

#: Runs of each point, unless told.
RUNS = 1_000
PLANS: tuple[Plan, ...] = ("grid", "lhs", "sobol", "oat")


@dataclass(frozen=True, repr=False)
class SweepResult(StudyResult):
    """A sweep: outcomes by point."""

    def _what(self) -> str:
        return f"{self.summary['points']:,} points of {self.summary['scenario']}"

    @property
    def frame(self) -> pd.DataFrame:
        """Outcomes by point: a line for each point and outcome, with a column for each thing that varies."""
        import pandas as pd

        return pd.DataFrame(columns_from_parquet(self.folder / FRAME))

    @property
    def points(self) -> pd.DataFrame:
        """The points of the design."""
        import pandas as pd

        points = StudyFolder(self.folder).points
        return pd.DataFrame({"point": points.number, **points.columns}).set_index("point")

    def to_xarray(self) -> xr.Dataset:
        """Give a grid as a cube: a dimension for each thing that varies, and one for outcomes.

        Returns
        -------
        xarray.Dataset
            ``value``, ``low``, ``high``, ``n``, ``hits``; missing where a point failed.

        Raises
        ------
        InputError
            If the design is no grid, or xarray is not installed.
        """
        from sim.experiments.cubes import cube

        return cube(self.frame, [factor["path"] for factor in self.summary["factors"]], self.summary["design"])


def sweep(
    scenario: str | Path | Loaded,
    vary: Sequence[str] = (),
    *,
    design: str | Path = "grid",
    points: int | None = None,
    runs: int = RUNS,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    shard: tuple[int, int] | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> SweepResult:
    """Run a scenario at every point of a design.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    vary : sequence of str
        What varies: ``PATH=low:high:levels``, ``PATH=a,b,c``, or ``PATH`` by its own distribution.
    design : str or Path
        ``grid``, ``lhs``, ``sobol``, ``oat``, or a CSV file with a column for each path.
    points : int, optional
        Of ``lhs`` and ``sobol``.
    runs : int
        Of each point. All points meet the same draws.
    seed : int
        From 0 to 2**64 - 1.
    treaties : sequence of str
        ``SLOT=VERSION`` for all points, ``SLOT=a,b,none`` to vary it.
    overrides : sequence of str
        ``PATH=VALUE`` for all points.
    outcomes : sequence of str
        Reported beside the usual ones.
    parameters : {"drawn", "central"}
        Whether what does not vary is drawn anew in each run, or fixed.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/sweep-<scenario>-<hash>`` by default.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the parts.
    shard : tuple of int, optional
        ``(i, n)``: compute every n-th part from the i-th, to be gathered.
    progress : callable
        Told how many runs are done, of how many.
    command : sequence of str
        For the manifest.

    Returns
    -------
    SweepResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.

    Examples
    --------
    >>> from sim import sweep
    >>> found = sweep("attacked-dprk", ["actors.Russia.tied_down=0.1:0.9:5"], runs=2000)  # doctest: +SKIP
    >>> found.frame.query("outcome == 'war'")[["actors.Russia.tied_down", "value"]]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "vary": vary, "outcomes": outcomes}
    check_arguments(
        scenario, out, parameters, texts, {"runs": runs, "seed": seed, "threads": threads, "points": points}
    )
    held, varied = split_treaties(treaties)
    base = base_of(scenario, overrides, held)
    made = chosen_design(base, vary, varied, design, points, seed)
    laid = lay(base, made, whole(runs) or RUNS)
    about = {
        "design": made.plan,
        "factors": [told(factor, base) for factor in made.factors],
        "settings": list(laid.settings),
        "outcomes": list(outcomes),
    }
    study = Study(
        "sweep", laid.scenarios, laid.points, whole(seed) or 0, parameters, about, laid.failed,
        (*base.loaded.notes, *made.notes),
    )  # fmt: skip
    done = finish_sweep(study, Work(out, threads, executor, shard, progress, command))
    return SweepResult(done.folder, done.summary or {}, done.notes)


def chosen_design(
    base: Base, vary: Sequence[str], treaties: Sequence[str], plan: str | Path, points: int | None, seed: int
) -> Design:
    """Make the design that was asked for.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    if str(plan) in PLANS:
        return design(cast(Plan, str(plan)), read_factors(vary, treaties, base.subject), points, seed)
    if vary or treaties:
        from sim.errors import Fault, InputError

        if not Path(plan).suffix and not Path(plan).is_file():
            need = f"one of {', '.join(PLANS)}, or a CSV file"
            raise InputError(Fault(need, repr(str(plan)), path="--design"))
        need = f"a design of {', '.join(PLANS)}, or a file and nothing beside it that varies"
        raise InputError(Fault(need, f"{str(plan)!r} and {' '.join([*vary, *treaties])}", path="--design"))
    return read_design(Path(plan), base.subject)


def finish_sweep(study: Study, work: Work) -> Done:
    """Carry a sweep out, or go on with one whose folder has some of its parts."""
    collector = PointTally(study.points, study_outcomes(study))
    return carry_out(study, work, [collector], _finish(collector))


def study_outcomes(study: Study) -> list[Outcome]:
    """Outcomes that all scenarios of a study have, a rung at a time."""
    each = [outcomes_of(scenario, study.about["outcomes"]) for scenario in study.scenarios]
    common = set.intersection(*({outcome.name for outcome in found} for found in each))
    return singly([outcome for outcome in each[0] if outcome.name in common])


def _finish(collector: PointTally) -> Finish:
    def finish(study: Study, writer: StudyWriter) -> dict[str, Any]:
        frame = collector.frame()
        write_atomically(writer.path / FRAME, columns_to_parquet(frame))
        return {
            **heading(study),
            "design": study.about["design"],
            "factors": study.about["factors"],
            "points": len(study.points) + len(study.failed),
            "frame": str(writer.path / FRAME),
            "ranges": _ranges(frame, [outcome.name for outcome in collector.outcomes]),
        }

    return finish


def heading(study: Study) -> dict[str, Any]:
    """What every summary of a study begins with."""
    scenario = study.scenarios[0]
    spans = {each.n_steps * each.step_days for each in study.scenarios}
    outcomes = singly(outcomes_of(scenario, study.about["outcomes"]))
    return {
        "kind": study.kind,
        "scenario": scenario.stem,
        "title": scenario.title,
        "question": scenario.question,
        "asked": list(scenario.outcomes),
        "horizon_days": scenario.horizon_days if len(spans) == 1 else None,
        "assumption_driven": {each.name: each.assumption_driven for each in outcomes if each.assumption_driven},
        "seed": study.seed,
        "parameters": study.parameters,
        "runs_per_point": study.points.per_point,
    }


def _ranges(frame: dict[str, np.ndarray], names: Sequence[str]) -> dict[str, Any]:
    """Lowest and highest point of each outcome, with their intervals."""
    found: dict[str, Any] = {}
    count = len(names)
    for k, name in enumerate(names):
        values = frame["value"][k::count]
        if np.isnan(values).all():
            continue
        ends = {"lowest": int(np.nanargmin(values)), "highest": int(np.nanargmax(values))}
        found[name] = {end: _line(frame, at * count + k) for end, at in ends.items()}
    return found


def _line(frame: dict[str, np.ndarray], at: int) -> dict[str, Any]:
    line = {name: frame[name][at] for name in ("point", "value", "low", "high", "n", "hits", "method")}
    plain = {name: value.item() if hasattr(value, "item") else value for name, value in line.items()}
    if plain["hits"] < 0:
        del plain["hits"]
    return {name: None if value != value else value for name, value in plain.items()}
