"""The calibration: fitted distributions, written down as a fragment that scenarios use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Fault, InputError
from sim.hindcast.calibrate import WAVES, Fit, Wave, calibrate
from sim.hindcast.fitted import FAMILIES, Learnt
from sim.hindcast.predict import Histories, dyad_of, is_told
from sim.hindcast.targets import Target, peninsula, read_targets
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.paths import split_path
from sim.scenario.quantity import Quantity
from sim.scenario.wording import quote

if TYPE_CHECKING:
    from sim.engine.lower import Program

#: The scenario whose histories are held against the targets, with the priors.
SCENARIO = "history/calibration"
#: Fragment with the priors; what it gives a distribution is fitted.
PRIORS = "priors.yaml"


@dataclass(frozen=True)
class Calibration:
    """What a calibration found, with what is needed to do it again.

    Parameters
    ----------
    fit : Fit
        The posterior.
    seed : int
        Of the simulation.
    sets, histories : int
        Parameter sets of the last wave, and histories of all waves.
    text : str
        The fragment of fitted distributions.
    """

    fit: Fit
    seed: int
    sets: int
    histories: int
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Give it in the shape of ``pactsim calibrate --json``."""
        fit = self.fit
        return {
            "seed": self.seed,
            "sets": self.sets,
            "histories": self.histories,
            "effective_sets": fit.effective,
            "noise": fit.noise,
            "fitted": [_row(learnt) for learnt in fit.fitted],
            "correlation": fit.correlation.tolist(),
            "drawn": [_row(learnt) for learnt in fit.drawn],
        }


def _row(learnt: Learnt) -> dict[str, Any]:
    return {
        "path": learnt.path,
        "prior_mean": learnt.prior_mean,
        "prior_sd": learnt.prior_sd,
        "mean": learnt.mean,
        "sd": learnt.sd,
        "contraction": learnt.contraction,
        "shift": learnt.shift,
        **({"fitted": str(learnt.fitted)} if learnt.fitted else {}),
    }


def fitted_paths(loaded: Loaded) -> list[str]:
    """Give the paths that the fragment of priors gives a distribution.

    Parameters
    ----------
    loaded : Loaded
        A scenario that lists the fragment.

    Raises
    ------
    InputError
        If there are none, or one has a prior of another family than can be fitted.
    """
    quantities = loaded.scenario.quantities()
    found = sorted(
        path
        for path, place in loaded.origins.items()
        if Path(place.file).name == PRIORS and path in quantities and not quantities[path].is_constant
    )
    if not found:
        fix = f"List the fragment 'priors' under 'parameters:', as {SCENARIO} does."
        raise InputError(Fault("parameters to fit", "none", fix, path="parameters"))
    wrong = [path for path in found if quantities[path].family not in FAMILIES]
    need = f"a prior that is {', '.join(FAMILIES[:-1])} or {FAMILIES[-1]}"
    faults = [loaded.origins[path].fault(need, quantities[path].family) for path in wrong]
    for path in found:
        line = _lines(loaded, path)[loaded.origins[path].line - 1]
        if not _line_of(path).match(line):
            fix = "The fitted one takes the place of such a line."
            place = loaded.origins[path]
            faults.append(place.fault("a prior alone on a line, as 'key: {…}'", quote(line.strip()), fix))
    if faults:
        raise InputError(faults)
    return found


def _line_of(path: str) -> re.Pattern[str]:
    """The line of a prior: its key, and a mapping in braces."""
    return re.compile(rf"^(\s*{re.escape(split_path(path)[-1])}:\s*)\{{[^{{}}]*\}}\s*$")


def _lines(loaded: Loaded, path: str) -> list[str]:
    """Lines of the file that gives a parameter its prior."""
    return _priors_file(loaded.origins[path].file).read_text(encoding="utf-8-sig").splitlines()


