"""Values are exact, and a text that is none says what would be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.values import values as v


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("30%", Fraction(3, 10)),
        ("0.30", Fraction(3, 10)),
        ("1/3", Fraction(1, 3)),
        ("2/3", Fraction(2, 3)),
        ("38.5%", Fraction(77, 200)),
        ("0.1%", Fraction(1, 1000)),
        ("100%", Fraction(1)),
        ("0", Fraction(0)),
        ("0%", Fraction(0)),
        ("1.0", Fraction(1)),
    ],
)
def test_shares_are_rationals(text: str, exact: Fraction) -> None:
    assert v.as_share(text).exact == exact
    assert str(v.as_share(text)) == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("30", "30%"),
        ("1", "1%"),
        ("-5%", ""),
        ("130%", "a share is at most 100%"),
        ("12.5", "12.5%"),
        ("1/0", "write 30%, 0.30 or 1/3"),
        ("a lot", "write 30%, 0.30 or 1/3"),
        ("30 percent", "write 30%, 0.30 or 1/3"),
    ],
)
def test_what_is_no_share(text: str, hint: str) -> None:
    with pytest.raises(v.UnreadableText) as caught:
        v.as_share(text)
    assert caught.value.hint == hint


def test_numbers_are_exact() -> None:
    assert v.as_number("44.06").exact == Fraction(4406, 100)
    assert v.as_number("75_000_000_000").exact == 75_000_000_000
    assert int(v.as_number("1e9")) == 1_000_000_000
    with pytest.raises(v.UnreadableText) as caught:
        v.as_number("75,000,000")
    assert caught.value.hint == "75_000_000"
    for text in ("1e999", "٣", "0x1F", "1" * 100, "", "nan", "inf"):
        with pytest.raises(v.UnreadableText):
            v.as_number(text)


def test_durations() -> None:
    assert v.as_duration("6 calendar months") == v.Duration(6, "calendar months", "")
    assert v.as_duration("1 session") == v.Duration(1, "sessions", "")
    for longest, beyond in (("100 years", "101 years"), ("1217 months", "1218 months")):
        assert v.as_duration(longest).n
        with pytest.raises(v.UnreadableText, match="longer than a hundred years"):
            v.as_duration(beyond)
    for text in ("6", "6 calender months", "six months", "1.5 years", "-1 days"):
        with pytest.raises(v.UnreadableText):
            v.as_duration(text)


def test_values_by_their_look() -> None:
    assert v.as_value("110% of existing") == v.PercentOf(Fraction(11, 10), "existing", "")
    assert v.as_value("50% of recent_size at rank 50") == v.MeasureAtRank(
        Fraction(1, 2), "recent_size", v.Number(Fraction(50), ""), ""
    )
    assert v.as_value("last_size at rank 80% of existing") == v.MeasureAtRank(
        Fraction(1), "last_size", v.PercentOf(Fraction(4, 5), "existing", ""), ""
    )
    capped = v.as_value("75% of size at coverage 94% capped at 10%")
    assert isinstance(capped, v.MeasureAtRank)
    assert (capped.share, capped.rank) == (Fraction(3, 4), v.Share(Fraction(47, 50), ""))
    assert capped.share_cap == v.Share(Fraction(1, 10), "")
    assert v.as_value("rank 1000 - 2.5 points") == v.RankPoints(
        v.Number(Fraction(1000), ""), Fraction(-5, 2), ""
    )
    assert v.as_value("5 points") == v.Points(Fraction(5), "")
    assert v.as_value("false") == v.Flag(False, "")
    assert v.as_value("NO") == v.Label("NO")
    assert v.as_value("005930", quoted=True) == v.Label("005930")
    assert v.as_value("5G companies") == v.Label("5G companies")
    assert v.as_value("2/3") == v.Share(Fraction(2, 3), "")


@pytest.mark.parametrize(
    "text",
    [
        "110% of exisitng",
        "50% of at rank 3",
        "size at rank 0",
        "3%%",
        "size at coverage 94% capped at 0%",
        "size at rank 3 capped at 10%",
    ],
)
def test_what_begins_like_a_value_and_is_none(text: str) -> None:
    with pytest.raises(v.UnreadableText):
        v.as_value(text)


@pytest.mark.parametrize("text", ["005930", "000660", "1e3", "0x1F", "12.5", "1_000", "07"])
def test_what_a_yaml_reader_takes_as_a_number(text: str) -> None:
    assert v.number_like(text)


@pytest.mark.parametrize("text", ["0126Z0", "NO", "A005930", "BRK.B", ""])
def test_what_no_yaml_reader_takes_as_a_number(text: str) -> None:
    assert not v.number_like(text)
