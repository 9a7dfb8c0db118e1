"""What a search knows so far: the margin along each parameter, and in each other world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.analysis.flips import KEPT, REVERSED, UNCLEAR, Bracket, brackets, crossing, known_sign, merged
from sim.estimate import Estimate
from sim.experiments.flips.parameters import END, Parameter, probability

#: Places of the grid (normal scores) beside both ends, and of a finer grid within a bracket.
GRID = (-2.6, -1.9, -1.3, -0.7, 0.0, 0.7, 1.3, 1.9, 2.6)
FINER = 7


class Track:
    """What is known of the margin along one parameter.

    Parameters
    ----------
    parameter : Parameter
        Which one.
    """

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.stages: list[str] = []
        self.places: list[float] = []
        self.margins: list[Estimate] = []

    def add(self, stage: str, place: float, margin: Estimate) -> None:
        """Take in what a stage found at a place."""
        self.stages.append(stage)
        self.places.append(place)
        self.margins.append(margin)

    @property
    def signs(self) -> list[int]:
        """What is known of the sign at each look."""
        return [known_sign(each) for each in self.margins]

    @property
    def is_kept(self) -> bool:
        """Whether the claim is kept beyond noise wherever it was looked at."""
        return all(sign == KEPT for sign in self._merged.values())

    @property
    def _merged(self) -> dict[float, int]:
        return merged(self.places, self.signs)

    @property
    def least(self) -> float:
        """The least margin seen; one that is unknown is less than any."""
        return min((-1.0 if each.value is None else each.value) for each in self._surest.values())

    @property
    def can_move(self) -> bool:
        """Whether the central value lies within the range."""
        return self.parameter.first < self.parameter.start < self.parameter.last

    @property
    def towards(self) -> int:
        """The side on which the margin at the end of the range is the lower."""
        low, high = self._at(self.parameter.first), self._at(self.parameter.last)
        return -1 if low is not None and (high is None or low < high) else 1

    def _at(self, place: float) -> float | None:
        return next((each.value for here, each in self._surest.items() if here == place), None)

    @property
    def _surest(self) -> dict[float, Estimate]:
        """At each place the margin of the most runs."""
        return {self.places[k]: self.margins[k] for k in self._most_runs}

    @property
    def _most_runs(self) -> list[int]:
        """Number of the look of the most runs at each place."""
        found: dict[float, int] = {}
        for k, place in enumerate(self.places):
            if place not in found or self.margins[k].n >= self.margins[found[place]].n:
                found[place] = k
        return list(found.values())

    @property
    def grid(self) -> list[float]:
        """Ends, central value, and places of the grid on each side at whose end the margin is the lower or below 0."""
        p = self.parameter
        sides = {self.towards, *(side for side, end in ((-1, p.first), (1, p.last)) if (self._at(end) or 0.0) <= 0.0)}
        inside = [place for place in GRID if p.first < place < p.last]
        chosen = [place for place in inside if any(side * (place - p.start) > 0.0 for side in sides)]
        return sorted({p.first, p.last, p.start, *chosen})

    @property
    def unsure(self) -> list[float]:
        """Places at which the sign is not known."""
        return [place for place, sign in self._merged.items() if sign == UNCLEAR]

    @property
    def brackets(self) -> list[Bracket]:
        """Where the sign changes first, on either side."""
        return brackets(self.places, self.signs, self.parameter.start)

    @property
    def finer(self) -> list[float]:
        """Places within the nearest bracket, from its inner to its outer end."""
        found = self.brackets
        if not found:
            return []
        inner = self.parameter.start if found[0].inner is None else found[0].inner
        return [round(place, 9) for place in np.linspace(inner, found[0].outer, FINER).tolist()]

    def result(self) -> dict[str, Any]:
        """Give it in the shape of ``summary.json``."""
        p = self.parameter
        found = self.brackets
        flips = sorted((self._flip(each) for each in found), key=lambda each: each["distance"])
        state = "flips" if flips else "holds" if self.is_kept else "undecided"
        return {
            "path": p.path,
            "unit": p.unit,
            "spread": p.factor.spread,
            "central": p.central,
            "central_quantile": quantile(p.start),
            "range": [p.low, p.high],
            "state": state,
            "flip": flips[0] if flips else None,
            "also": flips[1:],
            "weakest": self._weakest(),
            "unsure": self._unsure() if state == "undecided" else None,
            "looks": [self._told(k) for k in sorted(range(len(self.places)), key=lambda k: (self.places[k], k))],
        }

    def _flip(self, bracket: Bracket) -> dict[str, Any]:
        """Where the sign changes within a bracket, by the places of the latest stage that lie in it."""
        p = self.parameter
        inner = p.start if bracket.inner is None else bracket.inner
        there = self._latest(*sorted((inner, bracket.outer)))
        ordered = sorted(there, reverse=bracket.outer < inner)
        place = crossing(ordered, [there[each] for each in ordered])
        ends = [(None, bracket.outer), (bracket.outer, None)][bracket.outer < inner]
        if bracket.inner is not None:
            ends = min(inner, bracket.outer), max(inner, bracket.outer)
        return {
            "value": p.values([place])[0],
            **{
                name: None if end is None else p.values([end])[0]
                for name, end in zip(("low", "high"), ends, strict=True)
            },
            "quantile": quantile(place),
            "quantile_low": None if ends[0] is None else quantile(ends[0]),
            "quantile_high": None if ends[1] is None else quantile(ends[1]),
            "score": place,
            "score_low": ends[0],
            "score_high": ends[1],
            "distance": abs(place - p.start),
        }

    def _latest(self, low: float, high: float) -> dict[float, float]:
        """Margins by place from one place to another, of the latest stage that has any there."""
        looks = [k for k, place in enumerate(self.places) if low <= place <= high and self.margins[k].value is not None]
        last = self.stages[looks[-1]]
        return {self.places[k]: self.margins[k].value or 0.0 for k in looks if self.stages[k] == last}

    def _weakest(self) -> dict[str, Any]:
        """The place of the lowest margin."""
        return self._told(min(self._most_runs, key=lambda k: (self._value(k), k)))

    def _unsure(self) -> dict[str, Any]:
        """Of the places at which the claim is not kept beyond noise, that of the lowest margin."""
        known = self._merged
        unsure = [k for k in self._most_runs if known[self.places[k]] != KEPT]
        return self._told(min(unsure, key=lambda k: (self._value(k), k)))

    def _value(self, k: int) -> float:
        value = self.margins[k].value
        return -1.0 if value is None else value

    def _told(self, k: int) -> dict[str, Any]:
        place, each = self.places[k], self.margins[k]
        where = {"value": self.parameter.values([place])[0], "quantile": quantile(place), "score": place}
        return {**where, "stage": self.stages[k], "margin": each.as_dict(), "sign": known_sign(each)}


class Position:
    """What is known of the margin in another world.

    Parameters
    ----------
    world : str
        Its name.
    settings : mapping of str to str
        What is set there.
    """

    def __init__(self, world: str, settings: Mapping[str, str]) -> None:
        self.world, self.settings = world, dict(settings)
        self.margins: list[Estimate] = []

    def add(self, margin: Estimate) -> None:
        """Take in what a stage found."""
        self.margins.append(margin)

    @property
    def is_known(self) -> bool:
        """Whether the sign is known."""
        return known_sign(self.margins[-1]) != 0

    def result(self) -> dict[str, Any]:
        """Give it in the shape of ``summary.json``."""
        sign = known_sign(self.margins[-1])
        state = "flips" if sign == REVERSED else "holds" if sign == KEPT else "undecided"
        return {"world": self.world, "settings": self.settings, "state": state, "margin": self.margins[-1].as_dict()}


def quantile(place: float) -> float:
    """Probability of a normal score, told as 0 or 1 at an end of the support.

    Examples
    --------
    >>> quantile(0.0), quantile(END)
    (0.5, 1.0)
    """
    return 0.0 if place <= -END else 1.0 if place >= END else probability(place)
