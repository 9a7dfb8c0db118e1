"""A run in words that can be read aloud: a timeline of what happened and why."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from sim.experiments.sentences import Sentences, joined, sentence, the
from sim.mesa_model.events import RunEvent
from sim.scenario.model import Scenario
from sim.treaties import VERDICT_TEXT, Verdict

#: Verdicts that say no more than that a clause is not concerned; such tests are told together.
_NOT_CONCERNED = ("below_trigger", "not_in_force")
#: Moves that the sentence before them has told already.
_TOLD_BEFORE = ("ceasefire", "stand down", "closes")
#: Phases that other sentences tell: the beginning of the crisis, and the armed attack.
_TOLD_OTHERWISE = ("threat", "armed attack")


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
    turns : sequence of int
        Steps at which the run was split and went on with other draws.
    """

    def __init__(
        self,
        scenario: Scenario,
        run: int,
        seed: int,
        outcome: dict[str, int],
        events: Iterable[RunEvent],
        turns: Sequence[int] = (),
    ) -> None:
        self.scenario, self.run, self.seed, self.outcome = scenario, run, seed, outcome
        self.events, self.turns = list(events), turns
        self.sentences = Sentences(scenario)
        self.rungs = [rung.name for rung in scenario.ladder]
        self.levels = {rung.name: rung.mid_level for rung in scenario.ladder}

    def text(self) -> str:
        """The whole story, one paragraph per step in which something happened."""
        return "\n".join([*self._opening(), *self._timeline(), "", *self._ending()])

    def _opening(self) -> Iterator[str]:
        yield f"{self.scenario.title}: run {self.run} of seed {self.seed}"
        if self.turns:
            splits = [f"from step {step} ({self.sentences.date(step)})" for step in self.turns]
            yield f"It was split and went on with other draws {joined(splits)} on."
        assumed = [f"{t.slot} {t.version}" for t in self.scenario.treaties if t.counterfactual]
        if assumed:
            yield f"Counterfactual: {joined(assumed)} held in force for the whole horizon."
        open_ones = [r for r in self.scenario.rivalries if r.open]
        for rung, group in itertools.groupby(sorted(open_ones, key=self._height), key=lambda r: r.rung):
            stand = [" towards ".join(map(the, r.name.split(">"))) for r in group]
            yield f"At {rung} to begin with: {joined(stand)}."
        yield ""

    def _height(self, rivalry: object) -> int:
        return -self.rungs.index(rivalry.rung)  # type: ignore[attr-defined]

    def _timeline(self) -> Iterator[str]:
        told = [event for event in self.events if self._worth_telling(event)]
        for step, events in itertools.groupby(told, key=lambda event: event.step):
            lines = [line for line in self._lines(list(events)) if line]
            if lines:
                yield f"Step {step}, {self.sentences.date(step)}"
                yield from (f"  {line}" for line in lines)
        small = sum(event.kind in ("choice", "incident") and not self._worth_telling(event) for event in self.events)
        if small:
            yield f"\n({small} moves and incidents below the level of a threat are left out; --json has them all.)"

    def _lines(self, events: list[RunEvent]) -> Iterator[str]:
        """Sentences of one step; clauses that are not concerned are told together, with their reason."""
        for alike, group in itertools.groupby(events, key=_alike):
            if alike is None:
                yield from _once([self.sentences.tell(event) for event in group])
                continue
            names = dict.fromkeys(self.sentences.clause(event.details) for event in group)
            reason = VERDICT_TEXT[Verdict[alike[0].upper()]].removeprefix("below the trigger: ")
            yield f"No duty under {joined(names)} against {the(alike[1])}: {reason}."

    def _worth_telling(self, event: RunEvent) -> bool:
        """Whether an event belongs in the story: not what touches no rung of a threat, nor what is told otherwise."""
        details = event.details
        if event.kind == "choice":
            return max(self.levels[details["from"]], self.levels[details["to"]]) >= 2
        if event.kind == "incident":
            return self.levels[details["rung"]] >= 2
        if event.kind == "phase":
            return details["phase"] not in _TOLD_OTHERWISE
        return not (event.kind == "lift" and details["cause"] in _TOLD_BEFORE)

    def _ending(self) -> Iterator[str]:
        row = self.outcome
        yield f"In the end: the highest rung was {self.rungs[row['peak']]}."
        for column, meaning in (("t_war", "state of war"), ("t_nuclear", "nuclear use")):
            yield f"  First {meaning}: {self._when(row[column])}."
        for partnership in self.scenario.partnerships:
            name = partnership.name
            ally, beneficiary = (the(state) for state in name.split(">"))
            if row[f"t_entry:{name}"] >= 0:
                yield f"  {sentence(ally)} intervened for {beneficiary}: {self._when(row[f't_entry:{name}'])}."
            if row[f"tripwire:{name}"] >= 0:
                struck = f"Forces of {ally} stationed with {beneficiary} were struck"
                yield f"  {struck}: {self._when(row[f'tripwire:{name}'])}."

    def _when(self, step: int) -> str:
        return "never" if step < 0 else f"step {step}, {self.sentences.date(step)}"


def _once(lines: list[str]) -> Iterator[str]:
    """Sentences, each once, with how many times it would have been said."""
    for line in dict.fromkeys(lines):
        many = lines.count(line)
        yield f"{many} times: {line}" if many > 1 else line


def _alike(event: RunEvent) -> tuple[str, str] | None:
    """What clause tests that are told together have in common; None for all else."""
    if event.kind != "clause" or event.details["verdict"] not in _NOT_CONCERNED:
        return None
    return event.details["verdict"], event.details["adversary"]
