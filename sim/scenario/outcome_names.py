"""The names of outcomes: what can be asked of a scenario's runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.scenario.wording import quote, suggest
from sim.treaties import Form, word

#: What an outcome can be asked under, and whether an actor is named with it.
CONDITIONS = {"attacked_at_war": True, "war": False, "major_war": False}

#: Forms that an intervention can be asked to reach.
FORMS: tuple[str, ...] = tuple(word(form) for form in Form if form is not Form.NONE)

#: Forms as a person says them.
SAID: dict[str, str] = {
    "diplomatic": "diplomatic support",
    "arms": "arms",
    "rear_area_forces": "rear-area forces",
    "forces_in_theatre": "forces in theatre",
    "nuclear_signal": "a nuclear signal",
}


@dataclass(frozen=True)
class Known:
    """The names of a scenario that outcomes can refer to.

    Parameters
    ----------
    actors, rivalries, partnerships, kinds : tuple of str
        Names of its actors, rivalries ``A>B``, partnerships ``A>B`` and incident kinds.
    """

    actors: tuple[str, ...]
    rivalries: tuple[str, ...]
    partnerships: tuple[str, ...]
    kinds: tuple[str, ...]


Problem = tuple[str, str, str]


def outcome_problem(text: str, known: Known) -> Problem | None:
    """Say what is wrong with an outcome's name, or return None.

    Parameters
    ----------
    text : str
        Such as ``intervention:Russia:DPRK|attacked_at_war:DPRK``.
    known : Known
        Names of the scenario.

    Returns
    -------
    tuple of str or None
        What is needed, what was given, and the fix.

    Examples
    --------
    >>> known = Known(("DPRK", "ROK"), ("DPRK>ROK", "ROK>DPRK"), (), ())
    >>> outcome_problem("war|attacked_at_war:ROK", known)
    >>> outcome_problem("wra", known)
    ('an outcome', "'wra'", "Did you mean 'war'?")
    """
    outcome, bar, condition = text.partition("|")
    problem = _outcome(outcome, known)
    if problem is not None or not bar:
        return problem
    kind, colon, actor = condition.partition(":")
    if kind not in CONDITIONS:
        need = "a condition 'attacked_at_war:ACTOR', 'war' or 'major_war' after '|'"
        return need, quote(condition), suggest(kind, CONDITIONS)
    if not CONDITIONS[kind]:
        return _bare(kind, [actor] if colon else [], known)
    return _one_of(actor, known.actors, "an actor")


def _outcome(text: str, known: Known) -> Problem | None:
    kind, *names = text.split(":")
    check = _CHECKS.get(kind)
    if check is None:
        return "an outcome", quote(text), suggest(kind, _CHECKS)
    return check(kind, names, known)


def _bare(kind: str, names: list[str], known: Known) -> Problem | None:
    return ("an outcome without ':'", quote(":".join([kind, *names])), f"Write '{kind}'.") if names else None


def _pair(kind: str, names: list[str], known: Known) -> Problem | None:
    if len(names) < 2 or len(names) > (3 if kind == "intervention" else 2):
        shape = f"{kind}:A:B" + (" or intervention:A:B:FORM" if kind == "intervention" else "")
        return shape, quote(":".join([kind, *names])), ""
    for name in names[:2]:
        problem = _one_of(name, known.actors, "an actor")
        if problem is not None:
            return problem
    problem = _one_of(f"{names[0]}>{names[1]}", known.partnerships, "a partnership")
    if problem is not None or len(names) < 3 or names[2] in FORMS:
        return problem
    return "a form of support", quote(names[2]), suggest(names[2], FORMS)


def _single(kind: str, names: list[str], known: Known) -> Problem | None:
    wanted = {"attacked_at_war": "ACTOR", "peak_rung": "A>B", "incidents": "KIND"}[kind]
    if kind == "peak_rung" and not names:
        return None
    if len(names) != 1:
        return f"{kind}:{wanted}", quote(":".join([kind, *names])), ""
    options = {"ACTOR": known.actors, "A>B": known.rivalries, "KIND": known.kinds}[wanted]
    label = {"ACTOR": "an actor", "A>B": "a rivalry", "KIND": "an incident kind"}[wanted]
    return _one_of(names[0], options, label)


def _one_of(name: str, options: tuple[str, ...], label: str) -> Problem | None:
    if name in options or "" in options:  # an empty name stands for one that could not be read
        return None
    return f"{label} of the scenario", quote(name), suggest(name, options, none="The scenario has none.")


_CHECKS: dict[str, Callable[[str, list[str], Known], Problem | None]] = {
    "force": _bare,
    "war": _bare,
    "major_war": _bare,
    "nuclear_use": _bare,
    "intervention": _pair,
    "tripwire": _pair,
    "attacked_at_war": _single,
    "peak_rung": _single,
    "incidents": _single,
}


def outcome_names(known: Known) -> dict[str, str]:
    """Give every outcome of a scenario without its conditions, with one line that says what it is."""
    found = {
        "force": "two actors of the scenario use force against each other",
        "war": "two actors of the scenario are in a state of war",
        "major_war": "two actors of the scenario are above the first rung of war",
        "nuclear_use": "nuclear weapons are used",
        "peak_rung": "highest rung reached by any rivalry (a distribution)",
    }
    for name in known.rivalries:
        found[f"peak_rung:{name}"] = f"highest rung reached by {name} (a distribution)"
    for name in known.partnerships:
        giver, _, taker = name.partition(">")
        found[f"intervention:{giver}:{taker}"] = f"{giver} sends rear-area forces or more for {taker}"
        for form in FORMS:
            more = "" if form == FORMS[-1] else " or more"
            found[f"intervention:{giver}:{taker}:{form}"] = f"{giver} gives {taker} {SAID[form]}{more}"
        found[f"tripwire:{giver}:{taker}"] = f"{giver}'s forces are struck in an attack on {taker}"
    for name in known.actors:
        found[f"attacked_at_war:{name}"] = f"{name} comes under armed attack in a state of war"
    for name in known.kinds:
        found[f"incidents:{name}"] = f"number of incidents of the kind {name}"
    return found
