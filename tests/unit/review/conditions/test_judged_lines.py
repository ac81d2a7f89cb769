"""Lines to judge: labels, groupings and values of a field, and what a review before found."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN
from indexcalc.review.conditions.judged_lines import (
    History,
    JudgedLines,
    MeasureValues,
    RuleNotKnown,
    as_text,
    known_from,
)
from indexcalc.review.data.fields import Column
from tests.unit.review.conditions.review_lines import review_lines
from tests.unit.review.small_reviews import rule

ON = dt.date(2020, 3, 13)
GROUPS = (
    "groups: {wide: {column: sector, merge: {z: [y, w]}}, late: {2021-01-04: {column: sector}}}\n"
)


def with_groups() -> JudgedLines:
    lines = review_lines(existing="AB", issuers=(0, 0, 1, 2, 3, 4))
    lines.groups = rule(GROUPS).groups
    return lines


def test_groups_are_numbered_in_the_order_of_their_labels() -> None:
    lines = with_groups()
    groups, labels = lines.grouping("sector", ON)
    assert (groups.tolist(), labels) == ([0, 0, 0, 1, 1, -1], ("x", "y"))
    # The storage may have met the labels in another order.
    turned = review_lines(
        securities=[{"board": board} for board in ("q", "p", "q", "o", None, "p")]
    )
    groups, labels = turned.grouping("board", ON)
    assert (groups.tolist(), labels) == ([2, 1, 2, 0, -1, 1], ("o", "p", "q"))


def test_groupings_that_are_words() -> None:
    lines = with_groups()
    assert lines.grouping("all", ON)[0].tolist() == [0] * 6
    assert lines.grouping("security", ON)[0].tolist() == list(range(6))
    assert lines.grouping("issuer", ON)[0].tolist() == [0, 0, 1, 2, 3, 4]


def test_a_name_in_groups_merges_labels() -> None:
    lines = with_groups()
    groups, labels = lines.grouping("wide", ON)
    assert [labels[group] if group >= 0 else None for group in groups] == [
        "x", "x", "x", "z", "z", None,
    ]  # fmt: skip
    column = lines.labels("wide", ON)
    assert column is not None
    assert column.missing.tolist() == [False] * 5 + [True]
    assert lines.labels("sector", ON) is None
    with pytest.raises(RuleNotKnown) as raised:
        lines.grouping("late", ON)
    assert (raised.value.path, raised.value.known_from) == ("groups.late", dt.date(2021, 1, 4))


def test_values_of_the_review_come_before_columns() -> None:
    lines = with_groups()
    assert lines.values("size", ON).values.tolist() == [50.0, 30.0, 20.0, 15.0, 5.0, 2.0]
    assert lines.values("float_factor", ON).missing.tolist() == [False, True, *[False] * 4]
    assert lines.values("inclusion", ON).values[1] == 0.5
    assert lines.values("wide", ON).labels == ("x", "z")
    assert lines.values("sector", ON).kind == "text"
    lines.review = None
    assert lines.values("size", ON).missing.all()


def test_some_of_the_rows_know_nothing_of_the_others() -> None:
    lines = with_groups()
    lines.column("sector")
    part = lines.take(np.array([3, 0]))
    assert (part.n, part.codes.tolist()) == (2, [3, 0])
    column = part.column("sector")
    assert [column.labels[position] for position in column.values] == ["y", "x"]
    assert part.grouping("sector", ON)[0].tolist() == [1, 0]
    assert part.unknowns is not lines.unknowns


def test_numbers_and_flags_as_labels() -> None:
    missing = np.array([False, True, False])
    numbers = as_text(Column("number", np.array([2.5, np.nan, 10.0]), missing))
    assert [numbers.labels[p] if p >= 0 else None for p in numbers.values] == ["2.5", None, "10"]
    flags = as_text(Column("flag", np.array([1.0, np.nan, 0.0]), missing))
    assert [flags.labels[p] if p >= 0 else None for p in flags.values] == ["true", None, "false"]
    text = Column("text", np.array([0], dtype=np.int32), np.array([False]), ("x",))
    assert as_text(text) is text


def test_from_when_on_a_rule_says_something() -> None:
    days = [dt.date(2020, month, 1) for month in (1, 2, 3, 4)]
    dated: Dated[object] = Dated(tuple(zip(days, (UNKNOWN, NONE, "x", "y"), strict=True)))
    assert known_from(dated, dt.date(2020, 1, 15)) == days[2]
    assert known_from(dated, days[2]) == days[3]  # after the day
    assert known_from(dated, days[3]) is None


def test_of_the_reviews_before_the_last_hundred_are_remembered() -> None:
    history = History()
    for number in range(102):
        history.now["path"] = np.array([number % 2], dtype=np.int8)
        history.close()
        assert history.now == {}
    assert len(history.past) == 100
    assert history.past[-1]["path"].tolist() == [1]


def test_rows_are_sorted_once_for_the_values_of_a_measure() -> None:
    lines = review_lines((5.0, float("nan"), 20.0, 15.0, 30.0, 5.0), ties=(1, 0, 0, 0, 0, 2))
    size = lines.measure("size", ON)
    order = lines.best_first("size", size, by_issuer=False)
    assert order.tolist() == [4, 2, 3, 5, 0]
    assert lines.best_first("size", size, by_issuer=False) is order
    # Other values, or other ties, are another order.
    lowest = MeasureValues(np.arange(6.0), lowest_is_best=True)
    assert lines.best_first("size", lowest, by_issuer=False).tolist() == [0, 1, 2, 3, 4, 5]
    assert lines.review is not None
    lines.review.ties = [np.array([3.0, 0.0, 0.0, 0.0, 0.0, 2.0])]
    assert lines.best_first("size", size, by_issuer=False).tolist() == [4, 2, 3, 0, 5]
    # The lines of F's issuer have more together than A.
    lines.review.issuers = np.array([0, 5, 2, 3, 4, 5])
    lines.review.ties = [np.array([3.0, 2.0, 0.0, 0.0, 0.0, 2.0])]
    assert lines.best_first("size", size, by_issuer=True).tolist() == [4, 2, 3, 5, 0]
    assert not np.isfinite(lines.measure("sector", ON).values).any()
