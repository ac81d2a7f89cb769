"""What a walk leaves behind: a step of shares for each cause, the terms of each action, what was paid."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.market.calendar.choose import packaged
from indexcalc.market.demo.agenda import Event, Plan
from indexcalc.market.demo.clock import make_clock
from indexcalc.market.demo.lines import Line
from indexcalc.market.demo.outcome import Action, ShareStep
from indexcalc.market.demo.walk import Walk
from tests.unit.market.demo.lines_of_a_demo import event, line, plan, roster, walked


def lines() -> list[Line]:
    return [line("A", size=5e13), line("B", size=2e13), line("C", size=4e12)]


def left(*events: Event, of: list[Line]) -> tuple[list[Action], list[ShareStep]]:
    """(actions, share steps of the third line)."""
    walk, _ = walked(plan(roster(*of), 40, *events))
    return walk.outcome.actions, walk.outcome.steps[2]


def test_a_step_of_shares_for_each_cause() -> None:
    # 4e12 at 40,000 won a share: 100,000,000 shares.
    of = lines()
    _, steps = left(
        event(3, "issue", of[2], 0.01),
        event(5, "cancel", of[2], 0.01),
        event(7, "bonus", of[2], 1.5, list_session=9),
        event(9, "list_shares", of[2], 1.5),
        of=of,
    )
    # 101,000,000 less 1 % is 99,990,000, and half as much again 149,985,000.
    assert [(step.session, step.kind, step.shares, step.m) for step in steps] == [
        (0, "listed", 100_000_000, 1.0),
        (3, "issue", 101_000_000, 1.0),
        (5, "cancel", 99_990_000, 1.0),
        (9, "scaled", 149_985_000, 1.5),
    ]


def test_a_line_that_lists_later_has_its_first_step_then() -> None:
    of = lines()
    of[2].start = 6
    actions, steps = left(event(6, "list", of[2], 0.1), of=of)
    assert [(step.session, step.kind) for step in steps] == [(6, "listed")]
    assert actions == []


def test_terms_are_known_before_their_day() -> None:
    of = lines()
    actions, _ = left(
        event(20, "split", of[2], 5.0),
        event(30, "rights", of[2], 0.25, 0.8, list_session=35),
        event(35, "list_shares", of[2], 1.25),
        event(3, "split", of[1], 2.0),
        of=of,
    )
    found = [
        (item.line.symbol, item.type, item.ratio, item.list_session, item.known) for item in actions
    ]
    assert found == [
        ("B", "split", 2.0, None, 0),  # never before the first session
        ("C", "split", 5.0, None, 5),
        ("C", "rights", 0.25, 35, 29),
    ]


def test_a_tender_pays_what_was_agreed() -> None:
    of = lines()
    (action,), _ = left(
        event(10, "agree", of[2], 0.22),
        event(20, "tender", of[2]),
        event(20, "delist", of[2]),
        of=of,
    )
    assert action.type == "tender"
    assert action.amount == action.final_price
    assert action.amount == pytest.approx(1.22 * 40_000, rel=0.2)  # of a close near 40,000
    assert action.known == 10
    assert (action.ratio, action.other) == (None, None)


def test_dividends_are_those_of_the_year_or_of_a_quarter() -> None:
    of = [
        line("A", size=5e13, dividend_yield=0.02, quarterly=True),
        line("B", size=2e13, dividend_yield=0.04),
        line("C"),
    ]
    clock = make_clock(packaged("XKRX"), 1.0)
    walk = Walk(Plan(roster(*of), clock), 7)
    (block,) = walk.blocks()
    paid = {(item.year, item.month): item for item in walk.outcome.paid}
    assert {key: item.lines.tolist() for key, item in paid.items()} == {
        (2025, 12): [0, 1],
        (2026, 3): [0],
        (2026, 6): [0],
        (2026, 9): [0],
    }
    december = paid[2025, 12]
    assert clock.sessions.date(december.session) == dt.date(2025, 12, 29)
    closes = block.close[december.session - 1, :2]
    # A quarter of 2 %, and 4 %, of the close before, give or take: e^(0.15 z), z within four.
    ratio = december.amounts / closes / np.array([0.005, 0.04])
    assert ((np.exp(-0.6) < ratio) & (ratio < np.exp(0.6))).all()
    assert (december.amounts == np.rint(december.amounts)).all()
