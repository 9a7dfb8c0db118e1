"""kill -9 at random moments of a sweep, each time followed by the same command: as if nothing had happened.

python -m verification.kills
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sim.compiled import CACHE

#: Sixteen points, each a part of its own.
SWEEP = """
import sys
from sim.experiments.sweep import sweep
print("begun", flush=True)
vary = ["actors.Russia.tied_down=0.1:0.9:8"]
sweep("attacked-dprk", vary, treaties=["DPRK-Russia=1961,2024"], runs=12_501, out=sys.argv[1])
"""
#: The latest moment of a kill after the sweep has begun (s): about when an undisturbed one ends.
LATEST_S = 3.0
#: What tells when and where a folder was filled, and nothing of what is in it.
OUTSIDE = {"manifest.json": ("timings", "command"), "summary.json": ("runs_per_s", "frame")}


def begun(folder: Path, scratch: Path) -> subprocess.Popen[str]:
    """Begin the sweep in a process, with a folder for temporary files of its own."""
    cache = {} if CACHE is None else {"PACTSIM_CACHE": str(CACHE.parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", SWEEP, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch), **cache},
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def finished(process: subprocess.Popen[str]) -> None:
    """Wait for the end of a process that nobody kills."""
    _, said = process.communicate(timeout=600)
    if process.returncode:
        raise SystemExit(f"the sweep failed: {said}")


def stored(folder: Path) -> dict[str, int]:
    """Whole parts by name, with when each was written; one that was being written begins with a dot."""
    sidecars = [path for path in (folder / "runs").glob("*.sidecar") if not path.name.startswith(".")]
    return {path.name: path.with_suffix(".parquet").stat().st_mtime_ns for path in sidecars}


def contents(folder: Path) -> dict[str, Any]:
    """All files of a folder, hidden ones too, by name."""
    found: dict[str, Any] = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    for name, outside in OUTSIDE.items():
        found[name] = {key: value for key, value in json.loads(found[name]).items() if key not in outside}
    return found


def killed_until_done(folder: Path, scratch: Path, kills: int, moments: random.Random) -> int:
    """Give the same command until it ends by itself; give the number of kills, `kills` at most."""
    count, before = 0, stored(folder)
    while count < kills:
        process = begun(folder, scratch)
        time.sleep(moments.uniform(0.0, LATEST_S))
        process.kill()
        _, said = process.communicate()
        if process.returncode == 0:
            return count
        if process.returncode != -signal.SIGKILL:
            raise SystemExit(f"after {count} kills the sweep failed: {said}")
        count += 1
        after = stored(folder)
        if not before.items() <= after.items():
            raise SystemExit(f"kill {count}: {sorted(before.keys() - after.keys())} were lost or computed again")
        before = after
    finished(begun(folder, scratch))
    return count


def check(kills: int, seed: int) -> str:
    """Kill sweeps so often, and say what was found.

    Raises
    ------
    SystemExit
        If a byte differs, something was lost, or something is left behind.
    """
    moments, count, sweeps = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        home = Path(name)
        scratch = home / "scratch"
        scratch.mkdir()
        finished(begun(home / "undisturbed", scratch))
        undisturbed = contents(home / "undisturbed")
        while count < kills:
            folder = home / f"sweep-{sweeps}"
            count += killed_until_done(folder, scratch, kills - count, moments)
            sweeps += 1
            found = contents(folder)
            if found != undisturbed:
                differing = [key for key in found.keys() | undisturbed if found.get(key) != undisturbed.get(key)]
                raise SystemExit(f"after {count} kills these differ: {sorted(differing)}")
            if list(scratch.iterdir()):
                raise SystemExit(f"after {count} kills these are left: {sorted(map(str, scratch.iterdir()))}")
    return f"{count} kills of {sweeps} sweeps: the same bytes in {len(undisturbed)} files, nothing lost, nothing left"


def main() -> int:
    """Kill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    print(check(10 if arguments.quick else 100, arguments.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
