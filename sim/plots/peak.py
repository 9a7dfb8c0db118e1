"""How far it climbs: the share of runs that peaked at each rung of the ladder."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.estimate import Estimate
from sim.plots.data import RunData
from sim.plots.shares import Row, assumed_key, draw_shares
from sim.plots.style import BLUE, VERMILLION, label, new_figure, styled


@styled
def peak_figure(data: RunData) -> Figure:
    """Draw the distribution of the highest rung reached in a run.

    Parameters
    ----------
    data : RunData
        Of one run.

    Returns
    -------
    Figure
        The highest rung at the top.
    """
    assumed = data.assumed_rungs()
    rows = [_row(rung, estimate, rung in assumed) for rung, estimate in data.peak_rung().items()][::-1]
    subtitle = (
        "Share of runs by the highest rung that any rivalry reached; points with 95 % Monte Carlo intervals. "
        "An arrow marks an upper bound: no run had it."
    )
    height = max(0.9 + 0.32 * len(rows), 2.1)
    figure = new_figure(height, data.heading, subtitle, data.small_print, assumed_key(rows))
    axes = figure.add_subplot()
    draw_shares(axes, rows, list(range(len(rows))))
    axes.set_xlabel("share of runs")
    axes.set_ylabel("highest rung in the run")
    return figure


def _row(rung: str, estimate: Estimate, assumed: bool) -> Row:
    return Row(label(rung, 30), estimate, VERMILLION if assumed else BLUE, filled=not assumed)
