"""The closed grammar of date phrases."""

from __future__ import annotations

import pytest

from indexcalc.methodology.values import date_phrases as p


@pytest.mark.parametrize(
    ("text", "anchor", "sessions", "next_"),
    [
        ("effective", p.KnownDay("effective"), 0, False),
        ("2nd thursday", p.NthWeekday(2, 3), 0, False),
        ("session after 3rd friday", p.NthWeekday(3, 4), 1, False),
        ("tuesday before 1st friday", p.WeekdayBefore(1, p.NthWeekday(1, 4)), 0, False),
        ("last session of month", p.MonthEdge("last", 0), 0, False),
        ("first session of month", p.MonthEdge("first", 0), 0, False),
        ("last session 2 months before", p.MonthEdge("last", 2), 0, False),
        ("session after last session of month", p.MonthEdge("last", 0), 1, False),
        ("10 sessions before effective", p.KnownDay("effective"), -10, False),
        ("1 session after test", p.KnownDay("test"), 1, False),
        ("session after expiry", p.NamedDate("expiry"), 1, False),
        ("session after next expiry", p.NamedDate("expiry"), 1, True),
        ("6 sessions  before   effective", p.KnownDay("effective"), -6, False),
    ],
)
def test_phrases(text: str, anchor: p.Anchor, sessions: int, next_: bool) -> None:
    assert p.parse_phrase(text) == p.DatePhrase(anchor, sessions, next_, text)
    assert str(p.parse_phrase(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2th thursday",
        "2nd thursdy",
        "6th friday",
        "session before effective",
        "two sessions before effective",
        "the day after expiry",
        "friday before 3rd",
        "last day of month",
        "session after next",
        "last session 2 months after",
    ],
)
def test_what_is_outside_the_grammar_shows_what_is_inside(text: str) -> None:
    with pytest.raises(p.PhraseError) as caught:
        p.parse_phrase(text)
    assert caught.value.hint


def test_a_wrong_ordinal_is_put_right() -> None:
    with pytest.raises(p.PhraseError) as caught:
        p.parse_phrase("2th thursday")
    assert caught.value.hint == "2nd thursday"


def test_the_last_weekday_of_a_month() -> None:
    assert p.parse_phrase("session after last friday").anchor == p.NthWeekday(-1, 4)
    last = p.NthWeekday(-1, 4)
    assert p.parse_phrase("tuesday before last friday").anchor == p.WeekdayBefore(1, last)
    with pytest.raises(p.PhraseError):
        p.parse_phrase("last holiday")
