"""What is withheld of special dividends in net returns, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.returns.taxed_specials import SpecialDividends
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

TEXT = small.GIVEN + (
    "weighting: {scheme: market_cap}\n"
    "returns: {kinds: [price, gross, net], withholding: {KR: 20%, US: 50%}}\n"
    "maintenance: {special: taxed}\n"
)
COUNTRIES = [{"symbol": "A", "country": "KR"}, {"symbol": "B", "country": "US"}]


def over(*actions: dict[str, Any], dividends: list[dict[str, Any]]) -> ic.Market:
    return market(
        line("A", [100, 100, 90, 90], 10),
        line("B", [50] * 4, 20),
        memberships=given("A", "B"),
        securities=COUNTRIES,
        corporate_actions=list(actions),
        dividends=dividends,
    )


def net(made: ic.Market) -> list[float]:
    return small.levels(small.run(TEXT, made), "level_ntr")


def test_rows_are_by_session_and_line_with_their_countries() -> None:
    """A day without a session moves to the next; ordinary ones and those after the data are none."""
    made = SpecialDividends(
        over(
            dividends=[
                dividend("B", 2, 1.0, "special"),
                dividend("A", 2, 2.0, "special"),
                dividend("A", 1, 3.0),
                dividend("A", 9, 4.0, "special"),
            ]
        )
    )
    assert made.session.tolist() == [2, 2]
    assert made.code.tolist() == [0, 1]
    assert made.country == ["KR", "US"]
    assert made.ex_day.tolist() == [made.market.days[2]] * 2


def test_the_net_return_loses_the_tax_and_the_price_nothing() -> None:
    """A pays 10 of 100 and is 90: B is 90 in the price, 92 in the net return: 1000 x 1900 / 1920."""
    made = over(dividends=[dividend("A", 2, 10.0, "special")])
    run = small.run(TEXT, made)
    assert small.levels(run)[1] == pytest.approx(1000.0, rel=1e-14)
    assert small.levels(run, "level_ntr")[1] == pytest.approx(1000 * 1900 / 1920, rel=1e-12)
    assert small.levels(run, "level_tr")[1] == pytest.approx(1000.0, rel=1e-14)


def test_a_split_of_the_same_session_splits_the_tax() -> None:
    """10 of 100 are paid and 90 are two of 45: 1 of tax a share on 20: the base is 45 + 1."""
    made = market(
        line("A", [100, 100, 45], [10, 10, 20]),
        line("B", [50] * 3, 20),
        memberships=given("A", "B"),
        securities=COUNTRIES,
        corporate_actions=[action("A", 2, "split", ratio=2.0, sequence=2)],
        dividends=[{**dividend("A", 2, 10.0, "special"), "sequence": 1}],
    )
    assert net(made)[1] == pytest.approx(1000 * 1900 / 1920, rel=1e-12)


def test_two_specials_of_a_session_are_taxed_both() -> None:
    made = over(
        dividends=[
            {**dividend("A", 2, 4.0, "special"), "sequence": 1},
            {**dividend("A", 2, 6.0, "special"), "sequence": 2},
        ]
    )
    assert net(made)[1] == pytest.approx(1000 * 1900 / 1920, rel=1e-12)


def test_an_action_that_is_left_out_takes_no_tax_with_it() -> None:
    """A split without a ratio is told (CAL011) and left out of prices: of the tax too."""
    made = over(
        action("A", 2, "split"),
        action("B", 9, "split", ratio=2.0),
        dividends=[dividend("A", 2, 10.0, "special")],
    )
    run = small.run(TEXT, made)
    assert "CAL011" in small.codes(run)
    assert small.levels(run, "level_ntr")[1] == pytest.approx(1000 * 1900 / 1920, rel=1e-12)
    assert day(2) in run.levels.column("date").to_pylist()
    assert np.isfinite(small.levels(run, "level_ntr")).all()
