"""Chance, ignorance and structure as tables on the terminal; nothing is estimated here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import Estimate, format_interval, format_percent, format_share, number_of, some_of

Part = Sheet | str

#: Outcomes in a table.
MOST = 25
#: What each source of doubt is called.
NAMES = {
    "events": "events: chance",
    "parameters": "parameters",
    "theory": "theory of decision",
    "switches": "switches",
    "jointly": "only jointly",
}
#: Sentences below the tables.
_SENTENCES = 6


def tables(stored: Mapping[str, Any]) -> Iterator[Part]:
    """Give the tables one after the other.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a study of uncertainty.

    Yields
    ------
    Sheet or str
        To be printed.
    """
    shown = dict(list(stored["outcomes"].items())[:MOST])
    yield _bands(stored, shown)
    if len(stored["outcomes"]) > len(shown):
        yield f"{number_of(len(stored['outcomes']) - len(shown), 'further outcome')} in summary.json."
    sentences = [sentence for found in shown.values() for sentence in found["sentences"]]
    for sentence in sentences[:_SENTENCES]:
        yield f"- {sentence}"
    if len(sentences) > _SENTENCES:
        yield f"- {len(sentences) - _SENTENCES} further sentences in summary.json."
    if stored["choices"]:
        yield _structure(stored, shown)
    yield from _shares(stored, shown)


def _marked(stored: Mapping[str, Any], name: str) -> str:
    return f"{name} *" if name in stored["assumption_driven"] else name


def _bands(stored: Mapping[str, Any], shown: Mapping[str, Any]) -> Sheet:
    lines = []
    for name, found in shown.items():
        estimate = Estimate.from_dict(dict(found["probability"]))
        band = found["band"]
        wide, inner, ends = "not seen", "", ""
        if band:
            wide, inner = (_span(band[low]["value"], band[high]["value"]) for low, high in _ENDS)
            ends = " and ".join(_span(band[end]["low"], band[end]["high"]) for end in _ENDS[0])
        line = Line(_marked(stored, name), (format_share(estimate), format_interval(estimate), wide, inner, ends))
        lines.append(line)
    headers = ("as written", "probability", "MC error", "9 of 10 points", "half", "ends of 9 of 10, 95 %")
    return Sheet(headers, lines, words=True)


_ENDS = (("q05", "q95"), ("q25", "q75"))


def _span(low: float, high: float) -> str:
    """Write two shares as a range, each with two digits.

    Examples
    --------
    >>> _span(0.0012, 0.31)
    '0.12-31 %'
    """
    return f"{format_percent(low)}-{format_percent(high)} %"


def _structure(stored: Mapping[str, Any], shown: Mapping[str, Any]) -> Sheet:
    """Give the lowest and highest mean over positions, one at a time."""
    lines = []
    for name, found in shown.items():
        known = [each for each in found["structure"] if each["probability"]["value"] is not None]
        if not known:
            continue
        ordered = sorted(known, key=lambda each: each["probability"]["value"])
        ends = [ordered[0], ordered[-1]]
        cells = []
        for each in ends:
            estimate = Estimate.from_dict(dict(each["probability"]))
            cells.append(f"{format_share(estimate)} ({format_interval(estimate)})")
        which = " to ".join(f"{each['choice']} {each['position']}" for each in ends)
        moved = any(_is_clear(each["difference"]) for each in ends)
        lines.append(Line(_marked(stored, name), (*cells, which), dim=not moved))
    count = sum(len(choice["positions"]) for choice in stored["choices"])
    return Sheet((f"over {count} positions", "lowest", "highest", "lowest to highest with"), lines, words=True)


def _is_clear(found: Mapping[str, Any]) -> bool:
    return found["low"] is not None and (found["low"] > 0.0 or found["high"] < 0.0)


def _shares(stored: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Part]:
    """Give what the variance is due to, where that is told apart from chance."""
    lines, chance, unknown = [], [], []
    for name, found in shown.items():
        variance = found["variance"]
        if variance is None:
            unknown.append(name)
            continue
        if variance["of_run"]["parameters"]["value"] is None:
            chance.append((name, variance["of_run"]["events"]["low"]))
            continue
        lines.append(Line(_marked(stored, name), heading=True))
        for source, share in variance["of_run"].items():
            of = variance["of_probability"].get(source)
            alone = of["first"] if of else variance["jointly"] if source == "jointly" else None
            cells = (_written(share), _written(alone) if alone else "")
            lines.append(Line(f"  {NAMES[source]}", cells, dim=not _is_above(share)))
    if lines:
        yield Sheet(("what doubt is due to", "of one run", "of the probability"), lines)
    if chance:
        least = min(low for _, low in chance)
        names = some_of([name for name, _ in chance], 6)
        yield (
            f"{names}: chance makes {format_percent(max(0.0, min(least, 1.0)))} % or more of the variance of one run; "
            "the rest is not told apart from nothing."
        )
    if unknown:
        yield f"Nothing is said of the variance of {some_of(unknown, 6)}: it is too rare here, or always comes."


def _is_above(index: Mapping[str, Any]) -> bool:
    return index["low"] is not None and index["low"] > 0.0


def _written(index: Mapping[str, Any]) -> str:
    """Write a share of variance with its interval; one below 0 is noise, and is written so."""
    if index["value"] is None:
        return "unknown"
    value, low, high = (100.0 * index[end] for end in ("value", "low", "high"))
    digits = 0
    while (high - low) * 10**digits < 2.0 and digits < 4:
        digits += 1
    value, low, high = (round(number, digits) + 0.0 for number in (value, low, high))
    return f"{value:.{digits}f} % ({low:.{digits}f} to {high:.{digits}f})"


def notes(stored: Mapping[str, Any]) -> Iterator[str]:
    """Say what the tables should be read with.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a study of uncertainty.

    Yields
    ------
    str
        Sentences.
    """
    for each in stored["failed"][:5]:
        yield f"Point {each['point']} failed: {each['why']}"
    driven = stored["assumption_driven"]
    for why in dict.fromkeys(why for name, why in driven.items() if name in stored["outcomes"]):
        yield f"* assumption-driven: {why}."
    yield (
        "MC error: the 95 % interval of the mean over parameters, which more runs would narrow. 9 of 10 points, half: "
        f"where the probability itself lies over {number_of(len(stored['factors']), 'parameter')} as they are "
        "distributed, the noise of few runs taken out; more runs would not narrow it, more knowledge would."
    )
    if stored["choices"]:
        yield (
            "Positions are tried one at a time, on the same draws; what does not clearly move an outcome is dim. In "
            "what doubt is due to, each theory (all actors alike) and each position of a switch is as likely as "
            "another: these weights are judged. Only jointly: what none explains alone."
        )
    yield "Research estimates, not predictions."
