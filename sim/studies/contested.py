"""What a scenario takes for granted and others contest: the theory of decision, and the position of each switch.

A position that sets nothing but numbers needs no scenario of its own: its numbers are given point by point, as those
of a sweep are, so that hundreds of combinations of switches cost no more than their runs. Theories, and a switch that
sets words too, make scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.designs.nested import AS_WRITTEN, NestedDesign
from sim.designs.points import Points
from sim.engine.parameters import quantiles_of
from sim.errors import Fault, InputError
from sim.scenario.listing import SwitchEntry, list_switches
from sim.scenario.load import Loaded
from sim.scenario.model import Scenario
from sim.scenario.paths import join_path
from sim.scenario.quantity import Quantity
from sim.scenario.wording import quote, suggest
from sim.studies.laying import WITH_OTHERS, Base
from sim.theories import THEORIES

#: What the choice among theories of decision is called.
THEORY = "theory"
#: Scenarios that the positions that are more than numbers may make, together.
MOST_SCENARIOS = 400
#: Numbers by path.
Numbers = Mapping[str, Quantity]


@dataclass(frozen=True)
class Position:
    """One way to see a contested thing.

    Parameters
    ----------
    name : str
        Of the theory, or of the position of the switch.
    settings : dict of str to str
        What puts it in place.
    numbers : mapping of str to Quantity
        Numbers that differ in it from the scenario as written.
    is_numeric : bool
        Whether nothing else differs.
    source : str
        Who sees it so; empty for a theory.
    """

    name: str
    settings: dict[str, str]
    numbers: Numbers
    is_numeric: bool
    source: str = ""

    @property
    def is_written(self) -> bool:
        """Whether it changes nothing: the scenario has it."""
        return self.is_numeric and not self.numbers


@dataclass(frozen=True)
class Choice:
    """A contested thing.

    Parameters
    ----------
    name : str
        ``theory``, or that of the switch.
    positions : tuple of Position
        Two or more.
    """

    name: str
    positions: tuple[Position, ...]

    @property
    def written(self) -> int:
        """Which position the scenario has; `AS_WRITTEN` where it is at none, as with theories that differ by actor."""
        return next((at for at, each in enumerate(self.positions) if each.is_written), AS_WRITTEN)

    @property
    def paths(self) -> set[str]:
        """Paths of the numbers that it moves."""
        return {path for position in self.positions for path in position.numbers}

    @property
    def column(self) -> str:
        """Name of its column among the points."""
        return self.name if self.name == THEORY else join_path(["switches", self.name])


def choices_of(base: Base, over: Sequence[str] | None) -> tuple[list[Choice], list[str]]:
    """List what is contested in a scenario.

    Parameters
    ----------
    base : Base
        The scenario.
    over : sequence of str, optional
        Names of switches, and ``theory``; all that change something by default.

    Returns
    -------
    choices : list of Choice
        The theory first, then switches by name.
    left_out : list of str
        Those that change nothing here.

    Raises
    ------
    InputError
        If there is none of a name, or one that was named changes nothing.
    """
    if isinstance(base.source.scenario, Loaded):
        fix = "Give its name or file instead."
        raise InputError(Fault("a scenario that can be changed", "a loaded one", fix, path="scenario"))
    switches = {entry.name: entry for entry in list_switches(base.loaded)}
    names = [THEORY, *switches] if over is None else list(over)
    known = [THEORY, *switches]
    need = "names of switches, or 'theory', each once"
    faults = [Fault(need, quote(name), suggest(name, known), path="--over") for name in names if name not in known]
    if len(set(names)) < len(names):
        faults.append(Fault(need, quote(",".join(names)), path="--over"))
    if faults:
        raise InputError(faults)
    found, left_out = [], []
    for name in (name for name in known if name in names):
        positions = _theories(base) if name == THEORY else _positions(base, switches[name])
        if len(positions) > 1 and not all(position.is_written for position in positions):
            found.append(Choice(name, positions))
        else:
            left_out.append(name)
    if over and left_out:
        need = "an assumption that changes something"
        fix = "Leave it out, or drop what holds its numbers: --set, or 'set:' in the scenario."
        raise InputError([Fault(need, quote(name), fix, path="--over") for name in left_out])
    return _apart(found), left_out


def _theories(base: Base) -> tuple[Position, ...]:
    """Give each theory of decision, all actors alike."""
    scenario = base.loaded.scenario
    if not scenario.rivalries:
        return ()
    paths = [join_path(["actors", actor.name, "theory"]) for actor in scenario.actors]
    return tuple(_position(base, theory, dict.fromkeys(paths, theory)) for theory in THEORIES)


def _positions(base: Base, switch: SwitchEntry) -> tuple[Position, ...]:
    """Give the positions of a switch that this scenario can be in."""
    found = []
    for position in switch.positions:
        settings = {join_path(["switches", switch.name]): position.name}
        try:
            found.append(_position(base, position.name, settings, position.source))
        except InputError:  # it sets what this scenario does not have
            continue
    return tuple(found)


def _position(base: Base, name: str, settings: dict[str, str], source: str = "") -> Position:
    written, turned = base.loaded.scenario, base.source.turned(settings).load().scenario
    before, after = written.quantities(), turned.quantities()
    numbers = {path: each for path, each in after.items() if path in before and _law(each) != _law(before[path])}
    return Position(name, settings, numbers, _but_numbers(written) == _but_numbers(turned), source)


def _law(quantity: Quantity) -> tuple[Any, ...]:
    """How a number is distributed, without where it is from."""
    return quantity.family, quantity.arguments, quantity.truncate


def _but_numbers(value: Any) -> Any:
    """A scenario without its numbers, and without the positions of its switches, which only say what was set."""
    if isinstance(value, Quantity):
        return None
    if isinstance(value, BaseModel):
        named = {key: getattr(value, key) for key in type(value).model_fields}
        if isinstance(value, Scenario):
            del named["switches"]
        return {key: _but_numbers(each) for key, each in named.items()}
    if isinstance(value, tuple):
        return [_but_numbers(each) for each in value]
    return value


def _apart(choices: Sequence[Choice]) -> list[Choice]:
    """Take choices whose numbers meet those of others, or must fit others, for more than numbers."""
    found = []
    for choice in choices:
        others = {path for other in choices if other is not choice for path in other.paths}
        meets = choice.paths & others or any(path.endswith(WITH_OTHERS) for path in choice.paths)
        if meets or not all(position.is_numeric for position in choice.positions):
            each = (Position(p.name, p.settings, p.numbers, p.is_written, p.source) for p in choice.positions)
            choice = Choice(choice.name, tuple(each))
        found.append(choice)
    return found


def drawn_paths(base: Base, choices: Sequence[Choice]) -> list[str]:
    """Paths of all numbers that have a distribution, as written or in some position, in order."""
    quantities = [base.loaded.scenario.quantities()]
    quantities += [dict(position.numbers) for choice in choices for position in choice.positions]
    found = {path for each in quantities for path, quantity in each.items() if not quantity.is_constant}
    return sorted(found)


@dataclass(frozen=True)
class LaidOut:
    """A nested design laid over a scenario.

    Parameters
    ----------
    scenarios : tuple of Scenario
        One for each combination of positions that are more than numbers; as written first.
    settings : tuple of dict
        Of each of these.
    points : Points
        All points, with their numbers, and the position of each choice in a column of words.
    """

    scenarios: tuple[Scenario, ...]
    settings: tuple[dict[str, str], ...]
    points: Points


def lay_out(
    base: Base, choices: Sequence[Choice], paths: Sequence[str], design: NestedDesign, per_point: int
) -> LaidOut:
    """Lay a nested design over a scenario.

    Parameters
    ----------
    base : Base
        The scenario.
    choices : sequence of Choice
        What is contested, as in the design.
    paths : sequence of str
        Parameters, as in the design.
    design : NestedDesign
        The points.
    per_point : int
        Runs of each.

    Returns
    -------
    LaidOut
        Whose rows are those that plain runs of each scenario would have.

    Raises
    ------
    InputError
        If there would be too many scenarios, or positions do not fit together.
    """
    chosen = _without_written(choices, design.chosen)
    words = np.where(_wordy(choices, chosen), chosen, AS_WRITTEN)
    # A first column of its own, since there may be no choice at all.
    led = np.column_stack([np.zeros(len(words), np.int64), words])
    combinations, structure = np.unique(led, axis=0, return_inverse=True)
    if len(combinations) > MOST_SCENARIOS:
        need = f"at most {MOST_SCENARIOS} combinations of positions that are more than numbers"
        fix = "Name fewer with --over."
        raise InputError(Fault(need, f"{len(combinations):,}", fix, path="--over"))
    settings = [_settings(choices, combination) for combination in combinations[:, 1:].tolist()]
    scenarios = [base.source.turned(each).load().scenario if each else base.loaded.scenario for each in settings]
    place = structure.ravel().astype(np.int64)
    columns: dict[str, np.ndarray] = {}
    quantities = [scenario.quantities() for scenario in scenarios]
    for choice, column in zip(choices, design.chosen.T, strict=True):
        names = np.array([*(position.name for position in choice.positions), "as written"], object)
        columns[choice.column] = names[np.where(column == AS_WRITTEN, choice.written, column)]
    for path in sorted({*paths, *_set(choices)}):
        unit = design.unit[:, paths.index(path)] if path in paths else None
        columns[path] = _values(path, unit, quantities, place, choices, chosen)
    number = np.arange(len(place))
    points = Points(number, place, design.block * per_point, columns, per_point)
    return LaidOut(tuple(scenarios), tuple(settings), points)


def _without_written(choices: Sequence[Choice], chosen: np.ndarray) -> np.ndarray:
    """Positions that change nothing are as written, so that no scenario is made twice."""
    written = np.array([choice.written for choice in choices], np.int64)
    return np.where(chosen == written, AS_WRITTEN, chosen)


def _wordy(choices: Sequence[Choice], chosen: np.ndarray) -> np.ndarray:
    """Whether the choice of each point is more than numbers."""
    found = np.zeros(chosen.shape, bool)
    for k, choice in enumerate(choices):
        numeric = np.array([position.is_numeric for position in choice.positions])
        found[:, k] = (chosen[:, k] != AS_WRITTEN) & ~numeric[chosen[:, k]]
    return found


def _settings(choices: Sequence[Choice], combination: Sequence[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for choice, at in zip(choices, combination, strict=True):
        if at != AS_WRITTEN:
            found |= choice.positions[at].settings
    return found


def _set(choices: Sequence[Choice]) -> set[str]:
    """Paths that positions set as numbers."""
    numeric = [position for choice in choices for position in choice.positions if position.is_numeric]
    return {path for position in numeric for path in position.numbers}


def _values(
    path: str,
    unit: np.ndarray | None,
    quantities: Sequence[Numbers],
    place: np.ndarray,
    choices: Sequence[Choice],
    chosen: np.ndarray,
) -> np.ndarray:
    """Numbers of one path at all points: quantiles of what it is distributed by there."""
    laws: list[Quantity] = []
    which = np.full(len(place), -1)
    for s, known in enumerate(quantities):
        if path in known:  # where it is not, the engine asks for none
            which[place == s] = _number_of(known[path], laws)
    for k, choice in enumerate(choices):
        for at, position in enumerate(choice.positions):
            if position.is_numeric and path in position.numbers:
                which[chosen[:, k] == at] = _number_of(position.numbers[path], laws)
    found = np.zeros(len(place))
    for law, quantity in enumerate(laws):
        here = which == law
        if quantity.is_constant or unit is None:
            found[here] = quantity.central
        else:
            found[here] = quantiles_of([quantity], np.ascontiguousarray(unit[here])[:, None].copy())[:, 0]
    return found


def _number_of(quantity: Quantity, laws: list[Quantity]) -> int:
    """Place of a distribution among those met so far."""
    for at, known in enumerate(laws):
        if _law(known) == _law(quantity):
            return at
    laws.append(quantity)
    return len(laws) - 1
