"""The one door to SALib, an extra that only screening needs."""

from __future__ import annotations

import importlib
from typing import Any

from sim.errors import Fault, InputError


def analysis(name: str) -> Any:
    """Give the module ``SALib.analyze.NAME``.

    Parameters
    ----------
    name : str
        Of the method, such as ``"morris"``.

    Returns
    -------
    module
        Its `analyze` takes a problem, the points and the outcome at them.

    Raises
    ------
    InputError
        Where SALib is not installed, with what to do about it.
    """
    try:
        return importlib.import_module(f"SALib.analyze.{name}")
    except ImportError:
        raise InputError(
            Fault("the package SALib for this method", "no such package", "Run: pip install 'pactsim[sensitivity]'.")
        ) from None


def problem(factors: int) -> dict[str, Any]:
    """Describe factors that are varied over the unit cube, named by their numbers.

    Examples
    --------
    >>> problem(2)
    {'num_vars': 2, 'names': ['0', '1'], 'bounds': [[0.0, 1.0], [0.0, 1.0]]}
    """
    return {"num_vars": factors, "names": [str(k) for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}
