"""A recorded run reduced to the decisive chain: who crossed which threshold, why, and who came in.

Thresholds are the first rungs of force, armed attack, state of war, major war and nuclear use. Of each pair of rivals
the chain has what happened in the crisis in which the event came about, and of other pairs only what drew that pair
in: a war of an ally into which forces were sent or in which they were struck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.mesa_model.events import RunEvent
from sim.scenario.model import Scenario
from sim.scenario.standing import first_rungs
from sim.treaties import INTERVENTION, Form, Verdict

#: What a stage can be, those of thresholds in rising order.
THRESHOLDS = ("force", "armed attack", "state of war", "major war", "nuclear use")
RUNG, ENTRY, TRIPWIRE, CLAUSE = "rung", "entry", "tripwire", "clause"

#: Lowest level of detail at which a stage is told; thresholds that are no turning points from 2 on.
_LEAST = {ENTRY: 1, TRIPWIRE: 3, CLAUSE: 4}


@dataclass(frozen=True)
class Stage:
    """One link of the chain.

    Parameters
    ----------
    step : int
        When.
    what : str
        A threshold that a pair crosses for the first time in its crisis, ``rung`` (a rung that is no threshold, where
        it is the event), ``entry`` (support arrives), ``tripwire`` or ``clause`` (one that binds).
    who, against : str
        States; of a tripwire the attacker and the ally whose forces are struck.
    rung : str
        The rung reached, the form of support, or the clause.
    cause : str
        Of a rung: ``choice``, ``incident``, ``accident`` (a slide into war), ``scheduled``, ``joins`` (a partner's
        war), ``strikes`` or ``struck`` (by a tripwire), ``mutual war`` or ``first use``. Of an entry: ``duty``,
        ``consultation`` or ``own choice``. Of a clause its verdict. Of a tripwire ``tripwire``.
    detail : str
        The kind of incident that led to it, or ``act of force`` where an accident had none; the trigger of a first
        use; the clauses that bound. Empty where there is none, or where it is left out.
    whom : str
        Whom support or a duty is for; empty for other stages.
    """

    step: int
    what: str
    who: str
    against: str
    rung: str
    cause: str
    detail: str = ""
    whom: str = ""

    @property
    def key(self) -> Stage:
        """The same at no particular time, which is what makes two chains alike."""
        return replace(self, step=-1)


@dataclass
class _Crisis:
    """Of one pair: its stages with their places among the run's events, and what it has reached."""

    stages: list[tuple[int, Stage]] = field(default_factory=list)
    reached: int = -1
    over: int | None = None
    parents: set[frozenset[str]] = field(default_factory=set)


@dataclass(frozen=True)
class Wanted:
    """The event that a chain leads to.

    Parameters
    ----------
    column : str
        Of the outcome rows.
    least : int
        It has happened once the column is at least this.

    Examples
    --------
    >>> Wanted("entry:Russia>DPRK", 3).kind, Wanted("entry:Russia>DPRK", 3).about
    ('entry', 'Russia>DPRK')
    """

    column: str
    least: int

    @property
    def kind(self) -> str:
        """What the column tells of."""
        return self.column.partition(":")[0]

    @property
    def about(self) -> str:
        """What it is about, such as a pair of states; empty for the whole run."""
        return self.column.partition(":")[2]


def decisive_chain(scenario: Scenario, events: Iterable[RunEvent], wanted: Wanted) -> tuple[Stage, ...]:
    """Reduce a run to the chain that led to an event.

    Parameters
    ----------
    scenario : Scenario
        Of the run.
    events : iterable of RunEvent
        What happened up to the step in which the event did.
    wanted : Wanted
        The event.

    Returns
    -------
    tuple of Stage
        In the order in which they happened. The last one is the final act, unless the event is none that moves states.
    """
    return _Reader(scenario, wanted).read(list(events))


