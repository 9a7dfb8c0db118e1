"""What was edited or damaged after it was written is refused with a sentence, or made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError, PactsimError
from sim.store.export import export_csv
from sim.store.folder import ResultsFolder
from sim.store.summary import read_summary
from sim.store.writer import writing

Edit = Callable[[dict[str, Any]], None]


def edit(path: Path, change: Edit) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


MANIFEST: dict[str, tuple[Edit, str]] = {
    "scenario": (
        lambda m: m["scenario"].update(title="Another"),
        r"manifest\.json: the manifest as it was written, got one that was edited: its scenario",
    ),
    "seed": (lambda m: m["identity"].update(seed=7), r"parts of this run, got part-.* of another\. If manifest\.json"),
    "seed of another kind": (lambda m: m["identity"].update(seed="7"), "a manifest that pactsim wrote, got another"),
    "parameters": (lambda m: m["identity"].update(parameters="mean"), "a manifest that pactsim wrote"),
    "runs": (lambda m: m.update(runs="many"), "a manifest that pactsim wrote"),
    "no scenario": (lambda m: m.pop("scenario"), "a manifest that pactsim wrote"),
    "emptied": (lambda m: m.clear(), "a manifest that pactsim wrote"),
    "layout": (lambda m: m.update(pactsim_results=2), "a results folder of layout 1, got layout 2"),
}


@pytest.mark.parametrize("case", MANIFEST)
def test_an_edited_manifest_is_refused(tmp_path, maker, case):
    change, said = MANIFEST[case]
    maker.run(tmp_path / "r", 10)
    edit(tmp_path / "r" / "manifest.json", change)
    with pytest.raises(InputError, match=said):
        ResultsFolder(tmp_path / "r")


def test_an_edited_scenario_is_refused_by_the_writer_and_left_alone(tmp_path, maker):
    maker.run(tmp_path / "r", 10)
    path = tmp_path / "r" / "manifest.json"
    edit(path, MANIFEST["scenario"][0])
    before = path.read_bytes()
    with pytest.raises(InputError, match="run again into another --out"), writing(tmp_path / "r", maker.identity):
        pass
    assert path.read_bytes() == before


def _outcome(name: str, **values: Any) -> Edit:
    return lambda summary: summary["outcomes"][name].update(values)


SUMMARY: dict[str, Edit] = {
    "every number of hits": lambda s: (
        [found.update(hits=777) for found in s["outcomes"].values() if "hits" in found] and None
    ),
    "hits that are not the value": _outcome("war", hits=3),
    "hits beyond the runs": _outcome("war", hits=50, value=5.0),
    "other runs": _outcome("war", n=9),
    "value outside of its interval": _outcome("incidents:clash", value=-5.0),
    "an interval that is none": _outcome("war", low=float("nan")),
    "a text for a number": _outcome("war", n="10"),
    "no value": _outcome("war", value=None),
    "null model": lambda s: s["outcomes"]["war"].update(null={**s["outcomes"]["war"], "hits": 3}),
    "null model of a rung": lambda s: s["outcomes"]["peak_rung"]["rungs"]["clash"].update(null={"n": 10}),
    "null model that is a text": _outcome("war", null="none"),
    "a rung": lambda s: s["outcomes"]["peak_rung"]["rungs"]["clash"].update(hits=0, value=0.0, low=0.0),
    "rungs that are none": _outcome("peak_rung", rungs=[]),
    "seed": lambda s: s.update(seed=7),
    "scenario": lambda s: s.update(scenario_hash="0" * 64),
    "runs": lambda s: s.update(runs="10"),
    "no title": lambda s: s.pop("title"),
    "no outcomes": lambda s: s.pop("outcomes"),
    "emptied": lambda s: s.clear(),
}


@pytest.mark.parametrize("case", SUMMARY)
def test_an_edited_summary_is_refused_and_made_anew_by_the_run(tmp_path, maker, case):
    summary = maker.run(tmp_path / "r", 10)
    path = tmp_path / "r" / "summary.json"
    assert read_summary(path, maker.identity) == summary
    edit(path, SUMMARY[case])
    with pytest.raises(InputError, match=r"summary\.json: the summary as it was written, got .*made anew"):
        ResultsFolder(tmp_path / "r")
    with writing(tmp_path / "r", maker.identity) as folder:
        assert not folder.is_finished
    assert maker.run(tmp_path / "r", 10) == summary
    assert ResultsFolder(tmp_path / "r").summary == summary


@pytest.mark.parametrize("content", ["{", "", "[]", "\0\0"])
def test_a_damaged_summary_counts_as_none(tmp_path, maker, content):
    summary = maker.run(tmp_path / "r", 10)
    (tmp_path / "r" / "summary.json").write_text(content)
    assert maker.run(tmp_path / "r", 10) == summary
    assert maker.computed == [], "the runs are there"


@pytest.mark.parametrize("runs", [1, 2, 40, 26_000])
def test_every_summary_that_is_written_can_be_read(tmp_path, maker, runs):
    summary = maker.run(tmp_path / "r", runs)
    assert read_summary(tmp_path / "r" / "summary.json", maker.identity) == summary


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_part_is_not_exported(tmp_path, maker, damage):
    maker.run(tmp_path / "r", 26_000)
    folder = ResultsFolder(tmp_path / "r")
    victim = folder.stored[1].parquet
    content = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    else:
        # Within the data of a column, so that Parquet itself sees nothing wrong.
        victim.write_bytes(content[:90] if damage == "cut" else content[:40] + bytes([content[40] ^ 1]) + content[41:])
    with pytest.raises(PactsimError, match=r"part-.*parquet: not the part that was written\. Give the run's command"):
        export_csv(folder, tmp_path / "csv")
    assert list((tmp_path / "csv").iterdir()) == []
