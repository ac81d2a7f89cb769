"""Rank, coverage and share of a name among others; buffers; thresholds at a rank."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.review.conditions.judged_lines import MeasureValues
from indexcalc.review.conditions.ranks_and_buffers import counts_by_group
from tests.unit.review.conditions.review_lines import (
    NAMES,
    NAN,
    details,
    mask,
    passed,
    review_lines,
    verdict,
)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ("3", "ABC"),
        ("{beyond: 3}", "DEF"),
        ("{from: 2, to: 4}", "BCD"),
        ("{from: 5}", "EF"),
        ("{existing: 4, new: 2}", "ABD"),  # C is new, D is in
        ("{existing: none, new: 2}", "ABDF"),
        # 45 % of six are 2.7.
        ("45%", "AB"),
        ("{max: 45%, rounding: ceil}", "ABC"),
        ("{max: 45%, rounding: half_up}", "ABC"),
        ("{max: 40%, rounding: half_up}", "AB"),  # 2.4
        # Two are existing; of two a half more are three.
        ("150% of existing", "ABC"),
        ("{max: 50% of count}", "AB"),  # of four
    ],
)
def test_bounds_of_a_rank(bound: str, expected: str) -> None:
    lines = review_lines(existing="DF", count=4)
    assert passed(f"{{size: {{rank: {bound}}}}}", lines) == expected


def test_a_name_without_a_value_is_neither_ranked_nor_counted_and_cannot_be_judged() -> None:
    lines = review_lines((50.0, NAN, 20.0, 15.0, 5.0, 2.0))
    assert passed("{size: {rank: 2}}", lines) == "AC?B"
    assert passed("{size: {rank: 40%}}", lines) == "AC?B"  # of five


def test_ties_go_by_the_tie_breaker_then_by_the_symbol() -> None:
    equal = (9.0,) * 6
    assert passed("{size: {rank: 2}}", review_lines(equal)) == "AB"
    ties = (1.0, 2.0, 3.0, 3.0, 0.0, 0.0)
    assert passed("{size: {rank: 2}}", review_lines(equal, ties=ties)) == "CD"


def test_where_the_smallest_is_best() -> None:
    cheap = {"size": MeasureValues(np.arange(6.0), lowest_is_best=True)}
    assert passed("{size: {rank: 2}}", review_lines(measures=cheap)) == "AB"


def test_a_percent_of_existing_names_binds_only_where_there_are_some() -> None:
    text = "{size: {rank: {max: 100% of existing, within: sector}}}"
    lines = review_lines(existing="B")
    # Sector x has one existing name: its first; y has none; F has no sector.
    assert passed(text, lines) == "ADE?F"
    assert details(text, lines)[3] == "no existing name to count"
    assert np.isnan(verdict(text, lines).threshold[3])


@pytest.mark.parametrize(
    ("among", "first", "first_two"),
    [
        # Each name is put in among the members of the set, also where it is none of them.
        ("remaining", "ABC", "ABCD"),  # C, D, E, F
        ("existing", "ABCD", "ABCDEF"),  # D, F
        ("eligible", "AB", "ABC"),  # B, C, D, E
        ("other", "ABCDE", "ABCDEF"),  # E, F
        ("{sector: y}", "ABCD", "ABCDE"),  # of those that remain: D, E
    ],
)
def test_whom_a_name_is_ranked_with(among: str, first: str, first_two: str) -> None:
    lines = review_lines(
        existing="DF", remaining="CDEF", base="CDEF", eligible="BCDE", lists={"other": "EF"}
    )
    text = f"{{size: {{rank: {{max: N, among: {among}}}}}}}"
    assert passed(text.replace("N", "1"), lines) == first
    assert passed(text.replace("N", "2"), lines) == first_two


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        # Of 100: 50, 30, 20 by A, B, C alone.
        ("{coverage: 80%}", "AB"),  # C begins at 80 %, which is reached
        ("{coverage: 80.1%}", "ABC"),
        ("{coverage: {max: 80%}}", "AB"),
        ("{coverage: {below: 80%}}", "A"),
        ("{coverage: {above: 80%}}", "C"),
        ("{coverage: {from: 50%, to: 80%}}", "B"),
        ("{coverage: {nearest: 85%}}", "AB"),  # 100 is farther from 85 than 80 is
        ("{coverage: {nearest: 95%}}", "ABC"),
        ("{coverage: {nearest: 90%}}", "AB"),  # as far: the crossing name stays out
        ("{coverage: {max: rank 1 + 30 points}}", "AB"),  # 50 + 30
        ("{coverage: {max: rank 1 + 29 points}}", "A"),
        ("{coverage: {max: rank 9 + 1 points}}", "ABC"),  # nobody there: the whole
        # No name for more than 25 of 100: 25, 25, 20 of 70.
        ("{coverage: {max: 72%, share_cap: 25%}}", "AB"),
        ("{coverage: {existing: 80%, new: 50%}}", "A"),
        ("{share: {min: 30%}}", "AB"),
        ("{share: {above: 30%}}", "A"),
        ("{share: {max: 30%}}", "BC"),
        ("{share: {below: 30%}}", "C"),
    ],
)
def test_coverage_and_share_at_exact_boundaries(test: str, expected: str) -> None:
    lines = review_lines((50.0, 30.0, 20.0, NAN, NAN, NAN))
    assert passed(f"{{size: {test}}}", lines) == expected + "?DEF"


def test_within_a_grouping_each_group_ranks_for_itself() -> None:
    lines = review_lines()
    assert passed("{size: {rank: {max: 1, within: sector}}}", lines) == "AD?F"
    said = details("{size: {rank: {max: 1, within: sector}}}", lines)
    assert said[0] == "size rank in x of 3, threshold 1"
    assert said[4] == "size rank in y of 2, threshold 1"
    # The step's grouping holds where the test has none of its own.
    assert passed("{size: {rank: 1}}", review_lines(step_within="sector")) == "AD?F"
    assert (
        passed("{size: {rank: {max: 1, within: all}}}", review_lines(step_within="sector")) == "A"
    )


def test_lines_of_an_issuer_count_once() -> None:
    # A and C are one issuer's: 70 on each.
    sums = {"size": MeasureValues(np.array([70.0, 30.0, 70.0, 15.0, 5.0, 2.0]), per_issuer=True)}
    lines = review_lines(measures=sums, issuers=(0, 1, 0, 3, 4, 5))
    assert passed("{size: {rank: 2}}", lines) == "ABC"
    review = lines.review
    assert review is not None
    groups = np.zeros(6, dtype=np.int64)
    assert counts_by_group(mask("ABC"), groups, review).tolist() == [3, 0]
    review.by_issuer = True
    assert counts_by_group(mask("ABC"), groups, review).tolist() == [2, 0]
    apart = np.array([0, 0, 1, 1, -1, -1])  # an issuer in two groups counts in both
    assert counts_by_group(mask(NAMES), apart, review).tolist() == [2, 2, 0]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        ("50% of size at rank 2", "ABCD"),  # half of 30; D is at 15
        ("100% of size at rank 3", "ABC"),
        ("100% of size at rank 7", "ABCDEF"),  # there is none: everybody stands above
        # 50 + 30 are 65.6 % of 122; the name that reaches 60 % is B.
        ("100% of size at coverage 60%", "AB"),
        ("50% of size at rank 100% of existing", "ABCD"),  # two are existing
    ],
)
def test_a_measure_at_a_rank_is_a_threshold(threshold: str, expected: str) -> None:
    assert passed(f"{{size: {{min: {threshold}}}}}", review_lines(existing="DF")) == expected


def test_ranks_of_ranks_within_a_grouping() -> None:
    # Ranks in the sector over its names: A 1/3, B 2/3, C 3/3, D 1/2, E 2/2; F has no sector.
    text = "{size: {rank: {max: 2, of_ranks_in: sector}}}"
    assert passed(text, review_lines()) == "AD?F"
    assert passed(text.replace("2", "3"), review_lines()) == "ABD?F"


def test_a_bound_that_is_off_passes_everybody() -> None:
    text = "{size: {rank: {max: {2000-01-04: none, 2030-01-04: 1}}}}"
    assert passed(text) == NAMES
