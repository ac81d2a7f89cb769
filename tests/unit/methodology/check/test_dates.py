"""Checks of dates: their order, windows, items that follow each other, dated keys."""

from __future__ import annotations

import pytest

from tests.unit.methodology.check.rules_and_findings import (
    SIZE,
    codes,
    found,
    review,
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("months: [6], effective: 2nd friday, cutoff: 10 sessions before effective", []),
        ("months: [6], effective: 2nd friday, cutoff: 2nd friday", ["DTE009"]),
        (
            "months: [6], effective: 2nd friday, cutoff: last session 1 month before, "
            "announcement: 1 session before cutoff",
            ["DTE012"],
        ),
        (
            "months: [6], effective: 2nd friday, cutoff: last session 1 month before, "
            "announcement: cutoff",
            [],
        ),
        ("months: [6, 12], effective: 4th friday, cutoff: last session 1 month before", []),
        ("months: [6], effective: 5th friday, cutoff: last session 1 month before", ["DTE014"]),
        # The first day of a schedule that is not known is no missing month.
        (
            "months: {2000-01-04: unknown, 2010-01-04: [6]}, effective: 2nd friday, "
            "cutoff: last session 1 month before",
            [],
        ),
    ],
)
def test_days_are_judged_on_the_real_calendar(said: str, expected: list[str]) -> None:
    assert codes("", review(said)) == expected


def test_a_window_may_end_where_it_is_known() -> None:
    measure = "measures: {size: {mean: market_cap, over: 3 months, to: TO}}\n"
    ranked = measure + "selection: {steps: [{fill: {to: 5, by: size}}]}\n"
    assert codes(ranked.replace("TO", "cutoff")) == []
    assert codes(ranked.replace("TO", "pricing")) == ["DTE013"]
    assert codes(ranked.replace("TO", "test")) == ["DTE011"]
    weighed = measure + "weighting: {scheme: measure, by: size}\n"
    assert codes(weighed.replace("TO", "pricing")) == []
    assert codes(weighed.replace("TO", "effective")) == ["DTE013"]
    window = "{mean: market_cap, over: 3 months, to: TO}"
    capped = f"weighting: {{caps: [{{per: security, limit: 30%, measured: {window}}}]}}\n"
    assert codes(capped.replace("TO", "pricing")) == []
    assert codes(capped.replace("TO", "effective")) == ["DTE013"]


def test_the_same_mistake_of_many_reviews_is_said_once() -> None:
    said = "months: [6], effective: 2nd friday, cutoff: 2nd friday"
    (item,) = found("", review(said))
    assert "2000-06-09" in item.message
    assert "more reviews" in item.message


def test_items_that_follow_each_other() -> None:
    caps = (
        "weighting: {{caps: [{{per: security, limit: 30%, until: {0}}}, "
        "{{per: security, limit: 20%, from: {1}}}]}}\n"
    )
    assert codes(caps.format("2019-06-14", "2019-06-14")) == []
    gap = found(caps.format("2019-06-14", "2019-12-13"))
    assert [item.code for item in gap] == ["DTE016"]
    assert gap[0].message == "neither holds from 2019-06-14 to 2019-12-12"
    assert "both hold from 2018-06-08 to 2019-06-13" in [
        item.message for item in found(caps.format("2019-06-14", "2018-06-08"))
    ]
    other = caps.replace("{{per: security, limit: 20%", "{{per: issuer, limit: 20%")
    assert codes(other.format("2019-06-14", "2019-12-13")) == []


def test_dated_keys_between_reviews() -> None:
    more = SIZE + "selection: {steps: [{fill: {to: {2000-01-04: 5, 2015-06-12: 9}, by: size}}]}\n"
    assert found(more, between=True) == []  # 2015-06-12 was a second friday
    moved = more.replace("2015-06-12", "2015-06-11")
    (item,) = found(moved, between=True)
    assert (item.code, item.message) == (
        "DTE015",
        "no review takes effect on 2015-06-11: it first counts on 2015-06-12",
    )
    assert found(moved) == []
