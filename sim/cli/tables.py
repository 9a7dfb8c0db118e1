"""The summary as a table: what is likely, what is not, and how sure that is.

Shares of all runs come first, then those of the runs that met a condition, under a line that says
how many these are. Nothing is estimated here: the numbers are those of ``summary.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import (
    FEW,
    INTERVAL_NOTE,
    Estimate,
    days,
    format_interval,
    format_mean,
    format_mean_interval,
    format_percent,
    format_share,
    number_of,
    overlap,
    some_of,
)

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

Outcomes = Mapping[str, Mapping[str, Any]]

#: Upper ends of the words of estimative language, of the US Intelligence Community Directive 203.
WORDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)
#: What the null model is.
NULL_NOTE = (
    "Null model: the same incidents, accidents and hazards of war on the same draws, "
    "but nobody goes up by choice, and no ally enters or is struck."
)
#: What a base rate is.
RATE_NOTE = (
    "Base rate: what counts of the record say over the same time, without any mechanism. "
    "Within its interval the model claims no more than the record does."
)
#: Outcomes of which the output says where the model has no more to say than the null model.
HEADLINES = ("force", "war", "nuclear_use")
#: Where an interval covers more than two neighbouring words.
NO_WORDS = "too few runs to say"
#: A cell of a listing wraps at this, however wide the terminal is.
LISTING_WIDTH = 72


def in_words(estimate: Estimate) -> str:
    """Say a probability in words, as far as its interval allows.

    Parameters
    ----------
    estimate : Estimate
        Of a probability.

    Returns
    -------
    str
        A phrase, or two neighbouring ones; empty where there is nothing to estimate it from.

    References
    ----------
    ICD 203, Analytic Standards (2015), section D.6.e(2)(a).

    Examples
    --------
    >>> from sim.estimate import share
    >>> [in_words(share(hits, 10_000)) for hits in (0, 5_000, 2_050)]
    ['almost no chance', 'roughly even', 'very unlikely to unlikely']
    >>> in_words(share(1, 3))
    'too few runs to say'
    """
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = (_word(end) for end in (estimate.low, estimate.high))
    if high > low + 1:
        return NO_WORDS
    return WORDS[low][1] if low == high else f"{WORDS[low][1]} to {WORDS[high][1]}"


def _word(value: float) -> int:
    return next((place for place, (end, _) in enumerate(WORDS) if value <= end), len(WORDS) - 1)


def summary(stored: Mapping[str, Any], asked: Sequence[str] = ()) -> list[RenderableType]:
    """Lay out a summary for a person.

    Parameters
    ----------
    stored : mapping
        The contents of ``summary.json``.
    asked : sequence of str
        Outcomes to show, such as those that the scenario names; all where there are none.

    Returns
    -------
    list of renderables
        Tables and lines, for `rich.console.Console.print`.
    """
    every: Outcomes = stored["outcomes"]
    outcomes = {name: every[name] for name in asked if name in every} or every
    parts: list[RenderableType] = []
    if any("hits" in each for each in outcomes.values()):
        parts.append(_shares(outcomes, _horizon(stored)))
    parts += [_rungs(name, outcomes[name]["rungs"]) for name in outcomes if _is_distribution(outcomes[name])]
    if any(_is_mean(shape) for shape in outcomes.values()):
        parts.append(_means(outcomes))
    if any(map(_stands_beside, outcomes.values())):
        parts.append(_beside(outcomes))
    parts += _footnotes(outcomes)
    if len(every) > len(outcomes):
        parts.append(f"{number_of(len(every) - len(outcomes), 'further outcome')} in summary.json.")
    return parts


def _is_distribution(shape: Mapping[str, Any]) -> bool:
    return shape.get("kind") == "distribution"


def _is_mean(shape: Mapping[str, Any]) -> bool:
    return not _is_distribution(shape) and "hits" not in shape


def _horizon(stored: Mapping[str, Any]) -> str:
    """Say how long a run is; folders of older versions do not know."""
    return days(stored["steps"] * stored["step_days"]) if "steps" in stored else "the horizon"


def _shares(outcomes: Outcomes, horizon: str) -> Sheet:
    lines: list[Line] = []
    for condition, group in _by_condition(outcomes).items():
        if condition:
            runs = number_of(next(iter(group.values()))["n"], "run")
            lines.append(Line(f"if {condition} ({runs})", heading=True))
        lines += [_share_line(label, shape, 2 if condition else 0) for label, shape in _nested(group)]
    return Sheet((f"outcome within {horizon}", "probability", "95 % interval", "in words"), lines, words=True)


def _stands_beside(shape: Mapping[str, Any]) -> bool:
    """Whether a null model, a base rate or a prior stands beside a share."""
    return "hits" in shape and any(map(shape.get, _BESIDE))


#: What stands beside the model: the heading of its column, and what is said where there is none.
_BESIDE = {
    "null": ("null model, 95 %", "none"),
    "base_rate": ("base rate, 95 %", "none"),
    "prior": ("prior, 95 %", ""),
}


def _beside(outcomes: Outcomes) -> Sheet:
    """Set the null model, what the record says, and what was assumed, beside what came out."""
    there = [each for each in _BESIDE if any("hits" in shape and shape.get(each) for shape in outcomes.values())]
    lines: list[Line] = []
    for condition, group in _by_condition(outcomes).items():
        shown = [(label, shape) for label, shape in _nested(group) if _stands_beside(shape)]
        if condition and shown:
            lines.append(Line(f"if {condition}", heading=True))
        for label, shape in shown:
            mark = " *" if shape.get("assumption_driven") else ""
            cells = (_range(shape.get(each), _BESIDE[each][1]) for each in there)
            model = format_share(Estimate.from_dict(dict(shape)))
            lines.append(Line(("  " if condition else "") + label + mark, (model, *cells)))
    headers = ("beside the model", "model", *(_BESIDE[each][0] for each in there))
    return Sheet(headers, lines, words="prior" in there and len(there) > 1)


def _range(found: Mapping[str, Any] | None, absent: str) -> str:
    """Write a number with its interval, two digits each: neither is as sure as more would say."""
    if not found:
        return absent
    if "hits" in found and found["hits"] in (0, found["n"]):
        return format_share(Estimate.from_dict(dict(found)))
    return f"{format_percent(found['value'])} % ({format_percent(found['low'])}-{format_percent(found['high'])})"


def _by_condition(outcomes: Outcomes) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Give the shares by what they are conditional on, nothing first."""
    groups: dict[str, dict[str, Mapping[str, Any]]] = {"": {}}
    for name, shape in outcomes.items():
        if "hits" in shape:
            base, _, condition = name.partition("|")
            groups.setdefault(condition, {})[base] = shape
    return groups


