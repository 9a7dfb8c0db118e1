"""A sweep is killed at random moments: the small version of `verification.kills`."""

from __future__ import annotations

import os

import pytest

from verification.kills import check

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]


def test_killed_and_repeated_is_never_killed() -> None:
    assert check(kills=5, seed=7).startswith("5 kills of ")
