"""What a run remembers of itself: one event per thing that happened, in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened.

    Parameters
    ----------
    step : int
        Step of the run, from 0.
    kind : str
        One of ``climate``, ``treaty``, ``parameter``, ``front``, ``exhausted``, ``scheduled``, ``incident``,
        ``accident``, ``choice``, ``lift`` (a move that was not chosen), ``episode``, ``phase``, ``theatre``,
        ``attack``, ``clause``, ``support``, ``no forces``, ``first use``, ``wait``, ``arrival``, ``called off``,
        ``tripwire``, ``ceasefire``, ``stand down``.
    details : dict
        Names and numbers, by kind.
    """

    step: int
    kind: str
    details: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Flat mapping, as in ``pactsim replay --json``."""
        return {"step": self.step, "event": self.kind, **self.details}
