"""Conditions judged for many lines: three-valued, dated by row, with the deciding test."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.conditions.evaluate import columns_used, evaluate
from indexcalc.review.conditions.judged_lines import RuleNotKnown
from tests.unit.review.conditions.state_lines import condition, judged, lines_on


def test_assumed_values_stand_in_and_are_counted() -> None:
    lines = lines_on("2020-02-28", {"security_type": "stock", "float_factor": "1"}.items())
    assert judged("{security_type: stock, float_factor: {min: 10%}}", lines) == "ynyy"
    counts = {item.what: item.lines for item in lines.fields.assumptions.recorded()}
    assert counts == {
        "security_type=stock where it is not known": 1,
        "float_factor=1 where it is not known": 4,
    }


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


def test_the_columns_a_condition_reads() -> None:
    assert columns_used(condition("{tier: 1, symbol: A, not: {board: x}}")) == ("tier", "board")
