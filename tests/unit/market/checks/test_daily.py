"""One pass over the daily rows: holes, rows after a delisting, sessions that come twice."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from indexcalc.diagnostics import Findings
from indexcalc.market import arrow, store
from indexcalc.market.checks.check import check_market
from indexcalc.market.checks.daily import DailyCheck, blocks
from indexcalc.market.importers.imported import Imported
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.unit.market.checks.lines_to_check import LINES, SOUND, check, codes, daily, days


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
    assert result.findings.items[0].message.startswith("1 time a line has no row")


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


def test_the_first_holes_are_named_and_the_others_counted() -> None:
    # A has a row every second session of 15: seven holes of one session, B has every row.
    texts = [f"2024-01-{number:02d}" for number in range(1, 16)]
    rows = daily(
        *(
            (text, symbol, 1.0, 1)
            for at, text in enumerate(texts)
            for symbol in "AB"
            if symbol == "B" or at % 2 == 0
        )
    )
    (found,) = check(daily=rows, securities=LINES).findings.items
    assert found.message.startswith("7 times a line has no row and comes back: A 2024-01-02, ")
    assert found.message.endswith("A 2024-01-10 and 2 more")


def test_a_hole_of_several_sessions_is_one() -> None:
    rows = daily(
        ("2024-01-08", "A", 1.0, 1),
        *((f"2024-01-{number:02d}", "B", 1.0, 1) for number in range(8, 12)),
        ("2024-01-11", "A", 1.0, 1),
    )
    (found,) = check(daily=arrow.table(rows_by_key(rows)), securities=LINES).findings.items
    assert "A 2024-01-09 (2 sessions)" in found.message


def rows_by_key(rows: pa.Table) -> dict[str, pa.Array]:
    ordered = rows.sort_by([("date", "ascending"), ("symbol", "ascending")])
    return {name: arrow.one_array(ordered.column(name)) for name in ordered.column_names}


def test_a_session_in_two_row_groups_is_told(tmp_path: Path) -> None:
    with store.writing(tmp_path) as writer:
        writer.put_daily([SOUND.slice(0, 1), SOUND.slice(1)])  # the 8th is cut in two
    findings = Findings()
    over = Market.open(tmp_path)
    assert [table.num_rows for _, table in blocks(over)] == [1, 5]
    DailyCheck(over, findings).run()
    (found,) = findings.items
    assert found.code == "DAT004"
    assert found.message == "2024-01-08 is in two row groups or files"
