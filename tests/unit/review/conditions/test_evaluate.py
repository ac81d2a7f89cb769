"""Conditions on the state of lines: three-valued, dated by row, with the deciding test."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.conditions.evaluate import columns_used, evaluate, state_only
from indexcalc.review.conditions.judged_lines import JudgedLines, RuleNotKnown
from indexcalc.review.conditions.unknowns import report_unknowns
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
SECURITIES = [
    {"symbol": "A", "security_type": "stock", "tier": 1.0, "listing_date": "2019-01-02"},
    {"symbol": "B", "security_type": "reit", "tier": 2.0, "listing_date": "2020-02-03"},
    {"symbol": "C", "security_type": None, "tier": None, "listing_date": "2020-02-04"},
    {
        "symbol": "D",
        "valid_from": "2020-01-01",
        "security_type": "stock",
        "tier": 5.0,
        "listing_date": None,
    },
    {"symbol": "D", "valid_from": "2020-03-02", "security_type": "spac", "tier": None},
]


def lines_on(day: str, more=(), effective: str | None = None, **tables) -> JudgedLines:
    made = market(SESSIONS, {"A": 1, "B": 2, "C": 3, "D": 4}, securities=SECURITIES, **tables)
    fields = Fields(made, SESSIONS, Assumptions(made.symbols, dict(more)))
    codes = np.arange(4, dtype=np.int32)
    at = np.full(4, day_number(dt.date.fromisoformat(day)), dtype=np.int32)
    eff = (
        at
        if effective is None
        else np.full(4, day_number(dt.date.fromisoformat(effective)), dtype=np.int32)
    )
    return JudgedLines(fields, codes, at, eff)


def condition(text: str):
    return rule(f"eligibility: {text}\n").eligibility.value


def judged(text: str, lines: JudgedLines) -> str:
    """One letter a line: y passes, n does not, ? cannot be judged."""
    verdict = evaluate(condition(text), lines)
    return "".join(
        "y" if p else "?" if u else "n"
        for p, u in zip(verdict.passed, verdict.unknown, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{security_type: stock}", "yn?y"),
        ("{security_type: {in: [reit, spac]}}", "ny?n"),
        ("{security_type: {not_in: [reit]}}", "yn?y"),
        ("{tier: 2}", "ny?n"),
        ("{tier: {min: 2}}", "ny?y"),
        ("{tier: {above: 2}}", "nn?y"),
        ("{tier: {max: 2}}", "yy?n"),
        ("{tier: {below: 2}}", "yn?n"),
        ("{tier: {min: 2, below: 5}}", "ny?n"),
        ("{symbol: {in: [A, C]}}", "ynyn"),
        ("{not: {security_type: stock}}", "ny?n"),
        ("{any: [{security_type: stock}, {symbol: C}]}", "ynyy"),
        ("{any: [{security_type: stock}, {symbol: B}]}", "yy?y"),
        # false decides whatever the unknown value is
        ("{security_type: stock, symbol: {in: [A, B]}}", "ynnn"),
        ("{float_factor: {min: 10%}}", "????"),
    ],
)
def test_state_tests(text: str, expected: str) -> None:
    assert judged(text, lines_on("2020-02-28")) == expected


def test_last_known_value_counts_and_a_null_says_nothing() -> None:
    assert judged("{security_type: spac}", lines_on("2020-03-02")) == "nn?y"
    assert judged("{tier: {min: 5}}", lines_on("2020-03-02")) == "nn?y"


def test_designations_hold_until_the_day_they_end() -> None:
    rows = [{"symbol": "B", "from": "2020-02-03", "kind": "caution", "to": "2020-02-10"}]
    text = "{designation: {none_of: [caution, administrative]}}"
    assert judged(text, lines_on("2020-02-07", designations=rows)) == "ynyy"
    assert judged(text, lines_on("2020-02-10", designations=rows)) == "yyyy"
    assert judged("{designation: caution}", lines_on("2020-02-07", designations=rows)) == "nynn"


def test_no_table_of_designations_is_unknown_unless_assumed() -> None:
    text = "{designation: {none_of: [caution]}}"
    assert judged(text, lines_on("2020-02-07")) == "????"
    lines = lines_on("2020-02-07", {"designation": "none"}.items())
    assert judged(text, lines) == "yyyy"
    assert [item.lines for item in lines.fields.assumptions.recorded()] == [4]


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        # A: a year before; B: Monday 3 February; C: Tuesday the 4th; D: before the data
        ("{listed_for: {min: 2 sessions}}", "2020-02-04", "yyny"),
        ("{listed_for: {min: 2 days}}", "2020-02-04", "yyny"),
        ("{listed_for: {min: 1 session}}", "2020-02-03", "yyny"),
        # 3 February is the first session of February: a whole calendar month; the 4th is not
        ("{listed_for: {min: 1 calendar month}}", "2020-02-28", "yyny"),
        ("{listed_for: {min: 1 month}}", "2020-03-02", "yyny"),
        ("{listed_for: {min: 1 month}}", "2020-03-03", "yyyy"),
        ("{listed_for: {min: 1 year}}", "2020-01-02", "ynny"),
        ("{listed_for: {max: 1 month}}", "2020-03-02", "nyyn"),
    ],
)
def test_time_listed(text: str, day: str, expected: str) -> None:
    assert judged(text, lines_on(day)) == expected


def test_listed_before_the_data_is_an_assumption() -> None:
    lines = lines_on("2020-02-28")
    judged("{listed_for: {min: 1 month}}", lines)
    said = {item.what: item.symbols for item in lines.fields.assumptions.recorded()}
    assert said == {"listed before the data where listing_date is not known": ("D",)}


def test_assumed_values_stand_in_and_are_counted() -> None:
    lines = lines_on("2020-02-28", {"security_type": "stock", "float_factor": "1"}.items())
    assert judged("{security_type: stock, float_factor: {min: 10%}}", lines) == "ynyy"
    counts = {item.what: item.lines for item in lines.fields.assumptions.recorded()}
    assert counts == {
        "security_type=stock where it is not known": 1,
        "float_factor=1 where it is not known": 4,
    }


def test_unknown_values_that_decide_are_reported_with_their_place() -> None:
    lines = lines_on("2020-02-28")
    made = rule("eligibility: {security_type: stock, symbol: {in: [A, B]}}\n")
    evaluate(made.eligibility.value, lines)
    assert not lines.unknowns  # C fails by its symbol, whatever its type
    made = rule("eligibility: {security_type: stock}\n")
    evaluate(made.eligibility.value, lines)
    findings = Findings()
    report_unknowns(lines, made, findings)
    (found,) = findings.items
    assert found.code == "DAT011"
    assert found.where == "eligibility.security_type"
    assert "C" in found.message
    assert "1 lines" in found.message
    evaluate(condition("{no_such: 1}"), lines)
    report_unknowns(lines, made, findings)
    assert findings.items[-1].code == "DAT002"


def test_each_row_reads_dated_values_on_its_own_day() -> None:
    lines = lines_on("2020-01-31")
    lines.effective_days = np.array(
        [day_number(dt.date(2020, month, 3)) for month in (1, 1, 2, 2)], dtype=np.int32
    )
    text = "{symbol: {in: {2020-01-01: [A, C], 2020-02-01: [B, D]}}}"
    assert judged(text, lines) == "ynny"
    with pytest.raises(RuleNotKnown) as raised:
        judged("{symbol: {in: {2020-02-01: [A]}}}", lines)
    assert raised.value.known_from == dt.date(2020, 2, 1)


def test_none_turns_a_test_off() -> None:
    text = "{tier: {min: {2020-01-01: none, 2020-02-01: 2}}, security_type: {not_in: [reit]}}"
    assert judged(text, lines_on("2020-01-31")) == "yn?y"
    assert judged(text, lines_on("2020-02-28")) == "nn?y"


def test_the_deciding_test() -> None:
    lines = lines_on("2020-01-31")
    verdict = evaluate(condition("{tier: {min: 1, max: 4}, symbol: {in: [A, B, D]}}"), lines)
    words = lines.words.texts
    where = [words[number] for number in verdict.path]
    # A is at 1 of 1, B nearer to 4 than to 1 (half against one), D fails at 5 of 4
    assert where[0] == "eligibility.tier.min"
    assert where[1] == "eligibility.tier.max"
    assert where[3] == "eligibility.tier.max"
    np.testing.assert_array_equal(verdict.observed[[0, 1, 3]], [1.0, 2.0, 5.0])
    np.testing.assert_array_equal(verdict.threshold[[0, 1, 3]], [1.0, 4.0, 4.0])
    assert lines.words.lines[verdict.path[0]] == 7


def test_state_only() -> None:
    assert state_only(condition("{tier: 1, any: [{symbol: A}, {listed_for: {min: 1 day}}]}"))
    assert not state_only(condition("{market_cap: {rank: 5}}"))
    assert not state_only(condition("{status: new}"))
    assert not state_only(condition("{tier: {min: {existing: 1, new: 2}}}"))
    assert not state_only(condition("{size: 1}"), measures=("size",))
    assert columns_used(condition("{tier: 1, symbol: A, not: {board: x}}")) == ("tier", "board")
