"""Elicitation: a form with all that is judged or estimated, and the scenario that its answers make.

A form is a file of its own. Experts answer what they want to, with three quantiles each; what nobody
answers stays as it is. The answers, pooled (`sim.scenario.pooling`), become a scenario that goes on top of
the one that the form is of, so that every command works with it.
"""

from __future__ import annotations

import difflib
import math
from pathlib import Path
from typing import Literal

from sim.errors import Fault, InputError
from sim.scenario import library
from sim.scenario.complete import lacking
from sim.scenario.file_format import keys_of
from sim.scenario.listing import PathEntry, list_paths
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.model import Block
from sim.scenario.pooling import LEAST_SPREAD, Fit, Triple, fit, pooled
from sim.scenario.quantities import Provenance
from sim.scenario.quantity import LARGEST, Unit, field
from sim.scenario.shape import Shape
from sim.scenario.show import scalar
from sim.scenario.tree import Leaf, Mapping
from sim.scenario.wording import joined, quote, suggest

#: A fitted quantile this far from the pool's, as a share of the pool's range, is told.
_TOLD = 0.05
#: Letters of names and answers up to which both stand beside a number.
_LONGEST = 3000


class Answer(Block):
    """What one expert holds: three quantiles."""

    expert: str = field("who answers")
    low: float = field("5 % quantile: in one case of twenty it is lower")
    median: float = field("50 % quantile: as likely below as above")
    high: float = field("95 % quantile: in one case of twenty it is higher")


class Question(Block):
    """A parameter with what the experts hold."""

    path: str = field("the parameter, such as entry.honouring")
    answers: tuple[Answer, ...] = ()


class Elicitation(Block):
    """A file of questions and answers."""

    pactsim_elicitation: Literal[1] = field("version of the format")
    extends: str = field("scenario that the answers go on top of")
    title: str = field("one line that says who was asked")
    questions: tuple[Question, ...]


_HEAD = """\
# What experts hold, parameter by parameter. Answer what you have a view on, and leave or delete the rest:
#   answers:
#     - {{expert: A, low: 0.1, median: 0.25, high: 0.5}}
# low, median and high are the 5, 50 and 95 % quantiles. Experts count alike; those who disagree make it wide.
# Then: pactsim pool {file} mine.yaml, and pactsim run mine.yaml
pactsim_elicitation: 1
extends: {scenario}
title: Answers of …
questions:
"""


def form(loaded: Loaded, scenario: str, file: str) -> str:
    """Write a form with every parameter of a scenario that is not measured.

    Parameters
    ----------
    loaded : Loaded
        The scenario.
    scenario : str
        The name under which the form extends it.
    file : str
        The form's file, for the advice at its head.
    """
    entries = {entry.path: entry for entry in list_paths(loaded)}
    asked = [(entries[path], q) for path, q in loaded.scenario.quantities().items() if path in entries]
    lines = [_HEAD.format(scenario=scalar(scenario), file=file).rstrip("\n")]
    for entry, quantity in asked:
        if quantity.confidence in ("judged", "estimated"):
            said = f"{entry.unit}{_range(entry)}; now {quantity}"
            lines += [f"  - path: {scalar(entry.path)}", f"    # {said}", "    answers: []"]
    return "\n".join(lines) + "\n"


def _range(entry: PathEntry) -> str:
    if entry.low is not None and entry.high is not None:
        return f" from {entry.low:g} to {entry.high:g}"
    return f" of at least {entry.low:g}" if entry.low is not None else ""


def pool(name_or_path: str) -> tuple[str, list[str]]:
    """Make the scenario of a form's answers.

    Parameters
    ----------
    name_or_path : str
        A file, or the name of one of the library.

    Returns
    -------
    text : str
        A scenario file.
    notes : list of str
        What should be known: where the fitted distribution is far from the answers.

    Raises
    ------
    InputError
        With every fault of the form.
    """
    path = _file(name_or_path)
    faults: list[Fault] = []
    tree = _read(path, faults)
    answered = [question for question in tree.items_of("questions") if question.items_of("answers")]
    if not answered and not faults:
        fix = "Write '- {expert: A, low: …, median: …, high: …}' below 'answers:'."
        faults.append(tree.place_of("questions").fault("an answer to some question", "none", fix))
    if faults:
        raise InputError(faults)
    scenario = library.find("scenario", tree.text("extends"), library.roots_beside(path))
    if scenario is None:
        place = tree.place_of("extends")
        raise InputError(library.not_found("scenario", tree.text("extends"), library.roots_beside(path), place))
    loaded = load_scenario(scenario)
    known = {entry.path: entry for entry in list_paths(loaded)}
    settings, notes = [], []
    seen: set[str] = set()
    for question in answered:
        setting, note = _setting(question, known, loaded, seen, faults)
        settings.append(setting)
        notes += note
    if faults:
        raise InputError(faults)
    head = ["pactsim: 1", f"extends: {scalar(tree.text('extends'))}", f"title: {scalar(tree.text('title'))}"]
    head += [f"question: {scalar(loaded.scenario.question)}"] if loaded.scenario.question else []
    said = f"# Written by pactsim pool from {path.name}; change the answers there."
    return "\n".join([said, *head, "set:", *settings]) + "\n", notes


