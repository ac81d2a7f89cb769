"""Complete lists of members from intervals and from changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.unit.market.importers.maps.files_and_maps import (
    members,
    places,
    read,
    refused,
)

D = dt.date


INTERVALS = (
    "table: memberships\ncolumns: {effective_date: start, symbol: ticker, end_date: end}\n"
    "constants: {index: iv}\n"
)


def test_intervals_are_lists(tmp_path: Path) -> None:
    data = "ticker,start,end\nA,2019-12-31,2020-06-30\nB,2020-01-15,\nC,2019-12-31,2020-03-31\n"
    result = read(tmp_path, data, INTERVALS)
    assert members(result) == {
        D(2019, 12, 31): ["A", "C"],
        D(2020, 1, 15): ["A", "B", "C"],
        D(2020, 4, 1): ["A", "B"],
        D(2020, 7, 1): ["B"],
    }
    assert any(note.kind == "assumed" and "end_date" in note.text for note in result.notes)
    out = members(read(tmp_path, data, INTERVALS + "ends: first_day_out\n"))
    assert list(out) == [D(2019, 12, 31), D(2020, 1, 15), D(2020, 3, 31), D(2020, 6, 30)]
    # Back after a pause, two intervals that touch, and an end no calendar reaches.
    data = "ticker,start,end\nA,2020-01-01,2020-01-31\nA,2020-02-01,2020-02-10\nB,2020-01-01,2099-12-31\n"
    assert members(read(tmp_path, data, INTERVALS)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 11): ["B"],
    }


def test_intervals_that_cannot_be(tmp_path: Path) -> None:
    found = refused(
        tmp_path, "ticker,start,end\nA,2020-02-01,2020-01-01\nB,,2020-01-01\n", INTERVALS
    )
    assert [(d.code, d.span and d.span.line) for d in found.diagnostics] == [
        ("IMP019", 2),
        ("IMP004", 3),
    ]
    result = read(tmp_path, "ticker,start,end\nA,2020-01-01,2020-01-31\n", INTERVALS)
    (warned,) = result.warnings.items
    assert warned.code == "IMP020"
    assert "iv has no member from 2020-02-01 on" in warned.message


CHANGES = (
    "table: memberships\ncolumns: {effective_date: date}\nconstants: {index: ix}\n"
    "changes: {added: Added, removed: Removed}\n"
)


def test_changes_with_a_list_are_applied_and_undone(tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text("Symbol\nB\nC\nD\n")
    text = CHANGES + "members: {file: now.csv, column: Symbol, date: 2020-06-01}\n"
    data = "date,Added,Removed\n2020-07-01,E,\n2020-05-01,D,A\n2020-03-01,C,\n"
    assert members(read(tmp_path, data, text)) == {
        D(2020, 3, 1): ["A", "B", "C"],
        D(2020, 5, 1): ["B", "C", "D"],
        D(2020, 6, 1): ["B", "C", "D"],
        D(2020, 7, 1): ["B", "C", "D", "E"],
    }
    found = refused(tmp_path, data + "2020-08-01,,Z\n2020-02-01,Y,\n", text)
    assert sorted((d.code, d.span.line if d.span else 0) for d in found.diagnostics) == [
        ("IMP019", 5),
        ("IMP019", 6),
    ]


def test_changes_as_actions_from_nobody(tmp_path: Path) -> None:
    text = (
        "table: memberships\ncolumns: {effective_date: date, symbol: ticker}\nconstants: {index: ix}\n"
        "changes: {action: what, added: [ADD], removed: [DEL, DROP]}\n"
    )
    data = "date,ticker,what\n2020-01-01,A,ADD\n2020-01-01,B,ADD\n2020-02-01,A,DEL\n"
    assert members(read(tmp_path, data, text)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 1): ["B"],
    }
    found = refused(tmp_path, data + "2020-03-01,C,MOVE\n", text)
    assert [d.code for d in found.diagnostics] == ["IMP008"]


def test_cells_that_hold_several_lines_keep_their_place(tmp_path: Path) -> None:
    """Rows made of one cell are of the row of that cell, in messages and beside the word for a change."""
    several = INTERVALS.replace("symbol: ticker", "symbol: {column: ticker, split: ;}")
    data = "ticker,start,end\nA;B;C,2020-01-01,2020-01-31\nD,2020-02-01,2020-01-01\n"
    assert places(refused(tmp_path, data, several)) == [("IMP019", 3)]
    actions = (
        "table: memberships\nconstants: {index: ix}\n"
        "columns: {effective_date: date, symbol: {column: ticker, split: ;}}\n"
        "changes: {action: what, added: ADD, removed: DEL}\n"
    )
    data = "date,ticker,what\n2020-01-01,A;;B;C,ADD\n2020-01-02,D,ADD\n2020-01-03,A;B,DEL\n"
    assert members(read(tmp_path, data, actions)) == {
        D(2020, 1, 1): ["A", "B", "C"],
        D(2020, 1, 2): ["A", "B", "C", "D"],
        D(2020, 1, 3): ["C", "D"],
    }
    assert places(refused(tmp_path, data + "2020-01-04,D;E,DEL\n", actions)) == [("IMP019", 5)]


@pytest.mark.parametrize(
    ("ends", "end", "told"),
    [
        (None, "2020-01-01", []),  # in for a day
        (None, "2019-12-31", [("IMP019", 2)]),
        ("first_day_out", "2020-01-02", []),
        ("first_day_out", "2019-12-31", [("IMP019", 2)]),
    ],
)
def test_an_interval_of_one_day(
    tmp_path: Path, ends: str | None, end: str, told: list[tuple[str, int]]
) -> None:
    text = INTERVALS + (f"ends: {ends}\n" if ends else "")
    data = f"ticker,start,end\nA,2020-01-01,{end}\nB,2020-01-01,\n"
    if told:
        assert places(refused(tmp_path, data, text)) == told
    else:
        assert members(read(tmp_path, data, text)) == {
            D(2020, 1, 1): ["A", "B"],
            D(2020, 1, 2): ["B"],
        }


def test_intervals_that_overlap_are_one_membership(tmp_path: Path) -> None:
    data = "ticker,start,end\nA,2020-01-01,2020-01-31\nA,2020-01-10,2020-02-10\nB,2020-01-01,\n"
    assert members(read(tmp_path, data, INTERVALS)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 11): ["B"],
    }


def test_an_end_that_no_calendar_reaches_is_none(tmp_path: Path) -> None:
    for end, days in (("2099-01-01", 1), ("2098-12-31", 2)):
        data = f"ticker,start,end\nA,2020-01-01,{end}\nB,2020-01-01,\n"
        assert len(members(read(tmp_path, data, INTERVALS))) == days


def test_changes_before_the_list_are_told_as_they_are_undone(tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text("Symbol\nB\nC\n")
    text = CHANGES + "members: {file: now.csv, column: Symbol, date: 2020-06-01}\n"
    found = refused(tmp_path, "date,Added,Removed\n2020-05-01,D,C\n", text)
    assert sorted(item.message for item in found.diagnostics) == [
        "C leaves and is a member after it on 2020-05-01",
        "D joins and is no member after it on 2020-05-01",
    ]


def test_a_change_on_the_day_of_the_list_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text("Symbol\nB\nC\n")
    text = CHANGES + "members: {file: now.csv, column: Symbol, date: 2020-06-01}\n"
    data = "date,Added,Removed\n2020-06-01,C,A\n2020-06-02,A,\n"
    assert members(read(tmp_path, data, text)) == {
        D(2020, 6, 1): ["B", "C"],
        D(2020, 6, 2): ["A", "B", "C"],
    }


def test_a_line_may_leave_and_join_on_one_day(tmp_path: Path) -> None:
    data = 'date,Added,Removed\n2020-01-01,"A,B",\n2020-02-01,A,A\n'
    assert members(read(tmp_path, data, CHANGES)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 1): ["A", "B"],
    }


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text("Symbol\nB\n")
    data = "date,Added,Removed\n2020-06-01,C,A\n"
    for wrong in (
        "{file: now.csv, column: Ticker, date: 2020-06-01}",
        "{file: now.csv, column: Symbol, date: June}",
    ):
        assert places(refused(tmp_path, data, CHANGES + f"members: {wrong}\n"))[0][0] == "IMP005"
    absent = CHANGES + "members: {file: absent.csv, column: Symbol, date: 2020-06-01}\n"
    assert places(refused(tmp_path, data, absent))[0][0] == "IMP001"
