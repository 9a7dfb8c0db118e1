"""A run that was split is the same run in the twin as in the engine, on a branch of a branch too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from sim.errors import InputError
from sim.mesa_model import episodes
from sim.mesa_model.entities import Pair
from sim.mesa_model.model import PactModel
from sim.mesa_model.run import Run
from sim.rare.lineage import Lineage
from sim.scenario.load import load_scenario
from tests.scenarios import built, small, start
from tests.twin.lineages import Family, random_lineages
from tests.twin.random_scenarios import examples, scenarios


@pytest.mark.parametrize("name", ["baseline", "attacked-dprk"])
def test_a_branch_of_a_branch(name: str) -> None:
    program = lower(load_scenario(name).scenario)
    family = Family(program, seed=2026)
    for turns in (1, 2, 5):
        for lineage in random_lineages(program, range(8), turns, seed=turns):
            family.compare(lineage)


def test_turns_at_the_first_step_and_at_neighbouring_ones() -> None:
    family = Family(busy(), seed=5)
    for draw in range(20):
        family.compare(Lineage(draw, ((0, 9),)))
        family.compare(Lineage(draw, ((0, 1), (1, 2), (2, 3), (11, 2**24 - 1))))


@examples(60)
@given(values=scenarios(), seed=st.integers(0, 2**64 - 1), first=st.integers(0, 2**48 - 100))
def test_random_scenarios(values: dict[str, Any], seed: int, first: int) -> None:
    program = lower(built(values))
    family = Family(program, seed)
    for lineage in random_lineages(program, range(first, first + 4), min(2, program.layout.n_steps), seed % 1000):
        family.compare(lineage)


def busy() -> Program:
    """Crises from week 2 on in which much is drawn once: verdicts, entry, theatres."""
    return lower(built(start(small(12), "Aye", "Bee", week=2)))


def forgets_its_branch(run: Run, pair: Pair) -> None:
    """A mutant: episodes and crises are drawn on branch 0, whatever the branch of the run."""
    branch, run.branch = run.branch, 0
    episodes.begin_episode(run, pair)
    run.branch = branch


def turns_at_once(run: Run) -> None:
    """A mutant: what an episode has drawn changes with the branch of the run."""
    for pair in run.cast.pairs:
        pair.branch = run.branch


@pytest.mark.parametrize("module", ["crisis", "other_pairs"])
def test_episodes_without_their_branch_would_be_caught(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"sim.mesa_model.{module}.begin_episode", forgets_its_branch)
    program = busy()
    family = Family(program, seed=5)
    with pytest.raises(AssertionError, match=r"engine .*, twin "):
        list(map(family.compare, random_lineages(program, range(30), 2, seed=5)))


def test_episodes_that_change_their_branch_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = Run.before_choices

    def mutant(run: Run) -> None:
        settled(run)
        turns_at_once(run)

    monkeypatch.setattr(Run, "before_choices", mutant)
    program = busy()
    with pytest.raises(AssertionError, match=r"engine .*, twin "):
        list(map(Family(program, seed=5).compare, random_lineages(program, range(30), 2, seed=5)))


def test_a_branch_changes_what_comes_and_not_what_was() -> None:
    program, differs = busy(), 0
    for draw in range(20):
        plain, split = (told(program, 7, draw, turns) for turns in ((), ((6, 1),)))
        assert [e for e in plain if e[0] < 6] == [e for e in split if e[0] < 6]
        differs += plain != split
    assert differs > 15


def told(program: Program, seed: int, draw: int, turns: tuple[tuple[int, int], ...]) -> list[tuple[int, str]]:
    model = PactModel(program.scenario, draw=draw, rng=seed, record=True, turns=turns)
    while model.running:
        model.step()
    return [(event.step, repr(event)) for event in model.run.events or ()]


def test_without_turns_it_is_the_run_of_the_ensemble() -> None:
    program = busy()
    row = simulate(program, 11, 3, 1).rows[0]
    model = PactModel(program.scenario, draw=3, rng=11, turns=())
    while model.running:
        model.step()
    assert {"run": 3, **model.run.outcome_row()} == {name: int(row[name]) for name in row.dtype.names}


@pytest.mark.parametrize(
    "turns", [((5, 1), (5, 2)), ((5, 1), (3, 2)), ((-1, 1),), ((1, 2**24),), ((1, -1),), (1, 2), ((1.5, 2),), 7]
)
def test_what_are_no_turns_is_refused(turns: Any) -> None:
    with pytest.raises(InputError, match="turns: pairs of step and branch, steps ascending, branches from 0 to"):
        PactModel(built(small(weeks=2)), rng=1, turns=turns)
