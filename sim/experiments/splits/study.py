"""What is estimated of a rare event, how it is carried out, and the folder that it goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.compiled import rule_hash
from sim.designs.points import Points
from sim.experiments.splits.replicating import Question, batches
from sim.scenario.load import resolved
from sim.scenario.model import Scenario
from sim.store.identity import Identity, scenario_hash
from sim.store.manifest import build_manifest
from sim.store.study import DEPENDS, StudyWriter, differences, study_hash
from sim.studies.laying import Laid
from sim.studies.pipeline import Progress


@dataclass(frozen=True, eq=False)
class RareStudy:
    """What is estimated, at which points.

    Parameters
    ----------
    laid : Laid
        Scenarios and points; each point has as many runs as a replication.
    question : Question
        Event and score.
    seed : int
        64-bit seed.
    parameters : {"drawn", "central"}
        Whether what no point gives is drawn anew in each run or fixed.
    about : dict
        What varies, as JSON can hold it.
    """

    laid: Laid
    question: Question
    seed: int
    parameters: Any
    about: dict[str, Any]

    @property
    def points(self) -> Points:
        """Where, and how many runs a replication has."""
        return self.laid.points

    @property
    def runs(self) -> int:
        """Runs of each replication."""
        return self.points.per_point

    @property
    def scenario(self) -> Scenario:
        """The scenario that the folder has in full."""
        return self.laid.scenarios[0]

    @property
    def first(self) -> Scenario:
        """The scenario of the first point, with which the others are compared."""
        return self.laid.scenarios[int(self.points.structure[0])]

    @property
    def identity(self) -> Identity:
        """What the rows depend on."""
        hashes = [scenario_hash(each) for each in self.laid.scenarios]
        study = study_hash("rare", self.points, hashes, self.question.depends)
        return Identity(hashes[0], self.seed, rule_hash(), self.parameters, study)

    def manifest(
        self, replications: int, command: Sequence[str], timings: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        """Build the content of ``manifest.json``."""
        rows = replications * len(self.points)
        built = build_manifest(self.scenario, self.identity, rows, command=command, timings=timings)
        own = {
            "kind": "rare",
            "event": self.question.event,
            "score": self.question.score,
            DEPENDS: self.question.depends,
            "runs_per_point": self.runs,
            "failed": {str(point): why for point, why in self.laid.failed.items()},
            "structures": differences([resolved(each) for each in self.laid.scenarios]),
        }
        return {**built, "study": {**self.about, **own}}


@dataclass(frozen=True)
class Order:
    """How it is carried out; see `sim.experiments.rare.rare`."""

    rel_error: float
    replications: int | None
    paths: int
    threads: int
    out: str | Path | None
    executor: Executor | None
    progress: Progress
    command: Sequence[str] = field(default=())


class ReplicationWriter(StudyWriter):
    """The folder of a study of replications."""

    replications = 0

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First row and number of rows of every part, in order."""
        points = len(self._points)
        return [(a * points, n * points) for a, n in batches(self.replications, self._points.per_point)]
