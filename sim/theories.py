"""Names of the decision theories that there are: the files of `sim/rules/theories`.

Names come from the folder, so that a theory is one file and nothing else. The files are listed and
not imported, since the scenario format must load no compiler.
"""

from __future__ import annotations

from pathlib import Path

#: The theory of an actor for which a scenario names none.
DEFAULT = "quantal"


def theory_names() -> tuple[str, ...]:
    """Give the names of all theories, in order.

    Examples
    --------
    >>> theory_names()
    ('best_reply', 'prospect', 'quantal', 'reciprocity')
    """
    folder = Path(__file__).parent / "rules" / "theories"
    return tuple(sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")))


#: Names in order; the place of a name is its number in compiled code.
THEORIES = theory_names()
