"""Compare scenarios, versions of treaties and clauses on the same draws, in one world or in many."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.designs.factors import TREATY, read_factors
from sim.designs.points import Points
from sim.errors import Fault, InputError
from sim.experiments.contrasts import changed, common_outcomes, summary_of
from sim.experiments.result import StudyResult
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.scenario.wording import quote
from sim.store.identity import scenario_hash
from sim.studies.arguments import check_arguments, whole
from sim.studies.laying import split_treaties
from sim.studies.pipeline import Progress
from sim.studies.study import Done, Study, Work, carry_out
from sim.studies.variants import AS_WRITTEN, SWITCH, Source, by_clause, subject_of, without, worlds

if TYPE_CHECKING:
    import pandas as pd

#: Runs of each scenario, unless told.
RUNS = 20_000
NONE = "none"


@dataclass(frozen=True)
class Arm:
    """One of the scenarios that are compared.

    Parameters
    ----------
    name : str
        What it is called.
    source : Source
        Where it is from, and what is changed in it.
    settings : dict of str to str
        Versions of treaties that tell it from others.
    """

    name: str
    source: Source
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class CompareResult(StudyResult):
    """A comparison."""

    def _what(self) -> str:
        return ", ".join(each["name"] for each in self.summary["scenarios"] if each["world"] == AS_WRITTEN)

    @property
    def frame(self) -> pd.DataFrame:
        """Contrasts as a frame: a line for each outcome, pair and world."""
        import pandas as pd

        lines = []
        for each in self.summary["contrasts"]:
            flat = {key: value for key, value in each.items() if not isinstance(value, dict | list)}
            of, to = each["between"]
            flat |= {"from": of, "to": to}
            for key in ("a", "b", "difference", "ratio"):
                flat |= {f"{key}_{end}": each[key][end] for end in ("value", "low", "high")}
            lines.append(flat)
        return pd.DataFrame(lines)


def compare(
    scenarios: Sequence[str | Path | Loaded] | str | Path | Loaded,
    *,
    treaties: Sequence[str] = (),
    by_clause: bool = False,
    theories: bool = False,
    switches: bool = False,
    honouring: bool = False,
    runs: int = RUNS,
    seed: int = 1,
    overrides: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    parameters: Literal["drawn", "central"] = "drawn",
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    shard: tuple[int, int] | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> CompareResult:
    """Compare scenarios on the same draws.

    Parameters
    ----------
    scenarios : sequence of str, Path or Loaded
        Names or files; differences are from the first.
    treaties : sequence of str
        ``SLOT=VERSION`` in all of them, ``SLOT=1961,2024,none`` to compare these.
    by_clause : bool
        Also run the treaty that is compared with each clause alone and with each clause out.
    theories, switches, honouring : bool
        Also compare in other worlds: each theory of decision for all actors; each position of each switch; each
        position of the switch of how often alliances are honoured.
    runs : int
        Of each scenario.
    seed : int
        From 0 to 2**64 - 1.
    overrides : sequence of str
        ``PATH=VALUE`` in all of them.
    outcomes : sequence of str
        Compared beside the usual ones.
    parameters : {"drawn", "central"}
        Draw uncertain parameters anew in each run (the same in all scenarios), or fix them.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/compare-<scenario>-<hash>`` by default.
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
    CompareResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or a scenario is wrong; nothing is written then.

    Examples
    --------
    >>> from sim import compare
    >>> found = compare("attacked-dprk", treaties=["DPRK-Russia=1961,2024,none"])  # doctest: +SKIP
    >>> found.frame.query("outcome == 'war'")[["from", "to", "difference_value"]]  # doctest: +SKIP
    """
    given = [scenarios] if isinstance(scenarios, str | Path | Loaded) else list(scenarios)
    numbers = {"runs": runs, "seed": seed, "threads": threads}
    texts = {"overrides": overrides, "treaties": treaties, "outcomes": outcomes}
    for each in given:
        check_arguments(each, out, parameters, texts, numbers)
    arms, loaded = _arms(given, treaties, overrides)
    kinds = {"theories": theories, "switches": switches, "honouring": honouring}
    cast = _Cast()
    left_out = _add_worlds(cast, arms, loaded, kinds)
    clauses = _add_clauses(cast, arms, loaded) if by_clause else []
    count = len(cast.scenarios)
    points = Points(np.arange(count), np.arange(count), np.zeros(count, np.int64), {}, whole(runs) or RUNS)
    about = {
        "arms": [{"name": arm.name, "settings": _settings(arm)} for arm in arms],
        "cast": cast.parts,
        "clauses": clauses,
        "outcomes": list(outcomes),
    }
    notes = tuple(dict.fromkeys([*(note for each in loaded for note in each.notes), *left_out]))
    study = Study("compare", tuple(cast.scenarios), points, whole(seed) or 0, parameters, about, notes=notes)
    _refuse_strangers(study)
    done = finish_compare(study, Work(out, threads, executor, shard, progress, command))
    return CompareResult(done.folder, done.summary or {}, done.notes)


class _Cast:
    """Scenarios by name and world, each kept once however many worlds it is in."""

    def __init__(self) -> None:
        self.scenarios: list[Scenario] = []
        self.parts: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def add(self, name: str, world: str, scenario: Scenario) -> None:
        key = scenario_hash(scenario)
        if key not in self._places:
            self._places[key] = len(self.scenarios)
            self.scenarios.append(scenario)
        self.parts.append({"name": name, "world": world, "point": self._places[key]})


def _arms(
    given: Sequence[str | Path | Loaded], treaties: Sequence[str], overrides: Sequence[str]
) -> tuple[list[Arm], list[Loaded]]:
    """Give what is compared, each loaded."""
    held, varied = split_treaties(treaties)
    sources = [Source(each, tuple(overrides), tuple(held)) for each in given]
    loaded = [source.load() for source in sources]
    if not varied and len(given) < 2:
        fix = "Name another, or versions of a treaty, as in --treaty DPRK-Russia=1961,2024,none."
        raise InputError(Fault("two scenarios or more", f"{len(given)}", fix, path="compare"))
    names = _names(loaded, given)
    if not varied:
        return [Arm(name, source) for name, source in zip(names, sources, strict=True)], loaded
    factors = read_factors([], varied, subject_of(loaded[0]))
    arms = []
    for name, source in zip(names, sources, strict=True):
        for versions in itertools.product(*(factor.levels for factor in factors)):
            settings = {factor.path: str(version) for factor, version in zip(factors, versions, strict=True)}
            told = settings if len(factors) > 1 else dict.fromkeys([""], next(iter(settings.values())))
            words = [f"{path.removeprefix(TREATY)} {version}".strip() for path, version in told.items()]
            arms.append(Arm(", ".join(([name] if len(names) > 1 else []) + words), source, settings))
    return arms, [arm.source.with_settings(arm.settings).load() for arm in arms]


def _add_worlds(cast: _Cast, arms: Sequence[Arm], loaded: Sequence[Loaded], kinds: Mapping[str, bool]) -> list[str]:
    """Add every arm in every world; gives notes on switches that set what a scenario does not have."""
    found: dict[str, str] = {}
    for arm, first in zip(arms, loaded, strict=True):
        for world, settings in worlds(first, **kinds).items():
            source = arm.source.turned(settings).with_settings(arm.settings)
            try:
                cast.add(arm.name, world, source.load().scenario if settings else first.scenario)
            except InputError as error:
                if not any(path.startswith(SWITCH) for path in settings):
                    raise
                found[world] = f"{world} is left out: {error.faults[0]}"
    return list(found.values())


def _names(loaded: Sequence[Loaded], given: Sequence[object]) -> list[str]:
    stems = [each.scenario.stem for each in loaded]
    if len(set(stems)) == len(stems):
        return stems
    told = [
        str(each) if isinstance(each, str | Path) else f"{stem} {k + 1}"
        for k, (each, stem) in enumerate(zip(given, stems, strict=True))
    ]
    for name in told:
        if told.count(name) > 1:
            raise InputError(Fault("each scenario once", f"{quote(name)} again", "Leave one out.", path="compare"))
    return told


def _settings(arm: Arm) -> list[str]:
    treaties = [f"{path.removeprefix(TREATY)}={version}" for path, version in arm.settings.items()]
    return [*arm.source.overrides, *arm.source.treaties, *treaties]


def _add_clauses(cast: _Cast, arms: Sequence[Arm], loaded: Sequence[Loaded]) -> list[dict[str, Any]]:
    """Add, for every version of a treaty that is compared, scenarios with a clause alone and with a clause out."""
    found = []
    for arm, each in zip(arms, loaded, strict=True):
        for path, version in arm.settings.items():
            if version == NONE:
                continue
            slot = path.removeprefix(TREATY)
            cast.add(changed(arm.name, slot), "", without(each.scenario, slot))
            names: list[str] = []
            for clause, how, scenario in by_clause(each.scenario, slot):
                names += [] if clause in names else [clause]
                cast.add(changed(arm.name, slot, clause, how), "", scenario)
            found.append({"arm": arm.name, "slot": slot, "version": version, "clauses": names})
    if not found:
        fix = "Write, for example, --treaty DPRK-Russia=none,2024."
        raise InputError(Fault("a treaty whose clauses are to be told apart", "none", fix, path="--by-clause"))
    return found


def _refuse_strangers(study: Study) -> None:
    """Refuse scenarios that cannot be told in the same words, or that are not of the same time."""
    if len({scenario.n_steps * scenario.step_days for scenario in study.scenarios}) > 1:
        spans = ", ".join(f"{scenario.stem} {scenario.horizon_days:g} days" for scenario in study.scenarios)
        fix = "Give both the same, as with --set horizon='52 weeks'."
        raise InputError(Fault("scenarios of one horizon", spans, fix, path="compare"))


def finish_compare(study: Study, work: Work) -> Done:
    """Carry a comparison out, or go on with one whose folder has some of its parts."""
    outcomes = common_outcomes(study)
    return carry_out(study, work, [], lambda study, writer: summary_of(study, writer, outcomes))
