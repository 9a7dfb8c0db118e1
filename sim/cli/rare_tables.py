"""A rare event on the terminal: how likely it is, how it was found, and the typical ways to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import INTERVAL_NOTE, Estimate, days, format_interval, format_share, number_of

#: Points, and paths, that a table shows.
_MOST = 25
_PATHS = 5


def heading(stored: Mapping[str, Any]) -> str:
    """Say what was run."""
    each = number_of(stored["runs_per_replication"], "run")
    many = number_of(stored["replications"], "replication")
    span = days(stored["horizon_days"])
    what = f"{stored['event']} in {stored['scenario']} ({stored['study_hash'][:8]}) over {span}"
    return f"{what}: {many} of {each}, score {stored['score']}, seed {stored['seed']}."


def tables(stored: Mapping[str, Any]) -> Iterator[Sheet | str]:
    """Give tables and sentences, to be printed one after the other.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json``.

    Yields
    ------
    Sheet or str
        From the estimate to the typical ways there, and what is wrong with it.
    """
    yield _estimates(stored)
    yield from _found(stored)
    if stored["contrasts"]:
        yield _contrasts(stored)
    if stored["paths"]:
        yield from _paths(stored["paths"])
    for said in stored["warnings"]:
        yield f"Warning: {said}"


def notes(stored: Mapping[str, Any]) -> Iterator[str]:
    """Say what the tables should be read with.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json``.

    Yields
    ------
    str
        Sentences.
    """
    if stored["assumption_driven"]:
        yield f"* assumption-driven: {stored['assumption_driven']}."
    yield INTERVAL_NOTE
    yield "Research estimates, not predictions."


def _estimates(stored: Mapping[str, Any]) -> Sheet:
    star = " *" if stored["assumption_driven"] else ""
    lines = [
        Line(f"{_name(stored, each)}{star}", _cells(Estimate.from_dict(each["estimate"]), each))
        for each in stored["points"][:_MOST]
    ]
    return Sheet(("probability", "estimate", "95 % interval", "1 run in", "times less work"), lines)


def _cells(found: Estimate, point: Mapping[str, Any]) -> tuple[str, ...]:
    odds = "" if not found.value else f"{_rounded(1.0 / found.value)}"
    gain = "" if point["gain"] is None else f"{_rounded(point['gain'])}"
    return format_share(found), format_interval(found), odds, gain


def _rounded(number: float) -> str:
    """Write a number with two digits that say something.

    Examples
    --------
    >>> _rounded(857_593.0), _rounded(2.34)
    ('860,000', '2.3')
    """
    if number < 10.0:
        return f"{number:.1f}"
    return f"{float(f'{number:.2g}'):,.0f}"


def _name(stored: Mapping[str, Any], point: Mapping[str, Any]) -> str:
    told = ", ".join(f"{path.rpartition('.')[2]} {_value(value)}" for path, value in point["settings"].items())
    return told or str(stored["event"])


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _found(stored: Mapping[str, Any]) -> Iterator[str]:
    """Say how it was found."""
    if stored["gain"] is not None:
        plain = _rounded(stored["plain_runs"])
        yield (
            f"Plain runs would need {plain} for an interval as wide: {_rounded(stored['gain'])} times the work. "
            f"Of the replications {stored['extinct_share']:.0%} died out and count as 0; the runs in the end come from "
            f"{stored['ancestors']:.1f} of those begun, in effect."
        )
    if len(stored["points"]) > _MOST:
        yield f"{len(stored['points']) - _MOST} more points are in {stored['frame']}."
    for each in stored["failed"][:5]:
        yield f"Point {each['point']} failed: {each['why']}"


def _contrasts(stored: Mapping[str, Any]) -> Sheet:
    named = {point["point"]: _name(stored, point) for point in stored["points"]}
    lines = []
    for each in stored["contrasts"][:_MOST]:
        difference, ratio = (Estimate.from_dict(each[name]) for name in ("difference", "ratio"))
        clear = None not in (difference.low, difference.high) and not (difference.low or 0) <= 0 <= (
            difference.high or 0
        )
        cells = (_ratio(ratio), _span(ratio), _signed(difference.value), _times(each["times_fewer_replications"]))
        lines.append(Line(named[each["b"]], cells, dim=not clear))
    headers = (
        f"against {named[stored['contrasts'][0]['a']]}",
        "ratio",
        "95 % interval",
        "difference",
        "fewer replications",
    )
    return Sheet(headers, lines)


def _ratio(found: Estimate) -> str:
    return "unknown" if found.value is None else f"{found.value:.3g}"


def _span(found: Estimate) -> str:
    return "" if found.low is None or found.high is None else f"{found.low:.3g} to {found.high:.3g}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.2g}"


def _times(factor: float | None) -> str:
    return "" if factor is None else f"{factor:.1f} times"


def _paths(found: Mapping[str, Any]) -> Iterator[Sheet | str]:
    shown = found["paths"][:_PATHS]
    lines = []
    for number, path in enumerate(shown, 1):
        interval = "" if path["low"] is None else f"{path['low']:.0%} to {path['high']:.0%}"
        lines.append(Line(f"path {number}", (f"{path['share']:.0%}", interval)))
    yield Sheet(("typical ways there", "share", "95 % interval"), lines)
    for number, path in enumerate(shown, 1):
        yield f"{number}. {path['text']}"
    more = len(found["paths"]) - len(shown)
    others = f" {number_of(more, 'further path')} in summary.json." if more else ""
    seen = f"From {number_of(found['replayed'], 'run')} that met it, replayed.{others}"
    yield f"{seen} To be told one week by week: pactsim replay DIR --path 1"
