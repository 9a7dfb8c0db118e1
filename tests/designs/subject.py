"""What may vary, made up: a share, a number with a distribution, one without bounds, a word and a treaty."""

from __future__ import annotations

import math

from sim.designs.factors import Subject
from sim.scenario.quantity import Quantity

SUBJECT = Subject(
    {
        "share": Quantity(arguments=(0.5,)),
        "rate": Quantity(family="uniform", arguments=(1.0, 3.0)),
        "utility": Quantity(family="normal", arguments=(0.0, 1.0)),
        "debt": Quantity(arguments=(-2.0,)),
    },
    {
        "share": (0.0, 1.0),
        "rate": (0.0, math.inf),
        "utility": (-math.inf, math.inf),
        "debt": (-math.inf, 0.0),
    },
    {"theory": "quantal", "switches.mood": "calm"},
    {"Bee-Cee": ["1950", "1990"]},
)
