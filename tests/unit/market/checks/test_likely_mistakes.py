"""Symbols, names of columns and kinds of numbers that are most likely not what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.market import arrow
from indexcalc.market.checks.likely_mistakes import (
    fractional,
    fractional_daily,
    near_columns,
    odd_symbols,
)
from indexcalc.market.market import Market
from tests.unit.market.checks.lines_to_check import SOUND, check, codes, daily, securities

KRW = {"currency": "KRW"}


def said(new: list[str], known: list[str], facts: dict[str, Any]) -> list[str]:
    return [finding.message for finding in odd_symbols(new, known, facts, "m")]


def test_an_apostrophe() -> None:
    (found,) = odd_symbols(["'000660", "'005930", "A"], [], {}, "m")
    assert found.message == "2 symbols begin with an apostrophe: '000660, '005930"
    assert 'strip: "\'"' in found.hint


@pytest.mark.parametrize(
    ("new", "known", "facts", "told"),
    [
        (
            ["5930", "000660", "0126Z0"],
            [],
            KRW,
            "1 symbol of digits has fewer than 6 characters: 5930",
        ),
        (["20"], [], {"calendar": "XKRX"}, "1 symbol of digits has fewer than 6 characters: 20"),
        (
            ["1"],
            ["000001"],
            {},
            "1 symbol of digits has fewer than 6 characters: 1 (beside 000001)",
        ),
        (
            ["700"],
            ["0005"],
            {"currency": "HKD"},
            "1 symbol of digits has fewer than 4 characters: 700",
        ),
        (
            ["660", "5930", "035720"],
            [],
            {},
            "2 symbols of digits have fewer than 6 characters: 5930, 660",
        ),
        (["660", "35720"], [], {}, "1 symbol of digits has fewer than 5 characters: 660"),
        (["5", "700", "9988"], [], {"currency": "HKD"}, ""),  # written without zeros, all of them
        (["005", "0005", "7"], [], {}, ""),
        (["1", "10", "100"], [], {}, ""),
        (["005930", "000660"], ["660"], KRW, ""),  # what was there was told before
        (["A", "B1"], [], KRW, ""),
    ],
)
def test_zeros_that_were_lost(
    new: list[str], known: list[str], facts: dict[str, Any], told: str
) -> None:
    assert said(new, known, facts) == ([told] if told else [])


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("shares", "shares_outstanding"),
        ("shares_outstandng", "shares_outstanding"),
        ("Shares Outstanding", "shares_outstanding"),
        ("volumes", "volume"),
        ("score", ""),
        ("value", ""),
        ("memo", ""),
    ],
)
def test_a_name_almost_like_one_of_the_table(name: str, near: str) -> None:
    found = near_columns("daily", ["date", "symbol", "close", name], "m")
    assert [item.message for item in found] == (
        [f"the column `{name}` is kept as one of your own; did you mean `{near}`?"] if near else []
    )
    assert near_columns("daily", ["shares", "shares_outstanding"], "m") == []
    assert near_columns("fx", ["shares"], "m") == []


def test_shares_that_are_not_whole() -> None:
    rows = daily(("2024-01-08", "A", 1.0, 1), ("2024-01-08", "B", 1.0, 1))
    part = rows.set_column(3, "shares_outstanding", arrow.from_floats([10.0, 1000000.5]))
    (found,) = fractional("daily", part, "m")
    assert (found.code, found.severity) == ("DAT003", "warning")
    assert found.message == (
        "1 row has shares_outstanding that is no whole number; the first is 1000000.5: 2024-01-08 B"
    )
    whole = rows.set_column(3, "shares_outstanding", arrow.from_floats([10.0, 11.0]))
    assert fractional("daily", whole, "m") == []
    assert fractional_daily(Market.from_tables(daily=SOUND)) == []
    (same,) = fractional_daily(Market.from_tables(daily=part))
    assert same.message == found.message


def test_check_tells_them() -> None:
    rows = daily(("2024-01-08", "5930", 1.0, 1)).append_column("volumes", arrow.from_ints([1]))
    part = rows.set_column(3, "shares_outstanding", arrow.from_floats([0.5]))
    lines = securities(**{"5930": "KOSPI"})
    assert sorted(codes(check(KRW, daily=part, securities=lines))) == ["DAT003", "DAT044", "DAT045"]
