"""Daily rows of some sessions: cells against what the rows say."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.prices import daily_rows
from indexcalc.calculation.prices.daily_rows import ClosesByLine, rows_between, stretches
from tests.unit.calculation.small import line, market

NAN = float("nan")
OVER = market(
    line(
        "A", [100, 101, 102, 103, 104], [10, 10, 20, 20, 30], base={1: 100, 2: 99, 3: 102, 4: 103}
    ),
    line(
        "B",
        [50, None, 52, 53, 54],
        [5, 5, 6, 6, 7],
        base={1: 50, 2: 50, 3: 52, 4: None},
        skip=(3,),
        volume={2: 0},
    ),
)
BOTH = np.array([0, 1], dtype=np.int32)


def test_closes_rows_and_trades() -> None:
    rows = rows_between(OVER, 1, 4)
    assert (rows.first, rows.days.tolist()) == (1, OVER.days[1:4].tolist())
    np.testing.assert_array_equal(rows.raw, [[101, 50], [102, 52], [103, 52]])
    assert rows.before.tolist() == [100.0, 50.0]
    assert rows.present.tolist() == [[True, True], [True, True], [True, False]]
    assert rows.printed.tolist() == [[True, False], [True, True], [True, False]]
    assert rows.idle.tolist() == [[False, False], [False, True], [False, False]]
    np.testing.assert_array_equal(rows.printed_of(BOTH), [[101, 102, 103], [NAN, 52, NAN]])
    np.testing.assert_array_equal(rows.raw, [[101, 50], [102, 52], [103, 52]])  # as it was


def test_listed_shares_are_those_before_until_a_row_says_others() -> None:
    rows = rows_between(OVER, 1, 5)
    found = rows.shares_of(BOTH, np.array([10.0, 5.0]))
    assert found.tolist() == [[10, 20, 20, 30], [5, 6, 6, 7]]
    alone = rows.shares_of(BOTH[:1], np.array([10.0]))
    assert alone.tolist() == [[10, 20, 20, 30]]
    first = rows_between(OVER, 0, 2).shares_of(BOTH, np.array([NAN, NAN]))
    assert first.tolist() == [[10, 10], [5, 5]]


def test_base_prices_as_the_rows_say_them() -> None:
    """B's row of session 4 says none; of session 3 there is no row."""
    rows = rows_between(OVER, 1, 5)
    np.testing.assert_array_equal(rows.bases_of(BOTH), [[100, 99, 102, 103], [50, 50, NAN, NAN]])
    np.testing.assert_array_equal(rows.bases_of(BOTH[1:]), [[50, 50, NAN, NAN]])


def test_a_market_without_base_prices_has_no_cells_of_them() -> None:
    over = market(line("A", [1, 2]))
    assert rows_between(over, 0, 2).bases is None
    rows = rows_between(over, 0, 1)
    assert np.isnan(rows.before).all()


def test_stretches_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_rows, "SESSIONS", 2)
    parts = list(stretches(OVER, 5, 1))
    assert [(part.first, part.days.size) for part in parts] == [(1, 2), (3, 2)]
    whole = rows_between(OVER, 1, 5)
    np.testing.assert_array_equal(np.concatenate([part.raw for part in parts]), whole.raw)
    assert parts[1].before.tolist() == [102.0, 52.0]
    shares = [part.shares_of(BOTH, before) for part, before in zip(
        parts, (np.array([10.0, 5.0]), np.array([20.0, 6.0])), strict=True
    )]  # fmt: skip
    assert np.concatenate(shares, axis=1).tolist() == [[10, 20, 20, 30], [5, 6, 6, 7]]
    assert list(stretches(OVER, 3, 3)) == []


def test_closes_line_by_line_are_gathered_once() -> None:
    raw = np.array([[11.0, 21.0, 31.0], [12.0, 22.0, 32.0]])
    closes = ClosesByLine.blank(raw, np.array([10.0, 20.0, 30.0]))

    def of(*codes: int) -> list[list[float]]:
        every, rows = closes.of(np.array(codes, dtype=np.int32))
        return every[rows].tolist()

    assert of(2) == [[30.0, 31.0, 32.0]]
    assert of(0, 2) == [[10.0, 11.0, 12.0], [30.0, 31.0, 32.0]]
    gathered = closes.closes
    assert gathered.shape == (2, 3)  # line 1 was never asked for
    assert of(0) == [[10.0, 11.0, 12.0]]
    assert closes.closes is gathered
