"""What can be met, on exact shares: the messages and the smallest limits they name."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.methodology.values.exact_shares import fewest, percent
from indexcalc.weighting.caps.feasibility import Limits, judge, smallest_common
from indexcalc.weighting.caps.limits import ladder_limits


def one(limit: str, n: int, word: str = "security"):
    return judge([(word, np.arange(n), Limits.common(Fraction(limit), n))], np.ones(n, dtype=bool))


@pytest.mark.parametrize("n", [3, 7, 49, 200, 500])
def test_the_edge(n: int) -> None:
    assert one(f"1/{n}", n) is None
    wrong = one(f"1/{n + 1}", n)
    assert wrong is not None
    assert wrong.enough == Fraction(1, n)


def test_the_message_of_the_design() -> None:
    """0.3 % of 200 names."""
    wrong = one("3/1000", 200)
    assert wrong is not None
    assert wrong.message == (
        "0.3 % x 200 constituents = 60 % < 100 %; smallest feasible limit is 0.5 %"
    )


def test_a_sector_limit_that_its_names_cannot_fill() -> None:
    """One sector of two names at 10 % holds 20 %; the other, of ten, must have 80 %, not 60."""
    codes = np.array([0] * 2 + [1] * 10)
    lines = ("security", np.arange(12), Limits.common(Fraction(1, 10), 12))
    sectors = ("sector", codes, Limits.common(Fraction(6, 10), 2))
    wrong = judge([lines, sectors], np.ones(12, dtype=bool))
    assert wrong is not None
    assert (wrong.level, wrong.enough) == (1, Fraction(8, 10))
    # 20 + 60, not twice 60.
    assert wrong.message.startswith(
        "60 % x 2 sectors, 1 of them held lower by the limits inside them, = 80 % < 100 %"
    )
    assert (
        judge(
            [lines, ("sector", codes, Limits.common(Fraction(8, 10), 2))], np.ones(12, dtype=bool)
        )
        is None
    )


def test_names_without_value_do_not_count() -> None:
    live = np.array([True, True, True, False])
    assert judge([("security", np.arange(4), Limits.common(Fraction(1, 4), 4))], live) is not None


def test_floors() -> None:
    lines = ("security", np.arange(4), Limits.common(Fraction(1, 2), 4))
    live = np.ones(4, dtype=bool)
    assert judge([lines], live, Fraction(1, 4)) is None
    wrong = judge([lines], live, Fraction(26, 100))
    assert wrong is not None
    assert (wrong.level, wrong.enough) == (-1, Fraction(1, 4))
    tight = ("issuer", np.array([0, 0, 1, 2]), Limits.common(Fraction(2, 5), 3))
    wrong = judge([tight], live, Fraction(21, 100))
    assert wrong is not None
    assert (wrong.level, wrong.enough) == (-1, Fraction(1, 5))


def test_a_ladder() -> None:
    """12, 10, 8 and 4 need 18 more names: 21 are enough, 20 need 70/17 %."""
    steps = [Fraction(x, 100) for x in (12, 10, 8, 4)]
    for n, enough in ((21, None), (20, Fraction(70, 1700))):
        wrong = judge(
            [("security", np.arange(n), ladder_limits(np.ones(n), steps))], np.ones(n, dtype=bool)
        )
        assert (wrong and wrong.enough) == enough


def test_ranks_by_order_given() -> None:
    limits = ladder_limits(np.array([1.0, 3, 3, 2]), [Fraction(1, 2), Fraction(1, 4)])
    assert limits.index.tolist() == [1, 0, 1, 1]


def test_smallest_limits() -> None:
    half = Fraction(1, 2)
    assert smallest_common([Fraction(1, 10), half, half], 3) == Fraction(9, 20)
    assert smallest_common(None, 7) == Fraction(1, 7)


def test_conditional_counts() -> None:
    """5/10/40 needs 16 names, 5/25/50 needs 12."""
    assert fewest([(Fraction(1, 10), Fraction(2, 5))], Fraction(1, 20)) == 16
    assert fewest([(Fraction(1, 4), Fraction(1, 2))], Fraction(1, 20)) == 12


def test_percent_reads_well() -> None:
    assert percent(Fraction(1, 3), up=True) == "33.3334 %"
    assert percent(Fraction(1, 3), up=False) == "33.3333 %"
    assert percent(Fraction(3, 1000)) == "0.3 %"
