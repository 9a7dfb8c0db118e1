"""The manifest: everything needed to know what a run was, and to run it again."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sim
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.store.identity import Identity

#: Version of the folder's layout.
LAYOUT = 1

#: Packages whose version could matter to a number or a byte.
_PACKAGES = ("duckdb", "llvmlite", "numba", "numpy", "pydantic", "ruamel.yaml", "scipy")


def build_manifest(
    scenario: Scenario,
    identity: Identity,
    runs: int,
    *,
    command: Sequence[str] = (),
    overrides: Sequence[str] = (),
    timings: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Build the content of ``manifest.json``.

    Parameters
    ----------
    scenario : Scenario
        As resolved; kept whole, so that the run can be repeated from the folder alone.
    identity : Identity
        What the rows depend on.
    runs : int
        Runs stored, or to be stored where the run is not finished.
    command : sequence of str
        As ``sys.argv``.
    overrides : sequence of str
        ``--set`` and ``--treaty`` as given; their effect is in `scenario` already.
    timings : mapping of str to float, optional
        Such as wall seconds; outside of what must be reproducible.

    Returns
    -------
    dict
        Plain data.
    """
    return {
        "pactsim_results": LAYOUT,
        "engine_version": getattr(sim, "__version__", "unknown"),
        "identity": {
            "scenario_hash": identity.scenario_hash,
            "seed": identity.seed,
            "rule_hash": identity.rule_hash,
            "parameters": identity.parameters,
        },
        "runs": runs,
        "command": command_line(command),
        "overrides": list(overrides),
        "counterfactual": sorted(f"{t.slot}={t.version}" for t in scenario.treaties if t.counterfactual),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "timings": {key: float(value) for key, value in (timings or {}).items()},
        "parameters": {path: _parameter(quantity) for path, quantity in scenario.quantities().items()},
        "scenario": scenario.model_dump(mode="json"),
    }


def command_line(arguments: Sequence[str]) -> str:
    """Spell a command so that it can be given on another machine.

    Parameters
    ----------
    arguments : sequence of str
        As ``sys.argv``.

    Returns
    -------
    str
        With ``pactsim`` for the program's path, and paths below the working directory or the
        home directory written relative to them.

    Examples
    --------
    >>> command_line(["/opt/venv/bin/pactsim", "run", "my file.yaml", "--runs", "1000"])
    "pactsim run 'my file.yaml' --runs 1000"
    """
    if not arguments:
        return ""
    return shlex.join(["pactsim", *map(_portable, arguments[1:])])


def _portable(argument: str) -> str:
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    if not os.path.isabs(value):
        return argument
    for base, sign in ((Path.cwd(), ""), (Path.home(), "~")):
        if Path(value).is_relative_to(base) and base != base.parent:
            return option + equals + Path(sign, Path(value).relative_to(base)).as_posix()
    return argument


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _parameter(quantity: Quantity) -> dict[str, Any]:
    return {
        "distribution": str(quantity),
        "source": quantity.source,
        "note": quantity.note,
        "confidence": quantity.confidence,
    }
