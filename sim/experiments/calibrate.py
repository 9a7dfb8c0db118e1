"""The calibration: fitted distributions, written down as a fragment that scenarios use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Fault, InputError
from sim.hindcast.calibrate import WAVES, Fit, Wave, calibrate
from sim.hindcast.fitted import FAMILIES, Learnt
from sim.hindcast.targets import peninsula, read_targets
from sim.scenario.load import Loaded, load_scenario
from sim.scenario.quantity import Quantity

#: The scenario whose histories are held against the targets, with the priors.
SCENARIO = "history/calibration"
#: Fragment with the priors; what it gives a distribution is fitted.
PRIORS = "priors.yaml"
_WRITTEN = re.compile(r"^(\s*\w+:\s*)\{.*\}\s*$")


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
    if wrong:
        need = f"a prior that is {', '.join(FAMILIES[:-1])} or {FAMILIES[-1]}"
        raise InputError(*(loaded.origins[path].fault(need, quantities[path].family) for path in wrong))
    return found


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

    fit = calibrate(lower(loaded.scenario), paths, table, seed, waves, progress)
    many = sum(wave.sets * wave.per_set for wave in waves)
    return Calibration(fit, seed, waves[-1].sets, many, _fragment(loaded, fit, seed))


def _fragment(loaded: Loaded, fit: Fit, seed: int) -> str:
    """Write the fragment of priors again, with the fitted distributions in their place."""
    place = loaded.origins[fit.fitted[0].path]
    lines = _priors_file(place.file).read_text(encoding="utf-8").splitlines()
    for learnt in fit.fitted:
        at = loaded.origins[learnt.path].line - 1
        lines[at] = _WRITTEN.sub(lambda found, learnt=learnt: found[1] + _written(learnt), lines[at])  # type: ignore[misc]
    body = [line for line in lines if not line.startswith("#")]
    head = [
        "# What the peninsula's history says about the parameters that it can tell: the posterior of priors.yaml,",
        f"# written by `pactsim calibrate --seed {seed}`. All others stay as they are where they stand.",
    ]
    return "\n".join([*head, *body]) + "\n"


def _priors_file(name: str) -> Path:
    from sim.scenario import library

    here = Path(name)
    return here if here.is_file() else library.package_library() / "parameters" / here.name


_SOURCE = "fit to COW MID 5.0 (Palmer et al. 2022, CMPS 39(4)), pactsim calibrate"


def _written(learnt: Learnt) -> str:
    quantity: Quantity = learnt.fitted  # type: ignore[assignment]
    arguments = ", ".join(f"{x:g}" for x in quantity.arguments)
    bounds = "" if quantity.truncate is None else ", truncate: [{:g}, {:g}]".format(*quantity.truncate)
    note = f"contraction of the prior's variance {learnt.contraction:.2f}"
    return f'{{{quantity.family}: [{arguments}]{bounds}, source: "{_SOURCE}", confidence: estimated, note: "{note}"}}'


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
