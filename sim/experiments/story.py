"""A run in words that can be read aloud: a timeline of what happened and why."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sim.mesa_model.events import RunEvent
from sim.scenario.model import Scenario
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
    "force": "Force has been used between {}.",
    "armed attack": "An armed attack has been made between {}.",
    "state of war": "There is now a state of war between {}.",
    "nuclear": "Nuclear weapons have been used between {}.",
}


class Story:
    """Tells a run.

    Parameters
    ----------
    scenario : Scenario
        Of the run.
    run, seed : int
        Its number and the seed of its ensemble.
    outcome : dict of str to int
        Outcome row.
    events : iterable of RunEvent
        In the order in which they happened.
    """

    def __init__(
        self, scenario: Scenario, run: int, seed: int, outcome: dict[str, int], events: Iterable[RunEvent]
    ) -> None:
        self.scenario, self.run, self.seed, self.outcome = scenario, run, seed, outcome
        self.events = list(events)
        self.rungs = [rung.name for rung in scenario.ladder]

    def text(self) -> str:
        """The whole story, one paragraph per step in which something happened."""
        return "\n".join([*self._opening(), *self._timeline(), "", *self._ending()])

    def _opening(self) -> Iterator[str]:
        yield f"{self.scenario.title}: run {self.run} of seed {self.seed}"
        assumed = [f"{t.slot} {t.version}" for t in self.scenario.treaties if t.counterfactual]
        if assumed:
            yield f"Counterfactual: {', '.join(assumed)} held in force for the whole horizon."
        yield ""

    def _timeline(self) -> Iterator[str]:
        step = -1
        left_out = 0
        for event in self.events:
            if event.kind == "choice" and not _worth_telling(event, self.rungs, self.scenario):
                left_out += 1
                continue
            if event.step != step:
                step = event.step
                yield self._heading(step)
            yield f"  {_TELLERS[event.kind](event.details)}"
        if left_out:
            yield f"\n({left_out} moves below the level of a threat are left out; --json has them all.)"

    def _heading(self, step: int) -> str:
        date = self.scenario.as_of + datetime.timedelta(days=self.scenario.step_days * step)
        return f"Step {step}, {date:%-d %B %Y}"

    def _ending(self) -> Iterator[str]:
        row = self.outcome
        yield f"In the end: the highest rung was {self.rungs[row['peak']]}."
        for column, meaning in (("t_war", "state of war"), ("t_nuclear", "nuclear use")):
            yield f"  First {meaning}: {self._when(row[column])}."
        for partnership in self.scenario.partnerships:
            ally, beneficiary = partnership.name.split(">")
            name = partnership.name
            if row[f"t_entry:{name}"] >= 0:
                yield f"  {ally} intervened for {beneficiary}: {self._when(row[f't_entry:{name}'])}."
            if row[f"tripwire:{name}"] >= 0:
                yield f"  {ally}'s forces at {beneficiary} were struck: {self._when(row[f'tripwire:{name}'])}."

    def _when(self, step: int) -> str:
        return "never" if step < 0 else f"step {step}"


def _worth_telling(event: RunEvent, rungs: list[str], scenario: Scenario) -> bool:
    """Whether a move touches a rung of MID level 2 or higher."""
    levels = {rung.name: rung.mid_level for rung in scenario.ladder}
    return max(levels[event.details["from"]], levels[event.details["to"]]) >= 2


def _pair(names: list[str]) -> str:
    return f"{names[0]} and {names[1]}"


def _terms(terms: dict[str, float], least: float = 0.005) -> str:
    """Terms that matter, largest first."""
    ordered = sorted(terms.items(), key=lambda item: -abs(item[1]))
    return ", ".join(f"{name} {value:+.2f}" for name, value in ordered if abs(value) >= least)


def _incident(d: dict[str, Any]) -> str:
    return f"{d['incident'].capitalize()} by {d['by']} against {d['against']}, at the level of {d['rung']}."


def _scheduled(d: dict[str, Any]) -> str:
    return f"As the scenario has it, {d['by']} is put at {d['rung']} against {d['against']}."


def _choice(d: dict[str, Any]) -> str:
    verb = "goes up" if d["move"] == "up" else "steps down"
    why = f"utility {d['utility']:+.2f} against 0 for holding, so a chance of {d['probability']:.0%}"
    return f"{d['by']} {verb} from {d['from']} to {d['to']} towards {d['against']} ({why}): {_terms(d['terms'])}."


def _episode(d: dict[str, Any]) -> str:
    return f"A crisis {'begins' if d['begins'] else 'ends'} between {_pair(d['between'])}."


def _clause(d: dict[str, Any]) -> str:
    reason = VERDICT_TEXT[Verdict[d["verdict"].upper()]]
    article = f", {d['article']}" if d["article"] else ""
    counter = " (counterfactual)" if d["counterfactual"] else ""
    duty = f"{d['obligor']} tests its duty to {d['beneficiary']} against {d['adversary']}"
    return f"{duty} under {d['treaty']}{article}{counter}: {reason}."


def _support(d: dict[str, Any]) -> str:
    duty = f"a duty of strength {d['duty']:.2f}" if d["duty"] > 0 else "no duty to use force"
    shifts = f"log-odds moved by {_terms(d['shifts'])}" if _terms(d["shifts"]) else "nothing moves the log-odds"
    promised = f"{d['ally']} decides on {FORMS[d['form']]} for {d['beneficiary']} against {d['against']}"
    return f"{promised}, due in step {d['due']} ({duty}; {shifts})."


def _accident(d: dict[str, Any]) -> str:
    how = f"the {d['incident']}" if d["incident"] else "its act"
    return f"Nobody wanted it, but {how} of {d['by']} against {d['against']} slides into war."


_TELLERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "climate": lambda d: f"The climate turns {d['phase']}.",
    "incident": _incident,
    "scheduled": _scheduled,
    "choice": _choice,
    "episode": _episode,
    "phase": lambda d: PHASES[d["phase"]].format(_pair(d["between"])),
    "attack": lambda d: f"{d['by']} makes an armed attack on {d['against']}.",
    "accident": _accident,
    "clause": _clause,
    "support": _support,
    "arrival": lambda d: f"{FORMS[d['form']].capitalize()} from {d['ally']} reaches {d['beneficiary']}.",
    "tripwire": lambda d: f"{d['by']} strikes forces of {d['ally']} at {d['beneficiary']}, because they are there.",
    "ceasefire": lambda d: f"A ceasefire ends the war between {_pair(d['between'])}.",
}
