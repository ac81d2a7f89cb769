"""Values against a threshold or a list: numbers, labels, designations, time listed."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.review.conditions.evaluate import evaluate
from tests.unit.review.conditions.review_lines import NAN, details, passed, review_lines, verdict
from tests.unit.review.conditions.state_lines import condition, judged, lines_on


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{size: {above: 20}}", "AB"),
        ("{size: {min: 20}}", "ABC"),
        # A, B are in: for them another line, or none.
        ("{size: {min: {existing: 40, new: 10}}}", "ACD"),
        ("{size: {min: {existing: none, new: 10}}}", "ABCD"),
        ("{inclusion: 50%}", "B"),
        ("{inclusion: {below: 50%}}", "CDEF"),
        ("{float_factor: {min: 50%}}", "ACDEF?B"),
        # Of a count: half of the two that are existing is one.
        ("{size: {min: {existing: 5, new: 15}}}", "ABCD"),
        ("{sector: {in: [x, z]}}", "ABC?F"),
        ("{sector: {not_in: [x, z]}}", "DE?F"),
        ("{sector: z}", "?F"),
        ("{sector: {min: 3}}", "?ABCDEF"),  # words are no numbers
        ("{symbol: {in: [A, Z]}}", "A"),
        ("{symbol: A}", "A"),
        ("{symbol: {not_in: [A, Z]}}", "BCDEF"),
    ],
)
def test_values_of_a_review(text: str, expected: str) -> None:
    assert passed(text, review_lines(existing="AB")) == expected


def test_what_is_missing_matters_only_to_those_it_is_asked_of() -> None:
    lines = review_lines((50.0, NAN, 20.0, NAN, 5.0, 2.0), existing="AB")
    assert passed("{size: {min: {existing: 10, new: none}}}", lines) == "ACDEF?B"


def test_the_ledger_says_what_was_compared() -> None:
    lines = review_lines(existing="AB")
    found = verdict("{size: {min: {existing: 40, new: 10}}}", lines)
    assert found.observed.tolist() == [50.0, 30.0, 20.0, 15.0, 5.0, 2.0]
    assert found.threshold.tolist() == [40.0, 40.0, 10.0, 10.0, 10.0, 10.0]
    said = details("{size: {min: {existing: 40, new: 10}}}", lines)
    assert (said[0], said[2]) == ("size >= 40", "size >= 10")
    assert details("{sector: x}", lines)[:4] == ["sector x", "sector x", "sector x", "sector y"]
    assert details("{symbol: A}", lines)[:2] == ["symbol is listed", "symbol not listed"]
    # Above a rank nobody has there is no line to show.
    nobody = verdict("{size: {min: 50% of size at rank 9}}", lines)
    assert np.isnan(nobody.threshold).all()


def test_dates_are_compared_with_a_date_and_never_equal_a_word() -> None:
    assert judged("{listing_date: 2020-02-03}", lines_on("2020-02-28")) == "nyn?"
    assert judged("{listing_date: soon}", lines_on("2020-02-28")) == "nnn?"


def test_the_designation_that_was_met_first_is_told() -> None:
    rows = [
        {"symbol": "B", "from": "2020-02-03", "kind": "halted", "to": None},
        {"symbol": "B", "from": "2020-02-03", "kind": "caution", "to": None},
        {"symbol": "C", "from": "2020-02-03", "kind": "halted", "to": None},
    ]
    lines = lines_on("2020-02-07", designations=rows)
    found = evaluate(condition("{designation: {none_of: [caution, halted]}}"), lines)
    assert found.passed.tolist() == [True, False, False, True]
    said = [lines.words.texts[int(number)] for number in found.detail]
    assert said == ["no such designation", "designation caution", "designation halted", said[0]]