def _share_line(label: str, shape: Mapping[str, Any], indent: int = 0) -> Line:
    estimate = Estimate.from_dict(dict(shape))
    mark = " *" if shape.get("assumption_driven") else ""
    cells = (format_share(estimate), _interval(estimate), in_words(estimate))
    return Line(" " * indent + label + mark, cells, dim=not estimate.hits)


def _interval(estimate: Estimate) -> str:
    """Give the interval; beside a bound, which is all there is to say, in how many runs it was seen."""
    if not estimate.n:
        return ""
    if estimate.hits == estimate.n > 1:
        return f"all {estimate.n:,} runs"
    if estimate.hits in (0, estimate.n):
        return f"{estimate.hits:,} of {number_of(estimate.n, 'run')}"
    return format_interval(estimate)


def _nested(shares: Outcomes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the shares by label, each followed by those of its forms."""
    heads = [name for name in shares if not any(name.startswith(f"{other}:") for other in shares)]
    for head in heads:
        yield head, shares[head]
        for name in shares:
            if name.startswith(f"{head}:"):
                yield f"  ≥ {name[len(head) + 1 :]}", shares[name]


def listing(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Lay out names and what they mean; long texts wrap within their column.

    Parameters
    ----------
    headers : sequence of str
        Of the columns.
    rows : iterable of sequence of str
        Cells, as many as there are headers.

    Returns
    -------
    Table
        For `rich.console.Console.print`.
    """
    from rich import box
    from rich.table import Table

    table = Table(*headers, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
        column.max_width = LISTING_WIDTH
    table.columns[0].no_wrap, table.columns[0].max_width = True, None  # names are there to be copied
    for row in rows:
        table.add_row(*map(_plain, row))
    return table


def _plain(text: str) -> Text:
    """Keep names as they are: rich would draw ``:Russia:`` as a flag and hide ``[…]``."""
    from rich.text import Text

    return Text(text)


def _rungs(name: str, rungs: Mapping[str, Mapping[str, Any]]) -> Sheet:
    title = "highest rung reached" if name == "peak_rung" else name
    nulls, header = _null_column(rungs, lambda null: _range(null, "none"))
    lines = []
    for rung, shape in rungs.items():
        estimate = Estimate.from_dict(dict(shape))
        mark = " *" if shape.get("assumption_driven") else ""
        cells = (format_share(estimate), _interval(estimate), *nulls[rung])
        lines.append(Line(rung + mark, cells, estimate.value or 0.0, dim=not estimate.hits))
    return Sheet((title, "share of runs", "95 % interval", *header), lines, bars=True)


def _means(outcomes: Outcomes) -> Sheet:
    means = {name: shape for name, shape in outcomes.items() if _is_mean(shape)}
    nulls, header = _null_column(means, _mean_range)
    lines = []
    for name, shape in means.items():
        estimate = Estimate.from_dict(dict(shape))
        none = f"none in {number_of(estimate.n, 'run')}"
        interval = format_mean_interval(estimate) if estimate.value else none
        lines.append(Line(name, (format_mean(estimate), interval, *nulls[name]), dim=not estimate.value))
    return Sheet(("mean per run", "number", "95 % interval", *header), lines)


def _null_column(
    shapes: Outcomes, spell: Callable[[Mapping[str, Any] | None], str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Give the cells of the null model and the heading of their column; no column where it was not run."""
    if not any(shape.get("null") for shape in shapes.values()):
        return dict.fromkeys(shapes, ()), ()
    return {name: (spell(shape.get("null")),) for name, shape in shapes.items()}, (_BESIDE["null"][0],)


def _mean_range(null: Mapping[str, Any] | None) -> str:
    estimate = Estimate.from_dict(dict(null or {}))
    return f"{format_mean(estimate)} ({format_mean_interval(estimate)})" if estimate.value else format_mean(estimate)


def _footnotes(outcomes: Outcomes) -> Iterator[Text]:
    shapes = [each for shape in outcomes.values() for each in shape.get("rungs", {"": shape}).values()]
    for reason in dict.fromkeys(shape["assumption_driven"] for shape in shapes if "assumption_driven" in shape):
        yield _plain(f"* assumption-driven: {reason}.")
    yield from _on_null_model(outcomes)
    yield from _records(outcomes)
    conditions = {name.partition("|")[2]: shape["n"] for name, shape in outcomes.items() if "|" in name}
    thin = [f"{condition} ({n})" for condition, n in conditions.items() if n < FEW]
    if thin:
        yield _plain(f"Thin, fewer than {FEW} runs met the condition: {some_of(thin)}.")
    unseen = list(_unseen(outcomes))
    if unseen:
        yield _plain(f"No run met {some_of(unseen, 3)}: `pactsim rare SCENARIO --event NAME` says how likely that is.")


def _unseen(outcomes: Outcomes) -> Iterator[str]:
    """Name events that no run met, as `pactsim rare` takes them: shares, and the lowest rung above all reached."""
    for name, shape in outcomes.items():
        if "rungs" in shape:
            reached = [bool(each["hits"]) for each in shape["rungs"].values()]
            above = list(shape["rungs"])[len(reached) - reached[::-1].index(True) :] if any(reached) else []
            yield from (f"'{name}>={rung}'" for rung in above[:1])
        elif shape.get("hits") == 0 and shape["n"] and "|" not in name:
            yield f"'{name}'"


def _on_null_model(outcomes: Outcomes) -> Iterator[Text]:
    """Say what the null model is, and where the model has nothing to say beyond it."""
    each = (result for shape in outcomes.values() for result in shape.get("rungs", {"": shape}).values())
    if not any(result.get("null") for result in each):
        return
    yield _plain(NULL_NOTE)
    same = [name for name in HEADLINES if outcomes.get(name, {}).get("null") and _overlaps(outcomes[name])]
    if same:
        yield _plain(f"No claim of the model's own on {some_of(same)}: its interval overlaps the null model's.")


def _overlaps(shape: Mapping[str, Any]) -> bool:
    return overlap(Estimate.from_dict(dict(shape)), Estimate.from_dict(shape["null"]))


def _records(outcomes: Outcomes) -> Iterator[Text]:
    """Say what the base rates count, and what the priors are of."""
    records: dict[str, list[str]] = {}
    for name, shape in outcomes.items():
        if rate := shape.get("base_rate"):
            records.setdefault(f"{rate['k']} in {rate['n']:g} {rate['what']} ({rate['source']})", []).append(name)
    if records:
        yield _plain(f"{RATE_NOTE}\n" + "\n".join(f"- {some_of(names, 3)}: {said}" for said, names in records.items()))
    priors = {shape["prior"]["path"]: shape["prior"]["of"] for shape in outcomes.values() if shape.get("prior")}
    if priors:
        yield _plain("Priors: " + "; ".join(f"{path}, {of}" for path, of in priors.items()) + ".")


def heading(stored: Mapping[str, Any], run_hash: str) -> str:
    """Say what was run and for how long.

    Parameters
    ----------
    stored : mapping
        The contents of ``summary.json``.
    run_hash : str
        Hash of the run, as in its folder's name: whoever reads the one finds the other.

    Returns
    -------
    str
        A line.
    """
    runs = f"{number_of(stored['runs'], 'run')} of {stored['scenario']} ({run_hash[:8]})"
    steps = ""
    if "steps" in stored:
        steps = f" over {_horizon(stored)} ({stored['steps']:,} × {days(stored['step_days'])})"
    return f"{runs}{steps}, seed {stored['seed']}."


def provenance(stored: Mapping[str, Any]) -> list[str]:
    """Say how the parameters were taken and what the intervals are.

    Parameters
    ----------
    stored : mapping
        The contents of ``summary.json``.

    Returns
    -------
    list of str
        Lines.
    """
    central = stored.get("parameters") == "central"
    parameters = "fixed at their central values" if central else "drawn anew in each run"
    return [f"Parameters were {parameters}.", INTERVAL_NOTE, "Research estimates, not predictions."]
