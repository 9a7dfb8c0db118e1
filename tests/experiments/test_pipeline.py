"""Results come in order, little is begun ahead, and stopping keeps what is done."""

from __future__ import annotations

import threading
import time

import pytest

from sim.experiments.pipeline import Pipeline


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
