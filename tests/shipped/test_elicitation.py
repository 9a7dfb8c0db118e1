"""The elicitation of the library is an example that works: it moves war, entry and nuclear use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.cli.main import main
from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.scenario.load import load_scenario

RUNS = 1500


def shares(name: str) -> dict[str, float]:
    """Shares of runs with war, Russian entry by choice with forces, and nuclear use."""
    scenario = load_scenario(name).scenario
    rows = simulate(lower(scenario), 1, 0, RUNS).rows
    return {
        "war": float(np.mean(rows["t_war"] >= 0)),
        "entry": float(np.mean(rows["t_entry:Russia>DPRK"] >= 0)),
        "nuclear": float(np.mean(rows["t_nuclear"] >= 0)),
    }


@pytest.mark.slow
def test_own_answers_move_every_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["pool", "example", "mine.yaml"]) == 0
    assert "Next: pactsim run mine.yaml" in capsys.readouterr().err
    assert main(["check", "--strict", "mine.yaml"]) == 0
    text = Path("mine.yaml").read_text(encoding="utf-8")
    # War by accident needs force first; entry and nuclear use are seen where there is a war.
    for start, outcomes in (("nll-clash", ["war"]), ("attacked-dprk", ["entry", "nuclear"])):
        Path(f"{start}-mine.yaml").write_text(text.replace("extends: baseline", f"extends: {start}"), encoding="utf-8")
        before, after = shares(start), shares(f"{start}-mine.yaml")
        for outcome in outcomes:
            assert after[outcome] > 1.3 * before[outcome], outcome
