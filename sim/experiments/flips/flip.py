"""The smallest change that reverses a claim: of each parameter, of pairs of them, of what is switched.

A claim is a margin above 0 (`claim.py`). With a parameter held at a value and all else drawn as always,
it has another margin; where that changes its sign the claim is reversed. The search goes in stages (`stage.py`):
the scenario as it is; both ends and the middle of every parameter; a grid for those whose sign is not sure everywhere;
a finer one around the places where it changes; pairs of the parameters that come closest.

Noise reverses nothing: with some hundred parameters at several places each, a 95 % interval would leave 0 out by
chance a dozen times. All intervals of the search hold together in 95 % of such searches (Bonferroni's inequality):
each of its four stages may err in one of eighty.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.flips import KEPT, known_sign
from sim.estimate import LEVEL, Estimate, deviations
from sim.experiments.flips.claim import Claim, read_claim
from sim.experiments.flips.pairs import pair_looks, pair_result
from sim.experiments.flips.parameters import ALL, Parameter, both_subjects, read_parameters
from sim.experiments.flips.sentences import sentences
from sim.experiments.flips.stage import Cast, Look, cast_of, finish_stage, margin, negative, sides_of, stage_study
from sim.experiments.flips.track import Position, Track
from sim.experiments.result import StudyResult
from sim.experiments.sweep import heading
from sim.scenario.load import Loaded
from sim.store.files import write_json
from sim.store.flip import FLIP, refuse_other
from sim.studies.arguments import check_arguments, whole
from sim.studies.laying import base_of
from sim.studies.pipeline import Progress
from sim.studies.study import Work
from sim.studies.variants import AS_WRITTEN

if TYPE_CHECKING:
    import pandas as pd

#: Runs at each place on each side of the claim, unless told.
RUNS = 1_000
#: Parameters of which pairs are tried, unless told.
PAIRS = 6
#: Times as many runs for the scenario as it is.
BASE_BLOCKS = 20
#: What all intervals of the search may be wrong in together, and the stages that share it.
FAMILY, STAGES = 0.05, ("screen", "grid", "refine", "pairs")
#: Places that a stage may look at with as many runs as were asked for; where it looks at fewer, it takes more runs.
BUDGET = 400
#: Parameters that are looked at everywhere along their range.
GRIDS = 4
#: Times as many runs that a place of the grid has at least, and that any place has at most.
GRID_BLOCKS, MOST_BLOCKS = 8, 16
#: Standard deviations from 0 at which a margin would be told from 0 at 95 % in four cases of five.
_POWER = 1.959963984540054 + 0.8416212335729143


@dataclass(frozen=True, repr=False)
class FlipResult(StudyResult):
    """What reverses a claim."""

    def _what(self) -> str:
        return str(self.summary["claim"]["text"])

    @property
    def frame(self) -> pd.DataFrame:
        """Parameters as a frame, a line for each, the smallest change first."""
        import pandas as pd

        lines = []
        for each in self.summary["parameters"]:
            line = {key: value for key, value in each.items() if not isinstance(value, dict | list)}
            line |= {
                f"flip_{key}": (each["flip"] or {}).get(key) for key in ("value", "low", "high", "quantile", "distance")
            }
            weakest = each["weakest"]
            line |= {f"weakest_{key}": weakest["margin"][key] for key in ("value", "low", "high")}
            lines.append(line)
        return pd.DataFrame(lines)


def flip(
    scenario: str | Path | Loaded,
    claim: str,
    vary: Sequence[str] = (ALL,),
    *,
    pairs: int = PAIRS,
    theories: bool = False,
    runs: int = RUNS,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> FlipResult:
    """Find the smallest change of each parameter that reverses a claim.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name from the library, file, or what `load_scenario` gave.
    claim : str
        Such as ``intervention:Russia:DPRK@2024 > @2000``, ``war@2024 < 5 %``.
    vary : sequence of str
        ``all`` for every parameter that has a distribution and every switch; ``PATH``, ``PATH=low:high``,
        ``switches.NAME``.
    pairs : int
        Of how many parameters all pairs are tried; none below 2.
    theories : bool
        Also try each theory of decision, for all actors.
    runs : int
        At each place on each side of the claim; where the sign is in doubt up to 16 times as many.
    seed : int
        From 0 to 2**64 - 1.
    treaties, overrides : sequence of str
        ``SLOT=VERSION`` and ``PATH=VALUE`` that hold throughout.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/flip-<scenario>-<hash>`` by default.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the parts.
    progress : callable
        Told how many runs of a stage are done, of how many.
    command : sequence of str
        For the manifests.

    Returns
    -------
    FlipResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.

    Examples
    --------
    >>> from sim import flip
    >>> found = flip("attacked-dprk", "intervention:Russia:DPRK@2024 > @none")  # doctest: +SKIP
    >>> found.frame[["path", "state", "flip_value"]]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "vary": vary}
    numbers = {"runs": runs, "seed": seed, "threads": threads, "pairs": pairs}
    check_arguments(scenario, out, "drawn", texts, numbers)
    base = base_of(scenario, overrides, treaties)
    told = read_claim(claim, base)
    settings = [dict(side.settings) for side in (told.lesser, told.greater) if side.settings]
    subject, units = both_subjects(base, settings)
    parameters, switches = read_parameters(vary, base, subject, units)
    cast, worlds, notes = cast_of(told, base, switches=switches, theories=theories)
    work = Work(threads=threads, executor=executor, progress=progress, command=command)
    search = Search(told, cast, parameters, whole(runs) or RUNS, whole(seed) or 0, work)
    about = {
        "claim": told.text,
        "ranges": [[each.path, each.low, each.high] for each in parameters],
        "worlds": worlds,
        "pairs": pairs,
        "runs": search.runs,
    }
    first = search.study("base", [Look()], BASE_BLOCKS)
    asked = hashlib.sha256(json.dumps([first.identity.hash, about], sort_keys=True).encode()).hexdigest()
    stem = base.loaded.scenario.stem
    search.root = Path("results") / f"flip-{stem[:100]}-{asked[:8]}" if out is None else Path(out)
    refuse_other(search.root, asked)
    summary = {**heading(first), "flip_hash": asked, **search.found(worlds, pairs)}
    summary["runs"] = search.used
    summary["stages"] = search.stages
    summary["sentences"] = sentences(summary)
    write_json(search.root / FLIP, summary)
    return FlipResult(search.root, summary, (*base.loaded.notes, *notes))


