"""What replications come to: estimates by point, contrasts between points, and the typical ways to the event."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.lower import Program, lower
from sim.engine.part import Part
from sim.estimate import Estimate
from sim.experiments.splits.replicating import KEPT, lineages, row_type
from sim.experiments.splits.study import RareStudy
from sim.experiments.ways.paths import typical_paths
from sim.rare.events import read_event
from sim.rare.lineage import Lineage
from sim.rare.replications import (
    METHOD,
    Summary,
    mean_estimate,
    ratio_estimate,
    relative_half_width,
    summarise,
    warnings,
)
from sim.store.digest import RowsDigest


class Findings:
    """Replications taken in so far, in order, and what they say.

    Parameters
    ----------
    study : RareStudy
        What is estimated.
    """

    def __init__(self, study: RareStudy) -> None:
        self.study = study
        programs: list[Program] = [lower(each, study.parameters == "central") for each in study.laid.scenarios]
        self._tops = [study.question.score_of(program).top for program in programs]
        self.row_type = row_type(max(self._tops))
        self._rows: list[np.ndarray] = []
        self._lineages: list[tuple[int, int, Lineage]] = []

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.study.points)

    @property
    def taken(self) -> int:
        """Number of replications taken in."""
        return sum(map(len, self._rows)) // self.points

    def take_in(self, part: Part, before: int) -> None:
        """Take a part in, but for rows below `before`: the last part of a look may be the beginning of a longer one."""
        self._rows.append(part.rows[max(0, before - part.first) :])
        found = [(row + part.first, number, each) for row, number, each in lineages(part, self.study.runs)]
        self._lineages += [each for each in found if each[0] >= before]

    def _columns(self, name: str) -> np.ndarray:
        """Values by replication and point."""
        return np.concatenate([rows[name] for rows in self._rows]).reshape(-1, self.points)

    def widest(self) -> float:
        """Half the width of an interval by its value, at the point where it is widest."""
        values = self._columns("probability")
        return max(relative_half_width(mean_estimate(values[:, place])) for place in range(self.points))

    def summaries(self) -> list[Summary]:
        """Sum up each point."""
        probability, steps, ancestors = (self._columns(name) for name in ("probability", "steps", "ancestors"))
        left = np.stack([self._columns(f"left:{level}") for level in range(max(self._tops))], axis=2)
        found = []
        for place, structure in enumerate(self.study.points.structure.tolist()):
            horizon = self.study.laid.scenarios[structure].n_steps
            own = left[:, place, : self._tops[structure]]
            here = (slice(None), place)
            found.append(summarise(probability[here], steps[here], ancestors[here], own, self.study.runs, horizon))
        return found

    def summary(self) -> dict[str, Any]:
        """Give the content of ``summary.json``, but for what depends on the folder, and for paths."""
        study, scenario = self.study, self.study.first
        event = read_event(study.question.event, scenario)
        found = self.summaries()
        digest = RowsDigest(self.row_type)
        for rows in self._rows:
            digest.add(rows)
        first = found[0].as_dict()
        return {
            "kind": "rare",
            "scenario": scenario.stem,
            "title": scenario.title,
            "question": scenario.question,
            "horizon_days": scenario.n_steps * scenario.step_days,
            "event": event.name,
            "score": study.question.score,
            "assumption_driven": event.assumption_driven,
            **first,
            "replications": self.taken,
            "runs_per_replication": study.runs,
            "plain_runs": _plain_runs(found[0], scenario.n_steps),
            "warnings": warnings(found[0], study.runs),
            "points": [self._point(place, each) for place, each in enumerate(found)],
            "contrasts": self._contrasts(),
            "seed": study.seed,
            "parameters": study.parameters,
            "study_hash": study.identity.hash,
            "rows_sha256": digest.hexdigest(),
            "failed": [{"point": point, "why": why} for point, why in sorted(study.laid.failed.items())],
        }

    def paths(self, asked: int) -> dict[str, Any] | None:
        """Replay some of the runs of the first point that met the event, equally many of each replication."""
        here = [(number, each) for row, number, each in self._lineages if row % self.points == 0]
        numbers = sorted({number for number, _ in here})
        each = min(KEPT, asked // max(1, len(numbers)))
        if not here or not asked:
            return None
        chosen = numbers if each else numbers[:asked]
        probability = self._columns("probability")[:, 0]
        taken: list[tuple[int, Lineage, float]] = []
        for number in chosen:
            own = [lineage for of, lineage in here if of == number][: max(1, each)]
            taken += [(number, lineage, float(probability[number]) / len(own)) for lineage in own]
        study = self.study
        event = read_event(study.question.event, study.first)
        given = self._given(0)
        found = typical_paths(study.first, study.seed, study.parameters, (event.column, event.at_least), taken, given)
        return {**found, "given": given}

    def _given(self, place: int) -> dict[str, float]:
        """Parameters that a point gives, by path."""
        points = self.study.points
        structure = int(points.structure[place])
        known = self.study.laid.scenarios[structure].quantities()
        return {path: float(points.columns[path][place]) for path in points.given if path in known}

    def _settings(self, place: int) -> dict[str, Any]:
        columns = self.study.points.columns
        return {
            path: column[place].item() if column.dtype != object else column[place] for path, column in columns.items()
        }

    def _point(self, place: int, found: Summary) -> dict[str, Any]:
        number = int(self.study.points.number[place])
        said = warnings(found, self.study.runs)
        return {"point": number, "settings": self._settings(place), **found.as_dict(), "warnings": said}

    def _contrasts(self) -> list[dict[str, Any]]:
        """Every other point minus the first, and by it: replications of one number share their draws."""
        values = self._columns("probability")
        first = values[:, 0]
        found = []
        for place in range(1, self.points):
            other = values[:, place]
            apart, together = first.var() + other.var(), (other - first).var()
            found.append(
                {
                    "a": int(self.study.points.number[0]),
                    "b": int(self.study.points.number[place]),
                    "difference": _difference(other, first).as_dict(),
                    "ratio": ratio_estimate(other, first).as_dict(),
                    "times_fewer_replications": float(apart / together) if together > 0.0 else None,
                }
            )
        return found

    def frame(self) -> dict[str, np.ndarray]:
        """Give the estimates as columns, a line for each point."""
        estimates = [each.estimate for each in self.summaries()]
        points = self.study.points
        columns: dict[str, np.ndarray] = {"point": points.number, **points.columns}
        columns["outcome"] = np.array([self.study.question.event] * self.points, object)
        for name in ("value", "low", "high"):
            columns[name] = np.array([_number(getattr(each, name)) for each in estimates])
        columns["n"] = np.array([each.n for each in estimates])
        columns["method"] = np.array([each.method for each in estimates], object)
        return columns


def _difference(other: np.ndarray, first: np.ndarray) -> Estimate:
    """Mean of the difference; of an event that was not met at either point, nothing is known of it."""
    if not other.any() and not first.any():
        return Estimate(None, None, None, len(other), None, METHOD)
    return mean_estimate(other - first)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _plain_runs(found: Summary, horizon: int) -> float | None:
    """Plain runs that would give an interval as wide."""
    return None if found.gain is None else found.gain * found.steps / horizon
