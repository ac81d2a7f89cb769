"""Shares counted from the ex-date until they are listed: by their date, by the step, or too late."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.prices.lines import Pending, initial_state
from indexcalc.calculation.prices.pending_shares import awaits, close_listed, count_shares, opened
from indexcalc.market.arrow import NULL_DAY
from tests.unit.calculation.prices.action_rows import action_row
from tests.unit.calculation.prices.price_lines import price_lines


@pytest.mark.parametrize(
    ("step", "list_day", "pends"),
    [
        (1.0, NULL_DAY, True),
        (2.0, NULL_DAY, False),
        (1.9, NULL_DAY, False),  # within a tenth of the new share for one
        (1.89, NULL_DAY, True),
        (1.0, 100, False),  # listed on the ex-date
        (1.0, 101, True),
    ],
)
def test_an_action_leaves_shares_pending(step: float, list_day: int, pends: bool) -> None:
    found = opened(action_row("bonus", ratio=2.0, list_day=list_day), 2.0, step, 100, 7)
    assert (found is not None) == pends
    if found is not None:
        assert (found.factor, found.list_day, found.since) == (2.0, list_day, 7)


def test_a_step_lists_the_oldest_of_its_factor() -> None:
    """Two of two for one are pending; the listed count doubles from 10 to 20: the first is listed."""
    lines = price_lines([[1.0]])
    pending = [Pending(0, 2.0, NULL_DAY, 1), Pending(0, 2.0, NULL_DAY, 2)]
    assert close_listed(pending, lines, 0, 0, (10.0, 20.0), 3) == pending[1:]
    (event,) = lines.events
    assert (event.kind, event.before, event.after) == ("shares_listed", 10.0, 20.0)


def test_a_step_of_the_product_lists_all() -> None:
    """2 x 3 = 6 times as many shares."""
    lines = price_lines([[1.0]])
    pending = [Pending(0, 2.0, NULL_DAY, 1), Pending(0, 3.0, NULL_DAY, 2)]
    assert close_listed(pending, lines, 0, 0, (10.0, 60.0), 3) == []
    assert [event.kind for event in lines.events] == ["shares_listed"] * 2


def test_waiting_too_long_is_told_once() -> None:
    """Pending since session 1: 60 sessions on session 61, one more on 62."""
    lines = price_lines([[1.0]])
    pending = [Pending(0, 2.0, NULL_DAY, 1)]
    for session, told in ((61, 0), (62, 1), (63, 1)):
        assert close_listed(pending, lines, 0, 0, (10.0, 10.0), session) == pending
        assert len(lines.events) == told


def test_the_count_of_a_session_is_the_listed_times_what_is_pending() -> None:
    """10 listed, two and three for one pending: 60 counted."""
    lines, state = price_lines([[1.0, 1.0]]), initial_state(1)
    state.pending[0] = [Pending(0, 2.0, NULL_DAY, 0), Pending(0, 3.0, NULL_DAY, 0)]
    count_shares(lines, state, 0, 1, np.array([5.0, 10.0]))
    assert lines.shares.tolist() == [[10.0, 60.0]]


@pytest.mark.parametrize(
    ("listed", "list_day", "expected"),
    [
        ([5.0] * 5, NULL_DAY, 5),  # nothing more in the block
        ([5.0, 5.0, 5.0, 9.0, 9.0], NULL_DAY, 3),  # the listed count steps
        ([5.0] * 5, 2, 2),  # the day of listing
        ([4.0, 5.0, 5.0, 5.0, 5.0], NULL_DAY, 2),  # it stepped in this very session
    ],
)
def test_the_next_session_to_look_at(listed: list[float], list_day: int, expected: int) -> None:
    pending = [Pending(0, 2.0, list_day, 0)]
    days = np.arange(5, dtype=np.int32)
    assert awaits(pending, np.array(listed), 1, days, np.arange(5)) == expected
