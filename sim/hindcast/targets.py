"""Tables of targets: what history says, and what each row is for."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Fault, InputError
from sim.scenario.library import package_library
from sim.scenario.wording import nearest, quote

USES = ("fit", "check", "weak", "input", "context")
#: Uses of the rows that count: an interval is held against the observed value.
COUNTED = ("fit", "check")
NEEDED = ("id", "rivalry", "quantity", "start", "end", "k", "n", "use")
OPTIONAL = ("label", "source", "note")
#: What a target may be about; those that end in a colon are followed by the name of a third party.
QUANTITIES = {
    "dispute_rate": "disputes begun per year",
    "highest:threat": "share of disputes with a threat as highest level",
    "highest:display": "share of disputes with a display of force as highest level",
    "highest:force": "share of disputes with a use of force as highest level",
    "highest:war": "share of disputes that became a war",
    "fatal": "share of disputes with deaths",
    "reciprocated": "share of disputes in which both sides acted",
    "war_given_force": "share of disputes with force that became a war",
    "force_given_display": "share of disputes with a display of force or more that saw force",
    "incident_rate": "incidents per year",
    "incident_rate:threat": "incidents at a threat per year",
    "incident_rate:display": "incidents at a display of force per year",
    "incident_rate:force": "incidents at force per year",
    "incident_share:threat": "share of incidents at a threat",
    "incident_share:display": "share of incidents at a display of force",
    "incident_share:force": "share of incidents at force",
    "next:force|force": "share of incidents at force that another at force follows next in the dispute",
    "next:war|force": "share of incidents at force that war follows next",
    "third_party:": "share of disputes in which a third party shows or uses force",
    "third_party_force:": "share of disputes in which a third party uses force",
    "unsettled": "share of disputes without a settlement; not predicted",
    "input": "something that is put into the model; not predicted",
}
NOT_PREDICTED = ("unsettled", "input")
#: Quantities that are counts per year; all others are shares.
RATES = ("dispute_rate", "incident_rate")
#: Fewest years in which anything can have been counted.
LEAST_YEARS = 0.001

#: Names of the COW project for states that scenarios call otherwise.
COW = {
    "PRK": "DPRK", "KOR": "ROK", "USA": "US", "RUS": "Russia", "USSR": "Russia", "CHN": "China", "PRC": "China",
    "JPN": "Japan", "TWN": "Taiwan",
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One row: k of n, in a period, and what it is for.

    Parameters
    ----------
    id : str
        Name of the row.
    rivals : tuple of str
        The two states, in the order of the table.
    quantity : str
        A key of `QUANTITIES`, with the third party where it needs one.
    start, end : datetime.date or None
        The period, where there is one.
    k, n : float
        Hits of trials for a share; counts in years for a rate.
    use : str
        One of `USES`.
    label, source, note : str
        What a reader should know.
    """

    id: str
    rivals: tuple[str, str]
    quantity: str
    start: datetime.date | None
    end: datetime.date | None
    k: float
    n: float
    use: str
    label: str = ""
    source: str = ""
    note: str = ""

    @property
    def observed(self) -> float:
        """The observed share or rate."""
        return self.k / self.n

    @property
    def is_rate(self) -> bool:
        """Whether it is a count per year."""
        return self.quantity.partition(":")[0] in RATES

    @property
    def third(self) -> str:
        """The third party, if it is about one."""
        what, _, name = self.quantity.partition(":")
        return name if what.startswith("third_party") else ""

    @property
    def is_predicted(self) -> bool:
        """Whether the model says anything about it."""
        return self.quantity not in NOT_PREDICTED


def peninsula() -> Path:
    """Give the project's own table."""
    return package_library() / "targets" / "peninsula.csv"


