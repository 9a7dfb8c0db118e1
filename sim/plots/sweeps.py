"""Figures of a sweep, by how many factors vary and whether they are numbers.

| what varies | figure |
|---|---|
| one number, at most one category | lines with bands, a panel per outcome |
| one number, several categories | the same, a panel per combination |
| two numbers on a grid | maps |
| two numbers and more on a grid | maps, a panel per combination of the others |
| categories alone | dots with intervals |
| one at a time | a panel per factor around the central point |
| anything that fills the space | each factor against the outcome, with a running mean |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from sim.plots.sweep_data import Series, Sweep, read_sweep
from sim.plots.sweep_lines import dots_figure, lines_by_panel_figure, lines_figure, one_at_a_time_figure
from sim.plots.sweep_maps import maps_by_panel_figure, maps_figure
from sim.plots.sweep_scatter import scatter_figure

#: Figures of one outcome each.
_FIGURES = 8


def sweep_figures(frame: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, Figure]:
    """Draw a sweep.

    Parameters
    ----------
    frame : mapping of str to array
        Columns of the tidy frame, as for `sim.plots.sweep_data.read_sweep`.
    meta : mapping
        What was run, as there.

    Returns
    -------
    dict of str to Figure
        By file name without suffix: ``sweep`` for all outcomes where they share a figure, else
        ``sweep-OUTCOME`` for each of those that move most, at most eight.

    Examples
    --------
    >>> import numpy as np
    >>> frame = {"point": [0, 1], "entry.bias": [0.0, 1.0], "outcome": ["war", "war"], "value": [0.1, 0.2],
    ...          "low": [0.05, 0.1], "high": [0.2, 0.3], "n": [100, 100], "hits": [10, 20]}
    >>> factor = {"path": "entry.bias", "kind": "numeric", "label": "bias", "levels": [0.0, 1.0]}
    >>> meta = {"title": "x", "factors": [factor], "design": "grid", "runs_per_point": 100, "seed": 1,
    ...         "outcomes": ["war"]}
    >>> sweep_figures({name: np.array(column) for name, column in frame.items()}, meta)["sweep"].axes[0].get_xlabel()
    'bias'
    """
    sweep = read_sweep(frame, meta)
    together = _together(sweep)
    if together is not None:
        return {"sweep": together(sweep)}
    each = _each(sweep)
    shown = [series for series in sweep.series if not series.is_constant][:_FIGURES] or sweep.series[:1]
    sweep = replace(sweep, left_out=len(sweep.series) - len(shown))
    names = file_names("sweep", [series.outcome for series in shown])
    return {name: each(sweep, series) for name, series in zip(names, shown, strict=True)}


def _together(sweep: Sweep) -> Callable[[Sweep], Figure] | None:
    """The figure that holds all outcomes, where there is one."""
    numbers, categories = len(sweep.numeric), len(sweep.categories)
    if sweep.design == "oat" and numbers + categories > 1:
        return None
    if numbers == 0:
        return dots_figure
    if numbers == 1 and (categories == 0 or (categories == 1 and sweep.is_grid)):
        return lines_figure
    return maps_figure if numbers == 2 and categories == 0 and sweep.is_grid else None


def _each(sweep: Sweep) -> Callable[[Sweep, Series], Figure]:
    """The figure of one outcome."""
    if sweep.design == "oat":
        return one_at_a_time_figure
    if not sweep.is_grid:
        return scatter_figure
    return lines_by_panel_figure if len(sweep.numeric) == 1 else maps_by_panel_figure


def file_names(stem: str, outcomes: list[str]) -> list[str]:
    """Make names of files from names of outcomes.

    Parameters
    ----------
    stem : str
        What all of them begin with.
    outcomes : list of str
        Of any characters.

    Returns
    -------
    list of str
        Of letters, digits and hyphens, each another.

    Examples
    --------
    >>> file_names("sweep", ["war", "war|attacked_at_war:DPRK", "war "])
    ['sweep-war', 'sweep-war-attacked_at_war-DPRK', 'sweep-war-3']
    """
    names: list[str] = []
    for place, outcome in enumerate(outcomes, 1):
        name = "-".join([stem, *re.findall(r"\w+", outcome)])[:80]
        names.append(f"{name}-{place}" if name in names else name)
    return names
