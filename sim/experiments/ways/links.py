"""Stages of a chain as clauses of one sentence, and the event that it leads to in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.experiments.sentences import FORMS, sentence, the
from sim.experiments.ways.chain import CLAUSE, ENTRY, TRIPWIRE, Stage, Wanted
from sim.scenario.model import Scenario
from sim.treaties import VERDICT_TEXT, Form, Verdict, word

#: Why a first use, by its trigger.
_TRIGGERS = {
    "accident": "an accident that nobody ordered",
    "war": "with the war itself as the trigger",
    "losing": "as it is losing the war",
    "decapitation": "as attacks on its territory threaten its command",
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
        Such as "Week 3: the one does this; week 5: the other does that.".

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
    return sentence("; ".join(said)) + "." if said else "No threshold is crossed on the way."


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


def event_in_words(scenario: Scenario, wanted: Wanted) -> str:
    """Say what an event is.

    Parameters
    ----------
    scenario : Scenario
        Whose rungs are named.
    wanted : Wanted
        The event.

    Returns
    -------
    str
        Without a full stop.

    Examples
    --------
    >>> from sim.scenario.load import load_scenario
    >>> scenario = load_scenario("baseline").scenario
    >>> event_in_words(scenario, Wanted("peak:DPRK>ROK", 7)), event_in_words(scenario, Wanted("t_nuclear", 0))
    ('the DPRK reaches major war or more against the ROK', 'nuclear weapons are used')
    >>> event_in_words(scenario, Wanted("entry:Russia>DPRK", 3))
    'Russia gives the DPRK rear-area forces or more'
    """
    late = f" in step {wanted.least} or later" if wanted.column.startswith(_DATED) and wanted.least > 0 else ""
    return _EVENTS[wanted.kind](scenario, wanted) + late


def _rung_event(scenario: Scenario, wanted: Wanted) -> str:
    rungs = [rung.name for rung in scenario.ladder]
    what = f"{rungs[wanted.least]} or more" if 0 <= wanted.least < len(rungs) else f"rung {wanted.least}"
    verb = "stands at" if wanted.kind == "end" else "reaches"
    end = " at the end" if wanted.kind == "end" else ""
    if not wanted.about:
        return f"somebody {verb} {what}{end}"
    who, whom = wanted.about.split(">")
    return f"{the(who)} {verb} {what} against {the(whom)}{end}"


def _help_event(scenario: Scenario, wanted: Wanted) -> str:
    who, whom = map(the, wanted.about.split(">"))
    if wanted.kind == "tripwire":
        return f"forces of {who} with {whom} are struck"
    least = wanted.least if wanted.kind == "entry" else Form.REAR_AREA_FORCES
    form = FORMS[word(Form(min(max(least, 0), max(Form))))]
    return f"{who} gives {whom} {form}" + (" or more" if least < max(Form) else "")


def _verdict_event(scenario: Scenario, wanted: Wanted) -> str:
    clause, _, adversary = wanted.about.rpartition("|")
    text = VERDICT_TEXT[Verdict(min(max(wanted.least, 0), max(Verdict)))]
    return f"the test of {clause} against {the(adversary)} gets as far as: {text}"


_DATED = ("t_", "tripwire:", "attacked_at_war:")
_EVENTS: dict[str, Callable[[Scenario, Wanted], str]] = {
    "peak": _rung_event,
    "end": _rung_event,
    "t_force": lambda scenario, wanted: "force is used",
    "t_war": lambda scenario, wanted: "there is a state of war",
    "t_nuclear": lambda scenario, wanted: "nuclear weapons are used",
    "entry": _help_event,
    "t_entry": _help_event,
    "tripwire": _help_event,
    "attacked_at_war": lambda scenario, wanted: f"{the(wanted.about)} is attacked at home in a war",
    "verdict": _verdict_event,
    "incidents": lambda scenario, wanted: f"{wanted.least} or more of {wanted.about} happen",
}


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
    if not stage.cause.startswith("met"):
        text = VERDICT_TEXT[Verdict[stage.cause.upper()]]
        return f"{the(stage.who)} looks at {stage.rung}, for {the(stage.whom)} against {the(stage.against)}: {text}"
    late = " retroactively" if stage.cause == "met_retroactively" else ""
    return f"{stage.rung} binds {the(stage.who)}{late} to {the(stage.whom)} against {the(stage.against)}"


def _tripwire(stage: Stage) -> str:
    struck = f"forces of {the(stage.against)} with {the(stage.whom)}"
    return f"the attack of {the(stage.who)} also strikes {struck}"


def _incident(stage: Stage) -> str:
    what = stage.detail or "an incident"
    return f"{what} by {the(stage.who)} against {the(stage.against)} reaches {stage.rung}"


def _accident(stage: Stage) -> str:
    if not stage.detail:
        return f"{the(stage.who)} slides into {stage.rung} with {the(stage.against)} by accident"
    what = "an act of force" if stage.detail == "act of force" else stage.detail
    return f"{what} by {the(stage.who)} against {the(stage.against)} slides into {stage.rung}"


def _first_use(stage: Stage) -> str:
    uses = f"{the(stage.who)} is the first to use nuclear weapons against {the(stage.against)}"
    return f"{uses}, {_TRIGGERS[stage.detail]}" if stage.detail else uses


_LINKS = {ENTRY: _entry, CLAUSE: _clause, TRIPWIRE: _tripwire}
_CAUSES = {
    "choice": lambda s: f"{the(s.who)} goes up to {s.rung} against {the(s.against)} by choice",
    "incident": _incident,
    "accident": _accident,
    "scheduled": lambda s: f"as the scenario has it, {the(s.who)} acts against {the(s.against)} at {s.rung}",
    "mutual war": lambda s: f"{the(s.who)} is at {s.rung} with {the(s.against)}, as war is mutual",
    "strikes": lambda s: f"by striking forces of {the(s.against)}, {the(s.who)} goes to {s.rung} against it",
    "struck": lambda s: f"{the(s.who)}, whose forces were struck, goes to {s.rung} against {the(s.against)}",
    "joins": lambda s: f"coming in for a partner, {the(s.who)} goes to {s.rung} against {the(s.against)}",
    "first use": _first_use,
}