class _Reader:
    """Goes through the events of a run once, with a crisis for each pair."""

    def __init__(self, scenario: Scenario, wanted: Wanted) -> None:
        self.wanted = wanted
        self.names = [rung.name for rung in scenario.ladder]
        self.rank = {name: rank for rank, name in enumerate(self.names)}
        self.firsts = _thresholds(scenario)
        self.forceful = {(t.name, c.name) for t in scenario.treaties for c in t.clauses if c.response != "consult"}
        self.crises: dict[frozenset[str], _Crisis] = {}
        #: clauses that bind now, as they are called, by obligor, beneficiary and adversary
        self.binding: dict[tuple[str, str, str], dict[tuple[str, str], str]] = {}
        #: why the ally is coming: the cause and the detail of its entry
        self.duties: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.incident = self.trigger = self.slid = ""
        self.final: list[tuple[int, frozenset[str]]] = []
        self.readers: dict[str, Callable[[int, int, dict[str, Any]], None]] = {
            "incident": self._incident,
            "accident": self._accident,
            "first use": self._first_use,
            "choice": self._move,
            "lift": self._move,
            "episode": self._episode,
            "clause": self._clause,
            "support": self._support,
            "arrival": self._arrival,
            "tripwire": self._tripwire,
        }

    def read(self, events: list[RunEvent]) -> tuple[Stage, ...]:
        last = events[-1].step if events else 0
        for place, event in enumerate(events):
            reader = self.readers.get(event.kind)
            if reader is not None:
                reader(place, event.step, event.details)
        finals = [(place, pair) for place, pair in self.final if events[place].step == last]
        end = min((place for place, _ in finals), default=len(events))
        focus = {pair for place, pair in finals if place == end} or self._all_about()
        found = [stage for pair in self._with_parents(focus) for stage in self._of(pair).stages if stage[0] <= end]
        return tuple(stage for _, stage in sorted(found, key=lambda item: item[0]))

    def _all_about(self) -> set[frozenset[str]]:
        """Pairs that an event is about that no single act brings about, such as a number of incidents."""
        states = set(self.wanted.about.split(">"))
        named = {pair for pair in self.crises if states <= pair or (len(states) == 1 and states & pair)}
        return named or set(self.crises)

    def _with_parents(self, focus: set[frozenset[str]]) -> set[frozenset[str]]:
        found, new = set(focus), set(focus)
        while new:
            new = {parent for pair in new for parent in self._of(pair).parents} - found
            found |= new
        return found

    def _of(self, pair: frozenset[str]) -> _Crisis:
        return self.crises.setdefault(pair, _Crisis())

    def _crisis(self, pair: frozenset[str], step: int) -> _Crisis:
        """The crisis that a stage of a pair belongs to: a new one where the last was over before this step."""
        crisis = self._of(pair)
        if crisis.over is not None and crisis.over < step:
            crisis = self.crises[pair] = _Crisis()
        return crisis

    def _add(self, place: int, stage: Stage, *pair: str, final: bool = False) -> None:
        both = frozenset(pair)
        self._crisis(both, stage.step).stages.append((place, stage))
        if final:
            self.final.append((place, both))

    def _incident(self, place: int, step: int, d: dict[str, Any]) -> None:
        self.incident = d["incident"]

    def _accident(self, place: int, step: int, d: dict[str, Any]) -> None:
        self.slid = d["incident"] or "act of force"

    def _first_use(self, place: int, step: int, d: dict[str, Any]) -> None:
        self.trigger = d["trigger"]

    def _move(self, place: int, step: int, d: dict[str, Any]) -> None:
        """A rung reached: a stage where it is a threshold that the pair had not crossed, or the event."""
        rank, both = self.rank[d["to"]], frozenset((d["by"], d["against"]))
        if rank <= self.rank[d["from"]]:
            return
        crisis = self._crisis(both, step)
        cause = d.get("cause", "choice")
        if "beneficiary" in d:
            crisis.parents.add(frozenset((d["beneficiary"], d["by"] if cause == "strikes" else d["against"])))
        level = max((i for i, first in enumerate(self.firsts) if rank >= first), default=-1)
        final = self._is_event(d, rank)
        if level > crisis.reached or final:
            what = THRESHOLDS[level] if level > crisis.reached else RUNG
            detail = {"incident": self.incident, "slide": self.slid, "first use": self.trigger}.get(cause, "")
            cause = "accident" if cause == "slide" else cause
            stage = Stage(step, what, d["by"], d["against"], d["to"], cause, detail)
            self._add(place, stage, *both, final=final)
            crisis.reached = max(level, crisis.reached)

    def _is_event(self, d: dict[str, Any], rank: int) -> bool:
        """Whether a rung is one that the event asks for."""
        kind, states = self.wanted.kind, self.wanted.about.split(">")
        if kind == "peak":
            return rank >= self.wanted.least and (not self.wanted.about or states == [d["by"], d["against"]])
        if kind == "attacked_at_war":
            return rank >= self.firsts[2] and self.wanted.about in (d["by"], d["against"])
        place = {"t_force": 0, "t_war": 2, "t_nuclear": 4}.get(kind)
        return place is not None and rank >= self.firsts[place]

    def _episode(self, place: int, step: int, d: dict[str, Any]) -> None:
        if not d["begins"]:
            self._of(frozenset(d["between"])).over = step
            one, two = d["between"]
            for known in [known for known in self.binding if {known[1], known[2]} == {one, two}]:
                del self.binding[known]

    def _clause(self, place: int, step: int, d: dict[str, Any]) -> None:
        who, clause = (d["obligor"], d["beneficiary"], d["adversary"]), (d["treaty"], d["clause"])
        binding, verdict = self.binding.setdefault(who, {}), d["verdict"]
        final = self.wanted.column == f"verdict:{d['treaty']}/{d['clause']}|{d['adversary']}"
        final = final and Verdict[verdict.upper()] >= self.wanted.least
        text, binds = f"{d['article'] or d['clause']} of {d['treaty']}", verdict.startswith("met")
        if final or (binds and clause in self.forceful and clause not in binding):
            stage = Stage(step, CLAUSE, d["obligor"], d["adversary"], text, verdict, "", d["beneficiary"])
            self._add(place, stage, d["beneficiary"], d["adversary"], final=final)
        if binds:
            binding[clause] = text
        else:
            binding.pop(clause, None)

    def _support(self, place: int, step: int, d: dict[str, Any]) -> None:
        """Why an ally will come: a duty to act, or only one to consult, or neither."""
        who = (d["ally"], d["beneficiary"], d["against"])
        binding = self.binding.get(who, {})
        acts = [text for clause, text in binding.items() if clause in self.forceful]
        if d["duty"] >= 0.0 and acts:
            self.duties[who] = "duty", " and ".join(sorted(acts))
        else:
            self.duties[who] = "consultation" if d["consult"] else "own choice", ""

    def _arrival(self, place: int, step: int, d: dict[str, Any]) -> None:
        who = (d["ally"], d["beneficiary"], d["against"])
        form = Form[d["form"].upper()]
        asked = self.wanted.kind in ("entry", "t_entry") and self.wanted.about == f"{d['ally']}>{d['beneficiary']}"
        least = self.wanted.least if self.wanted.kind == "entry" else INTERVENTION
        if form >= INTERVENTION or (asked and form >= least):
            cause, detail = self.duties.get(who, ("own choice", ""))
            stage = Stage(step, ENTRY, d["ally"], d["against"], d["form"], cause, detail, d["beneficiary"])
            self._add(place, stage, d["beneficiary"], d["against"], final=asked and form >= least)

    def _tripwire(self, place: int, step: int, d: dict[str, Any]) -> None:
        stage = Stage(step, TRIPWIRE, d["by"], d["ally"], "", TRIPWIRE, "", d["beneficiary"])
        final = self.wanted.kind == "tripwire" and self.wanted.about == f"{d['ally']}>{d['beneficiary']}"
        self._add(place, stage, d["beneficiary"], d["by"], final=final)


