"""Run until an estimate is as narrow as was asked, looked at after fixed numbers of runs only.

Where one looks depends on nothing that a machine may change, so that threads, parts and interruptions do not
decide how many runs there are. Stopping where the interval happens to be narrow could cost some of its coverage;
a test shows that it costs less than 1.5 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Fault, InputError
from sim.estimate import Estimate, number_of
from sim.outcomes import Outcome, Tally, catalogue, parse
from sim.scenario.model import Scenario

#: Runs at the first look; every further one is after twice as many.
FIRST_LOOK = 10_000
_PATH = "--until"
_EXAMPLE = 'Write --until "war: 10%".'


@dataclass(frozen=True)
class Until:
    """What an estimate is to reach.

    Parameters
    ----------
    outcome : Outcome
        A share or a mean.
    per_cent : float
        Half the width of its 95 % interval, of its value.
    """

    outcome: Outcome
    per_cent: float

    def is_reached(self, tally: Tally) -> bool:
        """Whether it is reached by the runs counted; a value of 0 has no relative width and reaches nothing."""
        return self.width(tally) <= self.per_cent

    def width(self, tally: Tally) -> float:
        """Half the width of the interval after the runs counted (per cent of the value), infinite at 0."""
        found = tally.results()[self.outcome.name]
        return relative_width(found) if isinstance(found, Estimate) else math.inf

    def tally(self) -> Tally:
        """Begin to count."""
        return Tally([self.outcome])

    def note(self, tally: Tally) -> str:
        """Say whether it was reached, and with which width."""
        width, runs = self.width(tally), number_of(tally.runs, "run")
        name, asked = self.outcome.name, f"{self.per_cent:g} %"
        if math.isinf(width):
            return f"{name}: not seen in {runs}, the most that were allowed; {asked} cannot be told. Raise --runs."
        wide = f"{name}: the 95 % interval after {runs} is the estimate ± {width:.3g} %"
        if width <= self.per_cent:
            return f"{wide}, within the {asked} asked for."
        return f"{wide}; {asked} was not reached with the most runs allowed. Raise --runs."


def relative_width(estimate: Estimate) -> float:
    """Give half the width of an interval in per cent of the value; infinite where there is none.

    Examples
    --------
    >>> from sim.estimate import share
    >>> round(relative_width(share(100, 10_000)), 1), relative_width(share(0, 10_000))
    (19.6, inf)
    """
    if estimate.low is None or estimate.high is None or not estimate.value:
        return math.inf
    return 100.0 * (estimate.high - estimate.low) / 2.0 / estimate.value


def looks(cap: int) -> Iterator[int]:
    """Give the numbers of runs after which one looks.

    Parameters
    ----------
    cap : int
        The most; the last look is there.

    Yields
    ------
    int
        In order.

    Examples
    --------
    >>> list(looks(50_000)), list(looks(500))
    ([10000, 20000, 40000, 50000], [500])
    """
    runs = FIRST_LOOK
    while runs < cap:
        yield runs
        runs *= 2
    yield cap


def read_until(text: str, scenario: Scenario) -> Until:
    """Read what ``--until`` was given.

    Parameters
    ----------
    text : str
        ``OUTCOME: PER CENT``; an outcome may itself have colons.
    scenario : Scenario
        Whose outcome it is.

    Raises
    ------
    InputError
        If there is no such outcome, it is a distribution, or the per cent are none.
    """
    if not isinstance(text, str):
        raise InputError(Fault("a text", repr(text), _EXAMPLE, path=_PATH))
    name, colon, width = (piece.strip() for piece in text.rpartition(":"))
    if not colon or not name:
        raise InputError(Fault("an outcome, a colon and a per cent", repr(text), _EXAMPLE, path=_PATH))
    outcome = parse(name, catalogue(scenario), _PATH)
    if outcome.kind == "distribution":
        need = "an outcome that is one number"
        fix = "A distribution has a width for each rung; see `pactsim list outcomes`."
        raise InputError(Fault(need, f"{name!r}, which is a distribution", fix, path=_PATH))
    return Until(outcome, _per_cent(width))


def _per_cent(text: str) -> float:
    try:
        number = float(text.removesuffix("%")) if text.endswith("%") else math.nan
    except ValueError:
        number = math.nan
    if not 0.0 < number <= 100.0:
        raise InputError(Fault("a per cent above 0 and up to 100", repr(text), _EXAMPLE, path=_PATH))
    return number
