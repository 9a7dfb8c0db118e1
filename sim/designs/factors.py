"""Factors: what varies from point to point, as ``--vary`` and ``--treaty`` say it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arithmetic import exp, log
from sim.engine.parameters import quantiles_of
from sim.errors import Fault, InputError
from sim.scenario.quantity import Quantity
from sim.scenario.wording import quote, suggest

#: Levels in a grid of a range or a distribution that names none.
LEVELS = 5
#: Numbers of levels of one factor at most.
MOST_LEVELS = 10_000
#: A factor of this first word is a slot of treaties, and its levels are versions.
TREATY = "treaty."
_FORMS = "PATH, PATH=low:high, PATH=low:high:levels or PATH=a,b,c"


@dataclass(frozen=True)
class Factor:
    """One thing that varies.

    Parameters
    ----------
    path : str
        Of the scenario; ``treaty.SLOT`` for the version of a treaty.
    levels : tuple of float or of str
        Where it varies in steps; empty where it varies continuously.
    low, high : float
        Range of a number; NaN of anything else.
    log : bool
        Whether the range is even in logarithms.
    quantity : Quantity, optional
        The distribution that it has by itself, where that is what it varies by.
    central : float or str
        What it is where only others vary.
    """

    path: str
    levels: tuple[float | str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    log: bool = False
    quantity: Quantity | None = None
    central: float | str = math.nan

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, which may differ from lane to lane."""
        return not math.isnan(self.low)

    @property
    def spread(self) -> str:
        """How it varies, as a person would write it."""
        if self.quantity is not None:
            return str(self.quantity)
        if self.levels:
            return ", ".join(_told(level) for level in self.levels)
        return f"{self.low:g} to {self.high:g}" + (", even in logarithms" if self.log else "")

    def at(self, probabilities: np.ndarray) -> np.ndarray:
        """Values at probabilities.

        Parameters
        ----------
        probabilities : ndarray of float64, shape (P,)
            Strictly between 0 and 1.

        Returns
        -------
        ndarray, shape (P,)
            Of float64, or of str for what is no number.

        Examples
        --------
        >>> Factor("x", low=1.0, high=100.0, log=True).at(np.array([0.5])).round(9).tolist()
        [10.0]
        >>> Factor("x", levels=("a", "b")).at(np.array([0.2, 0.8])).tolist()
        ['a', 'b']
        """
        if self.levels:
            places = np.minimum((probabilities * len(self.levels)).astype(np.int64), len(self.levels) - 1)
            return self._array(self.levels)[places]
        if self.quantity is not None:
            # A copy: a single column would be filled with its quantiles in place.
            quantiles: np.ndarray = quantiles_of([self.quantity], probabilities[:, None].copy())
            return quantiles[:, 0]
        if self.log:
            return between(self.low, self.high, probabilities)
        even: np.ndarray = self.low + probabilities * (self.high - self.low)
        return even

    def grid(self) -> np.ndarray:
        """Levels in a grid: those named, or a few even ones.

        Examples
        --------
        >>> Factor("x", low=0.0, high=1.0).grid().tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
        """
        if self.levels:
            return self._array(self.levels)
        if self.quantity is not None:
            return self.at((np.arange(LEVELS) + 0.5) / LEVELS)
        return spaced(self.low, self.high, LEVELS, self.log)

    def _array(self, values: Sequence[float | str]) -> np.ndarray:
        return np.array(values, np.float64 if self.is_numeric else object)


def spaced(low: float, high: float, count: int, even_in_logs: bool) -> np.ndarray:
    """Even levels between two bounds, which are among them exactly.

    Examples
    --------
    >>> spaced(1.0, 100.0, 3, True).round(9).tolist()
    [1.0, 10.0, 100.0]
    """
    shares = np.arange(count) / (count - 1)
    found = between(low, high, shares) if even_in_logs else low + shares * (high - low)
    found[0], found[-1] = low, high
    return found


def between(low: float, high: float, shares: np.ndarray) -> np.ndarray:
    """Numbers some way between two bounds, even in logarithms, with the same bits on every machine.

    Examples
    --------
    >>> between(1.0, 100.0, np.array([0.0, 0.5])).round(9).tolist()
    [1.0, 10.0]
    """
    first, last = log(low), log(high)
    found = np.array([exp(first + share * (last - first)) for share in shares.tolist()])
    inside: np.ndarray = np.clip(found, low, high)
    return inside


@dataclass(frozen=True)
class Subject:
    """What may vary in a scenario.

    Parameters
    ----------
    quantities : mapping of str to Quantity
        Numbers and distributions by path.
    ranges : mapping of str to tuple of float
        Least and largest value of each of these, as the format allows.
    others : mapping of str to str
        Value now of every other path that can be set, ``switches.NAME`` among them.
    versions : mapping of str to sequence of str
        Versions of treaties by slot.
    """

    quantities: Mapping[str, Quantity]
    ranges: Mapping[str, tuple[float, float]]
    others: Mapping[str, str]
    versions: Mapping[str, Sequence[str]]


