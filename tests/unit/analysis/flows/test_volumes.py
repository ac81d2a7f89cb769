"""Mean volumes of lines, in shares of a session, by hand."""

from __future__ import annotations

import numpy as np

from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.analysis.flows.volumes import Traded, review_window
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, line, market

# A splits in two on session 2, and three for one on session 4.
OVER = market(
    line("A", [60, 60, 30, 30, 10], volume={0: 10, 1: 20, 2: 60, 3: 80, 4: 300}),
    line("B", [5, 5, 5, 5, 5], volume={0: 1, 1: 2, 3: 4, 4: 5}, skip=(2,)),
    corporate_actions=[action("A", 2, "split", ratio=2.0), action("A", 4, "split", ratio=3.0)],
)
BOTH = np.arange(2, dtype=np.int32)


def traded(codes: np.ndarray = BOTH) -> Traded:
    return Traded(OVER, codes, ActionDays(OVER))


def test_volumes_before_a_split_are_counted_in_shares_after_it() -> None:
    """As of session 3: 20 x 2, 60, 80; as of session 4 three times that; B has no row on session 2."""
    found = traded()
    np.testing.assert_allclose(found.mean_volume(BOTH, 1, 4, 3), [180 / 3, 3.0])
    np.testing.assert_allclose(found.mean_volume(BOTH, 1, 4, 4), [180.0, 3.0])
    # A split in the first session of the window, or after the day, changes nothing.
    np.testing.assert_allclose(found.mean_volume(BOTH, 2, 4, 3), [70.0, 4.0])
    np.testing.assert_allclose(found.mean_volume(BOTH[1:], 0, 2, 4), [1.5])


def test_no_session_or_no_row_has_no_mean() -> None:
    found = traded()
    assert np.isnan(found.mean_volume(BOTH, 2, 2, 3)).all()
    np.testing.assert_array_equal(found.mean_volume(BOTH, 2, 3, 3), [60.0, np.nan])


def test_a_market_without_volumes_has_no_means_and_keeps_its_closes() -> None:
    rows = [{k: v for k, v in row.items() if k != "volume"} for row in line("A", [60, 30])]
    over = market([{**row} for row in rows])
    found = Traded(over, BOTH[:1], ActionDays(over))
    assert found.volume is None
    assert np.isnan(found.mean_volume(BOTH[:1], 0, 2, 1)).all()
    assert found.close.tolist() == [[60.0, 30.0]]


def test_the_last_sessions_up_to_a_day() -> None:
    found = traded()
    assert found.last_sessions(2, day_number(day(3))) == (2, 4)
    assert found.last_sessions(20, day_number(day(3))) == (0, 4)
    assert found.last_sessions(20, day_number(day(0)) - 1) == (0, 0)


def test_the_window_of_a_review_is_the_longest_over_which_trading_is_measured() -> None:
    days = np.arange(day_number(day(0)), day_number(day(200)), dtype=np.int32)
    cutoff, effective = int(days[150]), int(days[160])

    def first(measures: str) -> int | None:
        rule = small.rule(small.CAP + f"measures: {{{measures}}}\n")
        found = review_window(rule, days, cutoff, effective)
        assert found is None or found[1] == cutoff
        return None if found is None else found[0] - int(days[0])

    size = "size: {mean: market_cap, over: 50 sessions}"
    traded = "t: {mean: traded_value, over: 20 sessions}"
    more = "m: {sum: volume, over: 30 sessions}"
    assert first(size) == 101
    assert first(f"{size}, {traded}") == 131
    assert first(f"{size}, {traded}, {more}") == 121
    assert first("size: {last: market_cap}") == 150
    assert review_window(small.rule(small.CAP), days, cutoff, effective) is None
