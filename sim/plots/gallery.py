"""All figures of a run, by the name of their file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.errors import Fault, InputError
from sim.plots.data import RunData, read_run
from sim.plots.entry import entry_figure
from sim.plots.fan import fan_figure
from sim.plots.flip import flip_figure
from sim.plots.outcomes import outcome_figure
from sim.plots.peak import peak_figure
from sim.plots.studies import figures_of
from sim.plots.style import save, undrawable
from sim.plots.sweep_data import PANELS
from sim.plots.sweeps import file_names
from sim.store.flip import is_flip, read_flip
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
    if is_flip(Path(path)):
        found = read_flip(Path(path))
        return undrawable("".join((found["claim"]["text"], *(each["path"] for each in found["parameters"]))))
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
    if is_flip(Path(path)):
        return save(flip_figure(read_flip(Path(path))), Path(path) / FOLDER, "flip")
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
    """Make the figures of a study, such as a comparison or a sweep.

    Parameters
    ----------
    path : Path or str
        Its finished folder.

    Returns
    -------
    dict of str to Figure
        By file name without suffix.

    Raises
    ------
    InputError
        If it is a stage of a search for flips, which has no figure by itself.
    """
    study = StudyFolder(path)
    if study.kind == "flip":
        fix = f"Give {Path(path).resolve().parent}."
        raise InputError(Fault("the folder of a whole search for flips", "a stage of one", fix, file=str(path)))
    if study.kind != "sweep":
        return figures_of(study.kind, study.summary)
    summary = study.summary
    meta = {**summary, "outcomes": moved_most(summary["ranges"], summary["asked"])}
    return figures_of("sweep", {"frame": study.frame(), "meta": meta})


def moved_most(ranges: Mapping[str, Any], asked: Collection[str]) -> list[str]:
    """Order the outcomes of a sweep by how far they move.

    Parameters
    ----------
    ranges : mapping
        Lowest and highest point of each outcome, as ``summary.json`` has them.
    asked : collection of str
        Outcomes that are asked for; all are where none is.

    Returns
    -------
    list of str
        Those asked for: first those of which the intervals at the lowest and the highest point lie apart, shares before
        counts, the widest range first; those that never change last. Where none is asked for, a dozen at most.

    Examples
    --------
    >>> def point(value):
    ...     return {"value": value, "low": value - 0.1, "high": value + 0.1, "hits": 1}
    >>> found = {"war": (0.5, 0.5), "force": (0.5, 0.6), "entry": (0.2, 0.9)}
    >>> moved_most({name: dict(zip(("lowest", "highest"), map(point, ends))) for name, ends in found.items()}, ())
    ['entry', 'force', 'war']
    """
    wanted = [name for name in ranges if name in asked]

    def _rank(name: str) -> tuple[bool, bool, float]:
        lowest, highest = ranges[name]["lowest"], ranges[name]["highest"]
        known = lowest["high"] is not None and highest["low"] is not None
        apart = known and lowest["high"] < highest["low"]
        return not apart, "hits" not in lowest, lowest["value"] - highest["value"]

    return sorted(wanted or ranges, key=_rank)[: None if wanted else PANELS]


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
