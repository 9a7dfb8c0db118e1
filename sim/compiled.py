"""The one door to numba: how rules and kernels are compiled and cached.

Two decorators and nothing else. `rule` marks a pure scalar function: it is inlined into
whatever calls it, so that a loop over lanes around it becomes SIMD code. `kernel` marks a
function that loops; it is cached on disk and releases the interpreter lock.

Both use plain IEEE arithmetic (no fastmath). The same function therefore gives the same bits
in a lane, in a scalar call, and as plain Python with ``NUMBA_DISABLE_JIT=1``.

Importing this module imports numba (about half a second): only the engine, the rules and the
Mesa model do so, never the command line, the loader or the plots.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding as llvm
import numba
from numba.core.caching import FunctionCache
from numba.core.runtime import rtsys

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent
#: Everything whose text can change a bit of an outcome row.
_RULE_SOURCES = ("arithmetic.py", "quantiles.py", "draws.py", "ladder.py", "treaties.py", "theories.py")
_RULE_FOLDERS = ("rules", "engine")

# A lane loop touches a dozen rows of the state. LLVM proves that they do not overlap with one
# run-time comparison per pair of rows, and by default gives up at eight comparisons.
llvm.set_option("", "--runtime-memory-check-threshold=1024")


@functools.cache
def rule_hash() -> str:
    """Hash the sources of the rule book and the engine.

    Two runs with the same hash, seed and scenario have the same bits.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    digest = hashlib.sha256()
    paths = [_PACKAGE / name for name in _RULE_SOURCES]
    for folder in _RULE_FOLDERS:
        paths += sorted((_PACKAGE / folder).rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_directory() -> Path | None:
    """Find where machine code and quantile tables are kept between processes.

    The folder's name holds the rule hash: numba looks only at the file of the function it
    compiles, and would run stale code after an edit to a rule that the function calls.

    Returns
    -------
    Path or None
        None where no folder can be written; kernels are then compiled in every process.
    """
    candidates = [
        os.environ.get("PACTSIM_CACHE"),
        os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pactsim"),
        os.path.join(tempfile.gettempdir(), f"pactsim-{os.getuid()}" if hasattr(os, "getuid") else "pactsim"),
    ]
    stamp = f"{rule_hash()[:16]}-numba{numba.__version__}"
    for candidate in filter(None, candidates):
        folder = Path(candidate) / stamp
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


#: Where what is made once is kept; None where nothing can be, and for plain Python, which is there to be compared.
CACHE = None if numba.config.DISABLE_JIT else cache_directory()


@contextlib.contextmanager
def _own_cache() -> Iterator[None]:
    # numba reads its global setting at decoration; a user's own kernels keep their setting.
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


@contextlib.contextmanager
def without_linear_algebra() -> Iterator[None]:
    """Let numba do without linear algebra for a while, in a process of our own that needs none.

    Before it compiles its first kernel, numba asks SciPy for BLAS, and importing that takes a tenth of a
    second. Kernels that use linear algebra cannot be compiled in this process afterwards.
    """
    asked = "scipy.linalg.cython_blas"
    if asked in sys.modules:
        yield
        return
    sys.modules[asked] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[asked]


class _MachineCode(FunctionCache):  # type: ignore[misc]
    """Machine code on disk, loaded without what only compiling needs.

    Before numba looks whether it has a function on disk, it imports and registers all that it could compile:
    longer than the loading takes. Where it finds none and compiles, it does the same again by itself.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        rtsys.initialize(target_context)
        target_context.refresh = _nothing
        try:
            return super().load_overload(sig, target_context)
        finally:
            del target_context.refresh


def _nothing() -> None:
    """Register nothing."""


def rule(function: Function) -> Function:
    """Compile a pure scalar function so that it is inlined into its callers."""
    return numba.njit(error_model="numpy", forceinline=True)(function)  # type: ignore[no-any-return]


def helper(function: Function) -> Function:
    """Compile a looping or rarely used function that is called, not inlined."""
    return numba.njit(error_model="numpy")(function)  # type: ignore[no-any-return]


def kernel(function: Function) -> Function:
    """Compile a function called from Python: cached on disk, without the interpreter lock."""
    if CACHE is None:
        return numba.njit(error_model="numpy", nogil=True)(function)  # type: ignore[no-any-return]
    dispatcher = numba.njit(error_model="numpy", nogil=True)(function)
    with _own_cache():
        # What `cache=True` does, with a cache of our own; numba holds its lock while it loads or compiles.
        dispatcher._cache = _MachineCode(function)
    return dispatcher  # type: ignore[no-any-return]
