"""Base rates: what an analyst gets from counts of the record, without any mechanism.

A count of k in n years is taken as a constant hazard, a count of k in n occasions as a constant chance, each
with Jeffreys' prior. What stands beside a result is the predictive probability over the scenario's horizon,
with the 95 % interval of the chance: what the record leaves open. Counts are data (`base-rates.csv`), each with
its citation, and stand only beside outcomes that ask the same.

References
----------
Brown, Cai & DasGupta (2001), Statistical Science 16(2), on Jeffreys intervals and their ends.
"""

from __future__ import annotations

import csv
import datetime
import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.estimate import LEVEL
from sim.incomplete import beta_quantile, gamma_quantile, log_gamma
from sim.scenario.library import package_library
from sim.scenario.model import Scenario, Treaty
from sim.scenario.standing import treaty_status
from sim.treaties import Status

DAYS_PER_YEAR = 365.25
_TAIL = (1.0 - LEVEL) / 2.0
#: Classes of treaty that the table knows, the one that says most first.
CLASSES = ("bilateral defence", "defence", "consultation")
#: What a clause asks for that makes its treaty one of defence.
_DEFENCE = ("act", "assist_all_means")


@dataclass(frozen=True)
class Count:
    """One row of the table: how often something was seen, and in what.

    Parameters
    ----------
    outcome : str
        Name of the outcome that it stands beside; ``{ally}`` and ``{client}`` stand for the ends of a pair.
    needs : str
        A rivalry that the scenario must have open, or a class of treaty between the ends.
    kind : {"rate", "years", "share"}
        k times in n years, k of n years, k of n occasions.
    k : int
        The count.
    n : float
        Occasions, or years, that it was counted in.
    until : datetime.date
        Last day that was counted.
    what, source, note : str
        What was counted, where, and what a reader should know.
    """

    outcome: str
    needs: str
    kind: str
    k: int
    n: float
    until: datetime.date
    what: str
    source: str
    note: str

    def over(self, years: float) -> tuple[float, float, float]:
        """Probability over a time (years), with its 95 % interval; the time plays no part in a share.

        Examples
        --------
        >>> none = next(count for count in counts() if count.outcome == "war")
        >>> [round(100 * x, 2) for x in none.over(1.0)]
        [0.7, 0.0, 3.48]
        """
        value, low, high = _KINDS[self.kind](self.k, self.n, years)
        # One end of Jeffreys' interval is moved where nothing, or nothing else, was seen.
        low = 0.0 if self.k == 0 else low
        high = 1.0 if self.k == self.n and self.kind != "rate" else high
        # To 12 digits, since the last bits of a power may differ between C libraries.
        return float(f"{value:.12g}"), float(f"{low:.12g}"), float(f"{high:.12g}")

    def beside(self, years: float) -> dict[str, Any]:
        """Give it in the shape of ``base_rate`` in ``summary.json``."""
        value, low, high = self.over(years)
        told = {name: getattr(self, name) for name in ("kind", "k", "n", "what", "source", "note")}
        return {"value": value, "low": low, "high": high, **told}


def _rate(k: float, n: float, years: float) -> tuple[float, float, float]:
    """At least once, where the hazard has the posterior Gamma(k + 1/2, n)."""
    low, high = (-math.expm1(-years * float(gamma_quantile(p, k + 0.5)) / n) for p in (_TAIL, 1.0 - _TAIL))
    return 1.0 - (n / (n + years)) ** (k + 0.5), low, high


def _share(k: float, n: float, years: float) -> tuple[float, float, float]:
    """The chance, with the posterior Beta(k + 1/2, n - k + 1/2)."""
    low, high = (float(beta_quantile(p, k + 0.5, n - k + 0.5)) for p in (_TAIL, 1.0 - _TAIL))
    return (k + 0.5) / (n + 1.0), low, high


def _years(k: float, n: float, years: float) -> tuple[float, float, float]:
    """At least one year of many, where a year's chance has the posterior Beta(k + 1/2, n - k + 1/2)."""
    _, low, high = _share(k, n, years)
    a, b = k + 0.5, n - k + 0.5
    # The beta function of a and b + years, in units of that of a and b.
    over, under = (log_gamma(Decimal(b + more)) - log_gamma(Decimal(a + b + more)) for more in (years, 0.0))
    return -math.expm1(over - under), 1.0 - (1.0 - low) ** years, 1.0 - (1.0 - high) ** years


_KINDS = {"rate": _rate, "years": _years, "share": _share}


@functools.cache
def counts() -> tuple[Count, ...]:
    """Read the table that comes with the package.

    Examples
    --------
    >>> {count.kind for count in counts()} == {"rate", "years", "share"}
    True
    """
    path: Path = package_library() / "published" / "base-rates.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        Count(
            outcome=row["outcome"],
            needs=row["needs"],
            kind=row["kind"],
            k=int(row["k"]),
            n=float(row["n"]),
            until=datetime.date.fromisoformat(row["until"]),
            what=row["what"],
            source=row["source"],
            note=row["note"] or "",
        )
        for row in rows
    )


def base_rates(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Give what the record says about the outcomes of a scenario.

    Parameters
    ----------
    scenario : Scenario
        As resolved.

    Returns
    -------
    dict of str to dict
        By name of the outcome, value and interval over the horizon and the count that they are from. An outcome
        that is missing has none: no count asks the same, or the scenario prescribes events, so that how often
        these are seen in ordinary years is no answer; or the count is not over when the scenario begins.
    """
    years = scenario.n_steps * scenario.step_days / DAYS_PER_YEAR
    return {name: count.beside(years) for name, count in _applying(scenario)}


def _applying(scenario: Scenario) -> Iterator[tuple[str, Count]]:
    """Name the outcomes that counts stand beside; the count that says most of a pair comes last, and stays."""
    ordinary = not scenario.start
    rivalries = {rivalry.name for rivalry in scenario.rivalries if rivalry.open}
    pacts = pacts_by_class(scenario)
    for count in sorted(counts(), key=lambda count: -_rank(count.needs)):
        if count.until >= scenario.as_of:
            continue
        if count.needs not in CLASSES:
            if ordinary and count.needs in rivalries:
                yield count.outcome, count
            continue
        for ally, client in pacts.get(count.needs, ()):
            yield count.outcome.replace("{ally}", ally).replace("{client}", client), count


def _rank(needs: str) -> int:
    return CLASSES.index(needs) if needs in CLASSES else len(CLASSES)


def pacts_by_class(scenario: Scenario) -> dict[str, list[tuple[str, str]]]:
    """Give the pairs of partners that a treaty in force at the start binds.

    Parameters
    ----------
    scenario : Scenario
        As resolved.

    Returns
    -------
    dict of str to list of tuple of str
        By class of treaty, the ally first.
    """
    partners = {partnership.name for partnership in scenario.partnerships}
    found: dict[str, list[tuple[str, str]]] = {}
    for treaty in scenario.treaties:
        if treaty_status(treaty, scenario.as_of) in (Status.IN_FORCE, Status.COUNTERFACTUAL):
            for clause in treaty.clauses:
                pair = (clause.obligor, clause.beneficiary)
                if ">".join(pair) in partners:
                    found.setdefault(_class(treaty, clause.response), []).append(pair)
    return found


def _class(treaty: Treaty, response: str) -> str:
    if response not in _DEFENCE:
        return "consultation"
    return "bilateral defence" if len(treaty.parties) == 2 else "defence"
