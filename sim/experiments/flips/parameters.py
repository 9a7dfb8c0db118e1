"""What a search for flips moves: parameters within their ranges, placed by normal scores, and positions of switches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from sim.designs.factors import Factor, Subject, read_factors
from sim.errors import Fault, InputError
from sim.scenario.quantity import Quantity
from sim.scenario.wording import quote, suggest
from sim.studies.laying import Base
from sim.studies.variants import SWITCH, subject_of

#: Every parameter that has a distribution, and every switch.
ALL = "all"
#: Probability that is left out at an end of a distribution that has none.
TAIL = 0.001
#: Score that stands for the end of a distribution that has one.
END = 6.0
#: Families whose support is bounded by itself.
_BOUNDED = ("uniform", "triangular", "pert", "beta")
_NORMAL = NormalDist()


def probability(score: float) -> float:
    """Probability below a normal score; rounded, so that it is the same on every machine.

    Examples
    --------
    >>> probability(0.0), probability(-1.28155)
    (0.5, 0.100000275)
    """
    return round(_NORMAL.cdf(score), 12) if score < -3.0 else round(_NORMAL.cdf(score), 9)


def score(share: float) -> float:
    """Normal score of a probability, between those of the ends.

    Examples
    --------
    >>> score(0.5), score(0.001), score(0.0)
    (0.0, -3.090232306, -6.0)
    """
    return -END if share <= 0.0 else END if share >= 1.0 else round(min(max(_NORMAL.inv_cdf(share), -END), END), 9)


@dataclass(frozen=True)
class Parameter:
    """A parameter and the range in which it is moved.

    Parameters
    ----------
    factor : Factor
        What it is, and by what it varies.
    unit : str
        Of its values.
    low, high : float
        Ends of its range: of the support where that has one, else the quantiles of 0.1 and 99.9 %.
    first, last : float
        Normal scores of the ends.
    start : float
        That of the central value.
    """

    factor: Factor
    unit: str
    low: float
    high: float
    first: float
    last: float
    start: float = math.nan

    @property
    def path(self) -> str:
        """Its path."""
        return self.factor.path

    @property
    def central(self) -> float:
        """Its central value, within the range."""
        return min(max(float(self.factor.central), self.low), self.high)

    def values(self, scores: Sequence[float]) -> list[float]:
        """Values at normal scores."""
        inside = [min(max(each, self.first), self.last) for each in scores]
        shares = np.clip([probability(each) for each in inside], 2.0**-33, 1.0 - 2.0**-33)
        found = self.factor.at(shares).tolist()
        known = {self.first: self.low, self.last: self.high, self.start: self.central}
        return [min(max(float(known.get(s, v)), self.low), self.high) for s, v in zip(inside, found, strict=True)]

    def score_of(self, value: float) -> float:
        """Normal score of a value of the range, by narrowing down."""
        low, high = self.first, self.last
        for _ in range(5):
            places = np.linspace(low, high, 33).tolist()
            after = int(np.searchsorted(self.values(places), value))
            low, high = places[max(after - 1, 0)], places[min(after, 32)]
        below, above = self.values([low, high])
        share = (value - below) / (above - below) if above > below else 0.5
        return round(low + min(max(share, 0.0), 1.0) * (high - low), 9)


def parameter_of(factor: Factor, unit: str) -> Parameter:
    """Give a factor the range in which it is moved.

    Examples
    --------
    >>> even = Factor("x", low=0.0, high=2.0, quantity=Quantity(family="uniform", arguments=(0.0, 2.0)), central=1.0)
    >>> found = parameter_of(even, "share")
    >>> found.low, found.high, found.start, found.values([0.0, END])
    (0.0, 2.0, 0.0, [1.0, 2.0])
    """
    found = Parameter(factor, unit, *_range(factor))
    return replace(found, start=found.score_of(found.central))


def _range(factor: Factor) -> tuple[float, float, float, float]:
    """Ends of the range of a factor, and their normal scores."""
    quantity = factor.quantity
    if quantity is None:
        return factor.low, factor.high, -END, END
    tails = factor.at(np.array([TAIL, 1.0 - TAIL])).tolist()
    own = quantity.family in _BOUNDED
    ends = zip(quantity.truncate or (-math.inf, math.inf), quantity.support, strict=True)
    has_low, has_high = (own or (math.isfinite(cut) and cut == end) for cut, end in ends)
    low, high = quantity.support
    return (
        low if has_low else float(tails[0]),
        high if has_high else float(tails[1]),
        -END if has_low else score(TAIL),
        END if has_high else score(1.0 - TAIL),
    )


def read_parameters(
    vary: Sequence[str], base: Base, subject: Subject, units: dict[str, str]
) -> tuple[list[Parameter], list[str]]:
    """Read what is to be moved.

    Parameters
    ----------
    vary : sequence of str
        ``all``, a path, a path with a range of its own ``PATH=low:high``, or ``switches.NAME``.
    base : Base
        The scenario.
    subject : Subject
        What may vary in it, on either side of the claim.
    units : dict of str to str
        By path.

    Returns
    -------
    tuple
        Parameters, and paths of the switches whose positions are tried.

    Raises
    ------
    InputError
        With every fault.
    """
    switches = [path for path in subject.others if path.startswith(SWITCH)]
    texts: list[str] = []
    chosen: list[str] = []
    faults: list[Fault] = []
    named = {text.partition("=")[0].strip() for text in vary}
    for text in (each.strip() for each in vary):
        if text == ALL:
            drawn = [path for path, quantity in subject.quantities.items() if not quantity.is_constant]
            texts += [path for path in drawn if path not in named]
            chosen += switches
        elif text.startswith(SWITCH):
            if text not in switches:
                faults.append(Fault("a switch, by its name alone", quote(text), suggest(text, switches), path="--vary"))
            chosen.append(text)
        else:
            texts.append(text)
    faults += _fixed(texts, base)
    if faults:
        raise InputError(faults)
    factors = read_factors(texts, (), subject)
    for factor in factors:
        if not factor.is_numeric or factor.levels:
            fix = f"Write {factor.path}, or {factor.path}=low:high."
            faults.append(Fault("a range, which a search can move in", quote(factor.spread), fix, path="--vary"))
    if faults:
        raise InputError(faults)
    _refuse_unloadable([factor for factor in factors if factor.quantity is None], base)
    return [parameter_of(factor, units.get(factor.path, "")) for factor in factors], list(dict.fromkeys(chosen))


def _fixed(texts: Sequence[str], base: Base) -> list[Fault]:
    """Refuse what is both moved and set; a number that is set has no distribution and is not among all."""
    fixed = {text.partition("=")[0].strip() for text in base.source.overrides}
    both = [path for path in (text.partition("=")[0].strip() for text in texts) if path in fixed]
    fix = "Leave it out of one of them."
    return [
        Fault("a path that --set does not fix", quote(path), fix, path="--vary")
        for path in both
        if base.subject.quantities.get(path, Quantity(arguments=(0.0,))).is_constant
    ]


def _refuse_unloadable(factors: Sequence[Factor], base: Base) -> None:
    """Refuse a range at whose ends the scenario would not fit together."""
    for factor in factors:
        for end in (factor.low, factor.high):
            base.source.turned({factor.path: repr(end)}).load()


def both_subjects(base: Base, settings: Sequence[dict[str, str]]) -> tuple[Subject, dict[str, str]]:
    """Tell what may vary on any side of a claim, and in what units."""
    from sim.scenario.listing import list_paths

    quantities, ranges = dict(base.subject.quantities), dict(base.subject.ranges)
    units = {entry.path: entry.unit for entry in list_paths(base.loaded)}
    for each in settings:
        loaded = base.source.with_settings(each).load()
        found = subject_of(loaded)
        quantities = {**found.quantities, **quantities}
        ranges = {**found.ranges, **ranges}
        units = {**{entry.path: entry.unit for entry in list_paths(loaded)}, **units}
    return Subject(dict(sorted(quantities.items())), ranges, base.subject.others, base.subject.versions), units
