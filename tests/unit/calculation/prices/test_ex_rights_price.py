"""The theoretical ex-rights price by hand."""

from __future__ import annotations

import pytest

from indexcalc.calculation.prices.ex_rights_price import ex_rights_price


def test_one_for_four_below_the_price() -> None:
    """Four at 100 and one at 80: five are worth 480, each 96."""
    assert ex_rights_price(100.0, 80.0, 0.25) == pytest.approx(96.0, rel=1e-15)


@pytest.mark.parametrize("issue_price", [100.0, 120.0])
def test_rights_out_of_the_money_leave_the_price(issue_price: float) -> None:
    assert ex_rights_price(100.0, issue_price, 0.25) == 100.0
