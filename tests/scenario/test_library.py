"""Names lead to files of the scenario folders and nowhere else; any file at all gives a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import library
from sim.scenario.load import Loaded, load_scenario

Faults = Callable[..., list[str]]


def faults_of(name: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_scenario(name)
    return [str(fault) for fault in caught.value.faults]


def test_a_name_is_looked_up_here_and_then_in_the_library(folder: Path, shelf: Path, small: str) -> None:
    assert load_scenario("base").files == (shelf / "base.yaml",)
    (folder / "scenarios" / "history").mkdir(parents=True)
    (folder / "scenarios" / "base.yaml").write_text(small)
    (folder / "scenarios" / "history" / "old.yaml").write_text("pactsim: 1\nextends: base\n")
    assert load_scenario("base").files == (Path("scenarios/base.yaml"),)
    assert load_scenario("old").files == (Path("scenarios/history/old.yaml"), Path("scenarios/base.yaml"))
    assert load_scenario("old").scenario.stem == "old"


def test_a_scenario_of_the_past_may_be_named_with_its_folder(folder: Path, shelf: Path, small: str) -> None:
    (shelf / "history" / "old.yaml").write_text("pactsim: 1\nextends: base\n")
    (shelf / "history" / "older.yaml").write_text("pactsim: 1\nextends: history/old\n")
    assert load_scenario("history/old").files == (shelf / "history" / "old.yaml", shelf / "base.yaml")
    assert load_scenario("history/older").scenario.stem == "older"
    assert list(library.names("scenario", (shelf,))) == ["base", "history/old", "history/older"]
    (folder / "mine.yaml").write_text("pactsim: 1\nextends: history/older\n")
    assert len(load_scenario("mine.yaml").files) == 4
    assert faults_of("history/odl") == ["A scenario, got 'history/odl'. Did you mean 'history/old'?"]
    assert faults_of("oldr") == ["A scenario, got 'oldr'. Did you mean 'history/older'?"]


@pytest.mark.parametrize(
    "name", ["history/../s", "history/", "history//etc/passwd", "history/history/old", "/history/old"]
)
def test_no_more_than_the_folder_may_stand_before_a_name(faults: Faults, shelf: Path, name: str) -> None:
    (shelf / "history" / "old.yaml").write_text("pactsim: 1\nextends: base\n")
    (fault,) = faults(f'pactsim: 1\nextends: "{name}"\n')
    assert "name of a scenario" in fault


def test_a_name_in_a_file_is_looked_up_beside_it_first(folder: Path, small: str) -> None:
    away = folder / "away"
    (away / "actors").mkdir(parents=True)
    (away / "base.yaml").write_text(small)
    (away / "actors" / "Dee.yaml").write_text("name: Dee\npower: 0.9\n")
    (away / "mine.yaml").write_text("pactsim: 1\nextends: base\nactors: [Dee, {name: Dee, resolve: 0}]\n")
    faults = faults_of("away/mine.yaml")
    assert len(faults) == 1
    assert faults[0].startswith("away/mine.yaml:3:22: actors[1].name: all keys of an actor, got none for rationality")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("bse", "A scenario, got 'bse'. Did you mean 'base'?"),
        ("bse.yaml", "bse.yaml: a file, got 'bse.yaml', which does not exist."),
        ("x/base.yaml", ("x/base.yaml: a file, got 'x/base.yaml', which does not exist. "
         "Write 'base' for that of the library.")),
        ("mine", "A scenario, got 'mine'. Write 'mine.yaml' for the file in this folder."),
        ("mine.yml", "mine.yml: a file, got 'mine.yml', which does not exist. Did you mean 'mine.yaml'?"),
        ("./", ".: a file, got the folder '.'. Name a file in it."),
        ("", "The name of a scenario, got ''. Write the file's name without its folder and without '.yaml'."),
        (
            "a>",
            "The name of a scenario, got 'a>'. Write the file's name without its folder and without '.yaml'.",
        ),
        ("/dev/zero", "/dev/zero: a file that can be read, got '/dev/zero' (it is not a regular file)."),
        ("a\0.yaml", r"a\x00.yaml: a file that can be read, got 'a\x00.yaml' (embedded null byte)."),
        (
            "no!.yaml",
            "A file name of 1 to 60 letters, digits, spaces and _-.(), got 'no!.yaml'. Rename the file.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_scenario(folder: Path, small: str, name: str, fault: str) -> None:
    (folder / "mine.yaml").write_text(small)
    (folder / "no!.yaml").write_text(small)
    assert faults_of(name) == [fault]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "s.yaml:1:1: a mapping of keys, got an empty file."),
        (b"# nothing\n", "s.yaml:1:1: a mapping of keys, got an empty file."),
        (b"- 1\n", "s.yaml:1:1: a mapping of keys, got a list."),
        (b"text", "s.yaml:1:1: a mapping of keys, got 'text'."),
        (b"a: b\nc: \xff\n", "s.yaml:2:4: text in UTF-8, got the byte 0xFF. Save the file as UTF-8."),
        ("a: b".encode("utf-16"), "s.yaml:1:1: text in UTF-8, got the byte 0xFF. Save the file as UTF-8."),
        (b"#" * (1 << 20) + b"\n", "s.yaml: a file of at most 1 MiB, got more in 's.yaml'."),
    ],
)
def test_what_is_no_text(folder: Path, content: bytes, fault: str) -> None:
    (folder / "s.yaml").write_bytes(content)
    assert faults_of("s.yaml") == [fault]


def test_a_mark_at_the_front_and_windows_line_ends_are_fine(folder: Path, small: str) -> None:
    (folder / "s.yaml").write_bytes(b"\xef\xbb\xbf" + small.replace("\n", "\r\n").encode())
    assert load_scenario("s.yaml").origins["as_of"].line == 4


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "s.yaml").touch(mode=0)
    assert faults_of("s.yaml") == ["s.yaml: a file that can be read, got 's.yaml' (Permission denied)."]


@pytest.mark.parametrize("name", ["../s", "/etc/passwd", "..", "a/b", r"a\\b", "~", "history/../x"])
@pytest.mark.parametrize("key", ["extends: {}", "parameters: [{}]", "actors: [{}]", "treaties: [{}]"])
def test_no_name_in_a_file_leads_out_of_the_folders(faults: Faults, key: str, name: str) -> None:
    line = key.format(f'"{name}"')
    above = "" if line.startswith("extends") else "extends: base\n"
    (fault,) = faults(f"pactsim: 1\n{line}\n{above}")
    assert fault.startswith("s.yaml:2:")
    assert "name of" in fault


def test_no_link_leads_out_of_the_folders(folder: Path, shelf: Path, small: str) -> None:
    secret = folder.parent / "secret.yaml"
    secret.write_text(small)
    (shelf / "linked.yaml").symlink_to(secret)
    assert "linked" not in library.names("scenario", (shelf,))
    assert faults_of("linked") == ["A scenario, got 'linked'. There is only 'base'."]


def test_a_name_and_its_file_agree(faults: Faults, shelf: Path) -> None:
    path = shelf / "actors" / "Dee.yaml"
    path.write_text(path.read_text().replace("name: Dee", "name: Dea"))
    (fault,) = faults("pactsim: 1\nextends: base\nactors: [Dee]\n")
    assert fault.endswith("Dee.yaml:1:7: name: the name of an actor, the same as its file's, 'Dee', got 'Dea'.")


def test_a_fragment_holds_blocks_only(faults: Faults, shelf: Path) -> None:
    (shelf / "parameters" / "fitted.yaml").write_text("extends: base\nclimate: {hot_yeers: 3}\n")
    one, two = faults("pactsim: 1\nextends: base\nparameters: [fitted]\n")
    assert "fitted.yaml:1:1: extends: a key of a parameter file, got 'extends'. There are " in one
    assert two.endswith("a key of the block 'climate', got 'hot_yeers'. Did you mean 'hot_years'?")


def test_a_missing_part_is_one_fault_and_not_a_hundred(faults: Faults) -> None:
    assert faults("pactsim: 1\nextends: bsae\ntitle: x\ntitel: y\n") == [
        "s.yaml:2:10: extends: a scenario, got 'bsae'. Did you mean 'base'?",
        "s.yaml:4:1: titel: a key of a scenario, got 'titel'. Did you mean 'title'?",
    ]


def test_loaded_tells_its_files(load: Callable[..., Loaded], small: str) -> None:
    assert load(small).files == (Path("s.yaml"),)


@pytest.mark.parametrize("name", ["s.json", "S.YAML"])
def test_a_file_of_another_ending_is_told_its_ending(folder: Path, small: str, name: str) -> None:
    (folder / name).write_text(small)
    assert faults_of(name) == [
        f"A file that ends in .yaml, or a scenario's name, got '{name}'. Rename the file.",
    ]


def test_a_link_that_leads_nowhere_is_not_what_was_meant(folder: Path) -> None:
    (folder / "s.yaml").symlink_to("gone.yaml")
    assert faults_of("s.yaml") == ["s.yaml: a file, got 's.yaml', a link that leads nowhere. Mend the link."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [1]\nb: 2\n", ["1:4: a: values without anchors, got the anchor '&a'. Remove it."]),
        ("a: !x 1\n", ["1:4: a: values without tags, got the tag '!x'. Remove it."]),
        ("pactsim: 1\n---\na: 1\n", ["2:1: one document, got a second one after '---'. Split the file."]),
    ],
)
def test_what_is_no_plain_data_is_all_that_is_told(faults: Faults, text: str, told: list[str]) -> None:
    assert faults(text) == [f"s.yaml:{line}" for line in told]


def test_many_missing_blocks_are_told_once(faults: Faults) -> None:
    (fault,) = faults("pactsim: 1\ntitle: x\n")
    assert fault.startswith("s.yaml:1:1: all blocks of a scenario, got none for as_of, horizon, step, ladder, ")
    assert fault.endswith("and settlement. Add what is missing, or begin with 'extends: baseline'.")


def test_a_fault_in_what_a_file_is_made_of_does_not_end_in_faults_of_the_library(faults: Faults, shelf: Path) -> None:
    base = shelf / "base.yaml"
    base.write_text(base.read_text() + "switches: {hope: none}\nparameters: [fitted]\n")
    for line in ("parameters: [../../x]", "parameters: [3]", "parameters: 3", "extends: 3"):
        (fault,) = faults(f"pactsim: 1\nset: {{actors.Zed.power: 1}}\n{line}\nextends: base\n".replace(
            "extends: 3\nextends: base", "extends: 3"))  # fmt: skip
        assert fault.startswith("s.yaml:3:")
