"""What was seen on a day becomes rows only where it changes what is known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.conform import conform
from indexcalc.market.merging.changes_only import changed_designations, changed_securities


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


def securities(rows: list[dict[str, Any]]) -> Any:
    """Rows with dates as ISO text, None for null, as a conformed table."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name in ("valid_from", "listing_date"):
            columns[name] = arrow.from_days(
                [arrow.NULL_DAY if value is None else day(value) for value in values]
            )
        else:
            columns[name] = arrow.from_texts(values)
    findings = Findings()
    table = conform("securities", arrow.table(columns), findings)
    assert not findings.items
    return table


def changes(stored: Any, seen: Any, held_since: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    rows, _ = changed_securities(stored, seen, held_since)
    return sorted(
        (
            {key: str(value) for key, value in row.items() if value is not None}
            for row in rows.to_pylist()
        ),
        key=lambda row: (row["symbol"], row["valid_from"]),
    )


def test_only_what_differs_enters() -> None:
    stored = securities(
        [
            {"symbol": "A", "valid_from": "2020-01-02", "name": "old", "market": "KOSPI"},
            {"symbol": "B", "valid_from": "2020-01-02", "name": "same", "market": "KOSPI"},
        ]
    )
    seen = securities(
        [
            {"symbol": "A", "valid_from": "2021-01-04", "name": "new", "market": "KOSPI"},
            {"symbol": "B", "valid_from": "2021-01-04", "name": "same", "market": "KOSPI"},
            {"symbol": "C", "valid_from": "2021-01-04", "name": "first", "market": None},
        ]
    )
    rows, quiet = changed_securities(stored, seen)
    assert quiet == 1
    assert changes(stored, seen) == [
        {"symbol": "A", "valid_from": "2021-01-04", "name": "new"},
        {"symbol": "C", "valid_from": "2021-01-04", "name": "first"},
    ]
    assert rows.num_rows == 2


def test_several_days_in_one_file() -> None:
    seen = securities(
        [
            {"symbol": "A", "valid_from": f"2021-01-0{number}", "market": market}
            for number, market in enumerate(["KOSDAQ", "KOSDAQ", "KOSPI", "KOSPI", "KOSDAQ"], 4)
        ]
    )
    assert changes(None, seen) == [
        {"symbol": "A", "valid_from": "2021-01-04", "market": "KOSDAQ"},
        {"symbol": "A", "valid_from": "2021-01-06", "market": "KOSPI"},
        {"symbol": "A", "valid_from": "2021-01-08", "market": "KOSDAQ"},
    ]


def test_an_older_file_says_nothing_of_later_days() -> None:
    stored = securities([{"symbol": "A", "valid_from": "2022-01-03", "name": "new"}])
    seen = securities([{"symbol": "A", "valid_from": "2020-01-02", "name": "old"}])
    assert changes(stored, seen) == [
        {"symbol": "A", "valid_from": "2020-01-02", "name": "old"},
    ]


STATIC = ("market", "listing_date")


def test_static_facts_hold_since_the_listing() -> None:
    seen = securities(
        [
            {
                "symbol": "A",
                "valid_from": "2023-06-20",
                "name": "a",
                "market": "KOSPI",
                "listing_date": "1975-06-11",
            }
        ]
    )
    expected = [
        {
            "symbol": "A",
            "valid_from": "1975-06-11",
            "market": "KOSPI",
            "listing_date": "1975-06-11",
        },
        {"symbol": "A", "valid_from": "2023-06-20", "name": "a"},
    ]
    assert changes(None, seen, STATIC) == expected
    # What was seen in between and says the same does not stand against it.
    stored = securities([{"symbol": "A", "valid_from": "2020-03-27", "market": "KOSPI"}])
    assert changes(stored, seen, STATIC) == expected
    # Once stored, the same file adds nothing.
    rows, _ = changed_securities(None, seen, STATIC)
    findings = Findings()
    assert changes(conform("securities", rows, findings), seen, STATIC) == []


def test_a_line_that_changed_markets() -> None:
    """A line seen on KOSDAQ is listed on KOSPI since 2022-11-03: the change is on that day."""
    stored = securities(
        [
            {
                "symbol": "A",
                "valid_from": "2020-03-27",
                "market": "KOSDAQ",
                "listing_date": "2010-01-04",
            }
        ]
    )
    seen = securities(
        [
            {
                "symbol": "A",
                "valid_from": "2023-06-20",
                "market": "KOSPI",
                "listing_date": "2022-11-03",
            }
        ]
    )
    assert changes(stored, seen, STATIC) == [
        {
            "symbol": "A",
            "valid_from": "2022-11-03",
            "market": "KOSPI",
            "listing_date": "2022-11-03",
        }
    ]


def test_a_change_after_the_listing_is_of_the_day_seen() -> None:
    stored = securities(
        [
            {"symbol": "A", "valid_from": "2010-01-04", "market": "KOSDAQ"},
            {"symbol": "A", "valid_from": "2022-11-03", "market": "KONEX"},
        ]
    )
    seen = securities(
        [
            {
                "symbol": "A",
                "valid_from": "2023-06-20",
                "market": "KOSPI",
                "listing_date": "2010-01-04",
            }
        ]
    )
    assert changes(stored, seen, ("market",)) == [
        {
            "symbol": "A",
            "valid_from": "2023-06-20",
            "market": "KOSPI",
            "listing_date": "2010-01-04",
        }
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),  # symbol
            st.integers(0, 6),  # day
            st.sampled_from([None, "x", "y"]),
            st.booleans(),  # stored or seen
        ),
        max_size=14,
        unique_by=lambda row: (row[0], row[1], row[3]),
    )
)
def test_after_it_every_seen_value_is_in_force_and_no_row_is_idle(rows: list[Any]) -> None:
    """Against a slow second way: walk each line in order of days, stored rows before seen ones."""

    def table(kept: list[Any]) -> Any:
        return securities(
            [
                {"symbol": f"S{symbol}", "valid_from": f"2021-01-0{number + 1}", "name": value}
                for symbol, number, value, _ in kept
            ]
        )

    old, new = [row for row in rows if row[3]], [row for row in rows if not row[3]]
    if not new:
        return
    expected = []
    for line in {row[0] for row in rows}:
        in_force = None
        for symbol, number, value, stored in sorted(
            (row for row in rows if row[0] == line), key=lambda row: (row[1], not row[3])
        ):
            if value is None:
                continue
            if not stored and value != in_force:
                expected.append((f"S{symbol}", f"2021-01-0{number + 1}", value))
            in_force = value
    found = changes(table(old) if old else None, table(new))
    assert [(row["symbol"], row["valid_from"], row["name"]) for row in found] == sorted(expected)


