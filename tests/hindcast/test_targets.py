"""Tables of targets: the project's own, and faults of a user's."""

from collections import Counter

import pytest

from sim.errors import InputError
from sim.hindcast.targets import peninsula, read_targets

HEAD = "id,rivalry,quantity,start,end,k,n,use\n"


def test_the_projects_table_has_its_rows_and_uses():
    table = read_targets(peninsula())
    assert Counter(target.use for target in table) == {"fit": 9, "check": 17, "input": 5, "context": 3, "weak": 2}
    assert all(target.source for target in table)
    assert {t.id: round(t.observed, 4) for t in table if t.id in ("A2", "C1", "D1")} == {
        "A2": 0.4058, "C1": 9.2727, "D1": 0.5172,
    }  # fmt: skip


def test_names_of_the_cow_project_are_ours(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(HEAD + "a,PRK-ROK,third_party:USA,1993,2014,3,9,check\n")
    target = read_targets(file)[0]
    assert (target.rivals, target.quantity, target.third) == (("DPRK", "ROK"), "third_party:US", "US")
    assert str(target.start), str(target.end) == ("1993-01-01", "2014-12-31")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,nobody,fatal,,,1,2,fit", "two states"),
        ("a,X-Y,fatall,,,1,2,fit", "Did you mean 'fatal'?"),
        ("a,X-Y,fatal,soon,,1,2,fit", "a date"),
        ("a,X-Y,fatal,,,3,2,fit", "no more hits than trials"),
        ("a,X-Y,fatal,,,1,0,fit", "at least 1"),
        ("a,X-Y,dispute_rate,,,1,1e-300,fit", "years, at least 0.001"),
        ("a,X-Y,fatal,2014,1993,1,2,fit", "not before the start (2014-01-01)"),
        ("a,PRK-DPRK,fatal,,,1,2,fit", "two states"),
        ("a,X-Y,fatal,,,x,2,fit", "at least 0"),
        ("a,X-Y,fatal,,,1,2,guess", "one of fit, check"),
        ("a,X-Y,fatal,,,1,2", "8 cells, one in every column, got 7"),
        (f"a,X-Y,fatal,,,1,2,{'x' * 200_000}", "cells of at most"),
        ('a,X-Y,fatal,,,1,2,"fit', "quotes that are closed"),
        ("a,X-Y,third_party:,,,1,2,fit", "the name of a third party"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, row, said):
    file = tmp_path / "mine.csv"
    file.write_text(f"# mine\n{HEAD}{row}\n")
    with pytest.raises(InputError) as caught:
        read_targets(file)
    assert said in str(caught.value)
    assert ":3:" in str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "id,k\n", HEAD])
def test_a_table_without_rows_or_columns_is_refused(tmp_path, text):
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(InputError):
        read_targets(file)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace(",", ";"), "commas between its columns"),
        (HEAD.replace("use", "use,id"), "each column once, got 'id' again"),
        (HEAD.replace("use", "use,lable"), "Did you mean 'label'?"),
    ],
)
def test_a_wrong_head_is_told_once(tmp_path, head, said):
    file = tmp_path / "mine.csv"
    file.write_text(head)
    with pytest.raises(InputError) as caught:
        read_targets(file)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_cells_may_have_lines_and_commas_and_blanks_around_them(tmp_path):
    file = tmp_path / "mine.csv"
    rows = 'a, X-Y, fatal, , , 1, 2, fit, "one, ""two""\n# and three"\r\n\n# comment\nb,X-Y,fatal,,,3,2,fit,\u2028\n'
    file.write_bytes(("\ufeff" + HEAD.replace("use", "use,label").replace(",", ", ") + rows).encode())
    with pytest.raises(InputError) as caught:
        read_targets(file)
    assert [(fault.line, fault.path) for fault in caught.value.faults] == [(6, "k")]
    file.write_bytes(file.read_bytes().replace(b"3,2,fit", b"2,2,fit"))
    assert [target.label for target in read_targets(file)] == ['one, "two"\n# and three', ""]
