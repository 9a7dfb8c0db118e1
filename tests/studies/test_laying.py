"""A design laid over a scenario: what is loaded once, what point by point, and which points cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.designs.factors import Factor, read_factors
from sim.designs.plans import Design, design
from sim.errors import InputError
from sim.scenario.load import load_scenario
from sim.studies import laying
from sim.studies.laying import Base, Laid, base_of, covering, lay, split_treaties, told
from sim.studies.variants import Source
from tests.experiments.small_file import lively, written


@pytest.fixture
def base(tmp_path: Path) -> Base:
    """With two cascades that would go on for ever if both branched often."""
    values = lively()
    into = [{"name": "raid", "share": 1.0}]
    two = {"name": "two", "by": ["raid", "test"], "branching": 0.3, "decay_days": 10.0, "into": into}
    values["cascades"].append(two)
    return base_of(written(values, tmp_path / "lively.yaml"))


def laid(base: Base, *vary: str, treaties: tuple[str, ...] = ()) -> Laid:
    return lay(base, design("grid", read_factors(vary, treaties, base.subject), None, 1), 3)


def table(columns: dict[str, list[float]]) -> Design:
    """A design of points as from a file."""
    factors = tuple(Factor(path, tuple(sorted(set(x))), min(x), max(x)) for path, x in columns.items())
    return Design("file", factors, tuple(map(np.array, columns.values())), {})


def loads(monkeypatch: pytest.MonkeyPatch) -> list[Source]:
    done: list[Source] = []
    load = Source.load

    def counted(self: Source) -> Any:
        done.append(self)
        return load(self)

    monkeypatch.setattr(Source, "load", counted)
    return done


def test_scenarios_are_loaded_by_combination_not_by_point(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    done = loads(monkeypatch)
    found = laid(base, "entry.rear=0:1:100", "actors.Aye.theory=quantal,prospect", treaties=("pact=1,none",))
    assert len(found.points) == 400
    assert len(found.scenarios) == 4
    assert len(done) == 4
    done.clear()
    laid(base, "cascades.two.branching=0:0.1:100", "actors.Aye.theory=quantal,prospect")
    assert len(done) == 3 * 2, "over the range, and at both of its ends"
    assert found.settings[0] == {"actors.Aye.theory": "prospect", "treaty.pact": "1"}
    for place, point in enumerate(found.points.number.tolist()):
        chosen = found.settings[found.points.structure[place]]
        assert chosen["actors.Aye.theory"] == found.points.columns["actors.Aye.theory"][place]
        assert chosen["treaty.pact"] == found.points.columns["treaty.pact"][place]
        assert point == place


def test_the_scenario_holds_every_number_that_is_given(base: Base) -> None:
    (scenario,) = laid(base, "entry.rear=0.1:0.7:3", "rivalries.Aye>Bee.habit=-1,-2", "entry.honouring").scenarios
    known = scenario.quantities()
    assert known["entry.rear"].support == (0.1, 0.7)
    assert known["rivalries.Aye>Bee.habit"].support == (-2.0, -1.0)
    assert known["entry.honouring"] == base.subject.quantities["entry.honouring"]
    assert covering([Factor("x", (2.0,), 2.0, 2.0)]) == {"x": "2.0"}


def test_numbers_that_do_not_fit_together_fail_where_a_scenario_of_them_would(base: Base) -> None:
    """A range whose mean is right: cascades that go on for ever, or shares beyond 1, are seen all the same."""
    vary = ["cascades.two.branching=0.05:0.95:3", "cascades.unrest.branching=0.05:0.85:2"]
    found = laid(base, *vary)
    expected = {}
    for point in range(6):
        numbers = [f"{path}={found_at!r}" for path, found_at in zip(
            ("cascades.two.branching", "cascades.unrest.branching"),
            ([0.05, 0.5, 0.95][point // 2], [0.05, 0.85][point % 2]), strict=True)]  # fmt: skip
        try:
            load_scenario(base.source.scenario, overrides=numbers)  # type: ignore[arg-type]
        except InputError as error:
            expected[point] = str(error)
    assert found.failed == expected
    assert 0 < len(expected) < 6
    assert "die out" in next(iter(expected.values()))
    assert found.points.number.tolist() == [point for point in range(6) if point not in expected]


def test_shares_that_change_together_are_right(base: Base) -> None:
    """Neither end of both holds, every point does; one that does not is told apart."""
    sides = [f"incidents.raid.sides.{side}.share" for side in ("Aye>Bee", "Bee>Aye")]
    found = lay(base, table({sides[0]: [0.2, 0.5, 0.9, 0.4], sides[1]: [0.8, 0.5, 0.1, 0.7]}), 3)
    assert found.points.number.tolist() == [0, 1, 2]
    assert list(found.failed) == [3]
    assert "shares that sum to 1, got 1.1" in found.failed[3]
    with pytest.raises(InputError, match=r"--vary: a point that can be, got .* shares that sum to 1, got 0.8"):
        lay(base, table({sides[0]: [0.3, 0.7]}), 3)


def test_too_many_points_to_ask_one_by_one_are_refused(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "MOST_ASKED", 3)
    with pytest.raises(InputError) as caught:
        laid(base, "cascades.two.branching=0.05:0.95:4", "cascades.unrest.branching=0.05,0.85")
    said = str(caught.value)
    assert said.startswith("--vary: numbers that fit together at both ends, or at most 3 points to be looked at one by")
    assert "die out" in said
    assert len(laid(base, "entry.rear=0:1:100").points) == 100


def test_a_design_without_a_point_that_can_be_is_refused(base: Base) -> None:
    with pytest.raises(InputError, match="nonsense"):
        laid(base, "actors.Aye.theory=nonsense,more nonsense")


def test_treaties_with_commas_vary() -> None:
    assert split_treaties(["a=1", "b=1,2", "c=none"]) == (["a=1", "c=none"], ["b=1,2"])


def test_a_factor_is_told_with_what_the_scenario_has(base: Base) -> None:
    (factor,) = read_factors(["entry.rear=0.1:0.2:log"], [], base.subject)
    assert told(factor, base) == {
        "path": "entry.rear", "kind": "numeric", "spread": "0.1 to 0.2, even in logarithms", "levels": [],
        "low": 0.1, "high": 0.2, "log": True, "own_distribution": False, "as_written": "beta(2, 3)",
        "source": "made up for tests",
    }  # fmt: skip
    (word,) = read_factors(["actors.Aye.theory=prospect,quantal"], [], base.subject)
    assert told(word, base)["as_written"] == "quantal"
    assert told(word, base)["low"] is None
