"""The tutorial executed: ``python -m docs.tutorial [--renew]`` prints `docs/tutorial.md`, or writes it anew.

Blocks of Python are run in order, in one temporary folder, and what each prints stands in the block of text
after it. Rows are the same bits on any machine, so what is printed is the same too, and a test compares it.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("tutorial.md")
_CODE = re.compile(r"(?ms)^```python\n(.*?)^```\n(\n```text\n.*?^```\n)?")
_SHELL = re.compile(r"(?ms)^```sh\n(.*?)^```\n")


def commands(text: str) -> list[str]:
    """Give the command lines of a page.

    Parameters
    ----------
    text : str
        Markdown; a command that goes on has a backslash at the end of its line.

    Returns
    -------
    list of str
        In order.
    """
    lines = "".join(_SHELL.findall(text)).replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines]


def executed(text: str) -> str:
    """Run the blocks of Python of a page, in the present folder.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    str
        The page with what each block prints in the block of text after it.
    """
    names: dict[str, Any] = {}

    def _run(found: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(found[1], names)
        # pandas fills lines with blanks.
        said = "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())
        code = f"```python\n{found[1]}```\n"
        return f"{code}\n```text\n{said}```\n" if said else code

    return _CODE.sub(_run, text)


def page() -> str:
    """Give the page with its blocks executed in a temporary folder.

    Returns
    -------
    str
        Markdown.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return executed(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    if "--renew" in sys.argv:
        FILE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
