"""What a search for flips found, as sentences and tables on the terminal; nothing is estimated here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import days, number_of
from sim.experiments.flips.sentences import amount, per_cent, points

#: Parameters that are told of each kind.
_MOST = {"flips": 25, "undecided": 8, "holds": 6}
_TOLD = {"flips": "reversed at", "undecided": "undecided", "holds": "not reversed"}
#: Pairs that are told.
_PAIRS = 5

Part = Sheet | str


def heading(found: Mapping[str, Any]) -> str:
    """Say what was run.

    Parameters
    ----------
    found : mapping
        Contents of ``summary.json`` of a search.
    """
    runs = number_of(found["runs"], "run")
    span = "horizons that differ" if found["horizon_days"] is None else days(found["horizon_days"])
    return f"{runs} of {found['scenario']} ({found['flip_hash'][:8]}) over {span}, seed {found['seed']}."


def tables(found: Mapping[str, Any]) -> Iterator[Part]:
    """Give the answer in sentences, then a table of parameters, of positions of switches, and of pairs.

    Parameters
    ----------
    found : mapping
        Contents of ``summary.json`` of a search.

    Yields
    ------
    Sheet or str
        To be printed one after the other.
    """
    yield f"Claim: {found['claim']['text']}{' *' if _driven(found) else ''}"
    yield "\n".join(found["sentences"])
    if found["parameters"]:
        yield _parameters(found["parameters"])
    if found["positions"]:
        yield _positions(found["positions"])
    flips = [each for each in found["pairs"] if each["state"] == "flips"]
    if flips:
        yield _pairs(flips[:_PAIRS])


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> Sheet:
    headers = ("moved alone", "central", "reversed at", "between", "of its distribution", "lowest margin")
    lines: list[Line] = []
    for state, most in _MOST.items():
        group = [each for each in parameters if each["state"] == state]
        more = f", the first {most}" if len(group) > most else ""
        if group and state != "flips":
            lines.append(Line(f"{_TOLD[state]} ({len(group)}{more})", heading=True))
        lines += [Line(each["path"], _cells(each), dim=state == "holds") for each in group[:most]]
    return Sheet(headers, lines)


def _cells(each: Mapping[str, Any]) -> tuple[str, ...]:
    flip, lowest = each["flip"], each["weakest"]["margin"]
    margin = "no run" if lowest["value"] is None else f"{points(lowest['value'])} at {amount(each['weakest']['value'])}"
    now = amount(each["central"])
    if not flip:
        return now, _TOLD[each["state"]], "", "", margin
    low, high = ("…" if flip[end] is None else amount(flip[end]) for end in ("low", "high"))
    moved = f"{per_cent(each['central_quantile'])} to {per_cent(flip['quantile'])}"
    return now, amount(flip["value"]), f"{low} to {high}", moved, margin


def _positions(positions: Sequence[Mapping[str, Any]]) -> Sheet:
    order = {"flips": 0, "undecided": 1, "holds": 2}
    told = {**_TOLD, "flips": "reversed"}
    lines = []
    for each in sorted(positions, key=lambda each: order[each["state"]]):
        margin = each["margin"]
        known = margin["value"] is not None
        span = f"{points(margin['low'])} to {points(margin['high'])}" if known else ""
        cells = told[each["state"]], points(margin["value"]) if known else "no run", span
        lines.append(Line(each["world"], cells, dim=each["state"] == "holds"))
    return Sheet(("in another world", "claim", "margin", "interval"), lines)


def _pairs(pairs: Sequence[Mapping[str, Any]]) -> Sheet:
    lines = []
    for each in pairs:
        at, sure = each["at"], each["sure"]
        cells = (
            " and ".join(amount(value) for value in at["values"]),
            " and ".join(per_cent(quantile) for quantile in at["quantiles"]),
            f"{each['distance']['value']:.2f}",
            " and ".join(amount(value) for value in sure["values"]),
        )
        lines.append(Line(" and ".join(each["paths"]), cells))
    return Sheet(("moved together", "reversed at", "of their distributions", "distance", "surely at"), lines)


def _driven(found: Mapping[str, Any]) -> list[str]:
    """Why history does not inform the outcomes of the claim."""
    driven = found["assumption_driven"]
    return list(dict.fromkeys(driven[name] for name in found["claim"]["outcomes"] if name in driven))


def notes(found: Mapping[str, Any]) -> Iterator[str]:
    """Say what the tables should be read with.

    Parameters
    ----------
    found : mapping
        Contents of ``summary.json`` of a search.

    Yields
    ------
    str
        Sentences.
    """
    for why in _driven(found):
        yield f"* assumption-driven: {why}."
    if found["parameters"]:
        yield (
            "Margin: the larger side minus the smaller, at the value that is held; all else is drawn. A parameter is "
            "looked at where it is central and at both ends of its range, closer where that leaves a doubt; what lies "
            "between two looks is taken to lie between their margins. Between: from the last value at which the claim "
            "is kept beyond noise to the first at which it is reversed. Distances are in normal scores. All intervals "
            f"of the search hold together in {100.0 * (1.0 - found['family']):.0f} % of such searches."
        )
    yield "Research estimates, not predictions."
