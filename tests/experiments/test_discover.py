"""Boxes from folders that have too little for any."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiments.discover import discover, sentences
from sim.experiments.sweep import sweep
from tests.experiments.small_file import lively, written


def test_one_point_is_refused(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    sweep(file, ["entry.honouring=0.5"], runs=2, out=tmp_path / "out")
    with pytest.raises(InputError, match="a folder of two points or more, got 1"):
        discover(tmp_path / "out", "war")


def test_a_condition_that_no_run_met_is_said(tmp_path: Path) -> None:
    file = written(lively(), tmp_path / "lively.yaml")
    outcome = "war|attacked_at_war:Cee"
    sweep(file, ["entry.honouring=0.5,0.6"], runs=2, outcomes=[outcome], out=tmp_path / "out")
    found = discover(tmp_path / "out", outcome)
    assert found["base_rate"]["n"] == 0
    assert sentences(found) == [f"The condition of {outcome} was met in no run."]
