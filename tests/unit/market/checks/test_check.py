"""What `market check` finds, and what it adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market import arrow, store
from indexcalc.market.checks.check import check_market
from indexcalc.market.importers.imported import Imported
from indexcalc.market.merging.merge import merge
from tests.unit.market.checks.lines_to_check import (
    LINES,
    SOUND,
    check,
    codes,
    daily,
    days,
    securities,
)


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
        "1 spell begins before the one before has ended: A halted 2024-02-01 and 2024-02-15"
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
    told = check(daily=SOUND, securities=LINES, corporate_actions=actions).findings.items
    (found,) = [item for item in told if item.code != "DAT057"]
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
        ("merger", 0.3, None, "A", False),  # into itself
        ("spin_off", 0.3, None, "A", False),
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


def test_days_that_are_no_sessions_are_all_named_with_ways_out() -> None:
    # Saturdays and Sundays of the first weeks of 2024: 6 and 7, 13 and 14, 20 and 21 January.
    weekend = [f"2024-01-{day:02d}" for day in (6, 7, 13, 14, 20, 21)]
    rows = daily(*((day, "A", 1.0, 1) for day in ("2024-01-05", *weekend, "2024-01-22")))
    result = check({"calendar": "XKRX"}, daily=rows, securities=LINES)
    (found,) = [item for item in result.findings.items if item.code == "DAT007"]
    named = [
        f"{day} (a {name})" for day, name in zip(weekend, ["Saturday", "Sunday"] * 3, strict=True)
    ]
    assert found.message == (f"6 days of daily are not sessions of XKRX: {', '.join(named)}")
    for way_out in ("the table `sessions`", "without these rows", "--fact calendar=NAME"):
        assert way_out in found.hint


@pytest.mark.parametrize(
    ("facts", "said"),
    [({}, "no calendar is known"), ({"calendar": "XNYX"}, "XNYX is no calendar of this package")],
)
def test_a_market_without_a_calendar_is_told_how_to_name_one(
    facts: dict[str, str], said: str
) -> None:
    (line,) = [
        text for text in check(facts, daily=SOUND, securities=LINES).lines if "observed" in text
    ]
    assert line.startswith(f"daily: 3 sessions observed, 2024-01-08 .. 2024-01-10; {said}")
    assert "`market import --fact calendar=NAME` names one (packaged: XKRX), or import the " in line


def test_a_delisting_before_the_listing_is_told() -> None:
    lines = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B"]),
            "security_type": arrow.from_texts(["stock", "stock"]),
            "listing_date": days("2020-01-02", "2020-01-02"),
            "delisting_date": days("2019-12-30", "2024-12-30"),
        }
    )
    found = check(daily=SOUND, securities=lines).findings.items
    told = [item for item in found if item.code == "DAT035"]
    assert [(item.severity, item.message) for item in told] == [
        ("warning", "1 row says a delisting before the listing: A (2020-01-02, 2019-12-30)")
    ]
