"""Nodes of a map as values: what a scalar is taken for, and where a mistake is shown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.maps.map_nodes import Nodes, nearest


def value(text: str, kind: str, *more: Any) -> tuple[Any, list[tuple[str, int, int]]]:
    """(what a node is read as, (message, line, column) of what is wrong)."""
    nodes = Nodes("map.yaml")
    made = getattr(nodes, kind)(nodes.tree(text), *more)
    items = nodes.problems.findings.items
    return made, [(item.message, item.span.line, item.span.column) for item in items if item.span]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.1", Fraction(1, 10)), ("1/3", Fraction(1, 3)), ("1e3", 1000), ("1e15", 10**15)],
)
def test_numbers_are_exact(text: str, expected: Fraction) -> None:
    assert value(text, "number") == (expected, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("many", "'many' is not a number"),
        ("1/0", "'1/0' is not a number"),
        ("0", "0 is not above zero"),
        ("-1", "-1 is not above zero"),
        ("1e16", "1e16 is beyond 1e15"),
        ("1e-16", "1e-16 is beyond 1e15"),
        ("[1]", "a single value is needed here"),
    ],
)
def test_what_is_no_number(text: str, message: str) -> None:
    assert (message, 1, 1) in value(text, "number")[1]


@pytest.mark.parametrize("text", ["10001", "-1", "1.0", "x", "１"])
def test_what_is_no_count(text: str) -> None:
    made, told = value(text, "count")
    assert made == 0
    assert "not a whole number from 0 to 10,000" in told[0][0]


def test_counts_flags_and_texts() -> None:
    assert value("10000", "count") == (10_000, [])
    assert value("true", "flag") == (True, [])
    assert value("false", "flag") == (False, [])
    assert value("yes", "flag") == (False, [("'yes' is none of false, true", 1, 1)])
    assert value("a", "texts") == (("a",), [])
    assert value("[a, 1]", "texts") == (("a", "1"), [])  # every scalar is text
    assert value("[a, [b]]", "texts")[1] == [("a single value is needed here", 1, 5)]


def test_keys_of_a_mapping() -> None:
    made, told = value("a: 1\nb: 2\na: 3\nc: 4\n", "mapping", ("a", "b"))
    assert list(made) == ["a", "b"]
    assert made["a"][1].value == "1"
    assert told == [("a is given twice", 3, 1), ("unknown key 'c'", 4, 1)]
    assert list(value("any: 1\n", "mapping")[0]) == ["any"]
    assert value("a", "mapping") == ({}, [("keys with values are needed here", 1, 1)])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x 1\nb: *x\n", "anchors and aliases are not read"),
        ("a: !!int 1\n", "tags are not read"),
        ("a: \x01\n", "control characters are not allowed"),
    ],
)
def test_yaml_with_surprises_is_refused(text: str, told: str) -> None:
    with pytest.raises(ImportRefused, match=f"IMP007.*{told}"):
        Nodes("map.yaml").tree(text)


@pytest.mark.parametrize(
    ("text", "told", "line", "column"),
    [
        ("table: daily\ncolumns: {a: b\n", "`,` or `}` is missing before this", 3, 1),
        ("nulls: '-\n", "the text ends inside the quotes that open on line 1, column 8", 2, 1),
        ("table: daily: x\n", "a `:` cannot stand here: it has no key", 1, 13),
        ("table: daily\n\tskip: 1\n", "a tab stands here", 2, 1),
    ],
)
def test_text_that_is_no_yaml_is_told_as_in_a_rule(
    text: str, told: str, line: int, column: int
) -> None:
    with pytest.raises(ImportRefused) as refused:
        Nodes("map.yaml").tree(text)
    (found,) = refused.value.diagnostics
    assert found.code == "IMP007"
    assert found.message.startswith(told)
    assert found.span is not None
    assert (found.span.line, found.span.column) == (line, column)
    assert found.hint


def test_a_place_has_the_length_of_its_text() -> None:
    nodes = Nodes("map.yaml")
    tree = nodes.tree("a: some\nb: |\n  two\n  lines\n")
    (_, one), (_, several) = tree.value
    assert (nodes.span(one).line, nodes.span(one).column, nodes.span(one).length) == (1, 4, 4)
    assert (nodes.span(several).line, nodes.span(several).length) == (2, 1)


def test_the_nearest_word() -> None:
    assert nearest("colums", ["columns", "constants"]) == "did you mean columns?"
    assert nearest("zzz", ["columns"]) == ""
    assert nearest("x", []) == ""
