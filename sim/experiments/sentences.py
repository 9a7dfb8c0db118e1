"""One sentence for each event of a run, as a person would say it aloud."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from sim.mesa_model.events import RunEvent
from sim.scenario.model import Clause, Scenario
from sim.theories import DEFAULT
from sim.treaties import VERDICT_TEXT, Verdict

#: Forms of support as they are said.
FORMS = {
    "none": "no support",
    "diplomatic": "diplomatic support",
    "arms": "arms",
    "rear_area_forces": "rear-area forces",
    "forces_in_theatre": "forces in theatre",
    "nuclear_signal": "forces in theatre and a nuclear signal",
}

PHASES = {
    "threat": "There is a threat between {}.",
    "force": "Force has now been used between {}.",
    "armed attack": "There is now an armed conflict between {}.",
    "state of war": "There is now a state of war between {}.",
    "nuclear": "Nuclear weapons have now been used between {}.",
}

#: Terms of utilities and shifts of log-odds as they are said.
TERMS = {
    "coercive gain": "what it gains by coercion",
    "conflict cost": "the cost of conflict",
    "nuclear risk": "nuclear risk",
    "habit": "habit",
    "resolve": "its resolve",
    "tension": "tension",
    "matching": "drawing level with the other side",
    "retaliation": "retaliation for force just used",
    "audience cost": "loss of face at home",
    "relief": "relief",
    "conceding": "coming down to the other side",
    "restraint by patrons": "restraint by its patrons",
    "nuclear stability": "arsenals on both sides",
    "gain felt": "the gain as it is felt",
    "loss felt": "the loss as it is felt",
    "provocation felt as a loss": "the provocation, felt as a loss",
    "reaction": "reaction to where the other side stands",
    "fatigue": "fatigue with where it stands itself",
    "grievance": "grievances just stirred up",
    "duty": "the duty or its lack",
    "winning": "what its weight would add",
    "stake": "its stake",
    "reputation": "its word",
    "tied-down force": "its forces tied down",
}

STATUSES = {
    "absent": "not yet signed",
    "signed": "signed, but not yet in force",
    "in_force": "in force",
    "ended": "no longer in force",
    "counterfactual": "in force, counterfactually",
}
RESPONSES = {"consult": "to consult", "act": "to act", "assist_all_means": "to assist by all means"}
TRIGGERS = {
    "direct_threat": "a direct threat",
    "armed_attack": "an armed attack",
    "armed_attack_and_state_of_war": "an armed attack and a state of war",
}
QUALIFIERS = {
    "article_51": "Article 51 of the UN Charter",
    "laws_of_both_parties": "the laws of both parties",
    "constitutional_processes": "constitutional processes",
    "external_attack_only": "external attack only",
}

#: Words that ask for an article in the name of a state.
_TITLES = {"States", "Republic", "Union", "Kingdom", "Federation", "Emirates"}
#: Terms smaller than this, and all but so many on each side, are left to ``--json``.
_LEAST, _MOST = 0.05, 3


def the(name: str) -> str:
    """A state's name as it stands in a sentence.

    Examples
    --------
    >>> the("US"), the("Russia"), the("United States")
    ('the US', 'Russia', 'the United States')
    """
    takes = (name.isupper() and 2 <= len(name) <= 5) or not _TITLES.isdisjoint(name.split())
    return f"the {name}" if takes else name


def sentence(text: str) -> str:
    """A text with its first letter large.

    Examples
    --------
    >>> sentence("the US holds.")
    'The US holds.'
    """
    return text[:1].upper() + text[1:]


def pair(names: list[str]) -> str:
    """Two states as they are said together."""
    return f"{the(names[0])} and {the(names[1])}"


def joined(parts: Iterable[str]) -> str:
    """Parts with commas and an "and".

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    first = list(parts)
    last = first.pop() if first else ""
    return f"{', '.join(first)} and {last}" if first else last


