"""How likely each outcome is: unconditional shares above, below them those given an attack in a war."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.estimate import FEW, Estimate, number_of
from sim.plots.data import RunData
from sim.plots.shares import Row, assumed_key, draw_shares
from sim.plots.style import BLUE, VERMILLION, label, new_figure, styled, wrapped
from sim.scenario.outcome_names import SAID

_ROW = 0.235  # inches
#: Rows that a page has room for.
MOST = 25
#: The kind of outcomes that are conditional, whatever of.
_CONDITIONAL = "|"


@styled
def outcome_figure(data: RunData) -> Figure:
    """Draw the outcomes that the scenario asks for and those seen most, with their 95 % intervals.

    Parameters
    ----------
    data : RunData
        Of one run.

    Returns
    -------
    Figure
        Logarithmic where shares are small; an arrow from the upper bound where there were no hits.
    """
    subtitle = (
        "Share of runs in which it happens within the horizon; points with 95 % Monte Carlo intervals. "
        "An arrow marks an upper bound: no run had it."
    )
    names = chosen(data)
    left_out = len(data.shares()) - len(names)
    if left_out:
        subtitle += f" Not drawn, as rarer or not seen: {number_of(left_out, 'outcome')} (summary.json)."
    groups = _groups(data, names)
    rows, places, heads = _stack(groups)
    height = 0.7 + _ROW * (places[-1] + 1.6)
    figure = new_figure(height, data.heading, subtitle, data.small_print, assumed_key(rows))
    axes = figure.add_subplot()
    draw_shares(axes, rows, places)
    axes.set_ylim(places[-1] + 0.8, -0.8)
    for text, place in heads:
        _draw_head(axes, text, place)
    axes.set_xlabel("share of runs")
    return figure


def _draw_head(axes: Axes, text: str, place: float) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    side = axes.get_yaxis_transform()
    axes.text(
        0.008,
        place,
        text,
        transform=side,
        weight="bold",
        va="center",
        fontsize=8.5,
        bbox=box,
        parse_math=False,
    )


def chosen(data: RunData) -> list[str]:
    """Choose the outcomes to draw: those asked for, then those seen, the most likely of each kind first.

    Parameters
    ----------
    data : RunData
        Of one run.

    Returns
    -------
    list of str
        By kind, and within a kind by size; what is conditional after what is not, by the number of
        runs that it rests on.
    """
    shares = data.shares()
    if not any(name in shares for name in data.asked):
        wanted = list(shares)
    else:
        wanted = [name for name in shares if name in data.asked or shares[name].hits]
    kinds = [*dict.fromkeys(_kind(name) for name in shares if "|" not in name), _CONDITIONAL]
    order = sorted(wanted, key=lambda name: (kinds.index(_kind(name)), *_size(name, shares[name])))
    ranks = {name: sum(_kind(other) == _kind(name) for other in order[:at]) for at, name in enumerate(order)}
    kept = sorted(order, key=lambda name: (name not in data.asked, ranks[name]))[:MOST]
    return [name for name in order if name in kept]


def _kind(name: str) -> str:
    return _CONDITIONAL if "|" in name else name.partition(":")[0]


def _size(name: str, estimate: Estimate) -> tuple[float, str, float]:
    """Sort by the runs that met a condition, then by the share."""
    condition = name.partition("|")[2]
    return (-estimate.n if condition else 0, condition, -(estimate.value or 0.0))


def _groups(data: RunData, names: list[str]) -> dict[str, list[Row]]:
    """Rows by what is given, such as nothing or an attack on a state."""
    stamped, shares = data.assumption_driven(), data.shares()
    groups: dict[str, list[Row]] = {}
    for name in names:
        base, _, condition = name.partition("|")
        head = _given(condition, shares[name].n) if condition else "In all runs"
        colour = VERMILLION if name in stamped else BLUE
        row = Row(label(readable(base), 44, 3), shares[name], colour, name not in stamped)
        groups.setdefault(head, []).append(row)
    return groups


def _given(condition: str, n: int) -> str:
    """Say what is given, in how many runs it was, and whether these are few."""
    thin = ", thin" if n < FEW else ""
    return f"{wrapped(f'If {readable(condition)}', 50, 1)[0]} ({number_of(n, 'run')}{thin})"


def _stack(groups: dict[str, list[Row]]) -> tuple[list[Row], list[float], list[tuple[str, float]]]:
    """Give rows their places from the top down, with a heading above each group."""
    rows: list[Row] = []
    places: list[float] = []
    heads: list[tuple[str, float]] = []
    place = 0.0
    for head, group in groups.items():
        heads.append((head, place))
        for row in group:
            half = 0.3 * row.label.count("\n")
            rows.append(row)
            places.append(place + 1.0 + half)
            place += 1.0 + 2.0 * half
        place += 1.4
    return rows, places, heads


def readable(name: str) -> str:
    """Say an outcome's name in words.

    Examples
    --------
    >>> readable("intervention:Russia:DPRK:rear_area_forces"), readable("nuclear_use")
    ('Russia enters for DPRK: rear-area forces', 'nuclear use')
    >>> readable("tripwire:USA:ROK"), readable("attacked_at_war:ROK")
    ('USA struck along with ROK', 'ROK is attacked in a war')
    """
    kind, _, rest = name.partition(":")
    sides = rest.split(":", 2)
    if kind == "intervention" and len(sides) > 1:
        form = f": {SAID.get(sides[2], sides[2])}" if len(sides) > 2 else ""
        return f"{sides[0]} enters for {sides[1]}{form}"
    if kind == "tripwire" and len(sides) > 1:
        return f"{sides[0]} struck along with {':'.join(sides[1:])}"
    if kind == "attacked_at_war":
        return f"{rest} is attacked in a war"
    return name.replace("_", " ")


def in_words(name: str, rung: str = "") -> str:
    """Say an outcome's name in words, with what is given and the rung that is asked for.

    Examples
    --------
    >>> in_words("war|attacked_at_war:DPRK"), in_words("peak_rung", "major war")
    ('war, if DPRK is attacked in a war', 'peak rung: major war')
    """
    base, _, condition = name.partition("|")
    said = readable(base) + (f": {rung}" if rung else "")
    return f"{said}, if {readable(condition)}" if condition else said