def spells(rows: list[tuple[str, str, str, str | None]]) -> Any:
    return arrow.table(
        {
            "symbol": arrow.from_texts(row[0] for row in rows),
            "from": arrow.from_days([day(row[1]) for row in rows]),
            "kind": arrow.from_texts(row[2] for row in rows),
            "to": arrow.from_days(
                [arrow.NULL_DAY if row[3] is None else day(row[3]) for row in rows]
            ),
        }
    )


@pytest.mark.parametrize(
    ("stored", "flagged", "expected"),
    [
        ([], True, [("2021-06-01", None)]),
        ([("A", "2021-01-04", "halted", None)], True, []),  # still in it
        ([("A", "2021-01-04", "halted", None)], False, [("2021-01-04", "2021-06-01")]),  # over
        ([("A", "2021-01-04", "halted", "2021-02-01")], True, [("2021-06-01", None)]),  # again
        ([("A", "2021-01-04", "halted", "2021-02-01")], False, []),
        # An older file: the spell lasts until the one that is known to begin later.
        ([("A", "2021-09-01", "halted", None)], True, [("2021-06-01", "2021-09-01")]),
        ([("A", "2021-09-01", "halted", None)], False, []),
        # Seen without the flag inside a stored spell: its end is contradicted.
        (
            [("A", "2021-01-04", "halted", "2021-09-01")],
            False,
            [("2021-01-04", "2021-06-01")],
        ),
        ([("A", "2021-06-01", "halted", None)], False, []),  # begins that day: both may be true
        ([("A", "2021-01-04", "caution", None)], False, []),  # a kind that was not looked at
    ],
)
def test_designations(
    stored: list[Any], flagged: bool, expected: list[tuple[str, str | None]]
) -> None:
    seen = spells([("A", "2021-06-01", "halted", None)] if flagged else [])
    rows, _, _ = changed_designations(
        spells(stored) if stored else None, seen, day("2021-06-01"), ("A",), ("halted",)
    )
    assert [
        (str(row["from"]), None if row["to"] is None else str(row["to"]))
        for row in rows.to_pylist()
    ] == expected
