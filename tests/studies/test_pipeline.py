"""Results come in order, little is begun ahead, and stopping keeps what is done."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sim.errors import PactsimError
from sim.studies.pipeline import Pipeline


def test_results_come_in_the_order_of_the_tasks() -> None:
    def work(task: int) -> int:
        time.sleep(0.002 * (task % 3))
        return task

    with Pipeline(work, range(50), threads=4) as pipeline:
        assert list(pipeline) == list(range(50))


def test_few_tasks_are_begun_ahead() -> None:
    begun: list[int] = []

    def work(task: int) -> int:
        begun.append(task)
        return task

    with Pipeline(work, range(1_000), threads=2) as pipeline:
        for result in pipeline:
            time.sleep(0.001)
            assert len(begun) <= result + 2 * pipeline._ahead
            if result == 20:
                break
    assert len(begun) < 40


def test_what_was_done_but_not_dealt_with_is_given_by_stop() -> None:
    gate = threading.Event()

    def work(task: int) -> int:
        if task > 2:
            gate.wait(10)
        return task

    with Pipeline(work, range(10), threads=2) as pipeline:
        for result in pipeline:
            if result == 2:
                break
        gate.set()
        kept = pipeline.stop()
    assert kept[0] == 2, "the result that was being dealt with is given again"
    assert kept == list(range(2, 2 + len(kept)))
    assert len(kept) < 8


def test_a_failure_on_a_thread_reaches_the_caller_and_ends_the_rest() -> None:
    def work(task: int) -> int:
        if task == 3:
            raise ValueError("three")
        return task

    with pytest.raises(ValueError, match="three"), Pipeline(work, range(100), threads=2) as pipeline:
        list(pipeline)
    assert pipeline.stop() == []


def test_what_is_begun_beside_has_the_same_threads_and_a_result_of_its_own() -> None:
    def where() -> str:
        return threading.current_thread().name

    with Pipeline(lambda task: where(), range(8), threads=1) as pipeline:
        beside = pipeline.beside(where)
        assert set(pipeline) == {beside.result()}
    assert beside.result().startswith("pactsim")


def test_what_was_to_be_begun_beside_is_dropped_by_stop() -> None:
    gate = threading.Event()
    with Pipeline(lambda task: gate.wait(10), range(1), threads=1) as pipeline:
        beside = pipeline.beside(lambda: 1)
        threading.Timer(0.05, gate.set).start()
        pipeline.stop()
    assert beside.cancelled()


def test_workers_do_what_is_begun_beside_too() -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="lent") as lent:
        with Pipeline(abs, range(3), threads=1, executor=lent) as pipeline:
            beside = pipeline.beside(lambda: threading.current_thread().name)
            assert list(pipeline) == [0, 1, 2]
            assert pipeline.result_of(beside).startswith("lent")
        with Pipeline(lambda task: time.sleep(0.2), range(1), threads=1, executor=lent) as pipeline:
            dropped = pipeline.beside(lambda: 1)
            pipeline.stop()
    assert dropped.cancelled()


def test_workers_that_are_lost_are_told_of_what_was_begun_beside() -> None:
    lent = ThreadPoolExecutor(1)
    with Pipeline(lambda task: time.sleep(0.2), range(1), threads=1, executor=lent) as pipeline:
        beside = pipeline.beside(lambda: 1)
        lent.shutdown(wait=False, cancel_futures=True)
        with pytest.raises(PactsimError, match="workers are gone"):
            pipeline.result_of(beside)


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
def sent(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that raises KeyboardInterrupt, as both do on the command line."""
    before = signal.signal(request.param, signal.default_int_handler)
    yield request.param
    assert signal.getsignal(request.param) is signal.default_int_handler
    signal.signal(request.param, before)


def interrupted(sent: signal.Signals, seen: list[object]) -> None:
    """Be sent a signal between two results."""
    with Pipeline(abs, [-1, -2], threads=1) as pipeline:
        for result in pipeline:
            signal.raise_signal(sent)
            seen.append(result)  # nothing was raised: a lock taken here would be given back
            pipeline.check()


def interrupted_in_the_end(sent: signal.Signals) -> None:
    """Be sent a signal that nobody asks about."""
    with Pipeline(abs, [-1], threads=1):
        signal.raise_signal(sent)


def test_ctrl_c_is_held_back_to_where_no_lock_is_held(sent: signal.Signals) -> None:
    seen: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(sent, seen)
    assert seen == [1]
    with pytest.raises(KeyboardInterrupt):
        interrupted_in_the_end(sent)


def test_ctrl_c_ends_the_wait_for_a_task(sent: signal.Signals) -> None:
    over = threading.Event()
    threading.Timer(0.2, signal.raise_signal, [sent]).start()
    threading.Timer(0.6, over.set).start()
    began = time.monotonic()
    with Pipeline(lambda _: over.wait(20), [0], threads=1) as pipeline, pytest.raises(KeyboardInterrupt):
        next(iter(pipeline))
    assert time.monotonic() - began < 10.0
