"""`rare` end to end: what it prints, its JSON, its help, and a sentence for each fault."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.main import main
from sim.experiments.splits import replicating
from tests.experiments.small_file import lively, written
from tests.rare.chains import ladder
from tests.scenarios import put

Capture = pytest.CaptureFixture[str]
EVENT = "peak_rung>=nuclear"
SMALL = ["--runs", "50", "--replications", "4", "--paths", "8"]
#: What other programs may rely on.
CONTRACT = {"event", "estimate", "replications", "extinct_share", "gain"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(written(lively(), tmp_path_factory.mktemp("file") / "lively.yaml"))


@pytest.fixture(scope="module")
def made(file: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """A command at two points, and the folder that it has filled."""
    folder = tmp_path_factory.mktemp("rare") / "out"
    command = ["rare", file, "--event", EVENT, "--treaty", "pact=1,none", *SMALL, "--out", str(folder)]
    assert main(command) == 0
    return command, folder


def output(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def refused(capsys: Capture, *arguments: str, code: int = 2) -> str:
    assert main(list(arguments)) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "fault of pactsim" not in said.err
    return said.err


def test_the_first_screen(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    said = output(capsys, *command)
    stored = json.loads((folder / "summary.json").read_text())
    assert said.startswith(f"{EVENT} in lively ({stored['study_hash'][:8]}) over 12 weeks: 4 replications of 50 runs, ")
    assert "score peak, seed 1." in said
    for header in ("estimate", "95 % interval", "1 run in", "times less work", "fewer replications"):
        assert header in said
    value = stored["estimate"]["value"]
    line = next(line for line in said.splitlines() if line.startswith("pact 1 *"))
    assert f"{100 * value:.0f} %" in line
    assert f"{1 / value:.1f}" in line
    assert "against pact 1" in said
    assert "Of the replications 0% died out" in said
    assert "1. Week 2: as the scenario has it, Aye acts against Bee at war" in said
    assert "Warning: 4 replications are few" in said
    assert "* assumption-driven: " in said
    assert said.endswith(f"Research estimates, not predictions.\nResults: {folder}\n")


def test_json_is_the_stored_summary_and_nothing_else(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, folder = made
    shown = json.loads(output(capsys, *command, "--json"))
    assert shown == json.loads((folder / "summary.json").read_text())
    assert set(shown) >= CONTRACT
    assert (shown["kind"], shown["event"], shown["replications"]) == ("rare", EVENT, 4)
    assert set(shown["estimate"]) >= {"value", "low", "high", "n", "method"}
    assert 0.0 <= shown["extinct_share"] <= 1.0
    assert shown["gain"] > 0.0


def test_a_bound_is_shown_as_one(capsys: Capture, tmp_path: Path) -> None:
    values = put(ladder(alike=False), {f"actors/{name}/arsenal": 0.0 for name in ("Aye", "Bee")})
    two = str(written(values, tmp_path / "two.yaml"))
    said = output(capsys, "rare", two, "--event", EVENT, *SMALL, "--out", str(tmp_path / "r"))
    assert "< 1.9 %" in said  # none of 200 runs
    assert "Warning: Every replication died out: this is a bound" in said
    assert "typical ways" not in said
    assert "Plain runs would need" not in said
    always = output(capsys, "rare", two, "--event", "peak_rung>=calm", *SMALL, "--out", str(tmp_path / "s"))
    assert "> 98.1 %" in always
    assert "Warning: Every run met the event: this is a bound" in always


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--event", "wr"], "--event: an outcome of the scenario, got 'wr'. Did you mean 'war'?\n"),
        (["--event", ""], "--event: an outcome of the scenario, got ''."),
        (["--event", "peak_rung"], "--event: an event, which happens or does not, got 'peak_rung', a distribution."),
        (["--event", "peak_rung>=wr"], "--event: a rung of the ladder: calm, threat, clash, attack, war, nuclear, got"),
        (["--event", "war>=2"], "--event: peak_rung, or peak_rung:A>B, before '>=', got 'war'. Leave out '>='.\n"),
        (["--event", "intervention:Cee:Bee|attacked_at_war:Bee"], "--event: an event without a condition, got '"),
        (["--score", "peek"], "Invalid value for '--score': 'peek' is not one of 'peak', 'pair'."),
        (["--rel-error", "0"], "--rel-error: a share above 0 and below 10, such as 0.2, got 0.0.\n"),
        (["--rel-error", "-1"], "--rel-error: a share above 0 and below 10, such as 0.2, got -1.0.\n"),
        (["--rel-error", "nan"], "--rel-error: a share above 0 and below 10, such as 0.2, got nan.\n"),
        (["--rel-error", "abc"], "Invalid value for '--rel-error': "),
        (["--runs", "3"], "--runs: a whole number from 5 to 100,000, got 3.\n"),
        (["--runs", "1000000000000"], "--runs: a whole number from 5 to 100,000, got 1000000000000. Ask for more"),
        (["--runs", "many"], "--runs: a whole number, got 'many'.\n"),
        (["--replications", "1"], "--replications: a whole number from 2 to 1,048,576, got 1.\n"),
        (["--paths", "-1"], "--paths: a whole number of at least 0, got -1.\n"),
        (["--seed", "-1"], "seed: a whole number from 0 to 2^64 - 1, got -1.\n"),
        (["--vary", "nonsense"], "--vary: a path of the scenario, got 'nonsense'."),
        (["--points", "3"], "--vary: something that varies, got nothing."),
        (["--design", "lhs"], "--vary: something that varies, got nothing."),
        (["--treaty", "pakt=1"], "--treaty: "),
        (["--set", "nonsense=1"], "--set: "),
    ],
)
def test_a_fault_is_one_sentence(capsys: Capture, file: str, tmp_path: Path, arguments: list[str], said: str) -> None:
    event = [] if "--event" in arguments else ["--event", "war"]
    found = refused(capsys, "rare", file, *event, *arguments, "--out", str(tmp_path / "r"))
    assert found.startswith(said)
    assert found.count("\n") == 1
    assert not (tmp_path / "r").exists()


def test_a_scenario_that_is_not_there_and_an_event_that_is_not_given(capsys: Capture) -> None:
    assert refused(capsys, "rare", "baselin", "--event", "war").endswith("Did you mean 'baseline'?\n")
    assert refused(capsys, "rare", "baseline").startswith("Missing option '--event'.")


def test_faults_are_told_together(capsys: Capture, file: str, tmp_path: Path) -> None:
    wrong = ["--event", "wr", "--rel-error", "0", "--runs", "3", "--replications", "1", "--paths", "-2"]
    said = refused(capsys, "rare", file, *wrong, "--out", str(tmp_path / "r")).splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "--rel-error", "--runs", "--replications", "--paths", "--event",
    ]  # fmt: skip


def test_help_has_examples(capsys: Capture) -> None:
    # In a process of its own: how wide help is, is settled when Typer is imported.
    wide = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1"}
    words = [sys.executable, "-m", "sim", "rare", "--help"]
    shown = subprocess.run(words, capture_output=True, text=True, env=wide, timeout=120, check=True).stdout
    said = " ".join(shown.split())
    assert "pactsim rare baseline --event 'peak_rung>=nuclear exchange' --plot" in said
    assert "--treaty DPRK-Russia=1961,2024,none" in said
    assert "--rel-error 0.1" in said
    assert "rare" in output(capsys, "--help")


def test_another_seed_in_the_same_folder_is_refused(capsys: Capture, made: tuple[list[str], Path]) -> None:
    command, _ = made
    said = refused(capsys, *command, "--seed", "2")
    assert "the same run as is stored here, got seed 1, here 2" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export"], "the folder of `pactsim run`, got that of `pactsim rare`."),
        (["card"], "the folder of `pactsim run`, got that of `pactsim rare`."),
        (["gather"], "shards, got the folder of `pactsim rare`. `pactsim rare` has no --shard"),
        (["discover", "--outcome", "war"], "a folder whose rows are runs, got replications of `pactsim rare`."),
        (["replay"], "--run K, or for a rare event --path K, got neither."),
        (["replay", "--run", "1"], "a typical path, since its rows are replications, got --run."),
        (["replay", "--path", "99"], "--path: a number from 1 to "),
        (["query", "select nothing from runs"], "SQL: "),
    ],
)
def test_commands_that_it_is_not_for_say_so(
    capsys: Capture, made: tuple[list[str], Path], words: list[str], said: str
) -> None:
    folder = str(made[1])
    found = refused(capsys, words[0], folder, *words[1:])
    assert said in found
    assert found.count("\n") == 1


def test_commands_that_it_is_for_answer(capsys: Capture, made: tuple[list[str], Path]) -> None:
    folder = str(made[1])
    rows = output(capsys, "query", folder, "select count(*) as n from runs")  # of 4 replications at 2 points
    assert rows.split()[-1] == "8"
    assert output(capsys, "query", folder, "select * from points").count("none") == 1
    told = output(capsys, "replay", folder, "--path", "1")
    assert "goes up" in told
    shown = json.loads(output(capsys, "replay", folder, "--path", "1", "--json"))
    assert shown["outcome"]["peak"] == 5


def test_a_folder_that_cannot_be_written(capsys: Capture, file: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    said = refused(capsys, "rare", file, "--event", "war", *SMALL, "--out", str(tmp_path / "taken"))
    assert said.endswith("taken: a folder, got a file. Choose another --out.\n")


def command(file: str, folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "sim", "rare", file, "--event", EVENT, "--out", str(folder), *more]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ctrl_c_and_kill_lose_what_was_being_computed_and_no_more(file: str, tmp_path: Path, sent: int) -> None:
    def shown(folder: Path, many: int) -> dict[str, Any]:
        words = command(file, folder, "--runs", "1000", "--replications", str(many), "--paths", "4", "--json")
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=300, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    root = Path(sim.__file__).parents[1]
    words = command(file, tmp_path / "r", "--runs", "1000", "--replications", "100000")
    process = subprocess.Popen(words, cwd=root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        deadline = time.monotonic() + 120
        while len(list((tmp_path / "r" / "runs").glob("[!.]*.sidecar"))) < 3:
            assert process.poll() is None
            assert time.monotonic() < deadline, "no part within two minutes"
            time.sleep(0.02)
        process.send_signal(sent)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(30)
    if sent != signal.SIGKILL:
        assert process.returncode == 130
        assert "replications are kept in" in said
        assert said.count("\n") == 1
    kept = {path.name: path.read_bytes() for path in (tmp_path / "r" / "runs").glob("[!.]*.sidecar")}
    many = 2 * len(kept) + 2
    again, fresh = shown(tmp_path / "r", many), shown(tmp_path / "fresh", many)
    assert again["rows_sha256"] == fresh["rows_sha256"]
    assert again["estimate"] == fresh["estimate"]
    assert kept.items() <= {path.name: path.read_bytes() for path in (tmp_path / "r" / "runs").iterdir()}.items()


@pytest.mark.skipif(sys.platform != "linux", reason="a small file system of its own")
def test_a_full_disk_is_a_sentence_and_the_command_goes_on(
    capsys: Capture, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tiny)], capture_output=True).returncode
    ):
        pytest.skip("no file system can be mounted here")
    monkeypatch.setattr(replicating, "TOGETHER", 50)
    many = ["--runs", "50", "--replications", "40", "--paths", "0"]
    try:
        filler = tiny / "filler"
        filler.write_bytes(bytes(1_900_000))
        words = ["rare", file, "--event", EVENT, *many, "--out", str(tiny / "r")]
        said = refused(capsys, *words, code=1)
        assert "the disk is full; what was finished is kept." in said
        assert said.count("\n") == 1
        filler.unlink()
        rows = json.loads(output(capsys, *words, "--json"))["rows_sha256"]
    finally:
        subprocess.run(["umount", str(tiny)], check=True)
    words[-1] = str(tmp_path / "r")
    assert json.loads(output(capsys, *words, "--json"))["rows_sha256"] == rows