def _file(name_or_path: str) -> Path:
    found = library.find("elicitation", name_or_path, library.roots_beside(None))
    return found if found is not None else Path(name_or_path)


def _read(path: Path, faults: list[Fault]) -> Mapping:
    node = library.read_mapping(path, faults)
    if node is None:
        raise InputError(faults)
    tree = Shape(faults).mapping(node, keys_of(Elicitation), "an elicitation", Provenance(), Elicitation)
    lacking(tree, Elicitation, "an elicitation", faults)
    return tree


def _setting(
    question: Mapping, known: dict[str, PathEntry], loaded: Loaded, seen: set[str], faults: list[Fault]
) -> tuple[str, list[str]]:
    """Write the line of one parameter, and say how well the distribution fits."""
    path, place = question.text("path"), question.place_of("path")
    if path in seen:
        faults.append(place.fault("each path once", f"{quote(path)} again", "Join the answers."))
    seen.add(path)
    if path not in known or path not in loaded.scenario.quantities():
        numbers = [each for each in loaded.scenario.quantities() if each in known]
        close = difflib.get_close_matches(path, numbers, n=1)
        faults.append(place.fault("a path to a number of the scenario", quote(path), suggest(path, close)))
        return "", []
    entry = known[path]
    unit = Unit(
        entry.unit,
        -math.inf if entry.low is None else entry.low,
        math.inf if entry.high is None else entry.high,
    )
    answers = _answers(question, unit, faults)
    if not answers:
        return "", []
    wanted = pooled(list(answers.values()))
    found = fit(wanted, unit)
    note = [f"{path}: {_told(wanted)} was pooled, {_told(found.quantiles)} is what fits best."]
    return _line(path, found, answers), note if found.miss(wanted) > _TOLD else []


def _answers(question: Mapping, unit: Unit, faults: list[Fault]) -> dict[str, Triple]:
    found: dict[str, Triple] = {}
    for item in question.items_of("answers"):
        values = [leaf.value for key in ("low", "median", "high") if isinstance(leaf := item.entries.get(key), Leaf)]
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        if len(numbers) < len(values) or len(values) < 3:
            continue  # reported already
        low, median, high = numbers
        shown = f"{low:g}, {median:g}, {high:g}"
        if not (low <= median <= high and low < high):
            faults.append(item.place.fault("low <= median <= high with low < high", shown))
        elif high - low < LEAST_SPREAD * max(abs(low), abs(high)):
            fix = "What is known as well as that needs no experts: use 'set'."
            faults.append(item.place.fault("low and high at least a thousandth apart", shown, fix))
        elif max(abs(low), abs(high)) > LARGEST / 2:  # so that the ends of a distribution are numbers too
            faults.append(item.place.fault(f"numbers of at most {LARGEST / 2:,.0f} in size", shown))
        elif not item.text("expert").strip():
            faults.append(item.place_of("expert").fault("the name of an expert", "an empty text"))
        elif low < unit.low or high > unit.high:
            faults.append(item.place.fault(f"numbers between {unit.low:g} and {unit.high:g} ({unit.unit})", shown))
        elif item.text("expert") in found:
            faults.append(item.place_of("expert").fault("one answer of each expert", quote(item.text("expert"))))
        else:
            found[item.text("expert")] = (low, median, high)
    return found


def _line(path: str, found: Fit, answers: dict[str, Triple]) -> str:
    arguments = ", ".join(f"{x:g}" for x in found.arguments)
    held = f", truncate: [{found.truncate[0]:g}, {found.truncate[1]:g}]" if found.truncate else ""
    note = "; ".join(f"{expert} {_told(answer)}" for expert, answer in answers.items())
    who = joined(list(answers))
    if len(note) + len(who) > _LONGEST:  # a line has room for some thousand letters
        who, note = f"{len(answers)} experts", "in the form"
    source = f"elicited from {who}" + ", pooled with equal weights" * (len(answers) > 1)
    about = f"source: {scalar(source)}, confidence: judged, note: {scalar(f'5, 50 and 95 %: {note}')}"
    return f"  {scalar(path)}: {{{found.family}: [{arguments}]{held}, {about}}}"


def _told(triple: Triple) -> str:
    return " / ".join(f"{x:.3g}" for x in triple)


def faults_of(path: Path) -> None:
    """Check a form: one without answers is a form still, one with answers must make a scenario.

    Raises
    ------
    InputError
        With every fault of the form.
    """
    faults: list[Fault] = []
    tree = _read(path, faults)
    if faults:
        raise InputError(faults)
    if any(question.items_of("answers") for question in tree.items_of("questions")):
        pool(str(path))


def stem(name: str) -> str:
    """Give the name under which a scenario that a user named can be extended from a file beside it."""
    return Path(name).stem if name.endswith((".yaml", ".yml")) else name
