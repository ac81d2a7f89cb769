"""What a move of price and listed shares looks like, and what it is not taken for."""

from __future__ import annotations

import pytest

from indexcalc.market.checks.likely_action import issue, likely_action, opposes


@pytest.mark.parametrize(
    ("price_ratio", "share_step", "kind", "ratio", "words"),
    [
        (0.2, 5.0, "split", 5.0, "a 5-for-1 split or bonus"),
        (0.24, 5.0, "split", 5.0, "a 5-for-1 split or bonus"),  # up a fifth on the day
        (0.5, 1.0, "split", 2.0, "a 2-for-1 split or bonus whose shares list later"),
        # 1 / 0.47 is 6 % off two, 1 / 0.46 9 %, and 8 % is what a price may drift on the day.
        (0.47, 1.0, "split", 2.0, "a 2-for-1 split or bonus whose shares list later"),
        (0.46, 1.0, "", None, "a spin-off, a special dividend or a rights issue"),
        (1 / 1.51, 1.51, "split", 1.51, "a 1.51-for-1 split or bonus"),
        (2.0, 0.5, "consolidation", 0.5, "a 1-for-2 consolidation or capital reduction"),
        # 10.5 times the price is ten, five per cent up; the count follows.
        (10.5, 1.0, "consolidation", 0.1, "a 1-for-10 consolidation or capital reduction whose "),
        # Half as many again, and 10 % down: 100 (0.9 x 1.5 - 1) / 0.5 = 70 was paid.
        (0.9, 1.5, "rights", 0.5, "a rights issue of 0.5 for one at about 70"),
        (0.7, 1.0, "", None, "a spin-off, a special dividend or a rights issue"),
        (1.4, 1.0, "", None, "a base price after a halt, or a consolidation"),
        (1.3, 1.5, "", None, "a merger, an issue in kind or a capital reduction"),
        (0.0, 1.0, "", None, "a corporate action"),
        (0.5, float("nan"), "", None, "a corporate action"),
    ],
)
def test_moves(
    price_ratio: float, share_step: float, kind: str, ratio: float | None, words: str
) -> None:
    found = likely_action(price_ratio, share_step, 100.0)
    assert found.words.startswith(words)
    assert found.type == kind
    assert found.ratio == (None if ratio is None else pytest.approx(ratio))


def test_a_fall_far_beyond_that_of_new_shares_is_no_bonus() -> None:
    # A fifth more shares for nothing is a price of 1 / 1.2 = 83 %, not of 20 %.
    for found in (likely_action(0.2, 1.2, 100.0), issue(0.2, 1.2, 100.0)):
        assert (found.type, found.ratio) == ("", None)
        assert "0.2 new shares for one and a spin-off" in found.words


def test_new_shares_for_nearly_nothing_are_a_bonus() -> None:
    # 0.25 for one at p: the ex-price is (100 + 0.25 p) / 1.25, so 80.8 says 4 and 82 says 10.
    assert issue(0.808, 1.25, 100.0).type == "bonus"
    assert issue(0.808, 1.25, 100.0).ratio == 1.25
    dear = issue(0.82, 1.25, 100.0)
    assert (dear.type, dear.ratio) == ("rights", 0.25)
    assert dear.price == pytest.approx(10.0)
    # What is free depends on the caller: four is paid where nothing but nothing is free.
    assert issue(0.808, 1.25, 100.0, free=0.0).type == "rights"


@pytest.mark.parametrize(
    ("price_ratio", "share_step", "expected"),
    [
        (0.5, 2.0, True),
        (0.7, 2.0, True),  # beyond 0.7071, half of the step in logarithms
        (0.72, 2.0, False),
        (2.0, 0.5, True),
        (0.5, 0.5, False),
        (0.5, 1.09, False),  # less than a tenth more shares
        (0.9, 1.11, True),
        (0.5, 0.0, False),
        (0.5, float("nan"), False),
    ],
)
def test_a_price_that_undoes_a_step_of_shares(
    price_ratio: float, share_step: float, expected: bool
) -> None:
    assert opposes(price_ratio, share_step) is expected
