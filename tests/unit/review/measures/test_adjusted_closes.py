"""Closes before an action brought to what they would be after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.review.measures.adjusted_closes import adjustments
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-06", "2020-01-10")  # five sessions
NAN = float("nan")
DAYS = SESSIONS.days
CLOSES = np.array([[100.0, 10.0]] * 3 + [[50.0, 10.0]] * 2)


def adjusted(*rows: dict[str, Any], closes: np.ndarray = CLOSES, days: np.ndarray = DAYS) -> Any:
    """The closes of A before 2020-01-09 and after, as they come out."""
    whole = [
        {"ratio": None, "price": None, "known_at": None, "other_symbol": None, **row}
        for row in rows
    ]
    more = {"corporate_actions": whole} if rows else {}
    made = adjustments(market(SESSIONS, {"A": 1.0, "B": 1.0}, **more))(closes, days)
    return made[:, 0].tolist()


def action(
    kind: str, ratio: float | None = 2.0, day: str = "2020-01-09", **more: Any
) -> dict[str, Any]:
    return {"symbol": "A", "ex_date": day, "type": kind, "ratio": ratio, **more}


@pytest.mark.parametrize("kind", ["split", "bonus", "stock_dividend", "capital_reduction"])
def test_closes_before_the_ex_date_are_divided_by_the_shares_after_for_one_before(
    kind: str,
) -> None:
    assert adjusted(action(kind)) == [50.0] * 5
    assert CLOSES[0, 0] == 100.0  # what was given stays


def test_a_right_brings_closes_to_the_theoretical_price() -> None:
    # One new share for two at 40: (100 + 0.5 x 40) / 1.5 = 80.
    made = adjusted(action("rights", 0.5, price=40.0))
    assert made[:3] == pytest.approx([80.0] * 3, rel=1e-12)
    assert made[3:] == [50.0] * 2
    # Nobody takes up a right above the close; without a price nothing can be said.
    assert adjusted(action("rights", 0.5, price=100.0))[0] == 100.0
    assert adjusted(action("rights", 0.5))[0] == 100.0


def test_what_changes_no_share_of_the_line_changes_no_close() -> None:
    others = [
        action("cash"),
        action("split", None),
        action("bonus", other_symbol="B"),  # of another line's shares
        {**action("split"), "symbol": "Z"},
    ]
    for one in others:
        assert adjusted(one) == CLOSES[:, 0].tolist(), one
    assert adjusted() == CLOSES[:, 0].tolist()


def test_an_action_counts_inside_the_window_once_it_is_known_at_its_end() -> None:
    assert adjusted(action("split", day="2020-01-06")) == CLOSES[:, 0].tolist()
    assert adjusted(action("split", day="2020-01-10"))[:4] == [50.0, 50.0, 50.0, 25.0]
    assert adjusted(action("split", day="2020-01-13")) == CLOSES[:, 0].tolist()
    assert adjusted(action("split", known_at="2020-01-10"))[0] == 50.0
    assert adjusted(action("split", known_at="2020-01-13"))[0] == 100.0
    # An ex-date without a session is that of the next one.
    some = np.array([on("2020-01-06"), on("2020-01-10")], dtype=np.int32)
    assert adjusted(action("split"), closes=CLOSES[[0, 4]], days=some) == [50.0, 50.0]
    assert adjusted(action("split"), closes=CLOSES[:0], days=DAYS[:0]) == []


def test_the_last_close_before_a_right_may_be_some_sessions_back() -> None:
    closes = CLOSES.copy()
    closes[1:3, 0] = NAN
    made = adjusted(action("rights", 0.5, price=40.0), closes=closes)
    np.testing.assert_allclose(made, [80.0, NAN, NAN, 50.0, 50.0])
