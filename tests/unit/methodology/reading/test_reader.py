"""Where a reader is, and how it says what is wrong there."""

from __future__ import annotations

from indexcalc.diagnostics import Findings
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.reader import (
    BAD,
    At,
    Reading,
    did_you_mean,
    nearest,
    wrong_shape,
)
from tests.unit.methodology.reading.nodes import node_of


def scalar(text: str) -> source.Scalar:
    node = node_of(text, Reading(Findings()))
    assert isinstance(node, source.Scalar)
    return node


def test_the_path_and_its_pattern() -> None:
    """Users' own names and dates are no part of the pattern."""
    at = At(Reading(Findings())).into(scalar("measures")).into(scalar("mine"), named=True)
    inside = at.into(scalar("over")).on(scalar("2020-01-02")).item(1)
    assert inside.path == "measures.mine.over.2020-01-02[1]"
    assert inside.pattern == "measures.*.over"


def test_a_finding_stands_at_its_node_or_at_the_key() -> None:
    reading = Reading(Findings())
    at = At(reading).into(scalar("limit"))
    node = scalar("   30")
    assert at.refuse("RUL006", "no share", node, "30%") is BAD
    at.refuse("RUL002", "missing", None)
    first, second = reading.findings.items
    assert first.span == node.span
    assert (first.where, first.hint) == ("limit", "30%")
    assert second.span == at.key.span  # type: ignore[union-attr]


def test_a_message_has_an_end() -> None:
    reading = Reading(Findings())
    At(reading).refuse("RUL006", "x" * 1_000, scalar("a"))
    assert len(reading.findings.items[0].message) == 304


def test_the_shape_that_is_wrong() -> None:
    reading = Reading(Findings())
    at = At(reading, "key", "key", scalar("key"))
    wrong_shape(node_of("[1]", reading), at, "a mapping")
    wrong_shape(node_of("{a: 1}", reading), at, "a list")
    wrong_shape(scalar("3"), at, "a list of months")
    assert [item.message for item in reading.findings.items] == [
        "is a list; a mapping is needed",
        "is a mapping; a list is needed",
        "is a single value; a list of months is needed",
    ]
    assert reading.findings.items[2].hint == "write [3]"
    for text in ('"6,12"', '"[6, 12]"', '"6; 12"'):
        wrong_shape(node_of(text, reading), at, "a list of months")
        assert reading.findings.items[-1].hint == "write [6, 12]"
    wrong_shape(node_of('"000660"', reading), at, "a list of symbols")
    assert reading.findings.items[-1].hint == 'write ["000660"]'


def test_the_nearest_word() -> None:
    words = ("market_cap", "traded_value")
    assert nearest("marketcap", words) == "market_cap"
    assert nearest("xyz", words) == ""
    assert did_you_mean("marketcap", words) == "did you mean `market_cap`?"
    assert did_you_mean("xyz", words) == "one of: market_cap, traded_value"
    assert did_you_mean("xyz", ()) == ""
