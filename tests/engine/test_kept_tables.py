"""Quantile tables kept on disk have the bits of tables made anew, and a bad file is never a wrong number."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim.engine import kept_tables, parameters
from sim.engine.kept_tables import keep, kept
from sim.engine.lower import lower
from sim.quantiles import TABLE_SIZE
from sim.scenario.load import load_scenario
from sim.scenario.quantity import Quantity

ARGUMENTS = (0.0, 5.5, 15.5, -np.inf, np.inf)
TABLE = np.linspace(0.0, 1.0, TABLE_SIZE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of this test's own, and no table remembered from before."""
    monkeypatch.setattr(kept_tables, "FOLDER", tmp_path / "tables")
    parameters._table.cache_clear()
    yield tmp_path / "tables"
    parameters._table.cache_clear()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Arguments of the tables that were made and not read."""
    calls: list[object] = []
    make = parameters.tabulate_standard

    def counted(table: np.ndarray, *arguments: object) -> None:
        calls.append(arguments)
        make(table, *arguments)

    monkeypatch.setattr(parameters, "tabulate_standard", counted)
    return calls


def table() -> bytes:
    """The table of a beta distribution, as another process would get it."""
    parameters._table.cache_clear()
    quantity = Quantity(family="beta", arguments=(5.5, 15.5))
    return parameters.tabulate({"x": quantity}, central=False).tables.tobytes()


def test_what_is_kept_has_the_bits_of_what_was_made(folder: Path, made: list[object]) -> None:
    scenario = load_scenario("baseline").scenario
    fresh = lower(scenario).parameters
    assert len(made) == len(list(folder.iterdir())) > 10
    made.clear()
    parameters._table.cache_clear()
    read = lower(scenario).parameters
    assert made == []
    assert read.tables.tobytes() == fresh.tables.tobytes()
    assert read.numbers.tobytes() == fresh.numbers.tobytes()


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "short":
        path.write_bytes(content[:-8])
    elif how == "long":
        path.write_bytes(content + b"\0")
    elif how == "a bit":
        path.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    elif how == "checksum":
        path.write_bytes(bytes(32) + content[32:])
    else:  # a whole and right table, of other arguments
        keep((0.0, 2.0, 3.0, -np.inf, np.inf), TABLE)
        other = next(each for each in path.parent.iterdir() if each != path)
        os.replace(other, path)


@pytest.mark.parametrize("how", ["empty", "short", "long", "a bit", "checksum", "another's"])
def test_a_damaged_file_is_made_anew(folder: Path, made: list[object], how: str) -> None:
    wanted = table()
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    damage(path, how)
    assert path.read_bytes() != whole
    assert table() == wanted
    assert len(made) == 2
    assert path.read_bytes() == whole, "it was not mended"


def test_a_table_differs_by_each_of_its_arguments() -> None:
    keep(ARGUMENTS, TABLE)
    assert kept(ARGUMENTS).tobytes() == TABLE.tobytes()
    for place in range(5):
        assert kept((*ARGUMENTS[:place], 0.125, *ARGUMENTS[place + 1 :])) is None


@pytest.mark.parametrize("where", ["nowhere", "no folder", "a file in the way"])
def test_where_nothing_can_be_written_tables_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[object], where: str
) -> None:
    wanted = table()
    (tmp_path / "file").write_text("")
    places = {"nowhere": None, "no folder": tmp_path / "none" / "tables", "a file in the way": tmp_path / "file"}
    monkeypatch.setattr(kept_tables, "FOLDER", places[where])
    assert table() == wanted == table()
    assert len(made) == 3


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(old: str, new: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    keep(ARGUMENTS, TABLE)
    assert list(folder.iterdir()) == []


def test_many_writers_and_readers_at_once(folder: Path) -> None:
    """Whoever reads finds the whole table or none; each of 8 threads writes 50 times and reads as often."""

    def work(_: int) -> set[bytes]:
        found = set()
        for _ in range(50):
            read = kept(ARGUMENTS)
            found.add(b"none" if read is None else read.tobytes())
            keep(ARGUMENTS, TABLE)
        return found

    with ThreadPoolExecutor(8) as pool:
        found = set().union(*pool.map(work, range(8)))
    assert found <= {b"none", TABLE.tobytes()}
    assert len(list(folder.iterdir())) == 1


def test_two_processes_at_once(folder: Path) -> None:
    """The same tables from both, and each is kept once."""
    code = (
        "import sys, pathlib, hashlib\n"
        "from sim.engine import kept_tables\n"
        f"kept_tables.FOLDER = pathlib.Path({str(folder)!r})\n"
        "from sim.engine.lower import lower\n"
        "from sim.scenario.load import load_scenario\n"
        "print(hashlib.sha256(lower(load_scenario('baseline').scenario).parameters.tables.tobytes()).hexdigest())"
    )
    pair = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = {process.communicate(timeout=120)[0] for process in pair}
    assert len(told) == 1
    assert len(told.pop().strip()) == 64
    assert {path.suffix for path in folder.iterdir()} == {".table"}


def test_no_more_are_kept_than_a_thousand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_tables, "MOST", 3)
    for a in range(5):
        keep((0.0, float(a), 1.0, 0.0, 1.0), TABLE)
    assert len(list(folder.iterdir())) == 3


def test_plain_python_neither_reads_nor_keeps() -> None:
    """It is there to be compared with compiled code, which would otherwise be compared with itself."""
    code = "from sim.engine import kept_tables; print(kept_tables.FOLDER)"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "None"


def test_machine_code_is_loaded_without_what_compiles() -> None:
    """Numba would import a hundred modules and register what they can compile before it looks on the disk."""
    code = "import sys\nfrom sim.experiments.run import warm_up\nwarm_up()\nprint('numba.np.arraymath' in sys.modules)"
    first, again = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "12"
    )
    assert again.strip() == "False", first
