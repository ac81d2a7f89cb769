"""Tests of the group of a name: its counts, and its sum of a measure among the groups."""

from __future__ import annotations

import pytest

from tests.unit.review.conditions.review_lines import details, passed, review_lines, verdict


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        # x has two existing names, y none.
        ("{existing_count: {below: 2}}", "DE"),
        ("{existing_count: {min: 2}}", "ABC"),
        ("{existing_count: 2}", "ABC"),
        ("{existing_count: {max: 1}}", "DE"),
        # Screened are the eligible ones: A and B of x, D of y.
        ("{screened_count: {above: 1}}", "ABC"),
        # Sums: x 100, y 20.
        ("{size: {min: 21}}", "ABC"),
        ("{size: {max: 20}}", "DE"),
        ("{size: {rank: 1}}", "ABC"),
        ("{size: {rank: {beyond: 1}}}", "DE"),
        ("{size: {share: {max: 20%}}}", "DE"),  # 20 of 120
        ("{size: {coverage: 80%}}", "ABC"),  # 100 of 120 are 83.3 %
        ("{size: {coverage: 84%}}", "ABCDE"),
        # Existing: A and B; for them the bound is off.
        ("{existing_count: {below: {existing: none, new: 1}}}", "ABDE"),
    ],
)
def test_counts_and_sums_of_the_group(test: str, expected: str) -> None:
    lines = review_lines(existing="AB", eligible="ABD", step_within="sector")
    # F has no sector: it cannot be judged.
    assert passed(f"{{group: {test}}}", lines) == f"{expected}?F"


def test_who_joins_is_chosen_and_new() -> None:
    """Of the group x, A and B stay and C joins; of y nobody does."""
    lines = review_lines(existing="ABE", selected="ABCE", step_within="sector")
    assert passed("{group: {joining_count: {below: 1}}}", lines) == "DE?F"
    assert passed("{group: {joining_count: {min: 1}}}", lines) == "ABC?F"
    assert passed("{group: {joining_count: {min: 2}}}", lines) == "?F"


def test_the_ledger_has_the_number_of_the_group() -> None:
    lines = review_lines(existing="AB", step_within="sector")
    text = "{group: {existing_count: {below: 2}}}"
    found = verdict(text, lines)
    assert found.observed[:5].tolist() == [2.0, 2.0, 2.0, 0.0, 0.0]
    assert found.threshold[:5].tolist() == [2.0] * 5
    assert details(text, lines)[0] == "existing_count of the group < 2"
    assert details("{group: {size: {rank: 1}}}", lines)[0].startswith("group size rank")


def test_a_sum_is_of_the_names_that_are_ranked() -> None:
    # Of y only E is in the base: 5, where both would be 20.
    lines = review_lines(base="ABCE", step_within="sector")
    assert passed("{group: {size: {max: 5}}}", lines) == "DE?F"


def test_a_measure_of_the_group_is_the_measure_that_decided() -> None:
    lines = review_lines(step_within="sector")
    found = verdict("{group: {size: {rank: 1}}}", lines)
    assert lines.words.texts[int(found.measure[0])] == "size"
    counted = verdict("{group: {existing_count: {below: 2}}}", lines)
    assert counted.measure.tolist() == [0] * 6
