"""A file can hold data and nothing else: no aliases, no tags, no bombs, no surprises."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import yaml_tree
from sim.scenario.tree import Leaf, Listing, Mapping
from sim.scenario.yaml_tree import MAX_DEPTH, MAX_LINE, MAX_NODES, parse_yaml

ROOT = Path(__file__).parents[2]


def test_both_parsers_read_the_library_alike() -> None:
    """The one in C is used for what is sound; where it is missing, the one in Python gives the same tree."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "scenarios").rglob("*.yaml")]
    assert len(texts) > 30
    for text in texts:
        fast, slow = (yaml_tree._built(text, "x.yaml", True, pure=pure)[0] for pure in (False, True))
        assert fast.root == slow.root
        assert (fast.faults, fast.clever) == (slow.faults, slow.clever) == ([], False)


def faults_of(text: str) -> list[str]:
    return [str(fault).removeprefix("x.yaml:") for fault in parse_yaml(text, "x.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: *a", ["2:4: b: values written out, got the alias '*a'. Repeat the value."]),
        ("a: &x 1", ["1:4: a: values without anchors, got the anchor '&x'. Remove it."]),
        ("&x a: 1", ["1:1: values without anchors, got the anchor '&x'. Remove it."]),
        ("<<: {a: 1}", ["1:1: <<: keys written out, got the merge key '<<'. Repeat the keys."]),
        (
            "a: !!python/object/apply:os.system [ls]",
            [
                (
                    "1:4: a: values without tags, got the tag "
                    "'tag:yaml.org,2002:python/object/apply:os.system'. Remove it."
                )
            ],
        ),
        ("a: !!str 1", ["1:4: a: values without tags, got the tag 'tag:yaml.org,2002:str'. Remove it."]),
        ("a: 1\nb: 2\na: 3", ["3:1: a: each key once, got 'a' again. Remove one of them."]),
        ("? [1, 2]\n: 3", ["1:3: a plain word as key, got a list, mapping or alias. Write a word."]),
        (
            "? {a: {b: 1}}\n: {c: 1}",
            ["1:3: a plain word as key, got a list, mapping or alias. Write a word."],
        ),
        (": 3", ["1:1: a plain word as key, got nothing. Write a word."]),
        ("a: 1\n---\nb: 2", ["2:1: one document, got a second one after '---'. Split the file."]),
        ("%YAML 1.1\n---\na: yes", ["2:1: no YAML directives, got a line with '%'. Remove it."]),
        (
            "a: [1, 2",
            ["1:9: valid YAML, got a syntax error (expected ',' or ']', but got the end of the file)."],
        ),
        ("a: 1\nb\nc: 2", ["2:1: valid YAML, got a syntax error (a line without ':')."]),
        (
            "a:\n\t- b",
            [
                (
                    r"2:1: valid YAML, got a syntax error (found character '\t' that cannot start any "
                    "token). Indent with spaces."
                )
            ],
        ),
        ("a: b\0", ["1:5: valid YAML, got a syntax error (a character that YAML does not allow)."]),
        (
            r'a: "\U00110000"',
            ["1:1: valid YAML, got a syntax error (an escape that stands for no character)."],
        ),
        ("a: .nan", ["1:4: a: a finite number, got .nan. Write a number of ordinary size."]),
    ],
)
def test_what_is_refused(text: str, expected: list[str]) -> None:
    assert faults_of(text) == expected


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("[" * 100_000, f"at most {MAX_DEPTH} levels, got more"),
        ("{a: " * 100_000, f"lines of at most {MAX_LINE:,} characters"),
        ("\n".join(" " * n + "a:" for n in range(100)), f"at most {MAX_DEPTH} levels"),
        ("- 1\n" * (MAX_NODES + 1), f"at most {MAX_NODES:,} values"),
        ("a: " + "x" * MAX_LINE, "lines of at most 10,000 characters"),
    ],
)
def test_bombs_are_refused_early(text: str, need: str) -> None:
    (fault,) = faults_of(text if "{a" in text or "x" in text else text.replace("[" * 100, "[" * 99 + "\n["))
    assert need in fault


def test_plain_words_follow_yaml_1_2() -> None:
    node, faults = parse_yaml(
        "[NO, yes, on, 2026-11-01, 0o17, 0x1F, 1_000, 12:30, '1', +3, -.5, 007, Null, FALSE]", "x.yaml"
    )
    assert faults == ()
    assert isinstance(node, Listing)
    values = [item.value for item in node.items if isinstance(item, Leaf)]
    assert values == ["NO", "yes", "on", "2026-11-01", 15, 31, "1_000", "12:30", "1", 3, -0.5, 7, None, False]


def test_every_node_knows_its_place() -> None:
    node, _ = parse_yaml("a:\n  - name: x\n    b: {c: 1, d: }\n", "x.yaml")
    assert isinstance(node, Mapping)
    (item,) = node.items_of("a")
    block = item.block("b")
    assert block.place_of("c") == block.entries["c"].place
    place = block.place_of("c")
    assert (place.line, place.column, place.path) == (3, 12, "a[0].b.c")
    # The parser would put the empty value of `d` where the next token begins.
    assert (block.place_of("d").line, block.place_of("d").column) == (3, 15)


def test_a_second_fault_does_not_hide_behind_the_first() -> None:
    assert len(faults_of("a: *x\nb: *y\nc: !t 1\na: 1")) == 4
