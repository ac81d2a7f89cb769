"""Tables of a report from rows made by hand: the largest, reviews with reasons, events, ranks."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.report.run_report.sections import (
    bands,
    events,
    holds_companies,
    lists,
    names_of,
    reviews,
    top,
)
from tests.run_folders import run_folder

FIRST, SECOND = dt.date(2024, 6, 14), dt.date(2024, 12, 13)
DATES = [FIRST, SECOND]
HELD = [(FIRST, "A", 0.6), (FIRST, "B", 0.4), (SECOND, "A", 0.25), (SECOND, "C", 0.75)]


def test_the_largest_of_the_last_list_and_names() -> None:
    run = run_folder(DATES, [1.0, 2.0], HELD)
    assert [(row.rank, row.symbol, row.weight) for row in top(run)] == [
        (1, "C", 0.75),
        (2, "A", 0.25),
    ]
    assert names_of(run) == {"A": "Name A", "B": "Name B", "C": "Name C"}
    assert [rows.tolist() for _, rows in lists(run)] == [[0, 1], [2, 3]]
    empty = run_folder(DATES, [1.0, 2.0])
    assert top(empty) == []
    assert lists(empty) == []


def test_index_shares_that_are_shares_of_companies() -> None:
    assert holds_companies(run_folder(DATES, [1.0, 2.0], HELD))
    run = run_folder(DATES, [1.0, 2.0], HELD)
    at = run.constituents.schema.get_field_index("index_shares")
    other = run.constituents.set_column(at, "index_shares", [[50.0, 50.0, 50.0, 49.0]])
    assert not holds_companies(run_folder(DATES, [1.0, 2.0], HELD, constituents=other))
    assert not holds_companies(run_folder(DATES, [1.0, 2.0]))


def test_weights_by_rank_sum_to_each_list() -> None:
    held = [(FIRST, f"{number:03}", 1 / 60) for number in range(60)]
    days, parts = bands(run_folder(DATES, [1.0, 2.0], held))
    assert len(days) == 1
    # One, nine, forty and ten of sixty equal weights.
    assert [parts[key][0] for key in ("1", "2-10", "11-50", "51+")] == pytest.approx(
        [1 / 60, 9 / 60, 40 / 60, 10 / 60]
    )


def test_reviews_come_newest_first_with_the_reason_from_the_ledger() -> None:
    rows = [
        {
            "effective_date": day,
            "cutoff_date": day - dt.timedelta(days=40),
            "kind": "regular",
            "constituents": 2,
            "added": 1,
            "removed": 1,
            "capped": 0,
            "one_way_turnover": 0.5,
            "largest_weight": 0.75,
        }
        for day in DATES
    ]
    moved = [
        {"date": SECOND, "symbol": "C", "event": "added", "after": 0.75, "reason": "regular"},
        {"date": SECOND, "symbol": "B", "event": "removed", "reason": "regular"},
        {"date": FIRST, "symbol": "A", "event": "added", "after": 0.6, "reason": "regular"},
    ]
    told = [
        {
            "effective_date": SECOND,
            "symbol": "B",
            "step": step,
            "detail": "size rank",
            "observed": 3.0,
            "threshold": 2.0,
            "rule_line": 17,
        }
        for step in ("select", "membership")
    ]
    run = run_folder(DATES, [1.0, 2.0], HELD, rows, moved, told)
    newest, first = reviews(run, names_of(run), "en", {("2024-12-13", "C"): ("1bn won", "2.0")})
    assert (first.first, first.day) == (True, "2024-06-14")
    assert first.changes == ()
    joined, left = newest.changes
    assert (joined.symbol, joined.joined, joined.weight, joined.line) == (
        "C",
        True,
        "75.00\u00a0%",
        0,
    )
    assert joined.trade == ("1bn won", "2.0")
    assert (left.symbol, left.joined, left.line, left.name) == ("B", False, 17, "Name B")
    assert (left.observed, left.threshold) == ("3", "2")
    assert newest.announced == "–"
    assert newest.cutoff == "2024-11-03"


def test_events_the_newest_first_without_those_shown_elsewhere() -> None:
    rows = [
        {"date": FIRST, "symbol": "A", "event": "split", "before": 50.0, "after": 250.0},
        {"date": FIRST, "symbol": "A", "event": "dividend", "after": 1.0},
        {"date": SECOND, "symbol": "C", "event": "shares", "before": 0.0024036, "after": 0.0019491},
    ]
    run = run_folder(DATES, [1.0, 2.0], HELD, events=rows)
    found, n = events(run, names_of(run), "en")
    assert n == 2
    assert [(row.symbol, row.event, row.before, row.after) for row in found] == [
        ("C", "share count", "0.002404", "0.001949"),
        ("A", "split", "50", "250"),
    ]
    assert [row.symbol for row in events(run, {}, "en", most=1)[0]] == ["C"]
