"""Splits and their like whose ex-date shows no such move: by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.checks.unfollowed_actions import unfollowed_actions
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

FLAT, HALVED = [100.0] * 6, [100.0] * 3 + [50.0] * 3
SPLIT = action("A", 3, "split", ratio=2.0)


def told(over: Market, *days: int) -> list[tuple[str, str, str]]:
    """(severity, place, how many times) of what is told."""
    findings = Findings()
    numbers = [int(np.datetime64(small.day(day)).astype(int)) for day in days] or [None, None]
    lines = np.ones(len(over.symbols), dtype=np.bool_)
    unfollowed_actions(over, findings, lines, (numbers[0], numbers[1]))
    assert {one.code for one in findings.items} <= {"DAT057"}
    return [
        (one.severity, one.where, one.message.split("the close is ")[1].split(" times")[0])
        for one in findings.items
    ]


def of(closes: list[float], *rows: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    return told(market(line("A", closes), line("B", FLAT), corporate_actions=rows, **more))


def test_a_split_that_price_follows_is_none() -> None:
    assert of(HALVED, SPLIT) == []
    assert of(HALVED, SPLIT, facts={"price_limit": 0.3}) == []


@pytest.mark.parametrize(
    ("closes", "rows", "times"),
    [
        (HALVED, [action("A", 3, "split", ratio=0.5)], "0.25"),  # 100 becomes 200, and closes at 50
        (HALVED, [action("A", 2, "split", ratio=2.0)], "2"),  # a day early
        (HALVED, [SPLIT, {**SPLIT, "sequence": 2}], "2"),  # there twice
        (FLAT, [SPLIT], "2"),  # of another line
        (FLAT, [action("A", 3, "consolidation", ratio=0.1)], "0.1"),
    ],
)
def test_one_that_it_does_not_is_told(
    closes: list[float], rows: list[dict[str, Any]], times: str
) -> None:
    day = small.day((rows[0]["ex_date"] - small.FIRST).days)
    assert of(closes, *rows) == [("warning", f"A {day}", times)]


def test_a_small_ratio_is_judged_by_the_daily_limit() -> None:
    row = action("A", 3, "bonus", ratio=1.5)
    assert of(FLAT, row) == []  # one and a half times: a price may move so far
    assert of(FLAT, row, facts={"price_limit": 0.3}) == [("warning", f"A {small.day(3)}", "1.5")]


def test_a_ratio_of_no_market_there_is_is_an_error() -> None:
    row = action("A", 3, "split", ratio=2000.0)
    assert of(FLAT, row) == [("error", f"A {small.day(3)}", "2000")]


def test_after_a_halt_the_first_close_may_be_anything_the_limit_allows_over_it() -> None:
    halted = {session: 0 for session in range(2, 8)}
    over = market(
        line("A", [100.0] * 8 + [60.0] * 2, volume=halted),
        line("B", [100.0] * 10),
        corporate_actions=[action("A", 8, "capital_reduction", ratio=0.5)],
        facts={"price_limit": 0.3},
    )
    assert told(over) == []  # 60 is 0.3 times 200, after seven sessions


def test_what_is_printed_of_a_halted_line_is_no_price() -> None:
    over = market(line("A", FLAT, volume={3: 0}), line("B", FLAT), corporate_actions=[SPLIT])
    assert told(over) == []


def test_days_outside_and_days_with_something_else_are_not_judged() -> None:
    over = market(line("A", FLAT), line("B", FLAT), corporate_actions=[SPLIT])
    assert told(over, 0, 2) == told(over, 4, 5) == []
    assert len(told(over, 3, 3)) == 1
    assert of(FLAT, SPLIT, dividends=[dividend("A", 3, 1.0, "special")]) == []
    assert len(of(FLAT, SPLIT, dividends=[dividend("A", 3, 1.0)])) == 1


def test_a_run_tells_it_of_the_lines_it_held() -> None:
    over = market(line("A", FLAT), line("B", FLAT), corporate_actions=[SPLIT])
    made = small.run(small.CAP, over)
    assert [one.where for one in made.diagnostics if one.code == "DAT057"] == [f"A {small.day(3)}"]
    without = market(line("B", FLAT), line("C", FLAT), corporate_actions=[SPLIT])
    assert "DAT057" not in small.codes(small.run(small.CAP, without))
