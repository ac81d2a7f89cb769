"""Reviews, rebalances and days with a name."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.schedule import named_days, reviews, schedule_words
from tests.rulebook_sections import rule_of, said

IN_JUNE = (
    "{months: [6, 12], effective: 2nd friday, cutoff: last session 2 months before, pricing: cutoff, "
    "announcement: 5 sessions before effective}"
)


def test_a_review_has_a_sentence_a_day() -> None:
    assert said(reviews, review=IN_JUNE) == [
        "Reviews take place in June and December.",
        "They take effect before the open of the second Friday of the month.",
        "The cut-off date is the last session of the month 2 months before.",
        "The pricing date is the cut-off date.",
        "The announcement date is 5 sessions before the effective date.",
    ]


def test_a_rebalance_comes_behind_the_review() -> None:
    sentences = said(
        reviews,
        review=IN_JUNE,
        rebalance="{months: [3], effective: 2nd friday, pricing: 3 sessions before effective}",
    )
    assert sentences[5:] == [
        "Weights are reset in March.",
        "They take effect before the open of the second Friday of the month.",
        "The pricing date is 3 sessions before the effective date.",
    ]


def test_a_pricing_date_that_the_rule_leaves_out_is_said() -> None:
    """The default of the key: the session before it takes effect."""
    without = IN_JUNE.replace("pricing: cutoff, ", "")
    assert said(reviews, review=without)[3] == (
        "The pricing date is the session before they take effect."
    )
    assert said(reviews, "ko", review=without)[3] == "가격기준일: 시행일 직전 거래일."


def test_every_session_and_together_with_another() -> None:
    assert said(reviews) == ["Constituents are determined on every session."]
    followed = said(reviews, review="{follows: [other]}")
    assert followed[0] == "Reviews take place together with those of other."


def test_a_named_day_says_what_it_is() -> None:
    dates = "{expiry: {months: [3], on: 2nd thursday, means: {en: last trading day}}}"
    assert said(named_days, dates=dates) == [
        "The last trading day is the second Thursday of March."
    ]
    assert said(named_days, "ko", dates="{expiry: {months: [3], on: 2nd thursday}}") == [
        "“만기”일: 3월의 둘째 목요일."
    ]


def test_a_schedule_inside_another_sentence() -> None:
    rule = rule_of(review=IN_JUNE)
    assert schedule_words(rule.review).en == (
        "in June and December, on the second Friday of the month, with data up to the last session of "
        "the month 2 months before, at prices of the cut-off date"
    )
    assert schedule_words(rule_of().review).ko == "매 거래일"
