"""Two kinds of uncertainty: what chance leaves open, and what nobody knows of parameters and of the model itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.designs.nested import AS_WRITTEN, nested_design
from sim.errors import Fault, InputError
from sim.experiments.ignorance import ignorance_of
from sim.experiments.result import StudyResult
from sim.experiments.sweep import heading
from sim.outcomes import asked_of, catalogue, parse
from sim.store.study import StudyWriter
from sim.studies.arguments import check_arguments, whole
from sim.studies.collect import RunStates
from sim.studies.contested import THEORY, Choice, choices_of, drawn_paths, lay_out
from sim.studies.laying import base_of
from sim.studies.pipeline import Progress
from sim.studies.study import Done, Finish, Study, Work, carry_out

if TYPE_CHECKING:
    import pandas as pd

#: Points of parameters, unless told, and runs of each.
POINTS, RUNS = 512, 200
#: Fewer points than this say nothing of a spread.
FEWEST = 16
#: Outcomes beside those that a scenario asks for.
USUAL = ("force", "war")
#: Groups whose shares of variance are told apart.
PARAMETERS, SWITCHES = "parameters", "switches"
#: No choice at all, as ``--over`` says it.
NONE = "none"


@dataclass(frozen=True, repr=False)
class UncertaintyResult(StudyResult):
    """What is chance, and what is not known."""

    def _what(self) -> str:
        return ", ".join(self.summary["outcomes"])

    @property
    def frame(self) -> pd.DataFrame:
        """A line for each outcome: probability, its error, its band, and shares of the variance of one run."""
        import pandas as pd

        lines = []
        for outcome, found in self.summary["outcomes"].items():
            line = {"outcome": outcome, **found["probability"]}
            line |= {f"error_of_{of}": value for of, value in found["error"].items()}
            for name, index in (found["band"] or {}).items():
                if isinstance(index, dict):
                    line |= {f"{name}_{end}": value for end, value in index.items()}
            for name, index in (found["variance"] or {"of_run": {}})["of_run"].items():
                line |= {f"{name}_{end}": value for end, value in index.items()}
            lines.append(line)
        return pd.DataFrame(lines)


def uncertainty(
    scenario: str | Path,
    *,
    outcomes: Sequence[str] = (),
    over: Sequence[str] | None = None,
    points: int | None = None,
    runs: int = RUNS,
    seed: int = 1,
    treaties: Sequence[str] = (),
    overrides: Sequence[str] = (),
    threads: int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    shard: tuple[int, int] | None = None,
    progress: Progress = lambda done, total: None,
    command: Sequence[str] = (),
) -> UncertaintyResult:
    """Tell chance, ignorance of parameters and what is contested of the model apart.

    Parameters
    ----------
    scenario : str or Path
        Name from the library, or file.
    outcomes : sequence of str
        Shares, conditional ones too; those that the scenario asks for, force and war, without.
    over : sequence of str, optional
        What is contested: names of switches, and ``theory`` for the theory of decision of all actors; all that change
        something by default, nothing with ``none`` alone.
    points : int, optional
        Points of parameters, 512 by default; taken to the next power of two.
    runs : int
        Of each point; two at least, so that the noise of events can be taken out.
    seed : int
        From 0 to 2**64 - 1; of the runs, and of the design.
    treaties, overrides : sequence of str
        As for `sim.run`.
    threads : int, optional
        Processor cores to use; all by default.
    out : str or Path, optional
        Results folder; ``results/uncertainty-<scenario>-<hash>`` by default.
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
    UncertaintyResult
        The same for the same arguments, whatever the threads, executor and interruptions.

    Raises
    ------
    InputError
        If an argument or the scenario is wrong; nothing is written then.

    Examples
    --------
    >>> from sim import uncertainty
    >>> found = uncertainty("attacked-dprk", outcomes=["intervention:Russia:DPRK"])  # doctest: +SKIP
    >>> found.frame[["outcome", "value", "q05_value", "q95_value"]]  # doctest: +SKIP
    """
    texts = {"overrides": overrides, "treaties": treaties, "outcomes": outcomes, "over": over or ()}
    numbers = {"runs": runs, "seed": seed, "threads": threads, "points": points}
    check_arguments(scenario, out, "drawn", texts, numbers)
    faults = list(_too_few(runs, points))
    of = base_of(scenario, overrides, treaties)
    usual = (*of.loaded.scenario.outcomes, *USUAL)
    try:
        asked = [outcome.name for outcome in asked_of(of.loaded.scenario, outcomes, usual, ("share",))]
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    choices, left_out = choices_of(of, () if list(over or ()) == [NONE] else over)
    paths = drawn_paths(of, choices)
    if not paths:
        fix = "Give one, as in --set 'entry.honouring={uniform: [0.1, 0.5]}'."
        raise InputError(Fault("a parameter that has a distribution", "none", fix, path="uncertainty"))
    number = 1 << ((whole(points) or POINTS) - 1).bit_length()
    groups = _groups(choices)
    positions = [len(choice.positions) for choice in choices]
    written = [choice.written for choice in choices]
    design = nested_design(len(paths), positions, written, list(groups.values()), number, seed % 2**64)
    laid = lay_out(of, choices, paths, design, whole(runs) or RUNS)
    about = {
        "base": number,
        "factors": paths,
        "groups": [PARAMETERS, *groups],
        "choices": [_told(choice) for choice in choices],
        "worlds": [
            {"choice": choices[choice].name, "position": choices[choice].positions[at].name}
            for choice, at in design.worlds
        ],
        "left_out": left_out,
        "settings": list(laid.settings),
        "outcomes": asked,
    }
    notes = [] if points in (None, number) else [f"Points are balanced at powers of two: {number:,}, not {points:,}."]
    if left_out and over is None:
        notes.append(f"Left out, since nothing changes with it here: {', '.join(left_out)}.")
    study = Study(
        "uncertainty", laid.scenarios, laid.points, whole(seed) or 0, "drawn", about, {}, (*of.loaded.notes, *notes)
    )
    done = finish_uncertainty(study, Work(out, threads, executor, shard, progress, command))
    return UncertaintyResult(done.folder, done.summary or {}, done.notes)


def _too_few(runs: int, points: int | None) -> Iterator[Fault]:
    if runs < 2:
        fix = "With one run the noise of events cannot be told from the effect of parameters."
        yield Fault("two runs of each point or more", str(runs), fix, path="--runs")
    if points is not None and points < FEWEST:
        yield Fault(f"{FEWEST} points or more", str(points), path="--points")


def _groups(choices: Sequence[Choice]) -> dict[str, list[int]]:
    """Which choices belong together: the theory by itself, and all switches."""
    named = {
        THEORY: [at for at, choice in enumerate(choices) if choice.name == THEORY],
        SWITCHES: [at for at, choice in enumerate(choices) if choice.name != THEORY],
    }
    return {name: places for name, places in named.items() if places}


def _told(choice: Choice) -> dict[str, Any]:
    positions = [{"name": position.name, "source": position.source} for position in choice.positions]
    written = None if choice.written == AS_WRITTEN else choice.positions[choice.written].name
    return {"name": choice.name, "positions": positions, "written": written}


def finish_uncertainty(study: Study, work: Work) -> Done:
    """Carry a study of uncertainty out, or go on with one whose folder has some of its parts."""
    known = catalogue(study.scenarios[0])
    collector = RunStates(study.points, [parse(name, known) for name in study.about["outcomes"]])
    return carry_out(study, work, [collector], _finish(collector))


def _finish(collector: RunStates) -> Finish:
    def finish(study: Study, writer: StudyWriter) -> dict[str, Any]:
        about = study.about
        return {
            **heading(study),
            "base": about["base"],
            "points": len(study.points),
            "factors": about["factors"],
            "groups": about["groups"],
            "choices": about["choices"],
            "left_out": about["left_out"],
            "weights": "judged: each theory, and each position of a switch, as likely as another",
            "outcomes": {each.name: ignorance_of(study, collector, each) for each in collector.outcomes},
        }

    return finish
