"""What stands around the tables of studies: what was run, and what history does not inform."""

from __future__ import annotations

import re

from sim.analysis.paired import contrast
from sim.cli.study_tables import contrasts, heading, indices, notes, ranges

SHARE = {"value": 0.2, "low": 0.18, "high": 0.22, "n": 1000, "hits": 200, "method": "wilson", "point": 0}
STORED = {
    "scenario": "attacked-dprk",
    "runs": 4000,
    "runs_per_point": 1000,
    "seed": 1,
    "horizon_days": 364.0,
    "parameters": "drawn",
    "failed": [],
    "asked": [],
    "points": 4,
    "frame": "frame.parquet",
    "design": "grid",
    "factors": [{"path": "entry.honouring", "spread": "0.1, 0.9"}],
    "assumption_driven": {"intervention:Russia:DPRK": "nothing informs it", "nuclear_use": "nor this"},
    "ranges": {name: {"lowest": SHARE, "highest": SHARE} for name in ("war", "intervention:Russia:DPRK")},
}


def test_a_heading_says_where_horizons_differ() -> None:
    assert " over 52 weeks, 1,000 runs at each point" in heading({**STORED, "study_hash": "0" * 16})
    assert " over horizons that differ, " in heading({**STORED, "horizon_days": None, "study_hash": "0" * 16})


def test_what_history_does_not_inform_is_marked_and_said_where_it_stands() -> None:
    sheet = next(iter(ranges(STORED)))
    names = [line.name for line in sheet.lines]  # type: ignore[union-attr]
    assert names == ["war", "intervention:Russia:DPRK *"]
    said = [line for line in notes(STORED) if line.startswith("*")]
    assert said == ["* assumption-driven: nothing informs it."]


def test_an_index_is_of_a_marked_outcome() -> None:
    index = {"value": 0.5, "low": 0.4, "high": 0.6}
    factor = {"path": "entry.honouring", "first": index, "total": index}
    found = {"mean": SHARE, "factors": [factor], "dummy": factor, "sentences": []}
    stored = {**STORED, "method": "sobol", "outcomes": {"nuclear_use": found}, "ranges": {}}
    assert re.match(r"nuclear_use \*: 20 % over all points", str(next(iter(indices(stored)))))
    assert [line for line in notes(stored) if line.startswith("*")] == ["* assumption-driven: nor this."]


def test_differences_that_cancel_out_are_not_said_to_be_none() -> None:
    """As many runs the one way as the other: the difference is 0, and yet runs differ."""
    tables = {"war": [[0, 0, 0], [0, 900, 0], [0, 0, 100]], "nuclear_use": [[0, 0, 0], [0, 900, 3], [0, 3, 94]]}
    pairs = [
        {"outcome": name, "world": "as written", "between": ["a", "b"], **contrast(table).as_dict()}
        for name, table in tables.items()
    ]
    names = [{"name": name, "world": "as written"} for name in ("a", "b")]
    stored = {
        **STORED,
        "scenarios": names,
        "contrasts": pairs,
        "structural": [],
        "attribution": [],
        "asked": list(tables),
    }
    parts = list(contrasts(stored))
    assert [line.name for line in parts[0].lines] == ["nuclear_use *"]  # type: ignore[union-attr]
    (said,) = [part for part in parts if isinstance(part, str) and "No run differs" in part]
    assert said.startswith("No run differs in war (")
