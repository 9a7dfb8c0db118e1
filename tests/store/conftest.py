"""Made-up parts and a small scenario: a results folder is tested without the engine."""

from __future__ import annotations

from typing import Any, get_origin

import numpy as np
import pytest
from pydantic import BaseModel

from sim.engine.part import Part, part_ranges
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.store.identity import Identity, scenario_hash
from sim.store.manifest import build_manifest
from sim.store.parts import encode
from sim.store.summary import build_summary, scan_parts
from sim.store.writer import writing

ROW_TYPE = np.dtype(
    [
        ("run", "<i8"),
        ("peak", "i1"),
        ("peak:A>B", "i1"),
        ("peak:B>A", "i1"),
        ("end:A>B", "i1"),
        ("end:B>A", "i1"),
        ("t_force", "<i2"),
        ("t_war", "<i2"),
        ("t_nuclear", "<i2"),
        ("entry:C>B", "i1"),
        ("t_entry:C>B", "<i2"),
        ("tripwire:C>B", "<i2"),
        ("attacked_at_war:A", "<i2"),
        ("attacked_at_war:B", "<i2"),
        ("attacked_at_war:C", "<i2"),
        ("verdict:C-B-1961/aid|A", "i1"),
        ("incidents:clash", "<i2"),
    ]
)


def made_rows(first: int, count: int) -> np.ndarray:
    """Rows that depend on nothing but the number of the run, as real ones do."""
    rows = np.empty(count, ROW_TYPE)
    run = np.arange(first, first + count)
    mixed = (run * 2654435761) % 1_000_003
    for place, name in enumerate(ROW_TYPE.names):
        kind = name.partition(":")[0]
        values = mixed // (place + 1)
        if kind == "entry":
            rows[name] = values % 6
        elif kind in ("peak", "end"):
            rows[name] = values % 3
        elif kind == "incidents":
            rows[name] = values % 50
        else:
            rows[name] = np.where(values % 7 == 0, values % 52, -1)
    rows["run"] = run
    return rows


def made_part(first: int, count: int) -> Part:
    """A part with counts that add up over parts."""
    rng = np.random.default_rng(first)
    sidecar = {
        "transitions": rng.poisson(0.3, (4, 2, 3, 3)).astype(np.int32),
        "highest": rng.poisson(40_000.0, (4, 3, 3)).astype(np.int32),
        "start_rung": np.array([0, 1], np.int32),
        "entries": rng.poisson(2.0, (4, 1, 6)).astype(np.int32),
    }
    return Part(first, made_rows(first, count), sidecar)


def filled(kind: type[BaseModel], **given: Any) -> Any:
    """An object of the scenario with every quantity that was not given at 0.5."""
    for name, info in kind.model_fields.items():
        if name not in given and info.is_required():
            given[name] = _stand_in(info.annotation)
    return kind(**given)


def _stand_in(annotation: Any) -> Any:
    if annotation is Quantity:
        return 0.5
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return filled(annotation)
    return () if get_origin(annotation) is tuple else annotation


def made_scenario(**given: Any) -> Scenario:
    """Two rivals, A and B, and C who may support B."""
    from sim.scenario import model

    rungs = ("peace", "clash", "war")
    return filled(
        Scenario,
        pactsim=1,
        stem="made",
        title=given.pop("title", "A made-up crisis"),
        as_of="2026-11-01",
        horizon_days=28.0,
        step_days=7.0,
        ladder=tuple(
            filled(model.Rung, name=name, mid_level=level + 2, icb_violence=level + 1)
            for level, name in enumerate(rungs)
        ),
        actors=tuple(filled(model.Actor, name=name) for name in "ABC"),
        rivalries=tuple(
            filled(model.Rivalry, name=name, open=True, rung="peace", theatres=()) for name in ("A>B", "B>A")
        ),
        partnerships=(filled(model.Partnership, name="C>B", limit="forces_in_theatre"),),
        incidents=(filled(model.Incident, name="clash", sides=(), marks=()),),
        **given,
    )


@pytest.fixture
def scenario() -> Scenario:
    return made_scenario()


@pytest.fixture
def identity(scenario: Scenario) -> Identity:
    return Identity(scenario_hash(scenario), 20261101, "0" * 64)


class Maker:
    """Fills folders as `pactsim run` does, with made-up parts."""

    def __init__(self, scenario: Scenario, identity: Identity) -> None:
        self.scenario, self.identity = scenario, identity
        self.computed: list[tuple[int, int]] = []

    def part(self, first: int, count: int) -> Part:
        self.computed.append((first, count))
        return made_part(first, count)

    def run(self, path: Any, runs: int, die_after: int | None = None) -> dict[str, Any]:
        """Fill a folder; `die_after` parts the process is as good as killed."""
        from sim.outcomes import outcomes_of

        self.computed.clear()
        with writing(path, self.identity) as folder:
            plan = folder.plan(runs)
            folder.begin(build_manifest(self.scenario, self.identity, plan.runs))
            for done, (first, count) in enumerate(plan.missing):
                if done == die_after:
                    raise KeyboardInterrupt
                folder.write(encode(self.part(first, count), self.identity))
            scan = scan_parts(folder.parts(), outcomes_of(self.scenario))
            summary = build_summary(self.scenario, self.identity, scan)
            folder.finish(build_manifest(self.scenario, self.identity, folder.runs), summary)
        return summary


@pytest.fixture
def maker(scenario: Scenario, identity: Identity) -> Maker:
    return Maker(scenario, identity)


@pytest.fixture
def ranges() -> Any:
    return part_ranges


@pytest.fixture
def make_part() -> Any:
    return made_part
