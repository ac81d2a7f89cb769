"""What the steps of a selection share: values of the date, order, places, counts, units."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest

from indexcalc.methodology.values.values import Number, PercentOf
from indexcalc.review.conditions.judged_lines import MeasureValues, RuleNotKnown
from tests.unit.review.conditions.review_lines import NAN, mask, names_of, review_lines
from tests.unit.review.selection.runs import run_of, selection, zeros

PLAIN = "{steps: [{select: all}]}"
GROUPS = np.array([0, 0, 0, 1, 1, -1])


def test_values_are_those_of_the_effective_date() -> None:
    run = run_of(
        "{count: {2000-01-04: 3, 2020-03-13: 4}, within: sector, steps: []}", review_lines()
    )
    assert (run.state.count, run.within) == (4, "sector")
    assert (run_of(PLAIN, review_lines()).state.count, run_of(PLAIN, review_lines()).within) == (
        0,
        "all",
    )
    late = selection("{count: {2020-03-14: 4}, steps: []}")
    with pytest.raises(RuleNotKnown) as raised:
        run.at(late.count, "selection.count")
    assert (raised.value.path, raised.value.known_from) == ("selection.count", dt.date(2020, 3, 14))
    off = selection("{within: {2000-01-04: none, 2021-01-04: sector}, steps: []}")
    assert run.at(off.within, "selection.within") is None
    assert run.at(None, "x") is None


def test_names_are_ordered_by_group_best_first() -> None:
    lines = review_lines((5.0, NAN, 20.0, 15.0, 30.0, 2.0))
    run = run_of(PLAIN, lines)
    rows = mask("ABCDE")
    # x: C, A, B (without a value); y: E, D.
    assert run.ordered(rows, "size", GROUPS).tolist() == [2, 0, 1, 4, 3]
    # Those that are safer come before all others of their group.
    assert run.ordered(rows, "size", GROUPS, mask("AD")).tolist() == [0, 2, 1, 3, 4]
    cheap = review_lines(measures={"size": MeasureValues(np.arange(6.0), lowest_is_best=True)})
    assert run_of(PLAIN, cheap).ordered(rows, "size", zeros()).tolist() == [0, 1, 2, 3, 4]
    by_column = run_of(PLAIN, review_lines())
    assert by_column.ordered(rows, "market_cap", zeros()).tolist() == [0, 1, 2, 3, 4]
    assert not by_column.known("sector").any()


def test_places_from_zero_and_none_for_a_line_without_a_value() -> None:
    run = run_of(PLAIN, review_lines((5.0, NAN, 20.0, 15.0, 30.0, 2.0)))
    assert run.places("size").tolist() == [3, -1, 1, 2, 0, 4]


def test_whose_place_nobody_can_tell_is_noted() -> None:
    lines = review_lines((5.0, NAN, NAN, 15.0, 30.0, 2.0))
    run = run_of(PLAIN, lines)
    run.unplaced("size", mask("AB"), "selection.steps[0].fill", 9)
    (unknown,) = lines.unknowns
    assert (unknown.field, unknown.path, unknown.line) == ("size", "selection.steps[0].fill.by", 9)
    assert names_of(unknown.rows) == "B"
    run.unplaced("size", mask("AD"), "x", 9)
    assert len(lines.unknowns) == 1


def test_a_number_of_names_for_each_group() -> None:
    run = run_of("{count: 5, steps: []}", review_lines(existing="ABD"))
    half = Fraction(1, 2)
    assert run.count_of(Number(3, "3"), "floor", GROUPS).tolist() == [3, 3, 3]
    # Half of five are 2.5; two of x are existing and one of y.
    assert run.count_of(PercentOf(half, "count", ""), "floor", GROUPS).tolist() == [2, 2, 2]
    assert run.count_of(PercentOf(half, "count", ""), "ceil", GROUPS).tolist() == [3, 3, 3]
    assert run.count_of(PercentOf(half, "existing", ""), "floor", GROUPS).tolist() == [1, 0, 0]
    assert run.count_of(PercentOf(half, "existing", ""), "ceil", GROUPS).tolist() == [1, 1, 0]


def test_places_in_a_group_are_counted_from_zero() -> None:
    run = run_of(PLAIN, review_lines())
    places, given = run.positions(np.array([2, 0, 4, 3]), GROUPS)
    assert places.tolist() == [1, -1, 0, 1, 0, -1]
    assert given.tolist() == [2, 2, 0]
    assert run.positions(np.array([2]), GROUPS)[1].tolist() == [1, 0, 0]
    places, given = run.positions(np.zeros(0, dtype=np.int64), GROUPS)
    assert (places.tolist(), given.tolist()) == ([-1] * 6, [0, 0, 0])


def test_lines_of_an_issuer_share_a_place_and_come_whole() -> None:
    # A and C are one issuer's, and D and E.
    lines = review_lines(issuers=(0, 1, 0, 3, 3, 5), by_issuer=True, remaining="ABDEF")
    run = run_of("{unit: issuer, steps: []}", lines)
    places, given = run.positions(np.array([0, 1, 2, 3, 4]), GROUPS)
    assert places.tolist() == [0, 1, 0, 0, 0, -1]
    assert given.tolist() == [2, 1, 0]
    # C does not remain, so it does not come with A; where it is there already, it stays.
    assert names_of(run.whole(mask("A"))) == "A"
    assert names_of(run.whole(mask("D"))) == "DE"
    assert names_of(run.whole(mask("C"))) == "AC"
    assert names_of(run_of(PLAIN, review_lines()).whole(mask("A"))) == "A"


def test_a_condition_is_judged_for_the_names_that_remain() -> None:
    lines = review_lines(remaining="CDEF")
    run = run_of(PLAIN, lines)
    (step,) = selection("{steps: [{select: {size: {rank: {max: 1}}}}]}").steps.value  # type: ignore[misc]
    found = run.judge(step.select.value, "sector")
    # C is first of x, D of y; others are put in one at a time.
    assert names_of(found.passed & mask("CDEF")) == "CD"
    assert lines.review is not None
    assert (names_of(lines.review.base), lines.review.step_within) == ("CDEF", "sector")


def test_all_lines_of_the_issuers_of_some() -> None:
    run = run_of(PLAIN, review_lines(issuers=(0, 1, 0, 3, 3, 5)))
    assert names_of(run.of_issuers(mask("AE"))) == "ACDE"
    assert names_of(run.of_issuers(mask(""))) == ""
