"""The commented file that ``pactsim new`` writes: a scenario to change rather than a blank page."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.file_format import Key, keys_of, scenario_keys
from sim.scenario.names import is_name
from sim.scenario.quantity import FAMILIES

_HEAD = """\
# A scenario of pactsim. What is written here goes on top of '{base}'; delete what you do not need.
# 'pactsim check FILE' says what is wrong, 'pactsim show FILE' what comes out, and
# 'pactsim list paths FILE' which values can be set.
pactsim: 1
extends: {base}
title: What if …
question: Does … become likelier?

# When and how long. Treaties bind by date, so 'as_of' decides which are in force.
# as_of: 2026-11-01
# horizon: 52 weeks                     # days, weeks, months or years
# step: 7 days

# Fitted and elicited values: files of parameters/, below everything else.
# parameters: [entry, beliefs]

# Treaties by the names of their files; names given here replace those of '{base}'.
# treaties: [DPRK-Russia-2024, US-ROK-1953]
# counterfactual: [DPRK-Russia=1961]    # SLOT=VERSION in force throughout; SLOT=none takes it out

# Contested mechanisms, a position each: 'pactsim list switches'.
# switches: {{emboldenment: none}}

# Values by path, over everything above. A number, or a distribution; always with its source.
# set:
#   actors.Russia.tied_down:
#     triangular: [0.15, 0.25, 0.45]
#     source: judged
#     note: why this and not more

# A crisis to begin in: an incident, or a rung that 'by' is put on.
# start:
#   - {{week: 0, incident: naval clash, by: DPRK, against: ROK, severity: 1.5}}

# What to report: 'pactsim list outcomes'.
# outcomes: [war, "intervention:Russia:DPRK", "intervention:Russia:DPRK|attacked_at_war:DPRK"]

# Distributions, each of which may have truncate: [low, high]:
{families}
# 'source', 'note' and 'confidence' (measured, estimated, judged) may stand on
# any mapping and hold for the numbers in it.

# Blocks. Items of lists merge by name; {{name: X, remove: true}} takes one out.
"""


def new_scenario(base: str = "baseline") -> str:
    """Write a commented scenario that extends another.

    Parameters
    ----------
    base : str
        Name of the scenario to start from.

    Returns
    -------
    str
        A valid scenario file; every key of the format is in it, all but a few commented out.

    Raises
    ------
    ValueError
        If the base is no name.

    Examples
    --------
    >>> print(new_scenario().splitlines()[4])
    extends: baseline
    """
    if not is_name(base):
        raise ValueError(f"{base!r} is no name of a scenario")
    families = "\n".join(f"#   {family}: [{', '.join(names)}]" for family, names in FAMILIES.items())
    head = _HEAD.format(base=base, families=families)
    return head + "\n".join(_blocks()) + "\n"


def _blocks() -> Iterator[str]:
    for name, key in scenario_keys().items():
        if key.model is not None and name not in ("treaties", "start"):
            yield ""
            yield f"# {(key.model.__doc__ or '').strip().splitlines()[0]}"
            yield f"# {name}:"
            yield from _keys(keys_of(key.model), "  - " if key.kind == "items" else "  ")


def _keys(keys: dict[str, Key], lead: str) -> Iterator[str]:
    names = [name for name in ("name", *keys) if name in keys and name not in ("source", "note", "confidence")]
    for name in dict.fromkeys(names):
        line = f"# {lead}{name}: …"
        said = keys[name].help_text + _measure(keys[name])
        yield f"{line:<40}# {said.strip()}" if said else line
        lead = " " * len(lead)


def _measure(key: Key) -> str:
    if key.unit is not None:
        return f" [{key.unit.unit}]"
    shown = [*key.words[:3], "…"] if len(key.words) > 4 else list(key.words)
    return f" [{', '.join(shown)}]" if shown else ""
