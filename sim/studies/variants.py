"""Scenarios made from one: with other versions of treaties, a clause less, another theory, a switch turned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.designs.factors import TREATY, Subject
from sim.errors import Fault, InputError
from sim.scenario.listing import list_paths, list_switches, list_treaties
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Scenario
from sim.scenario.paths import join_path
from sim.theories import THEORIES

#: The world as the scenario has it.
AS_WRITTEN = "as written"
SWITCH = "switches."


@dataclass(frozen=True)
class Source:
    """A scenario file with what is changed in it.

    Parameters
    ----------
    scenario : str, Path or Loaded
        Name, file, or what `load_scenario` gave, which takes no changes.
    overrides, treaties : tuple of str
        As for `load_scenario`.
    """

    scenario: str | Path | Loaded
    overrides: tuple[str, ...] = ()
    treaties: tuple[str, ...] = ()

    def load(self) -> Loaded:
        """Load it.

        Raises
        ------
        InputError
            With every fault.
        """
        if isinstance(self.scenario, Loaded):
            if self.overrides or self.treaties:
                fix = "Give its name or file instead, or change it when loading it."
                raise InputError(Fault("a scenario that can be changed", "a loaded one", fix, path="scenario"))
            return self.scenario
        return load_scenario(self.scenario, overrides=self.overrides, treaties=self.treaties)

    def with_settings(self, settings: Mapping[str, str]) -> Source:
        """Set paths, switches (``switches.NAME``) and slots of treaties (``treaty.SLOT``) as well."""
        treaties = [f"{path.removeprefix(TREATY)}={value}" for path, value in settings.items() if is_treaty(path)]
        others = [f"{path}={_quoted(path, value)}" for path, value in settings.items() if not is_treaty(path)]
        return Source(self.scenario, (*self.overrides, *others), (*self.treaties, *treaties))

    def turned(self, settings: Mapping[str, str]) -> Source:
        """Set paths and switches in the place of what is set there already."""
        kept = tuple(text for text in self.overrides if text.partition("=")[0].strip() not in settings)
        return Source(self.scenario, kept, self.treaties).with_settings(settings)


def is_treaty(path: str) -> bool:
    """Whether a factor is a slot of treaties."""
    return path.startswith(TREATY)


def _quoted(path: str, value: str) -> str:
    """Keep a position of a switch such as 'none' a text."""
    return json.dumps(value, ensure_ascii=False) if path.startswith(SWITCH) else value


def subject_of(loaded: Loaded) -> Subject:
    """Tell what may vary in a scenario.

    Parameters
    ----------
    loaded : Loaded
        The scenario.
    """
    quantities = loaded.scenario.quantities()
    entries = {entry.path: entry for entry in list_paths(loaded)}
    ranges = {
        path: (-float("inf") if entry.low is None else entry.low, float("inf") if entry.high is None else entry.high)
        for path, entry in entries.items()
        if path in quantities
    }
    others = {path: entry.value for path, entry in entries.items() if path not in quantities}
    for switch in list_switches(loaded):
        chosen = next((position.name for position in switch.positions if position.chosen), switch.positions[0].name)
        others[join_path(["switches", switch.name])] = chosen
    versions: dict[str, list[str]] = {}
    named = [(entry.slot, entry.version) for entry in list_treaties()]
    named += [(treaty.slot, treaty.version) for treaty in loaded.scenario.treaties]
    for slot, version in dict.fromkeys(named):
        versions.setdefault(slot, []).append(version)
    return Subject({path: q for path, q in quantities.items() if path in ranges}, ranges, others, versions)


def worlds(loaded: Loaded, *, theories: bool, switches: bool, honouring: bool) -> dict[str, dict[str, str]]:
    """List ways to see the world: what to set in each, beginning with none of it.

    Parameters
    ----------
    loaded : Loaded
        The scenario.
    theories : bool
        Each theory of decision, for all actors.
    switches : bool
        Each position of each switch, one at a time.
    honouring : bool
        Each position of the switch of this name.

    Returns
    -------
    dict of str to dict of str to str
        Settings by name.
    """
    found: dict[str, dict[str, str]] = {AS_WRITTEN: {}}
    if theories:
        for theory in THEORIES:
            actors = [join_path(["actors", actor.name, "theory"]) for actor in loaded.scenario.actors]
            found[f"theory {theory}"] = dict.fromkeys(actors, theory)
    for switch in list_switches(loaded):
        if switches or (honouring and switch.name == "honouring"):
            for position in switch.positions:
                if position.chosen:
                    continue  # that is the world as written
                path = join_path(["switches", switch.name])
                found[f"{switch.name} {position.name}"] = {path: position.name}
    return found


def by_clause(scenario: Scenario, slot: str) -> Iterator[tuple[str, str, Scenario]]:
    """Take clauses out of the treaty in a slot, one at a time, and leave one at a time.

    Parameters
    ----------
    scenario : Scenario
        With the treaty.
    slot : str
        Where it is.

    Yields
    ------
    tuple
        Name of a clause, ``"out"`` or ``"alone"``, and the scenario without it or with it alone.
    """
    at = next((i for i, treaty in enumerate(scenario.treaties) if treaty.slot == slot), None)
    if at is None:
        return
    treaty = scenario.treaties[at]
    for clause in treaty.clauses:
        rest = tuple(each for each in treaty.clauses if each.name != clause.name)
        for how, kept in (("out", rest), ("alone", (clause,))):
            changed = treaty.model_copy(update={"clauses": kept})
            treaties = (*scenario.treaties[:at], changed, *scenario.treaties[at + 1 :])
            yield clause.name, how, scenario.model_copy(update={"treaties": treaties})


def without(scenario: Scenario, slot: str) -> Scenario:
    """Take the treaty in a slot out."""
    treaties: Sequence[object] = tuple(treaty for treaty in scenario.treaties if treaty.slot != slot)
    return scenario.model_copy(update={"treaties": treaties})
