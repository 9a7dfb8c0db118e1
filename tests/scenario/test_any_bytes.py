"""Whatever a file holds, loading it gives a scenario or sentences, never a traceback."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.check_any import load_any
from sim.scenario.load import load_scenario

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")

PIECES = (
    *("null", "~", "[]", "{}", "*a", "&a ", "!x ", "<<: ", "- ", "? ", ": ", "'", '"', "\n", "  ", "\t"),
    *("1e999", ".nan", "-1", "9" * 30, "true", "NO", "{uniform: [0, 1]}", "\0", r'"\ud800"', "\u202e"),
    *("---\n", "#", "|"),
    *("name: ", "remove: true", "extends: s", "set: {actors: 1}", "switches: {hope: x}", "A>B", "2026-99-99"),
)  # fmt: skip

#: A place in the text, how much is cut out there, and what is put in.
EDITS = st.lists(
    st.tuples(st.integers(0, len(SMALL)), st.integers(0, 20), st.sampled_from(PIECES) | st.text(max_size=5)),
    min_size=1,
    max_size=4,
)
QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def loads_or_says_why(content: bytes, folder: Path) -> None:
    (folder / "s.yaml").write_bytes(content)
    for load in (load_scenario, load_any):
        try:
            load("s.yaml")
        except InputError as error:
            for fault in error.faults:
                assert fault.need
                assert str(fault).encode("utf-8")


@QUIET
@given(edits=EDITS)
def test_a_valid_file_with_anything_done_to_it(edits: list[tuple[int, int, str]], folder: Path) -> None:
    text = SMALL
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]
    loads_or_says_why(text.encode("utf-8", "surrogatepass"), folder)


@QUIET
@given(content=st.binary(max_size=200))
def test_any_bytes_at_all(content: bytes, folder: Path) -> None:
    loads_or_says_why(content, folder)


@QUIET
@given(value=st.sampled_from(PIECES) | st.text(max_size=20))
def test_any_override(value: str, folder: Path) -> None:
    (folder / "s.yaml").write_text(SMALL, encoding="utf-8")
    for path in ("actors.Aye.power", "horizon", "ladder.clash.flags", "switches.hope", value):
        with contextlib.suppress(InputError):
            load_scenario("s.yaml", overrides=[f"{path}={value}"], treaties=[value])
