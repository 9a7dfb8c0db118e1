"""What the figures of a sweep are drawn from: its points, and for each outcome a series over them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.estimate import number_of
from sim.plots.outcomes import in_words
from sim.plots.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, both_ends, number_axis, percent_axis

#: Colours of lines, in turn.
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK)
#: Panels that a page has room for.
PANELS = 12
#: Outcomes that share a figure.
OUTCOMES = 6
#: From this ratio on, positive numbers are drawn on a logarithmic axis.
_APART = 30.0


@dataclass(frozen=True)
class Factor:
    """What is varied.

    Parameters
    ----------
    path : str
        Column of the frame.
    numeric : bool
        Whether it is a number.
    label : str
        What a person calls it.
    values : numpy.ndarray
        (D,) its value at each point; float or str.
    levels : tuple
        Its different values: numbers rising, categories in the order of the design.
    """

    path: str
    numeric: bool
    label: str
    values: np.ndarray
    levels: tuple[Any, ...]

    @property
    def log(self) -> bool:
        """Whether its axis is logarithmic: its values span much, and do not crowd at one end of it."""
        if not self.numeric or not spans(self.values):
            return False
        low, middle, high = np.log(np.quantile(self.levels, (0.0, 0.5, 1.0)))
        return bool(0.2 <= (middle - low) / (high - low) <= 0.8)

    @property
    def name(self) -> str:
        """Label in one line of bearable length."""
        return both_ends(self.label, 48)


@dataclass(frozen=True)
class Series:
    """An outcome over the points.

    Parameters
    ----------
    outcome : str
        Name of the outcome.
    value, low, high : numpy.ndarray
        (D,) estimate and interval; NaN where there is none.
    hits : numpy.ndarray
        (D,) runs in which it happened; NaN for counts.
    """

    outcome: str
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hits: np.ndarray

    @property
    def share(self) -> bool:
        """Whether these are shares of runs."""
        return bool(np.isfinite(self.hits).any())

    @property
    def never(self) -> np.ndarray:
        """(D,) whether no run had it, so that only a bound is known."""
        return np.asarray((self.hits == 0) & np.isfinite(self.high))

    @property
    def is_constant(self) -> bool:
        """Whether it is the same at every point."""
        there = self.value[np.isfinite(self.value)]
        return not there.size or bool(there.min() == there.max())

    @property
    def rank(self) -> tuple[bool, bool, bool, float]:
        """What outcomes are sorted by: those that clearly move first, shares before counts, the largest first."""
        there = np.flatnonzero(np.isfinite(self.value))
        if not there.size:
            return True, True, True, 0.0
        least, most = there[np.argmin(self.value[there])], there[np.argmax(self.value[there])]
        clear = bool(self.high[least] < self.low[most])
        return self.is_constant, not clear, not self.share, -float(self.value[most] - self.value[least])

    @property
    def words(self) -> str:
        """Name of the outcome for people."""
        return in_words(self.outcome)

    @property
    def unit(self) -> str:
        """What its axis is in."""
        return "share of runs" if self.share else "mean per run"

    @property
    def limits(self) -> tuple[float, float, bool]:
        """Low and high end of its axis, and whether it is logarithmic."""
        there = np.isfinite(self.value)
        seen = there & (self.value > 0.0)
        ends = np.concatenate([self.low[there], self.value[there], self.high[there]])
        ends = ends[np.isfinite(ends)]
        if not ends.size:
            return 0.0, 1.0, False
        if 3 * seen.sum() >= 2 * there.sum() and not (self.value < 0.0).any() and spans(self.value[seen]):
            top = min(1.0, 1.5 * ends.max()) if self.share else 1.5 * ends.max()
            return float(min(self.value[seen].min() / 3.0, top / 2.0)), float(top), True
        low, high = float(ends.min()), float(ends.max())
        if low >= 0.0 and low < 0.6 * high:
            return 0.0, min(1.06 * high, 1.02) if self.share else 1.06 * high, False
        margin = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
        return max(low - margin, 0.0) if self.share else low - margin, high + margin, False


@dataclass(frozen=True)
class Sweep:
    """A sweep, as far as figures need it.

    Parameters
    ----------
    title, question : str
        Of the scenario.
    design : str
        Such as ``grid``.
    seed, runs_per_point : int
        Of the sweep.
    factors : tuple of Factor
        In the order of the design.
    series : tuple of Series
        An outcome each.
    points : int
        How many there are.
    left_out : int
        Outcomes that have no figure.
    """

    title: str
    question: str
    design: str
    seed: int
    runs_per_point: int
    factors: tuple[Factor, ...]
    series: tuple[Series, ...]
    points: int
    left_out: int = 0

    @property
    def heading(self) -> str:
        """Title of every figure."""
        return self.title.strip() or "Sweep"

    @property
    def small_print(self) -> str:
        """What was run, in one line for the foot of a figure."""
        points = f"{self.design}, {number_of(self.points, 'point')}"
        ran = f"{points} · {number_of(self.runs_per_point, 'run')} each, on the same draws · seed {self.seed}"
        return ran + (f" · {number_of(self.left_out, 'outcome')} that moved less not drawn" if self.left_out else "")

    @property
    def numeric(self) -> tuple[Factor, ...]:
        """Factors that are numbers and vary."""
        return tuple(factor for factor in self.factors if factor.numeric and len(factor.levels) > 1)

    @property
    def categories(self) -> tuple[Factor, ...]:
        """Factors that are no numbers and vary."""
        return tuple(factor for factor in self.factors if not factor.numeric and len(factor.levels) > 1)

    @property
    def is_grid(self) -> bool:
        """Whether every combination of levels is there exactly once."""
        return (
            len(set(zip(*(f.values.tolist() for f in self.factors), strict=True)))
            == self.points
            == int(np.prod([len(factor.levels) for factor in self.factors], dtype=float))
        )


def spans(values: np.ndarray) -> bool:
    """Whether numbers are all positive and more than 30 times apart.

    Examples
    --------
    >>> spans(np.array([0.01, 1.0])), spans(np.array([0.1, 1.0])), spans(np.array([0.0, 1.0]))
    (True, False, False)
    """
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0.0 and finite.max() > _APART * finite.min())


def read_sweep(frame: Mapping[str, Any], meta: Mapping[str, Any]) -> Sweep:
    """Take a tidy frame apart.

    Parameters
    ----------
    frame : mapping of str to array
        A column each: ``point``, the varied paths, ``outcome``, ``value``, ``low``, ``high``, ``n``
        and ``hits``; an entry per point and outcome.
    meta : mapping
        ``title``, ``factors``, ``design``, ``runs_per_point``, ``seed``, and ``outcomes``, those to
        be drawn.

    Returns
    -------
    Sweep
        With points in rising order, and outcomes that move most first; constant ones last.
    """
    point, outcome = np.asarray(frame["point"]), np.asarray(frame["outcome"]).astype(str)
    points, first = np.unique(point, return_index=True)

    def _factor(found: Mapping[str, Any]) -> Factor:
        numeric = found["kind"] == "numeric"
        values = np.asarray(frame[found["path"]])[first].astype(float if numeric else str)
        there = set(values.tolist())
        levels = sorted(there) if numeric else list(dict.fromkeys((*map(str, found["levels"] or ()), *values)))
        return Factor(
            found["path"],
            numeric,
            found.get("label") or found["path"],
            values,
            tuple(x for x in levels if x in there),
        )

    def _series(name: str) -> Series:
        here = np.flatnonzero(outcome == name)
        columns = []
        for column in ("value", "low", "high", "hits"):
            full = np.full(len(points), np.nan)
            full[np.searchsorted(points, point[here])] = np.asarray(frame[column], dtype=float)[here]
            columns.append(full)
        return Series(name, *columns)

    return Sweep(
        title=meta.get("title") or "",
        question=meta.get("question") or "",
        design=meta["design"],
        seed=meta["seed"],
        runs_per_point=meta["runs_per_point"],
        factors=tuple(_factor(found) for found in meta["factors"]),
        series=_ranked([_series(name) for name in meta["outcomes"]]),
        points=len(points),
    )


def _ranked(series: Sequence[Series]) -> tuple[Series, ...]:
    """Sort by how far outcomes move; one that is what another is, as where its condition is always met, comes later."""
    seen: set[bytes] = set()
    again = []
    for one in series:
        same = one.value.tobytes() + one.hits.tobytes()
        again.append(same in seen)
        seen.add(same)
    order = sorted(range(len(series)), key=lambda k: (again[k], series[k].rank))
    return tuple(series[k] for k in order)


def combinations(factors: Sequence[Factor]) -> list[tuple[str, np.ndarray]]:
    """List every combination of levels that occurs, in words, with the points that have it.

    Parameters
    ----------
    factors : sequence of Factor
        Whose levels.

    Returns
    -------
    list of tuple
        Words, and a (D,) mask. Without factors: one of length 1 that holds all points.
    """
    found = []
    for levels in itertools.product(*(factor.levels for factor in factors)):
        inside = np.ones(len(factors[0].values) if factors else 1, bool)
        for factor, level in zip(factors, levels, strict=True):
            inside = inside & (factor.values == level)
        if inside.any():
            words = ", ".join(
                f"{both_ends(f.label, 30)} {level:.4g}" if f.numeric else str(level)
                for f, level in zip(factors, levels, strict=True)
            )
            found.append((words, inside))
    return found


def grid_of_panels(figure: Figure, n: int, columns: int) -> list[Axes]:
    """Make `n` panels in rows; places that are left over stay empty.

    Parameters
    ----------
    figure : Figure
        Where.
    n, columns : int
        Panels, and how many stand beside each other.

    Returns
    -------
    list of Axes
        From the top left.
    """
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(h_pad=0.08)  # type: ignore[call-arg] # a title must not touch the axis above
    panels = list(figure.subplots(-(-max(n, 1) // columns), columns, squeeze=False).flat)
    for axes in panels[n:]:
        axes.set_visible(False)
    return panels[: max(n, 1)]


def columns_for(n: int) -> int:
    """Panels that stand beside each other, of so many.

    Examples
    --------
    >>> [columns_for(n) for n in (1, 2, 4, 5, 12)]
    [1, 2, 2, 3, 3]
    """
    return 1 if n <= 1 else 2 if n in (2, 4) else 3


def outcome_axis(axes: Axes, series: Series, limits: tuple[float, float, bool] | None = None) -> None:
    """Make the y axis one of an outcome.

    Parameters
    ----------
    axes : Axes
        Whose.
    series : Series
        The outcome.
    limits : tuple or None
        Its ends and whether it is logarithmic; those that fit by default.
    """
    low, high, log = limits or series.limits
    (percent_axis if series.share else number_axis)(axes, "y", low, high, log)
    axes.minorticks_off()


def factor_axis(axes: Axes, factor: Factor) -> None:
    """Make the x axis one of a factor that is a number.

    Parameters
    ----------
    axes : Axes
        Whose.
    factor : Factor
        Of its range.
    """
    low, high = float(np.min(factor.values)), float(np.max(factor.values))
    if factor.log:
        grow = (high / low) ** 0.04
        number_axis(axes, "x", low / grow, high * grow, True)
    else:
        margin = 0.04 * (high - low) or 0.1 * abs(high) or 1.0
        number_axis(axes, "x", low - margin, high + margin, False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.minorticks_off()
