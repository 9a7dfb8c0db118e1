"""Every way a command can fail ends in sentences and the right exit code, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.cli import faults, main, scenarios
from sim.errors import Fault, InputError, Interrupted, PactsimError

Capture = pytest.CaptureFixture[str]


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def run_main(capsys: Capture, *arguments: str) -> tuple[int, str]:
    code = main.main(list(arguments))
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return code, said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "x", "--rnus", "3"], "'pactsim run' has no option --rnus, did you mean --runs? See"),
        (["run", "x", "--zzz"], "'pactsim run' has no option --zzz. See 'pactsim run --help'."),
        (["rum"], "No such command 'rum'. Did you mean 'run'? See 'pactsim --help'."),
        (["run"], "Missing argument 'SCENARIO'. See 'pactsim run --help'."),
        (["run", "x", "--runs", "many"], "--runs: a whole number, got 'many'."),
        (["run", "x", "--runs", "1.5"], "--runs: a whole number, got '1.5'."),
        (["run", "x", "--parameters", "mean"], "'mean' is not one of 'drawn', 'central'. See"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(capsys: Capture, arguments: list[str], sentence: str) -> None:
    code, said = run_main(capsys, *arguments)
    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InputError([Fault("one"), Fault("two")]), 2, "One.\nTwo.\n"),
        (PactsimError("The disk is full."), 1, "The disk is full.\n"),
        (Interrupted("Interrupted: 5 of 9 runs are kept."), 130, "Interrupted: 5 of 9 runs are kept.\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (OSError(errno.EACCES, "Permission denied", "results"), 2, "results: permission denied.\n"),
        (OSError(errno.EIO, "Input/output error", "results"), 1, "results: input/output error.\n"),
    ],
)
def test_foreseen_failures(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(scenarios, "say_json", failing(error))
    found, text = run_main(capsys, "schema")
    assert (found, text.lstrip("\n")) == (code, said)


def test_a_fault_of_ours_is_a_sentence_that_says_how_to_report_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PACTSIM_DEBUG", raising=False)
    monkeypatch.setattr(scenarios, "say_json", failing(ZeroDivisionError("division\nby zero")))
    code, said = run_main(capsys, "schema")
    assert code == 1
    assert said.count("\n") == 1
    assert "ZeroDivisionError: division by zero" in said
    assert "PACTSIM_DEBUG=1" in said


def test_a_traceback_is_shown_when_asked_for(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTSIM_DEBUG", "1")
    monkeypatch.setattr(scenarios, "say_json", failing(ZeroDivisionError("x")))
    assert main.main(["schema"]) == 1
    assert "Traceback" in capsys.readouterr().err


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell with `pactsim` in it."""
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    command = line.replace("pactsim", f"{shlex.quote(sys.executable)} -m sim", 1)
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)


def test_the_process_ends_with_the_code_of_the_command_and_all_that_it_said(tmp_path: Path) -> None:
    done = shell("pactsim rum", tmp_path)
    assert (done.returncode, done.stdout) == (faults.WRONG_INPUT, "")
    assert "rum" in done.stderr
    assert "$defs" in json.loads(shell("pactsim schema", tmp_path).stdout)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("pactsim schema > /dev/full", 1, "output: no space left on device.\n"),
        ("pactsim check none.yaml --json > /dev/full", 1, "output: no space left on device.\n"),
        ("pactsim schema >&-", 0, ""),
        ("pactsim schema >&- 2>&-", 0, ""),
        ("pactsim schema | true; exit ${PIPESTATUS[0]}", 0, ""),
        (r"pactsim show $'\xff\xfe'", 2, r"Words in UTF-8 on the command line, got '\udcff\udcfe'." + "\n"),
        (
            "ln -s b a; ln -s a b; pactsim new a/b.yaml",
            2,
            "a/b.yaml: a folder that exists, got 'a'. Make the folder first.\n",
        ),
    ],
)
def test_what_is_wrong_outside_is_no_fault_of_ours(tmp_path: Path, line: str, code: int, said: str) -> None:
    done = shell(line, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)