def read_factors(texts: Sequence[str], treaties: Sequence[str], subject: Subject) -> list[Factor]:
    """Read what is to vary.

    Parameters
    ----------
    texts : sequence of str
        ``PATH``, ``PATH=low:high``, ``PATH=low:high:levels``, the same with ``:log``, or ``PATH=a,b,c``.
    treaties : sequence of str
        ``SLOT=a,b,none``.
    subject : Subject
        What there is to vary.

    Returns
    -------
    list of Factor
        In the order given.

    Raises
    ------
    InputError
        With every fault.
    """
    faults: list[Fault] = []
    found: list[Factor] = []
    for option, given in [("--vary", text) for text in texts] + [("--treaty", TREATY + text) for text in treaties]:
        try:
            found.append(read_factor(given, subject))
        except InputError as error:
            faults += [
                Fault(x.need, x.got, x.fix, path=": ".join(filter(None, (option, x.path)))) for x in error.faults
            ]
    seen: set[str] = set()
    for factor in found:
        if factor.path in seen:
            option, named = ("--treaty", "slot") if factor.path.startswith(TREATY) else ("--vary", "path")
            got = f"{quote(factor.path.removeprefix(TREATY))} again"
            faults.append(Fault(f"each {named} once", got, "Leave one out.", path=option))
        seen.add(factor.path)
    if faults:
        raise InputError(faults)
    return found


def read_factor(text: str, subject: Subject) -> Factor:
    """Read one factor; see `read_factors`.

    Raises
    ------
    InputError
        If it is none, or one that the scenario does not have.

    Examples
    --------
    >>> subject = Subject({"x": Quantity(arguments=(0.5,))}, {"x": (0.0, 1.0)}, {}, {})
    >>> read_factor("x=0:1:3", subject).levels
    (0.0, 0.5, 1.0)
    """
    path, equals, given = (part.strip() for part in text.partition("="))
    if equals and not given:
        raise InputError(Fault(_FORMS, quote(text), path=path))
    if path.startswith(TREATY):
        return _versions(path, given, subject)
    if path in subject.quantities:
        return _number(path, given, subject) if equals else _distribution(path, subject.quantities[path])
    if path not in subject.others:
        known = [*subject.quantities, *subject.others]
        raise InputError(Fault("a path of the scenario", quote(path), _which(path, known)))
    if not equals:
        fix = f"Name what it is to be, as in {path}=a,b."
        raise InputError(Fault("a path that has a distribution, or values to take", quote(path), fix))
    return Factor(path, _words(path, given), central=subject.others[path])


def _which(path: str, known: Sequence[str]) -> str:
    near = suggest(path, known, none="")
    return near if near.startswith("Did") else "See `pactsim list paths`."


def _versions(path: str, given: str, subject: Subject) -> Factor:
    slot = path.removeprefix(TREATY)
    if slot not in subject.versions:
        raise InputError(Fault("a treaty slot", quote(slot), suggest(slot, subject.versions)))
    chosen = _words(path, given)
    known = [*subject.versions[slot], "none"]
    faults = [
        Fault(f"versions of {quote(slot)}: {', '.join(known)}", quote(each)) for each in chosen if each not in known
    ]
    if faults:
        raise InputError(faults)
    return Factor(path, chosen, central=chosen[0])


def _words(path: str, given: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in given.split(","))
    if len(words) < 2 or not all(words) or len(set(words)) < len(words):
        raise InputError(Fault("two values or more, with commas between, each once", quote(given), path=path))
    return words


def _distribution(path: str, quantity: Quantity) -> Factor:
    if quantity.is_constant:
        fix = f"Give it a range, as in {path}=low:high, or a distribution with --set."
        raise InputError(Fault("a path that has a distribution", f"{quote(path)}, which is {quantity}", fix))
    low, high = quantity.support
    return Factor(path, low=low, high=high, quantity=quantity, central=quantity.central)


def _number(path: str, given: str, subject: Subject) -> Factor:
    in_logs = given.endswith(":log")
    colons = given.removesuffix(":log").split(":")
    if len(colons) == 1 and not in_logs:
        levels = tuple(parse_number(part, path) for part in given.split(","))
        if len(set(levels)) < len(levels):
            raise InputError(Fault("each value once", quote(given), path=path))
        low, high = min(levels), max(levels)
    else:
        low, high, levels = _range(path, colons, in_logs)
    require_within(path, low, subject.ranges[path])
    require_within(path, high, subject.ranges[path])
    return Factor(path, levels, low, high, in_logs, central=subject.quantities[path].central)


def _range(path: str, colons: Sequence[str], in_logs: bool) -> tuple[float, float, tuple[float, ...]]:
    if len(colons) not in (2, 3):
        raise InputError(Fault(_FORMS, quote(":".join(colons)), path=path))
    low, high = parse_number(colons[0], path), parse_number(colons[1], path)
    if not low < high or (in_logs and low <= 0.0):
        need = "low:high with low below high" + (", both above 0 for log" if in_logs else "")
        raise InputError(Fault(need, quote(":".join(colons)), path=path))
    if len(colons) == 2:
        return low, high, ()
    count = parse_number(colons[2], path)
    if count != int(count) or not 2 <= count <= MOST_LEVELS:
        need = f"a number of levels from 2 to {MOST_LEVELS:,}"
        raise InputError(Fault(need, quote(colons[2]), path=path))
    return low, high, tuple(spaced(low, high, int(count), in_logs).tolist())


def parse_number(text: str, path: str) -> float:
    """Read a finite number, or raise `InputError`.

    Examples
    --------
    >>> parse_number("1e-3", "x")
    0.001
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(Fault("a number", quote(text.strip()), path=path))
    return value


def require_within(path: str, value: float, allowed: tuple[float, float]) -> None:
    """Refuse a number outside of what the format allows there.

    Raises
    ------
    InputError
        With the range.
    """
    low, high = allowed
    if not low <= value <= high:
        need = f"a number of at least {low:g}" if math.isinf(high) else f"a number from {low:g} to {high:g}"
        need = f"a number of at most {high:g}" if math.isinf(low) else need
        raise InputError(Fault(need, f"{value:g}", path=path))


def _told(level: float | str) -> str:
    return level if isinstance(level, str) else f"{level:g}"
