"""The bar shows itself only to a person, only for long work, and never on standard output."""

from __future__ import annotations

import io
import sys
import time

import pytest

from sim.cli import progress
from sim.cli.progress import LateBar


class Terminal(io.StringIO):
    """A standard error that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def bar_output(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE_S", 0.1)
    with LateBar("runs") as bar:
        time.sleep(seconds)
        bar(50, 100)
        time.sleep(seconds)
        bar(100, 100)
    return stream.getvalue()


def test_long_work_is_shown_to_a_person(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown = bar_output(monkeypatch, Terminal(), 0.8)
    assert "preparing" in shown
    assert "50/100" in shown
    assert capsys.readouterr().out == ""


def test_short_work_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bar_output(monkeypatch, Terminal(), 0.0) == ""


def test_nothing_is_shown_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bar_output(monkeypatch, io.StringIO(), 0.3) == ""
