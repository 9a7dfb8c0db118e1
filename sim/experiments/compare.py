"""Compare scenarios, versions of treaties and clauses on the same draws, in one world or in many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.linear import GramTally
from sim.analysis.paired import Contrast, contrast, contrast_means
from sim.designs.factors import TREATY, read_factors
from sim.designs.points import Points
from sim.errors import Fault, InputError
from sim.experiments.arguments import check_arguments, whole
from sim.experiments.collect import PairTally, run_states, singly
from sim.experiments.laying import split_treaties
from sim.experiments.run import Progress
from sim.experiments.study import Done, Study, Work, carry_out
from sim.experiments.variants import AS_WRITTEN, Source, by_clause, subject_of, without, worlds
from sim.outcomes import Outcome, outcomes_of
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.scenario.wording import quote
from sim.store.identity import scenario_hash
from sim.store.study import StudyWriter

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
class CompareResult:
    """A comparison.

    Parameters
    ----------
    folder : Path
        Where everything is stored.
    summary : dict
        Contents of ``summary.json``.
    notes : tuple of str
        What was done besides, in sentences.
    """

    folder: Path
    summary: dict[str, Any]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One short line."""
        names = ", ".join(each["name"] for each in self.summary["scenarios"] if each["world"] == AS_WRITTEN)
        return f"CompareResult({str(self.folder)!r}: {names})"

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
    for arm, first in zip(arms, loaded, strict=True):
        for world, settings in worlds(first, **kinds).items():
            scenario = (
                arm.source.turned(settings).with_settings(arm.settings).load().scenario if settings else first.scenario
            )
            cast.add(arm.name, world, scenario)
    clauses = _add_clauses(cast, arms, loaded) if by_clause else []
    count = len(cast.scenarios)
    points = Points(np.arange(count), np.arange(count), np.zeros(count, np.int64), {}, whole(runs) or RUNS)
    about = {
        "arms": [{"name": arm.name, "settings": _settings(arm)} for arm in arms],
        "cast": cast.parts,
        "clauses": clauses,
        "outcomes": list(outcomes),
    }
    notes = tuple(dict.fromkeys(note for each in loaded for note in each.notes))
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
            cast.add(_changed(arm.name, slot), "", without(each.scenario, slot))
            names: list[str] = []
            for clause, how, scenario in by_clause(each.scenario, slot):
                names += [] if clause in names else [clause]
                cast.add(_changed(arm.name, slot, clause, how), "", scenario)
            found.append({"arm": arm.name, "slot": slot, "version": version, "clauses": names})
    if not found:
        fix = "Write, for example, --treaty DPRK-Russia=none,2024."
        raise InputError(Fault("a treaty whose clauses are to be told apart", "none", fix, path="--by-clause"))
    return found


def _changed(arm: str, slot: str, clause: str = "", how: str = "") -> str:
    """Name a scenario without a treaty, or with a clause of it alone or out."""
    return f"{arm}: {slot} {clause} {how}" if clause else f"{arm}: without {slot}"


def _refuse_strangers(study: Study) -> None:
    """Refuse scenarios that cannot be told in the same words, or that are not of the same time."""
    if len({scenario.n_steps * scenario.step_days for scenario in study.scenarios}) > 1:
        spans = ", ".join(f"{scenario.stem} {scenario.horizon_days:g} days" for scenario in study.scenarios)
        fix = "Give both the same, as with --set horizon='52 weeks'."
        raise InputError(Fault("scenarios of one horizon", spans, fix, path="compare"))


def _outcomes(study: Study) -> list[dict[str, Outcome]]:
    """Outcomes of each scenario by name, a rung at a time: those that all have, in the order of the first."""
    each = [
        {outcome.name: outcome for outcome in singly(outcomes_of(scenario, study.about["outcomes"]))}
        for scenario in study.scenarios
    ]
    common = [name for name in each[0] if all(name in other for other in each)]
    return [{name: other[name] for name in common} for other in each]


def finish_compare(study: Study, work: Work) -> Done:
    """Carry a comparison out, or go on with one whose folder has some of its parts."""
    outcomes = _outcomes(study)
    return carry_out(study, work, [], lambda study, writer: _summary(study, writer, outcomes))


def _summary(study: Study, writer: StudyWriter, outcomes: Sequence[Mapping[str, Outcome]]) -> dict[str, Any]:
    from sim.experiments.sweep import heading

    place = {(part["name"], part["world"]): part["point"] for part in study.about["cast"]}
    names = [arm["name"] for arm in study.about["arms"]]
    all_worlds = list(dict.fromkeys(part["world"] for part in study.about["cast"] if part["world"]))
    told = [world for world in all_worlds if all((name, world) in place for name in names)]
    pairs = list(itertools.combinations(names, 2))
    keys = [(place[a, world], place[b, world]) for world in told for a, b in pairs]
    tallies = _tally(study, writer, list(dict.fromkeys(keys)), outcomes)
    contrasts = [
        {"outcome": name, "world": world, "between": [a, b], **found.as_dict()}
        for world in told
        for a, b in pairs
        for name, found in tallies[place[a, world], place[b, world]].items()
    ]
    return {
        **heading(study),
        "scenarios": _told(study),
        "reference": names[0],
        "worlds": told,
        "contrasts": contrasts,
        "structural": _structural(contrasts) if len(told) > 1 else [],
        "attribution": [
            line for each in study.about["clauses"] for line in _attributed(study, writer, each, place, outcomes)
        ],
    }


