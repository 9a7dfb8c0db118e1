"""The first screens a user meets, and that they come at once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMANDS = (
    "run",
    "compare",
    "sweep",
    "sensitivity",
    "uncertainty",
    "discover",
    "flip",
    "replay",
    "card",
    "check",
    "plot",
    "new",
    "schema",
    "show",
    "list",
    "sources",
    "export",
    "gather",
    "query",
    "elicit",
    "pool",
    "warmup",
)
HEAVY = ("numba", "llvmlite", "mesa", "matplotlib", "pandas", "scipy", "duckdb")


def pactsim(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in a process of its own, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
        timeout=120,
        check=False,
    )


def modules_loaded(*arguments: str) -> set[str]:
    """Top-level modules that a command line had loaded when it ended."""
    code = (
        "import sys; from sim.cli.main import main\n"
        f"code = main({list(arguments)!r})\n"
        "print('\\n' + '#'.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rstrip().rpartition("\n")[2].split("#"))


def test_first_screen_names_every_command_and_a_first_step() -> None:
    shown = pactsim().stdout
    assert pactsim("--help").stdout == shown
    assert all(f" {command} " in shown for command in COMMANDS)
    assert "pactsim run baseline" in shown
    assert "not predictions" in shown
    assert shown.count("\n") < 50


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented_with_an_example(command: str) -> None:
    import typer

    from sim.cli.main import app

    group = typer.main.get_command(app)
    parameters = group.commands[command].params  # type: ignore[attr-defined]
    assert parameters or command in ("schema", "warmup")
    for parameter in parameters:
        assert "e.g. " in parameter.help, f"{command} {parameter.name}"
    assert "pactsim " in group.commands[command].epilog  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_fits_eighty_columns(command: str) -> None:
    done = pactsim(command, "--help", COLUMNS="80")
    assert done.returncode == 0
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_choices_of_a_listing_are_whole_words() -> None:
    shown = " ".join(pactsim("list", "--help", COLUMNS="60").stdout.split())
    assert "scenarios|" not in shown
    words = {word.strip(",") for word in shown.split()}
    assert {"scenarios", "paths", "outcomes", "treaties", "switches"} <= words


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("check", "baseline"), ("schema",)])
def test_help_and_check_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert modules_loaded(*arguments).isdisjoint(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sim, sys; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not any(f"'{name}" in done.stdout for name in (*HEAVY, "numpy", "pydantic", "typer"))


def test_version() -> None:
    import sim

    assert pactsim("--version").stdout == f"pactsim {sim.__version__}\n"


def test_public_names_exist_and_others_are_refused() -> None:
    import sim

    assert all(hasattr(sim, name) for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing
