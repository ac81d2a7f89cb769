"""Delistings, transfers and mergers that take lines out of a composite on their own day."""

from __future__ import annotations

from typing import Any

from indexcalc.review.composite.deletions import with_deletions
from tests.unit.review.composite.states import SESSIONS, a_market, a_rule, shown, states

EVERYBODY = [(name, 0, True) for name in "ABC"]


def after(
    said: list[tuple[str, int, bool]], *items: str, **tables: Any
) -> list[tuple[str, str, bool]]:
    text = f"maintenance: {{deletions: [{', '.join(items)}]}}\n"
    made = with_deletions(a_rule(text), states(*said), a_market(**tables), SESSIONS)
    return [row for row in shown(made) if row[1] != "2020-01-02"]


def item(on: str, after: str = "0 sessions") -> str:
    return f"{{on: {on}, after: {after}, replace_from: none}}"


def gone(symbol: str, day: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "valid_from": None, "delisting_date": day, **more}


def test_a_delisting_takes_a_line_out_on_its_day_or_some_sessions_later() -> None:
    lines = [gone("A", "2020-02-03"), gone("B", "2020-02-08")]
    # 02-08 is a Saturday.
    assert after(EVERYBODY, item("delisting"), securities=lines) == [
        ("A", "2020-02-03", False),
        ("B", "2020-02-10", False),
    ]
    later = after(EVERYBODY, item("delisting", "2 sessions"), securities=lines)
    assert later[0] == ("A", "2020-02-05", False)


def test_without_an_item_or_a_table_states_are_as_they_were() -> None:
    assert after(EVERYBODY, securities=[gone("A", "2020-02-03")]) == []
    assert after(EVERYBODY, item("delisting")) == []
    assert after(EVERYBODY, item("transfer"), securities=[gone("A", "2020-02-03")]) == []


def test_who_was_delisted_stays_out_unless_it_is_listed_again() -> None:
    back = [*EVERYBODY[:1], ("A", 40, True), *EVERYBODY[1:]]
    lines = [gone("A", "2020-02-03", listing_date="2010-01-04")]
    assert after(back, item("delisting"), securities=lines) == [("A", "2020-02-03", False)]
    again = [*lines, {"symbol": "A", "valid_from": "2020-02-24", "listing_date": "2020-02-24"}]
    assert after(back, item("delisting"), securities=again) == [
        ("A", "2020-02-03", False),
        ("A", str(SESSIONS.date(40)), True),
    ]


def test_on_one_session_the_deletion_has_the_last_word() -> None:
    at = int(SESSIONS.days.searchsorted(SESSIONS.days[22]))
    said = [("A", 0, True), ("A", at, True), *EVERYBODY[1:]]
    lines = [gone("A", str(SESSIONS.date(at)))]
    assert after(said, item("delisting"), securities=lines) == [
        ("A", str(SESSIONS.date(at)), False)
    ]


MOVES = [
    {"symbol": "A", "valid_from": None, "market": "here"},
    {"symbol": "A", "valid_from": "2020-02-03", "market": "there"},
    {"symbol": "B", "valid_from": None, "market": "there"},
    {"symbol": "B", "valid_from": "2020-02-03", "market": "here"},
    {"symbol": "C", "valid_from": None, "market": "here"},
    {"symbol": "C", "valid_from": "2020-02-03", "market": "here"},
]


def test_a_transfer_takes_out_who_was_in_and_nobody_else() -> None:
    said = [("A", 0, True), ("B", 0, False), ("B", 23, True), ("C", 0, True)]
    # B comes by its transfer, from session 23 on; C only has another row.
    assert after(said, item("transfer"), securities=MOVES) == [
        ("A", "2020-02-03", False),
        ("B", str(SESSIONS.date(23)), True),
    ]
    # Who was transferred may be in again by a later state.
    back = [("A", 0, True), ("A", 30, True), *said[1:]]
    assert after(back, item("transfer"), securities=MOVES)[1] == ("A", str(SESSIONS.date(30)), True)


def test_a_merger_takes_a_line_out_at_its_halt() -> None:
    lines = [
        gone("A", "2020-03-02", successor="B"),
        {"symbol": "B", "valid_from": None, "delisting_date": None, "successor": None},
    ]
    lines[0]["known_at"] = "2020-01-20"
    lines[1]["known_at"] = None
    halts = [{"symbol": "A", "from": "2020-02-17", "kind": "halted", "to": None}]
    at_halt = "{on: merger, effective: halt, replace_from: none}"
    tables = {"securities": lines, "designations": halts}
    assert after(EVERYBODY, at_halt, **tables) == [("A", "2020-02-17", False)]
    assert after(EVERYBODY, at_halt, securities=lines) == []  # no halt is known


def test_an_item_counts_while_it_holds() -> None:
    lines = [gone("A", "2020-02-03"), gone("B", "2020-03-02")]
    only = item("delisting").replace("replace_from", "from: 2020-02-04, replace_from")
    assert after(EVERYBODY, only, securities=lines) == [("B", "2020-03-02", False)]


def test_the_ledger_says_why() -> None:
    text = f"maintenance: {{deletions: [{item('delisting')}]}}\n"
    lines = [gone("A", "2020-02-03", listing_date="2010-01-04")]
    made = with_deletions(
        a_rule(text),
        states(("A", 0, True), ("A", 40, True)),
        a_market(securities=lines),
        SESSIONS,
    )
    words = made.words.texts
    said = [
        (words[int(path)], words[int(detail)])
        for path, detail in zip(made.path, made.detail, strict=True)
    ]
    assert said == [
        ("path 0", "detail 0"),
        *[("maintenance.deletions", "deleted on delisting")] * 2,
    ]
    assert made.words.lines[int(made.path[1])] > 0