def run_calibration(
    targets: Path | None = None,
    *,
    scenario: str | Path = SCENARIO,
    seed: int = 1,
    waves: tuple[Wave, ...] = WAVES,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Calibration:
    """Fit the identifiable parameters to history.

    Parameters
    ----------
    targets : Path, optional
        A table of targets, of which the rows of use ``fit`` count; the project's own by default.
    scenario : str or Path
        A scenario that lists the fragment of priors.
    seed : int
        64-bit seed.
    waves : tuple of Wave
        Sizes.
    progress : callable
        Told how many histories are done, of how many.

    Returns
    -------
    Calibration
        The same for the same arguments, whatever the number of threads.

    Raises
    ------
    InputError
        If the scenario or the table has faults, or nothing in them can be fitted.
    """
    if not 0 <= seed < 2**64:
        raise InputError(Fault("a whole number from 0 to 2**64 - 1", str(seed), path="--seed"))
    loaded = load_scenario(scenario)
    paths = fitted_paths(loaded)
    table = read_targets(targets if targets is not None else peninsula())
    if not any(target.use == "fit" and target.is_predicted for target in table):
        raise InputError(Fault("a table with rows of use 'fit' that the model predicts", "none", path="--targets"))
    from sim.engine.lower import lower

    program = lower(loaded.scenario)
    faults = [fault for target in table if target.use == "fit" for fault in _unlike(program, target, seed)]
    if faults:
        raise InputError(faults)
    fit = calibrate(program, paths, table, seed, waves, progress)
    many = sum(wave.sets * wave.per_set for wave in waves)
    return Calibration(fit, seed, waves[-1].sets, many, _fragment(loaded, fit, seed, targets))


def _unlike(program: Program, target: Target, seed: int) -> Iterator[Fault]:
    """Say what in a row the histories do not have; what others' histories stand for is not to be fitted to."""
    if not target.is_predicted:
        return
    where = f"row {quote(target.id)} of the targets"
    fix = "Give the row another use, such as 'context'."
    if dyad_of(program, target)[1]:
        yield Fault("a rivalry of the scenario to fit to", quote("-".join(target.rivals)), fix, path=where)
    elif not is_told(program, target):
        need = "a third party that supports one rival against the other in the scenario"
        yield Fault(need, quote(target.third), fix, path=where)
    if Histories(program, seed).span.period(target) is None:
        first, last = (date.isoformat() if date else "…" for date in (target.start, target.end))
        yield Fault("a period within the simulated years to fit to", f"{first} to {last}", fix, path=where)


def _fragment(loaded: Loaded, fit: Fit, seed: int, targets: Path | None) -> str:
    """Write the fragment of priors again, with the fitted distributions in their place."""
    lines = _lines(loaded, fit.fitted[0].path)
    source = _SOURCE if targets is None else f"fit to {targets.name}, pactsim calibrate"
    for learnt in fit.fitted:
        at = loaded.origins[learnt.path].line - 1
        found = _line_of(learnt.path).match(lines[at])
        lines[at] = (found[1] if found else "") + _written(learnt, source)
    body = [line for line in lines if not line.startswith("#")]
    of = "the peninsula's history says" if targets is None else f"{targets.name} says"
    head = [
        f"# What {of} about the parameters that it can tell: the posterior of priors.yaml,",
        f"# written by `pactsim calibrate --seed {seed}`. All others stay as they are where they stand.",
    ]
    return "\n".join([*head, *body]) + "\n"


def _priors_file(name: str) -> Path:
    from sim.scenario import library

    here = Path(name)
    return here if here.is_file() else library.package_library() / "parameters" / here.name


_SOURCE = "fit to COW MID 5.0 (Palmer et al. 2022, CMPS 39(4)), pactsim calibrate"


def _written(learnt: Learnt, source: str) -> str:
    quantity: Quantity = learnt.fitted  # type: ignore[assignment]
    arguments = ", ".join(f"{x:g}" for x in quantity.arguments)
    bounds = "" if quantity.truncate is None else ", truncate: [{:g}, {:g}]".format(*quantity.truncate)
    note = f"contraction of the prior's variance {learnt.contraction:.2f}"
    about = f'source: {json.dumps(source, ensure_ascii=False)}, confidence: estimated, note: "{note}"'
    return f"{{{quantity.family}: [{arguments}]{bounds}, {about}}}"


def waves_of(sets: int | None) -> tuple[Wave, ...]:
    """Give the usual waves, or with another number of parameter sets in the last.

    Raises
    ------
    InputError
        If it is out of range.
    """
    if sets is None:
        return WAVES
    if not 50 <= sets <= 1_000_000:
        raise InputError(Fault("a number from 50 to 1,000,000", str(sets), path="--sets"))
    return (*WAVES[:-1], Wave(sets, WAVES[-1].per_set))
