"""Who may be chosen: who is listed, in the lists, and meets the rule's conditions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.market.market import Market
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.maintenance.listed_lines import listed_lines
from indexcalc.review.selection.eligibility import listed
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.small_reviews import Ran, daily, market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
CAP = "weighting: {scheme: market_cap}\n"
SIZES = {"A": 40.0, "B": 30.0, "C": 20.0, "D": 10.0}
# The review is effective on Friday 2020-03-13; its cut-off is Friday 02-28.
FROM_MARCH = [str(SESSIONS.date(at)) for at in range(len(SESSIONS)) if SESSIONS.date(at).month == 3]


def names(rows: Any) -> str:
    return "".join(name for name, there in zip("ABCD", rows, strict=True) if there)


def test_listed_is_who_has_a_row_on_the_last_session_up_to_the_day() -> None:
    absent = {"B": FROM_MARCH, "C": [day for day in map(str, map(SESSIONS.date, range(20)))]}
    made = fields_of(market(SESSIONS, SIZES, absent=absent), SESSIONS)
    days = ("2020-01-01", "2020-01-02", "2020-02-28", "2020-03-01", "2020-03-02")
    assert [names(listed(made, on(day))) for day in days] == ["", "ABD", "ABCD", "ABCD", "ACD"]


def test_a_missing_row_is_carried_where_the_user_says_so_and_the_market_is_not_complete() -> None:
    rows = daily(SESSIONS, SIZES, absent={"B": FROM_MARCH})
    for complete, expected in ((False, "ABCD"), (True, "ACD")):
        over = Market.from_tables(daily=rows, complete=complete)
        made = fields_of(over, SESSIONS, {"missing_row": "carried"})
        assert names(listed(made, on("2020-03-02"))) == expected
        assert names(listed(made, on("2020-01-01"))) == ""


def test_a_line_that_is_said_to_be_gone_is_not_carried() -> None:
    """B is delisted on 3 March and C merges on the 4th, their rows stop before; D is said to be delisted on
    the 3rd and trades again from the 6th, with a row missing on the 9th."""
    of_d = ["2020-03-03", "2020-03-04", "2020-03-05", "2020-03-09"]
    rows = daily(SESSIONS, SIZES, absent={"B": FROM_MARCH, "C": FROM_MARCH, "D": of_d})
    securities = [
        {"symbol": name, "delisting_date": dt.date(2020, 3, 3) if name in "BD" else None}
        for name in "ABCD"
    ]
    merger = [{"symbol": "C", "ex_date": dt.date(2020, 3, 4), "type": "merger"}]
    over = Market.from_tables(
        daily=rows,
        complete=False,
        securities=pa.Table.from_pylist(securities),
        corporate_actions=pa.Table.from_pylist(merger),
    )
    made = fields_of(over, SESSIONS, {"missing_row": "carried"})
    assert {day: names(listed(made, on(f"2020-03-0{day}"))) for day in range(2, 10)} == {
        2: "ABCD", 3: "AC", 4: "A", 5: "A", 6: "AD", 7: "AD", 8: "AD", 9: "AD"
    }  # fmt: skip
    lines = listed_lines(made)
    assert [names(lines.on(on(f"2020-03-0{day}"))) for day in (2, 3, 4, 9)] == [
        "ABCD", "AC", "A", "AD"
    ]  # fmt: skip


def test_a_holiday_of_its_own_is_no_absence() -> None:
    lines = [
        {"symbol": name, "currency": currency}
        for name, currency in zip("ABCD", ("KRW", "USD", "USD", "KRW"), strict=True)
    ]
    absent = {"B": ["2020-03-02"], "C": ["2020-03-02"], "D": ["2020-03-02"]}
    made = fields_of(market(SESSIONS, SIZES, absent=absent, securities=lines), SESSIONS)
    assert names(listed(made, on("2020-03-02"))) == "ABC"


def reviewed(text: str, **more: Any) -> Ran:
    options = {key: more.pop(key) for key in ("parents", "assume") if key in more}
    return Ran(market(SESSIONS, SIZES, **more), SESSIONS, rule(text + CAP), **options)


def said(ran: Ran) -> dict[str, tuple[str, str]]:
    return {name: (row["rule_path"], row["detail"]) for name, row in ran.ledger().items()}


def parent(*lists: tuple[str, str]) -> Timeline:
    made = Timeline("parent")
    for day, inside in lists:
        codes = np.array(["ABCD".index(name) for name in inside], dtype=np.int32)
        made.record(on(day), codes)
    return made


def test_the_lists_of_parents_are_those_of_the_cut_off_or_of_the_effective_date() -> None:
    lists = {"parent": parent(("2020-01-02", "ABC"), ("2020-03-13", "BCD"))}
    asked = "universe: {of: parentAS}\nselection: {steps: [{select: all}]}\n"
    # By the cut-off A, B and C are in; A, which leaves the parent on the day itself, never enters.
    assert reviewed(asked.replace("AS", ""), parents=lists).members == ["BC"]
    late = reviewed(asked.replace("AS", ", as_of: effective"), parents=lists)
    assert late.members == ["BCD"]


def test_who_is_in_a_list_that_is_excepted_is_out() -> None:
    lists = {"parent": parent(("2020-01-02", "ABC")), "other": parent(("2020-01-02", "BD"))}
    ran = reviewed(
        "universe: {of: parent, except: other}\nselection: {steps: [{select: all}]}\n",
        parents=lists,
    )
    assert ran.members == ["AC"]
    assert said(ran)["B"] == ("universe.except", "in other")


def test_a_name_of_the_list_that_is_not_listed_is_not_in() -> None:
    lists = {"parent": parent(("2020-01-02", "ABC"))}
    gone = [
        str(day) for day in map(SESSIONS.date, range(len(SESSIONS))) if day >= dt.date(2020, 2, 3)
    ]
    ran = reviewed(
        "universe: {of: parent}\nselection: {steps: [{select: all}]}\n",
        parents=lists,
        absent={"B": gone},
    )
    assert ran.members == ["AC"]


MOVES = [
    {"symbol": "A", "valid_from": None, "sector": "x"},
    {"symbol": "A", "valid_from": "2020-03-02", "sector": "y"},
    {"symbol": "B", "valid_from": None, "sector": "y"},
    {"symbol": "C", "valid_from": None, "sector": "x"},
    {"symbol": "D", "valid_from": None, "sector": "y"},
]


def test_columns_are_those_of_the_cut_off_or_of_the_day() -> None:
    text = "universe: {where: {sector: x}ON}\nselection: {steps: [{select: all}]}\n"
    assert reviewed(text.replace("ON", ""), securities=MOVES).members == ["AC"]
    on_the_day = reviewed(text.replace("ON", ", where_on: effective"), securities=MOVES)
    assert on_the_day.members == ["C"]


def test_who_is_kept_out_by_a_condition_has_it_for_its_reason() -> None:
    text = "eligibility: {sector: x}\nselection: {steps: [{select: all}]}\n"
    ran = reviewed(text, securities=MOVES)
    assert ran.members == ["AC"]
    assert said(ran)["B"] == ("eligibility.sector", "sector y")
    unknown = reviewed("eligibility: {2021-01-04: {sector: x}}\n", securities=MOVES)
    assert unknown.codes == ["REV001"]
    off = reviewed("eligibility: {2000-01-04: none, 2021-01-04: {sector: x}}\n", securities=MOVES)
    assert off.members == ["ABCD"]


def test_a_member_of_the_index_itself_is_one_before_the_review() -> None:
    text = "eligibility: {member_of: test}\nselection: {steps: [{select: all}]}\n"
    before = [{"index": "test", "effective_date": "2020-01-02", "symbol": name} for name in "BD"]
    assert reviewed(text, memberships=before).members[-1] == "BD"


def test_a_tie_may_be_broken_by_a_column_and_ends_with_the_symbol() -> None:
    lines = [
        {"symbol": name, "age": age} for name, age in zip("ABCD", (1.0, 2.0, 3.0, 4.0), strict=True)
    ]
    text = (
        "measures: {m: {last: volume}}\n"
        "selection: {ties: [TIES], steps: [{fill: {to: 1, by: m}}]}\n"
    )
    for ties, first in (("age", "D"), ("symbol, age", "A"), ("market_cap", "A")):
        assert reviewed(text.replace("TIES", ties), securities=lines).members == [first]


def test_issuers_that_are_taken_for_granted_are_recorded_where_they_count() -> None:
    lines = [{"symbol": "A", "issuer": "p"}, {"symbol": "B", "issuer": None}]
    plain = reviewed("selection: {steps: [{select: all}]}\n", securities=lines)
    units = reviewed("selection: {unit: issuer, steps: [{select: all}]}\n", securities=lines)
    words = "its own issuer where none is known"
    assert words not in {item.what for item in plain.assumptions.recorded()}
    assert {item.what: item.lines for item in units.assumptions.recorded()}[words] == 3


def test_float_factors_are_made_where_a_condition_asks_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    at_cutoff = FloatFactors.at_cutoff

    def counted(self: FloatFactors, cutoff: int, effective: int) -> Any:
        asked.append(cutoff)
        return at_cutoff(self, cutoff, effective)

    monkeypatch.setattr(FloatFactors, "at_cutoff", counted)
    factors = [
        {"symbol": name, "effective_date": "2020-01-02", "float_factor": factor}
        for name, factor in (("A", 0.1), ("B", 0.5), ("C", 0.9))
    ]
    steps = "selection: {steps: [{select: all}]}\n"
    assert reviewed(steps, float_factors=factors).members == ["ABCD"]
    assert asked == []
    needed = "eligibility: {float_factor: {min: 50%}}\n" + steps
    assert reviewed(needed, float_factors=factors).members == ["BC"]
    # Once a review, and where the user says what to assume of those that have none.
    assert len(asked) == 1
    assumed = reviewed(steps, float_factors=factors, assume={"float_factor": "1"})
    assert [item.symbols for item in assumed.assumptions.recorded()] == [("D",)]
