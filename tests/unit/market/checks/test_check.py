"""What `market check` finds, and what it adds up."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.checks.check import CheckResult, check_market
from indexcalc.market.checks.info import describe
from indexcalc.market.checks.tie_out import exact_sum
from indexcalc.market.importers.imported import Imported
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge


def days(*texts: str | None) -> Any:
    return arrow.from_days(
        [
            arrow.NULL_DAY if text is None else day_number(dt.date.fromisoformat(text))
            for text in texts
        ]
    )


def daily(*rows: tuple[str, str, float, int]) -> Any:
    return arrow.table(
        {
            "date": days(*(row[0] for row in rows)),
            "symbol": arrow.from_texts(row[1] for row in rows),
            "close": arrow.from_floats([row[2] for row in rows]),
            "shares_outstanding": arrow.from_ints([row[3] for row in rows]),
        }
    )


def securities(**kinds: str) -> Any:
    return arrow.table(
        {
            "symbol": arrow.from_texts(kinds),
            "market": arrow.from_texts(kinds.values()),
            "security_type": arrow.from_texts(["stock"] * len(kinds)),
        }
    )


def check(facts: dict[str, Any] | None = None, **tables: Any) -> CheckResult:
    return check_market(Market.from_tables(facts=facts, **tables))


def codes(result: CheckResult) -> list[str]:
    return [found.code for found in result.findings.items]


# Monday to Wednesday of one week.
SOUND = daily(
    ("2024-01-08", "A", 100.0, 10),
    ("2024-01-08", "B", 50.0, 3),
    ("2024-01-09", "A", 101.0, 10),
    ("2024-01-09", "B", 51.0, 3),
    ("2024-01-10", "A", 102.0, 10),
    ("2024-01-10", "B", 52.0, 3),
)
LINES = securities(A="KOSPI", B="KOSPI")


def test_a_sound_market() -> None:
    result = check({"calendar": "XKRX"}, daily=SOUND, securities=LINES)
    assert codes(result) == []
    assert "daily: 3 of 3 sessions of XKRX observed, 2024-01-08 .. 2024-01-10" in result.lines


def test_sessions_without_rows_and_days_that_are_none() -> None:
    rows = daily(
        ("2024-01-05", "A", 1.0, 1), ("2024-01-06", "A", 1.0, 1), ("2024-01-09", "A", 1, 1)
    )
    result = check({"calendar": "XKRX"}, daily=rows, securities=LINES)
    said = {found.code: found.message for found in result.findings.items}
    # 2024-01-06 is a Saturday; Monday 2024-01-08 has no row.
    assert set(said) == {"DAT007", "DAT037"}
    assert "2024-01-06" in said["DAT007"]
    assert "1 of 3" in said["DAT037"]
    assert "2024-01-08" in said["DAT037"]


def test_the_markets_own_sessions_count() -> None:
    own = arrow.table({"date": days("2024-01-08", "2024-01-10")})
    result = check({"calendar": "XKRX"}, daily=SOUND, securities=LINES, sessions=own)
    assert codes(result) == ["DAT007"]


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


def test_holes() -> None:
    rows = daily(
        ("2024-01-08", "A", 1.0, 1),
        ("2024-01-08", "B", 1.0, 1),
        ("2024-01-09", "B", 1.0, 1),
        ("2024-01-10", "A", 1.0, 1),
    )
    result = check(daily=rows, securities=LINES)
    (found,) = result.findings.items
    assert found.code == "DAT030"
    assert "A 2024-01-09" in found.message
    assert "missing_row" in found.hint
    complete = check({"complete": True}, daily=rows, securities=LINES)
    assert "not listed" in complete.findings.items[0].hint


def test_holes_across_files(tmp_path: Path) -> None:
    for text, symbols in (("2024-01-08", "AB"), ("2024-01-09", "B"), ("2024-01-10", "AB")):
        rows = daily(*((text, symbol, 1.0, 1) for symbol in symbols))
        merge(tmp_path, Imported("x", "table", {"daily": rows, "securities": LINES}))
    result = check_market(tmp_path)
    assert codes(result) == ["DAT030"]
    assert result.findings.items[0].message.startswith("1 times")


def test_rows_after_the_delisting() -> None:
    gone = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B"]),
            "market": arrow.from_texts(["KOSPI", "KOSPI"]),
            "security_type": arrow.from_texts(["stock", "stock"]),
            "delisting_date": days("2024-01-09", "2024-01-11"),
        }
    )
    result = check(daily=SOUND, securities=gone)
    (found,) = result.findings.items
    assert (found.code, found.where) == ("DAT035", "A")
    assert "2 rows from 2024-01-09 on" in found.message


def test_a_line_that_came_back() -> None:
    back = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "A", "B"]),
            "valid_from": days(None, "2024-01-08", None),
            "security_type": arrow.from_texts(["stock"] * 3),
            "delisting_date": days("2020-01-09", None, None),
            "listing_date": days("2010-01-04", "2024-01-08", "2010-01-04"),
        }
    )
    assert codes(check(daily=SOUND, securities=back)) == []


def test_unknown_types_and_orphans() -> None:
    ratios = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "5930"]),
            "effective_date": days("2024-01-08", "2024-01-08"),
            "float_factor": arrow.from_floats([0.5, 0.5]),
        }
    )
    result = check(daily=SOUND, securities=securities(A="KOSPI"), float_factors=ratios)
    said = {found.code: found.message for found in result.findings.items}
    assert set(said) == {"DAT031", "DAT032"}
    assert "1 of 2 lines" in said["DAT031"]
    assert "5930" in said["DAT032"]


def test_overlapping_designations() -> None:
    spells = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "A", "A", "B", "B"]),
            "from": days("2024-01-01", "2024-02-01", "2024-02-15", "2024-01-01", "2024-02-01"),
            "kind": arrow.from_texts(["halted"] * 3 + ["halted", "caution"]),
            "to": days("2024-02-01", "2024-03-01", None, None, None),
        }
    )
    (found,) = check(daily=SOUND, securities=LINES, designations=spells).findings.items
    assert found.code == "DAT033"
    assert found.message == (
        "1 spells begin before the one before has ended: A halted 2024-02-01 and 2024-02-15"
    )


def test_a_ratio_of_one_is_told() -> None:
    """One bonus share for each is a ratio of two; one is what a user writes who counts the new shares."""
    actions = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "A"]),
            "ex_date": days("2024-01-09", "2024-01-10"),
            "type": arrow.from_texts(["bonus", "bonus"]),
            "ratio": arrow.from_floats([1.0, 2.0]),
        }
    )
    (found,) = check(daily=SOUND, securities=LINES, corporate_actions=actions).findings.items
    assert (found.code, found.severity) == ("DAT034", "warning")
    assert found.message == "bonus of ratio 1 changes nothing"
    assert "2024-01-09" in found.where


def test_actions_need_their_terms() -> None:
    rows = [
        # type, ratio, price, other_symbol, is it sound
        ("split", 5.0, None, None, True),
        ("split", None, None, None, False),
        ("reverse_split", 0.2, None, None, False),
        ("rights", 0.2, None, None, False),
        ("rights", 0.2, 100.0, None, True),
        ("spin_off", 0.3, None, None, False),
        ("spin_off", 0.3, None, "B", True),
        ("merger", 0.3, None, None, False),
        ("merger", None, None, None, True),
        ("base_price", None, None, None, False),
        ("bankruptcy", None, None, None, True),
    ]
    actions = arrow.table(
        {
            "symbol": arrow.from_texts(["A"] * len(rows)),
            "ex_date": days(*["2024-01-09"] * len(rows)),
            "sequence": arrow.from_ints(list(range(1, len(rows) + 1))),
            "type": arrow.from_texts(row[0] for row in rows),
            "ratio": arrow.from_floats(
                [float("nan") if row[1] is None else row[1] for row in rows], nan_is_null=True
            ),
            "price": arrow.from_floats(
                [float("nan") if row[2] is None else row[2] for row in rows], nan_is_null=True
            ),
            "other_symbol": arrow.from_texts(row[3] for row in rows),
        }
    )
    found = check(daily=SOUND, securities=LINES, corporate_actions=actions).findings.items
    assert {item.code for item in found} == {"DAT034"}
    assert [int(item.where.split()[-1]) for item in found] == [
        number for number, row in enumerate(rows, start=1) if not row[4]
    ]


def test_a_file_that_was_changed(tmp_path: Path) -> None:
    merge(tmp_path, Imported("x", "table", {"daily": SOUND, "securities": LINES}))
    assert check_market(tmp_path).findings.items == []
    (item,) = store.read_contents(tmp_path).of("daily")
    data = bytearray((tmp_path / item.name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / item.name).write_bytes(data)
    with pytest.raises(DataError, match="not as it was written"):
        check_market(tmp_path)


def test_info_says_what_is_there(tmp_path: Path) -> None:
    merge(
        tmp_path,
        Imported("x", "table", {"daily": SOUND, "securities": LINES}, facts={"calendar": "XKRX"}),
    )
    lines = describe(tmp_path)
    assert "  calendar = XKRX" in lines
    assert "daily: 6 rows, 2 lines, 2024-01-08 .. 2024-01-10" in lines
    assert "  3 of 3 sessions of XKRX observed" in lines
    assert "  lines on 2024-01-10: KOSPI 2" in lines
    assert "  valid_from (100.0% unknown)" in lines
