"""Everything in a scenario in name order, and the row of every parameter."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.model import Clause, Scenario, Treaty, quoted
from sim.scenario.names import ends
from sim.scenario.standing import dated_changes


class Names:
    """Sorted names of everything, their places, and the row of every path.

    Name order, whatever the order in the file: sums then agree to the last bit, and reordering a
    scenario's lists changes nothing.

    Parameters
    ----------
    scenario : Scenario
        As resolved.
    paths : sequence of str
        Dotted paths of its quantities; their places are the rows of the parameter matrix.
    """

    def __init__(self, scenario: Scenario, paths: Sequence[str]) -> None:
        self.scenario = scenario
        self.row = {path: r for r, path in enumerate(paths)}
        # A parameter that changes by date is read from a row of its own, its present value.
        changed = sorted({change.path for change in scenario.timeline})
        self.dated = [(self.row[path], len(paths) + i) for i, path in enumerate(changed)]
        self.changes = [
            (step, len(paths) + changed.index(change.path), self.path("timeline", change.name, "value"))
            for step, change in dated_changes(scenario)
        ]
        self.row |= {path: row for path, (_, row) in zip(changed, self.dated, strict=True)}
        self.rungs = [rung.name for rung in scenario.ladder]
        self.actors = sorted(scenario.actors, key=lambda x: x.name)
        self.rivalries = sorted(scenario.rivalries, key=lambda x: x.name)
        self.partnerships = sorted(scenario.partnerships, key=lambda x: x.name)
        self.treaties = sorted(scenario.treaties, key=lambda x: x.name)
        self.kinds = sorted(scenario.incidents, key=lambda x: x.name)
        self.cascades = sorted(scenario.cascades, key=lambda x: x.name)
        self.fronts = sorted(scenario.fronts, key=lambda x: x.name)
        self.exchanges = sorted(scenario.exchanges, key=lambda x: x.name)
        self.ties = sorted(scenario.ties, key=lambda x: x.name)
        self.actor = {x.name: i for i, x in enumerate(self.actors)}
        self.rivalry = {x.name: i for i, x in enumerate(self.rivalries)}
        self.partnership = {x.name: i for i, x in enumerate(self.partnerships)}
        self.kind = {x.name: i for i, x in enumerate(self.kinds)}
        self.front = {x.name: i for i, x in enumerate(self.fronts)}
        self.exchange = {x.name: i for i, x in enumerate(self.exchanges)}
        self.tie = {x.name: i for i, x in enumerate(self.ties)}
        self.pairs = sorted({tuple(sorted(ends(x.name))) for x in self.rivalries})
        self.pair = {pair: i for i, pair in enumerate(self.pairs)}
        self.theatres = sorted(_theatres(scenario))
        self.theatre = {name: i for i, name in enumerate(self.theatres)}
        self.supports = self._supports()
        self.clauses = self._clauses()
        self.judges = sorted({(r, o, b) for _, _, o, b in self.clauses for r in self.against(b, o)})
        self.tests = self._tests()

    def against(self, beneficiary: str, but: str) -> list[int]:
        """Rivalries whose target is `beneficiary` and whose actor is not `but`."""
        return [d for name, d in self.rivalry.items() if ends(name)[1] == beneficiary and ends(name)[0] != but]

    def path(self, *parts: str) -> int:
        """Row of a parameter, from the parts of its path."""
        return self.row[".".join([parts[0], *map(quoted, parts[1:])])]

    def rows(self, *parts: str, **fields: str) -> dict[str, int]:
        """Rows of several fields of one thing, by the name of the record's field."""
        return {record: self.path(*parts, field) for record, field in fields.items()}

    def _supports(self) -> list[tuple[int, int]]:
        """(rivalry X>B, partnership A>B) for every adversary X of B but A."""
        found = []
        for b, partnership in enumerate(self.partnerships):
            ally, beneficiary = ends(partnership.name)
            found += [(d, b) for d in self.against(beneficiary, ally)]
        return sorted(found)

    def _clauses(self) -> list[tuple[Treaty, Clause, str, str]]:
        """Clauses by treaty and clause name, with the obligor and beneficiary of today."""
        found = []
        for treaty in self.treaties:
            heirs = {heir.name: heir.to for heir in treaty.successors}
            for clause in sorted(treaty.clauses, key=lambda x: x.name):
                obligor, beneficiary = (heirs.get(x, x) for x in (clause.obligor, clause.beneficiary))
                found.append((treaty, clause, obligor, beneficiary))
        return found

    def _tests(self) -> list[tuple[int, int]]:
        """(judgement, clause), for clauses whose two states are actors of the scenario."""
        found = []
        for j, (_, obligor, beneficiary) in enumerate(self.judges):
            for c, (_, _, o, b) in enumerate(self.clauses):
                if (o, b) == (obligor, beneficiary) and obligor in self.actor and beneficiary in self.actor:
                    found.append((j, c))
        return found


def _theatres(scenario: Scenario) -> set[str]:
    found = {t.name for rivalry in scenario.rivalries for t in rivalry.theatres}
    found |= {r.name for actor in scenario.actors for r in actor.reach}
    found |= {name for actor in scenario.actors for name in actor.home}
    return found | {name for treaty in scenario.treaties for clause in treaty.clauses for name in clause.area}
