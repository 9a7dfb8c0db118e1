"""Names and times as users write them."""

from __future__ import annotations

import re
import unicodedata

NAME_RULE = "a name of 1 to 60 letters, digits, spaces and _-.()"
DIRECTED_RULE = "two names joined as A>B"

_NAME = re.compile(r"[\w.()\-](?:[\w .()\-]{0,58}[\w.()\-])?")
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,20})?) +(day|week|month|year)s?")
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}


def is_name(text: str) -> bool:
    """Whether a text can be a name: safe in paths, column names and file names.

    Examples
    --------
    >>> is_name("naval clash"), is_name("a/b"), is_name(".."), is_name("A>B")
    (True, False, False, False)
    """
    return bool(_NAME.fullmatch(text)) and bool(text.strip(".")) and unicodedata.is_normalized("NFC", text)


def directed(text: str) -> tuple[str, str] | None:
    """Split ``A>B`` into its two names, or return None.

    Examples
    --------
    >>> directed("DPRK>ROK"), directed("DPRK")
    (('DPRK', 'ROK'), None)
    """
    first, arrow, second = text.partition(">")
    return (first, second) if arrow and is_name(first) and is_name(second) else None


def days_of(text: str) -> float | None:
    """Read a time such as ``52 weeks`` in days, or return None.

    Examples
    --------
    >>> days_of("52 weeks"), days_of("1 month"), days_of("soon")
    (364.0, 30.4375, None)
    """
    match = _DURATION.fullmatch(text)
    return float(match[1]) * _DAYS[match[2]] if match else None


def ends(name: str) -> tuple[str, str]:
    """Split a name that is known to be ``A>B``.

    Examples
    --------
    >>> ends("Russia>DPRK")
    ('Russia', 'DPRK')
    """
    left, _, right = name.partition(">")
    return left.strip(), right.strip()
