"""Stages of a chain as clauses of one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.chain import CLAUSE, ENTRY, TRIPWIRE, Stage
from sim.experiments.sentences import FORMS, sentence, the

#: Why a first use, by its trigger.
TRIGGERS = {
    "accident": "by accident",
    "war": "with the war itself as the trigger",
    "losing": "as it is losing the war",
    "decapitation": "as attacks on its territory threaten its command",
    "": "",
}


def told(stages: Sequence[tuple[Stage, float]]) -> str:
    """Tell a chain in one sentence.

    Parameters
    ----------
    stages : sequence of tuple
        Each stage with its median week from the start.

    Returns
    -------
    str
        Such as "Week 3: …; week 5: …."

    Examples
    --------
    >>> war = Stage(3, "state of war", "DPRK", "ROK", "limited war", "accident", "border fire")
    >>> entry = Stage(5, "entry", "US", "DPRK", "forces_in_theatre", "duty", "Article 3 of US-ROK-1953", "ROK")
    >>> told([(war, 3.0), (entry, 5.0)])
    'Week 3: border fire by the DPRK against the ROK slides into limited war; week 5: the US comes in with forces in
    theatre for the ROK against the DPRK, bound by Article 3 of US-ROK-1953.'
    """
    said: list[str] = []
    before: float | None = None
    for stage, week in stages:
        when = "" if week == before else f"week {week:.3g}: "
        said.append(when + link(stage))
        before = week
    return sentence("; ".join(said)) + "." if said else ""


def link(stage: Stage) -> str:
    """Tell one stage, without a date.

    Parameters
    ----------
    stage : Stage
        Of a chain.

    Returns
    -------
    str
        A clause without its full stop.

    Examples
    --------
    >>> link(Stage(1, "nuclear use", "DPRK", "ROK", "nuclear use", "first use", "losing"))
    'the DPRK is the first to use nuclear weapons against the ROK, as it is losing the war'
    """
    if stage.what in _LINKS:
        return _LINKS[stage.what](stage)
    return _CAUSES[stage.cause](stage)


def _entry(stage: Stage) -> str:
    why = {
        "duty": f", bound by {stage.detail}" if stage.detail else ", bound by a clause",
        "consultation": ", bound only to consult",
        "own choice": ", bound by nothing",
    }[stage.cause]
    form = FORMS[stage.rung]
    comes = f"comes in with {form}" if "forces" in form else f"gives {form}"
    return f"{the(stage.who)} {comes} for {the(stage.whom)} against {the(stage.against)}{why}"


def _clause(stage: Stage) -> str:
    late = " retroactively" if stage.cause == "met_retroactively" else ""
    return f"{stage.rung} binds {the(stage.who)}{late} to {the(stage.whom)} against {the(stage.against)}"


def _tripwire(stage: Stage) -> str:
    struck = f"forces of {the(stage.against)} with {the(stage.whom)}"
    return f"the attack of {the(stage.who)} also strikes {struck}"


def _incident(stage: Stage) -> str:
    what = stage.detail or "an incident"
    return f"{what} by {the(stage.who)} against {the(stage.against)} reaches {stage.rung}"


def _accident(stage: Stage) -> str:
    what = stage.detail or "an act of force"
    return f"{what} by {the(stage.who)} against {the(stage.against)} slides into {stage.rung}"


def _first_use(stage: Stage) -> str:
    why = TRIGGERS[stage.detail]
    uses = f"{the(stage.who)} is the first to use nuclear weapons against {the(stage.against)}"
    return f"{uses}{', ' if why and stage.detail != 'accident' else ' ' if why else ''}{why}"


_LINKS = {ENTRY: _entry, CLAUSE: _clause, TRIPWIRE: _tripwire}
_CAUSES = {
    "choice": lambda s: f"{the(s.who)} goes up to {s.rung} against {the(s.against)} by choice",
    "incident": _incident,
    "accident": _accident,
    "scheduled": lambda s: f"as the scenario has it, {the(s.who)} acts against {the(s.against)} at {s.rung}",
    "mutual war": lambda s: f"{the(s.who)} is at {s.rung} with {the(s.against)}, as war is mutual",
    "strikes": lambda s: f"that strike takes {the(s.who)} to {s.rung} against {the(s.against)}",
    "struck": lambda s: f"{the(s.who)}, whose forces were struck, goes to {s.rung} against {the(s.against)}",
    "joins": lambda s: f"with that {the(s.who)} goes to {s.rung} against {the(s.against)}",
    "first use": _first_use,
}
