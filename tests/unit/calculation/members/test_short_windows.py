"""A window that reaches back before the data: the run says what was observed of it."""

from __future__ import annotations

from tests.unit.calculation import small
from tests.unit.calculation.members.test_base_between_reviews import RULE
from tests.unit.calculation.small import line, market

RULE_OF_WINDOWS = RULE.replace("market_cap: {rank", "size: {rank") + (
    "measures: {size: {mean: market_cap, over: 25 sessions}}\n"
)


def test_what_is_observed_of_what_is_expected_is_among_the_assumptions() -> None:
    """The data begin on session 10; the window of 25 sessions ends on the cut-off, session 29."""
    lines = [line(name, [100.0] * 26, start=10) for name in "ABC"]
    run = small.run(RULE_OF_WINDOWS, market(*lines))
    told = [text for text in run.manifest["assumptions"] if "window of" in text]
    assert told == [
        "test: the window of `size` is observed on 20 of 25 sessions at the review of 2024-02-01"
    ]
    (found,) = run.diagnostics
    assert (found.code, found.severity, found.where) == ("DAT040", "warning", "measures.size.over")
    assert (
        "the data begin on 2024-01-12: the window of `size` is observed on 20 of" in found.message
    )


def test_a_window_is_told_while_its_list_is_held() -> None:
    """The review of 1 February is the only one: its list is held to the end, whenever a run begins."""
    over = market(*(line(name, [100.0] * 26, start=10) for name in "ABC"))
    run = small.run(RULE_OF_WINDOWS, over, start=small.day(33))
    assert [item.code for item in run.diagnostics] == ["DAT040"]


def test_a_window_of_a_list_that_was_replaced_before_the_period_is_not_told() -> None:
    monthly = RULE_OF_WINDOWS.replace("months: [2]", "months: [2, 3]")
    assert monthly != RULE_OF_WINDOWS
    over = market(*(line(name, [100.0] * 70, start=10) for name in "ABC"))
    assert [
        [item.code for item in small.run(monthly, over, start=small.day(at)).diagnostics]
        for at in (31, 58, 59)  # 1 March is session 59
    ] == [["DAT040"], ["DAT040"], []]


def test_nothing_is_said_of_a_window_that_is_whole() -> None:
    text = RULE_OF_WINDOWS.replace("25 sessions", "20 sessions")
    run = small.run(text, market(*(line(name, [100.0] * 26, start=10) for name in "ABC")))
    assert not [note for note in run.manifest["assumptions"] if "window of" in note]
    assert run.diagnostics == ()
