"""The bits that were, and the same bits on other processors, libraries and Pythons."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine import golden

ROOT = Path(__file__).parents[2]


def test_rows_are_what_they_were() -> None:
    expected = json.loads(golden.FILE.read_text(encoding="utf-8"))
    assert golden.hashes() == expected, "renew with `python -m tests.engine.golden --renew` if this was meant"


def hashes_elsewhere(python: str, **environment: str) -> dict[str, str]:
    told = subprocess.run(
        [python, "-m", "tests.engine.golden"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)  # type: ignore[no-any-return]


@pytest.mark.slow
def test_the_same_bits_on_a_generic_processor(tmp_path: Path) -> None:
    """Compiles everything anew, which takes about a minute."""
    assert hashes_elsewhere(sys.executable, PACTSIM_CACHE=str(tmp_path), NUMBA_CPU_NAME="generic") == golden.hashes()


def test_the_same_bits_without_avx2_and_fma_in_the_c_library() -> None:
    """Whatever called `exp` of the C library, in lowering or in a kernel, would see this.

    Machine code is taken from the cache: it does not depend on what the C library makes of the processor.
    """
    assert hashes_elsewhere(sys.executable, GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX2,-FMA") == golden.hashes()


@pytest.mark.slow
def test_the_same_bits_on_another_python(tmp_path: Path) -> None:
    """`PACTSIM_OTHER_PYTHON` is the path of an interpreter that has what pactsim needs."""
    python = os.environ.get("PACTSIM_OTHER_PYTHON")
    if not python:
        pytest.skip("no PACTSIM_OTHER_PYTHON is set")
    assert hashes_elsewhere(python, PACTSIM_CACHE=str(tmp_path)) == golden.hashes()
