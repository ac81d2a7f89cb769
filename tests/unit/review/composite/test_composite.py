"""When a line becomes and ceases to be eligible: by its columns, designations, dates and time listed."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.diagnostics import DataError, Findings
from indexcalc.review.composite.composite import report_unknown
from indexcalc.review.data.line_states import NotKnown
from tests.unit.review.composite.states import SESSIONS, a_market, a_rule, judged, shown

SECTORS = [
    {"symbol": "A", "valid_from": None, "sector": "x"},
    {"symbol": "A", "valid_from": "2020-02-03", "sector": "y"},
    {"symbol": "A", "valid_from": "2020-03-02", "sector": "x"},
    {"symbol": "B", "valid_from": None, "sector": "y"},
    {"symbol": "C", "valid_from": None, "sector": None},
]
WHERE = "universe: {where: {sector: x}}\n"


def test_a_state_changes_on_the_session_after_the_one_that_shows_it() -> None:
    rows, unknown = judged(WHERE, securities=SECTORS)
    # Judged at the cut-off, one session before: 02-03 counts from the 4th on.
    assert shown(rows) == [
        ("A", "2020-01-02", True),
        ("A", "2020-02-04", False),
        ("A", "2020-03-03", True),
        ("B", "2020-01-02", False),
        ("C", "2020-01-02", False),
    ]
    assert [(one.field, one.codes.tolist()) for one in unknown] == [("sector", [2])]


def test_on_the_day_itself_where_the_rule_looks_at_it() -> None:
    same_day = "review: {every: session, cutoff: effective}\n"
    assert shown(judged(WHERE, same_day, securities=SECTORS)[0])[1] == ("A", "2020-02-03", False)
    two = "review: {every: session, cutoff: 2 sessions before effective}\n"
    assert shown(judged(WHERE, two, securities=SECTORS)[0])[1] == ("A", "2020-02-05", False)
    effective = WHERE.replace("{sector: x}", "{sector: x}, where_on: effective")
    assert shown(judged(effective, securities=SECTORS)[0])[1] == ("A", "2020-02-03", False)


def test_a_designation_takes_a_line_out_while_it_holds() -> None:
    spells = [{"symbol": "B", "from": "2020-02-03", "kind": "caution", "to": "2020-02-10"}]
    rows, _ = judged("eligibility: {designation: {none_of: [caution]}}\n", designations=spells)
    assert shown(rows) == [
        ("A", "2020-01-02", True),
        ("B", "2020-01-02", True),
        ("B", "2020-02-04", False),
        ("B", "2020-02-11", True),
        ("C", "2020-01-02", True),
    ]
    words = rows.words.texts
    out = int(np.flatnonzero(~rows.eligible)[0])
    assert words[int(rows.path[out])] == "eligibility.designation.none_of"
    assert words[int(rows.detail[out])] == "designation caution"


def test_dated_values_count_on_the_effective_session() -> None:
    dated = "universe: {where: {sector: {2000-01-04: x, 2020-02-12: y}}}\n"
    lines = [
        {"symbol": name, "sector": label} for name, label in (("A", "x"), ("B", "y"), ("C", "x"))
    ]
    assert shown(judged(dated, securities=lines)[0]) == [
        ("A", "2020-01-02", True),
        ("A", "2020-02-12", False),
        ("B", "2020-01-02", False),
        ("B", "2020-02-12", True),
        ("C", "2020-01-02", True),
        ("C", "2020-02-12", False),
    ]
    whole = "eligibility: {2000-01-04: none, 2020-02-12: {sector: y}}\n"
    assert shown(judged(whole, securities=lines)[0])[:3] == [
        ("A", "2020-01-02", True),
        ("A", "2020-02-12", False),
        ("B", "2020-01-02", True),
    ]
    late = "eligibility: {2020-02-12: {sector: y}}\n"
    assert shown(judged(late, securities=lines)[0])[1:3] == [
        ("B", "2020-01-02", False),  # before that nobody knows
        ("B", "2020-02-12", True),
    ]


def test_time_listed_runs_until_it_is_long_enough() -> None:
    lines = [
        {"symbol": "A", "listing_date": "2010-01-04"},
        {"symbol": "B", "listing_date": "2020-02-03"},
        {"symbol": "C", "listing_date": "2020-02-03"},
    ]
    absent = {
        "B": [str(SESSIONS.date(at)) for at in range(len(SESSIONS)) if SESSIONS.date(at).month < 2]
    }
    text = "eligibility: {listed_for: {min: 20 sessions}}\n"
    rows, _ = judged(text, securities=lines, absent=absent)
    # Monday 02-03 is the first of them, Friday 02-28 the twentieth; it counts on the next session.
    assert [row for row in shown(rows) if row[0] == "B"] == [
        ("B", "2020-01-02", False),
        ("B", "2020-03-02", True),
    ]
    most, _ = judged("eligibility: {listed_for: {max: 20 sessions}}\n", securities=lines)
    assert [row for row in shown(most) if row[0] == "C"][-1] == ("C", "2020-03-03", False)


def test_what_ranks_or_measures_is_refused() -> None:
    for text in (
        "measures: {size: {last: market_cap}}\neligibility: {size: {min: 3}}\n",
        "eligibility: {market_cap: {rank: 5}}\n",
    ):
        with pytest.raises(DataError) as refused:
            judged(text)
        assert [item.code for item in refused.value.diagnostics] == ["CAL008"]


def test_a_value_inside_a_condition_that_is_not_known_is_refused_with_its_date() -> None:
    with pytest.raises(DataError) as refused:
        judged("universe: {where: {sector: {2020-02-12: x}}}\n", securities=SECTORS)
    (item,) = refused.value.diagnostics
    assert item.code == "REV001"
    assert item.where == "universe.where.sector"
    assert item.hint.startswith("import data from 2020-02-12 on alone")


def test_what_was_not_known_is_told_of_lines_that_were_there_then() -> None:
    def not_known(codes: list[int], begin: int, end: int) -> NotKnown:
        n = len(codes)
        return NotKnown(
            "sector",
            "universe.where.sector",
            np.array(codes, dtype=np.int32),
            np.full(n, begin),
            np.full(n, end),
        )

    days = SESSIONS.days
    # A is there throughout, B until session 4, C from session 10.
    first = np.array([days[0], days[0], days[10]], dtype=np.int32)
    last = np.array([days[-1], days[4], days[-1]], dtype=np.int32)
    for begin, end, lines in ((0, 3, "A, B"), (4, 20, "A, C"), (4, 10, "A"), (0, 99, "A, B, C")):
        findings = Findings()
        report_unknown(
            a_rule(WHERE),
            [not_known([0, 1, 2], begin, end), not_known([0], begin, end)],
            market=a_market(),
            sessions=SESSIONS,
            first_seen=first,
            last_seen=last,
            findings=findings,
        )
        (item,) = findings.items
        assert item.code == "DAT011"
        assert item.message.endswith(f"left out: {lines}"), (begin, end)
    nobody = Findings()
    report_unknown(a_rule(WHERE), [not_known([2], 0, 3)], a_market(), SESSIONS, first, last, nobody)
    assert nobody.items == []
