"""Index shares of each scheme, session by session, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.calculation.levels.index_shares import (
    Stretch,
    above_threshold,
    cap_weighted,
    fixed_since_reset,
    held_ratio,
    price_ratio,
    price_weighted,
    value_neutral,
)
from tests.unit.calculation.prices.price_lines import price_lines


def stretch(
    shares: Sequence[float],
    *,
    scale: Sequence[float] | None = None,
    ratio: Sequence[float] | None = None,
    inside: Sequence[bool] | None = None,
    resets: Sequence[int] = (),
    factor: float = 1.0,
) -> Stretch:
    """One line over some sessions."""
    n = len(shares)

    def row(values: Any, other: float) -> Any:
        return np.array([[other] * n if values is None else values], dtype=np.float64)

    marks = np.zeros(n, dtype=np.bool_)
    marks[list(resets)] = True
    return Stretch(
        codes=np.array([0], dtype=np.int32),
        sessions=np.arange(n),
        resets=marks,
        inside=np.array([[True] * n if inside is None else inside]),
        factor=np.full((1, n), factor),
        shares=row(shares, 0.0),
        share_factor=row(scale, 1.0),
        price_ratio=row(ratio, 1.0),
        float_ratio=row(None, 1.0),
    )


def test_cap_weights_take_every_count_and_price_weights_none() -> None:
    one = stretch([10, 12, 24], inside=[True, True, False], factor=0.5)
    assert cap_weighted(one).tolist() == [[5.0, 6.0, 0.0]]
    assert price_weighted(one).tolist() == [[0.5, 0.5, 0.0]]


def test_fixed_counts_change_by_share_actions_and_at_resets() -> None:
    """10, then 12 is not taken, a split doubles 10, and the reset takes 25."""
    one = stretch([10, 12, 24, 25], scale=[1, 1, 2, 1], resets=[0, 3])
    assert fixed_since_reset(one, np.array([0.0])).tolist() == [[10, 10, 20, 25]]
    # Held since before: the count of the block before goes on.
    later = stretch([12, 24, 25], scale=[1, 2, 1])
    assert fixed_since_reset(later, np.array([10.0])).tolist() == [[10, 20, 20]]


def test_a_line_that_enters_between_resets_starts_with_its_own_count() -> None:
    one = stretch([10, 12, 14, 15], scale=[1, 1, 2, 1], inside=[True, False, True, True])
    assert fixed_since_reset(one, np.array([10.0])).tolist() == [[10, 0, 14, 14]]


def test_a_change_is_taken_once_it_reaches_the_threshold() -> None:
    """10 % of 100: 109 is less, 110 is not; a split of 110 to 220 is no change."""
    one = stretch([100, 109, 110, 220, 219], scale=[1, 1, 1, 2, 1])
    assert above_threshold(one, np.array([100.0]), 0.1).tolist() == [[100, 100, 110, 220, 220]]
    down = stretch([100, 90, 91], inside=[True, True, False])
    assert above_threshold(down, np.array([0.0]), 0.1).tolist() == [[100, 90, 0]]
    # 115 to 100 is 15 % though doubles make it less.
    assert above_threshold(stretch([115]), np.array([100.0]), 0.15).tolist() == [[115.0]]


def test_weights_that_only_trading_moves() -> None:
    """Two for one doubles 10 to 20; at the close of the first session its events are past."""
    one = stretch([0, 0, 0], ratio=[2, 1, 1.5])
    assert value_neutral(one, np.array([10.0])).tolist() == [[20, 20, 30]]
    one = stretch([0, 0, 0], ratio=[2, 1, 1.5], inside=[True, True, False])
    assert value_neutral(one, np.array([10.0]), set_at_close=True).tolist() == [[10, 10, 0]]


def test_rounded_holdings_are_rounded_whenever_they_move() -> None:
    """10.04 is 10.0; 10.0 x 1.2345 is 12.345, at one digit 12.3, and then 12.3 x 2."""
    one = stretch([0, 0, 0], ratio=[1, 1.2345, 2])
    made = value_neutral(one, np.array([10.04]), digits=1)
    np.testing.assert_allclose(made, [[10.0, 12.3, 24.6]], rtol=1e-15)


def test_what_events_do_to_each_kind_of_holding() -> None:
    """Line 0: last 100, base 50 of which a spin-off took 100/80 and a special 80/72; line 1 nothing."""
    lines = price_lines([[50.0, 50.0], [7.0, 7.0]], base=[[50.0, 50.0], [7.0, float("nan")]])
    lines.last[0] = [100.0, 50.0]
    lines.last[1] = [7.0, 7.0]
    lines.spun[0, 0] = 100 / 80
    lines.cash[0, 0] = 80 / 72
    np.testing.assert_allclose(
        price_ratio(lines, slice(0, 2)), [[2 * 0.8, 1.0], [1.0, 1.0]], rtol=1e-15
    )
    np.testing.assert_allclose(
        price_ratio(lines, slice(0, 2), drifts=True)[0], [2 * 0.8 * 0.9, 1.0], rtol=1e-15
    )
    assert price_ratio(lines, slice(1, 2)).tolist() == [[1.0], [1.0]]


def test_rights_subscribe_nothing_in_a_price_weighted_holding() -> None:
    lines = price_lines([[10.0, 10.0]])
    lines.share_factor[0] = [3.0, 2.0]
    lines.rights[0, 0] = 1.5
    lines.rights[9, 0] = 7.0  # of a line that is not among them
    assert held_ratio(lines, slice(0, 2)).tolist() == [[2.0, 2.0]]
    assert lines.share_factor[0].tolist() == [3.0, 2.0]  # as it was
