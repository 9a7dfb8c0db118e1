"""How likely each outcome is: unconditional shares above, below them those given an attack in a war."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.data import RunData
from sim.plots.shares import Row, draw_shares
from sim.plots.style import BLUE, VERMILLION, label, new_figure, styled, wrapped

_ROW = 0.235  # inches


@styled
def outcome_figure(data: RunData) -> Figure:
    """Draw every outcome that is a share, with its 95 % interval.

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
    groups = _groups(data)
    rows, places, heads = _stack(groups)
    height = 0.7 + _ROW * (places[-1] + 1.6)
    figure = new_figure(height, data.heading, subtitle, data.small_print, _key(rows))
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


def _groups(data: RunData) -> dict[str, list[Row]]:
    """Rows by what is given, such as nothing or an attack on a state."""
    stamped = data.assumption_driven()
    groups: dict[str, list[Row]] = {}
    for name, estimate in data.shares().items():
        base, _, condition = name.partition("|")
        head = _given(condition, estimate.n) if condition else "In all runs"
        colour = VERMILLION if name in stamped else BLUE
        row = Row(label(readable(base), 44, 3), estimate, colour, name not in stamped)
        groups.setdefault(head, []).append(row)
    return groups


def _given(condition: str, n: int) -> str:
    """Say what is given, and in how many runs it was."""
    return f"{wrapped(f'If {readable(condition)}', 50, 1)[0]} ({n:,} {'run' if n == 1 else 'runs'})"


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
    >>> readable("intervention:Russia:DPRK:arms"), readable("nuclear_use")
    ('Russia enters for DPRK: arms', 'nuclear use')
    >>> readable("tripwire:USA:ROK"), readable("attacked_at_war:ROK")
    ('USA struck along with ROK', 'ROK is attacked in a war')
    """
    kind, _, rest = name.partition(":")
    sides = rest.split(":", 2)
    if kind == "intervention" and len(sides) > 1:
        form = f": {sides[2].replace('_', ' ')}" if len(sides) > 2 else ""
        return f"{sides[0]} enters for {sides[1]}{form}"
    if kind == "tripwire" and len(sides) > 1:
        return f"{sides[0]} struck along with {':'.join(sides[1:])}"
    if kind == "attacked_at_war":
        return f"{rest} is attacked in a war"
    return name.replace("_", " ")


def _key(rows: list[Row]) -> list[Line2D]:
    if all(row.filled for row in rows):
        return []
    text = "assumption-driven: history does not inform it"
    return [Line2D([], [], color=VERMILLION, marker="o", ms=5.5, mfc="white", label=text)]
