"""Designs from CSV files: bad lines are told apart from good ones, by their numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.designs.plans import Design
from sim.designs.table import read_design
from sim.errors import InputError
from tests.designs.subject import SUBJECT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "points.csv"


def read(file: Path, text: str | bytes) -> Design:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_design(file, SUBJECT)


def fault(file: Path, text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(file, text)
    return str(caught.value)


def test_a_file_is_a_design(file: Path) -> None:
    found = read(file, "share,theory,treaty.Bee-Cee\n0.1,quantal,1950\n0.9, prospect ,none\n")
    assert found.plan == "file"
    assert [factor.path for factor in found.factors] == ["share", "theory", "treaty.Bee-Cee"]
    assert [column.tolist() for column in found.columns] == [[0.1, 0.9], ["quantal", "prospect"], ["1950", "none"]]
    assert [column.dtype for column in found.columns] == [np.float64, object, object]
    assert found.failed == {}
    assert (found.factors[0].low, found.factors[0].high, found.factors[0].levels) == (0.1, 0.9, (0.1, 0.9))
    assert found.factors[1].levels == ("quantal", "prospect")


def test_many_values_are_a_range_and_few_are_levels(file: Path) -> None:
    lines = "".join(f"{k / 100},{k % 3}\n" for k in range(100))
    share, rate = read(file, f"share,rate\n{lines}").factors
    assert (share.levels, share.low, share.high) == ((), 0.0, 0.99)
    assert rate.levels == (0.0, 1.0, 2.0)


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfshare\n0.5\n", b"share\r\n0.5\r\n", b"\nshare\n\n0.5\n , \n"[0:15]])
def test_marks_line_ends_and_empty_lines_do_not_matter(file: Path, text: bytes) -> None:
    assert read(file, text).columns[0].tolist() == [0.5]


def test_quotes_keep_commas(file: Path) -> None:
    found = read(file, '"share","theory"\n"0.5","a, ""b"""\n')
    assert found.columns[1].tolist() == ['a, "b"']


def test_bad_lines_fail_and_good_ones_stay(file: Path) -> None:
    text = "share,theory\n0.1,a\nmany,a\n\n1.5,a\n0.2\n0.3,b\n0.4,\n"
    found = read(file, text)
    assert found.failed == {
        1: "points.csv:3: share: a number, got 'many'.",
        2: "points.csv:5: share: a number from 0 to 1, got 1.5.",
        3: "points.csv:6: 2 values, got 1.",
        5: "points.csv:8: theory: a value, got nothing.",
    }
    assert found.points == 6
    assert found.columns[0][[0, 4]].tolist() == [0.1, 0.3]
    assert found.factors[1].levels == ("a", "b")


def test_all_lines_bad_are_refused_with_the_first(file: Path) -> None:
    said = f"{file}: a line that can be a point, got points.csv:2: share: a number, got 'x'."
    assert fault(file, "share\nx\ny\n") == said


def test_unknown_columns_are_all_told(file: Path) -> None:
    said = fault(file, "shar,theory,Bee-Cee,share\n1,2,3,4\n").splitlines()
    assert said == [
        f"{file}:1:1: columns that are paths of the scenario, got 'shar'. Did you mean 'share'?",
        f"{file}:1:1: columns that are paths of the scenario, got 'Bee-Cee'. Did you mean 'treaty.Bee-Cee'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share,share\n1,1\n", "each column once, got share, share."),
        ("", "a header of paths and a line for each point, got 0 lines."),
        ("share\n", "a header of paths and a line for each point, got 1 line."),
        (b"share\n\xff\n", "a design or a file that can be read, got bytes that are no UTF-8."),
        ("share,\n0.1,\n", "columns that are paths of the scenario, got ''."),
        ('share\n"' + "1" * 200_000 + '"\n', "a CSV file, got field larger than field limit (131072)."),
    ],
)
def test_what_is_no_table_is_refused(file: Path, text: str | bytes, said: str) -> None:
    found = fault(file, text)
    assert found.startswith(str(file))
    assert said in found
    assert "\n" not in found


def test_a_file_that_is_not_there_is_told_with_what_a_design_may_be(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_design(tmp_path / "gird", SUBJECT)
    said = str(caught.value)
    assert "a design or a file that can be read, got No such file or directory" in said
    assert said.endswith("--design takes grid, lhs, sobol, oat or a CSV file.")
    with pytest.raises(InputError, match="Is a directory"):
        read_design(tmp_path, SUBJECT)