def _told(study: Study) -> list[dict[str, Any]]:
    settings = {arm["name"]: arm["settings"] for arm in study.about["arms"]}
    found = []
    for part in study.about["cast"]:
        scenario = study.scenarios[part["point"]]
        told = {"title": scenario.title, "question": scenario.question, "settings": settings.get(part["name"], [])}
        found.append({**part, **told, "runs": study.points.per_point})
    return found


def _tally(
    study: Study, writer: StudyWriter, keys: Sequence[tuple[int, int]], outcomes: Sequence[Mapping[str, Outcome]]
) -> dict[tuple[int, int], dict[str, Contrast]]:
    """Contrast pairs of points, reading each part once for as long as its partners are at hand."""
    tallies = {key: PairTally(list(outcomes[key[0]].values()), list(outcomes[key[1]].values())) for key in keys}
    for rows in side_by_side(study, writer, sorted({point for key in keys for point in key})):
        for (a, b), tally in tallies.items():
            tally.add(rows(a), rows(b))
    return {key: _contrasts(tally) for key, tally in tallies.items()}


def _contrasts(tally: PairTally) -> dict[str, Contrast]:
    found = {}
    for outcome in tally.outcomes:
        if outcome.kind == "mean":
            found[outcome.name] = contrast_means(tally.runs, *tally.moments[outcome.name].tolist())
        else:
            found[outcome.name] = contrast(tally.tables[outcome.name].reshape(3, 3).tolist())
    return found


class _Slice:
    """Rows of the points of a comparison at the same draws, each read when first asked for."""

    def __init__(self, writer: StudyWriter, firsts: Mapping[int, int]) -> None:
        self._writer, self._firsts = writer, firsts
        self._rows: dict[int, np.ndarray] = {}

    def __call__(self, point: int) -> np.ndarray:
        if point not in self._rows:
            self._rows[point] = self._writer.part_from(self._firsts[point]).rows
        return self._rows[point]


def side_by_side(study: Study, writer: StudyWriter, points: Sequence[int]) -> Iterator[_Slice]:
    """Go through the draws of a comparison, all points at once.

    Parameters
    ----------
    study : Study
        A comparison.
    writer : StudyWriter
        Its folder.
    points : sequence of int
        Those that are wanted.

    Yields
    ------
    callable
        From a point to its rows at some draws, the same for all points.
    """
    each = study.points.per_point
    begin = [first for first, _ in writer.ranges if first < each]
    for first in begin:
        yield _Slice(writer, {point: point * each + first for point in points})


def _attributed(
    study: Study,
    writer: StudyWriter,
    of: Mapping[str, Any],
    place: Mapping[tuple[str, str], int],
    outcomes: Sequence[Mapping[str, Outcome]],
) -> Iterator[dict[str, Any]]:
    """Say what each clause adds alone, what is lost without it, and what only several together do."""
    arm, slot, clauses = of["arm"], of["slot"], of["clauses"]
    arms = [place[_changed(arm, slot), ""], place[arm, AS_WRITTEN]]
    for clause in clauses:
        arms += [place[_changed(arm, slot, clause, how), ""] for how in ("alone", "out")]
    names = [name for name, outcome in outcomes[0].items() if outcome.kind == "share"]
    tallies = {name: GramTally(len(arms)) for name in names}
    for rows in side_by_side(study, writer, sorted(set(arms))):
        for name, tally in tallies.items():
            tally.add([run_states(rows(point), outcomes[point][name]) for point in arms])

    def weights(**of_arm: float) -> list[float]:
        found = [0.0] * len(arms)
        for key, weight in of_arm.items():
            found[int(key[1:])] += weight
        return found

    for name, tally in tallies.items():
        alone = [tally.combine(weights(_0=-1.0, **{f"_{2 + 2 * k}": 1.0})).as_dict() for k in range(len(clauses))]
        out = [tally.combine(weights(_1=1.0, **{f"_{3 + 2 * k}": -1.0})).as_dict() for k in range(len(clauses))]
        sums = {f"_{2 + 2 * k}": -1.0 for k in range(len(clauses))}
        yield {
            "outcome": name,
            "slot": slot,
            "between": [NONE, of["version"]],
            "total": tally.combine(weights(_0=-1.0, _1=1.0)).as_dict(),
            "clauses": [
                {"clause": clause, "added_alone": alone[k], "taken_out": out[k]} for k, clause in enumerate(clauses)
            ],
            "rest": tally.combine(weights(_0=len(clauses) - 1.0, _1=1.0, **sums)).as_dict(),
        }


def any_run_differs(contrast: Mapping[str, Any]) -> bool:
    """Whether any run has another outcome in the one scenario than in the other, also where this cancels out."""
    return contrast["difference"]["value"] != 0.0 or contrast["times_fewer_runs"] is not None


def _structural(contrasts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say for each outcome and pair how far the difference moves between worlds, and whether its sign holds."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for each in contrasts:
        groups.setdefault((each["outcome"], *each["between"]), []).append(each)
    found = []
    for (outcome, a, b), group in groups.items():
        known = [each for each in group if each["difference"]["value"] is not None]
        if not known:
            continue
        ordered = sorted(known, key=lambda each: each["difference"]["value"])
        found.append(
            {
                "outcome": outcome,
                "between": [a, b],
                "lowest": {"world": ordered[0]["world"], **ordered[0]["difference"]},
                "highest": {"world": ordered[-1]["world"], **ordered[-1]["difference"]},
                "worlds": len(group),
                "moved": sum(any_run_differs(each) for each in known),
                "clearly_up": sum((each["difference"]["low"] or 0.0) > 0.0 for each in known),
                "clearly_down": sum((each["difference"]["high"] or 0.0) < 0.0 for each in known),
            }
        )
    return found
