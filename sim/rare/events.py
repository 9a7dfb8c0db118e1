"""What can be rare: that somebody reaches a rung, enters, is attacked or has its forces struck."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Fault, InputError
from sim.outcomes import Outcome, catalogue, parse
from sim.scenario.model import Scenario

#: Between an outcome that is a distribution and the rung to be reached: ``peak_rung>=nuclear use``.
_REACHES = ">="


@dataclass(frozen=True)
class Event:
    """Something that happens in a run or does not, and stays having happened.

    Parameters
    ----------
    name : str
        As a user wrote it.
    column : str
        Column of the outcome rows.
    at_least : int
        It has happened where the column is at least this.
    towards : str
        Actor that it happens to, if it needs a crisis of this actor; empty: any will do.
    ally : str
        Actor that enters or whose forces are struck; empty otherwise.
    assumption_driven : str
        Why history does not inform it; empty where it does.
    """

    name: str
    column: str
    at_least: int
    towards: str = ""
    ally: str = ""
    assumption_driven: str = ""


def read_event(text: str, scenario: Scenario, path: str = "--event") -> Event:
    """Read an event.

    Parameters
    ----------
    text : str
        The name of a share, such as ``nuclear_use`` or ``intervention:Russia:DPRK``, or ``peak_rung>=RUNG`` or
        ``peak_rung:A>B>=RUNG``.
    scenario : Scenario
        As resolved.
    path : str
        Where it stands, for the message.

    Returns
    -------
    Event
        What is to be waited for.

    Raises
    ------
    InputError
        If there is no such event.
    """
    known = catalogue(scenario)
    name, reaches, rung = text.rpartition(_REACHES)
    outcome = parse((name if reaches else text).strip(), known, path)
    if reaches:
        return _reached(text, outcome, rung.strip(), path)
    if outcome.condition:
        fix = "Ask for one without; or start the scenario with the condition met, as attacked-dprk does."
        raise InputError(Fault("an event without a condition", repr(text), fix, path))
    if outcome.kind != "share":
        fix = f"Write '{text}>=RUNG'." if outcome.kind == "distribution" else "Ask for a share, such as war."
        raise InputError(Fault("an event, which happens or does not", f"{text!r}, a {outcome.kind}", fix, path))
    return _shared(text, outcome, scenario)


def _shared(text: str, outcome: Outcome, scenario: Scenario) -> Event:
    kind, _, rest = outcome.column.partition(":")
    ally, towards = "", ""
    if kind in ("entry", "tripwire"):
        ally, _, towards = rest.partition(">")
    elif kind == "attacked_at_war":
        towards = rest
    return Event(text, outcome.column, outcome.at_least, towards, ally, outcome.assumption_driven)


def _reached(text: str, outcome: Outcome, rung: str, path: str) -> Event:
    if outcome.kind != "distribution":
        fix = f"Leave out '{_REACHES}'."
        raise InputError(Fault("peak_rung, or peak_rung:A>B, before '>='", repr(outcome.name), fix, path))
    if rung not in outcome.rungs:
        need = f"a rung of the ladder: {', '.join(outcome.rungs)}"
        raise InputError(Fault(need, repr(rung), path=path))
    why = outcome.assumption_driven if rung in outcome.assumed_rungs else ""
    towards = outcome.column.partition(":")[2].partition(">")[2]
    return Event(text, outcome.column, outcome.rungs.index(rung), towards, "", why)
