"""The null model beside a result: the same scenario with choice taken out, on the same draws.

What it gives follows from scenario, seed and number of runs alone. It is therefore not stored part by part: it
is computed whenever a summary is written, so that a run that was resumed or extended has the same as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.outcomes import Outcome, Tally
from sim.scenario.model import Scenario
from sim.scenario.null_model import without_choice

#: Runs of the null model at most: its error is then small beside what separates it from the full model.
NULL_RUNS = 20_000
#: Columns of what cannot happen in it: support, and strikes on forces abroad.
_TAKEN_OUT = ("entry", "tripwire")


def null_model(
    scenario: Scenario, outcomes: Sequence[Outcome], *, seed: int, runs: int, central: bool
) -> dict[str, dict[str, Any]]:
    """Estimate the outcomes of a scenario with choice taken out.

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
    dict of str to dict
        By name, in the shape of ``outcomes`` in ``summary.json``. An outcome is missing that cannot happen without
        choice, or whose condition no run met.
    """
    possible = [replace(each, assumption_driven="", prior=None) for each in outcomes if _is_possible(each)]
    tally = Tally(possible)
    tally.add(simulate(lower(without_choice(scenario), central), seed, 0, min(runs, NULL_RUNS)).rows)
    return {name: shape for name, shape in tally.as_dict().items() if shape.get("n", runs)}


def _is_possible(outcome: Outcome) -> bool:
    return outcome.column.partition(":")[0] not in _TAKEN_OUT
