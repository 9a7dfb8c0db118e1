"""All figures of an experiment, by the command that made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from sim.plots.boxes import boxes_figure
from sim.plots.contrasts import AS_WRITTEN, attribution_figure, chosen, contrasts_figure, worlds_figure
from sim.plots.paths import paths_figure
from sim.plots.rare import rare_figure
from sim.plots.sweeps import file_names, sweep_figures
from sim.plots.tornado import tornado_figure
from sim.plots.uncertainty import MOST, uncertainty_figure

#: Outcomes and pairs whose worlds are drawn.
_WORLDS = 6


def figures_of(kind: str, data: Mapping[str, Any]) -> dict[str, Figure]:
    """Draw what a command found.

    Parameters
    ----------
    kind : {"compare", "sweep", "sensitivity", "uncertainty", "discover", "rare"}
        The command.
    data : mapping
        What its ``--json`` has. For a sweep: ``frame`` and ``meta``, as for `sweep_figures`.

    Returns
    -------
    dict of str to Figure
        By file name without suffix.

    Raises
    ------
    KeyError
        If there is no such command.

    Examples
    --------
    >>> data = {"scenarios": [], "contrasts": [], "runs_per_point": 0, "seed": 1}
    >>> list(figures_of("compare", data))
    ['contrasts']
    """
    return _KINDS[kind](data)


def _compare(data: Mapping[str, Any]) -> dict[str, Figure]:
    figures = {"contrasts": contrasts_figure(data)}
    elsewhere = {_asked(c) for c in data["contrasts"] if c["world"] != AS_WRITTEN}
    worlds = [c for c in chosen(data) if _asked(c) in elsewhere][:_WORLDS]
    names = file_names("worlds", ["|".join((c["outcome"], c.get("rung") or "", *c["between"])) for c in worlds])
    for name, c in zip(names, worlds, strict=True):
        figures[name] = worlds_figure(data, c["outcome"], c["between"], c.get("rung") or "")
    if data.get("attribution"):
        figures["clauses"] = attribution_figure(data)
    return figures


def _asked(contrast: Mapping[str, Any]) -> tuple[str, ...]:
    """What a contrast is of, whatever the world."""
    return contrast["outcome"], contrast.get("rung") or "", *contrast["between"]


def _sweep(data: Mapping[str, Any]) -> dict[str, Figure]:
    return sweep_figures(data["frame"], data["meta"])


def _sensitivity(data: Mapping[str, Any]) -> dict[str, Figure]:
    outcomes = list(data["outcomes"])
    return {
        name: tornado_figure(data, outcome)
        for name, outcome in zip(file_names("sensitivity", outcomes), outcomes, strict=True)
    }


def _uncertainty(data: Mapping[str, Any]) -> dict[str, Figure]:
    outcomes = list(data["outcomes"])
    pages = [outcomes[at : at + MOST] for at in range(0, len(outcomes), MOST)]
    names = ["uncertainty", *(f"uncertainty-{page}" for page in range(2, len(pages) + 1))]
    return {name: uncertainty_figure(data, page) for name, page in zip(names, pages, strict=True)}


def _rare(data: Mapping[str, Any]) -> dict[str, Figure]:
    figures = {"rare": rare_figure(data)}
    if data["paths"]:
        about = {"title": data["title"], "seed": data["seed"], "probability": data["estimate"]}
        figures["paths"] = paths_figure({**data["paths"], **about})
    return figures


def _discover(data: Mapping[str, Any]) -> dict[str, Figure]:
    return {"boxes": boxes_figure(data)}


_KINDS: dict[str, Callable[[Mapping[str, Any]], dict[str, Figure]]] = {
    "compare": _compare,
    "sweep": _sweep,
    "sensitivity": _sensitivity,
    "uncertainty": _uncertainty,
    "discover": _discover,
    "rare": _rare,
}
