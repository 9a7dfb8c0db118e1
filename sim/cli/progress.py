"""A progress bar that appears only for work longer than a second, and only to a person.

It is drawn on standard error, so that results can be piped while it moves. Until the first runs
are done it only says that something goes on: the model may have to be compiled.
"""

from __future__ import annotations

import sys
import threading
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
        self._done, self._total = 0, 0
        self._lock = threading.Lock()
        self._shown: tuple[Progress, TaskID] | None = None
        self._over = False
        self._timer = threading.Timer(PATIENCE_S, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begin to wait."""
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, finished or not."""
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown[0].stop()

    def __call__(self, done: int, total: int) -> None:
        """Say how far the work has come.

        Parameters
        ----------
        done, total : int
            Runs.
        """
        with self._lock:
            self._done, self._total = done, total
            if self._shown is not None:
                bar, task = self._shown
                bar.update(task, completed=done, total=total, description=self._label)

    def _show(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from sim.cli.console import err

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with self._lock:
            if self._over:  # the work ended while rich was being imported
                return
            bar = Progress(*columns, console=err(), transient=True)
            task = bar.add_task(
                self._label if self._total else "preparing", completed=self._done, total=self._total or None
            )
            self._shown = bar, task
            bar.start()
