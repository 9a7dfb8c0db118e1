"""Draw addresses of things, and the refusal of two that would share draws."""

from __future__ import annotations

from sim.draws import entity
from sim.errors import Fault, InputError

#: Ordinals that a thing may add to its address: incidents of a step, generations, episodes of a run.
ORDINALS = {
    "incident": 64,
    "cascade": 1024,
    "support": 20_001,
    "judgement": 20_001,
    "rivalry theatre": 20_001,
}


class Addresses:
    """Draw addresses handed out so far, to refuse two things that would share draws."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, int, str]] = []

    def give(self, kind: str, *names: str) -> int:
        """Hash a thing to its address and remember the ordinals that it may add to it."""
        address = entity(kind, *names)
        self.taken.append((address, ORDINALS.get(kind, 1), f"{kind} {' '.join(names)}"))
        return address

    def refuse_collisions(self) -> None:
        """Raise `InputError` where the address ranges of two things overlap."""
        spans = sorted(self.taken)
        faults = [
            Fault(f"names whose draws differ: {a[2]!r} and {b[2]!r} share an address", fix="Rename one of them")
            for a, b in zip(spans, spans[1:], strict=False)
            if a[0] + a[1] > b[0] and a[2] != b[2]
        ]
        if faults:
            raise InputError(faults)
