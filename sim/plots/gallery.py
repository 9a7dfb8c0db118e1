"""All figures of a run, by the name of their file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from sim.plots.data import RunData, read_run
from sim.plots.entry import entry_figure
from sim.plots.fan import fan_figure
from sim.plots.outcomes import outcome_figure
from sim.plots.peak import peak_figure
from sim.plots.style import save, undrawable
from sim.store.folder import FIGURES as FOLDER
from sim.store.folder import ResultsFolder

FIGURES: dict[str, Callable[[RunData], Figure]] = {
    "outcomes": outcome_figure,
    "peak_rung": peak_figure,
    "highest_rung_over_time": fan_figure,
    "entry_over_time": entry_figure,
}


def missing_letters(path: Path | str) -> str:
    """Find the letters of a run's names that no font here has, which are drawn as boxes.

    Parameters
    ----------
    path : Path or str
        A finished results folder.

    Returns
    -------
    str
        Each letter once; empty where all can be drawn.
    """
    folder = ResultsFolder(path)
    rungs = (rung["name"] for rung in folder.manifest["scenario"]["ladder"])
    return undrawable("".join((folder.summary["title"], *rungs, *folder.summary["outcomes"])))


def draw_all(path: Path | str) -> list[Path]:
    """Draw all figures of a results folder into its ``figures/``.

    Parameters
    ----------
    path : Path or str
        A finished results folder.

    Returns
    -------
    list of Path
        The files written, an SVG and a PNG for each figure.
    """
    data = read_run(path)
    return [
        file
        for name, draw in FIGURES.items()
        if name != "entry_over_time" or data.partnerships
        for file in save(draw(data), Path(path) / FOLDER, name)
    ]
