"""Official market values against the sum of close times shares, exact to the unit."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.checks.tie_out import Summer, TieOut, exact_sum
from indexcalc.market.market import Market
from tests.unit.market.checks.lines_to_check import LINES, SOUND, check, codes, days, securities


def published(*rows: tuple[str, str, int]) -> Any:
    return arrow.table(
        {
            "index": arrow.from_texts(row[0] for row in rows),
            "date": days(*(row[1] for row in rows)),
            "market_cap": arrow.from_ints([row[2] for row in rows]),
        }
    )


def test_sums_equal_the_published_figure_to_the_unit() -> None:
    figures = published(
        ("KOSPI", "2024-01-08", 1150),
        ("KOSPI", "2024-01-09", 1163),
        ("KOSPI", "2024-01-10", 1177),  # one more than 102 x 10 + 52 x 3
        ("KOSPI", "2024-02-01", 7),  # no rows that day
        ("OTHER", "2024-01-08", 7),  # the name of no market
    )
    result = check(daily=SOUND, securities=LINES, published=figures)
    assert [line for line in result.lines if line.startswith("published KOSPI")] == [
        "published KOSPI: close x shares over every line equals the market value on 2 of 3 sessions"
    ]
    (found,) = (item for item in result.findings.items if item.code == "DAT036")
    assert found.where == "KOSPI 2024-01-10"
    assert "sum to 1176, published is 1177 (difference -1)" in found.message


def test_a_line_counts_in_the_market_it_was_on_that_day() -> None:
    moved = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B", "B"]),
            "valid_from": days(None, None, "2024-01-09"),
            "market": arrow.from_texts(["KOSPI", "KOSDAQ", "KOSPI"]),
            "security_type": arrow.from_texts(["stock", "stock", None]),
        }
    )
    figures = published(
        ("KOSDAQ", "2024-01-08", 150),
        ("KOSPI", "2024-01-08", 1000),
        ("KOSPI", "2024-01-09", 1163),
    )
    assert codes(check(daily=SOUND, securities=moved, published=figures)) == []


def test_exact_sum_against_fractions() -> None:
    """Prices with two decimals, shares beyond 32 bits, sums beyond 64: exact in every case."""
    source = random.Random(7)
    for scale in (10**3, 10**9, 10**13):
        cents = [source.randrange(1, 10**7) for _ in range(200)]
        counts = [source.randrange(1, scale) for _ in range(200)]
        prices = np.array([cent / 100 for cent in cents])
        expected = sum(
            (Fraction(cent, 100) * count for cent, count in zip(cents, counts, strict=True)),
            Fraction(0),
        )
        total = exact_sum(prices, np.array(counts, dtype=np.float64))
        assert Fraction(total) == expected
    assert exact_sum(np.array([1e6] * 100), np.array([1e13] * 100)) == Decimal(10) ** 21


def test_only_the_days_with_both_are_compared() -> None:
    sums = TieOut(
        official={("B", 2): 20, ("A", 1): 10, ("B", 1): 5},
        sums={("B", 1): Decimal(6), ("B", 2): Decimal(20), ("C", 1): Decimal(1)},
    )
    assert sums.compared() == {"B": [(1, 5, Decimal(6)), (2, 20, Decimal(20))]}


def test_blocks_of_one_day_add_up_and_unknown_lines_count_nowhere() -> None:
    over = Market.from_tables(
        daily=SOUND,
        securities=securities(A="KOSPI"),  # B is of no market
        published=published(("KOSPI", "2024-01-08", 1000), ("KOSDAQ", "2024-01-08", 9)),
    )
    summer = Summer(over)
    assert summer.result.other_indices == ["KOSDAQ"]
    (day,) = {day for _, day in summer.result.official}
    for symbols, closes in (([0, 1], [100.0, 50.0]), ([0], [0.25]), ([0], [float("nan")])):
        summer.add(
            np.array(symbols, dtype=np.int32),
            np.full(len(symbols), day, dtype=np.int32),
            arrow.from_floats(closes, nan_is_null=True),
            arrow.from_ints([10] * len(symbols)),
        )
    # 100 x 10 and 0.25 x 10; what has no price adds nothing.
    assert summer.result.sums == {("KOSPI", day): Decimal("1002.5")}


def test_a_market_without_published_values_sums_nothing() -> None:
    summer = Summer(Market.from_tables(daily=SOUND, securities=LINES))
    assert summer.result.compared() == {}
    assert summer.result.other_indices == []
