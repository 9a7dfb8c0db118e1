"""A progress bar that appears only for work longer than a second, and only to a person.

It is drawn on standard error, so that results can be piped while it moves.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Seconds of work before a bar is worth a look.
PATIENCE_S = 1.0


class LateBar:
    """Progress bar that waits a second before it shows itself.

    Parameters
    ----------
    label : str
        What is being done.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._wanted = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Begin to wait."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, finished or not."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Say how far the work has come.

        Parameters
        ----------
        done, total : int
            Runs.
        """
        if not self._wanted or (done >= total and self._bar is None):
            return
        if self._bar is None and time.monotonic() - self._began > PATIENCE_S:
            self._show(total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)

    def _show(self, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from sim.cli.console import err

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err(), transient=True)
        self._task = self._bar.add_task(self._label, total=total)
        self._bar.start()
