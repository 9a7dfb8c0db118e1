"""All figures of a run, by the name of their file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.plots.data import RunData, read_run
from sim.plots.entry import entry_figure
from sim.plots.fan import fan_figure
from sim.plots.outcomes import outcome_figure
from sim.plots.peak import peak_figure
from sim.plots.studies import figures_of
from sim.plots.style import save, undrawable
from sim.plots.sweeps import file_names
from sim.store.folder import FIGURES as FOLDER
from sim.store.folder import ResultsFolder
from sim.store.study import StudyFolder, is_study

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
    if is_study(Path(path)):
        study = StudyFolder(path)
        return undrawable("".join((study.summary["title"], *study.points.columns)))
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
    if is_study(Path(path)):
        return [
            file for name, figure in study_figures(path).items() for file in save(figure, Path(path) / FOLDER, name)
        ]
    data = read_run(path)
    return [
        file
        for name, draw in FIGURES.items()
        if name != "entry_over_time" or data.partnerships
        for file in save(draw(data), Path(path) / FOLDER, name)
    ]


def study_figures(path: Path | str) -> dict[str, Figure]:
    """Make the figures of a comparison, a sweep or a study of sensitivity.

    Parameters
    ----------
    path : Path or str
        Its finished folder.

    Returns
    -------
    dict of str to Figure
        By file name without suffix.
    """
    study = StudyFolder(path)
    if study.kind != "sweep":
        return figures_of(study.kind, study.summary)
    summary = study.summary
    outcomes = [name for name in summary["ranges"] if name in summary["asked"]] or list(summary["ranges"])
    meta = {**summary, "outcomes": outcomes}
    return figures_of("sweep", {"frame": study.frame(), "meta": meta})


def draw_boxes(path: Path | str, found: Mapping[str, Any]) -> list[Path]:
    """Draw what was discovered in a folder into its ``figures/``.

    Parameters
    ----------
    path : Path or str
        Results folder.
    found : mapping
        As ``pactsim discover --json`` has it.

    Returns
    -------
    list of Path
        The files written.
    """
    (name,) = file_names("boxes", [found["outcome"]])
    figures = figures_of("discover", found).values()
    return [file for figure in figures for file in save(figure, Path(path) / FOLDER, name)]
