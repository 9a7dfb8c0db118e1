"""How every study is shown: its notes, its figures where asked for, then JSON or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.cli.console import note, out, say, say_json

if TYPE_CHECKING:
    from sim.experiments.result import StudyResult

#: From a summary to what is printed of it.
Telling = Callable[[Mapping[str, Any]], Iterable[Any]]


def show(
    result: StudyResult, heading: Callable[[Mapping[str, Any]], str], tables: Telling, notes: Telling, *,
    plot: bool, as_json: bool,
) -> None:  # fmt: skip
    """Show what a study found.

    Parameters
    ----------
    result : StudyResult
        From its command; that of a shard has no summary.
    heading : callable
        From the summary to a sentence that says what was run.
    tables : callable
        From the summary to tables and sentences, with a line between them.
    notes : callable
        From the summary to what these should be read with.
    plot : bool
        Whether figures are to be drawn.
    as_json : bool
        Whether standard output is the summary and nothing else.
    """
    for sentence in result.notes:
        note(sentence)
    if not result.summary:  # a shard: the note says it all
        if as_json:
            say_json({"folder": str(result.folder)})
        return
    figures = None
    if plot:
        from sim.cli.stored import draw_figures

        figures = draw_figures(result.folder)
    if as_json:
        say_json(result.summary)
        return
    console = out()
    console.print(heading(result.summary))
    console.print()
    for part in tables(result.summary):
        console.print(part)
        console.print()
    for line in notes(result.summary):
        console.print(line)
    say(f"Results: {result.folder}")
    if figures is not None:
        say(f"Figures: {figures}")
