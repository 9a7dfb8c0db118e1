"""Sensitivity: what an outcome depends on, with the noise of events taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from sim.designs.factors import Factor, read_factors
from sim.errors import Fault, InputError
from sim.experiments.indices import LEAST, METHODS, Method, design_for, indices_of
from sim.experiments.result import StudyResult
from sim.experiments.sweep import heading
from sim.outcomes import asked_of, catalogue, parse
from sim.scenario.load import Loaded
from sim.scenario.wording import quote
from sim.store.study import StudyWriter
from sim.studies.arguments import check_arguments, whole
from sim.studies.collect import RunStates
from sim.studies.laying import Base, base_of, lay, split_treaties, told
from sim.studies.pipeline import Progress
from sim.studies.study import Done, Finish, Study, Work, carry_out

if TYPE_CHECKING:
    import pandas as pd

#: Base rows, trajectories or points, unless told; and runs of each point.
BASE: dict[str, int] = {"sobol": 512, "morris": 32, "pawn": 2_048}
RUNS = 100
#: Every parameter that has a distribution.
ALL = "all"


@dataclass(frozen=True, repr=False)
class SensitivityResult(StudyResult):
    """Indices of sensitivity."""

    def _what(self) -> str:
        return f"{self.summary['method']} indices of {', '.join(self.summary['outcomes'])}"

    @property
    def frame(self) -> pd.DataFrame:
        """Indices as a frame: a line for each outcome and factor, the dummy among them."""
        import pandas as pd

        lines = []
        for outcome, found in self.summary["outcomes"].items():
            for factor in [*found["factors"], *([found["dummy"]] if found["dummy"] else [])]:
                line = {"outcome": outcome, "path": factor["path"]}
                for name, index in factor.items():
                    if isinstance(index, Mapping):
                        line |= {f"{name}_{end}": value for end, value in index.items()}
                    elif name not in ("path", "label"):
                        line[name] = index
                lines.append(line)
        return pd.DataFrame(lines)


def sensitivity(
    scenario: str | Path | Loaded,
    vary: Sequence[str] = (ALL,),
    *,
    method: str = "sobol",
    outcomes: Sequence[str] = (),
    base: int | None = None,
    runs: int = RUNS,
    second: bool = False,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    shard: tuple[int, int] | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> SensitivityResult:
    """Say what outcomes depend on.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    vary : sequence of str
        As for `sweep`; ``all`` for every parameter that has a distribution.
    method : {"sobol", "morris", "pawn"}
        Shares of variance; mean elementary effects; distances of distributions.
    outcomes : sequence of str
        Shares, conditional ones too, and means; those that the scenario asks for, without.
    base : int, optional
        Base rows, trajectories or points: 512, 32 or 2,048. Sobol' rows are taken to the next power of two.
    runs : int
        Of each point; two at least for Sobol' indices and Morris effects, so that the noise of events can be taken out.
    second : bool
        Sobol' indices of pairs too, for twice as many points.
    seed : int
        From 0 to 2**64 - 1; of the runs, and of the design.
    treaties, overrides : sequence of str
        As for `sweep`.
    parameters : {"drawn", "central"}
        Whether what does not vary is drawn anew in each run, as part of the noise, or fixed.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/sensitivity-<scenario>-<hash>`` by default.
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
    SensitivityResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.

    Examples
    --------
    >>> from sim import sensitivity
    >>> found = sensitivity("attacked-dprk", ["entry.honouring", "actors.Russia.tied_down"])  # doctest: +SKIP
    >>> found.frame[["outcome", "path", "total_value"]]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "vary": vary, "outcomes": outcomes}
    check_arguments(scenario, out, parameters, texts, {"runs": runs, "seed": seed, "threads": threads, "base": base})
    _refuse_method(method, runs, base, second)
    held, varied = split_treaties(treaties)
    of = base_of(scenario, overrides, held)
    usual = of.loaded.scenario.outcomes or ("force", "war")
    asked = [outcome.name for outcome in asked_of(of.loaded.scenario, outcomes, usual, ("share", "mean"))]
    factors = _factors(of, vary, varied)
    number, notes = _rounded(method, base)
    points = design_for(cast(Method, method), factors, number, seed, second)
    laid = lay(of, points.design, whole(runs) or RUNS, points.block * (whole(runs) or RUNS))
    about = {
        "method": method,
        "base": number,
        "second": second,
        "factors": [told(factor, of) for factor in factors],
        "settings": list(laid.settings),
        "outcomes": asked,
    }
    study = Study(
        "sensitivity", laid.scenarios, laid.points, whole(seed) or 0, parameters, about, laid.failed,
        (*of.loaded.notes, *notes),
    )  # fmt: skip
    done = finish_sensitivity(study, Work(out, threads, executor, shard, progress, command))
    return SensitivityResult(done.folder, done.summary or {}, done.notes)


def _refuse_method(method: str, runs: int, base: int | None, second: bool) -> None:
    faults: list[Fault] = []
    if method not in METHODS:
        faults.append(Fault(f"one of {', '.join(METHODS)}", quote(str(method)), path="--method"))
    if method in ("sobol", "morris") and runs < 2:
        fix = "With one run the noise of events cannot be told from the effect of parameters."
        faults.append(Fault("two runs of each point or more", str(runs), fix, path="--runs"))
    if method in METHODS and base is not None and base < LEAST[method]:
        faults.append(Fault(f"{LEAST[method]} points or more for {method}", str(base), path="--base"))
    if second and method != "sobol":
        faults.append(Fault("--method sobol, which alone has indices of pairs", quote(method), path="--second"))
    if faults:
        raise InputError(faults)


def _factors(base: Base, vary: Sequence[str], treaties: Sequence[str]) -> list[Factor]:
    texts = []
    for text in vary:
        drawn = [path for path, quantity in base.subject.quantities.items() if not quantity.is_constant]
        texts += drawn if text.strip() == ALL else [text]
    named = {text.partition("=")[0].strip() for text in vary}
    # What is named by itself is not varied twice.
    kept = [text for text in dict.fromkeys(texts) if "=" in text or text in vary or text not in named]
    factors = read_factors(kept, treaties, base.subject)
    if not factors:
        raise InputError(Fault("something that varies", "nothing", path="--vary"))
    return factors


def _rounded(method: str, base: int | None) -> tuple[int, tuple[str, ...]]:
    number = whole(base) or BASE[method]
    if method != "sobol" or not number & (number - 1):
        return number, ()
    rounded = 1 << number.bit_length()
    return rounded, (f"Sobol' rows are balanced at powers of two: {rounded:,} instead of {number:,}.",)


def finish_sensitivity(study: Study, work: Work) -> Done:
    """Carry a study of sensitivity out, or go on with one whose folder has some of its parts."""
    known = catalogue(study.scenarios[0])
    collector = RunStates(study.points, [parse(name, known) for name in study.about["outcomes"]])
    return carry_out(study, work, [collector], _finish(collector))


def _finish(collector: RunStates) -> Finish:
    def finish(study: Study, writer: StudyWriter) -> dict[str, Any]:
        about = study.about
        factors = _described(study)
        outcomes = {each.name: indices_of(study, collector, each, factors) for each in collector.outcomes}
        return {
            **heading(study),
            "method": about["method"],
            "base": about["base"],
            "points": len(study.points) + len(study.failed),
            "factors": factors,
            "outcomes": outcomes,
        }

    return finish


def _described(study: Study) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = study.about["factors"]
    return found
