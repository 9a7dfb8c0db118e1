"""Tables of clauses, of who judges them when, and of the treaties' standing by step."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names
from sim.engine.lowering.records import slices
from sim.scenario.names import ends
from sim.scenario.standing import treaty_statuses
from sim.treaties import Qualifier, Response, Trigger


def judge_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.JUDGE`, sorted by rivalry."""
    tests = slices([j for j, _ in names.tests], len(names.judges))
    for j, (d, obligor, beneficiary) in enumerate(names.judges):
        adversary = ends(names.rivalries[d].name)[0]
        yield {
            "rivalry": d,
            "address": addresses.give("judgement", obligor, beneficiary, adversary),
            "test_from": tests[j][0],
            "test_to": tests[j][1],
            **_leanings(names, obligor),
        }


def _leanings(names: Names, obligor: str) -> dict[str, int]:
    """Rows of how an obligor leans in its judgements; none for a state that is not in the scenario."""
    if obligor not in names.actor:
        return {}
    return names.rows("actors", obligor, partiality_row="partiality", recognition_row="recognition")


def test_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.TEST`, sorted by judgement."""
    for j, c in names.tests:
        area = names.clauses[c][1].area
        theatres = names.rivalries[names.judges[j][0]].theatres
        yield {"clause": c, "area_possible": int(not area or any(theatre.name in area for theatre in theatres))}


def clause_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.CLAUSE`."""
    for treaty, clause, _, _ in names.clauses:
        bits = [Qualifier[word.upper()] for word in clause.qualifiers]
        yield {
            "treaty": names.treaties.index(treaty),
            "trigger": int(Trigger[clause.trigger.upper()]),
            "response": int(Response[clause.response.upper()]),
            "mask": sum(1 << int(bit) for bit in bits if bit != Qualifier.EXTERNAL_ATTACK_ONLY),
            "external_only": int(Qualifier.EXTERNAL_ATTACK_ONLY in bits),
            "invasion": int(clause.invasion),
            "on_request": int(clause.on_request),
            "any_area": int(not clause.area),
            "automaticity_row": names.path("treaties", treaty.name, "clauses", clause.name, "automaticity"),
        }


def areas(names: Names) -> np.ndarray:
    """Table of (clauses, theatres): 1 where the clause's area covers the theatre."""
    table = np.zeros((len(names.clauses), max(1, len(names.theatres))), np.int64)
    for c, (_, clause, _, _) in enumerate(names.clauses):
        table[c, [names.theatre[name] for name in clause.area]] = 1
    return table


def standing(names: Names) -> np.ndarray:
    """Table of (treaties, steps): codes of `sim.treaties.Status`."""
    table = np.zeros((len(names.treaties), names.scenario.n_steps), np.int64)
    for i, treaty in enumerate(names.treaties):
        table[i] = treaty_statuses(names.scenario, treaty)
    return table


def pair_epochs(names: Names, status: np.ndarray) -> np.ndarray:
    """Table of (pairs, steps): as `epochs`, of those treaties alone that are tested in the pair's episodes.

    A treaty that binds nobody in an episode must not be an occasion to decide anew.
    """
    table = np.zeros((len(names.pairs), status.shape[1]), np.int64)
    for p, pair in enumerate(names.pairs):
        rivalries = {names.rivalry[f"{a}>{b}"] for a, b in (pair, pair[::-1])}
        clauses = {c for j, c in names.tests if names.judges[j][0] in rivalries}
        treaties = sorted({names.treaties.index(names.clauses[c][0]) for c in clauses})
        table[p] = epochs(status[treaties])
    return table


def epochs(status: np.ndarray) -> np.ndarray:
    """Number of steps so far at which the standing of any treaty changed, by step.

    Examples
    --------
    >>> epochs(np.array([[1, 1, 2, 2], [0, 0, 0, 3]]))
    array([0, 0, 1, 2])
    """
    changed = np.zeros(status.shape[1], np.int64)
    if status.shape[0]:
        changed[1:] = (status[:, 1:] != status[:, :-1]).any(axis=0)
    return np.cumsum(changed)
