"""A grid as a cube of xarray: a dimension for each thing that varies, and one for outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_NUMBERS = ["value", "low", "high", "n", "hits"]


def cube(frame: pd.DataFrame, paths: Sequence[str], design: str) -> xr.Dataset:
    """Lay a frame out as a cube; see `sim.experiments.sweep.SweepResult.to_xarray`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy, a line for each point and outcome.
    paths : sequence of str
        Columns that become dimensions.
    design : str
        What the points are.

    Returns
    -------
    xarray.Dataset
        With dimensions `paths` and ``outcome``.

    Raises
    ------
    InputError
        If the design is no grid, or xarray is not installed.
    """
    if design != "grid":
        fix = "Points of other designs are no cube: use `frame`."
        raise InputError(Fault("a sweep by --design grid", design, fix, path="to_xarray"))
    try:
        import xarray  # noqa: F401 - pandas looks for it
    except ImportError:
        fix = "Install it with: pip install 'pactsim[cubes]'"
        raise InputError(Fault("the package xarray", "none", fix, path="to_xarray")) from None
    return frame.set_index([*paths, "outcome"])[_NUMBERS].to_xarray()
