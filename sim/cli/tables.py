"""The summary as a table: what is likely, what is not, and how sure that is.

Shares are ordered so that a conditional one stands under what it is a condition of. Nothing is
estimated here: the numbers are those of ``summary.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.estimate import FEW, INTERVAL_NOTE, Estimate, format_interval, format_mean, format_share

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
BAR_WIDTH = 24
#: A cell of a listing wraps at this, however wide the terminal is.
LISTING_WIDTH = 72


def in_words(value: float | None) -> str:
    """Say a probability in words.

    Parameters
    ----------
    value : float or None
        Probability; None where there is nothing to estimate it from.

    Returns
    -------
    str
        A phrase, empty for None.

    References
    ----------
    ICD 203, Analytic Standards (2015), section D.6.e(2)(a).

    Examples
    --------
    >>> in_words(0.03), in_words(0.5), in_words(0.97)
    ('almost no chance', 'roughly even', 'almost certain')
    """
    if value is None:
        return ""
    return next(word for end, word in WORDS if value <= end)


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
    parts: list[RenderableType] = [_shares(outcomes)] if any("hits" in each for each in outcomes.values()) else []
    parts += [_rungs(name, outcomes[name]["rungs"]) for name in outcomes if _is_distribution(outcomes[name])]
    if any(_is_mean(shape) for shape in outcomes.values()):
        parts.append(_means(outcomes))
    parts += _footnotes(outcomes)
    if len(every) > len(outcomes):
        parts.append(f"{len(every) - len(outcomes)} further outcomes are in summary.json.")
    return parts


def _is_distribution(shape: Mapping[str, Any]) -> bool:
    return shape.get("kind") == "distribution"


def _is_mean(shape: Mapping[str, Any]) -> bool:
    return not _is_distribution(shape) and "hits" not in shape


def _table(*headers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for header in headers:
        left = header in (headers[0], "in words", "")
        table.add_column(header, justify="left" if left else "right", no_wrap=header != headers[0], overflow="fold")
    return table


def _shares(outcomes: Outcomes) -> Table:
    table = _table("outcome within the horizon", "probability", "95 % interval", "in words")
    for label, shape in _nested(outcomes):
        estimate = Estimate.from_dict(dict(shape))
        mark = " *" if shape.get("assumption_driven") else ""
        cells = (format_share(estimate), _interval(estimate), in_words(estimate.value))
        table.add_row(_plain(label + mark), *cells, style=_style(estimate))
    return table


def _interval(estimate: Estimate) -> str:
    # Where nothing was seen the probability is a bound already; how many runs it rests on says more.
    return f"0 of {estimate.n:,} runs" if estimate.hits == 0 else format_interval(estimate)


def _nested(outcomes: Outcomes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the shares by label, each followed by those that are a part or a condition of it."""
    shares = {name: shape for name, shape in outcomes.items() if "hits" in shape}
    heads = [name for name in shares if not any(_within(name, other) for other in shares)]
    for head in heads:
        yield head, shares[head]
        inner = [name for name in shares if _within(name, head)]
        for name in sorted(inner, key=lambda name: name[len(head)] != "|"):
            yield f"  {_inner_label(name[len(head) :])}", shares[name]


def _within(name: str, head: str) -> bool:
    return name.startswith((f"{head}|", f"{head}:"))


def _inner_label(rest: str) -> str:
    """Say what is left of a name: ``:arms|attacked_at_war:X`` is ``≥ arms, if attacked_at_war:X``."""
    form, _, condition = rest.partition("|")
    parts = [f"≥ {form[1:]}"] if form else []
    return ", ".join(parts + ([f"if {condition}"] if condition else []))


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


def _style(estimate: Estimate) -> str:
    return "dim" if estimate.value is None or estimate.hits == 0 else ""


def _with_conditions(outcomes: Outcomes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the shares in their order, each followed by those conditional on something."""
    shares = {name: shape for name, shape in outcomes.items() if "hits" in shape}
    for name, shape in shares.items():
        base = name.partition("|")[0]
        if base == name or base not in shares:
            yield name, shape
            yield from ((other, shares[other]) for other in shares if other.startswith(f"{name}|"))


def _rungs(name: str, rungs: Mapping[str, Mapping[str, Any]]) -> Table:
    title = "highest rung reached" if name == "peak_rung" else name
    table = _table(title, "share of runs", "95 % interval", "")
    for rung, shape in rungs.items():
        estimate = Estimate.from_dict(dict(shape))
        bar = "█" * round(BAR_WIDTH * (estimate.value or 0.0))
        cells = (format_share(estimate), _interval(estimate), bar)
        table.add_row(_plain(rung), *cells, style=_style(estimate))
    return table


def _means(outcomes: Outcomes) -> Table:
    table = _table("mean per run", "number", "95 % interval")
    for name, shape in outcomes.items():
        if _is_mean(shape):
            estimate = Estimate.from_dict(dict(shape))
            table.add_row(_plain(name), format_mean(estimate), _mean_interval(estimate))
    return table


def _mean_interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    ends = (
        Estimate(end, estimate.low, estimate.high, estimate.n, None, estimate.method)
        for end in (estimate.low, estimate.high)
    )
    return " to ".join(map(format_mean, ends))


def _footnotes(outcomes: Outcomes) -> Iterator[Text]:
    reasons = dict.fromkeys(shape["assumption_driven"] for shape in outcomes.values() if "assumption_driven" in shape)
    for reason in reasons:
        yield _plain(f"* assumption-driven: {reason}.")
    thin = [f"{name} ({shape['n']})" for name, shape in outcomes.items() if "|" in name and shape["n"] < FEW]
    if thin:
        yield _plain(f"Thin, fewer than {FEW} runs met the condition: {', '.join(thin)}.")


def provenance(stored: Mapping[str, Any]) -> list[str]:
    """Say what was run and what the intervals are.

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
    scenario = f"{stored['scenario']} ({stored['scenario_hash'][:8]})"
    return [
        f"{stored['runs']:,} runs of {scenario}, seed {stored['seed']}. Parameters were {parameters}.",
        INTERVAL_NOTE,
        "Research estimates, not predictions.",
    ]
