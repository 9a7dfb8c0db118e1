"""What a run or a study gives to a Python user: the summary as stored, and pandas frames on demand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Fault, InputError
from sim.estimate import Estimate
from sim.store.export import outcome_lines
from sim.store.folder import MANIFEST, ResultsFolder
from sim.store.identity import Identity
from sim.store.manifest import read_manifest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class StudyResult:
    """What a command found; each has a ``frame`` besides.

    Parameters
    ----------
    folder : Path
        Where everything is stored.
    summary : dict
        Contents of ``summary.json``; empty for a shard.
    notes : tuple of str
        What was done besides, in sentences.
    """

    folder: Path
    summary: dict[str, Any]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One short line: the summary itself is long."""
        return f"{type(self).__name__}({str(self.folder)!r}: {self._what() if self.summary else 'a shard'})"

    def _what(self) -> str:
        """Say in a few words what was found."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class RunResult(StudyResult):
    """Results of an ensemble."""

    def _what(self) -> str:
        return f"{self.runs:,} runs of {self.summary['scenario']}"

    @property
    def hash(self) -> str:
        """Hash of scenario, seed, rules and treatment of parameters: the one in the default folder's name."""
        names = ("scenario_hash", "seed", "rule_hash", "parameters")
        return Identity(**{name: self.summary[name] for name in names}).hash

    @property
    def runs(self) -> int:
        """Number of runs stored, which may be more than were asked for."""
        return int(self.summary["runs"])

    @property
    def asked(self) -> tuple[str, ...]:
        """Outcomes that the scenario names as those of interest."""
        return tuple(read_manifest(self.folder / MANIFEST)["scenario"]["outcomes"])

    def estimate(self, name: str) -> Estimate:
        """Look up the estimate of an outcome.

        Parameters
        ----------
        name : str
            Such as ``"war"``; for one rung of a distribution ``"peak_rung=border clash"``.

        Returns
        -------
        Estimate
            Value, 95 % interval, runs, hits, method.

        Raises
        ------
        InputError
            If the run did not report such an outcome.
        """
        found = {_flat_name(line): line for line in outcome_lines(self.summary)}
        if name not in found:
            raise InputError(Fault(f"one of {', '.join(found)}", repr(name), path="outcome"))
        return Estimate.from_dict(found[name])

    @property
    def outcomes(self) -> pd.DataFrame:
        """Estimates as a frame: one line per outcome, and per rung of a distribution."""
        import pandas as pd

        return pd.DataFrame(list(outcome_lines(self.summary)))

    @property
    def rows(self) -> pd.DataFrame:
        """Outcome rows of all runs, by run; read anew from the folder at every use.

        Notes
        -----
        Needs about as many bytes as there are runs times bytes in a row: for very many runs
        read ``runs/*.parquet`` with a tool that does not load everything.
        """
        import pandas as pd

        parts = [pd.DataFrame(part.rows) for part in ResultsFolder(self.folder).parts()]
        return pd.concat(parts, ignore_index=True).set_index("run")


def _flat_name(line: dict[str, Any]) -> str:
    return f"{line['outcome']}={line['rung']}" if "rung" in line else str(line["outcome"])
