"""The null model beside a result: the same scenario with choice taken out, on the same draws.

What it gives follows from scenario, seed and number of runs alone. It is therefore not stored part by part: it
is computed whenever a summary is written, so that a run that was resumed or extended has the same as any other.
It is computed in small pieces, which fit between the parts of the run wherever those are computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.outcomes import Outcome, Tally
from sim.scenario.model import Scenario
from sim.scenario.null_model import without_choice

#: Runs of the null model at most: its error is then small beside what separates it from the full model.
NULL_RUNS = 20_000
#: Runs of a piece: a tenth of a second or so.
PIECE_RUNS = 5_000
#: Columns of what cannot happen in it: support, and strikes on forces abroad.
_TAKEN_OUT = ("entry", "tripwire")


@dataclass(frozen=True)
class NullPiece:
    """Some runs of a scenario with choice taken out; call it, here or on a worker.

    Parameters
    ----------
    scenario : Scenario
        The full model.
    outcomes : sequence of Outcome
        Of the full model; those that cannot happen without choice are not counted.
    seed : int
        That of the full model.
    central : bool
        Whether parameters are fixed at their central values.
    first, count : int
        The runs.
    """

    scenario: Scenario
    outcomes: Sequence[Outcome]
    seed: int
    central: bool
    first: int
    count: int

    def __call__(self) -> Tally:
        """Count the outcomes."""
        possible = [replace(each, assumption_driven="", prior=None) for each in self.outcomes if _is_possible(each)]
        tally = Tally(possible)
        program = lower(without_choice(self.scenario), self.central)
        tally.add(simulate(program, self.seed, self.first, self.count).rows)
        return tally


def null_pieces(
    scenario: Scenario, outcomes: Sequence[Outcome], *, seed: int, runs: int, central: bool
) -> list[NullPiece]:
    """Cut the null model of a run into pieces.

    Parameters
    ----------
    scenario : Scenario
        The full model.
    outcomes : sequence of Outcome
        Of the full model.
    seed, runs : int
        Those of the full model; the first 20,000 runs at most are simulated.
    central : bool
        Whether parameters are fixed at their central values.

    Returns
    -------
    list of NullPiece
        For `null_results`, in order.
    """
    end = min(runs, NULL_RUNS)
    return [
        NullPiece(scenario, outcomes, seed, central, first, min(PIECE_RUNS, end - first))
        for first in range(0, end, PIECE_RUNS)
    ]


def null_results(tallies: Sequence[Tally]) -> dict[str, dict[str, Any]]:
    """Give the outcomes of a scenario with choice taken out.

    Parameters
    ----------
    tallies : sequence of Tally
        Of all its pieces, of which there is at least one.

    Returns
    -------
    dict of str to dict
        By name, in the shape of ``outcomes`` in ``summary.json``. An outcome is missing that cannot happen without
        choice, or whose condition no run met.
    """
    whole = Tally(tallies[0].outcomes)
    for tally in tallies:
        whole.merge(tally)
    return {name: shape for name, shape in whole.as_dict().items() if shape.get("n", whole.runs)}


def _is_possible(outcome: Outcome) -> bool:
    return outcome.column.partition(":")[0] not in _TAKEN_OUT
