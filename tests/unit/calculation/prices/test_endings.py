"""A line that ends leaves at its last close, or at the price the row gives; one that trades stays."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.prices.corporate_actions import BySession
from indexcalc.calculation.prices.endings import apply, takeovers
from indexcalc.calculation.prices.lines import initial_state
from tests.unit.calculation.prices.action_rows import action_row
from tests.unit.calculation.prices.price_lines import price_lines

NAN = float("nan")


@pytest.mark.parametrize(
    ("kind", "final_price", "last"),
    [("tender", NAN, 11.0), ("tender", 12.0, 12.0), ("bankruptcy", NAN, 0.0)],
)
def test_the_line_is_gone_from_its_ex_date(kind: str, final_price: float, last: float) -> None:
    """Closes 10 and 11, then no trade: the close before the ex-date is what the row says."""
    lines = price_lines([[10.0, 11.0, 11.0]], traded=[[True, True, False]])
    state = initial_state(1)
    apply(lines, state, BySession([(2, action_row(kind, final_price=final_price))]))
    np.testing.assert_array_equal(lines.close, [[10.0, last, NAN]])
    assert state.gone == {0}
    (event,) = lines.events
    assert (event.session, event.kind, event.before, event.after) == (2, kind, 11.0, last)


def test_a_line_that_still_trades_stays() -> None:
    lines, state = price_lines([[10.0, 11.0, 11.5]]), initial_state(1)
    apply(lines, state, BySession([(2, action_row("merger", final_price=12.0))]))
    assert lines.close.tolist() == [[10.0, 12.0, 11.5]]
    assert state.gone == set()
    assert [event.kind for event in lines.events] == ["unusable"]


def test_a_price_given_for_the_next_block_is_kept_aside() -> None:
    """The line ends on the session after the block: its last close is 12, and 11 is remembered."""
    lines, state = price_lines([[10.0, 11.0]]), initial_state(1)
    apply(lines, state, BySession([(2, action_row("tender", final_price=12.0))]))
    assert lines.close.tolist() == [[10.0, 12.0]]
    assert state.ended == {0: 11.0}
    assert lines.events == []


def test_takeovers_hand_out_shares_of_a_line_of_the_market() -> None:
    """Cash and shares of a line elsewhere are none; known on the ex-date where no day is given."""
    rows = [
        action_row("merger", 0, ratio=0.5, other=1),
        action_row("merger", 2, ratio=0.5, other_symbol="X"),
        action_row("tender", 3, amount=5.0),
    ]
    early = action_row("merger", 5, ratio=2.0, other=1, known_day=90)
    found = takeovers([*((4, row) for row in rows), (3, early)])
    assert [(t.target, t.acquirer, t.ratio, t.session, t.known_day) for t in found] == [
        (5, 1, 2.0, 3, 90),
        (0, 1, 0.5, 4, 100),
    ]
