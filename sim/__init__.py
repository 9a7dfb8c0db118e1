"""How likely treaty partners enter a Korean crisis, in what form, and how far it climbs.

The front door: a few names, fetched when first used, so that ``import sim`` loads nothing.
Modules of the package import each other, never this one's names.

Examples
--------
>>> import sim
>>> sim.__version__.count(".")
2
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.compare import compare
    from sim.experiments.flips.flip import flip
    from sim.experiments.gather import gather
    from sim.experiments.rare import rare
    from sim.experiments.run import RunResult, run
    from sim.experiments.sensitivity import sensitivity
    from sim.experiments.sweep import sweep
    from sim.experiments.uncertainty import uncertainty
    from sim.mesa_model.model import PactModel
    from sim.scenario.load import load_scenario

__version__ = "0.1.0"
__all__ = [
    "PactModel",
    "RunResult",
    "__version__",
    "compare",
    "flip",
    "gather",
    "load_scenario",
    "rare",
    "run",
    "sensitivity",
    "sweep",
    "uncertainty",
]

_HOMES = {
    "PactModel": "sim.mesa_model.model",
    "RunResult": "sim.experiments.run",
    "compare": "sim.experiments.compare",
    "flip": "sim.experiments.flips.flip",
    "gather": "sim.experiments.gather",
    "load_scenario": "sim.scenario.load",
    "rare": "sim.experiments.rare",
    "run": "sim.experiments.run",
    "sensitivity": "sim.experiments.sensitivity",
    "sweep": "sim.experiments.sweep",
    "uncertainty": "sim.experiments.uncertainty",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module where it lives, once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOMES))
