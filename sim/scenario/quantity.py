"""A quantity: a number or a distribution, with where it comes from.

Nothing here draws. The engine lowers a quantity to a row of its parameter table and draws it
there, so that loading and checking a scenario never needs the compiled code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

#: How well a number is known, from best to least.
Confidence = Literal["measured", "estimated", "judged"]

#: The arguments of each family, by the word used in a scenario file.
FAMILIES: dict[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "beta": ("a", "b"),
    "gamma": ("shape", "scale"),
}

#: No quantity of the model is anywhere near this; beyond it sums could overflow.
LARGEST = 1e9


class Quantity(BaseModel):
    """A number or a distribution, with its source.

    Parameters
    ----------
    family : str
        ``"value"`` for a constant, or a key of `FAMILIES`.
    arguments : tuple of float
        The value, or the arguments of the family in the order of `FAMILIES`.
    truncate : tuple of float, optional
        Bounds between which a distribution is cut.
    source, note : str
        A citation (or ``"judged"``), and what a reader should know about the number.
    confidence : str
        ``"measured"``, ``"estimated"`` or ``"judged"``.

    Examples
    --------
    >>> Quantity(family="uniform", arguments=(0.1, 0.3)).central
    0.2
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = "value"
    arguments: tuple[float, ...]
    truncate: tuple[float, float] | None = None
    source: str = ""
    note: str = ""
    confidence: Confidence | None = None

    @property
    def is_constant(self) -> bool:
        """Whether the quantity is a plain number."""
        return self.family == "value"

    @property
    def central(self) -> float:
        """Value used by ``--parameters central``: the mean, or the median of a lognormal.

        A truncated distribution gives the same number, moved to the nearer bound if it lies
        outside them.
        """
        value = _CENTRE[self.family](*self.arguments)
        if self.truncate is not None:
            low, high = self.truncate
            value = low if value < low else high if value > high else value
        return float(value)

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value that a draw can take."""
        low, high = _SUPPORT[self.family](*self.arguments)
        if self.truncate is not None:
            low, high = max(low, self.truncate[0]), min(high, self.truncate[1])
        return low, high

    def __str__(self) -> str:
        """Spell the quantity as a scenario file does."""
        if self.is_constant:
            return f"{self.arguments[0]:g}"
        text = f"{self.family}({', '.join(f'{x:g}' for x in self.arguments)})"
        return text if self.truncate is None else f"{text} in [{self.truncate[0]:g}, {self.truncate[1]:g}]"


_CENTRE: dict[str, Any] = {
    "value": lambda x: x,
    "uniform": lambda low, high: (low + high) / 2.0,
    "triangular": lambda low, mode, high: (low + mode + high) / 3.0,
    "pert": lambda low, mode, high: (low + 4.0 * mode + high) / 6.0,
    "normal": lambda mean, sd: mean,
    "lognormal": lambda median, sigma: median,
    "beta": lambda a, b: a / (a + b),
    "gamma": lambda shape, scale: shape * scale,
}

_SUPPORT: dict[str, Any] = {
    "value": lambda x: (x, x),
    "uniform": lambda low, high: (low, high),
    "triangular": lambda low, mode, high: (low, high),
    "pert": lambda low, mode, high: (low, high),
    "normal": lambda mean, sd: (-math.inf, math.inf) if sd > 0 else (mean, mean),
    "lognormal": lambda median, sigma: (0.0, math.inf) if sigma > 0 else (median, median),
    "beta": lambda a, b: (0.0, 1.0),
    "gamma": lambda shape, scale: (0.0, math.inf),
}


@dataclass(frozen=True)
class Unit:
    """What a quantity is measured in and the range it may take; kept on the field's annotation.

    Parameters
    ----------
    unit : str
        Such as ``"share"``, ``"1/year"``, ``"utils"``, ``"weeks"``.
    low, high : float
        Closed range that every possible draw must lie in.
    """

    unit: str
    low: float = -math.inf
    high: float = math.inf


def _number_or_mapping(raw: Any) -> Any:
    """Turn ``0.4``, ``{value: 0.4}`` or ``{uniform: [a, b], …}`` into fields of `Quantity`."""
    if isinstance(raw, Quantity):
        return raw
    if raw is None or isinstance(raw, bool | str):
        raise ValueError("a number, or a mapping with 'value' or a distribution")
    if isinstance(raw, int | float):
        raw = {"value": raw}
    if not isinstance(raw, dict):
        raise ValueError("a number, or a mapping with 'value' or a distribution")
    if "arguments" in raw:
        return raw
    fields = dict(raw)
    families = [key for key in fields if key == "value" or key in FAMILIES]
    if len(families) != 1:
        raise ValueError(f"exactly one of 'value', {', '.join(map(repr, FAMILIES))}")
    family = families[0]
    arguments = fields.pop(family)
    arguments = [arguments] if family == "value" else arguments
    return {"family": family, "arguments": arguments, **fields}


def check_quantity(quantity: Quantity, unit: Unit) -> str | None:
    """Say what is wrong with a quantity's arguments or range, or return None.

    Parameters
    ----------
    quantity : Quantity
        The quantity as written.
    unit : Unit
        Unit and range of the field it stands in.

    Returns
    -------
    str or None
        What is needed, to be followed by ``", got …"``.

    Examples
    --------
    >>> check_quantity(Quantity(arguments=(1.5,)), Unit("share", 0.0, 1.0))
    'a share between 0 and 1'
    """
    numbers = quantity.arguments + (quantity.truncate or ())
    if not all(map(math.isfinite, numbers)):
        return "finite numbers"
    if any(abs(number) > LARGEST for number in numbers):
        return f"numbers of at most {LARGEST:,.0f} in size"
    if not quantity.is_constant:
        names = FAMILIES[quantity.family]
        if len(quantity.arguments) != len(names):
            return f"{len(names)} numbers for {quantity.family}: [{', '.join(names)}]"
        problem = _check_arguments(quantity.family, quantity.arguments)
        if problem:
            return problem
    if quantity.truncate is not None:
        if quantity.is_constant:
            return "no 'truncate' beside a plain value"
        low, high = _SUPPORT[quantity.family](*quantity.arguments)
        if not quantity.truncate[0] < quantity.truncate[1]:
            return "truncate: [low, high] with low < high"
        if quantity.truncate[1] <= low or quantity.truncate[0] >= high:
            return "truncation bounds that leave some of the distribution"
    low, high = quantity.support
    if low < unit.low or high > unit.high:
        return f"{with_article(unit.unit)} {_range_text(unit)}"
    return None


def with_article(unit: str) -> str:
    """Put the article before the name of a unit.

    Examples
    --------
    >>> with_article("share"), with_article("amount"), with_article("utility (utils)")
    ('a share', 'an amount', 'a utility (utils)')
    """
    return f"an {unit}" if unit[:1] in tuple("aeio") else f"a {unit}"


def _check_arguments(family: str, arguments: tuple[float, ...]) -> str | None:
    if family == "uniform" and not arguments[0] < arguments[1]:
        return "low < high"
    if family in ("triangular", "pert"):
        low, mode, high = arguments
        if not (low <= mode <= high and low < high):
            return "low <= mode <= high with low < high"
    if family == "normal" and arguments[1] < 0:
        return "a standard deviation of at least 0"
    if family == "lognormal" and (arguments[0] <= 0 or arguments[1] < 0):
        return "a median above 0 and a sigma of at least 0"
    if family in ("beta", "gamma") and min(arguments) <= 0:
        return "arguments above 0"
    return None


def _range_text(unit: Unit) -> str:
    if math.isinf(unit.high):
        return f"of at least {unit.low:g}"
    if math.isinf(unit.low):
        return f"of at most {unit.high:g}"
    return f"between {unit.low:g} and {unit.high:g}"


_AnyQuantity = Annotated[Quantity, BeforeValidator(_number_or_mapping)]

Share = Annotated[_AnyQuantity, Unit("share", 0.0, 1.0)]
Probability = Annotated[_AnyQuantity, Unit("probability", 0.0, 1.0)]
Utils = Annotated[_AnyQuantity, Unit("utility (utils)")]
Positive = Annotated[_AnyQuantity, Unit("number", 0.0)]
LogOdds = Annotated[_AnyQuantity, Unit("log-odds")]
PerYear = Annotated[_AnyQuantity, Unit("rate (1/year)", 0.0, 3650.0)]
Weeks = Annotated[_AnyQuantity, Unit("time (weeks)", 0.0, 5200.0)]
Days = Annotated[_AnyQuantity, Unit("time (days)", 0.01, 36500.0)]
Years = Annotated[_AnyQuantity, Unit("time (years)", 0.01, 1000.0)]


def zero(source: str = "absent: none") -> Quantity:
    """Quantity for a field that may be left out because its absence means none."""
    return Quantity(arguments=(0.0,), source=source)


def one(source: str = "absent: no effect") -> Quantity:
    """Quantity for a factor or certainty that may be left out because its absence means no effect."""
    return Quantity(arguments=(1.0,), source=source)


def field(help_text: str, **extra: Any) -> Any:
    """Required field with its help text, shown by ``pactsim schema``."""
    return Field(description=help_text, **extra)
