"""An index without a line, and a list held as it was, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.attribution.what_if import kept_list_return, without_line
from indexcalc.analysis.flows.baskets import Basket
from indexcalc.analysis.flows.holdings import ActionDays
from tests.unit.analysis.attribution.session_parts import session_parts
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

CAP = small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n")


def test_the_others_fill_the_place_of_a_line() -> None:
    """First 2 % less 1 % over 0.75; then the line is not held and the whole 3 % stays."""
    sessions = [
        session_parts([0.25, 0.75], [0.01, 0.01]),
        session_parts([1.0], [0.03], codes=[1]),
    ]
    assert without_line(sessions, 0) == pytest.approx((1 + 0.01 / 0.75) * 1.03 - 1, abs=1e-15)


def test_a_session_in_which_the_line_is_all_there_is_leaves_the_level() -> None:
    assert without_line([session_parts([1.0], [0.5])], 0) == 0.0
    assert without_line([], 0) == 0.0


def basket(units: list[float], price: list[float], rate: float = 1.0) -> Basket:
    codes = np.arange(len(units), dtype=np.int32)
    return Basket(0, codes, np.array(units), np.array(price), np.full(len(units), rate))


def kept(over: Any, old: Basket, first: int, last: int) -> float:
    return kept_list_return(over, CAP, old, (first, last), ActionDays(over))


def test_a_list_is_held_through_share_actions_and_keeps_its_cash() -> None:
    """A 10 at 100: split in two, then 5 a share: 20 x 48 + 100; B 10 at 50 -> 60: 1660 of 1500."""
    over = market(
        line("A", [100, 50, 48]),
        line("B", [50, 55, 60]),
        corporate_actions=[action("A", 1, "split", ratio=2.0)],
        dividends=[dividend("A", 2, 5.0, "special")],
    )
    found = kept(over, basket([10.0, 10.0], [100.0, 50.0]), 1, 2)
    assert found == pytest.approx(1660 / 1500 - 1, abs=1e-15)


def test_only_the_sessions_of_the_period_count() -> None:
    """The split on session 1 lies before the period, that on session 3 after it."""
    over = market(
        line("A", [100, 50, 55, 20]),
        corporate_actions=[action("A", 1, "split", ratio=2.0), action("A", 3, "split", ratio=3.0)],
    )
    assert kept(over, basket([10.0], [50.0]), 2, 2) == pytest.approx(0.1, abs=1e-15)


def test_a_line_without_a_close_counts_at_its_last_one() -> None:
    over = market(line("A", [100, 110]), line("B", [10, 10, 10]))
    assert kept(over, basket([1.0], [100.0]), 1, 2) == pytest.approx(0.1, abs=1e-15)


@pytest.mark.parametrize(
    ("kind", "terms", "worth"),
    [
        # 10 of A at 110, and of B (10 at 50 before) what its holders got
        ("merger", {"ratio": 0.5, "other_symbol": "A"}, 15 * 110),
        ("merger", {"ratio": 0.25, "other_symbol": "A", "amount": 20.0}, 12.5 * 110 + 200),
        ("merger", {"ratio": 0.5, "other_symbol": "X"}, 1100 + 500),  # X is no line here
        ("tender", {"amount": 60.0}, 1100 + 600),
        ("tender", {"final_price": 55.0}, 1100 + 550),
        ("bankruptcy", {}, 1100),
    ],
)
@pytest.mark.parametrize("on", [2, 3])
def test_a_line_that_ends_leaves_as_its_terms_say(
    kind: str, terms: dict[str, Any], worth: float, on: int
) -> None:
    """On the last session, or the one after: a final price then is that of the last close, and other terms
    are not due yet.  The last close of B is 50 either way."""
    over = market(
        line("A", [100, 100, 110, 110]),
        line("B", [50] * on),
        corporate_actions=[action("B", on, kind, **terms)],
    )
    due = on == 2 or kind == "bankruptcy" or "final_price" in terms
    found = kept(over, basket([10.0, 10.0], [100.0, 50.0]), 1, 2)
    assert found == pytest.approx((worth if due else 1600) / 1500 - 1, abs=1e-15)


def test_a_line_that_still_trades_on_its_ex_date_has_not_ended() -> None:
    over = market(line("A", [50, 50, 40]), corporate_actions=[action("A", 2, "bankruptcy")])
    assert kept(over, basket([1.0], [50.0]), 1, 2) == pytest.approx(-0.2, abs=1e-15)


def test_spun_off_shares_are_held() -> None:
    """A, 10 at 100, falls to 80 and hands out five of C, which is 44 at the end: 1020 of 1000."""
    listed = dict(corporate_actions=[action("A", 1, "spin_off", ratio=0.5, other_symbol="C")])
    over = market(line("A", [100, 80, 80]), line("C", [40, 44], start=1), **listed)
    assert kept(over, basket([10.0], [100.0]), 1, 2) == pytest.approx(0.02, abs=1e-15)
    # In dollars they have no place in a list of won.
    money = [{"symbol": "A", "currency": "KRW"}, {"symbol": "C", "currency": "USD"}]
    over = market(
        line("A", [100, 80, 80]), line("C", [40, 44], start=1), securities=money, **listed
    )
    assert np.isnan(kept(over, basket([10.0], [100.0]), 1, 2))


def test_several_currencies_or_no_line_have_no_such_return() -> None:
    over = market(line("A", [100, 110]))
    assert np.isnan(kept(over, basket([1.0], [100.0], rate=2.0), 1, 1))
    assert np.isnan(kept(over, basket([], []), 1, 1))
