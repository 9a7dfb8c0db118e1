"""The manifest: everything needed to know what a run was, and to run it again."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import sim
from sim.errors import Fault, InputError
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.store.files import read_json, whole_from
from sim.store.identity import Identity, resolved_hash

#: Version of the folder's layout.
LAYOUT = 1

#: Packages whose version could matter to a number or a byte.
_AS_WRITTEN = "Put it back as it was, or run again into another --out."
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
            "study": identity.study,
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


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        As `build_manifest` built it, with the scenario that its identity names.

    Raises
    ------
    InputError
        If it is none, is of another layout, or its scenario was edited.
    """
    manifest = read_json(path)
    layout = manifest.get("pactsim_results")
    if isinstance(layout, int) and layout != LAYOUT:
        fix = "Use the version of pactsim that made it."
        raise InputError(Fault(f"a results folder of layout {LAYOUT}", f"layout {layout}", fix, str(path)))
    if layout != LAYOUT or not _is_manifest(manifest):
        raise InputError(Fault("a manifest that pactsim wrote", "another", _AS_WRITTEN, str(path)))
    if resolved_hash(manifest["scenario"]) != manifest["identity"]["scenario_hash"]:
        got = "one that was edited: its scenario is not the one that was run"
        raise InputError(Fault("the manifest as it was written", got, _AS_WRITTEN, str(path)))
    return manifest


def _is_manifest(found: Mapping[str, Any]) -> bool:
    """Whether what is read later on is there, and of its kind."""
    return whole_from(found.get("runs"), 1) and isinstance(found.get("scenario"), dict) and _is_identity(found)


def _is_identity(found: Mapping[str, Any]) -> bool:
    held = found.get("identity")
    if not isinstance(held, dict) or set(held) != {field.name for field in fields(Identity)}:
        return False
    hashes = held["scenario_hash"], held["rule_hash"], held["study"]
    return (
        all(isinstance(each, str) for each in hashes)
        and whole_from(held["seed"], 0)
        and held["parameters"] in ("drawn", "central")
    )


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


@functools.cache
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
