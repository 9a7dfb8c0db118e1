"""References in full behind the short citations of scenario files, one list with stable keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.errors import Fault, InputError
from sim.scenario import library
from sim.scenario.model import Scenario

#: Where the list lies in the library that comes with the package.
FILE = "references/bibliography.yaml"


@dataclass(frozen=True)
class Reference:
    """A work or document.

    Parameters
    ----------
    key : str
        Name that stays as it is, such as ``benson-2011``.
    cited : tuple of str
        Short forms under which texts cite it.
    text : str
        The reference in full.
    """

    key: str
    cited: tuple[str, ...]
    text: str

    def is_cited_in(self, text: str) -> bool:
        """Whether a text has one of the short forms, as words of their own; a year may stand in brackets.

        Examples
        --------
        >>> work = Reference("leeds-2003", ("Leeds 2003",), "Leeds, B. A. (2003). …")
        >>> [work.is_cited_in(text) for text in ("after Leeds 2003, IO 57(4)", "Leeds (2003)", "Leeds 20031")]
        [True, True, False]
        """
        plain = re.sub(r"\((\d{4})\)", r"\1", text)
        return any(re.search(rf"\b{re.escape(form)}(?!\d)", plain) for form in self.cited)


def references() -> list[Reference]:
    """Give every reference of the library, in order of key.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    faults: list[Fault] = []
    tree = library.read_mapping(library.package_library() / FILE, faults)
    if tree is None:
        raise InputError(faults)
    found = (
        Reference(item.text("key"), tuple(leaf.value for leaf in item.leaves_of("cited")), item.text("text"))
        for item in tree.items_of("references")
    )
    return sorted(found, key=lambda reference: reference.key)


def cited_in(scenario: Scenario) -> list[Reference]:
    """Give the references that a scenario cites anywhere, its treaties and notes among it, in order of key."""
    everything = scenario.model_dump_json()
    return [reference for reference in references() if reference.is_cited_in(everything)]