def weighed(terms: dict[str, float]) -> str:
    """The largest terms for and against, in words.

    Examples
    --------
    >>> weighed({"tension": 1.2, "habit": -2.0, "relief": 0.001})
    'for it: tension +1.20; against it: habit -2.00'
    """
    ordered = sorted(terms.items(), key=lambda item: -abs(item[1]))
    told = []
    for what, sign in (("for it", 1.0), ("against it", -1.0)):
        parts = [f"{TERMS.get(name, name)} {value:+.2f}" for name, value in ordered if value * sign >= _LEAST]
        if parts:
            told.append(f"{what}: {joined(parts[:_MOST])}")
    return "; ".join(told) or "nothing speaks for or against it"


class Sentences:
    """Puts events into words.

    Parameters
    ----------
    scenario : Scenario
        Of the run: its dates, rungs and clauses.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.clauses = {(treaty.name, clause.name): clause for treaty in scenario.treaties for clause in treaty.clauses}
        self.tellers: dict[str, Callable[[dict[str, Any]], str]] = {
            "climate": lambda d: (
                f"the climate turns {d['phase']}: from now on, incidents have the rates of such times."
            ),
            "parameter": lambda d: f"from now on, {d['path']} is {d['value']:.4g}.",
            "treaty": lambda d: f"{d['treaty']} is now {STATUSES[d['status']]}.",
            "front": self._front,
            "exhausted": self._exhausted,
            "incident": self._incident,
            "scheduled": self._scheduled,
            "choice": self._choice,
            "lift": self._lift,
            "episode": self._episode,
            "phase": lambda d: PHASES[d["phase"]].format(pair(d["between"])),
            "theatre": self._theatre,
            "attack": self._attack,
            "accident": self._accident,
            "clause": self._clause,
            "no forces": self._no_forces,
            "wait": self._wait,
            "arrival": self._arrival,
            "called off": self._called_off,
            "first use": self._first_use,
            "tripwire": self._tripwire,
            "ceasefire": self._ceasefire,
            "stand down": self._stand_down,
        }

    def tell(self, event: RunEvent) -> str:
        """The sentence of one event, or several; empty where there is nothing to say."""
        if event.kind == "support":
            return sentence(self._support(event.details, event.step))
        return sentence(self.tellers[event.kind](event.details))

    def date(self, step: int) -> str:
        """Date at which a step begins."""
        date = self.scenario.as_of + datetime.timedelta(days=self.scenario.step_days * step)
        return f"{date.day} {date:%B %Y}"

    def _front(self, d: dict[str, Any]) -> str:
        if d["begins"]:
            shock = ", with an armed conflict under way here" if d["shock"] else ""
            return f"fighting begins in {d['front']}{shock}: it ties forces of {the(d['actor'])}."
        return f"a ceasefire in {d['front']} frees forces of {the(d['actor'])}."

    def _exhausted(self, d: dict[str, Any]) -> str:
        return f"{the(d['sender'])} has no more to send {the(d['receiver'])} than it makes: {d['exchange']} run short."

    def _incident(self, d: dict[str, Any]) -> str:
        adds = f" ({d['tension']:+.2f} tension for {the(d['against'])})" if d["tension"] >= _LEAST else ""
        what = f"{d['incident']}, by {the(d['by'])} against {the(d['against'])}"
        return f"{what}, at the level of {d['rung']}{adds}."

    def _scheduled(self, d: dict[str, Any]) -> str:
        return f"as the scenario has it, {the(d['by'])} acts against {the(d['against'])} at the level of {d['rung']}."

    def _choice(self, d: dict[str, Any]) -> str:
        verb = "goes up" if d["move"] == "up" else "steps down"
        moves = f"{the(d['by'])} {verb} from {d['from']} to {d['to']} towards {the(d['against'])}"
        by = "" if d["theory"] == DEFAULT else f"by {d['theory'].replace('_', ' ')}, "
        chance = f"{by}utility {d['utility']:+.2f}, with 0 for holding: a chance of {percent(d['probability'])}"
        return f"{moves} ({chance}); {weighed(d['terms'])}."

    def _lift(self, d: dict[str, Any]) -> str:
        move = f"from {d['from']} to {d['to']} against {the(d['against'])}"
        who, whom = the(d["by"]), the(d.get("beneficiary", ""))
        return {
            "scheduled": f"this takes {who} {move}.",
            "incident": f"this takes {who} {move}, not by choice.",
            "slide": f"with that {who} goes {move}.",
            "mutual war": f"war is mutual, and so {who} goes {move}.",
            "strikes": f"that strike takes {who} {move}.",
            "struck": f"{who}, whose forces with {whom} were struck, goes {move}.",
            "first use": f"with that {who} goes {move}.",
            "joins": f"{who} comes in on the side of {whom}: {move}.",
        }[d["cause"]]

    def _episode(self, d: dict[str, Any]) -> str:
        if d["begins"]:
            return f"a crisis begins between {pair(d['between'])}."
        return f"the crisis between {pair(d['between'])} is over; it got as far as {_as_far(d['phase'])}."

    def _theatre(self, d: dict[str, Any]) -> str:
        falls = [
            f"the theatre of attacks by {the(one)} on {the(two)} is {place}"
            for (one, two), place in ((name.split(">"), place) for name, place in d["attacks"].items())
        ]
        return f"in this crisis, {joined(falls)}." if falls else ""

    def _attack(self, d: dict[str, Any]) -> str:
        by, against = the(d["by"]), the(d["against"])
        return {
            "attacks": f"{by} makes an armed attack on {against}.",
            "answers": f"{by} fights back, and so has attacked {against} too.",
            "tripwire": f"this counts as an armed attack by {by} on {against}.",
        }[d["how"]]

    def _accident(self, d: dict[str, Any]) -> str:
        what = f"the {d['incident']}" if d["incident"] else "the act of force"
        return f"nobody wanted it, but {what} by {the(d['by'])} against {the(d['against'])} slides into war."

    def clause(self, d: dict[str, Any]) -> str:
        """Where a clause stands and whom it binds to whom."""
        article = d["article"] or d["clause"]
        counter = ", counterfactual" if d["counterfactual"] else ""
        return f"{article} of {d['treaty']} ({the(d['obligor'])} to {the(d['beneficiary'])}{counter})"

    def _clause(self, d: dict[str, Any]) -> str:
        met = d["verdict"].startswith("met")
        coded = self.clauses.get((d["treaty"], d["clause"]))
        what = f", {RESPONSES[coded.response]} after {TRIGGERS[coded.trigger]}" if coded is not None else ""
        test = f"{the(d['obligor'])} looks at {self.clause(d)}{what}, against {the(d['adversary'])}"
        return f"{test}. {'Met' if met else 'Not met'}: {self._reason(d, coded)}."

    def _reason(self, d: dict[str, Any], clause: Clause | None) -> str:
        verdict = Verdict[d["verdict"].upper()]
        text = VERDICT_TEXT[verdict].removeprefix("met: ")
        text = text.replace("the obligor", the(d["obligor"])).replace("the beneficiary", the(d["beneficiary"]))
        if verdict == Verdict.BENEFICIARY_JUDGED_ATTACKER:
            first = {1.0: "whose side attacked first", 0.5: "after both sides attacked at once"}
            return f"{text}, {first.get(d['beneficiary_struck_first'], 'though its side did not attack first')}"
        if verdict == Verdict.OUTSIDE_AREA:
            return f"{text}: its theatre is {d['theatre']}"
        if verdict == Verdict.QUALIFIER_NOT_SATISFIED and clause is not None:
            return f"{text}: {joined(QUALIFIERS[word] for word in clause.qualifiers if word != 'external_attack_only')}"
        return text

    def _support(self, d: dict[str, Any], step: int) -> str:
        chance = f"a chance of {percent(d['chance'])} for that or more"
        if d["form"] in ("diplomatic", "arms") and d["phase"] not in ("threat", "force"):
            chance += f", of {percent(d['chance_of_forces'])} for forces"
        decides = (
            f"{the(d['ally'])} decides on {FORMS[d['form']]} for {the(d['beneficiary'])} against {the(d['against'])}"
        )
        return f"{decides}, due {self._due(d['due'], step)} ({chance}). {self._why(d)}{_law(d)}{_held_back(d)}"

    def _due(self, due: int, step: int) -> str:
        if due <= step:
            return "at once"
        return f"on {self.date(due)}" if due < self.scenario.n_steps else "after the end of this run"

    def _why(self, d: dict[str, Any]) -> str:
        duty = "no duty to use force is met" if d["duty"] < 0.0 else f"a duty of strength {d['duty']:.2f} is met"
        consult = ", one to consult is" if d["consult"] and d["duty"] < 0.0 else ""
        return f"{sentence(duty)}{consult}. Log-odds, {weighed(d['shifts'])}."

    def _no_forces(self, d: dict[str, Any]) -> str:
        stays = f"{the(d['ally'])} sends no forces for {the(d['beneficiary'])} against {the(d['against'])}"
        more = f", {FORMS[d['form']]} at most" if d["form"] != "none" else ""
        chance = f"(a chance of {percent(d['chance'])} that it would)"
        return f"{stays}{more} {chance}. {self._why(d)}{_law(d)}{_held_back(d)}"

    def _wait(self, d: dict[str, Any]) -> str:
        what = f"the {FORMS[d['form']]} due for {the(d['beneficiary'])} against {the(d['against'])}"
        return f"{the(d['ally'])} holds back {what}: the crisis has cooled and calls for less."

    def _arrival(self, d: dict[str, Any]) -> str:
        return f"{the(d['beneficiary'])} now has {FORMS[d['form']]} from {the(d['ally'])} against {the(d['against'])}."

    def _called_off(self, d: dict[str, Any]) -> str:
        what = f"the {FORMS[d['form']]} on the way for {the(d['beneficiary'])} against {the(d['against'])}"
        return f"{the(d['ally'])} calls off {what}."

    def _tripwire(self, d: dict[str, Any]) -> str:
        attack = f"the attack of {the(d['by'])} on {the(d['beneficiary'])}"
        return f"{attack} also strikes forces of {the(d['ally'])} that are stationed there: a tripwire, not a choice."

    def _first_use(self, d: dict[str, Any]) -> str:
        uses = f"{the(d['by'])} is the first to use nuclear weapons against {the(d['against'])}"
        war = "major" if d["major"] else "limited"
        why = {
            "accident": "an accident that nobody ordered",
            "war": f"the {war} war itself is the trigger",
            "losing": f"it is losing the {war} war, with {percent(d['power_share'])} of the power on both sides",
            "decapitation": "attacks on its own territory in a major war threaten its command",
        }[d["trigger"]]
        return f"{uses}: {why} (a chance of {percent(d['probability'])} in this step)."

    def _ceasefire(self, d: dict[str, Any]) -> str:
        back = f"both go back to {self.scenario.ladder[0].name}"
        rest = f", and neither rises before {self.date(d['until'])}"
        return f"a ceasefire ends the war between {pair(d['between'])}: {back}{rest}."

    def _stand_down(self, d: dict[str, Any]) -> str:
        ally = f"{the(d['ally'])}, which had come in for {the(d['beneficiary'])},"
        back = f"both go back to {self.scenario.ladder[0].name}"
        return f"with that {ally} and {the(d['adversary'])} stand down too: {back}."


def percent(chance: float) -> str:
    """A chance as it is said.

    Examples
    --------
    >>> percent(0.314), percent(0.004), percent(0.9999)
    ('31 %', 'less than 1 %', 'more than 99 %')
    """
    if 0.0 < chance < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < chance < 1.0 else f"{chance:.0%}".replace("%", " %")


def _as_far(phase: str) -> str:
    return {"threat": "a threat", "force": "the use of force", "armed attack": "an armed attack",
            "state of war": "a state of war", "nuclear": "nuclear use"}[phase]  # fmt: skip


def _law(d: dict[str, Any]) -> str:
    """Which legal situation holds for the ally, where its law knows two."""
    situation = d.get("law")
    if situation is None:
        return ""
    return {
        "usual": " Its law allows what it does short of a state of war.",
        "not graver": " Its government does not find the graver situation, in which its law would allow more.",
        "graver": " Its government finds the graver situation, in which its law allows more.",
        "attacked at home": " It has been attacked at home, so that its law allows more.",
    }[situation]


def _held_back(d: dict[str, Any]) -> str:
    if d["held_back"] is None:
        return ""
    why = "its law allows no more" if d["held_back"] == "law" else "a crisis at this level calls for no more"
    return f" It would be ready for {FORMS[d['drawn']]}, but {why}."
