"""Draw addresses of things, and the refusal of two that would share draws."""

from __future__ import annotations

from sim.draws import entity
from sim.errors import Fault, InputError

#: Ordinals that a thing may add to its address: incidents of a step, offspring by generation.
ORDINALS = {"incident": 64, "cascade": 1024}


class Addresses:
    """Draw addresses handed out so far, to refuse two things of a kind that would share draws.

    Things of different kinds draw for different purposes, and cannot.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, int, str]] = []

    def give(self, kind: str, *names: str) -> int:
        """Hash a thing to its address and remember the ordinals that it may add to it."""
        address = entity(kind, *names)
        self.taken.append((kind, address, " ".join(names)))
        return address

    def refuse_collisions(self) -> None:
        """Raise `InputError` where the address ranges of two things overlap."""
        spans = sorted(self.taken)
        faults = [
            Fault(f"names whose draws differ: {a[0]} {a[2]!r} and {b[2]!r} share an address", fix="Rename one of them")
            for a, b in zip(spans, spans[1:], strict=False)
            if a[0] == b[0] and a[1] + ORDINALS.get(a[0], 1) > b[1] and a[2] != b[2]
        ]
        if faults:
            raise InputError(faults)
