"""Tables of actors and rungs: rows of their parameters, reach and home theatres."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.engine.lowering.addresses import Addresses
from sim.engine.lowering.names import Names


def actor_rows(names: Names, addresses: Addresses) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.ACTOR`."""
    for actor in names.actors:
        yield {
            "address": addresses.give("actor", actor.name),
            **names.rows(
                "actors",
                actor.name,
                power_row="power",
                tied_row="tied_down",
                arsenal_row="arsenal",
                tolerance_row="cost_tolerance",
                first_use_row="first_use",
            ),
        }


def rung_rows(names: Names) -> Iterable[dict[str, int]]:
    """Records of `sim.engine.layout.RUNG`."""
    for rung in names.rungs:
        yield names.rows(
            "ladder", rung, gain_row="gain", cost_row="cost", nuclear_row="nuclear_risk", tension_row="tension"
        )


def reach(names: Names) -> np.ndarray:
    """Table of (actors, theatres): row of the actor's reach, -1 where it reaches everywhere, -2 nowhere."""
    table = np.full((len(names.actors), max(1, len(names.theatres))), -2, np.int64)
    for i, actor in enumerate(names.actors):
        if not actor.reach:
            table[i, :] = -1
        for theatre in actor.reach:
            table[i, names.theatre[theatre.name]] = names.path("actors", actor.name, "reach", theatre.name, "share")
    return table


def home(names: Names) -> np.ndarray:
    """Table of (actors, theatres): 1 where the theatre is the actor's own territory; all, if it names none."""
    table = np.zeros((len(names.actors), max(1, len(names.theatres))), np.int64)
    for i, actor in enumerate(names.actors):
        table[i, [names.theatre[name] for name in actor.home]] = 1
        if not actor.home:
            table[i, :] = 1
    return table
