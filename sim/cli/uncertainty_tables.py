"""Chance, ignorance and structure as tables on the terminal; nothing is estimated here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import Estimate, format_interval, format_percent, format_share, number_of, some_of

Part = Sheet | str

#: Outcomes of which all positions and shares are told.
_DETAILED = 6
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
    yield from _unseen(shown)
    if stored["choices"]:
        yield from _structure(stored, shown)
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
        interval = "" if estimate.hits in (0, estimate.n) else format_interval(estimate)
        line = Line(_marked(stored, name), (format_share(estimate), interval, wide, inner, ends))
        lines.append(line)
    headers = ("as written", "probability", "MC error", "9 of 10 points", "half", "ends of 9 of 10, 95 %")
    return Sheet(headers, lines, words=True)


_ENDS = (("q05", "q95"), ("q25", "q75"))


#: A low end below this share of the high end (judged) is as good as none.
_NOTHING = 1e-3


def _span(low: float, high: float) -> str:
    """Write two shares as a range, each with two digits; a low end that says no more than "rare" is left out.

    Examples
    --------
    >>> _span(0.0012, 0.31), _span(4e-9, 6e-4)
    ('0.12-31 %', 'below 0.060 %')
    """
    if low < high * _NOTHING:
        return f"below {format_percent(high)} %"
    return f"{format_percent(low)}-{format_percent(high)} %"


def _unseen(shown: Mapping[str, Any]) -> Iterator[str]:
    """Say of all outcomes together where a spread is not seen, and what would show it."""
    hidden = {name: found["unseen"] for name, found in shown.items() if found["unseen"] and not found["band"]}
    by_runs = [name for name, each in hidden.items() if each["by"] == "runs"]
    if by_runs:
        runs = max(hidden[name]["runs"] for name in by_runs)
        yield (
            f"- {some_of(by_runs, 4)}: a spread over parameters is not told apart from the noise of few runs. With "
            f"--runs {runs:,} one of half the mean would show, if there is one."
        )
    rare = [name for name, each in hidden.items() if each["by"] == "rare"]
    if rare:
        event = rare[0].partition("|")[0]
        yield (
            f"- {some_of(rare, 4)}: plain runs cannot see how this spreads over parameters; too few points have a hit. "
            f"Ask `pactsim rare SCENARIO --event {event} --vary PATH`, which is made for that."
        )
    filled = [name for name, found in shown.items() if found["unseen"] and found["band"]]
    if filled:
        yield (
            f"- {some_of(filled, 4)}: more than a quarter of the points have no hit. How low it is there is filled in "
            "by the shape of the fit, not seen."
        )


def _structure(stored: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Part]:
    """Give the lowest and highest mean over positions, one at a time."""
    lines: list[Line] = []
    still, told = [], 0
    for name, same in _alike(shown, "structure").items():
        known = [each for each in shown[name]["structure"] if each["probability"]["value"] is not None]
        ordered = sorted(known, key=lambda each: each["probability"]["value"])
        if not any(_is_clear(each["difference"]) for each in known):
            still += [name, *same]
            continue
        told += 1
        if told > _DETAILED:
            continue
        lines.append(_head(stored, name, same))
        for which, each in (("lowest", ordered[0]), ("highest", ordered[-1])):
            estimate = Estimate.from_dict(dict(each["probability"]))
            bound = estimate.hits in (0, estimate.n)
            cells = format_share(estimate), "" if bound else format_interval(estimate)
            lines.append(Line(f"  {which}: {each['choice']} {each['position']}", cells))
    count = sum(len(choice["positions"]) for choice in stored["choices"])
    if lines:
        yield Sheet((f"over {count} positions, one at a time", "probability", "MC error"), lines)
    if told > _DETAILED:
        yield f"{number_of(told - _DETAILED, 'further outcome')} in summary.json."
    if still:
        yield f"No position clearly moves {some_of(still, 4)}."


def _head(stored: Mapping[str, Any], name: str, same: list[str]) -> Line:
    also = f" (the same: {some_of(same, 2)})" if same else ""
    return Line(_marked(stored, name) + also, heading=True)


def _is_clear(found: Mapping[str, Any]) -> bool:
    return found["low"] is not None and (found["low"] > 0.0 or found["high"] < 0.0)


def _shares(stored: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Part]:
    """Give what the variance is due to, where that is told apart from chance."""
    lines: list[Line] = []
    chance: list[str] = []
    unknown: list[str] = []
    told = 0
    for name, same in _alike(shown, "variance").items():
        variance = shown[name]["variance"]
        if variance is None or variance["of_run"]["parameters"]["value"] is None:
            (unknown if variance is None else chance).extend([name, *same])
            continue
        told += 1
        if told > _DETAILED:
            continue
        lines.append(_head(stored, name, same))
        for source, share in variance["of_run"].items():
            of = variance["of_probability"].get(source)
            alone = of["first"] if of else variance["jointly"] if source == "jointly" else None
            cells = (_written(share), _written(alone) if alone else "")
            lines.append(Line(f"  {NAMES[source]}", cells, dim=not _is_above(share)))
    if lines:
        yield Sheet(("what doubt is due to", "of one run", "of the probability"), lines)
    if told > _DETAILED:
        yield f"{number_of(told - _DETAILED, 'further outcome')} in summary.json."
    if chance:
        yield f"{some_of(chance, 4)}: nearly all doubt about one run is chance; the rest is not told apart from 0."
    if unknown:
        yield f"Nothing is said of the variance of {some_of(unknown, 4)}: too rare here, or the same in every run."


def _alike(shown: Mapping[str, Any], part: str) -> dict[str, list[str]]:
    """Name outcomes once that are the same in every run, as those are whose condition every run met."""
    found: dict[str, list[str]] = {}
    for name, each in shown.items():
        same = next((one for one in found if shown[one][part] == each[part] and each[part] is not None), None)
        if same is None:
            found[name] = []
        else:
            found[same].append(name)
    return found


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
            "Positions are tried one at a time, on the same draws. In "
            "what doubt is due to, each theory (all actors alike) and each position of a switch is as likely as "
            "another: these weights are judged. Only jointly: what none explains alone."
        )
    yield "Research estimates, not predictions."