@dataclass
class Search:
    """A search under way.

    Parameters
    ----------
    claim, cast, parameters : Claim, Cast, list of Parameter
        What is claimed, in which scenarios, and what is moved.
    runs, seed : int
        Runs at each place on each side; 64-bit seed.
    work : Work
        How its stages are carried out.
    """

    claim: Claim
    cast: Cast
    parameters: list[Parameter]
    runs: int
    seed: int
    work: Work
    root: Path = Path()
    used: int = 0
    first_draw: int = 0
    stages: list[dict[str, Any]] = field(default_factory=list)
    #: 1 where the claim holds in the scenario as it is, -1 where its reverse does: margins are told in this sense.
    sense: int = 1

    def study(self, stage: str, looks: Sequence[Look], blocks: int) -> Any:
        """Make the study of the next stage."""
        return stage_study(stage, self.claim, self.cast, looks, blocks, self.runs, self.first_draw, self.seed)

    def tables(self, stage: str, looks: Sequence[Look], blocks: int) -> list[list[int]]:
        """Carry a stage out, and give the counts of its places."""
        study = self.study(stage, looks, blocks)
        done = finish_stage(study, replace(self.work, out=self.root / stage))
        summary = done.summary or {}
        self.used += study.points.rows
        self.first_draw += blocks * self.runs
        about = {"stage": stage, "looks": len(looks), "runs_each": blocks * self.runs, "runs": study.points.rows}
        self.stages.append({**about, "rows_sha256": summary["rows_sha256"]})
        found: list[list[int]] = summary["tables"]
        return found

    def margins(self, stage: str, looks: Sequence[Look]) -> list[Estimate]:
        """Give the margins at all places of a stage, in the sense of the search, all to be right together."""
        blocks = max(1, min(MOST_BLOCKS, BUDGET // len(looks)))
        level = 1.0 - FAMILY / len(STAGES) / len(looks)
        found = [margin(self.claim, table, level) for table in self.tables(stage, looks, blocks)]
        return [negative(each) for each in found] if self.sense < 0 else found

    def found(self, worlds: Mapping[str, Any], pairs: int) -> dict[str, Any]:
        """Go through all stages."""
        (table,) = self.tables("base", [Look()], BASE_BLOCKS)
        at_base = margin(self.claim, table, LEVEL)
        sign = known_sign(at_base)
        result: dict[str, Any] = {
            "claim": {
                "text": self.claim.text,
                "greater": str(self.claim.greater),
                "lesser": str(self.claim.lesser),
                "outcomes": [side.outcome for side in self.cast.sides],
                "holds": None if not sign else sign == KEPT,
                "margin": at_base.as_dict(),
                "sides": {name: each.as_dict() for name, each in sides_of(self.claim, table).items()},
                "runs_to_tell": None if sign else _runs_to_tell(at_base),
            },
            "family": FAMILY,
            "parameters": [],
            "positions": [],
            "pairs": [],
        }
        if not sign:
            return result
        self.sense = sign
        tracks = [Track(each) for each in self.parameters]
        others = [Position(world, settings) for world, settings in worlds.items() if world != AS_WRITTEN]
        if tracks or others:
            self._screen(tracks, others)
            self._grid(tracks, others)
            self._refine(tracks)
        ranked = sorted((track.result() for track in tracks), key=_rank)
        result["parameters"] = ranked
        result["positions"] = [each.result() for each in others]
        result["pairs"] = self._pairs(tracks, pairs)
        return result

    def _screen(self, tracks: Sequence[Track], others: Sequence[Position]) -> None:
        """Look at both ends and the middle of every parameter, and at every position."""
        asked = [(track, (p.first, p.start, p.last)) for track in tracks for p in (track.parameter,)]
        self._look("screen", asked, others)

    def _grid(self, tracks: Sequence[Track], others: Sequence[Position]) -> None:
        """Look again, with more runs, where the sign is not sure: everywhere along a few, the least margin first."""
        unsure = [each for each in others if not each.is_known]
        room = BUDGET // GRID_BLOCKS - len(unsure)
        asked: list[tuple[Track, Sequence[float]]] = []
        for track in sorted((track for track in tracks if not track.is_kept), key=lambda track: track.least):
            places = track.grid if len(asked) < GRIDS else track.unsure
            if asked and room < len(places):
                break
            asked.append((track, places))
            room -= len(places)
        self._look("grid", asked, unsure)

    def _refine(self, tracks: Sequence[Track]) -> None:
        """Look between the last place where the claim is kept and the first where it is reversed."""
        self._look("refine", [(track, places) for track in tracks if (places := track.finer)], [])

    def _look(
        self,
        stage: str,
        asked: Sequence[tuple[Track, Sequence[float]]],
        others: Sequence[Position],
    ) -> None:
        places = [(track, place) for track, each in asked for place in each]
        looks = [Look({t.parameter.path: t.parameter.values([place])[0]}) for t, place in places]
        looks += [Look(world=each.world) for each in others]
        if not looks:
            return
        found = self.margins(stage, looks)
        for (track, place), each in zip(places, found, strict=False):
            track.add(stage, place, each)
        for other, each in zip(others, found[len(places) :], strict=True):
            other.add(each)

    def _pairs(self, tracks: Sequence[Track], count: int) -> list[dict[str, Any]]:
        """Look at pairs of the parameters that come closest to a reversal, where both are moved that way."""
        chosen = sorted((track for track in tracks if track.can_move), key=lambda track: track.least)[:count]
        asked = [
            pair_looks(a.parameter, b.parameter, a.towards, b.towards)
            for k, a in enumerate(chosen)
            for b in chosen[k + 1 :]
        ]
        looks = [Look(held) for each in asked for held in each.held]
        if not looks:
            return []
        found = iter(self.margins("pairs", looks))
        results = [pair_result(each, [next(found) for _ in each.held]) for each in asked]
        return sorted(results, key=lambda each: (each["distance"]["value"] is None, each["distance"]["value"] or 0.0))


def _rank(each: Mapping[str, Any]) -> tuple[int, float]:
    """Smallest change first; then what is undecided, then what holds, the least margin first."""
    if each["flip"]:
        return 0, each["flip"]["distance"]
    value = each["weakest"]["margin"]["value"]
    return (1 if each["state"] == "undecided" else 2), (-1.0 if value is None else value)


def _runs_to_tell(found: Estimate) -> int | None:
    """Runs on each side with which a margin of this size would be told from 0 in four cases of five."""
    if not found.value or found.low is None or found.high is None:
        return None
    half = (found.high - found.low) / 2.0
    return math.ceil(found.n * (_POWER / deviations(LEVEL) * half / abs(found.value)) ** 2)
