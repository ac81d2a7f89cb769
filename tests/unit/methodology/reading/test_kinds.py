"""Kinds of single values: what each reads and what it refuses."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from indexcalc.methodology.reading.kinds import (
    Bool,
    Custom,
    Date,
    DurationKind,
    Exact,
    Phrase,
    PointsKind,
    ShareKind,
    Symbol,
    Text,
    WholeNumber,
    Word,
)
from indexcalc.methodology.reading.reader import BAD, Kind
from indexcalc.methodology.values.values import UnreadableText
from tests.unit.methodology.reading.nodes import read_by


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text(), "some words", "some words"),
        (Text("a currency", "[A-Z]{3}"), "KRW", "KRW"),
        (Word(("daily", "monthly")), "daily", "daily"),
        (Bool(), "true", True),
        (WholeNumber(1, 12), "12", 12),
        (Date(), "2020-06-12", dt.date(2020, 6, 12)),
        (Symbol(), '"005930"', "005930"),
        (Symbol(), "AAPL", "AAPL"),
        (Custom(str.upper, "a word"), "abc", "ABC"),
    ],
)
def test_what_is_read(kind: Kind, text: str, value: Any) -> None:
    assert read_by(kind, text)[:2] == (value, [])


@pytest.mark.parametrize(
    ("kind", "text", "exact"),
    [
        (Exact(), "1.10", Fraction(11, 10)),
        (ShareKind(), "30%", Fraction(3, 10)),
        (ShareKind(), "0.3", Fraction(3, 10)),
        (ShareKind(), "1/3", Fraction(1, 3)),
        (ShareKind(at_most_one=False), "150%", Fraction(3, 2)),
        (PointsKind(), "2.5 points", Fraction(5, 2)),
    ],
)
def test_numbers_are_exact(kind: Kind, text: str, exact: Fraction) -> None:
    value = read_by(kind, text)[0]
    assert getattr(value, "exact", None) in (exact, exact / 100)


def not_a_word(text: str) -> str:
    raise UnreadableText(f"`{text}` is nothing", "another word")


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Text("a currency", "[A-Z]{3}"), "won", "RUL008"),
        (Word(("daily", "monthly")), "dayly", "RUL004"),
        (Bool(), '"true"', "RUL004"),
        (Bool(), "yes", "RUL004"),
        (WholeNumber(), "1.5", "RUL005"),
        (WholeNumber(1, 12), "13", "RUL011"),
        (Exact(positive=True), "0", "RUL011"),
        (Exact(), "many", "RUL005"),
        (ShareKind(), "30", "RUL006"),
        (ShareKind(), "150%", "RUL006"),
        (ShareKind(positive=True), "0%", "RUL011"),
        (DurationKind(), "15", "RUL007"),
        (DurationKind(("sessions",)), "3 months", "RUL007"),
        (DurationKind(least=2), "1 session", "RUL011"),
        (Date(), "2020-02-30", "DTE001"),
        (Date(), "12.06.2020", "DTE001"),
        (Phrase(known=()), "2nd moonday", "DTE004"),
        (Phrase(known=()), "1 session before cutoff", "DTE011"),
        (Symbol(), "005930", "RUL009"),
        (Custom(not_a_word, "a word"), "abc", "RUL008"),
        (Text(), "[a]", "RUL003"),
        (Text(), "", "RUL016"),
    ],
)
def test_what_is_refused(kind: Kind, text: str, code: str) -> None:
    value, codes, reading = read_by(kind, text)
    assert value is BAD
    assert codes == [code]
    # What has no value says what is needed itself; all others have a way out of their own.
    assert all(item.hint for item in reading.findings.items) or code == "RUL016"


def test_a_word_close_to_another_is_hinted_at() -> None:
    reading = read_by(Word(("daily", "monthly")), "dayly")[2]
    assert reading.findings.items[0].hint == "did you mean `daily`?"


def test_a_phrase_remembers_the_day_it_names() -> None:
    reading = read_by(Phrase(known=()), "session after expiry")[2]
    assert [mention.name for mention in reading.date_names] == ["expiry"]
    assert len(reading.phrases) == 1
