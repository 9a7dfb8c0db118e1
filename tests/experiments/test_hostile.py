"""What a hostile user asks of studies: the smallest designs, and things that get in each other's way."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.experiments.sensitivity import sensitivity
from sim.experiments.sweep import sweep
from tests.experiments.small_file import lively, written

TIED = "actors.Bee.tied_down"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "morris", "runs": 1}, "two runs of each point or more, got 1"),
        ({"method": "sobol", "runs": 1}, "two runs of each point or more, got 1"),
        ({"method": "pawn", "base": 19}, "20 points or more for pawn, got 19"),
    ],
)
def test_a_design_too_small_for_its_method_is_refused_before_it_is_run(
    file: Path, tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        sensitivity(file, [TIED], **{"runs": 2, "base": 2, **given}, out=tmp_path / "out")
    assert [str(fault).partition(": ")[2].startswith(said) for fault in caught.value.faults] == [True]
    assert not (tmp_path / "out").exists()


def test_a_switch_that_sets_what_varies_is_refused(tmp_path: Path) -> None:
    """Each point gives the number itself, so that the switch would be reported to change nothing."""
    vary = ["entry.honouring=0.1,0.9", "switches.honouring=long-run,1816-1944"]
    with pytest.raises(InputError) as caught:
        sweep("attacked-dprk", vary, runs=1, out=tmp_path / "out")
    (fault,) = caught.value.faults
    assert str(fault) == (
        "--vary: paths that no switch that varies sets, got 'entry.honouring', which switches.honouring sets. "
        "Vary one of the two."
    )
    other = sweep("attacked-dprk", [vary[0], "switches.exercises=null,provoking"], runs=1, out=tmp_path / "out")
    assert other.summary["points"] == 4


@pytest.mark.parametrize(("method", "base", "runs"), [("morris", 2, 2), ("pawn", 20, 1), ("sobol", 2, 2)])
def test_the_smallest_design_has_finite_numbers_or_none(
    file: Path, tmp_path: Path, method: str, base: int, runs: int
) -> None:
    found = sensitivity(file, [TIED], method=method, base=base, runs=runs, out=tmp_path / "out").summary

    def numbers(of: Any) -> list[float]:
        if isinstance(of, dict):
            return [each for value in of.values() for each in numbers(value)]
        if isinstance(of, list):
            return [each for value in of for each in numbers(value)]
        return [of] if isinstance(of, float) else []

    assert all(map(math.isfinite, numbers(found["outcomes"])))


def test_points_that_rarely_meet_a_condition_leave_pawn_too_few(file: Path, tmp_path: Path) -> None:
    found = sensitivity(
        file, [TIED], method="pawn", base=20, runs=1, outcomes=["war|attacked_at_war:Cee"], out=tmp_path / "out"
    )
    (outcome,) = found.summary["outcomes"].values()
    assert outcome["factors"] == []
    assert outcome["sentences"][0].endswith("its condition was met at too few points to say what it depends on.")
