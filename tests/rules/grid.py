"""Every rule on a grid of arguments, as a digest: ``python -m tests.rules.grid`` prints them.

With ``NUMBA_DISABLE_JIT=1`` the rules are plain Python; the digests must be those of compiled code.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import pkgutil
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import sim.rules
from sim import arithmetic, draws, quantiles
from sim.rules.choice import Situation

POINTS = 300

UNIT = (0.0, 1.0)
#: Range of each argument by name: whole numbers for pairs of integers. Others are numbers from -3 to 3.
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("u", "p", "belief", "prior", "automaticity", "act_strength", "learning", "reach"), UNIT),
    **dict.fromkeys(("p_article_51", "p_laws", "p_constitutional", "p_recognised", "p_if_attacked"), UNIT),
    **dict.fromkeys(("p_if_attacker", "p_leave_hot", "p_leave_cold", "p_entry", "factor", "p_low", "p_high"), UNIT),
    **dict.fromkeys(("tied_down", "probability", "share", "threshold", "narrow", "p_limited"), UNIT),
    **dict.fromkeys(("duty", "text_duty"), (-0.2, 1.0)),
    **dict.fromkeys(("status", "limit"), (0, 4)),
    **dict.fromkeys(("trigger", "response"), (0, 2)),
    **dict.fromkeys(("hot", "attacked", "war", "victim", "struck_first", "in_area", "asked", "qualified"), (0, 1)),
    **dict.fromkeys(("retroactive", "external_only", "can_up", "can_down", "leads", "signals"), (0, 1)),
    **dict.fromkeys(("inside", "armed", "grave", "graver", "invasion"), (0, 1)),
    **dict.fromkeys(("rung", "top", "step", "refractory_until", "threat", "force", "attack", "nuclear"), (0, 9)),
    **dict.fromkeys(("w_up", "w_down", "w_hold", "curvature", "gain_curvature", "loss_curvature"), (0.0, 2.0)),
    **dict.fromkeys(("form", "form_before", "form_now", "phase", "first_war_rung"), (0, 5)),
    **dict.fromkeys(("decay_days", "step_days", "mean_years", "hot_years", "cold_years"), (0.1, 50.0)),
    **dict.fromkeys(("war_weeks", "mean_weeks", "weeks", "rate", "mean"), (0.1, 40.0)),
    **dict.fromkeys(("power", "mine", "theirs", "stake", "a", "b", "low", "high", "accident", "by_will"), (0.0, 2.0)),
    **dict.fromkeys(("intensity", "relief", "support", "tied", "cohesion", "reference", "level", "feeding"), UNIT),
    **dict.fromkeys(("u_end", "u_onset", "p_end", "p_onset", "target", "pace", "supply"), UNIT),
    **dict.fromkeys(("wanted", "available", "flow", "full", "stock", "before", "per_year"), (0.01, 4.0)),
    **dict.fromkeys(("inverse_tolerance",), (0.1, 4.0)),
    "mask": (0, 15),
    **dict.fromkeys(("losing", "decapitation"), (1.0, 5.0)),
    **dict.fromkeys(("raised",), (0, 9)),
    "verdict": (0, 10),
    "move": (-1, 1),
    "purpose": (0, 255),
    "branch": (0, 2**24 - 1),
    "word": (0, 2**32 - 1),
}  # fmt: skip
WORDS = {"c0", "c1", "c2", "c3", "k0", "k1", "seed", "draw", "entity"}
#: Functions that give words too, or whose arguments are too special; `test_arithmetic` and `test_quantiles` have these.
SKIPPED = {
    "terms",
    "utility_terms",
    "entity",
    "fill_table",
    "table_at",
    "table_quantile",
    "_beta_below",
    "_gamma_below",
    "_invert",
    "_norms",
    "beta_probability",
    "gamma_probability",
    "triangular_quantile",
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Rules and elementary functions by name, each from the module that defines it."""
    modules = [arithmetic, draws, quantiles]
    modules += [importlib.import_module(x.name) for x in pkgutil.walk_packages(sim.rules.__path__, "sim.rules.")]
    for module in modules:
        for name, value in sorted(vars(module).items()):
            plain = getattr(value, "py_func", value)
            if inspect.isfunction(plain) and plain.__module__ == module.__name__ and name not in SKIPPED:
                yield f"{module.__name__}.{name}", value


def arguments_of(function: Callable[..., Any], generator: np.random.Generator) -> list[Any]:
    """Arguments in range for one call."""
    found: list[Any] = []
    for name in inspect.signature(getattr(function, "py_func", function)).parameters:
        if name == "at":
            found.append(Situation(*map(float, numbers(Situation._fields, generator))))
        else:
            found += numbers((name,), generator)
    return found


def numbers(names: Iterable[str], generator: np.random.Generator) -> list[Any]:
    """Numbers in range for arguments of these names."""
    found: list[Any] = []
    for name in names:
        low, high = (0, 2**32 - 1) if name in WORDS else RANGES.get(name, (-3.0, 3.0))
        whole = isinstance(high, int)
        found.append(int(generator.integers(low, high + 1)) if whole else float(generator.uniform(low, high)))
    return found


def bits(value: Any) -> bytes:
    """Bits of what a rule gave, a tuple or a number."""
    if isinstance(value, tuple):
        return b"".join(map(bits, value))
    return struct.pack("<d", float(value))


def digests() -> dict[str, str]:
    """Digest of every function over its grid."""
    found = {}
    for name, function in functions():
        generator = np.random.default_rng(hash_of(name))
        results = [bits(function(*arguments_of(function, generator))) for _ in range(POINTS)]
        found[name] = hashlib.sha256(b"".join(results)).hexdigest()
    return found


def hash_of(text: str) -> int:
    """Number of a text, the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")


if __name__ == "__main__":
    print(json.dumps(digests()))