def _thresholds(scenario: Scenario) -> list[int]:
    """Lowest rung of each of `THRESHOLDS`; the ladder's length where it has none."""
    first = first_rungs(scenario)
    major = first["war"] + 1 if first["war"] + 1 < first["nuclear"] else len(scenario.ladder)
    return [first["force"], first["attack"], first["war"], major, first["nuclear"]]


def coarser(chain: Sequence[Stage], detail: int) -> tuple[Stage, ...]:
    """Leave out of a chain what is finer than asked for; the final act always stays as it is.

    Parameters
    ----------
    chain : sequence of Stage
        As `decisive_chain` gives it.
    detail : int
        4 everything; 3 without the binding of clauses, which entries name as their cause; 2 without kinds of incident
        and clauses, and without tripwires; 1 of each pair only what set off its war, or else its first use of force,
        and entries; 0 only that without entries.

    Returns
    -------
    tuple of Stage
        Fewer stages, or with less said of them.

    Examples
    --------
    >>> chain = [Stage(0, "force", "A", "B", "clash", "incident", "border fire"), Stage(4, "nuclear use", "A", "B",
    ...          "nuclear use", "first use", "losing")]
    >>> [(stage.what, stage.detail) for stage in coarser(chain, 2)]
    [('force', ''), ('nuclear use', 'losing')]
    """
    return (*_thinned(chain[:-1], detail), *chain[-1:])


def _thinned(stages: Sequence[Stage], detail: int) -> Iterator[Stage]:
    turning = set(_turning_points(stages))
    for place, stage in enumerate(stages):
        if place in turning or _LEAST.get(stage.what, 2) <= detail:
            yield stage if detail > 2 else replace(stage, detail="")


def _turning_points(stages: Sequence[Stage]) -> Iterator[int]:
    """Places of what set off the war of each pair, or else of what it first did."""
    pairs: dict[frozenset[str], list[int]] = {}
    for place, stage in enumerate(stages):
        if stage.what in THRESHOLDS:
            pairs.setdefault(frozenset((stage.who, stage.against)), []).append(place)
    war = THRESHOLDS.index("state of war")
    for places in pairs.values():
        yield next((p for p in places if THRESHOLDS.index(stages[p].what) >= war), places[0])
