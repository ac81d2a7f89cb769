"""Where a text stops being YAML, in words."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.reading.yaml import parse


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "a: {b: 1\nc: 2\n",
            (2, 2),
            "`,` or `}` is missing before this: the `{` of line 1, column 4 is open",
        ),
        (
            "x: 1\na: [b\nc: 2\n",
            (3, 2),
            "`,` or `]` is missing before this: the `[` of line 2, column 4 is open",
        ),
        ("a: 'x\nb: 1\n", (3, 1), "the text ends inside the quotes that open on line 1, column 4"),
        (
            "a:\n  - b\n c: 1\n",
            (3, 2),
            "this is no key of the block that begins on line 1, column 1",
        ),
        ("- a\nb: 1\n", (2, 1), "this is no item of the list that begins on line 1, column 1"),
        ("a: b: c\n", (1, 5), "a `:` cannot stand here: it has no key"),
        ("a: @x\n", (1, 4), "a value cannot begin with this sign"),
        ("a: ]\n", (1, 4), "a value is missing before this"),
        # What has no words of ours keeps the parser's.
        (
            "a: |x\n",
            (1, 5),
            "while scanning a block scalar did not find expected comment or line break",
        ),
    ],
)
def test_what_is_wrong_and_where_it_was_begun(
    text: str, place: tuple[int, int], words: str
) -> None:
    findings = Findings()
    assert parse(text, "rule.yaml", findings) is None
    (found,) = findings.items
    assert found.code == "YML005"
    assert found.span is not None
    assert (found.span.line, found.span.column) == place
    assert found.message == words
