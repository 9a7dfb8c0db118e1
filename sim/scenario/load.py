"""Load a scenario: files in, a typed and checked `Scenario` out, or every fault at once."""

from __future__ import annotations

import functools
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import Fault, InputError
from sim.scenario import library
from sim.scenario.assemble import Assembly, Written
from sim.scenario.check import check
from sim.scenario.checks.treaties import succeed
from sim.scenario.complete import missing
from sim.scenario.counterfactual import put_in_force, repeated_slots
from sim.scenario.file_format import Header, keys_of
from sim.scenario.merge import plain
from sim.scenario.model import Scenario
from sim.scenario.names import is_name
from sim.scenario.paths import places
from sim.scenario.settings import (
    apply_switches,
    command_line_settings,
    file_settings,
    repeated_settings,
    switch_definitions,
    take_switch_overrides,
)
from sim.scenario.tree import Leaf, Mapping, Place
from sim.scenario.wording import quote


@dataclass(frozen=True)
class Loaded:
    """A scenario with where every value of it was written.

    Parameters
    ----------
    scenario : Scenario
        The scenario, checked.
    origins : mapping of str to Place
        File, line and column of every value that a file or the command line gives, by path; a value
        that is absent here is the format's default.
    files : tuple of Path
        Files read, the scenario's own first.
    """

    scenario: Scenario
    origins: AnyMapping[str, Place]
    files: tuple[Path, ...]

    @functools.cached_property
    def resolved(self) -> dict[str, Any]:
        """The scenario as plain data that JSON can hold; `scenario_from_resolved` reads it back."""
        return resolved(self.scenario)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is no fault and yet should be known, in sentences."""
        days, step, whole = self.scenario.horizon_days, self.scenario.step_days, self.scenario.n_steps
        notes = []
        if abs(days / step - whole) > 1e-9:
            length = f"{days:g} days are {days / step:.2f} steps of {step:g} days"
            notes.append(f"horizon: {length}, and are rounded to {whole}.")
        if step != 7.0:
            often = "more" if step < 7.0 else "less"
            notes.append(
                f"step: actors decide once a step, so {often} often than in the weeks that the numbers are for."
            )
        return tuple(notes)


def load_scenario(name_or_path: str | Path, *, overrides: Sequence[str] = (), treaties: Sequence[str] = ()) -> Loaded:
    """Load a scenario by name or path.

    Parameters
    ----------
    name_or_path : str or Path
        A path if it has a separator or ends in ``.yaml``; otherwise a name, looked up in
        ``./scenarios`` and then in the package.
    overrides : sequence of str
        ``PATH=VALUE``, applied last; VALUE is YAML, so a distribution is possible.
    treaties : sequence of str
        ``SLOT=VERSION`` puts this version in force for the whole horizon, ``SLOT=none`` removes the slot.

    Returns
    -------
    Loaded
        The scenario, the origin of every value, and the files read.

    Raises
    ------
    InputError
        With every fault of the input, in the order of files and lines.
    """
    path = library.scenario_file(str(name_or_path))
    assembly = Assembly()
    tree, chain = assembly.scenario(path)
    if chain and not is_name(path.stem):
        need = "a file name of 1 to 60 letters, digits, spaces and _-.()"
        assembly.faults.append(Fault(need, quote(path.name), "Rename the file."))
    if chain and not assembly.torn:
        tree = _on_top(tree, chain, overrides, treaties, assembly)
    if not assembly.torn:
        assembly.faults.extend(missing(tree))
        assembly.faults.extend(check(tree))
    if assembly.faults:
        raise InputError(_in_order(assembly))
    return _typed(succeed(tree), path.stem, assembly)


def _on_top(
    tree: Mapping,
    chain: Sequence[Written],
    overrides: Sequence[str],
    treaties: Sequence[str],
    assembly: Assembly,
) -> Mapping:
    """Apply treaties put in force, switches, ``set:`` and ``--set``, in this order."""
    faults = assembly.faults
    faults.extend([*repeated_settings(overrides), *repeated_slots(tree.leaves_of("counterfactual"), treaties)])
    statements = [(leaf.value, leaf.place, _file_of(leaf, chain)) for leaf in tree.leaves_of("counterfactual")]
    statements += [(text, Place("--treaty", path=text), chain[-1].path) for text in treaties]
    written = tree
    for statement, place, beside in statements:
        tree = put_in_force(tree, written, statement, place, library.roots_beside(beside), assembly)
    tree, rest = take_switch_overrides(tree, overrides, faults)
    if tree.block("switches").entries:
        roots = dict.fromkeys(root for written in chain[::-1] for root in library.roots_beside(written.path))
        tree = apply_switches(tree, switch_definitions(tuple(roots), faults, assembly.files), faults)
    ranks = {library.shown(written.path): rank for rank, written in enumerate(chain)}
    return command_line_settings(file_settings(tree, ranks, faults), rest, faults)


def _file_of(leaf: Leaf, chain: Sequence[Written]) -> Path:
    matching = (written.path for written in chain if library.shown(written.path) == leaf.place.file)
    return next(matching, chain[-1].path)


def _in_order(assembly: Assembly) -> list[Fault]:
    order = {library.shown(path): rank for rank, path in enumerate(assembly.files)}
    unique = dict.fromkeys(assembly.faults)
    return sorted(unique, key=lambda fault: (order.get(fault.file, len(order)), fault.line, fault.column))


def _typed(tree: Mapping, stem: str, assembly: Assembly) -> Loaded:
    kept = {key: node for key, node in tree.entries.items() if key in _KEPT}
    values = plain(Mapping(kept, tree.place))
    if not isinstance(values, dict):
        raise AssertionError("a mapping is a dict")
    values |= {"stem": stem, "horizon_days": values.pop("horizon"), "step_days": values.pop("step")}
    scenario = _validated(values)
    origins = {path: place for path, place in places(tree).items() if path.split(".")[0] in _KEPT}
    return Loaded(scenario, origins, tuple(dict.fromkeys(assembly.files)))


_KEPT = (set(Scenario.model_fields) | {"horizon", "step"}) - (
    set(keys_of(Header)) - {"pactsim", "title", "question", "as_of", "horizon", "step", "switches"}
    - {"source", "note", "confidence"}
)  # fmt: skip


def _validated(values: dict[str, Any]) -> Scenario:
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        # Everything was checked, so this is a gap in the checks; still no traceback for the user.
        raise InputError([_untold(item) for item in error.errors()]) from error


def _untold(item: Any) -> Fault:
    return Fault(str(item["msg"]), repr(item["input"])[:60], "", "", ".".join(map(str, item["loc"])))


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Give a scenario as plain data that JSON can hold.

    Parameters
    ----------
    scenario : Scenario
        The scenario.

    Returns
    -------
    dict
        Enough to rebuild it with `scenario_from_resolved`.
    """
    return scenario.model_dump(mode="json")


def scenario_from_resolved(values: AnyMapping[str, Any]) -> Scenario:
    """Rebuild a scenario from its resolved form, as a manifest keeps it.

    Parameters
    ----------
    values : mapping
        What `resolved` gave.

    Raises
    ------
    InputError
        If the values are none that `resolved` could have given.
    """
    return _validated(dict(values))
