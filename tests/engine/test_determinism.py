"""The same arguments give the same bits, however the work is cut up."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import Program, lower
from tests.engine.lanes import ends
from tests.scenarios import built, small

SEEDS = [0, 1, 2**63, 2**64 - 1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sizes", [(500, 500), (1, 999), (63, 64, 65, 808), (7,) * 142 + (6,)])
def test_ranges_of_any_split(tiny: Program, seed: int, sizes: tuple[int, ...]) -> None:
    whole = simulate(tiny, seed, 10, 1000)
    firsts = np.cumsum((10, *sizes[:-1]))
    parts = [simulate(tiny, seed, int(first), size) for first, size in zip(firsts, sizes, strict=True)]
    assert np.concatenate([part.rows for part in parts]).tobytes() == whole.rows.tobytes()
    for name, counts in whole.sidecar.items():
        pieces = [part.sidecar[name] for part in parts]
        assert np.array_equal(counts, pieces[0] if name == "start_rung" else sum(pieces)), name


@pytest.mark.parametrize("lanes", [1, 7, 64])
def test_blocks_of_any_width(baseline: Program, tiny: Program, lanes: int) -> None:
    for program in (baseline, tiny):
        states = ends(program, 5, 100, 130, lanes)
        assert states.tobytes() == ends(program, 5, 100, 130, 130).tobytes()


def test_one_run_alone(baseline: Program) -> None:
    rows = simulate(baseline, 3, 0, 200).rows
    for number in (0, 63, 64, 199):
        assert simulate(baseline, 3, number, 1).rows[0] == rows[number]


def test_seeds_and_draws_differ(tiny: Program) -> None:
    starts = (0, 2**32, 2**47)
    found = {
        simulate(tiny, seed, first, 50).rows[tiny.row_type.names[1]].tobytes() for seed in SEEDS for first in starts
    }
    assert len(found) == len(SEEDS) * len(starts)


def test_draws_beyond_32_bits_are_numbered_as_they_are(tiny: Program) -> None:
    rows = simulate(tiny, 1, 2**32 - 2, 4).rows
    assert rows["run"].tolist() == [2**32 - 2, 2**32 - 1, 2**32, 2**32 + 1]
    assert simulate(tiny, 1, 2**32 + 1, 1).rows[0] == rows[3]


def test_two_threads_at_once(baseline: Program, tiny: Program) -> None:
    jobs = [(baseline, 0), (tiny, 0), (baseline, 2000), (tiny, 2000)]
    alone = [simulate(program, 9, first, 2000).rows.tobytes() for program, first in jobs]
    together: list[bytes] = [b""] * len(jobs)

    def work(number: int) -> None:
        program, first = jobs[number]
        together[number] = simulate(program, 9, first, 2000).rows.tobytes()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_lowering_again_gives_the_same_program() -> None:
    one, two = (simulate(lower(built(small())), 4, 0, 300).rows for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_programs_are_read_only(tiny: Program) -> None:
    for name, table in tiny.tables._asdict().items():
        # The log of acts is written by runs that are coded; in all others it is its counter alone, without room.
        assert not table.flags.writeable or (name == "log" and len(table) == 1), name
    with pytest.raises(ValueError, match="read-only"):
        tiny.parameters.central[0] = 1.0
