"""Work on several threads, handed back in order, in memory that does not grow with the work.

Only a few tasks are begun ahead of the one that is waited for. Stopping waits for those that are
running, which a task of at most a second makes short, and drops the rest.

Ctrl-C is held back to where it can do no harm. Python raises it anywhere, also between the taking
of a lock of the pool and the block that would give it back; the pool's threads then wait for ever.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from types import FrameType, TracebackType
from typing import Any, Generic, Self, TypeVar

from sim.errors import PactsimError

Task = TypeVar("Task")
Result = TypeVar("Result")
Beside = TypeVar("Beside")
Given = TypeVar("Given")

#: Told how many runs of how many are done.
Progress = Callable[[int, int], None]
#: How long Ctrl-C may go unnoticed (s).
_NOTICE_S = 0.1
_GONE = (BrokenExecutor, CancelledError)
_LOST = "The workers are gone, or were lost while they worked at this."


class Pipeline(Generic[Task, Result]):
    """Results of tasks, in the order of the tasks; use it in a ``with`` statement.

    Parameters
    ----------
    work : callable
        From a task to its result; called on the threads.
    tasks : iterable
        In order; read as needed.
    threads : int
        Threads to work on, or with `executor` how many workers it has: each gets three tasks, so that none
        waits for the next to arrive.
    executor : concurrent.futures.Executor, optional
        Whose workers do the work, instead of threads; it stays open. What they are given must be picklable.
    failed : callable, optional
        From a task and what it raised to a result; without it the exception is raised where the result is due.
        Workers that are gone are a `PactsimError`.

    Examples
    --------
    >>> with Pipeline(abs, [-3, 2, -1], threads=2) as pipeline:
    ...     list(pipeline)
    [3, 2, 1]
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        tasks: Iterable[Task],
        threads: int,
        executor: Executor | None = None,
        failed: Callable[[Task, Exception], Result] | None = None,
    ) -> None:
        self._work = work
        self._tasks = iter(tasks)
        self._ahead = threads + 2 if executor is None else 3 * threads
        self._is_lent = executor is not None
        self._threads = ThreadPoolExecutor(threads if executor is None else 1, thread_name_prefix="pactsim")
        self._pool = executor or self._threads
        self._failed = failed
        self._begun: deque[tuple[Task, Future[Result]]] = deque()
        self._beside: list[Future[Any]] = []
        self._interrupted = False
        self._handlers: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        """Begin the first tasks; the caller is free until it asks for a result."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is signal.default_int_handler:
                    self._handlers[number] = signal.signal(number, self._note)
        self._refill()
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._interrupted = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop what is still running; Ctrl-C that nobody has heard of yet is raised now."""
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if kind is None:
            self.check()

    def beside(self, work: Callable[[], Beside]) -> Future[Beside]:
        """Begin something else where the tasks are done, after those that are begun.

        Parameters
        ----------
        work : callable
            Takes at most a second, as a task does; for an executor picklable.

        Returns
        -------
        Future
            For `result_of`; `stop` drops it if it was not begun by then.
        """
        found = self._submitted(work)
        self._beside.append(found)
        return found

    def result_of(self, beside: Future[Beside]) -> Beside:
        """Wait for what was begun beside the tasks.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, soon.
        PactsimError
            If the worker that had it is lost.
        """
        self._wait_for(beside)
        try:
            return beside.result()
        except _GONE as error:
            raise PactsimError(_LOST) from error

    def check(self) -> None:
        """Raise Ctrl-C here, if it came.

        Raises
        ------
        KeyboardInterrupt
            If it came since the pipeline was entered, once.
        """
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def __iter__(self) -> Iterator[Result]:
        """Give the results, in order, as they are done."""
        while self._begun:
            task, future = self._begun[0]
            self._wait_for(future)
            yield self._result(task, future)
            # Only now: if the caller was stopped while it stored the result, `stop` gives it again.
            self._begun.popleft()
            self._refill()

    def _wait_for(self, future: Future[Any]) -> None:
        while not future.done():
            self.check()
            wait([future], timeout=_NOTICE_S)

    def _result(self, task: Task, future: Future[Result]) -> Result:
        try:
            return future.result()
        except Exception as error:
            told = PactsimError(_LOST) if isinstance(error, _GONE) else error
            if self._failed is None:
                raise told from error
            return self._failed(task, told)

    def _refill(self) -> None:
        while len(self._begun) < self._ahead:
            try:
                task = next(self._tasks)
            except StopIteration:
                return
            self._begun.append((task, self._submitted(self._work, task)))

    def _submitted(self, work: Callable[..., Given], *given: Any) -> Future[Given]:
        try:
            return self._pool.submit(work, *given)
        except BrokenExecutor as error:  # as any other task that the workers cannot do
            refused: Future[Given] = Future()
            refused.set_exception(error)
            return refused

    def stop(self) -> list[Result]:
        """Begin nothing more and wait for what is running.

        Returns
        -------
        list
            Results that are done and were not dealt with, in order.
        """
        if self._is_lent:
            for each in (*self._beside, *(future for _, future in self._begun)):
                each.cancel()
        self._threads.shutdown(wait=True, cancel_futures=True)
        done = []
        while self._begun:
            _, future = self._begun.popleft()
            # A worker hears of Ctrl-C too, and then gives that as what it raised.
            if future.done() and not future.cancelled() and future.exception() is None:
                done.append(future.result())
        return done


def cores() -> int:
    """Count the cores that this process may use, which in a container are fewer than there are.

    Returns
    -------
    int
        At least 1.
    """
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1
