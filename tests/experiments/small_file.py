"""Small scenarios of the tests as files, since only a file can be varied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.scenarios import small, start


def written(values: dict[str, Any], path: Path) -> Path:
    """Write plain data of `tests.scenarios` as a scenario file; JSON is YAML."""
    told = {**values, "source": "made up for tests", "confidence": "judged"}
    told["horizon"], told["step"] = f"{told.pop('horizon_days')} days", f"{told.pop('step_days')} days"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def lively() -> dict[str, Any]:
    """A war that begins by plan, some numbers that are drawn, and one that nothing asks for."""
    values = start(small(weeks=12), "Aye", "Bee", week=2)
    values["outcomes"] = ["war", "intervention:Cee:Bee", "intervention:Cee:Bee|attacked_at_war:Bee", "incidents:raid"]
    values["entry"]["honouring"] = {"triangular": [0.1, 0.5, 0.9]}
    values["entry"]["rear"] = {"beta": [2, 3]}
    values["actors"][1]["tied_down"] = {"uniform": [0.1, 0.9]}
    values["settlement"]["war_weeks"] = {"lognormal": [8.0, 0.5], "truncate": [1.0, 52.0]}
    return values