def read_targets(path: Path) -> list[Target]:
    """Read a table of targets.

    Parameters
    ----------
    path : Path
        A CSV file with the columns of `NEEDED`, and those of `OPTIONAL` if wanted; lines that begin with
        ``#`` are comments.

    Returns
    -------
    list of Target
        In the order of the file.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "a file that is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        raise InputError(Fault("a readable CSV table of targets", reason, file=str(path))) from error
    faults: list[Fault] = []
    found: list[Target] = []
    columns: list[str] = []
    for number, cells in _records(text, str(path), faults):
        if not columns:
            columns = cells
            faults += _header(columns, str(path), number)
            if faults:
                break
            continue
        problems = list(_row(columns, cells, str(path), number, {target.id for target in found}))
        faults += problems
        found += [] if problems else [_target(_named(columns, cells))]
    if not columns and not faults:
        faults += _header([], str(path), 0)
    if not found and not faults:
        faults.append(Fault("at least one target", "none", file=str(path)))
    if faults:
        raise InputError(faults)
    return found


def _records(text: str, file: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Give the cells of every record, with the line it begins on; a quoted cell may go over several lines."""
    begun, within = 0, False

    def lines() -> Iterator[str]:
        nonlocal begun, within
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            if not within and (not line.strip() or line.startswith("#")):
                continue
            begun, within = (begun, True) if within else (number, True)
            yield line

    reader = csv.reader(lines(), skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            within = False
            yield begun, [cell.strip() for cell in cells]
    except csv.Error as error:
        need = f"cells of at most {csv.field_size_limit():,} letters, and quotes that are closed"
        faults.append(Fault(need, str(error), 'Within quotes write " twice.', file, line=begun, column=1))


def _named(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(columns, cells, strict=True))


def _header(names: Sequence[str], file: str, line: int) -> Iterator[Fault]:
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        fix = "Save the table with commas between its columns."
        yield Fault("columns separated by commas", quote(names[0]), fix, file, line=line, column=1)
        return
    missing = [name for name in NEEDED if name not in names]
    if missing:
        need = f"the columns {', '.join(NEEDED)}"
        yield Fault(need, f"none named {', '.join(missing)}", file=file, line=line, column=1 if line else 0)
    for name in names:
        if name not in (*NEEDED, *OPTIONAL):
            close = nearest(name, (*NEEDED, *OPTIONAL))
            fix = f"Did you mean {quote(close)}?" if close else "Leave it out."
            yield Fault("a known column", quote(name), fix, file, line=line, column=1)
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Fault("each column once", f"{quote(name)} again", "Leave one out.", file, line=line, column=1)


def _row(columns: Sequence[str], cells: Sequence[str], file: str, line: int, ids: set[str]) -> Iterator[Fault]:
    if len(cells) != len(columns):
        yield Fault(f"{len(columns)} cells, one in every column", str(len(cells)), file=file, line=line, column=1)
        return
    row = _named(columns, cells)

    def fault(column: str, need: str, fix: str = "") -> Fault:
        return Fault(need, quote(row[column]), fix, file, column, line, 1)

    if not row["id"] or row["id"] in ids:
        yield fault("id", "an id of its own")
    if rivals(row["rivalry"]) is None:
        yield fault("rivalry", "two states, such as DPRK-ROK")
    if row["use"] not in USES:
        yield fault("use", f"one of {', '.join(USES)}")
    yield from _quantity(row["quantity"], lambda need, fix: fault("quantity", need, fix))
    yield from _period(row["start"], row["end"], fault)
    yield from _counts(row["quantity"].partition(":")[0], _number(row["k"]), _number(row["n"]), fault)


def _period(start: str, end: str, fault: Callable[[str, str], Fault]) -> Iterator[Fault]:
    first, last = _date(start, "start"), _date(end, "end")
    for column, date in (("start", first), ("end", last)):
        if date is ...:
            yield fault(column, "a date such as 1953-07-28, a year, or nothing")
    if isinstance(first, datetime.date) and isinstance(last, datetime.date) and last < first:
        yield fault("end", f"a date that is not before the start ({first})")


def _counts(what: str, k: float | None, n: float | None, fault: Callable[[str, str], Fault]) -> Iterator[Fault]:
    is_share = what not in (*RATES, "input")
    least, need = (1.0, "a number of trials of at least 1") if is_share else (LEAST_YEARS, "years, at least 0.001")
    if k is None or k < 0:
        yield fault("k", "a number of at least 0")
    if n is None or n < least:
        yield fault("n", need)
    elif k is not None and k > n and is_share:
        yield fault("k", f"no more hits than trials ({n:g})")


def _quantity(quantity: str, fault: Callable[[str, str], Fault]) -> Iterator[Fault]:
    what, colon, third = quantity.partition(":")
    if quantity in QUANTITIES and not quantity.endswith(":"):
        return
    if colon and f"{what}:" in QUANTITIES:
        if not third.strip():
            yield fault("the name of a third party after ':'", "Write third_party:US.")
        return
    known = [name + ("US" if name.endswith(":") else "") for name in QUANTITIES]
    close = nearest(quantity, tuple(known))
    yield fault("a quantity", f"Did you mean {quote(close)}?" if close else f"There are: {', '.join(known)}.")


def rivals(text: str) -> tuple[str, str] | None:
    """Read the two states of ``A-B`` or ``A>B``, in our names.

    Examples
    --------
    >>> rivals("PRK-ROK"), rivals("DPRK>ROK"), rivals("nobody")
    (('DPRK', 'ROK'), ('DPRK', 'ROK'), None)
    >>> rivals("PRK-DPRK")  # one state by two names
    """
    for sign in (">", "-"):
        first, found, second = (part.strip() for part in text.partition(sign))
        names = COW.get(first, first), COW.get(second, second)
        if found and all(names) and names[0] != names[1]:
            return names
    return None


def _date(text: str, column: str) -> datetime.date | object | None:
    """Read a date or a year; None where there is none, `...` where it is wrong."""
    text = text.strip()
    if not text:
        return None
    if len(text) == 4 and text.isdigit():
        text += "-01-01" if column == "start" else "-12-31"
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return ...


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _target(row: dict[str, str]) -> Target:
    first, second = rivals(row["rivalry"]) or ("", "")
    what, colon, third = row["quantity"].strip().partition(":")
    third = COW.get(third.strip(), third.strip()) if what.startswith("third_party") else third
    start, end = (_date(row[column], column) for column in ("start", "end"))
    return Target(
        id=row["id"].strip(),
        rivals=(first, second),
        quantity=what + colon + third,
        start=start if isinstance(start, datetime.date) else None,
        end=end if isinstance(end, datetime.date) else None,
        k=float(row["k"]),
        n=float(row["n"]),
        use=row["use"].strip(),
        **{column: (row.get(column) or "").strip() for column in OPTIONAL},
    )
